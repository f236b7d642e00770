//! What becomes of the margins of VIPs (R34, S3.2).

use std::cmp::Reverse;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use super::erosion::{ErosionVerdict, Margin, judge};
use super::sales::Marks;
use crate::axis::{choice, column};
use crate::calendar::Step;
use crate::census::history::Scratch;
use crate::error::{Error, Result};
use crate::table::{NO_CODE, NO_INT64, Table};
use crate::view::{Seen, View, clients, counts, days, floats, money, texts};

/// The margins of VIPs by complete periods of `risk.erosion_step` (R34): those at cost first,
/// then those that erode, then those of whom it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Erosions {}

/// How many margins are shown.
const SHOWN: usize = 6;

/// One VIP.
pub(crate) struct Eroding {
    pub(crate) row: usize,
    /// The last complete period with sales.
    pub(crate) period: Option<i32>,
    last: Option<Margin>,
    pub(crate) verdict: Option<ErosionVerdict>,
    pub(crate) falls: Option<u16>,
    pub(crate) trend: String,
    cause: String,
}

/// The name of a step in a sentence.
pub(super) const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Week => "week",
        Step::Month => "month",
        Step::Quarter => "quarter",
        Step::Year => "year",
    }
}

/// All VIPs, in the order of the table; `None` where the sales have no profits.
pub(crate) fn eroding(seen: &Seen<'_>) -> Option<Vec<Eroding>> {
    let risk = &seen.policy().risk;
    let (basis, step) = (seen.known.basis, risk.erosion_step);
    let columns = basis.ledger.columns();
    let profits = columns.extras.profit.as_ref()?;
    let histories = seen.histories();
    let periods = basis.plan.days(|day| day.period(step));
    let last_complete = step.last_complete(seen.as_of());
    let marks = Marks::of(seen);
    let vips: Vec<usize> = (0..seen.rows()).filter(|&row| marks.vip(row)).collect();
    let read = |scratch: &mut Scratch, row: usize| {
        // Period, amount, and profit unless a line's is unknown.
        let mut all: Vec<(i32, i128, Option<i128>)> = Vec::new();
        for &line in histories.counted(basis.client(row), scratch) {
            let line = line as usize;
            let period = periods.get(columns.days[line]);
            if period > last_complete {
                break;
            }
            let profit = Some(profits[line]).filter(|&profit| profit != NO_INT64);
            let (amount, profit) = (i128::from(columns.amounts[line]), profit.map(i128::from));
            match all.last_mut() {
                Some(last) if last.0 == period => {
                    last.1 += amount;
                    last.2 = last.2.zip(profit).map(|(sum, profit)| sum + profit);
                }
                _ => all.push((period, amount, profit)),
            }
        }
        all.retain(|one| one.1 > 0);
        let unknown = all.last().filter(|one| one.2.is_none()).map(|one| one.0);
        // What is before an unknown margin says nothing of a row of falls.
        let from = all.iter().rposition(|one| one.2.is_none()).map_or(0, |at| at + 1);
        let known: Vec<Margin> =
            all[from..].iter().filter_map(|one| Some((one.1, one.2?))).collect();
        let judged = judge(&known, risk);
        let percent =
            |&(amount, profit): &Margin| format!("{:.1} %", 100.0 * profit as f64 / amount as f64);
        let shown = &known[known.len().saturating_sub(SHOWN)..];
        let cause = match unknown {
            Some(period) => format!("The profit in {} is not known.", step.label(period)),
            None if judged.is_none() => {
                format!("There is no complete {} with sales.", step_name(step))
            }
            None => String::new(),
        };
        Eroding {
            row,
            period: all.last().map(|one| one.0),
            last: known.last().copied(),
            verdict: judged.map(|(verdict, _)| verdict),
            falls: judged.map(|(_, falls)| falls),
            trend: shown.iter().map(percent).collect::<Vec<_>>().join(", "),
            cause,
        }
    };
    let mut all: Vec<Eroding> = vips
        .into_par_iter()
        .map_init(Scratch::default, |scratch, row| read(scratch, row))
        .collect();
    let rank = |verdict: Option<ErosionVerdict>| match verdict {
        Some(ErosionVerdict::Critical) => 0,
        Some(ErosionVerdict::Eroding) => 1,
        None => 2,
        Some(ErosionVerdict::NoneSeen) => 3,
    };
    all.sort_by_key(|one| (rank(one.verdict), Reverse(one.last.map(|last| last.0)), one.row));
    Some(all)
}

impl View for Erosions {
    const NAME: &'static str = "erosion";
    const ABOUT: &'static str = "A VIP, and what becomes of the margin on its sales.";
    const SOURCE: &'static str = "R34, S3.2";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let all = eroding(seen).ok_or_else(|| Error::BadColumn {
            column: "profit".to_owned(),
            problem: "the sales have none, and without it there is no margin".to_owned(),
        })?;
        let step = seen.policy().risk.erosion_step;
        let rows: Vec<usize> = all.iter().map(|one| one.row).collect();
        let codes = all.iter().map(|one| one.verdict.map_or(NO_CODE, |verdict| verdict as u8));
        let scale = seen.scale();
        Ok(Table::new(vec![
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column(
                "begins",
                "R34",
                "First day of the last complete period with sales.",
                days(all.iter().map(|one| one.period.map(|period| step.first_day(period)))),
            ),
            column(
                "amount",
                "R34",
                "Net amount in that period.",
                money(scale, all.iter().map(|one| one.last.map(|last| last.0)))?,
            ),
            column(
                "profit",
                "R34",
                "Profit in that period.",
                money(scale, all.iter().map(|one| one.last.map(|last| last.1)))?,
            ),
            column(
                "margin_percent",
                "R34",
                "Profit in per cent of the amount.",
                floats(all.iter().map(|one| {
                    one.last.map(|(amount, profit)| 100.0 * profit as f64 / amount as f64)
                })),
            ),
            column(
                "falls_in_a_row",
                "R34",
                "How many times in a row the margin fell up to that period; periods without \
                 sales are passed over.",
                counts(all.iter().map(|one| one.falls.map(i64::from))),
            ),
            column(
                "verdict",
                "R34",
                "What becomes of the margin.",
                choice(Arc::new(codes.collect()), &ErosionVerdict::NAMES),
            ),
            column(
                "trend",
                "R34",
                "The last six margins, the oldest first.",
                texts(all.iter().map(|one| &one.trend)),
            ),
            column("cause", "R34", "Why it is not known.", texts(all.iter().map(|one| &one.cause))),
        ]))
    }
}
