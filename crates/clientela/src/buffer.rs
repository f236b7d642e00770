//! Columns of numbers, large ones in large pages.
//!
//! Half of the time of a first pass over fresh memory goes into being given it, page by page.
//! Where the system has large pages, a column of some megabytes asks for them.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytemuck::Pod;

/// A large page, and the size from which on they are asked for.
#[cfg(target_os = "linux")]
const LARGE: usize = 2 << 20;

/// A column of numbers; reads as a slice.
pub struct Buffer<T: Pod>(Memory<T>);

enum Memory<T: Pod> {
    Small(Vec<T>),
    /// The mapping and the number of values in it.
    #[cfg(target_os = "linux")]
    Large(memmap2::MmapMut, usize),
}

impl<T: Pod> Buffer<T> {
    /// So many zeros.
    pub fn zeroed(length: usize) -> Self {
        #[cfg(target_os = "linux")]
        if let Some(large) = Self::large(length) {
            return large;
        }
        Self(Memory::Small(vec![T::zeroed(); length]))
    }

    /// So many zeros in large pages; `None` where that does not pay or is not to be had.
    #[cfg(target_os = "linux")]
    fn large(length: usize) -> Option<Self> {
        let bytes = length.checked_mul(size_of::<T>()).filter(|&bytes| bytes >= LARGE)?;
        // Whole pages begin at the bound of a page.
        let map = memmap2::MmapMut::map_anon(bytes.next_multiple_of(LARGE)).ok()?;
        // A system without large pages refuses the advice, and the memory is as good.
        map.advise(memmap2::Advice::HugePage).ok();
        Some(Self(Memory::Large(map, length)))
    }
}

impl<T: Pod> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Memory::Small(values) => values,
            #[cfg(target_os = "linux")]
            Memory::Large(map, length) => bytemuck::cast_slice(&map[..*length * size_of::<T>()]),
        }
    }
}

impl<T: Pod> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.0 {
            Memory::Small(values) => values,
            #[cfg(target_os = "linux")]
            Memory::Large(map, length) => {
                bytemuck::cast_slice_mut(&mut map[..*length * size_of::<T>()])
            }
        }
    }
}

impl<T: Pod> Default for Buffer<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T: Pod> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

impl<T: Pod> From<Vec<T>> for Buffer<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Memory::Small(values))
    }
}

impl<T: Pod> FromIterator<T> for Buffer<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T: Pod + PartialEq> PartialEq for Buffer<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Pod + Eq> Eq for Buffer<T> {}

impl<T: Pod + fmt::Debug> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_small_ones_read_alike() {
        for length in [0, 3, 1 << 20] {
            let mut buffer = Buffer::<i64>::zeroed(length);
            assert_eq!(buffer.len(), length);
            assert!(buffer.iter().all(|&value| value == 0));
            for (value, i) in buffer.iter_mut().zip(0..) {
                *value = i;
            }
            let copy = buffer.clone();
            assert_eq!(copy, (0..length as i64).collect());
        }
    }
}
