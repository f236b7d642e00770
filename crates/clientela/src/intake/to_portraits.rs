//! Tables as documents of portraits (S2.32 to S2.36).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;

use super::amount::amount;
use super::country::country;
use super::date::{Century, DateFormat, date};
use super::given::trimmed;
use super::grid::{Cell, Grid};
use super::mapping::{ColumnTarget, IdKind, Mapping, Reading, Step, Target, fault};
use super::names::{Sex, cleaned, surname_given_name, surname_sex};
use super::passport::{PassportKind, ReadPassport};
use super::phone::ReadPhone;
use super::report::{CellFault, GridReport, KeptTarget};
use super::transliterate::composed;
use super::{ReadEmail, masked};
use crate::calendar::Day;
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::formula::Formula;
use crate::policy::Policy;
use crate::portrait::{Field, FieldType, FieldValue, Portrait, PortraitOptions, says_something};

/// Documents of portraits out of a table, and the account of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PortraitBatch {
    /// The documents in the order of the rows, each client once.
    pub documents: Vec<Portrait>,
    /// The account.
    pub report: GridReport,
}

impl PortraitBatch {
    /// The documents as a list in JSON, as [`Portraits::from_json`](crate::Portraits::from_json)
    /// takes it.
    pub fn documents_json(&self) -> String {
        serde_json::to_string(&self.documents).unwrap_or_default()
    }
}

impl Grid {
    /// The documents of portraits that a mapping makes of the table.
    ///
    /// A cell that cannot be read is left out and told; a row without a client, or with one that
    /// an earlier row has, is set aside and told. Empty cells and `unknown` are unknown.
    ///
    /// ```
    /// use clientela::intake::{Grid, Mapping};
    /// use clientela::{Policy, PortraitOptions, Portraits};
    ///
    /// let policy = Policy::default();
    /// let rows = [["7", "ZHUKOV MR", "31.01.1990"]];
    /// let grid = Grid::from_rows(None, rows, &policy)?;
    /// let mapping = Mapping::from_json(
    ///     r#"{"target": "portraits", "kind": "tourist",
    ///         "columns": {"0": "client", "1": "surname_latin", "2": "birth_date"},
    ///         "formats": {"dates": ["DD.MM.YYYY"]},
    ///         "steps": [{"do": "split_surname_sex", "field": "surname_latin"}]}"#,
    /// )?;
    /// let batch = grid.portraits(&mapping, &PortraitOptions::default(), &policy)?;
    /// let portraits = Portraits::from_json(&batch.documents_json(), &PortraitOptions::default())?;
    /// let zhukov = portraits.get(&"7".into()).unwrap();
    /// assert_eq!(zhukov.fields["sex"].text().as_deref(), Some("male"));
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path in the mapping: a column, row or field that there is
    /// not, a field that a table cannot fill; a policy that does not check.
    pub fn portraits(
        &self,
        mapping: &Mapping,
        options: &PortraitOptions,
        policy: &Policy,
    ) -> Result<PortraitBatch> {
        policy.check()?;
        mapping.check()?;
        if mapping.target != Target::Portraits {
            return fault("target", "it makes sales of the table, not portraits");
        }
        let plan = Plan::new(self, mapping, options, policy)?;
        let rows = mapping.selected(self)?;
        let mapped: Vec<usize> = plan.columns.iter().map(|column| column.position).collect();
        let mut report = GridReport::new(self, &mapped, rows.len());
        report.service_set.clone_from(&mapping.service_set);
        let mut documents = Vec::with_capacity(rows.len());
        let mut seen: BTreeMap<ClientId, usize> = BTreeMap::new();
        let mut new_client = mapping.new_clients_from;
        for row in rows {
            let client = match plan.client(row, &mut new_client) {
                Ok(client) => client,
                Err(bad) => {
                    report.set_aside.push(bad);
                    continue;
                }
            };
            if let Some(first) = seen.get(&client) {
                let problem = format!("the client is in row {first} already");
                report.set_aside.push(plan.client_fault(row, problem));
                continue;
            }
            seen.insert(client.clone(), row);
            documents.push(plan.document(row, client, &mut report)?);
        }
        report.rows_taken = documents.len() as u64;
        Ok(PortraitBatch { documents, report })
    }
}

/// A mapping that was held to a table and a catalogue.
struct Plan<'a> {
    grid: &'a Grid,
    mapping: &'a Mapping,
    options: &'a PortraitOptions,
    policy: &'a Policy,
    client: Option<usize>,
    columns: Vec<Column<'a>>,
    formats: Vec<DateFormat>,
    century: Option<Century>,
}

/// A column and what it fills.
struct Column<'a> {
    position: usize,
    target: &'a ColumnTarget,
    /// The field; `None` for the client, the kind and the day of the last change.
    field: Option<&'a Field>,
}

/// What a row says so far: texts by field, in the form that portraits read.
type Values = BTreeMap<String, Json>;

impl<'a> Plan<'a> {
    fn new(
        grid: &'a Grid,
        mapping: &'a Mapping,
        options: &'a PortraitOptions,
        policy: &'a Policy,
    ) -> Result<Self> {
        let catalogue = &options.catalogue;
        let mut columns = Vec::new();
        for (column, target) in mapping.resolved(grid)? {
            let path = || format!("columns.{}", grid.column_name(column));
            let own = matches!(target.field.as_str(), "client" | "kind" | "updated_on");
            let field = catalogue.field(&target.field).filter(|_| !own);
            match field {
                None if !own => {
                    let problem = format!("the catalogue has no field `{}`", target.field);
                    return fault(path(), problem);
                }
                None if target.read != Reading::AsField => {
                    return fault(path(), format!("`{}` is read in one way only", target.field));
                }
                Some(field) => writable(field).or_else(|problem| fault(path(), problem))?,
                None => {}
            }
            let text = field.is_some_and(|field| field.field_type == FieldType::Text);
            if target.read != Reading::AsField && !text {
                return fault(path(), format!("`{}` is no text, so it has a form", target.field));
            }
            columns.push(Column { position: column, target, field });
        }
        if mapping.kind.is_some() && columns.iter().any(|column| column.target.field == "kind") {
            return fault("kind", "a column tells it already");
        }
        for (i, step) in mapping.steps.iter().enumerate() {
            for name in step.fields() {
                let path = format!("steps[{i}]");
                match catalogue.field(name) {
                    Some(field) if field.field_type == FieldType::Text => {
                        writable(field).or_else(|problem| fault(path, problem))?;
                    }
                    Some(_) => return fault(path, format!("`{name}` is no text")),
                    None => return fault(path, format!("the catalogue has no field `{name}`")),
                }
            }
        }
        let (formats, century) = mapping.dates(policy)?;
        let client = columns.iter().find(|column| column.target.field == "client");
        let client = client.map(|column| column.position);
        for (name, text) in [
            ("region", &mapping.formats.region),
            ("passport_country", &mapping.formats.passport_country),
        ] {
            if let Some(text) = text.as_deref().filter(|text| country(text).is_none()) {
                return fault(format!("formats.{name}"), format!("`{text}` is no country"));
            }
        }
        Ok(Self { grid, mapping, options, policy, client, columns, formats, century })
    }

    /// The id of a row's client.
    fn client(
        &self,
        row: usize,
        new_client: &mut Option<i64>,
    ) -> std::result::Result<ClientId, CellFault> {
        let text = self.client.map_or("", |column| trimmed(self.grid.text(row, column)));
        if text.is_empty() {
            let Some(next) = *new_client else {
                return Err(self.client_fault(row, "no client id".to_owned()));
            };
            *new_client = next.checked_add(1);
            return Ok(next.into());
        }
        if self.client.is_some_and(|column| self.grid.is_card(row, column)) {
            return Err(self.client_fault(row, "a bank card number is no client id".to_owned()));
        }
        match self.mapping.client_ids {
            IdKind::Text => Ok(text.into()),
            IdKind::Number => match text.parse::<i64>() {
                Ok(id) => Ok(id.into()),
                Err(_) => Err(self.client_fault(row, "no whole number of 64 bits".to_owned())),
            },
        }
    }

    fn client_fault(&self, row: usize, problem: String) -> CellFault {
        let column = self.client.map_or_else(String::new, |column| self.grid.column_name(column));
        let value = self.client.map_or("", |column| self.grid.text(row, column)).to_owned();
        CellFault { row: row as u64, column, field: "client".to_owned(), value, problem }
    }

    fn document(&self, row: usize, client: ClientId, report: &mut GridReport) -> Result<Portrait> {
        let mut portrait = Portrait::new(client);
        portrait.kind.clone_from(&self.mapping.kind);
        portrait.updated_on = self.mapping.updated_on;
        let mut values = Values::new();
        // Where each value came from, for what is told of it.
        let mut origins: BTreeMap<String, usize> = BTreeMap::new();
        // A series out of a number comes after what its own column says.
        let mut series: Vec<(usize, String, String)> = Vec::new();
        for Column { position: column, target, field } in &self.columns {
            let cell = self.grid.cell(row, *column);
            let text = trimmed(self.grid.text(row, *column));
            if target.field == "client" || !says_something(text) {
                continue;
            }
            let read = if self.grid.is_card(row, *column) {
                Err("a bank card number".to_owned())
            } else {
                match (target.field.as_str(), field) {
                    ("kind", _) => self.kind(text).map(|kind| portrait.kind = Some(kind)),
                    ("updated_on", _) => {
                        self.day(cell, text).map(|day| portrait.updated_on = Some(day))
                    }
                    (name, Some(field)) => {
                        self.value(field, target.read, cell, text)?.map(|(value, of_series)| {
                            origins.insert(name.to_owned(), *column);
                            values.insert(name.to_owned(), value);
                            if let Some(of_series) = of_series {
                                let to =
                                    name.strip_suffix("_number").map(|n| format!("{n}_series"));
                                series.extend(to.map(|to| (*column, to, of_series)));
                            }
                        })
                    }
                    (_, None) => Ok(()),
                }
            };
            if let Err(problem) = read {
                report.dropped_cells.push(self.cell_fault(row, *column, &target.field, &problem));
            }
        }
        for (column, field, value) in series {
            if self.options.catalogue.field(&field).is_some() {
                origins.entry(field.clone()).or_insert(column);
                fill(&mut values, report, row, &field, &value);
            }
        }
        for step in &self.mapping.steps {
            Self::step(step, row, &mut values, report);
        }
        for (name, value) in values {
            // A value that clean-ups made has no cell of its own.
            let told = |problem: String| match origins.get(&name) {
                Some(&column) => self.cell_fault(row, column, &name, &problem),
                None => CellFault {
                    row: row as u64,
                    column: String::new(),
                    field: name.clone(),
                    value: value.as_str().unwrap_or_default().to_owned(),
                    problem,
                },
            };
            match self.checked(&portrait, &name, &value) {
                Ok(Some(value)) => {
                    portrait.fields.insert(name, value);
                }
                Ok(None) => {}
                Err(problem) => report.dropped_cells.push(told(problem)),
            }
        }
        Ok(portrait)
    }

    fn cell_fault(&self, row: usize, column: usize, field: &str, problem: &str) -> CellFault {
        CellFault {
            row: row as u64,
            column: self.grid.column_name(column),
            field: field.to_owned(),
            value: self.grid.text(row, column).to_owned(),
            problem: masked(problem).into_owned(),
        }
    }

    /// A value as the portrait keeps it, by the portrait's own rules.
    fn checked(
        &self,
        portrait: &Portrait,
        name: &str,
        value: &Json,
    ) -> std::result::Result<Option<FieldValue>, String> {
        let Some(field) = self.options.catalogue.field(name) else { return Ok(None) };
        let Some(value) = FieldValue::read(field, value).map_err(|(_, problem)| problem)? else {
            return Ok(None);
        };
        let mut one = Portrait::new(portrait.client.clone());
        one.kind.clone_from(&portrait.kind);
        one.fields.insert(name.to_owned(), value);
        match one.checked(self.options, "") {
            Ok(mut one) => Ok(one.fields.remove(name)),
            Err(Error::BadDocument { problem, .. }) => Err(problem),
            Err(other) => Err(other.to_string()),
        }
    }

    fn kind(&self, text: &str) -> std::result::Result<String, String> {
        let names = self.options.catalogue.kind_names();
        let found = names.iter().find(|name| name.as_str() == text);
        found
            .cloned()
            .ok_or_else(|| format!("`{text}` is not one of the kinds: {}", names.join(", ")))
    }

    fn day(&self, cell: Cell<'_>, text: &str) -> std::result::Result<Day, String> {
        if let Cell::Day(day) = cell {
            return Ok(day);
        }
        if self.formats.is_empty() {
            return Err("no format of dates is stated in `formats.dates`".to_owned());
        }
        date(text, &self.formats, self.century).map(|read| read.day)
    }

    /// The value of a cell in the form that portraits read, and a series beside a number. An
    /// error of the outer kind is no matter of the cell.
    #[allow(clippy::type_complexity, reason = "the two kinds of errors are the point")]
    fn value(
        &self,
        field: &Field,
        read: Reading,
        cell: Cell<'_>,
        text: &str,
    ) -> Result<std::result::Result<(Json, Option<String>), String>> {
        let formats = &self.mapping.formats;
        let answer = |value: Option<String>, problem: Option<String>| match value {
            Some(value) => Ok((Json::from(value), None)),
            None => Err(problem.unwrap_or_default()),
        };
        match read {
            Reading::AsField => {}
            Reading::Phone => {
                let region = formats.region.clone().map(Into::into);
                let read = ReadPhone { text: text.into(), region }.answer(self.policy)?;
                // E.164 has no place for an extension, and it must not be lost.
                let value = read.value.map(|value| match read.extension {
                    Some(extension) => format!("{value};ext={extension}"),
                    None => value,
                });
                return Ok(answer(value, read.problem));
            }
            Reading::Email => {
                let read = ReadEmail { text: text.into() }.answer(self.policy)?;
                return Ok(answer(read.value, read.problem));
            }
            Reading::Country => {
                let code = country(text).map(|country| country.alpha_2.to_owned());
                return Ok(answer(code, Some(format!("`{text}` is no country of ISO 3166-1"))));
            }
            Reading::Passport => {
                let civil = field.name.contains("civil");
                let kind = if civil { PassportKind::Civil } else { PassportKind::Foreign };
                let country = formats.passport_country.clone().map(Into::into);
                let kind = Some(kind);
                let given = ReadPassport { text: text.into(), country, kind, check_digit: None };
                let read = given.answer(self.policy)?;
                let series = read.series.clone();
                let read = answer(read.value, read.problem);
                return Ok(read.map(|(number, _)| (number, series)));
            }
        }
        let value = match field.field_type {
            FieldType::Date => self.day(cell, text).map(|day| day.to_string()),
            FieldType::Integer | FieldType::Rating | FieldType::Decimal | FieldType::Money => {
                match cell {
                    Cell::Number(number) => Ok(number.to_owned()),
                    _ => amount(text, formats.amounts).map(|amount| amount.normalize().to_string()),
                }
            }
            FieldType::YesNo => yes_no(text).map(str::to_owned),
            FieldType::Choice if field.name == "sex" && !field.takes(text) => {
                let sex = Sex::of_cell(text).map(|sex| sex.name().to_owned());
                sex.ok_or_else(|| format!("`{text}` tells no sex"))
            }
            FieldType::List => {
                let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
                return Ok(Ok((entries.collect(), None)));
            }
            _ => Ok(text.to_owned()),
        };
        Ok(value.map(|value| (Json::from(value), None)))
    }

    fn step(step: &Step, row: usize, values: &mut Values, report: &mut GridReport) {
        let text = |values: &Values, field: &str| {
            values.get(field).and_then(Json::as_str).map(str::to_owned)
        };
        let failed = |report: &mut GridReport, field: &str, value: &str, problem: String| {
            report.dropped_cells.push(CellFault {
                row: row as u64,
                column: String::new(),
                field: field.to_owned(),
                value: value.to_owned(),
                problem,
            });
        };
        match step {
            Step::CleanName { field } => {
                let Some(before) = text(values, field) else { return };
                if let Some(name) = cleaned(&before).name {
                    values.insert(field.clone(), name.into());
                } else {
                    values.remove(field);
                    failed(report, field, &before, "no letter of a name is in it".to_owned());
                }
            }
            Step::SplitSurnameSex { field } => {
                let Some(before) = text(values, field) else { return };
                let split = surname_sex(&before);
                let Some(sex) = split.sex else { return };
                // The word stays where it says otherwise than the field: nothing is lost.
                if fill(values, report, row, "sex", sex.name()) {
                    values.insert(field.clone(), split.surname.into());
                }
            }
            Step::SplitSurnameGivenName { field, given_name, patronymic } => {
                let Some(before) = text(values, field) else { return };
                let mut split = surname_given_name(&before);
                if patronymic.is_none() {
                    let all = [split.given_name.take(), split.patronymic.take()];
                    let all: Vec<String> = all.into_iter().flatten().collect();
                    split.given_name = (!all.is_empty()).then(|| all.join(" "));
                }
                let parts = [
                    (given_name.as_str(), split.given_name),
                    (patronymic.as_deref().unwrap_or_default(), split.patronymic),
                ];
                let parts: Vec<(&str, String)> =
                    parts.into_iter().filter_map(|(to, part)| Some((to, part?))).collect();
                let free =
                    |(to, part): &(&str, String)| text(values, to).is_none_or(|held| held == *part);
                let all_free = parts.iter().all(free);
                for (to, part) in &parts {
                    if all_free || text(values, to).is_some() {
                        fill(values, report, row, to, part);
                    }
                }
                // The whole stays in the surname where a part of it found no place.
                if all_free && !parts.is_empty() {
                    values.insert(field.clone(), split.surname.into());
                }
            }
            Step::CopyToLatin { from, to, scheme } | Step::CopyToCyrillic { from, to, scheme } => {
                let Some(before) = text(values, from) else { return };
                let copied = match step {
                    Step::CopyToLatin { .. } => scheme.latin(&composed(&before)),
                    _ => scheme.cyrillic(&composed(&before)),
                };
                match copied {
                    Ok(copied) => {
                        fill(values, report, row, to, &copied);
                    }
                    Err(letter) => {
                        let name = scheme.name();
                        let problem = format!("`{letter}` is no letter of the scheme `{name}`");
                        failed(report, to, &before, problem);
                    }
                }
            }
        }
    }
}

/// Fills a field unless it is filled; whether it now says what was to be written.
fn fill(
    values: &mut Values,
    report: &mut GridReport,
    row: usize,
    field: &str,
    value: &str,
) -> bool {
    if let Some(kept) = values.get(field).and_then(Json::as_str) {
        let same = kept == value;
        report.kept_targets.push(KeptTarget {
            row: row as u64,
            field: field.to_owned(),
            kept: kept.to_owned(),
            offered: value.to_owned(),
        });
        return same;
    }
    values.insert(field.to_owned(), value.into());
    report.filled_targets += 1;
    true
}

fn yes_no(text: &str) -> std::result::Result<&'static str, String> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "да" => Ok("yes"),
        "no" | "false" | "0" | "нет" => Ok("no"),
        _ => Err(format!("`{text}` is neither yes nor no")),
    }
}

/// Whether a table can fill a field.
fn writable(field: &Field) -> std::result::Result<(), String> {
    let name = &field.name;
    if let Some(records) = field.records {
        return Err(format!("`{name}` is filled from the records `{}`", records.name()));
    }
    match field.field_type {
        FieldType::Person | FieldType::Notes => {
            Err(format!("`{name}` is a {}, which no cell holds", field.field_type.name()))
        }
        _ => Ok(()),
    }
}

impl Step {
    /// The fields that it reads and fills, without the sex.
    fn fields(&self) -> BTreeSet<&str> {
        match self {
            Self::CleanName { field } | Self::SplitSurnameSex { field } => {
                BTreeSet::from([field.as_str()])
            }
            Self::SplitSurnameGivenName { field, given_name, patronymic } => {
                let all = [Some(field), Some(given_name), patronymic.as_ref()];
                all.into_iter().flatten().map(String::as_str).collect()
            }
            Self::CopyToLatin { from, to, .. } | Self::CopyToCyrillic { from, to, .. } => {
                BTreeSet::from([from.as_str(), to.as_str()])
            }
        }
    }
}
