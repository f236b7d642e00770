//! A ledger as bytes: versioned, checksummed, refused where anything does not fit.
//!
//! Layout, all numbers little-endian: 8 bytes of magic, a `u32` length and that many bytes of
//! JSON (version, options, counts, which columns), the columns one after another, and a `u32`
//! CRC-32 (ISO-HDLC) of all before it. Equal ledgers give equal bytes.
//!
//! The version is the lowest that knows all columns of the ledger: 2 with brands, else 1. So
//! earlier libraries read what they can hold, and say no to what they cannot.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::columns::{Extras, NAME_COLUMNS, NameColumn, Names, Orders};
use super::intake::{IntakeReport, LedgerOptions};
use super::{Columns, Ledger};
use crate::calendar::Day;
use crate::client::{ClientIds, Texts};
use crate::error::{Error, Result};
use crate::table::{NO_CODE, NO_NAME};

const MAGIC: &[u8; 8] = b"CLNTLGR\x01";
/// The latest version.
const VERSION: u32 = 2;

/// The optional columns in their order, each with the version that knows it.
const COLUMNS: [(&str, u32); 10] = [
    ("kind", 1),
    ("order_int", 1),
    ("order_text", 1),
    ("quantity", 1),
    ("profit", 1),
    ("category", 1),
    ("brand", 2),
    ("manager", 1),
    ("department", 1),
    ("promo", 1),
];

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
            extras.kind.is_some(),
            matches!(extras.order, Some(Orders::Int(_))),
            matches!(extras.order, Some(Orders::Text(_))),
            extras.quantity.is_some(),
            extras.profit.is_some(),
            extras.names(NameColumn::Category).is_some(),
            extras.names(NameColumn::Brand).is_some(),
            extras.names(NameColumn::Manager).is_some(),
            extras.names(NameColumn::Department).is_some(),
            extras.promo.is_some(),
        ];
        let present = || COLUMNS.iter().zip(present).filter(|&(_, there)| there);
        let header = Header {
            version: present().map(|(&(_, since), _)| since).max().unwrap_or(1),
            options: self.options.clone(),
            clients: columns.ids.len(),
            rows: columns.days.len(),
            text_ids: matches!(columns.ids, ClientIds::Text(_)),
            columns: present().map(|(&(name, _), _)| name.to_owned()).collect(),
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
        for names in extras.names.iter().flatten() {
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
        if !version.is_some_and(|version| (1..=u64::from(VERSION)).contains(&version)) {
            let version = version.map_or_else(|| "unknown".to_owned(), |v| v.to_string());
            return Err(Error::BadFormat(format!(
                "the ledger has version {version}, this library reads 1 to {VERSION}"
            )));
        }
        let header: Header =
            serde_json::from_value(header).map_err(|error| broken(&error.to_string()))?;
        let since = |column: &String| {
            COLUMNS.iter().find(|(name, _)| name == column).map(|&(_, since)| since)
        };
        let needed =
            header.columns.iter().map(since).try_fold(1, |most, since| Some(since?.max(most)));
        if needed != Some(header.version) {
            return Err(broken("the columns are not those of its version"));
        }
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
    let mut names: [Option<Names>; NAME_COLUMNS] = Default::default();
    for (column, name) in names.iter_mut().zip(["category", "brand", "manager", "department"]) {
        *column = has(name).then(|| reader.names(rows)).transpose()?;
    }
    let flag = |code: u8| code <= 1 || code == NO_CODE;
    let promo = has("promo").then(|| reader.codes(rows, flag)).transpose()?;
    let extras = Extras { kind, order, quantity, profit, names, promo };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sale::{ClientColumn, OrderColumn, Sales};
    use crate::ledger::{LedgerBuilder, LedgerOptions};
    use crate::table::NO_INT64;

    /// What version 1 wrote of the ledger below: its header, and what follows in hexadecimal.
    const HEADER: &str = concat!(
        r#"{"version":1,"options":{"currency":"XXX","scale":2,"quantity_scale":0,"#,
        r#""latest":null,"on_bad":"refuse","negative":"return"},"clients":2,"rows":3,"#,
        r#""text_ids":true,"#,
        r#""columns":["kind","order_int","quantity","category","department","promo"]}"#,
    );
    const REST: &str = concat!(
        "0200000000000000000000000000000001000000000000000200000000000000616200000000000000000100",
        "000000000000030000000000000028230000282300002923000038ffffffffffffff2c01000000000000f401",
        "000000000000010000000000000000008008000000000000000700000000000000ffffffffffffffff000000",
        "0000000080010000000000000002000000000000000000000000000000040000000000000009000000000000",
        "006861747373686f6573ffffffff000000000100000002000000000000000000000000000000010000000000",
        "00000200000000000000787900000000010000000000000000ff01205b54ba",
    );

    fn ledger(brands: bool) -> Ledger {
        let mut sales = Sales::new(
            ClientColumn::Text(["b", "a", "b"].into_iter().collect()),
            vec![9001, 9000, 9000],
            vec![500, -200, 300],
        );
        sales.order = Some(OrderColumn::Int(vec![7, NO_INT64, 8].into()));
        sales.quantity = Some(vec![1, -1, NO_INT64].into());
        sales.category = Some(["shoes", "", "hats"].into_iter().collect());
        sales.brand = brands.then(|| ["Alba", "", "Alba"].into_iter().collect());
        sales.department = Some(["x", "x", "y"].into_iter().collect());
        sales.promo = Some(vec![1, 0, NO_CODE].into());
        let mut builder = LedgerBuilder::new(LedgerOptions::default());
        builder.push(sales).expect("good sales");
        builder.finish().expect("three rows")
    }

    /// The bytes with another header and the checksum that it asks for.
    fn with_header(bytes: &[u8], change: impl Fn(String) -> String) -> Vec<u8> {
        let length = u32::from_le_bytes(*bytes[8..].first_chunk().expect("a length")) as usize;
        let (header, rest) = bytes[12..].split_at(length);
        let header = change(String::from_utf8(header.to_vec()).expect("JSON"));
        let mut changed = MAGIC.to_vec();
        changed.extend_from_slice(&(header.len() as u32).to_le_bytes());
        changed.extend_from_slice(header.as_bytes());
        changed.extend_from_slice(&rest[..rest.len() - 4]);
        let sum = crc32fast::hash(&changed);
        changed.extend_from_slice(&sum.to_le_bytes());
        changed
    }

    #[test]
    fn bytes_of_version_1_are_read_and_still_written() {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&(HEADER.len() as u32).to_le_bytes());
        bytes.extend_from_slice(HEADER.as_bytes());
        let pairs = REST.as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or(""), 16);
        bytes.extend(pairs.map(|pair| byte(pair).expect("hexadecimal")));
        assert_eq!(Ledger::from_bytes(&bytes).expect("version 1"), ledger(false));
        assert_eq!(ledger(false).to_bytes(), bytes);
    }

    #[test]
    fn brands_need_version_2() {
        let ledger = ledger(true);
        let bytes = ledger.to_bytes();
        assert_eq!(Ledger::from_bytes(&bytes).expect("version 2"), ledger);
        let brands: Vec<_> = ["a", "b"]
            .into_iter()
            .filter_map(|client| ledger.sales(&client.into()))
            .flatten()
            .map(|sale| sale.brand)
            .collect();
        assert_eq!(brands, [None, Some("Alba".to_owned()), Some("Alba".to_owned())]);
        for (from, to) in [
            ("\"version\":2", "\"version\":1"),
            ("\"version\":2", "\"version\":3"),
            ("\"brand\"", "\"colour\""),
            ("\"brand\",", ""),
        ] {
            let other = with_header(&bytes, |header| header.replace(from, to));
            assert!(Ledger::from_bytes(&other).is_err(), "{to}");
        }
        assert_eq!(with_header(&bytes, |header| header), bytes);
    }
}
