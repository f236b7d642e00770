"""The tasks of `lifetime.py` in `lifetimes`: called with a folder of columns, prints its times.

    python peer_lifetimes.py FOLDER WORD...

Each task is written as its documentation has it. It is called once on the first few rows, so that
nothing is imported or compiled while the clock runs. Answers go to FOLDER/lifetimes.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from lifetimes.utils import calibration_and_holdout_data, summary_data_from_transaction_data

warnings.simplefilter("ignore")

HORIZON_WEEKS = 39
MONTHS = 12
MONTHLY_DISCOUNT = 0.01
ENOUGH = 1.0


def timed(work: Callable[[], object]) -> tuple[dict[str, float], object]:
    """CPU and wall seconds of a call, which is repeated until a second is spent, and its answer."""
    wall, cpu, times = time.perf_counter(), time.process_time(), 0
    while times == 0 or time.process_time() - cpu < ENOUGH:
        answer = work()
        times += 1
    spent = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": spent[0] / times, "wall": spent[1] / times}, answer


class Columns:
    """The columns that `lifetime.py` wrote."""

    def __init__(self, folder: Path) -> None:
        def read(name: str, kind: type) -> np.ndarray:
            return np.fromfile(folder / name, dtype=kind)

        day = read("log_day.i32", np.int32).astype("datetime64[D]").astype("datetime64[ns]")
        self.log = pd.DataFrame(
            {
                "client": read("log_client.i64", np.int64),
                "date": day,
                "spend": read("log_cents.i64", np.int64) / 100,
            }
        )
        ends = read("ends.i32", np.int32).astype("datetime64[D]")
        self.calibration_end, self.holdout_end = (pd.Timestamp(end) for end in ends)
        names = ("x", "t_x", "age", "spend")
        self.many = pd.DataFrame({name: read(f"many_{name}.f64", np.float64) for name in names})


def summary(columns: Columns, log: pd.DataFrame) -> pd.DataFrame:
    """Clients from the log, in weeks."""
    return summary_data_from_transaction_data(
        log,
        "client",
        "date",
        monetary_value_col="spend",
        observation_period_end=columns.calibration_end,
        freq="D",
        freq_multiplier=7,
    )


def split(columns: Columns, log: pd.DataFrame) -> pd.DataFrame:
    """Calibration and holdout from the log, in weeks."""
    return calibration_and_holdout_data(
        log,
        "client",
        "date",
        columns.calibration_end,
        observation_period_end=columns.holdout_end,
        freq="D",
        freq_multiplier=7,
        monetary_value_col="spend",
    )


def main() -> None:
    """The command."""
    folder, words = Path(sys.argv[1]), sys.argv[2:]
    columns = Columns(folder)
    out = folder / "lifetimes"
    out.mkdir(exist_ok=True)
    found: dict[str, object] = {}
    np.random.seed(1)

    def task(name: str, work: Callable[[], object]) -> object:
        if name not in words:
            return None
        found[name], answer = timed(work)
        return answer

    def keep(name: str, values: object) -> None:
        np.ascontiguousarray(values, dtype=np.float64).tofile(out / f"{name}.f64")

    few = columns.log.head(500)
    summary(columns, few)
    made = task("summary", lambda: summary(columns, columns.log))
    if made is not None:
        keep("summary", made[["frequency", "recency", "T", "monetary_value"]].sort_index())
    if "split" in words:
        split(columns, few)
    made = task("split", lambda: split(columns, columns.log))
    if made is not None:
        names = ["frequency_cal", "recency_cal", "T_cal", "frequency_holdout"]
        keep("split", made[names].sort_index())
    if {"pareto fit", "bg fit"} & set(words):
        base = summary(columns, columns.log)
        arrays = base["frequency"], base["recency"], base["T"]
        head = [values.head(300) for values in arrays]
        for name, fitter in (("bg fit", BetaGeoFitter), ("pareto fit", ParetoNBDFitter)):
            if name not in words:
                continue
            fitter(penalizer_coef=0.01).fit(*head)
            model = task(name, lambda fitter=fitter: fitter().fit(*arrays))
            keep(name, model.params_.to_numpy())
    many = columns.many
    arrays = many["x"], many["t_x"], many["age"]
    model = BetaGeoFitter()
    model.params_ = pd.Series({"r": 0.25, "alpha": 4.8, "a": 0.72, "b": 2.16})
    model.predict = model.conditional_expected_number_of_purchases_up_to_time
    values = task("million expected", lambda: model.predict(HORIZON_WEEKS, *arrays))
    if values is not None:
        keep("million expected", values)
    spend = GammaGammaFitter()
    spend.params_ = pd.Series({"p": 6.25, "q": 3.74, "v": 15.44})
    values = task(
        "million clv",
        lambda: spend.customer_lifetime_value(
            model, *arrays, many["spend"], time=MONTHS, discount_rate=MONTHLY_DISCOUNT, freq="W"
        ),
    )
    if values is not None:
        keep("million clv", values)
    fitted = task("million bg fit", lambda: BetaGeoFitter().fit(*arrays))
    if fitted is not None:
        keep("million bg fit", fitted.params_.to_numpy())
    print(json.dumps(found))


if __name__ == "__main__":
    main()
