//! The one error type of the core, and its stable codes.

use thiserror::Error;

/// What went wrong, with the row, column, value, path or rule that it concerns.
///
/// Each variant reads as a sentence that its reader can act on, and each maps to one
/// [`ErrorCode`], which is the same number in C and names the exception class in Python.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A row of the sales that cannot be taken as it is.
    #[error("row {row}, column `{column}`: {problem}, found {value}; {remedy}")]
    BadRow {
        /// Position of the row in the order given, from 0.
        row: u64,
        /// The column's name as the caller gave it.
        column: String,
        /// The value as text; `null` where there is none.
        value: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// A column that is absent, doubled, of the wrong type or of the wrong length.
    #[error("column `{column}`: {problem}")]
    BadColumn {
        /// The column's name.
        column: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// There was nothing to read.
    #[error("no sales: {0}")]
    Empty(String),
    /// An argument that is out of its range or contradicts another.
    #[error("argument `{argument}`: {problem}")]
    BadArgument {
        /// The argument's name, the same in every language.
        argument: &'static str,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A policy that cannot be used; the path names the field.
    #[error("policy, {path}: {problem}")]
    BadPolicy {
        /// Dotted path of the field, such as `abc.a_percent`.
        path: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A sum that leaves the range of exact amounts.
    #[error("sum out of range: {0}")]
    Overflow(String),
    /// Two inputs that cannot be joined.
    #[error("inputs differ in {what}: {left} and {right}")]
    Mismatch {
        /// What differs: currency, scale, kind of client id, columns.
        what: &'static str,
        /// The value on the left.
        left: String,
        /// The value on the right.
        right: String,
    },
    /// Bytes or JSON that this version cannot read.
    #[error("cannot read: {0}")]
    BadFormat(String),
    /// A client that the base does not have.
    #[error("no client {0} in the base")]
    UnknownClient(String),
    /// A document that cannot be used; the path names the part of it.
    #[error("{document}, {path}: {problem}")]
    BadDocument {
        /// Which document: portrait, catalogue, questionnaire, journal, arguments.
        document: &'static str,
        /// Path of the part, such as `[3].fields.floor_area_m2`.
        path: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

/// The stable number of a kind of error, shared by every binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
#[non_exhaustive]
pub enum ErrorCode {
    /// [`Error::BadRow`].
    BadRow = 1,
    /// [`Error::BadColumn`].
    BadColumn = 2,
    /// [`Error::Empty`].
    Empty = 3,
    /// [`Error::BadArgument`].
    BadArgument = 4,
    /// [`Error::BadPolicy`].
    BadPolicy = 5,
    /// [`Error::Overflow`].
    Overflow = 6,
    /// [`Error::Mismatch`].
    Mismatch = 7,
    /// [`Error::BadFormat`].
    BadFormat = 8,
    /// [`Error::UnknownClient`].
    UnknownClient = 9,
    /// [`Error::BadDocument`].
    BadDocument = 10,
}

impl Error {
    /// The error's stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::BadRow { .. } => ErrorCode::BadRow,
            Self::BadColumn { .. } => ErrorCode::BadColumn,
            Self::Empty(_) => ErrorCode::Empty,
            Self::BadArgument { .. } => ErrorCode::BadArgument,
            Self::BadPolicy { .. } => ErrorCode::BadPolicy,
            Self::Overflow(_) => ErrorCode::Overflow,
            Self::Mismatch { .. } => ErrorCode::Mismatch,
            Self::BadFormat(_) => ErrorCode::BadFormat,
            Self::UnknownClient(_) => ErrorCode::UnknownClient,
            Self::BadDocument { .. } => ErrorCode::BadDocument,
        }
    }
}

/// The core's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
