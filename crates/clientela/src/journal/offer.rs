//! What the firm has to offer: products, promotions, deals, deliveries, its own suppliers.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::work::Channel;
use crate::calendar::Day;
use crate::client::ClientId;
use crate::portrait::is_no;

/// A product, and whom it is for (R46, S0.12, S4.4, S4.14).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// The category, as in the sales.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The brand, as in the sales.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The pains that it heals, by the names that the portraits have for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub solves: Vec<String>,
    /// What it does for the client, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<String>,
    /// Categories whose buyers need it too (S4.14).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goes_with: Vec<String>,
    /// The day from which on it can be had; missing is no news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launched_on: Option<Day>,
    /// Whether it is a new collection of its brand (S4.4).
    #[serde(default, skip_serializing_if = "is_no")]
    pub collection: bool,
}

/// Days on which a brand is on promotion (S4.5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromoDays {
    /// Its name.
    pub name: String,
    /// The brand; missing is all brands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// A deal that is under way (R45, S2.18).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deal {
    /// Its id.
    pub id: String,
    /// The client.
    pub client: ClientId,
    /// The status, one of the firm's own.
    pub status: String,
    /// Since when it has it.
    pub on: Day,
    /// Who of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// What it is worth.
    #[serde(
        default,
        deserialize_with = "crate::exact::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub amount: Option<Decimal>,
}

/// A status of deals, in the order of the funnel (R45, S2.18).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DealStatus {
    /// Its name.
    pub name: String,
    /// Whether a deal ends with it.
    #[serde(default, skip_serializing_if = "is_no")]
    pub is_final: bool,
    /// How clients with such deals are written to; missing is as they prefer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

/// What came of asking for contacts after a delivery (S0.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferralOutcome {
    /// The client gave contacts.
    GaveContacts,
    /// The client keeps it to itself.
    KeptToItself,
}

/// A delivery that is done (S0.14).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The client.
    pub client: ClientId,
    /// The day.
    pub on: Day,
    /// What.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// When contacts were asked for; missing is not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_on: Option<Day>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ReferralOutcome>,
}

/// What a supplier measures our volume in (S2.52).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeMeasure {
    /// Units sold.
    Quantity,
    /// Net amount sold.
    Amount,
}

/// From which volume on a supplier gives which discount (S2.52).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountTier {
    /// The least volume, in units or money.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub from: Decimal,
    /// The discount on what we buy, in per cent.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub discount_percent: Decimal,
}

/// A supplier whose discount depends on our volume (R33, S2.52).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplier {
    /// Its name.
    pub name: String,
    /// The category of the sales that it supplies; missing is all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What the volume is measured in.
    pub measure: VolumeMeasure,
    /// Over how many months up to the day the volume is summed.
    pub months: u16,
    /// The tiers, by rising volume; below the first there is no discount.
    pub tiers: Vec<DiscountTier>,
    /// What the firm pays the supplier in that time, before any discount; missing is unknown.
    #[serde(
        default,
        deserialize_with = "crate::exact::maybe",
        skip_serializing_if = "Option::is_none"
    )]
    pub purchases: Option<Decimal>,
}

/// Costs that stay when a client leaves (R33, S2.48).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedCosts {
    /// How much a month.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub per_month: Decimal,
}
