//! Three ways to raise lifetime value, each with what it would bring (S2.6).

use rust_decimal::Decimal;
use serde::Deserialize;

use super::claim::REGULAR_REVENUE;
use super::life::{Lives, Worth};
use super::sum::Exact;
use crate::axis::column;
use crate::error::{Error, Result};
use crate::money::Percent;
use crate::money::nearest;
use crate::table::Table;
use crate::view::{Seen, View, counts, money, texts};

/// Three ways to raise lifetime value (S2.6): win more good clients, make so-so clients good,
/// raise the mean purchase. Good and so-so are those of the target (R21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeversView {
    /// By how many per cent the number of good clients and the mean purchase are taken to rise.
    #[serde(deserialize_with = "crate::exact::decimal")]
    pub percent: Decimal,
}

impl Default for LeversView {
    fn default() -> Self {
        Self { percent: Decimal::TEN }
    }
}

/// A way, whom it is about, and what it brings.
struct Lever {
    name: &'static str,
    about: String,
    worth: Worth,
    at_stake: Option<i128>,
    claim: &'static str,
    cause: String,
}

/// What so-so clients would bring more if each brought what a good one does.
fn raised(good: &Worth, so_so: &Worth) -> Result<Option<i128>> {
    let (Some(ours), Some(theirs)) = (good.profit(), so_so.profit()) else { return Ok(None) };
    if good.clients == 0 || so_so.clients == 0 {
        return Ok(None);
    }
    // In good clients' shares, so that only the last step rounds.
    let all = ours.times(so_so.clients as i64)?.minus(theirs.times(good.clients as i64)?)?;
    Ok(if all > 0 { Some(nearest(all, good.clients.into())) } else { None })
}

impl View for LeversView {
    const NAME: &'static str = "levers";
    const ABOUT: &'static str =
        "A way to raise lifetime value, and the profit that it would bring.";
    const SOURCE: &'static str = "S2.6, S2.7, S2.8";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let percent = Percent::new(self.percent).filter(|p| p.decimal() > Decimal::ZERO);
        let Some(percent) = percent else {
            let problem = format!("{} is not above 0 with at most six places", self.percent);
            return Err(Error::BadArgument { argument: "percent", problem });
        };
        let (part, whole) = percent.fraction();
        let share = |profit: Option<i128>| {
            let part = i64::try_from(part).unwrap_or(i64::MAX);
            profit.map(|profit| Ok(nearest(profit.times(part)?, whole))).transpose()
        };
        let lives = Lives::of_all(seen);
        let code = |row: usize| seen.choice("target_match", row);
        let good = lives.worth(|row| code(row) == Some("good"));
        let so_so = lives.worth(|row| code(row) == Some("so_so"));
        let all = lives.worth(|_| true);

        let unknown = |worth: &Worth, none: &str| {
            if worth.clients == 0 { none.to_owned() } else { worth.no_profit(lives.profits_told()) }
        };
        let no_good = unknown(&good, "no client matches the target");
        let no_so_so = unknown(&so_so, "no client is so-so");
        let raise = raised(&good, &so_so)?;
        let levers = [
            Lever {
                name: "more_good",
                about: format!("{percent} more good clients, each as those that there are."),
                at_stake: if good.clients == 0 { None } else { share(good.profit())? },
                worth: good,
                claim: "",
                cause: no_good.clone(),
            },
            Lever {
                name: "raise_so_so",
                about: "Every so-so client comes to bring what a good one does.".to_owned(),
                at_stake: raise,
                worth: so_so,
                claim: REGULAR_REVENUE.text,
                cause: match (raise, no_so_so.is_empty(), no_good.is_empty()) {
                    (Some(_), ..) => String::new(),
                    (None, false, _) => no_so_so,
                    (None, true, false) => no_good,
                    (None, true, true) => "good clients bring no more than so-so ones".to_owned(),
                },
            },
            Lever {
                name: "raise_cheque",
                about: format!("The mean purchase rises by {percent}; the rest stays."),
                at_stake: if all.clients == 0 { None } else { share(all.profit())? },
                worth: all,
                claim: "",
                cause: unknown(&all, "no client has bought"),
            },
        ];
        let ltv = |worth: &Worth| match worth.profit() {
            Some(profit) if worth.clients > 0 => Ok(Some(nearest(profit, worth.clients.into()))),
            _ => Ok(None),
        };
        let ltvs: Vec<Option<i128>> =
            levers.iter().map(|lever| ltv(&lever.worth)).collect::<Result<_>>()?;
        Ok(Table::new(vec![
            column("lever", "S2.6", "The way.", texts(levers.iter().map(|lever| lever.name))),
            column(
                "about",
                "S2.6",
                "What is taken to change.",
                texts(levers.iter().map(|lever| &lever.about)),
            ),
            column(
                "clients",
                "S2.7, S2.8",
                "Clients with a purchase whom it is about.",
                counts(levers.iter().map(|lever| Some(lever.worth.clients as i64))),
            ),
            column(
                "ltv",
                "R23",
                "Their profit per client now, to the nearest minor unit.",
                money(seen.scale(), ltvs)?,
            ),
            column(
                "amount_at_stake",
                "S2.6",
                "The profit that it would bring over the lives so far.",
                money(seen.scale(), levers.iter().map(|lever| lever.at_stake))?,
            ),
            column(
                "claim",
                "R31",
                "What a source claims of it; nothing is reckoned with that.",
                texts(levers.iter().map(|lever| lever.claim)),
            ),
            column(
                "cause",
                "convention",
                "Why an amount is missing; empty where none is.",
                texts(levers.iter().map(|lever| &lever.cause)),
            ),
        ]))
    }
}
