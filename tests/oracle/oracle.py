"""Brute-force reference of every verdict, for the conformance vectors.

Written from the conventions of the policy, not from the library: plain lists, exact
fractions, one client after another, no cleverness. Slow on purpose. Python 3.11, standard
library only.

    outcome = run(vector)      # {"clients": .., "cohorts": .., ...} or {"error": ..}
"""

import csv
import datetime
import decimal
import json
import re
from fractions import Fraction
from pathlib import Path

MAX_DAY = datetime.date(9999, 12, 31)
MOST_DIGITS = 18  # of an amount in minor units


class Refused(Exception):
    """The library must answer with an error of this code and these fields."""

    def __init__(self, code, **fields):
        super().__init__(code, fields)
        self.error = {"code": code, **fields}


# --------------------------------------------------------------------------- calendar


def read_day(text):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


def length_of_month(year, month):
    first = datetime.date(year, month, 1)
    if (year, month) == (9999, 12):
        return 31
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - first).days


def plus(day, span):
    """The day `span` later; a month keeps the day of the month or takes the month's last."""
    ((unit, number),) = span.items()
    if unit == "days":
        if number > (MAX_DAY - day).days:
            return MAX_DAY
        return day + datetime.timedelta(days=number)
    months = day.year * 12 + day.month - 1 + number
    year, month = months // 12, months % 12 + 1
    if year > 9999:
        return MAX_DAY
    return datetime.date(year, month, min(day.day, length_of_month(year, month)))


def period(day, step):
    """A number that grows by 1 from each calendar period to the next."""
    if step == "week":
        monday = day - datetime.timedelta(days=day.weekday())
        return (monday - datetime.date(1969, 12, 29)).days // 7
    month = day.year * 12 + day.month - 1
    return {"month": month, "quarter": month // 3, "year": month // 12}[step]


def first_day(number, step):
    if step == "week":
        return datetime.date(1969, 12, 29) + datetime.timedelta(days=7 * number)
    month = number * {"month": 1, "quarter": 3, "year": 12}[step]
    return datetime.date(month // 12, month % 12 + 1, 1)


def last_day(number, step):
    try:
        return first_day(number + 1, step) - datetime.timedelta(days=1)
    except (ValueError, OverflowError):  # the calendar ends with the year 9999
        return MAX_DAY


def label(number, step):
    first = first_day(number, step)
    if step == "week":
        year, week, _ = first.isocalendar()
        return f"{year:04}-W{week:02}"
    if step == "month":
        return f"{first.year:04}-{first.month:02}"
    if step == "quarter":
        return f"{first.year:04}-Q{(first.month + 2) // 3}"
    return f"{first.year:04}"


def last_period(as_of, step, complete_only):
    current = period(as_of, step)
    if complete_only and last_day(current, step) > as_of:
        return current - 1
    return current


# --------------------------------------------------------------------------- numbers


def up(fraction):
    """The smallest whole number at or above."""
    return -((-fraction.numerator) // fraction.denominator)


def down(fraction):
    return fraction.numerator // fraction.denominator


def half_even(fraction):
    """The nearest whole number, a half to the even one (what `round` does to a Fraction)."""
    return round(fraction)


def median(numbers):
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def root(fraction):
    """The square root as the nearest float, through 60 digits."""
    with decimal.localcontext() as context:
        context.prec = 60
        quotient = decimal.Decimal(fraction.numerator) / decimal.Decimal(fraction.denominator)
        return quotient.sqrt()


def money(minor, scale):
    """Minor units as text with exactly `scale` places."""
    if minor is None:
        return None
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    if scale == 0:
        return f"{sign}{minor}"
    whole, rest = divmod(minor, 10**scale)
    return f"{sign}{whole}.{rest:0{scale}}"


# --------------------------------------------------------------------------- policy

SHARE, SPAN, COUNT, FLAG, COUNTS, MONEYS, SEGMENTS = (
    "share", "span", "count", "flag", "counts", "moneys", "segments",
)
CRITERION = ("amount", "profit", "purchases", "quantity")

# name: (default, allowed values or kind, may be null)
POLICY = {
    "version": (1, COUNT, False),
    "after_as_of": ("exclude", ("exclude", "refuse"), False),
    "zero_amount": ("count", ("count", "ignore"), False),
    "rfm": {
        "groups": (5, COUNT, False),
        "best": ("high", ("high", "low"), False),
        "window": (None, SPAN, True),
        "frequency": ("purchases", ("purchases", "purchase_days", "repeat_purchases"), False),
        "monetary": ("amount", ("amount", "mean_purchase", "profit"), False),
        "ties": ("lowest", ("lowest", "highest"), False),
        "min_clients": (None, COUNT, True),
        "recency_cuts": (None, COUNTS, True),
        "frequency_cuts": (None, COUNTS, True),
        "monetary_cuts": (None, MONEYS, True),
        "segments": (None, SEGMENTS, True),
    },
    "abc": {
        "criterion": ("amount", CRITERION, False),
        "window": (None, SPAN, True),
        "a_percent": ("80", SHARE, False),
        "b_percent": ("95", SHARE, False),
        "boundary": ("inclusive", ("inclusive", "exclusive"), False),
        "share_of": ("value", ("value", "clients"), False),
    },
    "xyz": {
        "criterion": ("amount", CRITERION, False),
        "step": ("month", ("week", "month", "quarter", "year"), False),
        "periods": (12, COUNT, True),
        "complete_only": (True, FLAG, False),
        "from": ("first_purchase", ("first_purchase", "window"), False),
        "zero_periods": ("count", ("count", "skip"), False),
        "deviation": ("population", ("population", "sample"), False),
        "min_periods": (2, COUNT, False),
        "x_percent": ("10", SHARE, False),
        "y_percent": ("25", SHARE, False),
    },
    "tier": {
        "method": ("monthly_top", ("monthly_top", "period_total"), False),
        "criterion": ("amount", CRITERION, False),
        "top_percent": ("20", SHARE, False),
        "good_percent": ("20", SHARE, False),
        "months": (6, COUNT, False),
        "total_months": (5, COUNT, False),
        "former_months": (6, COUNT, False),
        "ties": ("include", ("include", "exclude"), False),
        "complete_only": (True, FLAG, False),
    },
    "stage": {
        "systematic_purchases": (3, COUNT, False),
        "max_gap": (None, SPAN, True),
    },
    "activity": {
        "industry": (None, ("clothing", "jewellery", "furniture", "restaurant"), True),
        "due_after": (None, SPAN, True),
        "lost_after": (None, SPAN, True),
        "rhythm": {
            "center": ("median", ("median", "mean"), False),
            "min_intervals": (2, COUNT, False),
            "due_percent": ("150", SHARE, False),
            "lost_percent": ("300", SHARE, False),
            "base_due_percent": ("50", SHARE, False),
            "base_lost_percent": ("90", SHARE, False),
        },
    },
    "cohort": {
        "periods": ("calendar", ("calendar", "since_first"), False),
        "running": ("show", ("show", "hide"), False),
    },
}

# (due after, lost after), S4.9; restaurants have none.
RETURN_PERIODS = {
    "clothing": ({"months": 6}, {"months": 6}),
    "jewellery": ({"months": 12}, {"months": 24}),
    "furniture": ({"months": 24}, {"months": 24}),
}

# The built-in RFM segments, in fifths: name, then lowest and highest of R, F, M.
SEGMENT_TABLE = [
    ("champions", 5, 5, 4, 5, 4, 5),
    ("loyal", 4, 4, 4, 5, 1, 5),
    ("loyal", 5, 5, 4, 5, 1, 3),
    ("big_spenders", 4, 5, 2, 3, 5, 5),
    ("potential_loyal", 4, 5, 2, 3, 1, 4),
    ("new", 5, 5, 1, 1, 1, 5),
    ("promising", 4, 4, 1, 1, 1, 5),
    ("need_attention", 3, 3, 3, 5, 1, 5),
    ("about_to_sleep", 3, 3, 1, 2, 1, 5),
    ("cannot_lose", 1, 2, 4, 5, 5, 5),
    ("at_risk", 1, 2, 4, 5, 1, 4),
    ("at_risk", 1, 2, 3, 3, 4, 5),
    ("hibernating", 1, 2, 3, 3, 1, 3),
    ("hibernating", 2, 2, 1, 2, 1, 5),
    ("dormant", 1, 1, 1, 2, 1, 5),
]


def fill_policy(given):
    """The policy with every field; `Refused` names the path of what cannot be used."""
    policy = fill(POLICY, given, "")
    check_policy(policy)
    return policy


def fill(form, given, path):
    if not isinstance(given, dict):
        raise Refused("bad_policy", path=path or ".")
    for key in given:
        if key not in form:
            raise Refused("bad_policy", path=path + key)
    filled = {}
    for key, rule in form.items():
        if isinstance(rule, dict):
            filled[key] = fill(rule, given[key], f"{path}{key}.") if key in given else fill(rule, {}, "")
            continue
        default, kind, nullable = rule
        value = given.get(key, default)
        if not (value is None and nullable) and not of_kind(value, kind):
            raise Refused("bad_policy", path=path + key)
        filled[key] = value
    return filled


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def of_kind(value, kind):
    if isinstance(kind, tuple):
        return value in kind
    if kind == SHARE:
        return isinstance(value, str) and re.fullmatch(r"\d+(\.\d{1,6})?", value) is not None
    if kind == SPAN:
        return (
            isinstance(value, dict) and len(value) == 1
            and next(iter(value)) in ("months", "days") and whole(next(iter(value.values())))
        )
    if kind == COUNT:
        return whole(value)
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == COUNTS:
        return isinstance(value, list) and all(whole(entry) for entry in value)
    if kind == MONEYS:
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    return isinstance(value, list)


def check_policy(policy):
    def need(holds, path):
        if not holds:
            raise Refused("bad_policy", path=path)

    def rising(numbers):
        return all(a < b for a, b in zip(numbers, numbers[1:]))

    need(policy["version"] == 1, "version")
    rfm = policy["rfm"]
    need(2 <= rfm["groups"] <= 10, "rfm.groups")
    for name in ("recency_cuts", "frequency_cuts", "monetary_cuts"):
        cuts = rfm[name]
        if cuts is not None:
            numbers = [Fraction(cut) for cut in cuts]
            need(len(cuts) == rfm["groups"] - 1 and rising(numbers), f"rfm.{name}")
    scores = range(1, rfm["groups"] + 1)
    boxes = segment_boxes(policy)
    need(all(box[0].strip() for box in boxes), "rfm.segments")
    for r in scores:
        for f in scores:
            for m in scores:
                need(len(holding(boxes, policy, r, f, m)) == 1, "rfm.segments")

    def share(section, name):
        return Fraction(section[name])

    abc, xyz, tier = policy["abc"], policy["xyz"], policy["tier"]
    need(share(abc, "a_percent") <= share(abc, "b_percent") <= 100, "abc.a_percent")
    need(share(xyz, "x_percent") <= share(xyz, "y_percent"), "xyz.x_percent")
    need(xyz["min_periods"] >= 2, "xyz.min_periods")
    need(xyz["periods"] is None or xyz["periods"] >= xyz["min_periods"], "xyz.periods")
    need(1 <= tier["months"] <= 24, "tier.months")
    need(1 <= tier["total_months"] <= 24, "tier.total_months")
    need(tier["former_months"] <= 24, "tier.former_months")
    need(share(tier, "top_percent") <= 100, "tier.top_percent")
    need(share(tier, "good_percent") <= 100, "tier.good_percent")
    need(policy["stage"]["systematic_purchases"] >= 2, "stage.systematic_purchases")
    activity = policy["activity"]
    need(activity["industry"] != "restaurant" or activity["lost_after"] is not None, "activity.lost_after")
    clock = return_period(policy)
    need(activity["due_after"] is None or clock is not None, "activity.due_after")
    if clock is not None:
        ((due_unit, due),), ((lost_unit, lost),) = clock[0].items(), clock[1].items()
        if due_unit == lost_unit:
            longer = due > lost
        elif due_unit == "months":
            longer = due * 28 > lost
        else:
            longer = due > lost * 31
        need(not longer, "activity.due_after")
    rhythm = activity["rhythm"]
    need(rhythm["min_intervals"] >= 1, "activity.rhythm.min_intervals")
    need(share(rhythm, "due_percent") <= share(rhythm, "lost_percent"), "activity.rhythm.due_percent")
    need(
        share(rhythm, "base_due_percent") <= share(rhythm, "base_lost_percent") <= 100,
        "activity.rhythm.base_due_percent",
    )


def return_period(policy):
    """(due after, lost after), or None where no return period is known."""
    activity = policy["activity"]
    due, lost = RETURN_PERIODS.get(activity["industry"], (None, None))
    lost = activity["lost_after"] or lost
    if lost is None:
        return None
    return activity["due_after"] or due or lost, lost


def segment_boxes(policy):
    own = policy["rfm"]["segments"]
    if own is None:
        return SEGMENT_TABLE
    return [(s["name"], *s["recency"], *s["frequency"], *s["monetary"]) for s in own]


def holding(boxes, policy, r, f, m):
    """Names of the boxes that hold a cell, scores with the highest as the best."""
    groups = policy["rfm"]["groups"]
    if policy["rfm"]["segments"] is None:
        r, f, m = (up(Fraction(score * 5, groups)) for score in (r, f, m))
    return [
        name for name, r0, r1, f0, f1, m0, m1 in boxes
        if r0 <= r <= r1 and f0 <= f <= f1 and m0 <= m <= m1
    ]


# --------------------------------------------------------------------------- intake

KINDS = ("sale", "return", "cancellation")
OPTIONS = {
    "currency": "XXX", "scale": 2, "quantity_scale": 0, "on_bad": "refuse",
    "negative": "return", "latest": None,
}


class Bad(Exception):
    def __init__(self, column, value, cause):
        super().__init__(column, value, cause)
        self.column, self.value, self.cause = column, value, cause


class Line:
    """One line of the sales: amounts, quantity and profit signed as they count."""

    def __init__(self, **fields):
        self.__dict__.update(fields)


def columns_of(sales, folder):
    if "file" not in sales:
        return sales
    with open(folder / sales["file"], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {name: [row[column] for row in rows] for name, column in sales["columns"].items()}
    if sales["client_type"] == "int":
        columns["client"] = [int(client) for client in columns["client"]]
    return columns


def exact(text, scale, column, causes):
    """Minor units of a decimal text."""
    if text is None:
        raise Bad(column, "null", causes[0])
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
        raise Bad(column, text, causes[1])
    minor = Fraction(text) * 10**scale
    if minor.denominator != 1:
        raise Bad(column, text, causes[2])
    if abs(minor) >= 10**MOST_DIGITS:
        raise Bad(column, text, causes[3])
    return minor.numerator


def read_row(row, columns, options):
    def cell(name):
        return columns[name][row] if name in columns else None

    client = cell("client")
    if client is None:
        raise Bad("client", "null", "null_client")
    if client == "":
        raise Bad("client", "", "empty_client")
    text = cell("date")
    if text is None:
        raise Bad("date", "null", "null_day")
    try:
        day = read_day(text)
    except ValueError:
        raise Bad("date", text, "bad_day") from None
    if options["latest"] is not None and day > read_day(options["latest"]):
        raise Bad("date", text, "after_latest")
    scale = options["scale"]
    amount = exact(
        cell("amount"), scale, "amount", ("null_amount", "bad_amount", "inexact", "amount_out_of_range")
    )
    negative_as_return = False
    if "kind" in columns:
        kind = cell("kind")
        if kind not in KINDS:
            raise Bad("kind", kind, "unknown_kind")
        if kind == "sale" and amount < 0:
            raise Bad("amount", money(amount, scale), "negative_sale")
    elif amount < 0:
        if options["negative"] == "refuse":
            raise Bad("amount", money(amount, scale), "negative_sale")
        kind, negative_as_return = "return", True
    else:
        kind = "sale"

    def optional(name, places, cause):
        value = cell(name)
        return None if value is None else exact(value, places, name, (None, cause, cause, cause))

    quantity = optional("quantity", options["quantity_scale"], "bad_quantity")
    profit = optional("profit", scale, "bad_profit")
    if kind != "sale":
        amount = -abs(amount)
        quantity = None if quantity is None else -abs(quantity)
        profit = None if profit is None else -abs(profit)
    order = cell("order")
    return Line(
        row=row, client=client, day=day, kind=kind, amount=amount, order=None if order == "" else order,
        quantity=quantity, profit=profit, negative_as_return=negative_as_return,
    )


def take_in(vector, folder):
    """(lines, options, columns given, report)."""
    options = {**OPTIONS, **vector.get("options", {})}
    columns = columns_of(vector["sales"], folder)
    rows = len(columns["client"])
    if rows == 0:
        raise Refused("empty")
    lines, set_aside = [], []
    for row in range(rows):
        try:
            lines.append(read_row(row, columns, options))
        except Bad as bad:
            if options["on_bad"] == "refuse":
                raise Refused("bad_row", row=row, column=bad.column, value=bad.value) from None
            set_aside.append({"row": row, "column": bad.column, "value": bad.value, "cause": bad.cause})
    report = {
        "rows": rows,
        "accepted": len(lines),
        "negative_as_return": sum(line.negative_as_return for line in lines),
        "set_aside": set_aside,
    }
    return lines, options, set(columns), report


def check_sums(lines):
    """No client's lines, added up without their signs, come to 2^62 minor units or units."""
    for column in ("amount", "profit", "quantity"):
        sums = {}
        for line in lines:
            sums[line.client] = sums.get(line.client, 0) + abs(getattr(line, column) or 0)
        if any(total >= 2**62 for total in sums.values()):
            raise Refused("overflow")


def roll_up(lines, pairs):
    """Every client's lines go to its ultimate parent."""
    parents = {child: parent for child, parent in pairs if child != parent}
    for start in parents:
        seen, at = set(), start
        while at in parents:
            if at in seen:
                raise Refused("bad_argument")
            seen.add(at)
            at = parents[at]
    for line in lines:
        while line.client in parents:
            line.client = parents[line.client]


# --------------------------------------------------------------------------- one client


class Client:
    """Everything that one client's lines say, without looking at the others."""

    def __init__(self, identity, lines, policy):
        self.id = identity
        cancelled = set()
        for line in lines:
            if line.kind == "cancellation" and line.order is not None:
                if any(other.kind == "sale" and other.order == line.order for other in lines):
                    cancelled.add(line.order)
        self.lines = [line for line in lines if line.order is None or line.order not in cancelled]
        orders, days = {}, {}
        for line in self.lines:
            if line.kind != "sale":
                continue
            if line.order is not None:
                orders.setdefault(line.order, []).append(line)
            else:
                days.setdefault(line.day, []).append(line)
        self.purchases = []  # the day of each purchase
        for group in [*orders.values(), *days.values()]:
            if policy["zero_amount"] == "ignore" and sum(line.amount for line in group) == 0:
                continue
            self.purchases.append(min(line.day for line in group))
        self.purchases.sort()
        self.days = sorted(set(self.purchases))
        self.gaps = [(b - a).days for a, b in zip(self.days, self.days[1:])]
        self.amount = sum(line.amount for line in self.lines)
        self.returned = -sum(line.amount for line in self.lines if line.kind != "sale")

    def value(self, criterion, inside):
        """The criterion over the days for which `inside` holds."""
        if criterion == "purchases":
            return sum(1 for day in self.purchases if inside(day))
        return sum(getattr(line, criterion) for line in self.lines if inside(line.day))


def need_values(path, criterion, given, lines):
    """Ranking by profit or quantity needs it of every line: unknown is not zero."""
    if criterion in ("profit", "quantity"):
        if criterion not in given or any(getattr(line, criterion) is None for line in lines):
            raise Refused("bad_policy", path=path)


def inside_window(span, as_of):
    return lambda day: span is None or plus(day, span) > as_of


# --------------------------------------------------------------------------- the axes


def rfm_scores(clients, policy, options, as_of):
    """{client id: (r, f, m, segment)} and the cut points."""
    rule = policy["rfm"]
    groups = rule["groups"]
    population = [client for client in clients if client.purchases]
    n = len(population)
    if n == 0 or (rule["min_clients"] is not None and n < rule["min_clients"]):
        return {}, {"recency_cuts": None, "frequency_cuts": None, "monetary_cuts": None}
    inside = inside_window(rule["window"], as_of)
    values = {"recency": [], "frequency": [], "monetary": []}
    for client in population:
        values["recency"].append((as_of - client.days[-1]).days)
        purchases = [day for day in client.purchases if inside(day)]
        values["frequency"].append({
            "purchases": len(purchases),
            "purchase_days": len(set(purchases)),
            "repeat_purchases": len(purchases) - (purchases[:1] == client.purchases[:1]),
        }[rule["frequency"]])
        if rule["monetary"] == "mean_purchase":
            amount = client.value("amount", inside)
            values["monetary"].append(half_even(Fraction(amount, len(purchases))) if purchases else 0)
        else:
            values["monetary"].append(client.value(rule["monetary"], inside))

    cuts, scores = {}, {}
    for axis, observed in values.items():
        # Larger is better on every axis once recency is turned round.
        sign = -1 if axis == "recency" else 1
        good = [sign * value for value in observed]
        own = rule[f"{axis}_cuts"]
        if own is not None:
            unit = 10 ** options["scale"] if axis == "monetary" else 1
            limits = [sign * Fraction(cut) * unit for cut in own]
            beats = [sum(1 for limit in limits if value >= limit) for value in good]
            # The worst first, as the base's cuts are.
            shown = sorted(own, key=Fraction, reverse=axis == "recency")
            if axis == "monetary":
                shown = [money(int(Fraction(cut) * unit), options["scale"]) for cut in shown]
            cuts[f"{axis}_cuts"] = shown
        else:
            ordered = sorted(good)
            limits = []
            for k in range(1, groups):
                if rule["ties"] == "lowest":
                    rank = up(Fraction(k * n, groups))
                else:
                    rank = down(Fraction(k * n, groups)) + 1
                limits.append(ordered[rank - 1])
            if rule["ties"] == "lowest":
                beats = [sum(1 for limit in limits if value > limit) for value in good]
            else:
                beats = [sum(1 for limit in limits if value >= limit) for value in good]
            shown = [sign * limit for limit in limits]
            cuts[f"{axis}_cuts"] = (
                [money(cut, options["scale"]) for cut in shown] if axis == "monetary" else shown
            )
        scores[axis] = [1 + count for count in beats]
    boxes = segment_boxes(policy)
    result = {}
    for client, r, f, m in zip(population, scores["recency"], scores["frequency"], scores["monetary"]):
        (segment,) = holding(boxes, policy, r, f, m)
        if rule["best"] == "low":
            r, f, m = (groups + 1 - score for score in (r, f, m))
        result[client.id] = (r, f, m, segment)
    return result, cuts


def abc_classes(clients, policy, as_of):
    rule = policy["abc"]
    inside = inside_window(rule["window"], as_of)
    values = {client.id: client.value(rule["criterion"], inside) for client in clients}
    positive = [value for value in values.values() if value > 0]
    if not positive:
        return {client.id: None for client in clients}
    weight = (lambda value: value) if rule["share_of"] == "value" else (lambda value: 1)
    total = sum(weight(value) for value in positive)
    limits = {
        "A": Fraction(rule["a_percent"]) * total / 100,
        "B": Fraction(rule["b_percent"]) * total / 100,
    }
    by_value = {}
    for value in set(positive):
        above = sum(weight(other) for other in positive if other > value)
        to_here = sum(weight(other) for other in positive if other >= value)
        by_value[value] = "C"
        for name in ("B", "A"):
            if rule["boundary"] == "inclusive":
                holds = above < limits[name]
            else:
                holds = to_here <= limits[name]
            if holds:
                by_value[value] = name
    return {identity: by_value.get(value, "C") for identity, value in values.items()}


def xyz_class(client, policy, as_of, base_first_day):
    """(class, variation), both None where there is none."""
    rule = policy["xyz"]
    step = rule["step"]
    last = last_period(as_of, step, rule["complete_only"])
    if rule["periods"] is None:
        first = period(base_first_day, step)
    else:
        first = last - rule["periods"] + 1
    if rule["from"] == "first_purchase":
        if not client.purchases:
            return None, None
        first = max(first, period(client.days[0], step))
    totals = []
    for number in range(first, last + 1):
        totals.append(client.value(rule["criterion"], lambda day, at=number: period(day, step) == at))
    if rule["zero_periods"] == "skip":
        totals = [total for total in totals if total != 0]
    n, s = len(totals), sum(totals)
    if n < rule["min_periods"] or s <= 0:
        return None, None
    mean = Fraction(s, n)
    squares = sum((total - mean) ** 2 for total in totals)
    variance = squares / (n if rule["deviation"] == "population" else n - 1)
    ratio = variance / mean**2  # the square of the coefficient of variation
    if ratio <= (Fraction(rule["x_percent"]) / 100) ** 2:
        name = "X"
    elif ratio <= (Fraction(rule["y_percent"]) / 100) ** 2:
        name = "Y"
    else:
        name = "Z"
    return name, float(root(ratio))


def top(values, share, ties):
    """Keys of the top `share` per cent of the number of entries, by value."""
    n = up(Fraction(share) * len(values) / 100)
    if n == 0:
        return set()
    cut = sorted(values.values(), reverse=True)[n - 1]
    reaching = {key for key, value in values.items() if value >= cut}
    if ties == "exclude" and len(reaching) > n:
        return {key for key, value in values.items() if value > cut}
    return reaching


def tiers(clients, policy, as_of):
    """{client id: {tier, vip_months, vip_by_month, vip_by_total, former_vip}}."""
    rule = policy["tier"]
    last = last_period(as_of, "month", rule["complete_only"])

    def totals(first, until):
        """Total over months first..until of those that have one above zero."""
        found = {}
        for client in clients:
            value = client.value(rule["criterion"], lambda day: first <= period(day, "month") <= until)
            if value > 0:
                found[client.id] = value
        return found

    def monthly(first, until):
        """The monthly tops of months first..until."""
        return [
            top(totals(month, month), rule["top_percent"], rule["ties"])
            for month in range(first, until + 1)
        ]

    window_a = last - rule["months"] + 1
    window_b = last - rule["total_months"] + 1
    tops = monthly(window_a, last)
    vip_a = set().union(*tops)
    vip_b = top(totals(window_b, last), rule["top_percent"], rule["ties"])
    if rule["method"] == "monthly_top":
        vip, payers = vip_a, totals(window_a, last)
        before = set().union(*monthly(window_a - rule["former_months"], window_a - 1))
    else:
        vip, payers = vip_b, totals(window_b, last)
        before = set()
        if rule["former_months"] > 0:
            earlier = totals(window_b - rule["total_months"], window_b - 1)
            before = top(earlier, rule["top_percent"], rule["ties"])
    former = before - vip
    remaining = {key: value for key, value in payers.items() if key not in vip}
    good = top(remaining, rule["good_percent"], rule["ties"]) | former
    result = {}
    for client in clients:
        if client.id in vip:
            tier = "vip"
        elif client.id in good:
            tier = "good"
        elif client.id in payers:
            tier = "standard"
        else:
            tier = None
        result[client.id] = {
            "tier": tier,
            "vip_months": sum(client.id in names for names in tops),
            "vip_by_month": client.id in vip_a,
            "vip_by_total": client.id in vip_b,
            "former_vip": client.id in former,
        }
    return result


def stages(client, policy):
    """(stage, highest stage)."""
    if not client.purchases:
        return "prospect", "prospect"
    if len(client.purchases) == 1:
        return "buyer", "buyer"
    gap = policy["stage"]["max_gap"]
    if gap is None:
        clock = return_period(policy)
        gap = clock[1] if clock else None
    if gap is None:
        return "client", "client"
    runs = [1]
    for day, following in zip(client.days, client.days[1:]):
        if following <= plus(day, gap):
            runs[-1] += 1
        else:
            runs.append(1)
    enough = policy["stage"]["systematic_purchases"]
    stage = "regular" if runs[-1] >= enough else "client"
    return stage, "regular" if max(runs) >= enough else "client"


class Clocks:
    """Active, due and lost."""

    def __init__(self, clients, policy, as_of):
        self.as_of = as_of
        self.rule = policy["activity"]["rhythm"]
        self.period = return_period(policy)
        self.seconds = sorted(
            (client.days[1] - client.days[0]).days for client in clients if len(client.days) >= 2
        )
        self.base = None
        if self.seconds:
            self.base = tuple(
                Fraction(self.seconds[max(up(Fraction(self.rule[name]) * len(self.seconds) / 100), 1) - 1])
                for name in ("base_due_percent", "base_lost_percent")
            )

    def by_period(self, client):
        """(activity, due on, lost after)."""
        if self.period is None or not self.seconds or not client.days:
            return None, None, None
        due_on, lost_after = (plus(client.days[-1], span) for span in self.period)
        if self.as_of > lost_after:
            return "lost", due_on, lost_after
        return ("due" if self.as_of >= due_on else "active"), due_on, lost_after

    def own(self, client):
        return len(client.gaps) >= self.rule["min_intervals"]

    def by_rhythm(self, client):
        if not client.days:
            return None, None, None
        if self.own(client):
            if self.rule["center"] == "median":
                center = median(client.gaps)
            else:
                center = Fraction(sum(client.gaps), len(client.gaps))
            due, lost = (
                Fraction(self.rule[name]) * center / 100 for name in ("due_percent", "lost_percent")
            )
        elif self.base:
            due, lost = self.base
        else:
            return None, None, None
        elapsed = (self.as_of - client.days[-1]).days
        name = "lost" if elapsed > lost else "due" if elapsed > due else "active"
        last = client.days[-1]
        return name, plus(last, {"days": down(due) + 1}), plus(last, {"days": down(lost)})

    def of(self, client):
        by_period, by_rhythm = self.by_period(client), self.by_rhythm(client)
        leading = by_period if self.period is not None else by_rhythm
        expected = None
        if self.own(client):
            expected = plus(client.days[-1], {"days": up(median(client.gaps))})
        return {
            "activity": leading[0],
            "activity_by_period": by_period[0],
            "activity_by_rhythm": by_rhythm[0],
            "due_on": leading[1],
            "lost_after": leading[2],
            "expected_on": expected,
        }


# --------------------------------------------------------------------------- the snapshot

CLIENT_COLUMNS = (
    "client", "first_purchase", "last_purchase", "purchases", "purchase_days", "amount", "returned",
    "mean_purchase", "recency_days", "tenure_days", "median_interval_days", "mean_interval_days",
    "active_months", "recency_score", "frequency_score", "monetary_score", "rfm_segment",
    "abc_class", "xyz_class", "variation", "abc_xyz", "tier", "vip_months", "vip_by_month",
    "vip_by_total", "former_vip", "stage", "highest_stage", "activity", "activity_by_period",
    "activity_by_rhythm", "due_on", "lost_after", "expected_on",
)
COHORT_COLUMNS = (
    "cohort", "period", "begins", "cohort_clients", "clients", "amount", "retention", "complete",
)
MONTH_COLUMNS = ("client", "month", "amount", "purchases")


def sort_key(identity):
    return identity if isinstance(identity, int) else identity.encode()


def show(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return float(value)
    return value


class Snapshot:
    def __init__(self, lines, options, given, policy, as_of):
        self.options, self.policy, self.as_of = options, policy, as_of
        self.scale = options["scale"]
        self.lines = [line for line in lines if line.day <= as_of]
        self.after = len(lines) - len(self.lines)
        if policy["after_as_of"] == "refuse" and self.after:
            raise Refused("bad_argument", argument="as_of")
        for section in ("abc", "xyz", "tier"):
            need_values(f"{section}.criterion", policy[section]["criterion"], given, self.lines)
        need_values("rfm.monetary", policy["rfm"]["monetary"], given, self.lines)
        for cut in policy["rfm"]["monetary_cuts"] or ():
            if (Fraction(cut) * 10**self.scale).denominator != 1:
                raise Refused("bad_policy", path="rfm.monetary_cuts")
        base_first_day = min((line.day for line in lines), default=None)

        grouped = {}
        for line in self.lines:
            grouped.setdefault(line.client, []).append(line)
        self.clients = [
            Client(identity, grouped[identity], policy) for identity in sorted(grouped, key=sort_key)
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
        }


def table(rows, columns):
    return {"columns": list(columns), "rows": [[row[name] for name in columns] for row in rows]}


def diff(now, earlier, axes):
    """Who entered and left, and the moves on the axes named, by client."""
    before = {row["client"]: row for row in earlier.rows}
    after = {row["client"]: row for row in now.rows}
    moved = []
    for identity in sorted(before.keys() & after.keys(), key=sort_key):
        for axis in axes:
            old, new = before[identity][axis], after[identity][axis]
            if old != new:
                moved.append([identity, axis, old, new])
    return {
        "entered": sorted(after.keys() - before.keys(), key=sort_key),
        "left": sorted(before.keys() - after.keys(), key=sort_key),
        "moved": moved,
    }


def run(vector, folder=Path(__file__).resolve().parent.parent / "vectors"):
    """(snapshot, report, earlier snapshot or None), or `Refused`."""
    policy = fill_policy(vector.get("policy", {}))
    lines, options, given, report = take_in(vector, folder)
    check_sums(lines)
    roll_up(lines, vector.get("parents", []))
    check_sums(lines)
    snapshot = Snapshot(lines, options, given, policy, read_day(vector["as_of"]))
    earlier = None
    if "diff" in vector["expect"]:
        at = read_day(vector["expect"]["diff"]["earlier"])
        earlier = Snapshot(lines, options, given, policy, at)
    return snapshot, report, earlier


if __name__ == "__main__":
    import sys

    given = json.load(sys.stdin)
    try:
        answer, _, _ = run({**given, "expect": {}})
        json.dump(answer.clients_table(), sys.stdout, indent=1)
    except Refused as refused:
        json.dump({"error": refused.error}, sys.stdout)
    print()
