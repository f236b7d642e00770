//! The ledger: made from streams or arrays, joined, kept as bytes.

use std::collections::BTreeMap;
use std::ffi::c_char;
use std::mem::{MaybeUninit, size_of};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use clientela::{ClientId, ClientIds, Error, Ledger, LedgerBuilder, LedgerOptions, with_threads};
use clientela_arrow::{ReadOptions, append_stream, import_stream, read_stream};
use serde_json::{Map, Value};

use crate::boundary::{Versioned, free, given, guard, make, sized, slice, text, write_sized};
use crate::error::{Failure, clientela_error};
use crate::sales::clientela_sales;
use crate::text::{clientela_bytes, clientela_text};

/// Every sale of a base, grouped by client and sorted by day. It never changes: what adds to
/// it gives a new one. Several threads may use it.
#[derive(Debug)]
pub struct clientela_ledger(pub(crate) Ledger);

/// A ledger in the making, for sales that come in batches. One thread at a time may use it.
#[derive(Debug)]
pub struct clientela_builder {
    /// `None` after a batch that failed, and after the ledger was made.
    building: Option<LedgerBuilder>,
    rows: u64,
    threads: Option<usize>,
}

/// Counts and properties of a ledger.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct clientela_counts {
    /// sizeof(clientela_counts), set by the caller; the library sets how much of it it filled.
    pub size: usize,
    /// Clients.
    pub clients: usize,
    /// Sale lines.
    pub sales: usize,
    /// Rows that were set aside.
    pub set_aside: usize,
    /// First day with a line, in days since 1970-01-01; INT32_MIN for an empty ledger.
    pub first_day: i32,
    /// Last day with a line; INT32_MIN for an empty ledger.
    pub last_day: i32,
    /// Decimal places of amounts.
    pub scale: i32,
    /// Decimal places of quantities.
    pub quantity_scale: i32,
    /// 1 where clients have texts as ids, 0 where they have numbers.
    pub text_ids: i32,
    /// The currency's code and a zero byte; "XXX" where none is stated.
    pub currency: [c_char; 4],
}

// SAFETY: `repr(C)`, begins with its size, the members fill it without padding (checked
// below), and zero bytes are zeros.
unsafe impl Versioned for clientela_counts {
    const NAME: &'static str = "clientela_counts";
    const FIRST: usize = 4 * size_of::<usize>() + 24;
}

const _: () = assert!(size_of::<clientela_counts>() == 4 * size_of::<usize>() + 24);

/// Reads a ledger from an Arrow C stream of sales.
///
/// Every sale needs a client (whole numbers or text), a date (dates, times or text) and an
/// amount (decimals, text, or whole numbers, which are minor units). The columns are called
/// client, date and amount unless the options say otherwise; order, quantity, profit, category,
/// brand, promo, manager, department, kind and currency are read where the options name their
/// column.
///
/// @param stream   is taken over: released by the library and marked as released (its member
///                 `release` is NULL) whatever the status, unless an argument is NULL
/// @param options  JSON such as {"currency": "EUR", "columns": {"client": "cust_no"}}; NULL
///                 with length 0 for the defaults. Members: columns, currency, scale,
///                 quantity_scale, zone, floats, on_bad, negative, latest, rates, threads
/// @param out      where the ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
///         CLIENTELA_BAD_FORMAT where the stream itself fails, CLIENTELA_EMPTY for no rows,
///         CLIENTELA_BAD_ARGUMENT for an option
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_from_stream(
    stream: Option<&mut FFI_ArrowArrayStream>,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let stream = take(stream)?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = read_options(unsafe { text(options, options_length, "options")? })?;
        Ok(clientela_ledger(read_stream(import_stream(stream)?, &options)?))
    })
}

/// Makes a ledger from plain arrays.
///
/// @param options  JSON such as {"currency": "EUR", "scale": 2}; NULL with length 0 for the
///                 defaults. Members: currency, scale, quantity_scale, on_bad, negative,
///                 latest, threads
/// @param out      where the ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
///         CLIENTELA_EMPTY for no rows, CLIENTELA_BAD_ARGUMENT for an option
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_from_arrays(
    sales: *const clientela_sales,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let (options, threads) =
            ledger_options(unsafe { text(options, options_length, "options")? })?;
        let mut builder = LedgerBuilder::new(options);
        // SAFETY: the caller gives a struct whose arrays are as described.
        let sales = unsafe { sized(sales, "sales")?.borrow(0)? };
        let ledger = with_threads(threads, || {
            builder.push(sales)?;
            builder.finish()
        })??;
        Ok(clientela_ledger(ledger))
    })
}

/// Starts a ledger that is made batch by batch.
///
/// @param options  as for clientela_ledger_from_arrays
/// @param out      where the builder goes; free it with clientela_builder_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_builder_new(
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_builder>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let (options, threads) =
            ledger_options(unsafe { text(options, options_length, "options")? })?;
        let building = Some(LedgerBuilder::new(options));
        Ok(clientela_builder { building, rows: 0, threads })
    })
}

/// Adds a batch. Rows are counted on over all batches, in errors and in the report.
///
/// @return as clientela_ledger_from_arrays. After an error the builder takes nothing more and
///         makes no ledger: free it and begin again
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_builder_push(
    builder: Option<&mut clientela_builder>,
    sales: *const clientela_sales,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let builder = given(builder, "builder")?;
        let mut building = builder.take()?;
        // SAFETY: the caller gives a struct whose arrays are as described.
        let sales = unsafe { sized(sales, "sales")?.borrow(builder.rows)? };
        let rows = sales.len() as u64;
        with_threads(builder.threads, || building.push(sales))??;
        builder.rows += rows;
        builder.building = Some(building);
        Ok(())
    })
}

/// Makes the ledger of all batches. The builder is empty after it and must still be freed.
///
/// @param out  where the ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_EMPTY where no row was given, CLIENTELA_BAD_ARGUMENT where the builder
///         has failed or is empty
#[unsafe(no_mangle)]
pub extern "C" fn clientela_builder_finish(
    builder: Option<&mut clientela_builder>,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let builder = given(builder, "builder")?;
        let building = builder.take()?;
        Ok(clientela_ledger(with_threads(builder.threads, || building.finish())??))
    })
}

/// Frees a builder; NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_builder_free(builder: Option<Box<clientela_builder>>) {
    free(builder);
}

/// Adds the sales of an Arrow C stream; the ledger itself stays as it is.
///
/// @param stream   is taken over as by clientela_ledger_from_stream
/// @param options  as for clientela_ledger_from_stream; currency and scales are the ledger's
/// @param out      where the new ledger goes; free it with clientela_ledger_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_append_stream(
    ledger: Option<&clientela_ledger>,
    stream: Option<&mut FFI_ArrowArrayStream>,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let stream = take(stream)?;
        let ledger = given(ledger, "ledger")?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = read_options(unsafe { text(options, options_length, "options")? })?;
        Ok(clientela_ledger(append_stream(&ledger.0, import_stream(stream)?, &options)?))
    })
}

/// Adds sales from plain arrays, under the ledger's own options; the ledger itself stays as it
/// is.
///
/// @param out  where the new ledger goes; free it with clientela_ledger_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_append_arrays(
    ledger: Option<&clientela_ledger>,
    sales: *const clientela_sales,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = given(ledger, "ledger")?;
        let mut builder = ledger.0.builder();
        // SAFETY: the caller gives a struct whose arrays are as described.
        builder.push(unsafe { sized(sales, "sales")?.borrow(0)? })?;
        Ok(clientela_ledger(ledger.0.append(builder)?))
    })
}

/// Joins two ledgers of one currency, scale and kind of client id; both stay as they are.
///
/// @param out  where the new ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_MISMATCH where they cannot be joined
#[unsafe(no_mangle)]
pub extern "C" fn clientela_ledger_merge(
    left: Option<&clientela_ledger>,
    right: Option<&clientela_ledger>,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (left, right) = (given(left, "left")?, given(right, "right")?);
        Ok(clientela_ledger(left.0.merge(&right.0)?))
    })
}

/// Puts the sales of every client that has a parent on the topmost parent; the ledger itself
/// stays as it is.
///
/// @param parents  JSON, parents by client: {"shop 1": "chain", "shop 2": "chain"}; numeric
///                 ids of clients are written as {"17": 4}
/// @param out      where the new ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_BAD_ARGUMENT for a circle of parents or an id of the wrong kind
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_roll_up(
    ledger: Option<&clientela_ledger>,
    parents: *const c_char,
    parents_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = given(ledger, "ledger")?;
        // SAFETY: the caller gives `parents_length` bytes at `parents`.
        let json = unsafe { text(parents, parents_length, "parents")? };
        let parents = parents_of(json, ledger.0.clients())?;
        Ok(clientela_ledger(ledger.0.roll_up(&parents)?))
    })
}

/// The ledger as bytes, for a file or a database.
///
/// @param out  where the bytes go; free them with clientela_bytes_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_ledger_to_bytes(
    ledger: Option<&clientela_ledger>,
    out: Option<&mut MaybeUninit<*mut clientela_bytes>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_bytes(given(ledger, "ledger")?.0.to_bytes())))
}

/// The ledger that clientela_ledger_to_bytes wrote.
///
/// @param out  where the ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_BAD_FORMAT for anything else, and for bytes that are damaged
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_from_bytes(
    data: *const u8,
    length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `length` bytes at `data`.
        let bytes = unsafe { slice(data, length, "data")? };
        Ok(clientela_ledger(Ledger::from_bytes(bytes)?))
    })
}

/// What came in: rows read and accepted, and each row set aside with column, value and cause,
/// as JSON.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_ledger_report(
    ledger: Option<&clientela_ledger>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(given(ledger, "ledger")?.0.report()))
}

/// Counts and properties of the ledger.
///
/// @param out  a struct whose member `size` is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_counts(
    ledger: Option<&clientela_ledger>,
    out: *mut clientela_counts,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let ledger = &given(ledger, "ledger")?.0;
        let mut currency = [0; 4];
        for (place, byte) in currency.iter_mut().zip(ledger.currency().code().bytes()) {
            *place = byte as c_char;
        }
        // SAFETY: the caller gives a writable struct with its size set.
        unsafe {
            write_sized(out, "out", |size| clientela_counts {
                size,
                clients: ledger.clients().len(),
                sales: ledger.len(),
                set_aside: ledger.report().set_aside.len(),
                first_day: ledger.first_day().map_or(i32::MIN, clientela::Day::days),
                last_day: ledger.last_day().map_or(i32::MIN, clientela::Day::days),
                scale: ledger.scale().places().into(),
                quantity_scale: ledger.quantity_scale().places().into(),
                text_ids: matches!(ledger.clients(), ClientIds::Text(_)).into(),
                currency,
            })
        }
    })
}

/// Sum of all lines of the ledger in minor units, returns and cancellations subtracted.
///
/// @return CLIENTELA_OVERFLOW where 64 bits do not hold it
#[unsafe(no_mangle)]
pub extern "C" fn clientela_ledger_total(
    ledger: Option<&clientela_ledger>,
    out: Option<&mut MaybeUninit<i64>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let out = given(out, "out")?;
        let total = given(ledger, "ledger")?.0.total();
        let total = i64::try_from(total)
            .map_err(|_| Error::Overflow(format!("{total} minor units in 64 bits")))?;
        out.write(total);
        Ok(())
    })
}

/// The sale lines of a client with a number as id, by day, as a JSON list.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where the ledger has no such client
#[unsafe(no_mangle)]
pub extern "C" fn clientela_ledger_sales_by_int(
    ledger: Option<&clientela_ledger>,
    client: i64,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || sales_of(&given(ledger, "ledger")?.0, &ClientId::Int(client)))
}

/// The sale lines of a client with a text as id, by day, as a JSON list.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where the ledger has no such client
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_ledger_sales_by_text(
    ledger: Option<&clientela_ledger>,
    client: *const c_char,
    client_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let ledger = given(ledger, "ledger")?;
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        sales_of(&ledger.0, &ClientId::from(client))
    })
}

/// Frees a ledger; NULL is allowed. Snapshots of it stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_ledger_free(ledger: Option<Box<clientela_ledger>>) {
    free(ledger);
}

impl clientela_builder {
    fn take(&mut self) -> Result<LedgerBuilder, Failure> {
        self.building.take().ok_or_else(|| {
            Failure::argument("builder", "a batch failed or the ledger was made, take a new one")
        })
    }
}

/// Takes a stream over, so that it is released once whatever happens.
pub(crate) fn take(
    stream: Option<&mut FFI_ArrowArrayStream>,
) -> Result<FFI_ArrowArrayStream, Failure> {
    let stream = std::mem::replace(given(stream, "stream")?, FFI_ArrowArrayStream::empty());
    Ok(stream)
}

fn sales_of(ledger: &Ledger, client: &ClientId) -> Result<clientela_text, Failure> {
    let sales = ledger.sales(client).ok_or_else(|| Error::UnknownClient(client.to_string()))?;
    clientela_text::json(&sales)
}

fn read_options(json: &str) -> Result<ReadOptions, Failure> {
    if json.is_empty() { Ok(ReadOptions::default()) } else { Ok(ReadOptions::from_json(json)?) }
}

/// Options of plain arrays: those of the ledger, and the number of threads.
fn ledger_options(json: &str) -> Result<(LedgerOptions, Option<usize>), Failure> {
    let wrong = |error: serde_json::Error| Failure::argument("options", error.to_string());
    if json.is_empty() {
        return Ok((LedgerOptions::default(), None));
    }
    let mut members: Map<String, Value> = serde_json::from_str(json).map_err(wrong)?;
    let threads = members.remove("threads").unwrap_or_default();
    let threads = serde_json::from_value(threads).map_err(wrong)?;
    Ok((serde_json::from_value(members.into()).map_err(wrong)?, threads))
}

/// Parents by client, with ids of the ledger's kind: keys of JSON are always texts.
fn parents_of(json: &str, clients: &ClientIds) -> Result<BTreeMap<ClientId, ClientId>, Failure> {
    let wrong = |problem: String| Failure::argument("parents", problem);
    let members: Map<String, Value> =
        serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
    let id = |value: &Value| match (clients, value) {
        (ClientIds::Int(_), Value::Number(id)) => id.as_i64().map(ClientId::Int),
        (ClientIds::Int(_), Value::String(id)) => id.parse().ok().map(ClientId::Int),
        (ClientIds::Text(_), Value::String(id)) => Some(ClientId::Text(id.clone())),
        _ => None,
    };
    let kind = if matches!(clients, ClientIds::Int(_)) { "a whole number" } else { "a text" };
    members
        .into_iter()
        .map(|(child, parent)| {
            let child = Value::String(child);
            let both = id(&child).zip(id(&parent));
            both.ok_or_else(|| wrong(format!("{child}: {parent} is not {kind} to {kind}")))
        })
        .collect()
}
