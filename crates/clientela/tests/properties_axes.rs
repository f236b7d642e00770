//! What must hold of the axes that know more than sales, for any sales and portraits whatever.

use std::collections::{BTreeMap, BTreeSet};

use clientela::{
    Base, ClientColumn, ClientId, Criterion, Day, Ledger, LedgerBuilder, LedgerOptions, NO_CODE,
    NO_INT64, OrderColumn, Policy, PortraitOptions, Portraits, Reason, Sales, Snapshot, Table,
    TextColumn, Value, with_threads,
};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value as Json, json};

/// One line of sales; texts by their number, 0 is unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    client: i64,
    day: i32,
    amount: i64,
    order: i64,
    kind: u8,
    promo: u8,
    brand: u8,
    department: u8,
    manager: u8,
}

/// 1996-01-01, the first day of the sales.
const START: i32 = 9496;
const CLIENTS: i64 = 12;

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let amount = prop_oneof![4 => 0_i64..5000, 2 => prop::sample::select(vec![100, 200, 300])];
    let kind = prop_oneof![9 => Just(0_u8), 1 => Just(1), 1 => Just(2)];
    let order = prop_oneof![3 => Just(NO_INT64), 1 => 0_i64..12];
    let promo = prop::sample::select(vec![0, 1, 1, NO_CODE]);
    // Some brands are rarely told, and most clients have one of their own.
    let brand = prop_oneof![6 => Just(9_u8), 1 => 0_u8..3];
    let line = (0..CLIENTS, 0_i32..800, amount, order, kind, promo, brand, 0_u8..3, 0_u8..4)
        .prop_map(|(client, day, amount, order, kind, promo, brand, department, manager)| Line {
            client,
            day: START + day,
            amount,
            order,
            kind,
            promo,
            brand: if brand == 9 { 1 + (client % 2) as u8 } else { brand },
            department,
            manager,
        });
    prop::collection::vec(line, 1..80)
}

fn any_day() -> impl Strategy<Value = Day> {
    (START + 100..START + 900).prop_map(|days| Day::new(days).expect("a day of this century"))
}

fn day_text(days: i32) -> String {
    Day::new(days).expect("a day of this century").to_string()
}

const FLAGS: [&str; 14] = [
    "buys_elsewhere",
    "recommends",
    "recommends_rivals",
    "invests",
    "price_driven",
    "joint_promotion",
    "shares_sales_policy",
    "uses_techniques",
    "famous",
    "reference_allowed",
    "innovator",
    "demanding",
    "dissatisfied",
    "unused",
];

/// What is declared of one client.
#[derive(Debug, Clone)]
struct Facts {
    client: i64,
    flags: Vec<Option<bool>>,
    potential: Option<i64>,
    competitor_sales: Option<i64>,
    minutes: Option<i64>,
    group: u8,
    kind: u8,
    area: Option<i64>,
    /// Day, minutes and number of complaints, companions and steps of membership.
    events: Vec<(i32, u32, u8)>,
    recommended: Option<(i32, bool)>,
}

fn fact() -> impl Strategy<Value = Facts> {
    let money = || prop::option::of(prop_oneof![Just(0_i64), 0_i64..20_000]);
    let flags =
        prop::collection::vec(prop::sample::select(vec![None, Some(true), Some(false)]), 14);
    let events = prop::collection::vec((START..START + 900, 0_u32..90, 0_u8..8), 0..5);
    let recommended = prop::option::of((START..START + 900, any::<bool>()));
    let numbers = (money(), money(), prop::option::of(0_i64..500), money());
    (0..CLIENTS + 3, flags, numbers, 0_u8..4, 0_u8..3, events, recommended).prop_map(
        |(
            client,
            flags,
            (potential, competitor_sales, minutes, area),
            group,
            kind,
            events,
            recommended,
        )| {
            Facts {
                client,
                flags,
                potential,
                competitor_sales,
                minutes,
                group,
                kind,
                area,
                events,
                recommended,
            }
        },
    )
}

/// Portraits of some clients, at most one of each.
fn facts() -> impl Strategy<Value = Vec<Facts>> {
    prop::collection::vec(fact(), 0..14).prop_map(|facts| {
        let mut seen = BTreeSet::new();
        facts.into_iter().filter(|facts| seen.insert(facts.client)).collect()
    })
}

fn money(minor: i64) -> Json {
    Json::from(format!("{}.{:02}", minor / 100, minor % 100))
}

fn document(facts: &Facts, times: i64) -> Json {
    let mut fields = serde_json::Map::new();
    for (name, value) in FLAGS.iter().zip(&facts.flags).take(13) {
        if let Some(value) = value {
            fields.insert((*name).to_owned(), Json::from(*value));
        }
    }
    for (name, value) in
        [("potential", facts.potential), ("competitor_sales", facts.competitor_sales)]
    {
        if let Some(value) = value {
            fields.insert(name.to_owned(), money(value * times));
        }
    }
    if let Some(minutes) = facts.minutes {
        fields.insert("attention_minutes".to_owned(), minutes.into());
    }
    if facts.group > 1 {
        fields.insert("group".to_owned(), ["North", "South"][usize::from(facts.group) - 2].into());
    }
    if let (1, Some(area)) = (facts.kind, facts.area) {
        fields.insert("floor_area_m2".to_owned(), money(area + 1));
    }
    let mut document = json!({"client": facts.client, "fields": fields});
    if facts.kind > 0 {
        document["kind"] = ["shop", "manufacturer"][usize::from(facts.kind) - 1].into();
    }
    let mut add = |name: &str, record: Json| {
        if document.get(name).is_none() {
            document[name] = json!([]);
        }
        document[name].as_array_mut().expect("a list").push(record);
    };
    for &(day, minutes, what) in &facts.events {
        let on = day_text(day);
        match what {
            0 | 1 => add("interactions", json!({"on": on, "kind": "call", "minutes": minutes})),
            2 | 3 => add("complaints", json!({"on": on, "about": "price"})),
            4 => add("companions", json!({"on": on, "companions": ["alone"]})),
            5 => add("companions", json!({"on": on, "companions": ["spouse", "child"]})),
            6 => add("companions", json!({"on": on, "companions": ["child"]})),
            _ => add("membership", json!({"on": on, "action": "mark"})),
        }
    }
    if let Some((day, recommended)) = facts.recommended {
        add(
            "recommendations",
            json!({"on": day_text(day), "to": "somebody", "relation": "friend",
                   "contact_given": true, "recommended": recommended}),
        );
    }
    document
}

fn options() -> PortraitOptions {
    PortraitOptions::default()
}

fn portraits(facts: &[Facts]) -> Portraits {
    scaled(facts, 1)
}

fn scaled(facts: &[Facts], times: i64) -> Portraits {
    let documents: Vec<Json> = facts.iter().map(|facts| document(facts, times)).collect();
    Portraits::from_json(&Json::from(documents).to_string(), &options()).expect("good portraits")
}

/// Policies that between them use every branch of the axes.
fn policies() -> impl Strategy<Value = Policy> {
    let seasons = r#""seasons": [{"name": "winter", "from": "11-15", "to": "02-10"},
                                 {"name": "summer", "from": "06-01", "to": "08-31"}]"#;
    let texts = vec![
        "{}".to_owned(),
        r#"{"stage": {"max_gap": {"days": 300}}, "abc": {"window": {"months": 9}}}"#.to_owned(),
        format!(
            r#"{{"stage": {{"max_gap": {{"months": 8}}, "systematic_purchases": 2, "exclusive_percent": "60"}},
                "key": {{"share_percent": "25", "strict": true, "window": {{"days": 400}}}},
                "care": {{"window": null, "effort_percent": "60", "amount_percent": "70", "complaints": 1}},
                "target": {{"conditions": [{{"field": "buys_elsewhere", "operator": "equals", "value": false}},
                    {{"field": "potential", "operator": "at_least", "value": "50"}}], "match_percent": "50"}},
                "behaviour": {{"brands": 2, "min_purchases": 2, "promo_percent": "30", {seasons},
                    "season_min_purchases": 1, "season_parts": 2, "window": {{"months": 15}}}},
                "potential": {{"window": null, "bands": ["10", "60", "200"]}}}}"#
        ),
        format!(
            r#"{{"stage": {{"max_gap": {{"days": 400}}, "systematic_purchases": 2}},
                "key": {{"groups": false, "potential_percent": "1", "window": null}},
                "xyz": {{"step": "quarter", "y_percent": "120"}},
                "target": {{"conditions": [{{"field": "innovator", "operator": "not_equals", "value": true}},
                    {{"field": "floor_area_m2", "operator": "at_most", "value": "80"}}]}},
                "behaviour": {{{seasons}, "companion_percent": "34"}},
                "tier": {{"method": "period_total"}}, "zero_amount": "ignore"}}"#
        ),
    ];
    prop::sample::select(texts)
        .prop_map(|text| Policy::from_json(&text).expect("a policy that checks"))
}

fn sales(lines: &[Line], times: i64) -> Sales<'static> {
    let column = |value: &dyn Fn(&Line) -> i64| lines.iter().map(value).collect::<Vec<i64>>();
    let texts = |value: fn(&Line) -> u8, names: [&'static str; 4]| {
        lines.iter().map(|line| names[usize::from(value(line))]).collect::<TextColumn<'static>>()
    };
    let days: Vec<i32> = lines.iter().map(|line| line.day).collect();
    let clients = ClientColumn::Int(column(&|line| line.client).into());
    let mut sales = Sales::new(clients, days, column(&|line| line.amount * times));
    sales.order = Some(OrderColumn::Int(column(&|line| line.order).into()));
    sales.kind = Some(lines.iter().map(|line| line.kind).collect());
    sales.promo = Some(lines.iter().map(|line| line.promo).collect());
    sales.profit = Some(column(&|line| line.amount / 4 * times).into());
    sales.quantity = Some(column(&|line| line.amount % 9).into());
    sales.brand = Some(texts(|line| line.brand, ["", "Ecco", "Bata", "Lloyd"]));
    sales.department = Some(texts(|line| line.department, ["", "north", "south", ""]));
    sales.manager = Some(texts(|line| line.manager, ["", "Anna", "Boris", "Vera"]));
    sales
}

fn ledger(lines: &[Line]) -> Ledger {
    ledger_of(sales(lines, 1))
}

fn ledger_of(sales: Sales<'_>) -> Ledger {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push(sales).expect("lines are good");
    builder.finish().expect("lines add up")
}

fn snapshot(lines: &[Line], facts: &[Facts], as_of: Day, policy: &Policy) -> Snapshot {
    let ledger = ledger(lines);
    Base::new(&ledger).portraits(&portraits(facts)).snapshot(as_of, policy).expect("a good base")
}

type Row = BTreeMap<String, Value>;

/// The rows of a table by client.
fn rows(table: &Table) -> BTreeMap<String, Row> {
    let columns = table.columns();
    let row = |row: usize| {
        let cells =
            columns[1..].iter().map(|column| (column.name.to_string(), column.values.get(row)));
        (columns[0].values.get(row).to_string(), cells.collect())
    };
    (0..table.rows()).map(row).collect()
}

fn text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a table has a JSON form")
}

/// All answers of a base as one text.
fn answers(snapshot: &Snapshot) -> String {
    let tables = [
        snapshot.clients(),
        snapshot.ladder().expect("a ladder"),
        snapshot.keys().expect("keys"),
        snapshot.matches().expect("groups"),
        snapshot.matrix("stage", "key").expect("a matrix"),
        snapshot.matrix("potential_band", "care").expect("a matrix"),
        snapshot.ranking(Criterion::Amount).expect("a ranking"),
    ];
    let explained: Vec<_> = match snapshot.ids() {
        clientela::ClientIds::Int(_) => (0..CLIENTS)
            .filter_map(|id| snapshot.explain(&ClientId::Int(id)).ok())
            .map(|explanation| text(&explanation))
            .collect(),
        clientela::ClientIds::Text(_) => Vec::new(),
    };
    let overlap = snapshot.overlap(Criterion::Amount, Criterion::Quantity).expect("two lists");
    let summary = snapshot.summary().expect("sums");
    format!(
        "{}{}{}{explained:?}",
        tables.map(|table| text(&table)).join("\n"),
        text(&overlap),
        text(&summary)
    )
}

const STAGES: [&str; 6] = ["prospect", "buyer", "client", "regular", "supporter", "advocate"];

fn stage(row: &Row, column: &str) -> usize {
    let Value::Text(name) = &row[column] else { panic!("every client has a stage") };
    STAGES.iter().position(|stage| stage == name).expect("a step of the ladder")
}

fn yes(row: &Row, column: &str) -> bool {
    row[column] == Value::Flag(true)
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(value) => Some(*value),
        _ => None,
    }
}

fn permuted<T: Clone>(items: &[T], keys: &[u16]) -> Vec<T> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&i| (keys[i % keys.len()], i % 7, i));
    order.into_iter().map(|i| items[i].clone()).collect()
}

/// What a client is told of a cell.
fn told(value: Value) -> Option<String> {
    match value {
        Value::Missing => None,
        Value::Flag(flag) => Some(if flag { "yes" } else { "no" }.to_owned()),
        other => Some(other.to_string()),
    }
}

/// Whether what was observed stands to the threshold as the reason says.
fn holds(reason: &Reason) -> bool {
    let (Some(observed), Some(threshold)) = (&reason.observed, &reason.threshold) else {
        return true;
    };
    if observed.unit != threshold.unit {
        return false;
    }
    let number = |value: &Value| match value {
        Value::Int(value) => Some(*value as f64),
        Value::Decimal(value) => value.to_string().parse().ok(),
        Value::Float(value) => Some(*value),
        Value::Day(day) => Some(f64::from(day.days())),
        _ => None,
    };
    let comparison = reason.comparison.as_deref();
    let (Some(observed), Some(threshold)) = (number(&observed.value), number(&threshold.value))
    else {
        return match comparison {
            Some("=") => observed.value == threshold.value,
            _ => true,
        };
    };
    match comparison {
        Some(">=") => observed >= threshold - 1e-9,
        Some(">") => observed > threshold - 1e-9,
        Some("<=") => observed <= threshold + 1e-9,
        Some("<") => observed < threshold + 1e-9,
        Some("=") => (observed - threshold).abs() < 1e-9,
        _ => true,
    }
}

fn config() -> Config {
    Config { cases: 160, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    /// A fact that is not known lifts nobody above what a known one would: neither on the ladder
    /// nor by a sign; and no rule holds by it that would not hold whatever the fact was.
    #[test]
    fn the_unknown_never_promotes(
        lines in lines(), facts in facts(), as_of in any_day(), policy in policies(), which in 0_usize..13,
    ) {
        let with = |value: Option<bool>| {
            let mut facts = facts.clone();
            for one in &mut facts {
                one.flags[which] = value;
            }
            rows(&snapshot(&lines, &facts, as_of, &policy).clients())
        };
        let (unknown, known, other) = (with(None), with(Some(true)), with(Some(false)));
        for (client, row) in &unknown {
            let (known, other) = (&known[client], &other[client]);
            for column in ["stage", "highest_stage"] {
                let best = stage(known, column).max(stage(other, column));
                prop_assert!(stage(row, column) <= best, "{} {} by {}", client, column, FLAGS[which]);
            }
            for column in [
                "key", "key_by_sales", "key_by_potential", "key_by_fame", "key_by_innovation",
                "key_by_demand", "loyal_dealer", "base_member", "recommends",
            ] {
                prop_assert!(
                    !yes(row, column) || (yes(known, column) && yes(other, column)),
                    "{} {} by {}", client, column, FLAGS[which]
                );
                // A verdict that does not need the fact is the same with it.
                if row[column] == Value::Flag(false) {
                    prop_assert_eq!(&known[column], &Value::Flag(false), "{}", column);
                    prop_assert_eq!(&other[column], &Value::Flag(false), "{}", column);
                }
            }
            if row["care"] == Value::Text("high_maintenance".into()) {
                prop_assert_eq!(&known["care"], &row["care"]);
            }
        }
    }

    /// Without any portrait of a client nothing but sales can lift it.
    #[test]
    fn without_a_portrait_only_sales_count(
        lines in lines(), facts in facts(), as_of in any_day(), policy in policies(),
    ) {
        let without = rows(&snapshot(&lines, &[], as_of, &policy).clients());
        let alone = rows(&ledger(&lines).snapshot(as_of, &policy).unwrap().clients());
        let with = rows(&snapshot(&lines, &facts, as_of, &policy).clients());
        for (client, row) in &without {
            prop_assert!(stage(row, "stage") <= 3);
            prop_assert!(stage(row, "stage") <= stage(&with[client], "stage"));
            for name in ["key_by_potential", "key_by_fame", "key_by_innovation", "key_by_demand"] {
                prop_assert_eq!(&row[name], &Value::Missing);
            }
            prop_assert!(row["care"] != Value::Text("high_maintenance".into()));
            // No portraits at all differ from none of this client only in what says so.
            for (name, value) in &alone[client] {
                if *value != Value::Missing {
                    prop_assert_eq!(value, &row[name], "{}", name);
                }
            }
        }
    }

    /// A favourable fact that becomes known never lowers a step.
    #[test]
    fn a_favourable_fact_never_lowers(
        lines in lines(), facts in facts(), as_of in any_day(), policy in policies(), which in 0_usize..6,
    ) {
        let set = |better: bool| {
            let mut facts = facts.clone();
            for one in &mut facts {
                match which {
                    0 => one.flags[0] = better.then_some(false),
                    1 => one.flags[1] = better.then_some(true),
                    2 => one.flags[2] = better.then_some(false),
                    3 => one.competitor_sales = better.then_some(0),
                    4 => one.recommended = better.then_some((START, true)),
                    _ => one.flags.iter_mut().skip(5).take(3).for_each(|f| *f = better.then_some(true)),
                }
            }
            rows(&snapshot(&lines, &facts, as_of, &policy).clients())
        };
        let (before, after) = (set(false), set(true));
        for (client, row) in &before {
            let after = &after[client];
            for column in ["stage", "highest_stage"] {
                prop_assert!(stage(after, column) >= stage(row, column), "{} {}", client, column);
            }
            prop_assert!(yes(after, "loyal_dealer") || !yes(row, "loyal_dealer"));
        }
    }

    /// Rows and documents in any order, portraits merged from parts, any number of threads: the
    /// same answers, byte for byte.
    #[test]
    fn order_parts_and_threads_change_nothing(
        lines in lines(), facts in facts(), as_of in any_day(), policy in policies(),
        keys in prop::collection::vec(any::<u16>(), 1..60), cut in 0_usize..14,
    ) {
        let whole = portraits(&facts);
        let shuffled = permuted(&facts, &keys);
        let (left, right) = shuffled.split_at(cut.min(shuffled.len()));
        let merged = portraits(right).merge(&portraits(left)).unwrap();
        prop_assert_eq!(merged.to_json(), whole.to_json());
        prop_assert_eq!(text(&merged.completeness(as_of)), text(&whole.completeness(as_of)));
        prop_assert_eq!(text(&merged.gaps(as_of)), text(&whole.gaps(as_of)));

        let answer = answers(&snapshot(&lines, &facts, as_of, &policy));
        let ledger = ledger(&permuted(&lines, &keys));
        let other = with_threads(Some(3), || {
            answers(&Base::new(&ledger).portraits(&merged).snapshot(as_of, &policy).unwrap())
        });
        prop_assert_eq!(other.unwrap(), answer);
    }

    /// One client's facts may come in several documents of several texts: united field by field.
    #[test]
    fn fields_of_one_client_are_united(
        lines in lines(), facts in facts(), as_of in any_day(), policy in policies(), cut in 0_usize..13,
    ) {
        let part = |first: bool| {
            let mut facts = facts.clone();
            for one in &mut facts {
                for (position, flag) in one.flags.iter_mut().enumerate() {
                    if (position < cut) != first {
                        *flag = None;
                    }
                }
                if !first {
                    (one.potential, one.minutes, one.group) = (None, None, 0);
                }
            }
            portraits(&facts)
        };
        let united = part(true).merge(&part(false)).unwrap();
        let ledger = ledger(&lines);
        let by = |portraits: &Portraits| {
            text(&Base::new(&ledger).portraits(portraits).snapshot(as_of, &policy).unwrap().clients())
        };
        prop_assert_eq!(by(&united), by(&portraits(&facts)));
    }

    /// Ten times the money everywhere: the same shares, bands, signs and steps.
    #[test]
    fn money_has_no_size(lines in lines(), facts in facts(), as_of in any_day(), which in 0_usize..2) {
        // No condition names an amount here.
        let text = ["{}", r#"{"stage": {"max_gap": {"days": 300}, "systematic_purchases": 2},
            "key": {"share_percent": "30", "strict": true}, "potential": {"bands": ["12.5", "100"]}}"#];
        let policy = Policy::from_json(text[which]).unwrap();
        let table = |times: i64| {
            let ledger = ledger_of(sales(&lines, times));
            let portraits = scaled(&facts, times);
            rows(&Base::new(&ledger).portraits(&portraits).snapshot(as_of, &policy).unwrap().clients())
        };
        let (once, tenfold) = (table(1), table(10));
        for (client, row) in &once {
            for column in [
                "stage", "exclusive", "relation", "key", "key_by_sales", "key_by_potential",
                "sales_share", "group_share", "realisation", "penetration", "potential_band",
                "potential_understated", "target_match", "abc_xyz", "tier",
            ] {
                prop_assert_eq!(&tenfold[client][column], &row[column], "{} {}", client, column);
            }
        }
    }

    /// A base in parts, each client in one of them, judged by the united census: the same rows.
    #[test]
    fn parts_make_the_whole(
        lines in lines(), facts in facts(), as_of in any_day(), policy in policies(),
    ) {
        let portraits = portraits(&facts);
        let whole = Base::new(&ledger(&lines)).portraits(&portraits).snapshot(as_of, &policy).unwrap();
        let parts: Vec<Base> = (0..3)
            .map(|part| {
                let own: Vec<Line> = lines.iter().filter(|l| l.client % 3 == part).copied().collect();
                own
            })
            .filter(|own| !own.is_empty())
            .map(|own| Base::new(&ledger(&own)).portraits(&portraits))
            .collect();
        let mut census = parts[0].count(as_of, &policy).unwrap();
        for part in &parts[1..] {
            census = census.merge(&part.count(as_of, &policy).unwrap()).unwrap();
        }
        let mut remaining = parts[0].remaining(&census).unwrap();
        for part in &parts[1..] {
            remaining.merge(&part.remaining(&census).unwrap());
        }
        census.close(remaining);
        let text = serde_json::to_string(&census).unwrap();
        let census = serde_json::from_str(&text).unwrap();
        let mut found = BTreeMap::new();
        for part in &parts {
            found.extend(rows(&part.snapshot_with_census(&census).unwrap().clients()));
        }
        prop_assert_eq!(found, rows(&whole.clients()));
    }

    /// The policy of one axis changes no other axis.
    #[test]
    fn axes_do_not_depend_on_each_other(
        lines in lines(), facts in facts(), as_of in any_day(), which in 0_usize..6,
    ) {
        let (section, own): (&str, &[&str]) = [
            (r#"{"key": {"share_percent": "50", "window": null, "groups": false}}"#,
             &["key", "key_by_sales", "key_by_potential", "sales_share", "group_share"] as &[&str]),
            (r#"{"care": {"window": null, "amount_percent": "90", "effort_percent": "90"}}"#,
             &["care", "attention_minutes"]),
            (r#"{"target": {"classes": ["CZ", "BZ"], "conditions": [
                {"field": "demanding", "operator": "equals", "value": true}]}}"#,
             &["target_match", "target_score", "target_gap"]),
            (r#"{"behaviour": {"brands": 3, "window": {"days": 200}, "companion_percent": "90"}}"#,
             &["brand_only", "main_brand", "brand_share", "brand_run", "promo_share", "promo_buyer",
               "companions", "relation"]),
            (r#"{"relation": {"predictable": ["X", "Y", "Z"]}}"#, &["relation"]),
            (r#"{"rfm": {"groups": 3}, "cohort": {"running": "hide"}}"#,
             &["recency_score", "frequency_score", "monetary_score", "rfm_segment"]),
        ][which];
        let before = snapshot(&lines, &facts, as_of, &Policy::default());
        let after = snapshot(&lines, &facts, as_of, &Policy::from_json(section).unwrap());
        let (before, after) = (before.clients(), after.clients());
        for (old, new) in before.columns().iter().zip(after.columns()) {
            if own.contains(&&*old.name) {
                continue;
            }
            for row in 0..before.rows() {
                prop_assert_eq!(old.values.get(row), new.values.get(row), "{}", old.name);
            }
        }
    }

    /// What a client is told agrees with its row, and every verdict has reasons that hold.
    #[test]
    fn explanations_agree_with_the_table(
        lines in lines(), facts in facts(), as_of in any_day(), policy in policies(),
    ) {
        let snapshot = snapshot(&lines, &facts, as_of, &policy);
        let table = snapshot.clients();
        let axes = [
            "stage", "highest_stage", "relation", "loyal_dealer", "base_member", "key", "tier",
            "abc_class", "xyz_class", "rfm_segment", "activity", "care", "target_match",
            "brand_only", "promo_buyer", "season_start_buyer", "season_end_buyer", "companions",
            "potential_band", "knowledge_level", "portrait_sufficient", "p_alive",
            "expected_purchases", "clv",
        ];
        for row in 0..table.rows() {
            let Some(Value::Int(id)) = table.value(row, "client") else { continue };
            let explanation = snapshot.explain(&ClientId::Int(id)).unwrap();
            let found: Vec<&str> = explanation.verdicts.iter().map(|v| v.axis.as_str()).collect();
            prop_assert_eq!(found, axes);
            for verdict in &explanation.verdicts {
                let shown = told(table.value(row, &verdict.axis).unwrap());
                prop_assert_eq!(&verdict.verdict, &shown, "{}", verdict.axis);
                prop_assert!(!verdict.reasons.is_empty(), "{} has no reason", verdict.axis);
                for reason in &verdict.reasons {
                    prop_assert!(holds(reason), "{:?}", reason);
                    prop_assert!(!reason.sentence.is_empty() && !reason.source.is_empty());
                }
            }
        }
    }

    /// Movements by `diff` and by `transitions` are what the two tables say.
    #[test]
    fn movements_are_what_the_tables_say(
        lines in lines(), facts in facts(), as_of in any_day(), before in 0_i32..200, policy in policies(),
    ) {
        let now = snapshot(&lines, &facts, as_of, &policy);
        let earlier = Day::new(as_of.days() - before).unwrap();
        let then = snapshot(&lines, &facts, earlier, &policy);
        let diff = now.diff(&then).unwrap();
        let (old, new) = (rows(&then.clients()), rows(&now.clients()));
        for axis in ["stage", "relation", "key", "care", "base_member", "knowledge_level", "promo_buyer"] {
            let moved = diff.moved.iter().filter(|step| step.axis == axis);
            let found: BTreeSet<_> = moved
                .map(|step| (step.client.to_string(), step.from.clone(), step.to.clone()))
                .collect();
            let wanted: BTreeSet<_> = old
                .iter()
                .map(|(client, row)| {
                    (client.clone(), told(row[axis].clone()), told(new[client][axis].clone()))
                })
                .filter(|(_, from, to)| from != to)
                .collect();
            prop_assert_eq!(found, wanted, "{}", axis);
            if axis == "knowledge_level" {
                continue;
            }
            let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
            for client in new.keys() {
                let name = |table: &BTreeMap<String, Row>| match table.get(client) {
                    Some(row) => told(row[axis].clone()).unwrap_or_default(),
                    None => "absent".to_owned(),
                };
                *counts.entry((name(&old), name(&new))).or_default() += 1;
            }
            let table = now.transitions(&then, axis).unwrap();
            let mut found = BTreeMap::new();
            for row in 0..table.rows() {
                let cell = |name: &str| table.value(row, name).unwrap();
                let pair = (cell("from").to_string(), cell("to").to_string());
                let clients = int(&cell("clients")).unwrap();
                if clients > 0 {
                    prop_assert!(found.insert(pair, clients).is_none(), "a pair is told twice");
                }
            }
            prop_assert_eq!(found, counts, "{}", axis);
        }
    }

    /// The views add up to the base.
    #[test]
    fn views_add_up(lines in lines(), facts in facts(), as_of in any_day(), policy in policies()) {
        let snapshot = snapshot(&lines, &facts, as_of, &policy);
        let table = snapshot.clients();
        let known = rows(&table);
        let sum = |table: &Table, name: &str| -> i64 {
            (0..table.rows()).filter_map(|row| int(&table.value(row, name).unwrap())).sum()
        };
        let strangers =
            facts.iter().filter(|facts| !known.contains_key(&facts.client.to_string())).count() as i64;
        let clients = table.rows() as i64;
        prop_assert_eq!(sum(&snapshot.ladder().unwrap(), "clients"), clients + strangers);
        let buyers = known.values().filter(|row| int(&row["purchases"]) > Some(0)).count() as i64;
        prop_assert_eq!(sum(&snapshot.matches().unwrap(), "clients"), buyers);
        for (across, down) in [("stage", "tier"), ("key", "care"), ("abc_xyz", "potential_band")] {
            prop_assert_eq!(sum(&snapshot.matrix(across, down).unwrap(), "clients"), clients);
        }

        // Every sign that holds has a row, no client is key by sales of the firm in vain, and by
        // its own share of the firm's sales at most ten can be (S2.43).
        let keys = snapshot.keys().unwrap();
        let mut signs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut own = 0;
        for row in 0..keys.rows() {
            let cell = |name: &str| keys.value(row, name).unwrap().to_string();
            own += i64::from(cell("sign") == "sales" && cell("of") == "client" && cell("scope") == "company");
            signs.entry(cell("client")).or_default().insert(cell("sign"));
        }
        prop_assert!(own <= 10, "{} key clients by sales", own);
        for (client, row) in &known {
            let told = signs.remove(client).unwrap_or_default();
            for (sign, column) in [
                ("sales", "key_by_sales"), ("potential", "key_by_potential"), ("fame", "key_by_fame"),
                ("innovation", "key_by_innovation"), ("demand", "key_by_demand"),
            ] {
                prop_assert_eq!(told.contains(sign), yes(row, column), "{} {}", client, sign);
            }
            prop_assert_eq!(yes(row, "key"), !told.is_empty());
        }
        prop_assert!(signs.is_empty());
    }

    /// The lists of two criteria have the same in common from either side; a ranking goes down.
    #[test]
    fn rankings_and_overlaps(lines in lines(), facts in facts(), as_of in any_day(), policy in policies()) {
        let snapshot = snapshot(&lines, &facts, as_of, &policy);
        let criteria = [Criterion::Amount, Criterion::Profit, Criterion::Purchases, Criterion::Quantity];
        for left in criteria {
            let table = snapshot.ranking(left).unwrap();
            prop_assert_eq!(table.rows(), snapshot.len());
            let value = |row: usize| match table.value(row, "value").unwrap() {
                Value::Decimal(value) => value,
                other => panic!("{other:?} is no value"),
            };
            for row in 1..table.rows() {
                prop_assert!(value(row - 1) >= value(row));
                let rank = |row: usize| int(&table.value(row, "rank").unwrap()).unwrap();
                let tie = value(row - 1) == value(row);
                prop_assert_eq!(rank(row), if tie { rank(row - 1) } else { row as i64 + 1 });
            }
            for right in criteria {
                let one = serde_json::to_value(snapshot.overlap(left, right).unwrap()).unwrap();
                let other = serde_json::to_value(snapshot.overlap(right, left).unwrap()).unwrap();
                for (here, there) in [
                    ("left_clients", "right_clients"), ("both", "both"), ("overlap", "overlap"),
                    ("only_left", "only_right"),
                ] {
                    prop_assert_eq!(&one[here], &other[there]);
                }
                if left == right {
                    prop_assert!(one["overlap"].is_null() || one["overlap"] == 1.0);
                }
            }
        }
    }

    /// What is filled makes a portrait more complete, never less; and the two tables agree.
    #[test]
    fn completeness_only_grows(facts in facts(), as_of in any_day(), which in 0_usize..4) {
        let whole = portraits(&facts);
        let less: Vec<Facts> = facts
            .iter()
            .cloned()
            .map(|mut one| {
                match which {
                    0 => one.flags[0] = None,
                    1 => one.potential = None,
                    2 => one.area = None,
                    _ => one.events.clear(),
                }
                one
            })
            .collect();
        let less = portraits(&less);
        for one in &facts {
            let of = |portraits: &Portraits| {
                portraits.completeness_of(&ClientId::Int(one.client), as_of).expect("a portrait")
            };
            let (more, less) = (of(&whole), of(&less));
            prop_assert!(less.filled_weight <= more.filled_weight);
            prop_assert!(!less.sufficient || more.sufficient);
            prop_assert!(more.filled_weight <= more.applicable_weight && more.filled <= more.applicable);
            prop_assert_eq!(more.filled as usize + more.missing.len(), more.applicable as usize);
            prop_assert!(more.missing_required.iter().all(|name| more.missing.contains(name)));
        }
        let (table, gaps) = (whole.completeness(as_of), whole.gaps(as_of));
        for (column, counted) in [("filled", "filled"), ("applicable", "applicable")] {
            let by_client: i64 =
                (0..table.rows()).filter_map(|row| int(&table.value(row, column).unwrap())).sum();
            let by_field: i64 = (0..gaps.rows())
                .filter(|&row| int(&gaps.value(row, "weight").unwrap()) > Some(0))
                .filter_map(|row| int(&gaps.value(row, counted).unwrap()))
                .sum();
            prop_assert_eq!(by_client, by_field, "{}", column);
        }
    }
}

/// The same base whichever the day's answers are asked for first: nothing is kept between them.
#[test]
fn answers_do_not_depend_on_what_was_asked_before() {
    let line = |client: i64, day: i32| Line {
        client,
        day: START + day,
        amount: 100 + client * 7,
        order: NO_INT64,
        kind: 0,
        promo: 1,
        brand: 1,
        department: 1,
        manager: 1,
    };
    let lines: Vec<Line> = (0..60).map(|i| line(i % 12, (i * 13 % 500) as i32)).collect();
    let facts: Vec<Facts> = (0..12)
        .map(|client| Facts {
            client,
            flags: vec![Some(client % 2 == 0); 14],
            potential: Some(10_000),
            competitor_sales: Some(0),
            minutes: Some(client * 3),
            group: (client % 4) as u8,
            kind: (client % 3) as u8,
            area: Some(500),
            events: Vec::new(),
            recommended: None,
        })
        .collect();
    let as_of = Day::new(START + 600).unwrap();
    let fresh = || snapshot(&lines, &facts, as_of, &Policy::default());
    let asked = fresh();
    let _ = (asked.overlap(Criterion::Quantity, Criterion::Profit), asked.matrix("tier", "stage"));
    let _ = (asked.explain(&ClientId::Int(3)), asked.keys(), asked.summary());
    assert_eq!(answers(&asked), answers(&fresh()));
}
