//! Figures that clients with the same x and T share.

use std::sync::{Mutex, PoisonError};

/// Slots of the largest table; what a core's cache holds.
const MOST: usize = 1 << 15;

/// A table of figures by x and T with a slot for each hash: what another key finds there it
/// replaces, so that no look-up is ever long, and data without a repetition cost little more than
/// without the table.
#[derive(Debug)]
pub(crate) struct Figures {
    /// The bits of x and T, and the figure.
    slots: Vec<(u64, u64, f64)>,
    /// Bits of a hash that do not tell its slot.
    spare: u32,
}

/// No time from 0 up has these bits.
const NONE: u64 = u64::MAX;

impl Figures {
    fn new(rows: usize) -> Self {
        let slots = rows.saturating_mul(2).next_power_of_two().clamp(2, MOST);
        Self { slots: vec![(0, NONE, 0.0); slots], spare: u64::BITS - slots.trailing_zeros() }
    }

    /// The figure of x and T, made anew where it is not at hand.
    #[inline]
    pub(crate) fn get(&mut self, x: f64, age: f64, make: impl FnOnce() -> f64) -> f64 {
        let key = (x.to_bits(), age.to_bits());
        // Odd multipliers with well-mixed bits, from the golden ratio and the square root of 3.
        let mixed = key.0.wrapping_mul(0xbb67_ae85_84ca_a73b);
        let hash = mixed.wrapping_add(key.1.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let slot = &mut self.slots[(hash >> self.spare) as usize];
        if (slot.0, slot.1) != key {
            *slot = (key.0, key.1, make());
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

    /// Works with a table that is free, or a new one.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Figures) -> T) -> T {
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut figures = taken.unwrap_or_else(|| Figures::new(self.rows));
        let done = work(&mut figures);
        free().push(figures);
        done
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
            shelf.with(|figures| {
                for x in 0..50 {
                    for day in 0..50 {
                        let (x, age) = (f64::from(x), f64::from(day) / 7.0);
                        let figure = x * 1_000.0 + f64::from(day);
                        assert_eq!(figures.get(x, age, || figure), figure, "{round}");
                    }
                }
            });
        }
    }

    #[test]
    fn what_is_at_hand_is_not_made_again() {
        let shelf = Shelf::new(1);
        shelf.with(|figures| figures.get(3.0, 0.0, || 5.0));
        assert_eq!(shelf.with(|figures| figures.get(3.0, 0.0, || 6.0)), 5.0);
    }
}
