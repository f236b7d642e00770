//! Takes portraits one by one and by column, in any order, and makes the base of them.

use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;
use serde::Serialize;

use super::column::ColumnBuilder;
use super::document::{Document, Portrait, fault, parse, place};
use super::frame::{Bad, PortraitFrame, PortraitNames};
use super::portraits::{PortraitOptions, Portraits};
use super::unite::{Columns, unite};
use crate::buffer::Buffer;
use crate::calendar::Day;
use crate::client::{ClientId, ClientIds, Texts};
use crate::error::{Error, Result};
use crate::ledger::{Cause, ClientColumn, OnBad, SetAside};
use crate::table::{NO_CODE, NO_INT32};

/// The account of what came in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PortraitReport {
    /// Documents and rows read.
    pub rows: u64,
    /// Of these, taken.
    pub accepted: u64,
    /// Rows that were not taken, by their positions.
    pub set_aside: Vec<SetAside>,
    /// Columns of frames that were not read.
    pub ignored_columns: Vec<String>,
}

impl PortraitReport {
    /// The account of both.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.add(other.clone());
        both.sort();
        both
    }

    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.accepted += other.accepted;
        self.set_aside.extend(other.set_aside);
        self.ignored_columns.extend(other.ignored_columns);
    }

    fn sort(&mut self) {
        let place = |row: &SetAside| (row.row, row.column.clone(), row.value.clone());
        self.set_aside.sort_by_cached_key(place);
        self.ignored_columns.sort();
        self.ignored_columns.dedup();
    }
}

/// Collects portraits for [`Portraits`].
///
/// What is told of one client in several places is united field by field, whatever the order;
/// two values of one field are an error.
///
/// ```
/// use clientela::{ClientColumn, FieldColumn, PortraitFrame, PortraitOptions, PortraitsBuilder};
///
/// let mut builder = PortraitsBuilder::new(PortraitOptions::default());
/// let frame = PortraitFrame::new(ClientColumn::Int(vec![7, 9].into()))
///     .with("phone", FieldColumn::Text(["+7 495 000", ""].into_iter().collect()));
/// builder.push_frame(frame)?;
/// assert_eq!(builder.finish()?.len(), 2);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug)]
pub struct PortraitsBuilder {
    options: PortraitOptions,
    names: PortraitNames,
    documents: Vec<Portrait>,
    parts: Vec<Columns>,
    report: PortraitReport,
    /// Whether ids are texts; `None` before the first.
    texts: Option<bool>,
}

impl PortraitsBuilder {
    /// No portraits yet.
    pub fn new(options: PortraitOptions) -> Self {
        Self {
            options,
            names: PortraitNames::default(),
            documents: Vec::new(),
            parts: Vec::new(),
            report: PortraitReport::default(),
            texts: None,
        }
    }

    /// The same with the caller's names of the columns, for messages.
    #[must_use]
    pub fn named(self, names: PortraitNames) -> Self {
        Self { names, ..self }
    }

    /// Notes columns that the caller has and that are not read, for the report.
    pub fn ignore_columns(&mut self, columns: Vec<String>) {
        self.report.ignored_columns.extend(columns);
    }

    /// Adds one portrait.
    ///
    /// # Errors
    /// [`Error::BadDocument`]; its path begins with the number of the portrait among those that
    /// were added so, from 0: `[3].fields.phone`.
    pub fn push(&mut self, portrait: Portrait) -> Result<()> {
        let path = format!("[{}]", self.documents.len());
        let portrait = portrait.checked(&self.options, &path)?;
        self.add(portrait, &path)
    }

    /// Adds a portrait that was checked.
    fn add(&mut self, portrait: Portrait, path: &str) -> Result<()> {
        let texts = matches!(portrait.client, ClientId::Text(_));
        if *self.texts.get_or_insert(texts) != texts {
            return fault(place(path, "client"), "ids are numbers or texts, one kind for all");
        }
        self.report.rows += 1;
        self.report.accepted += 1;
        self.documents.push(portrait);
        Ok(())
    }

    /// Adds a list of documents, each client once.
    pub(super) fn push_json(&mut self, text: &str) -> Result<()> {
        let documents: Vec<Document> = parse(super::document::DOCUMENT, text)?;
        let options = &self.options;
        let portraits: Vec<Result<Portrait>> = documents
            .into_par_iter()
            .enumerate()
            .map(|(i, document)| {
                let path = format!("[{i}]");
                document.portrait(&options.catalogue, &path)?.checked(options, &path)
            })
            .collect();
        let mut seen: HashMap<ClientId, usize, FixedState> = HashMap::default();
        for (i, portrait) in portraits.into_iter().enumerate() {
            let (portrait, path) = (portrait?, format!("[{i}]"));
            if let Some(first) = seen.insert(portrait.client.clone(), i) {
                let problem =
                    format!("client {} is there twice, first at [{first}]", portrait.client);
                return fault(place(&path, "client"), problem);
            }
            self.add(portrait, &path)?;
        }
        Ok(())
    }

    /// Adds a batch.
    ///
    /// # Errors
    /// [`Error::BadColumn`] for a column that is no field or has other values or another length;
    /// [`Error::BadRow`] for the first row that cannot be taken, unless the options set such
    /// rows aside.
    pub fn push_frame(&mut self, frame: PortraitFrame<'_>) -> Result<()> {
        let taken = self.taken(frame)?;
        self.take(taken)
    }

    /// Adds batches that are made on all cores, as if they were added one after another.
    ///
    /// # Errors
    /// As [`PortraitsBuilder::push_frame`], or one that `make` gives: the first in the order of
    /// batches.
    pub fn push_frames<'a>(
        &mut self,
        count: usize,
        make: impl Fn(usize) -> Result<PortraitFrame<'a>> + Sync,
    ) -> Result<()> {
        let this = &*self;
        let taken: Vec<Result<Taken>> = (0..count)
            .into_par_iter()
            .with_max_len(1)
            .map(|number| this.taken(make(number)?))
            .collect();
        taken.into_iter().try_for_each(|taken| self.take(taken?))
    }

    fn take(&mut self, taken: Taken) -> Result<()> {
        if taken.report.rows > 0 && *self.texts.get_or_insert(taken.texts) != taken.texts {
            return Err(Error::BadColumn {
                column: self.names.client.clone(),
                problem: "ids are numbers or texts, one kind for all".to_owned(),
            });
        }
        self.report.add(taken.report);
        self.parts.push(taken.columns);
        Ok(())
    }

    /// The rows of a batch that can be taken, by column.
    fn taken(&self, frame: PortraitFrame<'_>) -> Result<Taken> {
        let rows = frame.len();
        let texts = matches!(frame.client, ClientColumn::Text(_));
        let names = &self.names;
        self.check_columns(&frame)?;
        let catalogue = self.options.catalogue.clone();
        let scale = self.options.scale;

        let mut bad: Vec<(usize, &str, Bad)> = Vec::new();
        if let ClientColumn::Text(ids) = &frame.client {
            let empty = |(i, _)| (0, names.client.as_str(), (i, Cause::EmptyClient, String::new()));
            bad.extend(ids.iter().enumerate().filter(|(_, id)| id.is_empty()).map(empty));
        }
        let mut kinds = vec![NO_CODE; rows];
        for (i, name) in frame.kind.iter().flat_map(|kinds| kinds.iter().enumerate()) {
            match catalogue.kind_code(name) {
                _ if name.is_empty() => {}
                Some(code) => kinds[i] = code,
                None => {
                    bad.push((1, &names.kind, (i, Cause::UnknownPortraitKind, name.to_owned())));
                }
            }
        }
        for (i, &day) in frame.updated_on.iter().flat_map(|days| days.iter().enumerate()) {
            if day != NO_INT32 && Day::new(day).is_none() {
                bad.push((2, &names.updated_on, (i, Cause::DayOutOfRange, day.to_string())));
            }
        }
        let of_fields: Vec<(usize, &str, Bad)> = frame
            .fields
            .par_iter()
            .enumerate()
            .flat_map_iter(|(number, (name, column))| {
                let field = catalogue.field(name);
                let bad = field.map(|field| {
                    let mut bad = column.bad(field, scale);
                    bad.extend(column.not_of_kind(field, &catalogue, &kinds));
                    bad
                });
                let column = names.field(name);
                bad.into_iter().flatten().map(move |bad| (number + 3, column, bad))
            })
            .collect();
        bad.extend(of_fields);
        bad.sort_by_key(|(number, _, (row, ..))| (*row, *number));
        bad.dedup_by_key(|(_, _, (row, ..))| *row);

        let mut keep: Vec<usize> = Vec::new();
        if !bad.is_empty() {
            let mut left_out = bad.iter().map(|(_, _, (row, ..))| *row).peekable();
            keep = (0..rows).filter(|row| left_out.next_if_eq(row).is_none()).collect();
        }
        let mut set_aside = frame.set_aside.clone();
        let told = |(_, column, (i, cause, value)): &(usize, &str, Bad)| SetAside {
            row: frame.position(*i),
            column: (*column).to_owned(),
            value: value.clone(),
            cause: *cause,
        };
        set_aside.extend(bad.iter().map(told));
        if self.options.on_bad == OnBad::Refuse
            && let Some(first) = set_aside.iter().min_by_key(|row| row.row)
        {
            return Err(first.error());
        }
        let keep = (!bad.is_empty()).then_some(keep.as_slice());
        let count = keep.map_or(rows, <[usize]>::len);
        let report = PortraitReport {
            rows: (rows + frame.set_aside.len()) as u64,
            accepted: count as u64,
            set_aside,
            ignored_columns: Vec::new(),
        };
        Ok(Taken { texts, columns: columns(frame, keep, &kinds, &catalogue), report })
    }

    fn check_columns(&self, frame: &PortraitFrame<'_>) -> Result<()> {
        let rows = frame.len();
        let names = &self.names;
        let fault = |column: &str, problem: String| {
            Err(Error::BadColumn { column: column.to_owned(), problem })
        };
        let lengths = [
            (&names.kind, frame.kind.as_ref().map(crate::ledger::TextColumn::len)),
            (&names.updated_on, frame.updated_on.as_ref().map(|days| days.len())),
        ];
        for (name, length) in lengths {
            if let Some(length) = length.filter(|&length| length != rows) {
                return fault(name, format!("{length} values where there are {rows} clients"));
            }
        }
        for (i, (name, column)) in frame.fields.iter().enumerate() {
            let called = names.field(name);
            column.check(called, self.options.catalogue.field(name), rows)?;
            if frame.fields[..i].iter().any(|(other, _)| other == name) {
                return fault(called, "the field is there twice".to_owned());
            }
        }
        Ok(())
    }

    /// The base of all that was added.
    ///
    /// # Errors
    /// [`Error::BadDocument`] where a field of a client was given two values.
    pub fn finish(mut self) -> Result<Portraits> {
        if !self.documents.is_empty() {
            self.parts.push(of_documents(self.documents, &self.options));
        }
        self.report.sort();
        let columns = unite(self.parts, &self.options.catalogue, self.options.scale)?;
        Ok(Portraits::of(self.options, columns, self.report))
    }
}

/// What of a batch is kept.
#[derive(Debug)]
struct Taken {
    /// Whether its ids are texts.
    texts: bool,
    columns: Columns,
    report: PortraitReport,
}

/// The columns of a batch that was checked; `keep` are the rows to keep, all where `None`.
fn columns(
    frame: PortraitFrame<'_>,
    keep: Option<&[usize]>,
    kinds: &[u8],
    catalogue: &super::Catalogue,
) -> Columns {
    let rows = frame.len();
    let kept = |row: usize| keep.map_or(row, |keep| keep[row]);
    let count = keep.map_or(rows, <[usize]>::len);
    let ids = match &frame.client {
        ClientColumn::Int(ids) => {
            ClientIds::Int(Arc::new((0..count).map(|row| ids[kept(row)]).collect()))
        }
        ClientColumn::Text(ids) => {
            ClientIds::Text(Arc::new((0..count).map(|row| ids.get(kept(row))).collect()))
        }
    };
    let day = |row: usize| frame.updated_on.as_ref().map_or(NO_INT32, |days| days[kept(row)]);
    let updated_on: Buffer<i32> = (0..count).map(day).collect();
    let mut columns = Columns::empty(catalogue.fields().len());
    let stored: Vec<_> = frame
        .fields
        .into_par_iter()
        .map(|(name, column)| (catalogue.place(&name), column.stored(keep)))
        .collect();
    for (place, column) in stored {
        if let Some(place) = place {
            columns.fields[place] = column;
        }
    }
    Columns {
        ids,
        kind: Arc::new((0..count).map(|row| kinds[kept(row)]).collect()),
        updated_on: Arc::new(updated_on),
        ..columns
    }
}

/// The columns of portraits that were checked.
fn of_documents(mut documents: Vec<Portrait>, options: &PortraitOptions) -> Columns {
    let catalogue = &options.catalogue;
    let rows = documents.len();
    let mut columns = Columns::empty(catalogue.fields().len());
    let days = |day: Option<Day>| day.map_or(NO_INT32, Day::days);
    let updated_on: Buffer<i32> = documents.iter().map(|one| days(one.updated_on)).collect();
    let mut fields: Vec<Option<ColumnBuilder>> = Vec::new();
    fields.resize_with(catalogue.fields().len(), || None);
    for (row, document) in documents.iter_mut().enumerate() {
        for (name, value) in &document.fields {
            let Some(place) = catalogue.place(name) else { continue };
            let new = || ColumnBuilder::new(&catalogue.fields()[place], options.scale, rows);
            fields[place].get_or_insert_with(new).set(row, value);
        }
        for (name, &day) in &document.updated {
            let Some(place) = catalogue.place(name) else { continue };
            columns.dates[place].get_or_insert_with(|| updated_on.to_vec())[row] = days(day);
        }
        if !document.records.is_empty() {
            columns.records.insert(row as u32, Arc::new(std::mem::take(&mut document.records)));
        }
    }
    let int = |document: &Portrait| match &document.client {
        ClientId::Int(id) => Some(*id),
        ClientId::Text(_) => None,
    };
    let ids = if let Some(ids) = documents.iter().map(int).collect::<Option<Buffer<i64>>>() {
        ClientIds::Int(Arc::new(ids))
    } else {
        let texts: Vec<String> = documents.iter().map(|one| one.client.to_string()).collect();
        ClientIds::Text(Arc::new(texts.iter().map(String::as_str).collect::<Texts>()))
    };
    let kind = |document: &Portrait| {
        document.kind.as_ref().and_then(|kind| catalogue.kind_code(kind)).unwrap_or(NO_CODE)
    };
    Columns {
        ids,
        kind: Arc::new(documents.iter().map(kind).collect()),
        updated_on: Arc::new(updated_on),
        fields: fields.into_iter().map(|column| column.map(|column| column.finish(rows))).collect(),
        ..columns
    }
}
