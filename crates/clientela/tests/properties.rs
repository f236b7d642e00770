//! What must hold for any sales whatever.

use std::collections::{BTreeMap, BTreeSet};

use clientela::{
    Census, ClientColumn, ClientId, Criterion, Day, Error, Ledger, LedgerBuilder, LedgerOptions,
    NO_INT64, OnBad, OrderColumn, Policy, Reason, Sales, Snapshot, Step, Table, TextColumn, Value,
    with_threads,
};
use proptest::prelude::*;
use proptest::test_runner::Config;

/// One line of sales; the kinds are 0 sale, 1 return, 2 cancellation.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    client: i64,
    day: i32,
    amount: i64,
    order: i64,
    kind: u8,
}

/// 1996-01-01, the first day of the sales.
const START: i32 = 9496;

fn line() -> impl Strategy<Value = Line> {
    let amount = prop_oneof![4 => 0_i64..5000, 2 => prop::sample::select(vec![100, 200, 300])];
    let kind = prop_oneof![8 => Just(0_u8), 1 => Just(1), 1 => Just(2)];
    let order = prop_oneof![Just(NO_INT64), 0_i64..12];
    (0_i64..14, 0_i32..800, amount, order, kind).prop_map(|(client, day, amount, order, kind)| {
        Line { client, day: START + day, amount, order, kind }
    })
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(line(), 1..90)
}

/// Sales without returns and orders: every line adds money.
fn plain_lines() -> impl Strategy<Value = Vec<Line>> {
    lines().prop_map(|lines| {
        lines.into_iter().map(|line| Line { order: NO_INT64, kind: 0, ..line }).collect()
    })
}

fn any_day() -> impl Strategy<Value = Day> {
    (START - 5..START + 900).prop_map(|days| Day::new(days).expect("a day of this century"))
}

/// Policies that between them use every branch.
fn policies() -> impl Strategy<Value = Policy> {
    let texts = vec![
        "{}",
        r#"{"rfm": {"ties": "highest", "window": {"months": 6}}, "tier": {"ties": "exclude"},
            "xyz": {"zero_periods": "skip", "deviation": "sample"}, "zero_amount": "ignore"}"#,
        r#"{"rfm": {"groups": 3, "best": "low", "frequency": "purchase_days",
                    "monetary": "mean_purchase"},
            "abc": {"boundary": "exclusive", "window": {"days": 200}},
            "tier": {"method": "period_total", "complete_only": false},
            "activity": {"industry": "clothing"}}"#,
        r#"{"abc": {"criterion": "purchases", "share_of": "clients"},
            "xyz": {"step": "week", "periods": null, "complete_only": false, "from": "window"},
            "tier": {"criterion": "purchases", "months": 3, "total_months": 3, "former_months": 1},
            "activity": {"rhythm": {"center": "mean", "min_intervals": 1}},
            "stage": {"max_gap": {"days": 60}}, "cohort": {"periods": "since_first"}}"#,
        r#"{"xyz": {"step": "quarter", "criterion": "purchases"},
            "activity": {"industry": "jewellery"}, "cohort": {"running": "hide"},
            "rfm": {"frequency": "repeat_purchases", "groups": 10, "window": {"days": 300}}}"#,
    ];
    prop::sample::select(texts)
        .prop_map(|text| Policy::from_json(text).expect("a policy that checks"))
}

fn batch(lines: &[Line]) -> Sales<'static> {
    let column = |value: fn(&Line) -> i64| lines.iter().map(value).collect::<Vec<i64>>();
    let days: Vec<i32> = lines.iter().map(|line| line.day).collect();
    let mut sales = Sales::new(
        ClientColumn::Int(column(|line| line.client).into()),
        days,
        column(|l| l.amount),
    );
    sales.order = Some(OrderColumn::Int(column(|line| line.order).into()));
    sales.kind = Some(lines.iter().map(|line| line.kind).collect());
    sales
}

/// The same with texts for ids and orders, and the columns of names.
fn with_texts(lines: &[Line]) -> Sales<'static> {
    let column = |text: fn(&Line) -> String| {
        let texts: Vec<String> = lines.iter().map(text).collect();
        texts.iter().map(String::as_str).collect::<TextColumn<'static>>()
    };
    let mut sales = batch(lines);
    sales.client = ClientColumn::Text(column(|line| format!("client {:3}", line.client)));
    let order = |line: &Line| match line.order {
        NO_INT64 => String::new(),
        order => format!("N{order}"),
    };
    sales.order = Some(OrderColumn::Text(column(order)));
    sales.quantity = Some(lines.iter().map(|line| line.amount % 7).collect());
    sales.profit = Some(lines.iter().map(|line| line.amount / 3).collect());
    sales.category = Some(column(|line| ["shoes", "", "hats"][line.day as usize % 3].to_owned()));
    sales.promo = Some(lines.iter().map(|line| (line.day % 2) as u8).collect());
    sales
}

fn ledger(lines: &[Line]) -> Ledger {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push(batch(lines)).expect("lines are good");
    builder.finish().expect("lines add up")
}

fn snapshot(lines: &[Line], as_of: Day, policy: &Policy) -> Snapshot {
    ledger(lines).snapshot(as_of, policy).expect("a snapshot of good lines")
}

/// The columns of a table that are as given, by client.
fn rows(table: &Table) -> BTreeMap<String, BTreeMap<String, Value>> {
    let columns = table.columns();
    let row = |row: usize| {
        let cells =
            columns[1..].iter().map(|column| (column.name.to_string(), column.values.get(row)));
        (format!("{:?}", columns[0].values.get(row)), cells.collect())
    };
    (0..table.rows()).map(row).collect()
}

fn json(table: &Table) -> String {
    serde_json::to_string(table).expect("a table has a JSON form")
}

/// All answers of a snapshot as one text.
fn answers(snapshot: &Snapshot) -> String {
    let cohorts = [Step::Week, Step::Month, Step::Quarter, Step::Year]
        .map(|step| json(&snapshot.cohorts(step).expect("cohorts")));
    let summary = serde_json::to_string(&snapshot.summary().expect("sums"))
        .expect("a summary has a JSON form");
    format!(
        "{}{}{cohorts:?}{summary}",
        json(&snapshot.clients()),
        json(&snapshot.months().expect("months"))
    )
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(value) => Some(*value),
        _ => None,
    }
}

fn minor(value: &Value) -> i64 {
    match value {
        Value::Decimal(value) => i64::try_from(value.mantissa()).expect("small amounts"),
        _ => panic!("an amount is never missing"),
    }
}

fn flag(value: &Value) -> bool {
    *value == Value::Flag(true)
}

/// Whether what was observed stands to the threshold as the reason says.
fn holds(reason: &Reason) -> bool {
    let (Some(observed), Some(threshold)) = (&reason.observed, &reason.threshold) else {
        return reason.comparison.is_none();
    };
    if observed.unit == "fact" {
        let equal = observed.value == threshold.value;
        return reason.comparison.as_deref() == Some(if equal { "=" } else { "!=" });
    }
    let number = |value: &Value| match value {
        Value::Int(value) => *value as f64,
        Value::Decimal(value) => value.to_string().parse().expect("a decimal is a number"),
        Value::Float(value) => *value,
        Value::Day(day) => f64::from(day.days()),
        other => panic!("{other:?} has no order"),
    };
    let (observed, threshold) = (number(&observed.value), number(&threshold.value));
    match reason.comparison.as_deref() {
        Some(">=") => observed >= threshold,
        Some(">") => observed > threshold,
        Some("<=") => observed <= threshold + 1e-9,
        Some("<") => observed < threshold,
        Some("=") => (observed - threshold).abs() < 1e-9,
        _ => false,
    }
}

/// Whether a client paid anything, by the tier's criterion, in a month of method A's window.
fn paid(snapshot: &Snapshot, client: i64) -> bool {
    let tier = &snapshot.policy().tier;
    let as_of = snapshot.as_of();
    let last = if tier.complete_only {
        Step::Month.last_complete(as_of)
    } else {
        as_of.period(Step::Month)
    };
    let months = snapshot.months().unwrap();
    let cell = |row: usize, name: &str| months.value(row, name).unwrap();
    (0..months.rows()).any(|row| {
        let Value::Day(month) = cell(row, "month") else { return false };
        let total = match tier.criterion.unwrap_or(Criterion::Amount) {
            Criterion::Purchases => int(&cell(row, "purchases")).unwrap(),
            _ => minor(&cell(row, "amount")),
        };
        let ago = last - month.period(Step::Month);
        cell(row, "client") == Value::Int(client)
            && (0..i32::from(tier.months)).contains(&ago)
            && total > 0
    })
}

/// The lines in the order of some keys.
fn permuted(lines: &[Line], keys: &[u16]) -> Vec<Line> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|&i| (keys[i % keys.len()], i % 7, i));
    order.into_iter().map(|i| lines[i]).collect()
}

fn config() -> Config {
    Config { cases: 256, failure_persistence: None, ..Config::default() }
}

/// Sales of many clients, by a plain multiplicative generator: enough rows to be split.
fn many(rows: usize) -> Vec<Line> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |limit: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    (0..rows)
        .map(|_| {
            // A few clients have many of the rows.
            let spread = [10, 1000, 60_000][below(3) as usize];
            Line {
                client: below(spread) as i64 * 7919 - 1_000_000,
                day: START + below(800) as i32,
                amount: below(50_000) as i64,
                order: if below(3) == 0 { below(40) as i64 } else { NO_INT64 },
                kind: u8::from(below(20) == 0),
            }
        })
        .collect()
}

/// Enough rows to be split and worked on in parallel are grouped as few rows are, whether ids
/// are numbers, short texts or long ones.
#[test]
fn many_rows_are_grouped_as_few_are() {
    let lines = many(400_000);
    let mut sums: BTreeMap<i64, (i64, usize)> = BTreeMap::new();
    for line in &lines {
        let sum = sums.entry(line.client).or_default();
        sum.0 += if line.kind == 0 { line.amount } else { -line.amount };
        sum.1 += 1;
    }
    let text = |id: i64, long: bool| {
        if long { format!("client of the firm {id}") } else { format!("c{id}") }
    };
    for form in 0..3 {
        let sales = |lines: &[Line]| {
            let mut sales = batch(lines);
            if form > 0 {
                let ids: Vec<String> = lines.iter().map(|l| text(l.client, form == 2)).collect();
                sales.client = ClientColumn::Text(ids.iter().map(String::as_str).collect());
            }
            sales
        };
        let in_pieces = |size: usize| {
            let parts: Vec<&[Line]> = lines.chunks(size).collect();
            let mut builder = LedgerBuilder::new(LedgerOptions::default());
            builder.push_pieces(parts.len(), |piece| Ok(sales(parts[piece]))).unwrap();
            builder.finish().unwrap()
        };
        let whole = in_pieces(lines.len());
        assert_eq!(whole.len(), lines.len());
        assert_eq!(whole.clients().len(), sums.len());
        for (&id, &(sum, rows)) in sums.iter().step_by(97) {
            let id = if form == 0 { id.into() } else { text(id, form == 2).as_str().into() };
            let found = whole.sales(&id).expect("every client is there");
            let total: rust_decimal::Decimal = found.iter().map(|sale| sale.amount).sum();
            assert_eq!((total, found.len()), (whole.scale().decimal(sum), rows), "{id}");
            assert!(found.is_sorted_by_key(|sale| sale.day));
        }
        let bytes = whole.to_bytes();
        for size in [9_999, 50_000] {
            assert!(in_pieces(size).to_bytes() == bytes, "pieces of {size} make another ledger");
        }
        let one = with_threads(Some(1), || in_pieces(32_768).to_bytes()).unwrap();
        assert!(one == bytes, "one thread makes another ledger");
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        for part in lines.rchunks(150_000) {
            let backwards: Vec<Line> = part.iter().rev().copied().collect();
            builder.push(sales(&backwards)).unwrap();
        }
        assert!(builder.finish().unwrap().to_bytes() == bytes, "backwards makes another ledger");

        if form > 0 {
            continue;
        }
        let as_of = Day::new(START + 700).unwrap();
        let answer = |threads| {
            with_threads(Some(threads), || {
                answers(&whole.snapshot(as_of, &Policy::default()).unwrap())
            })
            .unwrap()
        };
        assert!(answer(1) == answer(4), "threads change an answer");
    }
}

proptest! {
    #![proptest_config(config())]

    /// Rows in any order, in any batches, appended and merged make one ledger.
    #[test]
    fn order_and_batches_change_nothing(
        lines in lines(), keys in prop::collection::vec(any::<u16>(), 1..90), cut in 0_usize..90,
        size in 1_usize..20,
    ) {
        let whole = ledger(&lines);
        let bytes = whole.to_bytes();
        let other = permuted(&lines, &keys);
        prop_assert_eq!(ledger(&other).to_bytes(), bytes.clone());

        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        for part in other.chunks(size) {
            builder.push(batch(part)).unwrap();
        }
        prop_assert_eq!(builder.finish().unwrap().to_bytes(), bytes.clone());

        let parts: Vec<&[Line]> = other.chunks(size).collect();
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        builder.push_pieces(parts.len(), |piece| Ok(batch(parts[piece]))).unwrap();
        prop_assert_eq!(builder.finish().unwrap().to_bytes(), bytes.clone());

        let (left, right) = other.split_at(cut % other.len());
        if !left.is_empty() {
            let early = ledger(left);
            let late = ledger(right);
            prop_assert_eq!(early.merge(&late).unwrap().to_bytes(), bytes.clone());
            prop_assert_eq!(late.merge(&early).unwrap().to_bytes(), bytes.clone());
            let mut more = early.builder();
            more.push(batch(right)).unwrap();
            prop_assert_eq!(early.append(more).unwrap().to_bytes(), bytes);
        }
    }

    /// One thread and several give the same answers, and so do ledgers read from bytes.
    #[test]
    fn threads_and_bytes_change_nothing(
        lines in lines(), as_of in any_day(), policy in policies(),
    ) {
        let answer = |threads| {
            with_threads(Some(threads), || {
                let ledger = ledger(&lines);
                (ledger.to_bytes(), answers(&ledger.snapshot(as_of, &policy).unwrap()))
            })
            .unwrap()
        };
        let (bytes, one) = answer(1);
        prop_assert_eq!(&answer(3), &(bytes.clone(), one.clone()));
        let back = Ledger::from_bytes(&bytes).unwrap();
        prop_assert_eq!(answers(&back.snapshot(as_of, &policy).unwrap()), one);
        prop_assert_eq!(back.to_bytes(), bytes);
    }

    /// Amounts a thousand times as large change no verdict.
    #[test]
    fn size_of_amounts_changes_no_verdict(
        lines in lines(), as_of in any_day(), policy in policies(),
    ) {
        prop_assume!(policy.rfm.monetary != clientela::Monetary::MeanPurchase);
        let large: Vec<Line> =
            lines.iter().map(|line| Line { amount: line.amount * 1000, ..*line }).collect();
        let small = rows(&snapshot(&lines, as_of, &policy).clients());
        let large = rows(&snapshot(&large, as_of, &policy).clients());
        prop_assert_eq!(small.keys().collect::<Vec<_>>(), large.keys().collect::<Vec<_>>());
        for (client, row) in &small {
            for (name, value) in row {
                if !["amount", "returned", "mean_purchase", "variation", "actual", "target_gap"].contains(&name.as_str()) {
                    prop_assert_eq!(value, &large[client][name], "{} {}", client, name);
                }
            }
        }
    }

    /// Clients with the same sales get the same verdicts, wherever their ids stand.
    #[test]
    fn equal_clients_get_equal_verdicts(
        lines in lines(), as_of in any_day(), policy in policies(),
    ) {
        let mut doubled = lines.clone();
        for line in &lines {
            doubled.push(Line { client: 1000 - line.client, ..*line });
        }
        let table = rows(&snapshot(&doubled, as_of, &policy).clients());
        for line in &lines {
            let twin = format!("{:?}", Value::Int(1000 - line.client));
            let own = format!("{:?}", Value::Int(line.client));
            prop_assert_eq!(table.get(&own), table.get(&twin));
        }
    }

    /// A client that is nowhere worse scores nowhere lower, and ranks by money.
    #[test]
    fn the_better_never_score_lower(
        lines in lines(), as_of in any_day(), highest in any::<bool>(), groups in 2_u8..=10,
    ) {
        let mut policy = Policy::default();
        policy.rfm.groups = groups;
        if highest {
            policy.rfm.ties = clientela::TieGroup::Highest;
        }
        let table = rows(&snapshot(&lines, as_of, &policy).clients());
        for a in table.values() {
            for b in table.values() {
                let better = |axis: &str, score: &str, sign: i64| {
                    let value = |row: &BTreeMap<String, Value>| match axis {
                        "amount" => Some(minor(&row["amount"])),
                        axis => int(&row[axis]),
                    };
                    match (value(a), value(b), int(&a[score]), int(&b[score])) {
                        (Some(x), Some(y), Some(p), Some(q)) => x * sign < y * sign || p >= q,
                        _ => true,
                    }
                };
                prop_assert!(better("recency_days", "recency_score", -1));
                prop_assert!(better("purchases", "frequency_score", 1));
                prop_assert!(better("amount", "monetary_score", 1));
                if minor(&a["amount"]) >= minor(&b["amount"]) {
                    let class = |row: &BTreeMap<String, Value>| format!("{:?}", row["abc_class"]);
                    prop_assert!(class(a) <= class(b), "a larger amount has no worse class");
                }
            }
        }
    }

    /// More money in a line lowers neither score, class nor VIP places of its client.
    #[test]
    fn more_money_never_hurts(
        lines in plain_lines(), as_of in any_day(), which in any::<prop::sample::Index>(),
        more in 1_i64..10_000,
    ) {
        let policy = Policy::default();
        let mut richer = lines.clone();
        let line = &mut richer[which.index(lines.len())];
        line.amount += more;
        let client = format!("{:?}", Value::Int(line.client));
        let before = rows(&snapshot(&lines, as_of, &policy).clients());
        let after = rows(&snapshot(&richer, as_of, &policy).clients());
        let Some(before) = before.get(&client) else { return Ok(()) };
        let after = &after[&client];
        prop_assert!(int(&after["monetary_score"]) >= int(&before["monetary_score"]));
        prop_assert!(int(&after["vip_months"]) >= int(&before["vip_months"]));
        for name in ["vip_by_month", "vip_by_total"] {
            prop_assert!(flag(&after[name]) || !flag(&before[name]), "{}", name);
        }
        // A client without any amount may have no class yet.
        if let (Value::Text(new), Value::Text(old)) = (&after["abc_class"], &before["abc_class"]) {
            prop_assert!(new <= old);
        }
    }

    /// Every client with a purchase is in one cohort, and buys in its period 0.
    #[test]
    fn cohorts_hold_everyone_once(lines in lines(), as_of in any_day(), policy in policies()) {
        let snapshot = snapshot(&lines, as_of, &policy);
        let buyers = rows(&snapshot.clients())
            .values()
            .filter(|row| int(&row["purchases"]) > Some(0))
            .count() as i64;
        for step in [Step::Week, Step::Month, Step::Quarter, Step::Year] {
            let table = snapshot.cohorts(step).unwrap();
            let cell = |row: usize, name: &str| table.value(row, name).unwrap();
            let mut sum = 0;
            for row in 0..table.rows() {
                let size = int(&cell(row, "cohort_clients")).unwrap();
                if cell(row, "period") == Value::Int(0) {
                    sum += size;
                    let first = int(&cell(row, "clients"));
                    prop_assert!(first.is_none_or(|first| first == size));
                }
                if let Some(clients) = int(&cell(row, "clients")) {
                    prop_assert!((0..=size).contains(&clients));
                }
                let missing = |name: &str| cell(row, name) == Value::Missing;
                prop_assert_eq!(missing("clients"), missing("amount"));
                prop_assert_eq!(missing("clients"), missing("retention"));
            }
            prop_assert_eq!(sum, buyers);
        }
    }

    /// A base in parts has the census and the verdicts of the whole.
    #[test]
    fn parts_make_the_whole(
        lines in lines(), as_of in any_day(), policy in policies(), parts in 2_i64..5,
    ) {
        let whole = ledger(&lines);
        let census = Census::of(&whole, as_of, &policy).unwrap();
        let ledgers: Vec<Ledger> = (0..parts)
            .map(|part| lines.iter().filter(|l| l.client % parts == part).copied().collect())
            .filter(|lines: &Vec<Line>| !lines.is_empty())
            .map(|lines| ledger(&lines))
            .collect();
        let mut merged = ledgers
            .iter()
            .rev()
            .map(|part| Census::count(part, as_of, &policy).unwrap())
            .reduce(|a, b| a.merge(&b).unwrap())
            .unwrap();
        let remaining = ledgers
            .iter()
            .map(|part| merged.remaining(part).unwrap())
            .reduce(|mut a, b| {
                a.merge(&b);
                a
            })
            .unwrap();
        merged.close(remaining);
        prop_assert_eq!(&merged, &census);

        let text = serde_json::to_string(&merged).unwrap();
        let back: Census = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &census);

        let all = rows(&whole.snapshot(as_of, &policy).unwrap().clients());
        let mut together = BTreeMap::new();
        for part in &ledgers {
            let snapshot = Snapshot::with_census(part, &back).unwrap();
            together.extend(rows(&snapshot.clients()));
        }
        prop_assert_eq!(together, all);
    }

    /// Bytes that were changed or cut short are refused, without a panic.
    #[test]
    fn corrupted_bytes_are_refused(
        lines in lines(), at in any::<prop::sample::Index>(), change in 1_u8..=255,
    ) {
        let bytes = ledger(&lines).to_bytes();
        let mut other = bytes.clone();
        other[at.index(bytes.len())] ^= change;
        prop_assert!(Ledger::from_bytes(&other).is_err());
        prop_assert!(Ledger::from_bytes(&bytes[..at.index(bytes.len())]).is_err());
        let mut longer = bytes;
        longer.push(change);
        prop_assert!(Ledger::from_bytes(&longer).is_err());
    }

    /// Damage under a right checksum is refused, or makes a ledger that answers: no panic.
    #[test]
    fn damage_with_a_right_checksum_is_no_panic(
        lines in lines(), texts in any::<bool>(), as_of in any_day(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        builder.push(if texts { with_texts(&lines) } else { batch(&lines) }).unwrap();
        let mut bytes = builder.finish().unwrap().to_bytes();
        bytes.truncate(bytes.len() - 4);
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        for (at, value) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
        }
        let sum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        if let Ok(ledger) = Ledger::from_bytes(&bytes) {
            if let Ok(snapshot) = ledger.snapshot(as_of, &Policy::default()) {
                let _ = (snapshot.summary(), snapshot.months(), snapshot.cohorts(Step::Month));
            }
            let same = Ledger::from_bytes(&ledger.to_bytes()).unwrap();
            prop_assert_eq!(same, ledger);
        }
    }

    /// Bytes of any kind are read or refused, without a panic.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Ledger::from_bytes(&bytes);
    }

    /// Rolling up is the same as giving the sales to the groups in the first place.
    #[test]
    fn roll_up_is_relabelling(
        lines in lines(), as_of in any_day(), policy in policies(),
        parents in prop::collection::btree_map(0_i64..14, 0_i64..20, 0..10),
    ) {
        // Only upwards, so that no circle can be.
        let parents: BTreeMap<i64, i64> =
            parents.into_iter().filter(|(child, parent)| parent > child).collect();
        let top = |client: i64| {
            let mut top = client;
            while let Some(&parent) = parents.get(&top) {
                top = parent;
            }
            top
        };
        let relabelled: Vec<Line> =
            lines.iter().map(|line| Line { client: top(line.client), ..*line }).collect();
        let pairs = parents.iter().map(|(&child, &parent)| (child.into(), parent.into()));
        let rolled = ledger(&lines).roll_up(&pairs.collect()).unwrap();
        prop_assert_eq!(rolled.to_bytes(), ledger(&relabelled).to_bytes());
        prop_assert_eq!(
            answers(&rolled.snapshot(as_of, &policy).unwrap()),
            answers(&snapshot(&relabelled, as_of, &policy))
        );
    }

    /// Every row is either taken or set aside, and the ledger is that of the taken ones.
    #[test]
    fn rows_are_taken_or_set_aside(lines in lines(), latest in any_day(), parts in 1_usize..9) {
        let options = LedgerOptions {
            latest: Some(latest),
            on_bad: OnBad::SetAside,
            ..LedgerOptions::default()
        };
        // A sale below zero is bad too.
        let lines: Vec<Line> = lines
            .iter()
            .map(|line| Line { amount: line.amount - 50 * i64::from(line.kind == 0), ..*line })
            .collect();
        let good = |line: &Line| line.day <= latest.days() && (line.kind != 0 || line.amount >= 0);
        let taken: Vec<Line> = lines.iter().copied().filter(good).collect();
        let size = lines.len().div_ceil(parts);
        let chunks: Vec<&[Line]> = lines.chunks(size).collect();
        let mut builder = LedgerBuilder::new(options);
        builder
            .push_pieces(chunks.len(), |piece| {
                let mut sales = batch(chunks[piece]);
                sales.first_row = (piece * size) as u64;
                Ok(sales)
            })
            .unwrap();
        let report = builder.report();
        prop_assert_eq!(report.rows, lines.len() as u64);
        prop_assert_eq!(report.accepted, taken.len() as u64);
        let aside: Vec<u64> = report.set_aside.iter().map(|row| row.row).collect();
        let bad = (0..lines.len()).filter(|&i| !good(&lines[i])).map(|i| i as u64);
        prop_assert_eq!(aside, bad.collect::<Vec<u64>>());
        if !taken.is_empty() {
            prop_assert_eq!(builder.finish().unwrap(), ledger(&taken));
        }
    }

    /// A strict reading names the first bad row, whatever is read in parallel.
    #[test]
    fn the_first_bad_row_is_named(bad in prop::collection::btree_set(0_usize..400, 1..40)) {
        let line = |row: usize| Line {
            client: row as i64,
            day: START,
            amount: if bad.contains(&row) { -1 } else { 1 },
            order: NO_INT64,
            kind: 0,
        };
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        let error = builder
            .push_pieces(40, |piece| {
                let lines: Vec<Line> = (piece * 10..piece * 10 + 10).map(line).collect();
                let mut sales = batch(&lines);
                sales.first_row = piece as u64 * 10;
                Ok(sales)
            })
            .unwrap_err();
        let first = bad.first().map_or(0, |&row| row as u64);
        prop_assert!(matches!(error, Error::BadRow { row, .. } if row == first), "{}", error);
    }

    /// Sales after the day change nothing of what was known on it but their own count.
    #[test]
    fn the_future_changes_nothing(lines in lines(), as_of in any_day(), policy in policies()) {
        let past: Vec<Line> =
            lines.iter().copied().filter(|line| line.day <= as_of.days()).collect();
        prop_assume!(!past.is_empty());
        let (known, all) = (snapshot(&past, as_of, &policy), snapshot(&lines, as_of, &policy));
        prop_assert_eq!(json(&known.clients()), json(&all.clients()));
        prop_assert_eq!(json(&known.months().unwrap()), json(&all.months().unwrap()));
        let month = |snapshot: &Snapshot| json(&snapshot.cohorts(Step::Month).unwrap());
        prop_assert_eq!(month(&known), month(&all));
    }

    /// The clients' columns, the months and the summary tell one story.
    #[test]
    fn tables_and_summary_agree(lines in lines(), as_of in any_day(), policy in policies()) {
        let snapshot = snapshot(&lines, as_of, &policy);
        let table = rows(&snapshot.clients());
        let months = snapshot.months().unwrap();
        let summary = serde_json::to_value(snapshot.summary().unwrap()).unwrap();
        let sum = |names: &str| -> i64 { table.values().map(|row| minor(&row[names])).sum() };
        let of_months: i64 =
            (0..months.rows()).map(|row| minor(&months.value(row, "amount").unwrap())).sum();
        prop_assert_eq!(sum("amount"), of_months);
        let total = snapshot.ledger().scale().decimal(sum("amount")).to_string();
        prop_assert_eq!(summary["amount"].as_str(), Some(total.as_str()));
        prop_assert_eq!(summary["clients"].as_u64(), Some(table.len() as u64));
        for (list, column) in [
            ("stages", "stage"), ("highest_stages", "highest_stage"), ("tiers", "tier"),
            ("abc", "abc_class"), ("xyz", "xyz_class"), ("abc_xyz", "abc_xyz"),
            ("rfm_segments", "rfm_segment"), ("activity", "activity"),
            ("activity_by_period", "activity_by_period"),
            ("activity_by_rhythm", "activity_by_rhythm"),
        ] {
            let mut counted: BTreeMap<String, u64> = BTreeMap::new();
            for row in table.values() {
                *counted.entry(serde_json::to_string(&row[column]).unwrap()).or_default() += 1;
            }
            let entries = summary[list].as_array().unwrap();
            let told: BTreeMap<String, u64> = entries
                .iter()
                .map(|entry| (entry["name"].to_string(), entry["clients"].as_u64().unwrap()))
                .filter(|(_, clients)| *clients > 0)
                .collect();
            prop_assert_eq!(told, counted, "{}", list);
        }
        for row in table.values() {
            prop_assert_eq!(flag(&row["vip_by_month"]), int(&row["vip_months"]) > Some(0));
            prop_assert!(!(flag(&row["former_vip"]) && row["tier"] != Value::Text("good".into())));
        }
    }

    /// What a client is told agrees with its row.
    #[test]
    fn explanations_agree_with_the_table(
        lines in lines(), as_of in any_day(), policy in policies(),
    ) {
        let snapshot = snapshot(&lines, as_of, &policy);
        let table = snapshot.clients();
        for row in 0..table.rows() {
            let Some(Value::Int(id)) = table.value(row, "client") else { continue };
            let explanation = snapshot.explain(&ClientId::Int(id)).unwrap();
            for verdict in &explanation.verdicts {
                let Some(value) = table.value(row, &verdict.axis) else { continue };
                let told = verdict.verdict.clone().map_or(Value::Missing, Value::Text);
                let shown = match value {
                    Value::Missing | Value::Text(_) => value,
                    Value::Flag(flag) => Value::Text(if flag { "yes" } else { "no" }.to_owned()),
                    other => Value::Text(
                        serde_json::to_value(&other).unwrap().to_string().trim_matches('"').to_owned(),
                    ),
                };
                prop_assert_eq!(told, shown, "{}", verdict.axis);
                prop_assert!(!verdict.reasons.is_empty(), "{} has no reason", verdict.axis);
                for reason in &verdict.reasons {
                    prop_assert!(holds(reason), "{:?}", reason);
                    if reason.rule == "tier.payer" {
                        prop_assert!(!paid(&snapshot, id), "{}", reason.sentence);
                    }
                }
            }
            prop_assert!(!explanation.sentences().is_empty());
        }
    }

    /// A comparison with itself finds nothing; with an earlier day, what the two tables say.
    #[test]
    fn diff_is_what_the_tables_say(
        lines in lines(), as_of in any_day(), before in 0_u32..200, policy in policies(),
    ) {
        let ledger = ledger(&lines);
        let earlier = Day::new(as_of.days() - before as i32).unwrap();
        let now = ledger.snapshot(as_of, &policy).unwrap();
        let then = ledger.snapshot(earlier, &policy).unwrap();
        let same = now.diff(&now).unwrap();
        prop_assert!(same.entered.is_empty() && same.left.is_empty() && same.moved.is_empty());

        let diff = now.diff(&then).unwrap();
        let (old, new) = (rows(&then.clients()), rows(&now.clients()));
        let ids = |table: &BTreeMap<String, _>| table.keys().cloned().collect::<BTreeSet<String>>();
        let name = |id: &ClientId| format!("{:?}", Value::from(id.clone()));
        let entered: BTreeSet<String> = diff.entered.iter().map(name).collect();
        prop_assert_eq!(entered, &ids(&new) - &ids(&old));
        prop_assert!(diff.left.is_empty(), "sales do not go away");
        for axis in ["stage", "tier", "activity", "abc_class"] {
            let told: BTreeSet<String> =
                diff.moved.iter().filter(|step| step.axis == axis).map(|s| name(&s.client)).collect();
            let changed: BTreeSet<String> = old
                .iter()
                .filter(|(client, row)| new[*client][axis] != row[axis])
                .map(|(client, _)| client.clone())
                .collect();
            prop_assert_eq!(told, changed, "{}", axis);
        }
    }

    /// Scores by sorting and counting, the plain way.
    #[test]
    fn scores_by_brute_force(lines in lines(), as_of in any_day(), groups in 2_u8..=10) {
        let mut policy = Policy::default();
        policy.rfm.groups = groups;
        let table = rows(&snapshot(&lines, as_of, &policy).clients());
        let axes = [("recency_days", "recency_score"), ("purchases", "frequency_score"),
                    ("amount", "monetary_score")];
        for (axis, score) in axes {
            // The larger the better.
            let value = |row: &BTreeMap<String, Value>| match axis {
                "amount" => minor(&row[axis]),
                "recency_days" => -int(&row[axis]).unwrap(),
                _ => int(&row[axis]).unwrap(),
            };
            let buyers: Vec<_> =
                table.values().filter(|row| int(&row["purchases"]) > Some(0)).collect();
            let mut values: Vec<i64> = buyers.iter().map(|row| value(row)).collect();
            values.sort_unstable();
            for row in buyers {
                let beaten = (1..usize::from(groups))
                    .map(|k| (k * values.len()).div_ceil(usize::from(groups)))
                    .filter(|rank| value(row) > values[rank - 1])
                    .count();
                prop_assert_eq!(int(&row[score]), Some(beaten as i64 + 1), "{}", axis);
            }
        }
    }

    /// Classes by adding up everything above, the plain way.
    #[test]
    fn classes_by_brute_force(lines in lines(), as_of in any_day()) {
        let table = rows(&snapshot(&lines, as_of, &Policy::default()).clients());
        let positive: Vec<i64> =
            table.values().map(|row| minor(&row["amount"])).filter(|&v| v > 0).collect();
        let total: i64 = positive.iter().sum();
        for row in table.values() {
            let own = minor(&row["amount"]);
            let above: i64 = positive.iter().filter(|&&v| v > own).sum();
            let class = match above * 100 {
                _ if total == 0 => Value::Missing,
                _ if own <= 0 => Value::Text("C".to_owned()),
                share if share < 80 * total => Value::Text("A".to_owned()),
                share if share < 95 * total => Value::Text("B".to_owned()),
                _ => Value::Text("C".to_owned()),
            };
            prop_assert_eq!(&row["abc_class"], &class);
        }
    }

    /// Monthly tops by sorting each month, the plain way (R14).
    #[test]
    fn vip_months_by_brute_force(lines in plain_lines(), as_of in any_day()) {
        let table = rows(&snapshot(&lines, as_of, &Policy::default()).clients());
        let last = Step::Month.last_complete(as_of);
        let mut tops: BTreeMap<i64, i64> = BTreeMap::new();
        for month in last - 5..=last {
            let mut paid: BTreeMap<i64, i64> = BTreeMap::new();
            for line in &lines {
                let day = Day::new(line.day).unwrap();
                if day <= as_of && day.period(Step::Month) == month {
                    *paid.entry(line.client).or_default() += line.amount;
                }
            }
            paid.retain(|_, total| *total > 0);
            let mut totals: Vec<i64> = paid.values().copied().collect();
            totals.sort_unstable_by(|a, b| b.cmp(a));
            let places = totals.len().div_ceil(5);
            for (client, total) in paid {
                if total >= totals[places - 1] {
                    *tops.entry(client).or_default() += 1;
                }
            }
        }
        for line in &lines {
            if let Some(row) = table.get(&format!("{:?}", Value::Int(line.client))) {
                let months = tops.get(&line.client).copied().unwrap_or(0);
                prop_assert_eq!(int(&row["vip_months"]), Some(months));
            }
        }
    }
}
