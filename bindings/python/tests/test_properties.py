"""Whatever types and pieces sales come in, they make one ledger; bad rows leave alone."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

import clientela

FIRST = date(1970, 1, 1)
Sale = tuple[int, int, int, str | None]

SALES = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(-1000, 20_000),
        st.integers(-(10**7), 10**7),
        st.sampled_from([None, "", "hats", "Schuhe", "шляпы", "a much longer name of a category"]),
    ),
    min_size=1,
    max_size=40,
)


def as_days(days: list[int]) -> list[date]:
    return [FIRST + timedelta(day) for day in days]


def as_times(days: list[int]) -> list[datetime]:
    return [datetime(1970, 1, 1, 23, 59, 59) + timedelta(day) for day in days]


CLIENTS: dict[str, Any] = {
    **{str(t): (lambda ids, t=t: pa.array(ids, t)) for t in [pa.int8(), pa.int64(), pa.uint64()]},
    "coded": lambda ids: pa.array(ids).dictionary_encode(),
}
DAYS: dict[str, Any] = {
    "date32": lambda days: pa.array(days, pa.int32()).cast(pa.date32()),
    "date64": lambda days: pa.array(as_days(days), pa.date64()),
    "text": lambda days: pa.array([str(day) for day in as_days(days)]),
    **{
        f"timestamp {u}": (lambda days, u=u: pa.array(as_times(days), pa.timestamp(u)))
        for u in ["s", "ms", "us", "ns"]
    },
    "instant": lambda days: pa.array(as_times(days), pa.timestamp("us", "UTC")),
}
AMOUNTS: dict[str, Any] = {
    "minor units": pa.array,
    "decimal": lambda minor: pa.array([Decimal(m) / 100 for m in minor], pa.decimal128(12, 2)),
    "finer decimal": lambda minor: pa.array(
        [Decimal(m) / 100 for m in minor], pa.decimal128(38, 9)
    ),
    "decimal256": lambda minor: pa.array([Decimal(m) / 100 for m in minor], pa.decimal256(76, 4)),
    "text": lambda minor: pa.array([str(Decimal(m) / 100) for m in minor], pa.string_view()),
    "float": lambda minor: pa.array([m / 100 for m in minor]),
}
TEXTS: dict[str, Any] = {
    **{
        str(t): (lambda texts, t=t: pa.array(texts, t))
        for t in [pa.string(), pa.large_string(), pa.string_view()]
    },
    "coded": lambda texts: pa.array(texts, pa.string()).dictionary_encode(),
}
COLUMNS = ["client", "date", "amount", "category"]


def table(sales: list[Sale], kinds: tuple[str, str, str, str]) -> pa.Table:
    """Give sales with each column in the type of a name."""
    makers = [of[kind] for of, kind in zip([CLIENTS, DAYS, AMOUNTS, TEXTS], kinds, strict=True)]
    columns = map(list, zip(*sales, strict=True))
    return pa.table(
        [make(column) for make, column in zip(makers, columns, strict=True)], names=COLUMNS
    )


def read(frame: Any, **how: Any) -> clientela.Ledger:
    return clientela.Ledger(frame, category="category", floats="exact", **how)


PLAIN = ("int64", "date32", "minor units", "string")
KINDS = st.tuples(*(st.sampled_from(list(of)) for of in [CLIENTS, DAYS, AMOUNTS, TEXTS]))


@settings(deadline=None, max_examples=150)
@given(SALES, KINDS, st.data())
def test_types_and_pieces_change_nothing(
    sales: list[Sale], kinds: tuple[str, str, str, str], data: st.DataObject
) -> None:
    expected = read(table(sales, PLAIN))
    given_table = table(sales, kinds)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sales)), max_size=4)))
    bounds = list(zip([0, *cuts], [*cuts, len(sales)], strict=True))
    parts = pa.concat_tables([given_table.slice(a, b - a) for a, b in bounds])
    assert read(parts).to_bytes() == expected.to_bytes()
    if "256" not in kinds[2]:
        assert read(pl.DataFrame(given_table)).to_bytes() == expected.to_bytes()
    assert expected.total == sum(Decimal(amount) for _, _, amount, _ in sales) / 100


BAD = {"client": None, "date": "1998-02-30", "amount": "1.005"}


@settings(deadline=None, max_examples=150)
@given(SALES, st.data())
def test_bad_rows_leave_alone(sales: list[Sale], data: st.DataObject) -> None:
    rows = data.draw(st.dictionaries(st.integers(0, len(sales) - 1), st.sampled_from(list(BAD))))
    days = as_days([day for _, day, _, _ in sales])
    lines = [
        {"client": client, "date": str(day), "amount": str(Decimal(amount) / 100), "category": name}
        for (client, _, amount, name), day in zip(sales, days, strict=True)
    ]
    for row, column in rows.items():
        lines[row][column] = BAD[column]
    types = {name: pa.int64() if name == "client" else pa.string() for name in COLUMNS}
    lenient = read(pa.Table.from_pylist(lines, pa.schema(types)), on_bad="set_aside")
    told = lenient.report()
    assert [(bad["row"], bad["column"]) for bad in told["set_aside"]] == sorted(rows.items())
    assert (told["rows"], told["accepted"]) == (len(sales), len(sales) - len(rows))
    good = [sale for row, sale in enumerate(sales) if row not in rows]
    if good:
        assert lenient.to_bytes() == read(table(good, PLAIN), on_bad="set_aside").to_bytes()


FACTS = st.lists(
    st.tuples(
        st.sampled_from([None, "shop", "tourist"]),
        st.one_of(st.none(), st.integers(-(10**9), 10**9)),
        st.one_of(st.none(), st.integers(0, 10**6)),
        st.one_of(st.none(), st.integers(-1000, 20_000)),
        st.one_of(st.none(), st.booleans()),
        st.sampled_from([None, "Nord", "Süd", "a much longer name of a group"]),
        st.one_of(st.none(), st.lists(st.sampled_from(["golf", "Schach", "хоккей"]), max_size=2)),
    ),
    min_size=1,
    max_size=30,
)
KNOWN = clientela.Catalogue([{"name": "since", "type": "date"}])

Facts = tuple[Any, ...]
WORDS: dict[str, Any] = {**TEXTS, "gaps in words": lambda texts: pa.array([t or "" for t in texts])}
NUMBERS: dict[str, Any] = {
    "int64": pa.array,
    "uint32": lambda numbers: pa.array(numbers, pa.uint32()),
    "decimal": lambda numbers: pa.array(numbers, pa.decimal128(12, 0)),
    "text": lambda numbers: pa.array([None if n is None else str(n) for n in numbers], pa.string()),
    "words": lambda numbers: pa.array(["unknown" if n is None else str(n) for n in numbers]),
    "float": lambda numbers: pa.array(numbers, pa.float64()),
}
MONEY: dict[str, Any] = {
    name: lambda minor, make=make: make([None if m is None else Decimal(m) / 100 for m in minor])
    for name, make in {
        "decimal": lambda amounts: pa.array(amounts, pa.decimal128(18, 2)),
        "finer decimal": lambda amounts: pa.array(amounts, pa.decimal128(38, 9)),
        "text": lambda amounts: pa.array([None if a is None else str(a) for a in amounts]),
        "float": lambda amounts: pa.array([None if a is None else float(a) for a in amounts]),
    }.items()
}
SINCE: dict[str, Any] = {
    "date32": lambda days: pa.array(days, pa.int32()).cast(pa.date32()),
    "text": lambda days: pa.array(
        [None if day is None else str(FIRST + timedelta(day)) for day in days], pa.string()
    ),
    "timestamp": lambda days: pa.array(
        [None if day is None else datetime(1970, 1, 1, 5) + timedelta(day) for day in days],
        pa.timestamp("ms"),
    ),
}
FLAGS: dict[str, Any] = {
    "flags": lambda flags: pa.array(flags, pa.bool_()),
    "int8": lambda flags: pa.array([None if f is None else int(f) for f in flags], pa.int8()),
    "words": lambda flags: pa.array([{True: "yes", False: "no", None: ""}[f] for f in flags]),
}
LISTS: dict[str, Any] = {
    "lists": lambda lists: pa.array(lists, pa.list_(pa.string())),
    "large lists": lambda lists: pa.array(lists, pa.large_list(pa.string_view())),
}
FIELDS = ["kind", "potential", "attention_minutes", "since", "innovator", "group", "family_hobbies"]
MADE = [WORDS, MONEY, NUMBERS, SINCE, FLAGS, WORDS, LISTS]


def portraits_of(facts: list[Facts], kinds: tuple[str, ...], cuts: list[int]) -> Any:
    """Give portraits with each column in the type of a name, in pieces."""
    makers = [of[kind] for of, kind in zip(MADE, kinds, strict=True)]
    columns = map(list, zip(*facts, strict=True))
    arrays = [make(column) for make, column in zip(makers, columns, strict=True)]
    frame = pa.table([pa.array(range(len(facts))), *arrays], ["client", *FIELDS])
    bounds = list(zip([0, *cuts], [*cuts, len(facts)], strict=True))
    parts = pa.concat_tables([frame.slice(a, b - a) for a, b in bounds])
    return clientela.Portraits.from_frame(
        parts, kind_column="kind", catalogue=KNOWN, floats="exact"
    )


@settings(deadline=None, max_examples=100)
@given(FACTS, st.tuples(*(st.sampled_from(list(of)) for of in MADE)), st.data())
def test_types_and_pieces_of_portraits_change_nothing(
    facts: list[Facts], kinds: tuple[str, ...], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(facts)), max_size=3)))
    read = portraits_of(facts, kinds, cuts)
    documents = []
    for client, (kind, potential, minutes, since, innovator, group, hobbies) in enumerate(facts):
        fields = {
            "potential": None if potential is None else Decimal(potential) / 100,
            "attention_minutes": minutes,
            "since": None if since is None else FIRST + timedelta(since),
            "innovator": innovator,
            "group": group,
            "family_hobbies": hobbies,
        }
        documents.append({"client": client, "kind": kind, "fields": fields})
    assert read == clientela.Portraits.from_dicts(documents, catalogue=KNOWN)
    again = clientela.Portraits.from_dicts(read.to_dicts(), catalogue=KNOWN)
    assert again == read
    assert again.to_json() == read.to_json()
