//! What any model says of clients, asked by name.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::any::{AnyFit, AnyModel, purchases};
use super::clients::{Clients, over_parts};
use super::contract::ShiftedBetaGeometric;
use super::fit::{Interval, Parametric, Scale, deviations};
use super::outlook::{Future, Outlook, tails};
use super::purchase::{PurchaseModel, checked, each, same_unit};
use super::spend::{GammaGamma, all_lifetime_values};
use super::summary::{Row, Summary};
use super::unit::{Discount, Span, TimeUnit};
use crate::error::{Error, Result};

/// A question to a model about every client of a summary; in JSON
/// `{"predict": "expected_purchases", "horizon": 39, "unit": "week"}`.
///
/// A horizon has its unit beside it; a discount is a rate that compounds once per
/// `discount_unit`, 0.1 per year being 10 %. Times and rates that come out are in the model's
/// unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "predict", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Prediction {
    /// The probability of being alive at the end of observation.
    PAlive,
    /// The probability of being alive when the horizon has passed.
    PAliveAfter {
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
    },
    /// The expected number of purchases within the horizon; of contracts: renewals.
    ExpectedPurchases {
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
    },
    /// The probability of exactly `n` purchases within the horizon.
    PPurchases {
        /// How many.
        n: u32,
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
    },
    /// The probability of no purchase within the horizon.
    PNoPurchase {
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
    },
    /// The expected number of purchases within the horizon, each discounted to now (DECT).
    DiscountedPurchases {
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
        /// The rate, 0 or more.
        discount: f64,
        /// The time over which it compounds once.
        discount_unit: TimeUnit,
    },
    /// The expected number of all purchases to come, each discounted to now (DERT).
    DiscountedForever {
        /// The rate, 0 or more.
        discount: f64,
        /// The time over which it compounds once.
        discount_unit: TimeUnit,
    },
    /// The mean purchase rate while alive, per unit of the model's time.
    PosteriorPurchaseRate,
    /// The mean dropout: per unit of time in Pareto/NBD, per purchase in the BG family, per
    /// renewal of contracts.
    PosteriorDropout,
    /// The probability that there is a next purchase.
    NextPurchaseProbability,
    /// If there is one, the time to it that is passed as often as not.
    NextPurchaseMedian,
    /// If there is one, the mean time to it; missing where there is no mean.
    NextPurchaseMean,
    /// If there is one, the lower end of the interval that holds the time to it.
    NextPurchaseLow {
        /// The probability of the interval, such as 0.8.
        level: f64,
    },
    /// If there is one, the upper end of the interval that holds the time to it.
    NextPurchaseHigh {
        /// The probability of the interval, such as 0.8.
        level: f64,
    },
    /// The lower end of the interval that holds the number of purchases within the horizon.
    PurchasesLow {
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
        /// The probability of the interval, such as 0.8.
        level: f64,
    },
    /// The median number of purchases within the horizon.
    PurchasesMedian {
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
    },
    /// The upper end of the interval that holds the number of purchases within the horizon.
    PurchasesHigh {
        /// Length of time from the end of observation.
        horizon: f64,
        /// Its unit.
        unit: TimeUnit,
        /// The probability of the interval, such as 0.8.
        level: f64,
    },
    /// The expected mean amount of the purchases to come, in the ledger's currency.
    ExpectedSpend,
    /// The log-likelihood of the client's history.
    LogLikelihood,
}

impl Prediction {
    /// The question of a JSON document.
    ///
    /// # Errors
    /// JSON that is no question.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| Error::BadFormat(format!("prediction, {error}")))
    }

    /// The question as JSON.
    ///
    /// # Panics
    /// Never: every field is a number or a name.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and names are always JSON")
    }

    fn refused_by(&self, model: &impl Parametric) -> Error {
        let what = serde_json::to_value(self).ok();
        let what = what.as_ref().and_then(|what| what.get("predict")?.as_str());
        let problem = format!("{} does not tell {}", model.name(), what.unwrap_or_default());
        Error::BadArgument { argument: "predict", problem }
    }

    /// The scale on which the uncertainty of the answer is taken to be normal.
    fn scale(&self) -> Scale {
        match self {
            Self::PAlive
            | Self::PAliveAfter { .. }
            | Self::PPurchases { .. }
            | Self::PNoPurchase { .. }
            | Self::NextPurchaseProbability => Scale::Logit,
            _ => Scale::Log,
        }
    }
}

impl AnyModel {
    /// The answer for each row of a summary; missing where it is undefined.
    ///
    /// ```
    /// use clientela::lifetime::{AnyModel, BgNbd, Prediction, Row, Summary, TimeUnit};
    ///
    /// let model = AnyModel::BgNbd(BgNbd::new(TimeUnit::Week, 0.243, 4.414, 0.793, 2.426)?);
    /// let clients = Summary::new(TimeUnit::Week, vec![Row::new(2, 30.43, 38.86)?]);
    /// let what = Prediction::from_json(
    ///     r#"{"predict": "expected_purchases", "horizon": 39, "unit": "week"}"#,
    /// )?;
    /// let answer = model.predict(&what, &clients)?[0].unwrap();
    /// assert!((answer - 1.226_028).abs() < 1e-6);
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// A summary in another unit than the model, or with rows that the model cannot judge;
    /// covariates other than those of the model; a horizon, rate or level out of range; a
    /// question that the model has no answer to.
    pub fn predict<'a>(
        &self,
        what: &Prediction,
        clients: impl Into<Clients<'a>>,
    ) -> Result<Vec<Option<f64>>> {
        let clients = clients.into();
        let summary = clients.summary();
        if let Some(parts) = self.parts(&clients)? {
            return over_parts(&parts, |part| part.model.predict(what, &part.summary));
        }
        clients.refuse_covariates(&self.name())?;
        let figures = match self {
            Self::GammaGamma(model) => match what {
                Prediction::ExpectedSpend => {
                    summary.each_row().map(|row| model.expected_spend(&row).ok()).collect()
                }
                Prediction::LogLikelihood => {
                    summary.each_row().map(|row| model.log_likelihood(&row)).collect()
                }
                _ => return Err(what.refused_by(model)),
            },
            Self::ShiftedBetaGeometric(model) => {
                same_unit_of_contracts(model, summary)?;
                let answer = contract_answer(model, what)?;
                summary.par_rows().map(|row| answer(row.x())).collect()
            }
            _ => purchases!(self, model => of_purchases(model, what, summary)?, else
                return Err(self.no_purchases())),
        };
        Ok(figures.into_iter().map(|f: Option<f64>| f.filter(|f| f.is_finite())).collect())
    }

    /// The answer for a new client, from the first purchase on; of Gamma-Gamma, the mean over
    /// all clients. `None` where it is undefined.
    ///
    /// # Errors
    /// Those of [`predict`](Self::predict); questions about a client's own history; a model with
    /// covariates, of which [`for_client`](Self::for_client) gives that of a new client.
    pub fn predict_new(&self, what: &Prediction) -> Result<Option<f64>> {
        let figure = match self {
            Self::GammaGamma(model) => match what {
                Prediction::ExpectedSpend => model.population_mean().ok(),
                _ => return Err(what.refused_by(model)),
            },
            Self::ShiftedBetaGeometric(model) => contract_answer(model, what)?(0),
            _ => purchases!(self, model => of_outlook(model, &model.outlook_new(), what)?, else
                return Err(self.no_purchases())),
        };
        Ok(figure.filter(|figure| figure.is_finite()))
    }

    /// What each row's client is worth: expected discounted purchases within the horizon, or for
    /// ever where there is none, times the expected amount of each, in the ledger's currency
    /// (CLV; of revenue: multiply by the margin for profit). Missing where it is undefined.
    ///
    /// # Errors
    /// A summary in another unit than the model; covariates other than those of the model; a
    /// model that is not of purchases.
    pub fn clv<'a>(
        &self,
        spend: &GammaGamma,
        clients: impl Into<Clients<'a>>,
        horizon: Option<Span>,
        discount: Discount,
    ) -> Result<Vec<Option<f64>>> {
        let clients = clients.into();
        let summary = clients.summary();
        if let Some(parts) = self.parts(&clients)? {
            return over_parts(&parts, |part| {
                part.model.clv(spend, &part.summary, horizon, discount)
            });
        }
        clients.refuse_covariates(&self.name())?;
        let values = purchases!(self, model => if let Some(span) = horizon {
            all_lifetime_values(model, spend, summary, span, discount)?
        } else {
            let purchases = forever(model, summary, discount)?;
            let worth = |(row, purchases): (Row, f64)| {
                Some(spend.expected_spend(&row).ok()? * purchases)
            };
            summary.each_row().zip(purchases).map(worth).collect()
        }, else return Err(self.no_purchases()));
        Ok(values.into_iter().map(|value| value.filter(|value| value.is_finite())).collect())
    }
}

impl AnyFit {
    /// The answer for each row with the interval that the uncertainty of the parameters gives it
    /// at a level such as 0.95 (delta method). It is the interval of the expectation, not of one
    /// client's outcome.
    ///
    /// Missing where the answer is undefined or the maximum is not definite.
    ///
    /// # Errors
    /// Those of [`AnyModel::predict`]; a level that is not between 0 and 1.
    pub fn predict_intervals<'a>(
        &self,
        what: &Prediction,
        clients: impl Into<Clients<'a>>,
        level: f64,
    ) -> Result<Vec<Option<Interval>>> {
        const STEP: f64 = 1e-4;
        let clients = clients.into();
        let z = deviations(level)?;
        let scale = what.scale();
        let values = self.model.predict(what, clients)?;
        let Some(covariance) = self.log_covariance() else { return Ok(vec![None; values.len()]) };
        let parameters = self.model.parameters();
        let moved = |i: usize, by: f64| {
            let mut parameters = parameters.clone();
            if self.model.is_positive(i) {
                parameters[i] *= by.exp();
            } else {
                parameters[i] += by;
            }
            self.model.with_parameters(&parameters)?.predict(what, clients)
        };
        let sides = (0..parameters.len())
            .map(|i| Ok((moved(i, STEP)?, moved(i, -STEP)?)))
            .collect::<Result<Vec<_>>>()?;
        let interval = |(row, value): (usize, Option<f64>)| {
            let value = value?;
            let centre = scale.forth(value);
            if !centre.is_finite() {
                // Exactly 0, or a certainty: nothing about the parameters can change it.
                return Some(Interval { value, low: value, high: value });
            }
            let slopes = sides
                .iter()
                .map(|(up, down)| {
                    Some((scale.forth(up[row]?) - scale.forth(down[row]?)) / (2.0 * STEP))
                })
                .collect::<Option<Vec<f64>>>()?;
            let reach = z * covariance.form(&slopes, &slopes).max(0.0).sqrt();
            reach.is_finite().then(|| Interval {
                value,
                low: scale.back(centre - reach),
                high: scale.back(centre + reach),
            })
        };
        Ok(values.into_iter().enumerate().map(interval).collect())
    }
}

fn same_unit_of_contracts(model: &ShiftedBetaGeometric, summary: &Summary) -> Result<()> {
    model.unit().map_or(Ok(()), |unit| same_unit(unit, summary))
}

fn discount_of(discount: f64, unit: TimeUnit) -> Result<Discount> {
    Discount::effective(discount, unit)
}

/// DERT of each row; NaN where it is undefined.
fn forever<M: PurchaseModel>(model: &M, summary: &Summary, discount: Discount) -> Result<Vec<f64>> {
    let rate = discount.continuous_per(model.time_unit());
    each(model, summary, |future| future.forever(rate).unwrap_or(f64::NAN))
}

fn of_purchases<M: PurchaseModel>(
    model: &M,
    what: &Prediction,
    summary: &Summary,
) -> Result<Vec<Option<f64>>> {
    use Prediction as P;
    let all = |figures: Vec<f64>| Ok(figures.into_iter().map(Some).collect());
    let of_rows = |figure: &(dyn Fn(&Row) -> f64 + Sync)| {
        checked(model, summary)?;
        Ok(summary.par_rows().map(|row| Some(figure(&row))).collect())
    };
    match *what {
        P::PAlive => all(model.all_p_alive(summary)?),
        P::PAliveAfter { horizon, unit } => {
            let t = Span::new(horizon, unit)?.in_unit(model.time_unit());
            all(each(model, summary, |future| future.alive(t))?)
        }
        P::ExpectedPurchases { horizon, unit } => {
            all(model.all_expected_purchases(summary, Span::new(horizon, unit)?)?)
        }
        P::PPurchases { n, horizon, unit } if n > 0 => {
            let t = Span::new(horizon, unit)?.in_unit(model.time_unit());
            all(each(model, summary, |future| future.pmf(n, t))?)
        }
        P::PPurchases { horizon, unit, .. } | P::PNoPurchase { horizon, unit } => {
            let t = Span::new(horizon, unit)?.in_unit(model.time_unit());
            let idle = each(model, summary, |future| future.idle(t))?;
            let alive = model.all_p_alive(summary)?;
            all(alive.iter().zip(idle).map(|(alive, idle)| 1.0 - alive + idle).collect())
        }
        P::DiscountedPurchases { horizon, unit, discount, discount_unit } => {
            let discount = discount_of(discount, discount_unit)?;
            all(model.all_discounted_purchases(summary, Span::new(horizon, unit)?, discount)?)
        }
        P::DiscountedForever { discount, discount_unit } => {
            all(forever(model, summary, discount_of(discount, discount_unit)?)?)
        }
        P::PosteriorPurchaseRate => of_rows(&|row| model.posterior(row).purchase_rate),
        P::PosteriorDropout => of_rows(&|row| model.posterior(row).dropout),
        P::LogLikelihood => of_rows(&|row| model.log_likelihood(row)),
        P::ExpectedSpend => Err(what.refused_by(model)),
        _ => {
            let answer = |row: Row| of_outlook(model, &model.outlook(&row), what);
            checked(model, summary)?;
            summary.par_rows().map(answer).collect()
        }
    }
}

/// The answer from an outlook of a model.
fn of_outlook<F: Future>(
    model: &impl Parametric,
    outlook: &Outlook<F>,
    what: &Prediction,
) -> Result<Option<f64>> {
    use Prediction as P;
    let purchases = |horizon: f64, unit: TimeUnit, level: f64, end: usize| {
        let ends = outlook.purchases_interval(Span::new(horizon, unit)?, level)?;
        Ok::<f64, Error>(ends[end].into())
    };
    let wait = |q: f64| outlook.wait(q, outlook.if_alive().ever());
    Ok(Some(match *what {
        P::PAlive => outlook.p_alive(),
        P::PAliveAfter { horizon, unit } => outlook.p_alive_after(Span::new(horizon, unit)?),
        P::ExpectedPurchases { horizon, unit } => {
            outlook.expected_purchases(Span::new(horizon, unit)?)
        }
        P::PPurchases { n, horizon, unit } => outlook.p_purchases(n, Span::new(horizon, unit)?),
        P::PNoPurchase { horizon, unit } => outlook.p_no_purchase(Span::new(horizon, unit)?),
        P::DiscountedPurchases { horizon, unit, discount, discount_unit } => {
            let discount = discount_of(discount, discount_unit)?;
            outlook.discounted_purchases(Span::new(horizon, unit)?, discount)
        }
        P::DiscountedForever { discount, discount_unit } => {
            let dert = outlook.discounted_forever(discount_of(discount, discount_unit)?);
            return Ok(dert.ok());
        }
        P::NextPurchaseProbability => outlook.p_alive() * outlook.if_alive().ever(),
        P::NextPurchaseMean => return Ok(outlook.if_alive().mean_wait().ok()),
        P::NextPurchaseMedian => wait(0.5),
        P::NextPurchaseLow { level } => wait(tails(level)?[0]),
        P::NextPurchaseHigh { level } => wait(tails(level)?[1]),
        P::PurchasesLow { horizon, unit, level } => purchases(horizon, unit, level, 0)?,
        P::PurchasesMedian { horizon, unit } => purchases(horizon, unit, 0.5, 1)?,
        P::PurchasesHigh { horizon, unit, level } => purchases(horizon, unit, level, 2)?,
        P::PosteriorPurchaseRate | P::PosteriorDropout | P::ExpectedSpend | P::LogLikelihood => {
            return Err(what.refused_by(model));
        }
    }))
}

/// What is said of a running contract by the renewals that it passed.
type ByRenewals = Box<dyn Fn(u32) -> Option<f64> + Sync>;

fn contract_answer(model: &ShiftedBetaGeometric, what: &Prediction) -> Result<ByRenewals> {
    use Prediction as P;
    let model = *model;
    // A horizon in another unit may miss a whole number by rounding.
    let renewals = |horizon: f64, unit: TimeUnit| {
        let t = Span::new(horizon, unit)?.in_unit(model.unit().unwrap_or(unit));
        if t > 1e6 {
            let problem = format!("{t} renewals, a contract is followed through a million");
            return Err(Error::BadArgument { argument: "horizon", problem });
        }
        Ok((t + 1e-9 * (1.0 + t)).floor() as u32)
    };
    let kept = move |n: u32, renewals: u32| -> f64 {
        (n..n.saturating_add(renewals)).map(|n| model.retention(n)).product()
    };
    let exactly = move |n: u32, renewals: u32, of: u32| match renewals.cmp(&of) {
        std::cmp::Ordering::Less => {
            kept(n, renewals) * (1.0 - model.retention(n.saturating_add(renewals)))
        }
        std::cmp::Ordering::Equal => kept(n, of),
        std::cmp::Ordering::Greater => 0.0,
    };
    Ok(match *what {
        P::PAlive => Box::new(|_| Some(1.0)),
        P::PAliveAfter { horizon, unit } => {
            let h = renewals(horizon, unit)?;
            Box::new(move |n| Some(kept(n, h)))
        }
        P::ExpectedPurchases { horizon, unit } => {
            let h = renewals(horizon, unit)?;
            Box::new(move |n| Some(model.expected_renewals(n, h)))
        }
        P::PPurchases { n: wanted, horizon, unit } => {
            let h = renewals(horizon, unit)?;
            Box::new(move |n| Some(exactly(n, wanted, h)))
        }
        P::PNoPurchase { horizon, unit } => {
            let h = renewals(horizon, unit)?;
            Box::new(move |n| Some(exactly(n, 0, h)))
        }
        P::DiscountedPurchases { horizon, unit, discount, discount_unit } => {
            let (h, discount) = (renewals(horizon, unit)?, discount_of(discount, discount_unit)?);
            let factor = (-discount.continuous_per(model.unit().unwrap_or(unit))).exp();
            Box::new(move |n| {
                let (mut sum, mut worth) = (0.0, 1.0);
                for n in n..n.saturating_add(h) {
                    worth *= model.retention(n);
                    sum += worth;
                    worth *= factor;
                }
                Some(sum)
            })
        }
        P::DiscountedForever { discount, discount_unit } => {
            let discount = discount_of(discount, discount_unit)?;
            Box::new(move |n| model.discounted_renewals(n, discount).ok())
        }
        P::PosteriorDropout => Box::new(move |n| Some(1.0 - model.retention(n))),
        _ => return Err(what.refused_by(&model)),
    })
}
