//! Tables as lines of sales (S2.13, S2.33).

use super::amount::amount;
use super::currency::currency;
use super::date::{Century, DateFormat, date};
use super::given::trimmed;
use super::grid::{Cell, Grid};
use super::mapping::{IdKind, Mapping, SALE_FIELDS, Target, fault};
use super::report::{CellFault, GridReport};
use crate::client::Texts;
use crate::error::Result;
use crate::ledger::{
    Cause, ClientColumn, ColumnNames, Ledger, LedgerBuilder, LedgerOptions, OrderColumn, SaleKind,
    Sales, SetAside,
};
use crate::money::{Currency, Scale};
use crate::policy::Policy;
use crate::table::{NO_CODE, NO_INT64};

/// A batch of sales out of a table, and the account of it.
#[derive(Debug, Clone)]
pub struct SalesBatch {
    /// The batch. Rows that could not be taken are in its `set_aside` too, so that a ledger that
    /// refuses bad rows refuses it.
    pub sales: Sales<'static>,
    /// The names of the columns, for what a ledger tells of them.
    pub names: ColumnNames,
    /// The account.
    pub report: GridReport,
}

impl Grid {
    /// The lines of sales that a mapping makes of the table, at the scales of a ledger.
    ///
    /// A row with a cell that cannot be read is set aside and told, whatever the column: half a
    /// sale is none. Empty cells but those of client, date and amount are unknown.
    ///
    /// ```
    /// use clientela::intake::{Grid, Mapping};
    /// use clientela::{LedgerOptions, Policy};
    ///
    /// let policy = Policy::default();
    /// let header = Some(vec!["Клиент".to_owned(), "Дата".to_owned(), "Сумма".to_owned()]);
    /// let grid = Grid::from_rows(header, [["ООО Ромашка", "31.01.2026", "1 234,56"]], &policy)?;
    /// let mapping = Mapping::from_json(
    ///     r#"{"target": "sales",
    ///         "columns": {"Клиент": "client", "Дата": "date", "Сумма": "amount"},
    ///         "formats": {"dates": ["DD.MM.YYYY"], "amounts": "decimal_comma"}}"#,
    /// )?;
    /// let batch = grid.sales(&mapping, &LedgerOptions::default(), &policy)?;
    /// assert_eq!(batch.sales.amount.as_ref(), &[123_456]);
    /// # Ok::<(), clientela::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadDocument`](crate::Error::BadDocument) with the path in the mapping: a column or
    /// row that there is not; a policy that does not check.
    pub fn sales(
        &self,
        mapping: &Mapping,
        options: &LedgerOptions,
        policy: &Policy,
    ) -> Result<SalesBatch> {
        policy.check()?;
        mapping.check()?;
        if mapping.target != Target::Sales {
            return fault("target", "it makes portraits of the table, not sales");
        }
        let resolved = mapping.resolved(self)?;
        let of = |name: &str| {
            let found = resolved.iter().find(|(_, target)| target.field == name);
            found.map(|(column, _)| *column)
        };
        let (formats, century) = mapping.dates(policy)?;
        let columns = SALE_FIELDS.map(of);
        let lines = Lines { grid: self, mapping, options, columns, formats, century };
        let rows = mapping.selected(self)?;
        let mapped: Vec<usize> = resolved.iter().map(|(column, _)| *column).collect();
        let mut report = GridReport::new(self, &mapped, rows.len());
        report.service_set.clone_from(&mapping.service_set);
        let mut columns = Columns::default();
        let mut set_aside = Vec::new();
        for row in rows {
            match lines.line(row) {
                Ok(line) => columns.push(row, &line),
                Err(bad) => {
                    set_aside.push(SetAside {
                        row: row as u64,
                        column: bad.fault.column.clone(),
                        value: bad.fault.value.clone(),
                        cause: bad.cause,
                    });
                    report.set_aside.push(bad.fault);
                }
            }
        }
        report.rows_taken = columns.rows.len() as u64;
        let sales = columns.sales(&lines, set_aside);
        Ok(SalesBatch { sales, names: lines.names(), report })
    }

    /// The ledger of the sales that a mapping makes of the table, and the account of it.
    ///
    /// # Errors
    /// As [`Grid::sales`] and [`LedgerBuilder::push`]: where the options refuse bad rows, the
    /// first one is an error.
    pub fn ledger(
        &self,
        mapping: &Mapping,
        options: &LedgerOptions,
        policy: &Policy,
    ) -> Result<(Ledger, GridReport)> {
        let SalesBatch { sales, names, report } = self.sales(mapping, options, policy)?;
        let mut builder = LedgerBuilder::new(options.clone()).named(names);
        builder.push(sales)?;
        Ok((builder.finish()?, report))
    }
}

/// The positions of fields in [`SALE_FIELDS`].
const CLIENT: usize = 0;
const DATE: usize = 1;
const AMOUNT: usize = 2;
const ORDER: usize = 3;
const QUANTITY: usize = 4;
const PROFIT: usize = 5;
const NAMES: [usize; 4] = [6, 7, 8, 9];
const PROMO: usize = 10;
const KIND: usize = 11;
const CURRENCY: usize = 12;

/// How lines are read.
struct Lines<'a> {
    grid: &'a Grid,
    mapping: &'a Mapping,
    options: &'a LedgerOptions,
    columns: [Option<usize>; SALE_FIELDS.len()],
    formats: Vec<DateFormat>,
    century: Option<Century>,
}

/// One line.
struct Line<'a> {
    client: &'a str,
    id: i64,
    day: i32,
    amount: i64,
    order: &'a str,
    quantity: i64,
    profit: i64,
    names: [&'a str; 4],
    promo: u8,
    kind: u8,
}

/// A row that cannot be taken.
struct Bad {
    cause: Cause,
    fault: CellFault,
}

impl<'a> Lines<'a> {
    fn text(&self, row: usize, field: usize) -> &'a str {
        self.columns[field].map_or("", |column| trimmed(self.grid.text(row, column)))
    }

    fn bad(&self, row: usize, field: usize, cause: Cause, problem: Option<String>) -> Bad {
        let column = self.columns[field].unwrap_or_default();
        let fault = CellFault {
            row: row as u64,
            column: self.grid.column_name(column),
            field: SALE_FIELDS[field].to_owned(),
            value: self.grid.text(row, column).to_owned(),
            problem: problem.unwrap_or_else(|| cause.problem().to_owned()),
        };
        Bad { cause, fault }
    }

    fn line(&self, row: usize) -> std::result::Result<Line<'a>, Bad> {
        let client = self.text(row, CLIENT);
        if client.is_empty() {
            return Err(self.bad(row, CLIENT, Cause::NullClient, None));
        }
        if self.columns[CLIENT].is_some_and(|column| self.grid.is_card(row, column)) {
            let problem = Some("a bank card number is no client id".to_owned());
            return Err(self.bad(row, CLIENT, Cause::BadClient, problem));
        }
        let id = match self.mapping.client_ids {
            IdKind::Text => 0,
            IdKind::Number => {
                client.parse().map_err(|_| self.bad(row, CLIENT, Cause::BadClient, None))?
            }
        };
        self.currency(row)?;
        let scale = self.options.scale;
        let amount = self.number(row, AMOUNT, scale, Cause::BadAmount)?;
        let amount = amount.ok_or_else(|| self.bad(row, AMOUNT, Cause::NullAmount, None))?;
        let quantity =
            self.number(row, QUANTITY, self.options.quantity_scale, Cause::BadQuantity)?;
        let profit = self.number(row, PROFIT, scale, Cause::BadProfit)?;
        Ok(Line {
            client,
            id,
            day: self.day(row)?,
            amount,
            order: self.text(row, ORDER),
            quantity: quantity.unwrap_or(NO_INT64),
            profit: profit.unwrap_or(NO_INT64),
            names: NAMES.map(|field| self.text(row, field)),
            promo: self.promo(row)?,
            kind: self.kind(row)?,
        })
    }

    /// Refuses a row in another currency than the ledger's.
    fn currency(&self, row: usize) -> std::result::Result<(), Bad> {
        let text = self.text(row, CURRENCY);
        if text.is_empty() {
            return Ok(());
        }
        let own = self.options.currency;
        let problem = match currency(text) {
            Ok(found) if own == Currency::NONE => {
                Some(format!("{} where the ledger states no currency", found.code))
            }
            Ok(found) if found.code != own.code() => Some(format!("{} is not {own}", found.code)),
            Ok(_) => None,
            Err(problem) => Some(format!("`{text}` {problem}")),
        };
        match problem {
            None => Ok(()),
            problem => Err(self.bad(row, CURRENCY, Cause::ForeignCurrency, problem)),
        }
    }

    fn day(&self, row: usize) -> std::result::Result<i32, Bad> {
        let text = self.text(row, DATE);
        if text.is_empty() {
            return Err(self.bad(row, DATE, Cause::NullDay, None));
        }
        let cell = self.columns[DATE].map_or(Cell::Empty, |column| self.grid.cell(row, column));
        if let Cell::Day(day) = cell {
            return Ok(day.days());
        }
        if self.formats.is_empty() {
            let problem = "no format of dates is stated in `formats.dates`".to_owned();
            return Err(self.bad(row, DATE, Cause::BadDay, Some(problem)));
        }
        match date(text, &self.formats, self.century) {
            Ok(read) => Ok(read.day.days()),
            Err(problem) => Err(self.bad(row, DATE, Cause::BadDay, Some(problem))),
        }
    }

    /// The units of a number; `None` where the cell is empty.
    fn number(
        &self,
        row: usize,
        field: usize,
        scale: Scale,
        cause: Cause,
    ) -> std::result::Result<Option<i64>, Bad> {
        let text = self.text(row, field);
        if text.is_empty() {
            return Ok(None);
        }
        let cell = self.columns[field].map_or(Cell::Empty, |column| self.grid.cell(row, column));
        let format = match cell {
            Cell::Number(_) => super::AmountFormat::Plain,
            _ => self.mapping.formats.amounts,
        };
        let amount = match amount(text, format) {
            Ok(amount) => amount,
            Err(problem) => return Err(self.bad(row, field, cause, Some(problem))),
        };
        let units = scale.minor(amount).filter(|&units| units != NO_INT64);
        let Some(units) = units else {
            // Amounts tell apart what other numbers do not.
            let cause = match (field, scale.minor_rounded(amount)) {
                (AMOUNT, Some(_)) => Cause::Inexact,
                (AMOUNT, None) => Cause::AmountOutOfRange,
                _ => cause,
            };
            return Err(self.bad(row, field, cause, None));
        };
        Ok(Some(units))
    }

    fn promo(&self, row: usize) -> std::result::Result<u8, Bad> {
        match self.text(row, PROMO).to_lowercase().as_str() {
            "" | "unknown" => Ok(NO_CODE),
            "yes" | "true" | "1" | "да" => Ok(1),
            "no" | "false" | "0" | "нет" => Ok(0),
            _ => Err(self.bad(row, PROMO, Cause::BadFlag, None)),
        }
    }

    fn kind(&self, row: usize) -> std::result::Result<u8, Bad> {
        let text = self.text(row, KIND);
        if self.columns[KIND].is_none() {
            return Ok(SaleKind::Sale as u8);
        }
        if let Some(&kind) = self.mapping.formats.kinds.get(text) {
            return Ok(kind as u8);
        }
        let found = SaleKind::NAMES.iter().position(|name| *name == text);
        found.map(|code| code as u8).ok_or_else(|| self.bad(row, KIND, Cause::UnknownKind, None))
    }

    fn names(&self) -> ColumnNames {
        let mut names = ColumnNames::default();
        let targets = [
            (CLIENT, &mut names.client),
            (DATE, &mut names.date),
            (AMOUNT, &mut names.amount),
            (ORDER, &mut names.order),
            (QUANTITY, &mut names.quantity),
            (PROFIT, &mut names.profit),
            (NAMES[0], &mut names.category),
            (NAMES[1], &mut names.brand),
            (NAMES[2], &mut names.manager),
            (NAMES[3], &mut names.department),
            (PROMO, &mut names.promo),
            (KIND, &mut names.kind),
        ];
        for (field, name) in targets {
            if let Some(column) = self.columns[field] {
                *name = self.grid.column_name(column);
            }
        }
        names
    }
}

/// The columns of a batch.
#[derive(Default)]
struct Columns {
    rows: Vec<u64>,
    clients: Texts,
    ids: Vec<i64>,
    days: Vec<i32>,
    amounts: Vec<i64>,
    orders: Texts,
    quantities: Vec<i64>,
    profits: Vec<i64>,
    names: [Texts; 4],
    promos: Vec<u8>,
    kinds: Vec<u8>,
}

impl Columns {
    fn push(&mut self, row: usize, line: &Line<'_>) {
        self.rows.push(row as u64);
        self.clients.push(line.client);
        self.ids.push(line.id);
        self.days.push(line.day);
        self.amounts.push(line.amount);
        self.orders.push(line.order);
        self.quantities.push(line.quantity);
        self.profits.push(line.profit);
        for (texts, name) in self.names.iter_mut().zip(line.names) {
            texts.push(name);
        }
        self.promos.push(line.promo);
        self.kinds.push(line.kind);
    }

    fn sales(self, lines: &Lines<'_>, set_aside: Vec<SetAside>) -> Sales<'static> {
        let there = |field: usize| lines.columns[field].is_some();
        let client = match lines.mapping.client_ids {
            IdKind::Text => ClientColumn::Text(self.clients.into()),
            IdKind::Number => ClientColumn::Int(self.ids.into()),
        };
        let mut sales = Sales::new(client, self.days, self.amounts);
        let mut names = NAMES.into_iter().zip(self.names);
        let mut name = || {
            let (field, texts) = names.next()?;
            there(field).then(|| texts.into())
        };
        sales.category = name();
        sales.brand = name();
        sales.manager = name();
        sales.department = name();
        sales.rows = Some(self.rows);
        sales.order = there(ORDER).then(|| OrderColumn::Text(self.orders.into()));
        sales.quantity = there(QUANTITY).then(|| self.quantities.into());
        sales.profit = there(PROFIT).then(|| self.profits.into());
        sales.promo = there(PROMO).then(|| self.promos.into());
        sales.kind = there(KIND).then(|| self.kinds.into());
        sales.set_aside = set_aside;
        sales
    }
}
