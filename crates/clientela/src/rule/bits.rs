//! Verdicts of three values on a chunk of clients, a bit each.

/// Clients of a chunk.
pub(super) const CHUNK: usize = 4_096;
/// Words of a chunk.
pub(super) const WORDS: usize = CHUNK / 64;

/// For each client of a chunk whether something holds, and whether that is unknown; what neither
/// holds nor is unknown does not hold. Bits past the chunk's clients are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bits {
    pub(super) holds: [u64; WORDS],
    pub(super) unknown: [u64; WORDS],
}

/// The bits of word `word` that stand for one of so many clients.
fn mask(word: usize, rows: usize) -> u64 {
    match rows.saturating_sub(word * 64) {
        0 => 0,
        left @ 1..64 => (1 << left) - 1,
        _ => u64::MAX,
    }
}

impl Bits {
    /// It holds for nobody.
    pub(super) const NONE: Self = Self { holds: [0; WORDS], unknown: [0; WORDS] };

    /// It holds for so many clients.
    pub(super) fn all(rows: usize) -> Self {
        Self { holds: std::array::from_fn(|word| mask(word, rows)), unknown: [0; WORDS] }
    }

    pub(super) fn get(&self, row: usize) -> Option<bool> {
        let bit = |words: &[u64; WORDS]| words[row / 64] >> (row % 64) & 1 == 1;
        if bit(&self.unknown) { None } else { Some(bit(&self.holds)) }
    }

    /// Known not to hold, of so many clients.
    fn fails(&self, word: usize, rows: usize) -> u64 {
        mask(word, rows) & !(self.holds[word] | self.unknown[word])
    }

    pub(super) fn not(&mut self, rows: usize) {
        for word in 0..WORDS {
            self.holds[word] = self.fails(word, rows);
        }
    }

    pub(super) fn and(&mut self, other: &Self) {
        for word in 0..WORDS {
            let may = |bits: &Self| bits.holds[word] | bits.unknown[word];
            let may = may(self) & may(other);
            self.holds[word] &= other.holds[word];
            self.unknown[word] = may & !self.holds[word];
        }
    }

    pub(super) fn or(&mut self, other: &Self) {
        for word in 0..WORDS {
            self.holds[word] |= other.holds[word];
            self.unknown[word] = (self.unknown[word] | other.unknown[word]) & !self.holds[word];
        }
    }

    /// Whether it is known to hold for nobody.
    pub(super) fn is_never(&self) -> bool {
        self.holds.iter().chain(&self.unknown).all(|&word| word == 0)
    }

    /// Whether it holds for all of so many clients.
    pub(super) fn is_always(&self, rows: usize) -> bool {
        (0..WORDS).all(|word| self.holds[word] == mask(word, rows))
    }

    /// What is unknown counts as holding, or as not.
    pub(super) fn decide(&mut self, holds: bool) {
        for word in 0..WORDS {
            if holds {
                self.holds[word] |= self.unknown[word];
            }
            self.unknown[word] = 0;
        }
    }
}

/// Bits of some flags, 0 or 1 each.
pub(super) fn pack(flags: &[u8; 64]) -> u64 {
    let mut word = 0;
    for (i, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // The product puts the lowest bits of the eight bytes side by side at the top.
        let byte = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= byte << (8 * i);
    }
    word
}

/// Sets the bits of a chunk from its values, 64 at a time.
pub(super) fn fill<T: Copy>(words: &mut [u64; WORDS], values: &[T], holds: impl Fn(T) -> bool) {
    let (whole, rest) = values.as_chunks::<64>();
    let mut flags = [0_u8; 64];
    for (word, values) in words.iter_mut().zip(whole) {
        for (flag, &value) in flags.iter_mut().zip(values) {
            *flag = u8::from(holds(value));
        }
        *word = pack(&flags);
    }
    if let Some(word) = words.get_mut(whole.len()) {
        flags = [0; 64];
        for (flag, &value) in flags.iter_mut().zip(rest) {
            *flag = u8::from(holds(value));
        }
        *word = pack(&flags);
    }
    words[values.len().div_ceil(64)..].fill(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_follow_kleene() {
        // Every pair of the three values, a row each.
        let values = [Some(true), Some(false), None];
        let of = |fact: &dyn Fn(usize) -> Option<bool>| {
            let mut bits = Bits::NONE;
            for row in 0..9 {
                bits.holds[0] |= u64::from(fact(row) == Some(true)) << row;
                bits.unknown[0] |= u64::from(fact(row).is_none()) << row;
            }
            bits
        };
        let (a, b) = (of(&|row| values[row / 3]), of(&|row| values[row % 3]));
        let (mut and, mut or, mut not) = (a, a, a);
        and.and(&b);
        or.or(&b);
        not.not(9);
        for row in 0..9 {
            let pair = [values[row / 3], values[row % 3]];
            assert_eq!(and.get(row), crate::truth::all(&pair));
            assert_eq!(or.get(row), crate::truth::any(&pair));
            assert_eq!(not.get(row), pair[0].map(|holds| !holds));
        }
        assert_eq!(not.holds[0] >> 9, 0);
        assert!(Bits::all(70).is_always(70) && Bits::all(70).holds[1] == 63);
    }

    #[test]
    fn values_become_bits_in_their_order() {
        let values: Vec<i32> = (0..1_000).map(|i| i * i % 7).collect();
        let mut bits = Bits::all(CHUNK);
        fill(&mut bits.holds, &values, |value| value > 2);
        for (row, &value) in values.iter().enumerate() {
            assert_eq!(bits.get(row), Some(value > 2), "{row}");
        }
        assert_eq!(bits.holds.iter().map(|word| word.count_ones() as usize).sum::<usize>(), {
            values.iter().filter(|&&value| value > 2).count()
        });
    }
}
