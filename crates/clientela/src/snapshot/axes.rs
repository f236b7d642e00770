//! The axes that are told from sales, portraits and the ledgers beside them.
//!
//! What follows from the sales in one pass (stage, tier, classes, RFM, activity) is in
//! `classify`; every other axis is one line here.

use crate::axis::Axis;
use crate::lifecycle::{RelationAxis, StandingAxis};
use crate::lifetime::LifetimeAxis;
use crate::metric::PotentialAxis;
use crate::portrait::KnowledgeAxis;
use crate::segment::{Behaviour, CareAxis, KeyAxis, TargetAxis};

/// Every axis, in the order of its columns.
pub(super) const AXES: [&dyn Axis; 9] = [
    &StandingAxis,
    &RelationAxis,
    &KeyAxis,
    &CareAxis,
    &TargetAxis,
    &Behaviour,
    &PotentialAxis,
    &KnowledgeAxis,
    &LifetimeAxis,
];

/// The columns with a verdict, in the order in which they are explained and compared.
pub(super) const VERDICTS: [&str; 24] = [
    "stage",
    "highest_stage",
    "relation",
    "loyal_dealer",
    "base_member",
    "key",
    "tier",
    "abc_class",
    "xyz_class",
    "rfm_segment",
    "activity",
    "care",
    "target_match",
    "brand_only",
    "promo_buyer",
    "season_start_buyer",
    "season_end_buyer",
    "companions",
    "potential_band",
    "knowledge_level",
    "portrait_sufficient",
    "p_alive",
    "expected_purchases",
    "clv",
];

/// The axis that gives a verdict, and its place among those of that axis; `None` for those that
/// follow from the sales in one pass.
pub(super) fn axis_of(verdict: &str) -> Option<(&'static dyn Axis, usize)> {
    AXES.into_iter().find_map(|axis| {
        let place = axis.axes().iter().position(|&name| name == verdict)?;
        Some((axis, place))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::Known;
    use crate::base::Base;
    use crate::calendar::Day;
    use crate::ledger::{LedgerBuilder, LedgerOptions, Sales, TextColumn};
    use crate::policy::Policy;
    use crate::portrait::{PortraitOptions, Portraits};
    use crate::snapshot::Snapshot;
    use crate::{ClientColumn, Table};

    fn snapshot() -> Snapshot {
        let day = |month, day| Day::of(2026, month, day).unwrap().days();
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        let clients = vec![1, 1, 1, 2, 2, 3];
        let days = vec![day(1, 9), day(2, 9), day(3, 9), day(1, 2), day(3, 1), day(2, 14)];
        let client = ClientColumn::Int(clients.into());
        let amounts = vec![5000, 6000, 7000, 500, 600, 30_000];
        let mut sales = Sales::new(client, days, amounts);
        sales.brand = Some(["ash", "ash", "ash", "oak", "ash", ""].into_iter().collect());
        sales.promo = Some(vec![1, 1, 0, 0, 0, 255].into());
        sales.manager = Some(TextColumn::from_iter(["Ada", "Ben", "Ada", "Ben", "Ben", "Ben"]));
        builder.push(sales).unwrap();
        let portraits = Portraits::from_json(
            r#"[{"client": 1, "kind": "shop", "fields": {"potential": "900.00", "famous": true,
                 "reference_allowed": true, "buys_elsewhere": false, "recommends": true,
                 "price_driven": false, "invests": true, "group": "Hill"},
                 "interactions": [{"on": "2026-02-01", "kind": "call", "minutes": 40}]},
                {"client": 2, "fields": {"competitor_sales": "89.00", "dissatisfied": true,
                 "attention_minutes": 900, "group": "Hill"}}]"#,
            &PortraitOptions::default(),
        )
        .unwrap();
        let policy = Policy::from_json(
            r#"{"activity": {"lost_after": {"months": 6}}, "behaviour": {"seasons":
                [{"name": "spring", "from": "02-01", "to": "04-30"}]}}"#,
        )
        .unwrap();
        let base = Base::new(&builder.finish().unwrap()).portraits(&portraits);
        base.snapshot(Day::of(2026, 3, 31).unwrap(), &policy).unwrap()
    }

    fn told(snapshot: &Snapshot, axes: impl Iterator<Item = &'static dyn Axis>) -> Vec<String> {
        let plan = snapshot.plan().unwrap();
        let basis = snapshot.inner.joined.basis(&plan, snapshot.ledger());
        let known: Known<'_> = snapshot.inner.known(&basis);
        let mut told = Vec::new();
        for axis in axes {
            let columns = axis.columns(&known).unwrap();
            let verdicts: Vec<_> =
                (0..known.rows()).map(|row| axis.verdicts(&known, row)).collect();
            let table = serde_json::to_string(&Table::new(columns)).unwrap();
            told.push(format!("{table} {verdicts:?}"));
        }
        told
    }

    #[test]
    fn the_order_of_the_axes_does_not_matter() {
        let snapshot = snapshot();
        let forward = told(&snapshot, AXES.into_iter());
        let mut backward = told(&snapshot, AXES.into_iter().rev());
        backward.reverse();
        assert_eq!(forward, backward);
        for (place, axis) in AXES.into_iter().enumerate() {
            assert_eq!(told(&snapshot, std::iter::once(axis)), [forward[place].clone()]);
        }
    }

    #[test]
    fn every_verdict_has_a_column_and_an_axis() {
        let table = snapshot().clients();
        for name in VERDICTS {
            assert!(table.column(name).is_some(), "{name} is no column");
        }
        for axis in AXES {
            for name in axis.axes() {
                assert!(VERDICTS.contains(name), "{name} is not explained");
            }
        }
    }
}
