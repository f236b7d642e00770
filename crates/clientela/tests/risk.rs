//! Risks: worked cases by hand, and what must hold of any base.

#![allow(clippy::inconsistent_digit_grouping, reason = "cents stand apart")]
#![allow(clippy::needless_pass_by_value, reason = "views are made where they are asked")]

use std::collections::{BTreeMap, BTreeSet};

use clientela::{
    Base, ClientColumn, ClientExits, ClientId, Day, DependenceBand, Dependents, Error,
    FindingClients, Findings, Journal, Ledger, LedgerBuilder, LedgerOptions, ManagerExitClients,
    ManagerExits, Policy, PortraitOptions, Portraits, RiskPolicy, Sales, Snapshot, Table,
    TextColumn, Value, View, dependence_band, formula, formulas, views, with_threads,
};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value as Json, json};

/// One line: client, days since 2025-01-01, minor units, profit, department, manager.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    client: i64,
    day: i32,
    amount: i64,
    profit: i64,
    department: &'static str,
    manager: &'static str,
}

/// 2025-01-01.
const START: i32 = 20_089;

fn line(client: i64, day: i32, amount: i64, manager: &'static str) -> Line {
    Line { client, day, amount, profit: amount / 10, department: "", manager }
}

fn ledger(lines: &[Line]) -> Ledger {
    let column = |value: fn(&Line) -> i64| lines.iter().map(value).collect::<Vec<i64>>();
    let days: Vec<i32> = lines.iter().map(|line| START + line.day).collect();
    let clients = ClientColumn::Int(column(|line| line.client).into());
    let mut sales = Sales::new(clients, days, column(|line| line.amount));
    sales.profit = Some(column(|line| line.profit).into());
    sales.department = Some(lines.iter().map(|line| line.department).collect::<TextColumn<'_>>());
    sales.manager = Some(lines.iter().map(|line| line.manager).collect::<TextColumn<'_>>());
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push(sales).expect("good lines");
    builder.finish().expect("sums within range")
}

fn groups(groups: &[(i64, &str)]) -> Portraits {
    let documents: Vec<Json> = (groups.iter())
        .map(|(client, group)| json!({"client": client, "fields": {"group": group}}))
        .collect();
    portraits(&Json::from(documents))
}

fn portraits(documents: &Json) -> Portraits {
    Portraits::from_json(&documents.to_string(), &PortraitOptions::default()).expect("good ones")
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn policy(text: &str) -> Policy {
    Policy::from_json(text).expect("a policy that checks")
}

fn journal(document: &Json) -> Journal {
    Journal::from_json(&document.to_string()).expect("a journal")
}

fn snapshot(base: &Base, as_of: &str) -> Snapshot {
    base.snapshot(day(as_of), &Policy::default()).expect("a good base")
}

/// Rows as objects, as JSON has them.
fn rows(table: &Table) -> Vec<Json> {
    serde_json::to_value(table).expect("a table has a JSON form").as_array().expect("rows").clone()
}

/// Some members of each row.
fn some(table: &Table, names: &[&str]) -> Vec<Vec<String>> {
    let cell = |row: usize, name: &&str| table.value(row, name).expect("a cell").to_string();
    (0..table.rows()).map(|row| names.iter().map(|name| cell(row, name)).collect()).collect()
}

fn view<V: View>(snapshot: &Snapshot, view: V) -> Table {
    snapshot.view(&view).expect("an answer")
}

fn answer(name: &str, arguments: &Json) -> Json {
    let answer = formula(name, &arguments.to_string(), &Policy::default()).expect("an answer");
    serde_json::from_str(&answer).expect("JSON")
}

#[test]
fn forty_of_a_hundred_comes_down_to_twenty_when_the_others_bring_a_hundred_and_sixty() {
    let found = answer("dependence", &json!({"client": 40, "total": 100}));
    assert_eq!(found["band"], "warning", "40 % is no more than 40");
    assert_eq!(found["others_now"]["value"], "60");
    assert_eq!(found["others_needed"]["value"], "160");
    // 100 / 60 of what they bring now.
    assert_eq!(found["growth_needed"]["value"], "166.666667");
    let advice = found["advice"].to_string();
    assert!(advice.contains("160 in place of 60"), "{advice}");
    assert!(advice.contains("grow the others faster"), "{advice}");
    // 40 / 240 is a sixth: below 20 % nothing has to grow, and nothing is advised.
    let found = answer("dependence", &json!({"client": 40, "total": 240}));
    assert_eq!((&found["band"], &found["advice"]), (&json!("none"), &json!([])));
    assert_eq!(found["growth_needed"]["value"], "0");
}

#[test]
fn one_active_client_is_mono_and_nothing_is_no_dependence() {
    let only = answer("dependence", &json!({"client": 5, "total": 5, "active_clients": 1}));
    assert_eq!(only["band"], "mono");
    assert_eq!(only["growth_needed"]["value"], Json::Null);
    assert!(only["growth_needed"]["cause"].is_string());
    let advice = only["advice"].to_string();
    assert!(advice.contains("loyalty") && advice.contains("active sales"), "{advice}");
    let none = answer("dependence", &json!({"client": 0, "total": 0}));
    assert_eq!((&none["band"], &none["share"]["value"]), (&Json::Null, &Json::Null));
}

#[test]
fn a_part_is_no_more_than_the_whole() {
    let refused = |name: &str, arguments: Json| {
        formula(name, &arguments.to_string(), &Policy::default()).expect_err("refused")
    };
    for (name, arguments, argument) in [
        ("dependence", json!({"client": 6, "total": 5}), "client"),
        ("dependence", json!({"client": -1, "total": 5}), "client"),
        ("others_needed", json!({"client": 1, "total": 5, "target_percent": 0}), "target_percent"),
        ("supplier_tier", json!({"volume": 1, "client_volume": 2, "tiers": []}), "client_volume"),
        (
            "client_exit",
            json!({"revenue": 1, "profit": 1, "client_revenue": 1, "client_profit": 1,
                   "fixed_costs": -1}),
            "fixed_costs",
        ),
    ] {
        match refused(name, arguments) {
            Error::BadArgument { argument: found, .. } => assert_eq!(found, argument),
            error => panic!("{error}"),
        }
    }
}

#[test]
fn the_sources_case_of_a_lost_discount() {
    // S2.52: 5,000 pieces a month of 9,000; from 8,000 on the factory gives 12 %.
    let tiers = json!([{"from": 8000, "discount_percent": 12}]);
    let found = answer(
        "supplier_tier",
        &json!({"volume": 9000, "client_volume": 5000, "tiers": tiers, "purchases": "200000.00"}),
    );
    assert_eq!(found["drops"], true);
    assert_eq!(found["repricing_cost"]["value"], "24000");
    // Exactly the threshold remains: nothing drops.
    let found =
        answer("supplier_tier", &json!({"volume": 13000, "client_volume": 5000, "tiers": tiers}));
    assert_eq!((&found["drops"], &found["repricing_cost"]["value"]), (&json!(false), &json!("0")));
    // What the firm buys is not on record: the drop is known, its cost is not.
    let found =
        answer("supplier_tier", &json!({"volume": 9000, "client_volume": 5000, "tiers": tiers}));
    assert_eq!(found["drops"], true);
    assert_eq!(found["repricing_cost"]["value"], Json::Null);
}

#[test]
fn margins_that_fall_to_nothing() {
    let erosion = |periods: &[(i64, i64)]| {
        let periods: Vec<Json> = (periods.iter())
            .map(|(amount, profit)| json!({"amount": amount, "profit": profit}))
            .collect();
        answer("erosion", &json!({"periods": periods}))
    };
    let falling = erosion(&[(100, 30), (200, 50), (300, 60)]);
    assert_eq!((&falling["verdict"], &falling["falls_in_a_row"]), (&json!("eroding"), &json!(2)));
    // One fall after a rise.
    let once = erosion(&[(100, 20), (200, 50), (300, 60)]);
    assert_eq!((&once["verdict"], &once["falls_in_a_row"]), (&json!("none_seen"), &json!(1)));
    // A period without sales has no margin and is passed over.
    let gap = erosion(&[(100, 30), (200, 50), (0, 0), (300, 60)]);
    assert_eq!(gap["falls_in_a_row"], 2);
    assert_eq!(gap["margins"][2]["value"], Json::Null);
    // At cost.
    assert_eq!(erosion(&[(100, 30), (900, 0)])["verdict"], "critical");
    assert_eq!(erosion(&[])["verdict"], Json::Null);
}

#[test]
fn promises_by_their_day() {
    let kept = |done: Option<&str>, facts: Json| {
        let mut arguments = json!({"due_on": "2026-05-10", "as_of": "2026-05-20"});
        let members = arguments.as_object_mut().expect("an object");
        members.extend(facts.as_object().expect("an object").clone());
        if let Some(done) = done {
            members.insert("done_on".to_owned(), done.into());
        }
        let found = answer("promise", &arguments);
        (found["verdict"].as_str().expect("a verdict").to_owned(), found["days_late"].as_i64())
    };
    let plain = || json!({});
    let case = |verdict: &str, late| (verdict.to_owned(), late);
    assert_eq!(kept(Some("2026-05-10"), plain()), case("kept", Some(0)));
    assert_eq!(kept(Some("2026-05-09"), plain()), case("early_without_consent", Some(0)));
    assert_eq!(kept(Some("2026-05-09"), json!({"consent": true})), case("early", Some(0)));
    assert_eq!(kept(Some("2026-05-13"), plain()), case("violation", Some(3)));
    assert_eq!(kept(Some("2026-05-13"), json!({"force_majeure": true})), case("excused", Some(3)));
    // Ten days over and not yet kept; a day that has not come is not kept either.
    assert_eq!(kept(None, plain()), case("violation", Some(10)));
    assert_eq!(kept(Some("2026-05-21"), json!({"reported": true})), case("excused", Some(10)));
    assert_eq!(kept(None, json!({"due_on": "2026-05-20"})), case("open", None));
    for (facts, verdict) in [
        (json!({}), "surprise"),
        (json!({"courtesy": true}), "courtesy"),
        (json!({"announced": true}), "fine"),
    ] {
        assert_eq!(answer("extra", &facts)["verdict"], verdict);
    }
}

/// A firm of 1,000.00 in the last year: client 1 brings 410.00, 2 and 3 (of one group) 150.00
/// each, 4 the remaining 290.00.
fn firm() -> Ledger {
    ledger(&[
        line(1, 400, 410_00, "Anna"),
        line(2, 410, 150_00, "Boris"),
        line(3, 420, 150_00, "Boris"),
        line(4, 430, 290_00, "Anna"),
        // Before the window of a year.
        line(3, 10, 9_000_00, "Boris"),
    ])
}

#[test]
fn dependence_is_told_of_clients_and_groups_in_every_scope() {
    let ledger = firm();
    let base = Base::new(&ledger).portraits(&groups(&[(2, "North"), (3, "North")]));
    let table = view(&snapshot(&base, "2026-06-30"), Dependents {});
    let found = some(&table, &["scope", "scope_name", "subject", "name", "amount", "band"]);
    let row = |cells: [&str; 6]| cells.map(str::to_owned).to_vec();
    assert_eq!(
        found,
        [
            row(["company", "", "client", "1", "410.00", "serious"]),
            // 300 of 1,000 is no more than 30 %, but more than 20.
            row(["company", "", "group", "North", "300.00", "attention"]),
            row(["company", "", "client", "4", "290.00", "attention"]),
            // Anna sells 700.00, Boris 300.00.
            row(["manager", "Anna", "client", "1", "410.00", "critical"]),
            row(["manager", "Anna", "client", "4", "290.00", "serious"]),
            row(["manager", "Boris", "group", "North", "300.00", "critical"]),
            row(["manager", "Boris", "client", "2", "150.00", "serious"]),
            row(["manager", "Boris", "client", "3", "150.00", "serious"]),
        ]
    );
    // 410 · 80 / 20.
    assert_eq!(table.value(0, "others_needed").expect("a cell").to_string(), "1640.00");
    assert_eq!(table.value(0, "others_now").expect("a cell").to_string(), "590.00");
    let advice = table.value(0, "advice").expect("a cell").to_string();
    assert!(advice.contains("1640.00 in place of 590.00"), "{advice}");
    // The group is all that Boris sells: nobody is there who could grow.
    assert_eq!(table.value(5, "growth_percent"), Some(Value::Missing));
}

#[test]
fn a_parent_that_the_sales_are_rolled_up_by_counts_as_one_client() {
    let parents = BTreeMap::from([(2.into(), 9.into()), (3.into(), ClientId::Int(9))]);
    let rolled = firm().roll_up(&parents).expect("no circle");
    let table = view(&snapshot(&Base::new(&rolled), "2026-06-30"), Dependents {});
    let found = some(&table, &["scope", "name", "amount", "band"]);
    assert_eq!(found[1], ["company", "9", "300.00", "attention"]);
}

#[test]
fn the_only_client_of_a_firm_is_mono() {
    let lines = [line(1, 400, 100, ""), line(2, 10, 900, "")];
    let table = view(&snapshot(&Base::new(&ledger(&lines)), "2026-06-30"), Dependents {});
    assert_eq!(some(&table, &["name", "band"]), [["1", "mono"]]);
}

#[test]
fn the_exit_of_a_client_by_hand() {
    // Profit 100 of 1,000; fixed costs of 5.00 a month over 60 days of January and February
    // 2026 and so on: whole months only, so that it can be summed by hand.
    let mut lines = vec![line(1, 365, 600_00, "A"), line(2, 400, 400_00, "A")];
    lines[0].profit = 70_00;
    lines[1].profit = 30_00;
    let journal = journal(&json!({
        "fixed_costs": {"per_month": "20.00"},
        "suppliers": [
            {"name": "Mill", "measure": "amount", "months": 3, "purchases": "500.00",
             "tiers": [{"from": 500, "discount_percent": 4}, {"from": 900, "discount_percent": 10}]},
        ],
    }));
    let ledger = ledger(&lines);
    let base = Base::new(&ledger).journal(&journal);
    // 2026-01-01 is the first sale: three months of 20.00 to the end of March.
    let exits = ClientExits { clients: Some(vec![1.into(), 2.into()]), groups: None };
    let table = view(&snapshot(&base, "2026-03-31"), exits);
    let names = ["name", "amount", "revenue_without", "profit", "profit_without", "makes_loss"];
    assert_eq!(
        some(&table, &names),
        [
            // 100 - 60 - 70 and 100 - 60 - 30.
            ["1", "600.00", "400.00", "70.00", "-30.00", "true"],
            ["2", "400.00", "600.00", "30.00", "10.00", "false"],
        ]
    );
    let names = ["suppliers", "repricing_cost", "affected_clients", "critical"];
    assert_eq!(
        some(&table, &names),
        [
            // 400.00 is below 500: from 10 % to nothing. 600.00 is below 900: from 10 to 4 %.
            ["Mill", "50.00", "1", "true"],
            ["Mill", "30.00", "1", "true"],
        ]
    );
    let cause = table.value(0, "cause").expect("a cell").to_string();
    assert!(cause.starts_with("A loss remains: -30.00 in place of 40.00."), "{cause}");
    assert!(cause.contains("falls from 10 to 0 %"), "{cause}");
}

#[test]
fn costs_that_are_not_on_record_leave_the_loss_unknown() {
    let lines = [line(1, 365, 300, "A"), line(2, 400, 400, "A"), line(3, 401, 300, "A")];
    let ledger = ledger(&lines);
    let exits = || ClientExits { clients: Some(vec![1.into()]), groups: None };
    let table = view(&snapshot(&Base::new(&ledger), "2026-03-31"), exits());
    assert_eq!(table.value(0, "makes_loss"), Some(Value::Missing));
    // Nothing else is critical about it, so it is not known either.
    assert_eq!(table.value(0, "critical"), Some(Value::Missing));
    let cause = table.value(0, "cause").expect("a cell").to_string();
    assert!(cause.contains("not on record"), "{cause}");
    let nobody = ClientExits { clients: Some(vec![9.into()]), groups: None };
    assert!(matches!(
        snapshot(&Base::new(&ledger), "2026-03-31").view(&nobody),
        Err(Error::UnknownClient(_))
    ));
}

#[test]
fn what_leaves_with_a_manager() {
    let ledger =
        ledger(&[line(1, 400, 500, "Anna"), line(2, 410, 300, "Anna"), line(3, 420, 200, "Boris")]);
    // Vera is in contact with client 1 too, and alone with nobody.
    let journal = journal(&json!({"assignments": [
        {"client": 1, "staff": "Vera", "role": "contact"},
    ]}));
    let base = Base::new(&ledger).journal(&journal);
    let snapshot = snapshot(&base, "2026-06-30");
    let table = view(&snapshot, ManagerExits {});
    let names = ["manager", "clients", "amount", "sole_clients", "amount_at_risk"];
    assert_eq!(
        some(&table, &names),
        [["Anna", "2", "8.00", "1", "3.00"], ["Boris", "1", "2.00", "1", "2.00"]]
    );
    let clients = ManagerExitClients { manager: Some("Anna".to_owned()) };
    let names = ["client", "manages", "sole", "amount"];
    assert_eq!(
        some(&view(&snapshot, clients), &names),
        [["1", "true", "false", "5.00"], ["2", "true", "true", "3.00"]]
    );
    let continuity = snapshot.view_named("continuity", "").expect("an answer");
    assert_eq!(
        some(&continuity, &["client", "staff_in_contact", "our_side"]),
        [["2", "1", "at_risk"], ["3", "1", "at_risk"]]
    );
    let nobody = ManagerExitClients { manager: Some("Zoe".to_owned()) };
    assert!(matches!(snapshot.view(&nobody), Err(Error::BadArgument { argument: "manager", .. })));
}

fn finding(table: &Table, check: &str) -> (String, String) {
    let found = some(table, &["check", "finding", "evidence"]);
    let row = found.into_iter().find(|row| row[0] == check).expect("a row for each check");
    (row[1].clone(), row[2].clone())
}

#[test]
fn with_nothing_on_record_nothing_is_denied() {
    let mut lines = vec![line(1, 400, 100, "")];
    lines[0].manager = "";
    let table = view(&snapshot(&Base::new(&ledger(&lines)), "2026-06-30"), Findings {});
    let mut checks = BTreeSet::new();
    for row in some(&table, &["check", "finding", "evidence", "advice", "source"]) {
        // These are judged by the sales themselves.
        let by_sales = ["dependence", "casual_buyers", "sales_decline", "growth_hides_decline"];
        if !by_sales.contains(&row[0].as_str()) && row[0] != "margin_erosion" {
            assert_eq!(row[1], "unknown", "{row:?}");
        }
        assert!(row[1] == "no" || !row[3].is_empty(), "what to do is missing: {row:?}");
        assert!(!row[2].is_empty() && !row[4].is_empty(), "{row:?}");
        assert!(checks.insert(row[0].clone()), "a check stands twice");
    }
}

#[test]
fn findings_by_hand() {
    let ledger = ledger(&[
        // 2026-Q1: 1,000.00; 2026-Q2: 1,100.00, of which 400.00 by a new client.
        line(1, 370, 700_00, "Anna"),
        line(2, 380, 300_00, "Anna"),
        line(1, 460, 600_00, "Anna"),
        line(2, 470, 100_00, "Anna"),
        line(3, 480, 400_00, "Boris"),
    ]);
    let journal = journal(&json!({
        "activities": [
            {"on": "2026-02-01", "goal": "acquisition", "kind": "advertising"},
            {"on": "2026-03-01", "goal": "acquisition", "kind": "seminar"},
        ],
        "touches": [
            {"client": 1, "on": "2026-05-01", "channel": "email", "content": "promotion",
             "campaign": "spring"},
            {"client": 1, "on": "2026-05-20", "channel": "email", "content": "new_prices",
             "campaign": "spring"},
            {"client": 2, "on": "2026-05-02", "channel": "email", "content": "useful",
             "campaign": "news"},
            {"client": 2, "on": "2026-05-03", "channel": "phone", "content": "follow_up",
             "campaign": "news"},
        ],
        "departures": [
            {"client": 2, "on": "2026-06-01", "reason": "inattention"},
            {"client": 3, "on": "2026-06-02", "reason": "unknown"},
        ],
        "promises": [
            {"client": 1, "what": "a catalogue", "due_on": "2026-06-01", "done_on": "2026-06-04"},
            {"client": 2, "what": "a sample", "due_on": "2026-07-30"},
        ],
        "staff": [{"name": "Anna", "role": "owner"}, {"name": "Boris", "role": "client_manager"}],
    }));
    let base = Base::new(&ledger).journal(&journal);
    let snapshot = snapshot(&base, "2026-06-30");
    let table = view(&snapshot, Findings {});
    let check = |name: &str, finding_: &str, words: &[&str]| {
        let (found, evidence) = finding(&table, name);
        assert_eq!(found, finding_, "{name}: {evidence}");
        for word in words {
            assert!(evidence.contains(word), "{name}: {evidence}");
        }
    };
    check("sales_decline", "no", &["rose from 1000.00 in 2026-Q1 to 1100.00 in 2026-Q2", "63.6 %"]);
    // 600 - 700 and 100 - 300.
    check("growth_hides_decline", "yes", &["by 100.00", "by 400.00 through new", "by -300.00"]);
    // 1,300.00 of 2,100.00.
    check("dependence", "yes", &["Client 1 brings 61.9 % of the sales", "critical"]);
    check("no_loyalty_work", "yes", &["2 activities to win", "0 activities to keep"]);
    check("bonuses_only", "unknown", &[]);
    // Clients 1 and 2 bought in both quarters.
    check("casual_buyers", "no", &["2 of 3 clients"]);
    check("offers_only", "yes", &["2 of 3 messages", "1 of 2 clients"]);
    check("single_channel", "yes", &["1 of 2 campaigns", "spring (email)"]);
    // Client 3 came on 2026-04-26 and heard nothing in the month after; 1 and 2 came in January.
    check("no_follow_up", "yes", &["3 of 3 clients"]);
    // Half of two is not more than half, but the other reason may be the same.
    check("inattention", "unknown", &["1 of 2 departures"]);
    check("broken_word", "yes", &["Of 1 promise", "we broke 1"]);
    // All three are key: each brings a tenth or more.
    check("owner_runs_key", "yes", &["2 of 3 key clients", "1, 2"]);
    check("keys_on_one", "yes", &["3 of 3 key clients"]);
    check("mixed_portfolio", "no", &["0 of 3 key clients"]);
    check("surprises", "unknown", &[]);
    check("no_next_step", "unknown", &[]);
    let behind = FindingClients { check: Some("growth_hides_decline".to_owned()) };
    assert_eq!(
        some(&view(&snapshot, behind), &["client", "amount"]),
        [["1", "1300.00"], ["2", "400.00"]]
    );
    let wrong = FindingClients { check: Some("luck".to_owned()) };
    assert!(matches!(snapshot.view(&wrong), Err(Error::BadArgument { argument: "check", .. })));
}

#[test]
fn contact_in_slumps_only() {
    // 2025: 300, 200, 400, 100 a quarter; it fell in the second and the fourth.
    let ledger = ledger(&[
        line(1, 10, 300, ""),
        line(1, 100, 200, ""),
        line(1, 200, 400, ""),
        line(1, 300, 100, ""),
    ]);
    let touched = |days: &[&str]| {
        let touches: Vec<Json> = (days.iter())
            .map(|on| json!({"client": 1, "on": on, "channel": "phone", "content": "other"}))
            .collect();
        let base = Base::new(&ledger).journal(&journal(&json!({"touches": touches})));
        finding(&view(&snapshot(&base, "2025-12-31"), Findings {}), "slump_contact")
    };
    let (found, evidence) = touched(&["2025-05-05", "2025-11-11"]);
    assert_eq!(found, "yes");
    assert!(evidence.contains("2 of 2 contacts"), "{evidence}");
    assert_eq!(touched(&["2025-05-05", "2025-08-08"]).0, "no");
    // Nothing is known of how sales went before the first quarter.
    assert_eq!(touched(&["2025-02-02"]).0, "unknown");
}

#[test]
fn margins_of_vips_by_quarter() {
    let mut lines = vec![
        line(1, 10, 1000, ""),
        line(1, 100, 1000, ""),
        line(1, 200, 1000, ""),
        // The running quarter does not count.
        line(1, 300, 1000, ""),
    ];
    for (line, profit) in lines.iter_mut().zip([300, 200, 100, -500]) {
        line.profit = profit;
    }
    let ledger = ledger(&lines);
    let table = snapshot(&Base::new(&ledger), "2025-12-30").view_named("erosion", "");
    let names = ["client", "begins", "profit", "falls_in_a_row", "verdict", "trend"];
    assert_eq!(
        some(&table.expect("an answer"), &names),
        [["1", "2025-07-01", "1.00", "2", "eroding", "30.0 %, 20.0 %, 10.0 %"]]
    );
    let table = snapshot(&Base::new(&ledger), "2025-12-31").view_named("erosion", "");
    assert_eq!(some(&table.expect("an answer"), &["verdict"]), [["critical"]]);
}

#[test]
fn nothing_is_called_safe() {
    let told: Vec<String> = formulas()
        .map(|one| one.about.to_owned())
        .chain(views().map(|one| one.about.to_owned()))
        .collect();
    let account = snapshot(&Base::new(&firm()), "2026-06-30").account().expect("an account");
    let all = format!("{}{}", told.join(" "), account.to_json()).to_lowercase();
    assert!(!all.contains("safe"));
}

fn any_lines() -> impl Strategy<Value = Vec<Line>> {
    let names = ["", "Anna", "Boris", "Vera"];
    let line = (1_i64..9, 0_i32..700, -200_i64..3000, -100_i64..400, 0_usize..4, 0_usize..4)
        .prop_map(move |(client, day, amount, profit, department, manager)| Line {
            client,
            day,
            amount,
            // What is taken back takes its profit along.
            profit: if amount < 0 { -profit.abs() } else { profit },
            department: ["", "east", "west", "east"][department],
            manager: names[manager],
        });
    prop::collection::vec(line, 1..60)
}

fn any_groups() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    prop::collection::vec(prop::option::of(prop::sample::select(vec!["North", "South"])), 9)
        .prop_map(|all| {
            (0..).zip(all).filter_map(|(client, group)| Some((client, group?))).collect()
        })
}

fn any_journal() -> impl Strategy<Value = Json> {
    let clients = || 1_i64..10;
    let on = || (0_i32..700).prop_map(|days| Day::new(START + days).expect("a day").to_string());
    let who = || prop::sample::select(vec!["Anna", "Boris", "Vera", "Zoe"]);
    let touch = (
        clients(),
        on(),
        prop::sample::select(vec!["phone", "email", "letter", "site"]),
        prop::sample::select(vec!["useful", "promotion", "follow_up"]),
        who(),
    )
        .prop_map(|(client, on, channel, content, staff)| {
            json!({"client": client, "on": on, "channel": channel, "content": content,
                   "staff": staff})
        });
    let assignment =
        (clients(), who(), on(), any::<bool>()).prop_map(|(client, staff, since, one)| {
            let role = if one { "coordinator" } else { "contact" };
            json!({"client": client, "staff": staff, "role": role, "since": since})
        });
    let promise = (clients(), on(), prop::option::of(on())).prop_map(|(client, due, done)| {
        let mut promise = json!({"client": client, "what": "it", "due_on": due});
        if let Some(done) = done {
            promise["done_on"] = done.into();
        }
        promise
    });
    let list = |entry: BoxedStrategy<Json>| prop::collection::vec(entry, 0..6);
    (list(touch.boxed()), list(assignment.boxed()), list(promise.boxed())).prop_map(
        |(touches, assignments, promises)| {
            json!({"touches": touches, "assignments": assignments, "promises": promises})
        },
    )
}

/// All views of risks as one text.
fn all_views(snapshot: &Snapshot) -> String {
    [
        "dependence",
        "client_exit",
        "manager_exit",
        "manager_exit_clients",
        "continuity",
        "erosion",
        "promises",
        "extras",
        "findings",
        "finding_clients",
    ]
    .map(|name| match snapshot.view_named(name, "") {
        Ok(table) => serde_json::to_string(&table).expect("JSON"),
        Err(error) => error.to_string(),
    })
    .join("\n")
}

fn money(row: &Json, name: &str) -> i64 {
    let text = row[name].as_str().expect("an amount");
    text.replace('.', "").parse().expect("two places")
}

proptest! {
    #![proptest_config(Config { cases: 96, ..Config::default() })]

    #[test]
    fn a_larger_share_has_no_lower_band(
        total in 1_i128..1_000_000,
        a in 0_i128..1_000_000,
        b in 0_i128..1_000_000,
        cuts in prop::collection::vec(0_u32..100, 4),
    ) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        let percent = clientela::Percent::whole;
        let policy = RiskPolicy {
            attention_percent: percent(cuts[0]),
            warning_percent: percent(cuts[1]),
            serious_percent: percent(cuts[2]),
            critical_percent: percent(cuts[3]),
            ..RiskPolicy::default()
        };
        let (small, large) = (a.min(b).min(total), a.max(b).min(total));
        let band = |amount| dependence_band(amount, total, &policy).expect("there is a total");
        prop_assert!(band(small) <= band(large));
        // By fractions: how many cut points the share is strictly above.
        let above = cuts.iter().filter(|&&cut| large * 100 > i128::from(cut) * total).count();
        prop_assert_eq!(band(large) as usize, above);
        prop_assert!(band(large) < DependenceBand::Mono);
    }

    #[test]
    fn what_the_others_must_bring_is_enough_and_no_less_would_be(
        amount in 1_i64..10_000,
        others in 0_i64..10_000,
    ) {
        let lines = [line(1, 1, amount, ""), line(2, 1, others, "")];
        let snapshot = snapshot(&Base::new(&ledger(&lines)), "2025-06-30");
        let table = rows(&view(&snapshot, Dependents {}));
        for row in table.iter().filter(|row| row["scope"] == "company" && row["name"] == "1") {
            let needed = money(row, "others_needed");
            prop_assert!(amount * 100 <= 20 * (amount + needed));
            prop_assert!(amount * 100 > 20 * (amount + needed - 1));
        }
    }

    #[test]
    fn a_client_that_leaves_takes_what_is_its_own_and_no_more(
        lines in any_lines(),
        groups_ in any_groups(),
    ) {
        let ledger = ledger(&lines);
        let base = Base::new(&ledger).portraits(&groups(&groups_));
        let snapshot = snapshot(&base, "2026-06-30");
        let ids: BTreeSet<i64> = lines.iter().map(|line| line.client).collect();
        let of = |client: i64| {
            // The year that ends with 2026-06-30.
            let mine = lines.iter().filter(|line| line.client == client && line.day > 180 && line.day <= 545);
            mine.fold((0, 0), |(a, p), line| (a + line.amount, p + line.profit))
        };
        let revenue: i64 = ids.iter().map(|&id| of(id).0).sum();
        let profit: i64 = ids.iter().map(|&id| of(id).1).sum();
        let known: Vec<i64> = (0..snapshot.len())
            .map(|row| match snapshot.ids().get(row) {
                ClientId::Int(id) => id,
                ClientId::Text(_) => unreachable!("ids are numbers"),
            })
            .collect();
        let clients = known.iter().map(|&id| id.into()).collect();
        let exits = ClientExits { clients: Some(clients), groups: None };
        for row in rows(&view(&snapshot, exits)) {
            let id: i64 = row["name"].as_str().expect("an id").parse().expect("a number");
            prop_assert_eq!(money(&row, "amount"), of(id).0);
            prop_assert_eq!(money(&row, "amount") + money(&row, "revenue_without"), revenue);
            prop_assert_eq!(money(&row, "profit") + money(&row, "profit_without"), profit);
        }
    }

    #[test]
    fn clients_add_up_to_their_manager(lines in any_lines(), journal_ in any_journal()) {
        let ledger = ledger(&lines);
        let journal = journal(&journal_);
        let snapshot = snapshot(&Base::new(&ledger).journal(&journal), "2026-06-30");
        let clients = rows(&view(&snapshot, ManagerExitClients::default()));
        let managers = rows(&view(&snapshot, ManagerExits {}));
        for manager in &managers {
            let mine = || clients.iter().filter(|row| row["manager"] == manager["manager"]);
            let sum = |fact: &str| -> (i64, i64) {
                let held = mine().filter(|row| row[fact] == true);
                held.fold((0, 0), |(n, sum), row| (n + 1, sum + money(row, "amount")))
            };
            let held = (manager["clients"].as_i64().unwrap(), money(manager, "amount"));
            prop_assert_eq!(sum("manages"), held);
            let sole = (manager["sole_clients"].as_i64().unwrap(), money(manager, "amount_at_risk"));
            prop_assert_eq!(sum("sole"), sole);
        }
        let names: BTreeSet<String> = clients.iter().map(|row| row["manager"].to_string()).collect();
        prop_assert_eq!(names.len(), managers.len());
    }

    #[test]
    fn rows_entries_and_threads_in_any_order_give_the_same(
        lines in any_lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        groups_ in any_groups(),
        journal_ in any_journal(),
    ) {
        let (lines, shuffled) = lines;
        let mut turned = journal_.clone();
        for list in turned.as_object_mut().expect("lists").values_mut() {
            list.as_array_mut().expect("a list").reverse();
        }
        let told = |lines: &[Line], journal_: &Json, threads| {
            let (ledger, portraits, journal) = (ledger(lines), groups(&groups_), journal(journal_));
            let base = Base::new(&ledger).portraits(&portraits).journal(&journal);
            with_threads(Some(threads), || all_views(&snapshot(&base, "2026-06-30"))).unwrap()
        };
        prop_assert_eq!(told(&lines, &journal_, 1), told(&shuffled, &turned, 3));
    }

    #[test]
    fn what_is_later_does_not_count(lines in any_lines(), journal_ in any_journal(), at in 200_i32..600) {
        let as_of = Day::new(START + at).expect("a day");
        let earlier: Vec<Line> = lines.iter().copied().filter(|line| line.day <= at).collect();
        prop_assume!(!earlier.is_empty());
        let mut known = journal_.clone();
        for (list, day) in [("touches", "on"), ("assignments", "since")] {
            let entries = known[list].as_array_mut().expect("a list");
            entries.retain(|entry| entry[day].as_str().expect("a day") <= as_of.to_string().as_str());
        }
        let policy = policy("{}");
        let told = |lines: &[Line], document: &Json| {
            let (ledger, journal) = (ledger(lines), journal(document));
            let snapshot = Base::new(&ledger).journal(&journal).snapshot(as_of, &policy).unwrap();
            all_views(&snapshot)
        };
        prop_assert_eq!(told(&lines, &journal_), told(&earlier, &known));
    }

    #[test]
    fn what_is_forgotten_denies_nothing(lines in any_lines(), journal_ in any_journal()) {
        let mut lines = lines;
        for line in &mut lines {
            line.manager = "";
        }
        let ledger = ledger(&lines);
        let bare = view(&snapshot(&Base::new(&ledger), "2026-06-30"), Findings {});
        let full = journal(&journal_);
        let full = view(&snapshot(&Base::new(&ledger).journal(&full), "2026-06-30"), Findings {});
        // Without the journal a check says what it says with it, or that it does not know; what
        // is absent from the record is itself a finding for some.
        let by_journal = [
            "no_loyalty_work", "bonuses_only", "slump_contact", "no_follow_up", "no_next_step",
            "offers_only", "single_channel", "equal_treatment", "head_absent", "no_owner",
            "keys_on_one", "mixed_portfolio", "owner_runs_key", "reassigned", "inattention",
            "broken_word", "surprises", "unused_file",
        ];
        for row in 0..bare.rows() {
            let check = bare.value(row, "check").unwrap().to_string();
            let found = bare.value(row, "finding").unwrap().to_string();
            if by_journal.contains(&check.as_str()) {
                prop_assert_eq!(found, "unknown");
            } else {
                prop_assert_eq!(Some(found), full.value(row, "finding").map(|v| v.to_string()));
            }
        }
    }
}
