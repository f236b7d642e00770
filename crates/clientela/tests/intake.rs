//! The central file: names, values and tables that come in (R47, S2.19 to S2.37).

use clientela::intake::{
    AmountFormat, CleanName, CopyName, PassportCheckDigit, PassportKind, ReadAmount, ReadCard,
    ReadCountry, ReadCurrency, ReadDate, ReadEmail, ReadPassport, Scheme, Script, Sex,
    SplitSurnameGivenName, SplitSurnameSex, ToCyrillic, ToLatin, Transliterated,
};
use clientela::{Day, Error, Formula, Policy, formula};
use proptest::prelude::*;

fn answer<F: Formula>(given: &F) -> F::Answer {
    given.answer(&Policy::default()).unwrap()
}

fn to_latin(text: &str, scheme: Scheme) -> Transliterated {
    answer(&ToLatin { text: text.into(), scheme })
}

fn to_cyrillic(text: &str, scheme: Scheme) -> Transliterated {
    answer(&ToCyrillic { text: text.into(), scheme })
}

fn latin(text: &str, scheme: Scheme) -> String {
    to_latin(text, scheme).text.unwrap_or_default()
}

fn cyrillic(text: &str, scheme: Scheme) -> String {
    to_cyrillic(text, scheme).text.unwrap_or_default()
}

fn is_cyrillic(letter: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&letter)
}

/// A letter of the Latin script; other letters of no script, such as ʹ, are none.
fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic()
        || letter.is_alphabetic() && ('\u{c0}'..='\u{24f}').contains(&letter)
}

// Transliteration.

/// All pairs that the schemas of iuliia give as samples; origin in `data/README.md`.
#[test]
fn samples_of_all_schemes() {
    let samples: Vec<(Scheme, String, String)> =
        serde_json::from_str(include_str!("data/iuliia_samples.json")).unwrap();
    assert_eq!(samples.len(), 164);
    let wrong: Vec<_> = samples
        .iter()
        .map(|(scheme, text, wanted)| (scheme, text, wanted, latin(text, *scheme)))
        .filter(|(_, _, wanted, got)| wanted.as_str() != got)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every row of the table of ICAO for every language whose alphabet has the letter.
#[test]
fn letters_of_icao() {
    let alphabets = [
        ("ru", Scheme::Icao9303Ru, "абвгдеёжзийклмнопрстуфхцчшщъыэюя"),
        ("uk", Scheme::Icao9303Uk, "абвгґдеєжзиіїйклмнопрстуфхцчшщюя"),
        ("bg", Scheme::Icao9303Bg, "абвгдежзийклмнопрстуфхцчшщъюя"),
        ("be", Scheme::Icao9303Be, "абвгдеёжзійклмнопрстуўфхцчшыэюя"),
        ("sr", Scheme::Icao9303Sr, "абвгдђежзијклљмнњопрстуфхцчџш"),
        ("mk", Scheme::Icao9303Mk, "абвгдежзѕијклљмнњопрстќуфхцчџш"),
    ];
    let table = include_str!("data/icao_9303_cyrillic.tsv");
    let mut checked = 0;
    for (language, scheme, alphabet) in alphabets {
        for small in alphabet.chars() {
            let letter: String = small.to_uppercase().collect();
            let row: Vec<&str> = table
                .lines()
                .map(|line| line.split('\t').collect::<Vec<_>>())
                .find(|row| row[1] == letter)
                .unwrap();
            let exception =
                |key: &str| row[3].split(' ').find_map(|one| one.strip_prefix(&format!("{key}=")));
            let inside = exception(language).unwrap_or(row[2]);
            let first = exception(&format!("{language}1")).unwrap_or(inside);
            // Two letters, so that the word is all capitals.
            assert_eq!(latin(&format!("{letter}М"), scheme), format!("{first}M"), "{language}");
            assert_eq!(latin(&format!("М{letter}"), scheme), format!("M{inside}"), "{language}");
            checked += 1;
        }
        // The soft sign is left out of names.
        if "ruukbgbe".contains(language) {
            assert_eq!(latin("МЬМ", scheme), "MM", "{language}");
        }
    }
    assert_eq!(checked, 32 + 32 + 29 + 31 + 29 + 30);
}

/// The examples of resolution 55 of the Cabinet of Ministers of Ukraine of 2010.
#[test]
fn names_of_ukraine() {
    for (name, wanted) in [
        ("Алушта", "Alushta"),
        ("Борщагівка", "Borshchahivka"),
        ("Вінниця", "Vinnytsia"),
        ("Гадяч", "Hadiach"),
        ("Згурський", "Zghurskyi"),
        ("Ґалаґан", "Galagan"),
        ("Донецьк", "Donetsk"),
        ("Єнакієве", "Yenakiieve"),
        ("Гаєвич", "Haievych"),
        ("Короп'є", "Koropie"),
        ("Жежелів", "Zhezheliv"),
        ("Закарпаття", "Zakarpattia"),
        ("Медвин", "Medvyn"),
        ("Їжакевич", "Yizhakevych"),
        ("Кадиївка", "Kadyivka"),
        ("Мар’їне", "Marine"),
        ("Йосипівка", "Yosypivka"),
        ("Стрий", "Stryi"),
        ("Київ", "Kyiv"),
        ("Наталія", "Nataliia"),
        ("Рибчинський", "Rybchynskyi"),
        ("Троць", "Trots"),
        ("Ужгород", "Uzhhorod"),
        ("Філіпчук", "Filipchuk"),
        ("Христина", "Khrystyna"),
        ("Біла Церква", "Bila Tserkva"),
        ("Гоща", "Hoshcha"),
        ("Юрій", "Yurii"),
        ("Корюківка", "Koriukivka"),
        ("Ярошенко", "Yaroshenko"),
        ("Костянтин", "Kostiantyn"),
        ("Знам'янка", "Znamianka"),
        ("Феодосія", "Feodosiia"),
        ("Розгон", "Rozghon"),
        ("ЗГУРСЬКИЙ", "ZGHURSKYI"),
    ] {
        assert_eq!(latin(name, Scheme::NationalUk), wanted);
    }
}

/// The law of Bulgaria of 2009, the instruction of Belarus of 2007, and the two alphabets of
/// Serbian.
#[test]
fn names_of_other_countries() {
    for (scheme, name, wanted) in [
        (Scheme::NationalBg, "Ангел Ъгълов", "Angel Agalov"),
        (Scheme::NationalBg, "Стара Загора", "Stara Zagora"),
        (Scheme::NationalBg, "Щеглова", "Shteglova"),
        (Scheme::NationalBg, "Мария", "Maria"),
        (Scheme::NationalBg, "Синьо", "Sinyo"),
        (Scheme::NationalBg, "Юлия Цанкова", "Yulia Tsankova"),
        (Scheme::NationalBe, "Аршанскі", "Aršanski"),
        (Scheme::NationalBe, "Бешанковічы", "Biešankovičy"),
        (Scheme::NationalBe, "Гомель", "Homieĺ"),
        (Scheme::NationalBe, "Гаўя", "Haŭja"),
        (Scheme::NationalBe, "Ельск", "Jeĺsk"),
        (Scheme::NationalBe, "Бабаедава", "Babajedava"),
        (Scheme::NationalBe, "Ёды", "Jody"),
        (Scheme::NationalBe, "Вераб’ёвічы", "Vierabjovičy"),
        (Scheme::NationalBe, "Мёры", "Miory"),
        (Scheme::NationalBe, "Любань", "Liubań"),
        (Scheme::NationalBe, "Магілёў", "Mahilioŭ"),
        (Scheme::NationalBe, "Хоцімск", "Chocimsk"),
        (Scheme::NationalBe, "Чэрвень", "Červień"),
        (Scheme::NationalBe, "Валяр’яны", "Valiarjany"),
        (Scheme::NationalSr, "Ђорђе Његош", "Đorđe Njegoš"),
        (Scheme::NationalSr, "ЉУБИША ЏЕЛЕБЏИЋ", "LJUBIŠA DŽELEBDŽIĆ"),
    ] {
        assert_eq!(latin(name, scheme), wanted);
    }
}

#[test]
fn capitals_are_those_of_the_word() {
    let scheme = Scheme::Icao9303Ru;
    for (text, wanted) in [
        ("ЩЕГЛОВ", "SHCHEGLOV"),
        ("Щеглов", "Shcheglov"),
        ("ЩЕГЛОВ-Юсупов", "SHCHEGLOV-Iusupov"),
        ("Ю. Щ.", "Iu. Shch."),
        ("ЖУКОВ Smith", "ZHUKOV Smith"),
    ] {
        assert_eq!(latin(text, scheme), wanted);
    }
    assert_eq!(latin("ЦЕЛЬСИЙ", Scheme::Gost779B), "CEL`SIJ");
    assert_eq!(latin("ЦАПЛЯ", Scheme::Gost779B), "CZAPLYA");
    assert_eq!(latin("Мышь-ЛЫЖНИК", Scheme::Gost779B), "My`sh`-LY`ZHNIK");
}

#[test]
fn a_letter_outside_the_scheme_is_told() {
    for (text, scheme, letter) in [
        ("Євген", Scheme::Icao9303Ru, 'Є'),
        ("Щеглов", Scheme::Icao9303Sr, 'Щ'),
        ("Αθήνα", Scheme::Icao9303Ru, 'Α'),
        ("а\u{301}", Scheme::Icao9303Ru, '\u{301}'),
    ] {
        let told = to_latin(text, scheme);
        assert_eq!(told.text, None, "{text}");
        let wanted = format!("`{letter}` is no letter of the scheme `{}`", scheme.name());
        assert_eq!(told.problem.as_deref(), Some(wanted.as_str()));
        assert!(!told.exact);
    }
    let told = to_cyrillic("Wolf", Scheme::Icao9303Ru);
    assert_eq!(told.problem.as_deref(), Some("`W` is no letter of the scheme `icao_9303_ru`"));
}

/// S2.35: the way back of a passport's scheme is one of several, and says so.
#[test]
fn the_way_back() {
    let scheme = Scheme::Icao9303Ru;
    for (name, wanted) in [
        ("Shcheglova Iuliia", "Щеглова Юлия"),
        ("VIDNYI ANDREI", "ВИДНЫЙ АНДРЕЙ"),
        ("Zhukov", "Жуков"),
        ("Daniel", "Даниел"),
        ("Mikhail", "Михаил"),
    ] {
        assert_eq!(cyrillic(name, scheme), wanted);
    }
    assert_eq!(cyrillic("Yevhen Yurii", Scheme::NationalUk), "Євген Юрій");
    assert_eq!(cyrillic("E`j, CEL`SIJ!", Scheme::Gost779B), "Эй, ЦЕЛЬСИЙ!");
    assert!(!to_latin("Семёнов", scheme).exact && !to_latin("Семёнов", scheme).reversible);
    assert!(to_latin("Жуков", scheme).exact);
    assert!(to_latin("Семёнов", Scheme::Gost779B).exact);
}

/// Words of Russian letters as its spelling has them: signs stand after a consonant.
fn russian_word() -> impl Strategy<Value = String> {
    let syllable = (
        "[бвгджзклмнпрстфхцчшщй]?",
        "[ьъ]?",
        "[аеёиоуыэюя]{1,2}",
        "[бвгджзклмнпрстфхцчшщй]?",
        "[ьъ]?",
    )
        .prop_map(|(a, sign, vowels, b, end)| {
            let sign = if a.is_empty() || a == "й" { "" } else { &sign };
            let end = if b.is_empty() || b == "й" { "" } else { &end };
            format!("{a}{sign}{vowels}{b}{end}")
        });
    (proptest::collection::vec(syllable, 1..5), 0..3u8).prop_map(|(syllables, form)| {
        let word = syllables.concat();
        match form {
            0 => word,
            1 => word.to_uppercase(),
            _ => {
                let mut letters = word.chars();
                let first: String = letters.by_ref().take(1).flat_map(char::to_uppercase).collect();
                first + letters.as_str()
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn reversible_schemes_have_a_way_back(words in proptest::collection::vec(russian_word(), 1..4)) {
        let text = words.join(" ");
        for &scheme in Scheme::ALL.iter().filter(|scheme| scheme.is_reversible()) {
            let there = to_latin(&text, scheme);
            let latin = there.text.unwrap();
            prop_assert_eq!(cyrillic(&latin, scheme), text.clone(), "{}: {}", scheme.name(), latin);
            // A word of one letter, or of one and a sign, may lose its capital signs.
            prop_assert!(there.exact);
        }
    }

    #[test]
    fn no_answer_mixes_scripts(text in "[А-яёЁіїєґўџђљњћќѓѕjaZ'ʼ’`ʹ \\-éßѢѣңӨ]{0,24}|\\PC{0,16}") {
        for &scheme in Scheme::ALL {
            if let Some(latin) = to_latin(&text, scheme).text {
                prop_assert!(!latin.chars().any(is_cyrillic), "{}: {}", scheme.name(), latin);
            }
            if let Some(cyrillic) = to_cyrillic(&text, scheme).text {
                prop_assert!(!cyrillic.chars().any(is_latin), "{}: {}", scheme.name(), cyrillic);
            }
        }
    }
}

#[test]
fn placeholder_for_unused() {
    let _ = (
        answer(&ReadCard { text: "".into() }),
        Day::MIN,
        Error::Empty(String::new()),
        formula("crr", "{}", &Policy::default()),
    );
    let _ = (AmountFormat::Plain, Sex::Male, Script::Latin, PassportKind::Civil);
    fn f<A: Formula>() {}
    f::<CleanName>();
    f::<CopyName>();
    f::<PassportCheckDigit>();
    f::<ReadAmount>();
    f::<ReadCountry>();
    f::<ReadCurrency>();
    f::<ReadDate>();
    f::<ReadEmail>();
    f::<ReadPassport>();
    f::<SplitSurnameGivenName>();
    f::<SplitSurnameSex>();
}
