"""Objects that live in Python: pickles, threads, equality and printing."""

import copy
import pickle
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from test_input import three

import clientela


def test_ledger_says_what_it_is(ledger: clientela.Ledger) -> None:
    assert repr(ledger) == (
        "Ledger(clients=3, sales=7, currency='EUR', first_day=1994-08-23, last_day=1994-12-21)"
    )
    assert (len(ledger), ledger.clients()) == (7, [7, 9, 11])
    assert (ledger.currency, ledger.scale, ledger.quantity_scale) == ("EUR", 2, 0)
    assert (ledger.first_day, ledger.last_day) == (date(1994, 8, 23), date(1994, 12, 21))
    assert ledger.total == Decimal("65.50")
    report = ledger.report()
    assert list(report) == ["rows", "accepted", "negative_as_return", "set_aside", "by_cause"]
    assert (report["rows"], report["accepted"], report["negative_as_return"]) == (7, 7, 1)
    assert clientela.Ledger(three()).currency is None


def test_merge_and_roll_up(sales: pa.Table) -> None:
    left, right = clientela.Ledger(sales.slice(0, 3)), clientela.Ledger(sales.slice(3))
    whole = clientela.Ledger(sales)
    assert left.merge(right).to_bytes() == right.merge(left).to_bytes() == whole.to_bytes()
    group = whole.roll_up({9: 7, 11: 9})
    assert group.clients() == [7]
    assert group.total == whole.total
    with pytest.raises(clientela.ClientelaError):
        whole.roll_up({7: 9, 9: 7})
    with pytest.raises(clientela.Mismatch) as caught:
        left.merge(clientela.Ledger(sales, currency="EUR"))
    assert (caught.value.what, caught.value.right) == ("currency", "EUR")


def test_bytes_and_pickles(ledger: clientela.Ledger) -> None:
    for again in [
        clientela.Ledger.from_bytes(ledger.to_bytes()),
        pickle.loads(pickle.dumps(ledger)),
        copy.deepcopy(ledger),
    ]:
        assert repr(again) == repr(ledger)
        assert again.sales(9) == ledger.sales(9)
    for broken in [b"", b"junk", ledger.to_bytes()[:-1], ledger.to_bytes() + b"x"]:
        with pytest.raises(clientela.BadFormat):
            clientela.Ledger.from_bytes(broken)


def test_snapshots_and_policies_can_be_pickled(ledger: clientela.Ledger) -> None:
    policy = clientela.Policy(abc={"a_percent": "60"})
    snapshot = ledger.snapshot("1998-06-30", policy)
    again = pickle.loads(pickle.dumps(snapshot))
    assert again.clients().rows() == snapshot.clients().rows()
    assert again.policy == policy
    assert pickle.loads(pickle.dumps(policy)) == policy


@pytest.mark.parametrize(
    "name",
    [
        "Ledger", "Snapshot", "Policy", "Table", "Explanation", "Diff", "Portraits", "Catalogue",
        "Questionnaire", "Journal", "Account",
    ],
)  # fmt: skip
def test_objects_are_frozen(ledger: clientela.Ledger, name: str) -> None:
    snapshot = ledger.snapshot("1998-06-30")
    portraits = clientela.Portraits.from_dicts([])
    objects: dict[str, Any] = {
        "Ledger": ledger,
        "Snapshot": snapshot,
        "Policy": snapshot.policy,
        "Table": snapshot.clients(),
        "Explanation": snapshot.explain(7),
        "Diff": snapshot.diff(snapshot),
        "Portraits": portraits,
        "Catalogue": portraits.catalogue,
        "Questionnaire": clientela.Questionnaire({"country": "", "language": "en", "fields": []}),
        "Journal": clientela.Journal(),
        "Account": snapshot.account(),
    }
    with pytest.raises(AttributeError):
        objects[name].colour = "red"
    for attribute in ["currency", "as_of", "client", "from_day", "columns", "catalogue"]:
        if hasattr(objects[name], attribute):
            with pytest.raises(AttributeError):
                setattr(objects[name], attribute, None)
    assert type(objects[name]).__module__ == "clientela"


def test_policies(ledger: clientela.Ledger) -> None:
    default = clientela.Policy()
    assert repr(default) == "Policy()"
    assert default.to_dict()["version"] == 1
    assert clientela.Policy.from_json(default.to_json()) == default
    own = clientela.Policy({"rfm": {"groups": 4}}, abc={"a_percent": "70"})
    assert repr(own) == "Policy({'abc': {'a_percent': '70'}, 'rfm': {'groups': 4}})"
    assert eval(repr(own), {"Policy": clientela.Policy}) == own
    assert len({own, clientela.Policy.from_json(own.to_json()), default}) == 2
    assert own != default
    assert own != own.to_json()
    clothing = clientela.Policy.industry("clothing")
    assert clothing.to_dict()["activity"]["industry"] == "clothing"
    assert ledger.snapshot("1998-06-30", clothing).policy == clothing
    for make, path in [
        (lambda: clientela.Policy(rfm={"groups": 1}), "rfm.groups"),
        (lambda: clientela.Policy(colour={}), "colour"),
        (lambda: clientela.Policy.from_json("["), "."),
        (lambda: clientela.Policy.industry("restaurant"), "activity.lost_after"),  # type: ignore[arg-type]
    ]:
        with pytest.raises(clientela.BadPolicy) as caught:
            make()
        assert caught.value.path == path
    with pytest.raises(clientela.BadArgument, match="clothing"):
        clientela.Policy.industry("shoes")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def many() -> pa.Table:
    rows = 2_000_000
    ids = pa.array(range(rows), pa.int64())
    return pa.table(
        {
            "client": pa.compute.bit_wise_and(ids, 0x3FFFF),
            "date": pa.compute.add(pa.compute.bit_wise_and(ids, 0x3FF), 9000)
            .cast(pa.int32())
            .cast(pa.date32()),
            "amount": pa.compute.bit_wise_and(ids, 0xFFFF),
        }
    )


def test_other_threads_run_meanwhile(many: pa.Table) -> None:
    """Count how often another thread gets its turn while the core works."""
    turns = 0
    stop = threading.Event()
    started = threading.Event()

    def turn() -> None:
        nonlocal turns
        started.set()
        while not stop.is_set():
            turns += 1
            time.sleep(0.0005)

    before = sys.getswitchinterval()
    # Without the lock being let go the other thread would not run at all.
    sys.setswitchinterval(60)
    thread = threading.Thread(target=turn)
    try:
        thread.start()
        started.wait()
        marks = [turns]
        ledger = clientela.Ledger(many, threads=1)
        marks.append(turns)
        ledger.snapshot("1998-06-30", threads=1)
        marks.append(turns)
        ledger.to_bytes()
        marks.append(turns)
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(before)
    assert marks == sorted(set(marks)), marks


def test_objects_may_be_shared_by_threads(many: pa.Table) -> None:
    ledger = clientela.Ledger(many)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: ledger.snapshot("1997-06-30").summary()["amount"], range(8))
        )
    assert len(set(answers)) == 1


def test_a_producer_may_be_python_itself() -> None:
    """The core's threads must take the lock again to ask a generator for its next batch."""

    def batches() -> Iterator[pa.RecordBatch]:
        for _ in range(5):
            time.sleep(0.001)
            yield three().to_batches()[0]

    for threads in [None, 1, 2]:
        reader = pa.RecordBatchReader.from_batches(three().schema, batches())
        assert len(clientela.Ledger(reader, threads=threads)) == 15
