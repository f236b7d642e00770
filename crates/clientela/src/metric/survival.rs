//! How long new clients take to buy a second time, by Kaplan and Meier.

use serde::Deserialize;

use super::pass::{add_up, fold};
use crate::axis::column;
use crate::error::Result;
use crate::table::Table;
use crate::view::{Seen, View, counts, floats};

/// The time from the first to the second purchase day, over the whole history, by the estimator
/// of Kaplan and Meier (1958). Clients that have not bought again yet are censored on the day of
/// the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecondPurchaseView {}

/// A row of the table of Kaplan and Meier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    pub(crate) time: u64,
    pub(crate) at_risk: u64,
    pub(crate) events: u64,
    pub(crate) censored: u64,
    /// The share that has had no event by then.
    pub(crate) survival: f64,
    /// By Greenwood (1926); `None` once nobody is left.
    pub(crate) error: Option<f64>,
    /// Both limits of 95 % on the scale of log(−log); `None` where the survival is 0 or 1.
    pub(crate) limits: Option<[f64; 2]>,
}

/// The table of Kaplan and Meier, from events and censored ones by time. Who is censored at a
/// time was at risk of its events.
pub(crate) fn kaplan_meier(events: &[u64], censored: &[u64]) -> Vec<Step> {
    /// The normal quantile of 97.5 %.
    const Z: f64 = 1.959_963_984_540_054;
    let mut at_risk: u64 = events.iter().chain(censored).sum();
    let (mut survival, mut variance) = (1.0, 0.0);
    let mut steps = Vec::new();
    for (time, (&events, &censored)) in (0..).zip(events.iter().zip(censored)) {
        if events + censored == 0 {
            continue;
        }
        let left = at_risk - events;
        survival *= left as f64 / at_risk as f64;
        if events > 0 && left > 0 {
            variance += events as f64 / (at_risk as f64 * left as f64);
        }
        let limits = (survival > 0.0 && survival < 1.0).then(|| {
            // S^exp(±z · σ / |ln S|); the larger power is the lower limit.
            let width = Z * f64::sqrt(variance) / f64::ln(survival).abs();
            [width, -width].map(|width| f64::powf(survival, f64::exp(width)))
        });
        let error = (left > 0).then(|| survival * f64::sqrt(variance));
        steps.push(Step { time, at_risk, events, censored, survival, error, limits });
        at_risk = left - censored;
    }
    steps
}

impl View for SecondPurchaseView {
    const NAME: &'static str = "second_purchase";
    const ABOUT: &'static str =
        "After so many days from the first purchase: the share that has not bought again.";
    const SOURCE: &'static str = "R27; Kaplan and Meier 1958";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let as_of = seen.as_of().days();
        let first = seen.known.basis.plan.first_day();
        let longest = first.map_or(0, |first| as_of - first.days()) as usize;
        let none = || [vec![0_u64; longest + 1], vec![0; longest + 1]];
        let [events, censored] = fold(
            seen,
            none,
            |[events, censored], _, history| match history.visits {
                [] => {}
                [only] => censored[(as_of - only.day) as usize] += 1,
                [first, second, ..] => events[(second.day - first.day) as usize] += 1,
            },
            |[events, censored], [more, others]| [add_up(events, &more), add_up(censored, &others)],
        );
        let steps = kaplan_meier(&events, &censored);
        let count = |of: fn(&Step) -> u64| counts(steps.iter().map(|step| Some(of(step) as i64)));
        Ok(Table::new(vec![
            column("day", "convention", "Days since the first purchase.", count(|step| step.time)),
            column(
                "at_risk",
                "convention",
                "Clients that had not bought again before, and are known to this day.",
                count(|step| step.at_risk),
            ),
            column(
                "events",
                "convention",
                "Clients that bought again on it.",
                count(|step| step.events),
            ),
            column(
                "censored",
                "convention",
                "Clients whose history ends with it.",
                count(|step| step.censored),
            ),
            column(
                "survival",
                "convention",
                "Share of clients that have not bought again by then, as a ratio.",
                floats(steps.iter().map(|step| Some(step.survival))),
            ),
            column(
                "standard_error",
                "convention",
                "Standard error of the share by Greenwood; missing once nobody is at risk.",
                floats(steps.iter().map(|step| step.error)),
            ),
            column(
                "low",
                "convention",
                "Lower limit of 95 %, log-log; missing where the share is 0 or 1.",
                floats(steps.iter().map(|step| Some(step.limits?[0]))),
            ),
            column(
                "high",
                "convention",
                "Upper limit of 95 %, log-log; missing where the share is 0 or 1.",
                floats(steps.iter().map(|step| Some(step.limits?[1]))),
            ),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: f64, exact: f64) {
        assert!((ours - exact).abs() < 1e-12, "{ours}, not {exact}");
    }

    /// The 6-MP arm of Freireich et al. (1963), a classic by hand: 21 patients, remission in
    /// weeks 6, 6, 6, 7, 10, 13, 16, 22, 23, censored 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35.
    #[test]
    fn the_classic_table() {
        let (mut events, mut censored) = (vec![0; 36], vec![0; 36]);
        for week in [6, 6, 6, 7, 10, 13, 16, 22, 23] {
            events[week] += 1;
        }
        for week in [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35] {
            censored[week] += 1;
        }
        let steps = kaplan_meier(&events, &censored);
        let at = |week: u64| *steps.iter().find(|step| step.time == week).expect("a week");
        let shares = [
            (6, 21, 18.0 / 21.0),
            (7, 17, 18.0 / 21.0 * 16.0 / 17.0),
            (10, 15, 18.0 / 21.0 * 16.0 / 17.0 * 14.0 / 15.0),
            (13, 12, 18.0 / 21.0 * 16.0 / 17.0 * 14.0 / 15.0 * 11.0 / 12.0),
        ];
        for (week, at_risk, survival) in shares {
            assert_eq!(at(week).at_risk, at_risk);
            close(at(week).survival, survival);
        }
        let survival = 18.0_f64 / 21.0;
        close(at(6).error.expect("some are left"), survival * (3.0_f64 / (21.0 * 18.0)).sqrt());
        // Published: 0.448 at week 23, standard error 0.1346.
        assert!((at(23).survival - 0.4482).abs() < 5e-5);
        assert!((at(23).error.expect("some are left") - 0.1346).abs() < 5e-5);
        // log-log, R: survfit(..., conf.type = "log-log"): 0.620 to 0.952 at week 6.
        let [low, high] = at(6).limits.expect("between 0 and 1");
        assert!((low - 0.620).abs() < 5e-4 && (high - 0.952).abs() < 5e-4, "{low} {high}");
    }

    #[test]
    fn the_ends_have_no_limits() {
        let steps = kaplan_meier(&[0, 0, 2], &[1, 0, 0]);
        assert_eq!((steps[0].survival, steps[0].limits), (1.0, None));
        assert_eq!(steps[0].error, Some(0.0));
        assert_eq!((steps[1].survival, steps[1].error, steps[1].limits), (0.0, None, None));
        assert_eq!(steps[1].at_risk, 2);
    }
}
