//! Any model as one document.

use serde::{Deserialize, Serialize};

use super::contract::ShiftedBetaGeometric;
use super::discrete::BgBb;
use super::dropout::{BgNbd, MbgNbd};
use super::nbd::Nbd;
use super::pareto::ParetoNbd;
use super::spend::GammaGamma;
use crate::error::{Error, Result};

/// A model of any kind, which its JSON names: `{"model": "bg_nbd", "unit": "week", "r": …}`.
///
/// ```
/// use clientela::lifetime::{AnyModel, Nbd, TimeUnit};
///
/// let json = AnyModel::Nbd(Nbd::new(TimeUnit::Week, 0.385, 12.072)?).to_json();
/// assert_eq!(json, r#"{"model":"nbd","unit":"week","r":0.385,"alpha":12.072}"#);
/// assert!(matches!(AnyModel::from_json(&json)?, AnyModel::Nbd(_)));
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnyModel {
    /// See [`Nbd`].
    Nbd(Nbd),
    /// See [`BgNbd`].
    BgNbd(BgNbd),
    /// See [`MbgNbd`].
    MbgNbd(MbgNbd),
    /// See [`ParetoNbd`].
    ParetoNbd(ParetoNbd),
    /// See [`BgBb`].
    BgBb(BgBb),
    /// See [`GammaGamma`].
    GammaGamma(GammaGamma),
    /// See [`ShiftedBetaGeometric`].
    ShiftedBetaGeometric(ShiftedBetaGeometric),
}

impl AnyModel {
    /// The model as JSON, from which it comes back to the last bit.
    ///
    /// # Panics
    /// Never: every field is a number or a name.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and names are always JSON")
    }

    /// The model of a JSON document.
    ///
    /// # Errors
    /// JSON that is no model, or a model that cannot be.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| Error::BadFormat(format!("model, {error}")))
    }
}
