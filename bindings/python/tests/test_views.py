"""Views: that each has its method, and the account of them all."""

import inspect
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

import clientela

VIEWS = {info["name"]: info for info in clientela.views()}
OWN = {"view", "account"}
METHODS = {
    name: method
    for name, method in vars(clientela.Snapshot.__base__).items()
    if not name.startswith("_") and name not in OWN
}


@pytest.fixture(scope="module")
def snapshot(sales: pa.Table) -> clientela.Snapshot:
    ledger = clientela.Ledger(sales, order="order", profit="profit", currency="EUR")
    return ledger.snapshot("1995-06-30", {"metric": {"active_within": {"days": 90}}})


def told(ask: Callable[[], clientela.Table]) -> Any:
    """Give what a view answers, or how it refuses to."""
    try:
        table = ask()
    except clientela.ClientelaError as refusal:
        return type(refusal), str(refusal)
    return table.columns, table.rows()


def test_every_view_has_a_method() -> None:
    assert set(METHODS) == set(VIEWS)
    # None hides a method that the snapshot has of its own.
    assert not set(METHODS) & set(vars(clientela.Snapshot))


@pytest.mark.parametrize("name", VIEWS)
def test_a_method_has_the_arguments_of_its_view(name: str) -> None:
    given = list(inspect.signature(METHODS[name]).parameters.values())[1:]
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in given)
    assert all(one.default is not one.empty for one in given)
    assert [one.name for one in given] == [one["name"] for one in VIEWS[name]["arguments"]]


@pytest.mark.parametrize("name", VIEWS)
def test_a_method_names_the_source_of_its_view(name: str) -> None:
    assert f"Source: {VIEWS[name]['source']}." in (METHODS[name].__doc__ or "")


@pytest.mark.parametrize("name", VIEWS)
def test_a_method_answers_as_its_view(name: str, snapshot: clientela.Snapshot) -> None:
    """Answers and refusals alike, so the method's defaults are those of the view."""
    assert told(lambda: METHODS[name](snapshot)) == told(lambda: snapshot.view(name))


def test_what_is_refused_says_so(snapshot: clientela.Snapshot) -> None:
    with pytest.raises(clientela.BadArgument) as caught:
        snapshot.view("colour")
    assert caught.value.argument == "view"


def test_arguments_are_taken_in_python_s_own_types(snapshot: clientela.Snapshot) -> None:
    both = snapshot.client_exit(clients=iter([9, 7]))
    assert sorted(both["name"]) == ["7", "9"]
    assert both.rows() == snapshot.view("client_exit", clients=[9, 7]).rows()
    begun = snapshot.revenue_change_clients(begins=date(1994, 9, 1))
    assert begun.rows() == snapshot.revenue_change_clients(begins="1994-09-01").rows()
    assert len(begun) > 0
    raised = snapshot.levers(percent=Decimal("12.5"))
    assert raised.rows() == snapshot.levers(percent="12.5").rows()
    for bad in [{"clients": "79"}, {"groups": "Alba"}]:
        with pytest.raises(clientela.BadArgument, match="must be a list"):
            snapshot.client_exit(**bad)
    with pytest.raises(clientela.BadDocument, match="float"):
        snapshot.levers(percent=0.1)  # type: ignore[arg-type]


def test_the_account_has_every_view(snapshot: clientela.Snapshot) -> None:
    account = snapshot.account()
    assert (account.as_of, account.currency) == (date(1995, 6, 30), "EUR")
    assert set(account.tables) | set(account.causes) == set(VIEWS)
    assert not set(account.tables) & set(account.causes)
    assert list(account.tables) == [name for name in VIEWS if name in account.tables]
    told = account.to_dict()
    assert [one["name"] for one in told["tables"]] == list(VIEWS)
    for one in told["tables"]:
        name = one["name"]
        assert (one["table"] is None) == (name in account.causes)
        if name in account.tables:
            assert one["table"] == account[name].to_dicts() == account.tables[name].to_dicts()
        else:
            with pytest.raises(KeyError, match=name):
                account[name]
    with pytest.raises(KeyError, match="colour"):
        account["colour"]


def test_the_account_can_be_read(snapshot: clientela.Snapshot) -> None:
    account = snapshot.account()
    assert repr(account).startswith("Account as of 1995-06-30")
    page = account._repr_html_()
    assert page.startswith("<h2>Account as of 1995-06-30</h2>")
    for name, info in VIEWS.items():
        assert f"<h3>{name}</h3><p>{info['about']}" in page
        assert name in repr(account)
