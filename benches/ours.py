"""The job in Clientela: a ledger of the frame, a snapshot, and its tables to Arrow.

It answers more than is asked: tiers by both methods, former VIPs, segments, stages and three
clocks of activity come with every snapshot.
"""

import time
from pathlib import Path

import clientela
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import job

POLICY = (Path(__file__).parent / "policy.json").read_text()


class Contender:
    """Clientela with one kind of amounts."""

    programs = ("",)

    def __init__(self, _program: str, amounts: str, threads: int) -> None:
        self.amounts, self.threads = amounts, threads
        self.policy = clientela.Policy.from_json(POLICY)
        self.phases: dict[str, float] = {}

    def load(self, file: Path, ids: str, rows: int | None = None) -> None:
        """Reads the sales into memory."""
        if rows is None:
            table = pq.read_table(file, columns=[ids, "date", self.amounts])
        else:
            table = (
                pq.ParquetFile(file)
                .read_row_group(0, columns=[ids, "date", self.amounts])
                .slice(0, rows)
            )
        self.frame = table.rename_columns(["client", "date", "amount"])

    def ledger(self, frame: pa.Table) -> clientela.Ledger:
        """A ledger of sales."""
        floats = {"floats": "exact"} if self.amounts == "float" else {}
        return clientela.Ledger(
            frame, client="client", date="date", amount="amount", threads=self.threads, **floats
        )

    def answers(self, ledger: clientela.Ledger) -> dict[str, pa.Table]:
        """The snapshot of a ledger and its tables."""
        began = time.perf_counter()
        snapshot = ledger.snapshot(as_of=job.AS_OF, policy=self.policy, threads=self.threads)
        taken = time.perf_counter()
        out = {
            "clients": pa.table(snapshot.clients()),
            "cohorts": pa.table(snapshot.cohorts(by="month")),
        }
        self.phases |= {"snapshot": taken - began, "tables": time.perf_counter() - taken}
        return out

    def run(self) -> dict[str, pa.Table]:
        """The job, to Arrow tables."""
        began = time.perf_counter()
        ledger = self.ledger(self.frame)
        self.phases["ledger"] = time.perf_counter() - began
        return self.answers(ledger)

    def tables(self, answers: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """The answers by the job's names, for the check."""
        clients, cohorts = answers["clients"], answers["cohorts"]
        scores = clients.select(
            [
                "client",
                "first_purchase",
                "last_purchase",
                "purchases",
                "amount",
                "recency_days",
                "tenure_days",
                "mean_purchase",
                "recency_score",
                "frequency_score",
                "monetary_score",
            ]
        )
        classes = clients.select(["client", "variation", "abc_class", "xyz_class"])
        tops = clients.select(["client", "vip_months"])
        intervals = clients.select(["client", "median_interval_days"])
        labels = (label.split("-") for label in cohorts["cohort"].to_pylist())
        month = pa.array([int(year) * 12 + int(number) - 1 for year, number in labels])
        bought = cohorts.append_column("month", month).filter(pc.greater(cohorts["clients"], 0))
        return {
            "scores": scores,
            "classes": classes,
            "tops": tops.filter(pc.greater(tops["vip_months"], 0)),
            "cohorts": bought.select(["month", "period", "clients", "amount"]).rename_columns(
                ["cohort", "period", "clients", "amount"]
            ),
            "intervals": intervals.drop_null(),
        }
