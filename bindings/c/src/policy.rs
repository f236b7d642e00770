//! The policy: every threshold, period and convention, as one document.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use clientela::{Industry, Policy};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};

use crate::boundary::{free, given, make, text};
use crate::error::{Failure, clientela_error};
use crate::text::clientela_text;

/// A policy: every threshold, period and convention. It never changes, so several threads
/// may use it.
#[derive(Debug)]
pub struct clientela_policy(pub(crate) Policy);

/// The default policy, usable as it is.
///
/// @param out  where the policy goes; free it with clientela_policy_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_policy_new(
    out: Option<&mut MaybeUninit<*mut clientela_policy>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_policy(Policy::default())))
}

/// Reads a policy from JSON; absent fields take their defaults.
///
/// @param out  where the policy goes; free it with clientela_policy_free
/// @return CLIENTELA_BAD_POLICY for an unknown field or a value out of range, with the path of
///         the field as the error's place
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_policy_from_json(
    json: *const c_char,
    json_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_policy>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `json_length` bytes at `json`.
        let json = unsafe { text(json, json_length, "json")? };
        Ok(clientela_policy(Policy::from_json(json)?))
    })
}

/// The default policy with the return period of an industry.
///
/// @param industry  clothing, jewellery, furniture or restaurant
/// @param out       where the policy goes; free it with clientela_policy_free
/// @return CLIENTELA_BAD_ARGUMENT for any other name
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clientela_policy_for_industry(
    industry: *const c_char,
    industry_length: usize,
    out: Option<&mut MaybeUninit<*mut clientela_policy>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || {
        // SAFETY: the caller gives `industry_length` bytes at `industry`.
        let name = unsafe { text(industry, industry_length, "industry")? };
        let named: StrDeserializer<'_, ValueError> = name.into_deserializer();
        let industry = Industry::deserialize(named)
            .map_err(|error| Failure::argument("industry", error.to_string()))?;
        let policy = Policy::industry(industry);
        policy.check()?;
        Ok(clientela_policy(policy))
    })
}

/// The policy as JSON, with every field written out.
///
/// @param out  where the text goes; free it with clientela_text_free
#[unsafe(no_mangle)]
pub extern "C" fn clientela_policy_to_json(
    policy: Option<&clientela_policy>,
    out: Option<&mut MaybeUninit<*mut clientela_text>>,
    error: Option<&mut MaybeUninit<*mut clientela_error>>,
) -> i32 {
    make(out, error, || Ok(clientela_text::new(given(policy, "policy")?.0.to_json())))
}

/// Frees a policy; NULL is allowed. Snapshots made with it keep their own copy.
#[unsafe(no_mangle)]
pub extern "C" fn clientela_policy_free(policy: Option<Box<clientela_policy>>) {
    free(policy);
}
