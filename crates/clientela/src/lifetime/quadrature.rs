//! Integrals of smooth positive functions, to full precision.

use std::sync::LazyLock;

/// Nodes on (0, 1) and weights of a Gauss-Legendre rule.
pub(crate) type Rule = Vec<(f64, f64)>;

/// e^−38 is below the last digit of a double.
pub(crate) const NEGLIGIBLE: f64 = 38.0;

static RULES: LazyLock<[Rule; 4]> = LazyLock::new(|| [8, 12, 16, 32].map(gauss_legendre));

/// A Gauss-Legendre rule of n points, by Newton's method on the Legendre polynomial.
fn gauss_legendre(n: usize) -> Rule {
    let order = n as f64;
    let node = |i: usize| {
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (order + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..100 {
            let (mut before, mut p) = (1.0, x);
            for k in 2..=n {
                let k = k as f64;
                (before, p) = (p, ((2.0 * k - 1.0) * x * p - (k - 1.0) * before) / k);
            }
            slope = order * (x * p - before) / (x * x - 1.0);
            let step = p / slope;
            x -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        let weight = 1.0 / ((1.0 - x * x) * slope * slope);
        (f64::midpoint(1.0, -x), weight)
    };
    (0..n).map(node).collect()
}

/// The largest rule.
pub(crate) fn rule32() -> &'static Rule {
    &RULES[3]
}

/// The rule and the number of panels for an integrand whose logarithm varies by `drop` over
/// `range`, where its nearest singularity lies π off the axis.
///
/// The error of n points decays like (drop/2)^2n / (2n)! and like ρ^−2n, where the ellipse ρ
/// touches the singularity; the limits keep both below 1e-14.
pub(crate) fn rule_for(drop: f64, range: f64) -> (&'static Rule, u32) {
    let chosen = match () {
        () if drop <= 2.0 && range <= 1.5 => 0,
        () if drop <= 7.0 && range <= 2.5 => 1,
        () if drop <= 15.0 && range <= 4.0 => 2,
        () => 3,
    };
    let panels = (range / 6.0).max(drop / 40.0).ceil().clamp(1.0, 64.0);
    (&RULES[chosen], panels as u32)
}

/// ln ∫ e^l(w) dw from `low` to `high` for a concave l with its slope; −∞ for an empty range.
pub(crate) fn log_concave(
    l: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
    low: f64,
    high: f64,
) -> f64 {
    if high <= low {
        return f64::NEG_INFINITY;
    }
    let bisect = |mut inside: f64, mut outside: f64, holds: &dyn Fn(f64) -> bool| {
        for _ in 0..50 {
            let middle = f64::midpoint(inside, outside);
            if holds(middle) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        outside
    };
    let rising = |w: f64| slope(w) > 0.0;
    let peak = if !rising(low) {
        low
    } else if rising(high) {
        high
    } else {
        bisect(low, high, &rising)
    };
    // Strictly inside where an end is singular; the peak is finite there or the end is the peak.
    let top = l(peak);
    let counts = |w: f64| l(w) >= top - NEGLIGIBLE;
    let start = if counts(low) { low } else { bisect(peak, low, &counts) };
    let end = if counts(high) { high } else { bisect(peak, high, &counts) };
    // Both sides of the peak have their own scale.
    let side = |from: f64, to: f64| {
        if to <= from {
            return 0.0;
        }
        let (rule, panels) = (rule32(), ((to - from) / 5.0).ceil().clamp(1.0, 64.0));
        let width = (to - from) / panels;
        let panel = |i: f64| {
            let from = from + i * width;
            rule.iter().map(|&(x, weight)| weight * (l(from + width * x) - top).exp()).sum::<f64>()
                * width
        };
        (0..panels as u32).map(|i| panel(f64::from(i))).sum()
    };
    top + f64::ln(side(start, peak) + side(peak, end))
}

/// The mean of h(p, 1 − p) over a Beta(a, b) distribution, for h smooth on [0, 1].
///
/// The trapezoidal rule on v = ln p/(1 − p), where the density decays exponentially both ways,
/// so the rule converges exponentially; the two tails, where h is constant, are geometric
/// series. `fine` is the largest scale of p on which h changes, as 1/p: beyond it h(p) = h(0).
pub(crate) fn beta_mean(a: f64, b: f64, fine: f64, h: impl Fn(f64, f64) -> f64) -> f64 {
    let spread = (1.0 / a + 1.0 / b).sqrt();
    let step = f64::min(0.2, 0.55 * spread);
    let centre = (a / b).ln();
    let log_density = |v: f64| {
        // a ln p + b ln(1 − p), without overflow.
        let soft = (-v.abs()).exp().ln_1p();
        if v > 0.0 { -b * v - (a + b) * soft } else { a * v - (a + b) * soft }
    };
    let top = log_density(centre);
    let (mut sum, mut weights) = (0.0, 0.0);
    let mut add = |v: f64, factor: f64| {
        let (p, q) = if v > 0.0 {
            let e = (-v).exp();
            (1.0 / (1.0 + e), e / (1.0 + e))
        } else {
            let e = v.exp();
            (e / (1.0 + e), 1.0 / (1.0 + e))
        };
        let weight = factor * (log_density(v) - top).exp();
        weights += weight;
        let part = weight * h(p, q);
        sum += part;
        weight > 1e-19 * weights || part > 1e-19 * sum
    };
    let low = -(NEGLIGIBLE + f64::ln(1.0 + fine + a + b));
    let high = NEGLIGIBLE + f64::ln(1.0 + a + b);
    for (direction, end, rate) in [(-1.0, low, a), (1.0, high, b)] {
        let mut k = if direction > 0.0 { 0.0 } else { 1.0 };
        loop {
            let v = centre + direction * step * k;
            let past = (v - end) * direction >= 0.0;
            // The rest of the lattice on this side is this term times a geometric series.
            let factor = if past { 1.0 / -(-rate * step).exp_m1() } else { 1.0 };
            if !add(v, factor) || past {
                break;
            }
            k += 1.0;
        }
    }
    sum / weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_integrate_polynomials() {
        for (rule, n) in RULES.iter().zip([8, 12, 16, 32]) {
            let whole: f64 = rule.iter().map(|&(x, w)| w * x.powi(2 * n - 1)).sum();
            assert!((whole * f64::from(2 * n) - 1.0).abs() < 1e-14, "{n}");
        }
    }

    #[test]
    fn beta_means_of_powers() {
        for (a, b) in [(0.01, 0.02), (0.793, 2.426), (3.0, 1e6), (400.0, 0.5), (0.001, 1e8)] {
            let mean = beta_mean(a, b, 1.0, |p, _| p);
            assert!((mean / (a / (a + b)) - 1.0).abs() < 1e-12, "{a} {b} {mean}");
            let square = beta_mean(a, b, 1.0, |p, _| p * p);
            let exact = a * (a + 1.0) / ((a + b) * (a + b + 1.0));
            assert!((square / exact - 1.0).abs() < 1e-12, "{a} {b}");
        }
    }
}
