//! Models by their names, with covariates, and what a fit might have been.

use std::collections::BTreeMap;

use clientela::lifetime::{
    AnyFit, AnyModel, BgNbd, Clients, Covariates, Discount, FitOptions, GammaGamma, MbgNbd,
    Parametric, ParetoNbd, Prediction, PurchaseModel, Row, Simulate, Span, Summary, TimeUnit,
    active_clients, bootstrap_interval, frequencies, places_of, tracking,
};
use clientela::{
    Base, ClientColumn, ClientId, Day, ErrorCode, LedgerBuilder, LedgerOptions, Policy, Sales,
};

const WEEK: TimeUnit = TimeUnit::Week;

/// 1,500 clients seen for 39 to 78 weeks; every third came through the web, and those buy twice
/// as fast and stay longer.
fn cohort() -> (Summary, Covariates, Covariates) {
    let n = 1500;
    let web: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let age: Vec<f64> = (0..n).map(|i| f64::from(20 + i * 37 % 50)).collect();
    let ages: Vec<f64> = (0..n).map(|i| 39.0 + f64::from(i * 7 % 39)).collect();
    let shop = ParetoNbd::new(WEEK, 0.8, 8.0, 0.7, 12.0).unwrap();
    let online = ParetoNbd::new(WEEK, 0.8, 4.0, 0.7, 20.0).unwrap();
    let [shop, online] = [shop, online].map(|model| model.simulate_summary(&ages, 11).unwrap());
    let row = |i: usize| if web[i] > 0.5 { online.rows()[i] } else { shop.rows()[i] };
    let purchase = Covariates::new(&[("web", &web), ("age", &age)]).unwrap();
    let dropout = Covariates::new(&[("web", &web)]).unwrap();
    (Summary::new(WEEK, (0..n as usize).map(row).collect()), purchase, dropout)
}

fn fit(name: &str, clients: Clients<'_>) -> AnyFit {
    AnyModel::fit(name, clients, &FitOptions::default()).unwrap()
}

fn question(json: &str) -> Prediction {
    Prediction::from_json(json).unwrap()
}

fn year() -> Prediction {
    question(r#"{"predict": "expected_purchases", "horizon": 52, "unit": "week"}"#)
}

#[test]
fn each_client_is_asked_by_the_model_of_its_covariates() {
    let (summary, purchase, dropout) = cohort();
    let clients = Clients::with(&summary, &purchase, &dropout).unwrap();
    let span = Span::new(52.0, WEEK).unwrap();
    let spend = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let discount = Discount::effective(0.1, TimeUnit::Year).unwrap();
    for (name, parameters) in [("bg_nbd", 8), ("mbg_nbd", 8), ("pareto_nbd", 7)] {
        let fit = fit(name, clients);
        assert!(fit.optimality.is_clean(), "{name}: {:?}", fit.optimality);
        let names = fit.model.parameter_names();
        assert_eq!(names.len(), parameters, "{names:?}");
        assert_eq!(names[4..6], ["purchase:web", "purchase:age"]);
        // The web was made to buy at twice the rate, ln 2; the age says nothing.
        let estimates = fit.estimates(0.999).unwrap();
        let within = |at: usize, exact: f64| {
            let interval = estimates[at].interval.unwrap();
            assert!(interval.low < exact && exact < interval.high, "{name}: {:?}", estimates[at]);
        };
        if name == "pareto_nbd" {
            within(4, 2.0_f64.ln());
            within(6, -(20.0_f64 / 12.0).ln());
        }
        within(5, 0.0);
        assert_eq!((fit.model.kind(), fit.model.has_covariates()), (name, true));

        // Row by row, with the plain model that the definition gives.
        let answers = fit.model.predict(&year(), clients).unwrap();
        let worth = fit.model.clv(&spend, clients, Some(span), discount).unwrap();
        let next = fit.model.next_purchases(clients, 0.8).unwrap();
        for row in [0, 1, 2, 3, 700, 1499] {
            let (web, age) = (purchase.row(row)[0], purchase.row(row)[1]);
            let own = BTreeMap::from([("web".to_owned(), web), ("age".to_owned(), age)]);
            let plain = fit.model.for_client(&own).unwrap();
            let p = fit.model.parameters();
            let alpha = p[1] * (-p[4] * web - p[5] * age).exp();
            let by_hand = match &plain {
                AnyModel::ParetoNbd(_) => vec![p[0], alpha, p[2], p[3] * (-p[6] * web).exp()],
                _ => vec![p[0], alpha, p[2] * (p[6] * web).exp(), p[3] * (p[7] * web).exp()],
            };
            for (own, by_hand) in plain.parameters().iter().zip(&by_hand) {
                assert!((own / by_hand - 1.0).abs() < 1e-14, "{name}, {own} and {by_hand}");
            }
            let one = Summary::new(WEEK, vec![summary.rows()[row]]);
            assert_eq!(plain.predict(&year(), &one).unwrap()[0], answers[row], "{name}, {row}");
            let alone = plain.clv(&spend, &one, Some(span), discount).unwrap();
            assert_eq!(alone[0], worth[row], "{name}, {row}");
            let alone = plain.next_purchases(&one, 0.8).unwrap();
            assert_eq!(alone[0], next[row], "{name}, {row}");
        }
        // Parameters by name, JSON of the model and of the fit.
        let given = names.iter().cloned().zip(fit.model.parameters()).collect();
        let again = AnyModel::with_params(name, Some(WEEK), &given).unwrap();
        let by_name: BTreeMap<String, f64> =
            again.parameter_names().into_iter().zip(again.parameters()).collect();
        assert_eq!(by_name, given);
        assert_eq!(AnyModel::from_json(&fit.model.to_json()).unwrap(), fit.model);
        assert_eq!(AnyFit::from_json(&fit.to_json()).unwrap(), fit);
        assert_eq!(fit.report(0.95).unwrap().estimates.len(), parameters);
        // The plain fit is contained in it.
        let plain = self::fit(name, Clients::from(&summary));
        let test = plain.test_against(&fit).unwrap();
        assert_eq!(test.freedom as usize, parameters - 4);
        assert!(test.p_value < 1e-6, "{test:?}");
    }
}

#[test]
fn intervals_of_covariates_are_those_of_the_single_client() {
    let (summary, purchase, dropout) = cohort();
    let clients = Clients::with(&summary, &purchase, &dropout).unwrap();
    let fit = ParetoNbd::fit_with(&summary, &purchase, &dropout).unwrap();
    let any = self::fit("pareto_nbd", clients);
    assert_eq!(any.log_likelihood.to_bits(), fit.log_likelihood.to_bits());
    let intervals = any.predict_intervals(&year(), clients, 0.9).unwrap();
    let span = Span::new(52.0, WEEK).unwrap();
    for row in [0, 1, 1499] {
        let figure = |model: &clientela::lifetime::WithCovariates<ParetoNbd>| {
            let plain = model.for_client(purchase.row(row), dropout.row(row)).ok()?;
            Some(plain.expected_purchases(&summary.rows()[row], span))
        };
        let one = fit.interval(figure, clientela::lifetime::Scale::Log, 0.9).unwrap().unwrap();
        let found = intervals[row].unwrap();
        for (one, found) in [(one.low, found.low), (one.value, found.value), (one.high, found.high)]
        {
            assert!((one / found - 1.0).abs() < 1e-9, "{one} and {found}");
        }
    }
}

#[test]
fn the_bootstrap_agrees_with_the_delta_method_and_with_itself() {
    let (summary, purchase, dropout) = cohort();
    let clients = Clients::with(&summary, &purchase, &dropout).unwrap();
    let fit = fit("mbg_nbd", clients);
    let models = fit.bootstrap(clients, 60, 5).unwrap();
    assert!(models.len() >= 55, "{} of 60", models.len());
    assert_eq!(fit.bootstrap(clients, 60, 5).unwrap(), models);
    assert_ne!(fit.bootstrap(clients, 2, 6).unwrap(), models[..2]);
    let bootstrap = fit.model.bootstrap_intervals(&models, &year(), clients, 0.9).unwrap();
    let delta = fit.predict_intervals(&year(), clients, 0.9).unwrap();
    for row in [0, 1, 1499] {
        let (bootstrap, delta) = (bootstrap[row].unwrap(), delta[row].unwrap());
        assert_eq!(bootstrap.value.to_bits(), delta.value.to_bits());
        let ratio = (bootstrap.high - bootstrap.low) / (delta.high - delta.low);
        assert!((0.5..2.0).contains(&ratio), "{bootstrap:?} and {delta:?}");
    }

    // Of a plain model it is that of the typed fit, rows for several clients and all.
    let few: Vec<Row> = summary.rows()[..400].iter().map(|row| row.times(2)).collect();
    let few = Summary::new(WEEK, few);
    let typed = BgNbd::fit(&few).unwrap();
    let models = typed.bootstrap(&few, BgNbd::fit, 25, 9).unwrap();
    let any = AnyModel::fit("bg_nbd", &few, &FitOptions::default()).unwrap();
    let by_name = any.bootstrap(&few, 25, 9).unwrap();
    assert_eq!(by_name, models.iter().copied().map(AnyModel::BgNbd).collect::<Vec<_>>());
    let span = Span::new(52.0, WEEK).unwrap();
    let figure = |model: &BgNbd| Some(model.expected_purchases(&few.rows()[7], span));
    let one = bootstrap_interval(&models, figure, 0.8).unwrap().unwrap();
    let all = any.model.bootstrap_intervals(&by_name, &year(), &few, 0.8).unwrap();
    let found = all[7].unwrap();
    for (one, found) in [(one.low, found.low), (one.high, found.high)] {
        assert!((one / found - 1.0).abs() < 1e-12, "{one} and {found}");
    }

    // Of spend too: the amounts are made up for those whose own is known.
    let spend = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let mut paid = spend.simulate(&summary, 3).rows().to_vec();
    let unknown = paid.iter().position(|row| row.x() > 0).unwrap();
    paid[unknown] = summary.rows()[unknown];
    let paid = Summary::new(WEEK, paid);
    let fit = AnyModel::fit("gamma_gamma", &paid, &FitOptions::default()).unwrap();
    let again = fit.model.simulate_like(&paid, 1).unwrap();
    assert_eq!(again.clients(), fit.clients);
    let models = fit.bootstrap(&paid, 25, 1).unwrap();
    let what = question(r#"{"predict": "expected_spend"}"#);
    let bootstrap = fit.model.bootstrap_intervals(&models, &what, &paid, 0.8).unwrap();
    assert!(bootstrap.iter().all(|found| found.is_some_and(|found| found.low < found.high)));
}

#[test]
fn regular_buyers_stay_regular_in_the_bootstrap() {
    let truth = MbgNbd::new(WEEK, 2.0, 3.0, 0.8, 4.0).unwrap().regular(3).unwrap();
    let summary = truth.simulate_summary(&[52.0; 800], 11).unwrap();
    let options = FitOptions { k: 1, largest_k: Some(6) };
    let fit = AnyModel::fit("mbg_nbd", &summary, &options).unwrap();
    assert_eq!(fit.model.regularity(), 3);
    let models = fit.bootstrap(&summary, 20, 2).unwrap();
    assert!(models.len() == 20 && models.iter().all(|model| model.regularity() == 3));
}

#[test]
fn tables_take_covariates() {
    let (summary, purchase, dropout) = cohort();
    let clients = Clients::with(&summary, &purchase, &dropout).unwrap();
    let fit = fit("pareto_nbd", clients);
    let floats = |table: &clientela::Table, name: &str| -> Vec<f64> {
        let values = &table.column(name).unwrap().values;
        let value = |row| serde_json::to_value(values.get(row)).unwrap().as_f64().unwrap();
        (0..table.rows()).map(value).collect()
    };
    // Row by row with the plain models.
    let AnyModel::ParetoNbdWithCovariates(model) = &fit.model else { panic!("{:?}", fit.model) };
    let plain = model.for_rows(1500, &purchase, &dropout).unwrap();
    let sum = |figure: &dyn Fn(&ParetoNbd, &Row) -> f64| -> f64 {
        plain.iter().zip(summary.rows()).map(|(model, row)| figure(model, row)).sum()
    };
    let found = floats(&frequencies(&fit.model, clients, 4).unwrap(), "expected");
    for (n, found) in (0..4).zip(&found) {
        let age = |row: &Row| Span::new(row.age(), WEEK).unwrap();
        let wanted = sum(&|model, row| model.p_purchases_new(n, age(row)));
        assert!((found / wanted - 1.0).abs() < 1e-12, "{n}: {found} and {wanted}");
    }
    assert!((found.iter().sum::<f64>() - 1500.0).abs() < 1e-9);
    let year = Span::new(1.0, TimeUnit::Year).unwrap();
    let found = floats(&active_clients(&fit.model, clients, year, 2).unwrap(), "expected_active");
    let wanted = sum(&|model, row| model.p_alive_after(row, year));
    assert!((found[2] / wanted - 1.0).abs() < 1e-12, "{found:?} and {wanted}");
}

fn says<T: std::fmt::Debug>(found: clientela::Result<T>, words: &str) {
    let error = found.unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadArgument, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn what_covariates_cannot_be() {
    let (summary, purchase, dropout) = cohort();
    let clients = Clients::with(&summary, &purchase, &dropout).unwrap();
    let default = FitOptions::default();
    let short = Summary::new(WEEK, summary.rows()[..9].to_vec());
    says(Clients::with(&short, &purchase, &dropout), "1500 rows beside 9");
    says(AnyModel::fit("nbd", clients, &default), "only bg_nbd, mbg_nbd and pareto_nbd");
    says(AnyModel::fit("nbdd", clients, &default), "not one of");
    let regular = FitOptions { k: 2, largest_k: None };
    says(AnyModel::fit("bg_nbd", clients, &regular), "leave one out");
    let fitted = fit("bg_nbd", clients).model;
    says(fitted.predict(&year(), &summary), "has web, age for purchases and web for dropout");
    let other = Clients::with(&summary, &dropout, &dropout).unwrap();
    says(fitted.predict(&year(), other), "given were web and web");
    let plain = fit("bg_nbd", Clients::from(&summary)).model;
    says(plain.predict(&year(), clients), "would change nothing");
    says(frequencies(&plain, clients, 3).map(|_| ()), "would change nothing");
    says(fitted.predict_new(&year()), "differs between clients");
    says(fitted.simulate(&[39.0], 1), "differs between clients");
    let one = |pairs: &[(&str, f64)]| {
        let own = pairs.iter().map(|&(name, value)| (name.to_owned(), value)).collect();
        fitted.for_client(&own)
    };
    says(one(&[("web", 1.0)]), "`age` is missing");
    says(one(&[("web", 1.0), ("age", f64::NAN)]), "`age` is missing or no number");
    says(one(&[("web", 1.0), ("age", 3.0), ("sex", 0.0)]), "does not know `sex`, it has age, web");
    says(one(&[("web", 1.0), ("age", 1e9)]), "a positive number");
    assert_eq!(plain.for_client(&BTreeMap::new()).unwrap(), plain);
    let few = fit("bg_nbd", clients).bootstrap(clients, 3, 1).unwrap();
    says(fitted.bootstrap_intervals(&few, &year(), clients, 0.9), "models");
    let mixed = vec![AnyModel::Nbd(clientela::lifetime::Nbd::new(WEEK, 1.0, 1.0).unwrap()); 20];
    says(
        fitted.bootstrap_intervals(&mixed, &year(), clients, 0.9),
        "a nbd among those of a bg_nbd",
    );

    // Where only a ledger is known, nothing is known of covariates.
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    builder.push(Sales::new(ClientColumn::Int(vec![1, 1].into()), vec![0, 9], vec![5, 5])).unwrap();
    let ledger = builder.finish().unwrap();
    let day = |days: i32| Day::new(days).unwrap();
    says(tracking(&fitted, &ledger, day(9), day(50), WEEK).map(|_| ()), "differs between clients");
    let base = Base::new(&ledger).lifetime(&fitted, None);
    says(base.snapshot(day(50), &Policy::default()).map(|_| ()), "differs between clients");
}

#[test]
fn covariates_come_in_the_order_of_the_clients() {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let ids = ClientColumn::Int(vec![7, 3, 5].into());
    builder.push(Sales::new(ids, vec![0, 1, 2], vec![5, 5, 5])).unwrap();
    let ledger = builder.finish().unwrap();
    let known = ledger.clients();
    let ids = |ids: &[i64]| ids.iter().copied().map(ClientId::Int).collect::<Vec<_>>();
    assert_eq!(places_of(known, &ids(&[5, 9, 7, 3])).unwrap(), [3, 0, 2]);
    let text = |found: clientela::Result<Vec<usize>>| found.unwrap_err().to_string();
    assert!(text(places_of(known, &ids(&[5, 7]))).contains("client 3 is not among them"));
    assert!(text(places_of(known, &ids(&[5, 7, 3, 5]))).contains("client 5 is there twice"));
    let texts = places_of(known, &[ClientId::from("5")]).unwrap_err();
    assert_eq!(texts.code(), ErrorCode::Mismatch);
}
