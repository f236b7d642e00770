"""The views of work with clients (R44 to R46)."""

import datetime

from basis import Refused, first_day, last_day, money, period, plus
from formulas import shared_out
from intake import inside_window
from journal import BROADCAST, OFFERS, gone, in_force, in_role
from losses import stake_of
from metrics import active_within, is_active, percent
from portraits import sort_key

KINDS = (
    "pain", "new_product", "collection", "promo_days", "cross_sell", "referral_request", "birthday",
    "follow_up", "contact",
)

DAY = datetime.timedelta(days=1)


def text_key(name):
    """Names by their bytes, nobody last."""
    return name is None, (name or "").encode()


def twice(span):
    ((unit, number),) = span.items()
    return {unit: 2 * number}


# --------------------------------------------------------------------------- managers


def managers(snapshot):
    policy, as_of = snapshot.policy, snapshot.as_of
    window, within = policy["risk"]["window"], active_within(policy)
    inside = inside_window(window, as_of)
    both = inside_window(twice(window), as_of) if window else None
    start = min((line.day for line in snapshot.base.ledgers["sales"][0]), default=as_of)
    limit = policy["outreach"]["keys_per_manager"]
    keys = {row["client"] for row in snapshot.rows if row["key"] is True}
    held = {name: [] for name in in_role(snapshot.journal, ("client_manager",), as_of)}
    for client in snapshot.clients:
        held.setdefault(snapshot.contacts.managers[client.id], []).append(client)
    rows = []
    for name in sorted(held, key=text_key):
        ours = held[name]
        own = sum(client.id in keys for client in ours)
        active = [client for client in ours if within and is_active(client, as_of, within)]
        now = sum(client.value("amount", inside) for client in active)
        before = None
        # Sales that begin later do not tell of all of the time before.
        told = window and (not both(start) or not both(start - DAY))
        if told and within:
            before = sum(client.value("amount", both) for client in active) - now
        rows.append({
            "manager": name, "clients": len(ours), "keys": own,
            "limit": None if name is None else limit,
            "over": None if name is None else max(own - limit, 0),
            "mixed": None if name is None else 0 < own < len(ours),
            "amount": money(sum(client.value("amount", inside) for client in ours), snapshot.scale),
            "active_clients": len(active) if within else None,
            "turnover": money(now, snapshot.scale) if within else None,
            "turnover_before": money(before, snapshot.scale),
            "turnover_change": None if before is None else money(now - before, snapshot.scale),
        })
    return rows


def assignment(snapshot):
    contacts, as_of = snapshot.contacts, snapshot.as_of
    listed = {one["name"] for one in snapshot.journal.staff if in_force(one, as_of)}
    candidates = set(contacts.managers.values()) - {None} - listed
    candidates |= in_role(snapshot.journal, ("client_manager",), as_of)
    keys = [row["client"] for row in snapshot.rows if row["key"] is True]
    held = [(client, contacts.managers[client]) for client in keys]
    to = shared_out(candidates, held, snapshot.policy["outreach"]["keys_per_manager"])
    rows = []
    for client, manager in held:
        staff = len(contacts.staff[client])
        rows.append({
            "client": client, "manager": manager, "suggested": to[client],
            "moved": manager is not None and to[client] is not None and to[client] != manager,
            "staff_in_contact": staff,
            "needs_contact": max(snapshot.policy["risk"]["staff_in_contact"] - staff, 0),
        })
    return rows


# --------------------------------------------------------------------------- tasks


def turns(snapshot, task=None):
    """Each client of each task: the task, who does it, the steps done."""
    if task is not None and all(one["id"] != task for one in snapshot.journal.tasks):
        raise Refused("bad_argument", argument="task")
    known, left = snapshot.contacts.managers, gone(snapshot.journal, snapshot.as_of)
    found = []
    for one in snapshot.journal.tasks:
        for entry in one["clients"]:
            if entry["client"] not in known or task not in (None, one["id"]):
                continue
            named = entry["manager"] if entry["manager"] not in left else None
            done = {step["step"] for step in entry["done"] if step["on"] <= snapshot.as_of}
            found.append((one, entry["client"], named or known[entry["client"]], done))
    return sorted(found, key=lambda turn: (turn[0]["id"].encode(), sort_key(turn[1])))


def shares(snapshot, task=None):
    """(task, manager, the steps done by each of his clients), those of nobody last."""
    found = {}
    for one, _, manager, done in turns(snapshot, task):
        found.setdefault((one["id"].encode(), text_key(manager)), (one, manager, []))[2].append(done)
    return [found[key] for key in sorted(found)]


def is_late(task, as_of, unfinished):
    return task["due_on"] is not None and task["due_on"] < as_of and unfinished


def show(day):
    return day and day.isoformat()


def tasks(snapshot):
    rows = []
    for task, manager, each in shares(snapshot):
        steps, done = len(task["steps"]) * len(each), sum(map(len, each))
        rows.append({
            "task": task["id"], "title": task["title"], "manager": manager, "clients": len(each),
            "steps": steps, "done": done, "percent": percent(done, steps),
            "due_on": show(task["due_on"]), "late": is_late(task, snapshot.as_of, done < steps),
        })
    return rows


def task_steps(snapshot, task=None):
    return [
        {
            "task": one["id"], "manager": manager, "step": step, "clients": len(each),
            "done": sum(step in done for done in each),
            "percent": percent(sum(step in done for done in each), len(each)),
        }
        for one, manager, each in shares(snapshot, task) for step in one["steps"]
    ]


def task_clients(snapshot, task=None):
    rows = []
    for one, client, manager, done in turns(snapshot, task):
        left = [step for step in one["steps"] if step not in done]
        rows.append({
            "task": one["id"], "client": client, "manager": manager, "steps": len(one["steps"]),
            "done": len(done), "next_step": left[0] if left else None,
            "due_on": show(one["due_on"]), "late": is_late(one, snapshot.as_of, bool(left)),
        })
    return rows


# --------------------------------------------------------------------------- how to reach a client

SERVES = {
    "phone": ("phone", "message"), "messenger": ("message",), "email": ("email",),
    "address": ("letter",), "site": (), "social": (), "other": (),
}
PERSONAL = ("phone", "message", "email", "letter")
MAILING = ("email", "message", "letter", "phone")
KIND_ORDER = ("phone", "email", "address", "site", "social", "messenger", "other")


class Reach:
    """How one client may be reached."""

    def __init__(self, fact):
        contacts = fact.portrait.records["contacts"] if fact.portrait else []
        self.closed = bool(contacts) and all(one.get("do_not_contact") for one in contacts)
        barred = [one for one in contacts if one.get("do_not_contact")]
        self.barred = [one["kind"] for one in barred]
        contacts = sorted(contacts, key=lambda one: (
            KIND_ORDER.index(one["kind"]), one["value"].encode(),
            one.get("person") is not None, (one.get("person") or "").encode(),
        ))
        usable = [
            (one["kind"], one["value"], bool(one.get("preferred")), one.get("person"))
            for one in contacts if not one.get("do_not_contact")
        ]
        persons = sorted(fact.records("persons"), key=lambda one: one["name"].encode())
        for person in persons:
            if person["name"].strip():
                usable += [
                    (kind, person[kind], False, person["name"]) for kind in ("phone", "email")
                    if person.get(kind)
                ]
        fields = (("phone", "phone"), ("email", "email"), ("address", "address"),
                  ("address", "home_address"))
        usable += [(kind, fact.text(name), False, None) for kind, name in fields if fact.text(name)]
        never = {one["value"].strip() for one in barred}
        self.usable = [one for one in usable if one[1].strip() and one[1].strip() not in never]
        self.usable.sort(key=lambda one: not one[2])

    def free(self, channel):
        return not any(channel in SERVES[kind] for kind in self.barred)

    def choose(self, order):
        """(channel, address), the preferred contact before the order of channels; or None."""
        if self.closed:
            return None
        for kind, value, preferred, _ in self.usable:
            serves = [channel for channel in order if channel in SERVES[kind]]
            if preferred and serves:
                return serves[0], value
        for channel in order:
            for kind, value, _, _ in self.usable:
                if channel in SERVES[kind]:
                    return channel, value
        for channel in order:
            if self.free(channel):
                return channel, None
        return None

    def personal(self):
        return self.choose(PERSONAL)

    def personal_to(self, person):
        if self.closed:
            return None
        for kind, value, _, whose in self.usable:
            serves = [channel for channel in PERSONAL if channel in SERVES[kind]]
            if whose == person and serves:
                return serves[0], value
        return self.personal()

    def mailing(self):
        return self.choose(MAILING)

    def by(self, channel):
        if self.closed:
            return None
        if channel in (*BROADCAST, "meeting"):
            return channel, None
        for kind, value, _, _ in self.usable:
            if channel in SERVES[kind]:
                return channel, value
        if self.free(channel) and not self.usable:
            return channel, None
        return self.mailing()


def unreachable(snapshot):
    inside = inside_window(snapshot.policy["risk"]["window"], snapshot.as_of)
    rows = []
    for client, row in zip(snapshot.clients, snapshot.rows):
        fact = snapshot.facts[client.id]
        if Reach(fact).closed:
            rows.append({
                "client": client.id, "manager": snapshot.contacts.managers[client.id],
                "key": row["key"], "contacts": len(fact.portrait.records["contacts"]),
                "amount": money(client.value("amount", inside), snapshot.scale),
            })
    return rows


def mailing(snapshot, status=None):
    journal, as_of = snapshot.journal, snapshot.as_of
    names = [one["name"] for one in journal.deal_statuses]
    if status is not None and status not in names:
        raise Refused("bad_argument", argument="status")
    left, rows = gone(journal, as_of), []
    for deal in journal.until("deals", as_of):
        place = names.index(deal["status"])
        of = journal.deal_statuses[place]
        final = of.get("is_final", False)
        if deal["client"] not in snapshot.facts:
            continue
        if final if status is None else status != deal["status"]:
            continue
        reach = Reach(snapshot.facts[deal["client"]])
        way = reach.by(of["channel"]) if of.get("channel") else reach.mailing()
        if way is None:
            continue
        named = deal["manager"] if deal["manager"] not in left else None
        after = names[place + 1] if place + 1 < len(names) and not final else None
        rows.append((place, sort_key(deal["client"]), deal["id"].encode(), {
            "client": deal["client"], "deal": deal["id"], "status": deal["status"],
            "since": deal["on"].isoformat(), "next_status": after, "channel": way[0],
            "address": way[1], "manager": named or snapshot.contacts.managers[deal["client"]],
        }))
    return [row for *_, row in sorted(rows, key=lambda one: one[:3])]


def cadence(snapshot):
    journal, as_of, policy = snapshot.journal, snapshot.as_of, snapshot.policy["outreach"]
    if not journal.touches and not journal.promo_days:
        return []
    inside = inside_window(policy["cadence_window"], as_of)
    month = period(as_of, "month")
    numbers = [month]
    while inside(first_day(numbers[0] - 1, "month")):
        numbers.insert(0, numbers[0] - 1)
    rows = []
    for number in numbers:
        ours = [one for one in journal.until("touches", as_of) if period(one["on"], "month") == number]
        initiatives = {one["campaign"] for one in ours if one["campaign"] is not None}
        initiatives |= {
            (one["on"], one["content"]) for one in ours
            if one["campaign"] is None and one["trigger"] is None
            and one["content"] in (*OFFERS, "event_invitation")
        }
        initiatives |= {
            one["name"] for one in journal.promo_days
            if one["from"] <= as_of and period(one["from"], "month") == number
        }
        complete = last_day(number, "month") <= as_of
        enough = len(initiatives) >= policy["initiatives_per_month"]
        rows.append({
            "begins": first_day(number, "month").isoformat(), "complete": complete,
            "initiatives": len(initiatives), "touches": len(ours),
            "offers": sum(one["content"] in OFFERS for one in ours),
            "useful": sum(one["content"] == "useful" for one in ours),
            "channels": len({one["channel"] for one in ours}),
            "enough": enough if enough or complete else None,
        })
    return rows


# --------------------------------------------------------------------------- triggers


def contact_days(snapshot, client):
    """When we were in contact: talks, and touches in person that arrived."""
    touches = [
        one["on"] for one in snapshot.journal.until("touches", snapshot.as_of)
        if one["client"] == client and one["channel"] not in BROADCAST and one["reached"] is not False
    ]
    return touches + [one["on"] for one in snapshot.facts[client].records("interactions")]


def next_birthday(born, as_of):
    years = 0
    while plus(born, {"months": 12 * years}) < as_of:
        years += 1
    return plus(born, {"months": 12 * years})


def triggers(snapshot):
    rows = []
    for client, row in zip(snapshot.clients, snapshot.rows):
        found = {}
        for one in triggers_of(snapshot, client, row):
            before = found.get(one["subject"])
            rank = (one["order"], KINDS.index(one["trigger"]), one["due_on"], one["mark"].encode())
            if before is None or rank < before[0]:
                found[one["subject"]] = (rank, one)
        ordered = sorted(found.items(), key=lambda item: item[0])
        ordered.sort(key=lambda item: item[1][0][:2])
        rows += [
            {
                **one, "client": client.id, "manager": snapshot.contacts.managers[client.id],
                "key": row["key"], "at_stake": money(stake_of(snapshot, client), snapshot.scale)
                if client.days else None,
                "product": one["subject"][1] if one["subject"][0] < 2 else None,
            }
            for _, (_, one) in ordered
        ]
    return rows


def triggers_of(snapshot, client, row):
    """All that may be talked about with a client, doubles of a subject among them."""
    journal, as_of, policy = snapshot.journal, snapshot.as_of, snapshot.policy["outreach"]
    fact, reach = snapshot.facts[client.id], Reach(snapshot.facts[client.id])
    left = [
        one for one in journal.until("departures", as_of) if one["client"] == client.id
        and (not client.days or client.days[-1] <= one["on"])
    ]
    if left or reach.closed:
        return
    lately = inside_window(policy["repeat_after"], as_of)
    followed = {
        one["trigger"] for one in journal.until("touches", as_of)
        if one["client"] == client.id and one["trigger"] and lately(one["on"])
        and one["reached"] is not False
    }
    key = row["key"] is True

    def found(kind, order, subject, due_on, mark, way=None):
        way = way or (reach.personal() if order == 1 else reach.mailing())
        mark = f"{kind}:{mark}"
        offered = subject[0] == 0 and kind != "pain" and any(
            told.startswith("pain:") and told.endswith(":" + subject[1]) for told in followed
        )
        if way is not None and mark not in followed and not offered:
            yield {
                "trigger": kind, "order": order, "subject": subject, "due_on": due_on.isoformat(),
                "mark": mark, "channel": way[0],
            }

    brands = set()
    if row["brand_only"] is True:
        inside = inside_window(snapshot.policy["behaviour"]["window"], as_of)
        brands = {
            line.brand for line in client.lines if line.kind == "sale" and inside(line.day)
        } - {None}
    bought = {line.category for line in client.lines if line.kind == "sale"} - {None}
    deliveries = [one for one in journal.until("deliveries", as_of) if one["client"] == client.id]
    had = {one["product"] for one in deliveries}
    fresh = inside_window(policy["news_within"], as_of)
    for product in journal.products:
        launched, subject = product["launched_on"], (0, product["name"])
        if (launched and launched > as_of) or product["name"] in had:
            continue
        for pain in fact.records("pains"):
            if pain["what"] in product["solves"]:
                days = [day for day in (launched, pain.get("said_on")) if day]
                yield from found("pain", 1, subject, max(days, default=as_of),
                                 f"{pain['what']}:{product['name']}")
        if launched and fresh(launched):
            if product["collection"] and product["brand"] in brands:
                yield from found("collection", 2, subject, launched, product["name"])
            due = launched if key else plus(launched, policy["news_within"])
            yield from found("new_product", 1 if key else 3, subject, due, product["name"])
        others = product["category"] is not None and product["category"] not in bought
        if others and bought & set(product["goes_with"]):
            yield from found("cross_sell", 1 if key else 2, subject,
                             plus(as_of, policy["list_ahead"]), product["name"])
    for promo in journal.promo_days:
        if promo["from"] > plus(as_of, policy["promo_ahead"]) or promo["to"] < as_of:
            continue
        if promo["brand"] is not None and promo["brand"] not in brands:
            continue
        order = 2 if promo["brand"] is not None or row["promo_buyer"] is True else 3
        yield from found("promo_days", order, (1, promo["name"], promo["from"]),
                         max(promo["from"], as_of), f"{promo['name']}:{promo['from'].isoformat()}")
    unsettled = [
        one for one in fact.records("complaints")
        if not one.get("resolved_on") or datetime.date.fromisoformat(one["resolved_on"]) > as_of
    ]
    timely = inside_window(policy["referral_within"], as_of)
    for one in deliveries if not unsettled else ():
        due = plus(one["on"], policy["referral_after"])
        asked = one["asked_on"] <= as_of if one["asked_on"] else one["outcome"] is not None
        if not asked and due <= as_of and timely(due):
            yield from found("referral_request", 1, (2,), due, one["on"].isoformat())
    people = [
        (person["name"], datetime.date.fromisoformat(person["birthday"]))
        for person in fact.records("persons") if person["name"].strip() and person.get("birthday")
    ]
    if fact.field("birth_date"):
        people.append((None, fact.field("birth_date")))
    for name, born in people:
        if born > as_of:
            continue
        day = next_birthday(born, as_of)
        way = reach.personal_to(name) if name else reach.personal()
        if day <= plus(as_of, policy["birthday_ahead"]) and way is not None:
            yield from found("birthday", 1, (3, name or ""), day, f"{name or 'client'}:{day.year:04}", way)
    within = snapshot.policy["risk"]["follow_up_within"]
    days = contact_days(snapshot, client.id)
    if len(client.purchases) == 1 and inside_window(twice(within), as_of)(client.days[0]):
        first = client.days[0]
        if not any(day > first for day in days):
            yield from found("follow_up", 1, (4,), plus(first, within), first.isoformat())
    within = policy["contact_within"]
    if within is not None and (days or client.days):
        last = max(days + client.days[-1:])
        if plus(last, within) <= as_of:
            yield from found("contact", 1, (5,), plus(last, within), last.isoformat())


VIEWS = {
    one.__name__: one for one in (
        managers, assignment, tasks, task_steps, task_clients, mailing, unreachable, cadence,
        triggers,
    )
}
