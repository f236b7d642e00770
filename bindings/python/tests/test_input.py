"""Every library and every type that sales may come in gives the same ledger."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import OPTIONAL

import clientela


def test_every_library_gives_the_same_ledger(
    sales: pa.Table, library: Callable[[pa.Table], Any], ledger: clientela.Ledger
) -> None:
    # Pandas' own integers have no gaps, so there the quantities come as floats.
    read = clientela.Ledger(library(sales), currency="EUR", floats="exact", **OPTIONAL)
    assert read.to_bytes() == ledger.to_bytes()
    assert read.sales(9) == [
        {
            "day": date(1994, 9, 2),
            "amount": Decimal("40.00"),
            "kind": "sale",
            "order": "A3",
            "quantity": Decimal(1),
            "profit": None,
            "category": "shoes",
            "brand": "Alba",
            "manager": "Dan",
            "department": "retail",
            "promo": None,
        },
        {
            "day": date(1994, 10, 2),
            "amount": Decimal("5.25"),
            "kind": "sale",
            "order": "A4",
            "quantity": Decimal(1),
            "profit": Decimal("2.00"),
            "category": None,
            "brand": "Bora",
            "manager": "Dan",
            "department": "retail",
            "promo": True,
        },
        {
            "day": date(1994, 10, 3),
            "amount": Decimal("-5.25"),
            "kind": "return",
            "order": "A4",
            "quantity": Decimal(-1),
            "profit": None,
            "category": None,
            "brand": "Bora",
            "manager": "Dan",
            "department": "retail",
            "promo": True,
        },
    ]


def test_rows_may_come_in_any_order_and_number_of_batches(
    sales: pa.Table, ledger: clientela.Ledger
) -> None:
    mixed = sales.take([6, 0, 3, 1, 5, 4, 2])
    parts = pa.concat_tables([mixed.slice(i, 1) for i in range(len(mixed))])
    assert clientela.Ledger(parts, currency="EUR", **OPTIONAL).to_bytes() == ledger.to_bytes()


CLIENTS: dict[str, pa.Array] = {
    **{
        str(kind): pa.array([1, 2, 1], kind)
        for kind in [
            pa.int8(), pa.int16(), pa.int32(), pa.int64(),
            pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
        ]
    },
    "dictionary of ints": pa.array([1, 2, 1]).dictionary_encode(),
}  # fmt: skip

TEXTS: dict[str, pa.Array] = {
    **{
        str(kind): pa.array(["ä1", "b", "ä1"], kind)
        for kind in [pa.string(), pa.large_string(), pa.string_view()]
    },
    **{
        f"dictionary by {key}": pa.DictionaryArray.from_arrays(
            pa.array([1, 0, 1], key), pa.array(["b", "ä1"])
        )
        for key in [
            pa.int8(), pa.int16(), pa.int32(), pa.int64(),
            pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
        ]
    },
    "dictionary of large texts": pa.DictionaryArray.from_arrays(
        pa.array([1, 0, 1], pa.int8()), pa.array(["b", "ä1"], pa.large_string())
    ),
    "slice": pa.array(["no", "ä1", "b", "ä1"]).slice(1),
    "slice of large texts": pa.array(["no", "ä1", "b", "ä1"], pa.large_string()).slice(1),
    "slice of a dictionary": pa.array(["no", "ä1", "b", "ä1"]).dictionary_encode().slice(1),
}  # fmt: skip


def three(**columns: pa.Array) -> pa.Table:
    """Give three sales with some columns replaced."""
    return pa.table(
        {
            "client": pa.array([1, 2, 1]),
            "date": pa.array(["1998-01-05", "1998-01-06", "1998-02-07"]),
            "amount": pa.array(["1.00", "2.00", "3.50"]),
            **columns,
        }
    )


@pytest.mark.parametrize("name", CLIENTS)
def test_clients_as_whole_numbers(name: str) -> None:
    assert clientela.Ledger(three(client=CLIENTS[name])).clients() == [1, 2]


@pytest.mark.parametrize("name", TEXTS)
def test_clients_as_text(name: str) -> None:
    assert clientela.Ledger(three(client=TEXTS[name])).clients() == ["b", "ä1"]


@pytest.mark.parametrize("name", [*CLIENTS, *TEXTS])
def test_orders(name: str) -> None:
    column = {**CLIENTS, **TEXTS}[name]
    ledger = clientela.Ledger(three(order=column), order="order")
    first = 1 if name in CLIENTS else "ä1"
    assert [sale["order"] for sale in ledger.sales(1)] == [first, first]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("field", ["category", "brand", "manager", "department"])
def test_texts(name: str, field: str) -> None:
    ledger = clientela.Ledger(three(**{field: TEXTS[name]}), **{field: field})
    assert [sale[field] for sale in ledger.sales(1)] == ["ä1", "ä1"]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
@pytest.mark.parametrize("coded", [False, True])
def test_gaps_in_optional_columns(kind: pa.DataType, coded: bool) -> None:
    texts = pa.array(["x", None, None], kind)
    if coded:
        texts = pa.array(["x", None, None]).dictionary_encode()
    numbers = pa.array([5, None, None])
    table = three(
        order=numbers, quantity=numbers, profit=numbers, promo=pa.array([True, None, None]),
        category=texts, brand=texts, manager=texts, department=texts,
    )  # fmt: skip
    ledger = clientela.Ledger(table, **OPTIONAL)
    first, gaps = ledger.sales(1)
    assert all(first[name] is not None for name in OPTIONAL)
    assert all(gaps[name] is None for name in OPTIONAL)


@pytest.mark.parametrize("columns", [["category"], ["brand"], ["manager"], ["order"]])
def test_all_gaps(columns: list[str]) -> None:
    none = pa.array([None] * 3, pa.string()).dictionary_encode()
    ledger = clientela.Ledger(
        three(**dict.fromkeys(columns, none)), **dict(zip(columns, columns, strict=True))
    )
    assert [sale[columns[0]] for sale in ledger.sales(1)] == [None, None]


def test_a_column_of_nothing_is_unknown() -> None:
    nothing = pa.nulls(3)
    ledger = clientela.Ledger(three(**dict.fromkeys(OPTIONAL, nothing)), **OPTIONAL)
    assert all(ledger.sales(2)[0][name] is None for name in OPTIONAL)
    for name in ["client", "date", "amount", "kind"]:
        with pytest.raises(clientela.BadColumn, match="is Null"):
            clientela.Ledger(three(**{name: nothing}), **{name: name})


def test_a_gap_may_stand_over_bytes() -> None:
    offsets = pa.py_buffer(bytearray(b"\0\0\0\0\2\0\0\0\4\0\0\0\6\0\0\0"))
    hidden = pa.Array.from_buffers(
        pa.string(), 3, [pa.py_buffer(b"\5"), offsets, pa.py_buffer(b"aaXXcc")]
    )
    assert hidden.to_pylist() == ["aa", None, "cc"]
    ledger = clientela.Ledger(three(category=hidden), category="category")
    assert ledger.sales(2)[0]["category"] is None
    assert [sale["category"] for sale in ledger.sales(1)] == ["aa", "cc"]


WALL = [datetime(1998, 1, 5, 23, 59, 59), datetime(1998, 1, 6), datetime(1998, 2, 7, 12)]
DATES: dict[str, pa.Array] = {
    "date32": pa.array([date(1998, 1, 5), date(1998, 1, 6), date(1998, 2, 7)], pa.date32()),
    "date64": pa.array([date(1998, 1, 5), date(1998, 1, 6), date(1998, 2, 7)], pa.date64()),
    **{f"timestamp {unit}": pa.array(WALL, pa.timestamp(unit)) for unit in ["s", "ms", "us", "ns"]},
    "text": pa.array(["1998-01-05", "1998-01-06", "1998-02-07"]),
    "text with times": pa.array(
        ["1998-01-05T23:59", "1998-01-06 00:00:00", "1998-02-07T12:00:00.123456"]
    ),
    "text with offsets": pa.array(
        ["1998-01-05T23:59:59Z", "1998-01-06T00:00:00+03:00", "1998-02-07 12:00-0500"]
    ),
    "dictionary": pa.array(["1998-01-05", "1998-01-06", "1998-02-07"]).dictionary_encode(),
    "views": pa.array(["1998-01-05", "1998-01-06", "1998-02-07"], pa.string_view()),
}


@pytest.mark.parametrize("name", DATES)
def test_dates(name: str) -> None:
    ledger = clientela.Ledger(three(date=DATES[name]))
    assert [sale["day"] for sale in ledger.sales(1)] == [date(1998, 1, 5), date(1998, 2, 7)]
    assert ledger.sales(2)[0]["day"] == date(1998, 1, 6)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_days_before_1970(unit: str) -> None:
    times = pa.array([datetime(1969, 12, 31, 23, 59, 59)] * 3, pa.timestamp(unit))
    ledger = clientela.Ledger(three(date=times))
    assert ledger.first_day == ledger.last_day == date(1969, 12, 31)


@pytest.mark.parametrize(
    ("own", "zone", "day"),
    [
        ("UTC", None, date(1998, 1, 5)),
        ("Etc/UTC", None, date(1998, 1, 5)),
        ("Asia/Tokyo", "Etc/UTC", date(1998, 1, 5)),
        ("Asia/Tokyo", "UTC", date(1998, 1, 5)),
        ("UTC", "Europe/Berlin", date(1998, 1, 6)),
        ("Europe/Berlin", None, date(1998, 1, 6)),
        ("Europe/Berlin", "America/New_York", date(1998, 1, 5)),
        ("+05:30", None, date(1998, 1, 6)),
        ("+05:30", "UTC", date(1998, 1, 5)),
    ],
)
def test_instants_are_days_of_a_zone(own: str, zone: str | None, day: date) -> None:
    times = pa.array([datetime(1998, 1, 5, 23, 30)] * 3, pa.timestamp("us", own))
    assert clientela.Ledger(three(date=times), zone=zone).first_day == day


def test_instants_as_text_are_days_of_a_zone() -> None:
    text = pa.array(["1998-01-05T23:30:00Z", "1998-01-05T23:30:00", "1998-01-06"])
    ledger = clientela.Ledger(three(date=text), zone="Europe/Berlin")
    assert [sale["day"].day for sale in ledger.sales(1)] == [6, 6]
    assert ledger.sales(2)[0]["day"].day == 5


def test_a_wall_time_stays_what_it_is() -> None:
    times = pa.array([datetime(1998, 1, 5, 23, 30)] * 3, pa.timestamp("us"))
    assert clientela.Ledger(three(date=times), zone="Asia/Tokyo").first_day == date(1998, 1, 5)


EXACT = [Decimal("1.00"), Decimal("2.00"), Decimal("3.50")]
AMOUNTS: dict[str, pa.Array] = {
    **{
        f"decimal{bits} of {scale} places": pa.array(
            EXACT, getattr(pa, f"decimal{bits}")(digits, scale)
        )
        for bits, digits in [(32, 9), (64, 18), (128, 38), (256, 76)]
        for scale in [1, 2, 5]
    },
    "decimal of a negative scale": None,
    **{
        f"minor units as {kind}": pa.array([100, 200, 350], kind)
        for kind in [pa.int16(), pa.int32(), pa.int64(), pa.uint16(), pa.uint32(), pa.uint64()]
    },
    **{
        f"as {kind}": pa.array(["1", "+2.0", "3.5000"], kind)
        for kind in [pa.string(), pa.large_string(), pa.string_view()]
    },
    "dictionary": pa.array(["1.00", "2", "3.5"]).dictionary_encode(),
}
del AMOUNTS["decimal of a negative scale"]
FLOATS = {str(kind): pa.array([1.0, 2.0, 3.5], kind) for kind in [pa.float32(), pa.float64()]}


@pytest.mark.parametrize("name", [*AMOUNTS, *FLOATS])
def test_amounts(name: str) -> None:
    column = {**AMOUNTS, **FLOATS}[name]
    ledger = clientela.Ledger(three(amount=column, profit=column), profit="profit", floats="exact")
    assert [sale["amount"] for sale in ledger.sales(1)] == [Decimal("1.00"), Decimal("3.50")]
    assert [sale["profit"] for sale in ledger.sales(1)] == [Decimal("1.00"), Decimal("3.50")]
    assert ledger.total == Decimal("6.50")


def test_round_numbers_of_a_negative_scale() -> None:
    thousands = pa.array([Decimal("1E+3"), Decimal("2E+3"), Decimal("5E+3")], pa.decimal128(9, -3))
    assert clientela.Ledger(three(amount=thousands)).total == Decimal("8000.00")


@pytest.mark.parametrize("scale", range(10))
def test_every_scale(scale: int) -> None:
    least = Decimal(1).scaleb(-scale)
    amounts = pa.array([least, 2 * least, Decimal(3)], pa.decimal128(20, 9))
    assert clientela.Ledger(three(amount=amounts), scale=scale).total == 3 + 3 * least


@pytest.mark.parametrize("name", [n for n in AMOUNTS if "minor" not in n] + [*FLOATS])
def test_quantities(name: str) -> None:
    column = {**AMOUNTS, **FLOATS}[name]
    ledger = clientela.Ledger(
        three(quantity=column), quantity="quantity", quantity_scale=1, floats="exact"
    )
    assert [sale["quantity"] for sale in ledger.sales(1)] == [Decimal("1.0"), Decimal("3.5")]


def test_whole_quantities_are_whole_units() -> None:
    ledger = clientela.Ledger(
        three(quantity=pa.array([1, 2, 3])), quantity="quantity", quantity_scale=3
    )
    assert [sale["quantity"] for sale in ledger.sales(1)] == [Decimal(1), Decimal(3)]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([True, None, False]),
        pa.array([1, None, 0], pa.int8()),
        pa.array([1, None, 0], pa.uint64()),
        pa.array([1, None, 0], pa.int64()),
    ],
)
def test_flags(column: pa.Array) -> None:
    ledger = clientela.Ledger(three(promo=column), promo="promo")
    assert [sale["promo"] for sale in ledger.sales(1)] == [True, False]
    assert ledger.sales(2)[0]["promo"] is None


@pytest.mark.parametrize("coded", [False, True])
def test_kinds(coded: bool) -> None:
    kinds = pa.array(["sale", "return", "cancellation"])
    table = three(kind=kinds.dictionary_encode() if coded else kinds)
    ledger = clientela.Ledger(table, kind="kind")
    assert [sale["kind"] for sale in ledger.sales(1)] == ["sale", "cancellation"]
    assert ledger.sales(2)[0]["amount"] == Decimal("-2.00")


def test_currencies() -> None:
    table = three(
        amount=pa.array(["1.00", "2.005", "3.50"]),
        profit=pa.array(["0.50", "1.005", None]),
        currency=pa.array(["EUR", "USD", "EUR"]),
    )
    rates = [
        {"from": "USD", "rate": "0.5"},
        {"from": "USD", "since": date(1998, 1, 1), "rate": Decimal("0.8")},
    ]
    columns = {"currency": "EUR", "currency_column": "currency", "profit": "profit"}
    ledger = clientela.Ledger(table, rates=rates, **columns)
    assert ledger.sales(2)[0]["amount"] == Decimal("1.60")
    assert ledger.sales(2)[0]["profit"] == Decimal("0.80")
    assert [sale["amount"] for sale in ledger.sales(1)] == [Decimal("1.00"), Decimal("3.50")]
    with pytest.raises(clientela.BadRow, match="another currency") as caught:
        clientela.Ledger(table.set_column(2, "amount", [["1", "2", "3"]]), **columns)
    assert (caught.value.row, caught.value.column, caught.value.value) == (1, "currency", "USD")
    with pytest.raises(clientela.BadRow, match="without a rate"):
        clientela.Ledger(table, rates=[{"from": "GBP", "rate": "2"}], **columns)
    halves = table.append_column("quantity", pa.array(["1", "0.5", "1"]))
    with pytest.raises(clientela.BadRow, match="decimal places") as caught:
        clientela.Ledger(halves, rates=rates, quantity="quantity", **columns)
    assert (caught.value.row, caught.value.column) == (1, "quantity")
    with pytest.raises(clientela.BadArgument, match="needs the ledger's own"):
        clientela.Ledger(table, currency_column="currency")


def test_a_currency_that_is_not_there_is_foreign() -> None:
    table = three(currency=pa.array(["EUR", None, "EUR"]))
    with pytest.raises(clientela.BadRow, match="found null"):
        clientela.Ledger(table, currency="EUR", currency_column="currency")


def test_pandas_as_it_comes() -> None:
    frame = pd.DataFrame(
        {
            "client": ["a", "b", "a"],
            "date": pd.to_datetime(["1998-01-05", "1998-01-06", "1998-02-07"]),
            "amount": [1.0, 2.0, 3.5],
            "category": pd.Categorical(["x", None, "y"]),
            "order": pd.Categorical([5, 6, 5]),
            "quantity": pd.array([1, None, 2], dtype="Int64"),
        },
        index=[5, 6, 7],
    )
    ledger = clientela.Ledger(
        frame, floats="exact", category="category", order="order", quantity="quantity"
    )
    assert ledger.clients() == ["a", "b"]
    assert [sale["category"] for sale in ledger.sales("a")] == ["x", "y"]
    assert [sale["order"] for sale in ledger.sales("a")] == [5, 5]
    assert ledger.sales("b")[0]["quantity"] is None


def test_polars_as_it_comes() -> None:
    frame = pl.DataFrame(
        {
            "client": ["a", "b", "a"],
            "date": [date(1998, 1, 5), date(1998, 1, 6), date(1998, 2, 7)],
            "amount": EXACT,
        }
    ).with_columns(
        pl.Series("category", ["x", None, "y"], pl.Categorical),
        pl.Series("kind", ["sale", "return", "sale"], pl.Enum(["return", "sale"])),
    )
    chunked = pl.concat([frame, frame], rechunk=False)
    ledger = clientela.Ledger(chunked, category="category", kind="kind")
    assert [sale["category"] for sale in ledger.sales("a")] == ["x", "x", "y", "y"]
    assert ledger.total == Decimal("5.00")


def test_duckdb_as_it_comes() -> None:
    relation = duckdb.sql(
        """
        select range % 1000 as client, date '1998-01-01' + (range % 100)::int as date,
               (range % 7)::decimal(9, 2) as amount, ('c' || range % 3)::varchar as category
        from range(300000)
        """
    )
    ledger = clientela.Ledger(relation, category="category")
    assert (len(ledger), len(ledger.clients())) == (300_000, 1000)
    assert ledger.total == sum(i % 7 for i in range(300_000))


def test_a_table_of_answers_is_a_frame_too(ledger: clientela.Ledger) -> None:
    months = ledger.snapshot("1998-06-30").months()
    again = clientela.Ledger(months, date="month")
    assert again.clients() == ledger.clients()


def test_append_takes_what_construction_takes(
    sales: pa.Table, library: Callable[[pa.Table], Any], ledger: clientela.Ledger
) -> None:
    first = clientela.Ledger(sales.slice(0, 3), currency="EUR", **OPTIONAL)
    whole = first.append(library(sales.slice(3)), floats="exact", **OPTIONAL)
    assert whole.to_bytes() == ledger.to_bytes()
    assert len(first) == 3
    assert whole.report()["rows"] == 7


def test_append_of_nothing_is_the_same_ledger(sales: pa.Table, ledger: clientela.Ledger) -> None:
    assert ledger.append(sales.slice(0, 0), **OPTIONAL).to_bytes() == ledger.to_bytes()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(sales: pa.Table, ledger: clientela.Ledger, threads: int) -> None:
    read = clientela.Ledger(sales, currency="EUR", threads=threads, **OPTIONAL)
    assert read.to_bytes() == ledger.to_bytes()
