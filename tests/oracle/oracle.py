"""Brute-force reference of every verdict, for the conformance vectors.

Written from the conventions of the policy, not from the library: plain lists, exact
fractions, one client after another, no cleverness. Slow on purpose. Python 3.11, standard
library only.
"""

import datetime
import json
from fractions import Fraction
from pathlib import Path

import losses
import metrics
import outreach
import risks
from axes import Clocks, abc_classes, rfm_scores, stages, tiers, xyz_class
from basis import Refused, first_day, half_even, label, last_day, median, money, period, plus, read_day
from intake import Client, check_sums, has_values, roll_up, take_in
from journal import Contacts, Journal
from policy import (
    CONDITIONS, CRITERION, FLAG, OPERATORS, POLICY, SOME, SPAN, WEIGHTS, criterion_of, fill_policy,
    segment_boxes,
)
from portraits import COMPLETENESS_COLUMNS, GAPS_COLUMNS, Portraits, sort_key
from segments import SEGMENT_COLUMNS, band_names, matches_rows, segment
from views import (
    KEYS_COLUMNS, LADDER_COLUMNS, MATCHES_COLUMNS, MATRIX_COLUMNS, NAMES, RANKING_COLUMNS,
    TRANSITIONS_COLUMNS, ladder_rows, matrix_rows, overlap, ranking_rows, transitions_rows, verdict,
)

# --------------------------------------------------------------------------- the snapshot

SALES_COLUMNS = (
    "client", "first_purchase", "last_purchase", "purchases", "purchase_days", "amount", "returned",
    "mean_purchase", "recency_days", "tenure_days", "median_interval_days", "mean_interval_days",
    "active_months", "recency_score", "frequency_score", "monetary_score", "rfm_segment",
    "abc_class", "xyz_class", "variation", "abc_xyz", "tier", "vip_months", "vip_by_month",
    "vip_by_total", "former_vip", "stage", "highest_stage", "activity", "activity_by_period",
    "activity_by_rhythm", "due_on", "lost_after", "expected_on",
)
CLIENT_COLUMNS = (*SALES_COLUMNS, *SEGMENT_COLUMNS)
FLAGS = (
    "loyal_dealer", "base_member", "key", "key_by_sales", "key_by_potential", "key_by_fame",
    "key_by_innovation", "key_by_demand", "brand_only", "promo_buyer", "season_start_buyer",
    "season_end_buyer",
)
COHORT_COLUMNS = (
    "cohort", "period", "begins", "cohort_clients", "clients", "amount", "retention", "complete",
)
MONTH_COLUMNS = ("client", "month", "amount", "purchases")


VIEWS = {**metrics.VIEWS, **risks.VIEWS, **losses.VIEWS, **outreach.VIEWS}


def show(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return float(value)
    return value


class Snapshot:
    def __init__(self, base, policy, as_of):
        self.options, self.policy, self.as_of = base.options, policy, as_of
        self.base, self.portraits = base, base.portraits
        self.scale = base.options["scale"]
        options, (lines, given) = base.options, base.ledgers["sales"]
        self.given = given
        self.lines = [line for line in lines if line.day <= as_of]
        self.after = len(lines) - len(self.lines)
        if policy["after_as_of"] == "refuse" and self.after:
            raise Refused("bad_argument", argument="as_of")
        known = {line.client for line in self.lines}
        ledgers = {
            name: held and (
                [line for line in held[0] if line.day <= as_of and line.client in known], held[1]
            )
            for name, held in base.ledgers.items()
        }

        def need_values(path, criterion):
            if not has_values(criterion, ledgers):
                raise Refused("bad_policy", path=path)

        if policy["abc"]["criteria"]:
            for entry in policy["abc"]["criteria"]:
                need_values("abc.criteria", entry["criterion"])
        else:
            need_values("abc.criterion" if policy["abc"]["criterion"] else "strategy",
                        criterion_of(policy, "abc"))
        need_values("xyz.criterion", policy["xyz"]["criterion"])
        need_values("tier.criterion" if policy["tier"]["criterion"] else "strategy",
                    criterion_of(policy, "tier"))
        need_values("rfm.monetary", policy["rfm"]["monetary"])
        for cut in policy["rfm"]["monetary_cuts"] or ():
            if (Fraction(cut) * 10**self.scale).denominator != 1:
                raise Refused("bad_policy", path="rfm.monetary_cuts")
        base_first_day = min((line.day for line in lines), default=None)

        grouped = {}
        for name, held in ledgers.items():
            for line in held[0] if held else ():
                grouped.setdefault(name, {}).setdefault(line.client, []).append(line)

        def beside(name, identity):
            there = grouped.get(name, {}).get(identity)
            return there and Client(identity, there, policy)

        sales = grouped.get("sales", {})
        self.clients = [
            Client(identity, sales[identity], policy, beside("payments", identity),
                   beside("orders", identity))
            for identity in sorted(sales, key=sort_key)
        ]
        scores, self.cuts = rfm_scores(self.clients, policy, options, as_of)
        classes = abc_classes(self.clients, policy, as_of)
        tier = tiers(self.clients, policy, as_of)
        self.clocks = Clocks(self.clients, policy, as_of)
        self.rows = []
        for client in self.clients:
            row = {name: None for name in CLIENT_COLUMNS}
            row["client"] = client.id
            row["purchases"] = len(client.purchases)
            row["purchase_days"] = len(client.days)
            row["amount"] = money(client.amount, self.scale)
            row["returned"] = money(client.returned, self.scale)
            row["active_months"] = len({period(day, "month") for day in client.days})
            if client.days:
                row["first_purchase"], row["last_purchase"] = client.days[0], client.days[-1]
                row["mean_purchase"] = money(
                    half_even(Fraction(client.amount, len(client.purchases))), self.scale
                )
                row["recency_days"] = (as_of - client.days[-1]).days
                row["tenure_days"] = (as_of - client.days[0]).days
            if client.gaps:
                row["median_interval_days"] = median(client.gaps)
                row["mean_interval_days"] = Fraction(sum(client.gaps), len(client.gaps))
            if client.id in scores:
                (
                    row["recency_score"], row["frequency_score"], row["monetary_score"],
                    row["rfm_segment"],
                ) = scores[client.id]
            row["abc_class"] = classes[client.id]
            row["xyz_class"], row["variation"] = xyz_class(client, policy, as_of, base_first_day)
            if row["abc_class"] and row["xyz_class"]:
                row["abc_xyz"] = row["abc_class"] + row["xyz_class"]
            row.update(tier[client.id])
            row["stage"], row["highest_stage"] = stages(client, policy)
            row.update(self.clocks.of(client))
            self.rows.append({name: show(value) for name, value in row.items()})
        segment(self)
        self.journal = base.journal
        self.journal.goes_with(lines, self.scale)
        self.contacts = Contacts(self)

    def view(self, name, arguments):
        """The rows of a view, each an object."""
        if name not in VIEWS:
            raise Refused("bad_argument", argument="view")
        return VIEWS[name](self, **arguments)

    def clients_table(self, columns=CLIENT_COLUMNS):
        return table(self.rows, columns)

    def months_table(self, columns=MONTH_COLUMNS):
        rows = []
        for client in self.clients:
            for month in sorted({period(line.day, "month") for line in client.lines}):
                def inside(day, at=month):
                    return period(day, "month") == at
                rows.append({
                    "client": client.id,
                    "month": show(first_day(month, "month")),
                    "amount": money(client.value("amount", inside), self.scale),
                    "purchases": client.value("purchases", inside),
                })
        return table(rows, columns)

    def cohorts_table(self, step, columns=COHORT_COLUMNS):
        rule = self.policy["cohort"]
        cohorts = {}
        for client in self.clients:
            if client.days:
                cohorts.setdefault(period(client.days[0], step), []).append(client)
        rows = []
        for cohort in sorted(cohorts):
            members = cohorts[cohort]
            for k in range(period(self.as_of, step) - min(cohorts) + 1):
                if rule["periods"] == "calendar":
                    begins = first_day(cohort + k, step)
                    ends = last_day(cohort + k, step)
                else:
                    unit, length = {
                        "week": ("days", 7), "month": ("months", 1), "quarter": ("months", 3),
                        "year": ("months", 12),
                    }[step]
                    youngest = last_day(cohort, step)
                    begins = plus(youngest, {unit: k * length})
                    ends = plus(youngest, {unit: (k + 1) * length}) - datetime.timedelta(days=1)
                buying, amount = 0, 0
                for client in members:
                    if rule["periods"] == "calendar":
                        def inside(day):
                            return period(day, step) == cohort + k
                    else:
                        def inside(day, first=client.days[0]):
                            return (
                                plus(first, {unit: k * length}) <= day
                                < plus(first, {unit: (k + 1) * length})
                            )
                    buying += client.value("purchases", inside) > 0
                    amount += client.value("amount", inside)
                complete = self.as_of >= ends
                known = self.as_of >= begins and (complete or rule["running"] == "show")
                rows.append({
                    "cohort": label(cohort, step),
                    "period": k,
                    "begins": show(begins),
                    "cohort_clients": len(members),
                    "clients": buying if known else None,
                    "amount": money(amount, self.scale) if known else None,
                    "retention": buying / len(members) if known else None,
                    "complete": complete,
                })
        return table(rows, columns)

    def summary(self):
        def tally(column, names):
            found = []
            for name in [*names, None]:
                members = [i for i, row in enumerate(self.rows) if row[column] == name]
                found.append({
                    "name": name,
                    "clients": len(members),
                    "amount": money(sum(self.clients[i].amount for i in members), self.scale),
                })
            return found

        stage_names = ("prospect", "buyer", "client", "regular", "supporter", "advocate")
        activity = ("active", "due", "lost")
        a = {row["client"] for row in self.rows if row["vip_by_month"]}
        b = {row["client"] for row in self.rows if row["vip_by_total"]}
        segments = dict.fromkeys(box[0] for box in segment_boxes(self.policy))
        base = self.clocks.base or (None, None)
        days = [line.day for line in self.lines]
        return {
            "as_of": show(self.as_of),
            "currency": self.options["currency"],
            "scale": self.scale,
            "clients": len(self.clients),
            "clients_with_purchase": sum(1 for client in self.clients if client.purchases),
            "sales": len(self.lines),
            "sales_after_as_of": self.after,
            "purchases": sum(len(client.purchases) for client in self.clients),
            "amount": money(sum(client.amount for client in self.clients), self.scale),
            "first_day": show(min(days, default=None)),
            "last_day": show(max(days, default=None)),
            "stages": tally("stage", stage_names),
            "highest_stages": tally("highest_stage", stage_names),
            "tiers": tally("tier", ("vip", "good", "standard")),
            "vip": {
                "by_month": len(a), "by_total": len(b), "both": len(a & b),
                "only_by_month": len(a - b), "only_by_total": len(b - a),
                "overlap": 2 * len(a & b) / (len(a) + len(b)) if a or b else None,
            },
            "abc": tally("abc_class", "ABC"),
            "xyz": tally("xyz_class", "XYZ"),
            "abc_xyz": tally("abc_xyz", [x + y for x in "ABC" for y in "XYZ"]),
            "rfm": self.cuts,
            "rfm_segments": tally("rfm_segment", segments),
            "activity": tally("activity", activity),
            "activity_by_period": tally("activity_by_period", activity),
            "activity_by_rhythm": tally("activity_by_rhythm", activity),
            "base_rhythm": {
                "clients": len(self.clocks.seconds),
                "due_days": None if base[0] is None else int(base[0]),
                "lost_days": None if base[1] is None else int(base[1]),
            },
            **self.summary_beside(tally),
        }

    def summary_beside(self, tally):
        """What the summary tells of portraits and of the other ledgers."""
        def set_aside(name):
            known = {client.id for client in self.clients}
            held = self.base.ledgers[name]
            lines = held[0] if held else []
            return len({line.client for line in lines if line.day <= self.as_of} - known)

        prospects = None
        if self.portraits is not None:
            prospects = len(self.portraits.by_client.keys() - {client.id for client in self.clients})
        levels = [
            {**entry, "name": verdict(entry["name"])} for entry in tally("knowledge_level", range(4))
        ]
        return {
            "prospects": prospects,
            "relations": tally("relation", NAMES["relation"]),
            "care": tally("care", NAMES["care"]),
            "target_matches": tally("target_match", NAMES["target_match"]),
            "potential_bands": tally("potential_band", band_names(self.policy["potential"]["bands"])),
            "knowledge_levels": levels,
            "flags": [
                {
                    "name": name,
                    **{
                        told: sum(row[name] is value for row in self.rows)
                        for told, value in (("yes", True), ("no", False), ("unknown", None))
                    },
                }
                for name in FLAGS
            ],
            "key": {
                "keys": sum(row["key"] is True for row in self.rows),
                "by_sales_company": sum(
                    (sign["sign"], sign["of"], sign["scope"]) == ("sales", "client", "company")
                    for sign in self.signs
                ),
                **self.innovators,
            },
            "payment_clients_set_aside": set_aside("payments"),
            "order_clients_set_aside": set_aside("orders"),
            "warnings": self.warnings,
        }

    def ladder_table(self):
        return table(ladder_rows(self), LADDER_COLUMNS)

    def keys_table(self):
        return table(self.signs, KEYS_COLUMNS)

    def matches_table(self):
        return table(matches_rows(self), MATCHES_COLUMNS)

    def matrix_table(self, rows, columns):
        return table(matrix_rows(self, rows, columns), MATRIX_COLUMNS)

    def transitions_table(self, earlier, axis):
        return table(transitions_rows(self, earlier, axis), TRANSITIONS_COLUMNS)

    def ranking_table(self, criterion):
        return table(ranking_rows(self, criterion), RANKING_COLUMNS)

    def overlap(self, left, right):
        return overlap(self, left, right)

    def completeness_table(self):
        return table(self.portraits.completeness_rows(self.as_of), COMPLETENESS_COLUMNS)

    def gaps_table(self):
        return table(self.portraits.gaps_rows(self.as_of), GAPS_COLUMNS)


def table(rows, columns):
    return {"columns": list(columns), "rows": [[row[name] for name in columns] for row in rows]}


def diff(now, earlier, axes):
    """Who entered and left, and the moves on the axes named, by client."""
    before = {row["client"]: row for row in earlier.rows}
    after = {row["client"]: row for row in now.rows}
    moved = []
    for identity in sorted(before.keys() & after.keys(), key=sort_key):
        for axis in axes:
            old, new = verdict(before[identity][axis]), verdict(after[identity][axis])
            if old != new:
                moved.append([identity, axis, old, new])
    return {
        "entered": sorted(after.keys() - before.keys(), key=sort_key),
        "left": sorted(before.keys() - after.keys(), key=sort_key),
        "moved": moved,
    }


class Base:
    """What a vector gives: sales, payments, orders, portraits."""

    def __init__(self, vector, folder):
        self.ledgers = {}
        for name in ("sales", "payments", "orders"):
            self.ledgers[name] = None
            if name not in vector:
                continue
            lines, options, given, report = take_in(vector, folder, name)
            check_sums(lines)
            roll_up(lines, vector.get("parents", []))
            check_sums(lines)
            self.ledgers[name] = (lines, given)
            if name == "sales":
                self.options, self.report = options, report
        self.models = vector.get("lifetime"), vector.get("spend")
        self.portraits = None
        if "portraits" in vector or "portrait_frame" in vector:
            self.portraits = Portraits(vector, self.options["scale"])
            kinds = {type(line.client) for line in self.ledgers["sales"][0]}
            if kinds and {type(client) for client in self.portraits.by_client} - kinds:
                raise Refused("mismatch")
        self.journal = Journal(vector.get("journal"))


def run(vector, folder=Path(__file__).resolve().parent.parent / "vectors"):
    """(snapshot, report, snapshots of earlier days), or `Refused`."""
    policy = fill_policy(vector.get("policy", {}))
    base = Base(vector, folder)
    snapshot = Snapshot(base, policy, read_day(vector["as_of"]))
    expect = vector["expect"]
    days = [expect[name]["earlier"] for name in ("transitions", "diff") if name in expect]
    return snapshot, base.report, {day: Snapshot(base, policy, read_day(day)) for day in days}


if __name__ == "__main__":
    import sys

    given = json.load(sys.stdin)
    try:
        answer, _, _ = run({**given, "expect": {}})
        json.dump(answer.clients_table(), sys.stdout, indent=1)
    except Refused as refused:
        json.dump({"error": refused.error}, sys.stdout)
    print()
