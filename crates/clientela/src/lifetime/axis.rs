//! What a model says of the clients of a snapshot.

use std::sync::Arc;

use rayon::prelude::*;

use super::any::AnyModel;
use super::fit::Parametric;
use super::ledger::{Reader, SummaryOptions, Work};
use super::predict::Prediction;
use super::spend::GammaGamma;
use super::summary::{Row, Summary};
use super::unit::{Discount, Span, TimeUnit};
use crate::axis::{Axis, Known, Reason, Verdict, column, note, quantity};
use crate::buffer::Buffer;
use crate::calendar;
use crate::census::facts::CHUNK;
use crate::error::{Error, Result};
use crate::policy::LifetimePolicy;
use crate::table::{Column, Value, Values};

/// The models that a base is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Models {
    model: Arc<AnyModel>,
    spend: Option<GammaGamma>,
}

impl Models {
    pub(crate) fn new(model: &AnyModel, spend: Option<&GammaGamma>) -> Self {
        Self { model: Arc::new(model.clone()), spend: spend.copied() }
    }

    /// How the model counts time; an error for one that is not of purchases.
    fn options(&self, known: &Known<'_>) -> Result<SummaryOptions> {
        let unit = match (&*self.model, self.model.unit()) {
            (AnyModel::GammaGamma(_) | AnyModel::ShiftedBetaGeometric(_), _) | (_, None) => {
                return Err(self.model.no_purchases());
            }
            _ if self.model.has_covariates() => return Err(self.model.no_purchases()),
            (_, Some(unit)) => unit,
        };
        Ok(SummaryOptions {
            returns: known.policy().lifetime.returns,
            zero_amount: known.policy().zero_amount,
            opportunities: matches!(&*self.model, AnyModel::BgBb(_)),
            ..SummaryOptions::from(unit)
        })
    }

    /// P(alive), expected purchases and worth of histories.
    fn figures(&self, policy: &LifetimePolicy, summary: &Summary) -> Result<[Vec<Option<f64>>; 3]> {
        let span = span_of(policy.horizon)?;
        let alive = self.model.predict(&Prediction::PAlive, summary)?;
        let what = Prediction::ExpectedPurchases { horizon: span.length(), unit: span.unit() };
        let purchases = self.model.predict(&what, summary)?;
        let worth = match &self.spend {
            Some(spend) => self.model.clv(spend, summary, Some(span), discount_of(policy)?)?,
            None => vec![None; summary.len()],
        };
        Ok([alive, purchases, worth])
    }
}

fn span_of(span: calendar::Span) -> Result<Span> {
    match span {
        calendar::Span::Months(months) => Span::new(months.into(), TimeUnit::Month),
        calendar::Span::Days(days) => Span::new(days.into(), TimeUnit::Day),
    }
}

fn discount_of(policy: &LifetimePolicy) -> Result<Discount> {
    let percent = policy.discount_percent_per_year.decimal();
    let rate: f64 = percent.to_string().parse().map_err(|_| Error::BadPolicy {
        path: "lifetime.discount_percent_per_year".to_owned(),
        problem: format!("{percent} is no rate"),
    })?;
    Discount::effective(rate / 100.0, TimeUnit::Year)
}

/// Whether a client is still one, what it will buy and what it is worth.
#[derive(Debug)]
pub(crate) struct LifetimeAxis;

const AXES: [&str; 3] = ["p_alive", "expected_purchases", "clv"];
const SOURCE: &str = "convention";

impl Axis for LifetimeAxis {
    fn axes(&self) -> &'static [&'static str] {
        &AXES
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let values = match known.basis.models {
            None => [(); 3].map(|()| known.basis.no_floats()),
            Some(models) => predicted(known, models)?,
        };
        let [alive, purchases, worth] = values.map(Values::Float);
        Ok(vec![
            column(
                "p_alive",
                SOURCE,
                "Probability that the client will still buy, by the model.",
                alive,
            ),
            column(
                "expected_purchases",
                SOURCE,
                "Days with a purchase to be expected within the horizon of lifetime.",
                purchases,
            ),
            column(
                "clv",
                SOURCE,
                "Discounted amount to be expected within that horizon, in the ledger's currency.",
                worth,
            ),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let missing = |sentence: &str| {
            let reason = |axis: &&str| Verdict {
                axis: (*axis).to_owned(),
                verdict: None,
                reasons: vec![note("lifetime.model", SOURCE, sentence)],
            };
            AXES.iter().map(reason).collect()
        };
        let Some(models) = known.basis.models else {
            return missing("No model of purchases is given, so nothing is foretold.");
        };
        // The columns were made by the same models, so what could go wrong has.
        let Ok(options) = models.options(known) else {
            return missing("The model is not one of purchases.");
        };
        let reader = Reader::new(known.basis.ledger, known.basis.plan, options);
        let read = reader.row(known.basis.client(row), &mut Work::default());
        let Some((history, set_aside)) = read else {
            return missing("It has made no purchase, so the model knows nothing of it.");
        };
        let summary = Summary::new(options.unit, vec![history]);
        let figures = models.figures(&known.policy().lifetime, &summary);
        let Ok([alive, purchases, worth]) = figures else {
            return missing("The model cannot judge its history.");
        };
        let tell = Telling { known, models, history, unit: options.unit, set_aside };
        vec![tell.alive(alive[0]), tell.purchases(purchases[0]), tell.worth(worth[0])]
    }
}

/// The three columns.
fn predicted(known: &Known<'_>, models: &Models) -> Result<[Arc<Buffer<f64>>; 3]> {
    let options = models.options(known)?;
    let reader = Reader::new(known.basis.ledger, known.basis.plan, options);
    let histories: Vec<Option<Row>> = (0..known.rows())
        .into_par_iter()
        .with_min_len(CHUNK / 8)
        .map_init(Work::default, |work, row| {
            reader.row(known.basis.client(row), work).map(|(history, _)| history)
        })
        .collect();
    let summary = Summary::new(options.unit, histories.iter().flatten().copied().collect());
    let figures = models.figures(&known.policy().lifetime, &summary)?;
    Ok(figures.map(|figures| {
        let mut figures = figures.into_iter();
        let value = |history: &Option<Row>| {
            history.and_then(|_| figures.next().flatten()).unwrap_or(f64::NAN)
        };
        Arc::new(histories.iter().map(value).collect())
    }))
}

/// One client's figures in words.
struct Telling<'a> {
    known: &'a Known<'a>,
    models: &'a Models,
    history: Row,
    unit: TimeUnit,
    set_aside: bool,
}

impl Telling<'_> {
    fn verdict(axis: &str, figure: Option<f64>, places: usize, reasons: Vec<Reason>) -> Verdict {
        let verdict = figure.map(|figure| format!("{figure:.places$}"));
        Verdict { axis: axis.to_owned(), verdict, reasons }
    }

    /// The model and what it saw.
    fn seen(&self, axis: &str, figure: Option<f64>, unit: &str) -> Reason {
        let times = TimeUnit::NAMES[self.unit as usize];
        let sentence = format!(
            "By {} after {} repeat purchases, the last {} {times}s after the first, in {} {times}s.",
            described(&*self.models.model),
            self.history.x(),
            figure_text(self.history.t_x()),
            figure_text(self.history.age()),
        );
        Reason {
            observed: figure.map(|figure| quantity(axis, Value::Float(figure), unit)),
            ..note("lifetime.model", SOURCE, sentence)
        }
    }

    fn alive(&self, figure: Option<f64>) -> Verdict {
        let reasons = vec![self.seen("p_alive", figure, "probability")];
        Self::verdict("p_alive", figure, 4, reasons)
    }

    fn purchases(&self, figure: Option<f64>) -> Verdict {
        let horizon = self.known.policy().lifetime.horizon;
        let reasons = vec![
            self.seen("expected_purchases", figure, "purchases"),
            note("lifetime.horizon", SOURCE, format!("Within {horizon} from the day.")),
        ];
        Self::verdict("expected_purchases", figure, 4, reasons)
    }

    fn worth(&self, figure: Option<f64>) -> Verdict {
        let policy = &self.known.policy().lifetime;
        let Some(spend) = &self.models.spend else {
            let sentence = "No model of spend is given, so worth is not known.";
            return Self::verdict("clv", None, 0, vec![note("lifetime.spend", SOURCE, sentence)]);
        };
        let places = usize::from(self.known.scale().places());
        let basis = match self.history.spend() {
            Some(mean) => {
                let currency = self.known.basis.ledger.currency();
                let money = if currency == crate::Currency::NONE {
                    String::new()
                } else {
                    format!(" {currency}")
                };
                format!("a mean repeat purchase of {mean:.places$}{money}")
            }
            None if self.set_aside => {
                "the mean of all clients, as its own is not above zero".to_owned()
            }
            None => "the mean of all clients, as it has no repeat purchase".to_owned(),
        };
        let reasons = vec![
            self.seen("clv", figure, "money"),
            note(
                "lifetime.spend",
                SOURCE,
                match spend.expected_spend(&self.history) {
                    Ok(amount) => format!(
                        "Each purchase is expected to bring {amount:.places$}, by {} from {basis}.",
                        described(spend)
                    ),
                    Err(why) => format!("What a purchase brings is undefined: {why}."),
                },
            ),
            note(
                "lifetime.discount",
                SOURCE,
                format!(
                    "Within {} from the day, at {} a year.",
                    policy.horizon, policy.discount_percent_per_year
                ),
            ),
        ];
        Self::verdict("clv", figure, places, reasons)
    }
}

/// `BG/NBD (r 0.2426, alpha 4.414, …)`.
fn described(model: &impl Parametric) -> String {
    let names = model.parameter_names();
    let parameter = |(name, value): (&String, f64)| format!("{name} {}", figure_text(value));
    let parameters: Vec<String> = names.iter().zip(model.parameters()).map(parameter).collect();
    format!("{} ({})", model.name(), parameters.join(", "))
}

/// A number with five digits that count, without zeros at its end.
fn figure_text(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let before = value.abs().log10().floor() as i32;
    let text = format!("{value:.*}", (4 - before).clamp(0, 12) as usize);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
