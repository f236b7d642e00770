//! Exchange rates, for sales in another currency than the ledger's.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::intake::Cause;
use crate::calendar::Day;
use crate::error::{Error, Result};
use crate::money::{Currency, Scale};

/// What one unit of a currency is worth in the ledger's currency from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The foreign currency.
    pub from: Currency,
    /// First day of the rate; `None` is since ever.
    #[serde(default)]
    pub since: Option<Day>,
    /// Ledger currency per foreign unit, above 0.
    pub rate: Decimal,
}

/// Rates by currency and day. A rate holds until the next one of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Rate>", into = "Vec<Rate>")]
pub struct RateTable {
    rates: Vec<Rate>,
}

impl RateTable {
    /// A table of rates in any order.
    ///
    /// # Errors
    /// A rate that is not above 0, or two of one currency with the same first day.
    pub fn new(mut rates: Vec<Rate>) -> Result<Self> {
        let fault = |problem: String| Err(Error::BadArgument { argument: "rates", problem });
        if let Some(rate) = rates.iter().find(|rate| rate.rate <= Decimal::ZERO) {
            return fault(format!(
                "the rate of {} is {}, it must be above 0",
                rate.from, rate.rate
            ));
        }
        rates.sort_by_key(|rate| (rate.from, rate.since));
        let key = |rate: &Rate| (rate.from, rate.since);
        if let Some(pair) = rates.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
            return fault(format!("two rates of {} begin on one day", pair[0].from));
        }
        Ok(Self { rates })
    }

    /// The rate of a currency on a day.
    pub fn rate(&self, from: Currency, day: Day) -> Option<Decimal> {
        let holds = |rate: &&Rate| rate.from == from && rate.since.is_none_or(|since| since <= day);
        self.rates.iter().rev().find(holds).map(|rate| rate.rate)
    }

    /// An amount in the ledger's currency: minor units at `scale`, rounded to the nearest,
    /// halves to even.
    pub fn convert(
        &self,
        amount: Decimal,
        from: Currency,
        day: Day,
        scale: Scale,
    ) -> Result<i64, Cause> {
        let rate = self.rate(from, day).ok_or(Cause::NoRate)?;
        amount
            .checked_mul(rate)
            .and_then(|converted| scale.minor_rounded(converted))
            .ok_or(Cause::AmountOutOfRange)
    }
}

impl TryFrom<Vec<Rate>> for RateTable {
    type Error = Error;
    fn try_from(rates: Vec<Rate>) -> Result<Self> {
        Self::new(rates)
    }
}

impl From<RateTable> for Vec<Rate> {
    fn from(table: RateTable) -> Self {
        table.rates
    }
}
