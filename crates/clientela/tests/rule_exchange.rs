//! Conditions from and to the filters of `EspoCRM` and Twenty, and the built-in axes as rules.

use std::collections::BTreeMap;

use clientela::rule::exchange::{
    Names, expanded, from_espo, from_twenty, settled, to_espo, to_twenty,
};
use clientela::rule::{Condition, Rules};
use clientela::{
    Base, ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, PortraitOptions, Portraits,
    Sales, Snapshot, Value, formula,
};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value as Json, json};

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

fn condition(json: &Json) -> Condition {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn espo(filter: &Json) -> Result<Condition, String> {
    from_espo(filter, &Names::default(), None).map_err(|error| error.to_string())
}

fn twenty(filter: &Json) -> Result<Condition, String> {
    from_twenty(filter, &Names::default()).map_err(|error| error.to_string())
}

fn leaf(op: &str, value: &Json) -> Json {
    if value.is_null() {
        json!({"attribute": "the_field", "op": op})
    } else {
        json!({"attribute": "the_field", "op": op, "value": value})
    }
}

/// Every type of `Item/Type.php` with a value, and what it is here; nothing is an error.
fn espo_types() -> Vec<(&'static str, Json, Option<Json>)> {
    let none = Json::Null;
    let is = |op: &str, value: Json| Some(leaf(op, &value));
    let text = |op: &str| {
        let mut leaf = leaf(op, &json!("ab"));
        leaf["ignore_case"] = true.into();
        Some(leaf)
    };
    let whole = |unit: &str| json!({"from": {"start_of": unit}, "to": {"end_of": unit}});
    let next = json!({"n": 1, "unit": "month"});
    vec![
        ("expression", json!("a:1"), None),
        ("in", json!(["a", 2]), is("in", json!(["a", 2]))),
        ("notIn", json!(["a"]), is("not_in", json!(["a"]))),
        ("equals", json!("a"), is("equals", json!("a"))),
        ("notEquals", json!(7), is("not_equals", json!(7))),
        ("on", json!("2026-01-31"), is("on", json!("2026-01-31"))),
        ("notOn", json!("2026-01-31"), is("not_on", json!("2026-01-31"))),
        ("like", json!("ab"), text("like")),
        ("notLike", json!("ab"), text("not_like")),
        ("startsWith", json!("ab"), text("starts_with")),
        ("endsWith", json!("ab"), text("ends_with")),
        ("contains", json!("ab"), text("contains")),
        ("notContains", json!("ab"), text("not_contains")),
        ("greaterThan", json!(1.5), is("greater_than", json!("1.5"))),
        ("lessThan", json!(1), is("less_than", json!(1))),
        ("greaterThanOrEquals", json!(1), is("greater_than_or_equals", json!(1))),
        ("lessThanOrEquals", json!(1), is("less_than_or_equals", json!(1))),
        ("after", json!("2026-01-31"), is("after", json!("2026-01-31"))),
        ("before", json!("2026-01-31"), is("before", json!("2026-01-31"))),
        ("between", json!([1, 2]), is("between", json!([1, 2]))),
        ("ever", none.clone(), is("is_not_null", none.clone())),
        ("any", none.clone(), None),
        ("none", none.clone(), None),
        ("isNull", none.clone(), is("is_null", none.clone())),
        ("isNotNull", none.clone(), is("is_not_null", none.clone())),
        ("isTrue", none.clone(), is("is_true", none.clone())),
        ("isFalse", none.clone(), is("is_false", none.clone())),
        ("today", none.clone(), is("on", json!("as_of"))),
        ("past", none.clone(), is("before", json!("as_of"))),
        ("future", none.clone(), is("after", json!("as_of"))),
        ("lastSevenDays", none.clone(), is("in_window", json!({"last": 8, "unit": "day"}))),
        ("lastXDays", json!(5), is("in_window", json!({"last": 6, "unit": "day"}))),
        ("nextXDays", json!(5), is("in_window", json!({"next": 5, "unit": "day"}))),
        ("olderThanXDays", json!(5), is("older_than", json!({"n": 5, "unit": "day"}))),
        ("afterXDays", json!(5), is("after", json!({"ahead": 5, "unit": "day"}))),
        ("currentMonth", none.clone(), is("in_window", whole("month"))),
        ("currentQuarter", none.clone(), is("in_window", whole("quarter"))),
        ("currentYear", none.clone(), is("in_window", whole("year"))),
        ("lastMonth", none.clone(), is("in_window", json!({"previous": "month"}))),
        ("lastQuarter", none.clone(), is("in_window", json!({"previous": "quarter"}))),
        ("lastYear", none.clone(), is("in_window", json!({"previous": "year"}))),
        (
            "nextMonth",
            none.clone(),
            is(
                "in_window",
                json!({"from": {"start_of": "month", "offset": next},
                       "to": {"end_of": "month", "offset": next}}),
            ),
        ),
        ("currentFiscalYear", none.clone(), None),
        ("lastFiscalYear", none.clone(), None),
        ("currentFiscalQuarter", none.clone(), None),
        ("lastFiscalQuarter", none.clone(), None),
        ("arrayAnyOf", json!(["a"]), is("array_any_of", json!(["a"]))),
        (
            "arrayNoneOf",
            json!(["a"]),
            Some(json!({"attribute": "the_field", "op": "array_none_of", "value": ["a"],
                        "unknown": "yes"})),
        ),
        ("arrayAllOf", json!(["a"]), is("array_all_of", json!(["a"]))),
        ("arrayIsEmpty", none.clone(), is("array_is_empty", none.clone())),
        ("arrayIsNotEmpty", none.clone(), is("array_is_not_empty", none.clone())),
        ("linkedWith", json!(["id"]), None),
        ("notLinkedWith", json!(["id"]), None),
        ("linkedWithAll", json!(["id"]), None),
        ("isLinked", none.clone(), None),
        ("isNotLinked", none.clone(), None),
        ("columnEquals", json!("a"), None),
        ("inCategory", json!("a"), None),
    ]
}

#[test]
fn every_type_of_espo_comes_in_or_is_told_by_its_path() {
    for (kind, value, wanted) in espo_types() {
        let mut item = json!({"type": kind, "attribute": "theField"});
        if !value.is_null() {
            item["value"] = value;
        }
        // Deep in a filter, so that the path tells where.
        let filter = json!([{"type": "isTrue", "attribute": "a"}, {"type": "or", "value": [item]}]);
        match (espo(&filter), wanted) {
            (Ok(found), Some(wanted)) => {
                let wanted =
                    json!({"all": [{"attribute": "a", "op": "is_true"}, {"any": [wanted]}]});
                assert_eq!(found, condition(&wanted), "{kind}");
                // And out again as it came in, but for three that have another name too.
                let back = to_espo(&found, &Names::default(), None).unwrap();
                if !["ever", "lastSevenDays"].contains(&kind) {
                    assert_eq!(back, filter, "{kind}");
                }
            }
            (Err(told), None) => {
                assert!(told.starts_with("EspoCRM where, [1].value[0]."), "{kind}: {told}");
            }
            (found, _) => panic!("{kind}: {found:?}"),
        }
    }
}

#[test]
fn bad_items_are_told_by_their_path() {
    for (filter, path) in [
        (json!([]), "."),
        (json!("x"), "."),
        (json!([1]), "[0]"),
        (json!([{"attribute": "a"}]), "[0].type"),
        (json!([{"type": "equals", "value": 1}]), "[0].attribute"),
        (json!([{"type": "equals", "attribute": "a"}]), "[0].value"),
        (json!([{"type": "equals", "attribute": "a", "value": null}]), "[0].value"),
        (json!([{"type": "equals", "attribute": "a", "value": ""}]), "[0].value"),
        (json!([{"type": "equals", "attribute": "a", "value": [1]}]), "[0].value"),
        (json!([{"type": "equals", "attribute": "a_b", "value": 1}]), "[0].attribute"),
        (json!([{"type": "equals", "attribute": "a", "value": 1, "x": 1}]), "[0].x"),
        (json!([{"type": "in", "attribute": "a", "value": []}]), "[0].value"),
        (json!([{"type": "in", "attribute": "a", "value": [1, null]}]), "[0].value[1]"),
        (json!([{"type": "between", "attribute": "a", "value": [1]}]), "[0].value"),
        (json!([{"type": "on", "attribute": "a", "value": "2026-02-30"}]), "[0].value"),
        (json!([{"type": "lastXDays", "attribute": "a", "value": -1}]), "[0].value"),
        (json!([{"type": "and", "value": []}]), "[0].value"),
        (json!([{"type": "not", "value": {"type": "isTrue", "attribute": "a"}}]), "[0].value"),
        (json!([{"type": "past", "attribute": "a", "dateTime": true}]), "[0].type"),
        (json!([{"type": "today", "attribute": "a", "timeZone": "Europe/Riga"}]), "[0].timeZone"),
    ] {
        let told = espo(&filter).unwrap_err();
        assert!(told.starts_with(&format!("EspoCRM where, {path}:")), "{filter}: {told}");
    }
    let deep = (0..200).fold(
        json!({"type": "isTrue", "attribute": "a"}),
        |inner, _| json!({"type": "and", "value": [inner]}),
    );
    assert!(espo(&deep).unwrap_err().contains("too deep"));
}

#[test]
fn their_not_takes_in_what_is_empty() {
    let filter =
        json!([{"type": "not", "value": [{"type": "equals", "attribute": "a", "value": 1}]}]);
    let wanted = json!({"not": {"attribute": "a", "op": "equals", "value": 1, "unknown": "no"}});
    assert_eq!(espo(&filter).unwrap(), condition(&wanted));
    assert_eq!(to_espo(&condition(&wanted), &Names::default(), None).unwrap(), filter);
    // Ours does not.
    let ours = json!({"not": {"attribute": "a", "op": "equals", "value": 1}});
    let wanted = json!([{"type": "notEquals", "attribute": "a", "value": 1}]);
    assert_eq!(to_espo(&condition(&ours), &Names::default(), None).unwrap(), wanted);
    let ours = json!({"not": {"attribute": "a", "op": "older_than",
                              "value": {"n": 3, "unit": "day"}}});
    let wanted = json!([{"type": "and", "value": [
        {"type": "isNotNull", "attribute": "a"},
        {"type": "not", "value": [{"type": "olderThanXDays", "attribute": "a", "value": 3}]},
    ]}]);
    assert_eq!(to_espo(&condition(&ours), &Names::default(), None).unwrap(), wanted);
}

#[test]
fn names_and_instants_go_both_ways() {
    let names = Names::of(&json!({
        "closedAt": {"attribute": "last_purchase", "date_time": true},
        "lastYear": {"metric": "amount", "window": {"last": 12, "unit": "month"}},
        "cases": {"exists": "complaints"},
        "industry": "portrait.industry",
    }))
    .unwrap();
    let zone = Some("Europe/Riga");
    let filter = json!([
        {"type": "lastXDays", "attribute": "closedAt", "value": 6, "dateTime": true,
         "timeZone": "Europe/Riga"},
        {"type": "greaterThan", "attribute": "lastYear", "value": 1000.5},
        {"type": "isNotLinked", "attribute": "cases"},
        {"type": "in", "attribute": "industry", "value": ["hotel", "cafe"]},
    ]);
    let wanted = json!({"all": [
        {"attribute": "last_purchase", "op": "in_window", "value": {"last": 7, "unit": "day"}},
        {"metric": "amount", "window": {"last": 12, "unit": "month"}, "op": "greater_than",
         "value": "1000.5"},
        {"not": {"exists": "complaints", "unknown": "no"}},
        {"attribute": "portrait.industry", "op": "in", "value": ["hotel", "cafe"]},
    ]});
    let found = from_espo(&filter, &names, zone).unwrap();
    assert_eq!(found, condition(&wanted));
    assert_eq!(to_espo(&found, &names, zone).unwrap(), filter);
    let told = from_espo(&filter, &names, Some("UTC")).unwrap_err().to_string();
    assert!(told.starts_with("EspoCRM where, [0].timeZone"), "{told}");
}

/// Every operator of Twenty's fields with a value, and what it is here.
fn twenty_operators() -> Vec<(&'static str, Json, Option<Json>)> {
    let is = |op: &str, value: Json| Some(leaf(op, &value));
    let any_case = |op: &str| {
        let mut leaf = leaf(op, &json!("ab"));
        leaf["ignore_case"] = true.into();
        Some(leaf)
    };
    vec![
        ("eq", json!("a"), is("equals", json!("a"))),
        ("eq", json!(true), is("is_true", Json::Null)),
        ("eq", json!(false), is("is_false", Json::Null)),
        ("neq", json!(1), is("not_equals", json!(1))),
        ("in", json!(["a"]), is("in", json!(["a"]))),
        ("gt", json!(0.1), is("greater_than", json!("0.1"))),
        ("gte", json!(1), is("greater_than_or_equals", json!(1))),
        ("lt", json!("2026-01-31"), is("less_than", json!("2026-01-31"))),
        ("lte", json!(1), is("less_than_or_equals", json!(1))),
        ("is", json!("NULL"), is("is_null", Json::Null)),
        ("is", json!("NOT_NULL"), is("is_not_null", Json::Null)),
        ("is", json!("x"), None),
        ("like", json!("%ab%"), is("contains", json!("ab"))),
        ("like", json!("a%b"), is("like", json!("a%b"))),
        ("ilike", json!("%ab%"), any_case("contains")),
        ("ilike", json!("ab"), any_case("like")),
        ("startsWith", json!("ab"), is("starts_with", json!("ab"))),
        ("isEmptyArray", json!(true), is("array_is_empty", Json::Null)),
        ("isEmptyArray", json!(false), None),
        ("containsAny", json!(["a"]), is("array_any_of", json!(["a"]))),
        ("contains", json!(["a"]), is("array_all_of", json!(["a"]))),
        ("notContains", json!(["a"]), is("array_none_of", json!(["a"]))),
        ("containsIlike", json!("%a%"), None),
        ("regex", json!("a"), None),
        ("iregex", json!("a"), None),
        ("search", json!("a"), None),
        ("other", json!("a"), None),
    ]
}

#[test]
fn every_operator_of_twenty_comes_in_or_is_told_by_its_path() {
    for (operator, value, wanted) in twenty_operators() {
        let filter = json!({"or": [{"a": {"eq": true}}, {"not": {"theField": {operator: value}}}]});
        match (twenty(&filter), wanted) {
            (Ok(found), Some(wanted)) => {
                let wanted = json!({"any": [{"attribute": "a", "op": "is_true"}, {"not": wanted}]});
                assert_eq!(found, condition(&wanted), "{operator}");
                assert_eq!(to_twenty(&found, &Names::default()).unwrap(), filter, "{operator}");
            }
            (Err(told), None) => {
                let path = format!("Twenty filter, or[1].not.theField.{operator}");
                assert!(told.starts_with(&path), "{operator}: {told}");
            }
            (found, _) => panic!("{operator}: {found:?}"),
        }
    }
    let ends = twenty(&json!({"a": {"endsWith": "z"}})).unwrap();
    assert_eq!(to_twenty(&ends, &Names::default()).unwrap(), json!({"a": {"like": "%z"}}));
}

#[test]
fn amounts_of_twenty_are_in_micros_with_a_currency() {
    let filter = json!({"revenue": {"amountMicros": {"gte": 12_340_000},
                                    "currencyCode": {"eq": "EUR"}}});
    let wanted = json!({"attribute": "revenue", "op": "greater_than_or_equals", "value": "12.34",
                        "currency": "EUR"});
    assert_eq!(twenty(&filter).unwrap(), condition(&wanted));
    assert_eq!(to_twenty(&condition(&wanted), &Names::default()).unwrap(), filter);
    for (filter, path) in [
        (json!({"a": {"amountMicros": {"gte": 1.5}}}), "a.amountMicros.gte"),
        (json!({"a": {"currencyCode": {"eq": "EUR"}}}), "a.amountMicros"),
        (
            json!({"a": {"amountMicros": {"gt": 1}, "currencyCode": {"eq": "euro"}}}),
            "a.currencyCode",
        ),
        (json!({"a": {"gt": 1, "lt": 3}}), "a.lt"),
        (json!({"a": {"firstName": {"eq": "x"}}}), "a.firstName"),
        (json!({"a": {}}), "a"),
        (json!({}), "."),
        (json!({"and": []}), "and"),
        (json!({"and": {"a": {"eq": 1}}}), "and"),
    ] {
        let told = twenty(&filter).unwrap_err();
        assert!(told.starts_with(&format!("Twenty filter, {path}:")), "{filter}: {told}");
    }
}

#[test]
fn what_cannot_be_said_names_the_leaf() {
    let out = |json: &Json| {
        let condition = condition(json);
        let espo = to_espo(&condition, &Names::default(), None);
        let twenty = to_twenty(&condition, &Names::default());
        [espo, twenty].map(|result| result.err().map(|error| error.to_string()))
    };
    let within = |leaf: Json| json!({"all": [{"not": {"any": [leaf]}}]});
    let window = json!({"last": 6, "unit": "month"});
    for (leaf, espo, twenty) in [
        (json!({"metric": "amount", "op": "greater_than", "value": 1}), "", ""),
        (json!({"include": "x"}), ".include", ".include"),
        (json!({"exists": "sales"}), "", ""),
        (json!({"attribute": "a", "op": "in_window", "value": window}), ".value", ".value"),
        (json!({"attribute": "a", "op": "on", "value": "as_of"}), "!", ".value"),
        (json!({"attribute": "a", "op": "contains", "value": "x"}), ".op", "!"),
        (
            json!({"attribute": "a", "op": "greater_than", "value": 1, "currency": "EUR"}),
            ".currency",
            "!",
        ),
        (
            json!({"attribute": "a", "op": "anniversary_within", "value": {"n": 7, "unit": "day"}}),
            ".op",
            ".op",
        ),
    ] {
        let told = out(&within(leaf.clone()));
        for (told, at) in told.iter().zip([espo, twenty]) {
            match told {
                None => assert_eq!(at, "!", "{leaf}"),
                Some(told) => {
                    let path = format!(", all[0].not.any[0]{at}:");
                    assert!(told.contains(&path), "{leaf}: {told}");
                }
            }
        }
    }
}

#[test]
fn days_are_fixed_as_of_a_day() {
    let as_of: Day = "2026-03-31".parse().unwrap();
    let settled = |op: &str, value: Json| {
        let leaf = leaf(op, &value);
        serde_json::to_value(settled(&condition(&leaf), as_of)).unwrap()
    };
    // A month before 31 March there is no day; 28 February plus a month is 28 March.
    let older = settled("older_than", json!({"n": 1, "unit": "month"}));
    assert_eq!(older, leaf("before", &json!("2026-03-01")));
    let last = settled("in_window", json!({"last": 7, "unit": "day"}));
    assert_eq!(last, leaf("between", &json!(["2026-03-25", "2026-03-31"])));
    let next = settled("within_next", json!({"n": 7, "unit": "day"}));
    assert_eq!(next, leaf("between", &json!(["2026-03-31", "2026-04-07"])));
    let before = settled("before", json!({"start_of": "quarter"}));
    assert_eq!(before, leaf("before", &json!("2026-01-01")));
    assert_eq!(settled("on", json!("as_of")), leaf("on", &json!("2026-03-31")));
    assert_eq!(settled("equals", json!("as_of")), leaf("equals", &json!("as_of")));
}

#[test]
fn formulas_answer_in_json() {
    let policy = Policy::default();
    let arguments = json!({"filter": {"name": {"eq": "Alba"}}, "names": {"name": "portrait.name"}});
    let answer = formula("rule_from_twenty", &arguments.to_string(), &policy).unwrap();
    assert_eq!(answer, r#"{"attribute":"portrait.name","op":"equals","value":"Alba"}"#);
    let rules = json!({"version": 1, "rules": [
        {"id": "vip", "when": {"attribute": "tier", "op": "equals", "value": "vip"}},
        {"id": "late", "when": {"all": [{"include": "vip"},
            {"attribute": "due_on", "op": "before", "value": "as_of"}]}},
    ]});
    let arguments = json!({"rule": rules, "id": "late", "as_of": "2026-05-01"});
    let answer = formula("rule_to_espo", &arguments.to_string(), &policy).unwrap();
    let wanted = json!([
        {"type": "equals", "attribute": "tier", "value": "vip"},
        {"type": "before", "attribute": "dueOn", "value": "2026-05-01"},
    ]);
    assert_eq!(serde_json::from_str::<Json>(&answer).unwrap(), wanted);
    let told = |arguments: &Json| {
        formula("rule_to_twenty", &arguments.to_string(), &policy).unwrap_err().to_string()
    };
    assert!(told(&json!({"rule": rules, "id": "late"})).contains("all[1].value"));
    assert!(told(&json!({"rule": rules})).contains("which rule"));
    assert!(told(&json!({"rule": rules, "id": "none"})).contains("no rule `none`"));
    assert!(told(&json!({"rule": {"not": {}}})).starts_with("rules, "));

    let rules = Rules::from_json(
        r#"{"version": 1, "rules": [{"id": "a", "when": {"any": [{"include": "b"}]}},
            {"id": "b", "when": {"not": {"include": "a"}}}]}"#,
    )
    .unwrap();
    let told = expanded(&rules, "a", &policy).unwrap_err().to_string();
    assert!(told.contains("rules[1].when.not.include") && told.contains("a -> b -> a"), "{told}");
}

/// Filters of `EspoCRM` in the one form that comes out.
fn espo_filters() -> impl Strategy<Value = Json> {
    let types: Vec<(String, Json)> = espo_types()
        .into_iter()
        .filter(|(kind, _, ours)| ours.is_some() && !["ever", "lastSevenDays"].contains(kind))
        .map(|(kind, value, _)| (kind.to_owned(), value))
        .collect();
    let item = (prop::sample::select(types), prop::sample::select(vec!["a", "theField", "b2"]))
        .prop_map(|((kind, value), attribute)| {
            let mut item = json!({"type": kind, "attribute": attribute});
            if !value.is_null() {
                item["value"] = value;
            }
            item
        });
    let items = item.prop_recursive(4, 24, 4, |inner| {
        (prop::sample::select(vec!["and", "or", "not"]), prop::collection::vec(inner, 1..4))
            .prop_map(|(kind, value)| json!({"type": kind, "value": value}))
    });
    prop::collection::vec(items, 1..4).prop_map(Json::Array)
}

fn twenty_filters() -> impl Strategy<Value = Json> {
    let operators: Vec<(String, Json)> = twenty_operators()
        .into_iter()
        .filter(|(_, _, ours)| ours.is_some())
        .map(|(operator, value, _)| (operator.to_owned(), value))
        .collect();
    let leaf = (prop::sample::select(operators), prop::sample::select(vec!["a", "theField"]))
        .prop_map(|((operator, value), field)| json!({field: {operator: value}}));
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| json!({"not": inner})),
            (prop::sample::select(vec!["and", "or"]), prop::collection::vec(inner, 1..4))
                .prop_map(|(key, parts)| json!({key: parts})),
        ]
    })
}

/// Conditions over two whole numbers, with all that unknown can count as.
fn conditions() -> impl Strategy<Value = Json> {
    let ops = vec![
        ("equals", json!(1)),
        ("not_equals", json!(1)),
        ("in", json!([0, 2])),
        ("not_in", json!([0, 2])),
        ("greater_than", json!(0)),
        ("less_than_or_equals", json!(1)),
        ("between", json!([1, 2])),
        ("is_null", Json::Null),
        ("is_not_null", Json::Null),
    ];
    let unknown = prop::sample::select(vec![Json::Null, json!("yes"), json!("no")]);
    let leaf = (prop::sample::select(ops), prop::sample::select(vec!["a", "b"]), unknown).prop_map(
        |((op, value), attribute, unknown)| {
            let mut leaf = json!({"attribute": attribute, "op": op});
            if !value.is_null() {
                leaf["value"] = value;
            }
            if !unknown.is_null() {
                leaf["unknown"] = unknown;
            }
            leaf
        },
    );
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| json!({"not": inner})),
            (prop::sample::select(vec!["all", "any"]), prop::collection::vec(inner, 1..4))
                .prop_map(|(key, parts)| json!({key: parts})),
        ]
    })
}

type Record = BTreeMap<&'static str, Option<i64>>;

fn and(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    (!parts.contains(&None)).then_some(true)
}

fn or(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    and(parts.map(|part| part.map(|held| !held))).map(|none| !none)
}

fn numbers(value: &Json) -> Vec<i64> {
    match value {
        Json::Array(values) => values.iter().filter_map(Json::as_i64).collect(),
        value => value.as_i64().into_iter().collect(),
    }
}

/// A comparison as databases make it: null of what is not known.
fn compared(op: &str, seen: Option<i64>, value: &Json) -> Option<bool> {
    let of = numbers(value);
    match op {
        "is_null" | "isNull" => return Some(seen.is_none()),
        "is_not_null" | "isNotNull" => return Some(seen.is_some()),
        "is" => return Some(seen.is_none() == (value == "NULL")),
        _ => {}
    }
    let seen = seen?;
    Some(match op {
        "equals" | "eq" | "in" => of.contains(&seen),
        "not_equals" | "notEquals" | "neq" | "not_in" | "notIn" => !of.contains(&seen),
        "greater_than" | "greaterThan" | "gt" => seen > of[0],
        "gte" | "greaterThanOrEquals" => seen >= of[0],
        "less_than_or_equals" | "lessThanOrEquals" | "lte" => seen <= of[0],
        "lt" | "lessThan" => seen < of[0],
        "between" => (of[0]..=of[1]).contains(&seen),
        other => panic!("{other}"),
    })
}

fn ours(condition: &Json, record: &Record) -> Option<bool> {
    if let Some(parts) = condition["all"].as_array() {
        return and(parts.iter().map(|part| ours(part, record)));
    }
    if let Some(parts) = condition["any"].as_array() {
        return or(parts.iter().map(|part| ours(part, record)));
    }
    if condition["not"].is_object() {
        return ours(&condition["not"], record).map(|held| !held);
    }
    let seen = record[condition["attribute"].as_str().unwrap()];
    let held = compared(condition["op"].as_str().unwrap(), seen, &condition["value"]);
    held.or(condition["unknown"].as_str().map(|unknown| unknown == "yes"))
}

/// What `EspoCRM` makes of an item: its `not` is a list of ids that are not among others.
fn in_espo(item: &Json, record: &Record) -> Option<bool> {
    let parts = || item["value"].as_array().unwrap().iter().map(|part| in_espo(part, record));
    match item["type"].as_str().unwrap() {
        "and" => and(parts()),
        "or" => or(parts()),
        "not" => Some(and(parts()) != Some(true)),
        kind => compared(kind, record[item["attribute"].as_str().unwrap()], &item["value"]),
    }
}

fn in_twenty(filter: &Json, record: &Record) -> Option<bool> {
    let (key, value) = filter.as_object().unwrap().iter().next().unwrap();
    match key.as_str() {
        "and" => and(value.as_array().unwrap().iter().map(|part| in_twenty(part, record))),
        "or" => or(value.as_array().unwrap().iter().map(|part| in_twenty(part, record))),
        "not" => in_twenty(value, record).map(|held| !held),
        field => {
            let (op, value) = value.as_object().unwrap().iter().next().unwrap();
            compared(op, record[field], value)
        }
    }
}

fn records() -> Vec<Record> {
    let values = [None, Some(0), Some(1), Some(2)];
    let of = |a| values.iter().map(move |&b| BTreeMap::from([("a", a), ("b", b)]));
    values.iter().flat_map(|&a| of(a)).collect()
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn filters_of_espo_come_out_as_they_came_in(filter in espo_filters()) {
        let condition = espo(&filter).unwrap();
        // The document keeps it as well.
        let json = serde_json::to_string(&condition).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Condition>(&json).unwrap(), &condition);
        prop_assert_eq!(to_espo(&condition, &Names::default(), None).unwrap(), filter);
    }

    #[test]
    fn filters_of_twenty_come_out_as_they_came_in(filter in twenty_filters()) {
        let condition = twenty(&filter).unwrap();
        prop_assert_eq!(to_twenty(&condition, &Names::default()).unwrap(), filter);
    }

    /// The members are the same there, what is unknown included, whatever the nesting of NOT.
    #[test]
    fn conditions_have_the_same_members_there(json in conditions()) {
        let condition = condition(&json);
        let espo = to_espo(&condition, &Names::default(), None).unwrap();
        let twenty = to_twenty(&condition, &Names::default()).unwrap();
        for record in records() {
            let wanted = ours(&json, &record) == Some(true);
            let items = espo.as_array().unwrap();
            let there = and(items.iter().map(|item| in_espo(item, &record)));
            prop_assert_eq!(there == Some(true), wanted, "{:?} {}", record, espo);
            let there = in_twenty(&twenty, &record);
            prop_assert_eq!(there == Some(true), wanted, "{:?} {}", record, twenty);
            // And what comes back means the same once more.
            let back = from_espo(&espo, &Names::default(), None).unwrap();
            let back = serde_json::to_value(&back).unwrap();
            prop_assert_eq!(ours(&back, &record) == Some(true), wanted, "{}", back);
        }
    }
}

/// A base of a few clients: purchases by client and day, and portraits.
fn snapshot(lines: &[(i64, i32, i64)], flags: &[(i64, u8)], policy: &Policy) -> Snapshot {
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let clients: Vec<i64> = lines.iter().map(|line| line.0).collect();
    let days: Vec<i32> = lines.iter().map(|line| 20_000 + line.1).collect();
    let amounts: Vec<i64> = lines.iter().map(|line| line.2).collect();
    builder.push(Sales::new(ClientColumn::Int(clients.into()), days, amounts)).unwrap();
    let base = Base::new(&builder.finish().unwrap());
    let told: BTreeMap<i64, u8> = flags.iter().copied().collect();
    let portraits: Vec<Json> = told.iter().map(|(client, bits)| portrait(*client, *bits)).collect();
    let portraits =
        Portraits::from_json(&Json::Array(portraits).to_string(), &PortraitOptions::default());
    let base = if flags.is_empty() { base } else { base.portraits(&portraits.unwrap()) };
    base.snapshot(Day::new(20_420).unwrap(), policy).unwrap()
}

/// Fields that are yes, no or not told, by two bits each.
fn portrait(client: i64, bits: u8) -> Json {
    let mut fields = serde_json::Map::new();
    for (place, name) in
        ["famous", "reference_allowed", "innovator", "recommends"].iter().enumerate()
    {
        match bits >> (2 * place) & 3 {
            0 => fields.insert((*name).to_owned(), true.into()),
            1 => fields.insert((*name).to_owned(), false.into()),
            _ => None,
        };
    }
    fields.insert("demanding".to_owned(), bits.is_multiple_of(3).into());
    let on = if bits.is_multiple_of(5) { "2025-01-01" } else { "2030-01-01" };
    let recommended = bits.is_multiple_of(2);
    json!({"client": client, "fields": fields,
           "recommendations": [{"on": on, "to": "Ada", "relation": "friend", "recommended": recommended}]})
}

fn policies() -> impl Strategy<Value = Policy> {
    let texts = vec![
        "{}",
        r#"{"activity": {"lost_after": {"months": 6}}}"#,
        r#"{"activity": {"due_after": {"days": 40}, "lost_after": {"months": 3}},
            "tier": {"method": "period_total"}}"#,
        r#"{"rfm": {"groups": 3, "best": "low"}}"#,
        r#"{"activity": {"industry": "jewellery"}, "rfm": {"groups": 4}}"#,
    ];
    prop::sample::select(texts).prop_map(|text| Policy::from_json(text).unwrap())
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn built_in_rules_have_the_members_of_their_columns(
        lines in prop::collection::vec((0_i64..8, 0_i32..420, 1_i64..5000), 1..50),
        flags in prop::collection::vec((0_i64..8, any::<u8>()), 0..8),
        policy in policies(),
    ) {
        let snapshot = snapshot(&lines, &flags, &policy);
        let rules = policy.rules().unwrap();
        let problems = snapshot.check_rules(&rules);
        prop_assert!(problems.iter().all(|p| format!("{:?}", p.severity) != "Error"), "{problems:?}");
        let found = snapshot.segments(&rules).unwrap().table();
        let clients = snapshot.clients();
        for row in 0..clients.rows() {
            let is = |column: &str, value: &str| {
                clients.value(row, column).unwrap() == Value::Text(value.to_owned())
            };
            let yes = |column: &str| clients.value(row, column).unwrap() == Value::Flag(true);
            for rule in rules.rules() {
                let wanted = match rule.id.as_str() {
                    "key_fame" => yes("key_by_fame"),
                    "key_innovation" => yes("key_by_innovation"),
                    "key_demand" => yes("key_by_demand"),
                    "key_client" => yes("key"),
                    "recommends_us" => yes("recommends"),
                    id => match id.split_once('_').unwrap() {
                        ("rfm", _) => is("rfm_segment", &rule.title),
                        (column, value) => is(column, value),
                    },
                };
                let member = found.value(row, &rule.id).unwrap() == Value::Flag(true);
                prop_assert_eq!(member, wanted, "{} of row {}", rule.id, row);
            }
        }
    }
}

#[test]
fn axes_without_rules_are_columns_or_told_apart() {
    let policy = Policy::default();
    let stated = policy.rules().unwrap();
    assert!(stated.rules().len() >= 20, "{}", stated.rules().len());
    assert!(policy.unstated_axes().iter().all(|one| !one.cause.is_empty()));
    // The document reads as any other does.
    assert_eq!(Rules::from_json(&stated.to_json()).unwrap(), stated);
}
