//! How many new clients become regulars (R27).

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::figure::{Figure, Unit};
use crate::formula::Formula;
use crate::policy::Policy;

/// The conversion of new clients to regulars (R27, S2.24), in per cent of the new ones.
///
/// ```
/// use clientela::{Conversion, Formula, Policy};
///
/// let conversion = Conversion { new: 40, became_regular: 6 };
/// assert_eq!(conversion.answer(&Policy::default())?.conversion.to_string(), "15 %");
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    /// New clients.
    pub new: u64,
    /// Those of them who became regulars.
    pub became_regular: u64,
}

/// What [`Conversion`] answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConversionAnswer {
    /// The share of new clients who became regulars, in per cent.
    pub conversion: Figure,
}

impl Formula for Conversion {
    const NAME: &'static str = "conversion";
    const ABOUT: &'static str = "How many per cent of new clients become regulars.";
    const SOURCE: &'static str = "R27, S2.24";
    type Answer = ConversionAnswer;

    fn answer(&self, _: &Policy) -> Result<ConversionAnswer> {
        let Self { new, became_regular } = *self;
        if became_regular > new {
            let problem = format!("{became_regular} of {new} new clients");
            return Err(Error::BadArgument { argument: "became_regular", problem });
        }
        let cause = "there were no new clients";
        let conversion = Figure::quotient(became_regular.into(), new.into(), Unit::Percent, cause)?;
        Ok(ConversionAnswer { conversion })
    }
}
