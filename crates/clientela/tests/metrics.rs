//! The figures of the base: formulas and views against sums by hand, and what must hold of them
//! for any sales whatever.

use std::collections::{BTreeMap, BTreeSet};

use clientela::{
    Base, ClientColumn, Day, Error, ErrorCode, Journal, Ledger, LedgerBuilder, LedgerOptions,
    NO_INT64, OrderColumn, Policy, Sales, Snapshot, Span, Step, Table, Value, formula,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

/// One line of sales.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    client: i64,
    day: i32,
    amount: i64,
    profit: i64,
    order: i64,
    kind: u8,
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn line(client: i64, on: &str, amount: i64, profit: i64) -> Line {
    let kind = u8::from(amount < 0);
    Line { client, day: day(on).days(), amount, profit, order: NO_INT64, kind }
}

fn ledger(lines: &[Line]) -> Ledger {
    let column = |value: fn(&Line) -> i64| lines.iter().map(value).collect::<Vec<i64>>();
    let days: Vec<i32> = lines.iter().map(|line| line.day).collect();
    let clients = ClientColumn::Int(column(|line| line.client).into());
    let mut sales = Sales::new(clients, days, column(|line| line.amount));
    sales.profit = Some(column(|line| line.profit).into());
    if lines.iter().any(|line| line.kind > 0 || line.order != NO_INT64) {
        sales.order = Some(OrderColumn::Int(column(|line| line.order).into()));
        sales.kind = Some(lines.iter().map(|line| line.kind).collect());
    }
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push(sales).expect("lines are good");
    builder.finish().expect("lines add up")
}

fn policy(text: &str) -> Policy {
    Policy::from_json(text).expect("a policy that checks")
}

fn snapshot(lines: &[Line], as_of: Day, policy: &Policy) -> Snapshot {
    ledger(lines).snapshot(as_of, policy).expect("a good base")
}

fn view(snapshot: &Snapshot, name: &str, arguments: &Json) -> Table {
    snapshot.view_named(name, &arguments.to_string()).expect("an answer")
}

/// A table as text, a row after another, without the names of columns.
fn rows(table: &Table) -> Vec<Vec<String>> {
    let row = |row| table.columns().iter().map(move |c| c.values.get(row).to_string()).collect();
    (0..table.rows()).map(row).collect()
}

/// Some columns of a table.
fn picked(table: &Table, columns: &[&str]) -> Vec<String> {
    let cell = |row, name: &&str| table.value(row, name).expect("a column").to_string();
    let row = |row| columns.iter().map(|name| cell(row, name)).collect::<Vec<_>>().join(" ");
    (0..table.rows()).map(row).collect()
}

fn number(table: &Table, row: usize, column: &str) -> f64 {
    match table.value(row, column).expect("a column") {
        Value::Float(value) => value,
        Value::Int(value) => value as f64,
        other => panic!("{column}: {other:?} is no number"),
    }
}

/// An amount in minor units.
fn minor(table: &Table, row: usize, column: &str) -> i128 {
    match table.value(row, column).expect("a column") {
        Value::Decimal(amount) => {
            i128::try_from(amount * Decimal::ONE_HUNDRED).expect("an amount in cents")
        }
        other => panic!("{column}: {other:?} is no amount"),
    }
}

fn close(ours: f64, exact: f64) {
    assert!((ours - exact).abs() <= 1e-12 * exact.abs().max(1.0), "{ours}, not {exact}");
}

/// Five clients over half a year, with a return; three months make a client inactive.
fn small() -> Vec<Line> {
    vec![
        line(1, "2025-01-10", 10_000, 3_000),
        line(1, "2025-02-12", 12_000, 3_600),
        line(1, "2025-03-12", 11_000, 3_300),
        line(1, "2025-05-20", 9_000, 2_700),
        line(1, "2025-05-25", -2_000, -600),
        line(2, "2025-01-15", 5_000, 1_000),
        line(2, "2025-02-15", 4_000, 800),
        line(3, "2025-02-01", 20_000, 8_000),
        line(3, "2025-04-01", 25_000, 10_000),
        line(3, "2025-05-30", 30_000, 12_000),
        line(4, "2025-04-11", 7_000, 1_400),
        line(5, "2025-01-31", 3_000, -300),
        line(5, "2025-06-10", 1_000, -100),
    ]
}

fn small_policy() -> Policy {
    policy(
        r#"{"activity": {"lost_after": {"months": 3}},
            "metric": {"conversion_within": {"months": 3}}}"#,
    )
}

fn small_base() -> Snapshot {
    snapshot(&small(), day("2025-06-15"), &small_policy())
}

fn answer(name: &str, arguments: &Json, policy: &Policy) -> Json {
    let text = formula(name, &arguments.to_string(), policy).expect("an answer");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn formulas_by_hand() {
    let plain = Policy::default();
    // 1000 · 2 · 30 % · 12.
    let ltv = json!({"mean_purchase": 1000, "purchases_per_month": 2, "profit_percent": 30,
                     "months": 12});
    assert_eq!(answer("ltv", &ltv, &plain)["ltv"]["value"], "7200");
    let mut running = ltv.clone();
    running["still_active"] = json!(true);
    assert_eq!(answer("ltv", &running, &plain)["ltv"]["bound"], "lower");
    let mut losing = ltv.clone();
    losing["profit_percent"] = json!(-5);
    let lost = answer("ltv", &losing, &plain);
    assert_eq!((&lost["ltv"]["value"], &lost["losing"]), (&json!("-1200"), &json!(true)));
    // (110 − 20) / 100, and (115 − 10) / 100.
    let crr = |end: u32, new: u32| {
        let arguments = json!({"at_start": 100, "at_end": end, "new": new});
        answer("crr", &arguments, &plain)["retention"]["value"].clone()
    };
    assert_eq!((crr(110, 20), crr(115, 10)), (json!("90"), json!("105")));
    // Half of 30 % off, a tenth more months: 1000 · 2 · 15 % · 13.2 = 3960.
    let mut what_if = ltv;
    what_if["change_percent"] = json!({"profit_percent": -50, "months": "10"});
    let changed = answer("ltv_what_if", &what_if, &plain);
    assert_eq!(changed["after"]["value"], "3960");
    assert_eq!(changed["difference"]["value"], "-3240");
    assert_eq!(changed["difference_percent"]["value"], "-45");
}

#[test]
fn conventions_of_revenue() {
    let arguments = json!({"at_start": 1000, "expansion": 150, "contraction": 50, "lost": 80,
                           "reactivation": 20});
    let by = |convention: &str| {
        let policy = policy(&json!({"metric": {"revenue_retention": convention}}).to_string());
        let all = answer("revenue_retention", &arguments, &policy);
        ["net", "gross", "net_churn"].map(|name| all[name]["value"].as_str().unwrap().to_owned())
    };
    // Standard 1000 + 150 − 50 − 80; with the 20 that came back; without the 50.
    assert_eq!(by("standard"), ["102", "87", "-2"]);
    assert_eq!(by("chartmogul"), ["104", "87", "-4"]);
    assert_eq!(by("baremetrics"), ["107", "87", "-7"]);
    let none = answer("revenue_retention", &json!({"at_start": 0}), &Policy::default());
    assert_eq!(none["net"]["value"], Json::Null);

    let growth = json!({"new": 300, "expansion": 100, "reactivation": 50, "contraction": 60,
                        "lost": 40});
    let with = policy(r#"{"metric": {"quick_ratio_with_reactivation": true}}"#);
    assert_eq!(answer("quick_ratio", &growth, &Policy::default())["quick_ratio"]["value"], "4");
    assert_eq!(answer("quick_ratio", &growth, &with)["quick_ratio"]["value"], "4.5");

    let churn = |convention: &str, percent: u32| {
        let policy = policy(&json!({"metric": {"zero_churn": convention}}).to_string());
        let arguments = json!({"revenue_per_client": 167, "churn_percent": percent});
        answer("ltv_by_churn", &arguments, &policy)["ltv"]["value"].clone()
    };
    assert_eq!(churn("undefined", 0), Json::Null);
    assert_eq!(churn("chartmogul", 0), "0");
    // 167 / 1.67 %.
    assert_eq!(churn("stripe", 0), "10000");
    assert_eq!(churn("stripe", 10), "1670");
}

#[test]
fn formulas_refuse_contradictions() {
    let plain = Policy::default();
    let faults = [
        (
            "ltv",
            json!({"mean_purchase": -1, "purchases_per_month": 2, "profit_percent": 30,
                       "months": 12}),
            "mean_purchase",
        ),
        (
            "ltv_what_if",
            json!({"mean_purchase": 1, "purchases_per_month": 2,
            "profit_percent": 30, "months": 12, "change_percent": {"months": -100}}),
            "change_percent",
        ),
        ("churn", json!({"at_start": 5, "lost": 6}), "lost"),
        ("conversion", json!({"new": 3, "became_regular": 4}), "became_regular"),
        ("penetration", json!({"ours": 3, "competitors": -4}), "competitors"),
        ("ltv_by_churn", json!({"revenue_per_client": 3, "churn_percent": 101}), "churn_percent"),
        ("concentration", json!({"amounts": [1], "tops": [0]}), "tops"),
        ("cac", json!({"cost": -1, "new_clients": 1}), "cost"),
        (
            "response",
            json!({"channels": [{"channel": "email", "reached": [1], "responded": [2]}]}),
            "channels",
        ),
    ];
    for (name, arguments, named) in faults {
        match formula(name, &arguments.to_string(), &plain) {
            Err(Error::BadArgument { argument, .. }) => assert_eq!(argument, named, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    let float = formula("cac", r#"{"cost": 1.5, "new_clients": 1}"#, &plain);
    assert_eq!(float.unwrap_err().code(), ErrorCode::BadDocument);
}

#[test]
fn lifetime_value_of_a_small_base() {
    let base = small_base();
    let of_base = view(&base, "ltv", &json!({}));
    // 1350.00 over 12 purchases, 18 months of lives, 5 clients; profit 448.00.
    assert_eq!(
        picked(
            &of_base,
            &[
                "name",
                "clients",
                "purchases",
                "mean_purchase",
                "active",
                "lower_bound",
                "revenue_per_client",
                "ltv",
                "cause"
            ]
        ),
        ["base 5 12 112.50 4 true 270.00 89.60 "]
    );
    close(number(&of_base, 0, "purchases_per_month"), 12.0 / 18.0);
    close(number(&of_base, 0, "months"), 18.0 / 5.0);
    close(number(&of_base, 0, "profit_percent"), 44_800.0 / 1_350.0);
    let each = view(&base, "ltv", &json!({"by": "client"}));
    assert_eq!(
        picked(
            &each,
            &["client", "mean_purchase", "months", "active", "revenue_per_client", "ltv"]
        ),
        [
            "1 100.00 5 1 400.00 120.00",
            "2 45.00 2 0 90.00 18.00",
            "3 250.00 4 1 750.00 300.00",
            "4 70.00 1 1 70.00 14.00",
            "5 20.00 6 1 40.00 -4.00",
        ]
    );
}

#[test]
fn profit_that_is_unknown_is_not_zero() {
    let mut lines = small();
    lines[12].profit = NO_INT64;
    let base = snapshot(&lines, day("2025-06-15"), &Policy::default());
    let table = view(&base, "ltv", &json!({}));
    assert_eq!(table.value(0, "ltv"), Some(Value::Missing));
    assert_eq!(
        picked(&table, &["cause"]),
        ["the profit of a sale of 1 client is unknown; no return period is given, so every life \
          counts as running"]
    );
    // Without a rule of activity there is no retention at all, and the error names the field.
    match base.view_named("retention", "{}") {
        Err(Error::BadPolicy { path, .. }) => assert_eq!(path, "metric.active_within"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn retention_of_a_small_base() {
    let base = small_base();
    let columns =
        ["begins", "at_start", "at_end", "new", "reactivated", "retained", "lost", "complete"];
    // Client 2 is active up to 05-15, client 5 up to 04-30 and again from 06-10.
    assert_eq!(
        picked(&view(&base, "retention", &json!({})), &columns),
        [
            "2025-02-01 3 4 1 0 3 0 true",
            "2025-03-01 4 4 0 0 4 0 true",
            "2025-04-01 4 5 1 0 4 0 true",
            "2025-05-01 5 3 0 0 3 2 true",
            "2025-06-01 3 4 0 1 3 0 false",
        ]
    );
    let rolling = view(&base, "retention", &json!({"rolling": 3}));
    assert_eq!(
        picked(&rolling, &columns),
        [
            "2025-02-01 3 5 2 0 3 0 true",
            "2025-03-01 4 3 1 0 2 2 true",
            "2025-04-01 4 4 1 0 3 1 false",
        ]
    );
    close(number(&rolling, 1, "retention_percent"), 50.0);
    close(number(&rolling, 2, "loss_percent"), 25.0);
}

#[test]
fn revenue_of_a_small_base() {
    let base = small_base();
    let change = view(&base, "revenue_change", &json!({}));
    let columns = [
        "begins",
        "before",
        "new",
        "expansion",
        "reactivation",
        "contraction",
        "lost",
        "now",
        "existing_change",
        "hidden_decline",
    ];
    assert_eq!(
        picked(&change, &columns),
        [
            "2025-02-01 180.00 200.00 20.00 0.00 10.00 30.00 360.00 -20.00 true",
            "2025-03-01 360.00 0.00 0.00 0.00 10.00 240.00 110.00 -250.00 false",
            "2025-04-01 110.00 70.00 0.00 250.00 0.00 110.00 320.00 140.00 false",
            "2025-05-01 320.00 0.00 50.00 70.00 0.00 70.00 370.00 50.00 false",
            "2025-06-01 370.00 0.00 0.00 10.00 0.00 370.00 10.00 -360.00 ",
        ]
    );
    // (180 + 20 − 10 − 30) / 180, (180 − 10 − 30) / 180, (200 + 20) / (10 + 30).
    close(number(&change, 0, "net_percent"), 800.0 / 9.0);
    close(number(&change, 0, "gross_percent"), 700.0 / 9.0);
    close(number(&change, 0, "quick_ratio"), 5.5);
    assert_eq!(
        rows(&view(&base, "revenue_change_clients", &json!({}))),
        [
            ["1", "reactivation", "0.00", "70.00", "70.00"],
            ["3", "expansion", "250.00", "300.00", "50.00"],
            ["4", "lost", "70.00", "0.00", "-70.00"],
        ]
    );
}

#[test]
fn repeats_of_a_small_base() {
    let base = small_base();
    let cohorts = view(&base, "conversion", &json!({"step": "month"}));
    // Client 1 has three purchases by 04-10; a month is watched out three months after its end.
    assert_eq!(
        picked(&cohorts, &["cohort", "new", "became_regular", "repeats", "complete", "trend"])[..4],
        [
            "2025-01 3 1 3 true ",
            "2025-02 1 0 1 true falling",
            "2025-03 0   false ",
            "2025-04 1   false ",
        ]
    );
    let repeats = view(&base, "repeats", &json!({}));
    assert_eq!(picked(&repeats, &["clients", "repeat_clients", "purchases"]), ["5 4 12"]);
    // Intervals 28, 31, 33, 59, 59, 69, 130.
    close(number(&repeats, 0, "median_interval"), 59.0);
    close(number(&repeats, 0, "mean_interval"), 409.0 / 7.0);
    let intervals = view(&base, "intervals", &json!({}));
    assert_eq!(
        picked(&intervals, &["days", "intervals"]),
        ["28 1", "31 1", "33 1", "59 2", "69 1", "130 1"]
    );
    close(number(&intervals, 3, "cumulative_percent"), 500.0 / 7.0);
    // To the second purchase 31, 33, 59 and 130 days; client 4 has had 65 days and none.
    let second = view(&base, "second_purchase", &json!({}));
    assert_eq!(
        picked(&second, &["day", "at_risk", "events", "censored"]),
        ["31 5 1 0", "33 4 1 0", "59 3 1 0", "65 2 0 1", "130 1 1 0"]
    );
    close(number(&second, 2, "survival"), 0.4);
    // 0.4 · √(1/20 + 1/12 + 1/6).
    close(number(&second, 2, "standard_error"), 0.4 * 0.3_f64.sqrt());
}

#[test]
fn concentration_of_a_small_base() {
    let base = small_base();
    let table = view(&base, "concentration", &json!({}));
    let value = |measure: &str| {
        let row = picked(&table, &["measure"]).iter().position(|name| name == measure);
        number(&table, row.expect("a measure"), "value")
    };
    // 750, 400, 90, 70, 40 of 1350.
    close(value("top_1_percent"), 75_000.0 / 1_350.0);
    close(value("hhi"), 10_000.0 * 737_100.0 / 1_822_500.0);
    close(value("gini"), 3_500.0 / 6_750.0);
    close(value("clients_for_80_percent"), 2.0);
    let curve = view(&base, "curve", &json!({"points": 5}));
    assert_eq!(
        picked(&curve, &["clients", "amount"]),
        ["0 0.00", "1 750.00", "2 1150.00", "3 1240.00", "4 1310.00", "5 1350.00"]
    );
    let amounts = json!({"amounts": ["750", "400", "90", "70", "40", "-3", "0"], "tops": [1]});
    let same = answer("concentration", &amounts, &Policy::default());
    assert_eq!((&same["clients"], &same["set_aside"]), (&json!(5), &json!(2)));
    assert_eq!(same["hhi"]["value"], "4044.444444");
    assert_eq!(same["gini"]["value"], "0.518519");
}

fn journal() -> Json {
    json!({
        "activities": [
            {"on": "2025-03-01", "goal": "acquisition", "kind": "advertising", "money": "300.00",
             "minutes": 60},
            {"on": "2025-04-01", "goal": "acquisition", "kind": "exhibition", "money": "150"},
            {"on": "2025-04-02", "goal": "retention", "kind": "greeting", "money": "50",
             "minutes": 30},
            {"on": "2025-06-16", "goal": "retention", "kind": "gift", "money": "999"}
        ],
        "touches": [
            {"client": 1, "on": "2025-02-01", "channel": "email", "content": "useful",
             "responded_on": "2025-02-02"},
            {"client": 2, "on": "2025-02-01", "channel": "email", "content": "useful"},
            {"client": 1, "on": "2025-02-03", "channel": "phone", "content": "useful"},
            {"client": 3, "on": "2025-03-30", "channel": "site", "content": "promotion"},
            {"client": 3, "on": "2025-03-30", "channel": "letter", "content": "promotion",
             "campaign": "spring"},
            {"client": 9, "on": "2025-02-03", "channel": "phone", "content": "useful"}
        ],
        "relation_scores": [
            {"client": 1, "person": "Ann", "on": "2025-02-01", "score": 3},
            {"client": 1, "person": "Ann", "on": "2025-05-01", "score": 5},
            {"client": 3, "person": "Bo", "on": "2025-05-01", "score": 5}
        ]
    })
}

fn with_journal(journal: &Json, policy: &Policy) -> Snapshot {
    let journal = Journal::from_json(&journal.to_string()).expect("a good journal");
    let base = Base::new(&ledger(&small())).journal(&journal);
    base.snapshot(day("2025-06-15"), policy).expect("a good base")
}

#[test]
fn the_journal_of_a_small_base() {
    let base = with_journal(&journal(), &small_policy());
    let balance = view(&base, "balance", &json!({}));
    assert_eq!(
        picked(
            &balance,
            &[
                "goal",
                "activities",
                "money",
                "money_percent",
                "minutes",
                "minutes_percent",
                "minutes_unknown",
                "cause"
            ]
        ),
        [
            "acquisition 2 450.00 90 60  1 the time of 1 activity is unknown",
            "retention 1 50.00 10 30  0 the time of 1 activity is unknown",
        ]
    );
    let winning = view(&base, "winning", &json!({}));
    assert_eq!(
        picked(&winning, &["activities", "cost", "new_clients", "cac", "ltv"]),
        ["2 450.00 5 90.00 89.60"]
    );
    close(number(&winning, 0, "ltv_to_cac"), 448.0 / 450.0);
    // 90 over 448 / 18 a month.
    close(number(&winning, 0, "payback_months"), 90.0 * 18.0 / 448.0);

    assert_eq!(
        picked(
            &view(&base, "response", &json!({})),
            &["channel", "touched", "reached", "responded", "response_percent"]
        ),
        [
            "phone 1 1 0 0",
            "email 2 2 1 50",
            "letter 1 1 0 0",
            "site 1 0 0 ",
            "all 3 3 1 33.333333333333336"
        ]
    );
    // A purchase within four days of 03-30: client 3 on 04-01. The site reached nobody.
    let mut soon = small_policy();
    soon.metric.response_within = Some(Span::Days(4));
    let soon = with_journal(&journal(), &soon);
    assert_eq!(
        picked(
            &view(&soon, "response", &json!({"campaign": "spring"})),
            &["channel", "reached", "responded"]
        ),
        ["letter 1 1", "all 1 1"]
    );
    assert_eq!(
        picked(
            &view(&base, "relations", &json!({})),
            &[
                "client",
                "person",
                "first_score",
                "last_score",
                "relation",
                "amount_before",
                "amount_now",
                "amount_direction"
            ]
        ),
        ["1 Ann 3 5 better  400.00 ", "3 Bo 5 5   750.00 "]
    );
    let nothing = json!({"activities": journal()["activities"].as_array().unwrap()[..2]});
    let balance = view(&with_journal(&nothing, &small_policy()), "balance", &json!({}));
    assert_eq!(
        picked(&balance, &["goal", "warning"]),
        ["acquisition ", "retention no resources for loyalty"]
    );
    assert_eq!(view(&small_base(), "balance", &json!({})).rows(), 0);
}

/// 1996-01-01, the first day of the sales.
const START: i32 = 9496;

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let kind = prop_oneof![8 => Just(0_u8), 1 => Just(1), 1 => Just(2)];
    let order = prop_oneof![3 => Just(NO_INT64), 1 => 0_i64..12];
    let line = (0_i64..10, 0_i32..500, 0_i64..5000, kind, order).prop_map(
        |(client, day, amount, kind, order)| {
            let amount = if kind == 0 { amount } else { -amount };
            let (day, profit) = (START + day, amount / 4 - 20);
            Line { client, day, amount, profit, order, kind }
        },
    );
    prop::collection::vec(line, 1..70)
}

/// Lines without orders, returns or cancellations: a purchase is a client-day.
fn plain_lines() -> impl Strategy<Value = Vec<Line>> {
    lines().prop_map(|mut lines| {
        for line in &mut lines {
            *line = Line { kind: 0, order: NO_INT64, amount: line.amount.abs() + 1, ..*line };
        }
        lines
    })
}

fn as_of() -> impl Strategy<Value = Day> {
    (START + 500..START + 700).prop_map(|days| Day::new(days).expect("a day of this century"))
}

fn steps() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["week", "month", "quarter", "year"])
}

/// All views by their defaults and some arguments, as text.
fn answers(snapshot: &Snapshot) -> String {
    let views = [
        ("ltv", json!({})),
        ("ltv", json!({"by": "client"})),
        ("ltv", json!({"by": "stage"})),
        ("levers", json!({})),
        ("retention", json!({"step": "week", "rolling": 5})),
        ("revenue_change", json!({"by": "tier"})),
        ("revenue_change_clients", json!({"step": "quarter"})),
        ("conversion", json!({"step": "quarter"})),
        ("repeats", json!({})),
        ("intervals", json!({})),
        ("second_purchase", json!({})),
        ("concentration", json!({})),
        ("curve", json!({"points": 7})),
        ("penetration", json!({})),
        ("balance", json!({})),
        ("winning", json!({})),
        ("response", json!({})),
        ("relations", json!({})),
    ];
    let table = |(name, arguments): &(&str, Json)| {
        serde_json::to_string(&view(snapshot, name, arguments)).expect("a table has a JSON form")
    };
    views.iter().map(table).collect::<Vec<_>>().join("\n")
}

const PARTS: [&str; 5] = ["new", "expansion", "reactivation", "contraction", "lost"];

fn config() -> ProptestConfig {
    ProptestConfig::with_cases(64)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn parts_of_revenue_add_up(lines in lines(), as_of in as_of(), step in steps()) {
        let base = snapshot(&lines, as_of, &small_policy());
        let table = view(&base, "revenue_change", &json!({"step": step}));
        let by = view(&base, "revenue_change", &json!({"step": step, "by": "stage"}));
        let mut sums: BTreeMap<(String, &str), i128> = BTreeMap::new();
        for row in 0..by.rows() {
            let begins = by.value(row, "begins").unwrap().to_string();
            for name in ["before", "now"].into_iter().chain(PARTS) {
                *sums.entry((begins.clone(), name)).or_default() += minor(&by, row, name);
            }
        }
        let mut last = None;
        for row in 0..table.rows() {
            let of = |name: &str| minor(&table, row, name);
            let begins = table.value(row, "begins").unwrap().to_string();
            let existing = of("expansion") + of("reactivation") - of("contraction") - of("lost");
            prop_assert_eq!(of("now") - of("before"), of("new") + existing);
            prop_assert_eq!(of("existing_change"), existing);
            prop_assert_eq!(of("change"), of("now") - of("before"));
            prop_assert_eq!(last.unwrap_or(of("before")), of("before"));
            last = Some(of("now"));
            for name in ["before", "now"].into_iter().chain(PARTS) {
                prop_assert_eq!(sums[&(begins.clone(), name)], of(name), "{} by stage", name);
            }
            // The clients behind the row.
            let arguments = json!({"step": step, "begins": begins});
            let clients = view(&base, "revenue_change_clients", &arguments);
            let mut parts: BTreeMap<String, i128> = BTreeMap::new();
            for client in 0..clients.rows() {
                let part = clients.value(client, "part").unwrap().to_string();
                *parts.entry(part).or_default() += minor(&clients, client, "change");
            }
            for name in PARTS {
                let sign = if ["contraction", "lost"].contains(&name) { -1 } else { 1 };
                prop_assert_eq!(sign * parts.get(name).unwrap_or(&0), of(name), "{}", name);
            }
            prop_assert_eq!(*parts.get("level").unwrap_or(&0), 0);
        }
    }

    #[test]
    fn the_factors_make_the_revenue(lines in lines(), as_of in as_of()) {
        let base = snapshot(&lines, as_of, &small_policy());
        let clients = base.clients();
        let (mut amount, mut purchases, mut months, mut buyers, mut profit) = (0, 0, 0, 0, 0);
        let each = view(&base, "ltv", &json!({"by": "client"}));
        for row in 0..clients.rows() {
            let Some(Value::Day(first)) = clients.value(row, "first_purchase") else { continue };
            let Some(Value::Day(last)) = clients.value(row, "last_purchase") else { continue };
            let life = last.period(Step::Month) - first.period(Step::Month) + 1;
            close(number(&each, buyers, "months"), f64::from(life));
            amount += minor(&clients, row, "amount");
            profit += minor(&each, buyers, "ltv");
            purchases += number(&clients, row, "purchases") as i128;
            months += i128::from(life);
            buyers += 1;
        }
        prop_assert_eq!(each.rows(), buyers);
        let table = view(&base, "ltv", &json!({}));
        if buyers == 0 {
            prop_assert_eq!(table.rows(), 0);
            return Ok(());
        }
        // S · C · T in fractions: amount/purchases · purchases/months · months/clients.
        let (above, below) = (amount * purchases * months, purchases * months * buyers as i128);
        prop_assert_eq!(above * buyers as i128, amount * below);
        let nearest = |sum: i128, count: i128| {
            Decimal::from_i128_with_scale(sum, 0)
                .checked_div(Decimal::from_i128_with_scale(count, 0))
                .unwrap()
                .round()
        };
        let count = buyers as i128;
        prop_assert_eq!(Decimal::from(minor(&table, 0, "revenue_per_client")), nearest(amount, count));
        prop_assert_eq!(Decimal::from(minor(&table, 0, "mean_purchase")), nearest(amount, purchases));
        prop_assert_eq!(Decimal::from(minor(&table, 0, "ltv")), nearest(profit, count));
        close(number(&table, 0, "purchases_per_month"), purchases as f64 / months as f64);
        // The groups make the base.
        let stages = view(&base, "ltv", &json!({"by": "stage"}));
        for name in ["clients", "purchases", "active"] {
            let sum: f64 = (0..stages.rows()).map(|row| number(&stages, row, name)).sum();
            close(sum, number(&table, 0, name));
        }
    }

    #[test]
    fn retention_by_its_definition(
        lines in plain_lines(), as_of in as_of(), step in steps(), steps in 1_u16..4,
        within in prop_oneof![(1_u32..90).prop_map(Span::Days), (1_u32..5).prop_map(Span::Months)],
    ) {
        let mut policy = Policy::default();
        policy.metric.active_within = Some(within);
        let base = snapshot(&lines, as_of, &policy);
        let table = view(&base, "retention", &json!({"step": step, "rolling": steps}));
        let mut bought: BTreeMap<i64, BTreeSet<i32>> = BTreeMap::new();
        for line in &lines {
            bought.entry(line.client).or_default().insert(line.day);
        }
        let active = |days: &BTreeSet<i32>, on: i32| {
            let last = days.range(..=on).next_back();
            last.is_some_and(|&last| Day::new(last).unwrap().plus(within).days() >= on)
        };
        let step = Step::parse(step).unwrap();
        let first = Day::new(lines.iter().map(|line| line.day).min().unwrap()).unwrap();
        let rows = as_of.period(step) - first.period(step) - i32::from(steps) + 1;
        prop_assert_eq!(table.rows(), rows.max(0) as usize);
        for row in 0..table.rows() {
            let Some(Value::Day(begins)) = table.value(row, "begins") else { panic!("a day") };
            let Some(Value::Day(ends)) = table.value(row, "ends") else { panic!("a day") };
            let (start, end) = (begins.days() - 1, ends.min(as_of).days());
            let count = |holds: &dyn Fn(&BTreeSet<i32>) -> bool| {
                bought.values().filter(|days| holds(days)).count() as f64
            };
            let at_end = |days: &BTreeSet<i32>| active(days, end);
            let at_start = |days: &BTreeSet<i32>| active(days, start);
            let fresh = |days: &BTreeSet<i32>| *days.first().unwrap() > start;
            close(number(&table, row, "at_start"), count(&at_start));
            close(number(&table, row, "at_end"), count(&at_end));
            close(number(&table, row, "new"), count(&|days| at_end(days) && fresh(days)));
            close(number(&table, row, "retained"), count(&|days| at_end(days) && at_start(days)));
            close(number(&table, row, "reactivated"),
                  count(&|days| at_end(days) && !at_start(days) && !fresh(days)));
            close(number(&table, row, "lost"), count(&|days| at_start(days) && !at_end(days)));
        }
    }

    #[test]
    fn no_order_and_no_split_changes_an_answer(
        lines in lines().prop_shuffle(), seed in any::<u64>(), as_of in as_of(),
    ) {
        let policy = small_policy();
        let entries = json!({
            "touches": [
                {"client": 1, "on": "1996-02-01", "channel": "email", "content": "useful"},
                {"client": 2, "on": "1996-03-01", "channel": "phone", "content": "useful",
                 "responded_on": "1996-03-02"}],
            "activities": [
                {"on": "1997-01-01", "goal": "acquisition", "kind": "advertising", "money": "3"},
                {"on": "1997-02-01", "goal": "retention", "kind": "gift", "money": "5"}],
            "relation_scores": [
                {"client": 1, "person": "Ann", "on": "1997-02-01", "score": 3},
                {"client": 1, "person": "Ann", "on": "1997-01-01", "score": 4}]});
        let mut turned = entries.clone();
        for list in turned.as_object_mut().unwrap().values_mut() {
            list.as_array_mut().unwrap().reverse();
        }
        let answers_of = |ledger: &Ledger, entries: &Json| {
            let journal = Journal::from_json(&entries.to_string()).unwrap();
            answers(&Base::new(ledger).journal(&journal).snapshot(as_of, &policy).unwrap())
        };
        let whole = answers_of(&ledger(&lines), &entries);
        let mut sorted = lines.clone();
        sorted.sort_by_key(|line| (line.day, line.client, line.amount, line.order, line.kind));
        prop_assert_eq!(&answers_of(&ledger(&sorted), &turned), &whole);
        // Both parts have orders and kinds, as a part of a ledger has.
        let cut = 1 + (seed as usize) % lines.len();
        let (one, other) = lines.split_at(cut.min(lines.len()));
        let marked = |lines: &[Line]| lines.iter().any(|l| l.kind > 0 || l.order != NO_INT64);
        if !other.is_empty() && marked(one) == marked(other) {
            let merged = ledger(one).merge(&ledger(other)).unwrap();
            prop_assert_eq!(&answers_of(&merged, &entries), &whole);
        }
    }

    #[test]
    fn the_unit_of_money_changes_no_share(lines in lines(), as_of in as_of()) {
        let eightfold: Vec<Line> = lines
            .iter()
            .map(|line| Line { amount: line.amount * 8, profit: line.profit * 8, ..*line })
            .collect();
        let policy = small_policy();
        let (one, other) = (snapshot(&lines, as_of, &policy), snapshot(&eightfold, as_of, &policy));
        for name in ["concentration", "revenue_change", "retention", "ltv"] {
            let (one, other) = (view(&one, name, &json!({})), view(&other, name, &json!({})));
            prop_assert_eq!(one.rows(), other.rows());
            for column in one.columns() {
                for row in 0..one.rows() {
                    let (a, b) = (column.values.get(row), other.value(row, &column.name).unwrap());
                    match (a, b) {
                        (Value::Float(a), Value::Float(b)) => close(a, b),
                        // Means round; sums do not.
                        (Value::Decimal(a), Value::Decimal(b)) if name == "revenue_change" => {
                            prop_assert_eq!(a * Decimal::from(8), b);
                        }
                        (Value::Decimal(_), Value::Decimal(_)) => {}
                        (a, b) => prop_assert_eq!(a, b),
                    }
                }
            }
        }
    }
}
