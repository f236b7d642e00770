//! The table of signs that hold.

use std::sync::Arc;

use super::axis::{Signs, shares};
use super::totals::PartReader;
use super::{KeyScope, KeySign};
use crate::axis::{Known, choice, column, in_column};
use crate::census::history::Scratch;
use crate::client::{ClientIds, Texts};
use crate::error::Result;
use crate::metric::Needs;
use crate::table::{NO_CODE, NO_INT64, Table, Values};

/// A row per client and sign that holds, see `Snapshot::keys`.
pub(crate) fn keys(known: &Known<'_>, ids: &ClientIds) -> Result<Table> {
    let amounts = known.basis.amounts(known.policy().key.window);
    let reader = PartReader::new(known.basis);
    let mut scratch = Scratch::default();
    let company = known.cuts.key.company;
    let (mut rows, mut signs, mut of, mut scopes) = (vec![], vec![], vec![], vec![]);
    let (mut names, mut values, mut totals, mut ratios) =
        (Texts::default(), vec![], vec![], vec![]);
    let others = Signs::new(known, Needs::of_all(known.basis));
    for (row, &amount) in amounts.iter().enumerate() {
        for share in shares(known, &reader, &mut scratch, amount, row) {
            rows.push(row);
            signs.push(KeySign::Sales as u8);
            of.push(u8::from(share.of_group));
            scopes.push(share.scope as u8);
            names.push(&share.name);
            values.push(in_column(share.amount)?);
            totals.push(in_column(share.total)?);
            ratios.push(share.amount as f64 / share.total as f64);
        }
        if known.basis.declared.is_none() {
            continue;
        }
        let need = others.needs.of(row);
        for (sign, holds) in (1..).zip(others.of(row)) {
            if holds != Some(true) {
                continue;
            }
            rows.push(row);
            signs.push(sign);
            of.push(0);
            names.push("");
            let headroom = need.headroom().filter(|_| sign == KeySign::Potential as u8);
            scopes.push(headroom.map_or(NO_CODE, |_| KeyScope::Company as u8));
            values.push(headroom.unwrap_or(NO_INT64));
            totals.push(headroom.map_or(Ok(NO_INT64), |_| in_column(company))?);
            ratios.push(headroom.map_or(f64::NAN, |headroom| headroom as f64 / company as f64));
        }
    }
    let scale = known.scale();
    let codes = |codes: Vec<u8>| Arc::new(codes.into());
    Ok(Table::new(vec![
        column("client", "convention", "Id of the client.", Values::Client(ids.pick(&rows))),
        column("sign", "R19", "The sign that holds.", choice(codes(signs), &KeySign::NAMES)),
        column(
            "of",
            "R19",
            "Whether the client or its group has it.",
            choice(codes(of), &["client", "group"]),
        ),
        column(
            "scope",
            "S2.39",
            "Whose sales the share is a share of.",
            choice(codes(scopes), &KeyScope::NAMES),
        ),
        column(
            "name",
            "S2.39",
            "Department, manager or group; empty for the client with the firm.",
            Values::Text(Arc::new(names)),
        ),
        column(
            "value",
            "S2.39, S2.40",
            "Sales in the window, or what the client could buy more.",
            Values::Money(Arc::new(values.into()), scale),
        ),
        column(
            "total",
            "S2.39",
            "What it is a share of.",
            Values::Money(Arc::new(totals.into()), scale),
        ),
        column("share", "S2.39", "The share, as a ratio.", Values::Float(Arc::new(ratios.into()))),
    ]))
}
