//! The policy of potential (R26).

use serde::{Deserialize, Serialize};

use crate::calendar::Span;
use crate::money::Percent;

/// What clients buy against what they could buy (R26, S0.9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PotentialPolicy {
    /// The time for which the portraits give potential and purchases elsewhere, and over which
    /// sales are held against them; null is the whole history. Default: 12 months.
    /// Source: convention (S0.9: the same period).
    pub window: Option<Span>,
    /// Limits of the bands of realisation, in per cent, ascending; a value on a limit is in
    /// the band above. Default: 25, 50, 75, 100. Source: convention (S0.10).
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub bands: Vec<Percent>,
}

impl Default for PotentialPolicy {
    fn default() -> Self {
        Self {
            window: Some(Span::Months(12)),
            bands: [25, 50, 75, 100].map(Percent::whole).to_vec(),
        }
    }
}

impl PotentialPolicy {
    /// The names of the bands: `0-25`, …, `100+`.
    pub fn band_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut from = "0".to_owned();
        for limit in &self.bands {
            let to = limit.decimal().to_string();
            names.push(format!("{from}-{to}"));
            from = to;
        }
        names.push(format!("{from}+"));
        names
    }
}
