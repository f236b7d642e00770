//! Who is lost and due, what that costs, and the way to win a client back.

use std::collections::{BTreeMap, BTreeSet};

use clientela::{
    Base, ClientColumn, Day, Due, Easiest, Error, Formula, Journal, Ledger, LedgerBuilder,
    LedgerOptions, LossReason, Losses, LossesBy, Lost, NO_INT64, OrderColumn, Policy,
    PortraitOptions, Portraits, Refusals, ReturnRank, Sales, Snapshot, Table, Value, WarmLeads,
    WinBackMove, WinBackOutcome, WinBackPath, WinBackQuestion, WinBackStanding, WinBackState,
    WinBackStep, WinBacks, Withdrawals, formula,
};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value as Json, json};

/// A line: client, day, amount in minor units, kind (0 sale, 1 return, 2 cancellation), order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    client: i64,
    day: i32,
    amount: i64,
    kind: u8,
    order: i64,
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn sold(client: i64, on: &str, amount: i64) -> Line {
    Line { client, day: day(on).days(), amount, kind: 0, order: NO_INT64 }
}

fn back(client: i64, on: &str, amount: i64) -> Line {
    Line { kind: 1, ..sold(client, on, amount) }
}

fn sales(lines: &[Line]) -> Sales<'static> {
    let column = |value: fn(&Line) -> i64| lines.iter().map(value).collect::<Vec<i64>>();
    let days: Vec<i32> = lines.iter().map(|line| line.day).collect();
    let clients = ClientColumn::Int(column(|line| line.client).into());
    let mut sales = Sales::new(clients, days, column(|line| line.amount));
    sales.kind = Some(lines.iter().map(|line| line.kind).collect());
    sales.order = Some(OrderColumn::Int(column(|line| line.order).into()));
    sales
}

fn ledger_of(sales: Sales<'_>) -> Ledger {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push(sales).expect("lines are good");
    builder.finish().expect("lines add up")
}

fn ledger(lines: &[Line]) -> Ledger {
    ledger_of(sales(lines))
}

fn policy(text: &Json) -> Policy {
    Policy::from_json(&text.to_string()).expect("a policy that checks")
}

fn journal(text: &Json) -> Journal {
    Journal::from_json(&text.to_string()).expect("a good journal")
}

fn snapshot(lines: &[Line], entries: &Json, as_of: &str, rules: &Json) -> Snapshot {
    let base = Base::new(&ledger(lines)).journal(&journal(entries));
    base.snapshot(day(as_of), &policy(rules)).expect("a good base")
}

type Row = BTreeMap<String, Value>;

fn row(table: &Table, at: usize) -> Row {
    table.columns().iter().map(|column| (column.name.to_string(), column.values.get(at))).collect()
}

fn rows(table: &Table) -> Vec<Row> {
    (0..table.rows()).map(|at| row(table, at)).collect()
}

fn ids(table: &Table) -> Vec<i64> {
    rows(table).iter().map(|row| int(&row["client"])).collect()
}

fn int(value: &Value) -> i64 {
    match value {
        Value::Int(value) => *value,
        other => panic!("{other:?} is no whole number"),
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn on(value: &str) -> Value {
    Value::Day(day(value))
}

/// An amount of minor units of two places.
fn cents(value: &Value) -> Option<i64> {
    match value {
        Value::Decimal(value) => {
            let cents = value.checked_mul(100.into()).expect("small").normalize();
            assert_eq!(cents.scale(), 0, "two places are enough for {value}");
            Some(i64::try_from(cents.mantissa()).expect("small"))
        }
        Value::Missing => None,
        other => panic!("{other:?} is no amount"),
    }
}

fn json_of(table: &Table) -> String {
    serde_json::to_string(table).expect("a table has a JSON form")
}

// The clocks.

/// Clothing: half a year. Client 1 buys on 11 December, 10 January (30 days) and 10 February
/// (31), so the median is 30.5 days, and 10 February and 31 days are 13 March.
fn wardrobe() -> Vec<Line> {
    vec![
        sold(1, "2024-12-11", 1_000),
        sold(1, "2025-01-10", 2_000),
        sold(1, "2025-02-10", 3_000),
        back(1, "2025-03-01", 500),
        sold(2, "2024-02-10", 10_000),
        sold(2, "2024-02-11", 20_000),
        sold(2, "2025-02-10", 40_000),
        sold(3, "2025-08-20", 700),
        sold(4, "2025-03-01", 900),
    ]
}

/// Nobody is VIP, so that nothing but the return period speaks.
fn clothing() -> Json {
    json!({"activity": {"industry": "clothing"}, "tier": {"top_percent": "0"},
           "key": {"share_percent": "100"}})
}

#[test]
fn lost_is_who_stays_away_longer_than_the_return_period() {
    // 10 August is the last day on which clients 1 and 2 are in time.
    let in_time = snapshot(&wardrobe(), &json!({}), "2025-08-10", &clothing());
    assert_eq!(in_time.view(&Lost {}).unwrap().rows(), 0);
    assert_eq!(ids(&in_time.view(&Due {}).unwrap()), [2, 1]);

    let late = snapshot(&wardrobe(), &json!({}), "2025-09-01", &clothing());
    let lost = late.view(&Lost {}).unwrap();
    // Client 2 has more at stake. Client 4 may come until 1 September.
    assert_eq!(ids(&lost), [2, 1]);
    assert_eq!(ids(&late.view(&Due {}).unwrap()), [4]);
    let first = row(&lost, 1);
    assert_eq!(first["since"], on("2025-08-11"));
    assert_eq!(first["days_late"], Value::Int(21));
    assert_eq!(first["clock"], text("period"));
    assert_eq!(first["last_purchase"], on("2025-02-10"));
    assert_eq!(first["expected_on"], on("2025-03-13"));
    // From 13 March to 1 September are 18 + 30 + 31 + 30 + 31 + 31 + 1 days.
    assert_eq!(first["intervals_late"], Value::Float(172.0 / 30.5));
    assert_eq!(first["urgent"], Value::Flag(false));
    assert_eq!(first["return_rank"], Value::Int(3));
    assert_eq!(first["spike_then_gone"], Value::Flag(false));
    assert_eq!(first["reason"], Value::Missing);
    assert_eq!(first["manager"], Value::Missing);
    assert_eq!(first["cause"], text(""));
}

#[test]
fn the_stake_is_the_year_that_ends_with_the_last_purchase() {
    let late = snapshot(&wardrobe(), &json!({}), "2025-09-01", &clothing());
    let lost = late.view(&Lost {}).unwrap();
    // Of client 2 the purchase of 10 February 2024 is a year and a day old; what client 1 sent
    // back later is not in the window.
    assert_eq!(cents(&row(&lost, 0)["at_stake"]), Some(60_000));
    assert_eq!(cents(&row(&lost, 1)["at_stake"]), Some(6_000));
}

#[test]
fn without_repeat_sales_nobody_is_lost_by_a_return_period() {
    let once = [sold(1, "2015-01-01", 100), sold(2, "2016-01-01", 100)];
    let base = snapshot(&once, &json!({}), "2025-01-01", &clothing());
    assert_eq!(base.view(&Lost {}).unwrap().rows(), 0);
    assert_eq!(base.view(&Due {}).unwrap().rows(), 0);
    let losses = base.view(&Losses::default()).unwrap();
    assert_eq!(rows(&losses).iter().map(|row| int(&row["clients"])).sum::<i64>(), 0);
    assert!(rows(&losses).iter().all(|row| row["clients_percent"] == Value::Missing));
}

/// Every ten days up to 31 May, so due past 15 days, 15 June, and lost past 30, 30 June.
fn every_ten_days(client: i64, amount: i64) -> Vec<Line> {
    let last = day("2025-05-31").days();
    (0..5).map(|i| Line { day: last - 10 * i, ..sold(client, "2025-05-31", amount) }).collect()
}

#[test]
fn where_no_return_period_is_known_rhythm_speaks_alone() {
    let nobody = json!({"tier": {"top_percent": "0"}, "key": {"share_percent": "100"}});
    let lines = [every_ten_days(1, 100), every_ten_days(2, 300)].concat();
    let due = snapshot(&lines, &json!({}), "2025-06-30", &nobody);
    assert_eq!(due.view(&Lost {}).unwrap().rows(), 0);
    let table = due.view(&Due {}).unwrap();
    assert_eq!(ids(&table), [2, 1]);
    assert_eq!(row(&table, 0)["since"], on("2025-06-16"));
    assert_eq!(row(&table, 0)["clock"], text("rhythm"));
    let lost = snapshot(&lines, &json!({}), "2025-07-02", &nobody).view(&Lost {}).unwrap();
    assert_eq!(ids(&lost), [2, 1]);
    assert_eq!(row(&lost, 0)["since"], on("2025-07-01"));
    assert_eq!(row(&lost, 0)["days_late"], Value::Int(1));
    assert_eq!(row(&lost, 0)["clock"], text("rhythm"));
}

#[test]
fn key_and_vip_clients_have_a_fast_clock() {
    // Furniture: two years, so nobody is late by the return period.
    let mut lines = every_ten_days(1, 100_000);
    for client in 2..=10 {
        lines.extend(every_ten_days(client, 100));
    }
    let rules = json!({"activity": {"industry": "furniture"}, "tier": {"top_percent": "10"},
                       "key": {"share_percent": "100"}});
    let of = |as_of| snapshot(&lines, &json!({}), as_of, &rules);
    assert_eq!(of("2025-06-15").view(&Due {}).unwrap().rows(), 0);
    let due = of("2025-06-20").view(&Due {}).unwrap();
    assert_eq!(ids(&due), [1]);
    let vip = row(&due, 0);
    assert_eq!(vip["tier"], text("vip"));
    assert_eq!(vip["urgent"], Value::Flag(true));
    assert_eq!(vip["clock"], text("rhythm"));
    assert_eq!(vip["since"], on("2025-06-16"));
    assert_eq!(vip["days_late"], Value::Int(4));
    // He stays due until the two years are over, however long his rhythm is past.
    assert_eq!(ids(&of("2025-10-31").view(&Due {}).unwrap()), [1]);
    assert_eq!(of("2025-10-31").view(&Lost {}).unwrap().rows(), 0);
    assert_eq!(of("2027-06-01").view(&Lost {}).unwrap().rows(), 10);
}

/// Five months: A (1) buys for 400 a month, B (2) for 350, seven clients for 100 each, and
/// X (10) once for 1000 in the first.
fn spike() -> Vec<Line> {
    let mut lines = vec![sold(10, "2025-01-15", 100_000)];
    for month in 1..=5 {
        let on = format!("2025-0{month}-10");
        lines.push(sold(1, &on, 40_000));
        lines.push(sold(2, &on, 35_000));
        lines.extend((3..=9).map(|client| sold(client, &on, 10_000)));
    }
    lines
}

/// By totals, so that X is no VIP and no other clock speaks.
fn by_totals() -> Json {
    json!({"activity": {"industry": "furniture"}, "key": {"share_percent": "100"},
           "tier": {"method": "period_total", "months": 5, "total_months": 5,
                    "complete_only": true}})
}

#[test]
fn who_was_at_the_top_of_a_month_and_never_came_back_is_asked_why() {
    // Ten payers in January: the top two are X with 1000 and A with 400.
    let base = snapshot(&spike(), &json!({}), "2025-05-31", &by_totals());
    let due = base.view(&Due {}).unwrap();
    assert_eq!(ids(&due), [10]);
    let gone = row(&due, 0);
    assert_eq!(gone["clock"], text("month"));
    assert_eq!(gone["spike_then_gone"], Value::Flag(true));
    assert_eq!(gone["urgent"], Value::Flag(false));
    // February is the whole month that passed without him.
    assert_eq!(gone["since"], on("2025-03-01"));
    assert_eq!(gone["cause"], text("it has fewer than 2 intervals of its own"));
    // With monthly tops he is VIP, and the fast clock of rhythm comes before the month's.
    let monthly = json!({"activity": {"industry": "furniture"}, "key": {"share_percent": "100"}});
    let vip =
        row(&snapshot(&spike(), &json!({}), "2025-05-31", &monthly).view(&Due {}).unwrap(), 0);
    assert_eq!(vip["client"], Value::Int(10));
    assert_eq!(vip["urgent"], Value::Flag(true));
    assert_eq!(vip["spike_then_gone"], Value::Flag(true));
    assert_eq!(vip["clock"], text("rhythm"));
}

#[test]
fn a_month_must_pass_and_neither_purchase_nor_payment_come_in_it() {
    let before = |as_of| {
        let mut rules = by_totals();
        rules["tier"]["complete_only"] = json!(false);
        let due = snapshot(&spike(), &json!({}), as_of, &rules).view(&Due {}).unwrap();
        rows(&due).iter().filter(|row| row["spike_then_gone"] == Value::Flag(true)).count()
    };
    assert_eq!(before("2025-02-28"), 0);
    assert_eq!(before("2025-03-01"), 1);
    // A small purchase later on, and he is not gone.
    let mut lines = spike();
    lines.push(sold(10, "2025-02-01", 1));
    let again = snapshot(&lines, &json!({}), "2025-05-31", &by_totals());
    assert_eq!(again.view(&Due {}).unwrap().rows(), 0);
    // Nor is he if he paid, where payments are recorded.
    let payments = ledger(&[sold(10, "2025-02-20", 100_000), sold(1, "2025-01-20", 40_000)]);
    let paid = Base::new(&ledger(&spike())).payments(&payments);
    let paid = paid.snapshot(day("2025-05-31"), &policy(&by_totals())).unwrap();
    assert_eq!(paid.view(&Due {}).unwrap().rows(), 0);
    // A payment of the month of the spike itself is no payment since.
    let payments = ledger(&[sold(10, "2025-01-31", 100_000)]);
    let paid = Base::new(&ledger(&spike())).payments(&payments);
    let paid = paid.snapshot(day("2025-05-31"), &policy(&by_totals())).unwrap();
    assert_eq!(ids(&paid.view(&Due {}).unwrap()), [10]);
}

#[test]
fn months_at_the_top_by_payments_count_as_those_by_sales() {
    // X pays most in February and nothing later; the others pay month by month.
    let mut lines = vec![sold(10, "2025-02-15", 100_000)];
    lines.extend(spike().into_iter().filter(|line| line.client != 10));
    let mut rules = by_totals();
    rules["tier"]["criterion"] = json!("payments");
    let base = Base::new(&ledger(&spike())).payments(&ledger(&lines));
    let base = base.snapshot(day("2025-05-31"), &policy(&rules)).unwrap();
    let due = base.view(&Due {}).unwrap();
    assert_eq!(ids(&due), [10]);
    assert_eq!(row(&due, 0)["since"], on("2025-04-01"));
}

// What is at stake, where and why.

#[test]
fn an_unknown_profit_leaves_the_lifetime_value_unknown() {
    let lines = wardrobe();
    let mut sales = sales(&lines);
    // A tenth of the amount, and unknown for one line of client 2.
    let profits = lines.iter().map(|line| match (line.client, line.amount) {
        (2, 20_000) => NO_INT64,
        _ if line.kind == 1 => -line.amount / 10,
        _ => line.amount / 10,
    });
    sales.profit = Some(profits.collect());
    let mut rules = clothing();
    rules["loss"] = json!({"stake": "ltv"});
    let base = Base::new(&ledger_of(sales)).snapshot(day("2025-09-01"), &policy(&rules)).unwrap();
    let lost = base.view(&Lost {}).unwrap();
    // 100 + 200 + 300 - 50; the unknown comes last.
    assert_eq!(ids(&lost), [1, 2]);
    assert_eq!(cents(&row(&lost, 0)["at_stake"]), Some(550));
    assert_eq!(row(&lost, 1)["at_stake"], Value::Missing);
    assert_eq!(row(&lost, 1)["cause"], text("the profit of its sales is unknown"));
    let losses = base.view(&Losses::default()).unwrap();
    let both = rows(&losses).into_iter().filter(|row| int(&row["clients"]) > 0);
    for row in both {
        let unknown = row["at_stake"] == Value::Missing;
        let told = row["cause"] != text("");
        assert_eq!(unknown, told, "{row:?}");
    }
}

#[test]
fn losses_by_reason_and_form_are_those_told_since_the_last_purchase() {
    let entries = json!({
        "departures": [
            {"client": 1, "on": "2025-01-01", "reason": "service"},
            {"client": 1, "on": "2025-03-05", "reason": "in_house"},
            {"client": 1, "on": "2025-03-06", "reason": "unknown"},
            {"client": 2, "on": "2025-10-01", "reason": "better_terms"},
            {"client": 99, "on": "2025-03-05", "reason": "service"}
        ],
        "refusals": [
            {"client": 1, "on": "2025-03-05", "product": "too dear", "staff": " "},
            {"client": 1, "on": "2025-03-07", "moment_of_sale": "a queue"},
            {"client": 2, "on": "2024-03-07", "staff": "rude"}
        ]
    });
    let base = snapshot(&wardrobe(), &entries, "2025-09-01", &clothing());
    let of = |by| {
        let table = base.view(&Losses { by }).unwrap();
        let told = rows(&table).into_iter().filter(|row| int(&row["clients"]) > 0);
        told.map(|row| (row["name"].to_string(), int(&row["clients"]), cents(&row["at_stake"])))
            .collect::<Vec<_>>()
    };
    let name = |name: &str, clients, stake| (name.to_owned(), clients, Some(stake));
    // Service is what client 1 said before it bought again, and a known reason stays.
    assert_eq!(of(LossesBy::Reason), [name("in_house", 1, 6_000), name("not_told", 1, 60_000)]);
    assert_eq!(
        of(LossesBy::RefusalPart),
        [name("product", 1, 6_000), name("moment_of_sale", 1, 6_000), name("no_form", 1, 60_000)]
    );
    // Client 1 bought three times, but no more than client 2 without a gap of half a year.
    assert_eq!(of(LossesBy::Stage), [name("client", 1, 60_000), name("regular", 1, 6_000)]);
    let lost = base.view(&Lost {}).unwrap();
    assert_eq!(row(&lost, 0)["reason"], Value::Missing);
    assert_eq!(row(&lost, 1)["reason"], text("in_house"));
    assert!(base.view_named("losses", r#"{"by": "age"}"#).is_err());
    let named = base.view_named("losses", r#"{"by": "reason"}"#).unwrap();
    assert_eq!(json_of(&named), json_of(&base.view(&Losses { by: LossesBy::Reason }).unwrap()));
}

#[test]
fn those_who_respond_are_the_easiest_to_return() {
    let lines: Vec<Line> = (1..=6).flat_map(|client| every_ten_days(client, 100)).collect();
    let touch = |client: i64, on: &str, channel: &str| json!({"client": client, "on": on, "channel": channel, "content": "useful"});
    let mut answered = touch(2, "2025-06-01", "email");
    answered["responded_on"] = json!("2025-06-02");
    let mut later = touch(4, "2025-06-01", "phone");
    later["responded_on"] = json!("2025-07-20");
    let mut lost_mail = touch(5, "2025-06-01", "letter");
    lost_mail["reached"] = json!(false);
    let entries = json!({"touches": [
        answered, touch(3, "2025-06-01", "phone"), later, lost_mail, touch(6, "2025-06-01", "site")
    ]});
    let nobody = json!({"tier": {"top_percent": "0"}, "key": {"share_percent": "100"}});
    let base = snapshot(&lines, &entries, "2025-06-20", &nobody);
    let table = base.view(&Easiest {}).unwrap();
    // Nobody knows of 1, whom nobody wrote to, 5, whom nothing reached, and 6, who was not
    // spoken to; 4 has not responded by then.
    assert_eq!(ids(&table), [2, 1, 3, 4, 5, 6]);
    let responsive: Vec<Value> = rows(&table).iter().map(|r| r["responsive"].clone()).collect();
    let (yes, no) = (Value::Flag(true), Value::Flag(false));
    let missing = Value::Missing;
    let expected = [yes, missing.clone(), no.clone(), no, missing.clone(), missing];
    assert_eq!(responsive, expected);
    let ranks: Vec<i64> = rows(&table).iter().map(|row| int(&row["rank"])).collect();
    assert_eq!(ranks, [1, 2, 2, 2, 2, 2]);
    assert!(rows(&table).iter().all(|row| row["activity"] == text("due")));
    let lost = snapshot(&lines, &entries, "2025-07-10", &nobody).view(&Easiest {}).unwrap();
    assert!(rows(&lost).iter().all(|row| int(&row["rank"]) == 3));
}

#[test]
fn warm_leads_are_no_clients_and_gave_their_contact() {
    let given = |to: &str, on: &str, contact: bool| {
        json!({"on": on, "to": to, "relation": "partner", "contact_given": contact,
               "recommended": true})
    };
    let documents = json!([
        {"client": 1, "recommendations": [
            given("Ms Berg", "2025-01-05", true), given("2", "2025-01-06", true),
            given("Mr Dahl", "2025-01-07", false), given(" ", "2025-01-07", true)]},
        {"client": 2, "recommendations": [
            given("Ms Berg", "2025-02-05", true), given("77", "2025-01-01", true),
            given("Mr Falk", "2026-01-01", true)]}
    ]);
    let portraits =
        Portraits::from_json(&documents.to_string(), &PortraitOptions::default()).unwrap();
    let base = Base::new(&ledger(&wardrobe())).portraits(&portraits);
    let base = base.snapshot(day("2025-09-01"), &Policy::default()).unwrap();
    let leads = base.view(&WarmLeads {}).unwrap();
    let told: Vec<(i64, String)> =
        rows(&leads).iter().map(|row| (int(&row["client"]), row["to"].to_string())).collect();
    let lead = |client, to: &str| (client, to.to_owned());
    assert_eq!(told, [lead(2, "Ms Berg"), lead(1, "Ms Berg"), lead(2, "77")]);
    assert_eq!(row(&leads, 0)["relation"], text("partner"));
    assert_eq!(row(&leads, 0)["on"], on("2025-02-05"));
}

#[test]
fn forms_are_counted_by_part() {
    let entries = json!({"refusals": [
        {"client": 1, "on": "2025-01-01", "product": "colour", "staff": "slow"},
        {"client": 1, "on": "2025-02-01", "staff": "slow again"},
        {"client": 500, "on": "2025-02-01", "staff": "never seen"},
        {"client": 2, "on": "2025-02-01"},
        {"client": 2, "on": "2025-12-01", "product": "later"}
    ]});
    let base = snapshot(&wardrobe(), &entries, "2025-09-01", &json!({}));
    let table = base.view(&Refusals {}).unwrap();
    let told: Vec<(String, i64, i64, Value, Value)> = rows(&table)
        .iter()
        .map(|row| {
            let (percent, leading) = (row["forms_percent"].clone(), row["leading"].clone());
            let (forms, clients) = (int(&row["forms"]), int(&row["clients"]));
            (row["part"].to_string(), forms, clients, percent, leading)
        })
        .collect();
    let part = |name: &str, forms, clients, percent, leading| {
        (name.to_owned(), forms, clients, Value::Float(percent), Value::Flag(leading))
    };
    // Four forms up to the day.
    assert_eq!(
        told,
        [
            part("product", 1, 1, 25.0, false),
            part("staff", 3, 2, 75.0, true),
            part("moment_of_sale", 0, 0, 0.0, false)
        ]
    );
    let none = snapshot(&wardrobe(), &json!({}), "2025-09-01", &json!({}));
    assert_eq!(none.view(&Refusals {}).unwrap().rows(), 0);
}

#[test]
fn withdrawals_are_counted_by_period() {
    let line = |on: &str, kind: u8, order: i64| Line { kind, order, ..sold(1, on, 100) };
    let lines = [
        line("2025-01-05", 0, 1),
        line("2025-01-05", 0, 2),
        line("2025-01-06", 0, 3),
        // Two lines of one return, one of another order, and one without an order.
        line("2025-01-20", 1, 1),
        line("2025-01-20", 1, 1),
        line("2025-01-20", 1, 2),
        line("2025-01-20", 1, NO_INT64),
        // On another day it is another return.
        line("2025-03-20", 1, 1),
        line("2025-03-21", 2, 3),
        line("2025-03-21", 2, 3),
        line("2025-04-02", 1, 2),
    ];
    let complaint = |on: &str, resolved: Option<&str>| {
        let mut complaint = json!({"on": on, "about": "price"});
        if let Some(resolved) = resolved {
            complaint["resolved_on"] = json!(resolved);
        }
        complaint
    };
    let documents = json!([{"client": 1, "complaints": [
        complaint("2024-12-31", Some("2025-01-10")), complaint("2025-03-01", None),
        complaint("2025-03-02", Some("2025-05-01")), complaint("2025-04-01", None)]}]);
    let portraits =
        Portraits::from_json(&documents.to_string(), &PortraitOptions::default()).unwrap();
    let base = Base::new(&ledger(&lines)).portraits(&portraits);
    let base = base.snapshot(day("2025-03-31"), &Policy::default()).unwrap();
    let table = base.view(&Withdrawals::default()).unwrap();
    let told: Vec<(String, [i64; 4])> = rows(&table)
        .iter()
        .map(|row| {
            let count = |name: &str| int(&row[name]);
            let counts = [
                count("cancellations"),
                count("returns"),
                count("complaints"),
                count("complaints_open"),
            ];
            (row["period"].to_string(), counts)
        })
        .collect();
    let period = |name: &str, counts| (name.to_owned(), counts);
    assert_eq!(
        told,
        [
            period("2024-12", [0, 0, 1, 0]),
            period("2025-01", [0, 3, 0, 0]),
            period("2025-02", [0, 0, 0, 0]),
            period("2025-03", [1, 1, 2, 2])
        ]
    );
    assert!(rows(&table).iter().all(|row| row["complete"] == Value::Flag(true)));
    let years = base.view_named("withdrawals", r#"{"step": "year"}"#).unwrap();
    assert_eq!(years.rows(), 2);
    assert_eq!(int(&row(&years, 1)["returns"]), 4);

    // Where nothing was written down nothing is known, which is not none.
    let plain = Sales::new(ClientColumn::Int(vec![1].into()), vec![9_000], vec![100]);
    let plain = ledger_of(plain).snapshot(Day::new(9_000).unwrap(), &Policy::default()).unwrap();
    let unknown = row(&plain.view(&Withdrawals::default()).unwrap(), 0);
    assert_eq!(unknown["returns"], Value::Missing);
    assert_eq!(unknown["complaints"], Value::Missing);
    assert_eq!(unknown["cause"], text("no return, cancellation or complaint is on record"));
}

#[test]
fn spans_of_no_length_are_refused() {
    for field in ["stake_window", "responsive_within", "recovered_within"] {
        let rules = json!({"loss": {field: {"days": 0}}}).to_string();
        let Err(Error::BadPolicy { path, .. }) = Policy::from_json(&rules).and_then(|p| p.check())
        else {
            panic!("{field} of no length is taken");
        };
        assert_eq!(path, format!("loss.{field}"));
    }
    let rules = json!({"loss": {"spike_months": 0}}).to_string();
    assert!(Policy::from_json(&rules).and_then(|p| p.check()).is_err());
}

// The way to win a client back.

const STEPS: [WinBackStep; 6] = [
    WinBackStep::NeutralLunch,
    WinBackStep::OfficeVisit,
    WinBackStep::AskReason,
    WinBackStep::WhatIf,
    WinBackStep::PartWell,
    WinBackStep::AskReferral,
];
const OUTCOMES: [WinBackOutcome; 4] = [
    WinBackOutcome::Done,
    WinBackOutcome::Declined,
    WinBackOutcome::Returned,
    WinBackOutcome::LostFinal,
];

fn standing(steps: &[WinBackMove]) -> Result<WinBackStanding, Error> {
    WinBackPath { steps: steps.to_vec(), reason: None }.answer(&Policy::default())
}

/// What the sources say may follow a step: lunch, else the office, then the question why, then
/// what if, then a good end; and a referral only where the need has ended (S2.53 to S2.55).
fn may_follow(last: Option<(WinBackStep, WinBackOutcome)>, ended: bool) -> BTreeSet<WinBackStep> {
    use WinBackOutcome::{Declined, Done, LostFinal, Returned};
    use WinBackStep::{AskReason, AskReferral, NeutralLunch, OfficeVisit, PartWell, WhatIf};
    let end = if ended { vec![PartWell, AskReferral] } else { vec![PartWell] };
    let next = match last {
        None => vec![NeutralLunch],
        Some((_, Returned) | (PartWell | AskReferral, _)) => vec![],
        Some((_, LostFinal) | (WhatIf, Done | Declined)) => end,
        Some((NeutralLunch, Declined)) => vec![OfficeVisit],
        Some((NeutralLunch | OfficeVisit, _)) => vec![AskReason],
        Some((AskReason, _)) => vec![WhatIf],
    };
    next.into_iter().collect()
}

/// Walks every path there is and gives their number.
fn walk(steps: &mut Vec<WinBackMove>, ended: bool, reached: &mut BTreeSet<WinBackState>) -> usize {
    let now = standing(steps).expect("only allowed steps were taken");
    reached.insert(now.state);
    let last = steps.last().map(|one| (one.step, one.outcome));
    let allowed: BTreeSet<WinBackStep> = now.allowed.iter().copied().collect();
    assert_eq!(allowed, may_follow(last, ended), "after {steps:?}");
    assert_eq!(allowed.len(), now.allowed.len(), "no step twice");
    assert_eq!(now.closed, allowed.is_empty(), "a way on, or the end: {steps:?}");
    assert!(now.state != WinBackState::Open || !now.closed);
    assert!(now.advice.ends_with(['.', '?']), "a sentence: {}", now.advice);
    assert_eq!(now.closing.is_none(), now.state == WinBackState::Returned);
    assert!(steps.len() <= 5, "no path is longer than its five kinds of step");
    let mut paths = 1;
    for step in STEPS {
        for outcome in OUTCOMES {
            for reason in [None, Some(LossReason::Service), Some(LossReason::InHouse)] {
                let ended = match reason {
                    Some(reason) => reason.need_ended(),
                    None => ended,
                };
                let last = steps.last().map(|one| (one.step, one.outcome));
                steps.push(WinBackMove { on: None, step, outcome, reason });
                if may_follow(last, ended).contains(&step) {
                    paths += walk(steps, ended, reached);
                } else {
                    let refused = standing(steps);
                    assert!(
                        matches!(refused, Err(Error::BadArgument { argument: "steps", .. })),
                        "{steps:?} is taken"
                    );
                }
                steps.pop();
            }
        }
    }
    paths
}

#[test]
fn every_way_is_finite_and_only_allowed_steps_are_taken() {
    let mut reached = BTreeSet::new();
    let paths = walk(&mut Vec::new(), false, &mut reached);
    assert!(paths > 1_000, "{paths}");
    let all = [WinBackState::Open, WinBackState::Returned, WinBackState::LostFinal];
    assert_eq!(reached, all.into_iter().collect());
}

#[test]
fn the_question_and_the_good_end_follow_from_the_reason() {
    use LossReason::{
        BetterTerms, DirectImport, InHouse, Inattention, NoLongerNeeded, OwnershipOrManagerChange,
        Service, Unknown,
    };
    let (correct, terms) = (Some(WinBackQuestion::Correct), Some(WinBackQuestion::Terms));
    let (part, refer) = (WinBackStep::PartWell, WinBackStep::AskReferral);
    for (reason, question, closing) in [
        (Service, correct, part),
        (Inattention, correct, part),
        (BetterTerms, terms, part),
        (InHouse, None, refer),
        (DirectImport, None, refer),
        (NoLongerNeeded, None, refer),
        (OwnershipOrManagerChange, None, part),
        (Unknown, None, part),
    ] {
        let step =
            |step, reason| WinBackMove { on: None, step, outcome: WinBackOutcome::Done, reason };
        let mut steps =
            vec![step(WinBackStep::NeutralLunch, None), step(WinBackStep::AskReason, Some(reason))];
        let asked = standing(&steps).unwrap();
        assert_eq!((asked.question, asked.closing), (question, Some(closing)), "{reason:?}");
        steps.push(step(WinBackStep::WhatIf, None));
        let proposed = standing(&steps).unwrap();
        assert_eq!(proposed.question, None);
        assert_eq!(proposed.allowed[0], closing, "the recommended one comes first");
        assert_eq!(LossReason::NAMES[reason as usize], reason.name());
        assert_eq!(json!(reason), json!(reason.name()));
    }
    for step in STEPS {
        assert_eq!(json!(step), json!(step.name()));
    }
}

#[test]
fn what_is_known_before_counts_until_the_client_says_more() {
    let path = |reason: &str, told: Option<&str>| {
        let mut steps = json!([{"step": "neutral_lunch", "outcome": "done"},
                               {"step": "ask_reason", "outcome": "done"}]);
        if let Some(told) = told {
            steps[1]["reason"] = json!(told);
        }
        let arguments = json!({"steps": steps, "reason": reason}).to_string();
        let answer = formula("win_back", &arguments, &Policy::default()).unwrap();
        serde_json::from_str::<Json>(&answer).unwrap()["reason"].clone()
    };
    assert_eq!(path("service", None), json!("service"));
    assert_eq!(path("service", Some("unknown")), json!("service"));
    assert_eq!(path("service", Some("in_house")), json!("in_house"));
    assert_eq!(path("unknown", None), json!("unknown"));
}

#[test]
fn steps_stand_in_the_order_of_their_days() {
    let arguments = json!({"steps": [
        {"on": "2025-02-02", "step": "neutral_lunch", "outcome": "done"},
        {"on": "2025-02-01", "step": "ask_reason", "outcome": "done"}]});
    let error = formula("win_back", &arguments.to_string(), &Policy::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "argument `steps`: steps[1] is of 2025-02-01, before the step of 2025-02-02"
    );
}

#[test]
fn ranks_are_one_to_three() {
    let rank =
        |lost, responsive| ReturnRank { lost, responsive }.answer(&Policy::default()).unwrap().rank;
    assert_eq!([rank(false, Some(true)), rank(false, Some(false)), rank(false, None)], [1, 2, 2]);
    assert_eq!([rank(true, Some(true)), rank(true, Some(false)), rank(true, None)], [3, 3, 3]);
    assert!(formula("return_rank", "{}", &Policy::default()).is_err());
}

// What winning back brought.

#[test]
fn what_a_client_bought_after_it_came_back_is_recovered_to_the_cent() {
    let lines = [
        sold(1, "2024-01-10", 5_000),
        sold(1, "2025-03-01", 99),
        sold(1, "2025-03-10", 10_000),
        back(1, "2025-04-01", 2_050),
        sold(1, "2026-03-09", 5_000),
        sold(1, "2026-03-10", 7_000),
        sold(2, "2024-01-10", 5_000),
    ];
    let entries = json!({
        "win_backs": [
            {"client": 1, "opened_on": "2025-03-01", "staff": "Anna"},
            {"client": 2, "opened_on": "2025-03-01", "steps": [
                {"on": "2025-03-02", "step": "neutral_lunch", "outcome": "declined"},
                {"on": "2025-03-09", "step": "office_visit", "outcome": "done"},
                {"on": "2026-12-09", "step": "ask_reason", "outcome": "done",
                 "reason": "service"}]},
            {"client": 2, "opened_on": "2026-12-01"},
            {"client": 77, "opened_on": "2025-03-01"}
        ],
        "departures": [{"client": 2, "on": "2025-02-01", "reason": "better_terms"}]
    });
    // The purchase of the day on which it began is none that it brought. A year from 10 March
    // 2025 ends on 9 March 2026: 100.00 - 20.50 + 50.00.
    let table = snapshot(&lines, &entries, "2026-06-01", &json!({})).view(&WinBacks {}).unwrap();
    assert_eq!(ids(&table), [1, 2]);
    let back = row(&table, 0);
    assert_eq!(back["returned_on"], on("2025-03-10"));
    assert_eq!(cents(&back["recovered"]), Some(12_950));
    assert_eq!(back["recovered_complete"], Value::Flag(true));
    assert_eq!(back["state"], text("returned"));
    assert_eq!(back["closed"], Value::Flag(true));
    assert_eq!(back["next_step"], Value::Missing);
    assert_eq!(back["staff"], text("Anna"));
    // Of client 2 only what was done by the day counts.
    let open = row(&table, 1);
    assert_eq!(open["state"], text("open"));
    assert_eq!(open["last_step"], text("office_visit"));
    assert_eq!(open["last_on"], on("2025-03-09"));
    assert_eq!(open["next_step"], text("ask_reason"));
    assert_eq!(open["reason"], text("better_terms"));
    assert_eq!(open["question"], text("terms"));
    assert_eq!(open["closing"], text("part_well"));
    assert_eq!(open["returned_on"], Value::Missing);
    assert_eq!(open["recovered"], Value::Missing);
    assert_eq!(open["cause"], text(""));

    // The year is over at the end of 9 March 2026.
    let complete = |as_of| {
        let base = snapshot(&lines, &entries, as_of, &json!({}));
        row(&base.view(&WinBacks {}).unwrap(), 0)["recovered_complete"].clone()
    };
    assert_eq!(complete("2026-03-08"), Value::Flag(false));
    assert_eq!(complete("2026-03-09"), Value::Flag(true));
}

#[test]
fn a_purchase_belongs_to_the_last_attempt_before_it() {
    let lines =
        [sold(1, "2024-01-10", 5_000), sold(1, "2025-06-01", 1_000), sold(1, "2025-06-02", 2_000)];
    let entries = json!({"win_backs": [
        {"client": 1, "opened_on": "2025-01-01", "steps": [
            {"on": "2025-01-02", "step": "neutral_lunch", "outcome": "lost_final"}]},
        {"client": 1, "opened_on": "2025-05-01"},
        {"client": 1, "opened_on": "2025-06-01"}]});
    let table = snapshot(&lines, &entries, "2026-06-01", &json!({})).view(&WinBacks {}).unwrap();
    let recovered: Vec<Option<i64>> =
        rows(&table).iter().map(|row| cents(&row["recovered"])).collect();
    assert_eq!(recovered, [None, Some(1_000), Some(2_000)]);
    let states: Vec<String> = rows(&table).iter().map(|row| row["state"].to_string()).collect();
    assert_eq!(states, ["lost_final", "returned", "returned"]);
}

#[test]
fn a_step_that_may_not_stand_where_it_does_is_named() {
    let entries = json!({"win_backs": [{"client": 1, "opened_on": "2025-03-01", "steps": [
        {"on": "2025-03-02", "step": "office_visit", "outcome": "done"}]}]});
    let table =
        snapshot(&wardrobe(), &entries, "2025-09-01", &json!({})).view(&WinBacks {}).unwrap();
    let wrong = row(&table, 0);
    assert_eq!(wrong["state"], Value::Missing);
    assert_eq!(wrong["closed"], Value::Missing);
    assert_eq!(
        wrong["cause"],
        text("steps[0] is office_visit, but only neutral_lunch may come next")
    );
}

// Whatever the sales and the journal.

const START: i32 = 20_089; // 2025-01-01
const CLIENTS: i64 = 10;

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (0..CLIENTS, 0_i32..500, 1_i64..5_000, prop::sample::select(vec![0_u8, 0, 0, 0, 1]))
        .prop_map(|(client, day, amount, kind)| Line {
            client,
            day: START + day,
            amount,
            kind,
            order: NO_INT64,
        });
    prop::collection::vec(line, 1..70)
}

fn entries() -> impl Strategy<Value = Json> {
    let text = |days: i32| Day::new(START + days).expect("a day").to_string();
    let departure = (0..CLIENTS + 2, 0_i32..500, 0_usize..8).prop_map(move |(client, on, reason)| {
        json!({"client": client, "on": text(on), "reason": LossReason::NAMES[reason]})
    });
    let refusal = (0..CLIENTS + 2, 0_i32..500, 0_u8..8).prop_map(move |(client, on, parts)| {
        let mut form = json!({"client": client, "on": text(on)});
        for (i, part) in ["product", "staff", "moment_of_sale"].into_iter().enumerate() {
            if parts >> i & 1 == 1 {
                form[part] = json!("said");
            }
        }
        form
    });
    let touch = (0..CLIENTS + 2, 0_i32..400, prop::option::of(0_i32..100)).prop_map(
        move |(client, on, responded)| {
            let mut touch = json!({"client": client, "on": text(on), "channel": "email",
                                   "content": "useful"});
            if let Some(responded) = responded {
                touch["responded_on"] = json!(text(on + responded));
            }
            touch
        },
    );
    let win_back = (
        0..CLIENTS + 2,
        0_i32..400,
        prop::collection::vec((0_i32..50, 0_usize..6, 0_usize..4), 0..4),
    )
        .prop_map(move |(client, opened, taken)| {
            let mut on = opened;
            let outcomes = ["done", "declined", "returned", "lost_final"];
            let steps: Vec<Json> = taken
                .into_iter()
                .map(|(later, step, outcome)| {
                    on += later;
                    json!({"on": text(on), "step": WinBackStep::NAMES[step],
                           "outcome": outcomes[outcome]})
                })
                .collect();
            json!({"client": client, "opened_on": text(opened), "steps": steps})
        });
    let list = |one: BoxedStrategy<Json>| prop::collection::vec(one, 0..12);
    (list(departure.boxed()), list(refusal.boxed()), list(touch.boxed()), list(win_back.boxed()))
        .prop_map(|(departures, refusals, touches, win_backs)| {
            json!({"departures": departures, "refusals": refusals, "touches": touches,
                   "win_backs": win_backs})
        })
}

fn policies() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        json!({}),
        json!({"activity": {"industry": "clothing"}, "loss": {"stake_window": {"days": 40}}}),
        json!({"activity": {"due_after": {"days": 60}, "lost_after": {"days": 200}},
               "tier": {"method": "period_total"}, "loss": {"recovered_within": {"days": 30}}}),
        json!({"activity": {"industry": "furniture"}, "tier": {"ties": "exclude"},
               "key": {"share_percent": "30"}, "loss": {"spike_months": 2}}),
    ])
}

/// All tables of losses as one text.
fn answers(snapshot: &Snapshot) -> String {
    let by = |by| snapshot.view(&Losses { by }).unwrap();
    [
        snapshot.view(&Lost {}).unwrap(),
        snapshot.view(&Due {}).unwrap(),
        snapshot.view(&Easiest {}).unwrap(),
        snapshot.view(&WinBacks {}).unwrap(),
        snapshot.view(&Refusals {}).unwrap(),
        snapshot.view(&Withdrawals::default()).unwrap(),
        by(LossesBy::Stage),
        by(LossesBy::Reason),
        by(LossesBy::RefusalPart),
        by(LossesBy::Tier),
    ]
    .map(|table| json_of(&table))
    .join("\n")
}

/// The month of a day, counted from year 0.
fn month(days: i32) -> i32 {
    Day::new(days).expect("a day").period(clientela::Step::Month)
}

/// Who was in the top of a month of the window and bought in none since, found the long way.
fn spiked(lines: &[Line], as_of: Day, policy: &Policy) -> BTreeSet<i64> {
    let tier = &policy.tier;
    let end = if tier.complete_only {
        clientela::Step::Month.last_complete(as_of)
    } else {
        as_of.period(clientela::Step::Month)
    };
    let known = || lines.iter().filter(|line| line.day <= as_of.days());
    let mut gone = BTreeSet::new();
    for at in (end - i32::from(tier.months) + 1)..=end {
        let mut totals: BTreeMap<i64, i64> = BTreeMap::new();
        for line in known().filter(|line| month(line.day) == at) {
            *totals.entry(line.client).or_default() +=
                if line.kind == 0 { line.amount } else { -line.amount };
        }
        let mut paid: Vec<i64> = totals.values().copied().filter(|&paid| paid > 0).collect();
        paid.sort_unstable_by(|a, b| b.cmp(a));
        // A fifth, rounded up.
        let count = paid.len().div_ceil(5);
        if count == 0 {
            continue;
        }
        let mut top: Vec<i64> =
            paid.iter().copied().filter(|&one| one >= paid[count - 1]).collect();
        if tier.ties == clientela::Ties::Exclude && top.len() > count {
            top.retain(|&one| one > paid[count - 1]);
        }
        for (client, total) in totals {
            if top.contains(&total) {
                gone.insert((client, at));
            }
        }
    }
    let wait = i32::from(policy.loss.spike_months);
    let last_top = |client: i64| gone.iter().filter(|one| one.0 == client).map(|one| one.1).max();
    let clients: BTreeSet<i64> = gone.iter().map(|one| one.0).collect();
    clients
        .into_iter()
        .filter(|&client| {
            let top = last_top(client).expect("it was at the top");
            let bought = known().filter(|line| line.client == client && line.kind == 0);
            let mut bought = bought.map(|line| month(line.day)).peekable();
            bought.peek().is_some()
                && bought.all(|at| at <= top)
                && as_of.period(clientela::Step::Month) > top + wait
        })
        .collect()
}

proptest! {
    #![proptest_config(Config::with_cases(96))]

    #[test]
    fn nobody_is_both_lost_and_due(
        lines in lines(), entries in entries(), rules in policies(), days in 100_i32..600,
    ) {
        let as_of = Day::new(START + days).expect("a day");
        let policy = policy(&rules);
        let base = Base::new(&ledger(&lines)).journal(&journal(&entries));
        let base = base.snapshot(as_of, &policy).expect("a good base");
        let (lost, due) = (base.view(&Lost {}).unwrap(), base.view(&Due {}).unwrap());
        let of = |table: &Table| ids(table).into_iter().collect::<BTreeSet<i64>>();
        prop_assert!(of(&lost).is_disjoint(&of(&due)));

        let gone = spiked(&lines, as_of, &policy);
        let clients = base.clients();
        for at in 0..clients.rows() {
            let client = row(&clients, at);
            let id = int(&client["client"]);
            let is = |column: &str, name: &str| client[column] == text(name);
            let is_lost = is("activity", "lost");
            prop_assert_eq!(of(&lost).contains(&id), is_lost);
            let urgent = client["key"] == Value::Flag(true) || is("tier", "vip");
            let fast = urgent && (is("activity_by_rhythm", "due") || is("activity_by_rhythm", "lost"));
            let is_due = !is_lost && (is("activity", "due") || fast || gone.contains(&id));
            prop_assert_eq!(of(&due).contains(&id), is_due, "client {}: {:?}", id, client);
        }
        for row in rows(&lost).iter().chain(&rows(&due)) {
            prop_assert_eq!(
                row["spike_then_gone"] == Value::Flag(true), gone.contains(&int(&row["client"]))
            );
            prop_assert!(int(&row["days_late"]) >= 0);
        }

        // Both lists together are the list of the easiest, ranked.
        let easiest = base.view(&Easiest {}).unwrap();
        let both: BTreeSet<i64> = of(&lost).union(&of(&due)).copied().collect();
        prop_assert_eq!(of(&easiest), both);
        let ranks: Vec<i64> = rows(&easiest).iter().map(|row| int(&row["rank"])).collect();
        prop_assert!(ranks.is_sorted());

        // Wherever losses are told apart without doubles, they are all of them.
        let stake: i64 = rows(&lost).iter().filter_map(|row| cents(&row["at_stake"])).sum();
        for by in [LossesBy::Stage, LossesBy::Reason, LossesBy::Tier] {
            let table = base.view(&Losses { by }).unwrap();
            let sum = |of: &dyn Fn(&Row) -> i64| rows(&table).iter().map(of).sum::<i64>();
            prop_assert_eq!(sum(&|row| int(&row["clients"])), lost.rows() as i64);
            prop_assert_eq!(sum(&|row| cents(&row["at_stake"]).expect("all is known")), stake);
        }
        let forms = base.view(&Losses { by: LossesBy::RefusalPart }).unwrap();
        let named: i64 = rows(&forms).iter().map(|row| int(&row["clients"])).sum();
        prop_assert!(named >= lost.rows() as i64);
    }

    #[test]
    fn no_order_of_rows_or_entries_changes_an_answer(
        lines in lines(), entries in entries(), rules in policies(), days in 100_i32..600,
        turn in 0_usize..20,
    ) {
        let as_of = Day::new(START + days).expect("a day");
        let policy = policy(&rules);
        let of = |lines: &[Line], entries: &Json| {
            let base = Base::new(&ledger(lines)).journal(&journal(entries));
            answers(&base.snapshot(as_of, &policy).expect("a good base"))
        };
        let mut turned = lines.clone();
        turned.reverse();
        turned.rotate_left(turn % lines.len());
        let mut shuffled = entries.clone();
        for list in shuffled.as_object_mut().expect("lists").values_mut() {
            let list = list.as_array_mut().expect("a list");
            list.reverse();
            if !list.is_empty() {
                let by = turn % list.len();
                list.rotate_left(by);
            }
        }
        prop_assert_eq!(of(&lines, &entries), of(&turned, &shuffled));

        // And nothing that is later than the day does.
        let mut past = entries.clone();
        let later = |entry: &Json, name: &str| {
            entry[name].as_str().is_some_and(|on| on > as_of.to_string().as_str())
        };
        for (name, list) in past.as_object_mut().expect("lists") {
            let list = list.as_array_mut().expect("a list");
            let day = if name == "win_backs" { "opened_on" } else { "on" };
            list.retain(|entry| !later(entry, day));
            for entry in list {
                if later(entry, "responded_on") {
                    entry.as_object_mut().expect("a touch").remove("responded_on");
                }
                if let Some(Json::Array(steps)) = entry.get_mut("steps") {
                    steps.retain(|step| !later(step, "on"));
                }
            }
        }
        let until: Vec<Line> =
            lines.iter().copied().filter(|line| line.day <= as_of.days()).collect();
        prop_assume!(!until.is_empty());
        prop_assert_eq!(of(&lines, &entries), of(&until, &past));
    }

    #[test]
    fn no_revenue_is_recovered_twice(
        lines in lines(), entries in entries(), rules in policies(), days in 100_i32..600,
    ) {
        let as_of = Day::new(START + days).expect("a day");
        let policy = policy(&rules);
        let base = Base::new(&ledger(&lines)).journal(&journal(&entries));
        let base = base.snapshot(as_of, &policy).expect("a good base");
        let table = rows(&base.view(&WinBacks {}).unwrap());

        // Each line is given to the last attempt that began before its day.
        let mut recovered: Vec<Option<i64>> = vec![None; table.len()];
        let opened = |at: usize| match table[at]["opened_on"] {
            Value::Day(day) => day,
            _ => panic!("every attempt has begun"),
        };
        let mut known: Vec<&Line> =
            lines.iter().filter(|line| line.day <= as_of.days()).collect();
        known.sort_by_key(|line| (line.day, line.kind));
        let mut back: Vec<Option<Day>> = vec![None; table.len()];
        for line in known {
            let day = Day::new(line.day).expect("a day");
            let of = (0..table.len())
                .filter(|&at| int(&table[at]["client"]) == line.client && opened(at) < day);
            let Some(at) = of.max() else { continue };
            if line.kind == 0 && back[at].is_none() {
                back[at] = Some(day);
            }
            let counts = back[at].is_some_and(|from| day < from.plus(policy.loss.recovered_within));
            if counts {
                let signed = if line.kind == 0 { line.amount } else { -line.amount };
                *recovered[at].get_or_insert(0) += signed;
            }
        }
        for (at, row) in table.iter().enumerate() {
            prop_assert_eq!(cents(&row["recovered"]), recovered[at], "{:?}", row);
            let returned = back[at].map_or(Value::Missing, Value::Day);
            prop_assert_eq!(&row["returned_on"], &returned);
            if back[at].is_some() {
                prop_assert_eq!(&row["state"], &text("returned"));
            }
            // A state or the cause why there is none; a step to take unless all is done.
            let stated = row["state"] != Value::Missing;
            prop_assert!(stated || row["cause"] != text(""));
            if stated {
                let done = row["closed"] == Value::Flag(true);
                prop_assert_eq!(row["next_step"] == Value::Missing, done);
            }
        }
    }
}
