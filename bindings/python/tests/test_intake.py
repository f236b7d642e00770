"""The central file: tables, mappings, directories, duplicates, merged clients, statements."""

import json
import pickle
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import clientela
from clientela import formula

TABLE = (
    "Кто;Когда;Сумма;Карта\n"
    "7;31.01.1998;1 234,50;4111 1111 1111 1111\n"
    "7;01.02.1998;10,00;\n"
    "9;30.02.1998;5,00;\n"
    "9;28.02.1998;2,50;\n"
)
SALES: dict[str, Any] = {
    "target": "sales", "client_ids": "number",
    "columns": {"Кто": "client", "Когда": "date", "Сумма": "amount"},
    "formats": {"dates": ["DD.MM.YYYY"], "amounts": "decimal_comma"},
}  # fmt: skip
TOURISTS: dict[str, Any] = {
    "target": "portraits", "kind": "tourist", "client_ids": "number",
    "columns": {"0": "client", "1": "surname_latin", "2": "birth_date"},
    "steps": [{"do": "split_surname_sex", "field": "surname_latin"}],
}  # fmt: skip


def test_a_table_comes_in_every_way(tmp_path: Path) -> None:
    grid = clientela.read_table(TABLE)
    assert (len(grid), grid.width) == (4, 4)
    assert grid.columns == ["Кто", "Когда", "Сумма", "Карта"]
    assert grid.rows()[1] == ["7", "01.02.1998", "10,00", ""]
    data = TABLE.encode("windows-1251")
    path = tmp_path / "sales.csv"
    path.write_bytes(data)
    for given in [data, bytearray(data), memoryview(data), path]:
        read = clientela.read_table(given, encoding="windows-1251")
        assert read.to_json() == grid.to_json()
    plain = clientela.read_table(TABLE, header=False)
    assert (len(plain), plain.columns) == (5, None)
    assert repr(plain) == "Grid(rows=5, columns=4)"
    report = grid.report()
    assert (report["file"]["delimiter"], report["file"]["encoding"]) == (";", "UTF-8")
    assert clientela.Grid.from_json(grid.to_json()).rows() == grid.rows()
    assert clientela.Grid([["a"]]).report()["file"] is None


def test_cells_keep_what_they_are() -> None:
    grid = clientela.Grid([["a", 12, Decimal("1.50"), date(1998, 1, 31), None, True]])
    assert grid.rows() == [["a", "12", "1.50", "1998-01-31", "", "true"]]
    cells = json.loads(grid.to_json())["rows"][0]
    assert cells[2:5] == [{"number": "1.50"}, {"day": "1998-01-31"}, None]


def test_no_bank_card_stays_in_a_table() -> None:
    grid = clientela.read_table(TABLE)
    assert grid.report()["cards_masked"] == [{"row": 0, "column": 3}]
    assert grid.rows()[0][3] == "****1111"
    assert "4111" not in grid.to_json()


def test_a_table_is_refused_with_its_place() -> None:
    for ask, error in [
        (lambda: clientela.read_table(b"a\xff\n"), clientela.BadFormat),
        (lambda: clientela.read_table("a", format="pdf"), clientela.BadArgument),
        (lambda: clientela.read_table("a\nb\n", limits={"rows": 1}), clientela.BadFormat),
        (lambda: clientela.read_table("a", limits={"colour": 1}), clientela.BadArgument),
        (lambda: clientela.read_table(5), TypeError),  # type: ignore[arg-type]
        (lambda: clientela.Grid([[[]]]), clientela.BadDocument),
    ]:  # fmt: skip
        with pytest.raises(error):
            ask()


def test_a_mapping_is_a_document() -> None:
    mapping = clientela.Mapping(SALES)
    assert mapping == clientela.Mapping(mapping.to_json())
    assert mapping == clientela.Mapping.from_json(mapping.to_json())
    assert clientela.Mapping(mapping.to_dict()) == mapping != clientela.Mapping(TOURISTS)
    assert pickle.loads(pickle.dumps(mapping)) == mapping
    assert len({mapping, clientela.Mapping(SALES)}) == 1
    assert "'Кто': 'client'" in repr(mapping)
    with pytest.raises(clientela.BadDocument) as twice:
        clientela.Mapping({**SALES, "columns": {**SALES["columns"], "Карта": "amount"}})
    assert twice.value.document == "mapping"
    assert twice.value.path.startswith("columns.")
    with pytest.raises(clientela.BadArgument):
        clientela.Mapping(5)  # type: ignore[arg-type]


def test_sales_of_a_table() -> None:
    grid = clientela.read_table(TABLE)
    with pytest.raises(clientela.BadRow) as bad:
        grid.ledger(SALES)
    assert (bad.value.row, bad.value.column, bad.value.value) == (2, "Когда", "30.02.1998")
    ledger, report = grid.ledger(clientela.Mapping(SALES), currency="EUR", on_bad="set_aside")
    # 1234.50 + 10.00 + 2.50.
    assert (ledger.total, ledger.currency) == (Decimal("1247.00"), "EUR")
    assert (report["rows_read"], report["rows_taken"]) == (4, 3)
    assert report["set_aside"][0]["row"] == 2
    assert report["unmapped_columns"] == ["Карта"]


def test_portraits_of_a_table() -> None:
    grid = clientela.Grid([["7", "ZHUKOV MR", date(1990, 1, 31)], ["7", "ORLOV", None]])
    portraits, report = grid.portraits(TOURISTS)
    fields = portraits.get(7)["fields"]
    assert (fields["surname_latin"], fields["sex"]) == ("ZHUKOV", "male")
    assert fields["birth_date"] == date(1990, 1, 31)
    # The second row has a client that the first has.
    assert [line["row"] for line in report["set_aside"]] == [1]
    documents, same = grid.documents(TOURISTS)
    assert [document["client"] for document in documents] == [7]
    assert same == report
    assert clientela.Portraits.from_dicts(documents) == portraits


def test_a_suggestion_is_not_applied() -> None:
    grid = clientela.read_table("Кто;Дата;Сумма\nFir;31.01.1998;1 234,50\nPine;28.02.1998;2,50\n")
    told = grid.suggest("sales")
    by_name = {column["name"]: column for column in told["columns"]}
    assert (by_name["Дата"]["field"], by_name["Сумма"]["field"]) == ("date", "amount")
    assert 0 < Decimal(by_name["Дата"]["confidence"]) <= 1
    assert by_name["Дата"]["reason"]
    assert (told["formats"]["dates"], told["formats"]["amounts"]) == (
        ["DD.MM.YYYY"], "decimal_comma",
    )  # fmt: skip
    # Once somebody has agreed to it, with what was left open, it is a mapping.
    agreed = {**told["mapping"], "columns": {**told["mapping"]["columns"], "0": "client"}}
    ledger, _ = grid.ledger(agreed)
    assert (ledger.clients(), ledger.total) == (["Fir", "Pine"], Decimal("1237.00"))
    with pytest.raises(clientela.BadArgument) as other:
        grid.suggest("colours")  # type: ignore[arg-type]
    assert other.value.argument == "target"


RECORDS: list[dict[str, Any]] = [
    {"id": 1, "surname": "Щеглова", "given_name": "Юлия", "birth_date": date(1990, 2, 1),
     "phone": "+7 495 111-22-33"},
    {"id": 2, "surname": "Орлов", "given_name": "Пётр", "birth_date": "1985-07-30"},
    {"id": 3, "surname": "ЩЕГЛОВА", "given_name": "Юлия", "birth_date": "1990-02-01",
     "phone": "84951112233"},
    {"id": 4, "surname": "Кузнецова", "given_name": "Анна", "birth_date": "1979-11-12"},
]  # fmt: skip


@pytest.fixture(scope="module")
def directory() -> clientela.Directory:
    return clientela.Directory(RECORDS)


def test_a_directory_finds_clients(directory: clientela.Directory) -> None:
    found = directory.find(surname="щеглова")
    assert (found["outcome"], found["count"], found["exact"]) == ("many", 2, True)
    assert [match["client"] for match in found["matches"]] == [1, 3]
    assert directory.find(surname="Orlov")["matches"][0]["record"]["given_name"] == "Пётр"
    one = directory.find(surname="Кузнецова", birth_date=date(1979, 11, 12))
    assert (one["outcome"], one["matches"][0]["client"]) == ("one", 4)
    near = directory.find(surname="Кузнецава")
    assert (near["outcome"], near["exact"]) == ("one", False)
    assert 0 < Decimal(near["matches"][0]["score"]) < 1
    assert directory.find(surname="Иванов")["outcome"] == "none"
    for criteria, argument in [({}, "criteria"), ({"colour": "red"}, "criteria")]:
        with pytest.raises(clientela.BadArgument) as caught:
            directory.find(**criteria)
        assert caught.value.argument == argument
    assert directory.get(2) == {
        "surname": "Орлов", "given_name": "Пётр", "birth_date": "1985-07-30",
    }  # fmt: skip
    with pytest.raises(clientela.UnknownClient):
        directory.get(9)


def test_directories_of_every_source_are_the_same(
    directory: clientela.Directory, library: Callable[[pa.Table], Any]
) -> None:
    names = ["surname", "given_name", "birth_date", "phone"]
    days = [date.fromisoformat(str(one["birth_date"])) for one in RECORDS]
    table = pa.table(
        {
            "id": pa.array([one["id"] for one in RECORDS]),
            "surname": pa.array([one["surname"] for one in RECORDS]),
            "given_name": pa.array([one["given_name"] for one in RECORDS]),
            "birth_date": pa.array(days, pa.date32()),
            "phone": pa.array([one.get("phone") for one in RECORDS]),
        }
    )
    framed = clientela.Directory.from_frame(library(table))
    assert {c: framed.get(c) for c in framed.clients()} == {
        c: directory.get(c) for c in directory.clients()
    }
    assert framed.fields == directory.fields
    assert set(framed.fields) == set(names)
    turned = clientela.Directory(RECORDS[::-1])
    assert turned == directory == clientela.Directory.from_json(json.dumps(RECORDS, default=str))
    assert (len(directory), directory.clients()) == (4, [1, 2, 3, 4])


def test_a_frame_is_read_as_it_says() -> None:
    table = pa.table({"number": ["a", "b"], "last": ["Orlov", None], "house": [12, None]})
    directory = clientela.Directory.from_frame(
        table, id="number", fields={"last": "surname", "house": "place"}, kinds={"place": "number"}
    )
    assert directory.get("a") == {"surname": "Orlov", "place": "12"}
    assert directory.get("b") == {}
    assert directory.fields == {"surname": "name", "place": "number"}
    assert repr(directory) == "Directory(records=2, fields=['surname', 'place'])"
    floats = pa.table({"id": [1], "score": [0.5]})
    with pytest.raises(clientela.BadColumn) as caught:
        clientela.Directory.from_frame(floats)
    assert caught.value.column == "score"
    with pytest.raises(clientela.BadRow) as null:
        clientela.Directory.from_frame(pa.table({"id": [1, None], "surname": ["a", "b"]}))
    assert (null.value.row, null.value.column) == (1, "id")
    with pytest.raises(clientela.BadColumn):
        clientela.Directory.from_frame(table)
    with pytest.raises(clientela.BadArgument):
        clientela.Directory(RECORDS, kinds={"surname": "colour"})  # type: ignore[dict-item]
    with pytest.raises(clientela.BadRow):
        clientela.Directory([{"id": 1}, {"id": 1}])


def test_a_directory_of_portraits() -> None:
    portraits = clientela.Portraits.from_dicts(
        [{"client": 7, "kind": "tourist", "fields": {"surname": "Жуков", "phone": "+7 495 1"}}]
    )
    directory = clientela.Directory.from_portraits(portraits)
    assert directory.find(surname="Zhukov")["matches"][0]["client"] == 7


def test_duplicates_say_why(directory: clientela.Directory) -> None:
    duplicates = directory.duplicates()
    assert [row[:2] for row in duplicates.table().rows()] == [(1, 3)]
    assert len(duplicates) == 1
    assert pa.table(duplicates).num_rows == 1
    assert duplicates.report()["records"] == 4
    told = duplicates.explain(1, 3)
    assert told.duplicate
    levels = {field["field"]: field["level"] for field in told.to_dict()["fields"]}
    assert levels["surname"] == "equal"
    assert str(told).startswith("1 and 3 mean one client")
    assert not duplicates.explain(1, 2).duplicate
    again = directory.duplicates(model=duplicates.model)
    assert again.table().rows() == duplicates.table().rows()
    some = directory.duplicates(fields=["surname", "birth_date"])
    assert len(some.model["fields"]) == 2
    with pytest.raises(clientela.BadArgument):
        directory.duplicates(fields=["colour"])
    with pytest.raises(clientela.UnknownClient):
        duplicates.explain(1, 9)
    links = directory.links(clientela.Directory([{**RECORDS[0], "id": 70}]))
    assert (1, 70) in [row[:2] for row in links.table().rows()]
    with pytest.raises(clientela.BadArgument):
        links.clusters()


def test_everything_follows_merged_clients(directory: clientela.Directory) -> None:
    clusters = directory.duplicates().clusters()
    rekeys = clusters.rekeys()
    assert rekeys == {3: 1}
    assert (len(clusters), clusters.table()["cluster"]) == (1, [1, 1])
    assert repr(clusters).startswith("Clusters(1)\n")
    sales = pa.table(
        {"client": [1, 3, 4], "date": ["1998-01-05"] * 3, "amount": ["10.00", "2.50", "7.00"]}
    )
    ledger = clientela.Ledger(sales)
    merged = ledger.rekey(rekeys)
    assert (merged.clients(), merged.total) == ([1, 4], ledger.total)
    assert sum(Decimal(sale["amount"]) for sale in merged.sales(1)) == Decimal("12.50")
    portraits = clientela.Portraits.from_dicts(
        [
            {"client": 1, "fields": {"phone": "+7 495 1"}},
            {"client": 3, "fields": {"phone": "+7 495 2", "address": "Quai 1"}},
        ]
    )
    kept, set_aside = portraits.rekey(rekeys)
    assert kept.clients() == [1]
    assert kept.get(1)["fields"]["address"] == "Quai 1"
    assert [(one["from"], one["value"]) for one in set_aside] == [(3, "+7 495 2")]
    journal = clientela.Journal(promises=[{"client": 3, "what": "tea", "due_on": "1998-01-31"}])
    assert journal.rekey(rekeys).to_dict()["promises"][0]["client"] == 1
    for follows in [ledger, portraits, journal]:
        with pytest.raises(clientela.BadArgument):
            follows.rekey({1: 3, 3: 1})


def test_a_merge_is_planned_confirmed_and_taken_back() -> None:
    stored = {"client": 1, "fields": {"surname": "Щеглова", "phone": "+7 495 111-22-33"}}
    incoming = {
        "client": 9, "fields": {"surname": "ЩЕГЛОВА", "phone": "84957654321", "email": "j@x.ru"},
    }  # fmt: skip
    plan = formula.merge_plan(stored=stored, incoming=incoming)
    assert {field.field: field.state for field in plan.fields} == {
        "fields.email": "fill", "fields.phone": "conflict", "fields.surname": "same",
    }  # fmt: skip
    assert not plan.empty
    assert formula.merge_plan(stored=stored, incoming=stored).empty
    done = formula.merge_apply(stored=stored, plan=plan, confirmed=["fields.email"])
    assert done.document == {"client": 1, "fields": {**stored["fields"], "email": "j@x.ru"}}  # type: ignore[dict-item]
    assert (done.changed, done.left) == (["fields.email"], ["fields.phone"])
    assert formula.merge_apply(stored=stored, plan=plan, fills=True).document == done.document
    assert formula.merge_revert(document=done.document, undo=done.undo).document == stored
    with pytest.raises(clientela.BadArgument):
        formula.merge_apply(stored=stored, plan=plan, confirmed=["fields.colour"])


def test_payments_of_two_sources_count_once() -> None:
    line = {"payer": 7, "on": date(2026, 1, 31), "amount": Decimal("100.00")}
    told = formula.remove_overlap(
        sources=[
            {"name": "crm", "lines": [line]},  # type: ignore[list-item]
            {"name": "bank", "lines": [line, line, {**line, "payer": 8}]},  # type: ignore[list-item]
        ]
    )
    crm, bank = told.sources
    assert (crm.kept, bank.kept, bank.removed) == ([0], [1, 2], 1)
    assert bank.removed_amount == Decimal("100.00")
    assert (told.removed[0].kept_in, told.removed[0].on) == ("crm", date(2026, 1, 31))


STATEMENT = (
    ":20:1\n:25:DE89370400440532013000\n:60F:C260101EUR10,00\n"
    ":61:2601020102C2,50NTRFNONREF\n:86:166?20Invoice 7?32ACME GmbH\n"
    ":61:2601020102D1,00NMSCNONREF\n:86:808?20Fee\n:62F:C260102EUR11,50\n"
)


def test_a_statement_becomes_sales(tmp_path: Path) -> None:
    statement = clientela.read_statement(STATEMENT.encode())
    path = tmp_path / "statement.sta"
    path.write_text(STATEMENT)
    assert statement == clientela.read_statement(path) == clientela.read_statement(STATEMENT)
    assert (statement.format, len(statement)) == ("mt940", 2)
    entry = statement.to_dict()["entries"][0]
    assert (entry["amount"], entry["purpose"]) == (Decimal("2.50"), "Invoice 7")
    assert json.loads(statement.to_json())["entries"][0]["payer"]["name"] == "ACME GmbH"
    assert statement.report()["incoming"] == 1
    ledger = statement.ledger()
    assert (ledger.total, ledger.currency, ledger.clients()) == (
        Decimal("2.50"), "EUR", ["name:acme gmbh"],
    )  # fmt: skip
    report = statement.sales_report()
    assert (report["sales"], report["left_out"]["outgoing"]) == (1, 1)
    assert repr(statement) == "Statement(format='mt940', entries=2)"


def test_a_statement_is_refused_with_its_place() -> None:
    with pytest.raises(clientela.BadFormat):
        clientela.read_statement(b"colour")
    with pytest.raises(clientela.BadArgument):
        clientela.read_statement(STATEMENT, scale=10)
    statement = clientela.read_statement(STATEMENT)
    with pytest.raises(clientela.Empty):
        statement.ledger(currency="USD")
    with pytest.raises(clientela.BadArgument):
        statement.ledger(key="colour")  # type: ignore[arg-type]
