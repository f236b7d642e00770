"""Bad input is named: by row, column, value and argument."""

import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from test_input import three

import clientela


def test_one_exception_per_code() -> None:
    kinds = [
        clientela.BadRow, clientela.BadColumn, clientela.Empty, clientela.BadArgument,
        clientela.BadPolicy, clientela.Overflow, clientela.Mismatch, clientela.BadFormat,
        clientela.UnknownClient, clientela.BadDocument,
    ]  # fmt: skip
    assert [kind.code for kind in kinds] == list(range(1, 11))
    assert all(issubclass(kind, clientela.ClientelaError) for kind in kinds)


@pytest.mark.parametrize(
    ("thing", "hint"),
    [([1, 2], "list"), ({"client": [1]}, "dict"), (None, "NoneType"), (pl.LazyFrame(), "collect")],
)
def test_only_frames(thing: Any, hint: str) -> None:
    with pytest.raises(TypeError, match=f"__arrow_c_stream__.*{hint}"):
        clientela.Ledger(thing)


@pytest.mark.parametrize("series", [pl.Series([1]), pa.chunked_array([[1]])])
def test_a_series_is_no_frame(series: Any) -> None:
    with pytest.raises(clientela.BadFormat, match="no named columns"):
        clientela.Ledger(series)


def test_a_stream_is_read_once() -> None:
    reader = pa.RecordBatchReader.from_stream(three())
    capsule = reader.__arrow_c_stream__()

    class Once:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return capsule

    clientela.Ledger(Once())
    with pytest.raises(clientela.BadFormat, match="already read"):
        clientela.Ledger(Once())


def test_a_capsule_of_something_else() -> None:
    class Odd:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return three().schema.__arrow_c_schema__()

    with pytest.raises(ValueError, match="incorrect name"):
        clientela.Ledger(Odd())


def test_the_producers_error_is_told() -> None:
    def batches() -> Any:
        yield three().to_batches()[0]
        raise OSError("the disk is gone")

    reader = pa.RecordBatchReader.from_batches(three().schema, batches())
    with pytest.raises(clientela.BadFormat, match="the disk is gone"):
        clientela.Ledger(reader)


def test_an_absent_column() -> None:
    table = three().rename_columns(["customer_id", "Date", "amount"])
    with pytest.raises(clientela.BadColumn, match=r"`customer_id`, `Date`, `amount`$") as caught:
        clientela.Ledger(table)
    assert caught.value.column == "client"
    with pytest.raises(clientela.BadColumn, match=r"did you mean `Date`\?"):
        clientela.Ledger(table, client="customer_id")
    with pytest.raises(clientela.BadColumn, match=r"did you mean `amount`\?"):
        clientela.Ledger(table, client="customer_id", date="Date", amount="amuont")
    with pytest.raises(clientela.BadColumn, match="no columns"):
        clientela.Ledger(pa.table({}))


def test_many_columns_are_not_all_listed() -> None:
    wide = pa.table({f"c{i}": [1] for i in range(50)})
    with pytest.raises(clientela.BadColumn, match="`c19`, and more"):
        clientela.Ledger(wide)


def test_a_doubled_column() -> None:
    table = pa.table([[1], ["1998-01-01"], ["1"], ["2"]], ["client", "date", "amount", "amount"])
    with pytest.raises(clientela.BadColumn, match="more than once"):
        clientela.Ledger(table)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("client", pa.array([1.0, 2.0, 1.0]), "cast them to Int64"),
        ("client", pa.array([True, False, True]), "must be whole numbers or text"),
        ("date", pa.array([1, 2, 3]), "must be a date"),
        ("date", pa.array([1, 2, 3], pa.time32("s")), "must be a date"),
        ("amount", pa.array([1.0, 2.0, 3.0]), "floats are not exact money"),
        ("amount", pa.array([1.0, 2.0, 3.0], pa.float16()), "must be a decimal"),
        ("amount", pa.array([None, None, None]), "must be a decimal"),
        ("order", pa.array([[1], [2], [3]]), "must be whole numbers or text"),
        ("quantity", pa.array([True, False, True]), "must be a decimal"),
        ("profit", pa.array([1.0, 2.0, 3.0]), "floats are not exact money"),
        ("category", pa.array([1, 2, 3]), "must be text"),
        ("brand", pa.array([1, 2, 3]), "must be text"),
        ("manager", pa.array([1, 2, 3]).dictionary_encode(), "must be text"),
        ("promo", pa.array(["yes", "no", "no"]), "must be true/false"),
        ("kind", pa.array([0, 1, 2]), "must be text"),
    ],
)
def test_a_wrong_type(column: str, values: pa.Array, message: str) -> None:
    with pytest.raises(clientela.BadColumn, match=message) as caught:
        clientela.Ledger(three(**{column: values}), **{column: column})
    assert caught.value.column == column


def test_an_unknown_zone_of_a_column() -> None:
    times = pa.array([0, 1, 2], pa.timestamp("s", "Mars/Olympus"))
    with pytest.raises(clientela.BadColumn, match="Mars/Olympus"):
        clientela.Ledger(three(date=times))
    assert len(clientela.Ledger(three(date=times), zone="UTC")) == 3


def test_text_that_is_not_text() -> None:
    offsets = pa.py_buffer(bytearray(b"\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0"))
    broken = pa.Array.from_buffers(pa.string(), 3, [None, offsets, pa.py_buffer(b"a\xffb")])
    for column in ["client", "category"]:
        with pytest.raises(clientela.BadColumn, match="UTF-8"):
            clientela.Ledger(three(**{column: broken}), **{column: column})


BAD: list[tuple[str, pa.Array, str, str, str]] = [
    ("client", pa.array([1, None, 1]), "null", "null_client", "no client"),
    ("client", pa.array(["a", None, "a"]), "null", "null_client", "no client"),
    ("client", pa.array(["a", "", "a"]), "an empty text", "empty_client", "empty client"),
    ("client", pa.array([1, 2**63, 1], pa.uint64()), str(2**63), "bad_client", "cannot be read"),
    ("client", pa.array(["a", None, "b"]).dictionary_encode(), "null", "null_client", "no client"),
    ("date", pa.array(["1998-01-05", None, "1998-01-05"]), "null", "null_day", "no date"),
    ("date", pa.array([5, None, 5], pa.date32()), "null", "null_day", "no date"),
    *[
        ("date", pa.array(["1998-01-05", text, "1998-01-05"]), text, "bad_day", "cannot be read")
        for text in [
            "", "1998-02-29", "1998-1-5", "05.01.1998", "1998/01/05", "1998-01-05x",
            "1998-01-05 ", "1998-01-05T", "1998-01-05T24:00", "1998-01-05T10:60",
            "1998-01-05T10:00:61", "1998-01-05T10:00:00.", "1998-01-05T10:00+", "0000-01-01",
            "1998-01-05T10:00+24:00", "1998-01-05T10", "+998-01-05", "\uff11998-01-05",
        ]
    ],
    ("date", pa.array([5, 3_000_000, 5], pa.date32()), "3000000", "day_out_of_range", "outside"),
    ("date", pa.array([0, 2**62, 0], pa.timestamp("s")), "", "day_out_of_range", "outside"),
    ("date", pa.array([0, 2**62, 0], pa.timestamp("s", "UTC")), "", "day_out_of_range", "outside"),
    ("amount", pa.array(["1", None, "1"]), "null", "null_amount", "no amount"),
    ("amount", pa.array([1, None, 1]), "null", "null_amount", "no amount"),
    ("amount", pa.array([1.0, None, 1.0]), "null", "null_amount", "no amount"),
    *[
        ("amount", pa.array(["1", text, "1"]), text, "bad_amount", "cannot be read")
        for text in [
            "", "-", "1,5", "1.", ".5", "1e3", "1 000", " 1", "0x1", "NaN", "--1", "1.2.3",
            "\uff11",
        ]
    ],
    ("amount", pa.array(["1", "1.005", "1"]), "1.005", "inexact", "more decimal places"),
    ("amount", pa.array([1.0, 1.005, 1.0]), "1.005", "inexact", "more decimal places"),
    ("amount", pa.array([1.0, 1.005, 1.0], pa.float32()), "1.005", "inexact", "decimal places"),
    ("amount", pa.array([1.0, float("nan"), 1.0]), "NaN", "not_finite", "finite"),
    ("amount", pa.array([1.0, float("inf"), 1.0]), "inf", "not_finite", "finite"),
    (
        "amount",
        pa.array([Decimal("1"), Decimal("1.005"), Decimal("1")], pa.decimal128(9, 3)),
        "1.005", "inexact", "more decimal places",
    ),
    ("amount", pa.array([1, 2**63 - 1, 1]), str(2**63 - 1), "amount_out_of_range", "out of range"),
    ("amount", pa.array([1, -(2**63), 1]), str(-(2**63)), "amount_out_of_range", "out of range"),
    ("amount", pa.array([1, 2**63, 1], pa.uint64()), str(2**63), "amount_out_of_range", "out of"),
    ("amount", pa.array(["1", "9" * 40, "1"]), "9" * 40, "amount_out_of_range", "out of range"),
    *[
        (
            "amount",
            pa.array([Decimal(1), Decimal(10**20), Decimal(1)], pa.decimal128(38, scale)),
            "", "amount_out_of_range", "out of range",
        )
        for scale in [0, 2, 4]
    ],
    (
        "amount",
        pa.array([Decimal(1), Decimal(10**60), Decimal(1)], pa.decimal256(76, 2)),
        "", "amount_out_of_range", "out of range",
    ),
    ("order", pa.array([1, 2**63, 1], pa.uint64()), str(2**63), "bad_order", "cannot be read"),
    ("quantity", pa.array(["1", "x", "1"]), "x", "bad_quantity", "cannot be read"),
    ("quantity", pa.array(["1", "1.5", "1"]), "1.5", "inexact", "more decimal places"),
    ("profit", pa.array(["1", "x", "1"]), "x", "bad_profit", "cannot be read"),
    ("promo", pa.array([1, 2, 0]), "2", "bad_flag", "neither yes nor no"),
    ("promo", pa.array([1, 2**64 - 1, 0], pa.uint64()), str(2**64 - 1), "bad_flag", "neither"),
    ("kind", pa.array(["sale", "gift", "sale"]), "gift", "unknown_kind", "unknown kind"),
    ("kind", pa.array(["sale", "Sale", "sale"]), "Sale", "unknown_kind", "unknown kind"),
    ("kind", pa.array(["sale", None, "sale"]), "null", "unknown_kind", "unknown kind"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "values", "value", "cause", "message"), BAD)
def test_a_bad_row(column: str, values: pa.Array, value: str, cause: str, message: str) -> None:
    table = three(**{column: values})
    table = table.rename_columns([f"the {n}" if n == column else n for n in table.column_names])
    how: dict[str, Any] = {column: "the " + column, "floats": "exact"}
    with pytest.raises(clientela.BadRow, match=message) as caught:
        clientela.Ledger(table, **how)
    error = caught.value
    assert (error.row, error.column) == (1, "the " + column)
    assert value in error.value
    assert str(error).startswith(f"row 1, column `the {column}`: ")

    lenient = clientela.Ledger(table, on_bad="set_aside", **how)
    report = lenient.report()
    assert (len(lenient), report["rows"], report["accepted"]) == (2, 3, 2)
    (aside,) = report["set_aside"]
    assert aside == {"row": 1, "column": error.column, "value": error.value, "cause": cause}
    assert report["by_cause"] == [{"cause": cause, "count": 1, "examples": [aside]}]


def test_the_first_bad_row_of_many_batches() -> None:
    good = pa.table(
        {"client": [1] * 50_000, "date": ["1998-01-01"] * 50_000, "amount": ["1"] * 50_000}
    )
    bad = good.set_column(2, "amount", [["1"] * 49_999 + ["one"]])
    table = pa.concat_tables([good, good, bad, bad])
    for threads in [1, 2]:
        with pytest.raises(clientela.BadRow) as caught:
            clientela.Ledger(table, threads=threads)
        assert caught.value.row == 149_999
    report = clientela.Ledger(table, on_bad="set_aside").report()
    assert [row["row"] for row in report["set_aside"]] == [149_999, 199_999]
    assert report["accepted"] == 199_998


def test_one_row_is_set_aside_once() -> None:
    table = three(
        client=pa.array(["a", None, ""]),
        date=pa.array(["no", None, "1998-01-01"]),
        amount=pa.array(["1", "x", "y"]),
    )
    nothing = clientela.Ledger(table, on_bad="set_aside")
    assert (len(nothing), nothing.report()["rows"]) == (0, 3)
    with pytest.raises(clientela.Empty, match="no rows"):
        clientela.Ledger(table.slice(0, 0), on_bad="set_aside")
    table = pa.concat_tables([table, three(client=pa.array(["a", "b", "c"]))])
    report = clientela.Ledger(table, on_bad="set_aside").report()
    assert [(row["row"], row["column"]) for row in report["set_aside"]] == [
        (0, "date"), (1, "client"), (2, "amount"),
    ]  # fmt: skip


def test_rows_after_some_were_set_aside_keep_their_numbers() -> None:
    table = three(amount=pa.array(["x", "2", "-3"]))
    report = clientela.Ledger(table, on_bad="set_aside", negative="refuse").report()
    assert [(row["row"], row["cause"]) for row in report["set_aside"]] == [
        (0, "bad_amount"), (2, "negative_sale"),
    ]  # fmt: skip
    appended = clientela.Ledger(three(), on_bad="set_aside").append(table)
    assert [row["row"] for row in appended.report()["set_aside"]] == [0]


def test_latest_and_negative() -> None:
    with pytest.raises(clientela.BadRow, match="after the latest") as caught:
        clientela.Ledger(three(), latest="1998-01-31")
    assert (caught.value.row, caught.value.value) == (2, "1998-02-07")
    with pytest.raises(clientela.BadRow, match="below zero"):
        clientela.Ledger(three(amount=pa.array(["1", "-2", "3"])), negative="refuse")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"floats": "round"}, "expected `refuse` or `exact`"),
        ({"on_bad": "ignore"}, "expected `refuse` or `set_aside`"),
        ({"negative": "x"}, "expected `return` or `refuse`"),
        ({"scale": 10}, "10 is not 0 to 9"),
        ({"scale": -1}, "-1 is not 0 to 9"),
        ({"quantity_scale": 10}, "10 is not 0 to 9"),
        ({"currency": "euro"}, "three capital letters"),
        ({"zone": "Berlin"}, "neither an IANA time zone"),
        ({"latest": "yesterday"}, "YYYY-MM-DD"),
        ({"latest": datetime(1998, 1, 1, tzinfo=UTC)}, "depends on the zone"),
        ({"threads": 0}, "1 or more"),
        ({"threads": -1}, "1 or more"),
        ({"rates": [{"from": "USD", "rate": "-1"}]}, "above 0"),
        ({"rates": [{"from": "USD", "rat": "1"}]}, "unknown field"),
    ],
)
def test_a_bad_argument(how: dict[str, Any], message: str) -> None:
    with pytest.raises(clientela.BadArgument, match=message) as caught:
        clientela.Ledger(three(), **how)
    assert caught.value.argument == next(iter(how))


def test_a_wrong_kind_of_argument() -> None:
    with pytest.raises(TypeError, match="unexpected keyword"):
        clientela.Ledger(three(), colour="red")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"datetime\.date or text"):
        clientela.Ledger(three(), latest=19980101)  # type: ignore[arg-type]


def test_unknown_clients() -> None:
    ledger = clientela.Ledger(three())
    with pytest.raises(clientela.UnknownClient, match="no client 5") as caught:
        ledger.sales(5)
    assert caught.value.client == "5"
    assert isinstance(caught.value, LookupError)
    with pytest.raises(clientela.UnknownClient):
        ledger.sales("1")
    with pytest.raises(clientela.BadArgument, match="64 bits"):
        ledger.sales(2**70)
    for odd in [True, 1.0, None, b"1"]:
        with pytest.raises(TypeError, match="int or a str"):
            ledger.sales(odd)  # type: ignore[arg-type]


def test_ids_of_other_libraries() -> None:
    ledger = clientela.Ledger(three())
    for one in pd.Series([1]):
        assert len(ledger.sales(one)) == 2
    assert len(ledger.sales(pd.Series([1]).to_numpy()[0])) == 2


def test_errors_can_be_pickled() -> None:
    with pytest.raises(clientela.BadRow) as caught:
        clientela.Ledger(three(amount=pa.array(["1", "x", "3"])))
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is clientela.BadRow
    assert (str(again), vars(again)) == (str(caught.value), vars(caught.value))
