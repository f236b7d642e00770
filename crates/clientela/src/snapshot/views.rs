//! Views of the base as tables: the ladder, key clients, matches of the target, matrices,
//! movements and rankings (R2, R17, R19, R21, R48).

use std::sync::Arc;

use serde::Serialize;

use super::Snapshot;
use crate::axis::{column, in_column};
use crate::base::Base;
use crate::calendar::{Day, Step};
use crate::census::basis::NO_ROW;

use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::lifecycle::Stage;
use crate::money::Scale;
use crate::policy::Criterion;
use crate::segment::{TargetMatch, keys};
use crate::table::{NO_CODE, NO_INT32, NO_INT64, Table, Values};
use crate::view::texts;

/// Two lists of VIPs by two criteria (R17, S3.6).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriteriaOverlap {
    /// The criterion of the left list.
    pub left: Criterion,
    /// The criterion of the right list.
    pub right: Criterion,
    /// Clients on the left list.
    pub left_clients: u64,
    /// Clients on the right list.
    pub right_clients: u64,
    /// Clients on both.
    pub both: u64,
    /// Twice the common ones over the lengths of both lists; `None` of empty lists.
    pub overlap: Option<f64>,
    /// Clients on the left list only, ascending.
    pub only_left: Vec<ClientId>,
    /// Clients on the right list only, ascending.
    pub only_right: Vec<ClientId>,
}

/// The share that two lists have in common (S3.6): twice the common ones over the lengths of
/// both; for lists of one length that is the common ones over the length. `None` of empty lists.
///
/// ```
/// assert_eq!(clientela::list_overlap(10, 10, 6), Some(0.6));
/// assert_eq!(clientela::list_overlap(0, 0, 0), None);
/// ```
pub fn list_overlap(left: u64, right: u64, both: u64) -> Option<f64> {
    (left + right > 0).then(|| (2 * both) as f64 / (left + right) as f64)
}

/// A criterion that was asked for is an argument, not the policy's.
fn not_to_rank_by(criterion: Criterion, error: Error) -> Error {
    match error {
        Error::BadPolicy { problem, .. } => Error::BadArgument {
            argument: "criterion",
            problem: format!("`{}`: {problem}", criterion.name()),
        },
        error => error,
    }
}

/// Which of two means of sums over counts is larger, without dividing.
fn mean_below(left: (i128, u64), right: (i128, u64)) -> bool {
    left.0 * i128::from(right.1) < right.0 * i128::from(left.1)
}

fn counts(counts: Vec<i64>) -> Values {
    Values::Int64(Arc::new(counts.into()))
}

impl Snapshot {
    /// The ladder (R2, S2.3, S2.4): a row per stage with its clients, their amount, the amount
    /// per client, whether that is below the stage before (a "sales skirt" should widen), and
    /// what moves clients on.
    ///
    /// Prospects are clients without a purchase and portraits of clients without any line.
    ///
    /// # Errors
    /// Sums beyond 64 bits.
    pub fn ladder(&self) -> Result<Table> {
        let mut sums = [(0_i128, 0_u64); 6];
        for (&stage, &amount) in self.codes("stage").iter().zip(self.amounts()) {
            let sum = &mut sums[usize::from(stage)];
            sum.0 += i128::from(amount);
            sum.1 += 1;
        }
        sums[Stage::Prospect as usize].1 += self.prospects().unwrap_or(0);
        let mut inverted = Vec::new();
        let mut before: Option<(i128, u64)> = None;
        for (stage, &sum) in Stage::ALL.into_iter().zip(&sums) {
            if stage == Stage::Prospect || sum.1 == 0 {
                inverted.push(NO_CODE);
                continue;
            }
            inverted.push(u8::from(before.is_some_and(|before| mean_below(sum, before))));
            before = Some(sum);
        }
        let amounts = sums.iter().map(|&(amount, _)| in_column(amount));
        let mean = |&(amount, clients)| Scale::mean_wide(amount, clients).unwrap_or(NO_INT64);
        let money = |values: Vec<i64>| Values::Money(Arc::new(values.into()), self.scale());
        Ok(Table::new(vec![
            column("stage", "R1", "Stage of the ladder.", texts(Stage::NAMES)),
            column(
                "clients",
                "R2, S2.3",
                "Clients at the stage.",
                counts(sums.iter().map(|&(_, clients)| clients as i64).collect()),
            ),
            column("amount", "R2", "Their net amount.", money(amounts.collect::<Result<_>>()?)),
            column(
                "amount_per_client",
                "R2, S2.4",
                "Net amount per client, to the nearest minor unit, halves to even.",
                money(sums.iter().map(mean).collect()),
            ),
            column(
                "inverted",
                "R2, S2.4",
                "Whether a client brings less than one of the nearest lower stage with clients.",
                Values::Flag(Arc::new(inverted.into())),
            ),
            column(
                "next_step",
                "R2, S2.3",
                "What moves clients on.",
                texts(Stage::ALL.map(Stage::next_step)),
            ),
        ]))
    }

    /// Portraits of clients without any line up to the day; `None` without portraits.
    pub(super) fn prospects(&self) -> Option<u64> {
        let declared = self.inner.joined.declared.as_ref()?;
        let with_lines = declared.rows.iter().filter(|&&at| at != NO_ROW).count();
        Some((declared.portraits.len() - with_lines) as u64)
    }

    /// The signs of key clients that hold (R19): a row per client, sign and scope, with what was
    /// held against what. `of` says whether the client or its group has the share.
    ///
    /// # Errors
    /// Sums beyond 64 bits.
    pub fn keys(&self) -> Result<Table> {
        self.ask(|known| keys(known, self.ids()))
    }

    /// How clients match the target (R21, S2.8): a row for the good, the so-so and the others,
    /// with the averages that lifetime value is made of. Clients with a purchase only.
    ///
    /// # Errors
    /// Sums beyond 64 bits.
    pub fn matches(&self) -> Result<Table> {
        #[derive(Clone, Copy, Default)]
        struct Group {
            clients: u64,
            amount: i128,
            purchases: u64,
            months: u64,
            profit: i128,
            profit_unknown: bool,
        }
        let mut groups = [Group::default(); 3];
        let profits = self.profits()?;
        let (first, last) = (self.days("first_purchase"), self.days("last_purchase"));
        let month = |days: i32| Day::new(days).map_or(0, |day| day.period(Step::Month));
        for (row, &code) in self.codes("target_match").iter().enumerate() {
            if first[row] == NO_INT32 {
                continue;
            }
            let group = &mut groups[usize::from(code)];
            group.clients += 1;
            group.amount += i128::from(self.amounts()[row]);
            group.purchases += self.int32("purchases")[row] as u64;
            group.months += (month(last[row]) - month(first[row]) + 1) as u64;
            match profits.as_ref().map(|profits| profits[row]) {
                Some(NO_INT64) | None => group.profit_unknown = true,
                Some(profit) => group.profit += i128::from(profit),
            }
        }
        let money = |values: Vec<i64>| Values::Money(Arc::new(values.into()), self.scale());
        let amounts = groups.iter().map(|group| in_column(group.amount));
        let mean =
            |group: &Group| Scale::mean_wide(group.amount, group.purchases).unwrap_or(NO_INT64);
        let floats = |value: &dyn Fn(&Group) -> f64| {
            Values::Float(Arc::new(groups.iter().map(value).collect()))
        };
        let over = |part: f64, whole: u64| if whole == 0 { f64::NAN } else { part / whole as f64 };
        Ok(Table::new(vec![
            column("name", "R21", "How the clients match.", texts(TargetMatch::NAMES)),
            column(
                "clients",
                "R21",
                "Clients with a purchase.",
                counts(groups.iter().map(|group| group.clients as i64).collect()),
            ),
            column("amount", "R21", "Their net amount.", money(amounts.collect::<Result<_>>()?)),
            column(
                "mean_purchase",
                "S2.5, S2.8",
                "Amount per purchase, to the nearest minor unit, halves to even.",
                money(groups.iter().map(mean).collect()),
            ),
            column(
                "purchases_per_month",
                "S2.5, S2.8",
                "Purchases per month of the clients' lives.",
                floats(&|group| over(group.purchases as f64, group.months)),
            ),
            column(
                "profit_percent",
                "S2.5, S2.8",
                "Profit in per cent of the amount; missing where some of it is unknown.",
                floats(&|group| {
                    if group.profit_unknown || group.amount <= 0 {
                        f64::NAN
                    } else {
                        100.0 * group.profit as f64 / group.amount as f64
                    }
                }),
            ),
            column(
                "months",
                "S2.5, S2.8",
                "Mean months from the first purchase to the last, both included.",
                floats(&|group| over(group.months as f64, group.clients)),
            ),
        ]))
    }

    /// Profit of each client, missing where a line's is unknown; `None` without the column.
    fn profits(&self) -> Result<Option<crate::Buffer<i64>>> {
        self.ask(|known| Ok(known.basis.profits()))
    }

    /// Clients and sums by two columns of verdicts (R48, S0.10): a row per pair of names, those
    /// without a verdict (empty) only where there are such clients. The sums of `actual`,
    /// `potential` and `headroom` are over the clients whose potential is known.
    ///
    /// # Errors
    /// A column that is no choice and no flag; sums beyond 64 bits.
    pub fn matrix(&self, rows: &str, columns: &str) -> Result<Table> {
        #[derive(Clone, Copy, Default)]
        struct Cell {
            clients: i64,
            known: i64,
            sums: [i128; 4],
        }
        let row_names = self.verdict_names("rows", rows)?;
        let column_names = self.verdict_names("columns", columns)?;
        let width = column_names.len() + 1;
        let mut cells = vec![Cell::default(); (row_names.len() + 1) * width];
        let (row_codes, column_codes) = (self.codes(rows), self.codes(columns));
        let [actual, potential, headroom] =
            ["actual", "potential", "headroom"].map(|name| self.money(name));
        for (row, &amount) in self.amounts().iter().enumerate() {
            let at = |code: u8, names: &[String]| usize::from(code).min(names.len());
            let cell = &mut cells
                [at(row_codes[row], &row_names) * width + at(column_codes[row], &column_names)];
            cell.clients += 1;
            cell.sums[0] += i128::from(amount);
            if potential[row] != NO_INT64 {
                cell.known += 1;
                cell.sums[1] += i128::from(actual[row]);
                cell.sums[2] += i128::from(potential[row]);
                cell.sums[3] += i128::from(headroom[row]);
            }
        }
        let named = |i: usize| i / width < row_names.len() && i % width < column_names.len();
        let shown: Vec<usize> =
            (0..cells.len()).filter(|&i| named(i) || cells[i].clients > 0).collect();
        let name = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
        let money = |sum: usize| -> Result<Values> {
            let values = shown.iter().map(|&i| in_column(cells[i].sums[sum]));
            let values: Vec<i64> = values.collect::<Result<_>>()?;
            Ok(Values::Money(Arc::new(values.into()), self.scale()))
        };
        let count = |count: &dyn Fn(&Cell) -> i64| {
            counts(shown.iter().map(|&i| count(&cells[i])).collect())
        };
        Ok(Table::new(vec![
            column(
                "row",
                "R48",
                "Name in the column of rows; empty for no verdict.",
                texts(shown.iter().map(|&i| name(&row_names, i / width))),
            ),
            column(
                "column",
                "R48",
                "Name in the column of columns; empty for no verdict.",
                texts(shown.iter().map(|&i| name(&column_names, i % width))),
            ),
            column("clients", "R48", "Clients.", count(&|cell| cell.clients)),
            column(
                "known_potential",
                "R26, R48",
                "Clients whose potential is known.",
                count(&|cell| cell.known),
            ),
            column("amount", "R48", "Net amount of all clients.", money(0)?),
            column(
                "actual",
                "R26, R48",
                "Amount in the window of potential, of clients of known potential.",
                money(1)?,
            ),
            column("potential", "R26, R48", "What they could buy.", money(2)?),
            column("headroom", "R26, R48", "What they could buy more.", money(3)?),
        ]))
    }

    /// Clients by verdict before and now (R2): a row per pair of names. `absent` is not in the
    /// base, empty is no verdict; pairs with these are rows only where there are such clients.
    /// Who moved is in [`Snapshot::diff`].
    ///
    /// # Errors
    /// An axis that is no choice and no flag; an `earlier` that is later or has client ids of
    /// another kind; sums beyond 64 bits.
    pub fn transitions(&self, earlier: &Self, axis: &str) -> Result<Table> {
        if earlier.as_of() > self.as_of() {
            return Err(Error::BadArgument {
                argument: "earlier",
                problem: format!("{} is later than {}", earlier.as_of(), self.as_of()),
            });
        }
        let mut names = self.verdict_names("axis", axis)?;
        for name in earlier.verdict_names("axis", axis)? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let named = names.len();
        names.extend(["absent".to_owned(), String::new()]);
        let (absent, none) = (named, named + 1);
        let side = names.len();
        let place = |snapshot: &Self| -> Result<Vec<usize>> {
            let own = snapshot.verdict_names("axis", axis)?;
            let at = |name: &String| names.iter().position(|n| n == name).unwrap_or(none);
            Ok(own.iter().map(at).collect())
        };
        let (before, now) = (place(earlier)?, place(self)?);
        let at =
            |places: &[usize], code: u8| places.get(usize::from(code)).copied().unwrap_or(none);
        let mut cells = vec![(0_i64, 0_i128); side * side];
        let mut add = |from: usize, to: usize, amount: i64| {
            let cell = &mut cells[from * side + to];
            cell.0 += 1;
            cell.1 += i128::from(amount);
        };
        let found = crate::census::basis::positions(self.ids(), earlier.ids())?;
        let (old, new) = (earlier.codes(axis), self.codes(axis));
        let mut stayed = vec![false; old.len()];
        for (row, &other) in found.iter().enumerate() {
            let from = match other {
                NO_ROW => absent,
                other => {
                    stayed[other as usize] = true;
                    at(&before, old[other as usize])
                }
            };
            add(from, at(&now, new[row]), self.amounts()[row]);
        }
        for (&code, _) in old.iter().zip(&stayed).filter(|(_, stayed)| !**stayed) {
            add(at(&before, code), absent, 0);
        }
        let shown: Vec<usize> = (0..cells.len())
            .filter(|&i| (i / side < named && i % side < named) || cells[i].0 > 0)
            .collect();
        let amounts: Vec<i64> =
            shown.iter().map(|&i| in_column(cells[i].1)).collect::<Result<_>>()?;
        Ok(Table::new(vec![
            column(
                "from",
                "R2",
                "The verdict before; absent for none there, empty for no verdict.",
                texts(shown.iter().map(|&i| &names[i / side])),
            ),
            column("to", "R2", "The verdict now.", texts(shown.iter().map(|&i| &names[i % side]))),
            column(
                "clients",
                "R2",
                "Clients.",
                counts(shown.iter().map(|&i| cells[i].0).collect()),
            ),
            column(
                "amount",
                "R2",
                "Their net amount now.",
                Values::Money(Arc::new(amounts.into()), self.scale()),
            ),
        ]))
    }

    /// All clients ranked by a criterion over ABC's window (R17, S3.6), the largest first, equal
    /// ones by id with one rank.
    ///
    /// # Errors
    /// A criterion whose ledger or column is not there.
    pub fn ranking(&self, criterion: Criterion) -> Result<Table> {
        let ranked = self.ask(|known| {
            Ok((known.basis.values("criterion", criterion)?, known.basis.scale_of(criterion)))
        });
        let (values, scale) = ranked.map_err(|error| not_to_rank_by(criterion, error))?;
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by_key(|&row| std::cmp::Reverse(values[row]));
        let total: i128 = values.iter().map(|&value| i128::from(value.max(0))).sum();
        let (mut ranks, mut shares, mut cumulative) = (Vec::new(), Vec::new(), Vec::new());
        let mut sum = 0_i128;
        for equal in order.chunk_by(|&a, &b| values[a] == values[b]) {
            let value = values[equal[0]];
            sum += i128::from(value.max(0)) * equal.len() as i128;
            let rank = ranks.len() as i64 + 1;
            let ratio = |part: f64| if value > 0 { part / total as f64 } else { f64::NAN };
            for _ in equal {
                ranks.push(rank);
                shares.push(ratio(value as f64));
                cumulative.push(ratio(sum as f64));
            }
        }
        let floats = |values: Vec<f64>| Values::Float(Arc::new(values.into()));
        let sorted = order.iter().map(|&row| values[row]).collect();
        Ok(Table::new(vec![
            column("rank", "R17", "1 plus the clients with a larger value.", counts(ranks)),
            column(
                "client",
                "convention",
                "Id of the client.",
                Values::Client(self.ids().pick(&order)),
            ),
            column(
                "value",
                "R17",
                "Money, units or counts, by the criterion.",
                Values::Money(Arc::new(sorted), scale),
            ),
            column("share", "R17", "Share of all values above zero, as a ratio.", floats(shares)),
            column(
                "cumulative_share",
                "R17",
                "Share of the values that are as large or larger, as a ratio.",
                floats(cumulative),
            ),
        ]))
    }

    /// The lists of VIPs by two criteria beside each other (R17, S3.6).
    ///
    /// # Errors
    /// A criterion whose ledger or column is not there.
    pub fn overlap(&self, left: Criterion, right: Criterion) -> Result<CriteriaOverlap> {
        // No portrait and no model makes a VIP.
        let base = Base { portraits: None, models: None, ..self.inner.base.clone() };
        let list = |criterion| -> Result<Vec<bool>> {
            let mut policy = self.policy().clone();
            policy.tier.criterion = Some(criterion);
            // Only the list is wanted.
            policy.abc.criteria = Vec::new();
            policy.abc.criterion = Some(Criterion::Amount);
            let snapshot = base.snapshot(self.as_of(), &policy);
            let snapshot = snapshot.map_err(|error| not_to_rank_by(criterion, error))?;
            Ok(snapshot.codes("tier").iter().map(|&tier| tier == 0).collect())
        };
        let (lefts, rights) = (list(left)?, list(right)?);
        let clients = |a: bool, b: bool| -> Vec<ClientId> {
            let pairs = lefts.iter().zip(&rights).enumerate();
            let wanted = pairs.filter(|&(_, (&left, &right))| (left, right) == (a, b));
            wanted.map(|(row, _)| self.ids().get(row)).collect()
        };
        let count = |list: &[bool]| list.iter().filter(|&&on| on).count() as u64;
        let (left_clients, right_clients) = (count(&lefts), count(&rights));
        let only_left = clients(true, false);
        let both = left_clients - only_left.len() as u64;
        Ok(CriteriaOverlap {
            left,
            right,
            left_clients,
            right_clients,
            both,
            overlap: list_overlap(left_clients, right_clients, both),
            only_left,
            only_right: clients(false, true),
        })
    }

    /// The names of a column of verdicts.
    fn verdict_names(&self, argument: &'static str, name: &str) -> Result<Vec<String>> {
        let columns = self.inner.table.columns();
        let verdict = |values: &Values| matches!(values, Values::Choice(..) | Values::Flag(_));
        let found = columns.iter().find(|column| column.name == name && verdict(&column.values));
        if found.is_none() {
            let names = columns.iter().filter(|column| verdict(&column.values));
            let names: Vec<&str> = names.map(|column| &*column.name).collect();
            let problem =
                format!("`{name}` is no column of verdicts; these are {}", names.join(", "));
            return Err(Error::BadArgument { argument, problem });
        }
        Ok(self.names(name).to_vec())
    }

    fn scale(&self) -> Scale {
        self.ledger().scale()
    }

    fn money(&self, column: &str) -> &[i64] {
        match self.inner.table.column(column).map(|column| &column.values) {
            Some(Values::Money(values, _)) => values,
            _ => &[],
        }
    }

    fn days(&self, column: &str) -> &[i32] {
        match self.inner.table.column(column).map(|column| &column.values) {
            Some(Values::Day(days)) => days,
            _ => &[],
        }
    }
}
