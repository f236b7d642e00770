//! Small symmetric matrices: eigenvalues by Jacobi's rotations.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A symmetric matrix of a few rows, by row.
///
/// In JSON it is a list of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<f64>>", into = "Vec<Vec<f64>>")]
pub struct Symmetric {
    size: usize,
    values: Vec<f64>,
}

impl TryFrom<Vec<Vec<f64>>> for Symmetric {
    type Error = Error;

    fn try_from(rows: Vec<Vec<f64>>) -> Result<Self> {
        let size = rows.len();
        let square = rows.iter().all(|row| row.len() == size);
        let even = |i: usize, j: usize| rows[i][j].to_bits() == rows[j][i].to_bits();
        if !square || !(0..size).all(|i| (0..i).all(|j| even(i, j))) {
            return Err(Error::BadFormat("a matrix that is not symmetric".to_owned()));
        }
        Ok(Self { size, values: rows.concat() })
    }
}

impl From<Symmetric> for Vec<Vec<f64>> {
    fn from(matrix: Symmetric) -> Self {
        matrix.rows().map(<[f64]>::to_vec).collect()
    }
}

impl Symmetric {
    /// All zero.
    pub(crate) fn zero(size: usize) -> Self {
        Self { size, values: vec![0.0; size * size] }
    }

    /// Number of rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The value at a row and a column; panics past the end, as a slice does.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks(self.size.max(1))
    }

    /// Adds to a value and to its mirror image.
    pub(crate) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.size + column] += value;
        if row != column {
            self.values[column * self.size + row] += value;
        }
    }

    pub(crate) fn from_fn(size: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let mut matrix = Self::zero(size);
        for row in 0..size {
            for column in 0..=row {
                matrix.add(row, column, f(row, column));
            }
        }
        matrix
    }

    /// xᵀ M y.
    pub(crate) fn form(&self, x: &[f64], y: &[f64]) -> f64 {
        self.rows().zip(x).map(|(row, x)| x * dot(row, y)).sum()
    }

    /// Eigenvalues in rising order, each with its unit vector.
    pub(crate) fn eigen(&self) -> Vec<(f64, Vec<f64>)> {
        let n = self.size;
        let mut m: Vec<Vec<f64>> = self.rows().map(<[f64]>::to_vec).collect();
        let mut vectors: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        for _ in 0..60 {
            let off: f64 =
                (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| m[i][j].abs()).sum();
            let on: f64 = (0..n).map(|i| m[i][i].abs()).sum();
            if off <= on * 1e-18 || !off.is_finite() {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    if m[p][q] == 0.0 {
                        continue;
                    }
                    let theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
                    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                    let c = 1.0 / t.hypot(1.0);
                    let s = t * c;
                    for row in &mut m {
                        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                    }
                    for k in 0..n {
                        (m[p][k], m[q][k]) = (c * m[p][k] - s * m[q][k], s * m[p][k] + c * m[q][k]);
                        (vectors[p][k], vectors[q][k]) = (
                            c * vectors[p][k] - s * vectors[q][k],
                            s * vectors[p][k] + c * vectors[q][k],
                        );
                    }
                }
            }
        }
        let mut pairs: Vec<(f64, Vec<f64>)> =
            vectors.into_iter().enumerate().map(|(i, vector)| (m[i][i], vector)).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        pairs
    }
}

/// The inner product.
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvalues_of_a_known_matrix() {
        // 2 on the diagonal, −1 beside it: 2 − 2 cos(kπ/4).
        let matrix = Symmetric::from_fn(3, |i, j| match i - j {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let root = 2.0_f64.sqrt();
        for ((value, vector), exact) in matrix.eigen().iter().zip([2.0 - root, 2.0, 2.0 + root]) {
            assert!((value - exact).abs() < 1e-14);
            assert!((matrix.form(vector, vector) - exact).abs() < 1e-14);
        }
    }
}
