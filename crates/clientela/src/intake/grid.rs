//! Tables of cells: rows and columns as they come from a clipboard or a file (S2.33).

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::card::{is_card, masked};
use crate::calendar::Day;
use crate::client::Texts;
use crate::error::{Error, Result};
use crate::policy::Policy;

/// One cell of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text as it stands.
    Text(&'a str),
    /// A number that the table holds as one, written plainly: 1234.5.
    Number(&'a str),
    /// A day that the table holds as one.
    Day(Day),
}

/// What a kept cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Day,
    /// The masked number of a bank card.
    Card,
}

/// Where a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CellPlace {
    /// The row, from 0.
    pub row: u64,
    /// The column, from 0.
    pub column: u32,
}

/// A table: rows of cells, with or without names of columns.
///
/// Numbers of bank cards are masked as they come in: a table never holds one (S2.29).
///
/// ```
/// use clientela::Policy;
/// use clientela::intake::{Cell, Grid};
///
/// let text = r#"{"columns": ["Фамилия", "Карта"],
///                "rows": [["Жуков", "4111 1111 1111 1111"], ["Щеглова"]]}"#;
/// let grid = Grid::from_json(text, &Policy::default())?;
/// assert_eq!((grid.rows(), grid.columns()), (2, 2));
/// assert_eq!(grid.cell(0, 1), Cell::Text("****1111"));
/// assert_eq!(grid.cell(1, 1), Cell::Empty);
/// assert_eq!(grid.cards_masked().len(), 1);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Grid {
    header: Option<Vec<String>>,
    texts: Texts,
    kinds: Vec<Kind>,
    /// Where each row begins among the cells, and where the last one ends.
    starts: Vec<usize>,
    columns: usize,
    cards: Vec<CellPlace>,
    header_cards: u64,
}

const DOCUMENT: &str = "table";

impl Grid {
    /// A table of texts, with names of columns or without.
    ///
    /// # Errors
    /// As [`GridBuilder::push`].
    pub fn from_rows<R, T>(
        header: Option<Vec<String>>,
        rows: impl IntoIterator<Item = R>,
        policy: &Policy,
    ) -> Result<Self>
    where
        R: AsRef<[T]>,
        T: AsRef<str>,
    {
        let mut builder = GridBuilder::new(policy);
        if let Some(header) = header {
            builder.header(header)?;
        }
        for row in rows {
            builder.push(row.as_ref().iter().map(|text| Cell::Text(text.as_ref())))?;
        }
        Ok(builder.finish())
    }

    /// Reads a table from JSON: `{"columns": ["Name"], "rows": [["Ada"], [12], [null]]}`. A cell
    /// is a text, a number, true or false, null, or a day: `{"day": "2026-01-31"}`.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path, such as `rows[3][2]`; as [`GridBuilder::push`].
    pub fn from_json(text: &str, policy: &Policy) -> Result<Self> {
        let written: Written = crate::json::parse(DOCUMENT, text).map_err(without_cards)?;
        let mut builder = GridBuilder::new(policy);
        if let Some(columns) = written.columns {
            builder.header(columns)?;
        }
        for row in &written.rows {
            builder.push(row.iter().map(|cell| match cell {
                Given::Empty => Cell::Empty,
                Given::Text(text) => Cell::Text(text),
                Given::Number(number) => Cell::Number(number),
                Given::Day(day) => Cell::Day(*day),
            }))?;
        }
        Ok(builder.finish())
    }

    /// The table as JSON, in the form that [`Grid::from_json`] reads.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same table with the texts of its first row as names of columns. Rows count from 0
    /// behind it. A table without rows stays as it is.
    #[must_use]
    pub fn with_header(mut self) -> Self {
        if self.rows() == 0 {
            return self;
        }
        let header = (0..self.columns).map(|column| self.text(0, column).to_owned()).collect();
        let first = self.starts[1];
        self.header = Some(header);
        self.texts = self.texts.iter().skip(first).collect();
        self.kinds.drain(..first);
        self.starts = self.starts[1..].iter().map(|start| start - first).collect();
        self.header_cards = self.cards.iter().filter(|place| place.row == 0).count() as u64;
        self.cards.retain(|place| place.row > 0);
        for place in &mut self.cards {
            place.row -= 1;
        }
        self
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns: the length of the longest row, or of the names.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The names of the columns, where there are any.
    pub fn header(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// A cell; what lies outside the table is empty.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let Some(i) = self.place(row, column) else { return Cell::Empty };
        let text = self.texts.get(i);
        match self.kinds[i] {
            _ if text.is_empty() => Cell::Empty,
            Kind::Text | Kind::Card => Cell::Text(text),
            Kind::Number => Cell::Number(text),
            Kind::Day => text.parse().map_or(Cell::Text(text), Cell::Day),
        }
    }

    /// The cell as it is shown.
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.place(row, column).map_or("", |i| self.texts.get(i))
    }

    /// Whether a cell held the number of a bank card and nothing else.
    pub(super) fn is_card(&self, row: usize, column: usize) -> bool {
        self.place(row, column).is_some_and(|i| self.kinds[i] == Kind::Card)
    }

    fn place(&self, row: usize, column: usize) -> Option<usize> {
        let (start, end) = (*self.starts.get(row)?, *self.starts.get(row + 1)?);
        (column < end - start).then_some(start + column)
    }

    /// The cells whose numbers of bank cards were masked.
    pub fn cards_masked(&self) -> &[CellPlace] {
        &self.cards
    }

    /// The same, counted, with those among the names of columns.
    pub(super) fn cards_counted(&self) -> u64 {
        self.cards.len() as u64 + self.header_cards
    }

    /// The name of a column, or its position where it has none.
    pub fn column_name(&self, column: usize) -> String {
        let name = self.header().and_then(|names| names.get(column)).map(|name| name.trim());
        name.filter(|name| !name.is_empty()).map_or_else(|| column.to_string(), str::to_owned)
    }
}

/// An error that shows no number of a bank card.
pub(super) fn without_cards(error: Error) -> Error {
    match error {
        Error::BadDocument { document, path, problem } => Error::BadDocument {
            document,
            path: masked(&path).into_owned(),
            problem: masked(&problem).into_owned(),
        },
        other => other,
    }
}

/// Takes the rows of a table one by one, within the limits of a policy.
#[derive(Debug)]
pub struct GridBuilder {
    grid: Grid,
    max_columns: usize,
    max_cells: usize,
    max_bytes: usize,
}

impl GridBuilder {
    /// An empty table.
    pub fn new(policy: &Policy) -> Self {
        let limits = &policy.intake;
        let grid = Grid {
            header: None,
            texts: Texts::default(),
            kinds: Vec::new(),
            starts: vec![0],
            columns: 0,
            cards: Vec::new(),
            header_cards: 0,
        };
        Self {
            grid,
            max_columns: limits.max_columns as usize,
            max_cells: usize::try_from(limits.max_cells).unwrap_or(usize::MAX),
            max_bytes: limits.max_cell_bytes as usize,
        }
    }

    /// The names of the columns.
    ///
    /// # Errors
    /// As [`GridBuilder::push`].
    pub fn header(&mut self, names: Vec<String>) -> Result<()> {
        if names.len() > self.max_columns {
            return fault("columns".to_owned(), &format!("more than {} columns", self.max_columns));
        }
        let long = names.iter().position(|name| name.len() > self.max_bytes);
        if let Some(i) = long {
            return fault(format!("columns[{i}]"), &format!("more than {} bytes", self.max_bytes));
        }
        let shown = |name: String| {
            let shown = masked(&name).into_owned();
            let cards = u64::from(shown != name);
            (shown, cards)
        };
        let (names, cards): (Vec<String>, Vec<u64>) = names.into_iter().map(shown).unzip();
        self.grid.header_cards = cards.iter().sum();
        self.grid.columns = self.grid.columns.max(names.len());
        self.grid.header = Some(names);
        Ok(())
    }

    /// Adds a row; rows may be of different lengths.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the place: more columns, cells or bytes in a cell than the
    /// policy allows.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<()> {
        let row = self.grid.starts.len() - 1;
        let start = self.grid.kinds.len();
        for (column, cell) in cells.into_iter().enumerate() {
            if column >= self.max_columns {
                let problem = format!("more than {} columns", self.max_columns);
                return fault(format!("rows[{row}]"), &problem);
            }
            if self.grid.kinds.len() >= self.max_cells {
                let problem = format!("more than {} cells", self.max_cells);
                return fault(format!("rows[{row}]"), &problem);
            }
            self.cell(row, column, cell)?;
        }
        let end = self.grid.kinds.len();
        self.grid.starts.push(end);
        self.grid.columns = self.grid.columns.max(end - start);
        Ok(())
    }

    fn cell(&mut self, row: usize, column: usize, cell: Cell<'_>) -> Result<()> {
        let day;
        let (text, mut kind) = match cell {
            Cell::Empty => ("", Kind::Text),
            Cell::Text(text) => (text, Kind::Text),
            Cell::Number(text) => (text, Kind::Number),
            Cell::Day(of) => {
                day = of.to_string();
                (day.as_str(), Kind::Day)
            }
        };
        if text.len() > self.max_bytes {
            let problem = format!("more than {} bytes", self.max_bytes);
            return fault(format!("rows[{row}][{column}]"), &problem);
        }
        let shown = masked(text);
        if shown != text {
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            self.grid.cards.push(CellPlace { row: row as u64, column });
            kind = if is_card(text) { Kind::Card } else { kind };
        }
        self.grid.texts.push(&shown);
        self.grid.kinds.push(kind);
        Ok(())
    }

    /// The table.
    pub fn finish(self) -> Grid {
        self.grid
    }
}

fn fault<T>(path: String, problem: &str) -> Result<T> {
    Err(Error::BadDocument { document: DOCUMENT, path, problem: problem.to_owned() })
}

/// A table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    columns: Option<Vec<String>>,
    rows: Vec<Vec<Given>>,
}

enum Given {
    Empty,
    Text(String),
    Number(String),
    Day(Day),
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Cells;
        impl<'de> serde::de::Visitor<'de> for Cells {
            type Value = Given;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(
                    "a text, a number, true, false, null or a day: {\"day\": \"2026-01-31\"}",
                )
            }

            fn visit_unit<E>(self) -> Result<Given, E> {
                Ok(Given::Empty)
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Given, E> {
                Ok(Given::Text(flag.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Given, E> {
                Ok(Given::Number(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Given, E> {
                Ok(Given::Number(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Given, E> {
                Ok(Given::Number(number.to_string()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Given, E> {
                Ok(Given::Text(text.to_owned()))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Given, A::Error> {
                #[derive(Deserialize)]
                #[serde(rename_all = "snake_case")]
                enum One {
                    Day(Day),
                    Number(String),
                }
                let one = One::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(match one {
                    One::Day(day) => Given::Day(day),
                    One::Number(number) => Given::Number(number),
                })
            }
        }
        deserializer.deserialize_any(Cells)
    }
}

impl Serialize for Grid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(header) = &self.header {
            map.serialize_entry("columns", header)?;
        }
        let rows: Vec<Vec<Shown<'_>>> = self
            .starts
            .windows(2)
            .enumerate()
            .map(|(row, ends)| {
                (0..ends[1] - ends[0]).map(|column| Shown(self.cell(row, column))).collect()
            })
            .collect();
        map.serialize_entry("rows", &rows)?;
        map.end()
    }
}

struct Shown<'a>(Cell<'a>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let one = |serializer: S, key: &str, value: &str| {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(key, value)?;
            map.end()
        };
        match self.0 {
            Cell::Empty => serializer.serialize_none(),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Number(number) => one(serializer, "number", number),
            Cell::Day(day) => one(serializer, "day", &day.to_string()),
        }
    }
}
