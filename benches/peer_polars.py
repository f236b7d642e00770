"""The job in polars: as one writes it, and as fast as it was made to go.

`plain` groups by client and day once and takes everything from that; the engine is streaming;
step by step, in-memory was mostly slower.

`sorted` packs client and day into one 64-bit key and sorts by it; all that follows is linear
scans over neighbours. It asks that ids fit into 48 bits and that sums of squares fit into
64 bits, which the data does and which polars does not check. Texts are first turned into
codes by a categorical. It was the fastest program found in any peer.
"""

import os
from pathlib import Path

import polars as pl
import pyarrow as pa

import job

DAYS = 32_768
MONTH = pl.col("date").dt.year().cast(pl.Int32) * 12 + pl.col("date").dt.month().cast(pl.Int32) - 1
NEW = (pl.col("client") != pl.col("client").shift(1)).fill_null(True)
LAST = (pl.col("client") != pl.col("client").shift(-1)).fill_null(True)


class Contender:
    """Polars with one program and one kind of amounts."""

    programs = ("plain", "sorted")

    def __init__(self, program: str, amounts: str, threads: int) -> None:
        self.program, self.amounts = program, amounts
        self.engine = os.environ.get("BENCH_POLARS_ENGINE", "streaming")
        assert pl.thread_pool_size() == threads, "POLARS_MAX_THREADS must be set first"

    def load(self, file: Path, ids: str, rows: int | None = None) -> None:
        """Reads the sales into memory."""
        frame = pl.read_parquet(file, columns=[ids, "date", self.amounts], n_rows=rows)
        self.frame = frame.select(
            pl.col(ids).alias("client"), "date", pl.col(self.amounts).alias("amount")
        ).rechunk()

    def collect(self, query: pl.LazyFrame) -> pl.DataFrame:
        """Runs a query."""
        return query.collect(engine=self.engine)

    def run(self) -> dict[str, pl.DataFrame]:
        """The job, to frames in Arrow memory."""
        return self.plain() if self.program == "plain" else self.sorted()

    def tables(self, answers: dict[str, pl.DataFrame]) -> dict[str, pa.Table]:
        """The answers for the check."""
        return {name: frame.to_arrow() for name, frame in answers.items()}

    def plain(self) -> dict[str, pl.DataFrame]:
        """Grouping by hash; shared tables made once."""
        days = self.collect(
            self.frame.lazy().group_by("client", "date").agg(pl.col("amount").sum())
        ).lazy()
        months = self.collect(
            days.group_by("client", month=MONTH).agg(pl.col("amount").sum())
        ).lazy()
        clients = self.collect(
            days.group_by("client").agg(
                first_purchase=pl.col("date").min(),
                last_purchase=pl.col("date").max(),
                purchases=pl.len(),
                amount=pl.col("amount").sum(),
            )
        )
        first = clients.lazy().select("client", cohort=MONTH_OF_FIRST)
        cohorts = (
            months.join(first, on="client")
            .group_by("cohort", period=pl.col("month") - pl.col("cohort"))
            .agg(clients=pl.len(), amount=pl.col("amount").sum())
        )
        intervals = (
            days.select("client", "date")
            .sort("client", "date")
            .with_columns(
                gap=(pl.col("date") - pl.col("date").shift(1)).dt.total_days(),
                same=pl.col("client") == pl.col("client").shift(1),
            )
            .filter("same")
            .group_by("client")
            .agg(median_interval_days=pl.col("gap").median())
        )
        classes, tops = self.classes(months, clients), self.tops(months)
        classes, tops, cohorts, intervals = pl.collect_all(
            [classes, tops, cohorts, intervals], engine=self.engine
        )
        return {
            "scores": scores(clients),
            "classes": classes,
            "tops": tops,
            "cohorts": cohorts,
            "intervals": intervals,
        }

    def sorted(self) -> dict[str, pl.DataFrame]:
        """One sort by a packed key, then scans."""
        sales, client, names = self.frame.lazy(), pl.col("client"), None
        if self.frame.schema["client"] == pl.String:
            names = pl.Categorical(pl.Categories.random())
            coded = self.collect(sales.select(client.cast(names), "date", "amount"))
            sales, client = coded.lazy(), client.to_physical().cast(pl.Int64)
        else:
            low, high = self.frame["client"].min(), self.frame["client"].max()
            assert 0 <= low <= high < 2**48, "ids do not fit into the packed key"
        amount = pl.col("amount")
        if self.amounts == "amount":
            # The physical value of decimal(18, 2) is the cents.
            amount = amount.to_physical().cast(pl.Int64)
        elif self.amounts == "float":
            amount = (amount * 100).round().cast(pl.Int64)
        key = client * DAYS + pl.col("date").to_physical().cast(pl.Int64)
        keyed = self.collect(sales.select(client=key, amount=amount).sort("client"))
        days = self.collect(
            last_sums(keyed.lazy())
            .select(
                client=pl.col("client") // DAYS,
                day=(pl.col("client") % DAYS).cast(pl.Int32),
                amount="amount",
            )
            .with_columns(date=pl.col("day").cast(pl.Date))
            .with_columns(month=MONTH)
        ).lazy()

        total = pl.col("amount").cum_sum()
        count = pl.int_range(1, pl.len() + 1, dtype=pl.Int32)
        clients = (
            days.select(
                "client",
                last_purchase="date",
                last=LAST,
                total=total,
                count=count,
                first_purchase=pl.when(NEW).then(pl.col("date")).forward_fill(),
            )
            .filter("last")
            .select(
                "client",
                "first_purchase",
                "last_purchase",
                purchases=pl.col("count") - pl.col("count").shift(1, fill_value=0),
                amount=pl.col("total") - pl.col("total").shift(1, fill_value=0),
            )
        )
        # 64 months from the first one have room beside the id.
        packed = pl.col("client") * 64 + (pl.col("month") - job.FIRST_MONTH)
        months = last_sums(days.select(client=packed, amount="amount")).select(
            client=pl.col("client") // 64,
            month=(pl.col("client") % 64).cast(pl.Int32) + job.FIRST_MONTH,
            amount="amount",
        )
        intervals = (
            days.select("client", gap=pl.col("day").diff(), same=~NEW)
            .filter("same")
            .select(pl.col("client").set_sorted(), "gap")
            .group_by("client", maintain_order=True)
            .agg(median_interval_days=pl.col("gap").median())
        )
        clients, months, intervals = pl.collect_all(
            [clients, months, intervals], engine=self.engine
        )

        cohorts = (
            months.lazy()
            .with_columns(cohort=pl.when(NEW).then(pl.col("month")).forward_fill())
            .group_by("cohort", period=pl.col("month") - pl.col("cohort"))
            .agg(clients=pl.len(), amount=pl.col("amount").sum())
        )
        squares = (pl.col("amount") * pl.col("amount")).cum_sum()
        sums = (
            months.lazy()
            .select("client", last=LAST, sum=total, squares=squares)
            .filter("last")
            .select(
                "client",
                sum=pl.col("sum") - pl.col("sum").shift(1, fill_value=0),
                squares=pl.col("squares") - pl.col("squares").shift(1, fill_value=0),
            )
        )
        classes = self.classes_of(sums, clients)
        classes, tops, cohorts = pl.collect_all(
            [classes, self.tops(months.lazy()), cohorts], engine=self.engine
        )
        answers = {
            "scores": scores(clients),
            "classes": classes,
            "tops": tops,
            "cohorts": cohorts,
            "intervals": intervals,
        }
        if names is not None:
            for name, frame in answers.items():
                if name != "cohorts":
                    answers[name] = frame.with_columns(
                        pl.col("client").cast(pl.UInt32).cat.to(names)
                    )
        return answers

    def classes(self, months: pl.LazyFrame, clients: pl.DataFrame) -> pl.LazyFrame:
        """Sums and squares of months in whole cents, then the classes."""
        value = pl.col("amount")
        if self.amounts == "amount":
            value = value.to_physical().cast(pl.Int64)
        elif self.amounts == "float":
            value = (value * 100).round().cast(pl.Int64)
        sums = (
            months.select("client", value=value)
            .group_by("client")
            .agg(sum=pl.col("value").sum(), squares=(pl.col("value") * pl.col("value")).sum())
        )
        return self.classes_of(sums, clients)

    def classes_of(self, sums: pl.LazyFrame, clients: pl.DataFrame) -> pl.LazyFrame:
        """ABC by two amounts found on the sorted totals, XYZ by whole numbers."""
        totals = clients["amount"]
        if totals.dtype == pl.Decimal:
            totals = totals.to_physical().cast(pl.Int64)
        elif totals.dtype == pl.Float64:
            totals = (totals * 100).round().cast(pl.Int64)
        totals = totals.sort(descending=True)
        reached, whole = totals.cum_sum() * 100, totals.sum()
        # The last client in A is the first one whose own amount brings the sum to the limit.
        a, b = (
            totals[reached.search_sorted(whole * percent, side="left")]
            for percent in (job.A_PERCENT, job.B_PERCENT)
        )
        spread = job.MONTHS * pl.col("squares") - pl.col("sum") * pl.col("sum")
        square = pl.col("sum") * pl.col("sum")
        return sums.with_columns(spread=spread, square=square).select(
            "client",
            variation=pl.col("spread").sqrt() / pl.col("sum"),
            abc_class=(pl.col("sum") < a).cast(pl.Int8) + (pl.col("sum") < b).cast(pl.Int8),
            xyz_class=(pl.col("spread") > pl.col("square")).cast(pl.Int8)
            + (4 * pl.col("spread") > 25 * pl.col("square")).cast(pl.Int8),
        )

    def tops(self, months: pl.LazyFrame) -> pl.LazyFrame:
        """The last amount in the top of each month, then who reaches it."""
        recent = self.collect(months.filter(pl.col("month") >= job.FIRST_TOP_MONTH))
        limits = (
            recent.lazy()
            .group_by("month")
            .agg(limit=pl.col("amount").sort(descending=True).get((pl.len() + 4) // 5 - 1))
        )
        return (
            recent.lazy()
            .join(limits, on="month")
            .filter(pl.col("amount") >= pl.col("limit"))
            .group_by("client")
            .agg(vip_months=pl.len())
        )


MONTH_OF_FIRST = (
    pl.col("first_purchase").dt.year().cast(pl.Int32) * 12
    + pl.col("first_purchase").dt.month().cast(pl.Int32)
    - 1
)


def last_sums(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Amounts summed over neighbours with the same `client`."""
    return (
        frame.select("client", last=LAST, total=pl.col("amount").cum_sum())
        .filter("last")
        .select("client", amount=pl.col("total") - pl.col("total").shift(1, fill_value=0))
    )


def scores(clients: pl.DataFrame) -> pl.DataFrame:
    """Days, mean and the three scores."""
    count = clients.height
    frame = clients.with_columns(
        recency_days=job.AS_OF_DAY - pl.col("last_purchase").to_physical(),
        tenure_days=job.AS_OF_DAY - pl.col("first_purchase").to_physical(),
        mean_purchase=pl.col("amount").cast(pl.Float64) / pl.col("purchases"),
    )

    def cuts(column: str, descending: bool) -> list[object]:
        ordered = frame[column].sort(descending=descending)
        return [ordered[job.rank(k, count)] for k in range(1, job.GROUPS)]

    def score(column: str, descending: bool = False) -> pl.Expr:
        value, total = pl.col(column), pl.lit(1, dtype=pl.Int8)
        for value_at_cut in cuts(column, descending):
            cut = pl.lit(value_at_cut, dtype=frame.schema[column])
            total = total + (value < cut if descending else value > cut).cast(pl.Int8)
        return total

    return frame.with_columns(
        recency_score=score("recency_days", descending=True),
        frequency_score=score("purchases"),
        monetary_score=score("amount"),
    )
