"""The policy: every field with its default, and what makes a policy unusable."""

import re
from fractions import Fraction

from basis import Refused, up

SHARE, SPAN, COUNT, FLAG, COUNTS, MONEYS, SEGMENTS = (
    "share", "span", "count", "flag", "counts", "moneys", "segments",
)
SHARES, SOME, WEIGHTS, CONDITIONS, SEASONS = "shares", "some", "weights", "conditions", "seasons"
STEPS = ("week", "month", "quarter", "year")
CRITERION = (
    "amount", "profit", "purchases", "quantity", "payments", "payment_count", "units_ordered",
)
OF_SALES = CRITERION[:4]
CELLS = tuple(volume + regularity for volume in "ABC" for regularity in "XYZ")
OPERATORS = ("equals", "not_equals", "in", "not_in", "at_least", "at_most", "contains")
STRATEGY = {
    "market_expansion": "quantity", "working_capital": "payments", "dividends": "profit",
}

# name: (default, allowed values or kind, may be null)
POLICY = {
    "version": (1, COUNT, False),
    "after_as_of": ("exclude", ("exclude", "refuse"), False),
    "zero_amount": ("count", ("count", "ignore"), False),
    "strategy": (None, tuple(STRATEGY), True),
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
        "criterion": (None, CRITERION, True),
        "criteria": ([], WEIGHTS, False),
        "window": (None, SPAN, True),
        "a_percent": ("80", SHARE, False),
        "b_percent": ("95", SHARE, False),
        "boundary": ("inclusive", ("inclusive", "exclusive"), False),
        "share_of": ("value", ("value", "clients"), False),
    },
    "xyz": {
        "criterion": ("amount", OF_SALES, False),
        "step": ("month", STEPS, False),
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
        "criterion": (None, CRITERION, True),
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
        "exclusive_percent": ("99", SHARE, False),
    },
    "relation": {
        "predictable": (["X", "Y"], (SOME, ("X", "Y", "Z")), False),
    },
    "key": {
        "window": ({"months": 12}, SPAN, True),
        "share_percent": ("10", SHARE, False),
        "strict": (False, FLAG, False),
        "potential_percent": ("10", SHARE, False),
        "innovator_percent": ("2.5", SHARE, False),
        "groups": (True, FLAG, False),
    },
    "care": {
        "window": ({"months": 12}, SPAN, True),
        "amount_percent": ("50", SHARE, False),
        "effort_percent": ("20", SHARE, False),
        "complaints": (2, COUNT, False),
    },
    "target": {
        "conditions": ([], CONDITIONS, False),
        "match_percent": ("100", SHARE, False),
        "classes": (["AX", "AY", "BX"], (SOME, CELLS), False),
    },
    "behaviour": {
        "window": (None, SPAN, True),
        "min_purchases": (3, COUNT, False),
        "brands": (1, COUNT, False),
        "promo_percent": ("50", SHARE, False),
        "seasons": ([], SEASONS, False),
        "season_parts": (3, COUNT, False),
        "season_min_purchases": (2, COUNT, False),
        "season_end_percent": ("50", SHARE, False),
        "companion_percent": ("50", SHARE, False),
    },
    "potential": {
        "window": ({"months": 12}, SPAN, True),
        "bands": (["25", "50", "75", "100"], SHARES, False),
    },
    "lifetime": {
        "horizon": ({"months": 12}, SPAN, False),
        "discount_percent_per_year": ("10", SHARE, False),
        "returns": ("net", ("net", "ignore"), False),
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
    "metric": {
        "active_within": (None, SPAN, True),
        "churn": ("at_start", ("at_start", "stripe"), False),
        "revenue_retention": ("standard", ("standard", "chartmogul", "baremetrics"), False),
        "quick_ratio_with_reactivation": (False, FLAG, False),
        "zero_churn": ("undefined", ("undefined", "chartmogul", "stripe"), False),
        "conversion_within": ({"months": 12}, SPAN, False),
        "top_clients": ([1, 5, 10, 20], COUNTS, False),
        "window": ({"months": 12}, SPAN, True),
        "balance_window": ({"months": 12}, SPAN, False),
        "response_within": (None, SPAN, True),
    },
    "risk": {
        "window": ({"months": 12}, SPAN, True),
        "attention_percent": ("20", SHARE, False),
        "warning_percent": ("30", SHARE, False),
        "serious_percent": ("40", SHARE, False),
        "critical_percent": ("50", SHARE, False),
        "target_percent": ("20", SHARE, False),
        "staff_in_contact": (2, COUNT, False),
        "persons_known": (2, COUNT, False),
        "contact_window": ({"months": 12}, SPAN, True),
        "erosion_step": ("quarter", STEPS, False),
        "erosion_periods": (2, COUNT, False),
        "margin_percent": (None, SHARE, True),
        "decline_step": ("quarter", STEPS, False),
        "decline_percent": ("0", SHARE, False),
        "slump_percent": ("100", SHARE, False),
        "follow_up_within": ({"months": 1}, SPAN, False),
        "head_contact_within": ({"months": 6}, SPAN, True),
        "check_window": ({"months": 12}, SPAN, False),
        "reassignments": (3, COUNT, False),
        "casual_percent": ("5", SHARE, False),
        "close_relation": (4, COUNT, False),
        "poor_satisfaction": (2, COUNT, False),
    },
    "loss": {
        "stake": ("last_year", ("last_year", "ltv"), False),
        "stake_window": ({"months": 12}, SPAN, False),
        "responsive_within": ({"months": 12}, SPAN, False),
        "recovered_within": ({"months": 12}, SPAN, False),
        "spike_months": (1, COUNT, False),
    },
    "outreach": {
        "keys_per_manager": (3, COUNT, False),
        "initiatives_per_month": (2, COUNT, False),
        "cadence_window": ({"months": 12}, SPAN, False),
        "news_within": ({"months": 1}, SPAN, False),
        "referral_after": ({"days": 0}, SPAN, False),
        "referral_within": ({"months": 1}, SPAN, False),
        "birthday_ahead": ({"days": 7}, SPAN, False),
        "promo_ahead": ({"days": 7}, SPAN, False),
        "list_ahead": ({"days": 6}, SPAN, False),
        "lost_within": ({"months": 1}, SPAN, False),
        "contact_within": (None, SPAN, True),
        "repeat_after": ({"months": 12}, SPAN, False),
    },
    "rule": {
        "max_depth": (32, COUNT, False),
        "max_leaves": (1000, COUNT, False),
        "max_rules": (10000, COUNT, False),
        "max_values": (10000, COUNT, False),
    },
    "intake": {
        "two_digit_years_ahead": (0, COUNT, False),
        "max_columns": (1000, COUNT, False),
        "max_cells": (50_000_000, COUNT, False),
        "max_cell_bytes": (131_068, COUNT, False),
        "suggest_rows": (1000, COUNT, False),
        "suggest_from_percent": (50, COUNT, False),
    },
    "matching": {
        "find_limit": (50, COUNT, False),
        "find_percent": ("85", SHARE, False),
        "close_percent": ("92", SHARE, False),
        "near_percent": ("80", SHARE, False),
        "duplicate_percent": ("90", SHARE, False),
        "most_bits": (16, COUNT, False),
        "block_records": (50, COUNT, False),
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
            if isinstance(kind, tuple) and kind[0] == SOME and isinstance(value, list):
                number = [entry in kind[1] for entry in value].index(False)
                raise Refused("bad_policy", path=f"{path}{key}[{number}]")
            raise Refused("bad_policy", path=path + key)
        filled[key] = value
    return filled


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def of_kind(value, kind):
    if isinstance(kind, tuple) and kind[0] == SOME:
        return isinstance(value, list) and all(entry in kind[1] for entry in value)
    if isinstance(kind, tuple):
        return value in kind
    if kind == SHARES:
        return isinstance(value, list) and all(of_kind(entry, SHARE) for entry in value)
    if kind == WEIGHTS:
        return objects(value, ("criterion", "weight")) and all(
            entry["criterion"] in CRITERION and whole(entry["weight"]) for entry in value
        )
    if kind == CONDITIONS:
        return objects(value, ("field", "operator", "value")) and all(
            entry["operator"] in OPERATORS for entry in value
        )
    if kind == SEASONS:
        return objects(value, ("name", "from", "to"))
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


def objects(value, keys):
    """Whether a value is a list of objects with these keys."""
    return isinstance(value, list) and all(
        isinstance(entry, dict) and set(entry) == set(keys) for entry in value
    )


def day_of_year(text):
    """(month, day) of `MM-DD`, or None."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{2}-\d{2}", text):
        return None
    month, day = int(text[:2]), int(text[3:])
    lengths = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return (month, day) if 1 <= month <= 12 and 1 <= day <= lengths[month - 1] else None


def in_season(season, month_day):
    """Whether a day of the year is in a season, which may wrap the year."""
    start, end = day_of_year(season["from"]), day_of_year(season["to"])
    if start <= end:
        return start <= month_day <= end
    return month_day >= start or month_day <= end


def criterion_of(policy, section):
    """What a section ranks by: its own criterion, or the strategy's, or the amount."""
    own = policy[section]["criterion"]
    return own or STRATEGY.get(policy["strategy"], "amount")


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
    need(share(policy["stage"], "exclusive_percent") <= 100, "stage.exclusive_percent")
    for number, entry in enumerate(abc["criteria"]):
        need(1 <= entry["weight"] <= 1000, f"abc.criteria[{number}].weight")
    for section, names in (
        ("key", ("share_percent", "potential_percent", "innovator_percent")),
        ("care", ("amount_percent", "effort_percent")),
        ("target", ("match_percent",)),
        ("behaviour", ("promo_percent", "season_end_percent", "companion_percent")),
    ):
        for name in names:
            need(share(policy[section], name) <= 100, f"{section}.{name}")
    bands = [Fraction(band) for band in policy["potential"]["bands"]]
    need(rising(bands) and all(band > 0 for band in bands), "potential.bands")
    behaviour = policy["behaviour"]
    need(2 <= behaviour["season_parts"] <= 31, "behaviour.season_parts")
    seasons = behaviour["seasons"]
    for number, season in enumerate(seasons):
        for end in ("from", "to"):
            need(day_of_year(season[end]), f"behaviour.seasons[{number}].{end}")
    every_day = [(month, day) for month in range(1, 13) for day in range(1, 32)
                 if day_of_year(f"{month:02}-{day:02}")]
    need(
        all(sum(in_season(season, day) for season in seasons) <= 1 for day in every_day),
        "behaviour.seasons",
    )
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
    risk, tops = policy["risk"], policy["metric"]["top_clients"]
    bands = ("attention_percent", "warning_percent", "serious_percent", "critical_percent")
    for lower, upper in zip(bands, bands[1:]):
        need(share(risk, lower) <= share(risk, upper), f"risk.{lower}")
    need(share(risk, "critical_percent") <= 100, "risk.critical_percent")
    for name in ("target_percent", "decline_percent", "slump_percent", "casual_percent"):
        need(share(risk, name) <= 100, f"risk.{name}")
    need(share(risk, "target_percent") > 0, "risk.target_percent")
    for name in ("staff_in_contact", "persons_known", "erosion_periods", "reassignments"):
        need(risk[name] >= 1, f"risk.{name}")
    for name in ("conversion_within", "window", "balance_window"):
        span = policy["metric"][name]
        need(span is None or any(span.values()), f"metric.{name}")
    for name in ("close_relation", "poor_satisfaction"):
        need(1 <= risk[name] <= 5, f"risk.{name}")
    for name in ("stake_window", "responsive_within", "recovered_within"):
        need(any(policy["loss"][name].values()), f"loss.{name}")
    need(1 <= policy["loss"]["spike_months"] <= 24, "loss.spike_months")
    need(policy["outreach"]["keys_per_manager"] >= 1, "outreach.keys_per_manager")
    for name, most in (
        ("max_depth", 60), ("max_leaves", 10**6), ("max_rules", 10**6), ("max_values", 10**7),
    ):
        need(1 <= policy["rule"][name] <= most, f"rule.{name}")
    matching, intake = policy["matching"], policy["intake"]
    need(share(matching, "near_percent") <= share(matching, "close_percent"), "matching.near_percent")
    for name in ("near_percent", "close_percent", "find_percent"):
        need(70 <= share(matching, name) <= 100, f"matching.{name}")
    need(0 < share(matching, "duplicate_percent") < 100, "matching.duplicate_percent")
    need(1 <= matching["most_bits"] <= 40, "matching.most_bits")
    need(2 <= matching["block_records"] <= 10_000, "matching.block_records")
    need(matching["find_limit"] >= 1, "matching.find_limit")
    for name in ("max_columns", "max_cells", "max_cell_bytes", "suggest_rows"):
        need(intake[name] >= 1, f"intake.{name}")
    for name in ("two_digit_years_ahead", "suggest_from_percent"):
        need(intake[name] <= 100, f"intake.{name}")
    need(len(tops) <= 20 and rising([0, *tops]), "metric.top_clients")


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
