//! The base in one structure.

use std::borrow::Cow;

use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::Serialize;

use super::Snapshot;
use super::views::list_overlap;
use crate::axis::{NO_YES, Reason};
use crate::calendar::Day;
use crate::census::BaseRhythm;
use crate::census::basis::Side;
use crate::error::Result;
use crate::money::Currency;
use crate::portrait::KNOWLEDGE_LEVELS;
use crate::segment::{key_by_share, too_many_innovators};
use crate::table::{NO_CODE, Values};

/// Clients and their net amount in one group; no name is those without a verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupCount {
    /// The group's name, or `None` for clients without a verdict.
    pub name: Option<String>,
    /// Clients.
    pub clients: u64,
    /// Their net amount.
    pub amount: Decimal,
}

/// The two lists of VIPs beside each other (R15).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VipOverlap {
    /// By method A, monthly tops.
    pub by_month: u64,
    /// By method B, totals.
    pub by_total: u64,
    /// On both lists.
    pub both: u64,
    /// On the list of method A only.
    pub only_by_month: u64,
    /// On the list of method B only.
    pub only_by_total: u64,
    /// Twice the common ones over the lengths of both lists (S3.6); `None` of empty lists.
    pub overlap: Option<f64>,
}

/// Cut points of RFM as shown, each from the worst to the best.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RfmSummary {
    /// Days; `None` where there are no scores.
    pub recency_cuts: Option<Vec<i64>>,
    /// Purchases; `None` where there are no scores.
    pub frequency_cuts: Option<Vec<i64>>,
    /// Money; `None` where there are no scores.
    pub monetary_cuts: Option<Vec<Decimal>>,
    /// Why there are no scores, if there are none.
    pub refused: Option<String>,
}

/// The base as of a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The day.
    pub as_of: Day,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Decimal places of all amounts.
    pub scale: u8,
    /// Clients with a line on or before the day.
    pub clients: u64,
    /// Of these, clients with a purchase.
    pub clients_with_purchase: u64,
    /// Lines on or before the day.
    pub sales: u64,
    /// Lines after the day, which were left out.
    pub sales_after_as_of: u64,
    /// Purchases.
    pub purchases: u64,
    /// Net amount.
    pub amount: Decimal,
    /// First day of a line.
    pub first_day: Option<Day>,
    /// Last day of a line on or before the day.
    pub last_day: Option<Day>,
    /// By stage now (R2).
    pub stages: Vec<GroupCount>,
    /// By highest stage ever.
    pub highest_stages: Vec<GroupCount>,
    /// By tier (R16).
    pub tiers: Vec<GroupCount>,
    /// Both lists of VIPs (R14, R15).
    pub vip: VipOverlap,
    /// By class of volume (R20).
    pub abc: Vec<GroupCount>,
    /// By class of regularity (R20).
    pub xyz: Vec<GroupCount>,
    /// By both.
    pub abc_xyz: Vec<GroupCount>,
    /// Cut points of RFM.
    pub rfm: RfmSummary,
    /// By named segment of RFM.
    pub rfm_segments: Vec<GroupCount>,
    /// By activity (R39, R40).
    pub activity: Vec<GroupCount>,
    /// By activity of the return period (R39).
    pub activity_by_period: Vec<GroupCount>,
    /// By activity of own rhythm (R40).
    pub activity_by_rhythm: Vec<GroupCount>,
    /// Time to the second purchase.
    pub base_rhythm: BaseRhythm,
    /// Portraits of clients without any line; `None` without portraits (R1).
    pub prospects: Option<u64>,
    /// By type of relation (R3).
    pub relations: Vec<GroupCount>,
    /// By care (R18).
    pub care: Vec<GroupCount>,
    /// By match of the target (R21).
    pub target_matches: Vec<GroupCount>,
    /// By band of realisation (R26).
    pub potential_bands: Vec<GroupCount>,
    /// By level of knowledge (R12).
    pub knowledge_levels: Vec<GroupCount>,
    /// Facts of three values, each with its clients.
    pub flags: Vec<FlagCount>,
    /// Key clients (R19).
    pub key: KeySummary,
    /// Clients of the ledger of payments that have no sale up to the day, and so no verdict.
    pub payment_clients_set_aside: u64,
    /// The same of the ledger of orders.
    pub order_clients_set_aside: u64,
    /// What to look at again.
    pub warnings: Vec<Reason>,
}

/// Clients by a fact of three values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlagCount {
    /// The column.
    pub name: String,
    /// Clients for whom it holds.
    pub yes: u64,
    /// Clients for whom it does not.
    pub no: u64,
    /// Clients for whom it is unknown.
    pub unknown: u64,
}

/// The base's key clients (R19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeySummary {
    /// Key clients.
    pub keys: u64,
    /// Key by their own share of the firm's sales; no more than ten at a tenth (S2.43).
    pub by_sales_company: u64,
    /// Declared innovators.
    pub innovators: u64,
    /// About as many are expected among the clients with a purchase (S2.41).
    pub innovators_expected: Decimal,
}

/// The columns of facts of three values that the summary counts.
const FLAGS: [&str; 12] = [
    "loyal_dealer",
    "base_member",
    "key",
    "key_by_sales",
    "key_by_potential",
    "key_by_fame",
    "key_by_innovation",
    "key_by_demand",
    "brand_only",
    "promo_buyer",
    "season_start_buyer",
    "season_end_buyer",
];

fn set_aside(side: Option<&Side>) -> u64 {
    side.map_or(0, |side| side.set_aside)
}

impl Snapshot {
    /// The base in one structure.
    ///
    /// # Errors
    /// Sums beyond 96 bits.
    pub fn summary(&self) -> Result<Summary> {
        let inner = &*self.inner;
        let scale = self.ledger().scale();
        let groups = |column: &str| self.groups(column);
        let purchases = self.int32("purchases");
        let (a, b) = (self.codes("vip_by_month"), self.codes("vip_by_total"));
        let vips = |month: u8, total: u8| {
            a.iter().zip(b).filter(|&(&x, &y)| (x, y) == (month, total)).count() as u64
        };
        let (both, only_by_month, only_by_total) = (vips(1, 1), vips(1, 0), vips(0, 1));
        let (by_month, by_total) = (both + only_by_month, both + only_by_total);
        let clients_with_purchase = purchases.iter().filter(|&&count| count > 0).count() as u64;
        let cuts = inner.cuts.rfm.as_ref();
        let refused = cuts.is_none().then(|| match inner.policy.rfm.min_clients {
            Some(least) => format!(
                "{clients_with_purchase} clients with a purchase, the policy asks for {least}"
            ),
            None => "no client with a purchase".to_owned(),
        });
        Ok(Summary {
            as_of: inner.as_of,
            currency: self.ledger().currency(),
            scale: scale.places(),
            clients: self.len() as u64,
            clients_with_purchase,
            sales: inner.sales,
            sales_after_as_of: inner.sales_after_as_of,
            purchases: purchases.iter().map(|&count| count as u64).sum(),
            amount: scale
                .decimal_wide(self.amounts().par_iter().map(|&amount| i128::from(amount)).sum())?,
            first_day: if self.is_empty() { None } else { inner.cuts.first_day },
            last_day: inner.last_day,
            stages: groups("stage")?,
            highest_stages: groups("highest_stage")?,
            tiers: groups("tier")?,
            vip: VipOverlap {
                by_month,
                by_total,
                both,
                only_by_month,
                only_by_total,
                overlap: list_overlap(by_month, by_total, both),
            },
            abc: groups("abc_class")?,
            xyz: groups("xyz_class")?,
            abc_xyz: groups("abc_xyz")?,
            rfm: RfmSummary {
                recency_cuts: cuts.map(|cuts| cuts.recency.cuts.clone()),
                frequency_cuts: cuts.map(|cuts| cuts.frequency.cuts.clone()),
                monetary_cuts: cuts
                    .map(|cuts| cuts.monetary.cuts.iter().map(|&cut| scale.decimal(cut)).collect()),
                refused,
            },
            rfm_segments: groups("rfm_segment")?,
            activity: groups("activity")?,
            activity_by_period: groups("activity_by_period")?,
            activity_by_rhythm: groups("activity_by_rhythm")?,
            base_rhythm: inner.cuts.base_rhythm,
            prospects: self.prospects(),
            relations: groups("relation")?,
            care: groups("care")?,
            target_matches: groups("target_match")?,
            potential_bands: groups("potential_band")?,
            knowledge_levels: groups("knowledge_level")?,
            flags: FLAGS.map(|name| self.flag_count(name)).to_vec(),
            key: self.key_summary(clients_with_purchase)?,
            payment_clients_set_aside: set_aside(inner.joined.payments.as_ref()),
            order_clients_set_aside: set_aside(inner.joined.orders.as_ref()),
            warnings: self.warnings(clients_with_purchase)?,
        })
    }

    fn flag_count(&self, name: &str) -> FlagCount {
        let codes = self.codes(name);
        let count = |wanted: u8| codes.iter().map(|&code| u64::from(code == wanted)).sum();
        FlagCount { name: name.to_owned(), yes: count(1), no: count(0), unknown: count(NO_CODE) }
    }

    fn key_summary(&self, clients: u64) -> Result<KeySummary> {
        let policy = &self.policy().key;
        let amounts = self.ask(|known| Ok(known.basis.amounts(policy.window)))?;
        let total = self.inner.cuts.key.company;
        let by_share = |&&amount: &&i64| {
            key_by_share(amount.into(), total, policy.share_percent, policy.strict)
        };
        let share = policy.innovator_percent.decimal() / Decimal::from(100);
        Ok(KeySummary {
            keys: self.flag_count("key").yes,
            by_sales_company: amounts.iter().filter(by_share).count() as u64,
            innovators: self.flag_count("key_by_innovation").yes,
            innovators_expected: (share * Decimal::from(clients)).normalize(),
        })
    }

    fn warnings(&self, clients: u64) -> Result<Vec<Reason>> {
        let innovators = self.flag_count("key_by_innovation").yes;
        self.ask(|known| Ok(too_many_innovators(known, innovators, clients).into_iter().collect()))
    }

    /// Clients and amounts by the names of a column; those without a verdict last, where there
    /// are any.
    fn groups(&self, column: &str) -> Result<Vec<GroupCount>> {
        let codes = self.codes(column);
        let all = || vec![(0_u64, 0_i128); usize::from(NO_CODE) + 1];
        let sums = codes
            .par_iter()
            .zip(self.amounts())
            .fold(all, |mut sums, (&code, &amount)| {
                let group = &mut sums[usize::from(code)];
                group.0 += 1;
                group.1 += i128::from(amount);
                sums
            })
            .reduce(all, |mut left, right| {
                for (sum, more) in left.iter_mut().zip(right) {
                    sum.0 += more.0;
                    sum.1 += more.1;
                }
                left
            });
        let group = |name: Option<String>, (clients, amount): (u64, i128)| {
            let amount = self.ledger().scale().decimal_wide(amount)?;
            Ok(GroupCount { name, clients, amount })
        };
        let names = self.names(column);
        let named = names.iter().cloned().map(Some).zip(sums.iter().copied());
        let mut groups: Vec<GroupCount> =
            named.map(|(name, sum)| group(name, sum)).collect::<Result<_>>()?;
        let without = sums[usize::from(NO_CODE)];
        if without.0 > 0 {
            groups.push(group(None, without)?);
        }
        Ok(groups)
    }

    pub(super) fn amounts(&self) -> &[i64] {
        match self.inner.table.column("amount").map(|column| &column.values) {
            Some(Values::Money(amounts, _)) => amounts,
            _ => &[],
        }
    }

    pub(super) fn int32(&self, column: &str) -> &[i32] {
        match self.inner.table.column(column).map(|column| &column.values) {
            Some(Values::Int32(values)) => values,
            _ => &[],
        }
    }

    /// The codes of a column of choices, flags or small counts.
    pub(super) fn codes(&self, column: &str) -> &[u8] {
        match self.inner.table.column(column).map(|column| &column.values) {
            Some(Values::Choice(codes, _) | Values::Flag(codes) | Values::Count8(codes)) => codes,
            _ => &[],
        }
    }

    /// The names of a column's codes; of counts only levels of knowledge are verdicts.
    pub(super) fn names(&self, column: &str) -> Cow<'_, [String]> {
        let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        match self.inner.table.column(column).map(|column| &column.values) {
            Some(Values::Choice(_, names)) => Cow::Borrowed(&**names),
            Some(Values::Flag(_)) => own(&NO_YES),
            Some(Values::Count8(_)) => own(&KNOWLEDGE_LEVELS),
            _ => own(&[]),
        }
    }
}
