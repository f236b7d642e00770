"""The conformance vectors, through the public interface and more than one library."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import clientela

HERE = Path(__file__).resolve()
VECTORS = next(
    up / "tests" / "vectors" for up in HERE.parents if (up / "tests" / "vectors").is_dir()
)
KEYS = {
    "name", "about", "source", "border", "generated", "options", "sales", "parents", "as_of",
    "policy", "expect",
}  # fmt: skip
EXPECT = {"clients", "months", "cohorts", "summary", "report", "explain", "diff", "error"}


def load() -> dict[str, tuple[Path, dict[str, Any]]]:
    """Give every vector by its name."""
    vectors: dict[str, tuple[Path, dict[str, Any]]] = {}
    for file in sorted(VECTORS.glob("*.json")):
        for vector in json.loads(file.read_text(encoding="utf-8")):
            assert vector["name"] not in vectors, vector["name"]
            assert set(vector) <= KEYS, vector["name"]
            assert set(vector["expect"]) <= EXPECT, vector["name"]
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


def cell(value: Any) -> Any:
    """Give a value as the vectors write it."""
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def equal(want: Any, got: Any) -> bool:
    if isinstance(want, float) and isinstance(got, int | float) and not isinstance(got, bool):
        return abs(want - got) <= 1e-12 * max(1.0, abs(want), abs(got))
    return type(want) is type(got) and bool(want == got)


def compare_table(what: str, want: dict[str, Any], table: clientela.Table) -> list[str]:
    absent = [name for name in want["columns"] if name not in table.columns]
    if absent:
        return [f"{what}: no column {', '.join(absent)}"]
    got = list(zip(*(table[name] for name in want["columns"]), strict=True))
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
    if isinstance(want, int) and isinstance(got, float):
        want = float(want)
    return [] if equal(want, got) else [f"{what}: {got!r}, expected {want!r}"]


def matches(want: dict[str, Any], reasons: list[dict[str, Any]]) -> bool:
    return any(not compare("", want, reason) for reason in reasons)


def check(file: Path, vector: dict[str, Any], frame: Callable[[pa.Table], Any]) -> list[str]:
    """Run one vector and give what differs."""
    expect = vector["expect"]
    sales = columns(file, vector["sales"])
    optional = {name: name for name in sales if name not in ("client", "date", "amount")}
    ledger = clientela.Ledger(frame(as_arrow(sales)), **optional, **vector.get("options", {}))
    if "parents" in vector:
        ledger = ledger.roll_up(dict(vector["parents"]))
    policy = clientela.Policy.from_json(json.dumps(vector.get("policy", {})))
    snapshot = ledger.snapshot(vector["as_of"], policy)
    faults = []
    if "clients" in expect:
        faults += compare_table("clients", expect["clients"], snapshot.clients())
    if "months" in expect:
        faults += compare_table("months", expect["months"], snapshot.months())
    for cohorts in expect.get("cohorts", []):
        by = cohorts["by"]
        faults += compare_table(f"cohorts by {by}", cohorts, snapshot.cohorts(by))
    if "summary" in expect:
        faults += compare("summary", expect["summary"], snapshot.summary())
    if "report" in expect:
        faults += compare("report", expect["report"], ledger.report())
    for want in expect.get("explain", []):
        told = snapshot.explain(want["client"]).to_dict()["verdicts"]
        got = next((verdict for verdict in told if verdict["axis"] == want["axis"]), None)
        what = f"explain {want['client']}, {want['axis']}"
        if got is None:
            faults.append(f"{what}: no such axis")
            continue
        faults += compare(f"{what}, verdict", want["verdict"], got["verdict"])
        faults += [
            f"{what}: no reason like {reason}, only {got['reasons']}"
            for reason in want.get("reasons", [])
            if not matches(reason, got["reasons"])
        ]
    if "diff" in expect:
        want = expect["diff"]
        diff = snapshot.diff(ledger.snapshot(want["earlier"], policy))
        moved = [
            [move["client"], move["axis"], move["from"], move["to"]]
            for move in diff.moved
            if move["axis"] in want.get("axes", [])
        ]
        got = {"entered": diff.entered, "left": diff.left, "moved": moved}
        for key in ["entered", "left", "moved"]:
            if key in want:
                faults += compare(f"diff.{key}", want[key], got[key])
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
        faults = check(file, vector, FRAMES[library])
        assert not faults, "\n".join(faults[:50])
        return
    with pytest.raises(clientela.ClientelaError) as caught:
        check(file, vector, FRAMES[library])
    got = {"code": code(caught.value), **vars(caught.value)}
    assert compare("error", want, got) == []


def test_there_are_vectors() -> None:
    assert len(ALL) > 0
