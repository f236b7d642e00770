//! A base: a ledger, and what is known beside it.

use std::ffi::c_char;
use std::mem::size_of;

use clientela::Base;

use crate::boundary::{Versioned, given, text};
use crate::error::Failure;
use crate::journal::clientela_journal;
use crate::ledger::clientela_ledger;
use crate::lifetime::{read_model, read_spend};
use crate::portraits::clientela_portraits;

/// A base: its sales, and what is known beside them. Set all of it to zero, then `size`,
/// `ledger` and the handles that you have; they are read during the call only.
///
/// Every member is as wide as a pointer or a size_t, so there is no padding.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct clientela_base {
    /// sizeof(clientela_base).
    pub size: usize,
    /// The sales.
    pub ledger: *const clientela_ledger,
    /// What is known of the clients, in the ledger's currency and scale; or NULL, then the
    /// verdicts that need it are missing.
    pub portraits: *const clientela_portraits,
    /// Payments that came in, by the day of receipt; or NULL.
    pub payments: *const clientela_ledger,
    /// Orders that were placed, with their quantities; or NULL.
    pub orders: *const clientela_ledger,
    /// JSON of a lifetime model of purchases or of its fit; or NULL, then p_alive,
    /// expected_purchases and clv are missing.
    pub lifetime: *const c_char,
    /// Bytes of lifetime.
    pub lifetime_length: usize,
    /// JSON of a gamma_gamma model or of its fit; or NULL, then clv is missing.
    pub spend: *const c_char,
    /// Bytes of spend.
    pub spend_length: usize,
    /// What the firm does and has beside its sales; or NULL, then nothing is recorded.
    pub journal: *const clientela_journal,
}

// SAFETY: `repr(C)`, begins with its size, every member is as wide as a pointer and so leaves
// no padding, and zero bytes are null pointers and zeros.
unsafe impl Versioned for clientela_base {
    const NAME: &'static str = "clientela_base";
    const FIRST: usize = 5 * size_of::<usize>();
}

const _: () = assert!(size_of::<clientela_base>() == 10 * size_of::<usize>());

impl clientela_base {
    /// The base as the core takes it.
    ///
    /// # Safety
    /// Each handle that is not NULL is one of this library and is not freed during the call; each
    /// text that is not NULL has the bytes stated.
    pub(crate) unsafe fn borrow(&self) -> Result<Base, Failure> {
        // SAFETY: this function's own contract.
        let ledger = unsafe { self.ledger.as_ref() };
        let mut base = Base::new(&given(ledger, "ledger")?.0);
        // SAFETY: as above.
        if let Some(portraits) = unsafe { self.portraits.as_ref() } {
            base = base.portraits(&portraits.0);
        }
        // SAFETY: as above.
        if let Some(payments) = unsafe { self.payments.as_ref() } {
            base = base.payments(&payments.0);
        }
        // SAFETY: as above.
        if let Some(orders) = unsafe { self.orders.as_ref() } {
            base = base.orders(&orders.0);
        }
        // SAFETY: as above.
        if let Some(journal) = unsafe { self.journal.as_ref() } {
            base = base.journal(&journal.0);
        }
        // SAFETY: as above.
        let lifetime = unsafe { text(self.lifetime, self.lifetime_length, "lifetime")? };
        // SAFETY: as above.
        let spend = unsafe { text(self.spend, self.spend_length, "spend")? };
        if lifetime.is_empty() {
            if !spend.is_empty() {
                let problem = "a model of spend needs one of purchases, give `lifetime` as well";
                return Err(Failure::argument("spend", problem));
            }
            return Ok(base);
        }
        let spend = if spend.is_empty() { None } else { Some(read_spend(spend)?) };
        Ok(base.lifetime(&read_model(lifetime)?, spend.as_ref()))
    }
}
