//! Published fits and predictions, and values computed with 50 digits.

#![allow(clippy::float_cmp, reason = "zeros and ones are exact")]

mod common;

use std::collections::BTreeMap;

use clientela::lifetime::{
    BgBb, BgNbd, Discount, Fit, GammaGamma, MbgNbd, Nbd, Parametric, ParetoNbd, PurchaseModel, Row,
    Span, TimeUnit,
};
use common::{assert_close, cdnow, data, donations, relative};

const WEEK: TimeUnit = TimeUnit::Week;

fn weeks(length: f64) -> Span {
    Span::new(length, WEEK).unwrap()
}

/// Parameters to 1e-6 (or the last digit given), log-likelihood to 1e-4, standard errors to 1e-3.
#[track_caller]
fn check<M: Parametric>(fit: &Fit<M>, parameters: &[f64], log_likelihood: f64, errors: &[f64]) {
    assert!(fit.optimality.is_clean(), "{:?}", fit.optimality);
    assert!(fit.optimality.gradient < 1e-5, "{:?}", fit.optimality);
    let name = fit.model.name();
    let estimates = fit.estimates(0.95).unwrap();
    let mut worst = 0.0_f64;
    for (estimate, &exact) in estimates.iter().zip(parameters) {
        worst = worst.max(relative(estimate.value, exact));
        // The references have 7 or 8 digits.
        let digits = 0.6e-7 / exact;
        let off = relative(estimate.value, exact);
        assert!(
            off <= f64::max(1e-6, digits),
            "{name} {}: {} {off}",
            estimate.name,
            estimate.value
        );
        let interval = estimate.interval.unwrap();
        assert!(interval.low < exact && exact < interval.high);
    }
    let off = (fit.log_likelihood - log_likelihood).abs();
    assert!(off < 1e-4, "{name}: {} {off}", fit.log_likelihood);
    for (estimate, &exact) in estimates.iter().zip(errors) {
        assert_close(estimate.standard_error.unwrap(), exact, 1e-3);
    }
    let steps = fit.optimality.steps;
    println!("{name}: parameters {worst:.1e}, log-likelihood {off:.1e}, {steps} steps");
    let covariance = fit.covariance().unwrap();
    for i in 0..parameters.len() {
        for j in 0..i {
            assert_eq!(covariance.get(i, j), covariance.get(j, i));
        }
    }
}

#[test]
fn fits_of_the_sample() {
    let sample = cdnow("cdnow_sample.csv");
    assert_eq!(sample.clients(), 2357);
    check(
        &BgNbd::fit(&sample).unwrap(),
        &[0.242_594_5, 4.413_602_0, 0.792_922_0, 2.425_906_8],
        -9_582.429_21,
        &[0.012_56, 0.378_22, 0.185_73, 0.705_42],
    );
    check(
        &ParetoNbd::fit(&sample).unwrap(),
        &[0.553_277_0, 10.577_683_4, 0.606_239_9, 11.668_734_1],
        -9_594.976_18,
        &[0.047_63, 0.842_72, 0.187_28, 6.211_00],
    );
    check(
        &MbgNbd::fit(&sample).unwrap(),
        &[0.524_843_2, 6.183_085_2, 0.891_359_4, 1.614_002_3],
        -9_582.135_72,
        &[0.083_27, 0.695_62, 0.154_79, 0.537_49],
    );
    check(&Nbd::fit(&sample).unwrap(), &[0.384_766_1, 12.072_022_8], -9_763.657_61, &[]);
    let spend = GammaGamma::fit(&sample).unwrap();
    assert_eq!(spend.clients, 946);
    check(
        &spend,
        &[6.249_572_1, 3.744_224_6, 15.443_521_0],
        -4_055.917_69,
        &[1.190_06, 0.290_13, 4.159_43],
    );
}

#[test]
fn fits_of_all_clients() {
    let full = cdnow("cdnow_full.csv");
    assert_eq!(full.clients(), 23_570);
    check(
        &BgNbd::fit(&full).unwrap(),
        &[0.251_624_0, 4.788_942_8, 0.723_433_6, 2.161_088_3],
        -95_368.443_93,
        &[],
    );
    check(
        &MbgNbd::fit(&full).unwrap(),
        &[0.637_139_7, 7.310_289_2, 0.807_474_1, 1.228_394_1],
        -95_336.958_32,
        &[],
    );
    check(
        &ParetoNbd::fit(&full).unwrap(),
        &[0.597_420_0, 11.585_657_5, 0.522_185_5, 8.827_755_9],
        -95_415.118_62,
        &[],
    );
    let spend = GammaGamma::fit(&full).unwrap();
    assert_eq!(spend.clients, 9450);
    check(&spend, &[6.275_358_3, 3.624_449_7, 14.983_687_5], -40_763.476_26, &[]);
}

#[test]
fn fit_of_the_donors() {
    check(
        &BgBb::fit(&donations()).unwrap(),
        &[1.203_522_4, 0.749_716_4, 0.656_718_2, 2.783_442_1],
        -33_225.581_27,
        &[0.069_39, 0.029_45, 0.051_01, 0.320_82],
    );
}

/// One value of the reference, by our functions.
fn value(model: &str, function: &str, p: &[f64], args: &[f64]) -> f64 {
    let n = |i: usize| args[i] as u32;
    let row = |from: usize| Row::new(n(from), args[from + 1], args[from + 2]).unwrap();
    match model {
        "pareto_nbd" => {
            let model = ParetoNbd::new(WEEK, p[0], p[1], p[2], p[3]).unwrap();
            continuous(&model, function, args, row)
        }
        "bg_nbd" => {
            let model = BgNbd::new(WEEK, p[0], p[1], p[2], p[3]).unwrap();
            continuous(&model, function, args, row)
        }
        "mbg_nbd" => {
            let model = MbgNbd::new(WEEK, p[0], p[1], p[2], p[3]).unwrap();
            continuous(&model, function, args, row)
        }
        "bg_bb" => {
            let model = BgBb::new(WEEK, p[0], p[1], p[2], p[3]).unwrap();
            match function {
                "loglik" => model.log_likelihood(&row(0)),
                "p_alive_m1" => model.p_alive_after(&row(0), weeks(1.0)),
                "cet_m5" => model.expected_purchases(&row(0), weeks(5.0)),
                "cet_m10" => model.expected_purchases(&row(0), weeks(10.0)),
                "dert_d0.1" => {
                    let discount = Discount::effective(0.1, WEEK).unwrap();
                    model.discounted_forever(&row(0), discount).unwrap()
                }
                "expected_n10" => model.expected_purchases_new(weeks(10.0)),
                other => panic!("{other}"),
            }
        }
        "gamma_gamma" => {
            let model = GammaGamma::new(p[0], p[1], p[2]).unwrap();
            let row = || Row::new(n(0), 1.0, 1.0).unwrap().with_spend(args[1]).unwrap();
            match function {
                "loglik" => model.log_likelihood(&row()).unwrap(),
                "expected_spend" => model.expected_spend(&row()).unwrap(),
                "population_mean" => model.population_mean().unwrap(),
                other => panic!("{other}"),
            }
        }
        other => panic!("{other}"),
    }
}

fn continuous(
    model: &impl PurchaseModel,
    function: &str,
    args: &[f64],
    row: impl Fn(usize) -> Row,
) -> f64 {
    match function {
        "loglik" => model.log_likelihood(&row(0)),
        "p_alive" => model.p_alive(&row(0)),
        "cet" => model.expected_purchases(&row(1), weeks(args[0])),
        "expected" => model.expected_purchases_new(weeks(args[0])),
        "pmf" => model.p_purchases_new(args[0] as u32, weeks(args[1])),
        "pmf_t39" => model.p_purchases_new(args[0] as u32, weeks(39.0)),
        "cond_pmf_n0_t39" => model.p_purchases(&row(0), 0, weeks(39.0)),
        "cond_pmf_n3_t39" => model.p_purchases(&row(0), 3, weeks(39.0)),
        "dert_d0.0027" => {
            let discount = Discount::continuous(0.0027, WEEK).unwrap();
            model.discounted_forever(&row(0), discount).unwrap()
        }
        other => panic!("{other}"),
    }
}

#[test]
fn values_of_fifty_digits() {
    #[derive(serde::Deserialize)]
    struct Reference {
        model: String,
        r#fn: String,
        params: Vec<f64>,
        args: Vec<f64>,
        value: String,
    }
    #[derive(serde::Deserialize)]
    struct File {
        values: Vec<Reference>,
    }
    let file: File = serde_json::from_str(&data("clv_reference_values.json")).unwrap();
    assert_eq!(file.values.len(), 176);
    let mut worst: BTreeMap<String, f64> = BTreeMap::new();
    let mut wrong = Vec::new();
    for reference in &file.values {
        let exact: f64 = reference.value.parse().unwrap();
        let ours = value(&reference.model, &reference.r#fn, &reference.params, &reference.args);
        let off = relative(ours, exact);
        let name = format!("{} {}", reference.model, reference.r#fn);
        let nested = name.starts_with("bg_nbd dert") || name.starts_with("mbg_nbd dert");
        let tolerance = if nested { 1e-7 } else { 1e-10 };
        if off.is_nan() || off > tolerance {
            wrong.push(format!(
                "{name} {:?} {:?}: {ours}, not {exact}",
                reference.params, reference.args
            ));
        }
        let worst = worst.entry(name).or_default();
        *worst = worst.max(off);
    }
    for (name, off) in worst {
        println!("{name}: {off:.1e}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
