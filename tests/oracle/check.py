"""Derives every conformance vector again with the oracle and compares.

    python tests/oracle/check.py

Hand-derived expectations and the oracle thus check each other; the generated files must be
what `make_vectors.py` writes; every value of every policy field must occur somewhere, and every
operator and figure of rules in a vector by hand.
"""

import json
import re
import sys

import formulas
import lifetime
import make_vectors
import oracle
import questionnaire
import rules

KEYS = {
    "name", "about", "source", "border", "generated", "options", "sales", "payments", "orders",
    "portraits", "portrait_frame", "catalogue", "journal", "parents", "lifetime", "spend", "as_of",
    "policy", "expect",
}
FORM_KEYS = {
    "name", "about", "source", "questionnaire", "portrait", "additional", "dictionary", "expect",
}
FORMULA_KEYS = {"name", "about", "source", "generated", "formula", "args", "policy", "expect"}
# Views that no second program derives: their vectors are by hand alone.
BY_HAND = ("findings", "finding_clients", "actions", "levers", "winning", "curve")
# Formulas of values that come in and of other programs' filters, likewise: the derivation is in
# `about`.
FORMULAS_BY_HAND = (
    "to_latin", "to_cyrillic", "split_surname_sex", "split_surname_given_name", "clean_name",
    "read_phone", "read_email", "read_date", "read_amount", "read_country", "read_currency",
    "read_passport", "passport_check_digit", "read_card", "rule_from_espo", "rule_from_twenty",
    "rule_to_twenty",
)
VIEW_KEYS = {"view", "args", "where", "columns", "rows", "error"}
TABLES = ("clients", "months", "ladder", "keys", "matches", "completeness", "gaps")


def close(wanted, found):
    """Whether two cells are equal; reals to 12 digits. No sentence is foretold."""
    if isinstance(found, formulas.Sentence):
        return sentence(wanted) or wanted is formulas.SOME_TEXT
    real = (int, float)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, real) and isinstance(found, real):
        if isinstance(wanted, int) and isinstance(found, int):
            return wanted == found
        return abs(wanted - found) <= 1e-12 * max(1, abs(wanted), abs(found))
    return type(wanted) is type(found) and wanted == found


def sentence(cell):
    """Whether a cell tells only what a text must contain."""
    return isinstance(cell, dict) and list(cell) == ["contains"]


def compare_table(where, wanted, found):
    positions = {}
    for name in wanted["columns"]:
        if name not in found["columns"]:
            yield f"{where}: no column {name}"
            return
        positions[name] = found["columns"].index(name)
    if len(wanted["rows"]) != len(found["rows"]):
        yield f"{where}: {len(wanted['rows'])} rows expected, {len(found['rows'])} found"
        return
    for number, (row, other) in enumerate(zip(wanted["rows"], found["rows"])):
        if len(row) != len(wanted["columns"]):
            yield f"{where}, row {number}: {len(row)} cells"
            continue
        for name, cell in zip(wanted["columns"], row):
            value = other[positions[name]]
            if not close(cell, value):
                yield f"{where}, row {number} ({row[0]}), {name}: {cell!r} expected, {value!r} found"


def compare(where, wanted, found):
    """A subset comparison; lists of named entries by name."""
    if isinstance(wanted, dict) and not sentence(wanted):
        if not isinstance(found, dict):
            yield f"{where}: an object expected, {found!r} found"
            return
        for key, value in wanted.items():
            if key not in found:
                yield f"{where}.{key}: absent"
            else:
                yield from compare(f"{where}.{key}", value, found[key])
    elif isinstance(wanted, list) and wanted and isinstance(wanted[0], dict) and "name" in wanted[0]:
        named = {entry["name"]: entry for entry in found}
        for entry in wanted:
            if entry["name"] in named:
                yield from compare(f"{where}[{entry['name']}]", entry, named[entry["name"]])
            elif entry.get("clients") != 0:
                yield f"{where}[{entry['name']}]: absent"
        names = {entry["name"] for entry in wanted}
        for name, entry in named.items():
            if name not in names and entry["clients"] > 0:
                yield f"{where}[{name}]: not expected"
    elif isinstance(wanted, list):
        if not isinstance(found, list) or len(wanted) != len(found):
            yield f"{where}: {wanted!r} expected, {found!r} found"
            return
        for number, (left, right) in enumerate(zip(wanted, found)):
            yield from compare(f"{where}[{number}]", left, right)
    elif not close(wanted, found):
        yield f"{where}: {wanted!r} expected, {found!r} found"


def check_form(vector):
    """Mismatches of a filled questionnaire."""
    unknown = set(vector) - FORM_KEYS
    if unknown:
        yield f"unknown keys {sorted(unknown)}"
    try:
        found = questionnaire.fill(vector)
    except oracle.Refused as refused:
        found = {"error": refused.error}
    yield from compare("form", vector["expect"], found)


def check_view(wanted, snapshot):
    """Mismatches of one view's answer."""
    arguments = wanted.get("args", {})
    where = f"view {wanted['view']} {arguments or ''}"
    unknown = set(wanted) - VIEW_KEYS
    if unknown:
        yield f"{where}: unknown keys {sorted(unknown)}"
    if wanted["view"] in BY_HAND:
        return
    try:
        found = snapshot.view(wanted["view"], arguments)
    except oracle.Refused as refused:
        if "error" not in wanted:
            yield f"{where} refused: {refused.error}"
            return
        for key, value in wanted["error"].items():
            if refused.error.get(key) != value:
                yield f"{where} error.{key}: {value!r} expected, {refused.error.get(key)!r} found"
        return
    if "error" in wanted:
        yield f"{where}: {wanted['error']} expected, nothing was refused"
        return
    for name, value in wanted.get("where", {}).items():
        found = [row for row in found if close(value, row[name])]
    if len(found) != len(wanted["rows"]):
        yield f"{where}: {len(wanted['rows'])} rows expected, {len(found)} found"
    for number, (cells, row) in enumerate(zip(wanted["rows"], found)):
        if len(cells) != len(wanted["columns"]):
            yield f"{where}, row {number}: {len(cells)} cells"
        for name, cell in zip(wanted["columns"], cells):
            if name not in row:
                if not sentence(cell):
                    yield f"{where}: no column {name}"
            elif not close(cell, row[name]):
                yield (
                    f"{where}, row {number} ({cells[0]}), {name}: "
                    f"{cell!r} expected, {row[name]!r} found"
                )


def same_error(where, wanted, refused):
    """Mismatches of an error in the place of an answer."""
    for key, value in wanted.items():
        if refused.error.get(key) != value:
            yield f"{where} error.{key}: {value!r} expected, {refused.error.get(key)!r} found"


def known_keys(where, entry, keys):
    unknown = set(entry) - set(keys)
    if unknown:
        yield f"{where}: unknown keys {sorted(unknown)}"


def titles(document):
    """How a document of rules is called in mismatches."""
    return "rules " + ", ".join(rule.get("id", "?") for rule in document["rules"])[:60]


def check_segments(entry, snapshot):
    """Mismatches of the segments of a document of rules."""
    where = titles(entry["rules"])
    yield from known_keys(where, entry, ("rules", "columns", "rows", "error"))
    try:
        rows = rules.segments(snapshot, entry["rules"])
    except oracle.Refused as refused:
        yield from same_error(where, entry.get("error", {"code": None}), refused)
        return
    if "error" in entry:
        yield f"{where}: {entry['error']} expected, nothing was refused"
        return
    yield from compare_table(where, entry, oracle.table(rows, list(rows[0])))


def check_problems(entry, snapshot):
    """Mismatches of the problems of a document; a warning must be true of the base at hand."""
    document = entry["rules"]
    where = titles(document)
    yield from known_keys(where, entry, ("rules", "problems", "error"))
    try:
        found = rules.errors(snapshot, document)
    except oracle.Refused as refused:
        yield from same_error(where, entry.get("error", {"code": None}), refused)
        return
    if "error" in entry:
        yield f"{where}: {entry['error']} expected, nothing was refused"
        return
    wanted = [one["path"] for one in entry["problems"] if one["severity"] == "error"]
    if sorted(wanted) != sorted(found):
        yield f"{where}: errors at {wanted} expected, at {found} found"
    for one in entry["problems"]:
        yield from known_keys(where, one, ("severity", "path", "code"))
        if one["severity"] == "warning" and not found:
            yield from check_warning(where, one, snapshot, document)


def check_warning(where, warning, snapshot, document):
    """What is always true is false for nobody, what is always false is true for nobody."""
    contrary = {"always_true": False, "always_false": True}[warning["code"]]
    for path, outcomes in rules.every_node(snapshot, document).items():
        if path == warning["path"]:
            if contrary in outcomes:
                yield f"{where}: not {warning['code']} at {path}"
            return
    yield f"{where}: no condition at {warning['path']}"


def check_trace(entry, snapshot):
    """Mismatches of the outcomes of rules and leaves of one client."""
    where = f"{titles(entry['rules'])}, trace of {entry['client']}"
    yield from known_keys(where, entry, ("rules", "client", "outcomes", "leaves"))
    outcomes, leaves = rules.trace(snapshot, entry["rules"], entry["client"])
    for told, wanted, found in (
        ("outcomes", entry["outcomes"], outcomes), ("leaves", entry["leaves"], leaves),
    ):
        if wanted != found:
            yield f"{where}: {told} {wanted} expected, {found} found"


def check_formula(vector):
    """Mismatches of a formula's answer."""
    unknown = set(vector) - FORMULA_KEYS
    if unknown:
        yield f"unknown keys {sorted(unknown)}"
    if vector["formula"] in FORMULAS_BY_HAND:
        return
    try:
        found = formulas.answer(vector["formula"], vector["args"], vector.get("policy"))
    except oracle.Refused as refused:
        found = {"error": refused.error}
    yield from compare("answer", vector["expect"], found)


def check_vector(vector):
    """Mismatches of one vector."""
    if "formula" in vector:
        yield from check_formula(vector)
        return
    if "questionnaire" in vector:
        yield from check_form(vector)
        return
    unknown = set(vector) - KEYS
    if unknown:
        yield f"unknown keys {sorted(unknown)}"
    for key in ("name", "about", "source", "sales", "as_of", "expect"):
        if key not in vector:
            yield f"no {key}"
    expect = vector["expect"]
    try:
        snapshot, report, earlier = oracle.run(vector)
    except oracle.Refused as refused:
        if "error" not in expect:
            yield f"refused: {refused.error}"
            return
        wanted, found = expect["error"], refused.error
        for key, value in wanted.items():
            if key not in found or found[key] != value:
                yield f"error.{key}: {value!r} expected, {found.get(key)!r} found"
        return
    if "error" in expect:
        yield f"{expect['error']} expected, nothing was refused"
        return
    for key, wanted in expect.items():
        if key in TABLES:
            yield from compare_table(key, wanted, getattr(snapshot, f"{key}_table")())
        elif key == "matrix":
            for entry in wanted:
                found = snapshot.matrix_table(entry["rows_of"], entry["columns_of"])
                yield from compare_table(f"matrix {entry['rows_of']}", entry, found)
        elif key == "transitions":
            found = snapshot.transitions_table(earlier[wanted["earlier"]], wanted["axis"])
            yield from compare_table(f"transitions {wanted['axis']}", wanted, found)
        elif key == "ranking":
            for entry in wanted:
                found = snapshot.ranking_table(entry["criterion"])
                yield from compare_table(f"ranking {entry['criterion']}", entry, found)
        elif key == "overlap":
            for entry in wanted:
                found = snapshot.overlap(entry["left"], entry["right"])
                yield from compare(f"overlap {entry['left']} {entry['right']}", entry, found)
        elif key == "portrait":
            for entry in wanted:
                portrait = snapshot.portraits.by_client[entry["client"]]
                found = {"client": entry["client"], **portrait.completeness(snapshot.as_of)}
                yield from compare(f"portrait {entry['client']}", entry, found)
        elif key == "cohorts":
            for entry in wanted:
                yield from compare_table(f"cohorts by {entry['by']}", entry, snapshot.cohorts_table(entry["by"]))
        elif key == "summary":
            yield from compare(key, wanted, snapshot.summary())
        elif key == "report":
            yield from compare(key, wanted, report)
        elif key == "diff":
            found = oracle.diff(snapshot, earlier[wanted["earlier"]], wanted["axes"])
            yield from compare(key, {name: wanted[name] for name in found}, found)
        elif key == "views":
            for entry in wanted:
                yield from check_view(entry, snapshot)
        elif key == "segments":
            for entry in wanted:
                yield from check_segments(entry, snapshot)
        elif key == "rule_problems":
            for entry in wanted:
                yield from check_problems(entry, snapshot)
        elif key == "traces":
            for entry in wanted:
                yield from check_trace(entry, snapshot)
        elif key == "explain":
            rows = {row["client"]: row for row in snapshot.rows}
            for entry in wanted:
                value, axis = rows[entry["client"]][entry["axis"]], entry["axis"]
                if axis in ("p_alive", "expected_purchases", "clv"):
                    found = lifetime.verdict(axis, value, snapshot.scale)
                else:
                    found = oracle.verdict(value)
                if found != entry["verdict"]:
                    yield f"explain {entry['client']} {entry['axis']}: {entry['verdict']!r} expected, {found!r} found"
        else:
            yield f"unknown expectation {key}"


def words_of(condition):
    """The operators and figures of a condition."""
    found = {condition[key] for key in ("op", "metric") if key in condition}
    inner = condition.get("all", []) + condition.get("any", [])
    for one in inner + [condition[key] for key in ("not", "where") if key in condition]:
        found |= words_of(one)
    return found


def words_by_hand(vector):
    """The operators and figures of rules whose outcome is derived by hand."""
    found = set()
    if not vector.get("generated", False):
        for entry in vector["expect"].get("segments", []):
            for rule in entry["rules"]["rules"] if "rows" in entry else []:
                found |= words_of(rule["when"])
    return found


def listed(kind):
    """Whether a field has one of a list of values."""
    return isinstance(kind, tuple) and kind[0] != oracle.SOME


def values_of(form, policy, path, seen):
    """Notes each value of each field that a policy uses."""
    for key, rule in form.items():
        if isinstance(rule, dict):
            values_of(rule, policy[key], f"{path}{key}.", seen)
            continue
        value = policy[key]
        kind = rule[1]
        if kind == oracle.WEIGHTS:
            seen.update((f"{path}{key}.criterion", entry["criterion"]) for entry in value)
        elif kind == oracle.CONDITIONS:
            seen.update((f"{path}{key}.operator", entry["operator"]) for entry in value)
        elif listed(kind) or kind == oracle.FLAG or value is None:
            seen.add((path + key, value))
        elif kind == oracle.SPAN:
            seen.add((path + key, next(iter(value))))
        else:
            seen.add((path + key, "default" if value == rule[0] else "other"))


def values_needed(form, path):
    for key, rule in form.items():
        if isinstance(rule, dict):
            yield from values_needed(rule, f"{path}{key}.")
            continue
        default, kind, nullable = rule
        name = path + key
        if nullable:
            yield name, None
        if kind == oracle.WEIGHTS:
            yield from ((f"{name}.criterion", value) for value in oracle.CRITERION)
        elif kind == oracle.CONDITIONS:
            yield from ((f"{name}.operator", value) for value in oracle.OPERATORS)
        elif listed(kind):
            yield from ((name, value) for value in kind)
        elif kind == oracle.FLAG:
            yield from ((name, value) for value in (True, False))
        elif kind == oracle.SPAN:
            yield from ((name, unit) for unit in ("months", "days"))
        elif key != "version":
            if default is not None:
                yield name, "default"
            yield name, "other"


def main():
    passed, failed, hand = 0, 0, 0
    seen, names, words = set(), set(), set()

    def result(name, problems):
        nonlocal passed, failed
        if problems:
            failed += 1
            print(f"{name}:")
            for problem in problems:
                print(f"  {problem}")
        else:
            passed += 1

    generated = {name: make_vectors.text_of(vectors) for name, vectors in make_vectors.generated()}
    for path in sorted(make_vectors.VECTORS.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        if path.name in generated and generated.pop(path.name) != text:
            result(path.name, ["not what make_vectors.py writes"])
        for vector in json.loads(text):
            problems = list(check_vector(vector))
            if not re.fullmatch(r"[a-z0-9_]+", vector["name"]):
                problems.append("a name has small letters, digits and underscores")
            if vector["name"] in names:
                problems.append("the name is taken")
            names.add(vector["name"])
            words |= words_by_hand(vector)
            hand += not vector.get("generated", False)
            result(vector["name"], problems)
            if "questionnaire" not in vector and "error" not in vector["expect"]:
                values_of(oracle.POLICY, oracle.fill_policy(vector.get("policy", {})), "", seen)
    for name in generated:
        result(name, ["absent, run make_vectors.py"])
    needed = set(values_needed(oracle.POLICY, ""))
    missing = [f"{name} = {value}" for name, value in sorted(needed - seen, key=str)]
    result("every value of every policy field occurs", missing)
    result("every operator and figure of rules occurs by hand",
           sorted({*rules.OPS, *rules.METRICS} - words))
    print(f"{len(names)} vectors, {hand} derived by hand; {len(needed)} policy values covered")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
