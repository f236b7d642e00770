//! Clusters: records that mean the same client through others.

use std::cmp::Reverse;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::axis::column;
use crate::client::{ClientId, ClientIds};
use crate::money::Scale;
use crate::table::{NO_INT64, Table, Values};

/// Clusters of two records and more; each is named by its smallest id.
///
/// Duplicates may hang together in a chain, one end of which does not agree with the other, so each
/// member says through which pair it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    ids: ClientIds,
    /// By cluster, then by id.
    members: Vec<Member>,
    count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    row: u32,
    cluster: u32,
    size: u32,
    /// The neighbour on the way to the smallest id, and the weight of that pair.
    through: Option<(u32, i64)>,
}

/// One record of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterMember {
    /// Who.
    pub client: ClientId,
    /// The smallest id of the cluster.
    pub cluster: ClientId,
    /// How many records it has.
    pub size: u32,
    /// The neighbour by which the record hangs on the smallest id; `None` for that one.
    pub through: Option<ClientId>,
    /// The weight of that pair, in bits.
    pub weight: Option<Decimal>,
}

impl Clusters {
    /// The clusters of pairs of rows with weights in thousandths of a bit.
    pub(crate) fn of_rows(ids: &ClientIds, pairs: &[(u32, u32, i64)]) -> Self {
        let mut edges = pairs.to_vec();
        // The strongest pairs hold a cluster together; equal ones by id.
        edges.sort_unstable_by_key(|&(a, b, weight)| (Reverse(weight), a, b));
        let mut roots: Vec<u32> = (0..ids.len() as u32).collect();
        let mut kept: Vec<(u32, u32, i64)> = Vec::new();
        for (a, b, weight) in edges {
            let (x, y) = (root(&mut roots, a), root(&mut roots, b));
            if x != y {
                // The smallest id is the root, whatever the order.
                roots[x.max(y) as usize] = x.min(y);
                kept.extend([(a, b, weight), (b, a, weight)]);
            }
        }
        kept.sort_unstable();
        let mut seen: Vec<u32> = kept.iter().map(|&(a, ..)| a).collect();
        seen.dedup();
        let tops: Vec<u32> =
            seen.iter().copied().filter(|&row| root(&mut roots, row) == row).collect();
        let mut members = Vec::with_capacity(seen.len());
        for &top in &tops {
            let begins = members.len();
            members.push(Member { row: top, cluster: top, size: 0, through: None });
            let mut next = begins;
            while next < members.len() {
                let Member { row, through, .. } = members[next];
                let from = kept.partition_point(|&(a, ..)| a < row);
                let edges = kept[from..].iter().take_while(|&&(a, ..)| a == row);
                for &(_, b, weight) in edges {
                    if through.is_none_or(|(back, _)| back != b) {
                        let through = Some((row, weight));
                        members.push(Member { row: b, cluster: top, size: 0, through });
                    }
                }
                next += 1;
            }
            let size = (members.len() - begins) as u32;
            members[begins..].iter_mut().for_each(|member| member.size = size);
            members[begins..].sort_unstable_by_key(|member| member.row);
        }
        Self { ids: ids.clone(), members, count: tops.len() }
    }

    /// Number of clusters.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The members, by cluster and id.
    pub fn members(&self) -> impl ExactSizeIterator<Item = ClusterMember> + '_ {
        let id = |row: u32| self.ids.get(row as usize);
        self.members.iter().map(move |member| ClusterMember {
            client: id(member.row),
            cluster: id(member.cluster),
            size: member.size,
            through: member.through.map(|(row, _)| id(row)),
            weight: member.through.map(|(_, weight)| Decimal::new(weight, 3)),
        })
    }

    /// For each member but the smallest id the id that it becomes, as
    /// [`Ledger::rekey`](crate::Ledger::rekey) takes it.
    pub fn rekeys(&self) -> std::collections::BTreeMap<ClientId, ClientId> {
        let others = self.members().filter(|member| member.client != member.cluster);
        others.map(|member| (member.client, member.cluster)).collect()
    }

    /// The members as a table: `client`, `cluster`, `size`, `through` (the record itself for the
    /// smallest id), `weight`.
    pub fn table(&self) -> Table {
        const SOURCE: &str = "R47";
        let rows = |of: fn(&Member) -> u32| -> Values {
            let rows: Vec<usize> = self.members.iter().map(|one| of(one) as usize).collect();
            Values::Client(self.ids.pick(&rows))
        };
        let sizes = self.members.iter().map(|member| member.size as i32).collect();
        let weight = |member: &Member| member.through.map_or(NO_INT64, |(_, weight)| weight);
        let weights = self.members.iter().map(weight).collect();
        let places = Scale::new(3).unwrap_or_default();
        Table::new(vec![
            column("client", SOURCE, "Who.", rows(|one| one.row)),
            column(
                "cluster",
                SOURCE,
                "The smallest id among the records that mean this client.",
                rows(|one| one.cluster),
            ),
            column("size", SOURCE, "How many records they are.", Values::Int32(Arc::new(sizes))),
            column(
                "through",
                SOURCE,
                "The record by which it hangs on the smallest id; that one itself for it.",
                rows(|one| one.through.map_or(one.row, |(row, _)| row)),
            ),
            column(
                "weight",
                SOURCE,
                "What speaks for that pair, in bits.",
                Values::Money(Arc::new(weights), places),
            ),
        ])
    }
}

impl Serialize for Clusters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.members())
    }
}

/// The root of a row, with the way to it made shorter.
fn root(roots: &mut [u32], row: u32) -> u32 {
    let mut row = row;
    while roots[row as usize] != row {
        let above = roots[row as usize];
        roots[row as usize] = roots[above as usize];
        row = above;
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0-3-1 is a chain, 2-4 a pair, 5 is alone; the weak pair 0-1 is not needed.
    #[test]
    fn chains_make_one_cluster() {
        let ids = ClientIds::Int(Arc::new(vec![10, 11, 12, 13, 14, 15].into()));
        let pairs = [(0, 3, 9_000), (1, 3, 8_000), (0, 1, 2_000), (2, 4, 5_000)];
        let clusters = Clusters::of_rows(&ids, &pairs);
        assert_eq!(clusters.len(), 2);
        let shown: Vec<String> = clusters
            .members()
            .map(|one| {
                let through = one.through.map_or_else(|| "-".to_owned(), |id| id.to_string());
                let weight = one.weight.map_or_else(|| "-".to_owned(), |bits| bits.to_string());
                format!("{} {} {} {through} {weight}", one.client, one.cluster, one.size)
            })
            .collect();
        let wanted = [
            "10 10 3 - -",
            "11 10 3 13 8.000",
            "13 10 3 10 9.000",
            "12 12 2 - -",
            "14 12 2 12 5.000",
        ];
        assert_eq!(shown, wanted);
        let mut turned = pairs;
        turned.reverse();
        assert_eq!(Clusters::of_rows(&ids, &turned), clusters);
        assert_eq!(clusters.rekeys().len(), 3);
    }
}
