"""The figures of the base that every contender makes, by each of them, and the check.

As of 1 January 2026, on two years of sales with whole amounts in cents:

1. change         by month after the first: amount of new clients, of those that buy more, of those
                  that came back, less of those that buy less and of those that stayed away
2. retention      by month after the first, a client being active up to 180 days after a purchase:
                  clients at the start and at the end, new, come back, lost
3. concentration  over twelve months: share of the largest 1, 5, 10 and 20 clients, the
                  Herfindahl-Hirschman index, the Gini coefficient
4. intervals      over twelve months: how many intervals between purchase days have which length
5. second         from the first to the second purchase day: at risk, events and censored by days
6. lost           clients whose last purchase is more than 180 days ago, with their amount in the
                  365 days that end with it, the largest first; in whatever order where they are
                  checked

Clientela begins with a ledger and a snapshot, the peers with the table of sales; what they share
between tasks they make once. All give Arrow tables by these names.
"""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import job

WITHIN = 180
YEAR = 365
TOPS = (1, 5, 10, 20)
POLICY = {
    "activity": {"lost_after": {"days": WITHIN}},
    "loss": {"stake_window": {"days": YEAR}},
    "metric": {"top_clients": list(TOPS)},
}
FIRST = job.FIRST_MONTH
MONTHS = job.MONTHS


class Ours:
    """Clientela: a ledger, a snapshot, six views."""

    def __init__(self, threads: int) -> None:
        import clientela

        self.clientela, self.threads = clientela, threads
        self.policy = clientela.Policy.from_json(json.dumps(POLICY))
        self.phases: dict[str, float] = {}

    def load(self, file: Path, ids: str, rows: int | None = None) -> None:
        """Reads the sales into memory."""
        table = pq.read_table(file, columns=[ids, "date", "cents"])
        self.frame = table.slice(0, rows).rename_columns(["client", "date", "amount"])

    def run(self) -> dict[str, pa.Table]:
        """The figures, to Arrow tables."""
        began = time.perf_counter()
        ledger = self.clientela.Ledger(self.frame, scale=0, threads=self.threads)
        grouped = time.perf_counter()
        snapshot = ledger.snapshot(job.AS_OF, policy=self.policy, threads=self.threads)
        judged = time.perf_counter()
        views = {
            "change": snapshot.view("revenue_change", step="month"),
            "retention": snapshot.view("retention", step="month"),
            "concentration": snapshot.view("concentration"),
            "intervals": snapshot.view("intervals"),
            "second": snapshot.view("second_purchase"),
            "lost": snapshot.view("lost"),
        }
        tables = {name: pa.table(view) for name, view in views.items()}
        self.phases |= {
            "ledger": grouped - began,
            "snapshot": judged - grouped,
            "figures": time.perf_counter() - judged,
        }
        return tables


class Polars:
    """polars, lazy, with shared tables made once."""

    def __init__(self, threads: int) -> None:
        import polars as pl

        self.pl, self.threads = pl, threads

    def load(self, file: Path, ids: str, rows: int | None = None) -> None:
        """Reads the sales into memory."""
        frame = self.pl.read_parquet(file, columns=[ids, "date", "cents"], n_rows=rows)
        self.frame = frame.rename({ids: "client", "cents": "amount"}).with_columns(
            self.pl.col("amount").cast(self.pl.Int64)
        )

    def run(self) -> dict[str, pa.Table]:
        """The figures, to Arrow tables."""
        pl = self.pl

        def month(day: pl.Expr) -> pl.Expr:
            return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1

        as_of = pl.lit(job.AS_OF)
        days = self.frame.group_by("client", "date").agg(pl.col("amount").sum())
        days = days.sort("client", "date").with_columns(
            first=pl.col("date").min().over("client"),
            next=pl.col("date").shift(-1).over("client"),
            last=pl.col("date").shift(1).over("client"),
            month=month(pl.col("date")),
        )
        months = days.group_by("client", "month", maintain_order=True).agg(pl.col("amount").sum())
        months = months.with_columns(
            before=pl.col("month").shift(1).over("client"),
            amount_before=pl.col("amount").shift(1).over("client"),
            after=pl.col("month").shift(-1).over("client"),
        )
        there = pl.col("before") == pl.col("month") - 1
        apart = pl.col("amount") - pl.col("amount_before")
        now = (
            months.filter(pl.col("month") > FIRST)
            .group_by("month")
            .agg(
                new=pl.col("amount").filter(pl.col("before").is_null()).sum(),
                expansion=apart.filter(there & (apart > 0)).sum(),
                contraction=-apart.filter(there & (apart < 0)).sum(),
                reactivation=pl.col("amount").filter(pl.col("before").is_not_null() & ~there).sum(),
            )
        )
        gone = months.filter(pl.col("after").is_null() | (pl.col("after") > pl.col("month") + 1))
        gone = gone.group_by(month=pl.col("month") + 1).agg(lost=pl.col("amount").sum())
        change = now.join(gone, on="month", how="left").sort("month")

        until = pl.min_horizontal(
            pl.col("date") + pl.duration(days=WITHIN), pl.col("next") - pl.duration(days=1)
        )
        active = days.select(
            "client",
            "first",
            end=pl.int_ranges("month", month(until + pl.duration(days=1)), dtype=pl.Int32),
        ).explode("end", keep_nulls=False, empty_as_null=False)
        active = active.filter(pl.col("end") < FIRST + MONTHS).with_columns(
            stayed=pl.col("end").shift(1).over("client") == pl.col("end") - 1,
            new=month(pl.col("first")) == pl.col("end"),
        )
        ends = active.group_by("end").agg(
            at_end=pl.len(), new=pl.col("new").sum(), stayed=pl.col("stayed").sum()
        )
        retention = ends.sort("end").with_columns(at_start=pl.col("at_end").shift(1))
        retention = retention.filter(pl.col("end") > FIRST)

        year = days.filter(pl.col("date") > as_of.dt.offset_by("-12mo"))
        totals = year.group_by("client").agg(pl.col("amount").sum()).filter(pl.col("amount") > 0)
        totals = totals.sort("amount", descending=True)["amount"]
        whole, count = totals.sum(), len(totals)
        shares = totals.cast(pl.Float64) / whole
        rank = pl.int_range(count, 0, -1, eager=True)
        gini = ((2 * rank - count - 1).cast(pl.Float64) * shares).sum() / max(count, 1)
        concentration = [shares.head(top).sum() * 100 for top in TOPS]
        concentration += [((shares * 100) ** 2).sum(), gini]

        length = (pl.col("date") - pl.col("last")).dt.total_days()
        intervals = year.filter(pl.col("last").is_not_null())
        intervals = intervals.group_by(days=length).len("intervals").sort("days")

        firsts = days.filter(pl.col("last").is_null())
        second = (
            firsts.group_by(day=(pl.coalesce("next", as_of) - pl.col("date")).dt.total_days())
            .agg(events=pl.col("next").is_not_null().sum(), censored=pl.col("next").is_null().sum())
            .sort("day")
        )

        lost = days.join(
            days.group_by("client").agg(ended=pl.col("date").max()), on="client"
        ).filter(pl.col("ended") + pl.duration(days=WITHIN) < as_of)
        lost = lost.filter(pl.col("date") > pl.col("ended") - pl.duration(days=YEAR))
        lost = lost.group_by("client").agg(at_stake=pl.col("amount").sum())
        lost = lost.sort(["at_stake", "client"], descending=[True, False])
        tables = {
            "change": change,
            "retention": retention,
            "concentration": pl.DataFrame({"value": concentration}),
            "intervals": intervals,
            "second": second,
            "lost": lost,
        }
        return {name: table.to_arrow() for name, table in tables.items()}


class Duckdb:
    """DuckDB, with shared tables made once."""

    def __init__(self, threads: int) -> None:
        import duckdb

        self.base = duckdb.connect()
        for setting in (
            f"threads = {threads}",
            "preserve_insertion_order = false",
            "enable_progress_bar = false",
        ):
            self.base.execute(f"SET {setting}")

    def load(self, file: Path, ids: str, rows: int | None = None) -> None:
        """Reads the sales into a table."""
        limit = "" if rows is None else f"LIMIT {rows}"
        self.base.execute(
            f"CREATE OR REPLACE TABLE sales AS SELECT {ids} AS client, date, "
            f"cents::BIGINT AS amount FROM '{file}' {limit}"
        )

    def keep(self, name: str, query: str) -> None:
        """Makes a shared table."""
        self.base.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def run(self) -> dict[str, pa.Table]:
        """The figures, to Arrow tables."""

        def month(day: str) -> str:
            return f"(year({day}) * 12 + month({day}) - 1)::INTEGER"

        as_of, total = f"DATE '{job.AS_OF}'", "sum_no_overflow(amount)::BIGINT"
        self.keep(
            "days",
            f"""
            SELECT *, {month("date")} AS month, lag(date) OVER client AS last,
                   lead(date) OVER client AS next, first_value(date) OVER client AS first
            FROM (SELECT client, date, {total} AS amount FROM sales GROUP BY ALL)
            WINDOW client AS (PARTITION BY client ORDER BY date)""",
        )
        change = f"""
            WITH months AS (
                SELECT *, lag(month) OVER client AS before, lead(month) OVER client AS after,
                       amount - lag(amount) OVER client AS apart
                FROM (SELECT client, month, {total} AS amount FROM days GROUP BY ALL)
                WINDOW client AS (PARTITION BY client ORDER BY month)),
            now AS (
                SELECT month, sum(amount) FILTER (before IS NULL) AS new,
                       sum(apart) FILTER (before = month - 1 AND apart > 0) AS expansion,
                       -sum(apart) FILTER (before = month - 1 AND apart < 0) AS contraction,
                       sum(amount) FILTER (before < month - 1) AS reactivation
                FROM months WHERE month > {FIRST} GROUP BY month),
            gone AS (
                SELECT month + 1 AS month, sum(amount) AS lost
                FROM months WHERE after IS NULL OR after > month + 1 GROUP BY month)
            SELECT * FROM now LEFT JOIN gone USING (month) ORDER BY month"""
        until = f"least(date + {WITHIN}, coalesce(next - 1, DATE '9999-01-01'))"
        retention = f"""
            WITH active AS (
                SELECT client, unnest(range(month, {month(f"({until} + 1)")})) AS k, first
                FROM days),
            marked AS (
                SELECT k, {month("first")} = k AS new,
                       lag(k) OVER (PARTITION BY client ORDER BY k) = k - 1 AS stayed
                FROM active WHERE k < {FIRST + MONTHS}),
            ends AS (
                SELECT k AS end, count(*) AS at_end, count(*) FILTER (new) AS new,
                       count(*) FILTER (stayed) AS stayed
                FROM marked GROUP BY k)
            SELECT * FROM (SELECT *, lag(at_end) OVER (ORDER BY "end") AS at_start FROM ends)
            WHERE "end" > {FIRST} ORDER BY "end\""""
        since = f"({as_of} - INTERVAL 12 MONTH)"
        tops = ", ".join(f"sum(share) FILTER (rank <= {top}) * 100" for top in TOPS)
        concentration = f"""
            WITH totals AS (
                SELECT sum(amount) AS amount FROM days WHERE date > {since} GROUP BY client),
            ranked AS (
                SELECT amount / sum(amount) OVER () AS share,
                       row_number() OVER (ORDER BY amount DESC) AS rank, count(*) OVER () AS n
                FROM totals WHERE amount > 0)
            SELECT unnest([{tops}, sum((share * 100) ** 2),
                   sum((2 * (n + 1 - rank) - n - 1) * share) / any_value(n)]) AS value
            FROM ranked"""
        intervals = f"""
            SELECT date - last AS days, count(*) AS intervals
            FROM days WHERE date > {since} AND last IS NOT NULL GROUP BY ALL ORDER BY days"""
        second = f"""
            SELECT coalesce(next, {as_of}) - date AS day, count(next) AS events,
                   count(*) - count(next) AS censored
            FROM days WHERE last IS NULL GROUP BY ALL ORDER BY day"""
        lost = f"""
            WITH ended AS (
                SELECT client, date AS ended FROM days
                WHERE next IS NULL AND date + {WITHIN} < {as_of})
            SELECT client, {total} AS at_stake
            FROM days JOIN ended USING (client) WHERE date > ended - {YEAR}
            GROUP BY client ORDER BY at_stake DESC, client"""
        queries = {
            "change": change,
            "retention": retention,
            "concentration": concentration,
            "intervals": intervals,
            "second": second,
            "lost": lost,
        }
        return {name: self.base.sql(query).to_arrow_table() for name, query in queries.items()}


class Contender:
    """One of the three."""

    def __init__(self, program: str, _amounts: str, threads: int) -> None:
        self.own: Ours | Polars | Duckdb = {"clientela": Ours, "polars": Polars, "duckdb": Duckdb}[
            program
        ](threads)
        self.phases = getattr(self.own, "phases", {})

    def load(self, file: Path, ids: str, rows: int | None = None) -> None:
        """Reads the sales into memory."""
        self.own.load(file, ids, rows)

    def run(self) -> dict[str, pa.Table]:
        """The figures, to Arrow tables."""
        return self.own.run()

    def tables(self, answers: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """The answers for the check."""
        return answers


def digest(tables: dict[str, pa.Table]) -> dict[str, object]:
    """Figures of the answers that must be equal for all contenders."""

    def whole(table: str, column: str) -> np.ndarray:
        values = tables[table][column]
        if pa.types.is_decimal(values.type):
            values = pc.cast(values, pa.decimal128(38, 0))
            return np.array([int(value or 0) for value in values.to_pylist()], dtype=np.int64)
        return pc.fill_null(pc.cast(values, pa.int64()), 0).to_numpy()

    def mark(*columns: np.ndarray) -> str:
        found = hashlib.sha256()
        for column in columns:
            found.update(np.ascontiguousarray(column).tobytes())
        return found.hexdigest()[:16]

    change = [
        whole("change", part)
        for part in ("new", "expansion", "reactivation", "contraction", "lost")
    ]
    out: dict[str, object] = {"change": mark(*(part[: MONTHS - 1] for part in change))}
    retention = tables["retention"]
    if "stayed" in retention.column_names:
        stayed = whole("retention", "stayed")
    else:
        stayed = whole("retention", "retained")
    kept = [whole("retention", part) for part in ("at_start", "at_end", "new")]
    out["retention"] = mark(*(part[: MONTHS - 1] for part in (*kept, stayed)))
    value = tables["concentration"]
    if "measure" in value.column_names:
        wanted = [f"top_{top}_percent" for top in TOPS] + ["hhi", "gini"]
        by_name = dict(zip(*value.select(["measure", "value"]).to_pydict().values(), strict=True))
        values = [by_name[name] for name in wanted]
    else:
        values = value["value"].to_pylist()
    for name, one in zip([*(f"top {top}" for top in TOPS), "hhi", "gini"], values, strict=True):
        out[f"concentration {name}"] = float(one)
    out["intervals"] = mark(whole("intervals", "days"), whole("intervals", "intervals"))
    second = [whole("second", part) for part in ("day", "events", "censored")]
    told = (second[1] > 0) | (second[2] > 0)
    out["second"] = mark(*(part[told] for part in second))
    # Clientela has key clients and VIPs first.
    client, at_stake = whole("lost", "client"), whole("lost", "at_stake")
    order = np.argsort(client)
    out["lost"] = mark(client[order], at_stake[order])
    out["lost.rows"] = tables["lost"].num_rows
    return out


def told(digest: dict[str, object]) -> str:
    """The answers in a line."""
    return (
        f"{digest['lost.rows']:,} lost clients, the largest has "
        f"{digest['concentration top 1']:.3f} % of the amount, Gini "
        f"{digest['concentration gini']:.3f}"
    )
