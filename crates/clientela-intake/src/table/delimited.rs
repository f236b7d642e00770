//! Delimited text: CSV, TSV and what a spreadsheet puts on the clipboard.

use clientela::{Error, Result};
use csv::{ByteRecord, ReaderBuilder};

use super::cell::Cell;
use super::sheet::{Sheet, SheetBuilder, Spent};
use super::{TableFormat, TableOptions};
use crate::guard::{bad, within};
use crate::text::Decoded;

/// What may stand between values, in the order in which one wins over another.
const DELIMITERS: [char; 4] = ['\t', ';', ',', '|'];

pub(super) fn read(
    decoded: &Decoded<'_>,
    format: TableFormat,
    options: &TableOptions,
) -> Result<Sheet> {
    let text = decoded.text.as_ref();
    let delimiter = match (options.delimiter, format) {
        (Some(delimiter), _) if delimiter.is_ascii() && !"\"\r\n".contains(delimiter) => delimiter,
        (Some(delimiter), _) => {
            let problem = format!("{delimiter:?} is not one ASCII character other than quotes");
            return Err(Error::BadArgument { argument: "delimiter", problem });
        }
        (None, TableFormat::Tsv | TableFormat::Clipboard) => '\t',
        (None, _) => most_used(text),
    };
    let mut spent = Spent::default();
    let mut sheet = SheetBuilder::new("", &options.limits, &mut spent);
    sheet.report().encoding = Some(decoded.encoding);
    sheet.report().delimiter = Some(delimiter);

    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter as u8)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = ByteRecord::new();
    let mut row = 0;
    let mut start = 0;
    while reader.read_byte_record(&mut record).map_err(|error| bad("table", error))? {
        // The reader passes over empty lines; a row keeps its place by counting them.
        row += empty_lines(text.as_bytes(), start);
        start = reader.position().byte() as usize;
        let line = record.position().map_or(0, csv::Position::line);
        within(&format!("line {line}"), "columns", record.len(), options.limits.columns)?;
        for (column, value) in record.iter().enumerate() {
            // Quotes and delimiters are ASCII, so values end where letters end.
            let value = std::str::from_utf8(value)
                .map_err(|_| bad(&format!("line {line}"), "a letter is cut in two"))?;
            sheet.put(row, column, Cell::text(value))?;
        }
        row += 1;
    }
    sheet.finish(row)
}

/// Empty lines that begin at a byte, where a line has just ended.
fn empty_lines(text: &[u8], start: usize) -> usize {
    let mut rest = &text[start.min(text.len())..];
    // The reader may stop between the two bytes of a line's end.
    if start > 0 && text.get(start - 1) == Some(&b'\r') {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            _ => return lines,
        };
        lines += 1;
    }
}

/// The delimiter that the first line with any has most of, outside of quotes.
fn most_used(text: &str) -> char {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            '\r' | '\n' if !quoted && counts != [0; DELIMITERS.len()] => break,
            letter if !quoted => {
                if let Some(at) = DELIMITERS.iter().position(|&known| known == letter) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let found = DELIMITERS.iter().zip(counts).find(|&(_, count)| count == most && count > 0);
    found.map_or(',', |(&delimiter, _)| delimiter)
}

#[cfg(test)]
mod tests {
    use clientela::intake::Cell;

    use crate::{TableFormat, TableOptions, read_table};

    fn rows(text: &str, options: &TableOptions) -> Vec<Vec<String>> {
        let sheets = read_table(text.as_bytes(), options).unwrap();
        let grid = &sheets[0].grid;
        let row =
            |row| (0..grid.columns()).map(|column| grid.text(row, column).to_owned()).collect();
        (0..grid.rows()).map(row).collect()
    }

    #[test]
    fn what_a_spreadsheet_copies_is_read() {
        let options = TableOptions { format: Some(TableFormat::Clipboard), ..Default::default() };
        let copied = "Иванов\t\"two\r\nlines\"\t\"say \"\"a\tb\"\"\"\r\n\r\nx\t\t7, or 8\r\n";
        let expected: [&[&str]; 3] =
            [&["Иванов", "two\r\nlines", "say \"a\tb\""], &["", "", ""], &["x", "", "7, or 8"]];
        assert_eq!(rows(copied, &options), expected);
    }

    #[test]
    fn empty_lines_keep_their_rows() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["", "a,b", "", "", "c,\"d", "\",", "", "e"].join(end);
            let found = rows(&text, &TableOptions::default());
            let first: Vec<&str> =
                found.iter().map(|row| row.first().map_or("", String::as_str)).collect();
            assert_eq!(first, ["", "a", "", "", "c", "", "e"], "{end:?}");
        }
    }

    #[test]
    fn the_delimiter_is_found_outside_of_quotes() {
        let found = |text: &str| {
            let sheets = read_table(text.as_bytes(), &TableOptions::default()).unwrap();
            sheets[0].report.delimiter
        };
        assert_eq!(found("a;b,5;c"), Some(';'));
        assert_eq!(found("\"a;b;c;d\",e"), Some(','));
        assert_eq!(found("a,b\tc"), Some('\t'));
        assert_eq!(found("one column"), Some(','));
        assert_eq!(found("Title\na|b"), Some('|'));
    }

    #[test]
    fn all_cells_are_text() {
        let sheets = read_table(b"12417,2026-01-31,", &TableOptions::default()).unwrap();
        assert_eq!(sheets[0].grid.columns(), 2);
        assert_eq!(sheets[0].grid.cell(0, 0), Cell::Text("12417"));
        assert_eq!(sheets[0].grid.cell(0, 1), Cell::Text("2026-01-31"));
        assert_eq!(sheets[0].report.filled, 2);
    }
}
