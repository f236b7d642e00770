//! Hostile bytes: no parser may panic, run away or take memory without bound.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clientela_intake::{
    Limits, SalesOptions, StatementFormat, StatementOptions, TableFormat, TableOptions,
    read_statement, read_table,
};
use proptest::prelude::*;

/// Every parser.
const TABLES: [TableFormat; 3] = [TableFormat::Csv, TableFormat::Xlsx, TableFormat::Ods];
const STATEMENTS: [StatementFormat; 3] =
    [StatementFormat::OneC, StatementFormat::Camt053, StatementFormat::Mt940];

fn tables(bytes: &[u8], format: Option<TableFormat>, limits: Limits) {
    let encodings = [None, Some("windows-1251".to_owned())];
    for encoding in encodings {
        let options = TableOptions { format, encoding, limits, ..TableOptions::default() };
        if let Ok(sheets) = read_table(bytes, &options) {
            let filled: usize = sheets.iter().map(|sheet| sheet.report.filled).sum();
            let rows: usize = sheets.iter().map(|sheet| sheet.grid.rows()).sum();
            assert!(filled <= limits.cells && rows <= limits.cells, "{filled} in {rows}");
        }
        if matches!(format, Some(TableFormat::Xlsx | TableFormat::Ods)) {
            return;
        }
    }
}

fn statements(bytes: &[u8], format: Option<StatementFormat>, limits: Limits) {
    let encodings = [None, Some("windows-1251".to_owned()), Some("ibm866".to_owned())];
    for encoding in encodings {
        let options =
            StatementOptions { format, encoding, limits, keep_raw: true, ..Default::default() };
        let Ok(statement) = read_statement(bytes, &options) else { continue };
        assert_eq!(statement.entries.len(), statement.report.entries);
        serde_json::to_string(&statement).unwrap();
        if let Ok(sales) = statement.sales(&SalesOptions::default()) {
            let left = sales.report.left_out;
            let rest = left.pending
                + left.own_transfers
                + left.outgoing
                + left.zero
                + left.foreign_currency
                + left.without_payer;
            // Every entry is somewhere.
            assert_eq!(sales.report.sales + sales.report.returns + rest, sales.report.entries);
            let _ledger = sales.ledger();
        }
    }
}

/// Every parser on the same bytes.
fn all(bytes: &[u8], limits: Limits) {
    tables(bytes, None, limits);
    for format in TABLES {
        tables(bytes, Some(format), limits);
    }
    statements(bytes, None, limits);
    for format in STATEMENTS {
        statements(bytes, Some(format), limits);
    }
}

/// Limits low enough that hostile files reach them.
fn low() -> Limits {
    Limits {
        rows: 1 << 20,
        cells: 200_000,
        text_bytes: 8 << 20,
        unpacked_bytes: 8 << 20,
        entries: 20_000,
        ..Limits::default()
    }
}

/// Pieces that mean something to some parser.
const WORDS: [&str; 44] = [
    "<!DOCTYPE a [<!ENTITY b \"bbbb\">]>",
    "&b;",
    "&#x0;",
    "&amp;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<a>",
    "</a>",
    "<c r=\"XFD1048576\"><v>1</v></c>",
    "<c r=\"A4294967295\">",
    "<row r=\"0\">",
    "table:number-columns-repeated=\"4294967295\"",
    "table:number-rows-repeated=\"18446744073709551615\"",
    "text:c=\"999999999999\"",
    "<table:table table:name=\"x\">",
    "</table:table>",
    "<office:annotation>",
    "office:value=\"nan\"",
    "office:value=\"1e999\"",
    "t=\"s\"",
    "<v>-1</v>",
    "s=\"99999\"",
    "<Ntry>",
    "</Ntry>",
    "<TxDtls>",
    "<Amt Ccy=\"EUR\">99999999999999999999.99</Amt>",
    "DBIT",
    ":61:",
    ":86:",
    ":20:",
    ":60F:C991332EUR,",
    "?20",
    "?3",
    "/NAME/",
    "/CNTP/",
    "-}",
    "{4:",
    "СекцияДокумент=",
    "КонецДокумента",
    "Сумма=99999999999999999999999999999.99",
    "\u{202e}",
    "\"",
];

/// Valid files of every form; the parts of workbooks are changed before they are packed.
#[derive(Clone)]
enum Seed {
    Plain(Vec<u8>),
    Parts(Vec<(&'static str, String)>),
}

fn seeds() -> Vec<Seed> {
    let plain = |text: &str| Seed::Plain(text.as_bytes().to_vec());
    let mut seeds = vec![
        Seed::Parts(common::xlsx_parts(common::XLSX_ROWS, "ООО «Ель»")),
        Seed::Parts(vec![
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
            ("content.xml", common::ods_content(common::ODS_ROWS)),
        ]),
        Seed::Plain(common::xlsx(common::XLSX_ROWS, "x")),
        Seed::Plain(common::ods_of(&common::ods_content(common::ODS_ROWS))),
        plain("Клиент;Дата;Сумма\n\"ООО \"\"Ель\"\"\";2026-01-31;12,50\n\n;;\n"),
        plain("a\tb\t\"c\nd\"\r\n1\t2\t3\r\n"),
        plain(&common::camt("02", common::CAMT_STATEMENT)),
        plain(&common::camt("13", common::CAMT_STATEMENT)),
        plain(common::ONE_C),
        Seed::Plain(encoding_rs::WINDOWS_1251.encode(common::ONE_C).0.into_owned()),
        Seed::Plain(
            encoding_rs::IBM866.encode(&common::ONE_C.replace("Windows", "DOS")).0.into_owned(),
        ),
    ];
    for name in ["betterplace/sepa_snippet", "jejik/rabobank-iban", "mBank/mt940", "cmxl/mt940"] {
        seeds.push(Seed::Plain(common::data(&format!("mt940/{name}.sta"))));
    }
    seeds
}

/// A small generator with a fixed start, so that a run can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Changes bytes in one of the ways that break parsers.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let span = at..(at + 1 + random.below(40)).min(bytes.len());
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.next() as u8,
            2 => bytes.truncate(at),
            3 if !span.is_empty() => drop(bytes.drain(span)),
            4 if !span.is_empty() => {
                let copy = bytes[span].repeat(1 + random.below(200));
                bytes.splice(at..at, copy);
            }
            5 => {
                let to = random.below(bytes.len() + 1);
                let copy = bytes[at.min(to)..at.max(to)].to_vec();
                if copy.len() < 4096 {
                    bytes.splice(to..to, copy);
                }
            }
            6 => {
                let digits = ["0", "-1", "99999999999999999999", "4294967296", "1e308", ""];
                bytes.splice(at..at, digits[random.below(digits.len())].bytes());
            }
            _ => {
                let word = WORDS[random.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
        }
    }
}

fn mutated(seed: &Seed, random: &mut Random) -> Vec<u8> {
    match seed {
        Seed::Plain(bytes) => {
            let mut bytes = bytes.clone();
            mutate(&mut bytes, random);
            bytes
        }
        Seed::Parts(parts) => {
            let mut parts: Vec<(&str, Vec<u8>)> =
                parts.iter().map(|(name, text)| (*name, text.clone().into_bytes())).collect();
            let at = random.below(parts.len());
            // The sheets are where cells are.
            let at = if random.below(2) == 0 { parts.len() - 1 } else { at };
            mutate(&mut parts[at].1, random);
            common::archive(&parts)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_bytes_are_an_answer_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        all(&bytes, low());
    }

    #[test]
    fn random_lines_are_an_answer_or_an_error(
        words in proptest::collection::vec((0..WORDS.len(), "[ -~\n]{0,12}"), 0..60),
    ) {
        let text: String =
            words.iter().flat_map(|(at, text)| [WORDS[*at], text.as_str()]).collect();
        all(text.as_bytes(), low());
    }

    #[test]
    fn changed_files_are_an_answer_or_an_error(at in 0..15_usize, start in 1..u64::MAX) {
        let seeds = seeds();
        let bytes = mutated(&seeds[at % seeds.len()], &mut Random(start));
        all(&bytes, low());
    }
}

/// The most memory that the process has had, in MiB; only Linux tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

/// Runs as long as `CLIENTELA_FUZZ_MINUTES` says (default 10) over every parser: `cargo xtask
/// fuzz MINUTES`.
#[test]
#[ignore = "runs for minutes"]
fn long_run() {
    static CAUGHT: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let minutes = std::env::var("CLIENTELA_FUZZ_MINUTES").ok().and_then(|it| it.parse().ok());
    let end = Instant::now() + Duration::from_secs(60 * minutes.unwrap_or(10));
    let start: u64 = std::env::var("CLIENTELA_FUZZ_SEED")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(0x9e37_79b9_7f4a_7c15);
    // Panics of outside readers are caught within, so they are counted here.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if let Ok(mut caught) = CAUGHT.lock() {
            caught.push(place);
        }
    }));
    let seeds = seeds();
    let mut random = Random(start);
    let (mut runs, mut bytes_read) = (0_u64, 0_u64);
    let mut longest = (Duration::ZERO, 0);
    let mut broken = None;
    while Instant::now() < end && broken.is_none() {
        let bytes = if random.below(10) == 0 {
            (0..random.below(2000)).map(|_| random.next() as u8).collect()
        } else {
            let seed = &seeds[random.below(seeds.len())];
            let mut bytes = mutated(seed, &mut random);
            if random.below(8) == 0 {
                mutate(&mut bytes, &mut random);
            }
            bytes
        };
        let begin = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| all(&bytes, low()))).is_err() {
            broken = Some(bytes.clone());
        }
        longest = longest.max((begin.elapsed(), bytes.len()));
        runs += 1;
        bytes_read += bytes.len() as u64;
    }
    drop(std::panic::take_hook());
    let mut places = CAUGHT.lock().map(|caught| caught.clone()).unwrap_or_default();
    let panics = places.len();
    places.sort_unstable();
    places.dedup();
    println!(
        "{runs} files through every parser, {} MB; the longest took {:?} for {} bytes; peak {:?} MiB; \
         {panics} panics of outside readers caught: {places:?}",
        bytes_read / 1_000_000,
        longest.0,
        longest.1,
        peak()
    );
    if let Some(bytes) = broken {
        let file = std::env::temp_dir().join("clientela-fuzz.bin");
        std::fs::write(&file, bytes).unwrap();
        panic!("a parser broke off; the bytes are in {}", file.display());
    }
    assert!(longest.0 < Duration::from_secs(10), "{longest:?}");
    assert!(peak().is_none_or(|mebibytes| mebibytes < 1024));
}
