//! From a stream of record batches into a ledger.

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{DataType, Schema};
use clientela::{
    Cause, Currency, Day, Error, Ledger, LedgerBuilder, NO_INT64, PIECE_ROWS, RateTable, Result,
    Sales, SetAside, with_threads,
};

use crate::convert::{
    Exact, Fault, Faults, Gap, TextView, amount_type, amounts, clients, column_zone, day_type,
    days, decimal_at, flag_type, flags, id_type, kinds, orders, text_type, texts,
};
use crate::find::find;
use crate::groups::in_groups;
use crate::options::{Columns, ReadOptions};

/// Rows that are collected from small batches before they are converted together.
const GROUP_ROWS: usize = 64 * PIECE_ROWS;

/// Reads a stream into a new ledger.
///
/// # Errors
/// A column that is absent, doubled or of the wrong type, before the first row is read; the
/// first bad row, unless the options set such rows aside; a stream without rows.
pub fn read_stream(reader: impl RecordBatchReader + Send, options: &ReadOptions) -> Result<Ledger> {
    with_threads(options.threads, || {
        let mut builder = LedgerBuilder::new(options.ledger()).named(options.columns.names());
        read_into(&mut builder, reader, options)?;
        builder.finish()
    })?
}

/// Reads a stream into a new ledger that holds these sales beside those of `ledger`.
///
/// What the ledger itself keeps (currency, scales, bad rows) stays as it is there; the columns,
/// zone, floats, rates and threads are those of the options.
pub fn append_stream(
    ledger: &Ledger,
    reader: impl RecordBatchReader + Send,
    options: &ReadOptions,
) -> Result<Ledger> {
    with_threads(options.threads, || {
        let mut builder = ledger.builder().named(options.columns.names());
        read_into(&mut builder, reader, options)?;
        ledger.append(builder)
    })?
}

/// The reader of a stream that came over the C stream interface.
///
/// # Errors
/// A stream that was released, or whose producer fails.
pub fn import_stream(stream: FFI_ArrowArrayStream) -> Result<RecordBatchStreamReader> {
    if stream.release().is_none() {
        return Err(Error::BadFormat("the Arrow stream was already read".to_owned()));
    }
    RecordBatchStreamReader::try_new(stream).map_err(|error| {
        Error::BadFormat(format!("the Arrow stream has no named columns: {error}"))
    })
}

/// Reads a stream into a builder, batch by batch: no more than one batch, or a group of small
/// ones, is held beside the ledger.
pub fn read_into(
    builder: &mut LedgerBuilder,
    reader: impl RecordBatchReader,
    options: &ReadOptions,
) -> Result<()> {
    let plan = Plan::new(&reader.schema(), builder.options(), options)?;
    in_groups(
        reader,
        GROUP_ROWS,
        builder.report().rows,
        |batch, from, rows, row| plan.piece(batch, from, rows, row),
        |pieces| builder.push_pieces(pieces.len(), |i| plan.sales(&pieces[i])),
    )
}

/// The columns of a sale, in the order in which a row's faults are named.
const FIELDS: usize = 13;
const CLIENT: usize = 0;
const DATE: usize = 1;
const AMOUNT: usize = 2;
const KIND: usize = 3;
const CURRENCY: usize = 4;
const ORDER: usize = 5;
const QUANTITY: usize = 6;
const PROFIT: usize = 7;
const CATEGORY: usize = 8;
const BRAND: usize = 9;
const PROMO: usize = 10;
const MANAGER: usize = 11;
const DEPARTMENT: usize = 12;

/// The columns of which nothing may be known.
const UNKNOWN: [usize; 7] = [QUANTITY, PROFIT, CATEGORY, BRAND, PROMO, MANAGER, DEPARTMENT];

/// Some rows of a batch.
#[derive(Debug)]
struct Piece {
    first_row: u64,
    columns: [Option<ArrayRef>; FIELDS],
}

/// How to read every batch of one stream.
#[derive(Debug)]
struct Plan<'a> {
    names: [&'a str; FIELDS],
    /// Where each column stands in a batch.
    places: [Option<usize>; FIELDS],
    zone: Option<clientela::Zone>,
    amount: Exact,
    profit: Exact,
    quantity: Exact,
    currency: Currency,
    rates: Option<&'a RateTable>,
}

impl<'a> Plan<'a> {
    fn new(
        schema: &Schema,
        ledger: &clientela::LedgerOptions,
        options: &'a ReadOptions,
    ) -> Result<Self> {
        let columns = &options.columns;
        let wanted = wanted(columns);
        let mut places = [None; FIELDS];
        for (place, name) in places.iter_mut().zip(wanted) {
            *place = name.map(|name| find(schema, name)).transpose()?;
        }
        // Where nothing is known of a column, libraries cannot know its type either; orders of
        // no type would be at odds with those of the next batch.
        places[ORDER] =
            places[ORDER].filter(|&place| *schema.field(place).data_type() != DataType::Null);
        let check = |field: usize, why: &dyn Fn(&DataType) -> Option<String>| {
            let (Some(place), Some(name)) = (places[field], wanted[field]) else { return Ok(()) };
            let data_type = schema.field(place).data_type();
            if *data_type == DataType::Null && UNKNOWN.contains(&field) {
                return Ok(());
            }
            why(data_type).map_or(Ok(()), |problem| {
                Err(Error::BadColumn { column: name.to_owned(), problem })
            })
        };
        check(CLIENT, &id_type)?;
        check(DATE, &day_type)?;
        check(ORDER, &id_type)?;
        for field in [AMOUNT, QUANTITY, PROFIT] {
            check(field, &|data_type| amount_type(data_type, options.floats, field != QUANTITY))?;
        }
        for field in [KIND, CURRENCY, CATEGORY, BRAND, MANAGER, DEPARTMENT] {
            check(field, &text_type)?;
        }
        check(PROMO, &flag_type)?;
        let date = schema.field(places[DATE].unwrap_or_default()).data_type();
        let zone = column_zone(date, options.zone, &columns.date)?;
        if columns.currency.is_some() && ledger.currency == Currency::NONE {
            return Err(Error::BadArgument {
                argument: "currency",
                problem: "a column of currencies needs the ledger's own, such as EUR".to_owned(),
            });
        }
        let money = |gap, bad, wide| Exact {
            scale: ledger.scale,
            minor: true,
            gap,
            bad,
            inexact: Cause::Inexact,
            not_finite: Cause::NotFinite,
            wide,
        };
        Ok(Self {
            names: wanted.map(Option::unwrap_or_default),
            places,
            zone,
            amount: money(Gap::Fault(Cause::NullAmount), Cause::BadAmount, Cause::AmountOutOfRange),
            profit: money(Gap::Unknown, Cause::BadProfit, Cause::BadProfit),
            quantity: Exact {
                scale: ledger.quantity_scale,
                minor: false,
                gap: Gap::Unknown,
                bad: Cause::BadQuantity,
                inexact: Cause::Inexact,
                not_finite: Cause::NotFinite,
                wide: Cause::BadQuantity,
            },
            currency: ledger.currency,
            rates: options.rates.as_ref(),
        })
    }

    fn piece(&self, batch: &RecordBatch, from: usize, rows: usize, first_row: u64) -> Piece {
        let columns =
            self.places.map(|place| place.map(|place| batch.column(place).slice(from, rows)));
        Piece { first_row, columns }
    }

    /// The rows of a piece as the core takes them.
    fn sales<'p>(&'p self, piece: &'p Piece) -> Result<Sales<'p>> {
        let mut list: Vec<Fault<'p>> = Vec::new();
        let column = |field: usize| piece.columns[field].as_deref();
        // The first three are there, else the plan would not be.
        let [Some(client), Some(date), Some(amount)] = [CLIENT, DATE, AMOUNT].map(column) else {
            return Err(Error::Empty("a required column is absent".to_owned()));
        };
        let mut sales = Sales::new(
            clients(client, &mut self.faults(&mut list, CLIENT))?,
            days(date, self.zone, Gap::Fault(Cause::NullDay), &mut self.faults(&mut list, DATE)),
            amounts(amount, self.amount, &mut self.faults(&mut list, AMOUNT)),
        );
        sales.first_row = piece.first_row;
        sales.kind =
            column(KIND).map(|array| kinds(array, &mut self.faults(&mut list, KIND)).into());
        if let Some(array) = column(ORDER) {
            sales.order = Some(orders(array, &mut self.faults(&mut list, ORDER))?);
        }
        sales.quantity = column(QUANTITY)
            .map(|array| amounts(array, self.quantity, &mut self.faults(&mut list, QUANTITY)));
        sales.profit = column(PROFIT)
            .map(|array| amounts(array, self.profit, &mut self.faults(&mut list, PROFIT)));
        sales.promo =
            column(PROMO).map(|array| flags(array, &mut self.faults(&mut list, PROMO)).into());
        let text = |field| column(field).map(|array| texts(array, self.names[field])).transpose();
        sales.category = text(CATEGORY)?;
        sales.brand = text(BRAND)?;
        sales.manager = text(MANAGER)?;
        sales.department = text(DEPARTMENT)?;
        self.exchange(piece, &mut sales, &mut list);
        if !list.is_empty() {
            drop_faulty(&mut sales, list);
        }
        Ok(sales)
    }

    /// Takes amounts and profits of other currencies into the ledger's.
    fn exchange<'p>(&'p self, piece: &'p Piece, sales: &mut Sales<'p>, list: &mut Vec<Fault<'p>>) {
        let Some(array) = piece.columns[CURRENCY].as_deref() else { return };
        let Some(view) = TextView::new(array) else { return };
        let nulls = array.logical_nulls();
        let own = self.currency.code().as_bytes();
        let foreign: Vec<usize> = (0..array.len())
            .filter(|&i| {
                nulls.as_ref().is_some_and(|nulls| nulls.is_null(i)) || view.bytes(i) != own
            })
            .collect();
        // A foreign amount need not fit the ledger's scale before it is exchanged.
        let of_money = [AMOUNT, PROFIT];
        list.retain(|fault| {
            fault.cause != Cause::Inexact
                || !of_money.contains(&fault.rank)
                || foreign.binary_search(&fault.row).is_err()
        });
        for i in foreign {
            let exchanged = |field: usize, exact: Exact| {
                let Some(array) = piece.columns[field].as_deref() else { return Ok(NO_INT64) };
                if array.is_null(i) {
                    return Ok(NO_INT64);
                }
                let rates = self.rates.ok_or((CURRENCY, Cause::ForeignCurrency))?;
                let code = std::str::from_utf8(view.bytes(i)).ok();
                let from: Currency = code
                    .and_then(|code| code.parse().ok())
                    .ok_or((CURRENCY, Cause::ForeignCurrency))?;
                let amount = decimal_at(array, i, exact).ok_or((field, exact.bad))?;
                // A bad day has its own fault, which comes first.
                let day = Day::new(sales.day[i]).unwrap_or(Day::MIN);
                rates.convert(amount, from, day, exact.scale).map_err(|cause| match cause {
                    Cause::AmountOutOfRange => (field, exact.wide),
                    cause => (CURRENCY, cause),
                })
            };
            let both = exchanged(AMOUNT, self.amount)
                .and_then(|amount| Ok((amount, exchanged(PROFIT, self.profit)?)));
            match both {
                Ok((amount, profit)) => {
                    sales.amount.to_mut()[i] = amount;
                    if let Some(profits) = &mut sales.profit {
                        profits.to_mut()[i] = profit;
                    }
                }
                Err((field, cause)) => {
                    let array = piece.columns[field].as_deref().unwrap_or(array);
                    self.faults(list, field).add(array, i, cause);
                }
            }
        }
    }

    /// Where the faults of a column go.
    fn faults<'f, 'p>(&'p self, list: &'f mut Vec<Fault<'p>>, field: usize) -> Faults<'f, 'p> {
        Faults { list, column: self.names[field], rank: field }
    }
}

/// The caller's names, by field.
fn wanted(columns: &Columns) -> [Option<&str>; FIELDS] {
    let mut wanted = [None; FIELDS];
    wanted[CLIENT] = Some(columns.client.as_str());
    wanted[DATE] = Some(columns.date.as_str());
    wanted[AMOUNT] = Some(columns.amount.as_str());
    for (field, name) in [
        (KIND, &columns.kind),
        (CURRENCY, &columns.currency),
        (ORDER, &columns.order),
        (QUANTITY, &columns.quantity),
        (PROFIT, &columns.profit),
        (CATEGORY, &columns.category),
        (BRAND, &columns.brand),
        (PROMO, &columns.promo),
        (MANAGER, &columns.manager),
        (DEPARTMENT, &columns.department),
    ] {
        wanted[field] = name.as_deref();
    }
    wanted
}

/// Takes rows with faults out of the columns and sets them aside, each with its first fault.
fn drop_faulty(sales: &mut Sales<'_>, mut faults: Vec<Fault<'_>>) {
    faults.sort_by_key(|fault| (fault.row, fault.rank));
    faults.dedup_by_key(|fault| fault.row);
    let set_aside = faults
        .iter()
        .map(|fault| SetAside {
            row: sales.position(fault.row),
            column: fault.column.to_owned(),
            value: fault.value.clone(),
            cause: fault.cause,
        })
        .collect();
    let mut bad = faults.iter().map(|fault| fault.row).peekable();
    let keep: Vec<usize> = (0..sales.len()).filter(|&row| bad.next_if_eq(&row).is_none()).collect();
    sales.keep(&keep);
    sales.set_aside = set_aside;
}
