"""Portraits: from every library, as dicts, and what a snapshot makes of them."""

import pickle
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import OPTIONAL

import clientela

DOCUMENTS: list[dict[str, Any]] = [
    {
        "client": 7,
        "kind": "shop",
        "updated_on": date(1998, 1, 31),
        "fields": {
            "phone": "+7 495 000",
            "floor_area_m2": Decimal("120.5"),
            "brands_in_stock": ["Alba", "Bora"],
            "potential": Decimal("1000.00"),
            "buys_elsewhere": False,
            "satisfaction": 4,
        },
    },
    {"client": 9, "kind": "shop", "fields": {"price_segment": "mid", "innovator": True}},
    {"client": 12, "fields": {"group": "Nord", "attention_minutes": 45}},
]
"""Portraits of two buyers and of a client that never bought."""


@pytest.fixture
def portraits() -> clientela.Portraits:
    """Give `DOCUMENTS`."""
    return clientela.Portraits.from_dicts(DOCUMENTS, currency="EUR")


def table() -> pa.Table:
    """Give `DOCUMENTS` as a table, with a column beside that is no field."""
    return pa.table(
        {
            "client": pa.array([7, 9, 12]),
            "sort": pa.array(["shop", "shop", None]),
            "seen": pa.array([date(1998, 1, 31), None, None]),
            "phone": pa.array(["+7 495 000", None, None]),
            "floor_area_m2": pa.array([Decimal("120.5"), None, None], pa.decimal128(9, 2)),
            "brands_in_stock": pa.array([["Alba", "Bora"], None, None], pa.list_(pa.string())),
            "potential": pa.array([Decimal("1000"), None, None], pa.decimal128(18, 2)),
            "buys_elsewhere": pa.array([False, None, None]),
            "satisfaction": pa.array([4, None, None], pa.int8()),
            "price_segment": pa.array([None, "mid", None]),
            "innovator": pa.array([None, True, None]),
            "group": pa.array([None, None, "Nord"]).dictionary_encode(),
            "attention_minutes": pa.array([None, None, 45]),
            "colour": pa.array(["a", "b", "c"]),
        }
    )


HOW: dict[str, Any] = {"kind_column": "sort", "updated_on": "seen", "currency": "EUR"}


def test_every_library_gives_the_same_portraits(
    library: Callable[[pa.Table], Any], portraits: clientela.Portraits
) -> None:
    # Pandas' own integers have no gaps, so there they come as floats.
    read = clientela.Portraits.from_frame(library(table()), floats="exact", **HOW)
    assert read == portraits
    assert read.report() == {
        "rows": 3,
        "accepted": 3,
        "set_aside": [],
        "ignored_columns": ["colour"],
    }


def test_pandas_as_it_comes(portraits: clientela.Portraits) -> None:
    frame = pd.DataFrame({name: table()[name].to_pylist() for name in table().column_names})
    assert clientela.Portraits.from_frame(frame, floats="exact", **HOW) == portraits


def test_columns_may_be_mapped_to_fields() -> None:
    names = {name: f"the {name}" for name in table().column_names}
    frame = table().rename_columns([f"the {name}" for name in table().column_names])
    fields = {names["phone"]: "phone", names["colour"]: "contact_name"}
    read = clientela.Portraits.from_frame(
        frame, client="the client", kind="manufacturer", fields=fields
    )
    assert read.get(7) == {
        "client": 7,
        "kind": "manufacturer",
        "fields": {"contact_name": "a", "phone": "+7 495 000"},
    }
    ignored = set(frame.column_names) - set(fields) - {"the client"}
    assert set(read.report()["ignored_columns"]) == ignored


def test_text_that_holds_everything(portraits: clientela.Portraits) -> None:
    lists = table()["brands_in_stock"]
    texts = {
        name: pa.array(["" if value is None else str(value) for value in table()[name].to_pylist()])
        for name in table().column_names
        if name not in ("client", "brands_in_stock")
    }
    texts["buys_elsewhere"] = pa.array(["no", "unknown", ""])
    texts["innovator"] = pa.array(["", "yes", "unknown"])
    frame = pa.table({"client": table()["client"], "brands_in_stock": lists, **texts})
    assert clientela.Portraits.from_frame(frame, **HOW) == portraits


def test_a_portrait_is_a_dict(portraits: clientela.Portraits) -> None:
    assert portraits.get(7) == DOCUMENTS[0]
    assert isinstance(portraits.get(7)["fields"]["potential"], Decimal)
    assert portraits.to_dicts() == DOCUMENTS
    assert clientela.Portraits.from_dicts(portraits.to_dicts(), currency="EUR") == portraits
    assert clientela.Portraits.from_json(portraits.to_json(), currency="EUR") == portraits
    assert (len(portraits), portraits.clients()) == (3, [7, 9, 12])
    assert (portraits.currency, portraits.scale) == ("EUR", 2)
    assert repr(portraits) == "Portraits(clients=3)"
    with pytest.raises(clientela.UnknownClient):
        portraits.get(8)


def test_records_and_their_days() -> None:
    full = {
        "client": "Ada",
        "kind": "tourist",
        "updated_on": date(1998, 1, 1),
        "fields": {
            "surname": "Жуков",
            "birth_date": date(1960, 2, 3),
            "dissatisfaction": [{"on": date(1998, 1, 2), "text": "late"}],
        },
        "updated": {"surname": date(1997, 12, 31)},
        "persons": [
            {
                "name": "Eve",
                "birthday": date(1970, 1, 1),
                "family": [{"relation": "son", "birthday": date(1995, 1, 1)}],
                "known_since": date(1990, 1, 1),
            }
        ],
        "contacts": [{"kind": "phone", "value": "1", "checked_on": date(1998, 1, 3)}],
        "preferences": [{"subject": "client", "what": "tea", "noted_on": date(1998, 1, 4)}],
        "pains": [{"what": "price", "said_on": date(1998, 1, 5)}],
        "companions": [{"on": date(1998, 1, 6), "companions": ["spouse"]}],
        "interactions": [
            {"on": date(1998, 1, 7), "kind": "call", "minutes": 5, "next_on": date(1998, 2, 1)}
        ],
        "loyalty_components": [{"component": "speed", "price": False, "on": date(1998, 1, 8)}],
        "complaints": [
            {"on": date(1998, 1, 9), "about": "staff", "resolved_on": date(1998, 1, 10)}
        ],
        "recommendations": [
            {"on": date(1998, 1, 11), "to": "Bob", "relation": "friend", "recommended": True}
        ],
        "membership": [{"on": date(1998, 1, 12), "action": "mark"}],
    }
    portraits = clientela.Portraits.from_dicts([full])
    got = portraits.get("Ada")
    assert clientela.Portraits.from_dicts([got]) == portraits

    def days(value: Any) -> list[date]:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return [day for entry in value for day in days(entry)]
        return [value] if isinstance(value, date) else []

    assert sorted(days(got)) == sorted(days(full))
    assert len(days(full)) == 18


def test_a_field_may_be_called_as_a_day_is() -> None:
    catalogue = clientela.Catalogue(
        [{"name": "on", "type": "text"}, {"name": "said_on", "type": "list"}]
    )
    one = {"client": 1, "fields": {"on": "1998-01-01", "said_on": ["1998-01-02"]}}
    assert clientela.Portraits.from_dicts([one], catalogue=catalogue).get(1) == one


def test_what_a_document_may_hold() -> None:
    count = pd.Series([5]).to_numpy()[0]
    documents = (
        MappingProxyType({"client": client, "fields": {"attention_minutes": count}})
        for client in pd.Series([1, 2])
    )
    portraits = clientela.Portraits.from_dicts(documents)
    assert portraits.clients() == [1, 2]
    assert portraits.get(1)["fields"] == {"attention_minutes": 5}
    for odd in [{1}, b"1", object()]:
        with pytest.raises(TypeError, match="has no form in a document"):
            clientela.Portraits.from_dicts([{"client": 1, "fields": {"phone": odd}}])
    with pytest.raises(ValueError, match="not JSON compliant"):
        clientela.Portraits.from_dicts([{"client": 1, "fields": {"potential": float("nan")}}])


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ({"client": 1, "fields": {"colour": "red"}}, "[0].fields.colour", "no such field"),
        ({"client": 1, "colour": "red"}, "[0].colour", "unknown field"),
        ({"client": 1, "kind": "ship"}, "[0].kind", "not one of the kinds"),
        ({"client": 1, "fields": {"floor_area_m2": "1"}}, "[0].fields.floor_area_m2", "shop"),
        ({"client": 1, "fields": {"potential": 1.5}}, "[0].fields.potential", "text"),
        ({"client": 1, "fields": {"satisfaction": 6}}, "[0].fields.satisfaction", "5"),
        (
            {"client": 1, "updated_on": datetime(1998, 1, 1, 5)},
            "[0].updated_on",
            "1998-01-01 05:00:00",
        ),
        ({"client": 1.5}, "[0].client", "whole number"),
        ({}, "[0]", "client"),
    ],
)
def test_bad_documents_are_named(document: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(clientela.BadDocument, match=re.escape(message)) as caught:
        clientela.Portraits.from_dicts([document])
    error = caught.value
    assert (error.document, error.path) == ("portrait", path)
    assert str(error) == f"portrait, {path}: {error.problem}"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), vars(again)) == (clientela.BadDocument, vars(error))


def test_a_client_has_one_document() -> None:
    with pytest.raises(clientela.BadDocument, match="twice") as caught:
        clientela.Portraits.from_dicts([{"client": 1}, {"client": 1}])
    assert caught.value.path == "[1].client"


def test_bad_rows_are_named() -> None:
    frame = pa.table(
        {
            "id": [1, 2, 3],
            "area": ["12", "large", "1.234"],
            "since": ["1998-01-01", "1998-02-30", None],
        }
    )
    how: dict[str, Any] = {"client": "id", "kind": "shop", "fields": {"area": "floor_area_m2"}}
    with pytest.raises(clientela.BadRow) as caught:
        clientela.Portraits.from_frame(frame, **how)
    assert str(caught.value) == (
        "row 1, column `area`: a value that the field cannot hold, found large; "
        "write a value of the field's type"
    )
    assert (caught.value.row, caught.value.column, caught.value.value) == (1, "area", "large")
    lenient = clientela.Portraits.from_frame(frame, on_bad="set_aside", **how)
    assert lenient.clients() == [1]
    assert lenient.report()["set_aside"] == [
        {"row": 1, "column": "area", "value": "large", "cause": "bad_value"},
        {"row": 2, "column": "area", "value": "1.234", "cause": "too_many_places"},
    ]
    with pytest.raises(clientela.BadRow, match="a date that cannot be read"):
        clientela.Portraits.from_frame(frame, client="id", updated_on="since")


@pytest.mark.parametrize(
    ("how", "argument", "message"),
    [
        ({"kind": "ship"}, "kind", "not one of the kinds: shop,"),
        ({"kind": "shop", "kind_column": "sort"}, "kind", "exclude each other"),
        ({"fields": {"phone": "fone"}}, "fields", r"did you mean `phone`\?"),
        ({"fields": {"phone": "phone", "colour": "phone"}}, "fields", "both hold"),
        ({"floats": "round"}, "floats", "`refuse` or `exact`"),
        ({"on_bad": "ignore"}, "on_bad", "`refuse` or `set_aside`"),
        ({"scale": 10}, "scale", "0 to 9"),
        ({"currency": "euro"}, "currency", "three capital letters"),
        ({"threads": 0}, "threads", "1 or more"),
        ({"catalogue": 5}, "catalogue", "must be a Catalogue"),
    ],
)
def test_bad_arguments_are_named(how: dict[str, Any], argument: str, message: str) -> None:
    with pytest.raises(clientela.BadArgument, match=message) as caught:
        clientela.Portraits.from_frame(table(), **how)
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("how", "column", "message"),
    [
        ({"client": "clent"}, "clent", "did you mean `client`"),
        ({"fields": {"fone": "phone"}}, "fone", "did you mean `phone`"),
        ({"client": "buys_elsewhere"}, "buys_elsewhere", "whole numbers or text"),
        ({"fields": {"seen": "phone"}}, "seen", "must be text"),
        ({"fields": {"client": "potential"}}, "client", "may count whole or minor units"),
        ({"fields": {"phone": "dissatisfaction"}}, "phone", "comes in documents only"),
        ({"fields": {"phone": "preferences"}}, "phone", "records preferences"),
    ],
)
def test_bad_columns_are_named(how: dict[str, Any], column: str, message: str) -> None:
    with pytest.raises(clientela.BadColumn, match=re.escape(message)) as caught:
        clientela.Portraits.from_frame(table(), **how)
    assert caught.value.column == column


def test_only_frames_and_lists() -> None:
    with pytest.raises(TypeError, match="portraits must come as a frame"):
        clientela.Portraits.from_frame([{"client": 1}])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not iterable"):
        clientela.Portraits.from_dicts(5)  # type: ignore[arg-type]
    with pytest.raises(clientela.BadDocument):
        clientela.Portraits.from_json("{}")
    empty = clientela.Portraits.from_dicts([])
    assert (len(empty), empty.to_dicts(), empty.completeness("1998-01-01").rows()) == (0, [], [])


def test_merge(portraits: clientela.Portraits) -> None:
    more = clientela.Portraits.from_dicts(
        [{"client": 9, "kind": "shop", "fields": {"phone": "2"}}, {"client": 99}], currency="EUR"
    )
    both = portraits.merge(more)
    assert both == more.merge(portraits)
    assert both.get(9)["fields"] == {"price_segment": "mid", "innovator": True, "phone": "2"}
    assert len(both) == 4
    other = clientela.Portraits.from_dicts(
        [{"client": 9, "kind": "shop", "fields": {"price_segment": "low"}}], currency="EUR"
    )
    with pytest.raises(clientela.BadDocument, match="price_segment"):
        portraits.merge(other)
    with pytest.raises(clientela.Mismatch) as caught:
        portraits.merge(clientela.Portraits.from_dicts(DOCUMENTS))
    assert caught.value.what == "currency"


def test_pickles(portraits: clientela.Portraits, ledger: clientela.Ledger) -> None:
    again = pickle.loads(pickle.dumps(portraits))
    assert again == portraits
    assert again != clientela.Portraits.from_dicts(DOCUMENTS)
    own = clientela.Catalogue([{"name": "beds", "type": "integer"}])
    assert pickle.loads(pickle.dumps(own)) == own
    beds = clientela.Portraits.from_dicts([{"client": 1, "fields": {"beds": 3}}], catalogue=own)
    again = pickle.loads(pickle.dumps(beds))
    assert (again, again.catalogue, again.get(1)) == (beds, own, beds.get(1))
    snapshot = ledger.snapshot(
        "1998-06-30",
        {"strategy": "working_capital"},
        portraits=portraits,
        payments=ledger,
        orders=ledger,
    )
    again = pickle.loads(pickle.dumps(snapshot))
    assert again.clients().rows() == snapshot.clients().rows()
    assert again.portraits == portraits
    assert again.payments.to_bytes() == ledger.to_bytes()
    assert again.orders.to_bytes() == ledger.to_bytes()
    assert ledger.snapshot("1998-06-30").portraits is None


def test_catalogues() -> None:
    built_in = clientela.Portraits.from_dicts([]).catalogue
    assert built_in == clientela.Catalogue()
    assert repr(built_in).startswith("Catalogue(kinds=5, fields=")
    fields = [
        {"name": "beds", "type": "integer", "kinds": ["clinic"], "min": 0},
        {"name": "rate", "type": "decimal", "places": 3, "max": Decimal("1.5")},
    ]
    own = clientela.Catalogue(fields, [{"name": "clinic"}])
    assert own != built_in
    assert len({own, clientela.Catalogue.from_json(own.to_json()), built_in}) == 2
    names = {field["name"]: field for field in own.to_dict()["fields"]}
    assert names["rate"]["max"] == "1.5"
    assert [kind["name"] for kind in own.to_dict()["kinds"]][-1] == "clinic"
    told = [{"client": 1, "kind": "clinic", "fields": {"beds": 3}}]
    as_mapping = {"fields": fields, "kinds": [{"name": "clinic"}], "built_in": False}
    for catalogue in [own, as_mapping]:
        assert clientela.Portraits.from_dicts(told, catalogue=catalogue).get(1) == told[0]  # type: ignore[arg-type]
    frame = pa.table({"client": [1], "beds": [3]})
    read = clientela.Portraits.from_frame(frame, kind="clinic", catalogue=as_mapping)
    assert read.get(1) == told[0]
    for fields, path in [
        ([{"name": "Beds", "type": "integer"}], "fields[0].name"),
        ([{"name": "beds", "type": "number"}], "fields[0].type"),
        ([{"name": "phone", "type": "integer"}], "fields[0].type"),
        ([{"name": "beds", "type": "choice"}], "fields[0].options"),
    ]:
        with pytest.raises(clientela.BadDocument) as caught:
            clientela.Catalogue(fields)
        assert (caught.value.document, caught.value.path) == ("catalogue", path)


def test_completeness_and_gaps(portraits: clientela.Portraits) -> None:
    full = portraits.completeness("1998-06-30")
    assert full["client"] == [7, 9, 12]
    assert full["kind"] == ["shop", "shop", None]
    assert full["updated_on"] == [date(1998, 1, 31), None, None]
    assert full["missing_required"][0] == "price_segment, purchase_frequency"
    one = portraits.completeness_of(7, date(1998, 6, 30))
    assert one["missing_required"] == ["price_segment", "purchase_frequency"]
    assert (full["applicable"][0], full["filled"][0]) == (one["applicable"], one["filled"])
    gaps = portraits.gaps("1998-06-30")
    rows = {row["field"]: row for row in gaps.to_dicts()}
    assert (rows["phone"]["applicable"], rows["phone"]["filled"]) == (3, 1)
    with pytest.raises(clientela.UnknownClient):
        portraits.completeness_of(8, "1998-06-30")
    with pytest.raises(clientela.BadArgument, match="YYYY-MM-DD"):
        portraits.completeness("soon")
    with pytest.raises(clientela.BadArgument, match="depends on the zone"):
        portraits.gaps(datetime(1998, 1, 1, tzinfo=UTC))


def test_lists_of_names_go_out_as_dictionaries(portraits: clientela.Portraits) -> None:
    lacks = portraits.completeness("1998-06-30")
    assert lacks.schema["missing"]["type"] == "Dictionary(UInt32, LargeUtf8)"
    wanted = lacks["missing"]
    assert pa.table(lacks)["missing"].to_pylist() == wanted
    assert pl.DataFrame(lacks)["missing"].to_list() == wanted
    assert lacks.to_pandas()["missing"].tolist() == wanted
    assert [row[0] for row in duckdb.sql("SELECT missing FROM lacks").fetchall()] == wanted
    no_portraits = clientela.Ledger(
        pa.table({"client": [1], "date": ["1998-01-01"], "amount": ["1"]})
    ).snapshot("1998-06-30")
    nothing = pa.table(no_portraits.clients())["missing"]
    assert (nothing.to_pylist(), nothing.null_count) == ([None], 1)


def test_a_snapshot_of_more_than_sales(
    ledger: clientela.Ledger, portraits: clientela.Portraits
) -> None:
    snapshot = ledger.snapshot(
        "1994-12-31", portraits=portraits, payments=ledger, orders=ledger, threads=2
    )
    clients = {row["client"]: row for row in snapshot.clients().to_dicts()}
    assert (clients[7]["potential"], clients[7]["kind"]) == (Decimal("1000.00"), "shop")
    assert (clients[9]["key_by_innovation"], clients[11]["kind"]) == (True, None)
    assert clients[7]["main_brand"] is None or isinstance(clients[7]["main_brand"], str)
    plain = ledger.snapshot("1994-12-31")
    assert plain.clients().columns == snapshot.clients().columns
    assert plain.clients()["kind"] == [None] * 3

    ladder = snapshot.ladder()
    assert ladder["stage"][0] == "prospect"
    assert ladder["clients"][0] >= 1
    assert sum(ladder["amount"]) == sum(snapshot.clients()["amount"])
    assert {"client", "sign", "of", "scope"} <= set(snapshot.keys().columns)
    assert snapshot.matches()["name"] == ["good", "so_so", "other"]
    matrix = snapshot.matrix("stage", "key")
    assert sum(matrix["clients"]) == 3
    with pytest.raises(clientela.BadArgument):
        snapshot.matrix("stage", "colour")
    earlier = ledger.snapshot("1994-11-30", portraits=portraits)
    moves = snapshot.transitions(earlier)
    assert sum(moves["clients"]) == 3
    assert snapshot.transitions(earlier, axis="tier").columns == moves.columns
    ranking = snapshot.ranking("payments")
    assert ranking["rank"] == [1, 2, 3]
    assert ranking["value"] == sorted(ranking["value"], reverse=True)
    overlap = snapshot.overlap("amount", "payments")
    assert (overlap["left"], overlap["right"]) == ("amount", "payments")
    assert (overlap["overlap"], overlap["only_left"]) == (1.0, [])
    with pytest.raises(clientela.BadArgument, match="unknown variant `money`") as caught:
        snapshot.ranking("money")  # type: ignore[arg-type]
    assert caught.value.argument == "criterion"
    with pytest.raises(clientela.ClientelaError):
        plain.ranking("payments")
    assert isinstance(snapshot.summary()["key"]["innovators_expected"], Decimal)


def test_a_part_of_the_base_with_its_portraits(sales: pa.Table) -> None:
    portraits = clientela.Portraits.from_dicts(DOCUMENTS)
    whole = clientela.Ledger(sales, **OPTIONAL).snapshot("1994-12-31", portraits=portraits)
    part = clientela.Ledger(sales.filter(pa.compute.not_equal(sales["client"], 11)), **OPTIONAL)
    partly = clientela.Snapshot.from_census(part, whole.census_json(), portraits=portraits)
    assert partly.clients().rows() == whole.clients().rows()[:2]
    again = pickle.loads(pickle.dumps(partly))
    assert again.clients().rows() == partly.clients().rows()


def test_only_portraits_and_ledgers_beside(ledger: clientela.Ledger) -> None:
    for how in [{"portraits": DOCUMENTS}, {"payments": 5}, {"orders": "x"}]:
        with pytest.raises(TypeError):
            ledger.snapshot("1998-06-30", **how)  # type: ignore[arg-type]
    texts = clientela.Portraits.from_dicts([{"client": "7"}])
    with pytest.raises(clientela.Mismatch):
        ledger.snapshot("1998-06-30", portraits=texts)


FORM = {
    "country": "France",
    "language": "fr",
    "fields": [
        {"name": "Nom", "origin": "record", "translation": "letter", "field": "surname"},
        {"name": "Né le", "origin": "record", "field": "birth_date"},
        {"name": "Profession", "origin": "additional", "translation": "dictionary"},
        {"name": "_Sexe", "origin": "record", "field": "sex", "options": ["female", "male"]},
    ],
}


def test_questionnaires() -> None:
    form = clientela.Questionnaire(FORM)
    assert repr(form) == "Questionnaire(country='France', fields=4)"
    assert clientela.Questionnaire.from_json(form.to_json()) == form
    assert clientela.Questionnaire(form.to_dict()) == form
    assert pickle.loads(pickle.dumps(form)) == form
    assert len({form, clientela.Questionnaire(FORM)}) == 1
    tourist = {
        "client": 7,
        "kind": "tourist",
        "fields": {"surname": "Жуков", "given_name": "Юрий", "birth_date": date(1960, 2, 3)},
    }
    words = {"Врач": {"fr": "médecin"}}
    portrait = clientela.Portraits.from_dicts([tourist]).get(7)
    filled = form.fill(portrait, {"Profession": "врач"}, words)
    assert filled["heading"] == "Жуков Ю."
    assert [(entry["value"], entry["status"]) for entry in filled["entries"]] == [
        ("Zhukov", "filled"), ("1960-02-03", "filled"), ("médecin", "filled"), (None, "empty"),
    ]  # fmt: skip
    unknown = form.fill(portrait, {"Profession": "врач"})["entries"][2]
    assert (unknown["status"], unknown["value"]) == ("needs_translation", None)
    for questionnaire, path in [
        ({**FORM, "language": "de"}, "language"),
        ({**FORM, "fields": [{"name": "_a", "origin": "record"}]}, "fields[0].options"),
    ]:
        with pytest.raises(clientela.BadDocument) as caught:
            clientela.Questionnaire(questionnaire)
        assert (caught.value.document, caught.value.path) == ("questionnaire", path)
    with pytest.raises(clientela.BadDocument) as caught:
        form.fill({"client": 7, "kind": "ship"})
    assert (caught.value.document, caught.value.path) == ("portrait", "portrait.kind")
    own = clientela.Catalogue([{"name": "nickname", "type": "text"}])
    short = clientela.Questionnaire(
        {"country": "", "language": "ru", "fields": [{"name": "nickname", "origin": "record"}]}
    )
    told = short.fill({"client": 1, "fields": {"nickname": "Ю"}}, catalogue=own)
    assert told["entries"][0]["value"] == "Ю"


def test_additional_answers_are_copied_where_they_are_empty() -> None:
    wife: dict[str, str | None] = {"Hotel": "Astoria", "Profession": None, "Aim": ""}
    husband = {"Hotel": "Ritz", "Profession": "врач", "Aim": "tourism", "Sponsor": "  "}
    assert sorted(clientela.copy_additional(husband, wife)) == ["Aim", "Profession"]
    assert wife == {"Hotel": "Astoria", "Profession": "врач", "Aim": "tourism"}
    assert clientela.copy_additional(husband, wife) == []
    with pytest.raises(clientela.BadDocument):
        clientela.copy_additional({"Hotel": 5}, wife)  # type: ignore[dict-item]
