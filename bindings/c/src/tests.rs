//! Tests of what C programs cannot provoke.

use std::mem::MaybeUninit;
use std::ptr::null_mut;

use crate::boundary::{guard, make, make_with, sized};
use crate::error::clientela_status::{CLIENTELA_BAD_ARGUMENT, CLIENTELA_OK, CLIENTELA_PANIC};
use crate::{
    clientela_abi_version, clientela_bytes, clientela_directory, clientela_duplicates,
    clientela_error, clientela_error_free, clientela_grid, clientela_history, clientela_holdout,
    clientela_journal, clientela_ledger, clientela_policy, clientela_portraits, clientela_rules,
    clientela_sales, clientela_segments, clientela_snapshot, clientela_statement,
    clientela_summary, clientela_table, clientela_text,
};

#[test]
fn panics_become_errors() {
    let mut slot = MaybeUninit::uninit();
    let status = guard(Some(&mut slot), || panic!("row {} fell off", 7));
    assert_eq!(status, CLIENTELA_PANIC as i32);
    // SAFETY: the guard has written the slot.
    let error: *mut clientela_error = unsafe { slot.assume_init() };
    // SAFETY: the guard made the error and nobody else has it.
    let error = unsafe { Box::from_raw(error) };
    assert!(format!("{error:?}").contains("row 7 fell off"));
    clientela_error_free(Some(error));
    assert_eq!(guard(None, || std::panic::panic_any(7)), CLIENTELA_PANIC as i32);
}

#[test]
fn a_panic_leaves_null_where_a_handle_would_be() {
    let mut out = MaybeUninit::new(std::ptr::dangling_mut::<clientela_text>());
    let status = make(Some(&mut out), None, || panic!("no text"));
    assert_eq!(status, CLIENTELA_PANIC as i32);
    // SAFETY: it was initialised above.
    assert_eq!(unsafe { out.assume_init() }, null_mut());
}

#[test]
fn a_panic_leaves_null_where_two_handles_would_be() {
    let mut beside = MaybeUninit::new(std::ptr::dangling_mut::<clientela_text>());
    let mut out = MaybeUninit::new(std::ptr::dangling_mut::<clientela_text>());
    let status = make_with(Some(&mut beside), Some(&mut out), None, || panic!("neither"));
    assert_eq!(status, CLIENTELA_PANIC as i32);
    // SAFETY: both were initialised above.
    assert_eq!(unsafe { (beside.assume_init(), out.assume_init()) }, (null_mut(), null_mut()));
}

#[test]
fn structs_may_grow() {
    #[repr(C)]
    struct Newer {
        known: clientela_sales,
        added: usize,
    }
    let mut newer = Newer { known: clientela_sales::default(), added: 0 };
    newer.known.rows = 3;
    newer.known.size = size_of::<Newer>();
    // SAFETY: `newer` is as long as its first member says and initialised.
    let read =
        |newer: &Newer| unsafe { sized((&raw const *newer).cast::<clientela_sales>(), "sales") };
    assert_eq!(read(&newer).map(|sales| sales.rows).ok(), Some(3));
    newer.added = 1;
    let failure = read(&newer).map(|sales| sales.rows).unwrap_err();
    assert_eq!(failure.status(), CLIENTELA_BAD_ARGUMENT as i32);
}

#[test]
fn one_number_names_the_version_of_the_interface() {
    let version = clientela_abi_version();
    assert_eq!(env!("CLIENTELA_ABI"), version.to_string());
    let header = include_str!("../include/clientela.h");
    assert!(header.contains(&format!("#define CLIENTELA_ABI_VERSION {version}\n")));
}

#[test]
fn handles_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<clientela_ledger>();
    shared::<clientela_portraits>();
    shared::<clientela_journal>();
    shared::<clientela_summary>();
    shared::<clientela_holdout>();
    shared::<clientela_snapshot>();
    shared::<clientela_policy>();
    shared::<clientela_rules>();
    shared::<clientela_segments>();
    shared::<clientela_history>();
    shared::<clientela_grid>();
    shared::<clientela_directory>();
    shared::<clientela_duplicates>();
    shared::<clientela_statement>();
    shared::<clientela_table>();
    shared::<clientela_error>();
    shared::<clientela_text>();
    shared::<clientela_bytes>();
    assert_eq!(guard(None, || Ok(())), CLIENTELA_OK as i32);
}
