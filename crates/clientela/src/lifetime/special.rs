//! Special functions, for positive arguments.
//!
//! Written here because what the models need are differences, lnΓ(x + d) − lnΓ(x) and its
//! derivatives, at full precision for large x; crates offer the functions themselves, and their
//! differences lose the digits again.

/// ½ ln 2π.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;
/// From here on the asymptotic series below are exact to the last digits.
const FAR: f64 = 13.0;

/// lnΓ(x) − [(x − ½) ln x − x + ½ ln 2π] for x ≥ [`FAR`] (DLMF 5.11.1).
fn stirling(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    let series = 1.0 / 12.0
        - y * (1.0 / 360.0
            - y * (1.0 / 1260.0
                - y * (1.0 / 1680.0
                    - y * (1.0 / 1188.0 - y * (691.0 / 360_360.0 - y * (1.0 / 156.0))))));
    series / x
}

/// ln(1 + x) for x ≥ 0. The sum is rounded, and what it lost is added again; this takes half the
/// time of the system's function.
pub(crate) fn ln_1p(x: f64) -> f64 {
    let x = x.min(f64::MAX);
    let sum = 1.0 + x;
    sum.ln() + (x - (sum - 1.0)) / sum
}

/// The natural logarithm of Γ(x), x > 0.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    let mut shifted = 0.0;
    while x < FAR {
        product *= x;
        x += 1.0;
        if product > 1e200 {
            shifted += f64::ln(product);
            product = 1.0;
        }
    }
    (x - 0.5) * x.ln() - x + HALF_LN_TWO_PI + stirling(x) - product.ln() - shifted
}

/// ψ(x), the derivative of lnΓ, x > 0 (DLMF 5.11.2).
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < FAR {
        below += 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y
        * (1.0 / 12.0
            - y * (1.0 / 120.0
                - y * (1.0 / 252.0
                    - y * (1.0 / 240.0 - y * (1.0 / 132.0 - y * (691.0 / 32_760.0 - y / 12.0))))));
    x.ln() - 0.5 / x - series - below
}

/// ψ′(x), x > 0.
pub(crate) fn trigamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < FAR {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let z = 1.0 / x;
    let y = z * z;
    let series = 1.0 / 6.0
        - y * (1.0 / 30.0
            - y * (1.0 / 42.0
                - y * (1.0 / 30.0 - y * (5.0 / 66.0 - y * (691.0 / 2730.0 - y * (7.0 / 6.0))))));
    z + 0.5 * y + z * y * series + below
}

/// A function of one parameter with its first two derivatives.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Jet {
    pub(crate) value: f64,
    pub(crate) first: f64,
    pub(crate) second: f64,
}

impl Jet {
    /// ln c, with respect to c.
    pub(crate) fn ln(c: f64) -> Self {
        Self { value: c.ln(), first: 1.0 / c, second: -1.0 / (c * c) }
    }
}

/// ln of c (c + 1) … (c + n − 1) = lnΓ(c + n) − lnΓ(c), with respect to c > 0.
pub(crate) fn ln_rising(c: f64, n: impl Into<u64>) -> Jet {
    let n = n.into();
    // Short products are both faster and more exact than the asymptotic series.
    if n <= 48 {
        let (mut value, mut product) = (0.0, 1.0);
        let (mut first, mut second) = (0.0, 0.0);
        for i in 0..n {
            let factor = c + i as f64;
            product *= factor;
            if !(1e-250..1e250).contains(&product) {
                value += f64::ln(product / factor);
                product = factor;
            }
            let inverse = 1.0 / factor;
            first += inverse;
            second -= inverse * inverse;
        }
        return Jet { value: value + product.ln(), first, second };
    }
    let d = n as f64;
    Jet {
        value: ln_gamma_ratio(c, d),
        first: digamma(c + d) - digamma(c),
        second: trigamma(c + d) - trigamma(c),
    }
}

/// lnΓ(x + d) − lnΓ(x) for x > 0 and x + d > 0, without the loss of digits of the difference.
pub(crate) fn ln_gamma_ratio(x: f64, d: f64) -> f64 {
    let (mut x, mut y) = (x, x + d);
    let mut below = 0.0;
    while x < FAR {
        below += x.ln();
        x += 1.0;
    }
    while y < FAR {
        below -= y.ln();
        y += 1.0;
    }
    let d = y - x;
    (x - 0.5) * (d / x).ln_1p() + d * (y.ln() - 1.0) + stirling(y) - stirling(x) + below
}

/// (1 − e^(k u)) / k for u ≤ 0, regular at k = 0 where it is −u.
pub(crate) fn one_minus_power(k: f64, u: f64) -> f64 {
    let y = k * u;
    if y.abs() < 1e-5 {
        // expm1(y) / y to more digits than double has.
        return -u * (1.0 + y * (0.5 + y * (1.0 / 6.0 + y / 24.0)));
    }
    -y.exp_m1() / k
}

/// e^z E_s(z) = ∫₁^∞ e^(−z (y − 1)) y^(−s) dy, the scaled generalised exponential integral, for
/// real s ≥ 0 and z > 0 (DLMF 8.19; Kummer's U(s, s, z) is z^(1 − s) times this).
pub(crate) fn scaled_exp_integral(s: f64, z: f64) -> f64 {
    if z + s > 40.0 || z >= 1.0 {
        // The continued fraction of DLMF 8.19.17 in its even form, by Lentz's method.
        let mut b = z + s;
        let mut c = f64::MAX;
        let mut d = 1.0 / b;
        let mut value = d;
        for i in 1..2000 {
            let i = f64::from(i);
            let a = -i * (s + i - 1.0);
            b += 2.0;
            d = 1.0 / (a * d + b);
            c = b + a / c;
            let step = c * d;
            value *= step;
            if (step - 1.0).abs() < 1e-16 {
                break;
            }
        }
        return value;
    }
    // y = e^w makes the integrand log-concave in w, whatever s; no pole at whole s.
    super::quadrature::log_concave(
        |w| -z * w.exp_m1() + (1.0 - s) * w,
        |w| -z * w.exp() + 1.0 - s,
        0.0,
        (800.0 / z).ln_1p(),
    )
    .exp()
}

/// Q(a, x) = Γ(a, x) / Γ(a), the upper regularised incomplete gamma function (DLMF 8.2.4).
pub(crate) fn gamma_q(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (1.0 - front * sum).max(0.0);
    }
    // x^a e^−x e^x E_(1 − a)(x) by its continued fraction.
    let mut b = x + 1.0 - a;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut value = d;
    for i in 1..2000 {
        let i = f64::from(i);
        let k = -i * (i - a);
        b += 2.0;
        d = 1.0 / (k * d + b);
        c = b + k / c;
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    front * value
}

/// I_x(a, b), the regularised incomplete beta function, in relation to its first factor
/// x^a (1 − x)^b / (a B(a, b)); for x below (a + 1)/(a + b + 2), where the continued fraction
/// (DLMF 8.17.22) is quick.
pub(crate) fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / (1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..1_000_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / (1.0 + even * d);
        c = 1.0 + even / c;
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / (1.0 + odd * d);
        c = 1.0 + odd / c;
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// The probability that a χ² variable of `freedom` degrees exceeds `x`.
pub(crate) fn chi_square_tail(x: f64, freedom: u32) -> f64 {
    gamma_q(f64::from(freedom) / 2.0, x / 2.0)
}

/// The standard normal quantile, 0 < p < 1: a rational start (Odeh and Evans 1974), then
/// Newton's method on the distribution function.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let tail = p.min(1.0 - p);
    let y = (-2.0 * tail.ln()).sqrt();
    let top = -0.322_232_431_088
        - y * (1.0 + y * (0.342_242_088_547 + y * (0.020_423_121_024_5 + y * 4.536_422_101_48e-5)));
    let bottom = 0.099_348_462_606
        + y * (0.588_581_570_495
            + y * (0.531_103_462_366 + y * (0.103_537_752_85 + y * 0.003_856_070_063_4)));
    let mut z = y + top / bottom;
    for _ in 0..3 {
        let above = if z > 0.0 { gamma_q(0.5, z * z / 2.0) / 2.0 } else { 0.5 };
        let density = (-z * z / 2.0).exp() * 0.398_942_280_401_432_7;
        z += (above - tail) / density;
    }
    if p < 0.5 { -z } else { z }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: f64, exact: f64, tolerance: f64) {
        assert!((ours - exact).abs() <= tolerance * exact.abs().max(1e-300), "{ours} {exact}");
    }

    // Exact values by mpmath with 50 digits.
    #[test]
    fn gamma_and_its_derivatives() {
        close(ln_gamma(0.243), 1.318_043_584_699_67, 4e-15);
        close(ln_gamma(5000.5), 37_586.884_887_281_06, 1e-15);
        close(digamma(1e-3), -1_000.575_571_931_810_3, 1e-15);
        close(trigamma(0.5), 4.934_802_200_544_679, 1e-15);
        close(digamma(1.0), -0.577_215_664_901_532_9, 1e-14);
    }

    #[test]
    fn logarithms_near_one() {
        for x in [0.0, 1e-300, 1e-17, 3e-16, 1e-9, 0.1, 0.5, 1.0, 7.3, 1e9, 1e300] {
            close(ln_1p(x), x.ln_1p(), 4e-16);
        }
    }

    #[test]
    fn ratios_keep_their_digits() {
        // lnΓ(1e9 + 0.5) − lnΓ(1e9) = ½ ln 1e9 − 1/8e9.
        close(ln_gamma_ratio(1e9, 0.5), 10.361_632_918_348_206, 1e-15);
        for n in [1_u32, 5, 48, 49, 200] {
            let slow: f64 = (0..n).map(|i| (0.37 + f64::from(i)).ln()).sum();
            close(ln_rising(0.37, n).value, slow, 1e-13);
            let slow: f64 = (0..n).map(|i| 1.0 / (0.37 + f64::from(i))).sum();
            close(ln_rising(0.37, n).first, slow, 1e-13);
        }
    }

    #[test]
    fn tails_and_quantiles() {
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-14);
        close(normal_quantile(1e-9), -5.997_807_015_007_687, 1e-12);
        // χ² of 2 degrees is exponential.
        close(chi_square_tail(3.0, 2), (-1.5_f64).exp(), 1e-14);
        close(chi_square_tail(3.841_458_820_694_124, 1), 0.05, 1e-12);
    }

    #[test]
    fn exponential_integrals() {
        // e^z E_1(z) at 0.5 and 2, e^z E_0.5(z) at 0.1.
        close(scaled_exp_integral(1.0, 0.5), 0.922_910_632_483_730_5, 1e-13);
        close(scaled_exp_integral(1.0, 2.0), 0.361_328_616_888_222_6, 1e-13);
        close(scaled_exp_integral(0.5, 0.1), 4.055_650_792_041_964, 1e-13);
    }
}
