//! What the exit of clients and groups would cost (R33, S2.48, S2.52).

use std::cmp::Reverse;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::dependence::{DependenceBand, dependence_band};
use super::dependents::{SUBJECTS, Subject, dependents};
use super::exit::{discount_at, makes_loss, repricing};
use super::sales::{Marks, WindowSales, money as money_text, percent};
use crate::axis::{choice, column, plural};
use crate::buffer::Buffer;
use crate::calendar::{Day, Span, Step};
use crate::census::plan::window_start;
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::journal::{Supplier, VolumeMeasure};
use crate::ledger::columns::NameColumn;
use crate::money::Scale;
use crate::segment::{KeyScope, key_by_share};
use crate::table::{NO_INT64, NO_NAME, Table};
use crate::truth::any;
use crate::view::{Seen, View, counts, flags, floats, money, texts};

/// What the firm would have without a client or a group, and whether its leaving is critical
/// (R33).
///
/// Without arguments it tells of key clients, of clients and groups that the firm depends on,
/// and of groups whose share would make a client key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientExits {
    /// The clients to tell of; missing with `groups` missing too is as above.
    pub clients: Option<Vec<ClientId>>,
    /// The groups to tell of, by name.
    pub groups: Option<Vec<String>>,
}

impl ClientExits {
    /// Whom to tell of, with their rows, the largest first.
    fn subjects<'a>(
        &'a self,
        seen: &'a Seen<'a>,
        sales: &'a WindowSales<'a>,
    ) -> Result<Vec<(Subject<'a>, i128, Vec<usize>)>> {
        let groups = sales.groups();
        let members = |name: &str| -> Vec<usize> {
            let all = groups.iter().enumerate().filter(|(_, group)| **group == Some(name));
            all.map(|(row, _)| row).collect()
        };
        let mut all: Vec<Subject<'a>> = Vec::new();
        for id in self.clients.iter().flatten() {
            let row = seen.row(id).ok_or_else(|| Error::UnknownClient(id.to_string()))?;
            all.push(Subject::Client(row));
        }
        for name in self.groups.iter().flatten() {
            if members(name).is_empty() {
                let problem = format!("no client of the base is in a group `{name}`");
                return Err(Error::BadArgument { argument: "groups", problem });
            }
            all.push(Subject::Group(name));
        }
        if self.clients.is_none() && self.groups.is_none() {
            let marks = Marks::of(seen);
            let keys = (0..seen.rows()).filter(|&row| marks.key(row));
            all.extend(keys.map(Subject::Client));
            let found = dependents(seen, sales);
            let of_firm = found.iter().filter(|one| one.scope == KeyScope::Company);
            all.extend(of_firm.map(|one| one.subject));
            let key = &seen.policy().key;
            let total = sales.totals.company;
            let large = sales.totals.groups.iter().filter(|(_, group)| {
                group.clients >= 2
                    && key_by_share(group.company, total, key.share_percent, key.strict)
            });
            all.extend(large.map(|(name, _)| Subject::Group(name)));
        }
        all.sort_unstable();
        all.dedup();
        let mut all: Vec<_> = (all.into_iter())
            .map(|subject| {
                let rows = match subject {
                    Subject::Client(row) => vec![row],
                    Subject::Group(name) => members(name),
                };
                let amount = rows.iter().map(|&row| i128::from(sales.amounts[row])).sum();
                (subject, amount, rows)
            })
            .collect();
        all.sort_by_key(|&(subject, amount, _)| (Reverse(amount), subject));
        Ok(all)
    }
}

/// A supplier's discount beside the volumes of all clients.
struct Volumes<'a> {
    supplier: &'a Supplier,
    /// By row; missing where a line's is unknown.
    by_client: Buffer<i64>,
    scale: Scale,
    total: i128,
}

impl<'a> Volumes<'a> {
    /// The volumes of a supplier, or the cause why they are not known.
    fn of(seen: &Seen<'_>, supplier: &'a Supplier) -> Result<Self, String> {
        let basis = seen.known.basis;
        let columns = basis.ledger.columns();
        let values: &[i64] = match supplier.measure {
            VolumeMeasure::Amount => &columns.amounts,
            VolumeMeasure::Quantity => columns.extras.quantity.as_deref().ok_or_else(|| {
                format!("the discount of {} goes by units, and the sales have none", supplier.name)
            })?,
        };
        let category = match &supplier.category {
            None => None,
            Some(name) => {
                let names = columns.extras.names(NameColumn::Category).ok_or_else(|| {
                    format!("{} supplies {name}, and the sales have no categories", supplier.name)
                })?;
                let code = names.names.iter().position(|known| known == name);
                // A category that nobody bought has no lines.
                Some((names, code.map_or(NO_NAME - 1, |code| code as u32)))
            }
        };
        let since = window_start(Some(Span::Months(supplier.months.into())), seen.as_of());
        let histories = seen.histories();
        let by_client = basis.read(|scratch, row| {
            let rows = histories.counted(basis.client(row), scratch);
            let from = rows.partition_point(|&row| columns.days[row as usize] < since);
            let ours = |row: &&u32| {
                category.is_none_or(|(names, code)| names.codes[**row as usize] == code)
            };
            let known = rows[from..].iter().filter(ours).map(|&row| values[row as usize]);
            if known.clone().all(|value| value != NO_INT64) { known.sum() } else { NO_INT64 }
        });
        let unknown = by_client.iter().filter(|&&volume| volume == NO_INT64).count();
        if unknown > 0 {
            let clients = plural(unknown as i64, "client");
            return Err(format!(
                "the units of {clients} are not known, so neither is the discount \
                                of {}",
                supplier.name
            ));
        }
        let scale = match supplier.measure {
            VolumeMeasure::Amount => seen.scale(),
            VolumeMeasure::Quantity => basis.ledger.quantity_scale(),
        };
        let total = by_client.iter().map(|&volume| i128::from(volume)).sum();
        Ok(Self { supplier, by_client, scale, total })
    }

    /// The discount now and without some clients, where it is lower then.
    fn drop(&self, rows: &[usize]) -> Result<Option<(Decimal, Decimal)>> {
        let own: i128 = rows.iter().map(|&row| i128::from(self.by_client[row])).sum();
        let tiers = &self.supplier.tiers;
        let now = discount_at(tiers, self.scale.decimal_wide(self.total)?);
        let without = discount_at(tiers, self.scale.decimal_wide(self.total - own)?);
        Ok((without < now).then_some((now, without)))
    }
}

/// Costs that stay whoever buys, from a day to another, in minor units: whole months, and days
/// of a month in proportion, to the nearest unit.
pub(super) fn fixed_costs(per_month: i64, from: Day, to: Day) -> i128 {
    /// What 28, 29, 30 and 31 all divide.
    const PARTS: i64 = 377_580;
    let mut parts = 0;
    for month in from.period(Step::Month)..=to.period(Step::Month) {
        let (first, last) = (Step::Month.first_day(month), Step::Month.last_day(month));
        let days = last.min(to).days() - first.max(from).days() + 1;
        let length = last.days() - first.days() + 1;
        parts += PARTS / i64::from(length) * i64::from(days);
    }
    let cost = i128::from(per_month) * i128::from(parts);
    Scale::mean_wide(cost, PARTS as u64).map_or(cost / i128::from(PARTS), i128::from)
}

/// One row.
#[derive(Default)]
struct Exit {
    revenue_without: i128,
    profit: Option<i128>,
    profit_without: Option<i128>,
    makes_loss: Option<bool>,
    suppliers: Vec<String>,
    cost: Option<i128>,
    affected: i64,
    critical: Option<bool>,
    causes: Vec<String>,
}

impl View for ClientExits {
    const NAME: &'static str = "client_exit";
    const ABOUT: &'static str = "What the firm would have without a client or a group.";
    const SOURCE: &'static str = "R33, S2.48, S2.49, S2.52";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let sales = WindowSales::of(seen);
        let subjects = self.subjects(seen, &sales)?;
        let risk = &seen.policy().risk;
        let (revenue, total, mono) = (sales.revenue(), sales.totals.company, sales.mono());
        let profits = sales.profits();
        let unknown_profits = profits
            .as_ref()
            .map(|all| all.iter().filter(|&&profit| profit == NO_INT64).count() as i64);
        let profit = profits.as_ref().filter(|_| unknown_profits == Some(0));
        let profit: Option<i128> =
            profit.map(|all| all.iter().map(|&profit| i128::from(profit)).sum());
        let first = seen.known.basis.ledger.first_day().map_or(sales.since, Day::days);
        let from = Day::new(first.max(sales.since)).unwrap_or(seen.as_of());
        let costs = seen.journal.fixed_costs().and_then(|costs| {
            Some(fixed_costs(seen.scale().minor(costs.per_month)?, from, seen.as_of()))
        });
        let (mut suppliers, mut unknown) = (Vec::new(), Vec::new());
        for supplier in &seen.journal.entries().suppliers {
            match Volumes::of(seen, supplier) {
                Ok(volumes) => suppliers.push(volumes),
                Err(cause) => unknown.push(cause),
            }
        }
        let mut exits = Vec::with_capacity(subjects.len());
        for (_, amount, rows) in &subjects {
            let mut exit = Exit { revenue_without: revenue - amount, ..Exit::default() };
            let known: Option<i128> = profits.as_ref().and_then(|all| {
                let own = rows.iter().map(|&row| Some(all[row]).filter(|&own| own != NO_INT64));
                own.map(|own| own.map(i128::from)).sum()
            });
            exit.profit = known;
            let now = profit.map(|profit| profit - costs.unwrap_or(0));
            exit.profit_without = now.zip(known).map(|(now, own)| now - own);
            exit.makes_loss = match (now, exit.profit_without, costs) {
                _ if known.is_some_and(|own| own <= 0) => Some(false),
                (Some(now), Some(without), Some(_)) => Some(makes_loss(now, without)),
                // Costs that are not on record can only make it worse.
                (Some(now), Some(without), None) if makes_loss(now, without) => Some(true),
                _ => None,
            };
            let mut dropped: Vec<&Volumes<'_>> = Vec::new();
            exit.cost = Some(0);
            for volumes in &suppliers {
                let Some((now, without)) = volumes.drop(rows)? else { continue };
                let supplier = volumes.supplier;
                let cost = repricing(supplier.purchases, now, without)?.value;
                let cost = cost.and_then(|cost| seen.scale().minor_rounded(cost));
                exit.cost = exit.cost.zip(cost).map(|(sum, cost)| sum + i128::from(cost));
                exit.suppliers.push(supplier.name.clone());
                exit.causes.push(format!(
                    "The discount of {} falls from {} to {} %.",
                    supplier.name,
                    now.normalize(),
                    without.normalize()
                ));
                dropped.push(volumes);
            }
            if !dropped.is_empty() {
                let others = (0..seen.rows()).filter(|row| rows.binary_search(row).is_err());
                let buys = |row: &usize| dropped.iter().any(|all| all.by_client[*row] > 0);
                exit.affected = others.filter(buys).count() as i64;
            } else if !unknown.is_empty() {
                exit.cost = None;
            }
            let drops = match dropped.is_empty() {
                true if unknown.is_empty() => Some(false),
                true => None,
                false => Some(true),
            };
            let band = if mono && *amount == total {
                Some(DependenceBand::Mono)
            } else {
                dependence_band(*amount, total, risk)
            };
            let large = band.map(|band| band >= DependenceBand::Critical);
            exit.critical = any(&[exit.makes_loss, drops, large]);
            let share = (band, *amount, total);
            exit.causes.splice(0..0, critical_causes(seen, &exit, share, now));
            if exit.makes_loss.is_none() {
                let why = match (unknown_profits, costs) {
                    (None, _) => "the sales have no profits".to_owned(),
                    (Some(clients), _) if clients > 0 => {
                        format!("the profit of {} is missing", plural(clients, "client"))
                    }
                    _ => "the costs that stay are not on record".to_owned(),
                };
                exit.causes.push(format!("Whether a loss remains is not known: {why}."));
            }
            if drops.is_none() {
                exit.causes.extend(unknown.iter().map(|cause| format!("Not known: {cause}.")));
            }
            exits.push(exit);
        }
        table(seen, &subjects, &exits, total)
    }
}

/// Why an exit is critical by its loss and its share.
fn critical_causes(
    seen: &Seen<'_>,
    exit: &Exit,
    (band, amount, total): (Option<DependenceBand>, i128, i128),
    profit_now: Option<i128>,
) -> Vec<String> {
    let loss = exit.profit_without.zip(profit_now).filter(|_| exit.makes_loss == Some(true));
    let loss = loss.map(|(without, now)| {
        let (without, now) = (money_text(seen, without), money_text(seen, now));
        format!("A loss remains: {without} in place of {now}.")
    });
    let large = match band {
        Some(DependenceBand::Mono) => Some("The firm has no other client.".to_owned()),
        Some(DependenceBand::Critical) => Some(format!(
            "Brings {} of the sales, more than {}.",
            percent(amount, total),
            seen.policy().risk.critical_percent
        )),
        _ => None,
    };
    loss.into_iter().chain(large).collect()
}

fn table(
    seen: &Seen<'_>,
    subjects: &[(Subject<'_>, i128, Vec<usize>)],
    exits: &[Exit],
    total: i128,
) -> Result<Table> {
    let codes = subjects.iter().map(|(subject, ..)| subject.code()).collect();
    let scale = seen.scale();
    let sums = |sum: &dyn Fn(&Exit) -> Option<i128>| money(scale, exits.iter().map(sum));
    let share = |amount: i128| (total > 0).then(|| 100.0 * amount as f64 / total as f64);
    Ok(Table::new(vec![
        column(
            "subject",
            "R33",
            "Whether it is a client or a group.",
            choice(Arc::new(codes), &SUBJECTS),
        ),
        column(
            "name",
            "R33",
            "Id of the client, or name of the group.",
            texts(subjects.iter().map(|(subject, ..)| subject.name(seen))),
        ),
        column(
            "clients",
            "R33",
            "Clients of the base that would leave.",
            counts(subjects.iter().map(|(.., rows)| Some(rows.len() as i64))),
        ),
        column(
            "amount",
            "R33",
            "Net amount in the window.",
            money(scale, subjects.iter().map(|&(_, amount, _)| Some(amount)))?,
        ),
        column(
            "share_percent",
            "R33",
            "Its share of the sales, in per cent.",
            floats(subjects.iter().map(|&(_, amount, _)| share(amount))),
        ),
        column(
            "revenue_without",
            "S2.48",
            "Net amount of all the others.",
            sums(&|exit| Some(exit.revenue_without))?,
        ),
        column("profit", "S2.48", "Profit on its sales in the window.", sums(&|exit| exit.profit)?),
        column(
            "profit_without",
            "S2.48",
            "Profit on the sales of the others, less the costs that stay where these are on \
             record.",
            sums(&|exit| exit.profit_without)?,
        ),
        column(
            "makes_loss",
            "R33, S2.48",
            "Whether the firm is below zero without it.",
            flags(exits.iter().map(|exit| exit.makes_loss)),
        ),
        column(
            "suppliers",
            "R33, S2.52",
            "Suppliers whose discount falls without it.",
            texts(exits.iter().map(|exit| exit.suppliers.join(", "))),
        ),
        column(
            "repricing_cost",
            "R33, S2.52",
            "What the lower discounts cost, on all that the firm buys there now.",
            sums(&|exit| exit.cost)?,
        ),
        column(
            "affected_clients",
            "R33, S2.52",
            "Other clients that buy what these suppliers deliver, and whose prices would rise.",
            counts(exits.iter().map(|exit| Some(exit.affected))),
        ),
        column(
            "critical",
            "R33, S2.48, S2.49",
            "Whether it could dictate its terms: its exit makes a loss or lowers a discount, or \
             its share is critical.",
            flags(exits.iter().map(|exit| exit.critical)),
        ),
        column(
            "cause",
            "R33",
            "Why it is critical, and what is not known.",
            texts(exits.iter().map(|exit| exit.causes.join(" "))),
        ),
    ]))
}
