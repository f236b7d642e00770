//! Who is easiest to return (R41).

use std::cmp::Reverse;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use super::Activity;
use super::away::{Away, away};
use super::lost::chosen;
use crate::axis::column;
use crate::calendar::Day;
use crate::error::Result;
use crate::outreach::Contacts;
use crate::table::{Table, Values};
use crate::view::{Seen, View, clients, days, flags, money};

/// All clients that are due or lost, the easiest to return first (R41, S4.11), then by what is
/// at stake. Those whom clients recommended us to are no clients; they are in
/// [`WarmLeads`](super::WarmLeads).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Easiest {}

impl View for Easiest {
    const NAME: &'static str = "easiest";
    const ABOUT: &'static str = "A client that is due or lost; the easiest to return first.";
    const SOURCE: &'static str = "R41, S4.11";

    fn table(&self, seen: &Seen<'_>) -> Result<Table> {
        let mut list = away(seen)?;
        list.par_sort_unstable_by_key(|one| (one.rank(), Reverse(one.stake), one.row));
        let rows: Vec<usize> = list.iter().map(|one| one.row).collect();
        let last = seen.known.counts("last_purchase");
        let activity =
            |one: &Away| Some(if one.lost { Activity::Lost as u8 } else { Activity::Due as u8 });
        let stakes = list.iter().map(|one| one.stake.map(i128::from));
        Ok(Table::new(vec![
            column("client", "convention", "Id of the client.", clients(seen.ids, &rows)),
            column(
                "rank",
                "R41",
                "How easy it is to return, from 1, the easiest, to 3.",
                Values::Count8(Arc::new(list.iter().map(Away::rank).collect())),
            ),
            column(
                "activity",
                "R39, R40",
                "Whether it is due or lost.",
                chosen(list.iter().map(activity), &Activity::NAMES),
            ),
            column(
                "responsive",
                "S4.11",
                "Whether it responds to messages; missing where it got none.",
                flags(list.iter().map(|one| one.responsive)),
            ),
            column(
                "urgent",
                "R40",
                "Whether it is key or VIP.",
                flags(list.iter().map(|one| Some(one.urgent))),
            ),
            column("at_stake", "R23, R39", "What it puts at stake.", money(seen.scale(), stakes)?),
            column(
                "last_purchase",
                "convention",
                "Day of the last purchase.",
                days(rows.iter().map(|&row| Day::new(last[row]))),
            ),
            column(
                "manager",
                "R44",
                "Who of ours looks after it.",
                Contacts::of(seen).managers(rows.iter().copied()),
            ),
        ]))
    }
}
