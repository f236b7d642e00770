//! Files of clients and sales: tables and bank statements in the formats that firms have them in
//! (R47, S2.13, S2.33). Bytes go in; there is no other input or output.
//!
//! ```
//! use clientela_intake::{SalesOptions, StatementOptions, read_statement};
//!
//! let bytes = "\
//! :20:1\n:25:DE89370400440532013000\n:60F:C260101EUR10,00\n\
//! :61:2601020102C2,50NTRFNONREF\n:86:166?00CREDIT?20Invoice 7?32ACME GmbH\n\
//! :62F:C260102EUR12,50\n";
//! let statement = read_statement(bytes.as_bytes(), &StatementOptions::default())?;
//! let sales = statement.sales(&SalesOptions::default())?;
//! assert_eq!(sales.report.clients[0].client, "name:acme gmbh");
//! assert_eq!(sales.ledger()?.total(), 250);
//! # Ok::<(), clientela::Error>(())
//! ```
//!
//! | bytes | by | what is added here |
//! |---|---|---|
//! | CSV, TSV, clipboard | `csv` | encodings, the delimiter, places of empty lines |
//! | XLSX, ODS | `calamine` | archives checked and unpacked under limits, numbers and days as texts |
//! | `1CClientBankExchange` | `odin_palace` | the DOS encoding, cut lines, absent requisites, line numbers |
//! | camt.053 | `sepa` | all versions, payments of a batch, tax ids, banks, reversals, line numbers |
//! | MT940 | this crate | |
//!
//! # Hostile bytes
//!
//! [`Limits`] bounds what a file may cost, with defaults for a program that reads files of others.
//! Sizes of archives are checked by their directory and counted again when they are unpacked. XML
//! is walked before an outside reader sees it: a document type is refused, and with it every
//! entity that a file declares; elements must close in order and not nest too deep; what repeats in
//! ODS is counted before it is unfolded. A panic of an outside reader is caught and is an error;
//! `calamine`, for one, has had them, so a program must not be built with `panic = "abort"`.

#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod archive;
mod guard;
mod statement;
mod table;
mod text;
mod xml;

pub use guard::Limits;
pub use statement::*;
pub use table::{Sheet, SheetReport, TableFormat, TableOptions, read_sheet, read_table};
