//! Merge plans: nothing is overwritten that is not confirmed, nothing is lost, all is taken back.

use clientela::intake::{FieldState, MergeApply, MergePlan, MergeRevert, RemoveOverlap};
use clientela::{Error, Formula, Policy, formula};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

type Document = Map<String, Value>;

fn document(value: Value) -> Document {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn plan(stored: &Document, incoming: &Document) -> clientela::intake::MergePlanAnswer {
    let kinds = std::collections::BTreeMap::new();
    let plan = MergePlan { stored: stored.clone(), incoming: incoming.clone(), kinds };
    plan.answer(&Policy::default()).unwrap()
}

fn whole<T: serde::Serialize>(value: &T) -> Document {
    document(serde_json::to_value(value).unwrap())
}

/// A portrait whose client comes in again with a new phone and an e-mail.
fn example() -> (Document, Document) {
    let stored = json!({"client": 7, "fields": {"surname": "Щеглова-Орлова", "phone": "+7 495 1234567",
        "birth_date": "1990-02-01", "family_hobbies": ["chess"]}});
    let incoming = json!({"client": 9, "fields": {"surname": "ЩЕГЛОВА - Орлова", "phone": "8 (495) 765-43-21",
        "email": "j@mail.ru", "birth_date": "", "family_hobbies": ["sailing", "chess"]}});
    (document(stored), document(incoming))
}

#[test]
fn each_field_has_its_state() {
    let (stored, incoming) = example();
    let plan = plan(&stored, &incoming);
    assert!(!plan.empty);
    let states: Vec<(&str, FieldState)> =
        plan.fields.iter().map(|one| (one.field.as_str(), one.state)).collect();
    assert_eq!(
        states,
        [
            ("fields.birth_date", FieldState::Kept),
            ("fields.email", FieldState::Fill),
            ("fields.family_hobbies", FieldState::Unite),
            ("fields.phone", FieldState::Conflict),
            ("fields.surname", FieldState::Same),
        ]
    );
    let phone = &plan.fields[3];
    assert_eq!(phone.stored, "+7 495 1234567");
    assert_eq!(phone.stored_compared.as_deref(), Some("4951234567"));
    assert_eq!(phone.incoming_compared.as_deref(), Some("4957654321"));
    assert_eq!(plan.fields[2].merged, json!(["chess", "sailing"]));
}

#[test]
fn a_name_in_another_script_is_asked_for() {
    let (stored, incoming) = (json!({"surname": "Щеглова"}), json!({"surname": "Shcheglova"}));
    let plan = plan(&document(stored), &document(incoming));
    assert_eq!(plan.fields[0].state, FieldState::Conflict);
}

#[test]
fn bank_cards_that_come_in_are_masked() {
    let incoming = json!({"notes": ["paid by 4111111111111111"]});
    let plan = plan(&Document::new(), &document(incoming));
    assert_eq!(plan.fields[0].state, FieldState::Fill);
    assert!(!serde_json::to_string(&plan).unwrap().contains("411111111111"));
}

#[test]
fn without_a_difference_there_is_no_question() {
    let (stored, incoming) = (
        json!({"id": 1, "surname": "Семёнов", "email": "A@b.ru", "house": 5, "note": "x"}),
        json!({"id": 2, "surname": " семенов ", "email": "a@b.ru ", "house": "5", "note": null}),
    );
    let plan = plan(&document(stored), &document(incoming));
    assert!(plan.empty);
}

#[test]
fn only_what_is_confirmed_changes_and_all_of_it_goes_back() {
    let (stored, incoming) = example();
    let plan = whole(&plan(&stored, &incoming));
    let apply = |confirmed: &[&str], fills: bool| {
        let confirmed = confirmed.iter().map(|&name| name.to_owned()).collect();
        let apply = MergeApply { stored: stored.clone(), plan: plan.clone(), confirmed, fills };
        apply.answer(&Policy::default())
    };
    let declined = apply(&[], false).unwrap();
    assert_eq!(declined.document, stored);
    assert_eq!(declined.left, ["fields.email", "fields.family_hobbies", "fields.phone"]);

    let filled = apply(&[], true).unwrap();
    assert_eq!(filled.left, ["fields.phone"]);
    assert_eq!(filled.document["fields"]["phone"], "+7 495 1234567");
    assert_eq!(filled.document["fields"]["email"], "j@mail.ru");
    assert_eq!(filled.document["client"], 7);

    let all = apply(&["fields.phone"], true).unwrap();
    assert_eq!(all.document["fields"]["phone"], "8 (495) 765-43-21");
    let revert = MergeRevert { document: all.document.clone(), undo: whole(&all.undo) };
    assert_eq!(revert.answer(&Policy::default()).unwrap().document, stored);

    // What changed in between in another field stays; in the same one it is an error.
    let mut later = all.document.clone();
    later["fields"]["surname"] = json!("Орлова");
    let revert = MergeRevert { document: later.clone(), undo: whole(&all.undo) };
    let back = revert.answer(&Policy::default()).unwrap().document;
    assert_eq!(back["fields"]["surname"], "Орлова");
    assert_eq!(back["fields"]["phone"], "+7 495 1234567");
    later["fields"]["phone"] = json!("112");
    let revert = MergeRevert { document: later, undo: whole(&all.undo) };
    let error = revert.answer(&Policy::default()).unwrap_err();
    assert!(matches!(error, Error::BadDocument { path, .. } if path == "fields.phone"));

    let error = apply(&["fields.surname"], false).unwrap_err();
    assert!(error.to_string().contains("does not change `fields.surname`"), "{error}");
    let error = apply(&["fields.nothing"], false).unwrap_err();
    assert!(error.to_string().contains("no field of the plan"), "{error}");
}

#[test]
fn a_plan_that_is_out_of_date_is_refused() {
    let (mut stored, incoming) = example();
    let plan = whole(&plan(&stored, &incoming));
    stored["fields"]["phone"] = json!("112");
    let apply =
        MergeApply { stored, plan, confirmed: vec!["fields.phone".to_owned()], fills: false };
    let error = apply.answer(&Policy::default()).unwrap_err();
    assert!(matches!(error, Error::BadDocument { path, .. } if path == "fields.phone"));
}

#[test]
fn formulas_are_found_by_name() {
    let policy = Policy::default();
    let plan =
        formula("merge_plan", r#"{"stored": {"a": 1}, "incoming": {"a": 2}}"#, &policy).unwrap();
    let arguments = format!(r#"{{"stored": {{"a": 1}}, "plan": {plan}, "confirmed": ["a"]}}"#);
    let applied = formula("merge_apply", &arguments, &policy).unwrap();
    let applied: Value = serde_json::from_str(&applied).unwrap();
    assert_eq!(applied["document"], json!({"a": 2}));
    let arguments = json!({"document": applied["document"], "undo": applied["undo"]});
    let reverted = formula("merge_revert", &arguments.to_string(), &policy).unwrap();
    assert_eq!(reverted, r#"{"document":{"a":1}}"#);
}

/// Documents of a few names, so that they often meet.
fn documents() -> impl Strategy<Value = Document> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        "[ aAё]{0,2}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    });
    prop::collection::btree_map("[abcd]", value, 0..5)
        .prop_map(|members| members.into_iter().collect())
}

/// Every single value of a document that says something, lists entry by entry.
fn leaves(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::String(text) if text.trim().is_empty() => {}
        Value::Object(members) => members.values().for_each(|member| leaves(member, all)),
        Value::Array(list) => all.extend(list.iter().map(Value::to_string)),
        other => all.push(other.to_string()),
    }
}

proptest! {
    #[test]
    fn what_is_applied_goes_back(stored in documents(), incoming in documents(), pick in any::<u32>()) {
        let plan = plan(&stored, &incoming);
        let changing = plan.fields.iter().filter(|one| one.state.changes());
        let confirmed: Vec<String> = changing
            .enumerate()
            .filter(|(i, _)| pick >> (i % 32) & 1 == 1)
            .map(|(_, one)| one.field.clone())
            .collect();
        let apply = MergeApply {
            stored: stored.clone(),
            plan: whole(&plan),
            confirmed: confirmed.clone(),
            fills: false,
        };
        let applied = apply.answer(&Policy::default()).unwrap();
        prop_assert_eq!(&applied.changed, &confirmed);
        let revert = MergeRevert { document: applied.document, undo: whole(&applied.undo) };
        prop_assert_eq!(revert.answer(&Policy::default()).unwrap().document, stored);
    }

    /// Filling and uniting keeps every value of the stored document, and the next plan asks for
    /// conflicts only.
    #[test]
    fn nothing_is_lost_by_filling(stored in documents(), incoming in documents()) {
        let first = plan(&stored, &incoming);
        let apply = MergeApply {
            stored: stored.clone(),
            plan: whole(&first),
            confirmed: Vec::new(),
            fills: true,
        };
        let applied = apply.answer(&Policy::default()).unwrap();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        leaves(&Value::Object(stored), &mut before);
        leaves(&Value::Object(applied.document.clone()), &mut after);
        for value in before {
            let at = after.iter().position(|other| *other == value);
            prop_assert!(at.is_some(), "{} is lost", value);
            after.swap_remove(at.unwrap());
        }
        let next = plan(&applied.document, &incoming);
        let asked = next.fields.iter().filter(|one| one.state.changes());
        prop_assert!(asked.clone().all(|one| one.state == FieldState::Conflict), "{next:?}");
    }

    /// Each payment counts as often as in the source that has it most often, and every line is
    /// either kept or removed.
    #[test]
    fn overlap_counts_each_payment_once(
        sources in prop::collection::vec(prop::collection::vec((0..3_i64, 1..3_u32, 0..2_i64), 0..8), 0..4)
    ) {
        let given = json!({"sources": sources.iter().enumerate().map(|(i, lines)| json!({
            "name": format!("s{i}"),
            "lines": lines.iter().map(|(payer, day, amount)| json!({
                "payer": payer, "on": format!("2026-01-0{day}"), "amount": amount,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>()});
        let overlap: RemoveOverlap = serde_json::from_value(given).unwrap();
        let answer = overlap.answer(&Policy::default()).unwrap();
        let mut kept = Vec::new();
        for (lines, one) in sources.iter().zip(&answer.sources) {
            prop_assert_eq!(one.kept.len() + one.removed, lines.len());
            kept.extend(one.kept.iter().map(|&at| lines[at]));
        }
        prop_assert_eq!(
            answer.removed.len(),
            answer.sources.iter().map(|one| one.removed).sum::<usize>()
        );
        for key in sources.iter().flatten() {
            let most = sources.iter().map(|lines| lines.iter().filter(|l| *l == key).count()).max();
            prop_assert_eq!(Some(kept.iter().filter(|l| *l == key).count()), most);
        }
    }
}

#[test]
fn the_better_source_keeps_its_line() {
    let given = r#"{"sources": [
        {"name": "crm", "lines": [{"payer": "a", "on": "2026-01-31", "amount": "100"},
                                  {"payer": "a", "on": "2026-01-31", "amount": "100.00"}]},
        {"name": "bank", "lines": [{"payer": "a", "on": "2026-01-31", "amount": "100.0", "reference": "9"},
                                   {"payer": "a", "on": "2026-01-31", "amount": "100.0", "reference": "8"},
                                   {"payer": "a", "on": "2026-01-31", "amount": "100.0", "reference": "7"},
                                   {"payer": "a", "on": "2026-02-01", "amount": "100.0"}]}]}"#;
    let overlap: RemoveOverlap = serde_json::from_str(given).unwrap();
    let answer = overlap.answer(&Policy::default()).unwrap();
    assert_eq!(answer.sources[0].kept, [0, 1]);
    assert_eq!(answer.sources[1].kept, [0, 3]);
    assert_eq!(answer.sources[1].removed_amount.to_string(), "200.0");
    let gone: Vec<(usize, &str)> =
        answer.removed.iter().map(|one| (one.line, one.kept_in.as_str())).collect();
    assert_eq!(gone, [(1, "crm"), (2, "crm")]);
}
