"""The views of figures of the base (R23 to R31)."""

import datetime
import math
from fractions import Fraction

from basis import Refused, first_day, half_even, label, last_day, median, money, period, plus
from formulas import SOME_TEXT, balance_of, decimal_of, direction, shares_of
from intake import inside_window
from journal import BROADCAST
from policy import return_period
from portraits import sort_key
from views import names_of, verdict

DAY = datetime.timedelta(days=1)


def percent(part, whole):
    """A share in per cent for reading, or None of nothing."""
    return float(Fraction(part) * 100 / whole) if whole else None


def active_within(policy):
    """How long after its last purchase a client is active (R24, S4.9)."""
    if policy["metric"]["active_within"] is not None:
        return policy["metric"]["active_within"]
    clock = return_period(policy)
    return clock[1] if clock else None


def need_active(snapshot):
    span = active_within(snapshot.policy)
    if span is None:
        raise Refused("bad_policy", path="metric.active_within")
    return span


def is_active(client, day, span):
    """Whether a client is active on a day: its last purchase by then is recent enough."""
    bought = [one for one in client.days if one <= day]
    return bool(bought) and plus(bought[-1], span) >= day


def life(client):
    """Months from the first purchase's to the last one's, both in it."""
    return period(client.days[-1], "month") - period(client.days[0], "month") + 1


def groups(snapshot, by, clients):
    """(name, members) by a column; the name of those without a verdict is None."""
    rows = {row["client"]: row for row in snapshot.rows}
    found = {}
    for client in clients:
        found.setdefault(verdict(rows[client.id][by]), []).append(client)
    return [(name, found[name]) for name in [*names_of(snapshot, by), None] if name in found]


# --------------------------------------------------------------------------- lifetime value


def ltv(snapshot, by=None):
    buyers = [client for client in snapshot.clients if client.purchases]
    if by is None:
        parts = [("base", buyers)]
    elif by == "client":
        parts = [(client.id, [client]) for client in buyers]
    else:
        parts = groups(snapshot, by, buyers)
    span = active_within(snapshot.policy)
    rows = []
    for name, members in parts:
        n = len(members)
        amount = sum(client.amount for client in members)
        purchases = sum(len(client.purchases) for client in members)
        months = sum(life(client) for client in members)
        profits = [line.profit for client in members for line in client.lines]
        profit = None
        if "profit" in snapshot.given and None not in profits:
            profit = sum(profits)
        active = n if span is None else sum(
            is_active(client, snapshot.as_of, span) for client in members
        )
        rows.append({
            "client" if by == "client" else "name": name,
            "clients": n,
            "purchases": purchases,
            "mean_purchase": minor(snapshot, amount, purchases),
            "purchases_per_month": purchases / months if months else None,
            "profit_percent": None if profit is None else percent(profit, amount),
            "months": months / n if n else None,
            "active": active,
            "lower_bound": active > 0,
            "revenue_per_client": minor(snapshot, amount, n),
            "ltv": None if profit is None else minor(snapshot, profit, n),
            "cause": SOME_TEXT if profit is None or span is None or not amount else "",
        })
    return rows


def minor(snapshot, part, whole):
    """A quotient in money, halves to even, or None of nothing."""
    return money(half_even(Fraction(part, whole)), snapshot.scale) if whole else None


# --------------------------------------------------------------------------- retention


def retention(snapshot, step="month", rolling=None):
    span, as_of = need_active(snapshot), snapshot.as_of
    buyers = [client for client in snapshot.clients if client.purchases]
    if not buyers:
        return []
    first = period(min(client.days[0] for client in buyers), step)
    rows = []
    for number in range(first + (rolling or 1), period(as_of, step) + 1):
        begins = first_day(number - (rolling or 1) + 1, step)
        ends = last_day(number, step)
        start_day, end_day = begins - DAY, min(ends, as_of)
        at_start = {c.id for c in buyers if is_active(c, start_day, span)}
        at_end = {c.id for c in buyers if is_active(c, end_day, span)}
        new = {c.id for c in buyers if c.id in at_end and begins <= c.days[0]}
        reactivated = at_end - at_start - new
        retained = at_start & at_end
        kept = percent(len(at_end) - len(new), len(at_start))
        rows.append({
            "begins": begins.isoformat(),
            "ends": ends.isoformat(),
            "complete": ends <= as_of,
            "at_start": len(at_start),
            "at_end": len(at_end),
            "new": len(new),
            "reactivated": len(reactivated),
            "retained": len(retained),
            "lost": len(at_start - at_end),
            "retention_percent": kept,
            "retention_without_reactivated_percent": percent(len(retained), len(at_start)),
            "loss_percent": None if not at_start else percent(
                len(at_start) - len(at_end) + len(new), len(at_start)
            ),
        })
    return rows


# --------------------------------------------------------------------------- revenue


PARTS = ("new", "expansion", "reactivation", "contraction", "lost")


def part_of(client, number, step):
    """(part, before, now) of a client in a period."""
    def net(at):
        return client.value("amount", lambda day: period(day, step) == at)

    before, now = net(number - 1), net(number)
    bought = {period(day, step) for day in client.purchases}
    if bought and min(bought) == number:
        part = "new"
    elif number in bought and number - 1 not in bought and min(bought) < number:
        part = "reactivation"
    elif number - 1 in bought and number not in bought:
        part = "lost"
    else:
        part = "expansion" if now > before else "contraction" if now < before else None
    return part, before, now


def sums_of(clients, number, step):
    """Sums of the parts of a period, and before and now."""
    sums = dict.fromkeys((*PARTS, "before", "now"), 0)
    for client in clients:
        part, before, now = part_of(client, number, step)
        sums["before"] += before
        sums["now"] += now
        if part in ("contraction", "lost"):
            sums[part] += before - now
        elif part:
            sums[part] += now - before
    return sums


def revenue_change(snapshot, step="month", by=None):
    buyers = [client for client in snapshot.clients if client.purchases]
    if not buyers:
        return []
    first = period(min(client.days[0] for client in buyers), step)
    numbers = range(first + 1, period(snapshot.as_of, step) + 1)
    parts = [("", snapshot.clients)] if by is None else groups(snapshot, by, snapshot.clients)
    policy, rows = snapshot.policy["metric"], []
    for number in numbers:
        for name, members in parts:
            sums = sums_of(members, number, step)
            existing = sums["expansion"] + sums["reactivation"] - sums["contraction"] - sums["lost"]
            change = sums["now"] - sums["before"]
            assert change == sums["new"] + existing
            before = sums["before"]
            kept = before + sums["expansion"] - sums["lost"]
            if policy["revenue_retention"] != "baremetrics":
                kept -= sums["contraction"]
            if policy["revenue_retention"] == "chartmogul":
                kept += sums["reactivation"]
            grown = sums["new"] + sums["expansion"]
            if policy["quick_ratio_with_reactivation"]:
                grown += sums["reactivation"]
            shrunk = sums["contraction"] + sums["lost"]
            complete = last_day(number, step) <= snapshot.as_of
            rows.append({
                **({} if by is None else {"name": name}),
                "begins": first_day(number, step).isoformat(),
                "complete": complete,
                **{key: money(value, snapshot.scale) for key, value in sums.items()},
                "change": money(change, snapshot.scale),
                "existing_change": money(existing, snapshot.scale),
                "net_percent": percent(kept, before) if before > 0 else None,
                "gross_percent": percent(before - shrunk, before) if before > 0 else None,
                "quick_ratio": float(Fraction(grown, shrunk)) if shrunk > 0 else None,
                "hidden_decline": change >= 0 and existing < 0 if complete else None,
            })
    return rows


def revenue_change_clients(snapshot, step="month", begins=None):
    number = period(datetime.date.fromisoformat(begins), step)
    rows = []
    for client in snapshot.clients:
        part, before, now = part_of(client, number, step)
        if part:
            rows.append({
                "client": client.id, "part": part,
                "before": money(before, snapshot.scale), "now": money(now, snapshot.scale),
                "change": money(now - before, snapshot.scale),
            })
    return rows


# --------------------------------------------------------------------------- repeats


def becomes_regular(days, policy):
    """Whether purchase days hold a systematic run (the stage rule by sales)."""
    run, before = 0, None
    for day in days:
        near = before is not None and day <= plus(before, longest_gap(policy))
        run = run + 1 if near else 1
        if run >= policy["stage"]["systematic_purchases"]:
            return True
        before = day
    return False


def longest_gap(policy):
    if policy["stage"]["max_gap"] is not None:
        return policy["stage"]["max_gap"]
    clock = return_period(policy)
    return clock[1] if clock else None


def conversion(snapshot, step="year"):
    policy, as_of = snapshot.policy, snapshot.as_of
    if longest_gap(policy) is None:
        raise Refused("bad_policy", path="stage.max_gap")
    window = policy["metric"]["conversion_within"]
    cohorts = {}
    for client in snapshot.clients:
        if client.days:
            cohorts.setdefault(period(client.days[0], step), []).append(client)
    rows, earlier = [], None
    for number in range(min(cohorts), period(as_of, step) + 1) if cohorts else ():
        members = cohorts.get(number, [])
        complete = plus(last_day(number, step), window) <= as_of
        became = repeats = 0
        for client in members:
            until = plus(client.days[0], window)
            became += becomes_regular([day for day in client.days if day <= until], policy)
            repeats += sum(day <= until for day in client.purchases) - 1
        rate = trend = None
        if complete and members:
            rate = Fraction(became, len(members))
            if earlier is not None:
                trend = direction(earlier, rate, ("rising", "level", "falling"))
            earlier = rate
        rows.append({
            "cohort": label(number, step),
            "begins": first_day(number, step).isoformat(),
            "new": len(members),
            "became_regular": became if complete else None,
            "conversion_percent": None if rate is None else float(rate * 100),
            "repeats": repeats if complete else None,
            "repeats_per_client": None if rate is None else repeats / len(members),
            "complete": complete,
            "trend": trend,
        })
    return rows


def interval_lengths(snapshot):
    """Lengths of the intervals whose later day is in the window."""
    inside = inside_window(snapshot.policy["metric"]["window"], snapshot.as_of)
    return sorted(
        (later - day).days for client in snapshot.clients
        for day, later in zip(client.days, client.days[1:]) if inside(later)
    )


def intervals(snapshot):
    lengths = interval_lengths(snapshot)
    rows = []
    for days in sorted(set(lengths)):
        upto = sum(length <= days for length in lengths)
        rows.append({
            "days": days, "intervals": lengths.count(days),
            "cumulative_percent": percent(upto, len(lengths)),
        })
    return rows


def repeats(snapshot):
    inside = inside_window(snapshot.policy["metric"]["window"], snapshot.as_of)
    counts = [sum(map(inside, client.purchases)) for client in snapshot.clients]
    counts = [count for count in counts if count]
    lengths = interval_lengths(snapshot)
    return [{
        "clients": len(counts),
        "repeat_clients": sum(count >= 2 for count in counts),
        "repeat_percent": percent(sum(count >= 2 for count in counts), len(counts)),
        "purchases": sum(counts),
        "purchases_per_client": sum(counts) / len(counts) if counts else None,
        "median_interval": float(median(lengths)) if lengths else None,
        "mean_interval": sum(lengths) / len(lengths) if lengths else None,
    }]


NORMAL = 1.959963984540054  # 97.5 % of the normal distribution


def second_purchase(snapshot):
    """Kaplan and Meier, with Greenwood's error and the interval on the scale of log(-log)."""
    times = []
    for client in snapshot.clients:
        if len(client.days) > 1:
            times.append(((client.days[1] - client.days[0]).days, True))
        elif client.days:
            times.append(((snapshot.as_of - client.days[0]).days, False))
    rows, survival, total = [], Fraction(1), Fraction(0)
    for day in sorted({time for time, _ in times}):
        at_risk = sum(time >= day for time, _ in times)
        events = times.count((day, True))
        survival *= 1 - Fraction(events, at_risk)
        if survival:
            total += Fraction(events, at_risk * (at_risk - events))
        row = {
            "day": day, "at_risk": at_risk, "events": events,
            "censored": times.count((day, False)), "survival": float(survival),
            "standard_error": None, "low": None, "high": None,
        }
        if survival:
            row["standard_error"] = float(survival) * math.sqrt(total)
        if 0 < survival < 1:
            spread = NORMAL * math.sqrt(total) / abs(math.log(survival))
            row["low"] = float(survival) ** math.exp(spread)
            row["high"] = float(survival) ** math.exp(-spread)
        rows.append(row)
    return rows


# --------------------------------------------------------------------------- concentration


def window_amounts(snapshot, window):
    inside = inside_window(window, snapshot.as_of)
    return {client.id: client.value("amount", inside) for client in snapshot.clients}


def concentration(snapshot):
    policy = snapshot.policy["metric"]
    amounts = window_amounts(snapshot, policy["window"]).values()
    n, _, shares, hhi, gini, enough = shares_of(amounts, policy["top_clients"])
    found = [("clients", n)] + [(f"top_{top}_percent", share) for top, share in shares]
    found += [("clients_for_80_percent", enough), ("hhi", hhi), ("gini", gini)]
    return [
        {"measure": name, "value": None if value is None else float(value)}
        for name, value in found
    ]


def penetration(snapshot):
    rows = []
    inside = inside_window(snapshot.policy["potential"]["window"], snapshot.as_of)
    stages = {row["client"]: row["stage"] for row in snapshot.rows}
    regular = ("regular", "supporter", "advocate")
    regulars = [client for client in snapshot.clients if stages[client.id] in regular]
    for population, members in (("all", snapshot.clients), ("regulars", regulars)):
        known = [
            (client.value("amount", inside), snapshot.facts[client.id].field("competitor_sales"))
            for client in members
        ]
        known = [pair for pair in known if pair[1] is not None]
        ours, rivals = sum(ours for ours, _ in known), sum(rivals for _, rivals in known)
        rows.append({
            "reading": "share_of_wallet", "population": population,
            "value_percent": percent(ours, ours + rivals) if ours + rivals > 0 else None,
            "clients_known": len(known), "clients_unknown": len(members) - len(known),
        })
    only_us = sum(stages[client.id] in regular[1:] for client in regulars)
    exclusive = {row["client"]: row["exclusive"] for row in snapshot.rows}
    told = sum(exclusive[client.id] is not None for client in regulars)
    rows.append({
        "reading": "exclusive_regulars", "population": "regulars",
        "value_percent": percent(only_us, len(regulars)) if told else None,
        "clients_known": told, "clients_unknown": len(regulars) - told,
    })
    return rows


# --------------------------------------------------------------------------- winning and keeping


def activities(snapshot):
    window = snapshot.policy["metric"]["balance_window"]
    return [
        {**one, "money": None if one["money"] is None else decimal_of(one["money"], "")}
        for one in snapshot.journal.until("activities", snapshot.as_of, window)
    ]


def balance(snapshot):
    won, kept, _ = balance_of(activities(snapshot))
    unit, rows = 10**snapshot.scale, []
    for goal, side in (("acquisition", won), ("retention", kept)):
        whole = won["unknown_money"] + kept["unknown_money"]
        slow = won["unknown_minutes"] + kept["unknown_minutes"]
        rows.append({
            "goal": goal,
            "activities": side["count"],
            "money": money(int(side["money"] * unit), snapshot.scale),
            "minutes": side["minutes"],
            "money_unknown": side["unknown_money"],
            "minutes_unknown": side["unknown_minutes"],
            "activities_percent": percent(side["count"], won["count"] + kept["count"]),
            "money_percent": None if whole else percent(side["money"], won["money"] + kept["money"]),
            "minutes_percent": None if slow else percent(
                side["minutes"], won["minutes"] + kept["minutes"]
            ),
        })
    return rows


def responses(snapshot, campaign=None):
    """(touch, reached, responded) of the touches of a campaign up to the day."""
    policy, as_of = snapshot.policy["metric"], snapshot.as_of
    within = policy["response_within"]
    bought = {client.id: client.purchases for client in snapshot.clients}
    for touch in snapshot.journal.until("touches", as_of):
        if touch["client"] not in bought or campaign not in (None, touch["campaign"]):
            continue
        reached = touch["reached"]
        if reached is None:
            reached = touch["channel"] not in BROADCAST
        # Who responded was reached.
        responded = touch["responded_on"] is not None and touch["responded_on"] <= as_of
        if within is not None and reached:
            responded = responded or any(
                touch["on"] <= day <= plus(touch["on"], within) for day in bought[touch["client"]]
            )
        yield touch, reached or responded, responded


CHANNELS = ("phone", "meeting", "email", "message", "letter", "site", "social")


def response(snapshot, campaign=None):
    told = list(responses(snapshot, campaign))
    rows = []
    for channel in (*CHANNELS, "all"):
        ours = [one for one in told if channel in (one[0]["channel"], "all")]
        if not ours:
            continue
        touched = {touch["client"] for touch, _, _ in ours}
        reached = {touch["client"] for touch, yes, _ in ours if yes}
        responded = {touch["client"] for touch, _, yes in ours if yes}
        rows.append({
            "channel": channel, "touched": len(touched), "reached": len(reached),
            "responded": len(responded), "response_percent": percent(len(responded), len(reached)),
        })
    return rows


def relations(snapshot):
    window, as_of = snapshot.policy["metric"]["window"], snapshot.as_of
    inside = inside_window(window, as_of)
    now = window_amounts(snapshot, window)
    clients = {client.id: client for client in snapshot.clients}
    start = min((line.day for line in snapshot.base.ledgers["sales"][0]), default=as_of)
    found = {}
    for one in snapshot.journal.until("relation_scores", as_of, window):
        if one["client"] in clients:
            found.setdefault((one["client"], one["person"]), []).append((one["on"], one["score"]))
    rows = []
    for client, person in sorted(found, key=lambda key: (sort_key(key[0]), key[1].encode())):
        scores = sorted(found[client, person])
        before = None
        if window is not None:
            # The window before: as long a time that ends the day before this one begins.
            last = as_of
            while inside(last):
                last -= DAY
            earlier = inside_window(window, last)
            # Sales that begin later do not tell of all of it.
            if not earlier(start) or not earlier(start - DAY):
                before = clients[client].value("amount", lambda day: earlier(day) and day <= last)
        rows.append({
            "client": client, "person": person,
            "first_score": scores[0][1], "last_score": scores[-1][1],
            "relation": None if len(scores) < 2
            else direction(scores[0][1], scores[-1][1], ("better", "same", "worse")),
            "amount_before": money(before, snapshot.scale),
            "amount_now": money(now[client], snapshot.scale),
            "amount_direction": None if before is None
            else direction(before, now[client], ("up", "same", "down")),
        })
    return rows


VIEWS = {
    one.__name__: one for one in (
        ltv, retention, revenue_change, revenue_change_clients, conversion, intervals, repeats,
        second_purchase, concentration, penetration, balance, response, relations,
    )
}
