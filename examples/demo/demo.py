"""The account of a base: reads sales, judges every client, prints the answers, writes the tables.

    python examples/demo/demo.py SALES.csv [--out FOLDER] [--as-of DAY] [--policy POLICY.json]

SALES.csv has the columns client, date (YYYY-MM-DD) and amount. `cargo xtask demo` runs this on
the sample in tests/data.
"""

import argparse
import datetime
import json
import sys
from pathlib import Path

import account
import clientela
import polars as pl

HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sales", type=Path)
    parser.add_argument("--out", type=Path, default=Path("target/demo"))
    parser.add_argument("--as-of", type=datetime.date.fromisoformat)
    parser.add_argument("--policy", type=Path, default=HERE / "policy.json")
    parser.add_argument("--currency", default="USD")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")

    # Amounts stay text until the ledger takes them, so no cent passes through a float.
    sales = pl.read_csv(options.sales, schema_overrides={"date": pl.String, "amount": pl.String})
    ledger = clientela.Ledger(sales, currency=options.currency, on_bad="set_aside")
    policy = clientela.Policy.from_json(options.policy.read_text(encoding="utf-8"))
    if not len(ledger):
        causes = ", ".join(cause["cause"] for cause in ledger.report()["by_cause"])
        sys.exit(f"{options.sales}: no row could be taken: {causes}")
    # By default the day after the last sale, which is 1 July 1998 in the sample.
    as_of = options.as_of or ledger.last_day + datetime.timedelta(days=1)
    snapshot = ledger.snapshot(as_of, policy)

    summary = snapshot.summary()
    clients = snapshot.clients().to_polars()
    account.title(options.sales.name, summary, options.policy.name)
    account.base(summary, ledger.report())
    account.stages(summary)
    account.tiers(summary)
    account.matrix(summary)
    account.rfm(summary)
    account.attention(clients)
    account.cohorts(cohorts(snapshot))
    account.change(snapshot.revenue_change(step="quarter").to_dicts())
    account.losses(snapshot.losses().to_dicts())
    account.explained([snapshot.explain(client).to_dict() for client in three(clients)])

    account.written(write(snapshot, options.out))

    account.morning(HERE / "wholesaler.json", wholesaler().actions(limit=8).to_dicts())


def wholesaler() -> clientela.Snapshot:
    """A made-up firm of which more is known than its sales."""
    firm = json.loads((HERE / "wholesaler.json").read_text(encoding="utf-8"))
    optional = ("profit", "category", "brand", "manager", "department")
    columns = {name: name for name in optional}
    ledger = clientela.Ledger(pl.DataFrame(firm["sales"]), currency="GBP", **columns)
    return ledger.snapshot(
        firm["as_of"],
        firm["policy"],
        portraits=clientela.Portraits.from_dicts(firm["portraits"], currency="GBP"),
        journal=clientela.Journal(firm["journal"]),
    )


def cohorts(snapshot: clientela.Snapshot) -> tuple[str, list[dict]]:
    """Retention by the shortest step that fits the screen."""
    for step in ("month", "quarter", "year"):
        cells = snapshot.cohorts(step).to_dicts()
        if len({cell["period"] for cell in cells}) <= account.COHORT_PERIODS:
            break
    return step, cells


def three(clients: pl.DataFrame) -> list[int | str]:
    """The best client of each activity, by amount; the best of all where one has none."""
    best = clients.sort(["amount", "client"], descending=[True, False])
    chosen = []
    for activity in ("active", "due", "lost"):
        chosen += best.filter(pl.col("activity") == activity)["client"].head(1).to_list()
    return chosen or best["client"].head(3).to_list()


def write(snapshot: clientela.Snapshot, folder: Path) -> list[Path]:
    """The tables as CSV and Parquet, the summary as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "clients": snapshot.clients(),
        "months": snapshot.months(),
        **{f"cohorts_by_{step}": snapshot.cohorts(step) for step in ("month", "quarter", "year")},
        **snapshot.account().tables,
    }
    files = []
    for name, table in tables.items():
        frame = table.to_polars()
        frame.write_csv(folder / f"{name}.csv")
        frame.write_parquet(folder / f"{name}.parquet")
        files += [folder / f"{name}.csv", folder / f"{name}.parquet"]
    # Days and amounts are texts in JSON.
    summary = json.dumps(snapshot.summary(), indent=2, default=str)
    (folder / "summary.json").write_text(summary + "\n", encoding="utf-8")
    return [*files, folder / "summary.json"]


if __name__ == "__main__":
    try:
        main()
    except (OSError, clientela.ClientelaError) as problem:
        sys.exit(str(problem))
