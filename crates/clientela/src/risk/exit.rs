//! What the exit of a client costs (R33, S2.48, S2.52).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::figure::{Figure, Unit, beyond, rounded};
use crate::formula::Formula;
use crate::journal::DiscountTier;
use crate::policy::Policy;

/// Whether profit makes a loss without a client that now brings some of it (R33, S2.48): the
/// firm is below zero then, and lower than with the client. In minor units.
pub(super) fn makes_loss(profit_now: i128, profit_without: i128) -> bool {
    profit_without < 0 && profit_without < profit_now
}

/// The discount at a volume: that of the highest tier that it reaches, else none (S2.52). The
/// tiers are by rising volume.
///
/// ```
/// use clientela::{DiscountTier, discount_at};
///
/// let tiers = [DiscountTier { from: 5000.into(), discount_percent: 12.into() }];
/// assert_eq!(discount_at(&tiers, 5000.into()), 12.into());
/// assert_eq!(discount_at(&tiers, 4999.into()), 0.into());
/// ```
pub fn discount_at(tiers: &[DiscountTier], volume: Decimal) -> Decimal {
    let reached = tiers.iter().rev().find(|tier| volume >= tier.from);
    reached.map_or(Decimal::ZERO, |tier| tier.discount_percent)
}

/// What the firm would have without a client (R33, S2.48).
///
/// ```
/// use clientela::{ClientExit, Formula, Policy};
///
/// let exit = ClientExit {
///     revenue: 1000.into(),
///     profit: 300.into(),
///     client_revenue: 450.into(),
///     client_profit: 150.into(),
///     fixed_costs: 200.into(),
/// };
/// let answer = exit.answer(&Policy::default())?;
/// assert_eq!(answer.revenue_without.to_string(), "550");
/// // 300 - 200 with the client, 300 - 150 - 200 without.
/// assert_eq!(answer.profit_now.to_string(), "100");
/// assert_eq!(answer.profit_without.to_string(), "-50");
/// assert!(answer.makes_loss);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientExit {
    /// Net sales to all clients, in money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub revenue: Decimal,
    /// Profit on them, before costs that stay whoever buys.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub profit: Decimal,
    /// Net sales to the client.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub client_revenue: Decimal,
    /// Profit on them.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub client_profit: Decimal,
    /// Costs in the same time that stay when the client leaves, 0 or more.
    #[serde(default, deserialize_with = "crate::exact::decimal")]
    pub fixed_costs: Decimal,
}

/// What [`ClientExit`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithoutClient {
    /// Net sales without the client, in money.
    pub revenue_without: Figure,
    /// Profit now, after the costs that stay.
    pub profit_now: Figure,
    /// Profit without the client, after the costs that stay.
    pub profit_without: Figure,
    /// Whether the firm is below zero without the client, and lower than with it: it could
    /// then dictate its terms.
    pub makes_loss: bool,
}

impl Formula for ClientExit {
    const NAME: &'static str = "client_exit";
    const ABOUT: &'static str = "What a firm would have without one of its clients.";
    const SOURCE: &'static str = "R33, S2.48";
    type Answer = WithoutClient;

    fn answer(&self, _: &Policy) -> Result<WithoutClient> {
        let Self { revenue, profit, client_revenue, client_profit, fixed_costs } = *self;
        if fixed_costs < Decimal::ZERO {
            let problem = format!("{fixed_costs} is below 0");
            return Err(Error::BadArgument { argument: "fixed_costs", problem });
        }
        let less = |a: Decimal, b| a.checked_sub(b).ok_or_else(|| beyond("what remains"));
        let profit_now = less(profit, fixed_costs)?;
        let profit_without = less(profit_now, client_profit)?;
        let money = |amount| Figure::of(amount, Unit::Money);
        Ok(WithoutClient {
            revenue_without: money(less(revenue, client_revenue)?),
            profit_now: money(profit_now),
            profit_without: money(profit_without),
            makes_loss: profit_without < Decimal::ZERO && profit_without < profit_now,
        })
    }
}

/// What the exit of a client does to a supplier's discount (R33, S2.52).
///
/// ```
/// use clientela::{DiscountTier, Formula, Policy, SupplierTier};
///
/// // A discount of 12 % from 8,000 pieces on; one client buys 5,000 of 9,000.
/// let tier = SupplierTier {
///     volume: 9000.into(),
///     client_volume: 5000.into(),
///     tiers: vec![DiscountTier { from: 8000.into(), discount_percent: 12.into() }],
///     purchases: Some(200_000.into()),
/// };
/// let answer = tier.answer(&Policy::default())?;
/// assert!(answer.drops);
/// assert_eq!(answer.discount_without.to_string(), "0 %");
/// assert_eq!(answer.repricing_cost.to_string(), "24000");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplierTier {
    /// Our volume, in units or money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub volume: Decimal,
    /// The client's part of it.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub client_volume: Decimal,
    /// The tiers, by rising volume; below the first there is no discount.
    pub tiers: Vec<DiscountTier>,
    /// What the firm pays the supplier in that time, before any discount; missing is unknown.
    #[serde(default, deserialize_with = "crate::exact::maybe")]
    pub purchases: Option<Decimal>,
}

/// What [`SupplierTier`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierWithout {
    /// The discount now, in per cent.
    pub discount_now: Figure,
    /// The discount without the client.
    pub discount_without: Figure,
    /// Whether it is lower: then prices rise for all the others.
    pub drops: bool,
    /// What the lower discount costs, on all that the firm buys there now.
    pub repricing_cost: Figure,
}

/// What a lower discount costs.
pub(super) fn repricing(
    purchases: Option<Decimal>,
    now: Decimal,
    without: Decimal,
) -> Result<Figure> {
    let Some(purchases) = purchases else {
        let cause = "what the firm buys from the supplier is not known";
        return Ok(Figure::undefined(Unit::Money, cause));
    };
    let cost = purchases.checked_mul(now - without);
    let cost = cost.and_then(|cost| cost.checked_div(Decimal::ONE_HUNDRED));
    Ok(Figure::of(rounded(cost.ok_or_else(|| beyond("a cost"))?), Unit::Money))
}

impl Formula for SupplierTier {
    const NAME: &'static str = "supplier_tier";
    const ABOUT: &'static str = "Whether a client's exit lowers a supplier's discount.";
    const SOURCE: &'static str = "R33, S2.52";
    type Answer = TierWithout;

    fn answer(&self, _: &Policy) -> Result<TierWithout> {
        let Self { volume, client_volume, tiers, purchases } = self;
        let bad = |argument, problem: String| Err(Error::BadArgument { argument, problem });
        if *client_volume < Decimal::ZERO || client_volume > volume {
            let problem = format!("{client_volume} is not part of {volume}");
            return bad("client_volume", problem);
        }
        if !tiers.is_sorted_by(|a, b| a.from < b.from) {
            return bad("tiers", "volumes must rise".to_owned());
        }
        let range = Decimal::ZERO..=Decimal::ONE_HUNDRED;
        if let Some(tier) = tiers.iter().find(|tier| !range.contains(&tier.discount_percent)) {
            return bad("tiers", format!("{} is not 0 to 100 %", tier.discount_percent));
        }
        if let Some(purchases) = purchases.filter(|purchases| *purchases < Decimal::ZERO) {
            return bad("purchases", format!("{purchases} is below 0"));
        }
        let rest = volume.checked_sub(*client_volume).ok_or_else(|| beyond("a volume"))?;
        let (now, without) = (discount_at(tiers, *volume), discount_at(tiers, rest));
        let drops = without < now;
        Ok(TierWithout {
            discount_now: Figure::of(now, Unit::Percent),
            discount_without: Figure::of(without, Unit::Percent),
            drops,
            repricing_cost: if drops {
                repricing(*purchases, now, without)?
            } else {
                Figure::of(Decimal::ZERO, Unit::Money)
            },
        })
    }
}
