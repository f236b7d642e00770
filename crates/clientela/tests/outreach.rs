//! What to do next: key clients shared out, tasks, mailings, triggers and the morning list.

use std::collections::{BTreeMap, BTreeSet};

use clientela::{
    Assign, Base, ClientColumn, Day, ErrorCode, Formula, Journal, KeyHeld, LedgerBuilder,
    LedgerOptions, ManagersNeeded, Policy, PortraitOptions, Portraits, Sales, Snapshot, Table,
    TextColumn, Value,
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// One line of sales: client, day, minor units, manager, category, brand.
type Line = (i64, &'static str, i64, &'static str, &'static str, &'static str);

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// A snapshot of a base of lines, portraits and a journal.
fn snapshot(lines: &[Line], portraits: &Json, journal: &Json, policy: &Json, on: &str) -> Snapshot {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let mut sales = Sales::new(
        ClientColumn::Int(lines.iter().map(|line| line.0).collect::<Vec<_>>().into()),
        lines.iter().map(|line| day(line.1).days()).collect::<Vec<_>>(),
        lines.iter().map(|line| line.2).collect::<Vec<_>>(),
    );
    sales.manager = Some(lines.iter().map(|line| line.3).collect::<TextColumn<'_>>());
    sales.category = Some(lines.iter().map(|line| line.4).collect::<TextColumn<'_>>());
    sales.brand = Some(lines.iter().map(|line| line.5).collect::<TextColumn<'_>>());
    builder.push(sales).expect("lines");
    let ledger = builder.finish().expect("a ledger");
    let portraits = Portraits::from_json(&portraits.to_string(), &PortraitOptions::default());
    let journal = Journal::from_json(&journal.to_string()).expect("a journal");
    let policy = Policy::from_json(&policy.to_string()).expect("a policy");
    let base = Base::new(&ledger).portraits(&portraits.expect("portraits")).journal(&journal);
    base.snapshot(day(on), &policy).expect("a snapshot")
}

fn view(snapshot: &Snapshot, name: &str, arguments: &Json) -> Table {
    snapshot.view_named(name, &arguments.to_string()).expect(name)
}

/// A cell as text; empty where it is missing.
fn cell(table: &Table, row: usize, column: &str) -> String {
    table.value(row, column).unwrap_or_else(|| panic!("{column}")).to_string()
}

/// Some columns of all rows as text.
fn rows(table: &Table, columns: &[&str]) -> Vec<Vec<String>> {
    (0..table.rows())
        .map(|row| columns.iter().map(|name| cell(table, row, name)).collect())
        .collect()
}

/// A made-up wholesale firm: five shops, two managers, a head.
fn firm() -> (Vec<Line>, Json, Json, Json) {
    let mut lines: Vec<Line> = Vec::new();
    // The sawmill buys every month, and stopped in February.
    for month in
        ["2025-09-03", "2025-10-03", "2025-11-03", "2025-12-03", "2026-01-03", "2026-02-03"]
    {
        lines.push((1, month, 500_000, "Ada", "blades", "Alba"));
    }
    // The joinery goes on.
    for month in
        ["2025-12-10", "2026-01-10", "2026-02-10", "2026-03-10", "2026-04-10", "2026-05-10"]
    {
        lines.push((2, month, 300_000, "Ada", "blades", "Alba"));
    }
    // The shop buys less, but goes on as well.
    for month in ["2026-01-20", "2026-02-20", "2026-03-20", "2026-04-20", "2026-05-20"] {
        lines.push((3, month, 40_000, "Ben", "glue", "Bora"));
    }
    // One bought for the first time.
    lines.push((4, "2026-05-12", 25_000, "Ben", "glue", "Bora"));
    // One wants to be left alone.
    lines.push((5, "2025-10-01", 10_000, "Ben", "glue", "Bora"));
    lines.push((5, "2025-11-01", 10_000, "Ben", "glue", "Bora"));
    let portraits = json!([
        {"client": 1,
         "persons": [{"name": "Petrov", "level": "top", "birthday": "1970-06-03"}],
         "contacts": [{"kind": "phone", "value": "+371 20", "person": "Petrov", "preferred": true}]},
        {"client": 2,
         "persons": [{"name": "Ozola"}, {"name": "Kalnins"}],
         "contacts": [{"kind": "email", "value": "ozola@joinery.lv", "person": "Ozola"}],
         "pains": [{"what": "dull_blades", "said": "Our sharpeners are tired of it.",
                    "said_on": "2026-02-11", "by": "Ozola"}],
         "interactions": [{"on": "2026-05-20", "kind": "call", "staff": "Ada", "person": "Ozola",
                           "about": "the autumn order", "next_step": "Send the price list",
                           "next_on": "2026-05-29"}]},
        {"client": 3,
         "contacts": [{"kind": "phone", "value": "+371 30"}],
         "complaints": [{"on": "2026-05-25", "about": "quality", "text": "The glue was hard"}]},
        {"client": 5,
         "contacts": [{"kind": "phone", "value": "+371 50", "do_not_contact": true},
                      {"kind": "email", "value": "no@shop.lv", "do_not_contact": true}]},
    ]);
    let journal = json!({
        "staff": [{"name": "Ada", "role": "client_manager"}, {"name": "Ben", "role": "client_manager"},
                  {"name": "Zane", "role": "head"}],
        "assignments": [{"client": 1, "staff": "Ada", "role": "coordinator"}],
        "promises": [{"client": 2, "what": "Sharpen the spare blades", "due_on": "2026-05-27"},
                     {"client": 5, "what": "Refund the deposit", "due_on": "2026-05-20"}],
        "products": [{"name": "Grinder X", "category": "machines", "solves": ["dull_blades"],
                      "goes_with": ["blades"], "launched_on": "2026-05-15",
                      "benefit": "sharpens twice as fast"}],
        "deliveries": [{"client": 3, "on": "2026-05-20", "product": "Glue 5"}],
        "deal_statuses": [{"name": "offer"}, {"name": "contract"}, {"name": "won", "is_final": true}],
        "deals": [{"id": "D1", "client": 3, "status": "offer", "on": "2026-05-26",
                   "amount": "1200.00"},
                  {"id": "D2", "client": 2, "status": "won", "on": "2026-05-02"},
                  {"id": "D3", "client": 5, "status": "offer", "on": "2026-05-02"}],
        "tasks": [{"id": "T1", "title": "Spring stock", "steps": ["call", "offer"],
                   "due_on": "2026-06-02",
                   "clients": [{"client": 2, "done": [{"step": "call", "on": "2026-05-20"}]},
                               {"client": 3}]}],
    });
    let policy = json!({
        "activity": {"due_after": {"months": 4}, "lost_after": {"months": 6}},
    });
    (lines, portraits, journal, policy)
}

fn firm_snapshot() -> Snapshot {
    let (lines, portraits, journal, policy) = firm();
    snapshot(&lines, &portraits, &journal, &policy, "2026-05-30")
}

#[test]
fn the_list_says_whom_to_call_about_what_and_why() {
    let table = view(&firm_snapshot(), "actions", &json!({}));
    let columns = ["client", "rule", "urgency", "manager", "action", "reason", "due_on", "channel"];
    let told: BTreeMap<(String, String), Vec<String>> = rows(&table, &columns)
        .into_iter()
        .map(|row| ((row[0].clone(), row[1].clone()), row[2..].to_vec()))
        .collect();
    let of = |client: &str, rule: &str| &told[&(client.to_owned(), rule.to_owned())];
    // As of 2026-05-30, by the entries of the firm above.
    let expected = [
        "today",
        "Ada",
        "E-mail Ozola of client 2 at ozola@joinery.lv and offer Grinder X against “Our sharpeners \
         are tired of it”.",
        "Ozola said on 2026-02-11: “Our sharpeners are tired of it.” (dull_blades). Grinder X is \
         made for that: sharpens twice as fast.",
        "2026-05-15",
        "email",
    ];
    assert_eq!(of("2", "pain")[..], expected);
    let expected = [
        "now",
        "Ada",
        "Keep the promise to client 2 now, and say why it is late: Sharpen the spare blades.",
        "It was promised for 2026-05-27, 3 days ago, and the client was not told that it would be \
         late.",
        "2026-05-27",
        "",
    ];
    assert_eq!(of("2", "promise_late")[..], expected);
    let expected = [
        "today",
        "Ada",
        "Do what was agreed with Ozola of client 2: Send the price list.",
        "It was agreed in the call of 2026-05-20 (10 days ago) about the autumn order; it is for \
         2026-05-29 (yesterday).",
        "2026-05-29",
        "email",
    ];
    assert_eq!(of("2", "next_step")[..], expected);
    let expected = [
        "this_week",
        "Ada",
        "Call Petrov of client 1 on +371 20 with good wishes for the birthday on 2026-06-03.",
        "Petrov has a birthday on 2026-06-03 (in 4 days).",
        "2026-06-03",
        "phone",
    ];
    assert_eq!(of("1", "birthday")[..], expected);
    let expected = [
        "this_week",
        "Ben",
        "Call client 4 and ask how the first purchase serves and what is needed next.",
        "It bought for the first time on 2026-05-12 (18 days ago), for 250.00, and no contact is \
         on record since.",
        "2026-06-12",
        "phone",
    ];
    assert_eq!(of("4", "follow_up")[..], expected);
    // A complaint is open, so nobody asks client 3 for contacts after the delivery.
    assert_eq!(of("3", "complaint")[0], "today");
    assert!(!told.contains_key(&("3".to_owned(), "referral_request".to_owned())));
    // The sawmill brought 6 x 5000.00 in the year that ended with its last purchase.
    let first = ["1", "spike_then_gone", "now", "30000.00"];
    assert_eq!(rows(&table, &["client", "rule", "urgency", "at_stake"])[0], first);
}

#[test]
fn managers_are_counted_up() {
    // ceil(n / 3): 0, 1, 1, 1, 2, 2, 2, 3.
    let needed = |keys| ManagersNeeded { keys }.answer(&Policy::default()).expect("a number");
    let counts: Vec<String> = (0..8).map(|keys| needed(keys).managers.to_string()).collect();
    assert_eq!(counts, ["0", "1", "1", "1", "2", "2", "2", "3"]);
}

fn key(client: i64, manager: Option<usize>) -> KeyHeld {
    let manager = manager.map(|number| format!("m{number}"));
    KeyHeld { client: client.into(), manager }
}

/// The fewest moves by which no manager has more than `limit`, over all ways to share out.
fn fewest(managers: usize, held: &[Option<usize>], limit: usize) -> usize {
    let ways = managers.pow(held.len() as u32);
    let moves = |way: usize| {
        let mut rest = way;
        let (mut loads, mut moves) = (vec![0; managers], 0);
        for from in held {
            let to = rest % managers;
            rest /= managers;
            loads[to] += 1;
            moves += usize::from(from.is_some_and(|from| from != to));
        }
        (loads.iter().max() <= Some(&limit)).then_some(moves)
    };
    (0..ways).filter_map(moves).min().expect("there is room")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Held by manager 3, who is none of the managers, by nobody, or by one of them.
    #[test]
    fn keys_are_shared_out_with_the_fewest_moves(
        held in prop::collection::vec(prop::option::of(0_usize..4), 0..7),
        limit in 2_u16..4,
    ) {
        let managers = 3;
        prop_assume!(held.len() <= managers * usize::from(limit));
        let mut policy = Policy::default();
        policy.outreach.keys_per_manager = limit;
        let names = (0..managers).map(|number| format!("m{number}")).collect();
        let keys: Vec<KeyHeld> =
            held.iter().enumerate().map(|(i, from)| key(i as i64, *from)).collect();
        let mut turned = keys.clone();
        turned.reverse();
        let assign = Assign { managers: names, keys };
        let answer = assign.answer(&policy).expect("an answer");
        let mut loads: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &answer.suggestions {
            *loads.entry(one.to.as_deref().expect("there is room")).or_default() += 1;
        }
        prop_assert!(loads.values().all(|&load| load <= usize::from(limit)));
        prop_assert_eq!(answer.left, 0);
        prop_assert_eq!(answer.moves as usize, fewest(managers, &held, usize::from(limit)));
        let turned = Assign { keys: turned, ..assign };
        prop_assert_eq!(turned.answer(&policy).expect("an answer"), answer);
    }
}

#[test]
fn without_room_clients_stay_as_they_are() {
    let keys =
        vec![key(1, Some(0)), key(2, Some(0)), key(3, Some(0)), key(4, Some(0)), key(5, None)];
    let answer = Assign { managers: vec!["m0".to_owned()], keys };
    let answer = answer.answer(&Policy::default()).expect("an answer");
    let to: Vec<Option<&str>> = answer.suggestions.iter().map(|one| one.to.as_deref()).collect();
    assert_eq!(to, [Some("m0"), Some("m0"), Some("m0"), Some("m0"), None]);
    assert_eq!((answer.moves, answer.left, answer.managers_missing), (0, 2, 1));
    assert_eq!((answer.over_limit[0].keys, answer.over_limit[0].over), (4, 1));
    let twice = Assign { managers: vec!["a".to_owned(); 2], keys: Vec::new() };
    assert_eq!(twice.answer(&Policy::default()).expect_err("twice").code(), ErrorCode::BadArgument);
    let twice = Assign { managers: Vec::new(), keys: vec![key(1, None), key(1, None)] };
    assert_eq!(twice.answer(&Policy::default()).expect_err("twice").code(), ErrorCode::BadArgument);
}

#[test]
fn tasks_are_counted_by_manager_and_step() {
    let snapshot = firm_snapshot();
    let tasks = view(&snapshot, "tasks", &json!({}));
    let columns = ["manager", "clients", "steps", "done", "percent", "late"];
    let expected = [["Ada", "1", "2", "1", "50", "false"], ["Ben", "1", "2", "0", "0", "false"]];
    assert_eq!(rows(&tasks, &columns), expected);
    let steps = view(&snapshot, "task_steps", &json!({"task": "T1"}));
    let expected = [
        ["Ada", "call", "1", "1"],
        ["Ada", "offer", "1", "0"],
        ["Ben", "call", "1", "0"],
        ["Ben", "offer", "1", "0"],
    ];
    assert_eq!(rows(&steps, &["manager", "step", "clients", "done"]), expected);
    let clients = view(&snapshot, "task_clients", &json!({}));
    let expected = [["2", "offer", "1"], ["3", "call", "0"]];
    assert_eq!(rows(&clients, &["client", "next_step", "done"]), expected);
    let error = snapshot.view_named("task_clients", r#"{"task": "T9"}"#).expect_err("no task");
    assert_eq!(error.to_string(), "argument `task`: `T9` is no task of the journal");
}

#[test]
fn mailings_push_deals_on_and_leave_alone_who_wants_it() {
    let snapshot = firm_snapshot();
    let mailing = view(&snapshot, "mailing", &json!({}));
    // D2 is won, and client 5 is to be left alone.
    let columns = ["client", "deal", "status", "next_status", "channel", "address", "amount"];
    // The shop has a phone only, which takes messages.
    let expected = [["3", "D1", "offer", "contract", "message", "+371 30", "1200.00"]];
    assert_eq!(rows(&mailing, &columns), expected);
    let won = view(&snapshot, "mailing", &json!({"status": "won"}));
    assert_eq!(rows(&won, &["client", "next_status", "channel"]), [["2", "", "email"]]);
    assert!(snapshot.view_named("mailing", r#"{"status": "lost"}"#).is_err());
}

#[test]
fn a_month_has_enough_initiatives_or_not() {
    let touch = |on: &str, channel: &str, content: &str| json!({"client": 1, "on": on, "channel": channel, "content": content});
    let mut named = touch("2026-04-20", "email", "greeting");
    named["campaign"] = "Easter".into();
    let mut asked = touch("2026-04-21", "phone", "special_offer");
    asked["trigger"] = "pain:x:y".into();
    let journal = json!({
        "touches": [
            touch("2026-04-02", "email", "promotion"),
            touch("2026-04-02", "message", "promotion"),
            named,
            asked,
            touch("2026-05-02", "email", "useful"),
            touch("2026-06-02", "email", "promotion"),
        ],
        "promo_days": [{"name": "May days", "from": "2026-05-01", "to": "2026-05-05"}],
    });
    let lines = [(1, "2026-01-01", 100, "Ada", "a", "b")];
    let policy = json!({"outreach": {"cadence_window": {"months": 2}}});
    let snapshot = snapshot(&lines, &json!([]), &journal, &policy, "2026-05-31");
    let cadence = view(&snapshot, "cadence", &json!({}));
    let columns =
        ["begins", "complete", "initiatives", "touches", "offers", "useful", "channels", "enough"];
    let expected = [
        // The promotion and Easter; the call to one client is none.
        ["2026-04-01", "true", "2", "4", "3", "0", "3", "true"],
        ["2026-05-01", "true", "1", "1", "0", "1", "1", "false"],
    ];
    assert_eq!(rows(&cadence, &columns), expected);
}

#[test]
fn who_is_to_be_left_alone_is_never_asked() {
    let snapshot = firm_snapshot();
    let alone = view(&snapshot, "unreachable", &json!({}));
    assert_eq!(rows(&alone, &["client", "contacts"]), [["5", "2"]]);
    for name in ["triggers", "mailing"] {
        let table = view(&snapshot, name, &json!({}));
        assert!(rows(&table, &["client"]).iter().all(|row| row[0] != "5"), "{name}");
    }
    let actions = view(&snapshot, "actions", &json!({}));
    let asked: Vec<Vec<String>> = rows(&actions, &["client", "rule", "channel"])
        .into_iter()
        .filter(|row| row[0] == "5")
        .collect();
    // What we promised is still to be kept.
    assert_eq!(asked, [["5", "promise_late", ""]]);
}

#[test]
fn what_was_followed_is_not_asked_for_again() {
    let (lines, portraits, mut journal, policy) = firm();
    let marks = |journal: &Json| -> BTreeSet<(String, String)> {
        let snapshot = snapshot(&lines, &portraits, journal, &policy, "2026-05-30");
        let table = view(&snapshot, "triggers", &json!({}));
        rows(&table, &["client", "mark"])
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect()
    };
    let before = marks(&journal);
    let pain = ("2".to_owned(), "pain:dull_blades:Grinder X".to_owned());
    assert!(before.contains(&pain), "{before:?}");
    // The personal trigger wins over the news and the cross-sell of the same product.
    let of_two: Vec<_> = before.iter().filter(|(client, _)| client == "2").collect();
    assert_eq!(of_two, [&pain]);
    let touch = |reached: bool| {
        json!([{"client": 2, "on": "2026-05-28", "channel": "phone", "content": "new_product",
                "trigger": pain.1, "reached": reached}])
    };
    journal["touches"] = touch(true);
    assert!(marks(&journal).iter().all(|(client, _)| client != "2"));
    // A call that nobody took has told nobody.
    journal["touches"] = touch(false);
    assert!(marks(&journal).contains(&pain));
}

#[test]
fn arguments_narrow_the_list() {
    let snapshot = firm_snapshot();
    let all = view(&snapshot, "actions", &json!({}));
    let three = view(&snapshot, "actions", &json!({"limit": 3}));
    let columns = ["rank", "client", "action", "reason"];
    assert_eq!(rows(&three, &columns), rows(&all, &columns)[..3]);
    let bens = view(&snapshot, "actions", &json!({"manager": "Ben"}));
    let own: Vec<Vec<String>> = rows(&all, &["client", "action", "manager"])
        .into_iter()
        .filter(|row| row[2] == "Ben")
        .collect();
    assert_eq!(rows(&bens, &["client", "action", "manager"]), own);
    assert!(!own.is_empty());
    let error = snapshot.view_named("actions", r#"{"manager": "Eve"}"#).expect_err("nobody");
    assert_eq!(error.to_string(), "argument `manager`: `Eve` is nobody of ours");
}

/// The list as JSON, whatever order the base is written in.
fn turned(by: usize) -> Vec<String> {
    fn turn(value: &mut Json, by: usize) {
        match value {
            Json::Array(list) => {
                let by = by % list.len().max(1);
                // Steps and statuses have an order of their own.
                if list.iter().all(|one| {
                    one.is_object() && one.get("name").is_none_or(|_| one.get("role").is_some())
                }) {
                    list.rotate_left(by);
                }
                for one in list {
                    turn(one, by);
                }
            }
            Json::Object(members) => members.values_mut().for_each(|one| turn(one, by)),
            _ => {}
        }
    }
    let (mut lines, mut portraits, mut journal, policy) = firm();
    let count = lines.len();
    lines.rotate_left(by % count);
    turn(&mut portraits, by);
    turn(&mut journal, by);
    let snapshot = snapshot(&lines, &portraits, &journal, &policy, "2026-05-30");
    ["actions", "triggers", "managers", "assignment", "tasks", "task_clients", "mailing", "cadence"]
        .into_iter()
        .map(|name| serde_json::to_string(&view(&snapshot, name, &json!({}))).expect("JSON"))
        .collect()
}

#[test]
fn no_order_of_anything_changes_the_list() {
    let straight = turned(0);
    for by in [1, 2, 3, 7, 11] {
        assert_eq!(turned(by), straight, "turned by {by}");
    }
}

#[test]
fn no_client_is_asked_twice_for_one_reason() {
    let actions = view(&firm_snapshot(), "actions", &json!({}));
    let mut seen = BTreeSet::new();
    for row in rows(&actions, &["client", "rule", "reason"]) {
        assert!(seen.insert(row.clone()), "{row:?}");
    }
    let (urgencies, ranks) = (["now", "today", "this_week"], rows(&actions, &["rank", "urgency"]));
    let place = |row: &Vec<String>| urgencies.iter().position(|name| *name == row[1]);
    assert!(ranks.is_sorted_by_key(place));
    assert!(ranks.iter().enumerate().all(|(i, row)| row[0] == (i + 1).to_string()));
    assert!(matches!(actions.value(0, "at_stake"), Some(Value::Decimal(_))));
}
