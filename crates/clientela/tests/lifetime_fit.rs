//! What every fit must keep: the truth is found, the same on any machine, and trouble is told.

#![allow(clippy::float_cmp, reason = "bits are compared")]

mod common;

use clientela::lifetime::{
    BgBb, BgNbd, Covariates, Fit, Flag, GammaGamma, MbgNbd, Nbd, Parametric, ParetoNbd,
    PurchaseModel, Row, Scale, ShiftedBetaGeometric, Simulate, Span, Summary, TimeUnit,
    WithCovariates, bootstrap_interval,
};
use clientela::with_threads;
use common::{assert_close, cdnow, cdnow_in};

const WEEK: TimeUnit = TimeUnit::Week;

/// Ages spread over the last third of a period.
fn ages(clients: usize, longest: f64) -> Vec<f64> {
    (0..clients).map(|i| longest * (1.0 - (i * 37 % 100) as f64 / 300.0)).collect()
}

#[test]
fn cohorts_that_others_cannot_fit() {
    let bg = |r, alpha, a, b| BgNbd::new(TimeUnit::Day, r, alpha, a, b).unwrap();
    let cohorts = [
        ("50 clients", bg(0.243, 4.414, 0.793, 2.426), 50, 39.0),
        ("few deaths", bg(1.0, 10.0, 0.05, 10.0), 500, 52.0),
        ("low heterogeneity", bg(20.0, 100.0, 20.0, 60.0), 500, 52.0),
        ("like CDNOW", bg(0.243, 4.414, 0.793, 2.426), 500, 39.0),
        ("heavy daily use", bg(2.0, 2.0, 0.3, 20.0), 500, 200.0),
        ("ten years", bg(0.5, 30.0, 0.5, 5.0), 500, 3650.0),
    ];
    let mut converged = 0;
    for (name, truth, clients, longest) in cohorts {
        for seed in 0..8 {
            let summary = truth.simulate_summary(&ages(clients, longest), seed).unwrap();
            let fit = BgNbd::fit(&summary).unwrap();
            let at_truth: f64 = summary.rows().iter().map(|row| truth.log_likelihood(row)).sum();
            let good = fit.optimality.converged
                && fit.optimality.gradient < 1e-4
                && fit.log_likelihood > at_truth
                && fit.model.parameters().iter().all(|p| p.is_finite());
            if !good {
                println!("{name} {seed}: {:?}", fit.optimality);
            }
            // Trouble is flagged where the top is not definite.
            assert!(fit.optimality.definite || !fit.optimality.flags.is_empty(), "{name} {seed}");
            converged += u32::from(good);
        }
    }
    assert_eq!(converged, 48);
}

/// How many of the 95 % intervals hold the truth.
fn covered<M: Simulate>(
    truth: &M,
    fit: impl Fn(&Summary) -> Fit<M>,
    ages: &[f64],
    repeats: u64,
) -> (usize, usize) {
    let (mut held, mut all) = (0, 0);
    for seed in 0..repeats {
        let summary = truth.simulate_summary(ages, 1000 + seed).unwrap();
        let fit = fit(&summary);
        assert!(fit.optimality.converged, "{} {seed}: {:?}", truth.name(), fit.optimality);
        for (estimate, exact) in fit.estimates(0.95).unwrap().iter().zip(truth.parameters()) {
            let Some(interval) = estimate.interval else { continue };
            all += 1;
            held += usize::from(interval.low <= exact && exact <= interval.high);
        }
    }
    (held, all)
}

/// The number held lies within three standard errors of 95 %, parameters of one fit being
/// counted as one.
#[track_caller]
fn check_coverage(name: &str, (held, all): (usize, usize), parameters: usize) {
    let share = held as f64 / all as f64;
    let error = (0.95 * 0.05 / (all / parameters) as f64).sqrt();
    println!("{name}: {held} of {all} intervals hold the truth, {share:.3}");
    assert!((share - 0.95).abs() < 3.0 * error, "{name}: {share}");
}

fn recovery(clients: usize, repeats: u64) {
    let long = ages(clients, 78.0);
    let bg = BgNbd::new(WEEK, 0.6, 6.0, 0.8, 2.5).unwrap();
    let held = covered(&bg, |s| BgNbd::fit(s).unwrap(), &long, repeats);
    check_coverage("BG/NBD", held, 4);
    let mbg = MbgNbd::new(WEEK, 0.6, 6.0, 0.8, 2.5).unwrap();
    let held = covered(&mbg, |s| MbgNbd::fit(s).unwrap(), &long, repeats);
    check_coverage("MBG/NBD", held, 4);
    let pareto = ParetoNbd::new(WEEK, 0.8, 8.0, 0.7, 12.0).unwrap();
    let held = covered(&pareto, |s| ParetoNbd::fit(s).unwrap(), &long, repeats);
    check_coverage("Pareto/NBD", held, 4);
    let nbd = Nbd::new(WEEK, 0.8, 8.0).unwrap();
    let held = covered(&nbd, |s| Nbd::fit(s).unwrap(), &long, repeats);
    check_coverage("NBD", held, 2);
    let regular = MbgNbd::new(WEEK, 2.0, 3.0, 0.8, 2.5).unwrap().regular(3).unwrap();
    let fit = |s: &Summary| MbgNbd::fit_regular(s, 3).unwrap();
    check_coverage("MBG/CNBD-3", covered(&regular, fit, &ages(clients, 52.0), repeats), 4);
    let years: Vec<f64> = (0..clients).map(|i| (8 + i % 5) as f64).collect();
    let donors = BgBb::new(TimeUnit::Year, 1.2, 0.75, 0.66, 2.8).unwrap();
    let held = covered(&donors, |s| BgBb::fit(s).unwrap(), &years, repeats);
    check_coverage("BG/BB", held, 4);
}

#[test]
fn intervals_hold_the_truth() {
    recovery(1000, 40);
}

#[test]
#[ignore = "half a minute; run it after changes to likelihoods or intervals"]
fn intervals_hold_the_truth_at_length() {
    recovery(3000, 400);
}

#[test]
fn spend_and_contracts_are_recovered() {
    let truth = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let buyers = Nbd::new(WEEK, 1.0, 8.0).unwrap().simulate_summary(&ages(4000, 52.0), 3).unwrap();
    let fit = GammaGamma::fit(&truth.simulate(&buyers, 4)).unwrap();
    assert!(fit.optimality.is_clean());
    for (estimate, exact) in fit.estimates(0.999).unwrap().iter().zip(truth.parameters()) {
        let interval = estimate.interval.unwrap();
        assert!(interval.low < exact && exact < interval.high, "{estimate:?}");
    }
    let truth = ShiftedBetaGeometric::new(TimeUnit::Year, 0.7, 1.9).unwrap();
    let contracts = truth.simulate(&vec![10; 4000], 5);
    let fit = ShiftedBetaGeometric::fit(TimeUnit::Year, &contracts).unwrap();
    for (estimate, exact) in fit.estimates(0.999).unwrap().iter().zip(truth.parameters()) {
        let interval = estimate.interval.unwrap();
        assert!(interval.low < exact && exact < interval.high, "{estimate:?}");
    }
}

#[test]
fn covariates_are_recovered() {
    // Two kinds of clients; the second buys e^0.7 times as fast and dies e^−0.5 times as fast.
    let kind = |i: usize| f64::from(u8::from(i % 2 == 1));
    let n = 3000;
    let values: Vec<f64> = (0..n).map(kind).collect();
    let ages = ages(n, 78.0);
    let mix = |first: Vec<Row>, second: Vec<Row>| -> Summary {
        let rows = first.into_iter().zip(second).enumerate();
        Summary::new(WEEK, rows.map(|(i, (a, b))| if i % 2 == 1 { b } else { a }).collect())
    };
    let rows = |summary: Summary| summary.rows().to_vec();
    let kinds = Covariates::new(&[("kind", &values)]).unwrap();
    let within = |fit_value: f64, error: f64, exact: f64| {
        assert!((fit_value - exact).abs() < 3.5 * error, "{fit_value} ± {error}, not {exact}");
    };

    let pareto = |alpha: f64, beta: f64| ParetoNbd::new(WEEK, 0.8, alpha, 0.7, beta).unwrap();
    let second = pareto(8.0 * (-0.7_f64).exp(), 12.0 * 0.5_f64.exp());
    let summary = mix(
        rows(pareto(8.0, 12.0).simulate_summary(&ages, 1).unwrap()),
        rows(second.simulate_summary(&ages, 1).unwrap()),
    );
    let fit = ParetoNbd::fit_with(&summary, &kinds, &kinds).unwrap();
    assert!(fit.optimality.is_clean(), "{:?}", fit.optimality);
    let estimates = fit.estimates(0.95).unwrap();
    assert_eq!(estimates[4].name, "purchase:kind");
    assert_eq!(estimates[5].name, "dropout:kind");
    within(estimates[4].value, estimates[4].standard_error.unwrap(), 0.7);
    within(estimates[5].value, estimates[5].standard_error.unwrap(), -0.5);
    // The plain model is contained in it, and the kinds differ.
    let plain = ParetoNbd::fit(&summary).unwrap();
    let test = plain.test_against(&fit).unwrap();
    assert_eq!(test.freedom, 2);
    assert!(test.p_value < 1e-6, "{test:?}");
    let client = fit.model.for_client(&[1.0], &[1.0]).unwrap();
    assert_close(client.alpha(), fit.model.base().alpha() * (-estimates[4].value).exp(), 1e-14);
    assert_close(client.beta(), fit.model.base().beta() * (-estimates[5].value).exp(), 1e-14);
    // The sum of the clients' own likelihoods is that of the fit.
    let models = fit.model.for_rows(n, &kinds, &kinds).unwrap();
    assert_eq!(models[1], client);
    let sum: f64 = summary.rows().iter().zip(models).map(|(row, m)| m.log_likelihood(row)).sum();
    assert_close(fit.log_likelihood, sum, 1e-12);
    assert!(fit.model.for_rows(n, &kinds, &Covariates::none()).is_err());
    assert!(fit.model.for_rows(n + 1, &kinds, &kinds).is_err());

    let bg = |alpha: f64, a: f64| MbgNbd::new(WEEK, 0.8, alpha, a, 2.5).unwrap();
    let second = bg(8.0 * (-0.7_f64).exp(), 0.8 * (-0.5_f64).exp());
    let summary = mix(
        rows(bg(8.0, 0.8).simulate_summary(&ages, 2).unwrap()),
        rows(second.simulate_summary(&ages, 2).unwrap()),
    );
    let fit = MbgNbd::fit_with(&summary, &kinds, &kinds).unwrap();
    assert!(fit.optimality.is_clean(), "{:?}", fit.optimality);
    let estimates = fit.estimates(0.95).unwrap();
    for (estimate, exact) in estimates[4..].iter().zip([0.7, -0.5, 0.0]) {
        within(estimate.value, estimate.standard_error.unwrap(), exact);
    }
    // The unit of a covariate does not matter, and the model comes back from JSON.
    let thousands: Vec<f64> = values.iter().map(|value| value * 1000.0).collect();
    let thousands = Covariates::new(&[("kind", &thousands)]).unwrap();
    let again = MbgNbd::fit_with(&summary, &thousands, &thousands).unwrap();
    assert!(again.optimality.is_clean(), "{:?}", again.optimality);
    for (one, other) in again.estimates(0.95).unwrap()[4..].iter().zip(&estimates[4..]) {
        assert_close(one.value * 1000.0, other.value, 1e-6);
        let (one, other) = (one.standard_error.unwrap(), other.standard_error.unwrap());
        assert_close(one * 1000.0, other, 1e-6);
    }
    let json = serde_json::to_string(&fit).unwrap();
    assert_eq!(serde_json::from_str::<Fit<WithCovariates<MbgNbd>>>(&json).unwrap(), fit);
    // Twice the same covariate: a ridge.
    let twice = Covariates::new(&[("one", &values), ("two", &values)]).unwrap();
    let ridge = ParetoNbd::fit_with(&summary, &twice, &Covariates::none()).unwrap();
    assert!(
        matches!(&ridge.optimality.flags[..], [Flag::Ridge { parameters }]
        if *parameters == ["purchase:one", "purchase:two"]),
        "{:?}",
        ridge.optimality
    );
    // A covariate that is noise adds nothing.
    let noise: Vec<f64> = (0..n).map(|i| (i * 7919 % 101) as f64 / 50.0 - 1.0).collect();
    let noise = Covariates::new(&[("noise", &noise)]).unwrap();
    let summary = bg(8.0, 0.8).simulate_summary(&ages, 3).unwrap();
    let plain = MbgNbd::fit(&summary).unwrap();
    let fit = MbgNbd::fit_with(&summary, &noise, &Covariates::none()).unwrap();
    assert!(plain.test_against(&fit).unwrap().p_value > 0.001);
}

#[test]
fn regularity_is_found() {
    let truth = MbgNbd::new(WEEK, 2.0, 3.0, 0.8, 4.0).unwrap().regular(3).unwrap();
    let summary = truth.simulate_summary(&ages(1500, 52.0), 11).unwrap();
    let (fit, tried) = MbgNbd::fit_any(&summary, 12).unwrap();
    assert_eq!(fit.model.k(), 3, "{tried:?}");
    assert_eq!(fit.model.name(), "MBG/CNBD-3");
    // At random, k is 1.
    let truth = BgNbd::new(WEEK, 1.0, 5.0, 0.8, 4.0).unwrap();
    let summary = truth.simulate_summary(&ages(1500, 52.0), 12).unwrap();
    assert_eq!(BgNbd::fit_any(&summary, 12).unwrap().0.model.k(), 1);
}

#[test]
fn the_same_bits_on_any_number_of_threads_and_for_any_order() {
    let full = cdnow("cdnow_full.csv");
    let bits = |summary: &Summary, threads: usize| {
        with_threads(Some(threads), || {
            let fit = ParetoNbd::fit(summary).unwrap();
            let covariance = fit.covariance().unwrap();
            let mut bits: Vec<u64> = fit.model.parameters().iter().map(|p| p.to_bits()).collect();
            bits.push(fit.log_likelihood.to_bits());
            bits.extend(covariance.rows().flatten().map(|value| value.to_bits()));
            bits
        })
        .unwrap()
    };
    let once = bits(&full, 1);
    for threads in [2, 3, 7] {
        assert_eq!(bits(&full, threads), once);
    }
    let mut rows = full.rows().to_vec();
    rows.reverse();
    assert_eq!(bits(&Summary::new(WEEK, rows), 2), once);
    // A client at a time, or with their number.
    let few = cdnow("cdnow_sample.csv");
    let each = few.rows().iter().flat_map(|row| vec![row.times(1); row.count() as usize]);
    let each = Summary::new(WEEK, each.collect());
    assert_eq!(each.clients(), 2357);
    assert_eq!(bits(&each, 2), bits(&few, 1));
}

#[test]
fn the_unit_of_time_changes_nothing_but_the_scale() {
    let span = Span::new(39.0, WEEK).unwrap();
    let sum = |model: &BgNbd, summary: &Summary| -> f64 {
        let each = model.all_expected_purchases(summary, span).unwrap();
        each.iter().zip(summary.rows()).map(|(p, row)| p * row.count() as f64).sum()
    };
    let weeks = cdnow_in("cdnow_sample.csv", WEEK);
    let by_week = BgNbd::fit(&weeks).unwrap();
    let expected = sum(&by_week.model, &weeks);
    for unit in [TimeUnit::Day, TimeUnit::Month, TimeUnit::Year] {
        let summary = cdnow_in("cdnow_sample.csv", unit);
        let fit = BgNbd::fit(&summary).unwrap();
        assert_close(fit.model.alpha(), by_week.model.alpha() * unit.per(WEEK), 1e-7);
        assert_close(fit.model.b(), by_week.model.b(), 1e-7);
        assert_close(sum(&fit.model, &summary), expected, 1e-8);
        // The density of the times is per unit: x times ln of the unit's length.
        let purchases: u64 =
            summary.rows().iter().map(|row| row.count() * u64::from(row.x())).sum();
        let shift = purchases as f64 * unit.per(WEEK).ln();
        assert!((fit.log_likelihood - (by_week.log_likelihood - shift)).abs() < 1e-6);
    }
    let error = by_week.model.all_p_alive(&cdnow_in("cdnow_sample.csv", TimeUnit::Day));
    assert_eq!(
        error.unwrap_err().to_string(),
        "argument `summary`: its unit of time is the day, the model's the week"
    );
}

#[test]
fn criteria_and_the_test_of_nested_models() {
    let sample = cdnow("cdnow_sample.csv");
    let nbd = Nbd::fit(&sample).unwrap();
    let pareto = ParetoNbd::fit(&sample).unwrap();
    assert!((nbd.aic() - 2.0 * (9_763.657_61 + 2.0)).abs() < 1e-3);
    assert!((pareto.bic() - (2.0 * 9_594.976_18 + 4.0 * 2357.0_f64.ln())).abs() < 1e-3);
    let test = nbd.test_against(&pareto).unwrap();
    assert!((test.statistic - 2.0 * (9_763.657_61 - 9_594.976_18)).abs() < 1e-3);
    assert_eq!(test.freedom, 2);
    // χ² of 2 degrees is exponential.
    assert_close(test.p_value, (-test.statistic / 2.0).exp(), 1e-9);
    assert!(pareto.test_against(&nbd).is_err());
    assert!(nbd.test_against(&ParetoNbd::fit(&cdnow("cdnow_full.csv")).unwrap()).is_err());
    assert!(pareto.test_against(&BgNbd::fit(&sample).unwrap()).is_err());
}

#[test]
fn trouble_is_flagged() {
    // Nobody drops out: the likelihood rises while dropout falls.
    let nbd = Nbd::new(WEEK, 2.0, 8.0).unwrap();
    let summary = nbd.simulate_summary(&ages(400, 52.0), 1).unwrap();
    let fit = BgNbd::fit(&summary).unwrap();
    assert!(fit.optimality.converged, "{:?}", fit.optimality);
    assert!(!fit.optimality.flags.is_empty(), "{:?} {:?}", fit.model, fit.optimality);
    // One dropout probability for all: a and b grow together, and only their ratio is known. By
    // chance about half of the samples look more uneven than that.
    let one = BgNbd::new(WEEK, 1.0, 3.0, 4e4, 2e5).unwrap();
    let mut endless = 0;
    for seed in 0..10 {
        let summary = one.simulate_summary(&ages(300, 52.0), seed).unwrap();
        let fit = BgNbd::fit(&summary).unwrap();
        assert!(fit.optimality.converged, "{:?}", fit.optimality);
        assert_close(fit.model.a() / (fit.model.a() + fit.model.b()), 1.0 / 6.0, 0.4);
        let told = |flag: &Flag| match flag {
            Flag::Ridge { parameters } => parameters.contains(&"b".to_owned()),
            Flag::Infinite { parameter } => parameter == "b",
            Flag::Zero { .. } => false,
        };
        endless += u32::from(fit.optimality.flags.iter().any(told));
        if fit.model.b() > 1e4 {
            assert!(fit.optimality.flags.iter().any(told), "{:?}", fit.optimality);
        }
    }
    assert!(endless >= 2, "{endless}");
}

#[test]
fn intervals_of_predictions() {
    let sample = cdnow("cdnow_sample.csv");
    let fit = BgNbd::fit(&sample).unwrap();
    let row = Row::new(2, 30.43, 38.86).unwrap();
    let span = Span::new(39.0, WEEK).unwrap();
    let expected = |model: &BgNbd| Some(model.expected_purchases(&row, span));
    let delta = fit.interval(expected, Scale::Log, 0.95).unwrap().unwrap();
    assert!((delta.value - 1.226).abs() < 1e-3);
    let alive = |model: &BgNbd| Some(model.p_alive(&row));
    let alive = fit.interval(alive, Scale::Logit, 0.95).unwrap().unwrap();
    assert!(0.0 < alive.low && alive.low < alive.value && alive.value < alive.high);
    assert!(alive.high < 1.0);
    // What is certain has no interval around it.
    let new = Row::new(0, 0.0, 10.0).unwrap();
    let certain = fit.interval(|m| Some(m.p_alive(&new)), Scale::Logit, 0.95).unwrap().unwrap();
    assert_eq!((certain.low, certain.high), (1.0, 1.0));
    // The bootstrap is of the same mind, and repeatable.
    let models = fit.bootstrap(&sample, BgNbd::fit, 60, 9).unwrap();
    let again = fit.bootstrap(&sample, BgNbd::fit, 60, 9).unwrap();
    assert_eq!(models, again);
    let bootstrap = bootstrap_interval(&models, expected, 0.95).unwrap().unwrap();
    let ratio = (bootstrap.high - bootstrap.low) / (delta.high - delta.low);
    assert!((0.6..1.6).contains(&ratio), "{delta:?} {bootstrap:?}");
}

#[test]
fn simulations_repeat_and_agree_with_expectations() {
    let model = ParetoNbd::new(WEEK, 0.8, 8.0, 0.7, 12.0).unwrap();
    let ages = vec![52.0; 20_000];
    let one = with_threads(Some(1), || model.simulate(&ages, 5)).unwrap().unwrap();
    let two = with_threads(Some(2), || model.simulate(&ages, 5)).unwrap().unwrap();
    assert_eq!(one, two);
    let year = Span::new(52.0, WEEK).unwrap();
    let outlook = model.outlook_new();
    check_simulated(&one, &outlook, year);
    let bg = BgNbd::new(WEEK, 0.8, 8.0, 0.7, 2.0).unwrap();
    check_simulated(&bg.simulate(&ages, 6).unwrap(), &bg.outlook_new(), year);
    let mbg = MbgNbd::new(WEEK, 0.8, 8.0, 0.7, 2.0).unwrap();
    check_simulated(&mbg.simulate(&ages, 7).unwrap(), &mbg.outlook_new(), year);
    let regular = mbg.regular(3).unwrap();
    check_simulated(&regular.simulate(&ages, 8).unwrap(), &regular.outlook_new(), year);
    let donors = BgBb::new(WEEK, 1.2, 2.75, 0.66, 12.8).unwrap();
    check_simulated(&donors.simulate(&ages, 9).unwrap(), &donors.outlook_new(), year);
}

fn check_simulated<F: clientela::lifetime::Future>(
    clients: &[clientela::lifetime::SimulatedClient],
    outlook: &clientela::lifetime::Outlook<F>,
    year: Span,
) {
    let n = clients.len() as f64;
    let mean = |f: &dyn Fn(&clientela::lifetime::SimulatedClient) -> f64| {
        let mean = clients.iter().map(f).sum::<f64>() / n;
        let square = clients.iter().map(|c| (f(c) - mean).powi(2)).sum::<f64>() / n;
        (mean, 4.5 * (square / n).sqrt())
    };
    let near = |(mean, error): (f64, f64), exact: f64| {
        assert!((mean - exact).abs() < error, "{mean} ± {error}, not {exact}");
    };
    near(mean(&|c| f64::from(c.row.x())), outlook.expected_purchases(year));
    near(mean(&|c| f64::from(u8::from(c.alive))), outlook.p_alive_after(year));
    for n in [0, 1, 2, 5] {
        near(mean(&|c| f64::from(u8::from(c.row.x() == n))), outlook.p_purchases(n, year));
    }
}

/// Clients are made up over a whole period; what is predicted from the first part of it is
/// compared with the second, over all clients and by number of purchases.
fn check_predictions(model: &impl Simulate, clients: usize, until: f64, whole: f64) {
    let clients = model.simulate(&vec![whole; clients], 77).unwrap();
    let ahead = Span::new(whole - until, model.time_unit()).unwrap();
    // Sums of actual less predicted, of their squares, and of clients, per figure and x.
    let mut sums = [[(0.0, 0.0, 0.0); 4]; 4];
    for client in &clients {
        let seen = client.purchases.partition_point(|&time| time <= until);
        let last = client.purchases[..seen].last().copied().unwrap_or(0.0);
        let outlook = model.outlook(&Row::new(seen as u32, last, until).unwrap());
        let bought = client.purchases.len() - seen;
        let figures = [
            bought as f64 - outlook.expected_purchases(ahead),
            f64::from(u8::from(bought == 0)) - outlook.p_no_purchase(ahead),
            f64::from(u8::from(bought == 2)) - outlook.p_purchases(2, ahead),
            f64::from(u8::from(client.alive)) - outlook.p_alive_after(ahead),
        ];
        for (by_x, off) in sums.iter_mut().zip(figures) {
            let sum = &mut by_x[seen.min(3)];
            *sum = (sum.0 + off, sum.1 + off * off, sum.2 + 1.0);
        }
    }
    for (figure, by_x) in sums.iter().enumerate() {
        for (x, &(sum, square, clients)) in by_x.iter().enumerate() {
            assert!(clients > 100.0, "{} {x}", model.name());
            let error = f64::sqrt(square);
            let name = model.name();
            assert!(sum.abs() <= 4.0 * error, "{name}, figure {figure}, x {x}: {sum} ± {error}");
        }
    }
}

#[test]
fn predictions_come_true() {
    check_predictions(&Nbd::new(WEEK, 0.8, 12.0).unwrap(), 12_000, 30.0, 50.0);
    check_predictions(&ParetoNbd::new(WEEK, 0.8, 8.0, 0.7, 12.0).unwrap(), 12_000, 30.0, 50.0);
    let bg = BgNbd::new(WEEK, 0.8, 8.0, 0.7, 2.0).unwrap();
    let mbg = MbgNbd::new(WEEK, 0.8, 8.0, 0.7, 2.0).unwrap();
    check_predictions(&bg, 12_000, 30.0, 50.0);
    check_predictions(&mbg, 12_000, 30.0, 50.0);
    check_predictions(&bg.regular(2).unwrap(), 4_000, 30.0, 50.0);
    check_predictions(&mbg.regular(4).unwrap(), 3_000, 60.0, 90.0);
    check_predictions(&BgBb::new(WEEK, 1.2, 5.75, 0.66, 9.8).unwrap(), 12_000, 20.0, 30.0);
}
