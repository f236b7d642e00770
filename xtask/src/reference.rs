//! The list of formulas and views with their arguments and columns, as the core tells them.

use std::fmt::Write;

use clientela::{
    Argument, ArgumentKind, ClientColumn, Day, LedgerBuilder, LedgerOptions, Policy, Sales,
    Snapshot, formulas, views,
};

const HEAD: &str = "\
# Formulas and views

A formula works on plain values: named arguments in, an answer out. A view asks the whole base and
answers with a table. Both are called by name, with arguments in JSON, in Rust (`formula`,
`Snapshot::view_named`), Python (`clientela.formula`, `Snapshot.view`) and C (`clientela_formula`,
`clientela_snapshot_view`); in Rust and Python each has a type or a method of its own, too.

Arguments in *italics* must be given. Decimals are text such as `\"19.99\"`, or whole numbers; days
are `YYYY-MM-DD`. Sources such as R14 and S3.9 number requirements and statements; \"convention\"
is ours. This file is made by `cargo xtask schema`.
";

pub(super) fn reference() -> super::Outcome<String> {
    let mut text = HEAD.to_owned();
    text.push_str("\n## Formulas\n");
    for formula in formulas() {
        write!(text, "\n### {}\n\n{} ({})\n\n", formula.name, formula.about, formula.source)?;
        arguments(&mut text, &formula.arguments())?;
    }
    text.push_str("\n## Views\n");
    let base = base()?;
    for view in views() {
        write!(text, "\n### {}\n\nA row: {} ({})\n\n", view.name, view.about, view.source)?;
        arguments(&mut text, &view.arguments())?;
        let table = base.view_named(view.name, "")?;
        text.push_str("\n| column | says | source |\n|---|---|---|\n");
        for column in table.columns() {
            writeln!(text, "| {} | {} | {} |", column.name, column.about, column.source)?;
        }
    }
    Ok(text)
}

fn arguments(text: &mut String, all: &[Argument]) -> super::Outcome<()> {
    let words: Vec<String> = all.iter().map(argument).collect();
    let words = if words.is_empty() { "none".to_owned() } else { words.join("; ") };
    writeln!(text, "Arguments: {words}.")?;
    Ok(())
}

fn argument(one: &Argument) -> String {
    let name = if one.required { format!("*{}*", one.name) } else { one.name.to_owned() };
    let kind = match one.kind {
        ArgumentKind::Flag => "yes or no",
        ArgumentKind::Count => "count",
        ArgumentKind::Integer => "whole number",
        ArgumentKind::Number => "number",
        ArgumentKind::Decimal => "decimal",
        ArgumentKind::Day => "day",
        ArgumentKind::Text => "text",
        ArgumentKind::Client => "id of a client",
        ArgumentKind::Document => "document",
        ArgumentKind::Choice => return format!("{name} ({})", one.options.join(", ")),
        ArgumentKind::Record => {
            let members: Vec<String> = one.members.iter().map(argument).collect();
            let objects = if one.list { "list of objects" } else { "object" };
            return format!("{name} ({objects} of {})", members.join(", "));
        }
    };
    let list = if one.list { "list: " } else { "" };
    format!("{name} ({list}{kind})")
}

/// A base that every view can answer for, so that it tells its columns.
fn base() -> super::Outcome<Snapshot> {
    let day = |text: &str| text.parse::<Day>();
    let mut builder = LedgerBuilder::new(LedgerOptions::default());
    let days = vec![day("2025-01-10")?.days(), day("2025-03-02")?.days()];
    let clients = ClientColumn::Int(vec![1, 1].into());
    let sales = Sales::new(clients, days, vec![1000, 1200]);
    builder.push(Sales { profit: Some(vec![300, 300].into()), ..sales })?;
    let policy = Policy::from_json(r#"{"activity": {"lost_after": {"months": 6}}}"#)?;
    Ok(builder.finish()?.snapshot(day("2025-04-01")?, &policy)?)
}
