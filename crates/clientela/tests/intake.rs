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

// Names (S2.35).

#[test]
fn surname_and_sex() {
    for (text, surname, sex) in [
        ("SHCHEGLOV MR", "SHCHEGLOV", Some(Sex::Male)),
        ("SHCHEGLOVA MRS", "SHCHEGLOVA", Some(Sex::Female)),
        ("Smith ms", "Smith", Some(Sex::Female)),
        ("DE LA CRUZ MISS", "DE LA CRUZ", Some(Sex::Female)),
        ("Жуков м", "Жуков", Some(Sex::Male)),
        ("Жукова Ж", "Жукова", Some(Sex::Female)),
        ("IVANOV M", "IVANOV", Some(Sex::Male)),
        ("IVANOVA  F ", "IVANOVA", Some(Sex::Female)),
        // Unknown: no sex, and the text as it came.
        (" IVANOV MSTR ", " IVANOV MSTR ", None),
        ("MR", "MR", None),
        ("MR IVANOV", "MR IVANOV", None),
        ("", "", None),
    ] {
        let split = answer(&SplitSurnameSex { text: text.into() });
        assert_eq!((split.surname.as_str(), split.sex), (surname, sex), "{text}");
    }
}

#[test]
fn surname_and_given_name() {
    for (text, surname, given, patronymic) in [
        ("Щеглов", "Щеглов", None, None),
        ("SHCHEGLOV ANDREI", "SHCHEGLOV", Some("ANDREI"), None),
        ("Щеглова Юлия Игоревна", "Щеглова", Some("Юлия"), Some("Игоревна")),
        ("Shcheglov Andrei Igorevich", "Shcheglov", Some("Andrei"), Some("Igorevich")),
        ("Smith Anna Maria", "Smith", Some("Anna Maria"), None),
        ("Алиев Вагиф Гасан оглы", "Алиев", Some("Вагиф"), Some("Гасан оглы")),
        ("SMITH/JOHN", "SMITH", Some("JOHN"), None),
        // One name alone is a given name, though it ends as a patronymic.
        ("Иванов Иванович", "Иванов", Some("Иванович"), None),
        ("  Жуков   Пётр ", "Жуков", Some("Пётр"), None),
        (" ", " ", None, None),
    ] {
        let split = answer(&SplitSurnameGivenName { text: text.into() });
        let told =
            (split.surname.as_str(), split.given_name.as_deref(), split.patronymic.as_deref());
        assert_eq!(told, (surname, given, patronymic), "{text}");
    }
}

#[test]
fn names_are_cleaned() {
    for (text, name, removed) in [
        ("Жуков", Some("Жуков"), ""),
        ("  Rimsky – Korsakov ", Some("Rimsky - Korsakov"), ""),
        ("O’Neil", Some("O'Neil"), ""),
        ("Жу7ков!!", Some("Жуков"), "7!!"),
        ("Анна\u{a0}\u{a0}Мария", Some("Анна Мария"), ""),
        ("Андреи\u{306}", Some("Андрей"), ""),
        ("José", Some("José"), ""),
        ("-- 12", None, "12"),
        ("", None, ""),
    ] {
        let cleaned = answer(&CleanName { text: text.into() });
        assert_eq!((cleaned.name.as_deref(), cleaned.removed.as_str()), (name, removed), "{text}");
    }
}

#[test]
fn a_filled_name_is_never_overwritten() {
    let copy = |latin: Option<&str>, cyrillic: Option<&str>| {
        let scheme = Scheme::Icao9303Ru;
        answer(&CopyName {
            latin: latin.map(Into::into),
            cyrillic: cyrillic.map(Into::into),
            scheme,
        })
    };
    let both = copy(Some("Joukov"), Some("Жуков"));
    assert_eq!((both.latin.as_deref(), both.filled), (Some("Joukov"), None));
    let there = copy(Some(" "), Some("Жуков"));
    assert_eq!((there.latin.as_deref(), there.filled), (Some("Zhukov"), Some(Script::Latin)));
    let back = copy(Some("Zhukov"), None);
    assert_eq!((back.cyrillic.as_deref(), back.filled), (Some("Жуков"), Some(Script::Cyrillic)));
    let unknown = copy(None, Some("Ґава"));
    assert_eq!((unknown.latin, unknown.filled), (None, None));
    assert!(unknown.problem.unwrap().contains('Ґ'));
    assert_eq!(copy(None, None).problem, None);
}

// Values.

#[test]
fn addresses_of_mail() {
    for (text, value) in [
        ("ivan@mail.ru", Some("ivan@mail.ru")),
        (" Ivan@MAIL.RU\t", Some("Ivan@mail.ru")),
        ("иван@Пример.РФ", Some("иван@пример.рф")),
        ("a+b@sub.example.org", Some("a+b@sub.example.org")),
        ("ivan@mail", None),
        ("ivan mail.ru", None),
        ("Ivan <ivan@mail.ru>", None),
        ("ivan@[127.0.0.1]", None),
        ("ivan@mail.ru, petr@mail.ru", None),
        ("", None),
    ] {
        let read = answer(&ReadEmail { text: text.into() });
        assert_eq!(read.value.as_deref(), value, "{text}");
        assert_eq!(read.problem.is_none(), value.is_some());
        assert_eq!(read.raw, text);
    }
}

fn date(text: &str, formats: &[&str], as_of: Option<Day>) -> (Option<String>, Option<String>) {
    let formats = formats.iter().map(|&format| format.to_owned()).collect();
    let read = answer(&ReadDate { text: text.into(), formats, as_of });
    assert_eq!(read.value.is_none(), read.problem.is_some());
    (read.value.map(|day| day.to_string()), read.problem)
}

#[test]
fn dates_by_stated_formats() {
    let as_of = Day::of(2026, 6, 30);
    for (text, formats, wanted) in [
        ("31.01.1990", &["DD.MM.YYYY"][..], Some("1990-01-31")),
        (" 1990-01-31 ", &["DD.MM.YYYY", "YYYY-MM-DD"], Some("1990-01-31")),
        ("1.2.1990", &["D.M.YYYY"], Some("1990-02-01")),
        ("1.2.1990", &["DD.MM.YYYY"], None),
        ("01.02.90", &["DD.MM.YYYY"], None),
        ("01.02.90", &["DD.MM.YY"], Some("1990-02-01")),
        ("01.02.26", &["DD.MM.YY"], Some("2026-02-01")),
        ("01.02.27", &["DD.MM.YY"], Some("1927-02-01")),
        ("29.02.2023", &["DD.MM.YYYY"], None),
        ("29.02.2024", &["DD.MM.YYYY"], Some("2024-02-29")),
        ("1 февраля 1990", &["D MMMM YYYY"], Some("1990-02-01")),
        ("1 February 1990", &["D MMMM YYYY"], Some("1990-02-01")),
        ("1 фев 1990 г.", &["D MMMM YYYY г."], Some("1990-02-01")),
        ("3 мая 2020", &["D MMMM YYYY"], Some("2020-05-03")),
        ("19900131", &["YYYYMMDD"], Some("1990-01-31")),
        ("2026-01-31 23:59:00", &["YYYY-MM-DD hh:mm:ss"], Some("2026-01-31")),
        ("2026-01-31 23:61:00", &["YYYY-MM-DD hh:mm:ss"], None),
        ("０１.０２.１９９０", &["DD.MM.YYYY"], Some("1990-02-01")),
        ("yesterday", &["DD.MM.YYYY"], None),
        ("", &["DD.MM.YYYY"], None),
    ] {
        assert_eq!(date(text, formats, as_of).0.as_deref(), wanted, "{text}");
    }
    // Both formats fit: one day is no question, two are.
    assert_eq!(
        date("02/02/1990", &["DD/MM/YYYY", "MM/DD/YYYY"], None).0.as_deref(),
        Some("1990-02-02")
    );
    let two = date("01/02/1990", &["DD/MM/YYYY", "MM/DD/YYYY"], None).1.unwrap();
    assert!(two.contains("1990-02-01") && two.contains("1990-01-02"), "{two}");
    assert_eq!(
        date("31/12/1990", &["DD/MM/YYYY", "MM/DD/YYYY"], None).0.as_deref(),
        Some("1990-12-31")
    );
    // No century is guessed without a day to count from.
    assert!(date("01.02.90", &["DD.MM.YY"], None).1.unwrap().contains("as_of"));
    let policy = Policy::from_json(r#"{"intake": {"two_digit_years_ahead": 10}}"#).unwrap();
    let valid_until = ReadDate { text: "01.02.36".into(), formats: vec!["DD.MM.YY".into()], as_of };
    assert_eq!(valid_until.answer(&policy).unwrap().value, Day::of(2036, 2, 1));
}

/// Day numbers as the documentation of spreadsheets gives them: 1900-01-01 is 1, 2008-01-01 is
/// 39448 (and 37986 since 1904); the 60th of 1900 never was.
#[test]
fn day_numbers_of_spreadsheets() {
    for (text, format, wanted) in [
        ("1", "excel_1900", Some("1900-01-01")),
        ("59", "excel_1900", Some("1900-02-28")),
        ("60", "excel_1900", None),
        ("61", "excel_1900", Some("1900-03-01")),
        ("39448", "excel_1900", Some("2008-01-01")),
        ("39448.75", "excel_1900", Some("2008-01-01")),
        ("2958465", "excel_1900", Some("9999-12-31")),
        ("2958466", "excel_1900", None),
        ("0", "excel_1900", None),
        ("-1", "excel_1900", None),
        ("0", "excel_1904", Some("1904-01-01")),
        ("37986", "excel_1904", Some("2008-01-01")),
        // Nothing is a day number unless that is asked.
        ("39448", "DD.MM.YYYY", None),
    ] {
        assert_eq!(date(text, &[format], None).0.as_deref(), wanted, "{text} {format}");
    }
}

#[test]
fn formats_that_are_none() {
    for format in ["", "DD.MM", "DD.MM.YYYY YY", "DDD.MM.YYYY", "DMYYYY", "MMM", "4111111111111111"]
    {
        let formats = vec![format.to_owned()];
        let given = ReadDate { text: "1".into(), formats, as_of: None };
        let error = given.answer(&Policy::default()).unwrap_err();
        assert!(matches!(error, Error::BadArgument { argument: "formats", .. }), "{format}");
        assert!(!error.to_string().contains("4111111111"));
    }
    let none = ReadDate { text: "1".into(), formats: Vec::new(), as_of: None };
    assert!(none.answer(&Policy::default()).is_err());
}

#[test]
fn amounts_by_a_stated_way_of_writing() {
    use AmountFormat::{DecimalComma, DecimalPoint, Plain};
    for (text, format, wanted) in [
        ("1234.5", Plain, Some("1234.5")),
        ("1 234,56", Plain, None),
        ("1 234,56", DecimalComma, Some("1234.56")),
        ("1\u{a0}234\u{202f}567,8", DecimalComma, Some("1234567.8")),
        ("1.234.567,89", DecimalComma, Some("1234567.89")),
        ("1'234,5", DecimalComma, Some("1234.5")),
        ("1.23", DecimalComma, None),
        ("12,34,567", DecimalPoint, None),
        ("1,234.56", DecimalPoint, Some("1234.56")),
        ("1,234", DecimalPoint, Some("1234")),
        ("1,234", DecimalComma, Some("1.234")),
        ("-1 234,56", DecimalComma, Some("-1234.56")),
        ("\u{2212}5", DecimalComma, Some("-5")),
        ("(1,234.50)", DecimalPoint, Some("-1234.50")),
        ("1 23", DecimalComma, None),
        ("1 234 руб.", DecimalComma, None),
        ("1,", DecimalComma, None),
        (",5", DecimalComma, None),
        ("", DecimalComma, None),
    ] {
        let read = answer(&ReadAmount { text: text.into(), written: format });
        let value = read.value.map(|value| value.to_string());
        assert_eq!(value.as_deref(), wanted, "{text} {format:?}");
        assert_eq!(read.problem.is_none(), wanted.is_some());
    }
}

#[test]
fn countries_and_currencies() {
    for (text, code) in [
        ("RU", Some("RU")),
        ("rus", Some("RU")),
        ("643", Some("RU")),
        ("РФ", Some("RU")),
        ("Россия", Some("RU")),
        ("Российская Федерация", Some("RU")),
        ("США", Some("US")),
        ("Соединённые Штаты", Some("US")),
        ("Côte d’Ivoire", Some("CI")),
        ("Turkey", Some("TR")),
        ("Німеччина", Some("DE")),
        ("4", Some("AF")),
        ("Atlantis", None),
        ("", None),
    ] {
        let read = answer(&ReadCountry { text: text.into() });
        assert_eq!(read.value, code, "{text}");
    }
    let germany = answer(&ReadCountry { text: "de".into() });
    assert_eq!(
        (germany.alpha_3, germany.numeric, germany.name),
        (Some("DEU"), Some("276"), Some("Germany"))
    );
    for (text, code, places) in [
        ("EUR", "EUR", 2),
        ("usd", "USD", 2),
        ("643", "RUB", 2),
        ("₽", "RUB", 2),
        ("руб.", "RUB", 2),
        ("JPY", "JPY", 0),
        ("KWD", "KWD", 3),
        ("8", "ALL", 2),
    ] {
        let read = answer(&ReadCurrency { text: text.into() });
        assert_eq!(read.value.unwrap().code(), code, "{text}");
        assert_eq!(read.places, Some(places), "{text}");
    }
    for text in ["$", "kr", "XYZ", "", "EURO PLAN"] {
        assert!(answer(&ReadCurrency { text: text.into() }).value.is_none(), "{text}");
    }
}

/// Doc 9303-3, 4.9, and the specimens of Doc 9303-4: number, birth date, last day, and the
/// personal number of the book of Utopia.
#[test]
fn check_digits_of_passports() {
    for (text, wanted) in [
        ("L898902C3", Some(6)),
        ("520727", Some(3)),
        ("AB2134<<<", Some(5)),
        ("740812", Some(2)),
        ("120415", Some(9)),
        ("ZE184226B<<<<<", Some(1)),
        ("<<<<<<<<<<<<<<", Some(0)),
        ("HA672242<", Some(6)),
        ("ЖУКОВ", None),
        ("", None),
    ] {
        assert_eq!(answer(&PassportCheckDigit { text: text.into() }).value, wanted, "{text}");
    }
}

#[test]
fn passports() {
    let read = |text: &str, country: &str, kind: Option<PassportKind>, check: Option<&str>| {
        let country = Some(country.into());
        let check_digit = check.map(Into::into);
        answer(&ReadPassport { text: text.into(), country, kind, check_digit })
    };
    for (text, country, series, number) in [
        ("4512 345678", "RU", Some("4512"), Some("345678")),
        ("45 12 №345678", "RU", Some("4512"), Some("345678")),
        ("серия 45 12 номер 345678", "Россия", Some("4512"), Some("345678")),
        ("711234567", "RU", Some("71"), Some("1234567")),
        ("71 № 1234567", "RU", Some("71"), Some("1234567")),
        ("1234567", "RU", None, None),
        ("AA123456", "UA", Some("AA"), Some("123456")),
        ("MP1234567", "BY", Some("MP"), Some("1234567")),
        ("C01X00T47", "DE", None, Some("C01X00T47")),
        ("IV-АБ 123456", "", Some("IV-АБ"), Some("123456")),
        ("711234567", "", None, Some("711234567")),
        ("none", "", None, None),
        ("", "", None, None),
        ("4111 1111 1111 1111", "", None, None),
    ] {
        let read = read(text, country, None, None);
        let told = (read.series.as_deref(), read.value.as_deref());
        assert_eq!(told, (series, number), "{text}");
        assert_eq!(read.problem.is_none(), number.is_some(), "{text}");
    }
    assert_eq!(read("711234567", "RU", None, None).kind, Some(PassportKind::Foreign));
    assert!(read("711234567", "RU", Some(PassportKind::Civil), None).value.is_none());
    assert_eq!(read("L898902C3", "", None, Some("6")).checked, Some(true));
    let wrong = read("L898902C3", "", None, Some("7"));
    assert_eq!((wrong.value, wrong.checked), (None, Some(false)));
    assert_eq!(wrong.problem.as_deref(), Some("the check digit of this number is 6"));

    let specimen = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let line = read(specimen, "", None, None);
    assert_eq!(
        (line.value.as_deref(), line.nationality.as_deref()),
        (Some("L898902C3"), Some("UTO"))
    );
    let both = format!("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{specimen}");
    assert_eq!(read(&both, "", None, None).value.as_deref(), Some("L898902C3"));
    // Any sign of what is checked that changes by one is found.
    for at in (0..10).chain(13..20).chain(21..44) {
        let mut signs = specimen.as_bytes().to_vec();
        signs[at] = match signs[at] {
            b'9' => b'0',
            b'Z' => b'A',
            b'<' => b'1',
            sign => sign + 1,
        };
        let text = String::from_utf8(signs).unwrap();
        let read = read(&text, "", None, None);
        assert_eq!((read.checked, read.value), (Some(false), None), "{text}");
    }
    let given =
        ReadPassport { text: "1".into(), country: Some("?".into()), kind: None, check_digit: None };
    assert!(given.answer(&Policy::default()).is_err());
}

#[cfg(feature = "phone")]
#[test]
fn phones() {
    use clientela::intake::ReadPhone;
    // Numbers that numbering plans and their holders publish.
    for (text, region, value, country, extension) in [
        ("8 800 555-35-35", "RU", Some("+78005553535"), Some("RU"), None),
        ("+7 (495) 123-45-67 доб. 12", "", Some("+74951234567"), Some("RU"), Some("12")),
        ("８ ８００ ５５５ ３５ ３５", "RU", Some("+78005553535"), Some("RU"), None),
        ("8 (727) 258-00-00", "KZ", Some("+77272580000"), Some("KZ"), None),
        ("044 279 99 11", "Украина", Some("+380442799911"), Some("UA"), None),
        ("+49 30 123456", "", Some("+4930123456"), Some("DE"), None),
        ("+1 650-253-0000", "", Some("+16502530000"), Some("US"), None),
        ("8 800 555-35-35", "", None, None, None),
        ("123", "RU", None, None, None),
        ("+7 123 456", "", None, None, None),
        ("4111 1111 1111 1111", "US", None, None, None),
        ("", "RU", None, None, None),
    ] {
        let read = answer(&ReadPhone { text: text.into(), region: Some(region.into()) });
        let told = (read.value.as_deref(), read.region.as_deref(), read.extension.as_deref());
        assert_eq!(told, (value, country, extension), "{text}");
        assert_eq!(read.problem.is_none(), value.is_some());
    }
    let nowhere = ReadPhone { text: "1".into(), region: Some("Atlantis".into()) };
    assert!(nowhere.answer(&Policy::default()).is_err());
}

#[cfg(not(feature = "phone"))]
#[test]
fn phones_without_the_feature() {
    let given = r#"{"text": "8 800 555-35-35", "region": "RU"}"#;
    let error = formula("read_phone", given, &Policy::default()).unwrap_err();
    assert!(error.to_string().contains("feature `phone`"), "{error}");
}

/// A number of a bank card is in no answer, no error and no debugging text, whatever it is given
/// to as what.
#[test]
fn a_bank_card_is_never_shown() {
    let card = "4111111111111111";
    let policy = Policy::default();
    for info in clientela::formulas().filter(|info| info.source.starts_with("R47")) {
        for name in info.arguments().iter().map(|argument| argument.name) {
            for value in [
                format!("\"{card}\""),
                format!("\"a {card} b\""),
                "\"4111 1111 1111 1111\"".to_owned(),
                format!("\"{card}@mail.ru\""),
                card.to_owned(),
                format!("[\"{card}\"]"),
                format!("{{\"{card}\": 1}}"),
            ] {
                let mut given = vec![
                    ("text", "\"x\""),
                    ("scheme", "\"icao_9303_ru\""),
                    ("formats", "[\"DD.MM.YYYY\"]"),
                    ("written", "\"plain\""),
                ];
                let names: Vec<&str> = info.arguments().iter().map(|one| one.name).collect();
                given.retain(|(key, _)| names.contains(key) && *key != name);
                given.push((name, &value));
                let parts: Vec<String> =
                    given.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
                let arguments = format!("{{{}}}", parts.join(", "));
                let told = match formula(info.name, &arguments, &policy) {
                    Ok(answer) => answer,
                    Err(error) => format!("{error} {error:?}"),
                };
                let digits: String = told.chars().filter(char::is_ascii_digit).collect();
                assert!(!digits.contains(card), "{} {arguments}: {told}", info.name);
            }
        }
    }
    let read = answer(&ReadCard { text: card.into() });
    assert_eq!(
        (read.network, read.value, read.last_four.as_deref()),
        (Some("visa"), None, Some("1111"))
    );
    let loyalty = answer(&ReadCard { text: "1234 5678".into() });
    assert_eq!((loyalty.network, loyalty.value.as_deref()), (None, Some("12345678")));
    let shown = format!("{:?}", ToLatin { text: card.into(), scheme: Scheme::Icao9303Ru });
    assert!(!shown.contains(card) && shown.contains("****1111"));
}

/// Luhn by the other definition: from the right, doubled digits are added digit by digit.
fn luhn_digit(number: &str) -> u32 {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, byte)| {
            let digit = u32::from(byte - b'0');
            if i % 2 == 0 {
                (2 * digit).to_string().bytes().map(|b| u32::from(b - b'0')).sum()
            } else {
                digit
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn reading_never_panics(text in "\\PC{0,40}|[0-9 .,+()eE<A-ZА-Я№-]{0,50}|\\p{Any}{0,12}", other in "\\PC{0,8}") {
        let policy = Policy::default();
        let json = |text: &str| serde_json::to_string(text).unwrap();
        for info in clientela::formulas().filter(|info| info.source.starts_with("R47")) {
            let parts: Vec<String> = info.arguments().iter().map(|argument| {
                let value = match argument.name {
                    "scheme" => "\"gost_779_b\"".to_owned(),
                    "written" => "\"decimal_comma\"".to_owned(),
                    "kind" => "\"foreign\"".to_owned(),
                    "formats" => format!("[\"DD.MM.YYYY\", \"excel_1900\", \"D MMMM YY\", {}]", json("YYYYMMDD")),
                    "as_of" => "\"2026-01-31\"".to_owned(),
                    "country" | "region" => json(&other),
                    _ => json(&text),
                };
                format!("\"{}\": {value}", argument.name)
            }).collect();
            // An answer or an error, as long as it is one.
            let _ = formula(info.name, &format!("{{{}}}", parts.join(", ")), &policy);
        }
    }

    #[test]
    fn any_card_is_masked(digits in "4[0-9]{14}", gap in prop_oneof![Just(""), Just(" "), Just("-")], around in "[a-zа-я,; ]{0,5}") {
        let number = format!("{digits}{}", luhn_digit(&digits));
        let groups: Vec<&str> = (0..4).map(|i| &number[4 * i..4 * i + 4]).collect();
        let text = format!("{around}{}{around}", groups.join(gap));
        let shown = format!("{:?}", ReadEmail { text: text.as_str().into() });
        prop_assert!(shown.contains("****"), "{shown}");
        let grid = clientela::intake::Grid::from_rows(None, [[text.as_str()]], &Policy::default()).unwrap();
        let kept = format!("{grid:?}{}", grid.to_json());
        prop_assert!(!kept.chars().filter(char::is_ascii_digit).collect::<String>().contains(&number));
        prop_assert_eq!(grid.cards_masked().len(), 1);
    }

    #[test]
    fn dates_that_are_written_are_read(days in -700_000..2_900_000_i32, format in 0..4_usize) {
        let day = Day::new(days).unwrap();
        let iso = day.to_string();
        let (year, month, of_month) = (&iso[..4], &iso[5..7], &iso[8..]);
        let (name, text) = [
            ("DD.MM.YYYY", format!("{of_month}.{month}.{year}")),
            ("YYYYMMDD", format!("{year}{month}{of_month}")),
            ("M/D/YYYY", format!("{}/{}/{year}", month.trim_start_matches('0'), of_month.trim_start_matches('0'))),
            ("YYYY-MM-DD", iso.clone()),
        ][format].clone();
        prop_assert_eq!(date(&text, &[name], None).0, Some(iso));
    }
}
