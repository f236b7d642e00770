//! Published predictions, identities between predictions, and what is refused.

#![allow(clippy::float_cmp, reason = "zeros and ones are exact")]

mod common;

use std::sync::Arc;

use clientela::lifetime::{
    AnyModel, BgBb, BgNbd, Contracts, Covariates, Discount, Fit, Future, GammaGamma, MbgNbd, Nbd,
    ParetoNbd, PurchaseModel, Row, ShiftedBetaGeometric, Simulate, Span, Summary, TimeUnit,
    Undefined, all_lifetime_values, lifetime_value, lifetime_value_forever, regularity_by_gaps,
    row_from_days,
};
use clientela::{ErrorCode, Result};
use common::{assert_close, cdnow, donations};

const WEEK: TimeUnit = TimeUnit::Week;

fn weeks(length: f64) -> Span {
    Span::new(length, WEEK).unwrap()
}

fn row(x: u32, t_x: f64, age: f64) -> Row {
    Row::new(x, t_x, age).unwrap()
}

#[track_caller]
fn near(ours: f64, published: f64, tolerance: f64) {
    assert!((ours - published).abs() <= tolerance, "{ours}, published {published}");
}

#[test]
fn published_of_bg_nbd() {
    let sample = cdnow("cdnow_sample.csv");
    let fit = BgNbd::fit(&sample).unwrap().model;
    near(fit.expected_purchases(&row(2, 30.43, 38.86), weeks(39.0)), 1.226, 1e-3);
    for (t, expected) in [
        (0.1429, 0.0078),
        (1.0, 0.0532),
        (3.0, 0.1506),
        (31.8571, 1.0405),
        (32.0, 1.0437),
        (78.0, 1.8576),
    ] {
        near(fit.expected_purchases_new(weeks(t)), expected, 6e-4);
    }
    // The BTYD walkthrough; its parameters differ from ours in the sixth digit.
    let btyd = BgNbd::new(WEEK, 0.242_596_7, 4.413_659, 0.792_986_9, 2.426_164).unwrap();
    assert_close(btyd.expected_purchases_new(weeks(52.0)), 1.444_004, 1e-6);
    let client = row(26, 30.857_14, 31.0);
    assert_close(btyd.expected_purchases(&client, weeks(52.0)), 25.756_59, 1e-6);
    assert_close(btyd.p_alive(&client), 0.968_852_3, 1e-6);
    for (x, expected) in
        [(10, 0.347_460_6), (15, 0.042_833_91), (20, 0.004_158_973), (25, 0.000_358_368_5)]
    {
        assert_close(btyd.expected_purchases(&row(x, 20.0, 39.0), weeks(52.0)), expected, 1e-5);
    }
    let manual = BgNbd::new(WEEK, 0.243, 4.414, 0.793, 2.426).unwrap();
    assert_close(manual.p_purchases_new(10, weeks(2.0)), 1.078_69e-7, 1e-5);
    assert_close(manual.p_purchases_new(0, weeks(39.0)), 0.573_786_4, 1e-5);
    assert_close(manual.p_purchases_new(11, weeks(30.0)), 0.001_999_521_4, 1e-5);
    assert_close(manual.p_purchases_new(20, weeks(30.0)), 0.000_222_226_0, 1e-5);
    let exact = 1.226_028_174_767_144_5;
    assert_close(manual.expected_purchases(&row(2, 30.43, 38.86), weeks(39.0)), exact, 1e-12);
}

#[test]
fn published_of_pareto_nbd() {
    let btyd = ParetoNbd::new(WEEK, 0.553, 10.580, 0.606, 11.656).unwrap();
    assert_close(btyd.expected_purchases_new(weeks(52.0)), 1.473_434, 1e-3);
    let client = row(26, 30.857_14, 31.0);
    near(btyd.expected_purchases(&client, weeks(52.0)), 25.46, 0.01);
    near(btyd.p_alive(&client), 0.997_874, 1e-3);
    let fit = ParetoNbd::fit(&cdnow("cdnow_sample.csv")).unwrap().model;
    for (x, expected) in
        [(10, 0.706_228_9), (15, 0.144_239_6), (20, 0.022_506_58), (25, 0.003_092_67)]
    {
        assert_close(fit.expected_purchases(&row(x, 20.0, 39.0), weeks(52.0)), expected, 1e-3);
    }
    near(fit.p_alive(&row(0, 0.0, 39.0)), 0.294_163_3, 1.2e-4);
    let manual = [
        0.0,
        0.050_778_21,
        0.099_160_88,
        0.145_425_07,
        0.189_799_30,
        0.232_474_66,
        0.273_612_74,
        0.313_351_59,
        0.351_810_24,
        0.389_092_11,
    ];
    for (t, expected) in manual.into_iter().enumerate() {
        near(fit.expected_purchases_new(weeks(t as f64)), expected, 0.01);
    }
    let heavy = ParetoNbd::new(WEEK, 0.55, 10.58, 0.61, 11.67).unwrap();
    for (x, expected) in [(132, 6.206_051_788_963_242), (133, 6.252_872_247_574_811)] {
        let ours = heavy.expected_purchases(&row(x, 200.0, 200.0), weeks(10.0));
        assert_close(ours, expected, 1e-12);
    }
    // NaN in an old version of CLVTools (its issue 100).
    let old = ParetoNbd::new(WEEK, 0.5143, 2.8845, 0.2856, 14.1087).unwrap();
    for (x, t_x, age) in [
        (221, 103.428_57, 103.571_43),
        (254, 97.142_86, 97.285_71),
        (161, 94.714_29, 98.0),
        (204, 98.571_43, 99.428_57),
    ] {
        assert!((0.0..=1.0).contains(&old.p_alive(&row(x, t_x, age))));
    }
    let dert = ParetoNbd::new(WEEK, 0.562_996_6, 12.559_037_0, 0.408_109_5, 10.514_804_8).unwrap();
    let discount = Discount::continuous(0.0027, WEEK).unwrap();
    for (x, t_x, expected) in [
        (7, 35.0, 1.864_183_328_071_329_5),
        (1, 30.0, 2.199_155_45),
        (5, 30.0, 1.840_501_92),
        (10, 30.0, 0.167_927_51),
    ] {
        let ours = dert.discounted_forever(&row(x, t_x, 77.86), discount).unwrap();
        assert_close(ours, expected, 3e-8);
    }
}

#[test]
fn published_by_frequency_and_over_time() {
    let sample = cdnow("cdnow_sample.csv");
    let bg = BgNbd::fit(&sample).unwrap().model;
    let pareto = ParetoNbd::fit(&sample).unwrap().model;
    let by_x = |model: &[f64]| -> Vec<f64> {
        let (mut sum, mut clients) = (vec![0.0; 8], vec![0.0; 8]);
        for (expected, row) in model.iter().zip(sample.rows()) {
            let bin = row.x().min(7) as usize;
            sum[bin] += expected * row.count() as f64;
            clients[bin] += row.count() as f64;
        }
        assert_eq!(clients, [1411.0, 439.0, 214.0, 100.0, 62.0, 38.0, 29.0, 64.0]);
        sum.iter().zip(clients).map(|(sum, clients)| sum / clients).collect()
    };
    let expected = bg.all_expected_purchases(&sample, weeks(39.0)).unwrap();
    let published = [
        0.225_089_3,
        0.523_136_4,
        1.044_126,
        1.520_256,
        2.163_824,
        2.653_789,
        3.503_957,
        6.157_036,
    ];
    for (ours, published) in by_x(&expected).into_iter().zip(published) {
        assert_close(ours, published, 1e-4);
    }
    let expected = pareto.all_expected_purchases(&sample, weeks(39.0)).unwrap();
    let published = [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403];
    for (ours, published) in by_x(&expected).into_iter().zip(published) {
        near(ours, published, 1e-3);
    }
    // Expected cumulative purchases.
    let until = |model: &dyn Fn(f64) -> f64, week: f64| -> f64 {
        sample
            .rows()
            .iter()
            .map(|row| row.count() as f64 * model((week - 272.0 / 7.0 + row.age()).max(0.0)))
            .sum()
    };
    // The BTYD walkthrough's weeks 20 to 25.
    let bg = |t: f64| bg.expected_purchases_new(weeks(t));
    near(until(&bg, 20.0), 1_312.458, 2e-3);
    near(until(&bg, 25.0), 1_669.6, 0.05);
    let pareto = |t: f64| pareto.expected_purchases_new(weeks(t));
    near(until(&pareto, 20.0), 1_308.856, 0.1);
    near(until(&pareto, 25.0), 1_674.253, 0.1);
}

#[test]
fn published_of_bg_bb() {
    let year = TimeUnit::Year;
    let years = |n: f64| Span::new(n, year).unwrap();
    let btyd = BgBb::new(year, 1.203_528, 0.749_726_0, 0.656_780_8, 2.783_796).unwrap();
    assert_close(btyd.expected_purchases_new(years(10.0)), 3.179_805, 1e-5);
    assert_close(btyd.expected_purchases(&row(0, 0.0, 6.0), years(10.0)), 0.130_216_9, 1e-4);
    assert_close(btyd.expected_purchases(&row(4, 5.0, 6.0), years(10.0)), 3.627_858, 1e-5);
    let donors = donations();
    let fit = BgBb::fit(&donors).unwrap().model;
    for (x, t_x, published) in [(0, 0.0, 0.11), (2, 4.0, 0.59), (6, 6.0, 0.93)] {
        near(fit.p_alive_after(&row(x, t_x, 6.0), years(1.0)), published, 0.005);
    }
    let expected = fit.all_expected_purchases(&donors, years(5.0)).unwrap();
    let sum: f64 = expected.iter().zip(donors.rows()).map(|(e, r)| e * r.count() as f64).sum();
    near(sum, 12_884.2, 0.6);
    let in_sample = |x| 11_104.0 * fit.p_purchases_new(x, years(6.0));
    near(in_sample(0), 3_454.9, 0.6);
    near(in_sample(6), 1_253.1, 0.6);
}

#[test]
fn published_of_gamma_gamma() {
    let model = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    // The first ten clients of the CDNOW sample: x, mean spend, published.
    for (x, spend, published) in [
        (2, 22.35, 24.65),
        (1, 11.77, 18.91),
        (0, 0.0, 35.17),
        (0, 0.0, 35.17),
        (0, 0.0, 35.17),
        (7, 73.74, 71.46),
        (1, 11.77, 18.91),
        (0, 0.0, 35.17),
        (2, 25.55, 27.28),
        (0, 0.0, 35.17),
    ] {
        let client = row(x, f64::from(x.min(1)), 1.0).with_spend(spend).unwrap();
        near(model.expected_spend(&client).unwrap(), published, 0.1);
    }
    near(model.expected_spend(&row(0, 0.0, 1.0)).unwrap(), 35.17, 0.1);
    // One purchase says less than many.
    let of = |x| model.expected_spend(&row(x, 1.0, 1.0).with_spend(100.0).unwrap()).unwrap();
    assert!(35.2 < of(1) && of(1) < of(10) && of(10) < 100.0);
}

/// Sums and limits that must hold for any model.
fn identities<M: PurchaseModel>(model: &M, row: &Row, whole: f64) {
    let outlook = model.outlook(row);
    let span = weeks(20.0);
    let pmf: Vec<f64> = (0..1500).map(|n| outlook.p_purchases(n, span)).collect();
    near(pmf.iter().sum(), 1.0, 1e-9);
    let mean: f64 = pmf.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
    assert_close(mean, outlook.expected_purchases(span), 1e-7);
    assert_close(pmf[0], outlook.p_no_purchase(span), 1e-13);
    // Nothing happens at once.
    let now = weeks(0.0);
    assert_eq!(outlook.expected_purchases(now), 0.0);
    assert_close(outlook.p_alive_after(now), outlook.p_alive(), 1e-14);
    near(outlook.p_no_purchase(now), 1.0, 1e-15);
    // Clients die out; purchases add up.
    assert!(outlook.p_alive_after(span) <= outlook.p_alive());
    // Without a discount a purchase counts one; with one, less; and slices add up.
    let half = weeks(10.0);
    let discount = Discount::continuous(0.01, WEEK).unwrap();
    let plain = outlook.discounted_purchases(span, Discount::NONE);
    assert_close(plain, outlook.expected_purchases(span), 1e-13);
    let discounted = outlook.discounted_purchases(span, discount);
    assert!(discounted < plain && discounted > plain * (-0.2_f64).exp());
    let slices = 40_000;
    let mut sum = 0.0;
    let mut before = 0.0;
    for i in 0..slices {
        let to = whole * (20.0 * f64::from(i + 1) / f64::from(slices) / whole).floor().max(0.0);
        let to = if whole > 0.5 { to } else { 20.0 * f64::from(i + 1) / f64::from(slices) };
        if to == 0.0 && whole > 0.5 {
            continue;
        }
        let here = outlook.expected_purchases(weeks(to));
        let at = if whole > 0.5 { to } else { to - 10.0 / f64::from(slices) };
        sum += (here - before) * (-0.01 * at).exp();
        before = here;
    }
    assert_close(discounted, sum, 1e-7);
    assert!(outlook.discounted_purchases(half, discount) < discounted);
    // The endless sum is the limit.
    let forever = outlook.discounted_forever(discount).unwrap();
    assert_close(outlook.discounted_purchases(weeks(1e5), discount), forever, 1e-11);
    // The next purchase: half of those who buy again have by the median.
    let next = outlook.next_purchase(0.8).unwrap();
    assert!(next.wait.low <= next.wait.value && next.wait.value <= next.wait.high);
    let bought = 1.0 - outlook.p_no_purchase(weeks(next.wait.value));
    if whole < 0.5 {
        assert_close(bought, next.probability / 2.0, 1e-9);
    } else {
        assert!(bought >= next.probability / 2.0 - 1e-9);
    }
    if let Ok(mean) = next.mean {
        // The mean time is the integral of the chance of still waiting.
        let (now, future) = (next.probability / outlook.p_alive(), outlook.if_alive());
        let waiting = |u: f64| (future.idle(u) - (1.0 - now)) / now;
        let sum: f64 = if whole > 0.5 {
            (0..20_000).map(|m| waiting(f64::from(m))).sum()
        } else {
            let width = 25.0 / 5000.0;
            let part = |i: u32| {
                let w = (f64::from(i) + 0.5) * width;
                waiting(10.0 * w.exp_m1()) * 10.0 * w.exp() * width
            };
            (0..3000).map(part).sum()
        };
        assert_close(mean, sum, 2e-3);
    }
    assert_close(next.probability, 1.0 - outlook.p_no_purchase(weeks(1e12)), 1e-2);
    // Half of the outcomes lie at or below the median.
    let [low, median, high] = outlook.purchases_interval(span, 0.8).unwrap();
    assert!(low <= median && median <= high);
    let upto = |n: u32| pmf[..=n as usize].iter().sum::<f64>();
    assert!(upto(median) >= 0.5 && (median == 0 || upto(median - 1) < 0.5));
    assert!(upto(high) >= 0.9 && (high == 0 || upto(high - 1) < 0.9));
    let posterior = model.posterior(row);
    assert!(posterior.purchase_rate > 0.0 && posterior.dropout >= 0.0);
}

#[test]
fn identities_hold() {
    let client = row(3, 30.0, 39.0);
    identities(&BgNbd::new(WEEK, 0.243, 4.414, 0.793, 2.426).unwrap(), &client, 0.0);
    identities(&MbgNbd::new(WEEK, 0.525, 6.183, 1.891, 1.614).unwrap(), &client, 0.0);
    identities(&ParetoNbd::new(WEEK, 0.55, 10.58, 0.61, 11.67).unwrap(), &client, 0.0);
    identities(&ParetoNbd::new(WEEK, 0.55, 10.58, 2.61, 3.67).unwrap(), &client, 0.0);
    identities(&Nbd::new(WEEK, 0.55, 10.58).unwrap(), &client, 0.0);
    let regular = BgNbd::new(WEEK, 0.9, 2.0, 0.793, 2.426).unwrap().regular(3).unwrap();
    identities(&regular, &client, 0.0);
    identities(&BgBb::new(WEEK, 1.2, 3.75, 0.66, 12.8).unwrap(), &client, 1.0);
}

#[test]
fn a_regularity_of_one_is_the_plain_model() {
    // The general code for k hidden events, forced through k = 2 with half the gaps, has no
    // closed form to compare with; k = 1 has.
    let plain = BgNbd::new(WEEK, 0.5, 6.0, 0.8, 2.5).unwrap();
    let client = row(4, 20.0, 30.0);
    assert_eq!(plain.regular(1).unwrap(), plain);
    // With k = 2 the likelihood of the gaps integrates to the probability of the count.
    let two = plain.regular(2).unwrap();
    let p_none = two.outlook_new().p_no_purchase(weeks(30.0));
    let empty = two.log_likelihood(&row(0, 0.0, 30.0)).exp();
    assert_close(p_none, empty, 1e-12);
    // One purchase at u, gap u: integrate over u.
    let steps = 20_000;
    let mass: f64 = (0..steps)
        .map(|i| {
            let u = 30.0 * (f64::from(i) + 0.5) / f64::from(steps);
            let one = row(1, u, 30.0).with_log_gaps(u.ln()).unwrap();
            two.log_likelihood(&one).exp() * 30.0 / f64::from(steps)
        })
        .sum();
    assert_close(two.outlook_new().p_purchases(1, weeks(30.0)), mass, 1e-6);
    assert!(two.p_alive(&client) > 0.0 && two.p_alive(&client) < 1.0);
}

#[test]
fn borders() {
    let t = weeks(52.0);
    // s = 1 and a = 1 are nothing special.
    let near_one =
        |s: f64| ParetoNbd::new(WEEK, 0.5, 10.0, s, 12.0).unwrap().expected_purchases_new(t);
    assert_close(near_one(1.0), 0.5 / 10.0 * 12.0 * (1.0_f64 + 52.0 / 12.0).ln(), 1e-14);
    assert_close(near_one(1.0 + 1e-9), near_one(1.0), 1e-8);
    let near_one = |a: f64| {
        BgNbd::new(WEEK, 0.5, 6.0, a, 2.5).unwrap().expected_purchases(&row(3, 9.0, 9.0), t)
    };
    assert_close(near_one(1.0 + 1e-9), near_one(1.0), 1e-8);
    assert_close(near_one(1.0 - 1e-9), near_one(1.0), 1e-8);
    // alpha = beta: one formula on both sides.
    let equal = |beta: f64| {
        ParetoNbd::new(WEEK, 0.5, 10.0, 0.6, beta).unwrap().log_likelihood(&row(3, 9.0, 29.0))
    };
    assert_close(equal(10.0 + 1e-9), equal(10.0), 1e-9);
    assert_close(equal(10.0 - 1e-9), equal(10.0), 1e-9);
    // Seen at the very purchase: alive for certain, but in MBG and BG.
    let pareto = ParetoNbd::new(WEEK, 0.5, 10.0, 0.6, 12.0).unwrap();
    assert_eq!(pareto.p_alive(&row(3, 9.0, 9.0)), 1.0);
    let bg = BgNbd::new(WEEK, 0.5, 10.0, 0.6, 12.0).unwrap();
    assert_close(bg.p_alive(&row(3, 9.0, 9.0)), 14.0 / 14.6, 1e-14);
    assert_eq!(bg.p_alive(&row(0, 0.0, 9.0)), 1.0);
    // A client of today.
    assert_eq!(pareto.p_alive(&row(0, 0.0, 0.0)), 1.0);
    // From issues 302 and pull request 206 of lifetimes: None and negative there.
    for [r, alpha, a, b] in [[0.11, 2.24, 0.31, 0.5], [0.546, 13.4, 0.001, 0.039]] {
        let model = BgNbd::new(WEEK, r, alpha, a, b).unwrap();
        let ours = model.expected_purchases(&row(0, 0.0, 1.0), weeks(30.0));
        assert!(ours > 0.0 && ours < r / (alpha + 1.0) * 30.0);
    }
}

#[test]
fn undefined_has_a_reason() {
    let client = row(0, 0.0, 1.0);
    let pareto = |s| ParetoNbd::new(WEEK, 0.3, 10.0, s, 12.0).unwrap();
    let endless = |s| pareto(s).discounted_forever(&client, Discount::NONE);
    assert_eq!(endless(1.0), Err(Undefined::Endless));
    assert_close(endless(2.0).unwrap(), 0.3 / 11.0 * 13.0 * pareto(2.0).p_alive(&client), 1e-13);
    let bg = BgNbd::new(WEEK, 0.3, 10.0, 0.6, 12.0).unwrap();
    assert_eq!(bg.discounted_forever(&client, Discount::NONE), Err(Undefined::Endless));
    assert_eq!(bg.next_purchase(&client, 0.9).unwrap().mean, Err(Undefined::NoMean));
    let spend = GammaGamma::new(6.0, 0.9, 15.0).unwrap();
    assert_eq!(spend.population_mean(), Err(Undefined::NoMean));
    assert_eq!(
        lifetime_value(&bg, &spend, &client, weeks(9.0), Discount::NONE),
        Err(Undefined::NoMean)
    );
    let summary = Summary::new(WEEK, vec![client]);
    let values = all_lifetime_values(&bg, &spend, &summary, weeks(9.0), Discount::NONE).unwrap();
    assert_eq!(values, [None]);
    assert_eq!(
        Undefined::Endless.to_string(),
        "the sum over an endless future is infinite; discount or limit it"
    );
}

#[test]
fn value_in_money() {
    let bg = BgNbd::new(WEEK, 0.243, 4.414, 0.793, 2.426).unwrap();
    let spend = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let client = row(2, 30.43, 38.86).with_spend(22.35).unwrap();
    let year = Span::new(1.0, TimeUnit::Year).unwrap();
    let discount = Discount::effective(0.15, TimeUnit::Year).unwrap();
    let value = lifetime_value(&bg, &spend, &client, year, discount).unwrap();
    let purchases = bg.discounted_purchases(&client, year, discount);
    assert_close(value, purchases * spend.expected_spend(&client).unwrap(), 1e-15);
    // Between the plain sum and one that comes a year late.
    let plain = bg.expected_purchases(&client, year);
    assert!(purchases < plain && purchases > plain / 1.15);
    let forever = lifetime_value_forever(&bg, &spend, &client, discount).unwrap();
    assert!(forever > value);
    // The horizon's unit does not matter, its length does.
    let days = Span::new(365.2425, TimeUnit::Day).unwrap();
    assert_close(lifetime_value(&bg, &spend, &client, days, discount).unwrap(), value, 1e-12);
    let months = Span::new(12.0, TimeUnit::Month).unwrap();
    assert_close(lifetime_value(&bg, &spend, &client, months, discount).unwrap(), value, 1e-12);
}

#[test]
fn contracts() {
    // Fader and Hardie 2007, "regular" and "high end": their parameters and survival curves.
    let fit = |lost: &[u64], rest: u64| {
        let mut rows: Vec<Contracts> = (1..)
            .zip(lost)
            .map(|(renewals, &count)| Contracts { renewals, ended: true, count })
            .collect();
        rows.push(Contracts { renewals: lost.len() as u32, ended: false, count: rest });
        ShiftedBetaGeometric::fit(TimeUnit::Year, &rows).unwrap()
    };
    let high_end = fit(&[131, 126, 90, 60, 42, 34, 26], 491);
    near(high_end.model.a(), 0.668, 2e-3);
    near(high_end.model.b(), 3.806, 2e-2);
    near(high_end.log_likelihood, -1_611.2, 0.1);
    let regular = fit(&[369, 163, 86, 56, 37, 27, 21], 241);
    near(regular.model.a(), 0.704, 2e-3);
    near(regular.model.b(), 1.182, 5e-3);
    near(regular.log_likelihood, -1_680.3, 0.1);
    let model = regular.model;
    assert_close(model.survival(1), model.b() / (model.a() + model.b()), 1e-14);
    let ended: f64 = (1..=50).map(|n| model.ending(n)).sum();
    assert_close(1.0 - ended, model.survival(50), 1e-12);
    assert!(model.retention(1) < model.retention(5));
    // The discounted sum, term by term.
    let discount = Discount::effective(0.1, TimeUnit::Year).unwrap();
    let sum: f64 = (3..3000)
        .map(|t| model.survival(t + 1) / model.survival(3) / 1.1_f64.powi(t as i32 - 3))
        .sum();
    assert_close(model.discounted_renewals(3, discount).unwrap(), sum, 1e-12);
    assert_eq!(model.discounted_renewals(3, Discount::NONE), Err(Undefined::Endless));
    near(model.expected_renewals(0, 2), model.survival(1) + model.survival(2), 1e-14);
}

fn message<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn bad_input_is_refused() {
    for (x, t_x, age) in [
        (1, -1.0, 5.0),
        (1, 1.0, -5.0),
        (1, 6.0, 5.0),
        (0, 1.0, 5.0),
        (1, f64::NAN, 5.0),
        (1, 1.0, f64::INFINITY),
    ] {
        assert_eq!(Row::new(x, t_x, age).unwrap_err().code(), ErrorCode::BadRow);
    }
    let columns = |x: &[f64], t_x: &[f64], age: &[f64], spend: &[f64]| {
        message(Summary::from_columns(WEEK, x, t_x, age, spend))
    };
    assert_eq!(
        columns(&[1.0, 2.0], &[1.0, 9.0], &[5.0, 5.0], &[]),
        "row 1, column `t_x`: the last purchase lies after the end of observation, found 9; at most \
         the row's T"
    );
    assert_eq!(
        columns(&[1.5], &[1.0], &[5.0], &[]),
        "row 0, column `x`: not a count of purchases, found 1.5; a whole number from 0 up"
    );
    assert!(columns(&[f64::NAN], &[1.0], &[5.0], &[]).contains("found NaN"));
    assert!(columns(&[1.0], &[1.0], &[5.0, 6.0], &[]).contains("column `T`"));
    assert!(columns(&[1.0], &[1.0], &[5.0], &[f64::INFINITY]).contains("column `spend`"));
    // A mean spend that is not known is not an error.
    assert!(Summary::from_columns(WEEK, &[1.0], &[1.0], &[5.0], &[f64::NAN]).is_ok());

    let zeros = Summary::new(WEEK, vec![row(0, 0.0, 5.0).times(100)]);
    assert_eq!(
        message(BgNbd::fit(&zeros)),
        "argument `summary`: BG/NBD has 4 parameters, and only 0 of 100 clients bought again; give \
         more clients or a longer time"
    );
    assert!(message(ParetoNbd::fit(&Summary::new(WEEK, vec![]))).contains("no clients"));
    let few = Summary::new(WEEK, vec![row(1, 2.0, 5.0).times(3), row(0, 0.0, 5.0).times(9)]);
    assert!(message(MbgNbd::fit(&few)).contains("only 3 of 12"));
    assert!(message(Nbd::fit(&zeros)).contains("NBD"));
    assert!(message(BgBb::fit(&zeros)).contains("BG/BB"));
    assert!(message(GammaGamma::fit(&few)).contains("no client who bought again"));
    let fraction = Summary::new(WEEK, vec![row(1, 2.5, 5.0).times(30)]);
    assert!(message(BgBb::fit(&fraction)).contains("not a number of opportunities"));
    let crowded = Summary::new(WEEK, vec![row(4, 2.0, 5.0).times(30)]);
    assert!(message(BgBb::fit(&crowded)).contains("more purchases than opportunities"));
    assert!(message(BgNbd::fit_regular(&few.clone(), 2)).contains("only 3 of 12"));
    let many = Summary::new(WEEK, vec![row(2, 2.5, 5.0).times(30), row(1, 1.0, 5.0).times(30)]);
    assert!(message(BgNbd::fit_regular(&many, 2)).contains("times between purchases"));
    assert!(message(BgNbd::fit_regular(&many, 0)).contains("regularity"));

    assert!(message(BgNbd::new(WEEK, 0.0, 1.0, 1.0, 1.0)).contains("argument `r`"));
    assert!(message(ParetoNbd::new(WEEK, 1.0, f64::NAN, 1.0, 1.0)).contains("found NaN"));
    assert!(message(Span::new(-1.0, WEEK)).contains("horizon"));
    assert!(message(Discount::effective(-0.1, WEEK)).contains("discount"));
    let same = Covariates::new(&[("one", &[1.0, 1.0])]).unwrap();
    assert!(message(BgNbd::fit_with(&many, &same, &Covariates::NONE)).contains("explains nothing"));
    let twice = [("one", &[1.0, 2.0][..]), ("one", &[2.0, 1.0])];
    assert!(message(Covariates::new(&twice)).contains("twice"));
    assert!(message(Covariates::new(&[("", &[1.0, 2.0])])).contains("needs a name"));
    assert!(message(Covariates::new(&[("one", &[1.0, f64::NAN])])).contains("row 1"));
    let kinds = Covariates::new(&[("kind", &[0.0, 1.0, 0.0])]).unwrap();
    assert!(message(BgNbd::fit_with(&many, &kinds, &kinds)).contains("3 rows beside 2"));
    assert!(message(row_from_days(&[5, 3], 9, WEEK)).contains("sort the days"));
    assert_eq!(row_from_days(&[5, 7], 3, WEEK).unwrap(), None);
    let no_end = [Contracts { renewals: 3, ended: false, count: 5 }];
    assert!(message(ShiftedBetaGeometric::fit(WEEK, &no_end)).contains("no contract has ended"));
}

#[test]
fn odd_data_gives_an_answer_that_says_so() {
    // Every client alike; all seen at the purchase; everyone bought once on one day.
    for row in [row(3, 5.0, 5.0), row(1, 1.0, 300.0), row(5000, 3649.0, 3650.0), row(2, 0.0, 0.0)] {
        let summary = Summary::new(TimeUnit::Day, vec![row.times(50)]);
        let check = |parameters: Vec<f64>, clean: bool| {
            assert!(parameters.iter().all(|p| p.is_finite() && *p > 0.0), "{parameters:?}");
            assert!(!clean, "{row:?}");
        };
        let bg = BgNbd::fit(&summary).unwrap();
        check(
            vec![bg.model.r(), bg.model.alpha(), bg.model.a(), bg.model.b()],
            bg.optimality.is_clean(),
        );
        let pareto = ParetoNbd::fit(&summary).unwrap();
        check(vec![pareto.model.r(), pareto.model.beta()], pareto.optimality.is_clean());
        let p = pareto.model.p_alive(&row);
        assert!((0.0..=1.0).contains(&p));
    }
}

#[test]
fn models_as_json() {
    let model = ParetoNbd::new(WEEK, 0.55, 10.58, 0.61, 11.67).unwrap();
    let json = serde_json::to_string(&model).unwrap();
    assert_eq!(json, r#"{"unit":"week","r":0.55,"alpha":10.58,"s":0.61,"beta":11.67}"#);
    assert_eq!(serde_json::from_str::<ParetoNbd>(&json).unwrap(), model);
    let bad = r#"{"unit":"week","r":-0.55,"alpha":10.58,"s":0.61,"beta":11.67}"#;
    assert!(serde_json::from_str::<ParetoNbd>(bad).is_err());
    let regular = MbgNbd::new(WEEK, 0.5, 6.0, 0.8, 2.5).unwrap().regular(3).unwrap();
    let json = serde_json::to_string(&regular).unwrap();
    assert_eq!(json, r#"{"unit":"week","r":0.5,"alpha":6.0,"a":0.8,"b":2.5,"k":3}"#);
    assert_eq!(serde_json::from_str::<MbgNbd>(&json).unwrap(), regular);
    let fit = BgNbd::fit(&cdnow("cdnow_sample.csv")).unwrap();
    let json = serde_json::to_string(&fit).unwrap();
    assert_eq!(serde_json::from_str::<Fit<BgNbd>>(&json).unwrap(), fit);
    let json = serde_json::to_string(&cdnow("cdnow_sample.csv")).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), cdnow("cdnow_sample.csv"));
}

#[test]
fn any_model_as_json() {
    let models = [
        AnyModel::Nbd(Nbd::new(WEEK, 0.1, 12.0).unwrap()),
        AnyModel::BgNbd(BgNbd::new(WEEK, 0.1, 1.0 / 3.0, 1e-17, 1e300).unwrap()),
        AnyModel::MbgNbd(MbgNbd::new(WEEK, 0.1, 12.0, 0.3, 2.0).unwrap().regular(4).unwrap()),
        AnyModel::ParetoNbd(ParetoNbd::new(WEEK, 0.1, 12.0, 0.3, 2.0).unwrap()),
        AnyModel::BgBb(BgBb::new(TimeUnit::Year, 0.1, 12.0, 0.3, 2.0).unwrap()),
        AnyModel::GammaGamma(GammaGamma::new(6.25, 3.74, 15.44).unwrap()),
        AnyModel::ShiftedBetaGeometric(ShiftedBetaGeometric::new(WEEK, 0.7, 1.9).unwrap()),
    ];
    for model in models {
        assert_eq!(AnyModel::from_json(&model.to_json()).unwrap(), model);
    }
    for bad in [
        r#"{"model":"nbd","unit":"week","r":0.1}"#,
        r#"{"model":"nbd","unit":"week","r":0.1,"alpha":0.0}"#,
        r#"{"model":"nbd","unit":"hour","r":0.1,"alpha":1.0}"#,
        r#"{"model":"nbd","unit":"week","r":0.1,"alpha":1.0,"beta":1.0}"#,
        r#"{"model":"abc","unit":"week","r":0.1,"alpha":1.0}"#,
    ] {
        assert_eq!(AnyModel::from_json(bad).unwrap_err().code(), ErrorCode::BadFormat, "{bad}");
    }
    // A fit whose parts do not belong together.
    let fit = Nbd::fit(&cdnow("cdnow_sample.csv")).unwrap();
    let mut json = serde_json::to_value(&fit).unwrap();
    json["log_covariance"] = serde_json::json!([[1.0]]);
    assert!(serde_json::from_value::<Fit<Nbd>>(json.clone()).is_err());
    json["log_covariance"] = serde_json::json!([[1.0, 2.0], [0.0, 1.0]]);
    assert!(serde_json::from_value::<Fit<Nbd>>(json).is_err());
}

#[test]
fn sums_over_a_base() {
    let sample = cdnow("cdnow_sample.csv");
    let model = ParetoNbd::fit(&sample).unwrap().model;
    let alive = model.all_p_alive(&sample).unwrap();
    let expected = model.all_expected_purchases(&sample, weeks(39.0)).unwrap();
    let later = model.expected_active(&sample, weeks(39.0)).unwrap();
    let mut sum = 0.0;
    for ((row, alive), expected) in sample.rows().iter().zip(alive).zip(expected) {
        assert_close(model.p_alive(row), alive, 1e-15);
        assert_close(model.expected_purchases(row, weeks(39.0)), expected, 1e-14);
        sum += row.count() as f64 * model.p_alive_after(row, weeks(39.0));
    }
    assert_close(later, sum, 1e-12);
    assert!(later < 2357.0);
}

#[test]
fn regularity_by_the_last_gaps() {
    // Shares of ¼ and ¾ in turn: variance 1/16, so k = (1 − ¼)/½.
    let days: Vec<[i32; 3]> = (0..20).map(|i| [0, if i % 2 == 0 { 10 } else { 30 }, 40]).collect();
    let k = regularity_by_gaps(days.iter().map(|days| &days[..])).unwrap();
    assert_close(k, 1.5, 1e-14);
    assert_eq!(regularity_by_gaps([&[0, 5, 7][..]]), Err(Undefined::TooFew));
}

#[test]
fn days_become_rows() {
    let days = [9496, 9496, 9510, 9510, 9550, 9600];
    let row = row_from_days(&days, 9560, TimeUnit::Day).unwrap().unwrap();
    assert_eq!((row.x(), row.t_x(), row.age()), (2, 54.0, 64.0));
    assert_close(row.log_gaps().unwrap(), (14.0_f64 * 40.0).ln(), 1e-14);
    let once = row_from_days(&[9496], 9496, WEEK).unwrap().unwrap();
    assert_eq!((once.x(), once.t_x(), once.age()), (0, 0.0, 0.0));
    // The future of a new client and of one just seen are the same but for MBG's first chance.
    let model = ParetoNbd::new(WEEK, 0.5, 10.0, 0.6, 12.0).unwrap();
    let new = model.outlook_new();
    assert_eq!(new.if_alive().expected(5.0), model.if_alive(&once).expected(5.0));
}

#[test]
fn regular_clients_may_have_any_number_of_purchases() {
    let model = BgNbd::new(WEEK, 0.5, 2.0, 0.8, 2.4).unwrap().regular(100).unwrap();
    // Nothing can have come since the last purchase: dead at it or alive, as a to b + x − 1.
    let stayed = 2.4 + 5e7 - 1.0;
    let alive = model.p_alive(&row(50_000_000, 3650.0, 3650.0));
    assert_close(alive, stayed / (stayed + 0.8), 1e-14);
    // The weights of a hundred hidden events go beyond the range of numbers.
    for t_x in [0.1, 1.0, 40.0] {
        let outlook = model.outlook(&row(5_000, t_x, 3650.0));
        assert!((0.0..1e-9).contains(&outlook.p_alive()), "{}", outlook.p_alive());
        assert!(outlook.if_alive().alive(1.0) <= 1.0);
    }
    assert!(BgNbd::fit_any(&cdnow("cdnow_sample.csv"), 0).is_err());
}

#[test]
fn columns_are_shared_and_answer_as_rows_do() {
    let ages: Vec<f64> = (0..9_000).map(|i| f64::from(i % 300) / 7.0).collect();
    let bg = BgNbd::new(WEEK, 0.9, 2.0, 0.8, 2.4).unwrap();
    let mbg = MbgNbd::new(WEEK, 0.9, 2.0, 0.8, 2.4).unwrap();
    let summary = bg.simulate_summary(&ages, 3).unwrap();
    let again = Summary::of_columns(WEEK, summary.columns().clone()).unwrap();
    assert_eq!(again, summary);
    assert!(Arc::ptr_eq(&again.columns().x, &summary.columns().x));
    let span = Span::new(39.0, WEEK).unwrap();
    let (alive, expected) = (bg.all_p_alive(&again), bg.all_expected_purchases(&again, span));
    let from_first = mbg.all_p_alive(&again).unwrap();
    let (alive, expected) = (alive.unwrap(), expected.unwrap());
    for (i, row) in summary.rows().iter().enumerate() {
        assert_eq!(alive[i], bg.p_alive(row), "{i}");
        assert_eq!(from_first[i], mbg.p_alive(row), "{i}");
        assert_close(expected[i], bg.expected_purchases(row, span), 1e-15);
    }
    assert!(Span::new(1e13, WEEK).is_err());
}
