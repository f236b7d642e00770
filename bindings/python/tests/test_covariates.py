"""Covariates, and what a fit might have been."""

import pickle
from collections.abc import Callable
from itertools import pairwise
from math import exp
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import clientela
from clientela.lifetime import (
    BgBb,
    BgNbd,
    GammaGamma,
    MbgNbd,
    Nbd,
    ParetoNbd,
    Summary,
    from_json,
)

ROWS = 600


@pytest.fixture(scope="module")
def clients() -> pa.Table:
    """Give 600 clients; every third came through the web, and those buy twice as fast."""
    web = [i % 3 == 0 for i in range(ROWS)]
    ages = [39.0 + i * 7 % 39 for i in range(ROWS)]
    shop = ParetoNbd.with_params(unit="week", r=0.8, alpha=8, s=0.7, beta=12)
    online = ParetoNbd.with_params(unit="week", r=0.8, alpha=4, s=0.7, beta=12)
    lives = [model.simulate(ages, seed=1) for model in (shop, online)]

    def column(name: str) -> list[float]:
        return [getattr(lives[came], name)[i] for i, came in enumerate(web)]

    columns = {"frequency": column("frequency"), "recency": column("recency"), "T": ages}
    return pa.table({**columns, "web": web, "age": [20.0 + i * 37 % 50 for i in range(ROWS)]})


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd, ParetoNbd])
def test_the_rate_is_found_and_told(kind: type[ParetoNbd], clients: pa.Table) -> None:
    model = kind().fit(
        clients, unit="week", purchase_covariates=["web", "age"], dropout_covariates=["web"]
    )
    assert model.status == "clean"
    assert model.covariates == {"purchase": ["web", "age"], "dropout": ["web"]}
    of = {row["name"]: row for row in model.estimates(0.999)}
    web, age = of["purchase:web"], of["purchase:age"]
    # A coefficient is no positive number; its interval reaches as far down as up.
    assert web["low"] < 0.6931 < web["high"]
    assert age["low"] < 0 < age["high"]
    assert web["value"] - web["low"] == pytest.approx(web["high"] - web["value"])
    if kind is ParetoNbd:
        assert of["dropout:web"]["low"] < 0 < of["dropout:web"]["high"]
    assert model.aic == pytest.approx(2 * len(model.params) - 2 * model.log_likelihood)
    test = kind().fit(clients, unit="week").test_against(model)
    assert test["freedom"] == len(model.params) - 4
    assert test["p_value"] < 1e-3

    # The model of one client is what the definition says.
    plain = model.for_client({"web": 1, "age": 34})
    params = model.params
    fast = exp(-params["purchase:web"] - 34 * params["purchase:age"])
    assert plain.params["alpha"] == pytest.approx(params["alpha"] * fast, rel=1e-14)
    assert plain.covariates is None
    answers = model.expected_purchases(clients, 1, "year")
    for row in (0, 1, 599):
        one = clients.slice(row, 1)
        own = model.for_client({name: float(one[name][0].as_py()) for name in ("web", "age")})
        assert own.expected_purchases(one, 1, "year")[0] == answers[row]
    assert model.for_client({"web": 1, "age": 34}).expected_purchases_new(1, "year") > 0

    # All other questions take the same columns.
    spend = GammaGamma.with_params(p=6.25, q=3.74, gamma=15.44)
    year: Any = (1, "year")
    assert len(model.clv(clients, spend, *year, discount=0.1, per="year")) == ROWS
    assert len(model.next_purchase(clients)["median"]) == ROWS
    assert sum(model.log_likelihoods(clients)) == pytest.approx(model.log_likelihood, rel=1e-12)
    assert sum(model.frequencies(clients, 3)["expected"]) == pytest.approx(ROWS)
    active = model.active_clients(clients, *year, steps=1)["expected_active"]
    assert active[0] == pytest.approx(sum(model.p_alive(clients)))

    # It comes back to the last bit.
    for again in (
        kind.from_json(model.to_json()),
        from_json(model.to_json()),
        pickle.loads(pickle.dumps(model)),
    ):
        assert again == model
        assert again.covariates == model.covariates


def test_the_frame_may_be_another(clients: pa.Table, library: Callable[[pa.Table], Any]) -> None:
    model = ParetoNbd().fit(
        clients, unit="week", purchase_covariates=["web"], dropout_covariates=["web"]
    )
    assert (
        ParetoNbd().fit(
            library(clients), unit="week", purchase_covariates=["web"], dropout_covariates="web"
        )
        == model
    )
    bare = clients.drop_columns(["web", "age"])
    apart = clients.select(["web"])
    assert ParetoNbd().fit(library(bare), unit="week", covariates=library(apart)) == model
    summary = Summary(bare, unit="week")
    assert ParetoNbd().fit(summary, covariates=library(apart)) == model
    year: Any = (52, "week")
    expected = model.expected_purchases(clients, *year)
    assert model.expected_purchases(summary, *year, covariates=library(apart)) == expected
    two = clients.select(["age", "web"])
    assert model.expected_purchases(bare, *year, covariates=library(two)) == expected


def test_those_of_a_ledger_go_by_the_id() -> None:
    days = {
        "Ada": [3, 45, 91, 190, 324], "Ben": [20, 61], "Cid": [36], "Dot": [42, 56, 73, 89],
        "Eve": [67, 168, 303], "Fay": [78], "Gus": [92, 125, 233], "Hal": [105, 119],
    }  # fmt: skip
    lines = [(client, 20_000 + day) for client, bought in days.items() for day in bought]
    sales = pa.table(
        {
            "client": [client for client, _ in lines],
            "date": pa.array([day for _, day in lines], pa.int32()).cast(pa.date32()),
            "amount": ["10.00"] * len(lines),
        }
    )
    summary = clientela.Ledger(sales).lifetime_summary("2025-10-30", "day")
    web = {"Ada": 1, "Ben": 0, "Cid": 0, "Dot": 1, "Eve": 1, "Fay": 0, "Gus": 1, "Hal": 0}
    shuffled = ["Hal", "Zoe", "Eve", "Ada", "Fay", "Gus", "Dot", "Ben", "Cid"]
    values = [web.get(name, 1) for name in shuffled]
    frame = pa.table({"id": shuffled, "web": values})
    model = BgNbd().fit(summary, covariates=frame, client="id")
    assert list(model.params)[4:] == ["purchase:web", "dropout_a:web", "dropout_b:web"]
    # The same by hand, in the order of the summary.
    table = summary.table()
    own = pl.DataFrame(table).with_columns(web=pl.Series([web[name] for name in table["client"]]))
    by_hand = BgNbd().fit(own, unit="day", purchase_covariates=["web"], dropout_covariates=["web"])
    assert by_hand == model
    named = frame.rename_columns(["client", "web"])
    assert model.p_alive(summary, covariates=named) == by_hand.p_alive(own)
    for bad, says in [
        (named.slice(1), "client Hal is not among them"),
        (pa.concat_tables([named, named.slice(3, 1)]), "client Ada is there twice"),
    ]:
        with pytest.raises(clientela.BadArgument, match=says):
            model.p_alive(summary, covariates=bad)
    with pytest.raises(clientela.BadColumn, match="`client`: is not in the input"):
        model.p_alive(summary, covariates=frame)
    with pytest.raises(clientela.BadRow, match="row 0, column `client`: no id"):
        model.p_alive(summary, covariates=pa.table({"client": [None, "Ada"], "web": [1, 0]}))
    with pytest.raises(clientela.Mismatch):
        model.p_alive(summary, covariates=pa.table({"client": [1, 2], "web": [1, 0]}))
    with pytest.raises(clientela.BadArgument, match="differs between clients"):
        clientela.Ledger(sales).snapshot("2025-10-30", lifetime=model)


def test_given_coefficients() -> None:
    model = ParetoNbd.with_params(
        unit="week", r=0.8, alpha=8, s=0.7, beta=12,
        coefficients={"purchase:web": 0.5, "dropout:web": -0.25},
    )  # fmt: skip
    assert eval(repr(model), {"ParetoNbd": ParetoNbd}) == model
    plain = model.for_client({"web": 2})
    assert plain.params == pytest.approx(
        {"r": 0.8, "alpha": 8 * exp(-1), "s": 0.7, "beta": 12 * exp(0.5)}, rel=1e-15
    )
    with pytest.raises(clientela.BadArgument, match="`dropout_b:web` is missing"):
        BgNbd.with_params(unit="week", r=1, alpha=1, a=1, b=1, coefficients={"dropout_a:web": 0.1})


def test_what_covariates_cannot_be(clients: pa.Table) -> None:
    bare = clients.drop_columns(["web", "age"])
    model = BgNbd().fit(clients, unit="week", purchase_covariates=["web"])
    plain = BgNbd().fit(clients, unit="week")
    summary = Summary(clients, unit="week")

    def beside(name: str, column: pa.Array) -> Callable[[], object]:
        wide = clients.append_column(name, column)
        return lambda: BgNbd().fit(wide, unit="week", purchase_covariates=[name])

    some: Any = [None, *([1.0, 2.0] * ROWS)]
    argument, column = clientela.BadArgument, clientela.BadColumn
    for call, error, says in [
        (lambda: model.p_alive(summary), argument, "takes web, and a Summary holds none"),
        (lambda: model.p_alive(bare), column, "`web`: is not in the input"),
        (lambda: plain.p_alive(bare, covariates=clients.select(["web"])), argument,
         "would change nothing"),
        (lambda: model.expected_purchases_new(1, "week"), argument, "differs between clients"),
        (lambda: model.for_client({}), argument, "`web` is missing"),
        (lambda: model.for_client({"web": 1, "sex": 0}), argument, "does not know `sex`"),
        (lambda: model.simulate([39], seed=1), argument, "differs between clients"),
        (lambda: Nbd().fit(clients, unit="week", purchase_covariates=["web"]), argument,
         "only bg_nbd, mbg_nbd and pareto_nbd"),
        (lambda: BgBb().fit(clients, unit="week", purchase_covariates=["web"]), argument,
         "only bg_nbd, mbg_nbd and pareto_nbd"),
        (lambda: BgNbd(k=2).fit(clients, unit="week", purchase_covariates=["web"]), argument,
         "without covariates"),
        (lambda: BgNbd().fit(bare, unit="week", covariates=clients.select(["web"]).slice(1)),
         argument, "599 rows beside 600"),
        (lambda: BgNbd().fit(bare, unit="week", covariates=pa.table({"client": range(ROWS)})),
         argument, "by their order"),
        (lambda: BgNbd().fit(clients, unit="week", purchase_covariates=["wob"]), column,
         "did you mean `web`"),
        (lambda: BgNbd().fit(clients, unit="week", purchase_covariates=["web", "web"]), column,
         "twice"),
        (beside("kind", pa.array(["a"] * ROWS)), column, "columns of 0 and 1"),
        (beside("same", pa.array([3.0] * ROWS)), column, "explains nothing"),
        (beside("gaps", pa.array(some[:ROWS])), clientela.BadRow, "row 0, column `gaps`"),
        (beside("far", pa.array([float("inf"), *some[1:ROWS]])), clientela.BadRow, "found inf"),
    ]:  # fmt: skip
        with pytest.raises(error, match=says):
            call()


def test_the_bootstrap(clients: pa.Table) -> None:
    model = MbgNbd().fit(clients, unit="week", purchase_covariates=["web"])
    models = model.bootstrap(clients, seed=3, repeats=40)
    assert len(models) >= 38
    assert models == model.bootstrap(clients, seed=3, repeats=40, threads=1)
    assert models[:3] != model.bootstrap(clients, seed=4, repeats=3)
    for what, given in [
        ("expected_purchases", {"horizon": 1, "unit": "year"}),
        ("p_no_purchase", {"horizon": 1, "unit": "month"}),
        ("p_purchases", {"n": 2, "horizon": 1, "unit": "month"}),
        ("dect", {"horizon": 1, "unit": "year", "discount": 0.1, "per": "year"}),
        ("p_alive", {}),
    ]:
        question: Any = {"what": what, "level": 0.9, **given}
        delta = model.intervals(clients, **question)
        other = model.intervals(clients, **question, bootstrap=models)
        assert other["value"] == delta["value"]
        width = [
            sum(high - low for low, high in zip(found["low"], found["high"], strict=True))
            for found in (delta, other)
        ]
        # Forty models tell the width of an interval to a few tenths.
        assert 0.6 < width[1] / width[0] < 1.6, what
    with pytest.raises(clientela.BadArgument, match="give 20"):
        model.intervals(clients, "p_alive", bootstrap=models[:19])
    with pytest.raises(clientela.BadArgument, match="given parameters"):
        model.for_client({"web": 0}).bootstrap(clients.drop_columns(["web"]), seed=1)

    spend = GammaGamma.with_params(p=6.25, q=3.74, gamma=15.44)

    paid = spend.simulate(Summary(clients, unit="week"), seed=1)
    fit = GammaGamma().fit(paid)
    found = fit.intervals(paid, 0.8, bootstrap=fit.bootstrap(paid, seed=2, repeats=25))
    assert found["value"] == fit.expected_spend(paid)
    assert all(low < high for low, high in zip(found["low"], found["high"], strict=True))


def test_lives_like_these(clients: pa.Table) -> None:
    model = ParetoNbd.with_params(
        unit="week", r=0.8, alpha=8, s=0.7, beta=12, coefficients={"purchase:web": 5.0}
    )
    lives = model.simulate_like(clients, seed=1)
    assert lives.T == Summary(clients, unit="week").T
    assert lives == model.simulate_like(clients, seed=1)
    # Through the web they buy e^5 times as fast.
    means = [
        sum(x for x, web in zip(lives.frequency, clients["web"].to_pylist(), strict=True)
            if web is kind)
        for kind in (False, True)
    ]  # fmt: skip
    assert means[1] > 20 * means[0] > 0
    assert all(a != b for a, b in pairwise([lives, model.simulate_like(clients, seed=2)]))
