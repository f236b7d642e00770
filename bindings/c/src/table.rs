//! Tables of answers: as an Arrow stream, as plain arrays, cell by cell.

use std::ffi::c_char;
use std::mem::{MaybeUninit, size_of};
use std::ops::Range;
use std::ptr::null;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use clientela::{
    ClientIds, Column, Error, NO_CODE, NO_INT32, NO_INT64, NO_NAME, Table, Value, Values,
};
use clientela_arrow::table_to_stream;

use crate::boundary::{Versioned, free, given, guard, make, read, slice_out, text, write_sized};
use crate::error::{Failure, clientela_error};
use crate::text::clientela_text;

/// A table of answers: named columns of equal length. It never changes, so several threads may
/// read it.
#[derive(Debug)]
pub struct clientela_table(Table);

/// What the values of a column are, and which calls copy them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
#[non_exhaustive]
pub enum clientela_kind {
    /// Ids of clients as numbers: clientela_table_int64. Never missing.
    CLIENTELA_CLIENT_INT = 1,
    /// Ids of clients as texts: clientela_table_name. Never missing.
    CLIENTELA_CLIENT_TEXT = 2,
    /// Days since 1970-01-01: clientela_table_int32 or wider.
    CLIENTELA_DAY = 3,
    /// Whole numbers of 32 bits: clientela_table_int32 or wider.
    CLIENTELA_INT32 = 4,
    /// Whole numbers of 64 bits: clientela_table_int64.
    CLIENTELA_INT64 = 5,
    /// Small whole numbers: clientela_table_uint8 or wider.
    CLIENTELA_COUNT8 = 6,
    /// Amounts in minor units, see the member `scale`: clientela_table_int64.
    CLIENTELA_MONEY = 7,
    /// Real numbers: clientela_table_double.
    CLIENTELA_FLOAT = 8,
    /// 0 is no, 1 is yes: clientela_table_uint8 or wider.
    CLIENTELA_FLAG = 9,
    /// Codes of names, see clientela_table_choice: clientela_table_uint8 or wider; the names
    /// themselves: clientela_table_name.
    CLIENTELA_CHOICE = 10,
    /// Texts: clientela_table_name. Never missing.
    CLIENTELA_TEXT = 11,
    /// Texts of which many rows share few: clientela_table_name.
    CLIENTELA_NAME = 12,
}

/// What a column is. Its texts do not end with a zero byte, belong to the table and live as
/// long as it does.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct clientela_column {
    /// sizeof(clientela_column), set by the caller; the library sets how much of it it filled.
    pub size: usize,
    /// The name, the same in every language.
    pub name: *const c_char,
    /// Bytes of the name.
    pub name_length: usize,
    /// What a value says, in one sentence, with its unit.
    pub about: *const c_char,
    /// Bytes of about.
    pub about_length: usize,
    /// Where the rule comes from: requirement, standard, or "convention".
    pub source: *const c_char,
    /// Bytes of source.
    pub source_length: usize,
    /// Number of missing values.
    pub missing: usize,
    /// Number of names of a CLIENTELA_CHOICE, else 0.
    pub choices: usize,
    /// See clientela_kind.
    pub kind: i32,
    /// Decimal places of a CLIENTELA_MONEY, else 0.
    pub scale: i32,
}

// SAFETY: `repr(C)`, begins with its size, the members fill it without padding (checked
// below), and zero bytes are null pointers and zeros.
unsafe impl Versioned for clientela_column {
    const NAME: &'static str = "clientela_column";
    const FIRST: usize = 9 * size_of::<usize>() + 8;
}

const _: () = assert!(size_of::<clientela_column>() == 9 * size_of::<usize>() + 8);

/// Number of rows; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_rows(table: Option<&clientela_table>) -> usize {
    read(table, 0, |table| table.0.rows())
}

/// Number of columns; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_columns(table: Option<&clientela_table>) -> usize {
    read(table, 0, |table| table.0.columns().len())
}

/// The position of a column.
///
/// @param out  where the position goes, from 0
/// @return CLIENTELA_BAD_COLUMN where the table has no column of that name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_table_find(
    table: Option<&clientela_table>,
    name: *const c_char,
    name_length: usize,
    out: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let out = given(out, "out")?;
        let table = given(table, "table")?;
        // SAFETY: the caller gives `name_length` bytes at `name`.
        let name = unsafe { text(name, name_length, "name")? };
        let found = table.0.columns().iter().position(|column| column.name == name);
        out.write(found.ok_or_else(|| Failure::column(name, "the table has no such column"))?);
        Ok(())
    })
}

/// What a column is.
///
/// @param column  position of the column, from 0
/// @param out     a struct whose member `size` is set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_table_column(
    table: Option<&clientela_table>,
    column: usize,
    out: *mut clientela_column,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let column = given(table, "table")?.column(column)?;
        // SAFETY: the caller gives a writable struct with its size set.
        unsafe { write_sized(out, "out", |size| describe(column, size)) }
    })
}

/// The name that a code of a CLIENTELA_CHOICE stands for.
///
/// @param column  position of the column, from 0
/// @param code    0 to `choices` - 1 of clientela_column
/// @param data    where the address of the name goes: it does not end with a zero byte,
///                belongs to the table and lives as long as it does
/// @param length  where the number of bytes goes
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_choice(
    table: Option<&clientela_table>,
    column: usize,
    code: usize,
    data: Option<&mut MaybeUninit<*const c_char>>,
    length: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let (data, length) = (given(data, "data")?, given(length, "length")?);
        let column = given(table, "table")?.column(column)?;
        let Values::Choice(_, names) = &column.values else {
            return Err(column_kind(column, "names"));
        };
        let name = names.get(code).ok_or_else(|| {
            Failure::argument("code", format!("{code}, the column has {} names", names.len()))
        })?;
        lend(Some(name), data, length);
        Ok(())
    })
}

/// Copies values of 64 bits out: client ids that are numbers, amounts in minor units and whole
/// numbers of any width.
///
/// @param column   position of the column, from 0
/// @param first    the first row
/// @param count    number of rows
/// @param values   room for `count` values; a missing one becomes INT64_MIN
/// @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
///                 NULL
/// @return CLIENTELA_BAD_COLUMN where the column has other values
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_table_int64(
    table: Option<&clientela_table>,
    column: usize,
    first: usize,
    count: usize,
    values: *mut i64,
    missing: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    // SAFETY: the caller gives room for `count` values and, unless it is NULL, for as many bytes.
    unsafe { copy(table, column, first, count, values, missing, error) }
}

/// Copies values of 32 bits out: days since 1970-01-01 and whole numbers up to this width.
///
/// @param column   position of the column, from 0
/// @param first    the first row
/// @param count    number of rows
/// @param values   room for `count` values; a missing one becomes INT32_MIN
/// @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
///                 NULL
/// @return CLIENTELA_BAD_COLUMN where the column has other values
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_table_int32(
    table: Option<&clientela_table>,
    column: usize,
    first: usize,
    count: usize,
    values: *mut i32,
    missing: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    // SAFETY: the caller gives room for `count` values and, unless it is NULL, for as many bytes.
    unsafe { copy(table, column, first, count, values, missing, error) }
}

/// Copies values of 8 bits out: small whole numbers, flags and codes of choices.
///
/// @param column   position of the column, from 0
/// @param first    the first row
/// @param count    number of rows
/// @param values   room for `count` values; a missing one becomes 255
/// @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
///                 NULL
/// @return CLIENTELA_BAD_COLUMN where the column has other values
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_table_uint8(
    table: Option<&clientela_table>,
    column: usize,
    first: usize,
    count: usize,
    values: *mut u8,
    missing: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    // SAFETY: the caller gives room for `count` values and, unless it is NULL, for as many bytes.
    unsafe { copy(table, column, first, count, values, missing, error) }
}

/// Copies real numbers out. Amounts are not given as such, since they would be rounded.
///
/// @param column   position of the column, from 0
/// @param first    the first row
/// @param count    number of rows
/// @param values   room for `count` values; a missing one becomes NaN
/// @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
///                 NULL
/// @return CLIENTELA_BAD_COLUMN where the column has other values
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_table_double(
    table: Option<&clientela_table>,
    column: usize,
    first: usize,
    count: usize,
    values: *mut f64,
    missing: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    // SAFETY: the caller gives room for `count` values and, unless it is NULL, for as many bytes.
    unsafe { copy(table, column, first, count, values, missing, error) }
}

/// The text of a cell without a copy: of a client id that is a text, of a choice's name, of a
/// name or of a text.
///
/// @param column  position of the column, from 0
/// @param row     the row
/// @param data    where the address of the text goes, NULL where it is missing: it does not
///                end with a zero byte, belongs to the table and lives as long as it does
/// @param length  where the number of bytes goes
/// @return CLIENTELA_BAD_COLUMN where the column has other values
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_name(
    table: Option<&clientela_table>,
    column: usize,
    row: usize,
    data: Option<&mut MaybeUninit<*const c_char>>,
    length: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let (data, length) = (given(data, "data")?, given(length, "length")?);
        let column = given(table, "table")?.column(column)?;
        rows(column, row, 1)?;
        let name = match &column.values {
            Values::Client(ClientIds::Text(texts)) | Values::Text(texts) => Some(texts.get(row)),
            Values::Choice(codes, names) => names.get(usize::from(codes[row])).map(String::as_str),
            Values::Name(places, texts) => {
                let place = places[row];
                (place != NO_NAME).then(|| texts.get(place as usize))
            }
            _ => return Err(column_kind(column, "texts")),
        };
        lend(name, data, length);
        Ok(())
    })
}

/// Any cell as text: amounts with all their places, days as YYYY-MM-DD, flags as yes and no.
///
/// @param column  position of the column, from 0
/// @param row     the row
/// @param out     where the text goes, or NULL where the value is missing; free it with
///                clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_text(
    table: Option<&clientela_table>,
    column: usize,
    row: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let out = given(out, "out")?;
        out.write(std::ptr::null_mut());
        let column = given(table, "table")?.column(column)?;
        rows(column, row, 1)?;
        let text = match column.values.get(row) {
            Value::Missing => return Ok(()),
            Value::Int(value) => value.to_string(),
            Value::Decimal(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Flag(yes) => if yes { "yes" } else { "no" }.to_owned(),
            Value::Day(day) => day.to_string(),
            Value::Text(text) => text,
        };
        out.write(Box::into_raw(Box::new(clientela_text::new(text))));
        Ok(())
    })
}

/// The table as JSON: a list of rows, each an object with the columns' names as keys.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_json(
    table: Option<&clientela_table>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(&given(table, "table")?.0))
}

/// The table as an Arrow C stream, which shares the table's memory where it can.
///
/// @param out  a struct that holds no stream; the caller releases it with its member
///             `release`, and it lives on when the table is freed. On failure it holds none:
///             its `release` is NULL
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_stream(
    table: Option<&clientela_table>,
    out: Option<&mut MaybeUninit<FFI_ArrowArrayStream>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let out = given(out, "out")?;
        // Written without reading: what stands there before belongs to nobody.
        out.write(FFI_ArrowArrayStream::empty());
        out.write(table_to_stream(&given(table, "table")?.0));
        Ok(())
    })
}

/// Frees a table; NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_table_free(table: Option<Box<clientela_table>>) {
    free(table);
}

impl clientela_table {
    pub(crate) fn new(table: Table) -> Self {
        Self(table)
    }

    fn column(&self, column: usize) -> Result<&Column, Failure> {
        let columns = self.0.columns();
        columns.get(column).ok_or_else(|| {
            Failure::argument("column", format!("{column}, the table has {}", columns.len()))
        })
    }
}

/// The rows from `first` on, where the column has so many.
fn rows(column: &Column, first: usize, count: usize) -> Result<Range<usize>, Failure> {
    let rows = column.values.len();
    let end = first.checked_add(count).filter(|&end| end <= rows).ok_or_else(|| {
        let problem = format!("{count} from {first} on leave the table, which has {rows}");
        Failure::argument("row", problem)
    })?;
    Ok(first..end)
}

/// A type of C that values are copied out as, and which stored values it takes.
trait Cell: Copy {
    /// The values, as an error names them.
    const WANTED: &'static str;
    /// What stands for a missing value.
    const MISSING: Self;
    const OF_INT64: Option<fn(i64) -> Self> = None;
    const OF_INT32: Option<fn(i32) -> Self> = None;
    const OF_UINT8: Option<fn(u8) -> Self> = None;
    const OF_DOUBLE: Option<fn(f64) -> Self> = None;
}

impl Cell for i64 {
    const WANTED: &'static str = "whole numbers";
    const MISSING: Self = NO_INT64;
    const OF_INT64: Option<fn(i64) -> Self> = Some(|value| value);
    const OF_INT32: Option<fn(i32) -> Self> = Some(i64::from);
    const OF_UINT8: Option<fn(u8) -> Self> = Some(i64::from);
}

impl Cell for i32 {
    const WANTED: &'static str = "whole numbers of 32 bits";
    const MISSING: Self = NO_INT32;
    const OF_INT32: Option<fn(i32) -> Self> = Some(|value| value);
    const OF_UINT8: Option<fn(u8) -> Self> = Some(i32::from);
}

impl Cell for u8 {
    const WANTED: &'static str = "values of 8 bits";
    const MISSING: Self = NO_CODE;
    const OF_UINT8: Option<fn(u8) -> Self> = Some(|value| value);
}

impl Cell for f64 {
    const WANTED: &'static str = "real numbers";
    const MISSING: Self = f64::NAN;
    const OF_DOUBLE: Option<fn(f64) -> Self> = Some(|value| value);
}

/// Copies the values of a column out, wherever they are such that `T` takes them.
///
/// # Safety
/// Each pointer that is aligned and not NULL points to room for `count` values that only this
/// call touches.
unsafe fn copy<T: Cell>(
    table: Option<&clientela_table>,
    column: usize,
    first: usize,
    count: usize,
    values: *mut T,
    missing: *mut u8,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    guard(error, || {
        let column = given(table, "table")?.column(column)?;
        let rows = rows(column, first, count)?;
        // SAFETY: this function's own contract.
        let mut out = unsafe { Copied::new(values, missing, count)? };
        let copied = match &column.values {
            Values::Client(ClientIds::Int(ids)) => out.fill(&ids[rows], T::OF_INT64, |_| false),
            Values::Int64(all) | Values::Money(all, _) => {
                out.fill(&all[rows], T::OF_INT64, |value| value == NO_INT64)
            }
            Values::Day(all) | Values::Int32(all) => {
                out.fill(&all[rows], T::OF_INT32, |value| value == NO_INT32)
            }
            Values::Count8(all) | Values::Flag(all) | Values::Choice(all, _) => {
                out.fill(&all[rows], T::OF_UINT8, |code| code == NO_CODE)
            }
            Values::Float(all) => out.fill(&all[rows], T::OF_DOUBLE, f64::is_nan),
            Values::Client(ClientIds::Text(_)) | Values::Text(_) | Values::Name(..) => None,
        };
        copied.ok_or_else(|| column_kind(column, T::WANTED))
    })
}

/// Where copied values go.
struct Copied<'a, T> {
    values: &'a mut [MaybeUninit<T>],
    missing: Option<&'a mut [MaybeUninit<u8>]>,
}

impl<T: Cell> Copied<'_, T> {
    /// # Safety
    /// Each pointer that is aligned and not NULL points to room for `count` values that only
    /// this call touches while the result lives.
    unsafe fn new(values: *mut T, missing: *mut u8, count: usize) -> Result<Self, Failure> {
        // SAFETY: this function's own contract.
        let values = unsafe { slice_out(values, count, "values")? };
        let missing = if missing.is_null() {
            None
        } else {
            // SAFETY: this function's own contract.
            Some(unsafe { slice_out(missing, count, "missing")? })
        };
        Ok(Self { values, missing })
    }

    /// Writes each value, and whether it is missing; `None` where `T` does not take them.
    fn fill<S: Copy>(
        &mut self,
        source: &[S],
        taken: Option<fn(S) -> T>,
        lacks: impl Fn(S) -> bool,
    ) -> Option<()> {
        let taken = taken?;
        for (place, &from) in self.values.iter_mut().zip(source) {
            place.write(if lacks(from) { T::MISSING } else { taken(from) });
        }
        if let Some(missing) = &mut self.missing {
            for (place, &from) in missing.iter_mut().zip(source) {
                place.write(lacks(from).into());
            }
        }
        Some(())
    }
}

fn column_kind(column: &Column, wanted: &str) -> Failure {
    let kind = match &column.values {
        Values::Client(ClientIds::Int(_)) => "client ids that are numbers",
        Values::Client(ClientIds::Text(_)) => "client ids that are texts",
        Values::Day(_) => "days",
        Values::Int32(_) => "whole numbers of 32 bits",
        Values::Int64(_) => "whole numbers of 64 bits",
        Values::Count8(_) => "small whole numbers",
        Values::Money(..) => "amounts in minor units",
        Values::Float(_) => "real numbers",
        Values::Flag(_) => "flags",
        Values::Choice(..) => "names by code",
        Values::Text(_) | Values::Name(..) => "texts",
    };
    let problem = format!("holds {kind}, not {wanted}");
    Failure::Core(Error::BadColumn { column: column.name.clone().into_owned(), problem })
}

fn describe(column: &Column, size: usize) -> clientela_column {
    use clientela_kind::{
        CLIENTELA_CHOICE, CLIENTELA_CLIENT_INT, CLIENTELA_CLIENT_TEXT, CLIENTELA_COUNT8,
        CLIENTELA_DAY, CLIENTELA_FLAG, CLIENTELA_FLOAT, CLIENTELA_INT32, CLIENTELA_INT64,
        CLIENTELA_MONEY, CLIENTELA_NAME, CLIENTELA_TEXT,
    };
    let (kind, scale, choices) = match &column.values {
        Values::Client(ClientIds::Int(_)) => (CLIENTELA_CLIENT_INT, 0, 0),
        Values::Client(ClientIds::Text(_)) => (CLIENTELA_CLIENT_TEXT, 0, 0),
        Values::Day(_) => (CLIENTELA_DAY, 0, 0),
        Values::Int32(_) => (CLIENTELA_INT32, 0, 0),
        Values::Int64(_) => (CLIENTELA_INT64, 0, 0),
        Values::Count8(_) => (CLIENTELA_COUNT8, 0, 0),
        Values::Money(_, scale) => (CLIENTELA_MONEY, scale.places().into(), 0),
        Values::Float(_) => (CLIENTELA_FLOAT, 0, 0),
        Values::Flag(_) => (CLIENTELA_FLAG, 0, 0),
        Values::Choice(_, names) => (CLIENTELA_CHOICE, 0, names.len()),
        Values::Text(_) => (CLIENTELA_TEXT, 0, 0),
        Values::Name(..) => (CLIENTELA_NAME, 0, 0),
    };
    clientela_column {
        size,
        name: column.name.as_ptr().cast(),
        name_length: column.name.len(),
        about: column.about.as_ptr().cast(),
        about_length: column.about.len(),
        source: column.source.as_ptr().cast(),
        source_length: column.source.len(),
        missing: column.values.missing(),
        choices,
        kind: kind as i32,
        scale,
    }
}

/// Lends a text to C; NULL and 0 where there is none.
fn lend(
    text: Option<&str>,
    data: &mut MaybeUninit<*const c_char>,
    length: &mut MaybeUninit<usize>,
) {
    data.write(text.map_or(null(), |text| text.as_ptr().cast()));
    length.write(text.map_or(0, str::len));
}
