//! Tables of each form, and the limits that hostile ones reach.

mod common;

use clientela::intake::Cell;
use clientela_intake::{Limits, Sheet, TableOptions, read_table};

fn read(bytes: &[u8]) -> Vec<Sheet> {
    read_table(bytes, &TableOptions::default()).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    read_table(bytes, &TableOptions::default()).unwrap_err().to_string()
}

fn texts(sheet: &Sheet) -> Vec<Vec<&str>> {
    let grid = &sheet.grid;
    let row = |row| (0..grid.columns()).map(|column| grid.text(row, column)).collect();
    (0..grid.rows()).map(row).collect()
}

#[test]
fn cells_of_excel_come_as_they_are_meant() {
    let sheets = read(&common::xlsx(common::XLSX_ROWS, "ООО «Ель»"));
    let sheet = &sheets[0];
    assert_eq!(sheet.name, "Клиенты");
    let expected: [&[&str]; 3] = [
        // 46,053 days after 1899-12-30.
        &["ООО «Ель»", "12417", "0.30000000000000004", "2026-01-31", "true", "#N/A"],
        &["", "", "", "", "", ""],
        &["", "встроен", "2", "12.5", "a & b", ""],
    ];
    assert_eq!(texts(sheet), expected);
    assert_eq!(sheet.grid.cell(0, 1), Cell::Number("12417"));
    assert_eq!(sheet.grid.cell(0, 3), Cell::Day("2026-01-31".parse().unwrap()));
    assert_eq!(sheet.grid.cell(0, 5), Cell::Text("#N/A"));
    let report = &sheet.report;
    assert_eq!((report.filled, report.numbers, report.inexact), (10, 4, 1));
    assert_eq!((report.dates, report.errors, report.columns), (1, 1, 6));
}

#[test]
fn cells_of_open_document_come_as_they_are_meant() {
    let sheets = read(&common::ods_of(&common::ods_content(common::ODS_ROWS)));
    assert_eq!(sheets[0].name, "Лист");
    let expected: [&[&str]; 5] = [
        &["Иван  П.\nвторая", "12417", "2026-01-31", "", "", "true"],
        &["", "", "", "", "", ""],
        &["", "", "", "", "", ""],
        &["0.5", "0.5", "", "", "", ""],
        &["0.5", "0.5", "", "", "", ""],
    ];
    assert_eq!(texts(&sheets[0]), expected);
    assert_eq!(sheets[0].grid.cell(0, 2), Cell::Day("2026-01-31".parse().unwrap()));
}

#[test]
fn one_sheet_may_be_asked_for() {
    let bytes = common::xlsx(common::XLSX_ROWS, "x");
    let options = TableOptions::from_json(r#"{"sheet": "Клиенты"}"#).unwrap();
    assert_eq!(read_table(&bytes, &options).unwrap().len(), 1);
    let options = TableOptions::from_json(r#"{"sheet": "Нет"}"#).unwrap();
    assert!(read_table(&bytes, &options).is_err());
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    // 20 MB of blanks pack a thousand times.
    let rows = " ".repeat(20 << 20);
    assert!(refusal(&common::xlsx(&rows, "x")).contains("ratio"));
    let options = TableOptions::from_json(r#"{"limits": {"unpacked_bytes": 100}}"#).unwrap();
    let error = read_table(&common::xlsx("", "x"), &options).unwrap_err().to_string();
    assert!(error.contains("unpacked_bytes"), "{error}");
}

#[test]
fn a_directory_that_lies_is_found_out() {
    let rows = format!("<row r=\"1\"><c><v>{}</v></c></row>", "1".repeat(40_000));
    let mut bytes = common::xlsx(&rows, "x");
    // The last record of the directory says how large the sheet is when unpacked.
    let record = bytes.windows(4).rposition(|it| it == b"PK\x01\x02").unwrap();
    bytes[record + 24..record + 28].copy_from_slice(&10_u32.to_le_bytes());
    let options = TableOptions::from_json(r#"{"limits": {"unpacked_bytes": 20000}}"#).unwrap();
    assert!(read_table(&bytes, &options).is_err());
}

#[test]
fn declared_entities_are_refused() {
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    for part in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"] {
        let mut parts = common::xlsx_parts("", "x");
        for (name, text) in &mut parts {
            if *name == part {
                *text = format!("{bomb}{text}");
            }
        }
        let error = refusal(&common::archive(&parts));
        assert!(error.contains("document type") && error.contains(part), "{error}");
    }
    let content = common::ods_content("").replace("?>", &format!("?>{bomb}"));
    assert!(refusal(&common::ods_of(&content)).contains("document type"));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    assert!(refusal(&common::xlsx(&deep, "x")).contains("depth"));
    assert!(refusal(&common::ods_of(&common::ods_content(&deep))).contains("depth"));
}

#[test]
fn huge_cells_columns_and_rows_are_refused_by_name() {
    let huge = "x".repeat(200_000);
    assert!(refusal(huge.as_bytes()).contains("row 1, column 1: 200000 cell_bytes"));
    // A quote that never closes.
    assert!(refusal(format!("a,\"{huge}").as_bytes()).contains("cell_bytes"));
    assert!(refusal(",".repeat(1_000_000).as_bytes()).contains("1000001 columns"));
    let cell = |at: &str| common::xlsx(&format!("<row><c r=\"{at}\"><v>1</v></c></row>"), "x");
    assert!(refusal(&cell("XFE1")).contains("column 16385"));
    assert!(refusal(&cell("A1048577")).contains("rows"));
    for beyond in ["A99999999999", "AAAAAAAAAAAAAAA1", "A4294967297"] {
        assert!(refusal(&cell(beyond)).contains("cell"), "{beyond}");
    }
    let rows = "\n".repeat(1_100_000);
    assert!(refusal(format!("{rows}x").as_bytes()).contains("rows"));
}

#[test]
fn what_repeats_is_counted_before_it_is_unfolded() {
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\"";
    let rows = |attributes: &str, times: u64| {
        let rows = format!(
            "<table:table-row table:number-rows-repeated=\"{times}\">{cell} {attributes}/></table:table-row>"
        );
        common::ods_of(&common::ods_content(&rows))
    };
    assert!(refusal(&rows("table:number-columns-repeated=\"16384\"", 1_000_000)).contains("cells"));
    assert!(refusal(&rows("table:number-columns-repeated=\"99999\"", 1)).contains("columns"));
    assert!(refusal(&rows("", u64::MAX)).contains("rows"));
    assert!(refusal(&rows("", 0)).contains("number-rows-repeated"));
    let spaces = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>\
                  <text:s text:c=\"999999999999\"/></text:p></table:table-cell></table:table-row>";
    assert!(refusal(&common::ods_of(&common::ods_content(spaces))).contains("cell_bytes"));
    // A wide row and a long empty stretch make a large box.
    let corner = format!(
        "<table:table-row>{cell} table:number-columns-repeated=\"16384\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell/></table:table-row>\
         <table:table-row>{cell}/></table:table-row>"
    );
    assert!(refusal(&common::ods_of(&common::ods_content(&corner))).contains("cells"));
    // A document that breaks off has no end to look for.
    let cut = common::ods_content("<table:table-row>");
    assert!(refusal(&common::ods_of(&cut[..cut.len() - 60])).contains("content.xml"));
}

#[test]
fn one_long_text_may_not_stand_in_every_cell() {
    // Rows without a place follow each other.
    let rows = "<row><c t=\"s\"><v>0</v></c></row>".repeat(4000);
    let error = refusal(&common::xlsx(&rows, &"x".repeat(100_000)));
    assert!(error.contains("text_bytes"), "{error}");
}

#[test]
fn limits_can_be_set() {
    let limits = Limits { cells: 5, ..Limits::default() };
    let options = TableOptions { limits, ..TableOptions::default() };
    assert!(read_table(b"a,b,c", &options).is_ok());
    let error = read_table(b"a,b,c\nd,e,f", &options).unwrap_err().to_string();
    assert!(error.contains("row 2, column 1"), "{error}");
    let options = TableOptions::from_json(r#"{"limits": {"bytes": 2}}"#).unwrap();
    assert!(read_table(b"abc", &options).is_err());
}

#[test]
fn bank_cards_are_masked() {
    // The test number of a card scheme.
    let sheets = read(&common::xlsx("<row><c><v>4111111111111111</v></c></row>", "x"));
    assert_eq!(sheets[0].grid.text(0, 0), "****1111");
}
