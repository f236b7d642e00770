"""Snapshots and their answers, as Python and other libraries see them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import nanoarrow
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from test_input import three

import clientela


@pytest.fixture
def snapshot(ledger: clientela.Ledger) -> clientela.Snapshot:
    return ledger.snapshot("1998-06-30", {"activity": {"industry": "clothing"}})


def test_a_day_may_be_written_in_several_ways(ledger: clientela.Ledger) -> None:
    for day in [
        "1998-06-30",
        date(1998, 6, 30),
        datetime(1998, 6, 30, 12),
        pd.Timestamp("1998-06-30"),
    ]:
        assert ledger.snapshot(day).as_of == date(1998, 6, 30)
    with pytest.raises(clientela.BadArgument, match="YYYY-MM-DD"):
        ledger.snapshot("30.06.1998")
    with pytest.raises(clientela.BadArgument, match="depends on the zone"):
        ledger.snapshot(datetime(1998, 6, 30, tzinfo=UTC))
    with pytest.raises(TypeError, match=r"datetime\.date or text"):
        ledger.snapshot(19980630)  # type: ignore[arg-type]


def test_a_policy_may_be_given_in_several_ways(ledger: clientela.Ledger) -> None:
    own = {"abc": {"a_percent": "60"}}
    for policy in [own, clientela.Policy(own), clientela.Policy(abc={"a_percent": Decimal(60)})]:
        assert ledger.snapshot("1998-06-30", policy).policy == clientela.Policy(own)
    assert ledger.snapshot("1998-06-30").policy == clientela.Policy()
    with pytest.raises(clientela.BadPolicy) as caught:
        ledger.snapshot("1998-06-30", {"abc": {"a_per_cent": 60}})
    assert caught.value.path == "abc.a_per_cent"
    with pytest.raises(clientela.BadArgument, match="mapping of its fields"):
        ledger.snapshot("1998-06-30", "clothing")  # type: ignore[arg-type]


def test_clients(snapshot: clientela.Snapshot, ledger: clientela.Ledger) -> None:
    table = snapshot.clients()
    assert len(table) == len(snapshot) == len(ledger.clients())
    assert table["client"] == [7, 9, 11]
    assert table["amount"] == [Decimal("25.50"), Decimal("40.00"), Decimal("0.00")]
    assert table["first_purchase"][0] == date(1994, 8, 23)
    assert table["expected_on"][2] is None
    assert table["stage"][2] == "buyer"
    assert isinstance(table["vip_by_month"][0], bool)


def test_every_column_says_what_it_is(snapshot: clientela.Snapshot) -> None:
    for table in [snapshot.clients(), snapshot.months(), snapshot.cohorts()]:
        assert list(table.schema) == table.columns
        for entry in table.schema.values():
            assert entry["type"]
            assert entry["about"]
            assert entry["source"]
        for field in table.to_arrow().schema:
            assert field.metadata[b"about"].decode() == table.schema[field.name]["about"]
            assert field.metadata[b"source"].decode() == table.schema[field.name]["source"]


def test_rows_in_every_form(snapshot: clientela.Snapshot) -> None:
    clients = snapshot.clients()
    dicts = clients.to_dicts()
    assert clients.rows() == [tuple(row.values()) for row in dicts]
    assert [list(row) for row in dicts] == [clients.columns] * len(clients)
    assert clients.column("stage") == [row["stage"] for row in dicts]
    arrow = clients.to_arrow().to_pylist()
    assert arrow == dicts
    assert clients.to_polars().to_dicts() == dicts
    columns = ", ".join(f'"{name}"' for name in clients.columns)
    assert duckdb.sql(f"select {columns} from clients").fetchall() == clients.rows()
    frame = clients.to_pandas()
    for name in clients.columns:
        values = [None if pd.isna(value) else value for value in frame[name]]
        assert values == clients[name], name


def test_types_of_other_libraries(snapshot: clientela.Snapshot) -> None:
    table = snapshot.clients()
    arrow = table.to_arrow().schema
    assert arrow.field("client").type == pa.int64()
    assert not arrow.field("client").nullable
    assert arrow.field("first_purchase").type == pa.date32()
    assert arrow.field("purchases").type == pa.int32()
    assert arrow.field("amount").type == pa.decimal128(18, 2)
    assert arrow.field("variation").type == pa.float64()
    assert arrow.field("recency_score").type == pa.uint8()
    assert arrow.field("vip_by_month").type == pa.bool_()
    assert arrow.field("stage").type == pa.dictionary(pa.uint8(), pa.string())
    polars = table.to_polars().schema
    assert polars["amount"] == pl.Decimal(18, 2)
    assert polars["stage"] == pl.Categorical
    pandas = table.to_pandas().dtypes
    assert pandas["amount"] == pd.ArrowDtype(pa.decimal128(18, 2))
    assert pandas["purchases"] == pd.ArrowDtype(pa.int32())
    assert pandas["stage"] == "category"
    assert pandas["variation"] == "float64"


def test_answers_can_be_computed_with(snapshot: clientela.Snapshot) -> None:
    clients = snapshot.clients()
    total = Decimal("65.50")
    assert pl.DataFrame(clients)["amount"].sum() == total
    assert duckdb.sql("select sum(amount) from clients").fetchall() == [(total,)]
    assert clients.to_pandas()["amount"].sum() == total
    arrow = pa.table(clients)
    double = pa.compute.add(arrow["amount"], arrow["amount"])
    assert pa.compute.sum(double).as_py() == 2 * total


def test_text_ids_and_every_reader() -> None:
    table = (
        clientela.Ledger(three(client=pa.array(["ä", "b", "ä"]))).snapshot("1998-06-30").clients()
    )
    assert table["client"] == ["b", "ä"]
    assert pa.table(table)["client"].to_pylist() == ["b", "ä"]
    assert pa.table(table).schema.field("client").type == pa.large_string()
    assert pl.DataFrame(table)["client"].to_list() == ["b", "ä"]
    assert pd.DataFrame.from_arrow(table)["client"].to_list() == ["b", "ä"]
    assert nanoarrow.ArrayStream(table).read_all().child(0).to_pylist() == ["b", "ä"]
    pa.table(table).validate(full=True)


def test_an_empty_table_is_a_table(ledger: clientela.Ledger) -> None:
    table = ledger.snapshot("1990-01-01").clients()
    assert len(table) == 0
    assert pa.table(table).num_rows == pl.DataFrame(table).height == len(table.to_pandas()) == 0
    assert table.rows() == table.to_dicts() == table["client"] == []
    assert "0 rows" in repr(table)


def test_an_unread_stream_is_released(snapshot: clientela.Snapshot) -> None:
    capsule = snapshot.clients().__arrow_c_stream__()
    del capsule
    capsule = snapshot.clients().__arrow_c_stream__(None)
    assert "arrow_array_stream" in repr(capsule)


def test_a_table_outlives_its_makers(ledger: clientela.Ledger) -> None:
    frame = pl.DataFrame(ledger.snapshot("1998-06-30").clients())
    arrow = pa.table(ledger.snapshot("1998-06-30").clients())
    assert frame["client"].to_list() == arrow["client"].to_pylist() == [7, 9, 11]


def test_an_unknown_column(snapshot: clientela.Snapshot) -> None:
    with pytest.raises(KeyError, match="the table has client, "):
        snapshot.clients()["colour"]


def test_tables_print(snapshot: clientela.Snapshot) -> None:
    table = snapshot.clients()
    lines = repr(table).splitlines()
    assert lines[0].startswith("client  first_purchase")
    assert lines[3].split()[0] == "11"
    assert lines[-1].startswith(f"3 rows, {len(table.columns)} columns; not shown: ")
    assert all(len(line) <= 100 for line in lines[:-1])
    html = table._repr_html_()
    assert html.count("<tr>") == 4
    assert all(f">{name}</th>" in html for name in table.columns)


def test_long_tables_print_their_ends() -> None:
    table = pa.table(
        {
            "client": range(1000),
            "date": ["1998-01-01"] * 1000,
            "amount": [str(i) for i in range(1000)],
        }
    )
    clients = clientela.Ledger(table).snapshot("1998-06-30").clients()
    lines = repr(clients).splitlines()
    assert len(lines) == 13
    assert lines[6] == "… 990 more rows"
    assert clients._repr_html_().count("<tr>") == 12


def test_html_is_escaped() -> None:
    nasty = pa.array(['<b>&"', "b", "c"])
    snapshot = clientela.Ledger(three(client=nasty)).snapshot("1998-06-30")
    for html in [snapshot.clients()._repr_html_(), snapshot.explain('<b>&"')._repr_html_()]:
        assert "&lt;b&gt;&amp;" in html
        assert '<b>&"' not in html


def test_months_and_cohorts(snapshot: clientela.Snapshot) -> None:
    months = snapshot.months()
    assert months.columns[:3] == ["client", "month", "amount"]
    assert sum(months["amount"]) == Decimal("65.50")
    for by in ["week", "month", "quarter", "year"]:
        cohorts = snapshot.cohorts(by=by)  # type: ignore[arg-type]
        assert {"cohort", "period", "clients", "retention"} <= set(cohorts.columns)
    with pytest.raises(clientela.BadArgument, match="week, month, quarter, year") as caught:
        snapshot.cohorts(by="day")  # type: ignore[arg-type]
    assert caught.value.argument == "by"


def test_summary(snapshot: clientela.Snapshot) -> None:
    summary = snapshot.summary()
    assert list(summary)[:2] == ["as_of", "currency"]
    assert summary["as_of"] == date(1998, 6, 30)
    assert summary["currency"] == "EUR"
    assert (summary["clients"], summary["sales"]) == (3, 7)
    assert summary["amount"] == Decimal("65.50")
    assert summary["first_day"] == date(1994, 8, 23)
    stages = {entry["name"]: entry for entry in summary["stages"]}
    assert isinstance(stages["client"]["amount"], Decimal)


def test_explain(snapshot: clientela.Snapshot) -> None:
    explanation = snapshot.explain(7)
    assert explanation.client == 7
    assert explanation.as_of == date(1998, 6, 30)
    assert str(explanation) == repr(explanation)
    for sentence in explanation.sentences:
        assert sentence in str(explanation)
    told = explanation.to_dict()
    assert told["client"] == 7
    axes = {verdict["axis"]: verdict for verdict in told["verdicts"]}
    row = snapshot.clients().to_dicts()[0]
    for axis in ["stage", "tier", "activity"]:
        assert axes[axis]["verdict"] == row[axis]
        for reason in axes[axis]["reasons"]:
            assert {"rule", "observed", "comparison", "threshold", "source", "sentence"} <= set(
                reason
            )
    assert "<dt>" in explanation._repr_html_()
    with pytest.raises(clientela.UnknownClient):
        snapshot.explain(8)


def test_diff(ledger: clientela.Ledger) -> None:
    earlier, later = ledger.snapshot("1994-11-30"), ledger.snapshot("1998-06-30")
    diff = later.diff(earlier)
    assert (diff.from_day, diff.to_day) == (date(1994, 11, 30), date(1998, 6, 30))
    assert diff.entered == [11]
    assert diff.left == []
    assert {"client", "axis", "from", "to", "reasons"} <= set(diff.moved[0])
    assert diff.to_dict()["moved"] == diff.moved
    assert len(diff.table()) >= len(diff.moved)
    assert repr(diff).startswith("Diff(from_day=1994-11-30, to_day=1998-06-30, entered=1, left=0")
    with pytest.raises(clientela.ClientelaError):
        earlier.diff(later)


def test_a_part_of_the_base_under_the_census_of_the_whole() -> None:
    table = pa.table(
        {
            "client": [i // 3 for i in range(300)],
            "date": [f"1998-0{i % 6 + 1}-01" for i in range(300)],
            "amount": [str(i % 50) for i in range(300)],
        }
    )
    whole = clientela.Ledger(table).snapshot("1998-06-30")
    part = clientela.Ledger(table.slice(0, 150))
    partly = clientela.Snapshot.from_census(part, whole.census_json())
    assert partly.clients().rows() == whole.clients().rows()[:50]
    with pytest.raises(clientela.BadFormat):
        clientela.Snapshot.from_census(part, "{}")
