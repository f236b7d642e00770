//! Made-up sales for the benchmarks of the core, the same ones on every machine.
//!
//! They are of the same kind as those of `generate.py`, and not the same: few clients buy often
//! and most seldom, they come over two years and stay for a while, amounts are lognormal, rows
//! stand in date order.

use clientela::{ClientColumn, PIECE_ROWS, Result, Sales, TextColumn};

/// 2024-01-01 in days since 1970-01-01.
pub const FIRST_DAY: i32 = 19_723;
/// Days of the two years 2024 and 2025.
pub const DAYS: i32 = 731;
/// 2026-01-01 in days since 1970-01-01.
pub const AS_OF: i32 = FIRST_DAY + DAYS;

/// Columns of sales in date order.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// Who bought: sparse numbers of 13 digits.
    pub clients: Vec<i64>,
    /// When, in days since 1970-01-01.
    pub days: Vec<i32>,
    /// For how much, in cents.
    pub amounts: Vec<i64>,
}

/// Sales of `clients` clients, each with at least one; `count` is at least `clients`.
#[must_use]
pub fn sales(count: usize, clients: usize) -> Made {
    let mut random = Random(count as u64);
    let who: Vec<Client> = (0..clients).map(|at| Client::draw(&mut random, at)).collect();
    let weight: f64 = who.iter().map(|client| client.weight).sum();

    // Everyone buys once; the other sales are shared out by weight, remainders carried on.
    let spare = (count - clients) as f64;
    let mut so_far = 0.0;
    let mut given = 0;
    let mut counts: Vec<usize> = Vec::with_capacity(clients);
    for client in &who {
        so_far += client.weight;
        let until = (spare * so_far / weight).round() as usize;
        counts.push(1 + until - given);
        given = until;
    }
    // Rounding may leave a sale or two.
    if let Some(last) = counts.last_mut() {
        *last += count - clients - given;
    }

    // By client first, then put in date order by counting.
    let mut days: Vec<u16> = Vec::with_capacity(count);
    let mut begins = vec![0_usize; DAYS as usize + 1];
    for (client, &sales) in who.iter().zip(&counts) {
        for sale in 0..sales {
            let after = if sale == 0 { 0.0 } else { random.unit() * client.stays };
            let day = (client.begins + after as i32).min(DAYS - 1) as u16;
            days.push(day);
            begins[usize::from(day) + 1] += 1;
        }
    }
    for day in 0..DAYS as usize {
        begins[day + 1] += begins[day];
    }
    let mut made = Made { clients: vec![0; count], days: vec![0; count], amounts: vec![0; count] };
    let mut next = days.into_iter();
    for (client, &sales) in who.iter().zip(&counts) {
        for day in next.by_ref().take(sales) {
            let row = begins[usize::from(day)];
            begins[usize::from(day)] += 1;
            made.clients[row] = client.id;
            made.days[row] = FIRST_DAY + i32::from(day);
            let cents = (client.level + 0.8 * random.normal()).exp();
            made.amounts[row] = (cents as i64).clamp(1, 50_000_000);
        }
    }
    made
}

impl Made {
    /// Number of pieces for the builder.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.clients.len().div_ceil(PIECE_ROWS)
    }

    /// Piece `i` for the builder, without a copy.
    ///
    /// # Errors
    /// None; the builder asks for the type.
    pub fn piece(&self, i: usize) -> Result<Sales<'_>> {
        let rows = self.rows(i);
        let client = ClientColumn::Int(self.clients[rows.clone()].into());
        Ok(self.batch(i, client))
    }

    /// Piece `i` with ids as the texts that [`Made::texts`] made.
    ///
    /// # Errors
    /// None; the builder asks for the type.
    pub fn text_piece<'a>(&'a self, texts: &'a [TextColumn<'a>], i: usize) -> Result<Sales<'a>> {
        Ok(self.batch(i, ClientColumn::Text(texts[i].clone())))
    }

    /// The ids as texts, a column per piece; `long` makes them 36 characters, else they are 13.
    #[must_use]
    pub fn texts(&self, long: bool) -> Vec<TextColumn<'static>> {
        let text = |id: &i64| {
            if long {
                let mixed = Random(*id as u64).next();
                format!("{:08x}-0000-4000-8000-{:011x}0", mixed >> 32, id)
            } else {
                id.to_string()
            }
        };
        let column = |i| {
            let texts: Vec<String> = self.clients[self.rows(i)].iter().map(text).collect();
            texts.iter().map(String::as_str).collect()
        };
        (0..self.pieces()).map(column).collect()
    }

    /// The sales at these positions.
    #[must_use]
    pub fn part(&self, rows: std::ops::Range<usize>) -> Self {
        Self {
            clients: self.clients[rows.clone()].to_vec(),
            days: self.days[rows.clone()].to_vec(),
            amounts: self.amounts[rows].to_vec(),
        }
    }

    fn rows(&self, i: usize) -> std::ops::Range<usize> {
        i * PIECE_ROWS..self.clients.len().min((i + 1) * PIECE_ROWS)
    }

    fn batch<'a>(&'a self, i: usize, client: ClientColumn<'a>) -> Sales<'a> {
        let rows = self.rows(i);
        let mut sales = Sales::new(client, &self.days[rows.clone()], &self.amounts[rows]);
        sales.first_row = (i * PIECE_ROWS) as u64;
        sales
    }
}

/// What a client is like.
#[derive(Debug)]
struct Client {
    id: i64,
    weight: f64,
    begins: i32,
    stays: f64,
    level: f64,
}

impl Client {
    fn draw(random: &mut Random, at: usize) -> Self {
        // A permutation of the positions times a prime: sparse, in no order, no two equal.
        const STEP: i64 = 7_919;
        let id = 1_000_000_000_000 + i64::from(scatter(at as u32)) * STEP;
        let begins = if random.unit() < 0.33 { 31.0 } else { f64::from(DAYS) } * random.unit();
        let stays = (1.0 - 480.0 * (1.0 - random.unit()).ln()).min(f64::from(DAYS) - begins);
        let weight = (1.3 * random.normal()).exp() * (stays + 60.0);
        let level = 4_000_f64.ln() + 0.6 * random.normal();
        Self { id, weight, begins: begins as i32, stays, level }
    }
}

/// A number of 30 bits for each number below 2^30, no two equal.
fn scatter(at: u32) -> u32 {
    const MASK: u32 = (1 << 30) - 1;
    let mixed = at.wrapping_mul(0x2c1b_3c6d) & MASK;
    let mixed = mixed ^ mixed >> 15;
    mixed.wrapping_mul(0x297a_2d39) & MASK
}

/// `SplitMix64`.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Mean 0, deviation 1, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn sales_are_in_date_order_and_of_all_clients() {
        let made = sales(20_000, 2_000);
        assert_eq!(made.clients.len(), 20_000);
        assert_eq!(made.clients.iter().collect::<BTreeSet<_>>().len(), 2_000);
        assert!(made.days.is_sorted());
        assert!(made.days.iter().all(|day| (FIRST_DAY..AS_OF).contains(day)));
        assert!(made.amounts.iter().all(|&amount| amount > 0));
        assert!(made.clients.iter().all(|id| id.to_string().len() == 13));
    }

    #[test]
    fn texts_have_the_width_asked_for() {
        let made = sales(1_000, 100);
        for (long, width) in [(false, 13), (true, 36)] {
            let texts = made.texts(long);
            assert!(texts.iter().flat_map(TextColumn::iter).all(|text| text.len() == width));
            let found: BTreeSet<&str> = texts.iter().flat_map(TextColumn::iter).collect();
            assert_eq!(found.len(), 100);
        }
    }
}
