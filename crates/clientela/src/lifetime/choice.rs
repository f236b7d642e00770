//! Which model to use: the one that foretold best what came after.

use serde::Serialize;

use super::any::{AnyFit, AnyModel, FitOptions, purchases};
use super::fit::Parametric;
use super::ledger::CalibrationHoldout;
use super::purchase::PurchaseModel;
use super::summary::Row;
use super::unit::Span;
use crate::error::{Error, Result};

/// How one candidate did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// The model's name, as in JSON.
    pub model: String,
    /// The fit to the calibration; `None` where there is none, for the reason beside it.
    pub fit: Option<AnyFit>,
    /// Why there is no fit.
    pub problem: Option<String>,
    /// Log-likelihood of the calibration.
    pub log_likelihood: Option<f64>,
    /// Akaike's criterion: smaller is better.
    pub aic: Option<f64>,
    /// The Bayesian criterion: smaller is better.
    pub bic: Option<f64>,
    /// Whether the search for the maximum ended there.
    pub converged: bool,
    /// Mean over clients of the absolute error of expected purchases in the holdout.
    pub holdout_mae: Option<f64>,
    /// Root of the mean squared error of expected purchases in the holdout.
    pub holdout_rmse: Option<f64>,
    /// Mean of expected less actual purchases in the holdout.
    pub holdout_bias: Option<f64>,
    /// Mean over clients of the logarithm of the probability that the model gave to the number
    /// of purchases that came: larger is better, 0 would be foreknowledge.
    pub log_score: Option<f64>,
}

/// The model that was chosen, and how all candidates did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// The model with the largest log score, fitted to the calibration.
    pub model: AnyModel,
    /// The scores in the order of the candidates.
    pub scores: Vec<Score>,
}

/// The candidates that fit any ledger.
pub const CANDIDATES: [&str; 4] = ["nbd", "bg_nbd", "mbg_nbd", "pareto_nbd"];

/// Fits each candidate to the calibration, holds it against the holdout, and chooses the one
/// with the largest log score. That is a proper score of the whole distribution: it cannot be
/// had by expecting the mean of all for each, as a small bias can, nor is it ruled by a few
/// heavy buyers, as squared errors are. Equal scores go to the candidate named first.
///
/// A candidate that cannot be fitted has its reason in place of scores. Without candidates those
/// of [`CANDIDATES`] are tried; summaries of opportunities are for `bg_bb`.
///
/// # Errors
/// An unknown candidate, or one that is not of purchases; no candidate that could be fitted.
pub fn choose(data: &CalibrationHoldout, candidates: &[&str]) -> Result<Choice> {
    let all: &[&str] =
        if data.calibration.options.opportunities { &["bg_bb"] } else { &CANDIDATES };
    let candidates = if candidates.is_empty() { all } else { candidates };
    let fault = |problem: String| Error::BadArgument { argument: "candidates", problem };
    if let Some(name) = candidates.iter().find(|name| !AnyModel::NAMES[..5].contains(name)) {
        let known = AnyModel::NAMES[..5].join(", ");
        return Err(fault(format!("`{name}` is no model of purchases, these are: {known}")));
    }
    let scores: Vec<Score> = candidates.iter().map(|name| score(data, name)).collect();
    let mut best: Option<(f64, &AnyFit)> = None;
    for score in &scores {
        if let (Some(log_score), Some(fit)) = (score.log_score, &score.fit)
            && best.is_none_or(|(most, _)| log_score > most)
        {
            best = Some((log_score, fit));
        }
    }
    if let Some((_, fit)) = best {
        return Ok(Choice { model: fit.model.clone(), scores });
    }
    let why = scores.iter().find_map(|score| score.problem.as_deref());
    Err(fault(format!("none could be fitted: {}", why.unwrap_or("no clients"))))
}

fn score(data: &CalibrationHoldout, name: &str) -> Score {
    let mut score = Score {
        model: name.to_owned(),
        fit: None,
        problem: None,
        log_likelihood: None,
        aic: None,
        bic: None,
        converged: false,
        holdout_mae: None,
        holdout_rmse: None,
        holdout_bias: None,
        log_score: None,
    };
    let fitted = AnyModel::fit(name, &data.calibration.summary, &FitOptions::default());
    let held = fitted.and_then(|fit| Ok((held_against(&fit.model, data)?, fit)));
    match held {
        Err(error) => score.problem = Some(error.to_string()),
        Ok(([mae, rmse, bias, log], fit)) => {
            score.log_likelihood = Some(fit.log_likelihood);
            score.aic = Some(fit.aic());
            score.bic = Some(fit.bic());
            score.converged = fit.optimality.converged;
            score.holdout_mae = Some(mae);
            score.holdout_rmse = Some(rmse);
            score.holdout_bias = Some(bias);
            score.log_score = Some(log);
            score.fit = Some(fit);
        }
    }
    score
}

/// Mean absolute error, root mean squared error, bias, and mean log score.
fn held_against(model: &AnyModel, data: &CalibrationHoldout) -> Result<[f64; 4]> {
    let summary = &data.calibration.summary;
    let span = data.duration;
    let (expected, logs) = purchases!(model, model => (
        model.all_expected_purchases(summary, span)?,
        log_probabilities(model, data, span),
    ), else return Err(model.no_purchases()));
    let clients = expected.len() as f64;
    let errors = || expected.iter().zip(&data.purchases).map(|(e, &n)| e - f64::from(n));
    Ok([
        errors().map(f64::abs).sum::<f64>() / clients,
        (errors().map(|error| error * error).sum::<f64>() / clients).sqrt(),
        errors().sum::<f64>() / clients,
        logs.iter().sum::<f64>() / clients,
    ])
}

fn log_probabilities(
    model: &impl PurchaseModel,
    data: &CalibrationHoldout,
    span: Span,
) -> Vec<f64> {
    use rayon::prelude::*;
    // What is as good as impossible came all the same; the smallest number bounds its score.
    let log = |(row, &n): (Row, &u32)| model.p_purchases(&row, n, span).max(f64::MIN_POSITIVE).ln();
    data.calibration.summary.par_rows().zip(&data.purchases).map(log).collect()
}

impl Choice {
    /// The scores as JSON.
    ///
    /// # Panics
    /// Never: every field is a number or a name.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and names are always JSON")
    }

    /// The name of the chosen model in the papers.
    pub fn name(&self) -> String {
        self.model.name()
    }
}
