//! Figures that clients with the same x and T share.

use std::sync::{Mutex, PoisonError};

/// Slots of the largest table; what a core's cache holds.
const MOST: usize = 1 << 15;

/// A table of figures by x and T with a slot for each hash: what another key finds there it
/// replaces, so that no look-up is ever long, and data without a repetition cost little more than
/// without the table.
#[derive(Debug)]
struct Figures(Box<[(u32, u64, f64)]>);

/// No time from 0 up has these bits.
const NONE: u64 = u64::MAX;

impl Figures {
    fn new(rows: usize) -> Self {
        let slots = rows.saturating_mul(2).next_power_of_two().clamp(2, MOST);
        Self(vec![(0, NONE, 0.0); slots].into())
    }

    /// The figure of x and T, made anew where it is not at hand.
    #[inline]
    fn get(&mut self, x: u32, age: f64, make: impl FnOnce() -> f64) -> f64 {
        let bits = age.to_bits();
        // Odd multipliers with well-mixed bits, from the golden ratio and the square root of 3.
        let mixed = u64::from(x).wrapping_mul(0xbb67_ae85_84ca_a73b) ^ bits;
        let hash = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = (hash >> (64 - self.0.len().trailing_zeros())) as usize;
        let slot = &mut self.0[place];
        if (slot.0, slot.1) != (x, bits) {
            *slot = (x, bits, make());
        }
        slot.2
    }
}

/// Tables for threads to take and give back. A figure depends on its key alone, so that it does
/// not matter which of them a thread gets.
#[derive(Debug)]
pub(crate) struct Shelf {
    rows: usize,
    free: Mutex<Vec<Figures>>,
}

impl Shelf {
    /// Tables for so many rows.
    pub(crate) fn new(rows: usize) -> Self {
        Self { rows, free: Mutex::default() }
    }

    pub(crate) fn take(&self) -> Taken<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Taken { shelf: self, figures: free.unwrap_or_else(|| Figures::new(self.rows)) }
    }
}

/// A table that goes back when it is no longer needed.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    shelf: &'a Shelf,
    figures: Figures,
}

impl Taken<'_> {
    /// The figure of x and T; `make` makes it where it is not at hand.
    #[inline]
    pub(crate) fn get(&mut self, x: u32, age: f64, make: impl FnOnce() -> f64) -> f64 {
        self.figures.get(x, age, make)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let figures = std::mem::replace(&mut self.figures, Figures(Box::default()));
        self.shelf.free.lock().unwrap_or_else(PoisonError::into_inner).push(figures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_figure() {
        // Far more keys than slots, so that most are made again and again.
        let shelf = Shelf::new(8);
        for round in 0..2 {
            let mut figures = shelf.take();
            for x in 0..50 {
                for day in 0..50 {
                    let age = f64::from(day) / 7.0;
                    let figure = f64::from(x) * 1_000.0 + f64::from(day);
                    assert_eq!(figures.get(x, age, || figure), figure, "{round}");
                }
            }
        }
    }

    #[test]
    fn what_is_at_hand_is_not_made_again() {
        let shelf = Shelf::new(1);
        shelf.take().get(3, 0.0, || 5.0);
        assert_eq!(shelf.take().get(3, 0.0, || 6.0), 5.0);
    }
}
