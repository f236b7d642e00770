"""The account of a base on the terminal, from the answers of one snapshot."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
from layout import WIDTH, bar, beside, bold, faint, heading, paragraph, percent, table

Summary = Mapping[str, Any]

# Columns of four letters that fit beside a cohort's name and size.
COHORT_PERIODS = (WIDTH - 19) // 4


def names(text: str | None) -> str:
    return "no verdict" if text is None else text.replace("_", " ")


def money(amount: str | Decimal | None, places: int = 2) -> str:
    return "–" if amount is None else f"{Decimal(amount):,.{places}f}"


def title(sales: str, summary: Summary, policy: str) -> None:
    """What is judged, as of when, and by which rules."""
    print("\n" + bold(f"{sales} as of {summary['as_of']}") + faint(f"   policy: {policy}"))


def base(summary: Summary, report: Mapping[str, Any]) -> None:
    """How much there is, and what was taken."""
    heading("The base")
    aside = len(report["set_aside"])
    left = [
        f"{'clients':<22}{summary['clients']:>12,}",
        f"{'with a purchase':<22}{summary['clients_with_purchase']:>12,}",
        f"{'purchases':<22}{summary['purchases']:>12,}",
        f"{'amount':<12}{summary['currency'] + ' ' + money(summary['amount']):>22}",
    ]
    right = [
        f"{'rows given':<22}{report['rows']:>12,}",
        f"{'rows taken':<22}{report['accepted']:>12,}",
        f"{'rows set aside':<22}{aside:>12,}",
        f"{'first and last day':<22}{summary['first_day']} to {summary['last_day']}",
    ]
    beside(left, right, gap=10)
    if summary["sales_after_as_of"]:
        paragraph(f"{summary['sales_after_as_of']:,} rows are later than the day and left out.")
    for cause in report["by_cause"]:
        rows = ", ".join(str(example["row"]) for example in cause["examples"])
        more = ", …" if cause["count"] > len(cause["examples"]) else ""
        paragraph(f"{names(cause['cause'])}: {cause['count']:,} set aside, row {rows}{more}")


def groups_of(title: str, entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """A list of the summary: clients and amount of each group, with their shares."""
    clients = sum(entry["clients"] for entry in entries)
    amount = sum(Decimal(entry["amount"]) for entry in entries)
    rows = [
        (
            names(entry["name"]),
            f"{entry['clients']:,}",
            percent(entry["clients"] / clients if clients else None),
            money(entry["amount"], 0),
            percent(float(Decimal(entry["amount"]) / amount) if amount > 0 else None),
        )
        for entry in entries
        if entry["clients"]
    ]
    return table([(title, -12), ("clients", 7), ("share", 6), ("amount", 9), ("share", 6)], rows)


def stages(summary: Summary) -> None:
    """The ladder and the two clocks of activity."""
    heading("Stages and activity")
    beside(groups_of("stage", summary["stages"]), groups_of("activity", summary["activity"]))


def tiers(summary: Summary) -> None:
    """VIP, good and standard, and how far the two ways to find VIPs agree."""
    heading("Tiers")
    vip = summary["vip"]
    right = [
        faint("the two lists of VIPs            clients"),
        faint("─" * 40),
        f"{'A  top of any month':<31}{vip['by_month']:>9,}",
        f"{'B  top by total':<31}{vip['by_total']:>9,}",
        f"{'on both':<31}{vip['both']:>9,}",
        f"{'only on A':<31}{vip['only_by_month']:>9,}",
        f"{'only on B':<31}{vip['only_by_total']:>9,}",
        f"{'overlap':<31}{percent(vip['overlap']):>9}",
    ]
    beside(groups_of("tier", summary["tiers"]), right, gap=12)


def matrix(summary: Summary) -> None:
    """Classes by volume against classes by regularity."""
    heading(
        "ABC × XYZ",
        "Clients and share of the amount. A, B, C by volume; X steady, Y varying, Z irregular.",
    )
    cells = {entry["name"]: entry for entry in summary["abc_xyz"]}
    amount = Decimal(summary["amount"])

    def cell(clients: int, value: Decimal) -> list[str]:
        share = float(value / amount) if amount > 0 else None
        return [f"{clients:,}", percent(share)] if clients else ["·", ""]

    rows = []
    for volume in summary["abc"]:
        if not volume["clients"]:
            continue
        row = [names(volume["name"])]
        rest, left = volume["clients"], Decimal(volume["amount"])
        for letter in "XYZ":
            entry = cells.get(f"{volume['name']}{letter}", {"clients": 0, "amount": "0"})
            rest, left = rest - entry["clients"], left - Decimal(entry["amount"])
            row += cell(entry["clients"], Decimal(entry["amount"]))
        rows.append([*row, *cell(rest, left), *cell(volume["clients"], Decimal(volume["amount"]))])
    columns = [("", -4)]
    for title in ("X", "Y", "Z", "no class", "all"):
        columns += [(title, 8), ("amount", 7)]
    print("\n".join(table(columns, rows)))


def rfm(summary: Summary) -> None:
    """Where the scores change, and the segments that they make."""
    cuts = summary["rfm"]
    heading("RFM", "Scores of 1 to 5, 5 is the best, and the values from which they are given.")
    if cuts["refused"]:
        paragraph(cuts["refused"], faded=False)
        return
    groups = len(cuts["recency_cuts"]) + 1
    columns = [
        ("score", -24),
        *((f"{score} or more", 12) for score in range(2, groups)),
        (f"{groups}", 12),
    ]
    rows = [
        ["recency, days", *(f"below {cut:,}" for cut in cuts["recency_cuts"])],
        ["frequency, purchases", *(f"above {cut:,}" for cut in cuts["frequency_cuts"])],
        [
            f"monetary, {summary['currency']}",
            *(f"above {money(cut)}" for cut in cuts["monetary_cuts"]),
        ],
    ]
    print("\n".join(table(columns, rows)))
    print()
    segments = [entry for entry in summary["rfm_segments"] if entry["clients"]]
    widest = max(entry["clients"] for entry in segments)
    lines = groups_of("segment", summary["rfm_segments"])
    bars = ["", "", *(bar(entry["clients"] / widest, 40) for entry in segments)]
    beside(lines, bars)


def attention(clients: pl.DataFrame, rows: int = 8) -> None:
    """Who is due, and which good clients are lost."""
    heading(
        "Due and lost",
        "The best by amount of each. Due: it is time to ask. Lost: the return period has passed.",
    )
    columns = [("client", -8), ("last", -10), ("lost after", -10), ("amount", 11)]
    blocks = []
    for activity in ("due", "lost"):
        chosen = clients.filter(pl.col("activity") == activity)
        best = chosen.sort(["amount", "client"], descending=[True, False]).head(rows)
        lines = table(
            columns,
            (
                (
                    str(row["client"]),
                    str(row["last_purchase"]),
                    str(row["lost_after"]),
                    money(row["amount"]),
                )
                for row in best.iter_rows(named=True)
            ),
        )
        blocks.append([bold(f"{activity}: {chosen.height:,} clients"), *lines])
    beside(*blocks, gap=4)


def cohorts(step_and_cells: tuple[str, Sequence[Mapping[str, Any]]]) -> None:
    """Retention by cohort and period: blank where it cannot be known yet."""
    step, cells = step_and_cells
    heading(
        "Cohorts",
        f"Per cent of the clients new in a {step} that bought in each {step} after.",
    )
    periods = max((cell["period"] for cell in cells), default=0) + 1
    head = f"{'cohort':<8}  {'clients':>7}  " + "".join(f"{k:>3} " for k in range(periods))
    print(faint(head.rstrip()))
    print(faint("─" * len(head.rstrip())))
    for cohort, row in groupby(cells, key=lambda cell: cell["cohort"]):
        line = ""
        for cell in row:
            clients = cell["cohort_clients"]
            if cell["retention"] is None:
                line += "    "
            else:
                line += f"{cell['retention'] * 100:3.0f}{' ' if cell['complete'] else '*'}"
        print(f"{cohort:<8}  {clients:>7,}  {line}".rstrip())
    paragraph(f"* the {step} still runs; blank: not yet.")


def explained(explanations: Sequence[Mapping[str, Any]]) -> None:
    """Clients, each verdict with its reasons."""
    heading("Clients explained")
    for at, explanation in enumerate(explanations):
        if at:
            print()
        print(bold(f"client {explanation['client']}"))
        told = set()
        for verdict in explanation["verdicts"]:
            head = f"{names(verdict['axis']):<13}  {names(verdict['verdict']):<14}  "
            sentences = " ".join(reason["sentence"] for reason in verdict["reasons"])
            # The highest stage is told where it is another one than the stage of today.
            if (about := (verdict["axis"].split("_")[-1], verdict["verdict"])) not in told:
                paragraph(sentences, indent=" " * len(head), first=head, faded=False)
            told.add(about)


def written(files: Sequence[Path]) -> None:
    """Where the tables are."""
    heading("Tables")
    folder = files[0].parent
    kinds: dict[str, list[str]] = {}
    for stem, group in groupby(files, key=lambda file: file.stem):
        kinds.setdefault(", ".join(file.suffix[1:] for file in group), []).append(stem)
    for kind, stems in kinds.items():
        paragraph(f"{kind}: {', '.join(stems)}", faded=False)
    print(f"in {folder}")


def change(periods: Sequence[Mapping[str, Any]]) -> None:
    """What became of the revenue of one quarter in the next."""
    heading("What changed", "Amounts of complete quarters against the quarter before.")
    parts = ("before", "new", "expansion", "reactivation", "contraction", "lost", "now")
    rows = [
        (str(period["begins"]), *(money(period[part], 0) for part in parts))
        for period in periods
        if period["complete"]
    ]
    titles = ("before", "+ new", "+ more", "+ back", "− less", "− lost", "= now")
    print(*table([("quarter of", -10), *((title, 9) for title in titles)], rows), sep="\n")


def losses(stages: Sequence[Mapping[str, Any]]) -> None:
    """At which stage clients were lost."""
    heading("Who was lost", "What they brought in the year that ended with their last purchase.")
    rows = [
        (names(stage["name"]), f"{stage['clients']:,}", money(stage["at_stake"], 0))
        for stage in stages
        if stage["clients"]
    ]
    print(*table([("lost as", -12), ("clients", 7), ("at stake", 10)], rows), sep="\n")


def morning(firm: Path, actions: Sequence[Mapping[str, Any]]) -> None:
    """What to do today, for a firm of which more is known."""
    heading(
        "The list for the morning",
        f"From {firm.name}: sales, portraits and journal of a made-up wholesaler of saw blades.",
    )
    for action in actions:
        told = f"{action['manager'] or 'nobody'}, {names(action['urgency'])}"
        stake = money(action["at_stake"], 0)
        print(f"{action['rank']:>2}  " + bold(told) + faint(f"   at stake {stake}"))
        paragraph(action["action"], indent="    ", faded=False)
        paragraph(f"{action['reason']} [{action['source']}]", indent="    ")
