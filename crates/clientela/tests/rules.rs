//! Rules as data (R47): examples counted by hand, faults with their paths, and random rules held
//! against a slow evaluator that reads the JSON itself, a client at a time.

use std::collections::BTreeMap;

use clientela::rule::{Rules, Severity};
use clientela::{
    Base, ClientColumn, ClientId, Day, Journal, LedgerBuilder, LedgerOptions, NO_CODE, NO_INT64,
    OrderColumn, Policy, PortraitOptions, Portraits, Sales, Snapshot, TextColumn, Value,
    with_threads,
};
use proptest::prelude::*;
use proptest::test_runner::Config;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// One line: client, day, amount, kind, order, category, promo, profit.
type Line = (i64, &'static str, i64, u8, &'static str, &'static str, u8, i64);

const LINES: [Line; 9] = [
    (1, "2026-01-01", 10_000, 0, "a1", "oil", 0, 2_000),
    (1, "2026-05-31", 5_000, 0, "a2", "oil", 1, 1_000),
    (1, "2026-06-15", 3_000, 0, "a3", "tyres", NO_CODE, NO_INT64),
    (1, "2026-06-20", -1_000, 1, "", "oil", 0, -200),
    (2, "2025-12-31", 50_000, 0, "", "tyres", 0, 10_000),
    (2, "2026-06-30", 100, 0, "", "", 0, 10),
    (3, "2024-02-29", 90_000, 0, "", "\u{d6}l", 0, 9_000),
    (4, "2026-06-10", 2_550, 0, "b1", "oil", 1, 500),
    (4, "2026-06-11", -2_550, 2, "b1", "oil", 1, -500),
];

const PORTRAITS: &str = r#"[
    {"client": 1, "kind": "shop", "updated_on": "2026-01-31",
     "fields": {"floor_area_m2": "120.5", "potential": "900.00", "famous": true,
                "brands_in_stock": ["Alba", "Bora"], "price_segment": "mid"},
     "persons": [{"name": "Ada", "birthday": "1980-07-03"}],
     "complaints": [{"on": "2026-04-05", "about": "price", "resolved_on": "2026-07-02"},
                    {"on": "2026-06-01", "about": "staff", "resolved_on": "2026-06-02"},
                    {"on": "2026-07-01", "about": "price"}],
     "pains": [{"what": "late_delivery"}]},
    {"client": 2, "kind": "shop", "fields": {"floor_area_m2": "80", "famous": false, "brands_in_stock": ["Bora"]},
     "persons": [{"name": "Ben", "birthday": "1980-02-29"}]}]"#;

const JOURNAL: &str = r#"{
    "deal_statuses": [{"name": "talk"}],
    "touches": [{"client": 1, "on": "2026-06-29", "channel": "phone", "content": "useful",
                 "responded_on": "2026-07-05"},
                {"client": 3, "on": "2026-07-01", "channel": "email", "content": "greeting"}],
    "promises": [{"client": 2, "what": "price list", "due_on": "2026-07-03"},
                 {"client": 1, "what": "samples", "due_on": "2026-06-01", "done_on": "2026-06-01"}],
    "deals": [{"id": "d1", "client": 4, "status": "talk", "on": "2026-06-01", "amount": "99.50"}]}"#;

fn base() -> Base {
    let mut builder = LedgerBuilder::new(LedgerOptions {
        currency: "EUR".parse().unwrap(),
        ..LedgerOptions::default()
    });
    let clients: Vec<i64> = LINES.iter().map(|line| line.0).collect();
    let days: Vec<i32> = LINES.iter().map(|line| day(line.1).days()).collect();
    let amounts: Vec<i64> = LINES.iter().map(|line| line.2).collect();
    let mut sales = Sales::new(ClientColumn::Int(clients.into()), days, amounts);
    sales.kind = Some(LINES.iter().map(|line| line.3).collect::<Vec<u8>>().into());
    sales.order = Some(OrderColumn::Text(LINES.iter().map(|line| line.4).collect()));
    sales.category = Some(LINES.iter().map(|line| line.5).collect::<TextColumn<'_>>());
    sales.promo = Some(LINES.iter().map(|line| line.6).collect::<Vec<u8>>().into());
    sales.profit = Some(LINES.iter().map(|line| line.7).collect::<Vec<i64>>().into());
    builder.push(sales).unwrap();
    let options =
        PortraitOptions { currency: "EUR".parse().unwrap(), ..PortraitOptions::default() };
    Base::new(&builder.finish().unwrap())
        .portraits(&Portraits::from_json(PORTRAITS, &options).unwrap())
        .journal(&Journal::from_json(JOURNAL).unwrap())
}

fn snapshot() -> Snapshot {
    base().snapshot(day("2026-06-30"), &Policy::default()).unwrap()
}

fn one(when: &Json) -> Rules {
    let document = json!({"version": 1, "rules": [{"id": "tested", "when": when}]});
    Rules::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{when}: {error}"))
}

/// Clients for whom a condition holds, and those of whom it is unknown.
fn verdict(snapshot: &Snapshot, when: &Json) -> (Vec<i64>, Vec<i64>) {
    let segments = snapshot.segments(&one(when)).unwrap_or_else(|e| panic!("{when}: {e}"));
    let table = segments.table();
    let of = |wanted: &Value| -> Vec<i64> {
        let rows =
            (0..table.rows()).filter(|&row| table.value(row, "tested").as_ref() == Some(wanted));
        rows.map(|row| match segments.ids().get(row) {
            ClientId::Int(id) => id,
            ClientId::Text(id) => panic!("{id}"),
        })
        .collect()
    };
    (of(&Value::Flag(true)), of(&Value::Missing))
}

#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "a condition is written in place")]
fn holds(snapshot: &Snapshot, yes: &[i64], unknown: &[i64], when: Json) {
    let found = verdict(snapshot, &when);
    assert_eq!(found, (yes.to_vec(), unknown.to_vec()), "{when}");
    // What is unknown satisfies the contrary no more than the rule.
    let others: Vec<i64> =
        (1..=4).filter(|id| !yes.contains(id) && !unknown.contains(id)).collect();
    assert_eq!(verdict(snapshot, &json!({"not": when})), (others, unknown.to_vec()), "not {when}");
}

#[allow(clippy::needless_pass_by_value, reason = "values are written in place")]
fn metric(name: &str, window: Json, op: &str, value: Json) -> Json {
    let mut leaf = json!({"metric": name, "op": op, "value": value});
    if !window.is_null() {
        leaf["window"] = window;
    }
    leaf
}

fn leaf(name: &str, op: &str, value: Json) -> Json {
    let mut leaf = json!({"attribute": name, "op": op});
    if !value.is_null() {
        leaf["value"] = value;
    }
    leaf
}

#[test]
fn figures_of_the_sales_are_those_of_the_window() {
    let s = snapshot();
    let half = json!({"last": 6, "unit": "month"});
    // 100 + 50 + 30 - 10 from 1 January on; client 2 has 1.00, the others nothing.
    holds(&s, &[1], &[], metric("amount", half.clone(), "equals", json!("170")));
    holds(&s, &[1], &[], metric("amount", half.clone(), "greater_than", json!("169.995")));
    holds(&s, &[], &[], metric("amount", half.clone(), "greater_than", json!("170.00")));
    holds(&s, &[2, 3, 4], &[], metric("amount", half.clone(), "less_than", json!("169.995")));
    holds(&s, &[2], &[], metric("amount", half, "between", json!(["0.01", 1])));
    // The third line of client 1 has no known profit; client 4 has no line that counts.
    holds(&s, &[2, 3], &[1], metric("profit", Json::Null, "greater_than_or_equals", json!(90)));
    let may = json!({"from": "2026-05-01", "to": "2026-05-31"});
    holds(&s, &[1], &[], metric("profit", may, "equals", json!("10.00")));
    let quarter = json!({"current": "quarter"});
    holds(&s, &[1], &[], metric("purchases", quarter.clone(), "greater_than", json!(1)));
    holds(&s, &[2], &[], metric("purchase_days", quarter.clone(), "equals", json!(1)));
    holds(&s, &[1], &[], metric("months_with_purchase", quarter, "equals", json!(2)));
    holds(&s, &[1], &[], metric("months_with_purchase", Json::Null, "equals", json!(3)));
    holds(&s, &[1], &[], metric("returns", Json::Null, "equals", json!(1)));
    holds(&s, &[1], &[], metric("returned_amount", Json::Null, "equals", json!("10.00")));
    // 170.00 over 3 is 56.67 to the cent; who bought nothing has no mean.
    holds(&s, &[1], &[4], metric("mean_purchase", Json::Null, "equals", json!("56.67")));
    holds(&s, &[1], &[4], metric("largest_purchase", Json::Null, "less_than", json!(500)));
    // Client 2 bought tyres and something.
    holds(&s, &[1], &[2], metric("categories", Json::Null, "greater_than_or_equals", json!(2)));
    holds(
        &s,
        &[1, 2, 3],
        &[],
        metric("categories", Json::Null, "greater_than_or_equals", json!(1)),
    );
    holds(&s, &[], &[], metric("categories", Json::Null, "equals", json!(3)));
    holds(&s, &[2, 3], &[], metric("amount", json!({"previous": "year"}), "not_equals", json!(0))
        .pipe(|first| json!({"any": [first, metric("amount", json!({"to": {"ago": 2, "unit": "year"}}), "greater_than", json!(0))]})));
}

trait Pipe: Sized {
    fn pipe<T>(self, into: impl FnOnce(Self) -> T) -> T {
        into(self)
    }
}

impl Pipe for Json {}

#[test]
fn related_records_are_asked_for_by_their_fields() {
    let s = snapshot();
    let oil = json!({"field": "category", "op": "equals", "value": "oil"});
    let promo = json!({"field": "promo", "op": "is_true"});
    let tyres = json!({"field": "category", "op": "equals", "value": "tyres"});
    holds(&s, &[1], &[], json!({"exists": "sales", "where": {"all": [oil, promo]}}));
    // Whether the tyres of client 1 were on promotion is unknown.
    let on_promo = json!({"exists": "sales", "where": {"all": [tyres, promo]}});
    holds(&s, &[], &[1], on_promo.clone());
    let mut decided = on_promo.clone();
    decided["unknown"] = json!("yes");
    holds(&s, &[1], &[], decided.clone());
    decided["unknown"] = json!("no");
    holds(&s, &[], &[], decided);
    // Orders a1 and a2; the order of client 4 was called off.
    let mut bought = metric("purchases", Json::Null, "equals", json!(2));
    bought["where"] = oil.clone();
    holds(&s, &[1], &[2], {
        // Client 2 bought tyres once, and something unknown: none or one of oil, so never two.
        let found = verdict(&s, &bought);
        assert_eq!(found, (vec![1], vec![]));
        let mut once = bought.clone();
        once["op"] = json!("greater_than_or_equals");
        once["value"] = json!(1);
        once
    });
    // One line of client 1 in the last month is a return.
    let month = json!({"last": 1, "unit": "month"});
    holds(&s, &[1], &[], json!({"count": "sales", "window": month, "op": "equals", "value": 2}));
    // Complaints: two have come by the day, the third is later. Clients 3 and 4 have no portrait.
    let quarter = json!({"last": 1, "unit": "quarter"});
    holds(
        &s,
        &[1],
        &[3, 4],
        json!({"count": "complaints", "window": quarter, "op": "greater_than_or_equals", "value": 2}),
    );
    // On the day only one of them is settled.
    let open = json!({"field": "resolved_on", "op": "is_null"});
    holds(
        &s,
        &[1],
        &[3, 4],
        json!({"count": "complaints", "where": open, "op": "equals", "value": 1}),
    );
    let about = json!({"field": "about", "op": "in", "value": ["product", "price"]});
    holds(&s, &[1], &[3, 4], json!({"exists": "complaints", "where": about}));
    // A pain without a day may or may not be of this year, and counts as always.
    holds(&s, &[1], &[3, 4], json!({"exists": "pains"}));
    holds(&s, &[], &[1, 3, 4], json!({"exists": "pains", "window": {"current": "year"}}));
    // Touches after the day are not there yet, nor is the answer to one before it.
    holds(&s, &[1], &[], json!({"exists": "touches"}));
    let answered = json!({"field": "responded_on", "op": "is_not_null"});
    holds(&s, &[], &[], json!({"exists": "touches", "where": answered}));
    holds(&s, &[2], &[], json!({"exists": "promises", "window": {"next": 3, "unit": "day"}}));
    holds(&s, &[], &[], json!({"exists": "promises", "window": {"next": 2, "unit": "day"}}));
    let worth =
        json!({"field": "amount", "op": "greater_than", "value": "99.49", "currency": "EUR"});
    holds(&s, &[4], &[], json!({"exists": "deals", "where": worth}));
    // No deliveries are given, so nothing is known of them.
    holds(&s, &[], &[1, 2, 3, 4], json!({"exists": "deliveries"}));
}

#[test]
fn columns_and_fields_of_portraits_are_compared() {
    let s = snapshot();
    holds(&s, &[1], &[4], leaf("first_purchase", "on", json!("2026-01-01")));
    // Half a year before the day is 30 December.
    holds(&s, &[3], &[4], leaf("first_purchase", "before", json!({"ago": 6, "unit": "month"})));
    holds(&s, &[3], &[4], leaf("last_purchase", "older_than", json!({"n": 3, "unit": "month"})));
    holds(&s, &[2], &[4], leaf("first_purchase", "in_window", json!({"previous": "year"})));
    holds(
        &s,
        &[1, 2],
        &[4],
        leaf(
            "first_purchase",
            "greater_than_or_equals",
            json!({"end_of": "year", "offset": {"n": -1, "unit": "year"}}),
        ),
    );
    holds(&s, &[4], &[], leaf("first_purchase", "is_null", Json::Null));
    // 120.5 and 80; two clients without a portrait.
    holds(&s, &[1], &[3, 4], leaf("portrait.floor_area_m2", "greater_than", json!("120.4999")));
    holds(&s, &[1], &[3, 4], leaf("floor_area_m2", "equals", json!("120.50")));
    holds(&s, &[2], &[3, 4], leaf("floor_area_m2", "in", json!([80, 81])));
    holds(&s, &[3, 4], &[], leaf("floor_area_m2", "is_null", Json::Null));
    holds(&s, &[2], &[3, 4], leaf("famous", "is_false", Json::Null));
    holds(&s, &[1], &[3, 4], leaf("famous", "equals", json!(true)));
    holds(&s, &[1], &[2, 3, 4], leaf("price_segment", "not_in", json!(["low", "premium"])));
    holds(&s, &[1], &[3, 4], leaf("brands_in_stock", "array_any_of", json!(["Alba", "Cara"])));
    holds(&s, &[1], &[3, 4], leaf("brands_in_stock", "array_all_of", json!(["Bora", "Alba"])));
    holds(&s, &[2], &[3, 4], leaf("brands_in_stock", "array_none_of", json!(["Alba"])));
    holds(&s, &[3, 4], &[], leaf("brands_in_stock", "array_is_empty", Json::Null));
    holds(&s, &[1], &[3, 4], leaf("pains", "is_true", Json::Null));
    // 3 July is in a week; 29 February is not.
    let week = json!({"field": "birthday", "op": "anniversary_within",
        "value": {"n": 1, "unit": "week"}});
    holds(&s, &[1], &[3, 4], json!({"exists": "persons", "where": week}));
    holds(&s, &[1], &[2, 3, 4], leaf("potential", "between", json!(["900", "900.00"])));
    holds(&s, &[2, 3], &[], leaf("client", "between", json!([2, 3])));
    let texts = [
        ("contains", "ho", true),
        ("starts_with", "sh", true),
        ("ends_with", "op", true),
        ("like", "s%p", true),
        ("like", "s_p", false),
        ("not_like", "%x%", true),
    ];
    for (op, text, yes) in texts {
        let yes: &[i64] = if yes { &[1, 2] } else { &[] };
        holds(&s, yes, &[3, 4], leaf("kind", op, json!(text)));
    }
    let mut folded = json!({"exists": "sales",
        "where": {"field": "category", "op": "equals", "value": "\u{f6}L", "ignore_case": true}});
    holds(&s, &[3], &[2], folded.clone());
    folded["where"]["ignore_case"] = json!(false);
    holds(&s, &[], &[2], folded);
}

#[test]
fn real_numbers_are_compared_with_the_nearest_one() {
    // Intervals of 150 and 15 days: the mean is 82.5.
    let s = snapshot();
    let of = |op: &str, value: &str| verdict(&s, &leaf("mean_interval_days", op, json!(value))).0;
    assert_eq!(of("equals", "82.5"), [1]);
    assert_eq!(of("greater_than", "82.4999"), [1, 2]);
    assert_eq!(of("less_than_or_equals", "82.4999"), [0_i64; 0]);
    assert_eq!(of("less_than", "82.5001"), [1]);
    // Real numbers near 82 are 1.4e-14 apart: these decimals are 82.5 as real numbers.
    assert_eq!(of("equals", "82.4999999999999999999999"), [1]);
    assert_eq!(of("greater_than", "82.4999999999999999999999"), [2]);
    assert_eq!(of("less_than", "82.5000000000000000000001"), [0_i64; 0]);
}

#[test]
fn rules_include_rules_and_the_first_counts() {
    let s = snapshot();
    let bought = metric("amount", Json::Null, "greater_than", json!(0));
    let rules = |matching: &str| {
        Rules::from_json(&json!({"version": 1, "match": matching, "rules": [
            {"id": "small", "version": 2, "title": "Small", "reason": "Little", "when": {"all": [
                {"include": "buyers"}, leaf("amount", "less_than", json!(600))]}},
            {"id": "big", "priority": 5, "when": {"include": "buyers"}},
            {"id": "buyers", "hidden": true, "when": bought},
            {"id": "known", "priority": 9, "when": leaf("floor_area_m2", "greater_than", json!(100))},
        ]}).to_string()).unwrap()
    };
    let all = s.segments(&rules("all")).unwrap();
    let members = |segments: &clientela::rule::Segments, id: &str| -> Vec<String> {
        let table = segments.members(id).unwrap();
        (0..table.rows()).map(|row| table.value(row, "client").unwrap().to_string()).collect()
    };
    // Amounts are 170, 501, 900 and 0.
    assert_eq!(members(&all, "small"), ["1", "2"]);
    assert_eq!(members(&all, "big"), ["1", "2", "3"]);
    assert_eq!(members(&all, "known"), ["1"]);
    assert!(all.members("buyers").is_err());
    let reason = all.members("small").unwrap().value(0, "reason").unwrap();
    assert_eq!(reason, Value::Text("Little".to_owned()));
    let summary = serde_json::to_value(all.summary()).unwrap();
    assert_eq!(
        summary[0],
        json!({"rule": "small", "version": 2, "title": "Small", "members": 2,
        "not_members": 2, "unknown": 0})
    );
    assert_eq!(summary[2]["unknown"], 2);
    // By priority: known, big, small. What is unknown of the first stays so where it matters.
    let first = s.segments(&rules("first")).unwrap();
    let table = serde_json::to_value(first.table()).unwrap();
    assert_eq!(
        table[0],
        json!({"client": 1, "small": false, "big": false, "known": true,
        "segment": "known"})
    );
    assert_eq!(
        table[2],
        json!({"client": 3, "small": false, "big": true, "known": null,
        "segment": "big"})
    );
    assert_eq!(
        table[3],
        json!({"client": 4, "small": false, "big": false, "known": null,
        "segment": null})
    );
    let trace = s.trace(&rules("first"), &1.into()).unwrap();
    let members: Vec<bool> = trace.rules.iter().map(|rule| rule.member).collect();
    assert_eq!(members, [false, false, false, true]);
}

#[test]
fn a_trace_says_what_was_seen() {
    let s = snapshot();
    let rules = one(&json!({"any": [
        {"all": [
            {"metric": "amount", "window": {"last": 6, "unit": "month"}, "op": "less_than",
             "value": "100", "currency": "EUR"},
            leaf("tier", "in", json!(["vip", "good"]))]},
        {"not": leaf("famous", "is_true", Json::Null)},
        metric("profit", Json::Null, "greater_than", json!(5)),
        metric("categories", Json::Null, "greater_than", json!(1))]}));
    let text = s.trace(&rules, &1.into()).unwrap().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Client 1 as of 2026-06-30");
    assert_eq!(lines[1], "  tested v1: yes");
    assert_eq!(lines[2], "    any: yes");
    assert_eq!(lines[3], "      all: no");
    assert_eq!(
        lines[4],
        "        amount from 2026-01-01 to 2026-06-30 less_than 100 EUR: no, it is 170.00 EUR"
    );
    assert_eq!(lines[6], "      not: no");
    assert_eq!(lines[7], "        famous is_true: yes, it is true");
    assert!(
        lines[8].starts_with("      profit greater_than 5 EUR: unknown, of some lines"),
        "{text}"
    );
    assert_eq!(lines[9], "      categories greater_than 1: yes, it is 2");
    let other: Json = serde_json::from_str(&s.trace(&rules, &2.into()).unwrap().to_json()).unwrap();
    let when = &other["rules"][0]["when"];
    assert_eq!(when["conditions"][0]["conditions"][0]["path"], "rules[0].when.any[0].all[0]");
    assert_eq!(when["conditions"][0]["conditions"][0]["seen"], json!(["1.00"]));
    assert_eq!(when["conditions"][3]["seen"], json!([1, 2]));
    assert_eq!(when["conditions"][3]["outcome"], Json::Null);
    let third = s.trace(&one(&leaf("famous", "is_true", Json::Null)), &3.into()).unwrap();
    assert_eq!(third.rules[0].when.cause.as_deref(), Some("this client has no portrait"));
    assert!(s.trace(&rules, &99.into()).is_err());
}

/// The path and the text of the error of a document.
fn fault(text: &str) -> (String, String) {
    match Rules::from_json(text).unwrap_err() {
        clientela::Error::BadDocument { document: "rules", path, problem } => (path, problem),
        other => panic!("{other}"),
    }
}

#[test]
fn documents_that_cannot_be_read_name_the_path() {
    let document =
        |when: Json| json!({"version": 1, "rules": [{"id": "a", "when": when}]}).to_string();
    let nested = |leaf: Json| document(json!({"all": [{"not": {"any": [leaf]}}]}));
    let inner = "rules[0].when.all[0].not.any[0]";
    for (leaf, path, says) in [
        (json!({"attribute": "tier", "op": "is", "value": "vip"}), ".op", "unknown variant `is`"),
        (json!({"attribute": "tier", "op": "equals", "valeu": "vip"}), ".valeu", "unknown field"),
        (json!({"attribute": "tier", "op": "equals", "value": 1.5}), ".value", "write it as text"),
        (json!({"attribute": "tier", "op": "equals", "value": null}), "", "none"),
        (json!({"attribute": "tier", "op": "in", "value": ["a", 0.5]}), ".value[1]", "float"),
        (json!({"attribute": "tier", "metric": "amount", "op": "equals"}), "", "only one of"),
        (json!({"attribute": "tier"}), "", "needs an `op`"),
        (json!({"exists": "sales", "op": "equals"}), "", "does not go with `exists`"),
        (json!({"all": [], "window": {"ever": true}}), "", "does not go with `all`"),
        (json!({"metric": "sum", "op": "equals"}), ".metric", "unknown variant `sum`"),
        (json!({"metric": "amount", "op": "equals", "currency": "eur"}), ".currency", "capital"),
        (json!({"exists": "sales", "window": {"last": 3}}), ".window", "no day, window or length"),
        (json!({"exists": "sales", "window": {"last": 3, "unit": "hour"}}), ".window.unit", "hour"),
        (
            json!({"exists": "sales", "window": {"last": 3, "unit": "day", "from": "2026-01-01"}}),
            ".window",
            "`from` does not go with last, unit",
        ),
        (json!({"exists": "sales", "window": {"from": "2026-02-30"}}), ".window.from", "not a day"),
        (json!({}), "", "a condition has one of all"),
        (json!(7), "", "invalid type"),
    ] {
        if says == "none" {
            // A null is as if it were not there.
            assert!(Rules::from_json(&nested(leaf)).is_ok());
            continue;
        }
        let (found, problem) = fault(&nested(leaf.clone()));
        assert_eq!(found, format!("{inner}{path}"), "{leaf}: {problem}");
        assert!(problem.contains(says), "{leaf}: {problem}");
    }
    assert_eq!(fault(r#"{"version": 2, "rules": []}"#).0, "version");
    assert_eq!(fault(r#"{"version": 1, "rules": [], "extra": 1}"#).0, "extra");
    assert!(fault(r#"{"version": 1, "rules": []} x"#).1.contains("trailing"));
}

#[test]
fn deep_and_long_documents_are_refused() {
    let deep = |open: &str, close: &str| {
        format!(
            r#"{{"version": 1, "rules": [{{"id": "a", "when": {}{{}}{}}}]}}"#,
            open.repeat(100_000),
            close.repeat(100_000)
        )
    };
    for text in [
        deep(r#"{"not":"#, "}"),
        deep(r#"{"all":["#, "]}"),
        deep("[", "]").replace("\"when\": ", r#""when": {"attribute": "x", "op": "in", "value": "#),
        deep("[", "]"),
    ] {
        assert!(fault(&text).1.contains("recursion limit"), "{}", fault(&text).1);
    }
    let long = format!("{{\"version\": 1, {} \"rules\": []}}", " ".repeat(Rules::MAX_BYTES));
    assert!(fault(&long).1.contains("at most"));

    let s = snapshot();
    let leaf = leaf("amount", "greater_than", json!(1));
    let nested = |depth: usize| (1..depth).fold(leaf.clone(), |inner, _| json!({"not": inner}));
    assert!(s.segments(&one(&nested(32))).is_ok());
    let error = s.segments(&one(&nested(33))).unwrap_err().to_string();
    assert!(error.starts_with("rules, rules[0]: 33 conditions"), "{error}");
    // Included rules count with those that include them: 10 × 10 × 11 leaves.
    let ten = |id: &str, inner: &Json, count: usize| json!({"id": id, "when": {"any": vec![inner.clone(); count]}});
    let document = |count: usize| {
        let rules = [
            ten("a", &leaf, count),
            ten("b", &json!({"include": "a"}), 10),
            ten("c", &json!({"include": "b"}), 10),
        ];
        Rules::from_json(&json!({"version": 1, "rules": rules}).to_string()).unwrap()
    };
    assert!(s.segments(&document(10)).is_ok());
    let error = s.segments(&document(11)).unwrap_err().to_string();
    assert!(error.contains("rules[2]: 1100 leaves, at most 1000"), "{error}");
    let list =
        json!({"attribute": "client", "op": "in", "value": (0..10_001).collect::<Vec<i64>>()});
    assert!(s.segments(&one(&list)).unwrap_err().to_string().contains("10001 values"));
}

/// Problems of a document as path, code and whether it is an error.
fn problems(s: &Snapshot, rules: &Json) -> Vec<(String, &'static str, bool)> {
    let rules = Rules::from_json(&rules.to_string()).unwrap_or_else(|e| panic!("{rules}: {e}"));
    let found = s.check_rules(&rules).into_iter();
    found.map(|one| (one.path, one.code, one.severity == Severity::Error)).collect()
}

#[test]
fn all_problems_are_told_with_their_paths() {
    let s = snapshot();
    let list = json!([
        leaf("teir", "equals", json!("vip")),
        leaf("tier", "equals", json!("gold")),
        leaf("tier", "greater_than", json!("vip")),
        leaf("amount", "equals", json!("1,50")),
        leaf("amount", "between", json!([5, 1])),
        leaf("amount", "in", json!([])),
        leaf("kind", "contains", json!("")),
        leaf("amount", "greater_than", Json::Null),
        leaf("amount", "is_null", json!(1)),
        {"attribute": "amount", "op": "equals", "value": 1, "currency": "USD"},
        {"attribute": "purchases", "op": "equals", "value": 1, "currency": "EUR"},
        {"attribute": "purchases", "op": "equals", "value": 1, "ignore_case": true},
        {"exists": "visits"},
        {"exists": "sales", "where": {"any": [{"field": "colour", "op": "is_null"}, leaf("tier", "is_null", Json::Null)]}},
        {"exists": "contacts", "window": {"last": 1, "unit": "day"}},
        {"exists": "sales", "window": {"from": "2026-02-01", "to": "2026-01-31"}},
        {"include": "nobody"},
        {"any": []},
        leaf("first_purchase", "before", json!("soon")),
        {"field": "category", "op": "is_null"},
        leaf("highest_stage", "in", json!(["regular", "guest"])),
    ]);
    let expected: [(&str, &'static str); 22] = [
        ("[0].attribute", "unknown_attribute"),
        ("[1].value", "no_option"),
        ("[2].op", "wrong_op"),
        ("[3].value", "wrong_type"),
        ("[4].value", "impossible_range"),
        ("[5].value", "empty_list"),
        ("[6].value", "empty_value"),
        ("[7]", "missing_value"),
        ("[8].value", "extra_value"),
        ("[9].currency", "wrong_currency"),
        ("[10].currency", "wrong_option"),
        ("[11].ignore_case", "wrong_option"),
        ("[12].exists", "unknown_records"),
        ("[13].where.any[0].field", "unknown_field"),
        ("[13].where.any[1]", "unknown_field"),
        ("[14].window", "no_window"),
        ("[15].window", "impossible_range"),
        ("[16].include", "unknown_rule"),
        ("[17].any", "empty_list"),
        ("[18].value", "wrong_type"),
        ("[19].field", "unknown_field"),
        ("[20].value[1]", "no_option"),
    ];
    let expected: Vec<(String, &str, bool)> = expected
        .iter()
        .map(|(path, code)| (format!("rules[0].when.all{path}"), *code, true))
        .collect();
    let rules = json!({"version": 1, "rules": [{"id": "a", "when": {"all": list}}]});
    assert_eq!(problems(&s, &rules), expected);

    let plain = leaf("amount", "greater_than", json!(1));
    let include = |id: &str| json!({"any": [plain, {"include": id}]});
    let rules = json!({"version": 1, "rules": [
        {"id": "Bad id", "when": plain}, {"id": "tier", "when": plain},
        {"id": "a", "when": include("b")}, {"id": "b", "when": include("c")},
        {"id": "c", "when": include("b")}, {"id": "c", "when": plain}]});
    assert_eq!(
        problems(&s, &rules),
        [
            ("rules[0].id".to_owned(), "bad_id", true),
            ("rules[1].id".to_owned(), "bad_id", true),
            ("rules[5].id".to_owned(), "duplicate_id", true),
        ]
    );
    let cycle = json!({"version": 1, "rules": [
        {"id": "a", "when": include("b")}, {"id": "b", "when": include("c")},
        {"id": "c", "when": include("b")}]});
    let rules = Rules::from_json(&cycle.to_string()).unwrap();
    let found = s.check_rules(&rules);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].path, "rules[1].when.any[1].include");
    assert!(found[0].problem.contains("b → c → b"), "{}", found[0].problem);
}

#[test]
fn what_is_always_so_is_warned_of() {
    let s = snapshot();
    let amount = |op: &str, value: Json| leaf("amount", op, value);
    let warned = |when: Json| -> Vec<(String, &'static str, bool)> {
        problems(&s, &json!({"version": 1, "rules": [{"id": "a", "when": when}]}))
    };
    let only = |path: &str, code| vec![(format!("rules[0].when{path}"), code, false)];
    let purchases = |op: &str, value| metric("purchases", Json::Null, op, json!(value));
    for (when, expected) in [
        (
            json!({"all": [amount("greater_than", json!(5)), amount("less_than", json!(3))]}),
            only("", "always_false"),
        ),
        (json!({"all": [amount("greater_than", json!(3)), amount("less_than", json!(5))]}), vec![]),
        // Between 3.00 and 3.01 there is no amount.
        (
            json!({"all": [amount("greater_than", json!(3)), amount("less_than", json!("3.01"))]}),
            only("", "always_false"),
        ),
        (
            json!({"any": [amount("less_than", json!(5)), {"not": amount("less_than", json!(5))}]}),
            only("", "always_true"),
        ),
        (
            json!({"any": [leaf("famous", "is_null", Json::Null), leaf("famous", "is_not_null", Json::Null)]}),
            only("", "always_true"),
        ),
        (
            json!({"any": [leaf("famous", "is_true", Json::Null), leaf("famous", "is_false", Json::Null)]}),
            only("", "always_true"),
        ),
        (
            json!({"all": [leaf("tier", "equals", json!("vip")), leaf("tier", "equals", json!("good"))]}),
            only("", "always_false"),
        ),
        (purchases("less_than", 0), only("", "always_false")),
        (purchases("greater_than_or_equals", 0), only("", "always_true")),
        (purchases("greater_than", 0), vec![]),
        (amount("equals", json!("1.005")), only("", "always_false")),
        (leaf("tier", "in", json!(["vip", "good", "standard"])), only("", "always_true")),
        (leaf("floor_area_m2", "less_than", json!(0)), only("", "always_false")),
        (json!({"exists": "deliveries"}), only(".exists", "never_known")),
        (metric("quantity", Json::Null, "equals", json!(1)), only(".metric", "never_known")),
        (leaf("p_alive", "less_than", json!("0.5")), only(".attribute", "never_known")),
    ] {
        assert_eq!(warned(when.clone()), expected, "{when}");
        assert!(s.segments(&one(&when)).is_ok(), "{when}");
    }
}

#[test]
fn attributes_are_listed_and_all_can_be_compared() {
    let s = snapshot();
    let table = s.attributes().unwrap();
    let text = |row: usize, column: &str| table.value(row, column).unwrap().to_string();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for row in 0..table.rows() {
        let (name, kind) = (text(row, "name"), text(row, "kind"));
        *kinds.entry(kind.clone()).or_default() += 1;
        assert!(!text(row, "about").is_empty() && !text(row, "source").is_empty(), "{name}");
        let op = if text(row, "ops").contains("is_null") { "is_null" } else { "equals" };
        let when = match kind.as_str() {
            "column" | "portrait" => json!({"attribute": name, "op": op}),
            "metric" => json!({"metric": name, "op": op}),
            "record" => json!({"count": name, "op": op}),
            _ => {
                let (list, field) = name.split_once('.').unwrap();
                json!({"exists": list, "where": {"field": field, "op": op}})
            }
        };
        let problems = s.check_rules(&one(&when));
        assert!(
            problems.iter().all(|one| one.severity == Severity::Warning),
            "{when} {problems:?}"
        );
    }
    assert_eq!(kinds["column"], s.clients().columns().len());
    assert_eq!(kinds["metric"], 12);
    assert_eq!(kinds["record"], 1 + 10 + 11);
    let row = (0..table.rows()).find(|&row| text(row, "name") == "tier").unwrap();
    assert_eq!(text(row, "options"), "vip\ngood\nstandard");
    assert_eq!(text(row, "type"), "choice");
}

#[test]
fn documents_come_back_as_they_went() {
    let text = json!({"version": 1, "match": "first", "rules": [{"id": "a", "version": 3,
        "title": "T", "reason": "R", "priority": -1, "hidden": true, "when": {"all": [
            {"any": [leaf("a", "between", json!([1, "2.5"]))]}, {"not": {"include": "b"}},
            {"attribute": "d", "op": "in_window", "value": {"from": {"ago": 1, "unit": "week"},
                "to": {"start_of": "month", "offset": {"n": -1, "unit": "year"}}}, "unknown": "no"},
            {"metric": "amount", "window": {"last": 2, "unit": "quarter"}, "where":
                {"field": "promo", "op": "is_true"}, "op": "equals", "value": "1", "currency": "EUR"},
            {"count": "touches", "window": {"next": 1, "unit": "day"}, "op": "equals", "value": 1},
            {"exists": "sales", "window": {"from": "as_of"}},
            {"attribute": "t", "op": "like", "value": "x%", "ignore_case": true},
            {"attribute": "t", "op": "older_than", "value": {"n": 1, "unit": "day"}},
            {"attribute": "f", "op": "equals", "value": true},
            {"exists": "sales", "window": {"previous": "day"}},
            {"exists": "sales", "window": {"ever": true}}]}}]});
    let rules = Rules::from_json(&text.to_string()).unwrap();
    let again: Json = serde_json::from_str(&rules.to_json()).unwrap();
    assert_eq!(again, text);
}

// ---- Random rules over random bases, against a slow evaluator.

/// A line: client, day, amount, kind, order, promo, category.
type Made = (i64, i32, i64, u8, i64, u8, u8);

const FIRST: i32 = 20_000;
const AS_OF: i32 = 20_400;

fn made() -> impl Strategy<Value = Vec<Made>> {
    let kind = prop_oneof![8 => Just(0_u8), 1 => Just(1), 1 => Just(2)];
    let order = prop_oneof![2 => Just(NO_INT64), 1 => 0_i64..6];
    let promo = prop::sample::select(vec![0, 1, NO_CODE]);
    let line = (0_i64..40, 0_i32..420, 0_i64..3_000, kind, order, promo, 0_u8..4);
    let line = line.prop_map(|(client, day, amount, kind, order, promo, category)| {
        let amount = if kind == 0 { amount } else { -amount };
        (client, FIRST + day, amount, kind, order, promo, category)
    });
    prop::collection::vec(line, 1..200)
}

const CATEGORIES: [&str; 4] = ["", "ash", "elm", "oak"];

fn of_made(lines: &[Made], areas: &[Option<i64>]) -> Option<Snapshot> {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let clients: Vec<i64> = lines.iter().map(|line| line.0).collect();
    let days: Vec<i32> = lines.iter().map(|line| line.1).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.2).collect();
    let mut sales = Sales::new(ClientColumn::Int(clients.into()), days, amounts);
    sales.kind = Some(lines.iter().map(|line| line.3).collect::<Vec<u8>>().into());
    sales.order =
        Some(OrderColumn::Int(lines.iter().map(|line| line.4).collect::<Vec<i64>>().into()));
    sales.promo = Some(lines.iter().map(|line| line.5).collect::<Vec<u8>>().into());
    sales.category = Some(lines.iter().map(|line| CATEGORIES[usize::from(line.6)]).collect());
    builder.push(sales).unwrap();
    let portraits: Vec<Json> = areas
        .iter()
        .enumerate()
        .filter_map(|(client, area)| {
            let area = area.as_ref()?;
            let fields = if *area < 0 {
                json!({"famous": area % 2 == 0})
            } else {
                json!({"floor_area_m2": format!("{area}.5"), "famous": area % 2 == 0})
            };
            Some(json!({"client": client, "kind": "shop", "fields": fields}))
        })
        .collect();
    let portraits =
        Portraits::from_json(&Json::Array(portraits).to_string(), &PortraitOptions::default());
    let base = Base::new(&builder.finish().ok()?).portraits(&portraits.unwrap());
    base.snapshot(Day::new(AS_OF).unwrap(), &Policy::default()).ok()
}

/// A leaf on one line of the sales.
fn any_line_leaf() -> impl Strategy<Value = Json> {
    prop_oneof![
        prop::sample::select(vec!["ash", "elm", "fir"])
            .prop_map(|name| json!({"field": "category", "op": "equals", "value": name})),
        prop::sample::select(vec!["is_true", "is_false", "is_null"])
            .prop_map(|op| json!({"field": "promo", "op": op})),
        (0_i64..30)
            .prop_map(|value| json!({"field": "amount", "op": "greater_than", "value": value})),
        Just(json!({"field": "kind", "op": "equals", "value": "sale"})),
    ]
}

fn joined(leaf: impl Strategy<Value = Json> + 'static, depth: u32) -> impl Strategy<Value = Json> {
    leaf.prop_recursive(depth, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"all": all})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|any| json!({"any": any})),
            inner.prop_map(|not| json!({"not": not})),
        ]
    })
}

fn any_window() -> impl Strategy<Value = Json> {
    prop_oneof![
        (1_u32..200).prop_map(|n| json!({"last": n, "unit": "day"})),
        (FIRST..AS_OF, 0..100).prop_map(|(from, days)| {
            let day = |days| Day::new(days).unwrap().to_string();
            json!({"from": day(from), "to": day(from + days)})
        }),
    ]
}

fn any_leaf() -> impl Strategy<Value = Json> {
    let op = prop::sample::select(vec![
        "equals",
        "not_equals",
        "greater_than",
        "greater_than_or_equals",
        "less_than",
        "less_than_or_equals",
    ]);
    let number = (-10_i64..6_000)
        .prop_map(|cents| json!(format!("{}.{:02}", cents / 100, cents.abs() % 100)));
    let column = prop::sample::select(vec![
        "amount",
        "mean_purchase",
        "purchases",
        "recency_days",
        "median_interval_days",
        "portrait.floor_area_m2",
    ]);
    let numeric =
        (column, op.clone(), number.clone(), prop::sample::select(vec!["", "", "yes", "no"]))
            .prop_map(|(name, op, value, unknown)| {
                let mut leaf = leaf(name, op, value);
                if !unknown.is_empty() {
                    leaf["unknown"] = json!(unknown);
                }
                leaf
            });
    let filter = || prop::option::of(joined(any_line_leaf(), 2));
    let figure = (
        prop::sample::select(vec![
            "amount",
            "purchases",
            "purchase_days",
            "returns",
            "returned_amount",
        ]),
        any_window(),
        filter(),
        op.clone(),
        prop_oneof![number, (0_i64..4).prop_map(|n| json!(n))],
    )
        .prop_map(|(name, window, filter, op, value)| {
            let mut leaf = metric(name, window, op, value);
            if let Some(filter) = filter {
                leaf["where"] = filter;
            }
            leaf
        });
    let count = (any_window(), filter(), op, 0_i64..4).prop_map(|(window, filter, op, value)| {
        let mut leaf = json!({"count": "sales", "window": window, "op": op, "value": value});
        if let Some(filter) = filter {
            leaf["where"] = filter;
        }
        leaf
    });
    let exists = (any_window(), joined(any_line_leaf(), 2))
        .prop_map(|(window, filter)| json!({"exists": "sales", "window": window, "where": filter}));
    prop_oneof![
        3 => numeric,
        1 => prop::sample::select(vec!["is_true", "is_false", "is_null", "is_not_null"])
            .prop_map(|op| leaf("famous", op, Json::Null)),
        1 => prop::sample::select(vec!["vip", "good", "standard"])
            .prop_map(|tier| leaf("tier", "equals", json!(tier))),
        2 => figure,
        1 => count,
        1 => exists,
    ]
}

/// Joins as the laws of three values say, from the worst or the best.
fn joined_slowly(values: impl Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let all: Vec<Option<bool>> = values.collect();
    if all.contains(&Some(decides)) {
        Some(decides)
    } else if all.contains(&None) {
        None
    } else {
        Some(!decides)
    }
}

/// A condition on something, by the verdict of its leaves.
fn slowly(when: &Json, leaf: &dyn Fn(&Json) -> Option<bool>) -> Option<bool> {
    if let Some(all) = when["all"].as_array() {
        return joined_slowly(all.iter().map(|one| slowly(one, leaf)), false);
    }
    if let Some(any) = when["any"].as_array() {
        return joined_slowly(any.iter().map(|one| slowly(one, leaf)), true);
    }
    if when.get("not").is_some() {
        return slowly(&when["not"], leaf).map(|holds| !holds);
    }
    leaf(when).or(when["unknown"].as_str().map(|unknown| unknown == "yes"))
}

fn exact(json: &Json) -> Decimal {
    json.as_str().map_or_else(|| json.as_i64().unwrap().into(), |text| text.parse().unwrap())
}

fn compared(op: &str, seen: Decimal, limit: Decimal) -> bool {
    match op {
        "equals" => seen == limit,
        "not_equals" => seen != limit,
        "greater_than" => seen > limit,
        "greater_than_or_equals" => seen >= limit,
        "less_than" => seen < limit,
        "less_than_or_equals" => seen <= limit,
        other => panic!("{other}"),
    }
}

/// A leaf on one line.
fn line_leaf(when: &Json, line: &Made) -> Option<bool> {
    match (when["field"].as_str().unwrap(), when["op"].as_str().unwrap()) {
        ("category", _) => (line.6 != 0)
            .then(|| CATEGORIES[usize::from(line.6)] == when["value"].as_str().unwrap()),
        ("promo", "is_null") => Some(line.5 == NO_CODE),
        ("promo", op) => (line.5 != NO_CODE).then_some((line.5 == 1) == (op == "is_true")),
        ("kind", _) => Some(line.3 == 0),
        (_, op) => Some(compared(op, Decimal::new(line.2, 2), exact(&when["value"]))),
    }
}

/// The verdict on a client by its row of the table and its lines.
fn client_leaf(
    when: &Json,
    client: i64,
    row: usize,
    snapshot: &Snapshot,
    lines: &[Made],
) -> Option<bool> {
    let op = when["op"].as_str().unwrap_or("exists");
    if let Some(name) = when["attribute"].as_str() {
        let table = snapshot.clients();
        let declared = snapshot.base().declared().unwrap().get(&ClientId::Int(client));
        let field = |name: &str| {
            let portrait = declared.as_ref()?;
            portrait.fields.get(name).and_then(clientela::FieldValue::text)
        };
        return match name {
            "famous" => match (op, field("famous")) {
                ("is_null", seen) => Some(seen.is_none()),
                ("is_not_null", seen) => Some(seen.is_some()),
                (op, seen) => seen.map(|seen| (seen == "yes") == (op == "is_true")),
            },
            "tier" => match table.value(row, "tier").unwrap() {
                Value::Text(tier) => Some(tier == when["value"].as_str().unwrap()),
                _ => None,
            },
            "portrait.floor_area_m2" => field("floor_area_m2")
                .map(|area| compared(op, area.parse().unwrap(), exact(&when["value"]))),
            name => match table.value(row, name).unwrap() {
                Value::Missing => None,
                Value::Int(seen) => Some(compared(op, seen.into(), exact(&when["value"]))),
                Value::Decimal(seen) => Some(compared(op, seen, exact(&when["value"]))),
                // Medians of days are halves, which decimals hold too.
                Value::Float(seen) => {
                    let twice = Decimal::from((seen * 2.0) as i64);
                    Some(compared(op, twice / Decimal::TWO, exact(&when["value"])))
                }
                other => panic!("{other:?}"),
            },
        };
    }
    let window = &when["window"];
    let bound = |name: &str| window[name].as_str().map(|text| day(text).days());
    let (from, to) = match window["last"].as_i64() {
        Some(days) => (AS_OF - days as i32 + 1, AS_OF),
        None => (bound("from").unwrap(), bound("to").unwrap()),
    };
    // Lines that count: of orders that were called off none, where the order is there.
    let mine: Vec<&Made> = lines.iter().filter(|l| l.0 == client && l.1 <= AS_OF).collect();
    let has = |order: i64, kind: u8| {
        order != NO_INT64 && mine.iter().any(|line| line.4 == order && line.3 == kind)
    };
    let counted: Vec<&Made> =
        mine.iter().filter(|line| !(has(line.4, 2) && has(line.4, 0))).copied().collect();
    let meant = |line: &Made| {
        when.get("where").map_or(Some(true), |filter| slowly(filter, &|one| line_leaf(one, line)))
    };
    let inside = |day: i32| (from..=to).contains(&day);
    let lines = || counted.iter().filter(|line| inside(line.1)).map(|line| (*line, meant(line)));
    // Every way in which the unknown ones can turn out, for counts.
    let by_count = |sure: i64, chances: i64, limit: &Json| {
        let outcomes: Vec<bool> =
            (sure..=sure + chances).map(|n| compared(op, n.into(), exact(limit))).collect();
        match (outcomes.contains(&true), outcomes.contains(&false)) {
            (true, true) => None,
            (yes, _) => Some(yes),
        }
    };
    let tally = |all: Vec<Option<bool>>| {
        let count = |of: Option<bool>| all.iter().filter(|&&one| one == of).count() as i64;
        (count(Some(true)), count(None))
    };
    if when.get("exists").is_some() {
        return joined_slowly(lines().map(|(_, meant)| meant), true);
    }
    let value = &when["value"];
    if when.get("count").is_some() {
        let (sure, chances) = tally(lines().map(|(_, meant)| meant).collect());
        return by_count(sure, chances, value);
    }
    let returns = || lines().filter(|(line, _)| line.3 != 0);
    let sum = |all: Vec<(&Made, Option<bool>)>, sign: i64| {
        let unknown = all.iter().any(|(_, meant)| meant.is_none());
        let sum: i64 =
            all.iter().filter(|(_, meant)| *meant == Some(true)).map(|(l, _)| sign * l.2).sum();
        (!unknown).then(|| compared(op, Decimal::new(sum, 2), exact(value)))
    };
    // Purchases: the lines of an order, or of a day without one; on the first day of them.
    let mut purchases: BTreeMap<(i64, i32), Vec<&Made>> = BTreeMap::new();
    for line in counted.iter().filter(|line| line.3 == 0) {
        let key = if line.4 == NO_INT64 { (NO_INT64, line.1) } else { (line.4, 0) };
        purchases.entry(key).or_default().push(line);
    }
    let of_day = purchases.into_values().map(|lines| {
        let first = lines.iter().map(|line| line.1).min().unwrap();
        (first, joined_slowly(lines.iter().map(|line| meant(line)), true))
    });
    let of_day: Vec<(i32, Option<bool>)> = of_day.filter(|(first, _)| inside(*first)).collect();
    match when["metric"].as_str().unwrap() {
        "amount" => sum(lines().collect(), 1),
        "returned_amount" => sum(returns().collect(), -1),
        "returns" => {
            let (sure, chances) = tally(returns().map(|(_, meant)| meant).collect());
            by_count(sure, chances, value)
        }
        "purchases" => {
            let (sure, chances) = tally(of_day.into_iter().map(|(_, meant)| meant).collect());
            by_count(sure, chances, value)
        }
        _ => {
            let mut days: BTreeMap<i32, Vec<Option<bool>>> = BTreeMap::new();
            for (day, meant) in of_day {
                days.entry(day).or_default().push(meant);
            }
            let (sure, chances) =
                tally(days.into_values().map(|all| joined_slowly(all.into_iter(), true)).collect());
            by_count(sure, chances, value)
        }
    }
}

proptest! {
    #![proptest_config(Config::with_cases(160))]

    #[test]
    fn random_rules_are_what_a_slow_reading_gives(
        lines in made(),
        areas in prop::collection::vec(prop::option::of(-4_i64..60), 40),
        whens in prop::collection::vec(joined(any_leaf(), 4), 1..6),
    ) {
        let Some(snapshot) = of_made(&lines, &areas) else { return Ok(()) };
        let rules: Vec<Json> = whens
            .iter()
            .enumerate()
            .map(|(i, when)| json!({"id": format!("r{i}"), "when": when}))
            .collect();
        let rules = Rules::from_json(&json!({"version": 1, "rules": rules}).to_string()).unwrap();
        let segments = snapshot.segments(&rules).unwrap();
        let table = segments.table();
        for row in 0..segments.len() {
            let ClientId::Int(client) = segments.ids().get(row) else { unreachable!() };
            for (i, when) in whens.iter().enumerate() {
                let slow = slowly(when, &|leaf| client_leaf(leaf, client, row, &snapshot, &lines));
                let expected = slow.map_or(Value::Missing, Value::Flag);
                let found = table.value(row, &format!("r{i}")).unwrap();
                prop_assert_eq!(&found, &expected, "client {} {}", client, when);
            }
        }
        // A trace of a client says what the table says.
        let client = segments.ids().get(0);
        for (i, traced) in snapshot.trace(&rules, &client).unwrap().rules.iter().enumerate() {
            let found = table.value(0, &format!("r{i}")).unwrap();
            prop_assert_eq!(traced.outcome.map_or(Value::Missing, Value::Flag), found);
        }
    }

    #[test]
    fn order_of_rows_and_number_of_threads_do_not_matter(
        lines in made(),
        areas in prop::collection::vec(prop::option::of(0_i64..60), 40),
        whens in prop::collection::vec(joined(any_leaf(), 3), 1..4),
        seed in 0_usize..1_000,
    ) {
        // More clients than a chunk has: every client many times over.
        let lines: Vec<Made> = (0..120)
            .flat_map(|copy| lines.iter().map(move |line| (line.0 + 40 * copy, line.1, line.2, line.3, line.4, line.5, line.6)))
            .collect();
        let mut turned = lines.clone();
        turned.rotate_left(seed % lines.len());
        turned.reverse();
        let rules: Vec<Json> = whens
            .iter()
            .enumerate()
            .map(|(i, when)| json!({"id": format!("r{i}"), "when": when}))
            .collect();
        let rules = Rules::from_json(&json!({"version": 1, "rules": rules}).to_string()).unwrap();
        let (Some(one), Some(other)) = (of_made(&lines, &areas), of_made(&turned, &areas)) else {
            return Ok(());
        };
        let told = |snapshot: &Snapshot, threads| {
            let table = with_threads(Some(threads), || snapshot.segments(&rules).unwrap().table());
            serde_json::to_string(&table.unwrap()).unwrap()
        };
        let expected = told(&one, 1);
        prop_assert_eq!(&told(&one, 3), &expected);
        prop_assert_eq!(&told(&other, 2), &expected);
    }
}
