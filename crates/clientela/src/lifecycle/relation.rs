//! Types of relation (R3), loyal dealers (R4), members of the regular base (R5).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Ladder, Stage};
use crate::axis::{
    Axis, Known, Reason, Verdict, choice, column, compared, declared, note, said, verdict, whole,
    yes_no,
};
use crate::census::basis::FlagField;
use crate::class::XyzClass;
use crate::error::Result;
use crate::metric::Needs;
use crate::portrait::{Membership, MembershipOffer, MembershipState};
use crate::segment::Bought;
use crate::table::{Column, NO_CODE, Values};
use crate::truth::all;

/// What ties a client to the firm (R3, S1.5 to S1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Relation {
    /// Came once.
    OneOff = 0,
    /// Goes to another for a trifle.
    PriceDriven = 1,
    /// Buys without a break, predictably.
    Regular = 2,
    /// A supporter that invests in the firm's business and recommends it.
    Partner = 3,
}

impl Relation {
    /// The names in JSON, Python and C.
    pub const NAMES: [&'static str; 4] = ["one_off", "price_driven", "regular", "partner"];
}

/// What the type of a relation rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelationFacts {
    /// Stage of the ladder.
    pub stage: Stage,
    /// Purchases.
    pub purchases: u32,
    /// Whether the class of regularity counts as predictable; no without a class.
    pub predictable: bool,
    /// Invests in the firm's business.
    pub invests: Option<bool>,
    /// Recommends the firm.
    pub recommends: Option<bool>,
    /// Declared to switch for a trifle.
    pub price_driven: Option<bool>,
    /// Buys mostly on promotion.
    pub promo_buyer: Option<bool>,
}

/// The type of a relation (R3), the first that holds: a partner invests, recommends and buys of
/// us only; price-driven is who is declared so, or of whom nothing is declared and who buys
/// mostly on promotion, more than once; a regular buys systematically and predictably; one
/// purchase is a one-off. `None` where none of them holds.
///
/// ```
/// use clientela::{Relation, RelationFacts, Stage, relation};
///
/// let mut facts = RelationFacts {
///     stage: Stage::Supporter,
///     purchases: 9,
///     predictable: true,
///     invests: Some(true),
///     recommends: Some(true),
///     price_driven: None,
///     promo_buyer: None,
/// };
/// assert_eq!(relation(&facts), Some(Relation::Partner));
/// facts.invests = None;
/// assert_eq!(relation(&facts), Some(Relation::Regular));
/// ```
pub fn relation(facts: &RelationFacts) -> Option<Relation> {
    let supporter = Some(facts.stage >= Stage::Supporter);
    if all(&[supporter, facts.invests, facts.recommends]) == Some(true) {
        return Some(Relation::Partner);
    }
    let by_promo = || facts.purchases >= 2 && facts.promo_buyer == Some(true);
    if facts.price_driven.unwrap_or_else(by_promo) {
        return Some(Relation::PriceDriven);
    }
    if facts.stage >= Stage::Regular && facts.predictable {
        return Some(Relation::Regular);
    }
    (facts.purchases == 1).then_some(Relation::OneOff)
}

/// Whether a reseller is loyal (R4, S1.15): it takes part in joint promotion budgets, shares the
/// sales policy and uses the recommended techniques.
///
/// ```
/// use clientela::loyal_dealer;
///
/// assert_eq!(loyal_dealer(Some(true), Some(true), None), None);
/// assert_eq!(loyal_dealer(Some(true), Some(false), None), Some(false));
/// ```
pub fn loyal_dealer(
    joint_promotion: Option<bool>,
    shares_sales_policy: Option<bool>,
    uses_techniques: Option<bool>,
) -> Option<bool> {
    all(&[joint_promotion, shares_sales_policy, uses_techniques])
}

/// The declared facts of a loyal dealer, by field.
const DEALER: [&str; 3] = ["joint_promotion", "shares_sales_policy", "uses_techniques"];

/// Type of relation, loyalty of dealers, membership of the regular base.
#[derive(Debug)]
pub(crate) struct RelationAxis;

/// Where a client stands in the regular base on the day; `None` without portraits.
fn membership(known: &Known<'_>, row: usize) -> Option<Membership> {
    known.basis.declared?;
    let events = known.basis.records(row).map_or(&[][..], |records| &records.membership);
    Some(Membership::as_of(events, known.as_of()))
}

/// Reads the facts of one client after another.
struct Reader<'a> {
    known: &'a Known<'a>,
    stage: &'a [u8],
    xyz: &'a [u8],
    purchases: &'a [i32],
    invests: FlagField<'a>,
    price_driven: FlagField<'a>,
    ladder: Ladder<'a>,
}

impl<'a> Reader<'a> {
    fn new(known: &'a Known<'a>) -> Self {
        Self {
            known,
            stage: known.codes("stage"),
            xyz: known.codes("xyz_class"),
            purchases: known.counts("purchases"),
            invests: known.basis.flags("invests"),
            price_driven: known.basis.flags("price_driven"),
            ladder: Ladder::new(known.basis, Needs::one_by_one(known.basis)),
        }
    }

    fn facts(&self, bought: Option<&Bought>, row: usize) -> RelationFacts {
        let policy = self.known.policy();
        let predictable = |class: &XyzClass| *class as u8 == self.xyz[row];
        RelationFacts {
            stage: Stage::ALL[usize::from(self.stage[row])],
            purchases: self.purchases[row] as u32,
            predictable: policy.relation.predictable.iter().any(predictable),
            invests: self.invests.get(row),
            recommends: self.ladder.recommends(row),
            price_driven: self.price_driven.get(row),
            promo_buyer: bought.and_then(|bought| bought.promo_buyer(&policy.behaviour)),
        }
    }
}

impl Axis for RelationAxis {
    fn axes(&self) -> &'static [&'static str] {
        &["relation", "loyal_dealer", "base_member"]
    }

    fn columns(&self, known: &Known<'_>) -> Result<Vec<Column>> {
        let reader = Reader::new(known);
        let bought = known.basis.bought();
        let codes = known.each(|row| {
            relation(&reader.facts(bought.get(row), row)).map_or(NO_CODE, |kind| kind as u8)
        });
        let (dealer, offer, member) = if known.basis.declared.is_some() {
            let [joint, policy, techniques] = DEALER.map(|field| known.basis.flags(field));
            let dealer = |row| loyal_dealer(joint.get(row), policy.get(row), techniques.get(row));
            let offer = known.each(|row| {
                membership(known, row).map_or(NO_CODE, |membership| membership.available() as u8)
            });
            // Only a member is edited.
            let member = known.flags(|row| Some(offer[row] == MembershipOffer::Edit as u8));
            (known.flags(dealer), Arc::new(offer), member)
        } else {
            (
                Values::Flag(known.basis.no_codes()),
                known.basis.no_codes(),
                Values::Flag(known.basis.no_codes()),
            )
        };
        let codes = choice(Arc::new(codes), &Relation::NAMES);
        Ok(vec![
            column("relation", "R3", "What ties the client to the firm.", codes),
            column("loyal_dealer", "R4, S1.15", "A reseller that goes along in all.", dealer),
            column("base_member", "R5, S2.30", "Entered into the regular base.", member),
            column(
                "base_offer",
                "R5, S2.30",
                "What there is to do next about the regular base: add, save or edit.",
                choice(offer, &MembershipOffer::NAMES),
            ),
        ])
    }

    fn verdicts(&self, known: &Known<'_>, row: usize) -> Vec<Verdict> {
        let bought = known.basis.bought_by(row);
        let facts = Reader::new(known).facts(Some(&bought), row);
        let kind = relation(&facts);
        let code = kind.map_or(NO_CODE, |kind| kind as u8);
        let dealer = DEALER.map(|field| known.basis.flags(field).get(row));
        let seen = DEALER.iter().zip(dealer);
        let seen: Vec<String> = seen
            .map(|(field, fact)| format!("{} {}", field.replace('_', " "), said(fact)))
            .collect();
        let loyal = loyal_dealer(dealer[0], dealer[1], dealer[2]);
        let sentence = format!("All three make a loyal dealer: {}.", seen.join(", "));
        let dealer = declared("relation.loyal_dealer", "R4", "all_three", loyal, sentence);
        vec![
            verdict("relation", &Relation::NAMES, code, reasons(&facts, kind)),
            yes_no("loyal_dealer", loyal, vec![dealer]),
            member_verdict(known, row),
        ]
    }
}

fn reasons(facts: &RelationFacts, kind: Option<Relation>) -> Vec<Reason> {
    let purchases = i64::from(facts.purchases);
    let mut reasons = Vec::new();
    if kind == Some(Relation::Partner) {
        let sentence = "Buys of us only, invests in our business and recommends us.";
        return vec![declared("relation.partner", "R3", "all_three", Some(true), sentence)];
    }
    if facts.stage >= Stage::Supporter {
        let sentence = format!(
            "A partner invests in our business (here: {}) and recommends us (here: {}).",
            said(facts.invests),
            said(facts.recommends)
        );
        let partner = all(&[facts.invests, facts.recommends]);
        reasons.push(declared(
            "relation.partner",
            "R3",
            "invests and recommends",
            partner,
            sentence,
        ));
    }
    match (facts.price_driven, kind) {
        (Some(true), _) => {
            let sentence = "Declared to switch for a trifle.";
            reasons.push(declared(
                "relation.price_driven",
                "R3",
                "price_driven",
                Some(true),
                sentence,
            ));
        }
        (None, Some(Relation::PriceDriven)) => {
            let sentence = "Buys mostly on promotion, and nothing else is declared.";
            let seen = facts.promo_buyer;
            reasons.push(declared("relation.price_driven", "S1.6", "promo_buyer", seen, sentence));
        }
        _ => {}
    }
    match kind {
        Some(Relation::PriceDriven) => {}
        Some(Relation::OneOff) => reasons.push(compared(
            "relation.one_off",
            "R3",
            whole("purchases", purchases, "purchases"),
            "=",
            whole("purchases", 1, "purchases"),
            "One purchase and no second.",
        )),
        _ => {
            let systematic = facts.stage >= Stage::Regular;
            let buys = match (systematic, facts.predictable) {
                (true, true) => "systematically and predictably",
                (true, false) => "systematically but not predictably",
                (false, true) => "predictably but not systematically",
                (false, false) => "neither systematically nor predictably",
            };
            let sentence = format!("Buys {buys}; both make a regular relation.");
            let rule = "relation.regular";
            let regular = systematic && facts.predictable;
            reasons.push(if purchases == 0 {
                note(rule, "R3", "No purchase, so no relation yet.")
            } else {
                declared(rule, "R3", "systematic and predictable", Some(regular), sentence)
            });
        }
    }
    reasons
}

fn member_verdict(known: &Known<'_>, row: usize) -> Verdict {
    let rule = "relation.base_member";
    let Some(membership) = membership(known, row) else {
        let reason = note(rule, "R5", "No portraits are given.");
        return yes_no("base_member", None, vec![reason]);
    };
    let sentence = match membership.state() {
        MembershipState::NotMember => "Was not entered into the regular base.",
        MembershipState::Marked => "Is marked for the regular base, and the entry is not saved.",
        MembershipState::Member => "Was entered into the regular base by hand.",
    };
    let member = membership.state() == MembershipState::Member;
    let reason = declared(rule, "R5", "member", Some(member), sentence);
    yes_no("base_member", Some(member), vec![reason])
}
