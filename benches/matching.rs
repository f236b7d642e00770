//! Finding clients, and duplicates of records, for `febrl.py`, which measures peers beside them.
//!
//! ```text
//! cargo bench -p clientela-bench --bench matching -- FOLDER NAME...
//! cargo bench -p clientela-bench --bench matching -- --find [CLIENTS...]
//! cargo bench -p clientela-bench --bench matching -- --many [CLIENTS...]
//! ```
//!
//! The first reads the records that `febrl.py` wrote into the folder, prints the CPU seconds by name as
//! JSON, and leaves the pairs in `FOLDER/clientela`. The second times searches in made-up clients,
//! the third looks for duplicates among them. Called by `cargo test` it does each once on a few.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use clientela::intake::{
    Criteria, Directory, DirectoryOptions, DuplicateOptions, Duplicates, FieldKind,
};
use clientela::{ClientColumn, Policy, Texts};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A measurement is repeated until this many seconds are over, and the best counts.
const ENOUGH: f64 = 1.0;
/// Ticks of the processor in a second.
const TICKS: f64 = 100.0;

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.split_first() {
        None => {
            find(1_000)?;
            many(1_000)
        }
        Some((word, sizes)) if word == "--find" => counts(sizes)?.into_iter().try_for_each(find),
        Some((word, sizes)) if word == "--many" => counts(sizes)?.into_iter().try_for_each(many),
        Some((folder, names)) => files(Path::new(folder), names),
    }
}

fn counts(words: &[String]) -> Outcome<Vec<usize>> {
    if words.is_empty() {
        return Ok(vec![100_000, 1_000_000]);
    }
    Ok(words.iter().map(|word| word.parse()).collect::<Result<_, _>>()?)
}

/// Records in columns.
struct Records {
    ids: Vec<String>,
    columns: Vec<(String, Texts)>,
}

impl Records {
    /// From a file with a tab between values and the names in the first line.
    fn read(path: &Path) -> Outcome<Self> {
        let text = fs::read_to_string(path)?;
        let mut lines = text.lines();
        let names = lines.next().ok_or("no names")?.split('\t').skip(1);
        let mut columns: Vec<(String, Texts)> =
            names.map(|name| (name.to_owned(), Texts::default())).collect();
        let mut ids = Vec::new();
        for line in lines {
            let mut values = line.split('\t');
            ids.push(values.next().unwrap_or_default().to_owned());
            for (_, texts) in &mut columns {
                texts.push(values.next().unwrap_or_default());
            }
        }
        Ok(Self { ids, columns })
    }

    /// What the names of the fields do not say by themselves: nothing.
    fn directory(&self) -> clientela::Result<Directory> {
        let ids = ClientColumn::Text(self.ids.iter().map(String::as_str).collect());
        Directory::from_columns(&ids, self.columns.clone(), &DirectoryOptions::default())
    }
}

/// Looks for duplicates in files, from columns in memory to the table of pairs.
fn files(folder: &Path, names: &[String]) -> Outcome<()> {
    let policy = Policy::default();
    let options = DuplicateOptions::default();
    let mut times = BTreeMap::new();
    for name in names {
        let one = Records::read(&folder.join(format!("{name}_a.tsv")))?;
        let other = folder.join(format!("{name}_b.tsv"));
        let other = if other.exists() { Some(Records::read(&other)?) } else { None };
        let task = || -> clientela::Result<Duplicates> {
            let left = one.directory()?;
            let found = match &other {
                Some(other) => left.links(&other.directory()?, &options, &policy)?,
                None => left.duplicates(&options, &policy)?,
            };
            black_box(found.table());
            Ok(found)
        };
        let (seconds, found) = spent(task)?;
        times.insert(name, seconds);
        eprintln!("{name}: {:?}", found.report());
        let lines = found.pairs().map(|pair| format!("{}\t{}", pair.client, pair.other));
        let pairs = lines.collect::<Vec<_>>().join("\n");
        fs::create_dir_all(folder.join("clientela"))?;
        fs::write(folder.join("clientela").join(format!("{name}.tsv")), pairs)?;
    }
    let shown: Vec<String> =
        times.iter().map(|(name, seconds)| format!("\"{name}\": {seconds}")).collect();
    println!("{{{}}}", shown.join(", "));
    Ok(())
}

/// The CPU seconds that a task takes, the mean of as many times as fill a while, and its answer.
fn spent<T>(task: impl Fn() -> clientela::Result<T>) -> Outcome<(f64, T)> {
    let begun = ticks()?;
    let mut times = 0_u32;
    loop {
        let answer = task()?;
        times += 1;
        let spent = (ticks()? - begun) as f64 / TICKS;
        if spent > ENOUGH {
            return Ok((spent / f64::from(times), answer));
        }
    }
}

/// The ticks of the processor that this process took, user and system.
fn ticks() -> Outcome<u64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    let after = text.rsplit(')').next().ok_or("no process")?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}

/// The least seconds that a task takes, and its answer.
fn best<T>(task: impl Fn() -> clientela::Result<T>) -> clientela::Result<(f64, T)> {
    let begun = Instant::now();
    let mut least = f64::INFINITY;
    loop {
        let start = Instant::now();
        let answer = task()?;
        least = least.min(start.elapsed().as_secs_f64());
        if begun.elapsed().as_secs_f64() > ENOUGH {
            return Ok((least, answer));
        }
    }
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below a number; the small ones come more often, as names do.
    fn skewed(&mut self, below: u64) -> u64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (unit * unit * below as f64) as u64
    }
}

/// A made-up word for a number: Cyrillic or Latin syllables, and an ending.
fn word(number: u64, cyrillic: bool, ending: &str) -> String {
    const LATIN: [&str; 16] = [
        "ka", "ro", "mi", "le", "va", "to", "ni", "se", "du", "po", "gri", "ze", "bo", "lu",
        "shch", "yu",
    ];
    const CYRILLIC: [&str; 16] = [
        "ка", "ро", "ми", "ле", "ва", "то", "ни", "се", "ду", "по", "гри", "зе", "бо", "лу", "щ",
        "ю",
    ];
    let syllables = if cyrillic { &CYRILLIC } else { &LATIN };
    let mut number = number;
    let mut word = String::new();
    for _ in 0..5 {
        word.push_str(syllables[(number % 16) as usize]);
        number /= 16;
        if number == 0 {
            break;
        }
    }
    word + ending
}

/// Made-up clients, one in ten of them a second record of another one, with an error in it.
fn made(clients: usize) -> Records {
    let mut random = Random(clients as u64);
    let names = ["surname", "given_name", "birth_date", "phone", "email", "address"];
    let mut rows: Vec<[String; 6]> = Vec::with_capacity(clients);
    for i in 0..clients {
        if i % 10 == 9 {
            let mut row = rows[(random.next() % i as u64) as usize].clone();
            let at = (random.next() % 6) as usize;
            row[at].pop();
            rows.push(row);
            continue;
        }
        let cyrillic = random.next().is_multiple_of(2);
        let surname = random.skewed(1 << 20);
        let (year, month, day) =
            (1940 + random.next() % 66, 1 + random.next() % 12, 1 + random.next() % 28);
        let number = random.next() % 10_000_000_000;
        let street = random.skewed(20_000);
        rows.push([
            word(surname, cyrillic, if cyrillic { "ов" } else { "ov" }),
            word(random.skewed(400), cyrillic, ""),
            format!("{year}-{month:02}-{day:02}"),
            if random.next().is_multiple_of(4) { String::new() } else { format!("+7{number:010}") },
            if random.next().is_multiple_of(3) {
                String::new()
            } else {
                format!("{number:x}@mail.ru")
            },
            format!("{} {}", word(street, cyrillic, ""), 1 + random.next() % 150),
        ]);
    }
    let column = |i: usize| rows.iter().map(|row| row[i].as_str()).collect::<Texts>();
    let columns = names.iter().enumerate().map(|(i, name)| ((*name).to_owned(), column(i)));
    Records { ids: (0..clients).map(|i| format!("{i:08}")).collect(), columns: columns.collect() }
}

/// Times searches among made-up clients.
fn find(clients: usize) -> Outcome<()> {
    let records = made(clients);
    let start = Instant::now();
    let directory = records.directory()?;
    let built = start.elapsed().as_secs_f64();
    let policy = Policy::default();
    let (id, some) = (clients / 2..).map(|i| (i, &records.columns[0].1)).next().ok_or("nobody")?;
    let known = some.get(id);
    let given = records.columns[1].1.get(id);
    let wrong: String = known.chars().skip(1).collect();
    println!("{clients} clients, built in {built:.3} s");
    for (what, criteria) in [
        ("surname", Criteria::surname(known)),
        ("surname, given name", Criteria::surname(known).and("given_name", given)),
        ("surname with an error", Criteria::surname(wrong.clone())),
        ("both, with an error", Criteria::surname(wrong).and("given_name", given)),
        ("nobody's surname", Criteria::surname("qqqqqqqq")),
    ] {
        let (seconds, found) = best(|| directory.find(&criteria, &policy))?;
        println!("  {what}: {:.3} ms, {} found", seconds * 1000.0, found.count);
    }
    Ok(())
}

/// Looks for duplicates among made-up clients.
fn many(clients: usize) -> Outcome<()> {
    let records = made(clients);
    let options =
        DirectoryOptions { kinds: BTreeMap::from([("address".to_owned(), FieldKind::Text)]) };
    let ids = ClientColumn::Text(records.ids.iter().map(String::as_str).collect());
    let directory = Directory::from_columns(&ids, records.columns.clone(), &options)?;
    let start = Instant::now();
    let found = directory.duplicates(&DuplicateOptions::default(), &Policy::default())?;
    let seconds = start.elapsed().as_secs_f64();
    let report = found.report();
    println!(
        "{clients} clients: {seconds:.2} s, {} pairs compared, {} duplicates in {} clusters",
        report.compared,
        report.duplicates,
        found.clusters()?.len()
    );
    for crowd in &report.crowds {
        println!("  {crowd:?}");
    }
    Ok(())
}
