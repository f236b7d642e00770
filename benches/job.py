"""The job that every contender does, its fixed figures, and the check of its answers.

As of 1 January 2026, on two years of sales:

1. scores     per client: first and last purchase, purchases (client-days), amount, days since the
              last and since the first purchase, mean purchase; scores 1 to 5 for recency,
              frequency and amount. A cut point is the observed value at rank ceil(k * clients / 5)
              from the worst; a score is 1 plus the number of cut points strictly beaten.
2. classes    per client: ABC by amount (in A while the strictly larger amounts sum to less than
              80 % of the total, in B to less than 95 %), XYZ by the coefficient of variation of
              24 monthly amounts (population, months without a sale count as 0; X up to 100 %,
              Y up to 250 %).
3. tops       per client that is in one: in how many of the last six months it was among the
              top ceil(20 % of the payers) by amount, ties in.
4. cohorts    by month of first purchase and months since: clients that bought, and amount.
5. intervals  per client with two purchase days: the median of days between purchase days.

Answers are Arrow tables by these names, with these columns:

    scores     client first_purchase last_purchase purchases amount recency_days tenure_days
               mean_purchase recency_score frequency_score monetary_score
    classes    client variation abc_class xyz_class           (classes as 0 1 2, or as letters)
    tops       client vip_months
    cohorts    cohort period clients amount                   (cohort as months since year 0)
    intervals  client median_interval_days
"""

import datetime
import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

AS_OF = datetime.date(2026, 1, 1)
AS_OF_DAY = (AS_OF - datetime.date(1970, 1, 1)).days
MONTHS = 24
TOP_MONTHS = 6
# Months are counted from year 0, January being 0: year * 12 + month - 1.
FIRST_MONTH = 2024 * 12
FIRST_TOP_MONTH = 2026 * 12 - TOP_MONTHS
A_PERCENT, B_PERCENT = 80, 95
# X: deviation <= 1 * mean. Y: deviation <= 2.5 * mean. With n months, sum S and sum of squares Q
# these are n*Q - S^2 <= S^2 and 4 * (n*Q - S^2) <= 25 * S^2.
GROUPS = 5


def rank(k: int, count: int, groups: int = GROUPS) -> int:
    """Position from 0 of the k-th cut point among `count` values in order."""
    return -(-k * count // groups) - 1


def cents(column: pa.ChunkedArray) -> np.ndarray:
    """Amounts as whole cents."""
    if pa.types.is_decimal(column.type) and column.type.scale:
        column = pc.multiply(column.cast(pa.decimal128(18, 2)), pa.scalar(100))
    if pa.types.is_floating(column.type):
        return np.rint(column.to_numpy() * 100).astype(np.int64)
    return column.cast(pa.int64()).to_numpy()


def whole(column: pa.ChunkedArray) -> np.ndarray:
    """Days, counts and classes as whole numbers."""
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        letters = {"A": 0, "B": 1, "C": 2, "X": 0, "Y": 1, "Z": 2}
        return np.array([letters[letter] for letter in column.to_pylist()], dtype=np.int64)
    return column.cast(pa.int64()).to_numpy()


def digest(tables: dict[str, pa.Table]) -> dict[str, object]:
    """Figures of the answers that must be equal for all contenders.

    The sums are there to be read; the marks cover every row and every exact column, in the order
    of clients. The coefficient of variation is a float and stays out: its class is in.
    """
    out: dict[str, object] = {}

    def take(name: str, columns: dict[str, object]) -> dict[str, np.ndarray]:
        table = tables[name]
        keys = [key for key in ("client", "cohort", "period") if key in table.column_names]
        values = {column: turn(table[column]) for column, turn in columns.items()}
        client = table[keys[0]]
        if pa.types.is_integer(client.type):
            order = np.lexsort([table[key].to_numpy() for key in reversed(keys)])
            named = client.cast(pa.int64()).to_numpy()[order].tobytes()
        else:
            client = client.cast(pa.large_string()).combine_chunks()
            order = pc.sort_indices(client).to_numpy()
            named = "\0".join(client.take(pa.array(order)).to_pylist()).encode()
        mark = hashlib.sha256(named)
        for column in values.values():
            mark.update(np.ascontiguousarray(column[order]).tobytes())
        out[f"{name}.rows"] = table.num_rows
        out[f"{name}.mark"] = mark.hexdigest()[:16]
        return values

    found = take(
        "scores",
        {
            "first_purchase": whole,
            "last_purchase": whole,
            "purchases": whole,
            "amount": cents,
            "recency_days": whole,
            "tenure_days": whole,
            "recency_score": whole,
            "frequency_score": whole,
            "monetary_score": whole,
        },
    )
    for column in (
        "purchases",
        "amount",
        "recency_days",
        "tenure_days",
        "recency_score",
        "frequency_score",
        "monetary_score",
    ):
        out[f"scores.{column}"] = int(found[column].sum())
    # Some give the mean as a float and some to the nearest cent: both within half a cent.
    mean = tables["scores"]["mean_purchase"]
    in_cents = pa.types.is_integer(tables["scores"]["amount"].type)
    factor = 1.0 if in_cents else 100.0
    mean = mean.cast(pa.float64()).to_numpy() * factor
    off = np.abs(mean - found["amount"] / found["purchases"]) > 0.500001
    out["scores.means_off"] = int(off.sum())

    found = take("classes", {"abc_class": whole, "xyz_class": whole})
    cells = np.bincount(found["abc_class"] * 3 + found["xyz_class"], minlength=9)
    out["classes.cells"] = {f"{'ABC'[i // 3]}{'XYZ'[i % 3]}": int(cells[i]) for i in range(9)}
    variation = tables["classes"]["variation"].cast(pa.float64()).to_numpy()
    out["classes.variation"] = round(float(np.sort(variation).sum()), 3)

    found = take("tops", {"vip_months": whole})
    out["tops.vip_months"] = int(found["vip_months"].sum())

    found = take("cohorts", {"cohort": whole, "period": whole, "clients": whole, "amount": cents})
    out["cohorts.clients"] = int(found["clients"].sum())
    out["cohorts.amount"] = int(found["amount"].sum())

    found = take("intervals", {"median_interval_days": lambda c: c.cast(pa.float64()).to_numpy()})
    out["intervals.medians"] = float(found["median_interval_days"].sum())
    return out


def told(digest: dict[str, object]) -> str:
    """The answers in a line."""
    return (
        f"{digest['scores.rows']:,} clients, {digest['tops.rows']:,} in a top, "
        f"{digest['cohorts.rows']:,} cells of cohorts, classes {digest['classes.cells']}"
    )
