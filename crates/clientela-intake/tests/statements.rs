//! Statements of each form, held to facts that others give of the same files, or to sums by hand.

use std::collections::BTreeMap;
use std::path::Path;

use clientela_intake::{
    BalanceCheck, EntryKind, SalesOptions, Statement, StatementOptions, read_statement,
};
use serde::Deserialize;

fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(bytes: &[u8]) -> Statement {
    read_statement(bytes, &StatementOptions::default()).unwrap()
}

#[derive(Deserialize)]
struct Expected {
    encoding: String,
    /// Amount and value date.
    transactions: Vec<(String, String)>,
}

#[test]
fn mt940_samples_have_the_amounts_of_the_python_reader() {
    let expected: BTreeMap<String, Expected> =
        serde_json::from_slice(&data("mt940/expected.json")).unwrap();
    let (mut files, mut count) = (0, 0);
    for (name, expected) in &expected {
        let bytes = data(&format!("mt940/{name}"));
        let options = StatementOptions {
            format: Some(clientela_intake::StatementFormat::Mt940),
            encoding: Some(expected.encoding.clone()),
            ..Default::default()
        };
        let found = match read_statement(&bytes, &options) {
            Ok(statement) => statement,
            Err(error) => {
                assert!(expected.transactions.is_empty(), "{name}: {error}");
                continue;
            }
        };
        let amounts: Vec<_> = found.entries.iter().map(|entry| entry.amount.normalize()).collect();
        let wanted: Vec<_> = expected
            .transactions
            .iter()
            .map(|(amount, _)| amount.parse::<rust_decimal::Decimal>().unwrap().normalize())
            .collect();
        assert_eq!(amounts, wanted, "{name}: {:?}", found.report.refused);
        for (entry, (_, day)) in found.entries.iter().zip(&expected.transactions) {
            // The other reader moves 30 February to a day that exists; here it is none.
            assert!(
                entry.value_day.is_none_or(|it| it.to_string() == *day),
                "{name}, {}",
                entry.line
            );
        }
        files += 1;
        count += found.entries.len();
    }
    println!("{files} files, {count} transactions");
    assert!(files >= 45 && count == 209, "{files} files, {count} transactions");
}
