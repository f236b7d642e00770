//! The JSON Schema of what a document reads by hand: conditions, values, days and windows.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::condition::{Condition, Unknown};
use super::operand::Operand;
use super::when::{DateValue, Length, Offset, Period, Window};
use super::words::{Metric, Op};

/// An object with these members and no other, the first `required` of which must be there.
fn object(members: &[(&str, Value)], required: usize) -> Value {
    let names: Vec<&str> = members[..required].iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({
        "type": "object", "properties": properties, "required": names,
        "additionalProperties": false,
    })
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": u32::MAX})
}

impl JsonSchema for DateValue {
    fn schema_name() -> Cow<'static, str> {
        "DateValue".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let unit = generator.subschema_for::<Period>().to_value();
        let offset = generator.subschema_for::<Offset>().to_value();
        json_schema!({
            "description": "A day, stated or relative to the day of the snapshot.",
            "anyOf": [
                {"type": "string", "format": "date"},
                {"const": "as_of"},
                object(&[("ago", count()), ("unit", unit.clone())], 2),
                object(&[("ahead", count()), ("unit", unit.clone())], 2),
                object(&[("start_of", unit.clone()), ("offset", offset.clone())], 1),
                object(&[("end_of", unit), ("offset", offset)], 1),
            ],
        })
    }
}

impl JsonSchema for Window {
    fn schema_name() -> Cow<'static, str> {
        "Window".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let unit = generator.subschema_for::<Period>().to_value();
        let day = generator.subschema_for::<DateValue>().to_value();
        let mut between = object(&[("from", day.clone()), ("to", day)], 0);
        between["minProperties"] = json!(1);
        json_schema!({
            "description": "A stretch of days, stated or relative to the day of the snapshot.",
            "anyOf": [
                object(&[("last", count()), ("unit", unit.clone())], 2),
                object(&[("next", count()), ("unit", unit.clone())], 2),
                object(&[("current", unit.clone())], 1),
                object(&[("previous", unit)], 1),
                between,
                object(&[("ever", json!({"const": true}))], 1),
            ],
        })
    }
}

impl JsonSchema for Operand {
    fn schema_name() -> Cow<'static, str> {
        "Operand".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What a leaf compares with; numbers that are not whole are texts.",
            "anyOf": [
                {"type": "string"},
                {"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX},
                {"type": "boolean"},
                generator.subschema_for::<DateValue>(),
                generator.subschema_for::<Window>(),
                generator.subschema_for::<Length>(),
                {"type": "array", "items": generator.subschema_for::<Self>()},
            ],
        })
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let own = generator.subschema_for::<Self>().to_value();
        let list = json!({"type": "array", "items": own, "minItems": 1});
        let text = json!({"type": "string"});
        let window = ("window", generator.subschema_for::<Window>().to_value());
        let filter = ("where", own.clone());
        let op = ("op", generator.subschema_for::<Op>().to_value());
        let value = ("value", generator.subschema_for::<Operand>().to_value());
        let unknown = ("unknown", generator.subschema_for::<Unknown>().to_value());
        let currency = ("currency", json!({"type": "string", "pattern": "^[A-Z]{3}$"}));
        let ignore_case = ("ignore_case", json!({"type": "boolean"}));
        let options = [value, unknown.clone(), currency, ignore_case];
        let leaf = |kind: (&'static str, Value), more: &[(&'static str, Value)]| {
            let mut members = vec![kind, op.clone()];
            members.extend_from_slice(&options);
            members.extend_from_slice(more);
            object(&members, 2)
        };
        let metric = generator.subschema_for::<Metric>().to_value();
        json_schema!({
            "description": "When a rule holds.",
            "anyOf": [
                object(&[("all", list.clone())], 1),
                object(&[("any", list)], 1),
                object(&[("not", own)], 1),
                object(&[("include", text.clone())], 1),
                leaf(("attribute", text.clone()), &[]),
                leaf(("metric", metric), &[window.clone(), filter.clone()]),
                leaf(("count", text.clone()), &[window.clone(), filter.clone()]),
                object(&[("exists", text.clone()), window, filter, unknown], 1),
                leaf(("field", text), &[]),
            ],
        })
    }
}
