//! Portraits: the worked cases of the sources, and what must hold for any portraits.

use std::collections::BTreeMap;

use clientela::{
    Additional, Catalogue, Cause, ClientColumn, ClientId, Currency, Day, Dictionary, Error,
    ErrorCode, FieldColumn, FieldValue, Form, FormStatus, Membership, MembershipEvent,
    MembershipOffer, MembershipState, NO_CODE, NO_INT32, NO_INT64, OnBad, Portrait, PortraitFrame,
    PortraitOptions, Portraits, PortraitsBuilder, Questionnaire, Scale, TextColumn, Value,
    fill_questionnaire, knowledge_level,
};
use proptest::prelude::*;

fn day(year: i32, month: u32, day: u32) -> Day {
    Day::of(year, month, day).expect("a day")
}

fn portraits(text: &str) -> Portraits {
    Portraits::from_json(text, &PortraitOptions::default()).expect("good portraits")
}

/// The path and the problem of a list of portraits that is refused.
fn refused(text: &str) -> (String, String) {
    match Portraits::from_json(text, &PortraitOptions::default()) {
        Err(Error::BadDocument { document: "portrait", path, problem }) => (path, problem),
        other => panic!("{text} gave {other:?}"),
    }
}

fn texts(names: &[&str]) -> FieldColumn<'static> {
    FieldColumn::Text(names.iter().copied().collect::<TextColumn<'static>>())
}

/// R10, S2.47: contact name, company details, phone and address alone are not enough.
#[test]
fn four_fields_are_a_list_entry() {
    let basics = r#""contact_name": "Anna", "company_details": "OOO Les", "phone": "1",
                    "address": "Tver", "email": "a@example.com""#;
    let as_of = day(2026, 6, 30);
    for (more, sufficient) in [
        ("", false),
        (r#", "profile": "  ""#, false),
        (r#", "profile": "unknown""#, false),
        (r#", "innovator": true"#, false), // weight 0
        (r#", "profile": "saws for hard wood""#, true),
        (r#", "buys_elsewhere": "no""#, true),
        (r#", "buys_elsewhere": "unknown""#, false),
    ] {
        let all = portraits(&format!(r#"[{{"client": 1, "fields": {{{basics}{more}}}}}]"#));
        let found = all.completeness_of(&1.into(), as_of).expect("the client");
        assert_eq!(found.sufficient, sufficient, "{more}");
    }
    for (records, sufficient) in [
        (r#""persons": [{"name": "Anna"}]"#, false),
        (r#""contacts": [{"kind": "phone", "value": "1"}]"#, false),
        (r#""persons": [{"name": "Anna", "hobbies": ["  "]}]"#, false),
        (r#""persons": [{"name": "Anna", "hobbies": ["chess"]}]"#, true),
        (r#""persons": [{"name": "Anna", "cuisine": ["Georgian"]}]"#, true),
        (r#""persons": [{"name": "Anna", "birthday": "1980-02-29"}]"#, true),
        (r#""pains": [{"what": "late"}]"#, true),
        (r#""interactions": [{"on": "2026-06-30", "kind": "call"}]"#, true),
        (r#""interactions": [{"on": "2026-07-01", "kind": "call"}]"#, false),
        (r#""preferences": [{"subject": "spouse", "what": "opera"}]"#, true),
        (r#""companions": [{"on": "2026-01-02", "companions": ["alone"]}]"#, true),
        (r#""complaints": [{"on": "2026-01-02", "about": "staff"}]"#, false),
    ] {
        let all = portraits(&format!(r#"[{{"client": 1, "fields": {{{basics}}}, {records}}}]"#));
        let found = all.completeness_of(&1.into(), as_of).expect("the client");
        assert_eq!(found.sufficient, sufficient, "{records}");
    }
}

/// R12: filled over applicable, by hand on a small catalogue.
#[test]
fn completeness_weighs_what_applies() {
    let catalogue = r#"{"built_in": false, "kinds": [{"name": "mill"}, {"name": "shop"}],
        "fields": [
            {"name": "phone", "type": "text", "basic": true, "stale_after": {"days": 30}},
            {"name": "saws", "type": "integer", "kinds": ["mill"], "required": true, "weight": 3},
            {"name": "trend", "type": "choice", "options": ["up", "down"], "kinds": ["mill"],
             "required": true},
            {"name": "brands", "type": "list", "kinds": ["shop"]},
            {"name": "vip", "type": "yes_no", "weight": 0}]}"#;
    let options = PortraitOptions {
        catalogue: Catalogue::from_json(catalogue).expect("a catalogue"),
        ..PortraitOptions::default()
    };
    let text = r#"[
        {"client": "a", "kind": "mill", "updated_on": "2026-05-31",
         "fields": {"phone": "1", "saws": 12, "vip": false}},
        {"client": "b", "kind": "shop", "updated_on": "2026-05-30",
         "fields": {"phone": "2", "brands": ["Alba", " "]}},
        {"client": "c", "updated_on": "2026-12-31", "fields": {"phone": "3"}},
        {"client": "d", "kind": "mill", "fields": {"phone": "4", "saws": 0, "trend": "up"}},
        {"client": "e", "kind": "shop", "updated_on": "2026-01-01",
         "fields": {"phone": "5", "brands": ["", " "]}, "updated": {"phone": "2026-06-20"}}]"#;
    let all = Portraits::from_json(text, &options).expect("good portraits");
    let as_of = day(2026, 6, 30);
    let table = all.completeness(as_of);
    let column = |name: &str| -> Vec<String> {
        (0..5).map(|row| table.value(row, name).expect("a column").to_string()).collect()
    };
    assert_eq!(column("kind"), ["mill", "shop", "", "mill", "shop"]);
    assert_eq!(column("applicable"), ["3", "2", "1", "3", "2"]);
    assert_eq!(column("filled"), ["2", "2", "1", "3", "1"]);
    assert_eq!(column("completeness"), ["0.8", "1", "1", "1", "0.5"]);
    assert_eq!(column("required"), ["2", "0", "0", "2", "0"]);
    assert_eq!(column("required_filled"), ["1", "0", "0", "2", "0"]);
    assert_eq!(column("missing"), ["trend", "", "", "", "brands"]);
    assert_eq!(column("missing_required"), ["trend", "", "", "", ""]);
    // 31 May and 30 days are 30 June, which is not past; 30 May is stale a day earlier. A day
    // after the day asked for counts as that day.
    assert_eq!(column("stale"), ["", "phone", "", "", ""]);
    assert_eq!(column("undated"), ["0", "0", "0", "1", "0"]);
    assert_eq!(column("sufficient"), ["true", "true", "false", "true", "false"]);

    let gaps = all.gaps(as_of);
    let row = |field: &str| {
        let found = (0..gaps.rows())
            .find(|&row| gaps.value(row, "field") == Some(Value::Text(field.to_owned())))?;
        let columns = ["applicable", "filled", "missing", "stale"];
        Some(columns.map(|name| gaps.value(found, name).expect("a column").to_string()))
    };
    assert_eq!(row("phone"), Some(["5", "5", "0", "1"].map(str::to_owned)));
    assert_eq!(row("trend"), Some(["2", "1", "1", "0"].map(str::to_owned)));
    assert_eq!(row("brands"), Some(["2", "1", "1", "0"].map(str::to_owned)));
    assert_eq!(row("vip"), Some(["5", "1", "4", "0"].map(str::to_owned)));

    for (row, id) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        let one = all.completeness_of(&id.into(), as_of).expect("the client");
        let shown = |name: &str| table.value(row, name).expect("a column");
        assert_eq!(Value::Int(one.applicable.into()), shown("applicable"));
        assert_eq!(Value::Float(one.ratio().expect("something applies")), shown("completeness"));
        assert_eq!(Value::Text(one.missing.join(", ")), shown("missing"));
        assert_eq!(Value::Text(one.missing_required.join(", ")), shown("missing_required"));
        assert_eq!(Value::Text(one.stale.join(", ")), shown("stale"));
        assert_eq!(Value::Int(one.undated.len() as i64), shown("undated"));
        assert_eq!(Value::Flag(one.sufficient), shown("sufficient"));
        assert_eq!(Value::Int(one.required.into()), shown("required"));
    }
    assert_eq!(all.completeness_of(&"f".into(), as_of), None);
    assert_eq!(all.completeness_of(&1.into(), as_of), None);
}

/// R12, S0.13: volumes, then the birth date, then all that is required of the kind.
#[test]
fn knowledge_climbs_step_by_step() {
    assert_eq!(knowledge_level(false, true, true), 0);
    assert_eq!(knowledge_level(true, false, true), 1);
    assert_eq!(knowledge_level(true, true, false), 2);
    assert_eq!(knowledge_level(true, true, true), 3);
    let mill = r#"{"client": 1, "kind": "manufacturer", "fields": {
        "final_output_volume": "12.5", "processing_equipment": ["frame saw"],
        "expansion_trend": "growing", "purchase_method": "barter", "purchase_frequency": 2,
        "alternative_suppliers": ["Sever"]}, "persons": [PERSON]}"#;
    for (person, birth_date) in [
        (r#"{"name": "Sergei Petrovich"}"#, false),
        (r#"{"name": "Sergei Petrovich", "birthday": "1961-04-12"}"#, true),
        (
            r#"{"name": "Sergei Petrovich", "birthday": "1961-04-12", "known_since": "2026-07-01"}"#,
            false,
        ),
    ] {
        let all = portraits(&format!("[{}]", mill.replace("PERSON", person)));
        let found = all.completeness_of(&1.into(), day(2026, 6, 30)).expect("the client");
        assert_eq!((found.birth_date, found.required), (birth_date, 6));
        assert_eq!(found.missing_required, Vec::<String>::new());
    }
}

/// R5, S2.30: two steps, each without effect when repeated; a member is edited, not added.
#[test]
fn membership_takes_two_steps() {
    let mut membership = Membership::default();
    let on = day(2026, 3, 1);
    assert_eq!(membership.available(), MembershipOffer::Add);
    let error = membership.commit(on, None).expect_err("not marked");
    assert_eq!(error.code(), ErrorCode::BadArgument);
    assert_eq!(membership.mark(on, Some("Ira")), Ok(true));
    assert_eq!(membership.mark(on, Some("Ira")), Ok(false));
    assert_eq!(membership.available(), MembershipOffer::Save);
    assert_eq!(membership.commit(day(2026, 3, 2), None), Ok(true));
    for _ in 0..2 {
        assert_eq!(membership.commit(day(2026, 3, 3), None), Ok(false));
        assert_eq!(membership.mark(day(2026, 3, 3), None), Ok(false));
    }
    assert_eq!(membership.state(), MembershipState::Member);
    assert_eq!(membership.available(), MembershipOffer::Edit);
    assert!(membership.remove(day(2026, 3, 1), None, None).is_err(), "before the last step");
    assert_eq!(membership.remove(day(2026, 4, 1), None, Some("moved")), Ok(true));
    assert_eq!(membership.remove(day(2026, 4, 1), None, None), Ok(false));
    assert_eq!(membership.history().len(), 3);
    let state = |day| Membership::as_of(membership.history(), day).state();
    assert_eq!(state(day(2026, 2, 28)), MembershipState::NotMember);
    assert_eq!(state(day(2026, 3, 1)), MembershipState::Marked);
    assert_eq!(state(day(2026, 3, 31)), MembershipState::Member);
    assert_eq!(state(day(2026, 4, 1)), MembershipState::NotMember);

    let (path, _) = refused(
        r#"[{"client": 1, "membership": [{"on": "2026-03-01", "action": "mark"},
            {"on": "2026-02-28", "action": "commit"}]}]"#,
    );
    assert_eq!(path, "[0].membership[1]");
    // Steps of one day stand as they came.
    let all = portraits(
        r#"[{"client": 1, "membership": [
            {"on": "2026-03-01", "action": "mark"}, {"on": "2026-03-01", "action": "commit"},
            {"on": "2026-03-02", "action": "remove"}, {"on": "2026-03-02", "action": "mark"},
            {"on": "2026-03-02", "action": "commit"}]}]"#,
    );
    let history = all.get(&1.into()).expect("the client").records.membership;
    let end = Membership::as_of(&history, Day::MAX);
    assert_eq!(end.state(), MembershipState::Member);
    let merged = all.merge(&all).expect("the same twice");
    assert_eq!(merged, all);
}

/// R9, S2.32: the fields of a tourist, in both scripts.
#[test]
fn a_tourist_has_papers() {
    let tourist = r#"{"client": "T-1", "kind": "tourist", "updated_on": "2026-05-01", "fields": {
        "surname": "Щукин", "given_name": "Илья", "surname_latin": "SHCHUKIN",
        "given_name_latin": "ILIA", "sex": "male", "birth_date": "1990-07-08",
        "passport_series": "75", "passport_number": "1234567",
        "passport_valid_until": "2031-01-31", "civil_passport_series": "4509",
        "civil_passport_number": "123456", "citizenship": "RUS", "ticket_number": "555-1"}}"#;
    let all = portraits(&format!("[{tourist}]"));
    let found = all.completeness_of(&"T-1".into(), day(2026, 6, 30)).expect("the client");
    assert!(found.birth_date && found.sufficient && found.missing_required.is_empty());
    assert_eq!(found.required, 9);
    let portrait = all.get(&"T-1".into()).expect("the client");
    let valid = portrait.fields.get("passport_valid_until");
    assert_eq!(valid, Some(&FieldValue::Date(day(2031, 1, 31))));
    assert_eq!(Portrait::from_json(&portrait.to_json(), all.options()), Ok(portrait));

    let (path, problem) = refused(&format!("[{}]", tourist.replace("\"tourist\"", "\"shop\"")));
    assert_eq!(path, "[0].fields.birth_date");
    assert!(problem.contains("tourist") && problem.contains("shop"), "{problem}");
}

#[test]
fn documents_are_read_strictly() {
    for (text, path) in [
        (r#"{"client": 1}"#, "."),
        (r#"[{"client": 1}"#, "."),
        (r#"[{"client": 1}] x"#, "."),
        (r#"[{"kind": "shop"}]"#, "[0]"),
        (r#"[{"client": 1.5}]"#, "[0].client"),
        (r#"[{"client": ""}]"#, "[0].client"),
        (r#"[{"client": 1}, {"client": "x"}]"#, "[1].client"),
        (r#"[{"client": 1}, {"client": 2}, {"client": 1}]"#, "[2].client"),
        (r#"[{"client": 1, "colour": "red"}]"#, "[0].colour"),
        (r#"[{"client": 1, "kind": "pirate"}]"#, "[0].kind"),
        (r#"[{"client": 1, "updated_on": "2026-02-30"}]"#, "[0].updated_on"),
        (r#"[{"client": 1, "fields": {"colour": "red"}}]"#, "[0].fields.colour"),
        (r#"[{"client": 1, "fields": {"phone": 7}}]"#, "[0].fields.phone"),
        (r#"[{"client": 1, "fields": {"phone": "7", "phone": "8"}}]"#, "[0].fields"),
        (r#"[{"client": 1, "fields": {"potential": 10.5}}]"#, "[0].fields.potential"),
        (r#"[{"client": 1, "fields": {"potential": "10.555"}}]"#, "[0].fields.potential"),
        (r#"[{"client": 1, "fields": {"potential": "ten"}}]"#, "[0].fields.potential"),
        (
            r#"[{"client": 1, "fields": {"potential": "99999999999999999.99"}}]"#,
            "[0].fields.potential",
        ),
        (r#"[{"client": 1, "fields": {"competitor_sales": -1}}]"#, "[0].fields.competitor_sales"),
        (r#"[{"client": 1, "fields": {"satisfaction": 6}}]"#, "[0].fields.satisfaction"),
        (r#"[{"client": 1, "fields": {"image_of_us": "-3"}}]"#, "[0].fields.image_of_us"),
        (r#"[{"client": 1, "fields": {"attention_minutes": -1}}]"#, "[0].fields.attention_minutes"),
        (r#"[{"client": 1, "fields": {"recommends": 1}}]"#, "[0].fields.recommends"),
        (r#"[{"client": 1, "fields": {"highest_stage": "vip"}}]"#, "[0].fields.highest_stage"),
        (r#"[{"client": 1, "fields": {"pains": ["late"]}}]"#, "[0].fields.pains"),
        (r#"[{"client": 1, "fields": {"floor_area_m2": 5}}]"#, "[0].fields.floor_area_m2"),
        (
            r#"[{"client": 1, "kind": "shop", "fields": {"floor_area_m2": 0}}]"#,
            "[0].fields.floor_area_m2",
        ),
        (
            r#"[{"client": 1, "kind": "shop", "fields": {"brands_in_stock": [1]}}]"#,
            "[0].fields.brands_in_stock",
        ),
        (
            r#"[{"client": 1, "fields": {"dissatisfaction": [{"on": "2026-01-01"}]}}]"#,
            "[0].fields.dissatisfaction[0]",
        ),
        (r#"[{"client": 1, "updated": {"colour": "2026-01-01"}}]"#, "[0].updated.colour"),
        (r#"[{"client": 1, "updated": {"sex": "2026-01-01"}}]"#, "[0].updated.sex"),
        (
            r#"[{"client": 1, "persons": [{"name": "A"}, {"name": "B", "age": 4}]}]"#,
            "[0].persons[1].age",
        ),
        (
            r#"[{"client": 1, "persons": [{"name": "A", "birthday": "1980"}]}]"#,
            "[0].persons[0].birthday",
        ),
        (r#"[{"client": 1, "contacts": [{"kind": "fax", "value": "1"}]}]"#, "[0].contacts[0].kind"),
        (
            r#"[{"client": 1, "companions": [{"on": "2026-01-01", "companions": []}]}]"#,
            "[0].companions[0].companions",
        ),
        (
            r#"[{"client": 1, "companions": [{"on": "2026-01-01", "companions": ["alone", "child"]}]}]"#,
            "[0].companions[0].companions",
        ),
        (
            r#"[{"client": 1, "loyalty_components": [{"component": "speed", "rating": 6}]}]"#,
            "[0].loyalty_components[0].rating",
        ),
        (
            r#"[{"client": 1, "membership": [{"on": "2026-01-01", "action": "commit"}]}]"#,
            "[0].membership[0]",
        ),
    ] {
        assert_eq!(refused(text).0, path, "{text}");
    }
}

#[test]
fn what_says_nothing_is_not_kept() {
    let all = portraits(
        r#"[{"client": 1, "kind": "shop", "updated_on": "2026-01-02",
             "fields": {"phone": " \t", "profile": null, "email": "unknown", "address": " x ",
                        "brands_in_stock": ["", "Alba", " "], "recommends": "yes",
                        "potential": 12, "floor_area_m2": "120.5"},
             "updated": {"phone": "2026-01-01", "address": "2026-01-02",
                         "recommends": "2025-01-01"}},
            {"client": 2}]"#,
    );
    let one = all.get(&1.into()).expect("the client");
    let names: Vec<&str> = one.fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["address", "brands_in_stock", "floor_area_m2", "potential", "recommends"]);
    assert_eq!(one.fields["address"], FieldValue::Text(" x ".to_owned()));
    assert_eq!(one.fields["brands_in_stock"], FieldValue::List(vec!["Alba".to_owned()]));
    let updated = BTreeMap::from([("recommends".to_owned(), Some(day(2025, 1, 1)))]);
    assert_eq!(one.updated, updated);
    assert_eq!(
        all.to_json(),
        concat!(
            "[\n",
            r#"{"client":1,"kind":"shop","updated_on":"2026-01-02","fields":{"address":" x ","#,
            r#""brands_in_stock":["Alba"],"floor_area_m2":"120.50","potential":"12.00","#,
            r#""recommends":true},"updated":{"recommends":"2025-01-01"}}"#,
            ",\n",
            r#"{"client":2}"#,
            "\n]\n"
        )
    );
    assert_eq!(portraits(&all.to_json()), all);
    assert_eq!(portraits("[]").len(), 0);
    assert_eq!(portraits("[]").to_json(), "[\n]\n");
}

#[test]
fn frames_read_as_documents_do() {
    let options = PortraitOptions {
        currency: "EUR".parse::<Currency>().expect("a currency"),
        scale: Scale::new(1).expect("a scale"),
        ..PortraitOptions::default()
    };
    let frame = PortraitFrame {
        kind: Some(["shop", "", "tourist"].into_iter().collect()),
        updated_on: Some(vec![day(2026, 1, 2).days(), NO_INT32, day(2026, 1, 3).days()].into()),
        ..PortraitFrame::new(ClientColumn::Int(vec![9, 3, 5].into()))
            .with("phone", texts(&["1", " ", "unknown"]))
            .with("price_segment", texts(&["low", "", ""]))
            .with("floor_area_m2", FieldColumn::Number(vec![12_050, NO_INT64, NO_INT64].into()))
            .with("potential", FieldColumn::Number(vec![NO_INT64, 125, 7].into()))
            .with("satisfaction", FieldColumn::Number(vec![5, 1, NO_INT64].into()))
            .with("innovator", FieldColumn::Flag(vec![1, 0, NO_CODE].into()))
            .with("birth_date", FieldColumn::Day(vec![NO_INT32, NO_INT32, 0].into()))
            .with(
                "brands_in_stock",
                FieldColumn::List(vec![
                    Some(vec!["Alba".to_owned(), String::new(), "Bora".to_owned()]),
                    None,
                    Some(vec![" ".to_owned()]),
                ]),
            )
    };
    let mut builder = PortraitsBuilder::new(options.clone());
    builder.push_frame(frame).expect("a good frame");
    let by_frame = builder.finish().expect("no contradictions");
    let documents = r#"[
        {"client": 9, "kind": "shop", "updated_on": "2026-01-02", "fields": {"phone": "1",
         "price_segment": "low", "floor_area_m2": "120.5", "satisfaction": 5, "innovator": true,
         "brands_in_stock": ["Alba", "Bora"]}},
        {"client": 5, "kind": "tourist", "updated_on": "2026-01-03",
         "fields": {"potential": "0.7", "birth_date": "1970-01-01"}},
        {"client": 3, "fields": {"potential": "12.5", "satisfaction": 1, "innovator": false}}]"#;
    let by_document = Portraits::from_json(documents, &options).expect("good portraits");
    assert_eq!(by_frame, by_document);
    assert_eq!(by_frame.to_json(), by_document.to_json());
}

#[test]
fn bad_rows_are_refused_or_set_aside() {
    let frame = || PortraitFrame {
        first_row: 100,
        kind: Some(["shop", "shop", "", "pirate", "shop", "shop"].into_iter().collect()),
        ..PortraitFrame::new(ClientColumn::Text(
            ["a", "b", "c", "d", "", "f"].into_iter().collect::<TextColumn<'_>>(),
        ))
        .with("floor_area_m2", FieldColumn::Number(vec![100, 0, 100, NO_INT64, 100, 300].into()))
        .with("highest_stage", texts(&["", "", "", "", "", "lord"]))
    };
    let mut builder = PortraitsBuilder::new(PortraitOptions::default());
    let error = builder.push_frame(frame()).expect_err("row 101 is bad");
    assert_eq!(
        error.to_string(),
        "row 101, column `floor_area_m2`: the row has a number outside the field's limits, \
         found 0.00; write one from the field's `min` to its `max`"
            .replace("the row has ", "")
    );
    let options = PortraitOptions { on_bad: OnBad::SetAside, ..PortraitOptions::default() };
    let mut builder = PortraitsBuilder::new(options);
    builder.push_frame(frame()).expect("bad rows are set aside");
    let all = builder.finish().expect("one row");
    assert_eq!(all.len(), 1);
    let report = all.report();
    assert_eq!((report.rows, report.accepted), (6, 1));
    let causes: Vec<(u64, Cause)> =
        report.set_aside.iter().map(|row| (row.row, row.cause)).collect();
    assert_eq!(
        causes,
        [
            (101, Cause::OutsideLimits),
            (102, Cause::NotOfKind),
            (103, Cause::UnknownPortraitKind),
            (104, Cause::EmptyClient),
            (105, Cause::UnknownOption),
        ]
    );

    let one = || PortraitFrame::new(ClientColumn::Int(vec![1].into()));
    for (frame, column) in [
        (one().with("colour", texts(&["red"])), "colour"),
        (one().with("phone", texts(&["1", "2"])), "phone"),
        (one().with("phone", FieldColumn::Number(vec![1].into())), "phone"),
        (one().with("phone", texts(&["1"])).with("phone", texts(&["1"])), "phone"),
        (one().with("pains", FieldColumn::List(vec![None])), "pains"),
        (one().with("dissatisfaction", texts(&["no"])), "dissatisfaction"),
        (PortraitFrame { kind: Some(TextColumn::from_iter([])), ..one() }, "kind"),
        (PortraitFrame { updated_on: Some(vec![].into()), ..one() }, "updated_on"),
    ] {
        let mut builder = PortraitsBuilder::new(PortraitOptions::default());
        match builder.push_frame(frame) {
            Err(Error::BadColumn { column: named, .. }) => assert_eq!(named, column),
            other => panic!("{column}: {other:?}"),
        }
    }
}

/// Two values of one field of one client are an error that names both, whatever the order.
#[test]
fn contradictions_are_refused() {
    let left = portraits(
        r#"[{"client": 1, "kind": "shop", "fields": {"phone": "1"}},
            {"client": 2, "fields": {"phone": "5"}}]"#,
    );
    let right = portraits(
        r#"[{"client": 1, "fields": {"phone": "2", "email": "x"}},
            {"client": 2, "kind": "shop", "fields": {"phone": "6"}}]"#,
    );
    let error = left.merge(&right).expect_err("two phones");
    assert_eq!(error.to_string(), "portrait, client 1, fields.phone: two values, `1` and `2`");
    assert_eq!(right.merge(&left), Err(error));
    let kinds = portraits(r#"[{"client": 1, "kind": "tourist"}]"#);
    let error = left.merge(&kinds).expect_err("two kinds");
    assert_eq!(error.to_string(), "portrait, client 1, kind: two values, `shop` and `tourist`");
    let euros = PortraitOptions {
        currency: "EUR".parse().expect("a currency"),
        ..PortraitOptions::default()
    };
    let euros = Portraits::from_json("[]", &euros).expect("none");
    assert_eq!(left.merge(&euros).expect_err("currencies").code(), ErrorCode::Mismatch);
    let texts = portraits(r#"[{"client": "1"}]"#);
    assert_eq!(left.merge(&texts).expect_err("ids").code(), ErrorCode::Mismatch);
}

/// Each field keeps the day of who told it, wherever it is told again.
#[test]
fn dates_follow_their_values() {
    let old = portraits(
        r#"[{"client": 1, "updated_on": "2024-01-01", "fields": {"phone": "1", "email": "x"}}]"#,
    );
    let new = portraits(
        r#"[{"client": 1, "updated_on": "2026-01-01", "fields": {"phone": "1", "address": "y"}}]"#,
    );
    let none = portraits(r#"[{"client": 1, "fields": {"contact_name": "Anna"}}]"#);
    let all = old.merge(&new).and_then(|both| both.merge(&none)).expect("no contradictions");
    let portrait = all.get(&1.into()).expect("the client");
    assert_eq!(portrait.updated_on, Some(day(2026, 1, 1)));
    let updated = BTreeMap::from([
        ("email".to_owned(), Some(day(2024, 1, 1))),
        ("contact_name".to_owned(), None),
    ]);
    assert_eq!(portrait.updated, updated);
    let found = all.completeness_of(&1.into(), day(2026, 6, 30)).expect("the client");
    assert_eq!(found.stale, ["email"]);
    assert_eq!(found.undated, ["contact_name"]);
    let other = none.merge(&new).and_then(|both| both.merge(&old)).expect("no contradictions");
    assert_eq!(all, other);
    assert_eq!(portraits(&all.to_json()), all);
}

/// R13, S2.37.
#[test]
fn questionnaires_never_guess() {
    let form = r#"{"country": "France", "language": "fr", "fields": [
        {"name": "Nom", "origin": "record", "translation": "letter", "field": "surname"},
        {"name": "Passeport", "origin": "record", "field": "passport_number"},
        {"name": "Né le", "origin": "record", "field": "birth_date"},
        {"name": "Profession", "origin": "additional", "translation": "dictionary"},
        {"name": "Employeur", "origin": "additional", "translation": "letter"},
        {"name": "Ville", "origin": "additional", "translation": "dictionary"},
        {"name": "Remarque", "origin": "additional"},
        {"name": "_Visa", "origin": "additional", "options": ["court séjour", "transit"]},
        {"name": "_But", "origin": "additional", "options": ["tourisme"]},
        {"name": "Email", "origin": "additional"}]}"#;
    let form = Questionnaire::from_json(form).expect("a questionnaire");
    assert_eq!(Questionnaire::from_json(&form.to_json()), Ok(form.clone()));
    form.check_fields(&Catalogue::built_in()).expect("known fields");
    let tourist = r#"{"client": 1, "kind": "tourist", "fields": {"surname": "ЖУКОВ-Щукин",
        "given_name": "Илья", "passport_number": "75 123", "birth_date": "1990-07-08"}}"#;
    let tourist = Portrait::from_json(tourist, &PortraitOptions::default()).expect("a portrait");
    let more = Additional::from_json(
        r#"{"Profession": " Врач ", "Employeur": "Київська клініка", "Ville": "Тверь",
            "Remarque": "без перевода", "_Visa": "transit", "_But": "travail", "Email": "  "}"#,
    )
    .expect("answers");
    let words = Dictionary::from_json(
        r#"{"врач ": {"en": "physician", "fr": "médecin"}, "тверь": {"en": "Tver", "fr": " "}}"#,
    )
    .expect("words");
    let filled = form.fill(&tourist, &more, &words);
    assert_eq!(filled.heading, "ЖУКОВ-Щукин И.");
    let entries: Vec<(Option<&str>, FormStatus, Option<&str>)> = filled
        .entries
        .iter()
        .map(|entry| (entry.value.as_deref(), entry.status, entry.original.as_deref()))
        .collect();
    assert_eq!(
        entries,
        [
            (Some("ZHUKOV-Shchukin"), FormStatus::Filled, Some("ЖУКОВ-Щукин")),
            (Some("75 123"), FormStatus::Filled, None),
            (Some("1990-07-08"), FormStatus::Filled, None),
            (Some("médecin"), FormStatus::Filled, Some(" Врач ")),
            (None, FormStatus::NeedsTranslation, Some("Київська клініка")),
            (None, FormStatus::NeedsTranslation, Some("Тверь")),
            (Some("без перевода"), FormStatus::Filled, None),
            (Some("transit"), FormStatus::Filled, None),
            (None, FormStatus::NotAnOption, Some("travail")),
            (None, FormStatus::Empty, None),
        ]
    );
    let russian = Questionnaire { language: clientela::FormLanguage::Ru, ..form };
    let kept: Form = russian.fill(&tourist, &more, &words);
    assert_eq!(kept.entries[0].value.as_deref(), Some("ЖУКОВ-Щукин"));
    assert_eq!(kept.entries[3].value.as_deref(), Some(" Врач "));

    for (text, path) in [
        (r#"{"country": "X", "language": "de", "fields": []}"#, "language"),
        (r#"{"country": "X", "language": "en", "fields": [], "colour": 1}"#, "colour"),
        (
            r#"{"country": "X", "language": "en", "fields": [{"name": "_A", "origin": "record"}]}"#,
            "fields[0].options",
        ),
        (
            r#"{"country": "X", "language": "en", "fields": [
             {"name": "A", "origin": "record", "options": ["b"]}]}"#,
            "fields[0].options",
        ),
        (
            r#"{"country": "X", "language": "en", "fields": [
             {"name": "A", "origin": "record"}, {"name": "A", "origin": "record"}]}"#,
            "fields[1].name",
        ),
    ] {
        match Questionnaire::from_json(text) {
            Err(Error::BadDocument { document: "questionnaire", path: found, .. }) => {
                assert_eq!(found, path);
            }
            other => panic!("{text} gave {other:?}"),
        }
    }
}

#[test]
fn answers_are_copied_where_there_are_none() {
    let mut own = Additional::from_json(r#"{"a": "1", "b": " ", "c": null}"#).expect("answers");
    let other =
        Additional::from_json(r#"{"a": "2", "b": "3", "c": "4", "d": ""}"#).expect("answers");
    assert_eq!(own.copy_from(&other), ["b", "c"]);
    assert_eq!(own.copy_from(&other), Vec::<String>::new());
    assert_eq!(own.0["a"], "1");
    assert_eq!(own.0.len(), 3);
}

#[test]
fn forms_are_filled_in_json() {
    let request = r#"{"questionnaire": {"country": "X", "language": "en", "fields": [
            {"name": "Name", "origin": "record", "translation": "letter", "field": "surname"}]},
        "portrait": {"client": 1, "kind": "tourist", "fields": {"surname": "Юрьев"}},
        "additional": {}, "dictionary": null}"#;
    let form: serde_json::Value =
        serde_json::from_str(&fill_questionnaire(request).expect("a form")).expect("JSON");
    assert_eq!(form["heading"], "Юрьев");
    assert_eq!(form["entries"][0]["value"], "Iurev");
    assert_eq!(form["entries"][0]["status"], "filled");
    for (from, to, path) in [
        ("\"surname\"}]", "\"surnam\"}]", "questionnaire.fields[0].field"),
        ("\"tourist\"", "\"pirate\"", "portrait.kind"),
        ("{}", "{\"a\": 1}", "additional.a"),
        ("\"dictionary\": null", "\"dictionary\": {\"б\": {\"de\": \"b\"}}", "dictionary.б.de"),
        ("\"dictionary\"", "\"dictionaries\"", "dictionaries"),
    ] {
        match fill_questionnaire(&request.replace(from, to)) {
            Err(Error::BadDocument { path: found, .. }) => assert_eq!(found, path),
            other => panic!("{to} gave {other:?}"),
        }
    }
}

#[test]
fn catalogues_are_checked() {
    let own = |field: &str| format!(r#"{{"kinds": [{{"name": "clinic"}}], "fields": [{field}]}}"#);
    for (text, path) in [
        (own(r#"{"name": "Beds", "type": "integer"}"#), "fields[0].name"),
        (own(r#"{"name": "beds"}"#), "fields[0]"),
        (own(r#"{"name": "beds", "type": "number"}"#), "fields[0].type"),
        (own(r#"{"name": "beds", "type": "integer", "colour": 1}"#), "fields[0].colour"),
        (own(r#"{"name": "phone", "type": "integer"}"#), "fields[0].type"),
        (own(r#"{"name": "pains", "type": "list"}"#), "fields[0].records"),
        (own(r#"{"name": "beds", "type": "integer", "kinds": ["ward"]}"#), "fields[0].kinds"),
        (own(r#"{"name": "beds", "type": "integer", "options": ["1"]}"#), "fields[0].options"),
        (own(r#"{"name": "beds", "type": "choice"}"#), "fields[0].options"),
        (
            own(r#"{"name": "beds", "type": "choice", "options": ["a", " "]}"#),
            "fields[0].options[1]",
        ),
        (own(r#"{"name": "beds", "type": "integer", "min": "5", "max": 4}"#), "fields[0].min"),
        (own(r#"{"name": "beds", "type": "text", "max": "5"}"#), "fields[0].max"),
        (own(r#"{"name": "beds", "type": "rating", "min": 1}"#), "fields[0].max"),
        (own(r#"{"name": "beds", "type": "decimal", "places": 10}"#), "fields[0].places"),
        (
            own(r#"{"name": "beds", "type": "integer", "required": true, "weight": 0}"#),
            "fields[0].weight",
        ),
        (own(r#"{"name": "competitor_sales", "type": "money"}"#), "fields[0].min"),
        (own(r#"{"name": "highest_stage", "type": "choice", "open": true}"#), "fields[0].options"),
        (own(r#"{"name": "a", "type": "text"}, {"name": "a", "type": "text"}"#), "fields[1].name"),
        (r#"{"kinds": [{"name": "clinic"}, {"name": "clinic"}]}"#.to_owned(), "kinds[1].name"),
        (r#"{"colour": 1}"#.to_owned(), "colour"),
    ] {
        match Catalogue::from_json(&text) {
            Err(Error::BadDocument { document: "catalogue", path: found, .. }) => {
                assert_eq!(found, path, "{text}");
            }
            other => panic!("{text} gave {other:?}"),
        }
    }
    // A built-in field may be said otherwise of, in its place.
    let text = own(r#"{"name": "phone", "type": "text", "required": true, "weight": 5}"#);
    let catalogue = Catalogue::from_json(&text).expect("a catalogue");
    let phone = catalogue.field("phone").expect("the field");
    assert!(phone.required && !phone.basic && phone.weight == 5);
    let place = |all: &Catalogue| all.fields().iter().position(|field| field.name == "phone");
    assert_eq!(place(&catalogue), place(&Catalogue::built_in()));
    assert_eq!(Catalogue::from_json(&catalogue.to_json()), Ok(catalogue.clone()));
    assert_ne!(catalogue, Catalogue::built_in());

    let options = PortraitOptions::from_json(&format!(r#"{{"scale": 3, "catalogue": {text}}}"#));
    assert_eq!(options.expect("options").catalogue, catalogue);
    let code = |text| PortraitOptions::from_json(text).expect_err("bad").code();
    assert_eq!(code(r#"{"scale": 30}"#), ErrorCode::BadArgument);
    assert_eq!(code(r#"{"colour": 30}"#), ErrorCode::BadArgument);
    assert_eq!(code(r#"{"catalogue": {"colour": 1}}"#), ErrorCode::BadDocument);
}

/// A portrait of few clients and fields, so that parts often tell of the same.
fn portrait() -> impl Strategy<Value = Portrait> {
    let some_day = || prop::option::of((0_i32..4).prop_map(|days| day(2026, 1, 1 + days as u32)));
    let text = || prop::sample::select(vec!["", " ", "unknown", "x"]);
    let texts = prop::collection::vec(text(), 0..3);
    let events = prop::collection::vec((1_u32..4, 0_usize..3), 0..4);
    (0_i64..5, any::<bool>(), some_day(), some_day(), text(), texts, any::<[bool; 4]>(), events)
        .prop_map(|(client, shop, updated_on, phone_on, phone, brands, has, events)| {
            let mut portrait = Portrait::new(client);
            portrait.updated_on = updated_on;
            // What is told of a client is always the same, so that nothing contradicts.
            if shop {
                portrait.kind = Some("shop".to_owned());
                let area = rust_decimal::Decimal::new(100 + client, 1);
                portrait.fields.insert("floor_area_m2".to_owned(), FieldValue::Decimal(area));
                if has[3] && brands.contains(&"x") {
                    let brands = FieldValue::List(vec![format!("brand {client}"), " ".to_owned()]);
                    portrait.fields.insert("brands_in_stock".to_owned(), brands);
                }
            }
            portrait.fields.insert("phone".to_owned(), FieldValue::Text(phone.to_owned()));
            if has[0] {
                let flag = FieldValue::YesNo(client % 2 == 0);
                portrait.fields.insert("recommends".to_owned(), flag);
                portrait.updated.insert("recommends".to_owned(), phone_on);
            }
            if has[1] {
                portrait.updated.insert("phone".to_owned(), phone_on);
            }
            if has[2] {
                let note = |on| format!(r#"{{"on": "2026-01-0{on}", "text": "late"}}"#);
                let notes: Vec<_> = events
                    .iter()
                    .map(|(on, _)| serde_json::from_str(&note(*on)).expect("a note"))
                    .collect();
                portrait.fields.insert("dissatisfaction".to_owned(), FieldValue::Notes(notes));
                portrait.records.persons = events
                    .iter()
                    .map(|(on, _)| clientela::Person {
                        name: format!("person {on}"),
                        ..clientela::Person::default()
                    })
                    .collect();
            }
            let mut membership = Membership::default();
            let mut sorted = events;
            sorted.sort_by_key(|(on, _)| *on);
            for (on, action) in sorted {
                let on = day(2026, 1, on);
                // A step that cannot be made is not.
                let _ = match action {
                    0 => membership.mark(on, None),
                    1 => membership.commit(on, None),
                    _ => membership.remove(on, None, None),
                };
            }
            portrait.records.membership = membership.history().to_vec();
            portrait
        })
}

fn built(parts: &[Portrait]) -> Portraits {
    let mut builder = PortraitsBuilder::new(PortraitOptions::default());
    for part in parts {
        builder.push(part.clone()).expect("a good portrait");
    }
    builder.finish().expect("nothing contradicts")
}

proptest! {
    /// The order of pushes and of merges, and the split into parts, make no difference.
    #[test]
    fn order_never_matters(
        parts in prop::collection::vec(portrait(), 0..7),
        order in any::<prop::sample::Index>(),
        seeds in prop::collection::vec(any::<u32>(), 7),
    ) {
        let all = built(&parts);
        let mut shuffled: Vec<(u32, &Portrait)> = seeds.iter().copied().zip(&parts).collect();
        shuffled.sort_by_key(|(seed, _)| *seed);
        let shuffled: Vec<Portrait> = shuffled.into_iter().map(|(_, part)| part.clone()).collect();
        prop_assert_eq!(&built(&shuffled), &all);

        let cut = order.index(parts.len() + 1);
        let (left, right) = shuffled.split_at(cut);
        let (left, right) = (built(left), built(right));
        let merged = left.merge(&right).expect("nothing contradicts");
        prop_assert_eq!(&merged, &all);
        prop_assert_eq!(&right.merge(&left).expect("nothing contradicts"), &all);
        prop_assert_eq!(&all.merge(&all).expect("nothing contradicts"), &all);
        prop_assert_eq!(merged.to_json(), all.to_json());

        // One after another, each merged into what there is.
        let empty = built(&[]);
        let folded = shuffled.iter().fold(empty, |base, part| {
            base.merge(&built(std::slice::from_ref(part))).expect("nothing contradicts")
        });
        prop_assert_eq!(&folded, &all);
        let read = Portraits::from_json(&all.to_json(), all.options());
        prop_assert_eq!(read.as_ref(), Ok(&all));
    }

    /// What is unknown fills nothing, and more is never less complete.
    #[test]
    fn unknown_never_fills(parts in prop::collection::vec(portrait(), 1..5)) {
        let as_of = day(2026, 1, 2);
        let all = built(&parts);
        for part in &parts {
            let found = all.completeness_of(&part.client, as_of).expect("the client");
            let phone = part.fields.get("phone");
            if phone == Some(&FieldValue::Text("x".to_owned())) {
                prop_assert!(!found.missing.contains(&"phone".to_owned()));
            }
            let alone = built(std::slice::from_ref(part));
            let one = alone.completeness_of(&part.client, as_of).expect("the client");
            prop_assert!(one.filled <= found.filled);
            let says = |name: &str| {
                parts.iter().filter(|other| other.client == part.client).any(|other| {
                    other.fields.get(name).is_some_and(|value| value.is_filled(as_of))
                })
            };
            for name in ["phone", "recommends", "brands_in_stock", "dissatisfaction"] {
                let shop = all.get(&part.client).expect("the client").kind.is_some();
                if name != "brands_in_stock" || shop {
                    prop_assert_eq!(!found.missing.contains(&name.to_owned()), says(name), "{}", name);
                }
            }
        }
        let table = all.completeness(as_of);
        for row in 0..table.rows() {
            let Some(Value::Int(client)) = table.value(row, "client") else { panic!("an id") };
            let one = all.completeness_of(&ClientId::Int(client), as_of).expect("the client");
            let shown = table.value(row, "missing");
            prop_assert_eq!(shown, Some(Value::Text(one.missing.join(", "))));
            let shown = table.value(row, "sufficient");
            prop_assert_eq!(shown, Some(Value::Flag(one.sufficient)));
        }
    }
}

#[test]
fn events_outside_their_order_are_put_in_order() {
    let event = |text: &str| -> MembershipEvent { serde_json::from_str(text).expect("an event") };
    let mut portrait = Portrait::new(1);
    portrait.records.membership = vec![
        event(r#"{"on": "2026-01-02", "action": "commit"}"#),
        event(r#"{"on": "2026-01-01", "action": "mark", "by": "Ira"}"#),
    ];
    let kept = built(&[portrait]).get(&1.into()).expect("the client").records.membership;
    assert_eq!(kept[0].by.as_deref(), Some("Ira"));
}
