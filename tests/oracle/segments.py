"""The verdicts that portraits and the other columns of the sales add."""

import datetime
import decimal
from fractions import Fraction

from axes import abc_volumes
from basis import Refused, half_even, money, period, up
from intake import inside_window
from lifetime import foretold
from policy import criterion_of, in_season
from portraits import COMPANIONS, Wrong, value_of

STAGES = ("prospect", "buyer", "client", "regular", "supporter", "advocate")
SIGNS = ("sales", "potential", "fame", "innovation", "demand")
SCOPES = ("company", "department", "manager")
MOST = 2**63 - 1
SEGMENT_COLUMNS = (
    "exclusive", "recommends", "relation", "loyal_dealer", "base_member", "base_offer", "key",
    "key_by_sales", "key_by_potential", "key_by_fame", "key_by_innovation", "key_by_demand",
    "sales_share", "group", "group_share", "care", "attention_minutes", "target_match",
    "target_score", "target_gap", "brand_only", "main_brand", "brand_share", "brand_run",
    "promo_share", "promo_buyer", "season_start_buyer", "season_end_buyer", "companions",
    "actual", "potential", "headroom", "realisation", "potential_understated", "potential_band",
    "penetration", "kind", "completeness", "missing", "portrait_sufficient", "knowledge_level",
    "stale", "p_alive", "expected_purchases", "clv",
)


def all_of(*values):
    """Kleene's and."""
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def any_of(*values):
    """Kleene's or."""
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


class Facts:
    """What is known of one client beside its sales; everything is unknown without a portrait."""

    def __init__(self, portrait, as_of):
        self.portrait, self.as_of = portrait, as_of

    def field(self, name):
        return self.portrait.fields.get(name) if self.portrait else None

    def text(self, name):
        value = self.field(name)
        return value if value is not None and value.strip() else None

    def records(self, name, window=None):
        """The records of the window; without a window, all that are known."""
        if not self.portrait:
            return []
        known = self.portrait.known(name, self.as_of)
        if window is None:
            return known
        return [record for record in known if inside_window(window, self.as_of)(record["on"])]


def segment(snapshot):
    """Fills the columns of every row; needs stage, classes and purchases of the sales."""
    policy, as_of, scale = snapshot.policy, snapshot.as_of, snapshot.scale
    given = snapshot.portraits is not None
    pairs = list(zip(snapshot.clients, snapshot.rows))
    facts = {
        client.id: Facts(snapshot.portraits.by_client.get(client.id) if given else None, as_of)
        for client in snapshot.clients
    }
    snapshot.facts = facts
    snapshot.needs = {}
    for client, row in pairs:
        fact = facts[client.id]
        row.update(potential(client, fact, policy, as_of, snapshot))
        row.update(behaviour(client, fact, policy, as_of, snapshot.given))
        exclusive, recommends = bonds(client, fact, policy, as_of)
        row["exclusive"], row["recommends"] = exclusive, recommends
        if row["stage"] == "regular" and exclusive is True:
            row["stage"] = "supporter"
            if recommends is True and fact.field("recommends_rivals") is False:
                row["stage"] = "advocate"
        row["highest_stage"] = max(
            row["stage"], row["highest_stage"], fact.text("highest_stage") or "prospect",
            key=STAGES.index,
        )
        row["relation"] = relation(row, fact, policy)
        row["loyal_dealer"] = all_of(
            fact.field("joint_promotion"), fact.field("shares_sales_policy"),
            fact.field("uses_techniques"),
        )
        row.update(foretold(client, *snapshot.base.models, policy, as_of, scale))
        row["base_member"] = row["base_offer"] = None
        if given:
            state = fact.portrait.membership(as_of) if fact.portrait else None
            row["base_member"] = state == "member"
            row["base_offer"] = {"marked": "save", "member": "edit"}.get(state, "add")
        row.update(portrait_columns(row, fact, given, as_of))
    keys(snapshot, pairs, facts)
    care(snapshot, pairs, facts)
    target(snapshot, pairs, facts)
    for _, row in pairs:
        for name in ("actual", "potential", "headroom"):
            row[name] = money(row[name], scale)


def bonds(client, fact, policy, as_of):
    """(buys of us only, recommends us)."""
    a = client.value("amount", inside_window(policy["potential"]["window"], as_of))
    c = fact.field("competitor_sales")
    if c is None:
        penetrated = None
    elif a > 0:
        penetrated = a * 100 >= Fraction(policy["stage"]["exclusive_percent"]) * (a + c)
    else:
        penetrated = False if c > 0 else None
    elsewhere = fact.field("buys_elsewhere")
    if elsewhere is True:
        exclusive = False
    elif elsewhere is False:
        exclusive = penetrated is not False
    else:
        exclusive = penetrated
    recommends = fact.field("recommends")
    if any(record.get("recommended") is True for record in fact.records("recommendations")):
        recommends = True
    return exclusive, recommends


def relation(row, fact, policy):
    supporter = STAGES.index(row["stage"]) >= STAGES.index("supporter")
    if all_of(supporter, fact.field("invests"), row["recommends"]) is True:
        return "partner"
    declared = fact.field("price_driven")
    if declared is True:
        return "price_driven"
    if declared is None and row["promo_buyer"] is True and row["purchases"] >= 2:
        return "price_driven"
    regular = STAGES.index(row["stage"]) >= STAGES.index("regular")
    if regular and row["xyz_class"] in policy["relation"]["predictable"]:
        return "regular"
    return "one_off" if row["purchases"] == 1 else None


# --------------------------------------------------------------------------- potential


def potential(client, fact, policy, as_of, snapshot):
    rule = policy["potential"]
    actual = client.value("amount", inside_window(rule["window"], as_of))
    declared, c = fact.field("potential"), fact.field("competitor_sales")
    need = None
    if declared is not None and declared > 0:
        need = declared
    elif c is not None and actual + c > 0:
        need = actual + c
    snapshot.needs[client.id] = need
    row = {
        "actual": actual, "potential": need, "headroom": None, "realisation": None,
        "potential_understated": None, "potential_band": None, "penetration": None,
    }
    if c is not None and actual + c > 0:
        row["penetration"] = actual / (actual + c)
    if need is not None:
        row["headroom"] = need - actual
        row["realisation"] = actual / need
        row["potential_understated"] = actual > need
        bands = rule["bands"]
        above = sum(1 for band in bands if Fraction(band) * need <= actual * 100)
        row["potential_band"] = band_names(bands)[above]
    return row


def band_names(bands):
    starts = ["0", *bands]
    return [f"{low}-{high}" for low, high in zip(starts, bands)] + [f"{starts[-1]}+"]


# --------------------------------------------------------------------------- behaviour


def behaviour(client, fact, policy, as_of, given):
    rule = policy["behaviour"]
    inside = inside_window(rule["window"], as_of)
    baskets = [(day, lines) for day, lines in client.baskets if inside(day)]
    n = len(baskets)
    row = {
        "brand_only": None, "main_brand": None, "brand_share": None, "brand_run": None,
        "promo_share": None, "promo_buyer": None, "season_start_buyer": None,
        "season_end_buyer": None, "companions": None,
    }
    if "brand" in given:
        row.update(brands(baskets, rule))

    told = {True: 0, False: 0, None: 0}
    for _, lines in baskets:
        told[any_of(*(line.promo for line in lines))] += 1
    y, no, u = told[True], told[False], told[None]
    if y + no:
        row["promo_share"] = y / (y + no)
    limit = Fraction(rule["promo_percent"]) * n
    if n and y * 100 > limit:
        row["promo_buyer"] = True
    elif n and (y + u) * 100 <= limit:
        row["promo_buyer"] = False

    if rule["seasons"] and n >= rule["season_min_purchases"]:
        parts = [parts_of(rule, day) for day, _ in baskets]
        starts = sum(start for start, _ in parts)
        ends = sum(end for _, end in parts)
        row["season_start_buyer"] = starts == n and row["promo_buyer"] is not True
        row["season_end_buyer"] = ends * 100 > Fraction(rule["season_end_percent"]) * n

    records = fact.records("companions", rule["window"])
    usual = [
        kind for kind in COMPANIONS
        if 0 < sum(kind in record["companions"] for record in records) * 100
        >= Fraction(rule["companion_percent"]) * len(records)
    ]
    row["companions"] = ", ".join(usual) or None
    return row


def brands(baskets, rule):
    names = {line.brand for _, lines in baskets for line in lines} - {None}
    unknown = any(line.brand is None for _, lines in baskets for line in lines)
    only = None
    if baskets:
        if len(names) > rule["brands"]:
            only = False
        elif len(baskets) >= rule["min_purchases"] and not unknown:
            only = True
    known = [
        {line.brand for line in lines} for _, lines in baskets
        if all(line.brand is not None for line in lines)
    ]
    counts = {name: sum(found == {name} for found in known) for name in names}
    best = max(counts.values(), default=0)
    leaders = [name for name, count in counts.items() if count == best and best]
    days = {}
    for day, lines in baskets:
        days.setdefault(day, set()).update(line.brand for line in lines)
    run = longest = 0
    before = None
    for day in sorted(days):
        one = days[day] if len(days[day]) == 1 and None not in days[day] else None
        run = 0 if one is None else run + 1 if one == before else 1
        longest, before = max(longest, run), one
    return {
        "brand_only": only,
        "main_brand": leaders[0] if len(leaders) == 1 else None,
        "brand_share": best / len(known) if known else None,
        "brand_run": longest if names else None,
    }


def parts_of(rule, day):
    """(in the first part of its season, in the last part)."""
    one = datetime.timedelta(days=1)
    for season in rule["seasons"]:
        def inside(other, season=season):
            return in_season(season, (other.month, other.day))

        if not inside(day):
            continue
        first = last = day
        while day_text(first) != season["from"] and inside(first - one):
            first -= one
        while inside(last + one) and day_text(last + one) != season["from"]:
            last += one
        length, index, parts = (last - first).days + 1, (day - first).days, rule["season_parts"]
        return index * parts < length, (length - 1 - index) * parts < length
    return False, False


def day_text(day):
    return f"{day.month:02}-{day.day:02}"


# --------------------------------------------------------------------------- portrait


def portrait_columns(row, fact, given, as_of):
    columns = dict.fromkeys(
        ("kind", "completeness", "missing", "portrait_sufficient", "knowledge_level", "stale")
    )
    if not given:
        return columns
    bought = row["purchases"] > 0
    if fact.portrait is None:
        return {**columns, "portrait_sufficient": False, "knowledge_level": int(bought)}
    found = fact.portrait.completeness(as_of)
    return {
        "kind": fact.portrait.kind,
        "completeness": found["ratio"],
        "missing": ", ".join(found["missing"]),
        "portrait_sufficient": found["sufficient"],
        "knowledge_level": fact.portrait.knowledge_level(bought, as_of),
        "stale": ", ".join(found["stale"]),
    }


# --------------------------------------------------------------------------- key clients


def keys(snapshot, pairs, facts):
    """The columns of key clients, and `snapshot.signs`, a row per sign that holds."""
    rule = snapshot.policy["key"]
    inside = inside_window(rule["window"], snapshot.as_of)
    scale = snapshot.scale

    # Net amounts by scope, then by client.
    sums = {("company", ""): {client.id: 0 for client, _ in pairs}}
    for client, _ in pairs:
        for line in client.lines:
            if not inside(line.day):
                continue
            places = [("company", "")]
            places += [(name, getattr(line, name)) for name in ("department", "manager")
                       if getattr(line, name) is not None]
            for place in places:
                there = sums.setdefault(place, {})
                there[client.id] = there.get(client.id, 0) + line.amount
    totals = {place: sum(max(a, 0) for a in there.values()) for place, there in sums.items()}
    total = totals["company", ""]

    def is_key(amount, whole):
        limit = Fraction(rule["share_percent"]) * whole
        return amount > 0 and (amount * 100 > limit if rule["strict"] else amount * 100 >= limit)

    groups = {}
    for client, _ in pairs:
        groups.setdefault(facts[client.id].text("group"), []).append(client.id)
    groups = {
        name: members for name, members in groups.items()
        if name is not None and len(members) >= 2 and rule["groups"]
    }

    snapshot.signs = []

    def sign(identity, name, of, scope, label, value=None, whole=None):
        snapshot.signs.append({
            "client": identity, "sign": name, "of": of, "scope": scope, "name": label,
            "value": money(value, scale), "total": money(whole, scale),
            "share": None if value is None else value / whole,
        })

    in_order = sorted(sums, key=lambda place: (SCOPES.index(place[0]), place[1].encode()))
    for client, row in pairs:
        fact = facts[client.id]
        group = fact.text("group")
        members = groups.get(group, [])
        found = len(snapshot.signs)
        for place in in_order:
            amount = sums[place].get(client.id, 0)
            if is_key(amount, totals[place]):
                sign(client.id, "sales", "client", *place, amount, totals[place])
        for place in in_order:
            amount = sum(sums[place].get(member, 0) for member in members)
            if members and is_key(amount, totals[place]):
                label = group if place[0] == "company" else place[1]
                sign(client.id, "sales", "group", place[0], label, amount, totals[place])
        by_sales = len(snapshot.signs) > found

        need, by_potential = snapshot.needs[client.id], None
        if need is not None and total > 0:
            headroom = need - row["actual"]
            by_potential = headroom * 100 >= Fraction(rule["potential_percent"]) * total
            if by_potential:
                sign(client.id, "potential", "client", "company", "", headroom, total)
        held = {
            "sales": by_sales,
            "potential": by_potential,
            "fame": all_of(fact.field("famous"), fact.field("reference_allowed")),
            "innovation": fact.field("innovator"),
            "demand": fact.field("demanding"),
        }
        for name in SIGNS:
            row[f"key_by_{name}"] = held[name]
            if name not in ("sales", "potential") and held[name] is True:
                sign(client.id, name, "client", None, "")
        row["key"] = any_of(*held.values())
        amount = sums["company", ""][client.id]
        row["sales_share"] = amount / total if total else None
        row["group"] = group
        row["group_share"] = None
        if members and total:
            row["group_share"] = sum(sums["company", ""][member] for member in members) / total

    innovators = sum(row["key_by_innovation"] is True for _, row in pairs)
    buyers = sum(row["purchases"] > 0 for _, row in pairs)
    percent = Fraction(rule["innovator_percent"])
    snapshot.innovators = {
        "innovators": innovators, "innovators_expected": plain(percent * buyers / 100),
    }
    snapshot.warnings = []
    if innovators * 100 > percent * buyers:
        snapshot.warnings.append({
            "rule": "key.innovators", "source": "S2.41", "observed": {"value": innovators},
            "comparison": ">", "threshold": {"value": plain(percent)},
        })


def plain(fraction):
    """A decimal number as text, without needless zeros."""
    number = decimal.Decimal(fraction.numerator) / decimal.Decimal(fraction.denominator)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --------------------------------------------------------------------------- care


def care(snapshot, pairs, facts):
    rule = snapshot.policy["care"]
    inside = inside_window(rule["window"], snapshot.as_of)
    amounts, minutes, efforts = {}, {}, {}
    for client, row in pairs:
        fact = facts[client.id]
        m = fact.field("attention_minutes")
        if m is None:
            told = [
                record["minutes"] for record in fact.records("interactions", rule["window"])
                if record.get("minutes") is not None
            ]
            m = sum(told) if told else None
        row["attention_minutes"] = m
        minutes[client.id] = m
        if not client.purchases:
            continue
        a = client.value("amount", inside)
        amounts[client.id] = a
        if m is not None:
            if a > 0:
                efforts[client.id] = min(m * 10**9 // a, MOST)
            else:
                efforts[client.id] = MOST if m > 0 else 0
    n = up(Fraction(rule["amount_percent"]) * len(amounts) / 100)
    middle = sorted(amounts.values())[n - 1] if n else None
    k = up(Fraction(rule["effort_percent"]) * len(efforts) / 100)
    cut = sorted(efforts.values(), reverse=True)[k - 1] if k else None
    for client, row in pairs:
        fact = facts[client.id]
        row["care"] = None
        if client.id not in amounts:
            continue
        low = middle is not None and amounts[client.id] < middle
        high = None
        if client.id in efforts:
            high = minutes[client.id] > 0 and cut is not None and efforts[client.id] >= cut
        complaints = fact.records("complaints", rule["window"])
        dissatisfied = fact.field("dissatisfied")
        if fact.portrait is not None and len(complaints) >= rule["complaints"]:
            dissatisfied = True
        verdict = all_of(low, high, dissatisfied)
        row["care"] = {True: "high_maintenance", False: "ordinary", None: None}[verdict]


# --------------------------------------------------------------------------- target


def target(snapshot, pairs, facts):
    rule = snapshot.policy["target"]
    conditions = rule["conditions"]
    if snapshot.portraits is not None:
        check_conditions(conditions, snapshot.portraits.catalogue, snapshot.scale)
    volumes = abc_volumes(snapshot.clients, snapshot.policy, snapshot.as_of)
    for client, row in pairs:
        matched = sum(
            meets(condition, facts[client.id], snapshot) for condition in conditions
        )
        row["target_score"] = matched / len(conditions) if conditions else None
        good = len(conditions) > 0 and (
            matched * 100 >= Fraction(rule["match_percent"]) * len(conditions)
        )
        if good or row["abc_xyz"] in rule["classes"]:
            row["target_match"] = "good"
        else:
            row["target_match"] = "so_so" if row["stage"] in ("client", "regular") else "other"
    of_good = [volumes[client.id] for client, row in pairs if row["target_match"] == "good"]
    scale = scale_of(criterion_of(snapshot.policy, "abc"), snapshot.options)
    for client, row in pairs:
        row["target_gap"] = None
        if of_good and not snapshot.policy["abc"]["criteria"]:
            mean = half_even(Fraction(sum(of_good), len(of_good)))
            row["target_gap"] = money(mean - volumes[client.id], scale)


def scale_of(criterion, options):
    """Places of the values of a criterion."""
    if criterion in ("amount", "profit", "payments"):
        return options["scale"]
    return options["quantity_scale"] if criterion in ("quantity", "units_ordered") else 0


ORDERED = ("integer", "decimal", "money", "date", "rating")


def check_conditions(conditions, catalogue, scale):
    for number, condition in enumerate(conditions):
        path = f"target.conditions[{number}]"
        field = catalogue.fields.get(condition["field"])
        if field is None:
            raise Refused("bad_policy", path=f"{path}.field")
        kind, operator, value = field["type"], condition["operator"], condition["value"]
        allowed = ("contains",)
        if kind != "list":
            allowed = ("equals", "not_equals", "in", "not_in")
            allowed += ("at_least", "at_most") if kind in ORDERED else ()
        if kind in ("person", "notes") or field["records"] is not None or operator not in allowed:
            raise Refused("bad_policy", path=f"{path}.operator")
        values = value if operator in ("in", "not_in") else [value]
        if operator == "contains":
            values = [[value]]
        try:
            if not isinstance(values, list):
                raise Wrong(path)
            if any(value_of({**field, "open": True}, one, scale, path) is None for one in values):
                raise Wrong(path)
        except Wrong:
            raise Refused("bad_policy", path=f"{path}.value") from None


def meets(condition, fact, snapshot):
    found = fact.field(condition["field"])
    if found is None or (isinstance(found, str) and not found.strip()):
        return False
    field = snapshot.portraits.catalogue.fields[condition["field"]]

    def read(value):
        return value_of({**field, "open": True}, value, snapshot.scale, "")

    operator, value = condition["operator"], condition["value"]
    if operator == "contains":
        return value in found
    if operator in ("in", "not_in"):
        return (found in [read(one) for one in value]) == (operator == "in")
    wanted = read(value)
    return {
        "equals": lambda: found == wanted,
        "not_equals": lambda: found != wanted,
        "at_least": lambda: found >= wanted,
        "at_most": lambda: found <= wanted,
    }[operator]()


def matches_rows(snapshot):
    rows = []
    pairs = [pair for pair in zip(snapshot.clients, snapshot.rows) if pair[0].purchases]
    for name in ("good", "so_so", "other"):
        members = [client for client, row in pairs if row["target_match"] == name]
        amount = sum(client.amount for client in members)
        purchases = sum(len(client.purchases) for client in members)
        months = sum(
            period(client.days[-1], "month") - period(client.days[0], "month") + 1
            for client in members
        )
        profits = [line.profit for client in members for line in client.lines]
        profit = None
        if "profit" in snapshot.given and None not in profits and amount > 0:
            profit = float(Fraction(100 * sum(profits), amount))
        rows.append({
            "name": name,
            "clients": len(members),
            "amount": money(amount, snapshot.scale),
            "mean_purchase": (
                money(half_even(Fraction(amount, purchases)), snapshot.scale) if purchases else None
            ),
            "purchases_per_month": purchases / months if months else None,
            "profit_percent": profit,
            "months": months / len(members) if members else None,
        })
    return rows
