//! Where each client stands on the ladder, by its sales and by what is declared (R1).

use std::sync::Arc;

use super::{Stage, exclusive, stage};
use crate::axis::{
    Axis, Known, Reason, Verdict, column, compared, declared, flag, in_percent, note, percent,
    reach, said, whole,
};
use crate::census::basis::{Basis, FlagField, NameField};
use crate::error::Result;
use crate::metric::{Need, Needs, penetration};
use crate::money::Percent;
use crate::table::{Column, Values};

/// What the ladder rests on beside sales.
#[derive(Debug)]
pub(crate) struct Ladder<'a> {
    basis: &'a Basis<'a>,
    needs: Needs<'a>,
    buys_elsewhere: FlagField<'a>,
    recommends: FlagField<'a>,
    recommends_rivals: FlagField<'a>,
    highest: NameField<'a>,
}

/// What is declared of one client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    need: Need,
    buys_elsewhere: Option<bool>,
    penetrated: Option<bool>,
    pub(crate) recommends: Option<bool>,
    recommends_rivals: Option<bool>,
    highest: Option<Stage>,
}

impl<'a> Ladder<'a> {
    /// For all clients, or for a few.
    pub(crate) fn new(basis: &'a Basis<'a>, needs: Needs<'a>) -> Self {
        Self {
            basis,
            needs,
            buys_elsewhere: basis.flags("buys_elsewhere"),
            recommends: basis.flags("recommends"),
            recommends_rivals: basis.flags("recommends_rivals"),
            highest: basis.names("highest_stage"),
        }
    }

    pub(crate) fn of(&self, row: usize) -> Standing {
        let need = self.needs.of(row);
        let highest = self.highest.get(row).and_then(|code| self.highest.name(code));
        Standing {
            need,
            buys_elsewhere: self.buys_elsewhere.get(row),
            penetrated: self.penetrated(&need),
            recommends: self.recommends(row),
            recommends_rivals: self.recommends_rivals.get(row),
            highest: highest.and_then(|name| Stage::ALL.into_iter().find(|s| s.name() == name)),
        }
    }

    /// Whether a client recommends us: by a record, else as declared.
    pub(crate) fn recommends(&self, row: usize) -> Option<bool> {
        let as_of = self.basis.plan.as_of;
        let recommended = self.basis.records(row).is_some_and(|records| {
            records.recommendations.iter().any(|one| one.recommended && one.on <= as_of)
        });
        if recommended { Some(true) } else { self.recommends.get(row) }
    }

    /// Whether our share of what a client buys is so large that it buys of us only (S2.2).
    fn penetrated(&self, need: &Need) -> Option<bool> {
        let elsewhere = need.competitors?;
        if need.actual <= 0 {
            return (elsewhere > 0).then_some(false);
        }
        let all = i128::from(need.actual) + i128::from(elsewhere);
        let limit = self.basis.plan.policy.stage.exclusive_percent;
        Some(limit.reached_by(need.actual.into(), all))
    }
}

impl Standing {
    pub(crate) fn exclusive(&self) -> Option<bool> {
        exclusive(self.buys_elsewhere, self.penetrated)
    }

    /// The stage now.
    pub(crate) fn stage(&self, by_sales: Stage) -> Stage {
        stage(by_sales, self.exclusive(), self.recommends, self.recommends_rivals)
    }

    /// The highest stage ever: now, by sales, or as the portrait keeps it.
    pub(crate) fn highest(&self, now: Stage, by_sales: Stage) -> Stage {
        now.max(by_sales).max(self.highest.unwrap_or(Stage::Prospect))
    }

    /// The stage that the portrait keeps as the highest.
    pub(crate) fn kept(&self) -> Option<Stage> {
        self.highest
    }

    /// Why a client that buys systematically is a regular, a supporter or an advocate, and what
    /// is next.
    pub(crate) fn reasons(&self, limit: Percent, now: Stage) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let exclusive = self.exclusive();
        if let (Some(elsewhere), Some(penetrated)) = (self.need.competitors, self.penetrated)
            && let Some(share) = penetration(self.need.actual, elsewhere)
        {
            reasons.push(compared(
                "stage.penetration",
                "S2.2",
                in_percent("penetration", share),
                reach(penetrated),
                percent("exclusive_percent", limit),
                format!(
                    "We have {:.1} % of what it buys; from {limit} on it buys of us only.",
                    share * 100.0
                ),
            ));
        }
        let not = self.buys_elsewhere.map(|elsewhere| !elsewhere);
        let sentence = match (self.buys_elsewhere, exclusive) {
            (Some(true), _) => "Declared to buy elsewhere too: no further than regular.",
            (Some(false), Some(false)) => {
                "Declared to buy of us only, but known to buy elsewhere: no further than regular."
            }
            (Some(false), _) => "Declared to buy of us only: a supporter.",
            (None, Some(true)) => "Buys of us only by its penetration: a supporter.",
            (None, Some(false)) => "Buys elsewhere too by its penetration: a regular.",
            (None, None) => {
                "Whether the client buys elsewhere is unknown, and unknown never promotes past \
                 regular."
            }
        };
        reasons.push(declared("stage.exclusivity", "R1", "buys_of_us_only", not, sentence));
        if now >= Stage::Supporter {
            let sentence = match (self.recommends, self.recommends_rivals) {
                (Some(true), Some(false)) => "Recommends us and no rival: an advocate.".to_owned(),
                (us, rivals) => format!(
                    "An advocate recommends us (here: {}) and no rival (recommends rivals: {}).",
                    said(us),
                    said(rivals)
                ),
            };
            reasons.push(declared(
                "stage.recommends",
                "R1",
                "recommends",
                self.recommends,
                sentence,
            ));
        } else if self.recommends == Some(true) {
            reasons.push(note(
                "stage.recommends",
                "S2.2",
                "Recommends us, which counts once it buys of us only.",
            ));
        }
        reasons
    }

    /// The reason of a highest stage that the portrait keeps.
    pub(crate) fn kept_reason(kept: Stage, now: Stage) -> Reason {
        compared(
            "stage.kept",
            "S2.2",
            whole("kept_stage", kept as i64, "stage"),
            ">",
            whole("stage", now as i64, "stage"),
            format!("The portrait keeps {} as the highest stage reached.", kept.name()),
        )
    }
}

/// What is declared of exclusivity and recommendations. The stage itself stands in the columns
/// that follow from sales.
#[derive(Debug)]
pub(crate) struct StandingAxis;

impl Axis for StandingAxis {
    fn axes(&self) -> &'static [&'static str] {
        &[]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let (only, recommends) = if known.basis.declared.is_some() {
            let ladder = Ladder::new(known.basis, Needs::of_all(known.basis));
            let both = known.each(|row| {
                let standing = ladder.of(row);
                [flag(standing.exclusive()), flag(standing.recommends)]
            });
            let one = |of: usize| Values::Flag(Arc::new(both.iter().map(|all| all[of]).collect()));
            (one(0), one(1))
        } else {
            let none = || Values::Flag(known.basis.no_codes());
            (none(), none())
        };
        Ok(vec![
            column("exclusive", "R1, S2.2", "Buys of us only.", only),
            column("recommends", "R1, S2.2", "Recommends us.", recommends),
        ])
    }

    fn verdicts(&self, _known: &Known<'_>, _row: usize) -> Vec<Verdict> {
        Vec::new()
    }
}
