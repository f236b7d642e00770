"""Probabilistic lifetime value, "buy till you die": what each client will still buy and is worth.

>>> import pyarrow
>>> from clientela.lifetime import BgNbd
>>> model = BgNbd.with_params(unit="week", r=0.243, alpha=4.414, a=0.793, b=2.426)
>>> clients = pyarrow.table({"frequency": [2, 0], "recency": [30.43, 0.0], "T": [38.86, 38.86]})
>>> [round(n, 3) for n in model.expected_purchases(clients, 39, "week")]
[1.226, 0.195]

| model | clients | times |
|---|---|---|
| `Nbd` | never drop out | any |
| `BgNbd` | may drop out after a repeat purchase | any; regular with `k` above 1 |
| `MbgNbd` | may drop out after any purchase | any; regular with `k` above 1 |
| `ParetoNbd` | may drop out at any time | any |
| `BgBb` | may drop out before an opportunity | whole numbers of opportunities |
| `ShiftedBetaGeometric` | may end a contract at a renewal | renewals |
| `GammaGamma` | what a purchase is worth | |

A model is fitted to `ledger.lifetime_summary(…)`, to a `Summary`, or to any frame with the Arrow
PyCapsule interface (pandas, polars, pyarrow, duckdb) that has the columns `frequency`, `recency`,
`T` and for amounts `monetary_value`; other names are given as `frequency="x"` and so on.
Predictions take the same, and a frame's times are then in the model's unit. They give one answer
a row in an `array.array` of floats: `numpy.asarray` takes it without a copy, and it goes as it is
into a column of a frame. What has no value, such as an endless sum, is NaN.

`BgNbd`, `MbgNbd` and `ParetoNbd` take covariates, what is known of each client beside the
purchases and does not change: `fit(clients, covariates=frame)`, see there.

Every time has its unit: `day`, `week`, `month` (a twelfth of a year) or `year`. A fit that is
not clean is no exception: `optimality` tells what is the matter.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Self,
    TypedDict,
    Unpack,
)

from clientela._native import CalibrationHoldout, LedgerSummary, Summary, _choose, _Model
from clientela.errors import BadArgument, BadFormat

if TYPE_CHECKING:
    from datetime import date

    from clientela._native import Ledger, Table, _ArrowStream, _Unit

__all__ = [
    "BgBb",
    "BgNbd",
    "CalibrationHoldout",
    "Choice",
    "GammaGamma",
    "LedgerSummary",
    "MbgNbd",
    "Nbd",
    "ParetoNbd",
    "ShiftedBetaGeometric",
    "Summary",
    "choose",
    "from_json",
]


class Columns(TypedDict, total=False):
    """The names of a frame's columns, where they are not the usual ones.

    And for a model with covariates, the frame of these where it is another, and in that the name
    of the column of clients, by which those of a ledger's summary are found; it is `client` where
    nothing else is said.
    """

    frequency: str
    recency: str
    T: str
    monetary_value: str
    log_gaps: str
    weights: str
    covariates: _ArrowStream | None
    client: str


class Estimate(TypedDict):
    """A parameter with its standard error and confidence interval."""

    name: str
    value: float
    standard_error: float | None
    low: float | None
    high: float | None


class Optimality(TypedDict):
    """How good a maximum is: see `optimality`."""

    converged: bool
    gradient: float
    definite: bool
    steps: int
    flags: list[dict[str, Any]]


class LikelihoodRatio(TypedDict):
    """The outcome of a likelihood-ratio test."""

    statistic: float
    freedom: int
    p_value: float


class Intervals(TypedDict):
    """A figure for each client, with the ends of its interval."""

    value: array[float]
    low: array[float]
    high: array[float]


class _Estimator:
    """What all models have in common."""

    _kind: ClassVar[str]
    _model: _Model | None

    def __init__(self) -> None:
        self._model = None

    @classmethod
    def _of(cls, model: _Model) -> Self:
        self = cls()
        self._model = model
        return self

    @classmethod
    def _with(
        cls,
        unit: _Unit | None,
        coefficients: Mapping[str, float] | None = None,
        **params: float,
    ) -> Self:
        return cls._of(_Model.with_params(cls._kind, unit, {**params, **(coefficients or {})}))

    @property
    def _ready(self) -> _Model:
        if self._model is None:
            problem = (
                f"this {type(self).__name__} has no parameters yet: fit it, or use with_params"
            )
            message = f"model: {problem}"
            raise BadArgument(message, argument="model", problem=problem)
        return self._model

    def _report(self, level: float = 0.95) -> dict[str, Any]:
        return self._ready.report(level)

    @property
    def params(self) -> dict[str, float]:
        """The parameters by name."""
        return self._ready.params

    @property
    def unit(self) -> str | None:
        """The unit of the model's times; `None` where it has no time."""
        return self._ready.unit

    def estimates(self, level: float = 0.95) -> list[Estimate]:
        """Give each parameter with its standard error and confidence interval at a level.

        The intervals are built on logarithms, so that none reaches below zero. Errors are `None`
        where the maximum is not definite.
        """
        rows: list[Estimate] = []
        for estimate in self._report(level)["estimates"]:
            ends = estimate["interval"] or {"low": None, "high": None}
            rows.append(
                {
                    "name": estimate["name"],
                    "value": estimate["value"],
                    "standard_error": estimate["standard_error"],
                    "low": ends["low"],
                    "high": ends["high"],
                }
            )
        return rows

    @property
    def clients(self) -> int:
        """The number of clients in the fit; of `GammaGamma`, of those with a known spend."""
        return int(self._report()["clients"])

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood at the maximum, in the unit of the data, summed over clients.

        Factors that hold no parameter (x! and the like) are left out, as in the papers.
        """
        return float(self._report()["log_likelihood"])

    @property
    def aic(self) -> float:
        """Akaike's information criterion: smaller is better."""
        return float(self._report()["aic"])

    @property
    def bic(self) -> float:
        """The Bayesian information criterion, by the number of clients: smaller is better."""
        return float(self._report()["bic"])

    @property
    def covariance(self) -> list[list[float]] | None:
        """The covariance of the parameters in the order of `params`.

        `None` where the maximum is not definite.
        """
        covariance: list[list[float]] | None = self._report()["covariance"]
        return covariance

    @property
    def optimality(self) -> Optimality:
        """How good the maximum is.

        `converged`: no step could gain anything; `gradient`: its largest component, by the
        logarithms of the parameters; `definite`: whether the log-likelihood curves downwards in
        every direction; `steps`; `flags`: `{"ridge": {"parameters": …}}` where it hardly changes
        as some parameters move together, `{"infinite": {"parameter": …}}` and
        `{"zero": {"parameter": …}}` where it keeps rising while one runs away.
        """
        optimality: Optimality = self._report()["optimality"]
        return optimality

    @property
    def status(self) -> str:
        """`clean`, or what makes the fit doubtful, in words; `given` where it is no fit."""
        if not self._ready.is_fit:
            return "given"
        optimality = self.optimality
        doubts = [] if optimality["converged"] else ["not converged"]
        if not optimality["definite"]:
            doubts.append("not definite")
        for flag in optimality["flags"]:
            for kind, what in flag.items():
                names = what.get("parameters") or [what["parameter"]]
                doubts.append(
                    f"{kind} of {', '.join(names)}"
                    if kind == "ridge"
                    else f"{names[0]} runs to {'0' if kind == 'zero' else 'infinity'}"
                )
        return "; ".join(dict.fromkeys(doubts)) or "clean"

    def test_against(self, larger: _Estimator) -> LikelihoodRatio:
        """Test this fit against a larger model that contains it, fitted to the same clients.

        Where this model lies at the edge of the larger (NBD within Pareto/NBD), the true
        probability is smaller still than `p_value`.
        """
        test: LikelihoodRatio = self._ready.test_against(larger._ready)
        return test

    def to_json(self) -> str:
        """Give the model, and its fit where it has one, as JSON."""
        return self._ready.to_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote, to the last bit."""
        model = _Model.from_json(text)
        if model.kind != cls._kind:
            message = f"model, this is a {model.kind}, not a {cls._kind}"
            raise BadFormat(message)
        return cls._of(model)

    def __eq__(self, other: object) -> bool:
        """Compare models and fits to the last bit."""
        if type(other) is not type(self) or not isinstance(other, _Estimator):
            return NotImplemented
        if self._model is None or other._model is None:
            return self._model is other._model and vars(self) == vars(other)
        return self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the model as JSON."""
        return {**vars(self), "_model": self._model and self._model.to_json()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read the JSON back."""
        vars(self).update(state)
        self._model = state["_model"] and _Model.from_json(state["_model"])

    def _intervals(
        self,
        data: _ArrowStream,
        what: str,
        given: dict[str, Any],
        level: float,
        *,
        columns: Columns,
        bootstrap: Sequence[_Estimator] | None,
    ) -> Intervals:
        models = None if bootstrap is None else [model._ready for model in bootstrap]
        intervals: Intervals = self._ready.intervals(
            data, what, given, level, dict(columns), models
        )
        return intervals

    def simulate_like(
        self, data: _ArrowStream, *, seed: int, **columns: Unpack[Columns]
    ) -> Summary:
        """Make up another life for each of the clients: seen as long, with the same covariates.

        `GammaGamma` makes up the mean amounts of those whose own is known.
        """
        return self._ready.simulate_like(data, seed, dict(columns))

    def _settings(self) -> str:
        return ""

    def __repr__(self) -> str:
        """Show parameters, standard errors and status."""
        name = type(self).__name__
        if self._model is None:
            return f"{name}({self._settings()})"
        unit = "" if self.unit is None else f", unit='{self.unit}'"
        if not self._model.is_fit:
            params = self.params
            coefficients = {key: params.pop(key) for key in list(params) if ":" in key}
            shown = ", ".join(f"{key}={value:.6g}" for key, value in params.items())
            if coefficients:
                inner = ", ".join(f"{key!r}: {value:.6g}" for key, value in coefficients.items())
                shown += f", coefficients={{{inner}}}"
            settings = self._settings() and f", {self._settings()}"
            return f"{name}.with_params({shown}{settings}{unit})"
        shown = ", ".join(
            f"{row['name']}={row['value']:.4g}"
            + ("" if row["standard_error"] is None else f"±{row['standard_error']:.2g}")
            for row in self.estimates()
        )
        settings = self._settings() and f"{self._settings()}, "
        return (
            f"{name}({settings}{shown}{unit}, clients={self.clients}, "
            f"log_likelihood={self.log_likelihood:.3f}, status='{self.status}')"
        )


def _horizon(horizon: float, unit: _Unit, **others: Any) -> dict[str, Any]:
    return {"horizon": horizon, "unit": unit, **others}


class _Purchases(_Estimator):
    """A model of purchases over time."""

    def fit(
        self,
        data: _ArrowStream,
        *,
        unit: _Unit | None = None,
        purchase_covariates: Sequence[str] | None = None,
        dropout_covariates: Sequence[str] | None = None,
        threads: int | None = None,
        **columns: Unpack[Columns],
    ) -> Self:
        """Fit the model by maximum likelihood and give it back.

        A frame needs the `unit` of its times; a `Summary` has its own. The same clients give the
        same bits in any order of rows and on any number of `threads`, by default all cores.
        Clients that cannot be raise `BadRow`; too few who bought again raise `BadArgument`.

        `BgNbd`, `MbgNbd` and `ParetoNbd` take covariates: columns of numbers or flags, a category
        as columns of 0 and 1, one fewer than it has values. They are named by
        `purchase_covariates`, on which the rate of purchases depends, and `dropout_covariates`,
        and are columns of `data`, or of the frame `covariates`. That has a row for each of the
        clients, in their order; for the summary of a ledger in any order, with the column
        `client`. Where only `covariates` is given, both depend on all its columns. Predictions
        then take the same columns, from the same places.

        >>> import pyarrow
        >>> from clientela.lifetime import ParetoNbd
        >>> clients = pyarrow.table({
        ...     "frequency": [0, 1, 2, 4, 0, 1, 3, 9], "recency": [0, 9, 20, 33, 0, 12, 24, 37],
        ...     "T": [39] * 8, "web": [False] * 4 + [True] * 4,
        ...     "weights": [50, 9, 5, 2, 40, 9, 8, 5],
        ... })
        >>> model = ParetoNbd().fit(clients, unit="week", purchase_covariates=["web"])
        >>> list(model.params)
        ['r', 'alpha', 's', 'beta', 'purchase:web']
        >>> model.params["purchase:web"] > 0
        True
        >>> len(model.expected_purchases(clients, 1, "year"))
        8
        """

        def listed(names: Sequence[str] | None) -> list[str] | None:
            return [names] if isinstance(names, str) else None if names is None else list(names)

        self._model = _Model.fit(
            self._kind,
            data,
            unit,
            dict(columns),
            purchase=listed(purchase_covariates),
            dropout=listed(dropout_covariates),
            threads=threads,
            **self._options(),
        )
        return self

    @property
    def covariates(self) -> dict[str, list[str]] | None:
        """The names of the covariates of `purchase` and of `dropout`; `None` without any."""
        names = self._ready.covariates
        return None if names is None else {"purchase": names[0], "dropout": names[1]}

    def for_client(self, covariates: Mapping[str, float]) -> Self:
        """Give the plain model of a client with these covariates, by their names.

        What a model with covariates cannot tell of all, such as `expected_purchases_new`, the
        plain one tells of a client of this kind.
        """
        return type(self)._of(self._ready.for_client(dict(covariates)))

    def bootstrap(
        self,
        data: _ArrowStream,
        *,
        seed: int,
        repeats: int = 200,
        threads: int | None = None,
        **columns: Unpack[Columns],
    ) -> list[Self]:
        """Give models fitted to data that this one makes up for the same clients.

        They are what the fit might have been (parametric bootstrap): `intervals` takes them. The
        same seed gives the same models. A made-up set that cannot be fitted is left out.
        """
        models = self._ready.bootstrap(data, repeats, seed, dict(columns), threads)
        return [type(self)._of(model) for model in models]

    def _options(self) -> dict[str, Any]:
        """Give what the fit is asked beside the data."""
        return {}

    def _ask(
        self,
        data: _ArrowStream,
        what: str,
        given: dict[str, Any],
        columns: Columns,
    ) -> array[float]:
        return self._ready.predict(data, what, given, dict(columns))

    def p_alive(self, data: _ArrowStream, **columns: Unpack[Columns]) -> array[float]:
        """Give the probability that each client is alive at the end of observation."""
        return self._ask(data, "p_alive", {}, columns)

    def p_alive_after(
        self,
        data: _ArrowStream,
        horizon: float,
        unit: _Unit,
        **columns: Unpack[Columns],
    ) -> array[float]:
        """Give the probability that each client is alive when the horizon has passed."""
        return self._ask(data, "p_alive_after", _horizon(horizon, unit), columns)

    def expected_purchases(
        self,
        data: _ArrowStream,
        horizon: float,
        unit: _Unit,
        **columns: Unpack[Columns],
    ) -> array[float]:
        """Give the expected number of purchases of each client within the horizon."""
        return self._ask(data, "expected_purchases", _horizon(horizon, unit), columns)

    def expected_purchases_new(self, horizon: float, unit: _Unit) -> float:
        """Give the expected number of repeat purchases of a new client within the horizon."""
        return self._new("expected_purchases", _horizon(horizon, unit))

    def p_purchases(
        self,
        data: _ArrowStream,
        n: int,
        horizon: float,
        unit: _Unit,
        **columns: Unpack[Columns],
    ) -> array[float]:
        """Give the probability that each client makes exactly `n` purchases in the horizon."""
        return self._ask(data, "p_purchases", _horizon(horizon, unit, n=n), columns)

    def p_no_purchase(
        self,
        data: _ArrowStream,
        horizon: float,
        unit: _Unit,
        **columns: Unpack[Columns],
    ) -> array[float]:
        """Give the probability that each client buys nothing within the horizon."""
        return self._ask(data, "p_no_purchase", _horizon(horizon, unit), columns)

    def p_purchases_new(self, n: int, horizon: float, unit: _Unit) -> float:
        """Give the probability that a new client makes exactly `n` repeat purchases."""
        return self._new("p_purchases", _horizon(horizon, unit, n=n))

    def purchases_interval(
        self,
        data: _ArrowStream,
        horizon: float,
        unit: _Unit,
        level: float = 0.8,
        **columns: Unpack[Columns],
    ) -> Intervals:
        """Give the interval that holds each client's number of purchases with a probability.

        `value` is the median. This is what one client may do; `intervals` tells how sure the
        expectation is.
        """
        ends: Intervals = self._ready.purchases_interval(data, horizon, unit, level, dict(columns))
        return ends

    def next_purchase(
        self,
        data: _ArrowStream,
        level: float = 0.8,
        **columns: Unpack[Columns],
    ) -> dict[str, array[float]]:
        """Tell when each client's next purchase is to be expected.

        `probability` that there is one; and if there is one, in the model's unit from now, its
        `median` time, `mean` time, and the ends `low` and `high` of the interval that holds it
        with the probability `level`.
        """
        return self._ready.next_purchase(data, level, dict(columns))

    def dect(
        self,
        data: _ArrowStream,
        horizon: float,
        unit: _Unit,
        *,
        discount: float,
        per: _Unit,
        **columns: Unpack[Columns],
    ) -> array[float]:
        """Give the expected number of purchases within the horizon, discounted to now.

        `discount=0.15, per="year"` turns 115 of next year into 100 of now; a continuous rate `d`
        is `math.expm1(d)`.
        """
        given = _horizon(horizon, unit, discount=discount, discount_unit=per)
        return self._ask(data, "discounted_purchases", given, columns)

    def dert(
        self,
        data: _ArrowStream,
        *,
        discount: float,
        per: _Unit,
        **columns: Unpack[Columns],
    ) -> array[float]:
        """Give the expected number of all purchases to come, discounted to now."""
        given = {"discount": discount, "discount_unit": per}
        return self._ask(data, "discounted_forever", given, columns)

    def posterior(self, data: _ArrowStream, **columns: Unpack[Columns]) -> dict[str, array[float]]:
        """Give what is believed of each client's own rates.

        `purchase_rate` while alive, per unit of time; `dropout` per unit of time in Pareto/NBD,
        per purchase in the BG family.
        """
        return {
            "purchase_rate": self._ask(data, "posterior_purchase_rate", {}, columns),
            "dropout": self._ask(data, "posterior_dropout", {}, columns),
        }

    def log_likelihoods(self, data: _ArrowStream, **columns: Unpack[Columns]) -> array[float]:
        """Give the log-likelihood of each client, whatever its weight."""
        return self._ask(data, "log_likelihood", {}, columns)

    def intervals(
        self,
        data: _ArrowStream,
        what: Literal[
            "p_alive",
            "p_alive_after",
            "expected_purchases",
            "p_purchases",
            "p_no_purchase",
            "dect",
            "dert",
        ],
        horizon: float | None = None,
        unit: _Unit | None = None,
        level: float = 0.95,
        *,
        n: int | None = None,
        discount: float | None = None,
        per: _Unit | None = None,
        bootstrap: Sequence[Self] | None = None,
        **columns: Unpack[Columns],
    ) -> Intervals:
        """Give a figure for each client with the interval of its expectation.

        The interval is what the uncertainty of the parameters makes of it: by the delta method, or
        by the models of `bootstrap`, which must be 20 or more. What one client may do is another
        matter, see `purchases_interval`. NaN where the maximum is not definite.
        """
        given: dict[str, Any] = {} if horizon is None else {"horizon": horizon, "unit": unit}
        if n is not None:
            given["n"] = n
        if discount is not None:
            given |= {"discount": discount, "discount_unit": per}
        question = {"dect": "discounted_purchases", "dert": "discounted_forever"}.get(what, what)
        return self._intervals(data, question, given, level, columns=columns, bootstrap=bootstrap)

    def clv(
        self,
        data: _ArrowStream,
        spend: GammaGamma,
        horizon: float | None,
        unit: _Unit | None = None,
        *,
        discount: float,
        per: _Unit,
        **columns: Unpack[Columns],
    ) -> array[float]:
        """Give what each client is worth: expected discounted purchases times their amount.

        In the currency of `monetary_value`, of revenue: multiply by the margin for profit. A
        horizon of `None` is for ever.
        """
        model = spend._ready
        return self._ready.clv(data, model, horizon, unit, discount, per, dict(columns))

    def tracking(
        self,
        ledger: Ledger,
        calibration_end: date | str,
        end: date | str,
        *,
        returns: Literal["net", "ignore"] = "net",
        zero_amount: Literal["count", "ignore"] = "count",
    ) -> Table:
        """Give repeat purchases over time, actual and expected, a row per unit of time.

        They are those of the clients whose first purchase was up to `calibration_end`. Columns:
        `period`, `ends_on`, `actual`, `expected`, `cumulative_actual`, `cumulative_expected`.
        """
        opportunities = self._kind == "bg_bb"
        model = self._ready
        return model.tracking(ledger, calibration_end, end, returns, zero_amount, opportunities)

    def frequencies(self, data: _ArrowStream, censor: int = 7, **columns: Unpack[Columns]) -> Table:
        """Give how many clients made 0, 1, 2, … repeat purchases, actual and expected.

        From `censor` on they are one row. Columns: `frequency`, `or_more`, `actual`, `expected`.
        """
        return self._ready.frequencies(data, censor, dict(columns))

    def conditional_expectations(self, data: CalibrationHoldout, censor: int = 7) -> Table:
        """Give purchases in the holdout by those before it, actual and expected.

        From `censor` on they are one row. Columns: `frequency`, `or_more`, `clients`, and the
        means `actual` and `expected`.
        """
        return self._ready.conditional_expectations(data, censor)

    def alive_calibration(self, data: CalibrationHoldout, bins: int = 10) -> Table:
        """Give how far probabilities come true, by bins of the probability of being alive.

        Columns: `from`, `to`, `clients`, the means `p_alive` and `p_purchase`, and `bought`, the
        share that bought in the holdout.
        """
        return self._ready.alive_calibration(data, bins)

    def active_clients(
        self,
        data: _ArrowStream,
        horizon: float,
        unit: _Unit,
        steps: int = 12,
        **columns: Unpack[Columns],
    ) -> Table:
        """Give how many of the clients are expected to be alive as time passes.

        Columns: `time` from now, in `unit`, and `expected_active`.
        """
        return self._ready.active_clients(data, horizon, unit, steps, dict(columns))

    def simulate(self, ages: Iterable[float], *, seed: int) -> Summary:
        """Make up a client for each age, the time from the first purchase to now.

        Ages are in the model's unit. The same seed gives the same clients.
        """
        return self._ready.simulate(list(ages), seed)

    def _new(self, what: str, given: dict[str, Any]) -> float:
        answer = self._ready.predict_new(what, given)
        return float("nan") if answer is None else answer


class Nbd(_Purchases):
    """NBD (Ehrenberg 1959): clients buy at random at rates of their own, and never drop out.

    Rates are gamma distributed with shape `r` and scale `alpha`, which is a time.

    >>> from clientela.lifetime import Nbd
    >>> Nbd.with_params(unit="week", r=0.385, alpha=12.072)
    Nbd.with_params(r=0.385, alpha=12.072, unit='week')
    """

    _kind = "nbd"

    @classmethod
    def with_params(cls, *, unit: _Unit, r: float, alpha: float) -> Self:
        """Make a model of given parameters, `alpha` in `unit`."""
        return cls._with(unit, r=r, alpha=alpha)


class _Dropout(_Purchases):
    """BG/NBD and its kin."""

    def __init__(self, *, k: int | Literal["best"] = 1) -> None:
        """Make a model to be fitted.

        `k` above 1 is for regular buyers: every k-th event of a hidden process is a purchase.
        `"best"` tries 1, 2, … and keeps the one that fits best. It takes the column `log_gaps`.
        """
        super().__init__()
        self._k = k

    @property
    def k(self) -> int:
        """The regularity; 1 where purchases come at random."""
        return self._ready.k

    @classmethod
    def _of(cls, model: _Model) -> Self:
        self = cls(k=model.k)
        self._model = model
        return self

    def _settings(self) -> str:
        k = self._k if self._model is None else self._model.k
        return "" if k == 1 else f"k={k!r}"

    def _options(self) -> dict[str, Any]:
        k, largest = (1, 100) if self._k == "best" else (self._k, None)
        return {"k": k, "largest_k": largest}

    @classmethod
    def with_params(
        cls,
        *,
        unit: _Unit,
        r: float,
        alpha: float,
        a: float,
        b: float,
        k: int = 1,
        coefficients: Mapping[str, float] | None = None,
    ) -> Self:
        """Make a model of given parameters, `alpha` in `unit`.

        `coefficients` of covariates have the names that a fit gives them: `purchase:web`,
        `dropout_a:web` and `dropout_b:web`.
        """
        regular = {} if k == 1 else {"k": float(k)}
        return cls._with(unit, coefficients, r=r, alpha=alpha, a=a, b=b, **regular)


class BgNbd(_Dropout):
    """BG/NBD (Fader, Hardie and Lee 2005): a client may drop out after each repeat purchase.

    While alive clients buy at rates of their own, gamma distributed with shape `r` and scale
    `alpha`; the probabilities of dropping out are beta distributed with `a` and `b`.

    >>> import pyarrow
    >>> from clientela.lifetime import BgNbd
    >>> clients = pyarrow.table({
    ...     "frequency": [0, 1, 2, 3, 5, 9], "recency": [0, 12, 20, 24, 33, 37], "T": [39] * 6,
    ...     "weights": [140, 44, 21, 10, 7, 4],
    ... })
    >>> model = BgNbd().fit(clients, unit="week")
    >>> model.clients, model.status
    (226, 'clean')
    >>> [round(p, 2) for p in model.p_alive(clients)]
    [1.0, 0.58, 0.75, 0.81, 0.92, 0.97]
    >>> BgNbd.from_json(model.to_json()) == model
    True
    """

    _kind = "bg_nbd"


class MbgNbd(_Dropout):
    """MBG/NBD (Batislam, Denizel and Filiztekin 2007): BG/NBD, dropping out at once too.

    A client may drop out after the first purchase already.

    >>> from clientela.lifetime import MbgNbd
    >>> model = MbgNbd.with_params(unit="week", r=0.525, alpha=6.183, a=0.891, b=1.614)
    >>> round(model.expected_purchases_new(1, "year"), 3)
    1.423
    """

    _kind = "mbg_nbd"


class ParetoNbd(_Purchases):
    """Pareto/NBD (Schmittlein, Morrison and Colombo 1987): a client may drop out at any time.

    Rates of purchases are gamma distributed with `r` and `alpha`, those of dropping out with `s`
    and `beta`; `alpha` and `beta` are times.

    >>> from clientela.lifetime import ParetoNbd
    >>> model = ParetoNbd.with_params(unit="week", r=0.553, alpha=10.58, s=0.606, beta=11.656)
    >>> round(model.expected_purchases_new(52, "week"), 6)
    1.47216
    """

    _kind = "pareto_nbd"

    @classmethod
    def with_params(
        cls,
        *,
        unit: _Unit,
        r: float,
        alpha: float,
        s: float,
        beta: float,
        coefficients: Mapping[str, float] | None = None,
    ) -> Self:
        """Make a model of given parameters, `alpha` and `beta` in `unit`.

        `coefficients` of covariates have the names that a fit gives them: `purchase:web` and
        `dropout:web`.
        """
        return cls._with(unit, coefficients, r=r, alpha=alpha, s=s, beta=beta)


class BgBb(_Purchases):
    """BG/BB (Fader, Hardie and Shang 2010): clients buy at given opportunities only.

    An opportunity comes once per unit of time: `recency` is the place of the last purchase and
    `T` the number of opportunities, whole numbers both. At each a client buys with a probability
    that is beta distributed with `alpha` and `beta`; before each the client drops out with one
    that is beta distributed with `gamma` and `delta`.

    >>> from clientela.lifetime import BgBb
    >>> model = BgBb.with_params(unit="year", alpha=1.204, beta=0.75, gamma=0.657, delta=2.783)
    >>> round(model.expected_purchases_new(10, "year"), 2)
    3.18
    """

    _kind = "bg_bb"

    @classmethod
    def with_params(
        cls, *, unit: _Unit, alpha: float, beta: float, gamma: float, delta: float
    ) -> Self:
        """Make a model of given parameters, with one opportunity per `unit`."""
        return cls._with(unit, alpha=alpha, beta=beta, gamma=gamma, delta=delta)


class GammaGamma(_Estimator):
    """Gamma-Gamma (Fader, Hardie and Lee 2005): what a purchase of each client is worth.

    The amount of a purchase varies around the client's own mean with shape `p`; the means vary
    between clients with shape `q` and scale `gamma`, which is an amount.

    >>> import pyarrow
    >>> from clientela.lifetime import GammaGamma
    >>> model = GammaGamma.with_params(p=6.25, q=3.74, gamma=15.44)
    >>> clients = pyarrow.table({"frequency": [2, 0], "monetary_value": [22.35, None]})
    >>> [round(amount, 2) for amount in model.expected_spend(clients)]
    [24.66, 35.22]
    """

    _kind = "gamma_gamma"

    @classmethod
    def with_params(cls, *, p: float, q: float, gamma: float) -> Self:
        """Make a model of given parameters, `gamma` in the currency of the amounts."""
        return cls._with(None, p=p, q=q, gamma=gamma)

    def fit(
        self,
        data: _ArrowStream,
        *,
        threads: int | None = None,
        **columns: Unpack[Columns],
    ) -> Self:
        """Fit the model to the clients who bought again, and give it back.

        Clients without a repeat purchase, and those whose mean is not known or not above zero,
        are set aside; `clients` tells how many were used. A frame needs no times.
        """
        self._model = _Model.fit(self._kind, data, None, dict(columns), threads=threads)
        return self

    def expected_spend(self, data: _ArrowStream, **columns: Unpack[Columns]) -> array[float]:
        """Give the expected mean amount of each client's purchases to come.

        It lies between what the client spent and what all do, the nearer to the client's own the
        more purchases there were. NaN where the distribution is too wide to have a mean.
        """
        return self._ready.predict(data, "expected_spend", {}, dict(columns))

    def intervals(
        self,
        data: _ArrowStream,
        level: float = 0.95,
        *,
        bootstrap: Sequence[GammaGamma] | None = None,
        **columns: Unpack[Columns],
    ) -> Intervals:
        """Give each client's expected spend with the interval of that expectation.

        By the delta method, or by the models of `bootstrap`.
        """
        return self._intervals(
            data, "expected_spend", {}, level, columns=columns, bootstrap=bootstrap
        )

    def bootstrap(
        self,
        data: _ArrowStream,
        *,
        seed: int,
        repeats: int = 200,
        threads: int | None = None,
        **columns: Unpack[Columns],
    ) -> list[GammaGamma]:
        """Give models fitted to amounts that this one makes up for the same clients."""
        models = self._ready.bootstrap(data, repeats, seed, dict(columns), threads)
        return [type(self)._of(model) for model in models]

    @property
    def population_mean(self) -> float:
        """The mean amount of a purchase over all clients; NaN where there is none."""
        mean = self._ready.predict_new("expected_spend")
        return float("nan") if mean is None else mean

    def log_likelihoods(self, data: _ArrowStream, **columns: Unpack[Columns]) -> array[float]:
        """Give the log-likelihood of each client's mean amount; NaN where that is not known."""
        return self._ready.predict(data, "log_likelihood", {}, dict(columns))

    def simulate(self, summary: Summary, *, seed: int) -> Summary:
        """Make up the mean amounts of all in a summary who bought again."""
        return self._ready.simulate_spend(summary, seed)


class ShiftedBetaGeometric(_Estimator):
    """Shifted beta-geometric (Fader and Hardie 2007): clients under contract.

    At each renewal a client ends the contract with a probability of their own, beta distributed
    with `a` and `b`.

    >>> import pyarrow
    >>> from clientela.lifetime import ShiftedBetaGeometric
    >>> contracts = pyarrow.table({
    ...     "renewals": [1, 2, 3, 3], "ended": [True, True, True, False],
    ...     "weights": [131, 126, 90, 653],
    ... })
    >>> model = ShiftedBetaGeometric().fit(contracts, unit="year")
    >>> [round(model.survival(n), 2) for n in (1, 2, 3)]
    [0.86, 0.75, 0.65]
    """

    _kind = "shifted_beta_geometric"

    @classmethod
    def with_params(cls, *, unit: _Unit, a: float, b: float) -> Self:
        """Make a model of given parameters, with one renewal per `unit`."""
        return cls._with(unit, a=a, b=b)

    def fit(
        self,
        data: _ArrowStream,
        *,
        unit: _Unit,
        renewals: str = "renewals",
        ended: str = "ended",
        weights: str | None = None,
    ) -> Self:
        """Fit the model to a frame of contracts, and give it back.

        `renewals` names the column of the renewal, counted from 1, at which a contract ended, or
        of those that it passed; `ended` that of whether it ended. `weights`, or a column of that
        name, counts the contracts of a row. A renewal comes once per `unit`.
        """
        self._model = _Model.fit_contracts(data, unit, renewals, ended, weights)
        return self

    def survival(self, n: int) -> float:
        """Give the probability that a contract passes `n` renewals."""
        return self._ready.survival(n)

    def retention(self, n: int) -> float:
        """Give the probability that a contract which passed `n` renewals passes the next."""
        return self._ready.retention(n)

    def expected_renewals(self, n: int, horizon: int) -> float:
        """Give the expected number of renewals among the next `horizon` after the `n`-th."""
        return self._ready.expected_renewals(n, horizon)

    def discounted_renewals(self, n: int, *, discount: float, per: _Unit) -> float:
        """Give the expected number of all renewals to come after the `n`-th, discounted to now.

        NaN where that sum has no end.
        """
        sum_ = self._ready.discounted_renewals(n, discount, per)
        return float("nan") if sum_ is None else sum_

    def simulate(self, renewals: Iterable[int], *, seed: int) -> list[dict[str, Any]]:
        """Make up the fate of contracts that began so many renewals ago."""
        return self._ready.simulate_contracts(list(renewals), seed)


_CLASSES: dict[str, type[_Estimator]] = {
    kind._kind: kind
    for kind in (Nbd, BgNbd, MbgNbd, ParetoNbd, BgBb, GammaGamma, ShiftedBetaGeometric)
}


def from_json(
    text: str,
) -> Nbd | BgNbd | MbgNbd | ParetoNbd | BgBb | GammaGamma | ShiftedBetaGeometric:
    """Read a model or a fit of any kind.

    >>> from clientela.lifetime import from_json
    >>> from_json('{"model": "nbd", "unit": "week", "r": 0.385, "alpha": 12.072}')
    Nbd.with_params(r=0.385, alpha=12.072, unit='week')
    """
    model = _Model.from_json(text)
    return _CLASSES[model.kind]._of(model)  # type: ignore[return-value]


class Choice(NamedTuple):
    """The model that was chosen, and how all candidates did: see `choose`."""

    model: Nbd | BgNbd | MbgNbd | ParetoNbd | BgBb
    """The chosen model, fitted to the calibration."""
    scores: list[dict[str, Any]]
    """A dict per candidate."""


def choose(
    data: CalibrationHoldout,
    candidates: Iterable[Literal["nbd", "bg_nbd", "mbg_nbd", "pareto_nbd", "bg_bb"]] = (),
    *,
    threads: int | None = None,
) -> Choice:
    """Fit each candidate to the calibration, and choose the one that foretold the holdout best.

    Best is the largest `log_score`: the mean over clients of the logarithm of the probability that
    the model gave to the number of purchases that came. The scores of all candidates are told:
    `model`, `log_likelihood`, `aic`, `bic`, `converged`, `holdout_mae`, `holdout_rmse`,
    `holdout_bias`, `log_score`; and as `problem` why one could not be fitted.
    """
    model, scores = _choose(data, list(candidates), threads)
    return Choice(_CLASSES[model.kind]._of(model), scores)  # type: ignore[arg-type]
