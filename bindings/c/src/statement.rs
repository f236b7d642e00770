//! Bank statements, as sales where there is no CRM.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela_intake::{SalesOptions, Statement, StatementOptions, read_statement};

use crate::boundary::{free, given, make, make_with, read, slice, text};
use crate::error::clientela_error;
use crate::ledger::clientela_ledger;
use crate::text::clientela_text;

/// A bank statement: accounts with their balances, and entries. It never changes, so several
/// threads may use it.
#[derive(Debug)]
pub struct clientela_statement(Statement);

/// Reads a bank statement: 1CClientBankExchange, camt.053 of any version, or MT940. An entry that
/// cannot be read is set aside with its line and told by clientela_statement_to_json.
///
/// @param data     the bytes of the file
/// @param options  JSON such as {"encoding": "windows-1251"}; NULL with length 0 for the defaults.
///                 Members: format (1c, camt053, mt940), encoding, currency, scale, own_accounts,
///                 own_tax_ids, keep_raw, limits
/// @param out      where the statement goes; free it with clientela_statement_free
/// @return CLIENTELA_BAD_FORMAT where the form of the file is broken or it is beyond a limit, with
///         the byte or line in the message; CLIENTELA_BAD_ARGUMENT for an option
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_statement_from_bytes(
    data: *const u8,
    length: usize,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_statement>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `length` bytes at `data`.
        let data = unsafe { slice(data, length, "data")? };
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options = if options.is_empty() {
            StatementOptions::default()
        } else {
            StatementOptions::from_json(options)?
        };
        Ok(clientela_statement(read_statement(data, &options)?))
    })
}

/// The statement as JSON: format, encoding, scale, pages with their balances, entries, and the
/// report of what was read and what was not.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_statement_to_json(
    statement: Option<&clientela_statement>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(&given(statement, "statement")?.0))
}

/// Number of entries; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_statement_count(statement: Option<&clientela_statement>) -> usize {
    read(statement, 0, |statement| statement.0.entries.len())
}

/// The booked payments of others as sales of who paid; a payment taken back is a return.
///
/// @param options  JSON such as {"currency": "EUR", "key": "tax_id"}; NULL with length 0 for the
///                 defaults. Members: currency (the one of the ledger; entries in another are left
///                 out), key (tax_id_and_account or tax_id)
/// @param report   where it is told what became of the entries, as JSON: sales, returns, amount,
///                 what was left out and why, and the clients with the names under which they paid;
///                 free it with clientela_text_free. Or NULL
/// @param out      where the ledger goes; free it with clientela_ledger_free
/// @return CLIENTELA_MISMATCH where payments are in two currencies and none is asked for,
///         CLIENTELA_EMPTY where there are none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_statement_ledger(
    statement: Option<&clientela_statement>,
    options: *const c_char,
    options_length: usize,
    report: Option<&mut MaybeUninit<*mut clientela_text>>,
    out: Option<&mut MaybeUninit<*mut clientela_ledger>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make_with(report, out, error, || {
        let statement = given(statement, "statement")?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options = if options.is_empty() {
            SalesOptions::default()
        } else {
            SalesOptions::from_json(options)?
        };
        let sales = statement.0.sales(&options)?;
        let report = clientela_text::json(&sales.report)?;
        Ok((clientela_ledger(sales.ledger()?), report))
    })
}

/// Frees a statement; NULL is allowed. Ledgers made from it stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_statement_free(statement: Option<Box<clientela_statement>>) {
    free(statement);
}
