//! Records that mean the same client: in one directory, or in two.

mod blocks;
mod chance;
mod explain;
mod learn;
mod level;
mod model;
mod pool;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer};

pub use blocks::Crowd;
pub use explain::{FieldAgreement, PairExplanation};
pub use level::Level;
pub use model::{FieldModel, LevelModel, MatchModel};

use super::clusters::Clusters;
use super::directory::{Directory, FieldKind};
use crate::axis::column;
use crate::client::ClientId;
use crate::error::{Error, Result};
use crate::money::Scale;
use crate::policy::Policy;
use crate::table::{Table, Values};
use blocks::Blocks;
use level::Gauge;
use model::{bits, probability, threshold};
use pool::{Pattern, Pool};

/// Rows whose pairs are compared in one go.
const STRETCH: usize = 256;

/// How duplicates are looked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DuplicateOptions {
    /// The fields that are compared. Default: all.
    pub fields: Option<Vec<String>>,
    /// Weights to judge by, of these fields. Default: they are learnt from the records.
    pub model: Option<MatchModel>,
}

impl DuplicateOptions {
    /// Reads options from JSON; absent members take their defaults.
    ///
    /// # Errors
    /// [`Error::BadDocument`] with the path.
    pub fn from_json(text: &str) -> Result<Self> {
        let options: Self = crate::json::parse("duplicate options", text)?;
        let model = options.model.map(MatchModel::checked).transpose()?;
        Ok(Self { model, ..options })
    }
}

/// The account of what was compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DuplicatesReport {
    /// Records of the directory, or of the first one.
    pub records: usize,
    /// Records of the second directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_records: Option<usize>,
    /// Pairs that there are.
    pub pairs: u64,
    /// Pairs that share a value and so were compared.
    pub compared: u64,
    /// Pairs that are duplicates.
    pub duplicates: usize,
    /// The least weight of a duplicate, in bits.
    pub threshold: Decimal,
    /// Rounds of learning; 0 with a model that was given.
    pub rounds: u32,
    /// Whether the last of them changed nothing.
    pub settled: bool,
    /// Values that too many records share to be compared each with each.
    pub crowds: Vec<Crowd>,
}

/// Pairs of records that mean the same client, with how probable that is and why.
///
/// The same records give the same pairs and weights, whatever their order and the number of
/// threads.
///
/// ```
/// use clientela::Policy;
/// use clientela::intake::{Directory, DirectoryOptions, DuplicateOptions};
///
/// let records = r#"[
///   {"id": 1, "surname": "Щеглова", "given_name": "Юлия", "birth_date": "1990-02-01"},
///   {"id": 2, "surname": "SHCHEGLOVA", "given_name": "Yuliya", "birth_date": "1990-01-02"},
///   {"id": 3, "surname": "Орлов", "given_name": "Пётр", "birth_date": "1985-07-30"},
///   {"id": 4, "surname": "Кузнецова", "given_name": "Анна", "birth_date": "1979-11-12"}]"#;
/// let directory = Directory::from_json(records, &DirectoryOptions::default())?;
/// let duplicates = directory.duplicates(&DuplicateOptions::default(), &Policy::default())?;
/// let pairs: Vec<_> = duplicates.pairs().map(|pair| (pair.client, pair.other)).collect();
/// assert_eq!(pairs, [(1.into(), 2.into())]);
/// println!("{}", duplicates.explain(&1.into(), &2.into())?);
/// # Ok::<(), clientela::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    left: Directory,
    right: Option<Directory>,
    /// Places of the fields in the first and the second directory.
    fields: Arc<Vec<(usize, usize)>>,
    gauge: Gauge,
    model: Arc<MatchModel>,
    /// Rows and weight in thousandths of a bit, in the order of the rows.
    pairs: Arc<Vec<(u32, u32, i64)>>,
    report: Arc<DuplicatesReport>,
}

/// One pair of records that mean the same client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DuplicatePair {
    /// The one with the smaller id, or that of the first directory.
    pub client: ClientId,
    /// The other one.
    pub other: ClientId,
    /// The weight in bits.
    pub weight: Decimal,
    /// How probable it is that they mean one client, for reading.
    pub probability: f64,
}

impl Directory {
    /// The records of this directory that mean the same client.
    ///
    /// # Errors
    /// A field that is not there, none to compare, a model of other fields.
    pub fn duplicates(&self, options: &DuplicateOptions, policy: &Policy) -> Result<Duplicates> {
        policy.check()?;
        let fields: Vec<(usize, usize)> =
            self.chosen(options)?.into_iter().map(|place| (place, place)).collect();
        let places: Vec<usize> = fields.iter().map(|&(place, _)| place).collect();
        let pool = Pool::of_one(self, &places);
        Duplicates::of(&pool, (self, None), fields, options, policy)
    }

    /// The records of this directory that mean the same client as records of another one, field by
    /// field of the same name; fields that only one of them has are not compared.
    ///
    /// # Errors
    /// As [`Directory::duplicates`]; a field that holds different things in the two.
    pub fn links(
        &self,
        other: &Self,
        options: &DuplicateOptions,
        policy: &Policy,
    ) -> Result<Duplicates> {
        policy.check()?;
        let (mine, theirs) = (self.columns(), other.columns());
        let mut fields = Vec::new();
        for place in self.chosen(options)? {
            let field = &mine[place];
            let Some(at) = theirs.iter().position(|one| one.name == field.name) else {
                if options.fields.is_some() {
                    return Err(bad_option(format!("the other has no field `{}`", field.name)));
                }
                continue;
            };
            if theirs[at].kind != field.kind {
                let problem = format!("`{}` holds different things in the two", field.name);
                return Err(bad_option(problem));
            }
            fields.push((place, at));
        }
        // The order of learning must not depend on which of the two comes first.
        fields.sort_by(|a, b| mine[a.0].name.cmp(&mine[b.0].name));
        if fields.is_empty() {
            return Err(bad_option("the two have no field of one name".to_owned()));
        }
        let pool = Pool::of_two(self, other, &fields);
        Duplicates::of(&pool, (self, Some(other)), fields, options, policy)
    }

    /// The places of the fields that are compared.
    fn chosen(&self, options: &DuplicateOptions) -> Result<Vec<usize>> {
        let columns = self.columns();
        let mut places = Vec::new();
        match &options.fields {
            None => places.extend(0..columns.len()),
            Some(names) => {
                for name in names {
                    let place = columns.iter().position(|field| field.name == *name);
                    let Some(place) = place else {
                        return Err(bad_option(format!("there is no field `{name}`")));
                    };
                    places.push(place);
                }
                places.sort_unstable();
                places.dedup();
            }
        }
        if places.is_empty() {
            return Err(bad_option("no field to compare".to_owned()));
        }
        Ok(places)
    }
}

fn bad_option(problem: String) -> Error {
    Error::BadArgument { argument: "options", problem }
}

impl Duplicates {
    fn of(
        pool: &Pool<'_>,
        (left, right): (&Directory, Option<&Directory>),
        fields: Vec<(usize, usize)>,
        options: &DuplicateOptions,
        policy: &Policy,
    ) -> Result<Self> {
        let matching = &policy.matching;
        let gauge = Gauge::of(matching);
        let named: Vec<(String, FieldKind)> = fields
            .iter()
            .map(|&(place, _)| &left.columns()[place])
            .map(|field| (field.name.clone(), field.kind))
            .collect();
        let names: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
        let blocks = Blocks::of(pool, &names, matching.block_records);
        let compared = compare(pool, &blocks, gauge);
        let mut rounds = (0, true);
        let model = if let Some(model) = &options.model {
            let same = |(mine, theirs): (&(String, FieldKind), &FieldModel)| {
                (&mine.0, mine.1) == (&theirs.field, theirs.kind)
            };
            if model.fields.len() != named.len() || !named.iter().zip(&model.fields).all(same) {
                let theirs: Vec<&str> =
                    model.fields.iter().map(|field| field.field.as_str()).collect();
                let problem = format!(
                    "the model is of {}, compared are {}",
                    theirs.join(", "),
                    names.join(", ")
                );
                return Err(bad_option(problem));
            }
            model.clone().checked()?
        } else {
            let kinds: Vec<FieldKind> = named.iter().map(|&(_, kind)| kind).collect();
            let chances = chance::chances(pool, gauge);
            let size = (pool.pairs().max(1) as f64, pool.rows as f64);
            let least = (-f64::from(matching.most_bits)).exp2();
            let counted = counted(&compared.pairs);
            let learnt = learn::learn(&kinds, &counted, &chances, size, least);
            rounds = (learnt.rounds, learnt.settled);
            MatchModel::of(&learnt, named, matching.most_bits)
        };
        let (scales, least) = (model.scales(), threshold(matching.duplicate_percent));
        let judged = |&(a, b, pattern): &Judged| {
            let weight = scales.weight(pattern);
            (weight >= least).then_some((a, b, weight))
        };
        let pairs: Vec<(u32, u32, i64)> = compared.pairs.par_iter().filter_map(judged).collect();
        let split = pool.split.unwrap_or(pool.rows);
        let report = DuplicatesReport {
            records: split,
            other_records: pool.split.map(|split| pool.rows - split),
            pairs: pool.pairs(),
            compared: compared.count,
            duplicates: pairs.len(),
            threshold: bits(least),
            rounds: rounds.0,
            settled: rounds.1,
            crowds: blocks.crowds,
        };
        Ok(Self {
            left: left.clone(),
            right: right.cloned(),
            fields: Arc::new(fields),
            gauge,
            model: Arc::new(model),
            pairs: Arc::new(pairs),
            report: Arc::new(report),
        })
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs in the order of their ids.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = DuplicatePair> + '_ {
        self.pairs.iter().map(|&(a, b, weight)| {
            let (a, b) = self.places(a, b);
            DuplicatePair {
                client: self.left.ids().get(a),
                other: self.second().ids().get(b),
                weight: bits(weight),
                probability: probability(weight),
            }
        })
    }

    /// The weights by which they were judged.
    pub fn model(&self) -> &MatchModel {
        &self.model
    }

    /// The account of what was compared.
    pub fn report(&self) -> &DuplicatesReport {
        &self.report
    }

    /// The pairs as a table: `client`, `other`, `weight` in bits, `probability`.
    pub fn table(&self) -> Table {
        const SOURCE: &str = "R47; Fellegi and Sunter (1969)";
        let rows = |of: fn((usize, usize)) -> usize| -> Vec<usize> {
            self.pairs.iter().map(|&(a, b, _)| of(self.places(a, b))).collect()
        };
        let ids =
            |directory: &Directory, rows: Vec<usize>| Values::Client(directory.ids().pick(&rows));
        let weights = self.pairs.iter().map(|&(.., weight)| weight).collect();
        let probable = self.pairs.iter().map(|&(.., weight)| probability(weight)).collect();
        let places = Scale::new(3).unwrap_or_default();
        Table::new(vec![
            column("client", SOURCE, "Who.", ids(&self.left, rows(|pair| pair.0))),
            column(
                "other",
                SOURCE,
                "The record that means the same client.",
                ids(self.second(), rows(|pair| pair.1)),
            ),
            column(
                "weight",
                SOURCE,
                "What speaks for it, in bits: one more doubles the odds.",
                Values::Money(Arc::new(weights), places),
            ),
            column(
                "probability",
                SOURCE,
                "How probable it is, 0 to 1.",
                Values::Float(Arc::new(probable)),
            ),
        ])
    }

    /// The clusters that the pairs make of the records of one directory.
    ///
    /// # Errors
    /// [`Error::BadArgument`] for links between two directories, whose ids are two lists.
    pub fn clusters(&self) -> Result<Clusters> {
        if self.right.is_some() {
            return Err(Error::BadArgument {
                argument: "clusters",
                problem: "links between two directories make none; put the records into one"
                    .to_owned(),
            });
        }
        Ok(Clusters::of_rows(self.left.ids(), &self.pairs))
    }

    /// The directory of the second of each pair.
    fn second(&self) -> &Directory {
        self.right.as_ref().unwrap_or(&self.left)
    }

    /// The rows of a pair in their directories.
    fn places(&self, a: u32, b: u32) -> (usize, usize) {
        let begins = if self.right.is_some() { self.left.len() } else { 0 };
        (a as usize, b as usize - begins)
    }
}

impl Serialize for Duplicates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("pairs", &self.table())?;
        map.serialize_entry("model", &*self.model)?;
        map.serialize_entry("report", &*self.report)?;
        map.end()
    }
}

/// Pairs that were compared, and those of them that may be duplicates.
struct Compared {
    count: u64,
    pairs: Vec<Judged>,
}

/// Two rows, and how they agree.
type Judged = (u32, u32, Pattern);

/// Compares all pairs that share a block.
fn compare(pool: &Pool<'_>, blocks: &Blocks, gauge: Gauge) -> Compared {
    let parts: Vec<(u64, Vec<Judged>)> = (0..pool.rows.div_ceil(STRETCH))
        .into_par_iter()
        .map(|stretch| {
            let (mut count, mut pairs, mut partners) = (0, Vec::new(), Vec::new());
            for row in stretch * STRETCH..pool.rows.min((stretch + 1) * STRETCH) {
                blocks.partners(pool, row, &mut partners);
                count += partners.len() as u64;
                for &other in &partners {
                    if let Some(pattern) = pool.open_pattern(row, other as usize, gauge) {
                        pairs.push((row as u32, other, pattern));
                    }
                }
            }
            (count, pairs)
        })
        .collect();
    Compared {
        count: parts.iter().map(|(count, _)| count).sum(),
        pairs: parts.into_iter().flat_map(|(_, pairs)| pairs).collect(),
    }
}

/// How often each pattern comes, in the order of the patterns.
fn counted(pairs: &[Judged]) -> Vec<(Pattern, u64)> {
    let add = |mut all: BTreeMap<Pattern, u64>, other: BTreeMap<Pattern, u64>| {
        for (pattern, count) in other {
            *all.entry(pattern).or_default() += count;
        }
        all
    };
    let counts = pairs
        .par_chunks(1 << 14)
        .map(|pairs| {
            let mut patterns: Vec<Pattern> = pairs.iter().map(|&(.., pattern)| pattern).collect();
            patterns.sort_unstable();
            patterns.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
        })
        .reduce(BTreeMap::new, add);
    counts.into_iter().collect()
}
