//! A ledger as bytes: versioned, checksummed, refused where anything does not fit.
//!
//! Layout, all numbers little-endian: 8 bytes of magic, a `u32` length and that many bytes of
//! JSON (version, options, counts, which columns), the columns one after another, and a `u32`
//! CRC-32 (ISO-HDLC) of all before it. Equal ledgers give equal bytes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::columns::{Extras, NO_NAME, Names, Orders};
use super::intake::{IntakeReport, LedgerOptions};
use super::{Columns, Ledger};
use crate::calendar::Day;
use crate::client::{ClientIds, Texts};
use crate::error::{Error, Result};
use crate::table::NO_CODE;

const MAGIC: &[u8; 8] = b"CLNTLGR\x01";
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    version: u32,
    options: LedgerOptions,
    clients: usize,
    rows: usize,
    text_ids: bool,
    columns: Vec<String>,
}

#[derive(Debug, Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn numbers<const N: usize>(&mut self, values: impl ExactSizeIterator<Item = [u8; N]>) {
        self.0.reserve(values.len() * N);
        for value in values {
            self.0.extend_from_slice(&value);
        }
    }

    fn texts(&mut self, texts: &Texts) {
        let (bytes, offsets) = texts.parts();
        self.numbers([(texts.len() as u64).to_le_bytes()].into_iter());
        self.numbers(offsets.iter().map(|&offset| (offset as u64).to_le_bytes()));
        self.0.extend_from_slice(bytes.as_bytes());
    }

    fn names(&mut self, names: &Names) {
        self.texts(&names.names);
        self.numbers(names.codes.iter().map(|code| code.to_le_bytes()));
    }

    fn integers(&mut self, values: &[i64]) {
        self.numbers(values.iter().map(|value| value.to_le_bytes()));
    }
}

/// Reads what [`Writer`] wrote; every length is checked against what is there.
#[derive(Debug)]
struct Reader<'a>(&'a [u8]);

fn broken(what: &str) -> Error {
    Error::BadFormat(format!("the ledger's bytes are damaged: {what}"))
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or_else(|| broken("they end too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn numbers<const N: usize, T>(
        &mut self,
        count: usize,
        read: fn([u8; N]) -> T,
    ) -> Result<Vec<T>> {
        let bytes = count.checked_mul(N).ok_or_else(|| broken("a length is out of range"))?;
        let (chunks, _) = self.take(bytes)?.as_chunks::<N>();
        Ok(chunks.iter().map(|chunk| read(*chunk)).collect())
    }

    fn integers(&mut self, count: usize) -> Result<Vec<i64>> {
        self.numbers(count, i64::from_le_bytes)
    }

    fn sizes(&mut self, count: usize) -> Result<Vec<usize>> {
        let sizes = self.numbers(count, u64::from_le_bytes)?;
        let size = |size| usize::try_from(size).map_err(|_| broken("a length is out of range"));
        sizes.into_iter().map(size).collect()
    }

    /// Texts that ascend without doubles.
    fn texts(&mut self) -> Result<Texts> {
        let count = self.sizes(1)?[0];
        let offsets = count.checked_add(1).ok_or_else(|| broken("a length is out of range"))?;
        let offsets = self.sizes(offsets)?;
        let bytes = self.take(offsets.last().copied().unwrap_or(0))?.to_vec();
        let bytes = String::from_utf8(bytes).map_err(|_| broken("a text is not UTF-8"))?;
        let texts = Texts::of_parts(bytes, offsets).ok_or_else(|| broken("texts do not fit"))?;
        let rising = (1..texts.len()).all(|i| texts.get(i - 1) < texts.get(i));
        let filled = texts.is_empty() || !texts.get(0).is_empty();
        (rising && filled).then_some(texts).ok_or_else(|| broken("texts are out of order"))
    }

    fn names(&mut self, rows: usize) -> Result<Names> {
        let names = self.texts()?;
        let codes = self.numbers(rows, u32::from_le_bytes)?;
        let known = |&code: &u32| code == NO_NAME || (code as usize) < names.len();
        codes
            .iter()
            .all(known)
            .then_some(Names { codes, names })
            .ok_or_else(|| broken("a name is not in its list"))
    }

    fn codes(&mut self, rows: usize, known: fn(u8) -> bool) -> Result<Vec<u8>> {
        let codes = self.take(rows)?.to_vec();
        let fine = codes.iter().all(|&code| known(code));
        fine.then_some(codes).ok_or_else(|| broken("a code is not known"))
    }
}

impl Ledger {
    /// The ledger as bytes, for [`Ledger::from_bytes`] of this version or a later one.
    pub fn to_bytes(&self) -> Vec<u8> {
        let columns = &*self.columns;
        let extras = &columns.extras;
        let present = [
            ("kind", extras.kind.is_some()),
            ("order_int", matches!(extras.order, Some(Orders::Int(_)))),
            ("order_text", matches!(extras.order, Some(Orders::Text(_)))),
            ("quantity", extras.quantity.is_some()),
            ("profit", extras.profit.is_some()),
            ("category", extras.category.is_some()),
            ("manager", extras.manager.is_some()),
            ("department", extras.department.is_some()),
            ("promo", extras.promo.is_some()),
        ];
        let header = Header {
            version: VERSION,
            options: self.options.clone(),
            clients: columns.ids.len(),
            rows: columns.days.len(),
            text_ids: matches!(columns.ids, ClientIds::Text(_)),
            columns: present
                .into_iter()
                .filter(|&(_, present)| present)
                .map(|(name, _)| name.to_owned())
                .collect(),
        };
        let header = serde_json::to_vec(&header).unwrap_or_default();
        let mut writer = Writer::default();
        writer.0.reserve(64 + header.len() + columns.days.len() * 12 + columns.ids.len() * 16);
        writer.0.extend_from_slice(MAGIC);
        writer.numbers([(header.len() as u32).to_le_bytes()].into_iter());
        writer.0.extend_from_slice(&header);
        match &columns.ids {
            ClientIds::Int(ids) => writer.integers(ids),
            ClientIds::Text(ids) => writer.texts(ids),
        }
        writer.numbers(columns.offsets.iter().map(|&offset| (offset as u64).to_le_bytes()));
        writer.numbers(columns.days.iter().map(|day| day.to_le_bytes()));
        writer.integers(&columns.amounts);
        if let Some(kinds) = &extras.kind {
            writer.0.extend_from_slice(kinds);
        }
        match &extras.order {
            Some(Orders::Int(ids)) => writer.integers(ids),
            Some(Orders::Text(ids)) => writer.names(ids),
            None => {}
        }
        for values in [&extras.quantity, &extras.profit].into_iter().flatten() {
            writer.integers(values);
        }
        for names in [&extras.category, &extras.manager, &extras.department].into_iter().flatten() {
            writer.names(names);
        }
        if let Some(flags) = &extras.promo {
            writer.0.extend_from_slice(flags);
        }
        let sum = crc32fast::hash(&writer.0);
        writer.numbers([sum.to_le_bytes()].into_iter());
        writer.0
    }

    /// Reads a ledger that [`Ledger::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for bytes of another program or a later version, for a wrong
    /// checksum and for contents that do not fit together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if !bytes.starts_with(MAGIC) {
            return Err(Error::BadFormat("these are not the bytes of a ledger".to_owned()));
        }
        let (body, sum) =
            bytes.split_last_chunk::<4>().ok_or_else(|| broken("they end too early"))?;
        if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
            return Err(broken("the checksum is wrong"));
        }
        let mut reader = Reader(&body[MAGIC.len()..]);
        let length = reader.numbers(1, u32::from_le_bytes)?[0] as usize;
        let header = reader.take(length)?;
        let header: serde_json::Value =
            serde_json::from_slice(header).map_err(|error| broken(&error.to_string()))?;
        let version = header.get("version").and_then(serde_json::Value::as_u64);
        if version != Some(u64::from(VERSION)) {
            let version = version.map_or_else(|| "unknown".to_owned(), |v| v.to_string());
            return Err(Error::BadFormat(format!(
                "the ledger has version {version}, this library reads {VERSION}"
            )));
        }
        let header: Header =
            serde_json::from_value(header).map_err(|error| broken(&error.to_string()))?;
        let columns = read_columns(&mut reader, &header)?;
        if !reader.0.is_empty() {
            return Err(broken("there is more than the columns"));
        }
        check(&columns)?;
        Ok(Self::of(header.options, columns, IntakeReport::default()))
    }
}

fn read_columns(reader: &mut Reader<'_>, header: &Header) -> Result<Columns> {
    let Header { clients, rows, .. } = *header;
    let has = |name: &str| header.columns.iter().any(|column| column == name);
    let ids = if header.text_ids {
        ClientIds::Text(Arc::new(reader.texts()?))
    } else {
        ClientIds::Int(Arc::new(reader.integers(clients)?.into()))
    };
    if ids.len() != clients {
        return Err(broken("the number of clients is wrong"));
    }
    let ends = clients.checked_add(1).ok_or_else(|| broken("a length is out of range"))?;
    let offsets = reader.sizes(ends)?;
    let days = reader.numbers(rows, i32::from_le_bytes)?.into();
    let amounts = reader.integers(rows)?.into();
    let kind = has("kind").then(|| reader.codes(rows, |code| code <= 2)).transpose()?;
    let order = if has("order_int") {
        Some(Orders::Int(reader.integers(rows)?))
    } else if has("order_text") {
        Some(Orders::Text(reader.names(rows)?))
    } else {
        None
    };
    let quantity = has("quantity").then(|| reader.integers(rows)).transpose()?;
    let profit = has("profit").then(|| reader.integers(rows)).transpose()?;
    let category = has("category").then(|| reader.names(rows)).transpose()?;
    let manager = has("manager").then(|| reader.names(rows)).transpose()?;
    let department = has("department").then(|| reader.names(rows)).transpose()?;
    let flag = |code: u8| code <= 1 || code == NO_CODE;
    let promo = has("promo").then(|| reader.codes(rows, flag)).transpose()?;
    let extras = Extras { kind, order, quantity, profit, category, manager, department, promo };
    Ok(Columns { ids, offsets, days, amounts, extras })
}

/// What every ledger promises to its readers.
fn check(columns: &Columns) -> Result<()> {
    let Columns { ids, offsets, days, amounts, extras } = columns;
    if let ClientIds::Int(ids) = ids
        && !ids.is_sorted_by(|a, b| a < b)
    {
        return Err(broken("client ids are out of order"));
    }
    let grouped = offsets.first() == Some(&0)
        && offsets.last() == Some(&days.len())
        && offsets.is_sorted_by(|a, b| a < b);
    if !grouped {
        return Err(broken("rows do not fit their clients"));
    }
    if days.iter().any(|&day| Day::new(day).is_none()) {
        return Err(broken("a day is outside the calendar"));
    }
    let limit = super::builder::AMOUNT_LIMIT.unsigned_abs();
    for pair in offsets.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let sorted = (start + 1..end).all(|row| {
            (days[row - 1], amounts[row - 1])
                .cmp(&(days[row], amounts[row]))
                .then_with(|| extras.tie(row - 1, row))
                .is_le()
        });
        if !sorted {
            return Err(broken("rows are out of order"));
        }
        for row in start..end {
            let taken = extras.kind.as_ref().is_some_and(|kinds| kinds[row] != 0);
            let amount = amounts[row];
            let signed = if taken { amount <= 0 } else { amount >= 0 };
            if amount.unsigned_abs() >= limit || !signed {
                return Err(broken("an amount is out of range"));
            }
        }
    }
    columns.check_sums().map_err(|error| broken(&error.to_string()))
}
