//! What the columns of a table look like: suggested with confidence and reason, never applied
//! (S2.34).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;

use super::amount::{AmountFormat, amount};
use super::country::{country, folded};
use super::currency::currency;
use super::date::{Century, DateFormat, date};
use super::given::{digit, trimmed};
use super::grid::{Cell, Grid};
use super::mapping::{ColumnTarget, Formats, IdKind, Mapping, Reading, SALE_FIELDS, Target};
use super::names::{Sex, cleaned};
use super::transliterate::{has_cyrillic, is_latin};
use crate::calendar::Day;
use crate::error::Result;
use crate::formula::Formula;
use crate::policy::Policy;
use crate::portrait::Catalogue;

/// What a column looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuggestedColumn {
    /// The column, from 0.
    pub column: u32,
    /// Its name, or its position where it has none.
    pub name: String,
    /// The field that is suggested; `None` where nothing is likely enough.
    pub field: Option<String>,
    /// How its cells would be read.
    pub read: Reading,
    /// From 0 to 1, in hundredths rounded down: of the field that is suggested, or of the
    /// likeliest one.
    pub confidence: Decimal,
    /// Why, in one sentence.
    pub reason: String,
}

/// What the columns of a table look like. It is for someone to look at, change and confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What the table would become.
    pub target: Target,
    /// The columns in their order.
    pub columns: Vec<SuggestedColumn>,
    /// The formats that the cells are written in, where only one can be meant.
    pub formats: Formats,
    /// What is left to decide, each in one sentence.
    pub open: Vec<String>,
}

impl Suggestion {
    /// The suggestion as a mapping, once someone has agreed to it. It need not check: what is
    /// open is missing.
    pub fn mapping(&self) -> Mapping {
        let target = |column: &SuggestedColumn| {
            let field = column.field.clone()?;
            Some((column.column.to_string(), ColumnTarget { field, read: column.read }))
        };
        Mapping {
            target: self.target,
            columns: self.columns.iter().filter_map(target).collect(),
            formats: self.formats.clone(),
            steps: Vec::new(),
            rows: None,
            skip_rows: Vec::new(),
            service_set: None,
            kind: None,
            updated_on: None,
            client_ids: IdKind::Text,
            new_clients_from: None,
        }
    }

    /// The suggestion as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What the cells of a field look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Email,
    Phone,
    Date,
    Amount,
    Count,
    Sex,
    Country,
    Currency,
    Document,
    Patronymic,
    CyrillicName,
    LatinName,
    Flag,
    /// Nothing of its own.
    Any,
}

/// How much a look tells by itself, in per cent.
fn weight(look: Look) -> i64 {
    match look {
        Look::Email => 90,
        Look::Phone | Look::Patronymic => 80,
        Look::Sex | Look::Currency => 70,
        Look::Country => 60,
        Look::Date | Look::Amount => 55,
        Look::CyrillicName | Look::LatinName | Look::Document | Look::Count | Look::Flag => 30,
        Look::Any => 0,
    }
}

/// Fields, their looks, and how people head their columns.
type Known = (&'static str, Look, &'static [&'static str]);

const PORTRAIT_FIELDS: &[Known] = &[
    (
        "client",
        Look::Any,
        &[
            "код",
            "код клиента",
            "клиент",
            "номер клиента",
            "client",
            "client id",
            "customer id",
            "id",
        ],
    ),
    ("surname", Look::CyrillicName, &["фамилия", "фио", "прізвище", "surname ru", "last name ru"]),
    ("given_name", Look::CyrillicName, &["имя", "ім я", "given name ru", "first name ru"]),
    ("patronymic", Look::Patronymic, &["отчество", "по батькові", "middle name", "patronymic"]),
    (
        "surname_latin",
        Look::LatinName,
        &[
            "фамилия лат",
            "фамилия латиницей",
            "фамилия латинская",
            "surname",
            "last name",
            "family name",
        ],
    ),
    (
        "given_name_latin",
        Look::LatinName,
        &["имя лат", "имя латиницей", "имя латинское", "given name", "first name", "name"],
    ),
    ("sex", Look::Sex, &["пол", "стать", "sex", "gender", "title"]),
    (
        "birth_date",
        Look::Date,
        &[
            "дата рождения",
            "день рождения",
            "др",
            "рождение",
            "дата народження",
            "birth date",
            "date of birth",
            "birthday",
            "dob",
        ],
    ),
    (
        "phone",
        Look::Phone,
        &[
            "телефон",
            "тел",
            "мобильный",
            "моб",
            "контактный телефон",
            "phone",
            "mobile",
            "tel",
            "phone number",
            "telephone",
        ],
    ),
    (
        "email",
        Look::Email,
        &["почта", "эл почта", "электронная почта", "емейл", "имейл", "email", "e mail", "mail"],
    ),
    ("address", Look::Any, &["адрес", "адреса", "address"]),
    ("home_address", Look::Any, &["домашний адрес", "адрес проживания", "home address"]),
    (
        "citizenship",
        Look::Country,
        &["гражданство", "страна", "громадянство", "citizenship", "nationality", "country"],
    ),
    (
        "passport_number",
        Look::Document,
        &[
            "номер загранпаспорта",
            "загранпаспорт",
            "загран",
            "номер паспорта",
            "паспорт",
            "passport number",
            "passport",
            "passport no",
        ],
    ),
    (
        "passport_series",
        Look::Any,
        &["серия загранпаспорта", "серия паспорта", "серия", "passport series"],
    ),
    (
        "passport_valid_until",
        Look::Date,
        &[
            "срок действия",
            "действителен до",
            "годен до",
            "паспорт до",
            "valid until",
            "expiry",
            "expires",
            "date of expiry",
        ],
    ),
    (
        "civil_passport_number",
        Look::Document,
        &["номер гражданского паспорта", "гражданский паспорт", "внутренний паспорт"],
    ),
    ("civil_passport_series", Look::Any, &["серия гражданского паспорта"]),
    ("ticket_number", Look::Any, &["билет", "номер билета", "ticket", "ticket number"]),
    (
        "contact_name",
        Look::Any,
        &["контакт", "контактное лицо", "contact", "contact name", "contact person"],
    ),
    (
        "company_details",
        Look::Any,
        &["реквизиты", "организация", "компания", "company", "organisation", "organization"],
    ),
];

const SALES_FIELDS: &[Known] = &[
    (
        "client",
        Look::Any,
        &[
            "клиент",
            "код клиента",
            "покупатель",
            "контрагент",
            "плательщик",
            "client",
            "client id",
            "customer",
            "customer id",
            "buyer",
            "payer",
        ],
    ),
    (
        "date",
        Look::Date,
        &[
            "дата",
            "день",
            "дата продажи",
            "дата операции",
            "date",
            "day",
            "order date",
            "sale date",
        ],
    ),
    (
        "amount",
        Look::Amount,
        &["сумма", "выручка", "итого", "стоимость", "amount", "total", "revenue", "sum"],
    ),
    (
        "order",
        Look::Any,
        &[
            "заказ",
            "номер заказа",
            "чек",
            "документ",
            "order",
            "order id",
            "order number",
            "invoice",
            "receipt",
        ],
    ),
    ("quantity", Look::Count, &["количество", "кол во", "шт", "quantity", "qty", "units"]),
    ("profit", Look::Amount, &["прибыль", "маржа", "profit", "margin"]),
    (
        "category",
        Look::Any,
        &["категория", "группа товара", "товар", "category", "product", "item"],
    ),
    ("brand", Look::Any, &["бренд", "марка", "brand"]),
    ("manager", Look::Any, &["менеджер", "продавец", "manager", "seller", "sales person"]),
    ("department", Look::Any, &["отдел", "подразделение", "магазин", "department", "store"]),
    ("promo", Look::Flag, &["акция", "промо", "promo", "promotion"]),
    ("kind", Look::Any, &["вид", "тип операции", "kind", "operation"]),
    ("currency", Look::Currency, &["валюта", "currency"]),
];

/// Formats of dates that are looked for.
const DATES: [&str; 10] = [
    "YYYY-MM-DD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "YYYY/MM/DD",
    "DD.MM.YY",
    "D MMMM YYYY",
    "YYYYMMDD",
    "YYYY-MM-DD hh:mm:ss",
];

impl Grid {
    /// What the columns look like by their names and cells. Nothing is applied.
    ///
    /// ```
    /// use clientela::intake::{Grid, Target};
    /// use clientela::{Catalogue, Policy};
    ///
    /// let policy = Policy::default();
    /// let header = Some(vec!["Фамилия".to_owned(), "?".to_owned()]);
    /// let grid = Grid::from_rows(header, [["Жуков", "zhukov@mail.ru"]], &policy)?;
    /// let told = grid.suggest(Target::Portraits, &Catalogue::built_in(), &policy)?;
    /// assert_eq!(told.columns[0].field.as_deref(), Some("surname"));
    /// assert_eq!(told.columns[1].field.as_deref(), Some("email"));
    /// assert_eq!(told.columns[1].confidence.to_string(), "0.90");
    /// assert_eq!(told.columns[1].reason, "1 of 1 cells look like it");
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// A policy that does not check.
    pub fn suggest(
        &self,
        target: Target,
        catalogue: &Catalogue,
        policy: &Policy,
    ) -> Result<Suggestion> {
        policy.check()?;
        let fields = fields(target, catalogue);
        let samples: Vec<Samples<'_>> =
            (0..self.columns()).map(|column| Samples::of(self, column, policy)).collect();
        let eyes = Eyes::new(policy)?;
        let mut scores: Vec<Score> = Vec::new();
        for (column, samples) in samples.iter().enumerate() {
            let name = self.header().and_then(|names| names.get(column)).map(|name| folded(name));
            // Several fields look alike, and each look is counted once.
            let mut seen: BTreeMap<Look, i64> = BTreeMap::new();
            for (place, field) in fields.iter().enumerate() {
                let fits = match seen.get(&field.look) {
                    Some(&fits) => fits,
                    None => eyes.count(field.look, samples)?,
                };
                seen.insert(field.look, fits);
                let named = name.as_ref().is_some_and(|name| field.words.contains(name));
                let sure = sureness(named, field.look, fits, samples.len());
                let told = |(hundredths, reason)| Score { hundredths, column, place, reason };
                scores.extend(sure.map(told));
            }
        }
        // The surest first; where two are as sure, the first column and the first field.
        scores.sort_by_key(|score| (-score.hundredths, score.column, score.place));
        let least = i64::from(policy.intake.suggest_from_percent);
        let mut taken = BTreeSet::new();
        let mut given: BTreeMap<usize, &Score> = BTreeMap::new();
        for score in scores.iter().filter(|score| score.hundredths >= least) {
            if !given.contains_key(&score.column) && taken.insert(score.place) {
                given.insert(score.column, score);
            }
        }
        let columns = (0..self.columns()).map(|column| {
            let chosen = given.get(&column).copied();
            let best = chosen.or_else(|| scores.iter().find(|score| score.column == column));
            let field = chosen.map(|score| &fields[score.place]);
            let reason = match (chosen, best) {
                (Some(score), _) => score.reason.clone(),
                (None, Some(score)) => {
                    let name = &fields[score.place].name;
                    format!("too little or taken: `{name}`, {}", score.reason)
                }
                (None, None) => "it looks like no field".to_owned(),
            };
            SuggestedColumn {
                column: column as u32,
                name: self.column_name(column),
                field: field.map(|field| field.name.clone()),
                read: field.map_or(Reading::AsField, FieldLook::read),
                confidence: Decimal::new(best.map_or(0, |score| score.hundredths), 2),
                reason,
            }
        });
        let columns: Vec<SuggestedColumn> = columns.collect();
        let mut suggestion =
            Suggestion { target, columns, formats: Formats::default(), open: Vec::new() };
        let looks = |look: Look| -> Vec<&Samples<'_>> {
            let of = given.values().filter(|score| fields[score.place].look == look);
            of.map(|score| &samples[score.column]).collect()
        };
        suggestion.date_formats(&looks(Look::Date), &eyes.dates);
        suggestion.amount_format(&looks(Look::Amount));
        Ok(suggestion)
    }
}

/// A field that a column may be.
struct FieldLook {
    name: String,
    look: Look,
    words: Vec<String>,
}

impl FieldLook {
    fn read(&self) -> Reading {
        match self.look {
            Look::Email => Reading::Email,
            Look::Country => Reading::Country,
            // A phone and a passport are read by a country that only the caller knows.
            _ => Reading::AsField,
        }
    }
}

/// The fields of a target that a table can fill, in order.
fn fields(target: Target, catalogue: &Catalogue) -> Vec<FieldLook> {
    let known = match target {
        Target::Portraits => PORTRAIT_FIELDS,
        Target::Sales => SALES_FIELDS,
    };
    let there = |name: &str| match target {
        Target::Portraits => name == "client" || catalogue.field(name).is_some(),
        Target::Sales => SALE_FIELDS.contains(&name),
    };
    let own = |name: &str| folded(name);
    let mut fields: Vec<FieldLook> = known
        .iter()
        .filter(|(name, ..)| there(name))
        .map(|&(name, look, words)| FieldLook {
            name: name.to_owned(),
            look,
            words: words.iter().map(|word| (*word).to_owned()).chain([own(name)]).collect(),
        })
        .collect();
    if target == Target::Portraits {
        let others = catalogue.fields().iter().filter(|field| field.records.is_none());
        for field in others.filter(|field| known.iter().all(|(name, ..)| *name != field.name)) {
            let words = vec![own(&field.name)];
            fields.push(FieldLook { name: field.name.clone(), look: Look::Any, words });
        }
    }
    fields
}

/// The filled cells of a column that are looked at.
struct Samples<'a>(Vec<(Cell<'a>, &'a str)>);

impl<'a> Samples<'a> {
    fn of(grid: &'a Grid, column: usize, policy: &Policy) -> Self {
        let rows = grid.rows().min(policy.intake.suggest_rows as usize);
        let cells = (0..rows).filter_map(|row| {
            let text = trimmed(grid.text(row, column));
            let filled = !text.is_empty() && !grid.is_card(row, column);
            filled.then(|| (grid.cell(row, column), text))
        });
        Self(cells.collect())
    }

    fn len(&self) -> i64 {
        self.0.len() as i64
    }
}

/// How sure it is that a column is a field.
struct Score {
    hundredths: i64,
    column: usize,
    place: usize,
    reason: String,
}

/// How sure it is that a column is a field, in hundredths, and why; `None` where nothing says so.
fn sureness(named: bool, look: Look, fits: i64, filled: i64) -> Option<(i64, String)> {
    let cells = format!("{fits} of {filled} cells look like it");
    Some(match (named, look) {
        (true, Look::Any) => (75, "its name says so".to_owned()),
        (true, _) if filled == 0 => (60, "its name says so, and it has no cells".to_owned()),
        // The name is two fifths of it, the cells three.
        (true, _) => (40 + 60 * fits / filled, format!("its name says so, and {cells}")),
        (false, _) if fits > 0 => (weight(look) * fits / filled, cells),
        _ => return None,
    })
}

/// What is needed to look at cells.
struct Eyes<'a> {
    policy: &'a Policy,
    dates: Vec<DateFormat>,
}

impl<'a> Eyes<'a> {
    fn new(policy: &'a Policy) -> Result<Self> {
        let dates = DATES.iter().map(|name| DateFormat::new(name)).collect::<Result<_>>()?;
        Ok(Self { policy, dates })
    }

    /// How many cells have a look.
    fn count(&self, look: Look, samples: &Samples<'_>) -> Result<i64> {
        let mut fits = 0;
        for &(cell, text) in &samples.0 {
            fits += i64::from(look != Look::Any && self.looks_like(look, cell, text)?);
        }
        Ok(fits)
    }

    fn looks_like(&self, look: Look, cell: Cell<'_>, text: &str) -> Result<bool> {
        let one_name = || {
            let name = cleaned(text);
            name.removed.is_empty() && name.name.is_some()
        };
        Ok(match look {
            Look::Email => {
                let read = super::ReadEmail { text: text.into() }.answer(self.policy)?;
                read.value.is_some()
            }
            Look::Phone => {
                let digits = text.chars().filter_map(digit).count();
                let signs =
                    text.chars().all(|sign| digit(sign).is_some() || "+-() .".contains(sign));
                let plain = !text.contains('.') && !matches!(cell, Cell::Day(_));
                (10..=15).contains(&digits) && signs && plain
            }
            Look::Date => {
                matches!(cell, Cell::Day(_))
                    || self
                        .dates
                        .iter()
                        .any(|format| date(text, std::slice::from_ref(format), ANY).is_ok())
            }
            Look::Amount => {
                let read = |format| amount(text, format).is_ok();
                matches!(cell, Cell::Number(_)) || AMOUNTS.into_iter().any(read)
            }
            Look::Count => text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit()),
            Look::Sex => Sex::of_cell(text).is_some(),
            Look::Country => {
                let code = text.len() > 1 && !text.bytes().all(|byte| byte.is_ascii_digit());
                code && country(text).is_some()
            }
            Look::Currency => currency(text).is_ok(),
            Look::Document => {
                let digits = text.bytes().filter(u8::is_ascii_digit).count();
                let signs = text.chars().all(|sign| sign.is_alphanumeric() || " №-".contains(sign));
                (6..=10).contains(&digits) && signs
            }
            Look::Patronymic => {
                let patronymic =
                    super::names::surname_given_name(&format!("x y {text}")).patronymic;
                patronymic.is_some_and(|patronymic| patronymic == text)
            }
            Look::CyrillicName => has_cyrillic(text) && one_name() && Sex::of_cell(text).is_none(),
            Look::LatinName => {
                let latin = text.chars().filter(|sign| sign.is_alphabetic()).all(is_latin);
                latin && one_name() && Sex::of_cell(text).is_none()
            }
            Look::Flag => {
                let small = text.to_lowercase();
                matches!(small.as_str(), "yes" | "no" | "true" | "false" | "да" | "нет" | "0" | "1")
            }
            Look::Any => false,
        })
    }
}

const AMOUNTS: [AmountFormat; 3] =
    [AmountFormat::Plain, AmountFormat::DecimalComma, AmountFormat::DecimalPoint];

/// Any century will do where only the form of a date counts.
const ANY: Option<Century> = Some(Century::LATEST);

impl Suggestion {
    /// The formats that the columns of dates are written in: of each column the one that fits
    /// all of its texts.
    fn date_formats(&mut self, columns: &[&Samples<'_>], formats: &[DateFormat]) {
        for samples in columns {
            let texts: Vec<&str> = samples
                .0
                .iter()
                .filter(|(cell, _)| !matches!(cell, Cell::Day(_)))
                .map(|(_, text)| *text)
                .collect();
            if texts.is_empty() {
                continue;
            }
            let days = |format: &DateFormat| -> Option<Vec<Day>> {
                let read = |text: &&str| {
                    date(text, std::slice::from_ref(format), ANY).ok().map(|read| read.day)
                };
                texts.iter().map(read).collect()
            };
            let fits: Vec<(&str, Vec<Day>)> = DATES
                .into_iter()
                .zip(formats)
                .filter_map(|(name, format)| Some((name, days(format)?)))
                .collect();
            match fits.as_slice() {
                [] => self.open.push("no one format fits all dates of a column".to_owned()),
                [(name, days), rest @ ..] if rest.iter().all(|(_, other)| other == days) => {
                    if !self.formats.dates.iter().any(|known| known == name) {
                        self.formats.dates.push((*name).to_owned());
                    }
                }
                all => {
                    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
                    self.open.push(format!("dates may be {}", names.join(" or ")));
                }
            }
        }
        if self.formats.dates.iter().any(|name| name == "DD.MM.YY") {
            self.open.push("years of two digits need `formats.as_of`".to_owned());
        }
    }

    /// The way that all amounts are written in.
    fn amount_format(&mut self, columns: &[&Samples<'_>]) {
        let texts: Vec<&str> = columns
            .iter()
            .flat_map(|samples| &samples.0)
            .filter(|(cell, _)| !matches!(cell, Cell::Number(_)))
            .map(|(_, text)| *text)
            .collect();
        let values = |format: AmountFormat| -> Option<Vec<Decimal>> {
            texts.iter().map(|text| amount(text, format).ok()).collect()
        };
        let fits: Vec<(AmountFormat, Vec<Decimal>)> =
            AMOUNTS.into_iter().filter_map(|format| Some((format, values(format)?))).collect();
        match fits.as_slice() {
            [] => self.open.push("no one way of writing fits all amounts".to_owned()),
            [(format, values), rest @ ..] if rest.iter().all(|(_, other)| other == values) => {
                self.formats.amounts = *format;
            }
            _ => {
                let problem = "amounts may have a decimal comma or commas between thousands";
                self.open.push(problem.to_owned());
            }
        }
    }
}
