"""The journal: documents in and out, errors, and the snapshots that are made with it."""

import json
import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import clientela

FULL: dict[str, Any] = {
    "staff": [{"name": "Ada", "role": "client_manager", "since": date(1994, 1, 1)}],
    "assignments": [{"client": 7, "staff": "Ada", "role": "coordinator", "until": "1999-01-01"}],
    "activities": [
        {"on": "1994-09-01", "goal": "retention", "kind": "gift", "money": Decimal("150.00")},
        {"on": "1994-09-02", "goal": "acquisition", "kind": "exhibition", "minutes": 90},
    ],
    "touches": [
        {"client": 7, "on": date(1994, 9, 1), "channel": "phone", "content": "useful",
         "responded_on": date(1994, 9, 3)},
    ],
    "tasks": [
        {"id": "t1", "title": "autumn", "steps": ["call"], "due_on": "1994-12-01",
         "clients": [{"client": 9, "done": [{"step": "call", "on": "1994-10-01"}]}]},
    ],
    "promises": [
        {"client": 7, "what": "a sample", "due_on": "1994-10-01", "done_on": "1994-09-30"},
    ],
    "win_backs": [
        {"client": 9, "opened_on": "1994-12-01",
         "steps": [{"on": "1994-12-05", "step": "neutral_lunch", "outcome": "done"}]},
    ],
    "products": [{"name": "Mira", "launched_on": "1994-10-01", "collection": True}],
    "promo_days": [{"name": "May", "from": "1994-05-01", "to": "1994-05-09"}],
    "deals": [{"id": "d1", "client": 7, "status": "open", "on": "1994-11-01", "amount": "99.50"}],
    "deliveries": [{"client": 7, "on": "1994-11-01", "asked_on": "1994-11-15"}],
    "suppliers": [
        {"name": "Sup", "measure": "amount", "months": 12, "purchases": "5000.00",
         "tiers": [{"from": "1000.00", "discount_percent": "2.5"}]},
    ],
    "deal_statuses": [{"name": "open"}, {"name": "won", "is_final": True}],
    "fixed_costs": {"per_month": "800.00"},
}  # fmt: skip


def test_all_ways_in_give_the_same_journal() -> None:
    journal = clientela.Journal(FULL)
    text = journal.to_json()
    assert journal == clientela.Journal(text) == clientela.Journal.from_json(text)
    assert journal == clientela.Journal(**FULL)
    promises = FULL["promises"]
    rest = {name: section for name, section in FULL.items() if name != "promises"}
    assert journal == clientela.Journal(rest, promises=promises)
    turned = {name: FULL[name] for name in reversed(FULL)}
    turned["activities"] = FULL["activities"][::-1]
    assert clientela.Journal(turned).to_json() == text
    assert len({journal, clientela.Journal(turned), clientela.Journal()}) == 2
    assert journal != clientela.Journal()
    assert journal != text
    assert pickle.loads(pickle.dumps(journal)) == journal


def test_a_journal_comes_back_as_it_was_given() -> None:
    told = clientela.Journal(FULL).to_dict()
    assert clientela.Journal(told) == clientela.Journal(FULL)
    assert set(told) == set(FULL)
    day, amount = date(1994, 9, 1), Decimal("150.00")
    assert (told["activities"][0]["on"], told["activities"][0]["money"]) == (day, amount)
    assert told["promo_days"] == [
        {"name": "May", "from": date(1994, 5, 1), "to": date(1994, 5, 9)},
    ]
    assert told["suppliers"][0]["tiers"] == [
        {"from": Decimal("1000.00"), "discount_percent": Decimal("2.5")},
    ]
    assert told["fixed_costs"] == {"per_month": Decimal("800.00")}


def texts_that_are_more(told: Any, path: str = "") -> list[str]:
    """Give the paths of what is written as a day or a number and still is a text."""
    if isinstance(told, dict):
        return [p for name, part in told.items() for p in texts_that_are_more(part, name)]
    if isinstance(told, list):
        return [p for part in told for p in texts_that_are_more(part, path)]
    more = isinstance(told, str) and told[:1].isdigit() and told[-1:].isdigit()
    return [path] if more else []


def test_no_day_and_no_amount_comes_back_as_text() -> None:
    assert texts_that_are_more(json.loads(clientela.Journal(FULL).to_json())) != []
    assert texts_that_are_more(clientela.Journal(FULL).to_dict()) == []


def test_a_journal_says_what_it_holds() -> None:
    assert repr(clientela.Journal()) == "Journal()"
    shown = repr(clientela.Journal(deal_statuses=FULL["deal_statuses"], staff=FULL["staff"]))
    assert shown == "Journal(deal_statuses=2, staff=1)"


def test_merge() -> None:
    one = clientela.Journal(promises=FULL["promises"], activities=FULL["activities"][:1])
    other = clientela.Journal(activities=FULL["activities"])
    both = one.merge(other)
    assert both == other.merge(one)
    # An entry that stands in both stands once.
    assert len(both.to_dict()["activities"]) == 2
    assert both.merge(both) == both
    costs = clientela.Journal(fixed_costs={"per_month": 1})
    with pytest.raises(clientela.Mismatch) as caught:
        costs.merge(clientela.Journal(fixed_costs={"per_month": 2}))
    assert (caught.value.what, caught.value.left, caught.value.right) == ("fixed costs", "1", "2")


def test_what_does_not_fit_names_its_place() -> None:
    touch = {"client": 7, "on": "1994-09-01", "channel": "phone", "content": "useful"}
    for given, path in [
        ({"touches": [touch, {**touch, "channel": "pigeon"}]}, "touches[1].channel"),
        ({"touches": [{**touch, "on": "1994-13-01"}]}, "touches[0].on"),
        ({"colours": []}, "colours"),
        ({"activities": [{**FULL["activities"][0], "money": 1.5}]}, "activities[0].money"),
    ]:
        with pytest.raises(clientela.BadDocument) as caught:
            clientela.Journal(given)
        assert (caught.value.document, caught.value.path) == ("journal", path)
    for bad in [5, ["promises"], b"{}"]:
        with pytest.raises(clientela.BadArgument, match="mapping of sections"):
            clientela.Journal(bad)  # type: ignore[arg-type]
    with pytest.raises(clientela.BadArgument, match="not both"):
        clientela.Journal("{}", promises=[])


def test_a_snapshot_keeps_its_journal(ledger: clientela.Ledger) -> None:
    journal = clientela.Journal(FULL)
    snapshot = ledger.snapshot("1998-06-30", journal=journal)
    assert snapshot.journal == journal
    assert ledger.snapshot("1998-06-30").journal is None
    assert pickle.loads(pickle.dumps(snapshot)).journal == journal
    part = clientela.Snapshot.from_census(ledger, snapshot.census_json(), journal=journal)
    assert part.journal == journal
    assert pickle.loads(pickle.dumps(part)).journal == journal
    with pytest.raises(TypeError):
        ledger.snapshot("1998-06-30", journal=FULL)  # type: ignore[arg-type]
