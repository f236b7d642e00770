//! Groups rows by client and sorts them, in parallel and without a lock.
//!
//! Rows are split into parts by ranges of client ids, small enough to stay in a core's cache;
//! each part is then grouped by itself. Because the parts are ranges, putting them one after
//! another gives all clients in ascending order. How the ranges are cut depends on the rows'
//! order, the result does not.

use std::sync::Arc;

use bytemuck::Pod;
use rayon::prelude::*;

use crate::buffer::Buffer;

/// Rows in one piece of work; about what a core's cache holds.
pub const PIECE_ROWS: usize = 32_768;
/// Below this many rows there is nothing to win by splitting.
const SPLIT_FROM: usize = 8 * PIECE_ROWS;
/// Upper bound on parts, so that a part's number fits 16 bits and its streams stay few.
const MAX_PARTS: usize = 1024;
/// Up to this many rows of a client are sorted where they stand.
const FEW: usize = 32;
/// Entries of the table that shortens the search for a part.
const LOOKUP: usize = 4096;
/// A client id in a form that sorts and hashes in a few instructions.
pub(super) trait Key: Copy + Ord + Default + Send + Sync {
    /// A row packed into words, without a gap.
    type Packed: Pod + Send + Sync + std::fmt::Debug;
    fn pack(row: Row<Self>) -> Self::Packed;
    fn unpack(row: Self::Packed) -> Row<Self>;
    fn hash(self) -> u64;
    /// `(self - low) >> shift`, at most `LOOKUP - 1`.
    fn bucket(self, low: Self, shift: u32) -> usize;
    /// The shift that spreads `low..=high` over the lookup table.
    fn shift(low: Self, high: Self) -> u32;
}

/// Odd multipliers with well-mixed bits (from the golden ratio and the square root of 3).
const MIX: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xbb67_ae85_84ca_a73b];

fn fold(value: u64, by: u64) -> u64 {
    let wide = u128::from(value) * u128::from(by);
    (wide >> 64) as u64 ^ wide as u64
}

/// Day and position of the optional columns in one word.
fn pack_tail(day: i32, extra: u32) -> u64 {
    u64::from(day.cast_unsigned()) << 32 | u64::from(extra)
}

impl Key for u64 {
    type Packed = [u64; 3];
    fn pack(row: Row<Self>) -> [u64; 3] {
        [row.key, row.amount.cast_unsigned(), pack_tail(row.day, row.extra)]
    }
    fn unpack([key, amount, tail]: [u64; 3]) -> Row<Self> {
        let day = ((tail >> 32) as u32).cast_signed();
        Row { key, amount: amount.cast_signed(), day, extra: tail as u32 }
    }
    fn hash(self) -> u64 {
        fold(self ^ MIX[1], MIX[0])
    }
    fn bucket(self, low: Self, shift: u32) -> usize {
        ((self.saturating_sub(low) >> shift) as usize).min(LOOKUP - 1)
    }
    fn shift(low: Self, high: Self) -> u32 {
        (u64::BITS - (high - low).leading_zeros()).saturating_sub(LOOKUP.ilog2())
    }
}

impl Key for u128 {
    type Packed = [u64; 4];
    fn pack(row: Row<Self>) -> [u64; 4] {
        let tail = pack_tail(row.day, row.extra);
        [(row.key >> 64) as u64, row.key as u64, row.amount.cast_unsigned(), tail]
    }
    fn unpack([high, low, amount, tail]: [u64; 4]) -> Row<Self> {
        let day = ((tail >> 32) as u32).cast_signed();
        let key = Self::from(high) << 64 | Self::from(low);
        Row { key, amount: amount.cast_signed(), day, extra: tail as u32 }
    }
    fn hash(self) -> u64 {
        fold((self >> 64) as u64 ^ MIX[1], MIX[0] ^ fold(self as u64 ^ MIX[0], MIX[1]))
    }
    fn bucket(self, low: Self, shift: u32) -> usize {
        (self.saturating_sub(low) >> shift).min(LOOKUP as u128 - 1) as usize
    }
    fn shift(low: Self, high: Self) -> u32 {
        (u128::BITS - (high - low).leading_zeros()).saturating_sub(LOOKUP.ilog2())
    }
}

/// One row on its way into the ledger; `extra` is the position of its optional columns.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row<K> {
    pub(super) key: K,
    pub(super) amount: i64,
    pub(super) day: i32,
    pub(super) extra: u32,
}

/// The ranges that split rows into parts.
#[derive(Debug, Clone)]
pub(super) struct Splitter<K> {
    /// Part `p` ends before `cuts[p]`.
    cuts: Vec<K>,
    low: K,
    shift: u32,
    /// For each bucket of keys the first cut that may matter, and one more.
    lookup: Vec<u16>,
}

impl<K: Key> Splitter<K> {
    /// Ranges that hold about equal numbers of the sampled keys.
    pub(super) fn new(mut sample: Vec<K>, rows: usize) -> Self {
        sample.sort_unstable();
        let parts = (rows / PIECE_ROWS).clamp(1, MAX_PARTS);
        let mut cuts: Vec<K> = (1..parts).map(|part| sample[part * sample.len() / parts]).collect();
        cuts.dedup();
        let (low, high) = (sample.first().copied(), sample.last().copied());
        let (low, high) = (low.unwrap_or_default(), high.unwrap_or_default());
        let shift = K::shift(low, high);
        let mut lookup = vec![0; LOOKUP + 1];
        for cut in &cuts {
            lookup[cut.bucket(low, shift) + 1] += 1;
        }
        for i in 0..LOOKUP {
            lookup[i + 1] += lookup[i];
        }
        Self { cuts, low, shift, lookup }
    }

    fn parts(&self) -> usize {
        self.cuts.len() + 1
    }

    fn part(&self, key: K) -> usize {
        let bucket = key.bucket(self.low, self.shift);
        let (from, to) = (usize::from(self.lookup[bucket]), usize::from(self.lookup[bucket + 1]));
        from + self.cuts[from..to].partition_point(|cut| *cut <= key)
    }
}

/// Rows ordered by part.
#[derive(Debug)]
pub(super) struct Segment<K: Key> {
    /// Shared with other segments that were split at the same time.
    memory: Arc<Buffer<K::Packed>>,
    /// Where this segment's rows begin in it.
    begin: usize,
    /// Part `p` is rows `starts[p]..starts[p + 1]`.
    starts: Vec<u32>,
    /// Added to each row's position of its optional columns.
    base: u32,
}

/// Splits rows given by number into `rows`, ordered by part; gives where the parts start.
pub(super) fn split<K: Key>(
    splitter: &Splitter<K>,
    rows: &mut [K::Packed],
    row: impl Fn(usize) -> Row<K>,
    key: impl Fn(usize) -> K,
) -> Vec<u32> {
    let mut starts = vec![0_u32; splitter.parts() + 1];
    let parts: Vec<u16> = (0..rows.len())
        .map(|i| {
            let part = splitter.part(key(i));
            starts[part + 1] += 1;
            part as u16
        })
        .collect();
    for p in 1..starts.len() {
        starts[p] += starts[p - 1];
    }
    let mut next = starts.clone();
    for (i, &part) in parts.iter().enumerate() {
        let place = &mut next[usize::from(part)];
        rows[*place as usize] = K::pack(row(i));
        *place += 1;
    }
    starts
}

impl<K: Key> Segment<K> {
    /// Rows that [`split`] put into memory from `begin` on.
    pub(super) fn of(memory: Arc<Buffer<K::Packed>>, begin: usize, starts: Vec<u32>) -> Self {
        Self { memory, begin, starts, base: 0 }
    }

    /// Splits rows into memory of their own.
    pub(super) fn split(
        splitter: &Splitter<K>,
        count: usize,
        row: impl Fn(usize) -> Row<K>,
        key: impl Fn(usize) -> K,
    ) -> Self {
        let mut rows = Buffer::zeroed(count);
        let starts = split(splitter, &mut rows, row, key);
        Self::of(Arc::new(rows), 0, starts)
    }

    /// All rows as one part.
    pub(super) fn whole(rows: impl Iterator<Item = Row<K>>) -> Self {
        let rows: Buffer<K::Packed> = rows.map(K::pack).collect();
        let starts = vec![0, rows.len() as u32];
        Self::of(Arc::new(rows), 0, starts)
    }

    /// The same rows with their optional columns from `base` on.
    pub(super) fn at(self, base: u32) -> Self {
        Self { base, ..self }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.last().map_or(0, |&end| end as usize)
    }

    fn rows(&self, rows: std::ops::Range<u32>) -> impl Iterator<Item = Row<K>> + '_ {
        let rows = self.begin + rows.start as usize..self.begin + rows.end as usize;
        self.memory[rows].iter().map(|&row| K::unpack(row))
    }

    fn row(&self, i: usize) -> Row<K> {
        K::unpack(self.memory[self.begin + i])
    }

    fn part_len(&self, part: usize) -> usize {
        (self.starts[part + 1] - self.starts[part]) as usize
    }

    fn part(&self, part: usize) -> impl Iterator<Item = Row<K>> + '_ {
        self.rows(self.starts[part]..self.starts[part + 1])
    }

    /// Every `step`-th key.
    fn sample(&self, step: usize) -> impl Iterator<Item = K> + '_ {
        (0..self.len()).step_by(step).map(|i| self.row(i).key)
    }

    /// The rows with changed keys, as one part.
    pub(super) fn rekeyed<L: Key>(&self, key: &impl Fn(K) -> L) -> Segment<L> {
        let changed =
            |Row { key: old, amount, day, extra }| Row { key: key(old), amount, day, extra };
        Segment::whole(self.rows(0..self.len() as u32).map(changed)).at(self.base)
    }
}

/// Rows grouped by client, clients ascending, each client's rows in the ledger's order.
#[derive(Debug)]
pub(super) struct Grouped<K> {
    pub(super) keys: Vec<K>,
    /// Rows of client `i` are `offsets[i]..offsets[i + 1]`.
    pub(super) offsets: Vec<usize>,
    pub(super) days: Buffer<i32>,
    pub(super) amounts: Buffer<i64>,
    /// Where each row's optional columns stand; empty where there are none.
    pub(super) rows: Vec<u32>,
}

/// Groups the rows of all segments, which were split by one splitter.
///
/// `tie` orders rows of one client, day and amount by their optional columns.
pub(super) fn group<K: Key>(
    mut segments: Vec<Segment<K>>,
    with_rows: bool,
    tie: &(impl Fn(u32, u32) -> std::cmp::Ordering + Sync),
) -> Grouped<K> {
    let count: usize = segments.iter().map(Segment::len).sum();
    segments = balanced(segments, count);
    let parts = segments.first().map_or(0, |segment| segment.starts.len() - 1);
    let sizes: Vec<usize> = (0..parts)
        .map(|part| segments.iter().map(|segment| segment.part_len(part)).sum())
        .collect();

    let mut grouped = Grouped {
        keys: Vec::new(),
        offsets: Vec::new(),
        days: Buffer::zeroed(count),
        amounts: Buffer::zeroed(count),
        rows: vec![0; if with_rows { count } else { 0 }],
    };
    // Each part writes its own stretch of the columns.
    let mut stretches = Vec::with_capacity(parts);
    let (mut days, mut amounts, mut rows) =
        (&mut grouped.days[..], &mut grouped.amounts[..], &mut grouped.rows[..]);
    for &size in &sizes {
        let (day, amount, row);
        (day, days) = days.split_at_mut(size);
        (amount, amounts) = amounts.split_at_mut(size);
        (row, rows) = rows.split_at_mut(if with_rows { size } else { 0 });
        stretches.push(Stretch { days: day, amounts: amount, rows: row });
    }
    let clients = stretches
        .into_par_iter()
        .enumerate()
        .with_max_len(1)
        .map_init(Scratch::default, |scratch, (part, mut stretch)| {
            group_part(&segments, part, &mut stretch, tie, scratch)
        })
        .collect::<Vec<_>>();
    drop(segments);

    let total: usize = clients.iter().map(|(keys, _)| keys.len()).sum();
    grouped.keys.reserve_exact(total);
    grouped.offsets.reserve_exact(total + 1);
    grouped.offsets.push(0);
    let mut end = 0;
    for (keys, counts) in clients {
        grouped.keys.extend(keys);
        grouped.offsets.extend(counts.into_iter().map(|count| {
            end += count as usize;
            end
        }));
    }
    grouped
}

/// Splits again where the ranges turned out uneven: ids that grow with time, or a first batch
/// that was not like the rest.
fn balanced<K: Key>(segments: Vec<Segment<K>>, count: usize) -> Vec<Segment<K>> {
    let mut parts: Vec<usize> = Vec::new();
    for segment in &segments {
        parts.resize(parts.len().max(segment.starts.len() - 1), 0);
        for (part, size) in parts.iter_mut().enumerate() {
            *size += segment.part_len(part);
        }
    }
    let largest = parts.into_iter().max().unwrap_or(0);
    if largest <= SPLIT_FROM {
        return segments;
    }
    let step = (count / 65_536).max(1);
    let sample: Vec<K> = segments.iter().flat_map(|segment| segment.sample(step)).collect();
    let splitter = Splitter::new(sample, count);
    segments
        .into_par_iter()
        .map(|segment| {
            let row = |i| segment.row(i);
            let key = |i| segment.row(i).key;
            Segment::split(&splitter, segment.len(), row, key).at(segment.base)
        })
        .collect()
}

struct Stretch<'a> {
    days: &'a mut [i32],
    amounts: &'a mut [i64],
    rows: &'a mut [u32],
}

/// Buffers that one thread uses for part after part.
#[derive(Debug)]
struct Scratch<K> {
    /// Open addressing: position in `keys` plus 1, or 0.
    table: Vec<u32>,
    keys: Vec<K>,
    counts: Vec<u32>,
    /// For each row the position of its key in `keys`.
    codes: Vec<u32>,
    order: Vec<(K, u32)>,
    next: Vec<u32>,
    run: Vec<(i32, i64, u32)>,
}

impl<K> Default for Scratch<K> {
    fn default() -> Self {
        Self {
            table: Vec::new(),
            keys: Vec::new(),
            counts: Vec::new(),
            codes: Vec::new(),
            order: Vec::new(),
            next: Vec::new(),
            run: Vec::new(),
        }
    }
}

impl<K: Key> Scratch<K> {
    /// The code of a key, a new one if it was not seen before.
    fn code(&mut self, key: K) -> u32 {
        if self.table.is_empty() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut slot = key.hash() as usize & mask;
        loop {
            match self.table[slot] {
                0 => {
                    self.keys.push(key);
                    self.counts.push(0);
                    self.table[slot] = self.keys.len() as u32;
                    if self.keys.len() * 2 >= self.table.len() {
                        self.grow();
                    }
                    return self.keys.len() as u32 - 1;
                }
                place if self.keys[place as usize - 1] == key => return place - 1,
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 4).max(4096);
        self.table.clear();
        self.table.resize(size, 0);
        for (i, key) in self.keys.iter().enumerate() {
            let mut slot = key.hash() as usize & (size - 1);
            while self.table[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.table[slot] = i as u32 + 1;
        }
    }

    fn clear(&mut self) {
        self.table.fill(0);
        self.keys.clear();
        self.counts.clear();
        self.codes.clear();
        self.order.clear();
        self.next.clear();
    }
}

/// Groups one part; gives its keys, ascending, and their numbers of rows.
fn group_part<K: Key>(
    segments: &[Segment<K>],
    part: usize,
    stretch: &mut Stretch<'_>,
    tie: &impl Fn(u32, u32) -> std::cmp::Ordering,
    scratch: &mut Scratch<K>,
) -> (Vec<K>, Vec<u32>) {
    scratch.clear();
    let mut last = None;
    for segment in segments {
        for row in segment.part(part) {
            // Sales of one client often stand together.
            let code = match last {
                Some((key, code)) if key == row.key => code,
                _ => scratch.code(row.key),
            };
            last = Some((row.key, code));
            scratch.counts[code as usize] += 1;
            scratch.codes.push(code);
        }
    }
    let mut order = std::mem::take(&mut scratch.order);
    order.extend(scratch.keys.iter().zip(0..).map(|(&key, code)| (key, code)));
    order.sort_unstable_by_key(|&(key, _)| key);

    let mut end = 0;
    scratch.next.resize(scratch.keys.len(), 0);
    for &(_, code) in &order {
        scratch.next[code as usize] = end;
        end += scratch.counts[code as usize];
    }
    let mut codes = scratch.codes.iter();
    for segment in segments {
        for row in segment.part(part) {
            let Some(&code) = codes.next() else { break };
            let place = &mut scratch.next[code as usize];
            let at = *place as usize;
            *place += 1;
            stretch.days[at] = row.day;
            stretch.amounts[at] = row.amount;
            if let Some(position) = stretch.rows.get_mut(at) {
                *position = row.extra + segment.base;
            }
        }
    }

    let counts: Vec<u32> = order.iter().map(|&(_, code)| scratch.counts[code as usize]).collect();
    let keys: Vec<K> = order.iter().map(|&(key, _)| key).collect();
    scratch.order = order;
    let mut start = 0;
    for &count in &counts {
        let end = start + count as usize;
        let rows =
            if stretch.rows.is_empty() { &mut [][..] } else { &mut stretch.rows[start..end] };
        let (days, amounts) = (&mut stretch.days[start..end], &mut stretch.amounts[start..end]);
        sort_client(days, amounts, rows, tie, &mut scratch.run);
        start = end;
    }
    (keys, counts)
}

/// Sorts one client's rows by day, amount and optional columns.
fn sort_client(
    days: &mut [i32],
    amounts: &mut [i64],
    rows: &mut [u32],
    tie: &impl Fn(u32, u32) -> std::cmp::Ordering,
    run: &mut Vec<(i32, i64, u32)>,
) {
    if rows.is_empty() && days.len() <= FEW {
        // Rows mostly come in order, and then this only looks.
        for i in 1..days.len() {
            let (day, amount) = (days[i], amounts[i]);
            let mut at = i;
            while at > 0 && (days[at - 1], amounts[at - 1]) > (day, amount) {
                (days[at], amounts[at]) = (days[at - 1], amounts[at - 1]);
                at -= 1;
            }
            (days[at], amounts[at]) = (day, amount);
        }
        return;
    }
    let before = |i: usize| (days[i - 1], amounts[i - 1]).cmp(&(days[i], amounts[i]));
    let sorted = (1..days.len()).all(|i| match before(i) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Greater => false,
        std::cmp::Ordering::Equal => rows.is_empty() || tie(rows[i - 1], rows[i]).is_le(),
    });
    if sorted {
        return;
    }
    run.clear();
    run.extend((0..days.len()).map(|i| (days[i], amounts[i], rows.get(i).copied().unwrap_or(0))));
    if rows.is_empty() {
        run.sort_unstable();
    } else {
        run.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| tie(a.2, b.2)));
    }
    for (i, &(day, amount, row)) in run.iter().enumerate() {
        days[i] = day;
        amounts[i] = amount;
        if let Some(position) = rows.get_mut(i) {
            *position = row;
        }
    }
}

/// Rows on their way, before they are grouped.
#[derive(Debug)]
pub(super) struct Store<K: Key> {
    splitter: Option<Splitter<K>>,
    /// Rows that came in pieces too small to split.
    staged: Vec<Row<K>>,
    segments: Vec<Segment<K>>,
    rows: usize,
}

impl<K: Key> Default for Store<K> {
    fn default() -> Self {
        Self { splitter: None, staged: Vec::new(), segments: Vec::new(), rows: 0 }
    }
}

impl<K: Key> Store<K> {
    pub(super) fn splitter(&self) -> Option<&Splitter<K>> {
        self.splitter.as_ref()
    }

    /// Whether it pays to split, with `more` rows about to come; makes the splitter from a
    /// sample of them if so.
    pub(super) fn plan(&mut self, more: usize, sample: impl FnOnce() -> Vec<K>) {
        if self.splitter.is_none() && more >= SPLIT_FROM {
            let sample = sample();
            if !sample.is_empty() {
                self.splitter = Some(Splitter::new(sample, self.rows + more));
            }
        }
    }

    /// Takes rows that were split by this store's splitter.
    pub(super) fn take(&mut self, segment: Segment<K>) {
        self.rows += segment.len();
        self.segments.push(segment);
    }

    /// Takes rows one by one, with `base` added to the position of their optional columns.
    pub(super) fn stage(&mut self, rows: Vec<Row<K>>, base: u32) {
        self.rows += rows.len();
        if self.staged.is_empty() && base == 0 {
            self.staged = rows;
        } else {
            let moved = |row: Row<K>| Row { extra: row.extra + base, ..row };
            self.staged.extend(rows.into_iter().map(moved));
        }
        if self.staged.len() >= SPLIT_FROM {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let staged = std::mem::take(&mut self.staged);
        if staged.is_empty() {
            return;
        }
        if self.splitter.is_none() && staged.len() >= SPLIT_FROM {
            let sample = staged.iter().step_by(16).map(|row| row.key).collect();
            // How many more will come is not known; ranges for many suit few as well.
            self.splitter = Some(Splitter::new(sample, MAX_PARTS * PIECE_ROWS / 4));
        }
        if let Some(splitter) = &self.splitter {
            let split: Vec<Segment<K>> = staged
                .par_chunks(PIECE_ROWS)
                .map(|rows| Segment::split(splitter, rows.len(), |i| rows[i], |i| rows[i].key))
                .collect();
            self.segments.extend(split);
        } else {
            self.segments.push(Segment::whole(staged.into_iter()));
        }
    }

    /// All rows, split alike.
    pub(super) fn into_segments(mut self) -> Vec<Segment<K>> {
        self.flush();
        self.segments
    }
}
