"""The policy: every field with its default, and what makes a policy unusable."""

import re
from fractions import Fraction

from basis import Refused, up

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
