//! What is to be expected of a client: every prediction of every model in continuous time.
//!
//! A client is alive with some probability, and given that, has a future whose law is again one
//! of the model's, with parameters updated by what was seen. This one identity gives all
//! predictions without a special formula for each.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fit::Interval;
use super::quadrature::rule_for;
use super::unit::{Discount, Span, TimeUnit};
use crate::error::{Error, Result};

/// Why a figure has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Undefined {
    /// The sum over an endless future has no end: money that keeps its value, or clients who
    /// stay too long.
    Endless,
    /// The distribution is so wide that it has no mean.
    NoMean,
    /// There are too few observations to tell.
    TooFew,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Endless => "the sum over an endless future is infinite; discount or limit it",
            Self::NoMean => "the distribution is too wide to have a mean; ask for its median",
            Self::TooFew => "there are too few observations to tell",
        })
    }
}

/// A figure, or why there is none.
pub type Figure = std::result::Result<f64, Undefined>;

/// The purchases to come of a client who is known to be alive. Times are in the model's unit,
/// finite and not negative.
pub trait Future {
    /// The expected number of purchases up to `t`.
    fn expected(&self, t: f64) -> f64;

    /// The probability of `n` purchases up to `t`.
    fn pmf(&self, n: u32, t: f64) -> f64;

    /// The probability of no purchase up to `t`.
    fn idle(&self, t: f64) -> f64 {
        self.pmf(0, t)
    }

    /// The probability of being alive at `t`.
    fn alive(&self, t: f64) -> f64;

    /// The time within which something is to be expected; only integration depends on it.
    fn time_scale(&self) -> f64;

    /// The expected number of purchases from now on for ever, each weighed by e^(−rate · its
    /// time).
    fn forever(&self, rate: f64) -> Figure;

    /// The expected number of purchases up to `t`, each weighed by e^(−rate · its time).
    fn discounted(&self, t: f64, rate: f64) -> f64
    where
        Self: Sized,
    {
        by_parts(self, t, rate)
    }

    /// The mean time to the next purchase, where it is certain to come.
    fn mean_wait(&self) -> Figure;

    /// The probability that there is another purchase at all.
    fn ever(&self) -> f64;
}

/// One client's prospects: alive or not, and if alive, what future.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook<F> {
    alive: f64,
    future: F,
    unit: TimeUnit,
}

/// When the next purchase is to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NextPurchase {
    /// The probability that there is a next purchase.
    pub probability: f64,
    /// If there is one: the median time to it from now, and the interval that holds it with the
    /// stated probability, in the model's unit.
    pub wait: Interval,
    /// If there is one: the mean time to it, in the model's unit.
    pub mean: Figure,
    /// The unit of the times.
    pub unit: TimeUnit,
}

impl<F: Future> Outlook<F> {
    /// Alive with a probability, and then with a future.
    pub(crate) fn new(alive: f64, future: F, unit: TimeUnit) -> Self {
        Self { alive, future, unit }
    }

    /// The probability of being alive now.
    pub fn p_alive(&self) -> f64 {
        self.alive
    }

    /// The future, if alive.
    pub fn if_alive(&self) -> &F {
        &self.future
    }

    /// The unit of the model's times.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// The probability of being alive when `span` has passed.
    pub fn p_alive_after(&self, span: Span) -> f64 {
        self.alive * self.future.alive(span.in_unit(self.unit))
    }

    /// The expected number of purchases within `span` from now.
    pub fn expected_purchases(&self, span: Span) -> f64 {
        self.alive * self.future.expected(span.in_unit(self.unit))
    }

    /// The probability of exactly `n` purchases within `span` from now.
    pub fn p_purchases(&self, n: u32, span: Span) -> f64 {
        let t = span.in_unit(self.unit);
        if n == 0 {
            return self.idle(t);
        }
        self.alive * self.future.pmf(n, t)
    }

    /// The probability of no purchase within `span` from now.
    pub fn p_no_purchase(&self, span: Span) -> f64 {
        self.idle(span.in_unit(self.unit))
    }

    fn idle(&self, t: f64) -> f64 {
        (1.0 - self.alive) + self.alive * self.future.idle(t)
    }

    /// The interval that holds the number of purchases within `span` with probability `level`:
    /// its median, and the ends that leave out half of the rest on either side.
    ///
    /// # Errors
    /// A level that is not between 0 and 1; a distribution that reaches beyond 100,000 purchases.
    pub fn purchases_interval(&self, span: Span, level: f64) -> Result<[u32; 3]> {
        let [low, high] = tails(level)?;
        let (mut n, mut below) = (0, 0.0);
        let mut ends = [0; 3];
        for (end, reached) in ends.iter_mut().zip([low, 0.5, high]) {
            loop {
                let upto = below + self.p_purchases(n, span);
                // The last digits of a sum of probabilities are no reason to go on.
                if upto >= reached - 1e-12 {
                    *end = n;
                    break;
                }
                below = upto;
                n += 1;
                if n > 100_000 {
                    let problem = "more purchases are likely than can be counted".to_owned();
                    return Err(Error::BadArgument { argument: "horizon", problem });
                }
            }
        }
        Ok(ends)
    }

    /// The expected number of purchases within `span`, each discounted to now (DECT).
    pub fn discounted_purchases(&self, span: Span, discount: Discount) -> f64 {
        let rate = discount.continuous_per(self.unit);
        self.alive * self.future.discounted(span.in_unit(self.unit), rate)
    }

    /// The expected number of all purchases to come, each discounted to now (DERT).
    pub fn discounted_forever(&self, discount: Discount) -> Figure {
        Ok(self.alive * self.future.forever(discount.continuous_per(self.unit))?)
    }

    /// When the next purchase is to be expected, with the interval that holds it with
    /// probability `level`, given that there is one.
    ///
    /// # Errors
    /// A level that is not between 0 and 1.
    pub fn next_purchase(&self, level: f64) -> Result<NextPurchase> {
        let [low, high] = tails(level)?;
        let ever = self.future.ever();
        Ok(NextPurchase {
            probability: self.alive * ever,
            wait: Interval {
                value: self.wait(0.5, ever),
                low: self.wait(low, ever),
                high: self.wait(high, ever),
            },
            mean: self.future.mean_wait(),
            unit: self.unit,
        })
    }

    /// The time within which the next purchase comes with probability `q`, given that it comes
    /// at all, which it does with probability `ever` if the client is alive.
    pub(crate) fn wait(&self, q: f64, ever: f64) -> f64 {
        let open = 1.0 - q * ever;
        let scale = self.future.time_scale();
        let (mut low, mut high) = (0.0, scale);
        while self.future.idle(high) > open && high < scale * 1e15 {
            high *= 4.0;
        }
        for _ in 0..70 {
            let middle = f64::midpoint(low, high);
            if self.future.idle(middle) > open {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

/// The probabilities that an interval of a level leaves below its ends.
///
/// # Errors
/// A level that is not between 0 and 1.
pub(crate) fn tails(level: f64) -> Result<[f64; 2]> {
    super::fit::deviations(level)?;
    let below = f64::midpoint(1.0, -level);
    Ok([below, 1.0 - below])
}

/// ∫₀^h e^(−rate · u) dE(u) = e^(−rate · h) E(h) + rate ∫₀^h e^(−rate · u) E(u) du, in which
/// every part is positive.
fn by_parts(future: &impl Future, h: f64, rate: f64) -> f64 {
    if rate == 0.0 || h == 0.0 {
        return future.expected(h);
    }
    // Beyond this nothing is left of the money.
    let end = h.min(45.0 / rate);
    let scale = future.time_scale().min(1.0 / rate);
    // u = scale · (e^w − 1) spreads both the early rise and the late discount.
    let range = (end / scale).ln_1p();
    let (rule, panels) = rule_for(rate * end, range);
    // The discount falls faster than exponentially in w.
    let panels = if rule.len() < 32 { panels } else { panels.max((range / 2.0).ceil() as u32) };
    let width = range / f64::from(panels);
    let mut integral = 0.0;
    for panel in 0..panels {
        for &(x, weight) in rule {
            let w = (f64::from(panel) + x) * width;
            let u = scale * w.exp_m1();
            integral += weight * width * (-rate * u).exp() * future.expected(u) * scale * w.exp();
        }
    }
    (-rate * end).exp() * future.expected(end) + rate * integral
}
