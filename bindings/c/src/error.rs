//! Statuses, and the error object that explains one.

use std::any::Any;
use std::ffi::{CString, c_char};
use std::mem::size_of;

use clientela::{Error, ErrorCode};

use crate::boundary::{free, read};

/// What a call returns. Numbers below 100 are kinds of error that every language shares;
/// numbers from 100 on belong to this interface. New ones may be added, none changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
#[non_exhaustive]
pub enum clientela_status {
    /// It worked.
    CLIENTELA_OK = 0,
    /// A row that cannot be taken as it is: row, column and value are stated.
    CLIENTELA_BAD_ROW = 1,
    /// A column that is absent, of the wrong type or of the wrong length.
    CLIENTELA_BAD_COLUMN = 2,
    /// There was nothing to read.
    CLIENTELA_EMPTY = 3,
    /// An argument that is out of its range or contradicts another.
    CLIENTELA_BAD_ARGUMENT = 4,
    /// A policy that cannot be used: the path of the field is stated.
    CLIENTELA_BAD_POLICY = 5,
    /// A sum that leaves the range of exact amounts.
    CLIENTELA_OVERFLOW = 6,
    /// Two ledgers, portraits, censuses or snapshots that do not fit together.
    CLIENTELA_MISMATCH = 7,
    /// Bytes or JSON that this version cannot read.
    CLIENTELA_BAD_FORMAT = 8,
    /// A client that the base does not have.
    CLIENTELA_UNKNOWN_CLIENT = 9,
    /// A portrait, a catalogue, a questionnaire, a journal, rules, a mapping or named arguments that
    /// cannot be used: the path in them is stated.
    CLIENTELA_BAD_DOCUMENT = 10,
    /// A pointer is NULL where a value is needed.
    CLIENTELA_NULL_POINTER = 100,
    /// A text is not valid UTF-8.
    CLIENTELA_BAD_UTF8 = 101,
    /// A fault of the library itself. The handles that were passed stay usable.
    CLIENTELA_PANIC = 102,
}

/// An error, explained. It is made by a call that fails, and belongs to the caller.
///
/// Its texts end with a zero byte, belong to the error and live as long as it does. An error
/// never changes, so several threads may read it.
#[derive(Debug)]
pub struct clientela_error {
    status: i32,
    message: CString,
    row: i64,
    place: CString,
    value: CString,
}

/// What went wrong, on its way to C.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The core's error.
    Core(Error),
    /// The border's own.
    Border { status: clientela_status, message: String, place: &'static str },
}

impl Failure {
    fn border(status: clientela_status, place: &'static str, message: String) -> Self {
        Self::Border { status, message, place }
    }

    pub(crate) fn null(name: &'static str) -> Self {
        let message = format!("argument `{name}`: NULL, give an address");
        Self::border(clientela_status::CLIENTELA_NULL_POINTER, name, message)
    }

    pub(crate) fn utf8(name: &'static str, error: &std::str::Utf8Error) -> Self {
        let message = format!("argument `{name}`: not UTF-8, {error}");
        Self::border(clientela_status::CLIENTELA_BAD_UTF8, name, message)
    }

    pub(crate) fn argument(name: &'static str, problem: impl Into<String>) -> Self {
        Self::Core(Error::BadArgument { argument: name, problem: problem.into() })
    }

    pub(crate) fn column(name: &str, problem: impl Into<String>) -> Self {
        Self::Core(Error::BadColumn { column: name.to_owned(), problem: problem.into() })
    }

    pub(crate) fn panic(panic: &(dyn Any + Send)) -> Self {
        let said = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        let message = format!("a fault of the library, please report it: {said}");
        Self::border(clientela_status::CLIENTELA_PANIC, "", message)
    }

    pub(crate) fn status(&self) -> i32 {
        match self {
            Self::Core(error) => error.code() as i32,
            Self::Border { status, .. } => *status as i32,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

/// A text for C; what follows a zero byte inside would be lost, so those are replaced.
fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

impl From<Failure> for clientela_error {
    fn from(failure: Failure) -> Self {
        let status = failure.status();
        let (message, row, place, value) = match failure {
            Failure::Border { message, place, .. } => {
                (message, -1, place.to_owned(), String::new())
            }
            Failure::Core(error) => {
                let message = error.to_string();
                let (row, place, value) = match error {
                    Error::BadRow { row, column, value, .. } => {
                        (i64::try_from(row).unwrap_or(i64::MAX), column, value)
                    }
                    Error::BadColumn { column, .. } => (-1, column, String::new()),
                    Error::BadArgument { argument, .. } => (-1, argument.to_owned(), String::new()),
                    Error::BadPolicy { path, .. } | Error::BadDocument { path, .. } => {
                        (-1, path, String::new())
                    }
                    Error::Mismatch { what, .. } => (-1, what.to_owned(), String::new()),
                    Error::UnknownClient(client) => (-1, "client".to_owned(), client),
                    _ => (-1, String::new(), String::new()),
                };
                (message, row, place, value)
            }
        };
        Self {
            status,
            message: c_text(&message),
            row,
            place: c_text(&place),
            value: c_text(&value),
        }
    }
}

/// The status that the failed call returned; CLIENTELA_OK for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_error_status(error: Option<&clientela_error>) -> i32 {
    read(error, clientela_status::CLIENTELA_OK as i32, |error| error.status)
}

/// The error as a sentence that its reader can act on; "" for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_error_message(error: Option<&clientela_error>) -> *const c_char {
    read(error, c"".as_ptr(), |error| error.message.as_ptr())
}

/// The row that the error is about, from 0, or -1 where it is about none.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_error_row(error: Option<&clientela_error>) -> i64 {
    read(error, -1, |error| error.row)
}

/// What the error is about: the name of the column or argument, or the dotted path in the policy
/// or document; "" where it is about none.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_error_place(error: Option<&clientela_error>) -> *const c_char {
    read(error, c"".as_ptr(), |error| error.place.as_ptr())
}

/// The value that was found at that place, as text; "" where none is stated.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_error_value(error: Option<&clientela_error>) -> *const c_char {
    read(error, c"".as_ptr(), |error| error.value.as_ptr())
}

/// Frees an error; NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_error_free(error: Option<Box<clientela_error>>) {
    free(error);
}

// A status and a code of the core are one number.
const _: () = {
    assert!(size_of::<ErrorCode>() == 4);
    assert!(clientela_status::CLIENTELA_BAD_ROW as i32 == ErrorCode::BadRow as i32);
    assert!(clientela_status::CLIENTELA_BAD_COLUMN as i32 == ErrorCode::BadColumn as i32);
    assert!(clientela_status::CLIENTELA_EMPTY as i32 == ErrorCode::Empty as i32);
    assert!(clientela_status::CLIENTELA_BAD_ARGUMENT as i32 == ErrorCode::BadArgument as i32);
    assert!(clientela_status::CLIENTELA_BAD_POLICY as i32 == ErrorCode::BadPolicy as i32);
    assert!(clientela_status::CLIENTELA_OVERFLOW as i32 == ErrorCode::Overflow as i32);
    assert!(clientela_status::CLIENTELA_MISMATCH as i32 == ErrorCode::Mismatch as i32);
    assert!(clientela_status::CLIENTELA_BAD_FORMAT as i32 == ErrorCode::BadFormat as i32);
    assert!(clientela_status::CLIENTELA_UNKNOWN_CLIENT as i32 == ErrorCode::UnknownClient as i32);
    assert!(clientela_status::CLIENTELA_BAD_DOCUMENT as i32 == ErrorCode::BadDocument as i32);
};
