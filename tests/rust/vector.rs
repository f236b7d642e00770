//! The form of a vector, and its sales as batches for the ledger.

use std::collections::BTreeMap;
use std::path::Path;

use clientela::{
    Catalogue, Cause, ClientColumn, ClientId, Day, FieldColumn, FieldType, LedgerOptions, NO_CODE,
    NO_INT32, NO_INT64, OrderColumn, PortraitFrame, SaleKind, Sales, Scale, SetAside, TextColumn,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

/// One vector: sales, policy and day in, expected answers out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// Unique over all files.
    pub name: String,
    /// How the expected values were derived.
    pub about: String,
    /// Requirement, statement or convention.
    pub source: String,
    /// Whether it has cells that only a border with texts can judge.
    #[serde(default)]
    pub border: bool,
    /// Whether the expected values come from the oracle.
    #[serde(default)]
    pub generated: bool,
    /// Options of the ledger; absent ones take their defaults.
    #[serde(default)]
    pub options: Option<Value>,
    sales: SalesGiven,
    /// The payments, by the day of receipt.
    #[serde(default)]
    pub payments: Option<Columns>,
    /// The orders placed.
    #[serde(default)]
    pub orders: Option<Columns>,
    /// Own kinds and fields of the portraits.
    #[serde(default)]
    pub catalogue: Option<Value>,
    /// Portraits as documents.
    #[serde(default)]
    pub portraits: Option<Vec<Value>>,
    /// Or as columns: `client`, `kind`, `updated_on`, and fields by name.
    #[serde(default)]
    pub portrait_frame: Option<BTreeMap<String, Vec<Value>>>,
    /// The journal, one document.
    #[serde(default)]
    pub journal: Option<Value>,
    /// Pairs of a client and its parent.
    #[serde(default)]
    pub parents: Vec<(ClientId, ClientId)>,
    /// A model of purchases, as its JSON document.
    #[serde(default)]
    pub lifetime: Option<Value>,
    /// A model of spend.
    #[serde(default)]
    pub spend: Option<Value>,
    /// The snapshot's day.
    pub as_of: String,
    /// The policy; absent fields take their defaults.
    #[serde(default)]
    pub policy: Option<Value>,
    /// What must come out.
    pub expect: Expected,
}

/// Expected answers; each is checked on its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The clients' table.
    pub clients: Option<RowsExpected>,
    /// The months' table.
    pub months: Option<RowsExpected>,
    /// Cohort tables by step.
    #[serde(default)]
    pub cohorts: Vec<RowsExpected>,
    /// The ladder of stages.
    pub ladder: Option<RowsExpected>,
    /// The signs of key clients.
    pub keys: Option<RowsExpected>,
    /// The groups of the target.
    pub matches: Option<RowsExpected>,
    /// How complete each portrait is.
    pub completeness: Option<RowsExpected>,
    /// How filled each field is.
    pub gaps: Option<RowsExpected>,
    /// Matrices of two columns.
    #[serde(default)]
    pub matrix: Vec<RowsExpected>,
    /// Movements between the verdicts of an axis.
    pub transitions: Option<RowsExpected>,
    /// Rankings by a criterion.
    #[serde(default)]
    pub ranking: Vec<RowsExpected>,
    /// What the VIP lists of two criteria have in common.
    #[serde(default)]
    pub overlap: Vec<Value>,
    /// The completeness of single portraits.
    #[serde(default)]
    pub portrait: Vec<Value>,
    /// A part of the summary.
    pub summary: Option<Value>,
    /// A part of the intake report.
    pub report: Option<Value>,
    /// Verdicts with a part of their reasons.
    #[serde(default)]
    pub explain: Vec<ExplainExpected>,
    /// Who moved since an earlier day.
    pub diff: Option<DiffExpected>,
    /// Answers of views.
    #[serde(default)]
    pub views: Vec<ViewExpected>,
    /// Who is in the segments of documents of rules.
    #[serde(default)]
    pub segments: Vec<SegmentsExpected>,
    /// What is wrong with documents of rules.
    #[serde(default)]
    pub rule_problems: Vec<ProblemsExpected>,
    /// Steps of the verdicts of rules on single clients.
    #[serde(default)]
    pub traces: Vec<TraceExpected>,
    /// The error that must come instead of an answer.
    pub error: Option<BTreeMap<String, Value>>,
}

/// The expected answer of a view: rows of some columns, or an error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewExpected {
    /// The view's name.
    pub view: String,
    /// Its arguments; absent ones take their defaults.
    #[serde(default)]
    pub args: Option<Value>,
    /// Only rows with these values in these columns are compared.
    #[serde(default, rename = "where")]
    pub only: BTreeMap<String, Value>,
    /// Names of the columns that are compared.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Every row of them.
    #[serde(default)]
    pub rows: Vec<Vec<Value>>,
    /// The error that must come instead of a table.
    #[serde(default)]
    pub error: Option<BTreeMap<String, Value>>,
}

impl ViewExpected {
    /// The arguments as the text that the view is given.
    pub fn arguments(&self) -> String {
        self.args.as_ref().map(Value::to_string).unwrap_or_default()
    }
}

/// Expected rows of some columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsExpected {
    /// Step of a cohort table.
    #[serde(default)]
    pub by: String,
    /// Column whose verdicts are the rows of a matrix.
    #[serde(default)]
    pub rows_of: String,
    /// Column whose verdicts are its columns.
    #[serde(default)]
    pub columns_of: String,
    /// The earlier day of a table of transitions.
    #[serde(default)]
    pub earlier: String,
    /// Its axis.
    #[serde(default)]
    pub axis: String,
    /// The criterion of a ranking.
    #[serde(default)]
    pub criterion: String,
    /// Names of the columns that are compared.
    pub columns: Vec<String>,
    /// Every row of them.
    pub rows: Vec<Vec<Value>>,
}

/// The expected segments of a document of rules, or an error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentsExpected {
    /// The document.
    pub rules: Value,
    /// Names of the columns that are compared.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Every row of them.
    #[serde(default)]
    pub rows: Vec<Vec<Value>>,
    /// The error that must come instead of a table.
    #[serde(default)]
    pub error: Option<BTreeMap<String, Value>>,
}

/// The expected problems of a document of rules, or the error of reading it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemsExpected {
    /// The document.
    pub rules: Value,
    /// All of them, each with `severity`, `path` and perhaps `code`, in any order.
    #[serde(default)]
    pub problems: Vec<Value>,
    /// The error that must come where it is read.
    #[serde(default)]
    pub error: Option<BTreeMap<String, Value>>,
}

/// The expected steps of the verdicts on a client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceExpected {
    /// The document.
    pub rules: Value,
    /// Whose.
    pub client: ClientId,
    /// The outcome of every rule, by its id.
    pub outcomes: BTreeMap<String, Value>,
    /// The outcome of every leaf, by its path.
    pub leaves: BTreeMap<String, Value>,
}

/// One expected verdict.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplainExpected {
    /// Whose.
    pub client: ClientId,
    /// On which axis.
    pub axis: String,
    /// Which; null is none.
    pub verdict: Value,
    /// Each must match one of the reasons given.
    #[serde(default)]
    pub reasons: Vec<Value>,
}

/// Expected movements.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffExpected {
    /// The earlier day.
    pub earlier: String,
    /// The axes that are compared.
    pub axes: Vec<String>,
    /// Clients that are new.
    pub entered: Vec<Value>,
    /// Clients that are gone.
    pub left: Vec<Value>,
    /// Client, axis, from, to.
    pub moved: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum SalesGiven {
    File(SalesFile),
    Columns(Box<Columns>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SalesFile {
    file: String,
    client_type: String,
    columns: BTreeMap<String, String>,
}

type Texts = Vec<Option<String>>;

/// Sales column by column, as a caller has them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    client: Vec<Value>,
    date: Texts,
    amount: Texts,
    order: Option<Vec<Value>>,
    quantity: Option<Texts>,
    profit: Option<Texts>,
    category: Option<Texts>,
    brand: Option<Texts>,
    promo: Option<Vec<Option<bool>>>,
    manager: Option<Texts>,
    department: Option<Texts>,
    kind: Option<Texts>,
}

/// A questionnaire with what fills it, and the form that must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormVector {
    /// Unique over all files.
    pub name: String,
    /// How the expected form was derived.
    pub about: String,
    /// Requirement, statement or standard.
    pub source: String,
    /// The questionnaire.
    pub questionnaire: Value,
    /// The portrait of which it asks.
    pub portrait: Value,
    /// Additional texts by question.
    #[serde(default)]
    pub additional: BTreeMap<String, String>,
    /// Words in Russian with their translations.
    #[serde(default)]
    pub dictionary: Value,
    /// A part of the form, or `error`.
    pub expect: BTreeMap<String, Value>,
}

/// Arguments of a formula, and the answer that must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormulaVector {
    /// Unique over all files.
    pub name: String,
    /// How the expected answer was derived.
    pub about: String,
    /// Requirement, statement or standard.
    pub source: String,
    /// Whether the expected answer comes from the oracle.
    #[serde(default)]
    pub generated: bool,
    /// The formula's name.
    pub formula: String,
    /// Its arguments.
    pub args: Value,
    /// The policy; absent fields take their defaults.
    #[serde(default)]
    pub policy: Option<Value>,
    /// A part of the answer, or `error`.
    pub expect: BTreeMap<String, Value>,
}

/// A vector of any form, told by the keys `questionnaire` and `formula`.
#[derive(Debug)]
pub enum Case {
    /// Sales and what is given beside them.
    Base(Box<Vector>),
    /// A questionnaire.
    Form(Box<FormVector>),
    /// A formula.
    Formula(Box<FormulaVector>),
}

impl Case {
    /// The vector's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Base(vector) => &vector.name,
            Self::Form(vector) => &vector.name,
            Self::Formula(vector) => &vector.name,
        }
    }
}

/// The vectors of a file.
///
/// # Errors
/// What is wrong with the file, as text.
pub fn read_file(path: &Path) -> Result<Vec<Case>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let values: Vec<Value> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let case = |value: Value| {
        let read = if value.get("questionnaire").is_some() {
            serde_json::from_value(value).map(|form| Case::Form(Box::new(form)))
        } else if value.get("formula").is_some() {
            serde_json::from_value(value).map(|vector| Case::Formula(Box::new(vector)))
        } else {
            serde_json::from_value(value).map(|vector| Case::Base(Box::new(vector)))
        };
        read.map_err(|error| error.to_string())
    };
    values.into_iter().map(case).collect()
}

/// Some rows of a column of ids, which are texts if any of the whole column is one.
fn clients(ids: &[Value], rows: &[usize]) -> ClientColumn<'static> {
    if ids.iter().any(Value::is_string) {
        ClientColumn::Text(rows.iter().map(|&row| ids[row].as_str().unwrap_or("")).collect())
    } else {
        ClientColumn::Int(rows.iter().map(|&row| ids[row].as_i64().unwrap_or_default()).collect())
    }
}

/// Columns of a portrait frame as a batch.
///
/// # Errors
/// A field that is not in the catalogue or a cell of another type, as text.
pub fn frame(
    columns: &BTreeMap<String, Vec<Value>>,
    catalogue: &Catalogue,
    scale: Scale,
) -> Result<PortraitFrame<'static>, String> {
    let texts = |cells: &[Value]| -> TextColumn<'static> {
        cells.iter().map(|cell| cell.as_str().unwrap_or("")).collect()
    };
    let days = |cells: &[Value]| -> Vec<i32> {
        let day = |cell: &Value| cell.as_str().and_then(|text| text.parse::<Day>().ok());
        cells.iter().map(|cell| day(cell).map_or(NO_INT32, Day::days)).collect()
    };
    let ids = columns.get("client").ok_or("no clients")?;
    let all: Vec<usize> = (0..ids.len()).collect();
    let mut frame = PortraitFrame::new(clients(ids, &all));
    for (name, cells) in columns {
        match name.as_str() {
            "client" => {}
            "kind" => frame.kind = Some(texts(cells)),
            "updated_on" => frame.updated_on = Some(days(cells).into()),
            _ => {
                let field = catalogue.field(name).ok_or(format!("no field {name}"))?;
                let column = match field.field_type {
                    FieldType::Text | FieldType::Choice => FieldColumn::Text(texts(cells)),
                    FieldType::Date => FieldColumn::Day(days(cells).into()),
                    FieldType::YesNo => FieldColumn::Flag(
                        cells.iter().map(|cell| cell.as_bool().map_or(NO_CODE, u8::from)).collect(),
                    ),
                    FieldType::List => FieldColumn::List(
                        cells
                            .iter()
                            .map(|cell| serde_json::from_value(cell.clone()))
                            .collect::<Result<_, _>>()
                            .map_err(|error| format!("{name}: {error}"))?,
                    ),
                    FieldType::Integer | FieldType::Rating => FieldColumn::Number(
                        cells.iter().map(|cell| cell.as_i64().unwrap_or(NO_INT64)).collect(),
                    ),
                    FieldType::Decimal | FieldType::Money => {
                        let places = match field.field_type {
                            FieldType::Money => scale,
                            _ => Scale::new(field.places).map_err(|error| error.to_string())?,
                        };
                        let minor = |cell: &Value| {
                            let number = Decimal::from_str_exact(cell.as_str()?).ok()?;
                            places.minor(number)
                        };
                        FieldColumn::Number(
                            cells.iter().map(|cell| minor(cell).unwrap_or(NO_INT64)).collect(),
                        )
                    }
                    FieldType::Person | FieldType::Notes => {
                        return Err(format!("{name} comes in documents only"));
                    }
                };
                frame.fields.push((name.clone(), column));
            }
        }
    }
    Ok(frame)
}

impl Vector {
    /// The sales, read from the file that the vector names if it names one.
    ///
    /// # Errors
    /// What is wrong with that file, as text.
    pub fn columns(&self, folder: &Path) -> Result<Columns, String> {
        let file = match &self.sales {
            SalesGiven::Columns(columns) => return Ok((**columns).clone()),
            SalesGiven::File(file) => file,
        };
        let path = folder.join(&file.file);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
        let column = |name: &str| -> Result<Texts, String> {
            let source = file.columns.get(name).ok_or(format!("no column for {name}"))?;
            let at = header.iter().position(|known| known == source);
            let at = at.ok_or(format!("{} has no column {source}", path.display()))?;
            Ok(rows.iter().map(|row| row.get(at).map(|&cell| cell.to_owned())).collect())
        };
        let optional =
            |name: &str| file.columns.contains_key(name).then(|| column(name)).transpose();
        let client = |id: Option<String>| match (file.client_type.as_str(), id) {
            ("int", Some(id)) => id.parse::<i64>().map_or(Value::Null, Value::from),
            (_, id) => id.map_or(Value::Null, Value::String),
        };
        Ok(Columns {
            client: column("client")?.into_iter().map(client).collect(),
            date: column("date")?,
            amount: column("amount")?,
            quantity: optional("quantity")?,
            profit: optional("profit")?,
            ..Columns::default()
        })
    }
}

/// A column name, a value as text and a cause.
type Fault = (&'static str, String, Cause);

fn exact(
    text: Option<&str>,
    scale: Scale,
    column: &'static str,
    causes: [Cause; 4],
) -> Result<i64, Fault> {
    let [null, bad, inexact, far] = causes;
    let text = text.ok_or((column, "null".to_owned(), null))?;
    let fault = |cause| (column, text.to_owned(), cause);
    let amount = Decimal::from_str_exact(text).map_err(|_| fault(bad))?;
    if amount.normalize().scale() > u32::from(scale.places()) {
        return Err(fault(inexact));
    }
    scale.minor(amount).ok_or_else(|| fault(far))
}

impl Columns {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.client.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.client.is_empty()
    }

    /// The rows at these positions as a batch, in that order.
    pub fn batch(&self, rows: &[usize], options: &LedgerOptions) -> Sales<'static> {
        let mut good = Vec::new();
        let mut set_aside = Vec::new();
        let (mut days, mut amounts) = (Vec::new(), Vec::new());
        let (mut quantities, mut profits, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        for &row in rows {
            match self.row(row, options) {
                Ok((day, amount, quantity, profit, kind)) => {
                    good.push(row);
                    days.push(day.days());
                    amounts.push(amount);
                    quantities.push(quantity);
                    profits.push(profit);
                    kinds.push(kind);
                }
                Err((column, value, cause)) => set_aside.push(SetAside {
                    row: row as u64,
                    column: column.to_owned(),
                    value,
                    cause,
                }),
            }
        }
        let texts = |column: &Texts| -> TextColumn<'static> {
            good.iter().map(|&row| column[row].as_deref().unwrap_or("")).collect()
        };
        let order = self.order.as_ref().map(|orders| {
            if orders.iter().any(Value::is_string) {
                let id = |&row: &usize| orders[row].as_str().unwrap_or("");
                OrderColumn::Text(good.iter().map(id).collect())
            } else {
                let id = |&row: &usize| orders[row].as_i64().unwrap_or(NO_INT64);
                OrderColumn::Int(good.iter().map(id).collect())
            }
        });
        let mut sales = Sales::new(clients(&self.client, &good), days, amounts);
        sales.order = order;
        sales.quantity = self.quantity.as_ref().map(|_| quantities.into());
        sales.profit = self.profit.as_ref().map(|_| profits.into());
        sales.category = self.category.as_ref().map(texts);
        sales.brand = self.brand.as_ref().map(texts);
        sales.manager = self.manager.as_ref().map(texts);
        sales.department = self.department.as_ref().map(texts);
        sales.promo = self
            .promo
            .as_ref()
            .map(|flags| good.iter().map(|&row| flags[row].map_or(NO_CODE, u8::from)).collect());
        sales.kind = self.kind.as_ref().map(|_| kinds.into());
        sales.rows = Some(good.iter().map(|&row| row as u64).collect());
        sales.set_aside = set_aside;
        sales
    }

    fn row(&self, row: usize, options: &LedgerOptions) -> Result<(Day, i64, i64, i64, u8), Fault> {
        if self.client[row].is_null() {
            return Err(("client", "null".to_owned(), Cause::NullClient));
        }
        let date = self.date[row].as_deref();
        let date = date.ok_or(("date", "null".to_owned(), Cause::NullDay))?;
        let day = date.parse().map_err(|_| ("date", date.to_owned(), Cause::BadDay))?;
        let causes = [Cause::NullAmount, Cause::BadAmount, Cause::Inexact, Cause::AmountOutOfRange];
        let amount = exact(self.amount[row].as_deref(), options.scale, "amount", causes)?;
        let kind = match &self.kind {
            None => 0,
            Some(kinds) => {
                let kind = kinds[row].as_deref().unwrap_or("null");
                let code = SaleKind::NAMES.iter().position(|&name| name == kind);
                code.ok_or(("kind", kind.to_owned(), Cause::UnknownKind))? as u8
            }
        };
        let optional = |column: &Option<Texts>, scale, name, cause| match column
            .as_ref()
            .and_then(|values| values[row].as_deref())
        {
            None => Ok(NO_INT64),
            text => exact(text, scale, name, [cause; 4]),
        };
        let quantity =
            optional(&self.quantity, options.quantity_scale, "quantity", Cause::BadQuantity)?;
        let profit = optional(&self.profit, options.scale, "profit", Cause::BadProfit)?;
        Ok((day, amount, quantity, profit, kind))
    }
}
