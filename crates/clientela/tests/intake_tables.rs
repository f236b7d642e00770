//! Tables that come in: what is mapped, what is told of the rest (S2.33 to S2.36).

use clientela::intake::{Cell, Grid, Mapping, Target};
use clientela::{
    Catalogue, Currency, Day, Error, LedgerOptions, OnBad, Policy, PortraitOptions, Portraits,
};
use proptest::prelude::*;

fn policy() -> Policy {
    Policy::default()
}

fn grid(header: &[&str], rows: &[&[&str]]) -> Grid {
    let header = (!header.is_empty()).then(|| header.iter().map(|&name| name.to_owned()).collect());
    Grid::from_rows(header, rows, &policy()).unwrap()
}

fn mapping(text: &str) -> Mapping {
    Mapping::from_json(text).unwrap()
}

fn path_of<T>(read: Result<T, Error>) -> String {
    match read {
        Err(Error::BadDocument { path, .. }) => path,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was taken"),
    }
}

/// A list of tourists as an agency has it: sex behind the surname, one script, one card.
#[test]
fn a_list_of_tourists() {
    let grid = grid(
        &["№", "Турист", "Имя лат", "Дата рождения", "Паспорт", "Гражданство", "Оплата"],
        &[
            &[
                "1",
                "SHCHEGLOVA MRS",
                "IULIIA",
                "31.01.1990",
                "71 1234567",
                "Россия",
                "4111 1111 1111 1111",
            ],
            &["2", "ZHUKOV MR", "", "1990", "12", "RUS", ""],
            &["3", "SMITH", "JOHN", "29.02.2023", "C01X00T47", "Atlantis", "cash"],
            &["", "NOBODY", "", "", "", "", ""],
            &["1", "TWICE", "", "", "", "", ""],
            &["9", "LEFT OUT", "", "", "", "", ""],
        ],
    );
    let mapping = mapping(
        r#"{"target": "portraits", "kind": "tourist", "client_ids": "number",
            "columns": {"№": "client", "Турист": "surname_latin", "Имя лат": "given_name_latin",
                        "Дата рождения": "birth_date",
                        "Паспорт": {"field": "passport_number", "read": "passport"},
                        "Гражданство": {"field": "citizenship", "read": "country"}},
            "formats": {"dates": ["DD.MM.YYYY"], "passport_country": "RU"},
            "steps": [{"do": "split_surname_sex", "field": "surname_latin"},
                      {"do": "copy_to_cyrillic", "from": "surname_latin", "to": "surname",
                       "scheme": "icao_9303_ru"}],
            "skip_rows": [5],
            "service_set": {"hotel": "half board", "visa": true}}"#,
    );
    let options = PortraitOptions::default();
    let batch = grid.portraits(&mapping, &options, &policy()).unwrap();
    let portraits = Portraits::from_json(&batch.documents_json(), &options).unwrap();
    assert_eq!(portraits.len(), 3);
    let value = |client: i64, field: &str| {
        portraits
            .get(&client.into())
            .unwrap()
            .fields
            .get(field)
            .and_then(clientela::FieldValue::text)
    };
    for (field, wanted) in [
        ("surname_latin", Some("SHCHEGLOVA")),
        ("surname", Some("ЩЕГЛОВА")),
        ("sex", Some("female")),
        ("given_name_latin", Some("IULIIA")),
        ("birth_date", Some("1990-01-31")),
        ("passport_series", Some("71")),
        ("passport_number", Some("1234567")),
        ("citizenship", Some("RU")),
    ] {
        assert_eq!(value(1, field).as_deref(), wanted, "{field}");
    }
    // What cannot be read is unknown, not guessed.
    assert_eq!(value(2, "given_name_latin"), None);
    assert_eq!(value(2, "birth_date"), None);
    assert_eq!(value(3, "sex"), None);
    assert_eq!(value(3, "surname_latin").as_deref(), Some("SMITH"));

    let report = &batch.report;
    assert_eq!((report.rows_read, report.rows_selected, report.rows_taken), (6, 5, 3));
    let aside: Vec<_> =
        report.set_aside.iter().map(|bad| (bad.row, bad.problem.as_str())).collect();
    assert_eq!(aside, [(3, "no client id"), (4, "the client is in row 0 already")]);
    let dropped: Vec<_> = report
        .dropped_cells
        .iter()
        .map(|bad| (bad.row, bad.field.as_str(), bad.value.as_str()))
        .collect();
    assert_eq!(
        dropped,
        [
            (1, "birth_date", "1990"),
            (1, "passport_number", "12"),
            (2, "birth_date", "29.02.2023"),
            (2, "citizenship", "Atlantis"),
            // H alone is no letter of the passport's scheme.
            (2, "surname", "SMITH"),
        ]
    );
    assert_eq!(report.unmapped_columns, ["Оплата"]);
    assert_eq!(report.cards_masked, 1);
    assert!(!serde_json::to_string(&batch).unwrap().contains("1111 1111"));
    assert_eq!(report.service_set.as_ref().unwrap()["hotel"], "half board");
}

#[test]
fn a_filled_target_is_kept_and_counted() {
    let grid = grid(
        &[],
        &[
            &["1", "ZHUKOV MR", "male", "Жуков"],
            &["2", "IVANOVA MRS", "male", ""],
            &["3", "PETROV MR", "", ""],
        ],
    );
    let mapping = mapping(
        r#"{"target": "portraits", "kind": "tourist",
            "columns": {"0": "client", "1": "surname_latin", "2": "sex", "3": "surname"},
            "steps": [{"do": "split_surname_sex", "field": "surname_latin"},
                      {"do": "copy_to_cyrillic", "from": "surname_latin", "to": "surname",
                       "scheme": "icao_9303_ru"}]}"#,
    );
    let batch = grid.portraits(&mapping, &PortraitOptions::default(), &policy()).unwrap();
    let value = |row: usize, field: &str| {
        batch.documents[row]
            .fields
            .get(field)
            .and_then(clientela::FieldValue::text)
            .unwrap_or_default()
    };
    // The word agrees with the field: it goes. It disagrees: both stay as they are.
    assert_eq!((value(0, "surname_latin").as_str(), value(0, "sex").as_str()), ("ZHUKOV", "male"));
    assert_eq!(
        (value(1, "surname_latin").as_str(), value(1, "sex").as_str()),
        ("IVANOVA MRS", "male")
    );
    assert_eq!((value(2, "surname_latin").as_str(), value(2, "sex").as_str()), ("PETROV", "male"));
    assert_eq!(value(0, "surname"), "Жуков");
    let kept: Vec<_> = batch
        .report
        .kept_targets
        .iter()
        .map(|kept| (kept.row, kept.field.as_str(), kept.kept.as_str(), kept.offered.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            (0, "sex", "male", "male"),
            (0, "surname", "Жуков", "ЖУКОВ"),
            (1, "sex", "male", "female"),
        ]
    );
    // Of row 1 the surname, of row 2 the sex and the surname.
    assert_eq!(batch.report.filled_targets, 3);
}

#[test]
fn one_text_becomes_three_names() {
    let grid = grid(&["id", "ФИО"], &[&["1", "Щеглова  Юлия Игоревна"], &["2", "Жуков"]]);
    let mapping = mapping(
        r#"{"target": "portraits", "kind": "retail_consumer",
            "columns": {"id": "client", "ФИО": "surname"},
            "steps": [{"do": "clean_name", "field": "surname"},
                      {"do": "split_surname_given_name", "field": "surname",
                       "given_name": "given_name", "patronymic": "patronymic"}]}"#,
    );
    let batch = grid.portraits(&mapping, &PortraitOptions::default(), &policy()).unwrap();
    let texts = |row: usize| -> Vec<String> {
        batch.documents[row].fields.values().filter_map(clientela::FieldValue::text).collect()
    };
    assert_eq!(texts(0), ["Юлия", "Игоревна", "Щеглова"]);
    assert_eq!(texts(1), ["Жуков"]);
}

#[test]
fn new_clients_take_numbers() {
    let grid = grid(&[], &[&["Жуков"], &["Щеглова"]]);
    let mapping = mapping(
        r#"{"target": "portraits", "kind": "tourist", "client_ids": "number",
            "new_clients_from": 100, "columns": {"0": "surname"}}"#,
    );
    let batch = grid.portraits(&mapping, &PortraitOptions::default(), &policy()).unwrap();
    let ids: Vec<_> = batch.documents.iter().map(|one| one.client.clone()).collect();
    assert_eq!(ids, [100.into(), 101.into()]);
}

/// Types of fields by their own rules: numbers, choices, yes and no, lists, limits.
#[test]
fn cells_are_read_as_their_fields_ask() {
    let catalogue = Catalogue::from_json(
        r#"{"kinds": [{"name": "clinic"}],
            "fields": [{"name": "beds", "type": "integer", "min": "1"},
                       {"name": "rent", "type": "money"},
                       {"name": "open_at_night", "type": "yes_no"},
                       {"name": "level", "type": "choice", "options": ["a", "b"]},
                       {"name": "tags", "type": "list"}]}"#,
    )
    .unwrap();
    let options = PortraitOptions { catalogue, ..PortraitOptions::default() };
    let grid = grid(
        &["client", "beds", "rent", "open_at_night", "level", "tags", "kind", "updated_on"],
        &[
            &["1", "12", "1 234,50", "да", "a", "x; y ;", "clinic", "2026-01-31"],
            &["2", "0", "1,234", "maybe", "c", "", "shed", "?"],
            &["3", "unknown", "", "unknown", "unknown", "unknown", "unknown", ""],
        ],
    );
    let mapping = mapping(
        r#"{"target": "portraits",
            "columns": {"client": "client", "beds": "beds", "rent": "rent",
                        "open_at_night": "open_at_night", "level": "level", "tags": "tags",
                        "kind": "kind", "updated_on": "updated_on"},
            "formats": {"dates": ["YYYY-MM-DD"], "amounts": "decimal_comma"}}"#,
    );
    let batch = grid.portraits(&mapping, &options, &policy()).unwrap();
    let first = &batch.documents[0];
    let texts: Vec<_> =
        first.fields.iter().map(|(name, value)| (name.as_str(), value.text().unwrap())).collect();
    let wanted = [
        ("beds", "12"),
        ("level", "a"),
        ("open_at_night", "yes"),
        ("rent", "1234.50"),
        ("tags", "x, y"),
    ];
    assert_eq!(texts, wanted.map(|(name, text)| (name, text.to_owned())));
    assert_eq!((first.kind.as_deref(), first.updated_on), (Some("clinic"), Day::of(2026, 1, 31)));
    // 1.234 has more places than amounts keep; unknown is unknown, and nothing is dropped for it.
    assert!(batch.documents[1].fields.is_empty() && batch.documents[2].fields.is_empty());
    let mut dropped: Vec<_> =
        batch.report.dropped_cells.iter().map(|bad| (bad.row, bad.field.as_str())).collect();
    dropped.sort_unstable();
    assert_eq!(
        dropped,
        [
            (1, "beds"),
            (1, "kind"),
            (1, "level"),
            (1, "open_at_night"),
            (1, "rent"),
            (1, "updated_on")
        ]
    );
    Portraits::from_json(&batch.documents_json(), &options).unwrap();
}

#[test]
fn mappings_that_do_not_hold() {
    for (text, path) in [
        (
            r#"{"target": "portraits", "columns": {"0": "client", "1": "surname", "2": "surname"}}"#,
            "columns.2",
        ),
        (r#"{"target": "portraits", "columns": {"0": "surname"}}"#, "columns"),
        (r#"{"target": "sales", "columns": {"0": "client", "1": "date"}}"#, "columns"),
        (r#"{"target": "sales", "columns": {"0": "colour"}}"#, "columns.0"),
        (r#"{"target": "portraits", "columns": {"0": "client", "1": "service_set"}}"#, "columns.1"),
        (
            r#"{"target": "portraits", "columns": {"0": "client"}, "formats": {"dates": ["DD"]}}"#,
            "formats.dates[0]",
        ),
        (r#"{"target": "portraits", "columns": {"0": "client"}, "rows": [1, 1]}"#, "rows[1]"),
        (
            r#"{"target": "portraits", "columns": {"0": "client"}, "new_clients_from": 1}"#,
            "new_clients_from",
        ),
        (r#"{"target": "portraits", "columns": {"0": "client"}, "colour": 1}"#, "colour"),
        (
            r#"{"target": "sales", "columns": {"0": "client", "1": "date", "2": "amount"}, "kind": "shop"}"#,
            "kind",
        ),
    ] {
        assert_eq!(path_of(Mapping::from_json(text)), path, "{text}");
    }
    // Against a table.
    let grid = grid(&["a", "a", "b"], &[&["1", "2", "3"]]);
    let options = PortraitOptions::default();
    for (text, path) in [
        (r#"{"target": "portraits", "columns": {"a": "client"}}"#, "columns.a"),
        (r#"{"target": "portraits", "columns": {"c": "client"}}"#, "columns.c"),
        (r#"{"target": "portraits", "columns": {"3": "client"}}"#, "columns.3"),
        (r#"{"target": "portraits", "columns": {"2": "client", "b": "phone"}}"#, "columns.b"),
        (r#"{"target": "portraits", "columns": {"b": "client", "0": "colour"}}"#, "columns.a"),
        (r#"{"target": "portraits", "columns": {"b": "client"}, "rows": [1]}"#, "rows[0]"),
        (
            r#"{"target": "portraits", "columns": {"b": "client"}, "skip_rows": [7]}"#,
            "skip_rows[0]",
        ),
        (
            r#"{"target": "portraits", "columns": {"b": "client"}, "formats": {"region": "Atlantis"}}"#,
            "formats.region",
        ),
        (
            r#"{"target": "portraits", "columns": {"b": "client"}, "steps": [{"do": "clean_name", "field": "colour"}]}"#,
            "steps[0]",
        ),
    ] {
        assert_eq!(path_of(grid.portraits(&mapping(text), &options, &policy())), path, "{text}");
    }
    let sales = r#"{"target": "sales", "columns": {"0": "client", "1": "date", "2": "amount"}}"#;
    assert_eq!(path_of(grid.portraits(&mapping(sales), &options, &policy())), "target");
    let spelled = mapping(sales);
    assert_eq!(Mapping::from_json(&spelled.to_json()).unwrap(), spelled);
}

#[test]
fn sales_out_of_a_table() {
    let grid = grid(
        &["Клиент", "Дата", "Сумма", "Кол-во", "Акция", "Вид", "Валюта", "Менеджер"],
        &[
            &["Ромашка", "31.01.2026", "1 234,56", "2", "да", "", "RUB", "Ada"],
            &["Ромашка", "01.02.2026", "100", "", "", "возврат", "", ""],
            &["Лютик", "30.02.2026", "1", "", "", "sale", "", ""],
            &["Лютик", "01.02.2026", "1.50", "", "", "sale", "", ""],
            &["Лютик", "01.02.2026", "0,001", "", "", "sale", "", ""],
            &["", "01.02.2026", "1", "", "", "sale", "", ""],
            &["Лютик", "01.02.2026", "1", "", "", "sale", "USD", ""],
            &["Лютик", "01.02.2026", "1", "", "maybe", "sale", "", ""],
            &["4111111111111111", "01.02.2026", "1", "", "", "sale", "", ""],
        ],
    );
    let mapping = mapping(
        r#"{"target": "sales",
            "columns": {"Клиент": "client", "Дата": "date", "Сумма": "amount", "Кол-во": "quantity",
                        "Акция": "promo", "Вид": "kind", "Валюта": "currency", "Менеджер": "manager"},
            "formats": {"dates": ["DD.MM.YYYY"], "amounts": "decimal_comma",
                        "kinds": {"возврат": "return", "": "sale"}}}"#,
    );
    let options = LedgerOptions {
        currency: "RUB".parse::<Currency>().unwrap(),
        on_bad: OnBad::SetAside,
        ..LedgerOptions::default()
    };
    let batch = grid.sales(&mapping, &options, &policy()).unwrap();
    assert_eq!(batch.sales.amount.as_ref(), &[123_456, 10_000]);
    let (ledger, report) = grid.ledger(&mapping, &options, &policy()).unwrap();
    // 1234.56 less a return of 100.00.
    assert_eq!(ledger.total(), 113_456);
    assert_eq!((report.rows_read, report.rows_taken, report.set_aside.len()), (9, 2, 7));
    assert_eq!(ledger.report().set_aside.len(), 7);
    let fields: Vec<_> = report.set_aside.iter().map(|bad| (bad.row, bad.field.as_str())).collect();
    assert_eq!(
        fields,
        [
            (2, "date"),
            (3, "amount"),
            (4, "amount"),
            (5, "client"),
            (6, "currency"),
            (7, "promo"),
            (8, "client")
        ]
    );
    let shown = serde_json::to_string(&report).unwrap();
    assert!(shown.contains("****1111") && !shown.contains("411111"));
    // A ledger that refuses bad rows refuses the first of them.
    let strict = LedgerOptions { on_bad: OnBad::Refuse, ..options };
    let error = grid.ledger(&mapping, &strict, &policy()).unwrap_err();
    assert!(matches!(error, Error::BadRow { row: 2, .. }), "{error}");
}

/// What a spreadsheet holds as a number or a day is no matter of formats.
#[test]
fn typed_cells_need_no_format() {
    let text = r#"{"columns": ["c", "d", "a"],
                   "rows": [[7, {"day": "2026-01-31"}, 1234.5], [7, "2026-02-01", "1 000,5"], [7, 46054, 1]]}"#;
    let grid = Grid::from_json(text, &policy()).unwrap();
    assert_eq!(grid.cell(0, 1), Cell::Day(Day::of(2026, 1, 31).unwrap()));
    assert_eq!(grid.cell(0, 2), Cell::Number("1234.5"));
    let again = Grid::from_json(&grid.to_json(), &policy()).unwrap();
    assert_eq!(again.to_json(), grid.to_json());
    let mapping = mapping(
        r#"{"target": "sales", "client_ids": "number",
            "columns": {"c": "client", "d": "date", "a": "amount"},
            "formats": {"dates": ["excel_1900"], "amounts": "decimal_comma"}}"#,
    );
    let batch = grid.sales(&mapping, &LedgerOptions::default(), &policy()).unwrap();
    // 46054 is 2026-02-01: 39448 is 2008-01-01, and 18 years with five leap days and a month of
    // 31 days later are 6606 more.
    let days: Vec<_> =
        [(1, 31), (2, 1)].map(|(month, day)| Day::of(2026, month, day).unwrap().days()).to_vec();
    assert_eq!(batch.sales.day.as_ref(), &days);
    assert_eq!(batch.sales.amount.as_ref(), &[123_450, 100]);
    assert_eq!(batch.report.set_aside.len(), 1);
}

#[test]
fn tables_have_limits() {
    let small =
        Policy::from_json(r#"{"intake": {"max_columns": 2, "max_cells": 3, "max_cell_bytes": 4}}"#)
            .unwrap();
    for (rows, path) in [
        (vec![vec!["1", "2", "3"]], "rows[0]"),
        (vec![vec!["1", "2"], vec!["3", "4"]], "rows[1]"),
        (vec![vec!["1", "12345"]], "rows[0][1]"),
    ] {
        assert_eq!(path_of(Grid::from_rows(None, rows, &small)), path);
    }
    let deep = format!("{{\"rows\": {}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(Grid::from_json(&deep, &small).is_err());
    let error = Grid::from_json(r#"{"rows": [[[4111111111111111]]]}"#, &policy()).unwrap_err();
    assert!(!error.to_string().contains("4111"), "{error}");
    for text in [r#"{"intake": {"max_cells": 0}}"#, r#"{"intake": {"suggest_from_percent": 101}}"#]
    {
        assert!(Policy::from_json(text).is_err());
    }
}

#[test]
fn the_first_row_may_be_names() {
    let grid = grid(&[], &[&["id", "4111111111111111"], &["1", "x", "y"], &["2"]]).with_header();
    assert_eq!(grid.header().unwrap(), ["id", "****1111", ""]);
    assert_eq!((grid.rows(), grid.columns()), (2, 3));
    assert_eq!((grid.text(0, 2), grid.text(1, 0), grid.text(1, 1)), ("y", "2", ""));
}

/// S2.34: the surname column holds the sex, the name column a passport.
#[test]
fn a_suggestion_looks_at_cells_and_applies_nothing() {
    let grid = grid(
        &["Фамилия", "Имя", "e-mail", "ДР", "Прочее", ""],
        &[
            &["MR", "71 1234567", "a@mail.ru", "31.01.1990", "x", "Иванович"],
            &["MRS", "71 7654321", "b@mail.ru", "01.02.1991", "7", "Петровна"],
        ],
    );
    let told = grid.suggest(Target::Portraits, &Catalogue::built_in(), &policy()).unwrap();
    let fields: Vec<_> = told.columns.iter().map(|column| column.field.as_deref()).collect();
    // 2 of 2 sexes: 70 %, above a name that no cell bears out (40 %).
    assert_eq!(
        fields,
        [Some("sex"), None, Some("email"), Some("birth_date"), None, Some("patronymic")]
    );
    let sure: Vec<_> = told.columns.iter().map(|column| column.confidence.to_string()).collect();
    assert_eq!(sure[0], "0.70");
    assert_eq!((sure[2].as_str(), sure[3].as_str(), sure[5].as_str()), ("1.00", "1.00", "0.80"));
    assert_eq!(told.formats.dates, ["DD.MM.YYYY"]);
    assert!(told.open.is_empty(), "{:?}", told.open);
    // It is no mapping until someone adds the client.
    assert_eq!(path_of(told.mapping().check().map(|()| 0)), "columns");
    let again = grid.suggest(Target::Portraits, &Catalogue::built_in(), &policy()).unwrap();
    assert_eq!(again, told);
}

#[test]
fn a_suggestion_says_what_is_open() {
    let grid = grid(
        &["client", "date", "amount", "qty"],
        &[&["a", "01/02/2026", "1,234", "1"], &["b", "02/03/2026", "2,345", "2"]],
    );
    let told = grid.suggest(Target::Sales, &Catalogue::built_in(), &policy()).unwrap();
    let fields: Vec<_> = told.columns.iter().map(|column| column.field.as_deref()).collect();
    assert_eq!(fields, [Some("client"), Some("date"), Some("amount"), Some("quantity")]);
    assert!(told.formats.dates.is_empty());
    assert_eq!(told.open.len(), 2);
    assert!(told.open[0].contains("DD/MM/YYYY or MM/DD/YYYY"), "{:?}", told.open);
}

fn cell_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zА-Яё0-9 .,;@+№-]{0,18}",
        "\\PC{0,8}",
        Just("31.01.1990".to_owned()),
        Just("MR".to_owned())
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the cells are: no panic, every row is taken or told, and portraits take what is
    /// made.
    #[test]
    fn any_table_is_taken_or_told(rows in proptest::collection::vec(proptest::collection::vec(cell_text(), 0..7), 0..8)) {
        let grid = Grid::from_rows(None, &rows, &policy()).unwrap();
        if grid.columns() < 6 {
            return Ok(());
        }
        let options = PortraitOptions::default();
        let to_portraits = mapping(
            r#"{"target": "portraits", "kind": "tourist",
                "columns": {"0": "client", "1": "surname_latin", "2": "birth_date", "3": "sex",
                            "4": {"field": "passport_number", "read": "passport"},
                            "5": {"field": "email", "read": "email"}},
                "formats": {"dates": ["DD.MM.YYYY", "excel_1900"]},
                "steps": [{"do": "split_surname_sex", "field": "surname_latin"},
                          {"do": "split_surname_given_name", "field": "surname_latin", "given_name": "given_name_latin"},
                          {"do": "clean_name", "field": "surname_latin"},
                          {"do": "copy_to_cyrillic", "from": "surname_latin", "to": "surname", "scheme": "icao_9303_ru"}]}"#,
        );
        let batch = grid.portraits(&to_portraits, &options, &policy()).unwrap();
        let report = &batch.report;
        prop_assert_eq!(report.rows_taken + report.set_aside.len() as u64, report.rows_selected);
        let portraits = Portraits::from_json(&batch.documents_json(), &options).unwrap();
        prop_assert_eq!(portraits.len() as u64, report.rows_taken);
        let to_sales = mapping(
            r#"{"target": "sales", "columns": {"0": "client", "1": "date", "2": "amount", "3": "quantity", "4": "promo", "5": "order"},
                "formats": {"dates": ["DD.MM.YYYY", "excel_1900"], "amounts": "decimal_comma"}}"#,
        );
        let batch = grid.sales(&to_sales, &LedgerOptions::default(), &policy()).unwrap();
        prop_assert_eq!(batch.report.rows_taken + batch.report.set_aside.len() as u64, rows.len() as u64);
        for target in [Target::Portraits, Target::Sales] {
            grid.suggest(target, &Catalogue::built_in(), &policy()).unwrap();
        }
    }

    #[test]
    fn documents_of_any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "[\\[\\]{}\":,a-z0-9 ]{0,60}") {
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        for text in [lossy, text.clone(), format!("{{\"rows\": [[{text}]]}}"), format!("{{\"target\": \"sales\", \"columns\": {{{text}}}}}")] {
            let _ = Grid::from_json(&text, &policy());
            let _ = Mapping::from_json(&text);
        }
    }
}
