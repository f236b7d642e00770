//! A small generator of random numbers with a seed.
//!
//! Written here because its numbers are part of the answers: the same seed gives the same clients
//! in every version, which crates promise only for their own generators and not for the
//! distributions on top.

/// xoshiro256++ (Blackman and Vigna 2019), seeded by SplitMix64.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// A stream of its own for each seed and place, so that clients can be drawn in any order.
    pub fn new(seed: u64, place: u64) -> Self {
        let mut x = seed ^ place.wrapping_mul(0xD134_2543_DE82_EF95);
        let mut split = || {
            x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ z >> 31
        };
        Self { state: std::array::from_fn(|_| split()) }
    }

    fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform, above 0 and below 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    fn normal(&mut self) -> f64 {
        // Box and Muller; the second number is not kept, so that a draw has no memory.
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// The logarithm of a gamma variable of scale 1, which for small shapes is below the smallest
    /// number itself (Marsaglia and Tsang 2000).
    fn ln_gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.uniform().ln() / shape;
            return self.ln_gamma(shape + 1.0) + boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                if self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                    return d.ln() + v.ln();
                }
            }
        }
    }

    /// A gamma variable of scale 1.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        self.ln_gamma(shape).exp()
    }

    /// A beta variable.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.ln_gamma(a), self.ln_gamma(b));
        1.0 / (1.0 + (y - x).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let mut random = Random::new(7, 1);
        let n = 20_000;
        let mean =
            |mut draw: Box<dyn FnMut() -> f64>| (0..n).map(|_| draw()).sum::<f64>() / f64::from(n);
        let mut own = random.clone();
        let gamma = mean(Box::new(move || own.gamma(0.3)));
        assert!((gamma - 0.3).abs() < 4.0 * (0.3_f64 / f64::from(n)).sqrt());
        let beta = mean(Box::new(move || random.beta(0.8, 2.4)));
        assert!((beta - 0.25).abs() < 4.0 * (0.25 * 0.75 / 4.2 / f64::from(n)).sqrt());
    }
}
