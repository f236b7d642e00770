//! From the ledger to fits, tables, choice and the columns of a snapshot.

#![allow(clippy::float_cmp, reason = "equal is equal")]
#![allow(clippy::doc_markdown, reason = "names of models are no code")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clientela::lifetime::{
    AnyFit, AnyModel, CalibrationHoldout, Discount, FitOptions, Parametric, Prediction, Row, Span,
    Summary, SummaryOptions, TimeUnit, active_clients, alive_calibration, choose,
    conditional_expectations, frequencies, tracking,
};
use clientela::{
    Base, ClientColumn, ClientId, Day, Ledger, LedgerBuilder, LedgerOptions, OrderColumn, Policy,
    Returns, SaleKind, Sales, Table, Value, ZeroAmount, with_threads,
};
use common::assert_close;
use proptest::prelude::*;

const CALIBRATION: (i32, u32, u32) = (1997, 9, 30);
const END: (i32, u32, u32) = (1998, 6, 30);

fn day((year, month, day): (i32, u32, u32)) -> Day {
    Day::of(year, month, day).unwrap()
}

/// Client, day and cents of every purchase of the sample.
fn sample() -> Vec<(i64, i32, i64)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/cdnow_sample.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let mut fields = line.split(',');
        let client = fields.next().unwrap().parse().unwrap();
        let day: Day = fields.next().unwrap().parse().unwrap();
        let amount: f64 = fields.nth(1).unwrap().parse().unwrap();
        (client, day.days(), (amount * 100.0).round() as i64)
    };
    text.lines().skip(1).map(line).collect()
}

fn ledger_of(rows: &[(i64, i32, i64)]) -> Ledger {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let client = ClientColumn::Int(rows.iter().map(|row| row.0).collect::<Vec<_>>().into());
    let days: Vec<i32> = rows.iter().map(|row| row.1).collect();
    let amounts: Vec<i64> = rows.iter().map(|row| row.2).collect();
    builder.push(Sales::new(client, days, amounts)).unwrap();
    builder.finish().unwrap()
}

fn cdnow() -> Ledger {
    ledger_of(&sample())
}

fn split(ledger: &Ledger) -> CalibrationHoldout {
    ledger.calibration_holdout(day(CALIBRATION), day(END), TimeUnit::Week).unwrap()
}

fn fit(name: &str, summary: &Summary) -> AnyFit {
    AnyModel::fit(name, summary, &FitOptions::default()).unwrap()
}

fn float(table: &Table, row: usize, column: &str) -> f64 {
    match table.value(row, column) {
        Some(Value::Float(value)) => value,
        Some(Value::Int(value)) => value as f64,
        other => panic!("{column} of row {row}: {other:?}"),
    }
}

fn column(table: &Table, name: &str) -> Vec<f64> {
    (0..table.rows()).map(|row| float(table, row, name)).collect()
}

#[test]
fn the_fits_of_the_sample_are_those_of_the_papers() {
    let summary = cdnow().lifetime_summary(day(CALIBRATION), TimeUnit::Week).unwrap();
    assert_eq!(summary.report.clients, 2_357);
    assert_eq!(summary.report.repeaters, 946);
    assert_eq!(summary.report.without_purchase, 0);
    // An independent maximum with a gradient below 1e-5; its log-likelihoods are the published.
    let golden: [(&str, &[f64], &[f64], f64); 5] = [
        (
            "bg_nbd",
            &[0.242_594_5, 4.413_602_0, 0.792_922_0, 2.425_906_8],
            &[0.012_56, 0.378_22, 0.185_73, 0.705_42],
            -9_582.429_21,
        ),
        (
            "pareto_nbd",
            &[0.553_277_0, 10.577_683_4, 0.606_239_9, 11.668_734_1],
            &[0.047_63, 0.842_72, 0.187_28, 6.211_00],
            -9_594.976_18,
        ),
        (
            "mbg_nbd",
            &[0.524_843_2, 6.183_085_2, 0.891_359_4, 1.614_002_3],
            &[0.083_27, 0.695_62, 0.154_79, 0.537_49],
            -9_582.135_72,
        ),
        ("nbd", &[0.384_766_1, 12.072_022_8], &[], -9_763.657_61),
        (
            "gamma_gamma",
            &[6.249_572_1, 3.744_224_6, 15.443_521_0],
            &[1.190_06, 0.290_13, 4.159_43],
            -4_055.917_69,
        ),
    ];
    for (name, parameters, errors, log_likelihood) in golden {
        let fit = fit(name, &summary.summary);
        assert!((fit.log_likelihood - log_likelihood).abs() < 1e-4, "{name}");
        for (ours, &exact) in fit.model.parameters().into_iter().zip(parameters) {
            assert_close(ours, exact, 1e-6);
        }
        for (estimate, &exact) in fit.estimates(0.95).unwrap().iter().zip(errors) {
            assert_close(estimate.standard_error.unwrap(), exact, 1e-3);
        }
        assert!(fit.optimality.is_clean(), "{name}: {:?}", fit.optimality);
        assert_eq!(AnyFit::from_json(&fit.to_json()).unwrap(), fit);
        let report = serde_json::to_value(fit.report(0.95).unwrap()).unwrap();
        assert_eq!(report["aic"].as_f64(), Some(fit.aic()));
        assert_eq!(report["model"]["model"], name);
        assert_eq!(report["estimates"].as_array().unwrap().len(), parameters.len());
    }
}

#[test]
fn clients_of_the_sample_have_the_expectations_of_the_papers() {
    let ledger = cdnow();
    let data = split(&ledger);
    assert_eq!((data.duration.length(), data.duration.unit()), (39.0, TimeUnit::Week));
    // The walkthrough of BTYD: clients by x, 7 and more in one.
    let pareto = [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403];
    let bg = [
        0.225_089_3,
        0.523_136_4,
        1.044_126,
        1.520_256,
        2.163_824,
        2.653_789,
        3.503_957,
        6.157_036,
    ];
    let actual =
        [0.236_711_6, 0.697_038_7, 1.392_523, 1.56, 2.532_258, 2.947_368, 3.862_069, 6.359_375];
    let clients = [1411.0, 439.0, 214.0, 100.0, 62.0, 38.0, 29.0, 64.0];
    // Its parameters and how many of their digits are given.
    let bins = [
        (
            "pareto_nbd",
            [("r", 0.553), ("alpha", 10.580), ("s", 0.606), ("beta", 11.656)],
            pareto,
            1e-3,
        ),
        (
            "bg_nbd",
            [("r", 0.242_596_7), ("alpha", 4.413_659), ("a", 0.792_986_9), ("b", 2.426_164)],
            bg,
            2e-6,
        ),
    ];
    for (name, parameters, expected, tolerance) in bins {
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value)).into();
        let model = AnyModel::with_params(name, Some(TimeUnit::Week), &parameters).unwrap();
        let table = conditional_expectations(&model, &data, 7).unwrap();
        assert_eq!(column(&table, "frequency"), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(table.value(6, "or_more"), Some(Value::Flag(false)));
        assert_eq!(table.value(7, "or_more"), Some(Value::Flag(true)));
        assert_eq!(column(&table, "clients"), clients);
        for row in 0..8 {
            assert_close(float(&table, row, "actual"), actual[row], 5e-7);
            let off = (float(&table, row, "expected") - expected[row]).abs();
            assert!(off < tolerance, "{name}, x = {row}: {off}");
        }
        let own = fit(name, &data.calibration.summary).model;
        let table = conditional_expectations(&own, &data, 7).unwrap();
        for (ours, theirs) in column(&table, "expected").into_iter().zip(expected) {
            assert!((ours - theirs).abs() < 1e-3, "{name}: {ours}, not {theirs}");
        }
    }
}

#[test]
fn the_sample_is_tracked_as_in_the_papers() {
    let rows = sample();
    let ledger = ledger_of(&rows);
    let data = split(&ledger);
    let (until, end) = (day(CALIBRATION), day(END));
    // The walkthrough of BTYD, weeks 20 to 25 of 78; first and last are given.
    for (name, first, last) in
        [("pareto_nbd", 1_308.856, 1_674.253), ("bg_nbd", 1_312.458, 1_669.6)]
    {
        let model = fit(name, &data.calibration.summary).model;
        let table = tracking(&model, &ledger, until, end, TimeUnit::Week).unwrap();
        assert_eq!(table.rows(), 77);
        assert_close(float(&table, 19, "cumulative_expected"), first, 1e-4);
        assert_close(float(&table, 24, "cumulative_expected"), last, 1e-4);
        let sum: f64 = column(&table, "expected").iter().sum();
        assert_close(sum, float(&table, 76, "cumulative_expected"), 1e-12);
        // Counted again: days with a purchase but the first, up to the last day of each week.
        let mut by_client: BTreeMap<i64, BTreeSet<i32>> = BTreeMap::new();
        for &(client, day, _) in &rows {
            by_client.entry(client).or_default().insert(day);
        }
        let origin = day((1997, 1, 1)).days();
        let repeats = |last: i32| {
            let later = |days: &BTreeSet<i32>| days.iter().skip(1).filter(|&&d| d <= last).count();
            by_client.values().map(later).sum::<usize>() as f64
        };
        for row in 0..77 {
            let last = origin + 7 * (row + 1);
            let at = row as usize;
            assert_eq!(
                table.value(at, "ends_on").unwrap().to_string(),
                Day::new(last).unwrap().to_string()
            );
            assert_eq!(float(&table, at, "cumulative_actual"), repeats(last));
        }
        // BTYD's weeks of actual purchases end a day before those of the expected ones.
        let theirs: Vec<f64> = (20..=25).map(|week| repeats(origin + 7 * week - 1)).collect();
        assert_eq!(theirs, [1359.0, 1414.0, 1484.0, 1517.0, 1573.0, 1672.0]);
    }
}

#[test]
fn tables_add_up() {
    let ledger = cdnow();
    let data = split(&ledger);
    let summary = &data.calibration.summary;
    for name in ["nbd", "bg_nbd", "mbg_nbd", "pareto_nbd"] {
        let model = fit(name, summary).model;
        let table = frequencies(&model, summary, 7).unwrap();
        assert_eq!(column(&table, "actual"), [1411.0, 439.0, 214.0, 100.0, 62.0, 38.0, 29.0, 64.0]);
        let expected = column(&table, "expected");
        assert_close(expected.iter().sum(), 2357.0, 1e-12);
        assert!((expected[0] - 1411.0).abs() < 60.0, "{name}: {}", expected[0]);

        let table = alive_calibration(&model, &data, 10).unwrap();
        assert_eq!(column(&table, "clients").iter().sum::<f64>(), 2357.0);
        let bought: f64 = (0..10)
            .filter(|&row| float(&table, row, "clients") > 0.0)
            .map(|row| float(&table, row, "clients") * float(&table, row, "bought"))
            .sum();
        let buyers = data.purchases.iter().filter(|&&n| n > 0).count();
        assert!((bought - buyers as f64).abs() < 1e-6);

        let year = Span::new(52.0, TimeUnit::Week).unwrap();
        let table = active_clients(&model, summary, year, 4).unwrap();
        assert_eq!(column(&table, "time"), [0.0, 13.0, 26.0, 39.0, 52.0]);
        let active = column(&table, "expected_active");
        let now: f64 =
            model.predict(&Prediction::PAlive, summary).unwrap().into_iter().flatten().sum();
        assert_close(active[0], now, 1e-12);
        assert!(active.is_sorted_by(|a, b| a >= b));
    }
}

#[test]
fn the_model_is_chosen_by_the_holdout() {
    let data = split(&cdnow());
    let choice = choose(&data, &[]).unwrap();
    assert_eq!(choice.scores.len(), 4);
    let best =
        choice.scores.iter().max_by(|a, b| a.log_score.unwrap().total_cmp(&b.log_score.unwrap()));
    assert_eq!(best.unwrap().model, choice.model.kind());
    assert_ne!(choice.model.kind(), "nbd", "clients of CDNOW drop out");
    for score in &choice.scores {
        assert!(score.converged && score.problem.is_none(), "{score:?}");
        assert!(score.holdout_mae.unwrap() < score.holdout_rmse.unwrap());
        assert!(score.holdout_bias.unwrap().abs() < 0.5 && score.log_score.unwrap() < 0.0);
    }
    // By hand, for one of them.
    let score = &choice.scores[1];
    let model = &score.fit.as_ref().unwrap().model;
    let log: f64 = data
        .calibration
        .summary
        .rows()
        .iter()
        .zip(&data.purchases)
        .map(|(row, &n)| {
            let what = Prediction::PPurchases { n, horizon: 39.0, unit: TimeUnit::Week };
            let one = Summary::new(TimeUnit::Week, vec![*row]);
            model.predict(&what, &one).unwrap()[0].unwrap().ln()
        })
        .sum();
    assert_close(score.log_score.unwrap(), log / 2357.0, 1e-9);
    // BG/BB does not take weeks with parts: the others are judged all the same.
    let choice = choose(&data, &["bg_bb", "bg_nbd"]).unwrap();
    assert_eq!(choice.model.kind(), "bg_nbd");
    assert!(choice.scores[0].problem.as_ref().unwrap().contains("opportunities"));
    assert!(choose(&data, &["bg_bb"]).is_err());
    assert!(choose(&data, &["gamma_gamma"]).is_err());
    assert!(choice.to_json().contains("log_score"));
}

#[test]
fn opportunities_are_whole_weeks() {
    let ledger = cdnow();
    let options = SummaryOptions { opportunities: true, ..TimeUnit::Week.into() };
    let data = ledger.calibration_holdout(day(CALIBRATION), day(END), options).unwrap();
    for row in data.calibration.summary.rows() {
        assert_eq!(row.age().fract() + row.t_x().fract(), 0.0);
        assert!(f64::from(row.x()) <= row.t_x());
    }
    let choice = choose(&data, &[]).unwrap();
    assert_eq!(choice.model.kind(), "bg_bb");
    // Tracked by the ends of opportunities, actual and expected go together.
    let table = tracking(&choice.model, &ledger, day(CALIBRATION), day(END), options).unwrap();
    let taken: u32 = data.calibration.summary.rows().iter().map(Row::x).sum();
    let at = 37;
    assert!(float(&table, at, "cumulative_actual") <= f64::from(taken));
    let ratio = float(&table, at, "cumulative_expected") / float(&table, at, "cumulative_actual");
    assert!((0.9..1.1).contains(&ratio), "{ratio}");
    // Whole weeks and exact times tell of the same clients.
    let sum = |model: &AnyModel, data: &CalibrationHoldout| -> f64 {
        let what = Prediction::ExpectedPurchases { horizon: 39.0, unit: TimeUnit::Week };
        model.predict(&what, &data.calibration.summary).unwrap().into_iter().flatten().sum()
    };
    let plain = split(&ledger);
    let ratio = sum(&choice.model, &data)
        / sum(&fit("pareto_nbd", &plain.calibration.summary).model, &plain);
    assert!((0.8..1.2).contains(&ratio), "{ratio}");
}

/// A ledger of lines with kinds and orders: client, day, cents, kind, order (0 is none).
fn lines(lines: &[(i64, i32, i64, SaleKind, i64)]) -> Ledger {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let client = ClientColumn::Int(lines.iter().map(|line| line.0).collect::<Vec<_>>().into());
    let days: Vec<i32> = lines.iter().map(|line| line.1).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.2).collect();
    let mut sales = Sales::new(client, days, amounts);
    sales.kind = Some(lines.iter().map(|line| line.3 as u8).collect::<Vec<_>>().into());
    let order = |order: i64| if order == 0 { i64::MIN } else { order };
    sales.order =
        Some(OrderColumn::Int(lines.iter().map(|line| order(line.4)).collect::<Vec<_>>().into()));
    builder.push(sales).unwrap();
    builder.finish().unwrap()
}

fn only_row(ledger: &Ledger, as_of: i32, options: impl Into<SummaryOptions>) -> Row {
    let summary = ledger.lifetime_summary(Day::new(as_of).unwrap(), options).unwrap();
    assert_eq!(summary.summary.rows().len(), 1);
    summary.summary.rows()[0]
}

#[test]
fn conventions_of_the_summary() {
    use SaleKind::{Cancellation, Return, Sale};
    // Two orders of one day are one purchase; an order of two days is one of its first day.
    let ledger = lines(&[
        (1, 0, 10_00, Sale, 1),
        (1, 7, 20_00, Sale, 2),
        (1, 7, 5_00, Sale, 3),
        (1, 9, 1_00, Sale, 3),
        (1, 21, 8_00, Sale, 0),
    ]);
    let row = only_row(&ledger, 28, TimeUnit::Week);
    assert_eq!((row.x(), row.t_x(), row.age(), row.spend()), (2, 3.0, 4.0, Some(17.0)));
    // Between: the day after the order began nothing more is known of the purchase.
    let row = only_row(&ledger, 8, TimeUnit::Day);
    assert_eq!((row.x(), row.t_x(), row.age(), row.spend()), (1, 7.0, 8.0, Some(25.0)));

    // A return of the first order, one of the second, and one that names none.
    let returned = [
        (1, 0, 10_00, Sale, 1),
        (1, 10, 20_00, Sale, 2),
        (1, 20, 30_00, Sale, 3),
        (1, 22, -3_00, Return, 1),
        (1, 23, -4_00, Return, 2),
        (1, 24, -6_00, Return, 0),
    ];
    let row = only_row(&lines(&returned), 30, TimeUnit::Day);
    assert_eq!((row.x(), row.t_x(), row.spend()), (2, 20.0, Some(20.0)));
    let ignore = SummaryOptions { returns: Returns::Ignore, ..TimeUnit::Day.into() };
    let row = only_row(&lines(&returned), 30, ignore);
    assert_eq!((row.x(), row.t_x(), row.spend()), (2, 20.0, Some(25.0)));

    // A cancelled order is out wholly, even as the first purchase.
    let cancelled = [
        (1, 0, 10_00, Sale, 1),
        (1, 3, -10_00, Cancellation, 1),
        (1, 10, 20_00, Sale, 2),
        (1, 20, 30_00, Sale, 3),
    ];
    let row = only_row(&lines(&cancelled), 30, TimeUnit::Day);
    assert_eq!((row.x(), row.t_x(), row.age(), row.spend()), (1, 10.0, 20.0, Some(30.0)));
    // Before it was called off it counted.
    let row = only_row(&lines(&cancelled), 2, TimeUnit::Day);
    assert_eq!((row.x(), row.age()), (0, 2.0));

    // Zero amounts count unless told otherwise; a mean of zero is set aside and counted.
    let zero = lines(&[(1, 0, 10_00, Sale, 0), (1, 10, 0, Sale, 0), (2, 0, -1_00, Return, 0)]);
    let day = |days| Day::new(days).unwrap();
    let summary = zero.lifetime_summary(day(30), TimeUnit::Day).unwrap();
    assert_eq!((summary.report.clients, summary.report.without_purchase), (1, 1));
    assert_eq!((summary.report.repeaters, summary.report.zero_or_negative_spend), (1, 1));
    assert_eq!(summary.summary.rows()[0].spend(), None);
    assert_eq!((summary.clients.len(), summary.clients.get(0)), (1, ClientId::Int(1)));
    let ignore = SummaryOptions { zero_amount: ZeroAmount::Ignore, ..TimeUnit::Day.into() };
    assert_eq!(only_row(&zero, 30, ignore).x(), 0);
    let table = summary.table();
    assert_eq!(table.value(0, "monetary_value"), Some(Value::Missing));
    assert_eq!(table.value(0, "frequency"), Some(Value::Int(1)));
    assert_eq!(table.value(0, "T"), Some(Value::Float(30.0)));

    // Returns that outweigh the purchases.
    let negative =
        lines(&[(1, 0, 10_00, Sale, 0), (1, 9, 1_00, Sale, 0), (1, 9, -5_00, Return, 0)]);
    let summary = negative.lifetime_summary(day(30), TimeUnit::Day).unwrap();
    assert_eq!(summary.report.zero_or_negative_spend, 1);

    // Later clients are not seen.
    let later = lines(&[(1, 0, 1_00, Sale, 0), (2, 50, 1_00, Sale, 0)]);
    let summary = later.lifetime_summary(day(30), TimeUnit::Day).unwrap();
    assert_eq!((summary.report.clients, summary.report.without_purchase), (1, 0));

    // Opportunities: the first week is days 1 to 7 after the first purchase.
    let weeks = lines(&[
        (1, 100, 1_00, Sale, 0),
        (1, 107, 4_00, Sale, 0),
        (1, 108, 6_00, Sale, 0),
        (1, 110, 2_00, Sale, 0),
        (1, 123, 9_00, Sale, 0),
    ]);
    let options = SummaryOptions { opportunities: true, ..TimeUnit::Week.into() };
    let row = only_row(&weeks, 124, options);
    assert_eq!((row.x(), row.t_x(), row.age(), row.spend()), (2, 2.0, 3.0, Some(6.0)));
    let data = weeks.calibration_holdout(day(124), day(131), options).unwrap();
    assert_eq!((data.purchases[0], data.spend[0], data.duration.length()), (1, Some(9.0), 1.0));
}

#[test]
fn the_holdout_is_what_came_after() {
    use SaleKind::{Cancellation, Return, Sale};
    let ledger = lines(&[
        (1, 0, 10_00, Sale, 1),
        (1, 10, 20_00, Sale, 2),
        (1, 12, 7_00, Sale, 2),
        (1, 15, 30_00, Sale, 3),
        (1, 18, 12_00, Sale, 4),
        (1, 19, -2_00, Return, 4),
        (1, 20, 50_00, Sale, 5),
        (1, 21, -50_00, Cancellation, 5),
        (1, 40, 9_00, Sale, 6),
        (2, 3, 5_00, Sale, 7),
        (3, 12, 5_00, Sale, 8),
    ]);
    let day = |days| Day::new(days).unwrap();
    let data = ledger.calibration_holdout(day(11), day(32), TimeUnit::Week).unwrap();
    assert_eq!(data.calibration.clients.len(), 2);
    assert_eq!(data.duration.length(), 3.0);
    assert_eq!(data.purchases, [2, 0]);
    assert_eq!(data.spend, [Some(20.0), None]);
    let table = data.table();
    assert_eq!(table.rows(), 2);
    let names: Vec<&str> = table.columns().iter().map(|column| &*column.name).collect();
    assert_eq!(
        names,
        [
            "client",
            "frequency_cal",
            "recency_cal",
            "T_cal",
            "monetary_value_cal",
            "frequency_holdout",
            "monetary_value_holdout",
            "duration_holdout"
        ]
    );
    assert_eq!(table.value(0, "monetary_value_cal"), Some(Value::Float(20.0)));
    assert_eq!(table.value(1, "monetary_value_holdout"), Some(Value::Missing));
    let error = ledger.calibration_holdout(day(11), day(11), TimeUnit::Week).unwrap_err();
    assert!(error.to_string().contains("holdout_end"), "{error}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let data = split(&cdnow());
    let summary = &data.calibration.summary;
    let model = fit("bg_nbd", summary).model;
    let spend = fit("gamma_gamma", summary).model;
    let other = fit("bg_nbd", &common::cdnow_in("cdnow_sample.csv", TimeUnit::Day)).model;
    assert!(conditional_expectations(&other, &data, 7).is_err());
    assert!(conditional_expectations(&spend, &data, 7).is_err());
    assert!(conditional_expectations(&model, &data, 0).is_err());
    assert!(frequencies(&other, summary, 7).is_err());
    assert!(frequencies(&spend, summary, 7).is_err());
    assert!(alive_calibration(&model, &data, 0).is_err());
    assert!(active_clients(&model, summary, Span::new(1.0, TimeUnit::Week).unwrap(), 0).is_err());
    let (until, end) = (day(CALIBRATION), day(END));
    let ledger = cdnow();
    assert!(tracking(&other, &ledger, until, end, TimeUnit::Week).is_err());
    assert!(tracking(&spend, &ledger, until, end, TimeUnit::Week).is_err());
    assert!(tracking(&model, &ledger, end, until, TimeUnit::Week).is_err());

    for (name, k) in [("pareto_nbd", 2), ("bg_nbd", 0), ("bg_nbd", 101), ("no_model", 1)] {
        let options = FitOptions { k, largest_k: None };
        assert!(AnyModel::fit(name, summary, &options).is_err(), "{name}, {k}");
    }
    assert!(AnyModel::fit("shifted_beta_geometric", summary, &FitOptions::default()).is_err());
    let bad = Prediction::ExpectedPurchases { horizon: -1.0, unit: TimeUnit::Week };
    assert!(model.predict(&bad, summary).is_err());
    assert!(model.predict(&Prediction::ExpectedSpend, summary).is_err());
    assert!(spend.predict(&Prediction::PAlive, summary).is_err());
    assert!(model.predict_new(&Prediction::PosteriorDropout).is_err());
    for json in [
        r#"{"predict": "expected_purchases", "horizon": 39}"#,
        r#"{"predict": "expected_purchases", "horizon": 39, "unit": "fortnight"}"#,
        r#"{"predict": "luck"}"#,
        r#"{"predict": "p_alive_after", "horizon": 39, "unit": "week", "more": 1}"#,
    ] {
        assert!(Prediction::from_json(json).is_err(), "{json}");
    }
    let params = |list: &[(&str, f64)]| {
        list.iter().map(|&(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>()
    };
    let week = Some(TimeUnit::Week);
    assert!(AnyModel::with_params("nbd", week, &params(&[("r", 1.0)])).is_err());
    assert!(AnyModel::with_params("nbd", None, &params(&[("r", 1.0), ("alpha", 1.0)])).is_err());
    assert!(AnyModel::with_params("nbd", week, &params(&[("r", 1.0), ("alpha", -1.0)])).is_err());
    let more = params(&[("r", 1.0), ("alpha", 1.0), ("k", 2.0)]);
    assert!(AnyModel::with_params("nbd", week, &more).is_err());
    let half = params(&[("r", 1.0), ("alpha", 1.0), ("a", 1.0), ("b", 1.0), ("k", 1.5)]);
    assert!(AnyModel::with_params("bg_nbd", week, &half).is_err());
    let two = params(&[("r", 1.0), ("alpha", 1.0), ("a", 1.0), ("b", 1.0), ("k", 2.0)]);
    let regular = AnyModel::with_params("mbg_nbd", week, &two).unwrap();
    assert_eq!(regular.name(), "MBG/CNBD-2");
}

/// Every question that has no level or count of its own.
fn questions() -> Vec<Prediction> {
    let (horizon, unit) = (39.0, TimeUnit::Week);
    let (discount, discount_unit, level) = (0.15, TimeUnit::Year, 0.8);
    vec![
        Prediction::PAlive,
        Prediction::PAliveAfter { horizon, unit },
        Prediction::ExpectedPurchases { horizon, unit },
        Prediction::PPurchases { n: 0, horizon, unit },
        Prediction::PPurchases { n: 3, horizon, unit },
        Prediction::PNoPurchase { horizon, unit },
        Prediction::DiscountedPurchases { horizon, unit, discount, discount_unit },
        Prediction::DiscountedForever { discount, discount_unit },
        Prediction::PosteriorPurchaseRate,
        Prediction::PosteriorDropout,
        Prediction::NextPurchaseProbability,
        Prediction::NextPurchaseMedian,
        Prediction::NextPurchaseMean,
        Prediction::NextPurchaseLow { level },
        Prediction::NextPurchaseHigh { level },
        Prediction::PurchasesLow { horizon, unit, level },
        Prediction::PurchasesMedian { horizon, unit },
        Prediction::PurchasesHigh { horizon, unit, level },
        Prediction::LogLikelihood,
    ]
}

#[test]
fn a_model_by_name_answers_as_the_model_itself() {
    use clientela::lifetime::PurchaseModel;
    let rows = vec![
        Row::new(2, 30.43, 38.86).unwrap().with_spend(20.0).unwrap(),
        Row::new(0, 0.0, 38.86).unwrap(),
        Row::new(26, 30.857_14, 31.0).unwrap().with_spend(50.0).unwrap(),
    ];
    let clients = Summary::new(TimeUnit::Week, rows);
    let fitted = fit("pareto_nbd", &common::cdnow("cdnow_sample.csv"));
    let AnyModel::ParetoNbd(own) = &fitted.model else { panic!("{:?}", fitted.model) };
    let week = |length| Span::new(length, TimeUnit::Week).unwrap();
    let yearly = Discount::effective(0.15, TimeUnit::Year).unwrap();
    for what in questions() {
        assert_eq!(Prediction::from_json(&what.to_json()).unwrap(), what);
        let answers = fitted.model.predict(&what, &clients).unwrap();
        for (row, answer) in clients.rows().iter().zip(answers) {
            let next = own.next_purchase(row, 0.8).unwrap();
            let interval = own.outlook(row).purchases_interval(week(39.0), 0.8).unwrap();
            let exact = match what {
                Prediction::PAlive => own.p_alive(row),
                Prediction::PAliveAfter { .. } => own.p_alive_after(row, week(39.0)),
                Prediction::ExpectedPurchases { .. } => own.expected_purchases(row, week(39.0)),
                Prediction::PPurchases { n, .. } => own.p_purchases(row, n, week(39.0)),
                Prediction::PNoPurchase { .. } => own.p_no_purchase(row, week(39.0)),
                Prediction::DiscountedPurchases { .. } => {
                    own.discounted_purchases(row, week(39.0), yearly)
                }
                Prediction::DiscountedForever { .. } => {
                    own.discounted_forever(row, yearly).unwrap()
                }
                Prediction::PosteriorPurchaseRate => own.posterior(row).purchase_rate,
                Prediction::PosteriorDropout => own.posterior(row).dropout,
                Prediction::NextPurchaseProbability => next.probability,
                Prediction::NextPurchaseMedian => next.wait.value,
                Prediction::NextPurchaseLow { .. } => next.wait.low,
                Prediction::NextPurchaseHigh { .. } => next.wait.high,
                Prediction::PurchasesLow { .. } => interval[0].into(),
                Prediction::PurchasesMedian { .. } => interval[1].into(),
                Prediction::PurchasesHigh { .. } => interval[2].into(),
                Prediction::LogLikelihood => PurchaseModel::log_likelihood(own, row),
                _ => {
                    let Ok(mean) = next.mean else {
                        assert_eq!(answer, None);
                        continue;
                    };
                    mean
                }
            };
            assert_close(answer.unwrap(), exact, 1e-12);
        }
    }
    // What belongs together, at once.
    let next = fitted.model.next_purchases(&clients, 0.8).unwrap();
    let ends = fitted.model.purchases_intervals(&clients, week(39.0), 0.8).unwrap();
    for (i, row) in clients.rows().iter().enumerate() {
        assert_eq!(next[i], own.next_purchase(row, 0.8).unwrap());
        assert_eq!(ends[i], own.outlook(row).purchases_interval(week(39.0), 0.8).unwrap());
    }
    assert!(fitted.model.next_purchases(&clients, 1.0).is_err());
    // The same for a new client, where the question makes sense.
    let what = Prediction::ExpectedPurchases { horizon: 52.0, unit: TimeUnit::Week };
    let answer = fitted.model.predict_new(&what).unwrap().unwrap();
    assert_close(answer, own.expected_purchases_new(week(52.0)), 1e-15);
    assert_close(answer, 1.473_434, 1e-4);

    // Worth, for a time and for ever.
    let spend = fit("gamma_gamma", &common::cdnow("cdnow_sample.csv")).model;
    let AnyModel::GammaGamma(money) = &spend else { panic!("{spend:?}") };
    let worth = fitted.model.clv(money, &clients, Some(week(39.0)), yearly).unwrap();
    let forever = fitted.model.clv(money, &clients, None, yearly).unwrap();
    let each = spend.predict(&Prediction::ExpectedSpend, &clients).unwrap();
    for (i, row) in clients.rows().iter().enumerate() {
        let purchases = own.discounted_purchases(row, week(39.0), yearly);
        assert_close(worth[i].unwrap(), each[i].unwrap() * purchases, 1e-12);
        let purchases = own.discounted_forever(row, yearly).unwrap();
        assert_close(forever[i].unwrap(), each[i].unwrap() * purchases, 1e-12);
        assert!(forever[i] > worth[i]);
    }
    assert!(spend.clv(money, &clients, None, yearly).is_err());

    // Intervals of many clients are those of one.
    let what = Prediction::ExpectedPurchases { horizon: 39.0, unit: TimeUnit::Week };
    let intervals = fitted.predict_intervals(&what, &clients, 0.95).unwrap();
    for (row, interval) in clients.rows().iter().zip(intervals) {
        let figure = |model: &AnyModel| {
            model.predict(&what, &Summary::new(TimeUnit::Week, vec![*row])).unwrap()[0]
        };
        let one = fitted.interval(figure, clientela::lifetime::Scale::Log, 0.95).unwrap();
        assert_eq!(interval, one);
    }
}

#[test]
fn contracts_answer_too() {
    let params = [("a", 0.668), ("b", 3.806)].map(|(name, value)| (name.to_owned(), value)).into();
    let model =
        AnyModel::with_params("shifted_beta_geometric", Some(TimeUnit::Year), &params).unwrap();
    let AnyModel::ShiftedBetaGeometric(own) = model else { panic!("{model:?}") };
    let rows = vec![Row::new(0, 0.0, 0.0).unwrap(), Row::new(3, 3.0, 3.0).unwrap()];
    let clients = Summary::new(TimeUnit::Year, rows);
    let (unit, horizon) = (TimeUnit::Year, 5.0);
    let ask = |what: &Prediction| model.predict(what, &clients).unwrap();
    for (place, n) in [(0, 0), (1, 3)] {
        let alive = ask(&Prediction::PAliveAfter { horizon, unit })[place].unwrap();
        assert_close(alive, own.survival(n + 5) / own.survival(n), 1e-13);
        let expected = ask(&Prediction::ExpectedPurchases { horizon, unit })[place].unwrap();
        assert_close(expected, own.expected_renewals(n, 5), 1e-15);
        let all: f64 = (0..=5)
            .map(|n| ask(&Prediction::PPurchases { n, horizon, unit })[place].unwrap())
            .sum();
        assert_close(all, 1.0, 1e-14);
        let long = Prediction::DiscountedPurchases {
            horizon: 2_000.0,
            unit,
            discount: 0.1,
            discount_unit: unit,
        };
        let forever = Prediction::DiscountedForever { discount: 0.1, discount_unit: unit };
        assert_close(ask(&long)[place].unwrap(), ask(&forever)[place].unwrap(), 1e-10);
    }
    assert!(model.predict(&Prediction::NextPurchaseMedian, &clients).is_err());
    let made_up = model.simulate_contracts(&[4; 2_000], 7).unwrap();
    let fit = AnyModel::fit_contracts(unit, &made_up).unwrap();
    assert_eq!(fit.model.kind(), "shifted_beta_geometric");
    assert!(model.simulate(&[1.0], 7).is_err());
}

#[test]
fn a_snapshot_tells_of_lifetime_with_its_model() {
    let ledger = cdnow();
    let as_of = day(CALIBRATION);
    let summary = ledger.lifetime_summary(as_of, TimeUnit::Week).unwrap();
    let model = fit("bg_nbd", &summary.summary).model;
    let AnyModel::GammaGamma(spend) = fit("gamma_gamma", &summary.summary).model else {
        panic!("not of spend")
    };
    let policy = Policy::from_json(
        r#"{"lifetime": {"horizon": {"days": 273}, "discount_percent_per_year": "15"}}"#,
    )
    .unwrap();
    let base = Base::new(&ledger).lifetime(&model, Some(&spend));
    let snapshot = base.snapshot(as_of, &policy).unwrap();
    let table = snapshot.clients();
    let week = Span::new(39.0, TimeUnit::Week).unwrap();
    let yearly = Discount::effective(0.15, TimeUnit::Year).unwrap();
    let alive = model.predict(&Prediction::PAlive, &summary.summary).unwrap();
    let what = Prediction::ExpectedPurchases { horizon: 39.0, unit: TimeUnit::Week };
    let purchases = model.predict(&what, &summary.summary).unwrap();
    let worth = model.clv(&spend, &summary.summary, Some(week), yearly).unwrap();
    for row in 0..table.rows() {
        assert_eq!(float(&table, row, "p_alive"), alive[row].unwrap());
        assert_eq!(float(&table, row, "expected_purchases"), purchases[row].unwrap());
        assert_close(float(&table, row, "clv"), worth[row].unwrap(), 1e-14);
    }
    let explanation = snapshot.explain(&1.into()).unwrap();
    let verdict = |axis: &str| explanation.verdicts.iter().find(|v| v.axis == axis).unwrap();
    let told = verdict("p_alive");
    assert_eq!(told.verdict, Some(format!("{:.4}", alive[0].unwrap())));
    assert_eq!(
        told.reasons[0].sentence,
        "By BG/NBD (r 0.24259, alpha 4.4136, a 0.79292, b 2.4259) after 2 repeat purchases, the \
         last 30.429 weeks after the first, in 38.857 weeks."
    );
    let told = verdict("clv");
    assert_eq!(told.verdict, Some(format!("{:.2}", worth[0].unwrap())));
    assert!(told.reasons[1].sentence.contains("by Gamma-Gamma (p 6.2496"), "{told:?}");
    assert!(told.reasons[2].sentence.contains("273 days from the day, at 15 % a year"), "{told:?}");

    // Without a model of spend, and without any.
    let snapshot = Base::new(&ledger).lifetime(&model, None).snapshot(as_of, &policy).unwrap();
    assert_eq!(snapshot.clients().value(0, "clv"), Some(Value::Missing));
    assert_eq!(snapshot.clients().value(0, "p_alive"), Some(Value::Float(alive[0].unwrap())));
    let plain = ledger.snapshot(as_of, &policy).unwrap();
    for axis in ["p_alive", "expected_purchases", "clv"] {
        assert_eq!(plain.clients().value(0, axis), Some(Value::Missing));
        let explanation = plain.explain(&1.into()).unwrap();
        let told = explanation.verdicts.iter().find(|verdict| verdict.axis == axis).unwrap();
        assert_eq!((told.verdict.as_ref(), told.reasons.len()), (None, 1));
    }
    // Figures are no verdicts that change.
    assert!(snapshot.diff(&plain).unwrap().moved.is_empty());
    // A model of spend foretells no purchases.
    let wrong = Base::new(&ledger).lifetime(&AnyModel::GammaGamma(spend), None);
    assert!(wrong.snapshot(as_of, &policy).is_err());
}

/// Sales of a few clients with kinds and orders.
fn some_lines() -> impl Strategy<Value = Vec<(i64, i32, i64, SaleKind, i64)>> {
    let line = (1_i64..6, 0_i32..40, -5_i64..50, 0_u8..8, 0_i64..9);
    prop::collection::vec(line, 1..40).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(client, day, amount, kind, order)| {
                let (kind, amount) = match kind {
                    0 => (SaleKind::Return, -amount.abs()),
                    1 => (SaleKind::Cancellation, -amount.abs()),
                    _ => (SaleKind::Sale, amount.abs()),
                };
                // One order is of one client.
                let order = if order == 0 { 0 } else { client * 10 + order };
                (client, day, amount * 100, kind, order)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn summaries_do_not_depend_on_the_order_of_lines(
        mut all in some_lines(),
        cut in 0_usize..40,
        end in 0_i32..50,
        opportunities in any::<bool>(),
    ) {
        let day = |days| Day::new(days).unwrap();
        let options = SummaryOptions { opportunities, ..TimeUnit::Week.into() };
        let whole = lines(&all);
        let summary = whole.lifetime_summary(day(end), options).unwrap();
        let holdout = whole.calibration_holdout(day(end), day(end + 9), options).unwrap();
        prop_assert_eq!(&holdout.calibration, &summary);
        // Turned around, and merged of two.
        let cut = cut.min(all.len() - 1).max(usize::from(all.len() > 1));
        if cut > 0 {
            let merged = lines(&all[..cut]).merge(&lines(&all[cut..])).unwrap();
            prop_assert_eq!(&merged.lifetime_summary(day(end), options).unwrap(), &summary);
        }
        all.reverse();
        let turned = lines(&all);
        let data = turned.calibration_holdout(day(end), day(end + 9), options).unwrap();
        prop_assert_eq!(&data, &holdout);
        let alone = with_threads(Some(1), || whole.lifetime_summary(day(end), options)).unwrap();
        prop_assert_eq!(&alone.unwrap(), &summary);
        let report = summary.report;
        prop_assert_eq!(report.clients as usize, summary.summary.rows().len());
        prop_assert!(report.zero_or_negative_spend <= report.repeaters);
    }

    #[test]
    fn calibration_and_holdout_are_the_whole(all in some_lines(), end in 0_i32..30) {
        // Without cancellations what was bought by the end of calibration stays bought.
        let all: Vec<_> = all.into_iter().filter(|l| l.3 != SaleKind::Cancellation).collect();
        prop_assume!(!all.is_empty());
        let day = |days| Day::new(days).unwrap();
        let ledger = lines(&all);
        let data = ledger.calibration_holdout(day(end), day(60), TimeUnit::Day).unwrap();
        let whole = ledger.lifetime_summary(day(60), TimeUnit::Day).unwrap();
        for (row, &later) in data.purchases.iter().enumerate() {
            let client = data.calibration.clients.get(row);
            let place = whole.clients.find(&client).unwrap();
            let before = data.calibration.summary.rows()[row].x();
            prop_assert_eq!(before + later, whole.summary.rows()[place].x());
        }
    }
}
