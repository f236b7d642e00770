//! Portraits: what is known of clients beside their sales, and how completely.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use clientela::{Catalogue, ClientId, Error, PortraitOptions, Portraits};
use clientela_arrow::{PortraitReadOptions, import_stream, read_portraits};

use crate::boundary::{free, given, make, read, text};
use crate::error::{Failure, clientela_error};
use crate::ledger::take;
use crate::table::clientela_table;
use crate::text::clientela_text;
use crate::value::day;

/// What is known of clients beside their sales: a portrait per client, with the fields of a
/// catalogue. It never changes: what joins two gives a new one. Several threads may use it.
#[derive(Debug)]
pub struct clientela_portraits(pub(crate) Portraits);

/// Reads portraits from JSON.
///
/// @param json     a list of portraits, such as [{"client": 7, "kind": "shop", "updated_on":
///                 "2026-01-31", "fields": {"phone": "+7 495 000", "potential": "1500.00"},
///                 "contacts": [{"kind": "email", "value": "shop@example.com"}]}]. Decimals and
///                 money are texts or whole numbers; null and "unknown" are unknown
/// @param options  JSON such as {"currency": "EUR", "scale": 2}; NULL with length 0 for the
///                 defaults. Members: currency and scale (those of the ledger that the portraits
///                 go with), catalogue, on_bad
/// @param out      where the portraits go; free them with clientela_portraits_free
/// @return CLIENTELA_BAD_DOCUMENT for a portrait that cannot be taken and for a catalogue that
///         contradicts itself, with the path such as [3].fields.phone as the error's place;
///         CLIENTELA_BAD_ARGUMENT for an option
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_portraits_from_json(
    json: *const c_char,
    json_length: usize,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_portraits>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options = if options.is_empty() {
            PortraitOptions::default()
        } else {
            PortraitOptions::from_json(options)?
        };
        Ok(clientela_portraits(Portraits::from_json(json, &options)?))
    })
}

/// Reads portraits from an Arrow C stream, a row per client.
///
/// Each row needs a client (whole numbers or text), in a column called client unless the options
/// say otherwise; kind and updated_on are read where the options name their column. Every other
/// column whose name is a field of the catalogue is read as that field, unless the options say
/// which column is which field; columns that are not read are listed in
/// clientela_portraits_report.
///
/// @param stream   is taken over: released by the library and marked as released (its member
///                 `release` is NULL) whatever the status, unless an argument is NULL
/// @param options  JSON such as {"kind": "shop", "fields": {"tel": "phone"}}; NULL with length 0
///                 for the defaults. Members: columns (client, kind, updated_on), kind (of all
///                 rows), fields (by column), currency and scale (those of the ledger that the
///                 portraits go with), catalogue, floats, on_bad, threads
/// @param out      where the portraits go; free them with clientela_portraits_free
/// @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
///         CLIENTELA_BAD_FORMAT where the stream itself fails, CLIENTELA_BAD_DOCUMENT for a
///         catalogue that contradicts itself, CLIENTELA_BAD_ARGUMENT for an option
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_portraits_from_stream(
    stream: Option<&mut FFI_ArrowArrayStream>,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_portraits>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let stream = take(stream)?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options = if options.is_empty() {
            PortraitReadOptions::default()
        } else {
            PortraitReadOptions::from_json(options)?
        };
        Ok(clientela_portraits(read_portraits(import_stream(stream)?, &options)?))
    })
}

/// Joins two sets of portraits, client by client and field by field; both stay as they are.
///
/// @param out  where the new portraits go; free them with clientela_portraits_free
/// @return CLIENTELA_MISMATCH for different currencies, scales, catalogues or kinds of client id,
///         CLIENTELA_BAD_DOCUMENT for one field of one client with two values
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_merge(
    left: Option<&clientela_portraits>,
    right: Option<&clientela_portraits>,
    out: Option<&mut MaybeUninit<*mut clientela_portraits>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (left, right) = (given(left, "left")?, given(right, "right")?);
        Ok(clientela_portraits(left.0.merge(&right.0)?))
    })
}

/// Number of clients that have a portrait; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_count(portraits: Option<&clientela_portraits>) -> usize {
    read(portraits, 0, |portraits| portraits.0.len())
}

/// The portrait of a client with a number as id, as JSON.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_get_by_int(
    portraits: Option<&clientela_portraits>,
    client: i64,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || portrait(given(portraits, "portraits")?, &ClientId::Int(client)))
}

/// The portrait of a client with a text as id, as JSON.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_portraits_get_by_text(
    portraits: Option<&clientela_portraits>,
    client: *const c_char,
    client_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let portraits = given(portraits, "portraits")?;
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        portrait(portraits, &ClientId::from(client))
    })
}

/// All portraits as JSON that clientela_portraits_from_json reads, ascending by client.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_to_json(
    portraits: Option<&clientela_portraits>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(given(portraits, "portraits")?.0.to_json())))
}

/// What came in: rows read and accepted, each row set aside with column, value and cause, and
/// the columns that were not read, as JSON.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_report(
    portraits: Option<&clientela_portraits>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(given(portraits, "portraits")?.0.report()))
}

/// How complete and fresh each portrait is: a row per client, ascending by id.
///
/// @param as_of  days since 1970-01-01; records and notes of later days do not count
/// @param out    where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_completeness(
    portraits: Option<&clientela_portraits>,
    as_of: i32,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let portraits = given(portraits, "portraits")?;
        Ok(clientela_table::new(portraits.0.completeness(day(as_of, "as_of")?)))
    })
}

/// How complete and fresh the portrait of a client with a number as id is, as JSON: fields that
/// apply and that are filled, the names of the missing and stale ones, whether it is sufficient.
///
/// @param as_of  days since 1970-01-01; records and notes of later days do not count
/// @param out    where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_completeness_by_int(
    portraits: Option<&clientela_portraits>,
    client: i64,
    as_of: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || completeness(given(portraits, "portraits")?, &ClientId::Int(client), as_of))
}

/// How complete and fresh the portrait of a client with a text as id is, as JSON: fields that
/// apply and that are filled, the names of the missing and stale ones, whether it is sufficient.
///
/// @param as_of  days since 1970-01-01; records and notes of later days do not count
/// @param out    where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_portraits_completeness_by_text(
    portraits: Option<&clientela_portraits>,
    client: *const c_char,
    client_length: usize,
    as_of: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let portraits = given(portraits, "portraits")?;
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        completeness(portraits, &ClientId::from(client), as_of)
    })
}

/// What is not known of the clients: a row per field of the catalogue that applies to someone.
///
/// @param as_of  days since 1970-01-01; records and notes of later days do not count
/// @param out    where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_gaps(
    portraits: Option<&clientela_portraits>,
    as_of: i32,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let portraits = given(portraits, "portraits")?;
        Ok(clientela_table::new(portraits.0.gaps(day(as_of, "as_of")?)))
    })
}

/// Frees portraits; NULL is allowed. Snapshots made with them stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_portraits_free(portraits: Option<Box<clientela_portraits>>) {
    free(portraits);
}

/// The kinds of clients and the fields of portraits that the library knows without being told,
/// as JSON; the option `catalogue` of portraits adds own ones in the same form.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_catalogue_built_in(
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(Catalogue::built_in().to_json())))
}

fn portrait(portraits: &clientela_portraits, client: &ClientId) -> Result<clientela_text, Failure> {
    let portrait =
        portraits.0.get(client).ok_or_else(|| Error::UnknownClient(client.to_string()))?;
    clientela_text::json(&portrait)
}

fn completeness(
    portraits: &clientela_portraits,
    client: &ClientId,
    as_of: i32,
) -> Result<clientela_text, Failure> {
    let completeness = portraits
        .0
        .completeness_of(client, day(as_of, "as_of")?)
        .ok_or_else(|| Error::UnknownClient(client.to_string()))?;
    clientela_text::json(&completeness)
}
