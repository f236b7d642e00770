"""The verdicts of sales alone: scores, classes, tiers, stages, clocks."""

from fractions import Fraction

from basis import down, half_even, last_period, median, money, period, plus, root, up
from intake import inside_window
from policy import criterion_of, holding, return_period, segment_boxes

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


def abc_volumes(clients, policy, as_of):
    """What ABC ranks: sums of one criterion, or weighted shares of several in 10^-12."""
    rule = policy["abc"]
    inside = inside_window(rule["window"], as_of)
    if not rule["criteria"]:
        criterion = criterion_of(policy, "abc")
        return {client.id: client.value(criterion, inside) for client in clients}
    scores = {client.id: 0 for client in clients}
    for entry in rule["criteria"]:
        values = {
            client.id: max(client.value(entry["criterion"], inside), 0) for client in clients
        }
        total = sum(values.values())
        for identity, value in values.items():
            share = half_even(Fraction(value * 10**12, total)) if total else 0
            scores[identity] += entry["weight"] * share
    return scores


def abc_classes(clients, policy, as_of):
    rule = policy["abc"]
    values = abc_volumes(clients, policy, as_of)
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


def tiers(clients, policy, as_of, criterion=None):
    """{client id: {tier, vip_months, vip_by_month, vip_by_total, former_vip}}."""
    rule = policy["tier"]
    criterion = criterion or criterion_of(policy, "tier")
    last = last_period(as_of, "month", rule["complete_only"])

    def totals(first, until):
        """Total over months first..until of those that have one above zero."""
        found = {}
        for client in clients:
            value = client.value(criterion, lambda day: first <= period(day, "month") <= until)
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
