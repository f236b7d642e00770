//! What is known of the clients of a snapshot before anything is judged: their sales, what
//! their portraits declare, and their payments and orders.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use super::facts::{CHUNK, Facts};
use super::history::{Histories, Scratch};
use super::plan::{Plan, check_column, window_start};
use crate::base::Base;
use crate::buffer::Buffer;
use crate::calendar::{Day, Span};
use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::ledger::columns::Names;
use crate::lifetime::Models;
use crate::money::{Scale, same_money};
use crate::policy::{AfterAsOf, Criterion, Monetary, Policy};
use crate::portrait::{Portraits, Records};
use crate::segment::Bought;
use crate::table::{NO_CODE, NO_INT32, NO_INT64, NO_NAME};

/// The position of no row.
pub(crate) const NO_ROW: u32 = u32::MAX;

/// Portraits beside the rows of a snapshot.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) portraits: Portraits,
    /// For each row its position among the portraits, or [`NO_ROW`].
    pub(crate) rows: Vec<u32>,
}

impl Declared {
    /// Joins portraits to rows.
    pub(crate) fn new(portraits: &Portraits, ids: &ClientIds, ledger: &Ledger) -> Result<Self> {
        let options = portraits.options();
        same_money(ledger.money(), (options.currency, options.scale))?;
        Ok(Self { portraits: portraits.clone(), rows: positions(ids, portraits.ids())? })
    }

    /// Position of a row's portrait among the portraits.
    pub(crate) fn at(&self, row: usize) -> Option<usize> {
        Some(self.rows[row]).filter(|&at| at != NO_ROW).map(|at| at as usize)
    }
}

/// A yes-or-no field of the portraits, by row of the snapshot; unknown without portraits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FlagField<'a>(Option<(&'a Declared, &'a [u8])>);

impl FlagField<'_> {
    pub(crate) fn get(&self, row: usize) -> Option<bool> {
        let (declared, flags) = self.0?;
        let flag = flags[declared.at(row)?];
        (flag != NO_CODE).then_some(flag == 1)
    }
}

/// A field of whole numbers, or of amounts in minor units, by row of the snapshot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberField<'a>(Option<(&'a Declared, &'a [i64])>);

impl NumberField<'_> {
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        let (declared, numbers) = self.0?;
        let number = numbers[declared.at(row)?];
        (number != NO_INT64).then_some(number)
    }
}

/// A field of texts by number, by row of the snapshot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameField<'a>(Option<(&'a Declared, &'a Names)>);

impl<'a> NameField<'a> {
    pub(crate) fn get(&self, row: usize) -> Option<u32> {
        let (declared, names) = self.0?;
        let code = names.codes[declared.at(row)?];
        (code != NO_NAME).then_some(code)
    }

    pub(crate) fn name(&self, code: u32) -> Option<&'a str> {
        self.0.map(|(_, names)| names.names.get(code as usize))
    }

    pub(crate) fn names(&self) -> Arc<Texts> {
        self.0.map_or_else(Arc::default, |(_, names)| Arc::new(names.names.clone()))
    }
}

/// For each id its position in another list, or [`NO_ROW`].
pub(crate) fn positions(ids: &ClientIds, others: &ClientIds) -> Result<Vec<u32>> {
    if ids.is_empty() || others.is_empty() {
        return Ok(vec![NO_ROW; ids.len()]);
    }
    let mut found = Vec::with_capacity(ids.len());
    let mut other = 0;
    for row in 0..ids.len() {
        let mut side = Ordering::Greater;
        while other < others.len() {
            side = ids.compare(row, others, other)?;
            if side.is_le() {
                break;
            }
            other += 1;
        }
        found.push(if other < others.len() && side.is_eq() { other as u32 } else { NO_ROW });
    }
    Ok(found)
}

/// A ledger of payments or orders, with only the clients of the snapshot.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) ledger: Ledger,
    /// For each row of the snapshot its client here, or [`NO_ROW`].
    pub(crate) rows: Vec<u32>,
    /// Clients that are not in the snapshot.
    pub(crate) set_aside: u64,
}

impl Side {
    pub(crate) fn new(
        ledger: &Ledger,
        ids: &ClientIds,
        sales: &Ledger,
        as_of: Day,
    ) -> Result<Self> {
        same_money(sales.money(), ledger.money())?;
        let kept = positions(ledger.clients(), ids)?;
        let columns = ledger.columns();
        let begun = |client: usize| columns.days[columns.offsets[client]] <= as_of.days();
        let strangers = || (0..kept.len()).filter(|&client| kept[client] == NO_ROW);
        let set_aside = strangers().filter(|&client| begun(client)).count() as u64;
        let ledger = if strangers().next().is_some() {
            ledger.only(|at| kept[at] != NO_ROW)
        } else {
            ledger.clone()
        };
        let rows = positions(ids, ledger.clients())?;
        Ok(Self { ledger, rows, set_aside })
    }
}

/// What is joined to the rows of a snapshot.
#[derive(Debug)]
pub(crate) struct Joined {
    /// Positions of the rows in the ledger, where not all of its clients are there.
    pub(crate) clients: Option<Vec<u32>>,
    pub(crate) ids: ClientIds,
    pub(crate) declared: Option<Declared>,
    pub(crate) payments: Option<Side>,
    pub(crate) orders: Option<Side>,
    models: Option<Models>,
    /// Amounts in the window of key clients.
    recent: Arc<Buffer<i64>>,
}

impl Joined {
    /// Reads a base up to the plan's day.
    pub(crate) fn read(base: &Base, plan: &Plan<'_>) -> Result<(Facts, Self)> {
        let ledger = &base.sales;
        let mut facts = Facts::of(ledger, plan);
        let clients = facts.clients.take();
        let ids = match &clients {
            None => ledger.clients().clone(),
            Some(clients) => {
                let rows: Vec<usize> = clients.iter().map(|&client| client as usize).collect();
                ledger.clients().pick(&rows)
            }
        };
        let declared = base.portraits.as_ref().map(|all| Declared::new(all, &ids, ledger));
        let side = |side: &Option<Ledger>| {
            side.as_ref().map(|side| Side::new(side, &ids, ledger, plan.as_of)).transpose()
        };
        let joined = Self {
            declared: declared.transpose()?,
            payments: side(&base.payments)?,
            orders: side(&base.orders)?,
            models: base.models.clone(),
            recent: Arc::new(std::mem::take(&mut facts.recent)),
            clients,
            ids,
        };
        if let Some(volumes) = joined.basis(plan, ledger).volumes()? {
            facts.volume = volumes;
        }
        Ok((facts, joined))
    }

    /// What is known of the clients; `plan` and `ledger` are those that it was read by.
    pub(crate) fn basis<'a>(&'a self, plan: &'a Plan<'a>, ledger: &'a Ledger) -> Basis<'a> {
        let basis = Basis {
            plan,
            ledger,
            clients: self.clients.as_deref(),
            rows: self.ids.len(),
            declared: self.declared.as_ref(),
            payments: self.payments.as_ref(),
            orders: self.orders.as_ref(),
            models: self.models.as_ref(),
            amounts: Mutex::default(),
            bought: OnceLock::new(),
            missing: Missing::default(),
        };
        basis.remember(plan.policy.key.window, Arc::clone(&self.recent));
        basis
    }
}

/// What is known of the clients of a snapshot.
#[derive(Debug)]
pub(crate) struct Basis<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) ledger: &'a Ledger,
    /// Positions of the rows in the ledger, where not all of its clients are there.
    clients: Option<&'a [u32]>,
    rows: usize,
    pub(crate) declared: Option<&'a Declared>,
    pub(crate) payments: Option<&'a Side>,
    pub(crate) orders: Option<&'a Side>,
    pub(crate) models: Option<&'a Models>,
    /// Amounts by the first day of their window.
    amounts: Mutex<BTreeMap<i32, Arc<Buffer<i64>>>>,
    bought: OnceLock<Vec<Bought>>,
    missing: Missing,
}

/// Columns without a value.
#[derive(Debug, Default)]
struct Missing {
    codes: OnceLock<Arc<Buffer<u8>>>,
    int32: OnceLock<Arc<Buffer<i32>>>,
    int64: OnceLock<Arc<Buffer<i64>>>,
    floats: OnceLock<Arc<Buffer<f64>>>,
    names: OnceLock<Arc<Buffer<u32>>>,
}

impl<'a> Basis<'a> {
    /// Number of clients.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The id of a row's client.
    pub(crate) fn id(&self, row: usize) -> ClientId {
        self.ledger.clients().get(self.client(row))
    }

    /// Position in the ledger of a row's client.
    pub(crate) fn client(&self, row: usize) -> usize {
        self.clients.map_or(row, |clients| clients[row] as usize)
    }

    /// A field of facts of three values.
    pub(crate) fn flags(&self, field: &str) -> FlagField<'a> {
        FlagField(self.declared.and_then(|all| Some((all, all.portraits.flag(field)?))))
    }

    /// A field of numbers.
    pub(crate) fn numbers(&self, field: &str) -> NumberField<'a> {
        NumberField(self.declared.and_then(|all| Some((all, all.portraits.number(field)?))))
    }

    /// A field of texts or choices.
    pub(crate) fn names(&self, field: &str) -> NameField<'a> {
        NameField(self.declared.and_then(|all| Some((all, all.portraits.texts(field)?))))
    }

    /// The records of a client.
    pub(crate) fn records(&self, row: usize) -> Option<&'a Records> {
        let declared = self.declared?;
        declared.portraits.records(declared.at(row)?)
    }

    /// A column of codes that are all missing. It is one buffer, however many ask for it.
    pub(crate) fn no_codes(&self) -> Arc<Buffer<u8>> {
        self.missing.codes.get_or_init(|| self.all(NO_CODE)).clone()
    }

    /// The same for counts and days.
    pub(crate) fn no_int32(&self) -> Arc<Buffer<i32>> {
        self.missing.int32.get_or_init(|| self.all(NO_INT32)).clone()
    }

    /// The same for amounts and large counts.
    pub(crate) fn no_int64(&self) -> Arc<Buffer<i64>> {
        self.missing.int64.get_or_init(|| self.all(NO_INT64)).clone()
    }

    /// The same for real numbers.
    pub(crate) fn no_floats(&self) -> Arc<Buffer<f64>> {
        self.missing.floats.get_or_init(|| self.all(f64::NAN)).clone()
    }

    /// The same for names.
    pub(crate) fn no_names(&self) -> Arc<Buffer<u32>> {
        self.missing.names.get_or_init(|| self.all(NO_NAME)).clone()
    }

    fn all<T: bytemuck::Pod>(&self, value: T) -> Arc<Buffer<T>> {
        let mut values = Buffer::zeroed(self.rows);
        values.fill(value);
        Arc::new(values)
    }

    /// The first day of a window up to the plan's day.
    pub(crate) fn since(&self, window: Option<Span>) -> i32 {
        window_start(window, self.plan.as_of)
    }

    /// Whether what is on record for a day counts in the window that begins with another.
    pub(crate) fn counts(&self, on: Day, since: i32) -> bool {
        on <= self.plan.as_of && on.days() >= since
    }

    /// Keeps the amounts of a window that the facts have already.
    fn remember(&self, window: Option<Span>, amounts: Arc<Buffer<i64>>) {
        let mut known = self.amounts.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(self.since(window), amounts);
    }

    /// Net amounts of all clients in a window, in minor units.
    pub(crate) fn amounts(&self, window: Option<Span>) -> Arc<Buffer<i64>> {
        let since = self.since(window);
        let known = || self.amounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(amounts) = known().get(&since) {
            return Arc::clone(amounts);
        }
        let histories = Histories::new(self.ledger, self.plan);
        let amounts = Arc::new(self.read(|scratch, row| {
            histories.read(self.client(row), scratch).value_since(Criterion::Amount, since)
        }));
        known().insert(since, Arc::clone(&amounts));
        amounts
    }

    /// Net amount of one client in a window.
    pub(crate) fn amount(&self, window: Option<Span>, row: usize) -> i64 {
        let since = self.since(window);
        let known = self.amounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(amounts) = known.get(&since) {
            return amounts[row];
        }
        drop(known);
        let histories = Histories::new(self.ledger, self.plan);
        let mut scratch = Scratch::default();
        histories.read(self.client(row), &mut scratch).value_since(Criterion::Amount, since)
    }

    /// A value for every client, made on all cores.
    pub(crate) fn read<T: bytemuck::Pod + Send>(
        &self,
        value: impl Fn(&mut Scratch, usize) -> T + Sync,
    ) -> Buffer<T> {
        let mut values = Buffer::zeroed(self.rows);
        values.par_chunks_mut(CHUNK).enumerate().for_each_init(
            Scratch::default,
            |scratch, (chunk, values)| {
                for (i, place) in values.iter_mut().enumerate() {
                    *place = value(scratch, chunk * CHUNK + i);
                }
            },
        );
        values
    }

    /// What the purchases of each client have in common; empty where the policy and the ledger
    /// have nothing to look at.
    pub(crate) fn bought(&self) -> &[Bought] {
        self.bought.get_or_init(|| {
            if !Bought::told(self.ledger, self.plan.policy) {
                return Vec::new();
            }
            let reader = Bought::reader(self.ledger, self.plan);
            (0..self.rows)
                .into_par_iter()
                .with_min_len(CHUNK / 8)
                .map_init(Scratch::default, |scratch, row| reader.read(self.client(row), scratch))
                .collect()
        })
    }

    /// What the purchases of one client have in common.
    pub(crate) fn bought_by(&self, row: usize) -> Bought {
        if let Some(all) = self.bought.get() {
            return all.get(row).cloned().unwrap_or_default();
        }
        if !Bought::told(self.ledger, self.plan.policy) {
            return Bought::default();
        }
        Bought::reader(self.ledger, self.plan).read(self.client(row), &mut Scratch::default())
    }

    /// Values of all clients by a criterion in ABC's window, in minor units, units or counts.
    ///
    /// # Errors
    /// A criterion whose ledger or column is not there.
    pub(crate) fn values(&self, path: &str, criterion: Criterion) -> Result<Buffer<i64>> {
        let window = self.plan.policy.abc.window;
        if criterion == Criterion::Amount {
            return Ok(self.amounts(window).iter().copied().collect());
        }
        let since = self.since(window);
        let of_ledger = |histories: &Histories<'_>, client: &(dyn Fn(usize) -> u32 + Sync)| {
            self.read(|scratch, row| match client(row) {
                NO_ROW => 0,
                client => histories.read(client as usize, scratch).value_since(criterion, since),
            })
        };
        if criterion.of_sales() {
            check_column(self.ledger, self.plan.as_of, path, criterion)?;
            let histories = Histories::with_all(self.ledger, self.plan);
            return Ok(of_ledger(&histories, &|row| self.client(row) as u32));
        }
        let side = self.side(path, criterion)?;
        let policy = side_policy(self.plan.policy, criterion);
        let plan = Plan::new(&side.ledger, self.plan.as_of, &policy, None)?;
        let histories = Histories::with_all(&side.ledger, &plan);
        // A client whose first payment is later has no line yet.
        let as_of = self.plan.as_of.days();
        let columns = side.ledger.columns();
        let begun = |client: u32| columns.days[columns.offsets[client as usize]] <= as_of;
        let client = |row: usize| {
            Some(side.rows[row]).filter(|&at| at != NO_ROW && begun(at)).unwrap_or(NO_ROW)
        };
        Ok(of_ledger(&histories, &client))
    }

    /// Profit of all clients up to the day, missing where a line's is unknown; `None` without
    /// the column.
    pub(crate) fn profits(&self) -> Option<Buffer<i64>> {
        let columns = self.ledger.columns();
        let profits = columns.extras.profit.as_ref()?;
        let histories = Histories::new(self.ledger, self.plan);
        Some(self.read(|scratch, row| {
            let rows = histories.counted(self.client(row), scratch);
            let known = rows.iter().map(|&row| profits[row as usize]);
            if known.clone().all(|profit| profit != NO_INT64) { known.sum() } else { NO_INT64 }
        }))
    }

    /// Decimal places of values by a criterion.
    pub(crate) fn scale_of(&self, criterion: Criterion) -> Scale {
        match criterion {
            Criterion::Amount | Criterion::Profit | Criterion::Payments => self.ledger.scale(),
            Criterion::Purchases | Criterion::PaymentCount => Scale::WHOLE,
            Criterion::Quantity => self.ledger.quantity_scale(),
            Criterion::UnitsOrdered => {
                self.orders.map_or(Scale::WHOLE, |orders| orders.ledger.quantity_scale())
            }
        }
    }

    /// The ledger beside the sales that a criterion asks for.
    pub(crate) fn side(&self, path: &str, criterion: Criterion) -> Result<&'a Side> {
        let (side, what) = match criterion {
            Criterion::UnitsOrdered => (self.orders, "orders"),
            _ => (self.payments, "payments"),
        };
        side.ok_or_else(|| Error::BadPolicy {
            path: path.to_owned(),
            problem: format!(
                "{} needs the ledger of {what}, give it beside the sales",
                criterion.name()
            ),
        })
    }

    /// The volumes of ABC where they are not of one column of the sales: of another ledger, or
    /// of several criteria.
    pub(crate) fn volumes(&self) -> Result<Option<Buffer<i64>>> {
        let policy = self.plan.policy;
        if policy.abc.criteria.is_empty() {
            let criterion = policy.abc_criterion();
            let foreign =
                (!criterion.of_sales()).then(|| self.values(policy.abc_path(), criterion));
            return foreign.transpose();
        }
        let mut scores = Buffer::zeroed(self.rows);
        for weighted in &policy.abc.criteria {
            let values = self.values("abc.criteria", weighted.criterion)?;
            let total: i128 = values.par_iter().map(|&value| i128::from(value.max(0))).sum();
            scores.par_iter_mut().zip(&values[..]).for_each(|(score, &value): (&mut i64, _)| {
                let share = crate::segment::share_in_parts(value, total).unwrap_or(0);
                *score += share * i64::from(weighted.weight);
            });
        }
        Ok(Some(scores))
    }
}

/// The policy under which a ledger beside the sales is ranked: as the sales are, by what it
/// has.
pub(crate) fn side_policy(policy: &Policy, criterion: Criterion) -> Policy {
    let mut policy = policy.clone();
    let own = match criterion {
        Criterion::PaymentCount => Criterion::Purchases,
        Criterion::UnitsOrdered => Criterion::Quantity,
        _ => Criterion::Amount,
    };
    policy.strategy = None;
    policy.abc.criteria = Vec::new();
    policy.abc.criterion = Some(own);
    policy.tier.criterion = Some(own);
    policy.xyz.criterion = Criterion::Amount;
    policy.rfm.monetary = Monetary::Amount;
    // What is later counts for the sales only.
    policy.after_as_of = AfterAsOf::Exclude;
    policy
}
