//! The directory: records of clients, to find them in and to tell which mean the same one.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use clientela::intake::{
    Criteria, Directory, DirectoryOptions, DuplicateOptions, Duplicates, FieldKind,
};
use clientela::{ClientId, Error, Policy};
use clientela_arrow::{RecordReadOptions, import_stream, read_directory};
use serde_json::{Map, Value};

use crate::boundary::{free, given, make, read, text};
use crate::error::{Failure, clientela_error};
use crate::ledger::take;
use crate::policy::clientela_policy;
use crate::portraits::clientela_portraits;
use crate::snapshot::clientela_form;
use crate::table::clientela_table;
use crate::text::clientela_text;

/// Records of clients by field, indexed for searches. It never changes, so several threads may use
/// it.
#[derive(Debug)]
pub struct clientela_directory(Directory);

/// Pairs of records that mean the same client, with why. It never changes, so several threads may
/// use it, and it outlives the directories that it was made of.
#[derive(Debug)]
pub struct clientela_duplicates(Duplicates);

/// Makes a directory of records in JSON.
///
/// @param json     a list such as [{"id": 7, "surname": "Orlova", "birth_date": "1990-02-01"}]:
///                 objects with an id, a whole number or a text, and fields that are texts, whole
///                 numbers or null
/// @param options  JSON such as {"kinds": {"branch": "code"}}; NULL with length 0 for the
///                 defaults. The member kinds tells what fields hold whose name does not tell it:
///                 name, text, date, number, phone, email or code
/// @param out      where the directory goes; free it with clientela_directory_free
/// @return CLIENTELA_BAD_DOCUMENT for a record that cannot be taken, with the path such as
///         [3].surname as the error's place; CLIENTELA_BAD_ROW for an id that is empty or stands
///         twice
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_directory_from_json(
    json: *const c_char,
    json_length: usize,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_directory>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options = if options.is_empty() {
            DirectoryOptions::default()
        } else {
            DirectoryOptions::from_json(options)?
        };
        Ok(clientela_directory(Directory::from_json(json, &options)?))
    })
}

/// Makes a directory of an Arrow C stream, a record per row.
///
/// @param stream   is taken over: released by the library and marked as released (its member
///                 `release` is NULL) whatever the status, unless an argument is NULL
/// @param options  JSON such as {"id": "number", "fields": {"last": "surname"}}; NULL with length 0
///                 for the defaults. Members: id (the column of ids, by default id), fields (by
///                 column; by default every other column under its own name), kinds (as for
///                 clientela_directory_from_json), threads
/// @param out      where the directory goes; free it with clientela_directory_free
/// @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
///         CLIENTELA_BAD_FORMAT where the stream itself fails, CLIENTELA_BAD_ARGUMENT for an option
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_directory_from_stream(
    stream: Option<&mut FFI_ArrowArrayStream>,
    options: *const c_char,
    options_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_directory>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let stream = take(stream)?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = unsafe { text(options, options_length, "options")? };
        let options = if options.is_empty() {
            RecordReadOptions::default()
        } else {
            RecordReadOptions::from_json(options)?
        };
        Ok(clientela_directory(read_directory(import_stream(stream)?, &options)?))
    })
}

/// Makes a directory of portraits: names, day of birth, phone, e-mail, address, passports, sex,
/// whom to talk to and the firm's details, of those that somebody has a value of.
///
/// @param out  where the directory goes; free it with clientela_directory_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_directory_of_portraits(
    portraits: Option<&clientela_portraits>,
    out: Option<&mut MaybeUninit<*mut clientela_directory>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let portraits = given(portraits, "portraits")?;
        Ok(clientela_directory(Directory::from_portraits(&portraits.0)?))
    })
}

/// Number of records; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_directory_count(directory: Option<&clientela_directory>) -> usize {
    read(directory, 0, |directory| directory.0.len())
}

/// What the fields hold, by field, as JSON: {"surname": "name", "birth_date": "date", ...}.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_directory_fields(
    directory: Option<&clientela_directory>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let kind = |kind: FieldKind| serde_json::to_value(kind).unwrap_or(Value::Null);
        let fields = given(directory, "directory")?.0.fields();
        let fields: Map<String, Value> =
            fields.map(|(name, holds)| (name.to_owned(), kind(holds))).collect();
        clientela_text::json(&fields)
    })
}

/// The known values of a record with a number as id, as JSON by field.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where there is no such record
#[unsafe(no_mangle)]
pub extern "C" fn clientela_directory_get_by_int(
    directory: Option<&clientela_directory>,
    client: i64,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || record(given(directory, "directory")?, &ClientId::Int(client)))
}

/// The known values of a record with a text as id, as JSON by field.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where there is no such record
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_directory_get_by_text(
    directory: Option<&clientela_directory>,
    client: *const c_char,
    client_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let directory = given(directory, "directory")?;
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        record(directory, &ClientId::from(client))
    })
}

/// The clients for whom all criteria hold, whatever the case, script and spacing; where there are
/// none, those whose names and texts are most alike.
///
/// @param criteria  texts by field as JSON, such as {"surname": "Orlova", "phone": "+7 495 000"}
/// @param policy    NULL for the default policy
/// @param out       where the answer goes, as JSON: {"outcome": "one", "exact": true, "count": 1,
///                  "matches": [{"client": 7, "score": "1", "reasons": [...], "record": {...}}]},
///                  its outcome none, one or many; free it with clientela_text_free
/// @return CLIENTELA_BAD_DOCUMENT for criteria that are no object of texts, CLIENTELA_BAD_ARGUMENT
///         for none and for a field that the directory does not have
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_directory_find(
    directory: Option<&clientela_directory>,
    criteria: *const c_char,
    criteria_length: usize,
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let directory = given(directory, "directory")?;
        // SAFETY: the caller gives `criteria_length` bytes at `criteria`.
        let criteria = unsafe { text(criteria, criteria_length, "criteria")? };
        let (criteria, default) = (Criteria::from_json(criteria)?, Policy::default());
        let policy = policy.map_or(&default, |policy| &policy.0);
        clientela_text::json(&directory.0.find(&criteria, policy)?)
    })
}

/// The records that mean the same client.
///
/// @param options  JSON such as {"fields": ["surname", "birth_date"]}; NULL with length 0 for the
///                 defaults. Members: fields (those that are compared; by default all) and model
///                 (weights to judge by; by default they are learnt from the records)
/// @param policy   NULL for the default policy
/// @param out      where the pairs go; free them with clientela_duplicates_free
/// @return CLIENTELA_BAD_DOCUMENT for options that cannot be read, CLIENTELA_BAD_ARGUMENT for a
///         field that is not there
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_directory_duplicates(
    directory: Option<&clientela_directory>,
    options: *const c_char,
    options_length: usize,
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_duplicates>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let directory = given(directory, "directory")?;
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = duplicate_options(unsafe { text(options, options_length, "options")? })?;
        let default = Policy::default();
        let policy = policy.map_or(&default, |policy| &policy.0);
        Ok(clientela_duplicates(directory.0.duplicates(&options, policy)?))
    })
}

/// The records of one directory that mean the same client as records of another, by the fields
/// that both have.
///
/// @param options  as for clientela_directory_duplicates
/// @param policy   NULL for the default policy
/// @param out      where the pairs go, the record of `left` first; free them with
///                 clientela_duplicates_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_directory_links(
    left: Option<&clientela_directory>,
    right: Option<&clientela_directory>,
    options: *const c_char,
    options_length: usize,
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_duplicates>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let (left, right) = (given(left, "left")?, given(right, "right")?);
        // SAFETY: the caller gives `options_length` bytes at `options`.
        let options = duplicate_options(unsafe { text(options, options_length, "options")? })?;
        let default = Policy::default();
        let policy = policy.map_or(&default, |policy| &policy.0);
        Ok(clientela_duplicates(left.0.links(&right.0, &options, policy)?))
    })
}

/// Frees a directory; NULL is allowed. Duplicates found in it stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_directory_free(directory: Option<Box<clientela_directory>>) {
    free(directory);
}

/// Number of pairs; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_count(duplicates: Option<&clientela_duplicates>) -> usize {
    read(duplicates, 0, |duplicates| duplicates.0.len())
}

/// The pairs: client, other, the weight in bits, the probability.
///
/// @param out  where the table goes; free it with clientela_table_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_table(
    duplicates: Option<&clientela_duplicates>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_table::new(given(duplicates, "duplicates")?.0.table())))
}

/// What was compared, as JSON: records, pairs, compared, duplicates, the threshold in bits, the
/// rounds of learning, and values that too many records share to be compared.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_report(
    duplicates: Option<&clientela_duplicates>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || clientela_text::json(given(duplicates, "duplicates")?.0.report()))
}

/// The weights by which the pairs were judged, as JSON for the member model of the options of
/// clientela_directory_duplicates.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_model(
    duplicates: Option<&clientela_duplicates>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        Ok(clientela_text::new(given(duplicates, "duplicates")?.0.model().to_json()))
    })
}

/// Why two records with numbers as ids are taken to mean one client, or are not: both values, how
/// they agree and the weight, field by field.
///
/// @param form  CLIENTELA_JSON or CLIENTELA_READABLE
/// @param out   where the text goes; free it with clientela_text_free
/// @return CLIENTELA_UNKNOWN_CLIENT where there is no such record, CLIENTELA_BAD_ARGUMENT for a
///         record beside itself
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_explain_by_int(
    duplicates: Option<&clientela_duplicates>,
    client: i64,
    other: i64,
    form: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let duplicates = given(duplicates, "duplicates")?;
        explain(duplicates, &ClientId::Int(client), &ClientId::Int(other), form)
    })
}

/// Why two records with texts as ids are taken to mean one client, or are not; as
/// clientela_duplicates_explain_by_int.
///
/// @param form  CLIENTELA_JSON or CLIENTELA_READABLE
/// @param out   where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_duplicates_explain_by_text(
    duplicates: Option<&clientela_duplicates>,
    client: *const c_char,
    client_length: usize,
    other: *const c_char,
    other_length: usize,
    form: i32,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let duplicates = given(duplicates, "duplicates")?;
        // SAFETY: the caller gives `client_length` bytes at `client`.
        let client = unsafe { text(client, client_length, "client")? };
        // SAFETY: the caller gives `other_length` bytes at `other`.
        let other = unsafe { text(other, other_length, "other")? };
        explain(duplicates, &client.into(), &other.into(), form)
    })
}

/// The clusters that the pairs make: a row per record in one, with the smallest id of the cluster
/// and the pair through which it hangs on it.
///
/// @param out  where the table goes; free it with clientela_table_free
/// @return CLIENTELA_BAD_ARGUMENT for links between two directories, whose ids are two lists
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_clusters(
    duplicates: Option<&clientela_duplicates>,
    out: Option<&mut MaybeUninit<*mut clientela_table>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        Ok(clientela_table::new(given(duplicates, "duplicates")?.0.clusters()?.table()))
    })
}

/// The id that each record of a cluster becomes, as JSON: {"17": 4}, that is 17 becomes 4, the
/// smallest id of its cluster.
///
/// @param out  where the text goes; free it with clientela_text_free
/// @return as clientela_duplicates_clusters
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_rekeys(
    duplicates: Option<&clientela_duplicates>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        clientela_text::json(&given(duplicates, "duplicates")?.0.clusters()?.rekeys())
    })
}

/// Frees duplicates; NULL is allowed. Tables made from them stay usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_duplicates_free(duplicates: Option<Box<clientela_duplicates>>) {
    free(duplicates);
}

fn record(directory: &clientela_directory, client: &ClientId) -> Result<clientela_text, Failure> {
    let record = directory.0.record(client);
    clientela_text::json(&record.ok_or_else(|| Error::UnknownClient(client.to_string()))?)
}

fn duplicate_options(json: &str) -> Result<DuplicateOptions, Failure> {
    if json.is_empty() {
        return Ok(DuplicateOptions::default());
    }
    Ok(DuplicateOptions::from_json(json)?)
}

fn explain(
    duplicates: &clientela_duplicates,
    client: &ClientId,
    other: &ClientId,
    form: i32,
) -> Result<clientela_text, Failure> {
    let form = clientela_form::of(form)?;
    let explanation = duplicates.0.explain(client, other)?;
    match form {
        clientela_form::CLIENTELA_JSON => clientela_text::json(&explanation),
        clientela_form::CLIENTELA_READABLE => Ok(clientela_text::new(explanation.to_string())),
    }
}
