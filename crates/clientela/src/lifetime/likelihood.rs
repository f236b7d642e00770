//! Sums of log-likelihoods over many clients, with gradient and Hessian.

use rayon::prelude::*;

use super::matrix::Symmetric;
use super::special::Jet;

/// Rows that one task sums. Fixed, so that the order of additions is the same on any number of
/// threads.
const CHUNK: usize = 512;

/// A value with its gradient and the lower triangle of its Hessian.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<const N: usize> {
    pub(crate) value: f64,
    pub(crate) gradient: [f64; N],
    pub(crate) hessian: [[f64; N]; N],
}

impl<const N: usize> Terms<N> {
    pub(crate) const ZERO: Self = Self { value: 0.0, gradient: [0.0; N], hessian: [[0.0; N]; N] };

    /// Adds a function of one parameter.
    pub(crate) fn add(&mut self, parameter: usize, jet: Jet) {
        self.value += jet.value;
        self.gradient[parameter] += jet.first;
        self.hessian[parameter][parameter] += jet.second;
    }

    /// Subtracts a function of the sum of two parameters.
    pub(crate) fn subtract_of_sum(&mut self, i: usize, j: usize, jet: Jet) {
        self.value -= jet.value;
        self.gradient[i] -= jet.first;
        self.gradient[j] -= jet.first;
        self.hessian[i][i] -= jet.second;
        self.hessian[j][j] -= jet.second;
        self.hessian[i.max(j)][i.min(j)] -= jet.second;
    }

    pub(crate) fn add_scaled(&mut self, factor: f64, other: &Self) {
        self.value += factor * other.value;
        for i in 0..N {
            self.gradient[i] += factor * other.gradient[i];
            for j in 0..=i {
                self.hessian[i][j] += factor * other.hessian[i][j];
            }
        }
    }

    /// The same by the logarithms of the parameters.
    pub(crate) fn on_logs(mut self, parameters: &[f64; N]) -> Self {
        for i in 0..N {
            self.gradient[i] *= parameters[i];
            for j in 0..=i {
                self.hessian[i][j] *= parameters[i] * parameters[j];
            }
            self.hessian[i][i] += self.gradient[i];
        }
        self
    }

    /// ln Σ e^value with its derivatives: the mean of the gradients under the weights, and the
    /// mean of the Hessians plus the covariance of the gradients.
    pub(crate) fn log_sum(atoms: impl Iterator<Item = Self>) -> Self {
        let mut top = f64::NEG_INFINITY;
        let mut sum = 0.0;
        let mut mean = Self::ZERO;
        for atom in atoms {
            if atom.value > top {
                let shrink = (top - atom.value).exp();
                sum *= shrink;
                let old = std::mem::replace(&mut mean, Self::ZERO);
                mean.add_scaled(shrink, &old);
                top = atom.value;
            }
            let weight = (atom.value - top).exp();
            sum += weight;
            for i in 0..N {
                mean.gradient[i] += weight * atom.gradient[i];
                for j in 0..=i {
                    mean.hessian[i][j] +=
                        weight * (atom.hessian[i][j] + atom.gradient[i] * atom.gradient[j]);
                }
            }
        }
        let mut result = Self { value: top + sum.ln(), ..Self::ZERO };
        for i in 0..N {
            result.gradient[i] = mean.gradient[i] / sum;
            for j in 0..=i {
                result.hessian[i][j] =
                    mean.hessian[i][j] / sum - result.gradient[i] * result.gradient[j];
            }
        }
        result
    }
}

/// Clients with the same history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) x: u32,
    /// The time of the last purchase; the mean spend in Gamma-Gamma, 1 for an ended contract.
    pub(crate) t_x: f64,
    pub(crate) age: f64,
    pub(crate) count: f64,
}

/// The log-likelihood of one client under N positive parameters.
pub(crate) trait Kernel<const N: usize>: Sync {
    /// The part that depends on the client by the number of purchases alone.
    fn by_count(&self, parameters: &[f64; N], x: u32) -> Terms<N>;

    /// The rest.
    fn by_row(&self, parameters: &[f64; N], cell: &Cell) -> Terms<N>;

    /// Both, the value alone.
    fn log_likelihood(&self, parameters: &[f64; N], cell: &Cell) -> f64 {
        self.by_count(parameters, cell.x).value + self.by_row(parameters, cell).value
    }
}

/// A sum over clients with its derivatives.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) hessian: Symmetric,
}

/// One coefficient of a covariate: it adds `sign · coefficient · covariate` to the logarithm of a
/// parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The parameter's place.
    pub parameter: usize,
    /// 1 or −1.
    pub sign: f64,
    /// The covariate's place; those of dropout stand behind those of purchases.
    pub covariate: usize,
}

/// The clients of a fit, compressed.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    pub(crate) distinct: Vec<Cell>,
    /// Distinct numbers of purchases and how many clients have them.
    counts: Vec<(u32, f64)>,
    pub(crate) effects: Vec<Effect>,
    /// Covariates per cell, `width` each.
    covariates: Vec<f64>,
    width: usize,
}

impl Cells {
    /// Equal rows become one with their count; the order of rows leaves no trace.
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self::with_covariates(cells, Vec::new(), &[], 0)
    }

    /// The same beside covariates, `width` per row.
    pub(crate) fn with_covariates(
        mut cells: Vec<Cell>,
        effects: Vec<Effect>,
        covariates: &[f64],
        width: usize,
    ) -> Self {
        let order = |a: &Cell, b: &Cell| {
            a.x.cmp(&b.x).then(a.age.total_cmp(&b.age)).then(a.t_x.total_cmp(&b.t_x))
        };
        let mut kept = Vec::new();
        if width == 0 {
            cells.par_sort_unstable_by(order);
            cells.dedup_by(|next, kept| {
                let same = order(next, kept).is_eq();
                kept.count += if same { next.count } else { 0.0 };
                same
            });
        } else {
            let values = |i: usize| &covariates[i * width..(i + 1) * width];
            let mut rows: Vec<usize> = (0..cells.len()).collect();
            let compare = |&i: &usize, &j: &usize| {
                let bits = |i: usize| values(i).iter().map(|value| value.to_bits());
                order(&cells[i], &cells[j]).then_with(|| bits(i).cmp(bits(j)))
            };
            rows.par_sort_unstable_by(compare);
            let mut joined: Vec<Cell> = Vec::with_capacity(rows.len());
            for run in rows.chunk_by(|i, j| compare(i, j).is_eq()) {
                let count = run.iter().map(|&i| cells[i].count).sum();
                joined.push(Cell { count, ..cells[run[0]] });
                kept.extend_from_slice(values(run[0]));
            }
            cells = joined;
        }
        let counts = counts(&cells);
        Self { distinct: cells, counts, effects, covariates: kept, width }
    }

    /// Number of clients.
    pub(crate) fn clients(&self) -> f64 {
        self.distinct.iter().map(|cell| cell.count).sum()
    }

    /// A number that another set of clients hardly shares.
    pub(crate) fn fingerprint(&self) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        for cell in &self.distinct {
            for bits in
                [u64::from(cell.x), cell.t_x.to_bits(), cell.age.to_bits(), cell.count.to_bits()]
            {
                hasher.update(&bits.to_le_bytes());
            }
        }
        hasher.finalize()
    }

    /// A few hundred cells much like these, from which to search for a start. Covariates are left
    /// out.
    pub(crate) fn coarse(&self) -> Option<Self> {
        if self.distinct.len() < 1500 {
            return None;
        }
        let longest = self.distinct.iter().map(|cell| cell.age).fold(0.0, f64::max);
        let latest = self.distinct.iter().map(|cell| cell.t_x).fold(0.0, f64::max);
        let bin = |value: f64, longest: f64| {
            if longest > 0.0 { (value / longest * 10.0).floor() } else { 0.0 }
        };
        let place = |x: u32| if x < 6 { x } else { 6 + (f64::from(x) / 6.0).log2() as u32 * 3 };
        let mut keyed: Vec<_> = self
            .distinct
            .iter()
            .map(|cell| {
                (
                    (place(cell.x), bin(cell.age, longest) as u32, bin(cell.t_x, latest) as u32),
                    *cell,
                )
            })
            .collect();
        keyed.sort_by_key(|&(key, _)| key);
        let join = |run: &[((u32, u32, u32), Cell)]| {
            let count: f64 = run.iter().map(|(_, cell)| cell.count).sum();
            let mean =
                |f: fn(&Cell) -> f64| run.iter().map(|(_, c)| c.count * f(c)).sum::<f64>() / count;
            let x = mean(|cell| f64::from(cell.x)).round() as u32;
            Cell { x, t_x: mean(|cell| cell.t_x), age: mean(|cell| cell.age), count }
        };
        let cells: Vec<Cell> = keyed.chunk_by(|a, b| a.0 == b.0).map(join).collect();
        Some(Self {
            counts: counts(&cells),
            distinct: cells,
            effects: Vec::new(),
            covariates: Vec::new(),
            width: 0,
        })
    }

    /// The log-likelihood of all clients at the logarithms of N parameters and the coefficients.
    pub(crate) fn sum<const N: usize>(&self, kernel: &impl Kernel<N>, theta: &[f64]) -> Sum {
        let parameters: [f64; N] = std::array::from_fn(|i| theta[i].exp());
        if self.width > 0 {
            return self.sum_with_covariates(kernel, theta);
        }
        let chunk = |cells: &[Cell]| {
            let mut sum = Terms::ZERO;
            for cell in cells {
                sum.add_scaled(cell.count, &kernel.by_row(&parameters, cell));
            }
            sum
        };
        let parts: Vec<Terms<N>> = self.distinct.par_chunks(CHUNK).map(chunk).collect();
        let mut sum = Terms::ZERO;
        for &(x, count) in &self.counts {
            sum.add_scaled(count, &kernel.by_count(&parameters, x));
        }
        for part in &parts {
            sum.add_scaled(1.0, part);
        }
        let sum = sum.on_logs(&parameters);
        Sum {
            value: sum.value,
            gradient: sum.gradient.to_vec(),
            hessian: Symmetric::from_fn(N, |i, j| sum.hessian[i][j]),
        }
    }

    fn sum_with_covariates<const N: usize>(&self, kernel: &impl Kernel<N>, theta: &[f64]) -> Sum {
        let size = N + self.effects.len();
        let zero = || Sum { value: 0.0, gradient: vec![0.0; size], hessian: Symmetric::zero(size) };
        let chunk = |(cells, covariates): (&[Cell], &[f64])| {
            let mut sum = zero();
            // Each coordinate of theta moves one logarithm: its parameter and by how much.
            let mut moves: Vec<(usize, f64)> = (0..N).map(|i| (i, 1.0)).collect();
            moves.resize(size, (0, 0.0));
            for (cell, values) in cells.iter().zip(covariates.chunks(self.width)) {
                let mut logs: [f64; N] = std::array::from_fn(|i| theta[i]);
                for (k, effect) in self.effects.iter().enumerate() {
                    let by = effect.sign * values[effect.covariate];
                    moves[N + k] = (effect.parameter, by);
                    logs[effect.parameter] += by * theta[N + k];
                }
                let parameters = logs.map(f64::exp);
                let mut terms = kernel.by_row(&parameters, cell);
                terms.add_scaled(1.0, &kernel.by_count(&parameters, cell.x));
                let terms = terms.on_logs(&parameters);
                sum.value += cell.count * terms.value;
                for (i, &(p, by)) in moves.iter().enumerate() {
                    sum.gradient[i] += cell.count * by * terms.gradient[p];
                    for (j, &(q, other)) in moves[..=i].iter().enumerate() {
                        let second = terms.hessian[p.max(q)][p.min(q)];
                        sum.hessian.add(i, j, cell.count * by * other * second);
                    }
                }
            }
            sum
        };
        let parts: Vec<Sum> = self
            .distinct
            .par_chunks(CHUNK)
            .zip(self.covariates.par_chunks(CHUNK * self.width))
            .map(chunk)
            .collect();
        parts.into_iter().fold(zero(), |mut sum, part| {
            sum.value += part.value;
            for i in 0..size {
                sum.gradient[i] += part.gradient[i];
                for j in 0..=i {
                    sum.hessian.add(i, j, part.hessian.get(i, j));
                }
            }
            sum
        })
    }
}

fn counts(cells: &[Cell]) -> Vec<(u32, f64)> {
    let mut counts: Vec<(u32, f64)> = cells.iter().map(|cell| (cell.x, cell.count)).collect();
    counts.sort_by_key(|&(x, _)| x);
    counts.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0.0 };
        same
    });
    counts
}
