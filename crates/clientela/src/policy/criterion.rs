//! What clients are ranked by, and the strategy that chooses it (R17).

use serde::{Deserialize, Serialize};

/// What clients are ranked by (R17, S3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Amount of sales net of returns, in minor units.
    Amount,
    /// Profit net of returns, in minor units; needs the column `profit`.
    Profit,
    /// Number of purchases.
    Purchases,
    /// Units sold (shipped) net of returns; needs the column `quantity`.
    Quantity,
    /// Money received, by the day of receipt; needs the ledger of payments.
    Payments,
    /// Number of payments; needs the ledger of payments.
    PaymentCount,
    /// Units ordered; needs the ledger of orders with the column `quantity`.
    UnitsOrdered,
}

impl Criterion {
    /// Whether the ledger of sales has it, and not a ledger beside it.
    pub fn of_sales(self) -> bool {
        !matches!(self, Self::Payments | Self::PaymentCount | Self::UnitsOrdered)
    }

    /// The name in JSON, Python and C.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Profit => "profit",
            Self::Purchases => "purchases",
            Self::Quantity => "quantity",
            Self::Payments => "payments",
            Self::PaymentCount => "payment_count",
            Self::UnitsOrdered => "units_ordered",
        }
    }
}

impl Criterion {
    /// What it is, in words.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Amount => "the amount of sales",
            Self::Profit => "net profit",
            Self::Purchases => "the number of purchases",
            Self::Quantity => "units sold",
            Self::Payments => "money received",
            Self::PaymentCount => "the number of payments",
            Self::UnitsOrdered => "units ordered",
        }
    }
}

/// What the firm is after now (R17, S3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// A larger market: clients are ranked by units shipped.
    MarketExpansion,
    /// Money in hand: clients are ranked by payments on the day of receipt.
    WorkingCapital,
    /// Dividends: clients are ranked by net profit.
    Dividends,
}

impl Strategy {
    /// The criterion that the strategy asks for (R17).
    ///
    /// ```
    /// use clientela::{Criterion, Strategy};
    ///
    /// assert_eq!(Strategy::WorkingCapital.criterion(), Criterion::Payments);
    /// ```
    pub fn criterion(self) -> Criterion {
        match self {
            Self::MarketExpansion => Criterion::Quantity,
            Self::WorkingCapital => Criterion::Payments,
            Self::Dividends => Criterion::Profit,
        }
    }
}

/// One of several criteria of ABC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WeightedCriterion {
    /// What is summed. Source: R17.
    pub criterion: Criterion,
    /// How much it counts beside the others, 1 to 1,000. Source: convention.
    pub weight: u16,
}
