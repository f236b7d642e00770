//! Borders to the crates that read outside formats: their limits, and what they may do to us.

use std::panic::{AssertUnwindSafe, catch_unwind};

use clientela::{Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a file may cost (limits of safety, convention). A file beyond one of them is an error that
/// names the limit and the place; nothing is cut off in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes that come in. Default: 64 MiB.
    pub bytes: usize,
    /// Sheets of a workbook. Default: 100.
    pub sheets: usize,
    /// Rows of a sheet. Default: 1,048,576, as many as a spreadsheet can have.
    pub rows: usize,
    /// Columns of a sheet. Default: 16,384, as many as a spreadsheet can have.
    pub columns: usize,
    /// Cells of all sheets together, empty ones before the last filled one of a row included.
    /// Default: 5,000,000. A cell costs about 40 bytes beside its text, in ODS about 160.
    pub cells: usize,
    /// Bytes of one cell's text. Default: 131,072, four times what a spreadsheet can hold.
    pub cell_bytes: usize,
    /// Bytes of all texts together: a short file may repeat a long text. Default: 256 MiB.
    pub text_bytes: usize,
    /// Files in a ZIP archive. Default: 10,000.
    pub archive_files: usize,
    /// Bytes of an archive when unpacked. Default: 512 MiB.
    pub unpacked_bytes: usize,
    /// How many times larger a file of an archive may be than it is packed; files below 1 MiB are
    /// not asked. Default: 250. The format allows about 1,030.
    pub ratio: usize,
    /// How deep XML elements may nest. Default: 64.
    pub depth: usize,
    /// Entries of a statement, and as many pages, refused parts and lines of other use. Default:
    /// 250,000. An entry costs about a kilobyte.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            sheets: 100,
            rows: 1 << 20,
            columns: 1 << 14,
            cells: 5_000_000,
            cell_bytes: 1 << 17,
            text_bytes: 256 << 20,
            archive_files: 10_000,
            unpacked_bytes: 512 << 20,
            ratio: 250,
            depth: 64,
            entries: 250_000,
        }
    }
}

impl Limits {
    /// Refuses bytes of too great a number, before anything else is done with them.
    pub(crate) fn admit(&self, bytes: &[u8]) -> Result<()> {
        within("file", "bytes", bytes.len(), self.bytes)
    }
}

/// An error of bytes: where, and what is wrong.
pub(crate) fn bad(place: &str, problem: impl std::fmt::Display) -> Error {
    Error::BadFormat(format!("{place}: {problem}"))
}

/// Refuses more than a limit allows.
pub(crate) fn within(place: &str, limit: &'static str, found: usize, most: usize) -> Result<()> {
    if found > most {
        return Err(bad(place, format_args!("{found} {limit}, the limit `{limit}` is {most}")));
    }
    Ok(())
}

/// Runs an outside reader; its panic becomes an error, since hostile bytes must not end the
/// program.
pub(crate) fn guarded<T>(format: &str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(bad(format, "the reader of this format broke off at these bytes")))
}

/// Options from JSON; absent ones take their defaults, unknown ones are errors with their path.
pub(crate) fn options<T: DeserializeOwned>(json: &str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let bad = |problem: String| Error::BadArgument { argument: "options", problem };
    let options = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| bad(format!("{}: {}", error.path(), error.inner())))?;
    reader.end().map_err(|error| bad(error.to_string()))?;
    Ok(options)
}

#[cfg(test)]
mod tests {
    use clientela::Error;

    use super::{Limits, guarded, options};

    #[test]
    fn a_panic_becomes_an_error() {
        let broken = guarded("xlsx", || -> Result<(), Error> { panic!("as outside readers may") });
        assert!(matches!(broken, Err(Error::BadFormat(_))));
    }

    #[test]
    fn options_name_what_is_wrong() {
        assert_eq!(options::<Limits>(r#"{"rows": 7}"#).map(|limits| limits.rows), Ok(7));
        let error = options::<Limits>(r#"{"rows": "7"}"#).unwrap_err().to_string();
        assert!(error.contains("rows"), "{error}");
        assert!(options::<Limits>(r#"{"rowz": 7}"#).is_err());
        assert!(options::<Limits>("{} {}").is_err());
    }
}
