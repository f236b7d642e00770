"""The job in DuckDB, on a table of its own in memory.

`plain` groups by client and day once and takes everything from that. Tried and not
faster: medians over lists.

`sorted` packs client and day into one 64-bit key, sorts by it once, and has gaps from a window
without an order of its own, which DuckDB streams in the order of the table. It asks that ids fit
into 48 bits; texts first become codes. Tried and not faster: grouping by the packed key before
sorting.

Sums of whole cents are told not to widen to 128 bits, which is faster and not checked.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

import job

DAYS = 32_768


def month(day: str) -> str:
    """The number of a day's month."""
    return f"(year({day}) * 12 + month({day}) - 1)::INTEGER"


class Contender:
    """DuckDB with one program and one kind of amounts."""

    programs = ("plain", "sorted")

    def __init__(self, program: str, amounts: str, threads: int) -> None:
        self.program, self.amounts = program, amounts
        self.total = "sum_no_overflow(amount)::BIGINT" if amounts == "cents" else "sum(amount)"
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
        self.text = ids != "id"
        self.base.execute(
            f"CREATE OR REPLACE TABLE sales AS SELECT {ids} AS client, date, "
            f"{self.amounts} AS amount FROM '{file}' {limit}"
        )

    def run(self) -> dict[str, pa.Table]:
        """The job, to Arrow tables."""
        self.plain() if self.program == "plain" else self.sorted()
        answers = self.answers()
        if self.text and self.program == "sorted":
            for name, query in answers.items():
                if name != "cohorts":
                    answers[name] = (
                        f"SELECT names.client, found.* EXCLUDE (client) FROM ({query}) AS found "
                        "JOIN names ON found.client = names.code"
                    )
        return {name: self.base.sql(query).to_arrow_table() for name, query in answers.items()}

    def tables(self, answers: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """The answers for the check."""
        return answers

    def keep(self, name: str, query: str) -> None:
        """Makes a shared table."""
        self.base.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def plain(self) -> None:
        """Shared tables by grouping."""
        total = self.total
        self.keep("days", f"SELECT client, date, {total} AS amount FROM sales GROUP BY ALL")
        self.keep(
            "months",
            f"SELECT client, {month('date')} AS month, {total} AS amount FROM days GROUP BY ALL",
        )
        self.keep(
            "clients",
            f"""
            SELECT client, min(date) AS first_purchase, max(date) AS last_purchase,
                   count(*)::INTEGER AS purchases, {total} AS amount
            FROM days GROUP BY client""",
        )
        self.gaps = """
            SELECT client, date - lag(date) OVER (PARTITION BY client ORDER BY date) AS gap
            FROM days"""

    def sorted(self) -> None:
        """Shared tables by one sort."""
        total, sales = self.total, "sales"
        if self.text:
            self.keep(
                "names",
                """
                SELECT client, row_number() OVER () AS code
                FROM (SELECT DISTINCT client FROM sales)""",
            )
            sales = "(SELECT code AS client, date, amount FROM sales JOIN names USING (client))"
        else:
            low, high = self.base.execute("SELECT min(client), max(client) FROM sales").fetchone()
            assert 0 <= low <= high < 2**48, "ids do not fit into the packed key"
        self.keep(
            "packed",
            f"""
            SELECT client * {DAYS} + (date - DATE '1970-01-01') AS key, amount
            FROM {sales} ORDER BY key""",
        )
        self.keep(
            "lines",
            f"""
            SELECT client, DATE '1970-01-01' + day AS date, amount,
                   CASE WHEN client = lag(client) OVER () THEN day - lag(day) OVER () END AS gap
            FROM (
                SELECT key // {DAYS} AS client, (key % {DAYS})::INTEGER AS day, amount
                FROM packed)""",
        )
        self.keep(
            "months",
            f"SELECT client, {month('date')} AS month, {total} AS amount FROM lines GROUP BY ALL",
        )
        self.keep(
            "clients",
            f"""
            SELECT client, min(date) AS first_purchase, max(date) AS last_purchase,
                   (count(*) FILTER (gap IS NULL OR gap > 0))::INTEGER AS purchases,
                   {total} AS amount
            FROM lines GROUP BY client""",
        )
        self.gaps = "SELECT client, gap FROM lines WHERE gap > 0"

    def answers(self) -> dict[str, str]:
        """The queries of the answers, from `months`, `clients` and the gaps."""
        # The discrete quantile of DuckDB is the value at rank ceil(q * n), as the job asks.
        ranks = "[0.2, 0.4, 0.6, 0.8]"

        def score(column: str, better: str) -> str:
            beaten = (f"(aged.{column} {better} cuts.{column}[{k}])" for k in range(1, job.GROUPS))
            return " + ".join(["1", *(f"{cut}::TINYINT" for cut in beaten)])

        scores = f"""
            WITH aged AS MATERIALIZED (
                SELECT *, DATE '{job.AS_OF}' - last_purchase AS recency_days,
                       DATE '{job.AS_OF}' - first_purchase AS tenure_days,
                       amount::DOUBLE / purchases AS mean_purchase
                FROM clients),
            cuts AS MATERIALIZED (
                SELECT quantile_disc(recency_days, {ranks} ORDER BY recency_days DESC)
                           AS recency_days,
                       quantile_disc(purchases, {ranks}) AS purchases,
                       quantile_disc(amount, {ranks}) AS amount
                FROM aged)
            SELECT aged.*, {score("recency_days", "<")} AS recency_score,
                   {score("purchases", ">")} AS frequency_score,
                   {score("amount", ">")} AS monetary_score
            FROM aged, cuts"""

        value = {
            "amount": "(amount * 100)::BIGINT",
            "cents": "amount",
            "float": "round(amount * 100)::BIGINT",
        }[self.amounts]
        # The last client in A is the first one whose own amount brings the sum to the limit.
        classes = f"""
            WITH sums AS MATERIALIZED (
                SELECT client, sum_no_overflow(value)::BIGINT AS total,
                       sum_no_overflow(value * value)::BIGINT AS squares
                FROM (SELECT client, {value} AS value FROM months) GROUP BY client),
            reached AS (
                SELECT total, sum_no_overflow(total) OVER (
                           ORDER BY total DESC ROWS UNBOUNDED PRECEDING) AS so_far
                FROM sums),
            whole AS (SELECT sum_no_overflow(total) AS whole FROM sums),
            limits AS MATERIALIZED (
                SELECT max(total) FILTER (so_far * 100 >= whole * {job.A_PERCENT}) AS a,
                       max(total) FILTER (so_far * 100 >= whole * {job.B_PERCENT}) AS b
                FROM reached, whole),
            spreads AS (
                SELECT *, {job.MONTHS} * squares - total * total AS spread,
                       total * total AS square
                FROM sums)
            SELECT client, sqrt(spread) / total AS variation,
                   (total < a)::TINYINT + (total < b)::TINYINT AS abc_class,
                   (spread > square)::TINYINT + (4 * spread > 25 * square)::TINYINT AS xyz_class
            FROM spreads, limits"""

        tops = f"""
            WITH recent AS MATERIALIZED (SELECT * FROM months WHERE month >= {job.FIRST_TOP_MONTH}),
            limits AS (
                SELECT month, quantile_disc(amount, 0.2 ORDER BY amount DESC) AS top
                FROM recent GROUP BY month)
            SELECT client, count(*) AS vip_months
            FROM recent JOIN limits USING (month) WHERE amount >= top GROUP BY client"""

        cohorts = f"""
            SELECT cohort, month - cohort AS period, count(*) AS clients, {self.total} AS amount
            FROM months JOIN (
                SELECT client, {month("first_purchase")} AS cohort FROM clients) USING (client)
            GROUP BY ALL"""

        intervals = f"""
            SELECT client, median(gap) AS median_interval_days
            FROM ({self.gaps}) WHERE gap IS NOT NULL GROUP BY client"""
        return {
            "scores": scores,
            "classes": classes,
            "tops": tops,
            "cohorts": cohorts,
            "intervals": intervals,
        }
