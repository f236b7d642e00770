"""The views of risks (R32 to R38)."""

from fractions import Fraction

from basis import MAX_DAY, Refused, first_day, half_even, last_day, last_period, money, period
from formulas import (
    SOME_TEXT, band_of, continuity_of, discount_at, erosion_of, extra_of, needed_of_others, promise_of,
)
from intake import inside_window
from metrics import percent
from portraits import sort_key

SCOPES = ("company", "department", "manager")


class Window:
    """The sales of the window of risks: by scope, then by client; totals of those above zero."""

    def __init__(self, snapshot):
        inside = inside_window(snapshot.policy["risk"]["window"], snapshot.as_of)
        self.lines = {
            client.id: [line for line in client.lines if inside(line.day)]
            for client in snapshot.clients
        }
        self.sums = {("company", ""): {client.id: 0 for client in snapshot.clients}}
        for client, lines in self.lines.items():
            for line in lines:
                places = [("company", "")]
                places += [(name, getattr(line, name)) for name in SCOPES[1:]
                           if getattr(line, name) is not None]
                for place in places:
                    there = self.sums.setdefault(place, {})
                    there[client] = there.get(client, 0) + line.amount
        self.totals = {
            place: sum(max(amount, 0) for amount in there.values())
            for place, there in self.sums.items()
        }
        self.amounts = self.sums["company", ""]
        self.total = self.totals["company", ""]
        self.active = sum(amount > 0 for amount in self.amounts.values())
        groups = {}
        for client in snapshot.clients:
            name = snapshot.facts[client.id].text("group")
            if name is not None:
                groups.setdefault(name, []).append(client.id)
        self.all_groups = groups
        self.groups = {name: members for name, members in groups.items() if len(members) >= 2}

    def mono(self, place, amount):
        """Whether this is the only client of the firm, or its group."""
        return place[0] == "company" and self.active == 1 and amount == self.total > 0


def dependents(snapshot, window):
    """(place, subject, name, members, amount, total, band), in the order of the table."""
    found = []
    for place, there in window.sums.items():
        subjects = [("client", client, [client]) for client in there]
        subjects += [
            ("group", name, members) for name, members in window.groups.items()
        ]
        total = window.totals[place]
        for subject, name, members in subjects:
            amount = sum(there.get(member, 0) for member in members)
            if amount <= 0 or total <= 0:
                continue
            band = band_of(amount, total, snapshot.policy, window.mono(place, amount))
            if band != "none":
                found.append((place, subject, name, members, amount, total, band))
    found.sort(key=lambda one: (
        SCOPES.index(one[0][0]), one[0][1].encode(), -one[4], one[1], sort_key(one[2])
    ))
    return found


def dependence(snapshot):
    rows, target = [], snapshot.policy["risk"]["target_percent"]
    for place, subject, name, _, amount, total, band in dependents(snapshot, Window(snapshot)):
        others, needed, _ = needed_of_others(amount, total, target)
        needed = -(-needed.numerator // needed.denominator)
        growth = 0.0
        if needed > others:
            growth = percent(needed - others, others)
        rows.append({
            "scope": place[0], "scope_name": place[1], "subject": subject, "name": str(name),
            "amount": money(amount, snapshot.scale), "total": money(total, snapshot.scale),
            "share_percent": percent(amount, total), "band": band,
            "others_now": money(others, snapshot.scale),
            "others_needed": money(needed, snapshot.scale), "growth_percent": growth,
            "advice": SOME_TEXT,
        })
    return rows


# --------------------------------------------------------------------------- what an exit costs


def fixed_costs(snapshot):
    """What stays over the window: whole months, and days of a month in proportion."""
    costs = snapshot.journal.fixed_costs
    if costs is None:
        return None
    inside = inside_window(snapshot.policy["risk"]["window"], snapshot.as_of)
    start = min((line.day for line in snapshot.base.ledgers["sales"][0]), default=MAX_DAY)
    days, day = {}, snapshot.as_of
    while day >= start and inside(day):
        month = period(day, "month")
        days[month] = days.get(month, 0) + 1
        day = day.fromordinal(day.toordinal() - 1)
    parts = sum(
        Fraction(count, (last_day(month, "month") - first_day(month, "month")).days + 1)
        for month, count in days.items()
    )
    return half_even(costs * 10**snapshot.scale * parts)


def supplied(snapshot, supplier):
    """The volume of each client with a supplier, in its measure, or None where unknown."""
    inside = inside_window({"months": supplier["months"]}, snapshot.as_of)
    by_units = supplier["measure"] == "quantity"
    if by_units and "quantity" not in snapshot.given:
        return None
    if supplier["category"] is not None and "category" not in snapshot.given:
        return None
    places = snapshot.options["quantity_scale"] if by_units else snapshot.scale
    volumes = {}
    for client in snapshot.clients:
        values = [
            line.quantity if by_units else line.amount for line in client.lines
            if inside(line.day) and supplier["category"] in (None, line.category)
        ]
        if None in values:
            return None
        volumes[client.id] = Fraction(sum(values), 10**places)
    return volumes


def exit_subjects(snapshot, window, clients, groups):
    if clients is None and groups is None:
        rows = {row["client"]: row for row in snapshot.rows}
        named = [("client", one) for one in rows if rows[one]["key"] is True]
        named += [
            (subject, name) for place, subject, name, *_ in dependents(snapshot, window)
            if place[0] == "company"
        ]
        key = snapshot.policy["key"]
        for name, members in window.groups.items():
            amount = sum(window.amounts[member] for member in members)
            limit = Fraction(key["share_percent"]) * window.total
            reached = amount * 100 > limit if key["strict"] else amount * 100 >= limit
            if amount > 0 and reached:
                named.append(("group", name))
    else:
        named = [("client", one) for one in clients or ()]
        for subject, one in named:
            if one not in window.amounts:
                raise Refused("unknown_client")
        for name in groups or ():
            if name not in window.all_groups:
                raise Refused("bad_argument", argument="groups")
            named.append(("group", name))
    found = []
    for subject, name in dict.fromkeys(named):
        members = [name] if subject == "client" else window.all_groups[name]
        found.append((subject, name, members, sum(window.amounts[one] for one in members)))
    found.sort(key=lambda one: (-one[3], one[0], sort_key(one[1])))
    return found


def client_exit(snapshot, clients=None, groups=None):
    window = Window(snapshot)
    revenue = sum(window.amounts.values())
    profits = {}
    for client, lines in window.lines.items():
        values = [line.profit for line in lines]
        known = "profit" in snapshot.given and None not in values
        profits[client] = sum(values) if known else None
    whole = None if None in profits.values() else sum(profits.values())
    costs = fixed_costs(snapshot)
    volumes = [(one, supplied(snapshot, one)) for one in snapshot.journal.suppliers]
    unknown = any(volume is None for _, volume in volumes)
    rows = []
    for subject, name, members, amount in exit_subjects(snapshot, window, clients, groups):
        theirs = [profits[one] for one in members]
        profit = None if None in theirs else sum(theirs)
        without = loss = None
        if whole is not None:
            now = whole - (costs or 0)
            without = now - profit
            loss = without < 0 and without < now
            # Costs that nobody recorded can only make it worse.
            if costs is None and not loss and profit > 0:
                loss = None
        if profit is not None and profit <= 0:
            loss = False
        drops, cost, affected = [], 0, set()
        for supplier, volume in volumes:
            if volume is None:
                continue
            before = discount_at(sum(volume.values()), supplier["tiers"])
            after = discount_at(
                sum(v for one, v in volume.items() if one not in members), supplier["tiers"]
            )
            if after >= before:
                continue
            drops.append(supplier["name"])
            affected |= {one for one, v in volume.items() if v > 0 and one not in members}
            if supplier["purchases"] is None:
                cost = None
            elif cost is not None:
                minor = Fraction(supplier["purchases"]) * (before - after) / 100
                cost += half_even(minor * 10**snapshot.scale)
        if not drops and unknown:
            cost = None
        band = band_of(amount, window.total, snapshot.policy, window.mono(("company", ""), amount))
        large = band in ("critical", "mono") if window.total > 0 else None
        facts = [loss, True if drops else None if unknown else False, large]
        critical = True if True in facts else None if None in facts else False
        rows.append({
            "subject": subject, "name": str(name), "clients": len(members),
            "amount": money(amount, snapshot.scale),
            "share_percent": percent(amount, window.total) if window.total > 0 else None,
            "revenue_without": money(revenue - amount, snapshot.scale),
            "profit": money(profit, snapshot.scale),
            "profit_without": money(without, snapshot.scale),
            "makes_loss": loss,
            "suppliers": ", ".join(sorted(drops, key=str.encode)),
            "repricing_cost": money(cost, snapshot.scale),
            "affected_clients": len(affected),
            "critical": critical,
        })
    return rows


# --------------------------------------------------------------------------- our side and theirs


def persons_known(snapshot, client):
    """Persons known on the client's side; without a portrait that is unknown."""
    fact = snapshot.facts[client]
    if fact.portrait is None:
        return None
    return sum(bool(record["name"].strip()) for record in fact.records("persons"))


def names_on_record(snapshot):
    """Whoever manages a client or is in contact with one."""
    contacts = snapshot.contacts
    names = set(contacts.managers.values()) - {None}
    return names.union(*contacts.staff.values())


def manager_exit(snapshot):
    window, contacts = Window(snapshot), snapshot.contacts
    keys = {row["client"] for row in snapshot.rows if row["key"] is True}
    rows = []
    for name in names_on_record(snapshot):
        led = [one for one in window.amounts if contacts.managers[one] == name]
        sole = [one for one in window.amounts if contacts.staff[one] == [name]]
        at_risk = sum(window.amounts[one] for one in sole)
        amount = sum(window.amounts[one] for one in led)
        if led or sole:
            rows.append((-at_risk, -amount, name.encode(), {
                "manager": name,
                "clients": len(led),
                "amount": money(amount, snapshot.scale),
                "sole_clients": len(sole),
                "amount_at_risk": money(at_risk, snapshot.scale),
                "orphaned_keys": len(keys & set(sole)),
            }))
    return [row for *_, row in sorted(rows, key=lambda one: one[:3])]


def manager_exit_clients(snapshot, manager=None):
    window, contacts = Window(snapshot), snapshot.contacts
    if manager is not None and manager not in names_on_record(snapshot):
        raise Refused("bad_argument", argument="manager")
    rows = []
    for row in snapshot.rows:
        client = row["client"]
        sole = contacts.staff[client][0] if len(contacts.staff[client]) == 1 else None
        for name in {contacts.managers[client], sole} - {None}:
            if manager in (None, name):
                rows.append((name.encode(), -window.amounts[client], sort_key(client), {
                    "manager": name, "client": client,
                    "manages": contacts.managers[client] == name, "sole": sole == name,
                    "key": row["key"], "amount": money(window.amounts[client], snapshot.scale),
                }))
    return [row for *_, row in sorted(rows, key=lambda one: one[:3])]


def continuity(snapshot):
    window, contacts, policy = Window(snapshot), snapshot.contacts, snapshot.policy
    recorded = bool(names_on_record(snapshot) or snapshot.journal.staff)
    rows = []
    for row in snapshot.rows:
        client = row["client"]
        staff = len(contacts.staff[client]) if recorded else None
        persons = persons_known(snapshot, client)
        theirs = None
        if persons is not None:
            enough = policy["risk"]["persons_known"]
            theirs = "orphan" if persons == 0 else "covered" if persons >= enough else "at_risk"
        ours = None if staff is None else continuity_of(staff, policy)
        if {ours, theirs} <= {"covered", None}:
            continue
        first = row["key"] is True or row["tier"] == "vip"
        rows.append((not first, -window.amounts[client], sort_key(client), {
            "client": client, "staff_in_contact": staff, "our_side": ours,
            "persons_known": persons, "their_side": theirs,
            "manager": contacts.managers[client], "first": first,
            "amount": money(window.amounts[client], snapshot.scale), "advice": SOME_TEXT,
        }))
    rows.sort(key=lambda one: one[:3])
    return [row for *_, row in rows]


# --------------------------------------------------------------------------- margins


def erosion(snapshot):
    if "profit" not in snapshot.given:
        raise Refused("bad_column", column="profit")
    step = snapshot.policy["risk"]["erosion_step"]
    last = last_period(snapshot.as_of, step, True)
    rows = []
    for client, row in zip(snapshot.clients, snapshot.rows):
        if row["tier"] != "vip":
            continue
        sold = {}
        for line in client.lines:
            number = period(line.day, step)
            if number <= last:
                amount, profit = sold.get(number, (0, 0))
                unknown = profit is None or line.profit is None
                sold[number] = (amount + line.amount, None if unknown else profit + line.profit)
        numbers = [number for number in sorted(sold) if sold[number][0] > 0]
        # What is before an unknown margin says nothing of a row of falls.
        known = []
        for number in numbers:
            known = [] if sold[number][1] is None else [*known, sold[number]]
        verdict, margins, falls = erosion_of(known, snapshot.policy)
        amount, profit = known[-1] if known else (None, None)
        rank = ("critical", "eroding", None, "none_seen").index(verdict)
        rows.append((rank, amount is None, -(amount or 0), sort_key(client.id), {
            "client": client.id,
            "begins": first_day(numbers[-1], step).isoformat() if numbers else None,
            "amount": money(amount, snapshot.scale), "profit": money(profit, snapshot.scale),
            "margin_percent": float(margins[-1] * 100) if known else None,
            "falls_in_a_row": falls, "verdict": verdict,
            "cause": SOME_TEXT if verdict is None else "",
        }))
    return [row for *_, row in sorted(rows, key=lambda one: one[:4])]


# --------------------------------------------------------------------------- promises


PROMISES = ("violation", "early_without_consent", "excused", "open", "early", "kept")
EXTRAS = ("surprise", "courtesy", "fine")


def promises(snapshot):
    as_of = snapshot.as_of
    known = {client.id for client in snapshot.clients}
    rows = []
    for one in snapshot.journal.promises:
        if one["client"] not in known:
            continue
        done = one["done_on"] if one["done_on"] and one["done_on"] <= as_of else None
        verdict = promise_of(
            one["due_on"], done, as_of, one["consent"], one["force_majeure"], one["reported"]
        )
        late = max(((done or as_of) - one["due_on"]).days, 0)
        rows.append({
            "client": one["client"], "what": one["what"], "due_on": one["due_on"].isoformat(),
            "done_on": done and done.isoformat(), "verdict": verdict,
            "days_late": None if verdict == "open" else late,
        })
    rows.sort(key=lambda row: (
        PROMISES.index(row["verdict"]), row["due_on"], sort_key(row["client"]), row["what"].encode(),
    ))
    return rows


def extras(snapshot):
    known = {client.id for client in snapshot.clients}
    rows = [
        {
            "client": one["client"], "on": one["on"].isoformat(), "what": one["what"],
            "verdict": extra_of(one["courtesy"], one["announced"]),
        }
        for one in snapshot.journal.until("extras", snapshot.as_of) if one["client"] in known
    ]
    rows.sort(key=lambda row: (
        EXTRAS.index(row["verdict"]), row["on"], sort_key(row["client"]), row["what"].encode(),
    ))
    return rows


VIEWS = {
    one.__name__: one for one in (
        dependence, client_exit, manager_exit, manager_exit_clients, continuity, erosion, promises,
        extras,
    )
}
