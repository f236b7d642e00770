//! Where others give NaN: large counts, long times, parameters at the borders of the formulas,
//! against values computed with 50 digits (`data/make_stress.py`).

mod common;

use std::collections::BTreeMap;

use clientela::lifetime::{
    BgBb, BgNbd, Discount, MbgNbd, ParetoNbd, PurchaseModel, Row, Span, TimeUnit,
};
use common::{data, relative};

const DAY: TimeUnit = TimeUnit::Day;

fn days(length: f64) -> Span {
    Span::new(length, DAY).unwrap()
}

fn value(model: &impl PurchaseModel, function: &str, args: &[f64]) -> f64 {
    let row = || Row::new(args[0] as u32, args[1], args[2]).unwrap();
    match function {
        "log_likelihood" => model.log_likelihood(&row()),
        "p_alive" => model.p_alive(&row()),
        "expected_39" => model.expected_purchases(&row(), days(39.0)),
        "expected" => model.expected_purchases(&row(), days(args[3])),
        "new_expected" => model.expected_purchases_new(days(args[0])),
        "new_alive" => model.outlook_new().p_alive_after(days(args[0])),
        "new_pmf_52" => model.p_purchases_new(args[0] as u32, days(52.0)),
        "forever" => {
            let discount = Discount::continuous(args[0], DAY).unwrap();
            model.outlook_new().discounted_forever(discount).unwrap()
        }
        other => panic!("{other}"),
    }
}

#[test]
fn stress() {
    let mut worst: BTreeMap<(String, String), (usize, f64)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in data("stress.csv").lines() {
        let fields: Vec<&str> = line.split(',').collect();
        let numbers = |text: &str| -> Vec<f64> {
            text.split(' ').map(|number| number.parse().unwrap()).collect()
        };
        let (p, args, exact) = (numbers(fields[2]), numbers(fields[3]), numbers(fields[4])[0]);
        let ours = match fields[0] {
            "pareto" => {
                value(&ParetoNbd::new(DAY, p[0], p[1], p[2], p[3]).unwrap(), fields[1], &args)
            }
            "bg" => value(&BgNbd::new(DAY, p[0], p[1], p[2], p[3]).unwrap(), fields[1], &args),
            "mbg" => value(&MbgNbd::new(DAY, p[0], p[1], p[2], p[3]).unwrap(), fields[1], &args),
            "bg_bb" => value(&BgBb::new(DAY, p[0], p[1], p[2], p[3]).unwrap(), fields[1], &args),
            other => panic!("{other}"),
        };
        // What lies below the smallest ordinary number may be 0, and nothing else.
        let off = if exact.abs() < 1e-290 { ours.abs() } else { relative(ours, exact) };
        if off.is_nan() || off > 1e-10 {
            wrong.push(format!("{line}: {ours}, off by {off:.1e}"));
        }
        let worst = worst.entry((fields[0].to_owned(), fields[1].to_owned())).or_default();
        worst.0 += 1;
        worst.1 = worst.1.max(off);
    }
    for (name, (cases, off)) in &worst {
        println!("{name:?}: {cases} cases, {off:.1e}");
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    let count = |model: &str, function: &str| worst[&(model.to_owned(), function.to_owned())].0;
    assert_eq!(count("pareto", "log_likelihood"), 135);
    assert_eq!(count("bg", "expected") + count("mbg", "expected"), 220);
}
