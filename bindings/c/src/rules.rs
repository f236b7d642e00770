//! Rules: segments of clients as a document.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::Policy;
use clientela::rule::{Rules, Unstated};
use serde_json::json;

use crate::boundary::{free, given, make, read, text};
use crate::error::clientela_error;
use crate::policy::clientela_policy;
use crate::text::clientela_text;

/// Segments of clients as a document that a CRM can store: who is in each, and why that is of
/// interest. It never changes, so several threads may use it.
#[derive(Debug)]
pub struct clientela_rules(pub(crate) Rules);

/// Reads rules from JSON. Whether a base can answer them says clientela_snapshot_check_rules.
///
/// @param json  a document such as {"version": 1, "rules": [{"id": "slipping_vip", "title": "VIPs
///              that slip", "when": {"all": [{"attribute": "tier", "op": "equals", "value":
///              "vip"}, {"metric": "amount", "window": {"last": 6, "unit": "month"}, "op":
///              "less_than", "value": "1000.00"}]}}]}. Numbers that are not whole are texts
/// @param out   where the rules go; free them with clientela_rules_free
/// @return CLIENTELA_BAD_DOCUMENT for a document that cannot be read, with the path such as
///         rules[0].when.all[1].op as the error's place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_rules_from_json(
    json: *const c_char,
    json_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_rules>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        Ok(clientela_rules(Rules::from_json(json)?))
    })
}

/// The built-in axes as rules, with the thresholds of a policy: who is active, due and lost, key
/// by which sign, in which segment, as far as rules can state it.
///
/// @param policy  NULL for the default policy
/// @param out     where the rules go; free them with clientela_rules_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_rules_built_in(
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_rules>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let default = Policy::default();
        let policy = policy.map_or(&default, |policy| &policy.0);
        Ok(clientela_rules(policy.rules()?))
    })
}

/// The axes, and verdicts of axes, that no rule states, as JSON: [{"axis", "cause"}, ...].
///
/// @param policy  NULL for the default policy
/// @param out     where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_rules_unstated(
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        let default = Policy::default();
        let policy = policy.map_or(&default, |policy| &policy.0);
        let told = |one: &Unstated| json!({"axis": one.axis, "cause": one.cause});
        clientela_text::json(&policy.unstated_axes().iter().map(told).collect::<Vec<_>>())
    })
}

/// The rules as JSON, the same text for equal documents.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_rules_to_json(
    rules: Option<&clientela_rules>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(given(rules, "rules")?.0.to_json())))
}

/// Number of rules, hidden ones too; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_rules_count(rules: Option<&clientela_rules>) -> usize {
    read(rules, 0, |rules| rules.0.rules().len())
}

/// Frees rules; NULL is allowed. What was made with them stays usable.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_rules_free(rules: Option<Box<clientela_rules>>) {
    free(rules);
}
