//! Schemes of transliteration by name, and their tables.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

macro_rules! schemes {
    ($($variant:ident, $name:literal, $about:literal;)*) => {
        /// A scheme of transliteration by its name (S2.35: one named scheme).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Scheme {
            $(#[doc = concat!($about, ".")] #[serde(rename = $name)] $variant,)*
        }

        impl Scheme {
            /// All schemes in the order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in JSON, Python and C.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

schemes! {
    AlaLc, "ala_lc", "ALA-LC romanization of Russian";
    AlaLcAlt, "ala_lc_alt", "ALA-LC romanization of Russian without marks";
    BgnRu, "bgn_ru", "BGN/PCGN 1947 of Russian";
    BgnRuPlain, "bgn_ru_plain", "BGN/PCGN 1947 of Russian without interpuncts";
    Bs2979, "bs_2979", "British Standard 2979:1958";
    Bs2979Alt, "bs_2979_alt", "British Standard 2979:1958 without marks";
    Gost16876, "gost_16876", "GOST 16876-71, one letter for one";
    Gost16876Alt, "gost_16876_alt", "GOST 16876-71, letters without marks";
    Gost52290, "gost_52290", "GOST R 52290-2004, road signs";
    Gost52535, "gost_52535", "GOST R 52535.1-2006, passports";
    Gost7034, "gost_7034", "GOST R 7.0.34-2014";
    Gost779A, "gost_779_a", "GOST 7.79-2000, system A (ISO 9:1995)";
    Gost779B, "gost_779_b", "GOST 7.79-2000, system B";
    Icao9303Be, "icao_9303_be", "ICAO Doc 9303, part 3, of Belarusian";
    Icao9303Bg, "icao_9303_bg", "ICAO Doc 9303, part 3, of Bulgarian";
    Icao9303Mk, "icao_9303_mk", "ICAO Doc 9303, part 3, of Macedonian";
    Icao9303Ru, "icao_9303_ru", "ICAO Doc 9303, part 3, of Russian";
    Icao9303Sr, "icao_9303_sr", "ICAO Doc 9303, part 3, of Serbian";
    Icao9303Uk, "icao_9303_uk", "ICAO Doc 9303, part 3, of Ukrainian";
    Iso91954, "iso_9_1954", "ISO/R 9:1954";
    Iso91968, "iso_9_1968", "ISO/R 9:1968";
    Iso91968Alt, "iso_9_1968_alt", "ISO/R 9:1968, the variant";
    Mosmetro, "mosmetro", "Map of the Moscow metro";
    Mvd310, "mvd_310", "Russian passports of 1997 (order 310)";
    Mvd310Fr, "mvd_310_fr", "Russian passports of 1997 (order 310), the French way";
    Mvd782, "mvd_782", "Russian passports of 2000 (order 782)";
    NationalBe, "national_be", "Belarusian by the instruction on geographical names, as of 2007";
    NationalBg, "national_bg", "Bulgarian by the law of 2009; BGN/PCGN since 2013";
    NationalSr, "national_sr", "Serbian in Gaj's Latin alphabet";
    NationalUk, "national_uk", "Ukrainian by resolution 55 of 2010; BGN/PCGN since 2019";
    Scientific, "scientific", "Scientific transliteration of Russian";
    Telegram, "telegram", "Telegrams";
    Ungegn1987, "ungegn_1987", "UNGEGN 1987, V/18";
    Uz, "uz", "Uzbek alphabet of 1995";
    Wikipedia, "wikipedia", "English Wikipedia, of Russian";
    YandexMaps, "yandex_maps", "Yandex Maps";
    YandexMoney, "yandex_money", "Yandex Money";
}

impl Scheme {
    /// Whether a text of its language has a way back: no two spellings meet, provided that a soft
    /// or a hard sign stands after a consonant, as it does in that language.
    pub fn is_reversible(self) -> bool {
        self.table().reversible
    }

    /// The scheme's table.
    pub(super) fn table(self) -> &'static Table {
        static TABLES: OnceLock<BTreeMap<String, Table>> = OnceLock::new();
        static NONE: OnceLock<Table> = OnceLock::new();
        let read = || {
            let all: Vec<Written> = serde_json::from_str(TABLES_JSON).unwrap_or_default();
            all.into_iter().map(|one| (one.name.clone(), Table::of(one))).collect()
        };
        let found = TABLES.get_or_init(read).get(self.name());
        found.unwrap_or_else(|| NONE.get_or_init(Table::default))
    }
}

/// The tables; their origin and terms are in `README.md` beside them.
const TABLES_JSON: &str = include_str!("schemes.json");

/// A table as it is written: small letters, and what each becomes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what a table is and where it comes from is for its reader")]
struct Written {
    name: String,
    about: String,
    source: String,
    reversible: bool,
    letters: BTreeMap<char, String>,
    /// A letter after another; one letter alone is the first of a word.
    #[serde(default)]
    after: BTreeMap<String, String>,
    /// A letter before another.
    #[serde(default)]
    before: BTreeMap<String, String>,
    /// The last two letters of a longer word.
    #[serde(default)]
    ending: BTreeMap<String, String>,
}

/// A table that is ready for use.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) reversible: bool,
    pub(super) letters: BTreeMap<char, String>,
    pub(super) after: BTreeMap<(Option<char>, char), String>,
    pub(super) before: BTreeMap<(char, char), String>,
    pub(super) ending: BTreeMap<(char, char), String>,
    /// The ways back, in the order in which they are tried.
    pub(super) back: Vec<Back>,
}

/// One way back: Latin letters that become a Cyrillic one.
#[derive(Debug)]
pub(super) struct Back {
    pub(super) latin: Vec<char>,
    pub(super) letter: char,
    pub(super) place: Place,
}

/// Where a way back is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// After a letter.
    After(char),
    /// At the start of a word.
    Start,
    /// Everywhere.
    Any,
    /// Everywhere, where nothing else is found: the letter is spelled so before some others.
    Last,
}

impl Table {
    fn of(written: Written) -> Self {
        let two = |key: &str| {
            let mut letters = key.chars();
            Some((letters.next()?, letters.next()?))
        };
        let pairs = |map: BTreeMap<String, String>| {
            map.into_iter().filter_map(|(key, value)| Some((two(&key)?, value))).collect()
        };
        let after = written.after.into_iter().filter_map(|(key, value)| {
            let place = match two(&key) {
                Some((before, letter)) => (Some(before), letter),
                None => (None, key.chars().next()?),
            };
            Some((place, value))
        });
        let mut table = Self {
            reversible: written.reversible,
            letters: written.letters,
            after: after.collect(),
            before: pairs(written.before),
            ending: pairs(written.ending),
            back: Vec::new(),
        };
        table.back = table.ways_back();
        table
    }

    fn ways_back(&self) -> Vec<Back> {
        let mut back = Vec::new();
        let mut add = |latin: &str, letter: char, place| {
            // No name has a hard sign where the letters of one stand in a table without a way
            // back: "ie" is two letters.
            let sign = letter == 'ъ' && !self.reversible && latin.chars().any(char::is_alphabetic);
            if !latin.is_empty() && letter.is_alphabetic() && !sign {
                back.push(Back { latin: latin.chars().collect(), letter, place });
            }
        };
        for (&(before, letter), latin) in &self.after {
            add(latin, letter, before.map_or(Place::Start, Place::After));
        }
        for (&letter, latin) in &self.letters {
            add(latin, letter, Place::Any);
        }
        for (&(letter, _), latin) in &self.before {
            add(latin, letter, Place::Last);
        }
        back.sort_by(|a, b| {
            // й shares its spelling with a vowel, which is the more common one.
            let short_i = |back: &Back| (back.letter == 'й', back.letter);
            let order = |back: &Back| (usize::MAX - back.latin.len(), back.place, short_i(back));
            order(a).cmp(&order(b))
        });
        back
    }
}
