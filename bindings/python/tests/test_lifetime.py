"""Models of lifetime value: published fits and predictions, bad input, frames, pickles."""

import copy
import csv
import json
import math
import pickle
import runpy
from array import array
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv_of_arrow
import pytest

import clientela
from clientela.lifetime import (
    BgBb,
    BgNbd,
    GammaGamma,
    LedgerSummary,
    MbgNbd,
    Nbd,
    ParetoNbd,
    ShiftedBetaGeometric,
    Summary,
    choose,
    from_json,
)

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "crates/clientela/tests/data"


def cdnow(name: str) -> pa.Table:
    with (DATA / name).open() as file:
        rows = [[int(n) for n in row] for row in list(csv.reader(file))[1:]]
    return pa.table(
        {
            "frequency": [row[0] for row in rows],
            "recency": [row[1] / 7 for row in rows],
            "T": [row[2] / 7 for row in rows],
            "monetary_value": [row[3] / 100 / row[0] if row[0] else None for row in rows],
            "weights": [row[4] for row in rows],
        }
    )


@pytest.fixture(scope="module")
def sample() -> pa.Table:
    """Give the 2,357 clients of the CDNOW sample, in weeks."""
    return cdnow("cdnow_sample.csv")


@pytest.fixture(scope="module")
def donors() -> pa.Table:
    table = csv_of_arrow.read_csv(DATA / "donations.csv")
    return table.rename_columns(["frequency", "recency", "T", "weights"])


@pytest.fixture(scope="module")
def bg(sample: pa.Table) -> BgNbd:
    return BgNbd().fit(sample, unit="week")


@pytest.fixture(scope="module")
def pareto(sample: pa.Table) -> ParetoNbd:
    return ParetoNbd().fit(sample, unit="week")


@pytest.fixture(scope="module")
def spend(sample: pa.Table) -> GammaGamma:
    return GammaGamma().fit(sample)


def one(x: int, t_x: float, age: float) -> pa.Table:
    return pa.table({"frequency": [x], "recency": [t_x], "T": [age]})


GOLDEN: list[tuple[Any, list[float], float, list[float]]] = [
    (BgNbd, [0.2425945, 4.4136020, 0.7929220, 2.4259068], -9582.42921,
     [0.01256, 0.37822, 0.18573, 0.70542]),
    (ParetoNbd, [0.5532770, 10.5776834, 0.6062399, 11.6687341], -9594.97618,
     [0.04763, 0.84272, 0.18728, 6.21100]),
    (MbgNbd, [0.5248432, 6.1830852, 0.8913594, 1.6140023], -9582.13572,
     [0.08327, 0.69562, 0.15479, 0.53749]),
    (Nbd, [0.3847661, 12.0720228], -9763.65761, []),
]  # fmt: skip


@pytest.mark.parametrize(("model", "params", "log_likelihood", "errors"), GOLDEN)
def test_fits_of_the_sample(
    sample: pa.Table, model: Any, params: list[float], log_likelihood: float, errors: list[float]
) -> None:
    fit = model().fit(sample, unit="week")
    assert list(fit.params.values()) == pytest.approx(params, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-4)
    estimates = fit.estimates()
    for estimate, error in zip(estimates, errors, strict=False):
        assert estimate["standard_error"] == pytest.approx(error, rel=1e-3)
        assert estimate["low"] < fit.params[estimate["name"]] < estimate["high"]
    assert (fit.unit, fit.clients, fit.status) == ("week", 2357, "clean")
    assert fit.optimality["converged"]
    assert fit.optimality["gradient"] < 1e-5
    size = len(params)
    assert fit.aic == pytest.approx(2 * size - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(size * math.log(2357) - 2 * fit.log_likelihood)
    covariance = np.array(fit.covariance)
    assert (covariance == covariance.T).all()
    assert np.sqrt(np.diag(covariance)) == pytest.approx(
        [estimate["standard_error"] for estimate in estimates]
    )


def test_fit_of_the_spend(spend: GammaGamma) -> None:
    assert list(spend.params.values()) == pytest.approx(
        [6.2495721, 3.7442246, 15.4435210], rel=1e-6
    )
    assert spend.log_likelihood == pytest.approx(-4055.91769, abs=1e-4)
    errors = [estimate["standard_error"] for estimate in spend.estimates()]
    assert errors == pytest.approx([1.19006, 0.29013, 4.15943], rel=1e-3)
    assert (spend.clients, spend.unit) == (946, None)


def test_fit_of_the_donors(donors: pa.Table) -> None:
    fit = BgBb().fit(donors, unit="year")
    expected = [1.2035224, 0.7497164, 0.6567182, 2.7834421]
    assert list(fit.params.values()) == pytest.approx(expected, rel=1e-6)
    assert fit.log_likelihood == pytest.approx(-33225.58127, abs=1e-4)
    errors = [estimate["standard_error"] for estimate in fit.estimates()]
    assert errors == pytest.approx([0.06939, 0.02945, 0.05101, 0.32082], rel=1e-3)
    given = BgBb.with_params(unit="year", alpha=1.204, beta=0.75, gamma=0.657, delta=2.783)
    people = pa.table({"frequency": [0, 2, 6], "recency": [0, 4, 6], "T": [6, 6, 6]})
    alive = given.p_alive_after(people, 1, "year")
    assert alive == pytest.approx([0.11, 0.59, 0.93], abs=0.005)
    later = sum(
        n * weight
        for n, weight in zip(
            fit.expected_purchases(donors, 5, "year"), donors["weights"].to_pylist(), strict=True
        )
    )
    assert later == pytest.approx(12884.2, abs=1.5)


def test_fits_of_all_clients() -> None:
    full = cdnow("cdnow_full.csv")
    assert list(BgNbd().fit(full, unit="week").params.values()) == pytest.approx(
        [0.2516240, 4.7889428, 0.7234336, 2.1610883], rel=1e-6
    )
    fit = GammaGamma().fit(full)
    assert fit.clients == 9450
    assert fit.log_likelihood == pytest.approx(-40763.47626, abs=1e-4)


def test_predictions_of_bg(bg: BgNbd) -> None:
    given = BgNbd.with_params(unit="week", r=0.243, alpha=4.414, a=0.793, b=2.426)
    client = one(2, 30.43, 38.86)
    assert given.expected_purchases(client, 39, "week")[0] == pytest.approx(
        1.2260281747671445, rel=1e-12
    )
    days = given.expected_purchases(client, 273, "day")[0]
    assert days == pytest.approx(1.2260281747671445, rel=1e-12)
    times = [0.1429, 1, 3, 31.8571, 32, 78]
    new = [bg.expected_purchases_new(t, "week") for t in times]
    assert new == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=1e-3)
    assert given.p_purchases_new(10, 2, "week") == pytest.approx(1.07869e-7, rel=1e-4)
    assert given.p_purchases_new(0, 39, "week") == pytest.approx(0.5737864, abs=1e-5)
    assert bg.expected_purchases_new(52, "week") == pytest.approx(1.444004, rel=1e-4)
    best = one(26, 30.85714, 31)
    assert bg.expected_purchases(best, 52, "week")[0] == pytest.approx(25.75659, rel=1e-4)
    assert bg.p_alive(best)[0] == pytest.approx(0.9688523, rel=1e-4)
    four = pa.table({"frequency": [10, 15, 20, 25], "recency": [20] * 4, "T": [39] * 4})
    assert bg.expected_purchases(four, 52, "week") == pytest.approx(
        [0.3474606, 0.04283391, 0.004158973, 0.0003583685], rel=1e-3
    )


def test_predictions_of_pareto(pareto: ParetoNbd) -> None:
    best = one(26, 30.85714, 31)
    assert pareto.expected_purchases_new(52, "week") == pytest.approx(1.473434, rel=1e-4)
    assert pareto.expected_purchases(best, 52, "week")[0] == pytest.approx(25.45647, rel=1e-3)
    assert pareto.p_alive(best)[0] == pytest.approx(0.997874, rel=1e-5)
    four = pa.table({"frequency": [10, 15, 20, 25], "recency": [20] * 4, "T": [39] * 4})
    assert pareto.expected_purchases(four, 52, "week") == pytest.approx(
        [0.7062289, 0.1442396, 0.02250658, 0.00309267], rel=2e-3
    )
    assert pareto.p_alive(one(0, 0, 39))[0] == pytest.approx(0.2941633, rel=1e-3)
    given = ParetoNbd.with_params(unit="week", r=0.55, alpha=10.58, s=0.61, beta=11.67)
    big = pa.table({"frequency": [132, 133], "recency": [200, 200], "T": [200, 200]})
    assert given.expected_purchases(big, 10, "week") == pytest.approx(
        [6.2060517889632418, 6.2528722475748113], rel=1e-12
    )
    heavy = ParetoNbd.with_params(unit="week", r=0.5143, alpha=2.8845, s=0.2856, beta=14.1087)
    clients = pa.table(
        {
            "frequency": [221, 254, 161, 204],
            "recency": [103.42857, 97.14286, 94.71429, 98.57143],
            "T": [103.57143, 97.28571, 98, 99.42857],
        }
    )
    assert all(0 <= p <= 1 for p in heavy.p_alive(clients))
    given = ParetoNbd.with_params(
        unit="week", r=0.5629966, alpha=12.5590370, s=0.4081095, beta=10.5148048
    )
    dert = given.dert(one(7, 35, 77.86), discount=math.expm1(0.0027), per="week")
    assert dert[0] == pytest.approx(1.8641833280713295, rel=1e-9)


def answer(model: Any, function: str, args: list[float]) -> float:
    """Ask a model in the words of the reference."""
    if isinstance(model, GammaGamma):
        if function == "population_mean":
            return model.population_mean
        amounts = pa.table({"frequency": args[:1], "monetary_value": args[1:]})
        ask = model.log_likelihoods if function == "loglik" else model.expected_spend
        return ask(amounts)[0]
    week: Any = "week"
    match function:
        case "expected" | "expected_n10":
            return model.expected_purchases_new([*args, 10][0], week)  # type: ignore[no-any-return]
        case "pmf" | "pmf_t39":
            return model.p_purchases_new(int(args[0]), [*args, 39][1], week)  # type: ignore[no-any-return]
    client = one(*(args[1:] if function == "cet" else args))  # type: ignore[arg-type]
    answers: Any
    match function:
        case "loglik" | "p_alive":
            ask = model.p_alive if function == "p_alive" else model.log_likelihoods
            answers = ask(client)
        case "p_alive_m1":
            answers = model.p_alive_after(client, 1, week)
        case "cet":
            answers = model.expected_purchases(client, args[0], week)
        case "cet_m5" | "cet_m10":
            answers = model.expected_purchases(client, int(function[5:]), week)
        case "cond_pmf_n0_t39" | "cond_pmf_n3_t39":
            answers = model.p_purchases(client, int(function[10]), 39, week)
        case "dert_d0.0027":
            answers = model.dert(client, discount=math.expm1(0.0027), per=week)
        case "dert_d0.1":
            answers = model.dert(client, discount=0.1, per=week)
        case _:
            raise ValueError(function)
    return answers[0]  # type: ignore[no-any-return]


def test_values_of_fifty_digits() -> None:
    """The way into the core and back loses nothing."""
    classes: dict[str, Any] = {
        "pareto_nbd": (ParetoNbd, ("r", "alpha", "s", "beta")),
        "bg_nbd": (BgNbd, ("r", "alpha", "a", "b")),
        "mbg_nbd": (MbgNbd, ("r", "alpha", "a", "b")),
        "bg_bb": (BgBb, ("alpha", "beta", "gamma", "delta")),
        "gamma_gamma": (GammaGamma, ("p", "q", "gamma")),
    }
    values = json.loads((DATA / "clv_reference_values.json").read_text())["values"]
    assert len(values) == 176
    for value in values:
        cls, names = classes[value["model"]]
        unit = {} if cls is GammaGamma else {"unit": "week"}
        model = cls.with_params(**unit, **dict(zip(names, value["params"], strict=True)))
        nested = value["fn"].startswith("dert") and "bg_nbd" in value["model"]
        found = answer(model, value["fn"], value["args"])
        assert found == pytest.approx(float(value["value"]), rel=1e-7 if nested else 1e-10), value


def test_spend_and_worth(sample: pa.Table, bg: BgNbd, spend: GammaGamma) -> None:
    given = GammaGamma.with_params(p=6.25, q=3.74, gamma=15.44)
    first = pa.table(
        {
            "frequency": [2, 1, 0, 0, 0, 7, 1, 0, 2, 0],
            "monetary_value": [22.35, 11.77, 0, 0, 0, 73.74, 11.77, 0, 25.55, 0],
        }
    )
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert given.expected_spend(first) == pytest.approx(published, abs=0.1)
    assert given.population_mean == pytest.approx(6.25 * 15.44 / 2.74)
    worth = bg.clv(sample, spend, 12, "month", discount=0.1, per="year")
    dect = bg.dect(sample, 12, "month", discount=0.1, per="year")
    amounts = spend.expected_spend(sample)
    assert worth == pytest.approx(
        [n * amount for n, amount in zip(dect, amounts, strict=True)], rel=1e-12
    )
    # The same year in another unit.
    again = bg.clv(sample, spend, 1, "year", discount=0.1, per="year")
    assert again == pytest.approx(list(worth), rel=1e-9)
    forever = bg.clv(sample, spend, None, discount=0.1, per="year")
    assert all(longer > shorter for longer, shorter in zip(forever, worth, strict=True))
    assert bg.clv(sample, spend, 1, "year", discount=0, per="year")[0] > worth[0]


def test_every_answer_has_a_row_for_each_client(sample: pa.Table, bg: BgNbd) -> None:
    answers: list[array[float]] = [
        bg.p_alive(sample),
        bg.p_alive_after(sample, 1, "year"),
        bg.p_purchases(sample, 2, 1, "year"),
        bg.log_likelihoods(sample),
        *bg.posterior(sample).values(),
        *bg.purchases_interval(sample.slice(0, 50), 1, "year").values(),  # type: ignore[list-item]
        *bg.next_purchase(sample.slice(0, 50)).values(),
        *bg.intervals(sample, "expected_purchases", 1, "year").values(),  # type: ignore[list-item]
    ]
    assert {len(answer) for answer in answers} == {len(sample), 50}
    assert all(isinstance(answer, array) for answer in answers)
    assert not any(math.isnan(n) for answer in answers[:4] for n in answer)
    total = sum(
        n * w
        for n, w in zip(bg.log_likelihoods(sample), sample["weights"].to_pylist(), strict=True)
    )
    assert total == pytest.approx(bg.log_likelihood, rel=1e-12)
    ends = bg.intervals(sample, "p_alive")
    assert all(
        low <= value <= high
        for low, value, high in zip(ends["low"], ends["value"], ends["high"], strict=True)
    )
    # As it comes, into a column of any library.
    values = bg.p_alive(sample)
    assert np.asarray(values).dtype == np.float64
    assert pl.Series(values).dtype == pl.Float64
    assert pd.Series(values).dtype == np.float64
    frame = sample.to_pandas().assign(p_alive=values)
    assert frame["p_alive"].tolist() == list(values)


def test_every_library_gives_the_same_bits(
    sample: pa.Table, bg: BgNbd, library: Callable[[pa.Table], Any]
) -> None:
    fit = BgNbd().fit(library(sample), unit="week")
    assert fit.to_json() == bg.to_json()
    assert fit.p_alive(library(sample)) == bg.p_alive(sample)


def test_every_type_of_number_is_read() -> None:
    plain = pa.table({"frequency": [2, 0], "recency": [30, 0], "T": [39, 39],
                      "monetary_value": [12.5, None]})  # fmt: skip
    expected = Summary(plain, unit="week")
    for whole in [
        pa.int8(),
        pa.uint16(),
        pa.int32(),
        pa.uint64(),
        pa.float32(),
        pa.decimal128(38, 3),
    ]:
        columns = {name: plain[name].cast(whole) for name in ["frequency", "recency", "T"]}
        amounts = pa.array([Decimal("12.50"), None], pa.decimal128(18, 2))
        table = pa.table({**columns, "monetary_value": amounts})
        assert Summary(table, unit="week") == expected
    assert math.isnan(expected.monetary_value[1])
    assert list(expected.frequency) == [2, 0]
    nothing = plain.set_column(3, "monetary_value", pa.nulls(2))
    assert math.isnan(Summary(nothing, unit="week").monetary_value[0])


def test_names_and_order_of_columns_and_rows(sample: pa.Table, bg: BgNbd) -> None:
    names = {"frequency": "x", "recency": "t_x", "T": "age", "weights": "n"}
    other = sample.rename_columns([names.get(name, name) for name in sample.column_names])
    given: Any = names
    fit = BgNbd().fit(other.select(sorted(other.column_names)), unit="week", **given)
    assert fit == bg
    assert fit.p_alive(other, **given) == bg.p_alive(sample)
    order = np.random.default_rng(1).permutation(len(sample))
    assert BgNbd().fit(sample.take(order), unit="week", threads=1) == bg
    with pytest.raises(clientela.BadColumn, match="did you mean `age`"):
        BgNbd().fit(other, unit="week", frequency="x", recency="t_x", T="agee")
    with pytest.raises(TypeError, match="colour"):
        BgNbd().fit(sample, unit="week", colour="red")  # type: ignore[call-arg]


def test_summaries(sample: pa.Table) -> None:
    summary = Summary(sample, unit="week")
    assert (summary.clients, len(summary), summary.unit) == (2357, len(sample), "week")
    again = pa.table(summary)
    assert again.column_names == ["frequency", "recency", "T", "monetary_value", "weights"]
    assert Summary(again, unit="week") == summary
    assert Summary.from_json(summary.to_json()) == summary
    assert pickle.loads(pickle.dumps(summary)) == summary
    assert BgNbd().fit(summary) == BgNbd().fit(sample, unit="week")
    assert list(summary.weights) == sample["weights"].to_pylist()
    with pytest.raises(clientela.BadArgument, match="week") as caught:
        BgNbd().fit(summary, unit="day")
    assert caught.value.argument == "unit"
    with pytest.raises(clientela.BadFormat):
        Summary.from_json("[]")
    with pytest.raises(AttributeError):
        summary.unit = "day"  # type: ignore[misc]


def test_times_need_their_unit(sample: pa.Table, bg: BgNbd, spend: GammaGamma) -> None:
    with pytest.raises(clientela.BadArgument) as caught:
        BgNbd().fit(sample)
    assert caught.value.argument == "unit"
    with pytest.raises(TypeError):
        Summary(sample)  # type: ignore[call-arg]
    for ask in [
        lambda: bg.expected_purchases(sample, 39),
        lambda: bg.p_alive_after(sample, 39),
        lambda: bg.expected_purchases_new(39),
        lambda: bg.dert(sample, discount=0.1),
        lambda: bg.clv(sample, spend, 12, "month"),
        lambda: BgNbd.with_params(r=0.2, alpha=4.4, a=0.8, b=2.4),
    ]:
        with pytest.raises(TypeError):
            ask()  # type: ignore[no-untyped-call]
    questions: list[tuple[str, Callable[[Any], object]]] = [
        ("unit", lambda unit: bg.expected_purchases(sample, 39, unit)),
        ("unit", lambda unit: bg.clv(sample, spend, 12, unit, discount=0.1, per="year")),
        ("per", lambda unit: bg.clv(sample, spend, 12, "month", discount=0.1, per=unit)),
        ("per", lambda unit: bg.dert(sample, discount=0.1, per=unit)),
        ("unit", lambda unit: bg.intervals(sample, "expected_purchases", 39, unit)),
        ("unit", lambda unit: BgNbd.with_params(unit=unit, r=0.2, alpha=4.4, a=0.8, b=2.4)),
    ]
    for argument, question in questions:
        for unit in ["fortnight", None]:
            with pytest.raises(clientela.BadArgument) as caught:
                question(unit)
            assert caught.value.argument == argument
    # A summary in another unit than the model.
    with pytest.raises(clientela.BadArgument, match="day"):
        bg.p_alive(Summary(sample, unit="day"))


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        ((1.5, 3, 9), "frequency", "1.5", "not a count of purchases"),
        ((-1, 3, 9), "frequency", "-1", "a whole number from 0 up"),
        ((math.nan, 3, 9), "frequency", "NaN", "not a count of purchases"),
        ((None, 3, 9), "frequency", "NaN", "not a count of purchases"),
        ((1, -3, 9), "recency", "-3", "not a time that can have passed"),
        ((1, math.nan, 9), "recency", "NaN", "not a time that can have passed"),
        ((1, None, 9), "recency", "NaN", "not a time that can have passed"),
        ((1, 10, 9), "recency", "10", "the last purchase lies after the end of observation"),
        ((0, 3, 9), "recency", "3", "no repeat purchase, but a time of the last one"),
        ((1, 3, math.inf), "T", "inf", "not a time that can have passed"),
        ((1, 3, -9), "T", "-9", "not a time that can have passed"),
        ((1, 3, math.nan), "T", "NaN", "not a time that can have passed"),
        ((1, 3, None), "T", "NaN", "not a time that can have passed"),
    ],
)
def test_bad_rows(bg: BgNbd, row: tuple[Any, Any, Any], column: str, value: str, says: str) -> None:
    columns = zip(["frequency", "recency", "T"], row, strict=True)
    table = pa.table({name: [1.0, cell] for name, cell in columns})
    for read in [
        lambda: Summary(table, unit="week"),
        lambda: BgNbd().fit(table, unit="week"),
        lambda: bg.p_alive(table),
    ]:
        with pytest.raises(clientela.BadRow, match=says) as caught:
            read()
        assert (caught.value.row, caught.value.column, caught.value.value) == (1, column, value)


@pytest.mark.parametrize(("row", "column"), [((1, 1.5, 3), "last"), ((4, 2, 3), "n")])
def test_histories_without_opportunities(row: tuple[float, ...], column: str) -> None:
    # What only the model finds has the frame's own names as well.
    names = ["n", "last", "T"]
    table = pa.table({name: [cell] * 9 for name, cell in zip(names, row, strict=True)})
    model = BgBb.with_params(unit="year", alpha=1.2, beta=0.8, gamma=0.7, delta=2.8)
    for read in [
        lambda: BgBb().fit(table, unit="year", frequency="n", recency="last"),
        lambda: model.p_alive(table, frequency="n", recency="last"),
    ]:
        with pytest.raises(clientela.BadRow) as caught:
            read()
        assert caught.value.column == column


@pytest.mark.parametrize("kind", [Nbd, BgNbd, MbgNbd, ParetoNbd, BgBb])
def test_what_says_nothing_is_not_fitted(kind: type[Nbd]) -> None:
    def clients(repeat: list[int], age: float) -> pa.Table:
        times = [float(x > 0) for x in repeat]
        return pa.table({"frequency": repeat, "recency": times, "T": [age] * len(repeat)})

    with pytest.raises(clientela.BadArgument, match="no clients to fit"):
        kind().fit(clients([], 9.0), unit="week")
    with pytest.raises(clientela.BadArgument, match="only 1 of 3 clients bought again; give more"):
        kind().fit(clients([0, 1, 0], 9.0), unit="week")
    for age in (9.0, 0.0):
        with pytest.raises(clientela.BadArgument, match="only 0 of 50 clients bought again"):
            kind().fit(clients([0] * 50, age), unit="week")


def test_bad_arguments(sample: pa.Table, bg: BgNbd) -> None:
    few = sample.filter(pc.equal(sample["frequency"], 0))
    with pytest.raises(clientela.BadArgument, match="bought again"):
        BgNbd().fit(few, unit="week")
    with pytest.raises(clientela.BadArgument, match="no clients"):
        ParetoNbd().fit(sample.slice(0, 0), unit="week")
    with pytest.raises(clientela.BadArgument, match="mean spend"):
        GammaGamma().fit(few)
    with pytest.raises(clientela.BadColumn, match="monetary_value"):
        GammaGamma().fit(sample.select(["frequency"]))
    with pytest.raises(clientela.BadColumn, match="must hold numbers"):
        BgNbd().fit(sample.set_column(0, "frequency", sample["T"].cast(pa.string())), unit="week")
    with pytest.raises(clientela.BadRow, match="opportunities"):
        BgBb().fit(sample, unit="week")
    with pytest.raises(clientela.BadRow, match="count"):
        BgNbd().fit(sample.set_column(4, "weights", sample["T"]), unit="week")
    with pytest.raises(clientela.BadRow, match="log_gaps"):
        BgNbd(k=2).fit(sample, unit="week")
    with pytest.raises(clientela.BadArgument, match="regularity"):
        BgNbd.with_params(unit="week", r=1, alpha=1, a=1, b=1, k=0)
    with pytest.raises(clientela.BadArgument, match="`k`: -1 is no whole number"):
        BgNbd(k=-1).fit(sample, unit="week")
    with pytest.raises(clientela.BadArgument, match="`n`: -1 is no whole number"):
        bg.p_purchases(sample, -1, 1, "week")
    with pytest.raises(clientela.BadArgument, match="only 1 of 3 clients bought again with a mean"):
        GammaGamma().fit(pa.table({"frequency": [1, 2, 0], "monetary_value": [3.0, -1.0, 5.0]}))
    with pytest.raises(clientela.BadArgument, match="positive"):
        Nbd.with_params(unit="week", r=-1, alpha=1)
    for horizon in [-1, math.nan, math.inf]:
        with pytest.raises(clientela.BadArgument) as caught:
            bg.expected_purchases(sample, horizon, "week")
        assert caught.value.argument == "horizon"
    with pytest.raises(clientela.BadArgument) as caught:
        bg.dert(sample, discount=-0.1, per="year")
    assert caught.value.argument == "discount"
    with pytest.raises(clientela.BadArgument, match="level"):
        bg.estimates(1.5)
    with pytest.raises(clientela.BadArgument, match="fit it"):
        BgNbd().p_alive(sample)
    with pytest.raises(clientela.BadArgument, match="given parameters"):
        assert BgNbd.with_params(unit="week", r=1, alpha=1, a=1, b=1).aic
    with pytest.raises(clientela.BadArgument, match="does not tell"):
        bg.intervals(sample, "expected_spend")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Arrow"):
        bg.p_alive([1, 2, 3])  # type: ignore[arg-type]
    with pytest.raises(clientela.BadArgument, match="GammaGamma"):
        bg.clv(sample, bg, 1, "year", discount=0.1, per="year")  # type: ignore[arg-type]


def test_what_has_no_end_is_not_a_number(sample: pa.Table, bg: BgNbd) -> None:
    assert all(math.isnan(n) for n in bg.dert(sample, discount=0, per="year"))
    wide = GammaGamma.with_params(p=1, q=0.5, gamma=10)
    assert math.isnan(wide.population_mean)


def test_models_come_back_to_the_last_bit(
    sample: pa.Table, donors: pa.Table, bg: BgNbd, pareto: ParetoNbd, spend: GammaGamma
) -> None:
    contracts = pa.table({"renewals": [1, 2, 3, 3], "ended": [True, True, True, False],
                          "weights": [131, 126, 90, 653]})  # fmt: skip
    models: list[Any] = [
        bg,
        pareto,
        spend,
        Nbd().fit(sample, unit="week"),
        BgBb().fit(donors, unit="year"),
        ShiftedBetaGeometric().fit(contracts, unit="year"),
        MbgNbd.with_params(unit="day", r=0.1, alpha=1 / 3, a=2 / 3, b=math.pi, k=2),
        GammaGamma.with_params(p=0.1, q=1 / 3, gamma=1e-7),
    ]
    for model in models:
        for again in [
            type(model).from_json(model.to_json()),
            from_json(model.to_json()),
            pickle.loads(pickle.dumps(model)),
            copy.deepcopy(model),
        ]:
            assert type(again) is type(model)
            assert again == model
            assert again.params == model.params
            assert repr(again) == repr(model)
            assert again.to_json() == model.to_json()
    assert bg.p_alive(sample) == pickle.loads(pickle.dumps(bg)).p_alive(sample)
    assert BgNbd() == BgNbd()
    assert BgNbd() != BgNbd(k=2)
    assert pickle.loads(pickle.dumps(BgNbd(k="best"))) == BgNbd(k="best")
    assert bg != pareto
    with pytest.raises(clientela.BadFormat, match="pareto_nbd"):
        BgNbd.from_json(pareto.to_json())
    for broken in ["", "{}", "[1]", '{"model": "bg_nbd"}', bg.to_json()[:-1]]:
        with pytest.raises(clientela.BadFormat):
            from_json(broken)


def test_models_say_what_they_are(bg: BgNbd, spend: GammaGamma) -> None:
    assert repr(BgNbd()) == "BgNbd()"
    assert repr(MbgNbd(k="best")) == "MbgNbd(k='best')"
    assert repr(bg) == (
        "BgNbd(r=0.2426±0.013, alpha=4.414±0.38, a=0.7929±0.19, b=2.426±0.71, unit='week', "
        "clients=2357, log_likelihood=-9582.429, status='clean')"
    )
    assert repr(spend).startswith("GammaGamma(p=6.25±1.2, q=3.744±0.29, gamma=15.44±4.2, clients=")
    given = MbgNbd.with_params(unit="day", r=0.5, alpha=6, a=1, b=2, k=3)
    assert repr(given) == "MbgNbd.with_params(r=0.5, alpha=6, a=1, b=2, k=3, unit='day')"
    assert eval(repr(given)) == given
    assert (given.status, given.k) == ("given", 3)
    with pytest.raises(clientela.BadArgument, match="given parameters"):
        given.estimates()


def test_a_doubtful_fit_is_told_and_not_raised() -> None:
    # All clients alike: the rates do not differ, so that r and alpha grow without end.
    alike = pa.table({"frequency": [4] * 50, "recency": [39.0] * 50, "T": [39.0] * 50})
    fit = Nbd().fit(alike, unit="week")
    assert fit.status != "clean"
    assert fit.optimality["flags"]
    assert fit.expected_purchases_new(39, "week") == pytest.approx(4, rel=1e-3)


def test_larger_models_are_tested_against(sample: pa.Table, bg: BgNbd, pareto: ParetoNbd) -> None:
    small = Nbd().fit(sample, unit="week")
    test = small.test_against(pareto)
    assert test["statistic"] == pytest.approx(2 * (pareto.log_likelihood - small.log_likelihood))
    assert test["freedom"] == 2
    assert test["p_value"] < 1e-6
    with pytest.raises(clientela.BadArgument, match="not contained"):
        bg.test_against(pareto)


def test_simulations_are_fitted_again(bg: BgNbd, spend: GammaGamma) -> None:
    ages = [20 + i % 19 for i in range(4000)]
    made_up = bg.simulate(ages, seed=7)
    assert isinstance(made_up, Summary)
    assert made_up == bg.simulate(ages, seed=7)
    assert made_up != bg.simulate(ages, seed=8)
    fit = BgNbd().fit(made_up)
    expected = bg.expected_purchases_new(39, "week")
    assert fit.expected_purchases_new(39, "week") == pytest.approx(expected, rel=0.15)
    worth = spend.simulate(made_up, seed=7)
    assert GammaGamma().fit(worth).population_mean == pytest.approx(spend.population_mean, rel=0.15)
    regular = BgNbd.with_params(unit="week", r=2, alpha=1, a=0.5, b=4, k=3).simulate(ages, seed=1)
    best = BgNbd(k="best").fit(regular)
    assert best.k == 3
    assert repr(best).startswith("BgNbd(k=3, r=")


def test_contracts() -> None:
    # Fader and Hardie 2007: the "high end" customers.
    given = ShiftedBetaGeometric.with_params(unit="year", a=0.668, b=3.806)
    assert given.survival(1) == pytest.approx(0.851, abs=1e-3)
    assert given.retention(0) == given.survival(1)
    fates = given.simulate([7] * 5000, seed=3)
    table = pa.Table.from_pylist(fates)
    fit = ShiftedBetaGeometric().fit(table, unit="year")
    assert fit.params == pytest.approx({"a": 0.668, "b": 3.806}, rel=0.25)
    assert fit.clients == 5000
    assert given.expected_renewals(0, 1) == pytest.approx(given.survival(1))
    assert given.discounted_renewals(0, discount=0.1, per="year") > 1
    assert math.isnan(given.discounted_renewals(0, discount=0, per="year"))
    with pytest.raises(clientela.BadRow, match="renewals"):
        ShiftedBetaGeometric().fit(pa.table({"renewals": [0], "ended": [True]}), unit="year")
    with pytest.raises(clientela.BadRow):
        ShiftedBetaGeometric().fit(pa.table({"renewals": [1], "ended": [2]}), unit="year")
    with pytest.raises(clientela.BadArgument, match="ended"):
        ShiftedBetaGeometric().fit(pa.table({"renewals": [1], "ended": [False]}), unit="year")


def shop(clients: int = 400) -> clientela.Ledger:
    """Give a ledger whose clients a model made up."""
    model = BgNbd.with_params(unit="day", r=1, alpha=30, a=0.8, b=2.5)
    start = date(2025, 1, 1)
    random = np.random.default_rng(5)
    rows: list[tuple[int, date, str]] = []
    lives = model.posterior(model.simulate([0] * clients, seed=1))["purchase_rate"]
    for client, mean in enumerate(lives):
        day = int(random.integers(0, 60))
        rate = random.gamma(1, mean)
        while day < 365:
            rows.append((client, start + timedelta(day), f"{random.integers(5, 50)}.50"))
            day += max(1, int(random.exponential(1 / max(rate, 1e-3))))
            if random.random() < 0.2:
                break
    names = ["client", "date", "amount"]
    return clientela.Ledger(
        pa.table([list(column) for column in zip(*rows, strict=True)], names=names), currency="EUR"
    )


def test_summaries_of_a_ledger() -> None:
    ledger = shop()
    summary = ledger.lifetime_summary("2025-12-31", "week")
    assert isinstance(summary, LedgerSummary)
    assert (summary.unit, summary.as_of, len(summary)) == ("week", date(2025, 12, 31), 400)
    report = summary.report()
    assert (report["clients"], report["without_purchase"]) == (400, 0)
    table = summary.table()
    assert table.columns == ["client", "frequency", "recency", "T", "monetary_value"]
    assert pl.DataFrame(summary).rows() == pl.DataFrame(table).rows()
    assert "Weeks" in table.schema["T"]["about"]
    fit = BgNbd().fit(summary)
    assert fit == BgNbd().fit(summary.summary)
    assert fit == BgNbd().fit(pl.DataFrame(summary), unit="week")
    assert fit.p_alive(summary) == fit.p_alive(pl.DataFrame(summary))
    assert pickle.loads(pickle.dumps(summary)) == summary
    assert repr(summary) == "LedgerSummary(as_of=2025-12-31, clients=400, unit='week')"
    whole = ledger.lifetime_summary("2025-12-31", "month", opportunities=True)
    assert BgBb().fit(whole).unit == "month"
    assert pickle.loads(pickle.dumps(whole)) == whole
    with pytest.raises(clientela.BadArgument):
        ledger.lifetime_summary("2025-12-31", "fortnight")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ledger.lifetime_summary("2025-12-31")  # type: ignore[call-arg]


def test_models_are_held_against_a_holdout() -> None:
    ledger = shop()
    data = ledger.calibration_holdout("2025-09-01", "2025-12-31", "week")
    assert data.duration == pytest.approx(121 / 7)
    assert data.table().columns[-1] == "duration_holdout"
    assert pickle.loads(pickle.dumps(data)) == data
    assert repr(data).startswith("CalibrationHoldout(calibration_end=2025-09-01, holdout_end=2025-")
    chosen = choose(data)
    assert [score["model"] for score in chosen.scores] == ["nbd", "bg_nbd", "mbg_nbd", "pareto_nbd"]
    best = max(chosen.scores, key=lambda score: score["log_score"])
    assert chosen.model.log_likelihood == best["log_likelihood"]
    assert chosen.model == type(chosen.model)().fit(data.calibration)
    assert isinstance(choose(data, ["nbd"]).model, Nbd)
    model = chosen.model
    assert sum(row[2] for row in model.conditional_expectations(data).rows()) == 400
    assert sum(row[2] for row in model.alive_calibration(data, bins=5).rows()) == 400
    frequencies = model.frequencies(data.calibration)
    assert sum(frequencies["actual"]) == 400
    assert sum(frequencies["expected"]) == pytest.approx(400)
    tracking = model.tracking(ledger, "2025-09-01", "2025-12-31")
    assert tracking.columns[:3] == ["period", "ends_on", "actual"]
    assert tracking["cumulative_actual"][-1] <= len(ledger)
    active = model.active_clients(data.calibration, 1, "year", steps=4)
    alive = active["expected_active"]
    assert alive == sorted(alive, reverse=True)
    with pytest.raises(clientela.BadArgument, match="holdout_end"):
        ledger.calibration_holdout("2025-09-01", "2025-09-01", "week")
    with pytest.raises(clientela.BadArgument, match="candidates"):
        choose(data, ["gamma_gamma"])  # type: ignore[list-item]


def test_models_in_a_snapshot() -> None:
    ledger = shop()
    summary = ledger.lifetime_summary("2025-12-31", "week")
    model, spend = MbgNbd().fit(summary), GammaGamma().fit(summary)
    snapshot = ledger.snapshot("2025-12-31", lifetime=model, spend=spend)
    clients = snapshot.clients()
    assert clients["p_alive"] == pytest.approx(list(model.p_alive(summary)))
    expected = model.expected_purchases(summary, 12, "month")
    assert clients["expected_purchases"] == pytest.approx(list(expected))
    worth = model.clv(summary, spend, 12, "month", discount=0.1, per="year")
    assert clients["clv"] == pytest.approx(list(worth))
    assert any("MBG/NBD" in sentence for sentence in snapshot.explain(0).sentences)
    again = pickle.loads(pickle.dumps(snapshot))
    assert again.clients().rows() == clients.rows()
    assert set(ledger.snapshot("2025-12-31").clients()["p_alive"]) == {None}
    with pytest.raises(clientela.BadArgument, match="GammaGamma"):
        ledger.snapshot("2025-12-31", lifetime=model, spend=model)  # type: ignore[arg-type]
    with pytest.raises(clientela.BadArgument, match="lifetime"):
        ledger.snapshot("2025-12-31", spend=spend)
    with pytest.raises(clientela.BadArgument, match=r"clientela\.lifetime"):
        ledger.snapshot("2025-12-31", lifetime="bg_nbd")  # type: ignore[arg-type]


def test_the_page_for_those_who_come_from_lifetimes(tmp_path: Path) -> None:
    """Run its examples, in order, as one program."""
    page = (ROOT / "docs/from-lifetimes.md").read_text()
    blocks = [block.split("```")[0] for block in page.split("```python\n")[1:]]
    assert blocks
    program = tmp_path / "page.py"
    program.write_text("\n".join(blocks))
    runpy.run_path(str(program))
