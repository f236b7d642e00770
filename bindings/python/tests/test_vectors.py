"""The conformance vectors, through the public interface and more than one library."""

import csv
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import clientela
from clientela import formula
from clientela.lifetime import from_json

HERE = Path(__file__).resolve()
VECTORS = next(
    up / "tests" / "vectors" for up in HERE.parents if (up / "tests" / "vectors").is_dir()
)
KEYS = {
    "name", "about", "source", "border", "generated", "options", "sales", "payments", "orders",
    "portraits", "portrait_frame", "catalogue", "parents", "journal", "lifetime", "spend", "as_of",
    "policy", "expect",
}  # fmt: skip
EXPECT = {
    "clients", "months", "cohorts", "ladder", "keys", "matches", "matrix", "transitions",
    "ranking", "overlap", "completeness", "gaps", "portrait", "summary", "report", "explain",
    "diff", "views", "segments", "rule_problems", "traces", "error",
}  # fmt: skip
FORM_KEYS = {
    "name", "about", "source", "questionnaire", "portrait", "additional", "dictionary", "expect",
}  # fmt: skip
FORM_EXPECT = {"heading", "entries", "error"}
FORMULA_KEYS = {
    "name", "about", "source", "generated", "policy", "formula", "args", "expect",
}  # fmt: skip
VIEW_KEYS = {"view", "args", "columns", "rows", "where", "error"}
RULE_KEYS = {
    "segments": {"rules", "columns", "rows", "error"},
    "rule_problems": {"rules", "problems", "error"},
    "traces": {"rules", "client", "outcomes", "leaves"},
}


def load() -> dict[str, tuple[Path, dict[str, Any]]]:
    """Give every vector by its name."""
    vectors: dict[str, tuple[Path, dict[str, Any]]] = {}
    for file in sorted(VECTORS.glob("*.json")):
        for vector in json.loads(file.read_text(encoding="utf-8")):
            assert vector["name"] not in vectors, vector["name"]
            keys, expect = KEYS, EXPECT
            if "questionnaire" in vector:
                keys, expect = FORM_KEYS, FORM_EXPECT
            if "formula" in vector:
                # Every key of the answer may be named.
                keys, expect = FORMULA_KEYS, set(vector["expect"])
            assert set(vector) <= keys, vector["name"]
            assert set(vector["expect"]) <= expect, vector["name"]
            for view in vector["expect"].get("views", []) if keys is KEYS else []:
                assert set(view) <= VIEW_KEYS, vector["name"]
            for name, known in RULE_KEYS.items() if keys is KEYS else []:
                for want in vector["expect"].get(name, []):
                    assert set(want) <= known, vector["name"]
            vectors[vector["name"]] = (file, vector)
    return vectors


ALL = load()
TYPES = {"promo": pa.bool_()}


def columns(file: Path, sales: dict[str, Any]) -> dict[str, Any]:
    """Give the columns of a vector's sales, also of those in a file."""
    if "file" not in sales:
        return sales
    with (file.parent / sales["file"]).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    read = {name: [row[there] for row in rows] for name, there in sales["columns"].items()}
    if sales["client_type"] == "int":
        read["client"] = [int(client) for client in read["client"]]
    return read


def as_arrow(sales: dict[str, Any]) -> pa.Table:
    """Give sales as pyarrow has them: whole numbers, flags, and all else as text."""

    def column(name: str, values: list[Any]) -> pa.Array:
        whole = all(isinstance(value, int) for value in values if value is not None)
        known = any(value is not None for value in values)
        if name in ("client", "order") and whole and known:
            return pa.array(values, pa.int64())
        return pa.array(values, TYPES.get(name, pa.string()))

    return pa.table({name: column(name, values) for name, values in sales.items()})


FRAMES: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "polars": pl.DataFrame,
}


def ledger_of(
    vector: dict[str, Any], sales: dict[str, Any], frame: Callable[[pa.Table], Any]
) -> clientela.Ledger:
    """Give the ledger of some columns, rolled up where the vector says so."""
    optional = {name: name for name in sales if name not in ("client", "date", "amount")}
    ledger = clientela.Ledger(frame(as_arrow(sales)), **optional, **vector.get("options", {}))
    return ledger.roll_up(dict(vector["parents"])) if "parents" in vector else ledger


def portrait_column(values: list[Any]) -> pa.Array:
    """Give cells of a frame of portraits as pyarrow has them, numbers among texts as texts."""
    known = [value for value in values if value is not None]
    if any(isinstance(value, list) for value in known):
        return pa.array(values, pa.list_(pa.string()))
    if any(isinstance(value, str) for value in known):
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.array(values)


def portraits_of(vector: dict[str, Any], library: str) -> clientela.Portraits | None:
    """Give the portraits of a vector, from documents or from a frame."""
    options = vector.get("options", {})
    how = {name: options[name] for name in ("currency", "scale") if name in options}
    if "catalogue" in vector:
        catalogue = json.dumps(vector["catalogue"])
        how["catalogue"] = clientela.Catalogue.from_json(catalogue)
    if "portrait_frame" in vector:
        columns = vector["portrait_frame"]
        table = pa.table({name: portrait_column(values) for name, values in columns.items()})
        return clientela.Portraits.from_frame(
            FRAMES[library](table),
            kind_column="kind" if "kind" in columns else None,
            updated_on="updated_on" if "updated_on" in columns else None,
            on_bad=options.get("on_bad", "refuse"),
            **how,
        )
    if "portraits" not in vector:
        return None
    if library == "pyarrow":
        return clientela.Portraits.from_json(json.dumps(vector["portraits"]), **how)
    return clientela.Portraits.from_dicts(vector["portraits"], **how)


def cell(value: Any) -> Any:
    """Give a value as the vectors write it."""
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def equal(want: Any, got: Any) -> bool:
    if isinstance(want, dict) and isinstance(got, str):
        return set(want) == {"contains"} and got != "" and all(p in got for p in want["contains"])
    if isinstance(want, float) and isinstance(got, int | float) and not isinstance(got, bool):
        return abs(want - got) <= 1e-12 * max(1.0, abs(want), abs(got))
    return type(want) is type(got) and bool(want == got)


def compare_table(what: str, want: dict[str, Any], table: clientela.Table) -> list[str]:
    where = want.get("where", {})
    absent = [name for name in [*want["columns"], *where] if name not in table.columns]
    if absent:
        return [f"{what}: no column {', '.join(absent)}"]
    meant = [
        all(equal(value, cell(found)) for value, found in zip(where.values(), cells, strict=True))
        for cells in zip(*(table[name] for name in where), strict=True)
    ] or [True] * len(table)
    rows = zip(*(table[name] for name in want["columns"]), strict=True)
    got = [row for row, counts in zip(rows, meant, strict=True) if counts]
    faults = []
    if len(got) != len(want["rows"]):
        faults.append(f"{what}: {len(got)} rows, expected {len(want['rows'])}")
    for wanted, row in zip(want["rows"], got, strict=False):
        for name, expected, value in zip(want["columns"], wanted, row, strict=True):
            found = (
                float(value) if isinstance(expected, float) and value is not None else cell(value)
            )
            if isinstance(expected, int) and isinstance(found, float):
                expected = float(expected)  # noqa: PLW2901
            if not equal(expected, found):
                faults.append(f"{what}, row {wanted[0]}, {name}: {found!r}, expected {expected!r}")
    return faults


def compare(what: str, want: Any, got: Any) -> list[str]:
    """Compare JSON recursively; what is not named is free."""
    if isinstance(want, dict) and isinstance(got, dict):
        faults = []
        for key, expected in want.items():
            if key not in got:
                faults.append(f"{what}.{key} is not there")
            else:
                faults += compare(f"{what}.{key}", expected, got[key])
        return faults
    if isinstance(want, list) and isinstance(got, list):
        if want and all(isinstance(entry, dict) and "name" in entry for entry in want):
            found = {entry["name"]: entry for entry in got}
            faults = []
            for entry in want:
                if entry["name"] in found:
                    faults += compare(f"{what}[{entry['name']}]", entry, found[entry["name"]])
                elif entry.get("clients") != 0:
                    faults.append(f"{what}: no entry {entry['name']}")
            names = {entry["name"] for entry in want}
            return faults + [
                f"{what}: unexpected entry {entry['name']}"
                for entry in got
                if entry["name"] not in names and entry["clients"] > 0
            ]
        if len(want) != len(got):
            return [f"{what}: {got!r}, expected {want!r}"]
        return [
            fault
            for i, pair in enumerate(zip(want, got, strict=True))
            for fault in compare(f"{what}[{i}]", *pair)
        ]
    got = cell(got)
    if isinstance(want, int) and not isinstance(want, bool) and isinstance(got, float):
        want = float(want)
    return [] if equal(want, got) else [f"{what}: {got!r}, expected {want!r}"]


def matches(want: dict[str, Any], reasons: list[dict[str, Any]]) -> bool:
    return any(not compare("", want, reason) for reason in reasons)


def check_form(vector: dict[str, Any]) -> list[str]:
    """Fill a form and give what differs."""
    questionnaire = clientela.Questionnaire(vector["questionnaire"])
    rest = [vector.get(name) for name in ("additional", "dictionary")]
    return compare("form", vector["expect"], questionnaire.fill(vector["portrait"], *rest))


def plain(answer: Any) -> Any:
    """Give an answer of a formula as the vectors write it, from typed and untyped ones."""
    if is_dataclass(answer):
        # No member is called `from` in Python.
        told = {field.name.rstrip("_"): getattr(answer, field.name) for field in fields(answer)}
        return plain(told)
    if isinstance(answer, dict):
        return {name: plain(part) for name, part in answer.items()}
    if isinstance(answer, list):
        return [plain(part) for part in answer]
    return cell(answer)


def check_formula(vector: dict[str, Any]) -> list[str]:
    """Answer a formula by its name and by its function, and give what differs."""
    name, given = vector["formula"], vector["args"]
    policy = clientela.Policy.from_json(json.dumps(vector.get("policy", {})))
    faults = compare(name, vector["expect"], plain(formula.answer(name, policy=policy, **given)))
    function = getattr(formula, name)
    # What the function does not take, and what it misses, is a mistake of Python's own kind.
    return faults + compare(name, vector["expect"], plain(function(policy=policy, **given)))


def check_view(want: dict[str, Any], snapshot: clientela.Snapshot) -> list[str]:
    """Ask a view and give what differs from its table or its error."""
    what = f"view {want['view']}"
    try:
        table = snapshot.view(want["view"], **want.get("args", {}))
    except clientela.ClientelaError as refusal:
        if "error" not in want:
            raise
        return compare(f"{what}, error", want["error"], {"code": code(refusal), **vars(refusal)})
    if "error" in want:
        return [f"{what}: it answers, where an error is expected"]
    return compare_table(what, want, table)


def title(rules: dict[str, Any]) -> str:
    """Give how a document of rules is called where something differs."""
    ids = [rule.get("id") for rule in rules.get("rules", []) if isinstance(rule, dict)]
    return f"rules {ids}"


def refused(what: str, want: dict[str, Any], refusal: clientela.ClientelaError) -> list[str]:
    """Give how a refusal differs from the one that is wanted."""
    if "error" not in want:
        raise refusal
    return compare(f"{what}, error", want["error"], {"code": code(refusal), **vars(refusal)})


def check_segments(want: dict[str, Any], snapshot: clientela.Snapshot) -> list[str]:
    """Compare who is in the segments of rules, or how they are refused."""
    what = title(want["rules"])
    try:
        rules = clientela.Rules(want["rules"])
        assert clientela.Rules.from_json(rules.to_json()) == rules
        table = snapshot.segments(rules).table()
    except clientela.ClientelaError as refusal:
        return refused(what, want, refusal)
    if "error" in want:
        return [f"{what}: they have members, where an error is expected"]
    return compare_table(what, want, table)


def check_problems(want: dict[str, Any], snapshot: clientela.Snapshot) -> list[str]:
    """Compare what is wrong with rules, in any order, or how they are refused."""
    what = title(want["rules"])
    try:
        left = snapshot.check_rules(want["rules"])
    except clientela.ClientelaError as refusal:
        return refused(what, want, refusal)
    if "error" in want:
        return [f"{what}: they can be read, where an error is expected"]
    faults = []
    for problem in want.get("problems", []):
        found = next((one for one in left if not compare("", problem, one)), None)
        if found is None:
            faults.append(f"{what}: no problem {problem}, only {left}")
        else:
            left.remove(found)
    return faults + [f"{what}: {problem} is not expected" for problem in left]


def leaves(node: dict[str, Any]) -> dict[str, Any]:
    """Give the outcomes of the leaves below a node of a trace, by path."""
    if node["kind"] == "leaf":
        return {node["path"]: node["outcome"]}
    # An included rule is told of where it stands.
    inner = [] if node["kind"] == "include" else node.get("conditions", [])
    return {path: outcome for one in inner for path, outcome in leaves(one).items()}


def check_trace(want: dict[str, Any], snapshot: clientela.Snapshot) -> list[str]:
    """Compare every outcome of the rules on a client."""
    what = f"{title(want['rules'])}, trace of {want['client']}"
    told = snapshot.trace(want["rules"], want["client"]).rules
    outcomes = {rule["rule"]: rule["outcome"] for rule in told}
    steps = {path: outcome for rule in told for path, outcome in leaves(rule["when"]).items()}
    return [
        f"{what}, {name}: {found}, expected {want[name]}"
        for name, found in [("outcomes", outcomes), ("leaves", steps)]
        if found != want[name]
    ]


def check_rules(expect: dict[str, Any], snapshot: clientela.Snapshot) -> list[str]:
    """Compare all that is expected of rules."""
    checks = {
        "segments": check_segments, "rule_problems": check_problems, "traces": check_trace,
    }  # fmt: skip
    return [
        fault
        for name, run in checks.items()
        for want in expect.get(name, [])
        for fault in run(want, snapshot)
    ]


Then = Callable[[str], clientela.Snapshot]
"""The snapshot of the same base as of another day."""


def check_tables(expect: dict[str, Any], snapshot: clientela.Snapshot, then: Then) -> list[str]:
    """Compare the tables of a snapshot."""
    faults = []
    for name in ["clients", "months", "ladder", "keys", "matches"]:
        if name in expect:
            faults += compare_table(name, expect[name], getattr(snapshot, name)())
    for cohorts in expect.get("cohorts", []):
        by = cohorts["by"]
        faults += compare_table(f"cohorts by {by}", cohorts, snapshot.cohorts(by))
    for want in expect.get("matrix", []):
        rows, across = want["rows_of"], want["columns_of"]
        faults += compare_table(f"matrix {rows} {across}", want, snapshot.matrix(rows, across))
    if "transitions" in expect:
        want = expect["transitions"]
        table = snapshot.transitions(then(want["earlier"]), want["axis"])
        faults += compare_table(f"transitions {want['axis']}", want, table)
    for want in expect.get("ranking", []):
        table = snapshot.ranking(want["criterion"])
        faults += compare_table(f"ranking {want['criterion']}", want, table)
    return faults


def check_reasons(want: dict[str, Any], snapshot: clientela.Snapshot) -> list[str]:
    """Compare one verdict of a client and its reasons."""
    told = snapshot.explain(want["client"]).to_dict()["verdicts"]
    got = next((verdict for verdict in told if verdict["axis"] == want["axis"]), None)
    what = f"explain {want['client']}, {want['axis']}"
    if got is None:
        return [f"{what}: no such axis"]
    return compare(f"{what}, verdict", want["verdict"], got["verdict"]) + [
        f"{what}: no reason like {reason}, only {got['reasons']}"
        for reason in want.get("reasons", [])
        if not matches(reason, got["reasons"])
    ]


def check_diff(want: dict[str, Any], snapshot: clientela.Snapshot, then: Then) -> list[str]:
    """Compare what changed since an earlier day."""
    diff = snapshot.diff(then(want["earlier"]))
    moved = [
        [move["client"], move["axis"], move["from"], move["to"]]
        for move in diff.moved
        if move["axis"] in want.get("axes", [])
    ]
    got = {"entered": diff.entered, "left": diff.left, "moved": moved}
    keys = [key for key in ("entered", "left", "moved") if key in want]
    return [fault for key in keys for fault in compare(f"diff.{key}", want[key], got[key])]


def check(file: Path, vector: dict[str, Any], library: str) -> list[str]:
    """Run one vector and give what differs."""
    if "questionnaire" in vector:
        return check_form(vector)
    if "formula" in vector:
        return check_formula(vector)
    expect = vector["expect"]
    frame = FRAMES[library]
    ledger = ledger_of(vector, columns(file, vector["sales"]), frame)
    beside: dict[str, Any] = {
        name: ledger_of(vector, vector[name], frame)
        for name in ("payments", "orders")
        if name in vector
    }
    portraits = beside["portraits"] = portraits_of(vector, library)
    for name in ("lifetime", "spend"):
        if name in vector:
            beside[name] = from_json(json.dumps(vector[name]))
    policy = clientela.Policy.from_json(json.dumps(vector.get("policy", {})))
    if "journal" in vector:
        beside["journal"] = clientela.Journal(vector["journal"])

    def then(day: str) -> clientela.Snapshot:
        return ledger.snapshot(day, policy, **beside)

    snapshot = then(vector["as_of"])
    faults = check_tables(expect, snapshot, then)
    for want in expect.get("overlap", []):
        faults += compare("overlap", want, snapshot.overlap(want["left"], want["right"]))
    if portraits is not None:
        faults += check_portraits(expect, portraits, vector["as_of"])
    if "summary" in expect:
        faults += compare("summary", expect["summary"], snapshot.summary())
    if "report" in expect:
        faults += compare("report", expect["report"], ledger.report())
    for want in expect.get("explain", []):
        faults += check_reasons(want, snapshot)
    if "diff" in expect:
        faults += check_diff(expect["diff"], snapshot, then)
    for want in expect.get("views", []):
        faults += check_view(want, snapshot)
    return faults + check_rules(expect, snapshot)


def check_portraits(
    expect: dict[str, Any], portraits: clientela.Portraits, as_of: str
) -> list[str]:
    """Compare what portraits say of themselves."""
    faults = []
    for name in ["completeness", "gaps"]:
        if name in expect:
            faults += compare_table(name, expect[name], getattr(portraits, name)(as_of))
    for want in expect.get("portrait", []):
        wanted = {key: value for key, value in want.items() if key != "client"}
        found = portraits.completeness_of(want["client"], as_of)
        faults += compare(f"portrait {want['client']}", wanted, found)
    return faults


def code(error: clientela.ClientelaError) -> str:
    """Give an error's code as the vectors write it."""
    name = type(error).__name__
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


@pytest.mark.parametrize("library", FRAMES)
@pytest.mark.parametrize("name", ALL)
def test_vector(name: str, library: str) -> None:
    file, vector = ALL[name]
    want = vector["expect"].get("error")
    if want is None:
        faults = check(file, vector, library)
        assert not faults, "\n".join(faults[:50])
        return
    with pytest.raises(clientela.ClientelaError) as caught:
        check(file, vector, library)
    got = {"code": code(caught.value), **vars(caught.value)}
    if "questionnaire" in vector and got["path"].startswith("fields"):
        # Here the questionnaire is read alone, in the vectors with all that a form takes.
        got["path"] = "questionnaire." + got["path"]
    assert compare("error", want, got) == []


def test_there_are_vectors() -> None:
    assert len(ALL) > 0
