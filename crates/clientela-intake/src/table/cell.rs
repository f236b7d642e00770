//! One cell: its text, and what the file says that it is.

use calamine::{CellErrorType, ExcelDateTime};
use clientela::Day;

/// What the file says that a cell is; delimited text says nothing, so all of its cells are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum CellKind {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text,
    /// A number.
    Number,
    /// A date or a time.
    Date,
    /// `true` or `false`.
    Bool,
    /// An error such as `#N/A`; the text is its name.
    Error,
}

/// A cell's text and its kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cell {
    /// The text.
    pub(super) text: String,
    /// The kind.
    pub(super) kind: CellKind,
}

impl Cell {
    /// A cell of some kind.
    pub(super) fn new(kind: CellKind, text: impl Into<String>) -> Self {
        Self { text: text.into(), kind }
    }

    /// A cell of text; an empty one is empty.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind: if text.is_empty() { CellKind::Empty } else { CellKind::Text }, text }
    }

    /// A cell with a number.
    pub(super) fn number(number: f64) -> Self {
        if number.is_finite() {
            // The standard library writes the shortest digits that read back as the same number.
            let number = if number == 0.0 { 0.0 } else { number };
            Self::new(CellKind::Number, number.to_string())
        } else {
            Self::new(CellKind::Error, "#NUM!")
        }
    }

    /// A cell with a serial number of a day.
    pub(super) fn instant(instant: &ExcelDateTime) -> Self {
        /// The serial number of 10000-01-01.
        const END: f64 = 2_958_466.0;
        let serial = instant.as_f64();
        if !(0.0..END).contains(&serial) {
            return Self::number(serial);
        }
        if instant.is_duration() || serial < 1.0 {
            let seconds = (serial * 86_400.0).round() as u64;
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            return Self::new(
                CellKind::Date,
                format!("{hours:02}:{minutes:02}:{:02}", seconds % 60),
            );
        }
        let (year, month, day, hour, minute, second, milli) = instant.to_ymd_hms_milli();
        // 1900-02-29 never was, yet it has the serial number 60.
        let Some(day) = Day::of(year.into(), month.into(), day.into()) else {
            return Self::number(serial);
        };
        let text = match (hour, minute, second, milli) {
            (0, 0, 0, 0) => day.to_string(),
            (_, _, _, 0) => format!("{day}T{hour:02}:{minute:02}:{second:02}"),
            _ => format!("{day}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
        };
        Self::new(CellKind::Date, text)
    }

    /// A cell with a date in the form of ISO 8601; midnight is left out.
    pub(super) fn iso(text: &str) -> Self {
        let day = text.strip_suffix("T00:00:00").unwrap_or(text);
        Self::new(CellKind::Date, day)
    }

    /// A cell with an error.
    pub(super) fn error(error: &CellErrorType) -> Self {
        Self::new(CellKind::Error, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::{Cell, CellKind};

    #[test]
    fn numbers_are_written_as_they_are() {
        let text = |number| Cell::number(number).text;
        assert_eq!(text(12417.0), "12417");
        assert_eq!(text(12.5), "12.5");
        assert_eq!(text(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(text(-0.0), "0");
        assert_eq!(text(1e15), "1000000000000000");
        assert_eq!(text(1e-7), "0.0000001");
        assert_eq!(Cell::number(f64::NAN).kind, CellKind::Error);
    }

    #[test]
    fn serial_numbers_are_days() {
        let text = |serial, kind| Cell::instant(&ExcelDateTime::new(serial, kind, false)).text;
        let day = |serial| text(serial, ExcelDateTimeType::DateTime);
        // 2026-01-31 is 46,053 days after 1899-12-30.
        assert_eq!(day(46_053.0), "2026-01-31");
        assert_eq!(day(46_053.5), "2026-01-31T12:00:00");
        assert_eq!(day(0.25), "06:00:00");
        assert_eq!(text(1.5, ExcelDateTimeType::TimeDelta), "36:00:00");
        for hostile in [1e300, -5.0, f64::MAX, 60.0] {
            assert!(!day(hostile).contains('T'), "{hostile}");
        }
        let mac = ExcelDateTime::new(44_591.0, ExcelDateTimeType::DateTime, true);
        // 1904 counts 1,462 days less.
        assert_eq!(Cell::instant(&mac).text, "2026-01-31");
    }
}
