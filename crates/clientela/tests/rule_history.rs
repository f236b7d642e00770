//! Membership over time: who entered, stayed and left, why, and what is pinned.

use clientela::rule::{History, Pin, Rules};
use clientela::{
    Base, ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, Sales, Table, Value,
};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value as Json, json};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn base(lines: &[(i64, &str, i64)]) -> Base {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let clients: Vec<i64> = lines.iter().map(|line| line.0).collect();
    let days: Vec<i32> = lines.iter().map(|line| day(line.1).days()).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.2).collect();
    builder.push(Sales::new(ClientColumn::Int(clients.into()), days, amounts)).unwrap();
    Base::new(&builder.finish().unwrap())
}

fn rules(rules: &Json) -> Rules {
    Rules::from_json(&rules.to_string()).unwrap()
}

/// Bought for 100.00 or more in the last 60 days, and lately.
fn busy() -> Rules {
    rules(&json!({"version": 1, "rules": [{"id": "busy", "version": 2, "title": "Busy",
        "reason": "Buys much.", "when": {"all": [
            {"metric": "amount", "window": {"last": 60, "unit": "day"},
             "op": "greater_than_or_equals", "value": "100.00"},
            {"attribute": "recency_days", "op": "less_than", "value": 40}]}}]}))
}

fn shown(table: &Table, columns: &[&str]) -> Vec<String> {
    let cell = |row, column: &&str| match table.value(row, column).unwrap() {
        Value::Missing => "-".to_owned(),
        value => value.to_string(),
    };
    (0..table.rows())
        .map(|row| columns.iter().map(|c| cell(row, c)).collect::<Vec<_>>().join(" | "))
        .collect()
}

const COLUMNS: [&str; 6] = ["client", "day", "change", "by", "reason", "turned"];

#[test]
fn clients_enter_stay_and_leave_with_the_leaves_that_turned() {
    // Client 1: 120 on 10 January; client 2: 60 and 60 in February; client 3: in March, new.
    let base = base(&[
        (1, "2026-01-10", 12_000),
        (2, "2026-01-20", 5_00),
        (2, "2026-02-05", 6_000),
        (2, "2026-02-20", 6_000),
        (3, "2026-03-20", 50_000),
    ]);
    let days = ["2026-03-31", "2026-01-31", "2026-02-28"].map(day);
    let history = base.membership(&busy(), &days, &Policy::default(), &[]).unwrap();
    let table = history.table().unwrap();
    // On 28 February the window begins on 31 December, so client 1 has 120.00 still, but its
    // last purchase is 49 days ago. On 31 March client 2 bought 39 days ago; its window begins on
    // 31 January and holds 120.00 of 125.00.
    assert_eq!(
        shown(&table, &COLUMNS),
        [
            "1 | 2026-01-31 | present | rule | Buys much. | -",
            "1 | 2026-02-28 | left | rule | - | recency_days: 21 -> 49",
            "2 | 2026-02-28 | entered | rule | Buys much. | amount in the last 60 days: 5.00 -> 125.00",
            "2 | 2026-03-31 | stayed | rule | Buys much. | -",
            "3 | 2026-03-31 | entered | rule | Buys much. | -",
        ]
        .map(|row| row.replace("amount in the last 60 days", &subject(&history)))
    );
    let turn = history.turns().next().unwrap();
    assert_eq!((turn.leaves[0].held, turn.leaves[0].holds), (Some(true), Some(false)));
    assert_eq!(turn.leaves[0].path, "rules[0].when.all[1]");
    assert_eq!(
        shown(&history.stays("busy").unwrap(), &["client", "not_before", "from", "to", "left_by"]),
        [
            "1 | - | 2026-01-31 | 2026-01-31 | 2026-02-28",
            "2 | 2026-01-31 | 2026-02-28 | 2026-03-31 | -",
            "3 | - | 2026-03-31 | 2026-03-31 | -",
        ]
    );
    let columns = ["day", "clients", "members", "entered", "stayed", "left"];
    assert_eq!(
        shown(&history.summary().unwrap(), &columns),
        [
            "2026-01-31 | 2 | 1 | 0 | 0 | 0",
            "2026-02-28 | 2 | 1 | 1 | 0 | 1",
            "2026-03-31 | 3 | 2 | 1 | 1 | 0"
        ]
    );
    assert_eq!(History::from_json(&history.to_json()).unwrap(), history);
}

/// How the first leaf is called in traces.
fn subject(history: &History) -> String {
    history.turns().nth(1).unwrap().leaves[0].subject.clone()
}

fn pin(client: i64, on: &str, until: Option<&str>, state: &str) -> Json {
    let mut pin = json!({"rule": "busy", "client": client, "on": on, "state": state, "by": "Ada",
                         "why": format!("{state} since {on}")});
    if let Some(until) = until {
        pin["until"] = until.into();
    }
    pin
}

fn pins(pins: &[Json]) -> Vec<Pin> {
    Pin::list(&Json::from(pins.to_vec()).to_string()).unwrap()
}

#[test]
fn pins_count_before_the_rule_and_are_told() {
    let base = base(&[(1, "2026-01-10", 12_000), (2, "2026-01-20", 50_000)]);
    let days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"].map(day);
    let pins = pins(&[
        // Kept in while the rule says out, and let go in April.
        pin(1, "2026-02-01", Some("2026-03-31"), "in"),
        // Kept out while the rule says in, and released in February.
        pin(2, "2026-01-01", None, "out"),
        pin(2, "2026-02-10", None, "released"),
        // Not a client yet.
        pin(9, "2026-03-01", None, "in"),
    ]);
    let policy = Policy::default();
    let history = base.membership(&busy(), &days, &policy, &pins).unwrap();
    assert_eq!(
        shown(&history.table().unwrap(), &["client", "day", "change", "by", "pinned_by", "reason"]),
        [
            "1 | 2026-01-31 | present | rule | - | Buys much.",
            "1 | 2026-02-28 | stayed | pin | Ada | in since 2026-02-01",
            "1 | 2026-03-31 | stayed | pin | Ada | in since 2026-02-01",
            "1 | 2026-04-30 | left | pin | Ada | in since 2026-02-01",
            "2 | 2026-02-28 | entered | pin | Ada | released since 2026-02-10",
            "2 | 2026-03-31 | left | rule | - | -",
            "9 | 2026-03-31 | entered | pin | Ada | in since 2026-03-01",
            "9 | 2026-04-30 | stayed | pin | Ada | in since 2026-03-01",
        ]
    );
    let told = |pins: &[Json]| {
        let pins = self::pins(pins);
        base.membership(&busy(), &days, &policy, &pins).unwrap_err().to_string()
    };
    let other = json!({"rule": "x", "client": 1, "on": "2026-01-01", "state": "in", "by": "A",
                       "why": "y"});
    assert!(told(&[other]).starts_with("pins, [0].rule: there is no rule `x`"));
    let mut other = pin(1, "2026-01-01", None, "in");
    other["client"] = "one".into();
    assert!(told(&[other]).starts_with("pins, [0].client: the ids"));
    assert!(base.membership(&busy(), &[], &policy, &[]).is_err());
}

#[test]
fn where_the_first_rule_counts_the_other_is_told() {
    let rules = rules(&json!({"version": 1, "match": "first", "rules": [
        {"id": "top", "when": {"attribute": "amount", "op": "greater_than", "value": 100}},
        {"id": "rest", "when": {"attribute": "amount", "op": "greater_than", "value": 0}}]}));
    let base = base(&[(1, "2026-01-10", 5_000), (1, "2026-02-10", 6_000)]);
    let days = ["2026-01-31", "2026-02-28"].map(day);
    let history = base.membership(&rules, &days, &Policy::default(), &[]).unwrap();
    assert_eq!(
        shown(&history.table().unwrap(), &["rule", "change", "turned"]),
        [
            "rest | present | -",
            "rest | left | counts in `top`, which comes first",
            "top | entered | amount: 50.00 -> 110.00; counted in `rest` before",
        ]
    );
}

#[test]
fn a_new_version_is_told_apart_from_what_a_client_did() {
    let of = |version: u32, least: i64| {
        rules(&json!({"version": 1, "rules": [{"id": "big", "version": version, "when":
            {"attribute": "amount", "op": "greater_than", "value": least}}]}))
    };
    let base = base(&[(1, "2026-01-10", 5_000)]);
    let policy = Policy::default();
    let old = base.membership(&of(1, 10), &[day("2026-01-31")], &policy, &[]).unwrap();
    let new = base.membership(&of(2, 90), &[day("2026-02-28")], &policy, &[]).unwrap();
    let both = old.merge(&new).unwrap();
    assert_eq!(
        shown(&both.table().unwrap(), &["version", "change", "by"]),
        ["1 | present | rule", "2 | left | version"]
    );
}

#[test]
fn contradictions_are_named() {
    let of = |verdicts: &str| {
        let json = json!({"version": 1, "evaluations": [{"day": "2026-01-31", "clients": [4, 7],
            "rules": [{"rule": "a", "version": 3, "verdicts": verdicts}]}]});
        History::from_json(&json.to_string()).unwrap()
    };
    let told = of("+-").merge(&of("+?")).unwrap_err().to_string();
    assert!(
        told.contains("`a` v3 on 2026-01-31, client 7: out") && told.ends_with("unknown"),
        "{told}"
    );
    let bad = |json: Json| History::from_json(&json.to_string()).unwrap_err().to_string();
    assert!(bad(json!({"version": 2})).starts_with("history, version"));
    let day = |clients: Json, verdicts: &str| {
        json!({"version": 1, "evaluations": [{"day": "2026-01-31", "clients": clients,
            "rules": [{"rule": "a", "version": 1, "verdicts": verdicts}]}]})
    };
    assert!(bad(day(json!([2, 1]), "++")).starts_with("history, evaluations[0].clients"));
    assert!(bad(day(json!([1, "b"]), "++")).starts_with("history, evaluations[0].clients"));
    assert!(bad(day(json!([1]), "++")).starts_with("history, evaluations[0].rules[0].verdicts"));
    assert!(bad(day(json!([1]), "x")).starts_with("history, evaluations[0].rules[0].verdicts"));
}

/// Parts of one truth: what each rule says of each client on each day.
fn histories() -> impl Strategy<Value = Vec<History>> {
    let part = (
        0_u32..3,
        prop::sample::select(vec!["a", "b"]),
        prop::collection::btree_set(0_i64..6, 0..5),
    );
    prop::collection::vec(prop::collection::vec(part, 0..4), 3).prop_map(|parts| {
        parts.into_iter().map(|evaluations| {
            let evaluations: Vec<Json> = evaluations.into_iter().map(|(month, rule, clients)| {
                let verdict = |client: &i64| match (client + i64::from(month) * 5 + rule.len() as i64) % 3 {
                    0 => '+',
                    1 => '-',
                    _ => '?',
                };
                let verdicts: String = clients.iter().map(verdict).collect();
                json!({"day": format!("2026-0{}-01", month + 1), "clients": clients,
                       "rules": [{"rule": rule, "version": 1, "verdicts": verdicts}]})
            }).collect();
            let pins: Vec<Json> = (0..evaluations.len()).map(|i| {
                json!({"rule": "a", "client": i, "on": "2026-01-15", "state": "in", "by": "A", "why": "x"})
            }).collect();
            let json = json!({"version": 1, "evaluations": evaluations, "pins": pins});
            History::from_json(&json.to_string()).unwrap()
        }).collect()
    })
}

proptest! {
    #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn histories_unite_in_any_order(parts in histories()) {
        let [a, b, c] = &parts[..] else { unreachable!() };
        let all = a.merge(b).unwrap().merge(c).unwrap();
        prop_assert_eq!(&all, &a.merge(&b.merge(c).unwrap()).unwrap());
        prop_assert_eq!(&all, &c.merge(b).unwrap().merge(a).unwrap());
        prop_assert_eq!(&all, &all.merge(&all).unwrap());
        prop_assert_eq!(&all, &all.merge(a).unwrap());
        prop_assert_eq!(&all, &History::from_json(&all.to_json()).unwrap());
        prop_assert_eq!(all.to_json(), c.merge(&a.merge(b).unwrap()).unwrap().to_json());
        let summary = all.summary().unwrap();
        let rows = all.table().unwrap().rows() as i64;
        let sum = |column: &str| -> i64 {
            (0..summary.rows())
                .map(|row| match summary.value(row, column) { Some(Value::Int(n)) => n, _ => 0 })
                .sum()
        };
        // Every row of the table is a member of its day, or left on it.
        prop_assert_eq!(rows, sum("members") + sum("left"));
    }

    /// Many days at once say what each day says alone.
    #[test]
    fn many_days_are_the_days_one_by_one(
        lines in prop::collection::vec((0_i64..5, 0_i32..200, 1_i64..20_000), 1..30),
    ) {
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        let clients: Vec<i64> = lines.iter().map(|line| line.0).collect();
        let days: Vec<i32> = lines.iter().map(|line| 20_000 + line.1).collect();
        let amounts: Vec<i64> = lines.iter().map(|line| line.2).collect();
        builder.push(Sales::new(ClientColumn::Int(clients.into()), days, amounts)).unwrap();
        let base = Base::new(&builder.finish().unwrap());
        let policy = Policy::default();
        let days: Vec<Day> = (0..4).map(|i| Day::new(20_040 + 50 * i).unwrap()).collect();
        let history = base.membership(&busy(), &days, &policy, &[]).unwrap();
        let table = history.table().unwrap();
        for &day in &days {
            let segments = base.snapshot(day, &policy).unwrap().segments(&busy()).unwrap();
            let members = segments.members("busy").unwrap();
            let wanted = shown(&members, &["client"]);
            let found: Vec<String> = shown(&table, &["client", "day", "verdict"])
                .into_iter()
                .filter_map(|row| row.strip_suffix(&format!(" | {day} | in")).map(str::to_owned))
                .collect();
            prop_assert_eq!(found, wanted);
        }
        // Who entered or left by the rule has a leaf that turned, if it was a client before.
        for row in 0..table.rows() {
            let of = |column| table.value(row, column).unwrap().to_string();
            if ["entered", "left"].contains(&of("change").as_str()) && !of("since").is_empty() {
                prop_assert!(!of("turned").is_empty());
            }
        }
    }
}
