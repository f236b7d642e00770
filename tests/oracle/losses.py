"""The views of losing clients and winning them back (R39 to R43)."""

import datetime
from fractions import Fraction

from axes import top
from basis import first_day, label, last_day, last_period, median, money, period, plus
from formulas import REASONS, SOME_TEXT, WrongStep, return_rank_of, win_back_of
from intake import inside_window
from journal import BROADCAST
from metrics import percent
from policy import criterion_of, return_period
from portraits import sort_key
from segments import STAGES

DAY = datetime.timedelta(days=1)
FORM = ("product", "staff", "moment_of_sale")
CLOCKS = ("period", "rhythm", "month")


def payment_days(snapshot, client):
    payments = client.other["payments"]
    return payments.days if payments else []


def spikes(snapshot):
    """{client: first day on which it counts as gone} of those at the top of a month who have
    neither bought nor paid since (S3.10)."""
    policy, as_of = snapshot.policy, snapshot.as_of
    rule, criterion = policy["tier"], criterion_of(policy, "tier")
    last = last_period(as_of, "month", rule["complete_only"])
    tops = {}
    for month in range(last - rule["months"] + 1, last + 1):
        totals = {}
        for client in snapshot.clients:
            value = client.value(criterion, lambda day: period(day, "month") == month)
            if value > 0:
                totals[client.id] = value
        for client in top(totals, rule["top_percent"], rule["ties"]):
            tops[client] = month
    found = {}
    for client in snapshot.clients:
        month = tops.get(client.id)
        days = [*client.days, *payment_days(snapshot, client)]
        if month is None or any(period(day, "month") > month for day in days):
            continue
        gone = first_day(month + 1 + policy["loss"]["spike_months"], "month")
        if gone <= as_of:
            found[client.id] = gone
    return found


def stake_of(snapshot, client):
    """What a client puts at stake, in minor units; None is unknown."""
    rule = snapshot.policy["loss"]
    if rule["stake"] == "ltv":
        profits = [line.profit for line in client.lines]
        known = "profit" in snapshot.given and None not in profits
        return sum(profits) if known else None
    last = client.days[-1]
    inside = inside_window(rule["stake_window"], last)
    return client.value("amount", lambda day: day <= last and inside(day))


def responsive(snapshot):
    """{client: whether it responds}; of those who got nothing in person nothing is known."""
    as_of = snapshot.as_of
    inside = inside_window(snapshot.policy["loss"]["responsive_within"], as_of)
    known = {}
    for touch in snapshot.journal.until("touches", as_of):
        day = touch["responded_on"]
        responded = day is not None and day <= as_of and inside(day)
        arrived = touch["channel"] not in BROADCAST and touch["reached"] is not False
        if responded or (arrived and inside(touch["on"])):
            known[touch["client"]] = known.get(touch["client"], False) or responded
    return known


def told_reason(entries):
    """The reason told last of (day, reason); a known one before an unknown one."""
    if not entries:
        return None
    known = [one for one in entries if one[1] != "unknown"]
    latest = max(day for day, _ in known or entries)
    return min(
        (reason for day, reason in known or entries if day == latest), key=REASONS.index
    )


def departures(snapshot, client, first, last):
    return [
        (one["on"], one["reason"]) for one in snapshot.journal.departures
        if one["client"] == client and first <= one["on"] <= last
    ]


def loss_reason(snapshot, client):
    """Why a client left, as told since its last purchase."""
    first, last = client.days[-1], snapshot.as_of
    asked = [
        (step["on"], step["reason"]) for one in snapshot.journal.win_backs
        if one["client"] == client.id for step in one["steps"]
        if step.get("reason") and first <= step["on"] <= last
    ]
    return told_reason(departures(snapshot, client.id, first, last) + asked)


def away(snapshot):
    """All that are lost or due, each a dictionary; nobody is both."""
    policy, as_of, clocks = snapshot.policy, snapshot.as_of, snapshot.clocks
    main = "period" if return_period(policy) is not None else "rhythm"
    gone, willing = spikes(snapshot), responsive(snapshot)
    found = []
    for client, row in zip(snapshot.clients, snapshot.rows):
        if not client.days:
            continue
        urgent = row["tier"] == "vip" or row["key"] is True
        lost = row["activity"] == "lost"
        says = []
        if lost:
            says.append((read(row["lost_after"]) + DAY, "period" if main == "period" else "rhythm"))
        else:
            if row["activity"] == "due":
                says.append((read(row["due_on"]), main))
            if urgent and row["activity_by_rhythm"] in ("due", "lost"):
                says.append((clocks.by_rhythm(client)[1], "rhythm"))
            if client.id in gone:
                says.append((gone[client.id], "month"))
        if not says:
            continue
        since, clock = min(says, key=lambda one: (one[0], CLOCKS.index(one[1])))
        answer = willing.get(client.id)
        found.append({
            "client": client.id, "lost": lost, "since": since, "clock": clock, "urgent": urgent,
            "stage": row["highest_stage"], "tier": row["tier"],
            "spike_then_gone": client.id in gone, "stake": stake_of(snapshot, client),
            "responsive": answer, "return_rank": return_rank_of(lost, answer is True),
            "last_purchase": client.days[-1].isoformat(), "of": client,
            "manager": snapshot.contacts.managers[client.id],
            "reason": loss_reason(snapshot, client), "expected_on": row["expected_on"],
        })
    return found


def read(text):
    return datetime.date.fromisoformat(text)


def by_stake(one):
    """The largest stake first, what is unknown last, then by id."""
    stake = one["stake"]
    return stake is None, -(stake or 0), sort_key(one["client"])


def list_of(snapshot, lost):
    rows = [one for one in away(snapshot) if one["lost"] == lost]
    rows.sort(key=lambda one: (not one["urgent"], *by_stake(one)))
    shown = []
    for one in rows:
        late = None
        if one["expected_on"] is not None:
            days = (snapshot.as_of - read(one["expected_on"])).days
            late = float(Fraction(days) / median(one["of"].gaps))
        shown.append({
            **one,
            "since": one["since"].isoformat(),
            "days_late": (snapshot.as_of - one["since"]).days,
            "intervals_late": late,
            "at_stake": money(one["stake"], snapshot.scale),
        })
    return shown


def lost(snapshot):
    return list_of(snapshot, True)


def due(snapshot):
    return list_of(snapshot, False)


def easiest(snapshot):
    rows = sorted(away(snapshot), key=lambda one: (one["return_rank"], *by_stake(one)))
    return [
        {
            **one, "rank": one["return_rank"], "activity": "lost" if one["lost"] else "due",
            "at_stake": money(one["stake"], snapshot.scale),
        }
        for one in rows
    ]


def losses(snapshot, by="stage"):
    gone = [one for one in away(snapshot) if one["lost"]]

    def forms(one):
        said = [
            form for form in snapshot.journal.refusals if form["client"] == one["client"]
            and one["of"].days[-1] <= form["on"] <= snapshot.as_of
        ]
        parts = [part for part in FORM if any((form[part] or "").strip() for form in said)]
        return parts or ["no_form"]

    names, of = {
        "stage": (STAGES, lambda one: [one["stage"]]),
        "reason": ((*REASONS, "not_told"), lambda one: [one["reason"] or "not_told"]),
        "refusal_part": ((*FORM, "no_form"), forms),
        "tier": (("vip", "good", "standard", "none"), lambda one: [one["tier"] or "none"]),
    }[by]
    rows = []
    for name in names:
        ours = [one["stake"] for one in gone if name in of(one)]
        stake = None if None in ours else money(sum(ours), snapshot.scale)
        rows.append({
            "name": name, "clients": len(ours), "clients_percent": percent(len(ours), len(gone)),
            "at_stake": stake, "cause": "" if stake is not None else SOME_TEXT,
        })
    return rows


def refusals(snapshot):
    forms = snapshot.journal.until("refusals", snapshot.as_of)
    if not forms:
        return []
    speaking = {part: [one for one in forms if (one[part] or "").strip()] for part in FORM}
    most = max(map(len, speaking.values()))
    return [
        {
            "part": part, "forms": len(ours), "clients": len({one["client"] for one in ours}),
            "forms_percent": percent(len(ours), len(forms)),
            "leading": len(ours) == most and most > 0,
        }
        for part, ours in speaking.items()
    ]


def withdrawals(snapshot, step="month"):
    as_of = snapshot.as_of
    all_lines = snapshot.base.ledgers["sales"][0]
    back = {
        (line.client, line.kind, line.day, line.order) for line in snapshot.lines
        if line.kind != "sale"
    }
    kinds = "kind" in snapshot.given or any(line.kind != "sale" for line in all_lines)
    complaints = [
        record for client in snapshot.clients
        for record in snapshot.facts[client.id].records("complaints")
    ]
    numbers = {period(day, step) for _, _, day, _ in back}
    numbers |= {period(record["on"], step) for record in complaints}
    if snapshot.clients:
        numbers |= {period(as_of, step), min(period(line.day, step) for line in all_lines)}
    rows = []
    for number in range(min(numbers, default=0), max(numbers, default=-1) + 1):
        def count(kind, at=number):
            ours = sum(k == kind and period(day, step) == at for _, k, day, _ in back)
            return ours if kinds else None

        ours = [record for record in complaints if period(record["on"], step) == number]
        unsettled = [
            record for record in ours
            if not record.get("resolved_on") or read(record["resolved_on"]) > as_of
        ]
        told = snapshot.portraits is not None
        rows.append({
            "period": label(number, step), "begins": first_day(number, step).isoformat(),
            "complete": last_day(number, step) <= as_of,
            "cancellations": count("cancellation"), "returns": count("return"),
            "complaints": len(ours) if told else None,
            "complaints_open": len(unsettled) if told else None,
        })
    return rows


def warm_leads(snapshot):
    known = {str(client.id) for client in snapshot.clients}
    rows = []
    for client in snapshot.clients:
        for given in snapshot.facts[client.id].records("recommendations"):
            to = given["to"].strip()
            if given.get("contact_given") and to and to not in known:
                rows.append({
                    "client": client.id, "to": given["to"], "relation": given["relation"],
                    "on": given["on"].isoformat(), "recommended": given.get("recommended", False),
                    "manager": snapshot.contacts.managers[client.id],
                })
    rows.sort(key=lambda row: (sort_key(row["client"]), row["to"].encode()))
    rows.sort(key=lambda row: row["on"], reverse=True)
    return rows


def attempts(snapshot):
    as_of = snapshot.as_of
    clients = {client.id: client for client in snapshot.clients}
    begun = [
        one for one in snapshot.journal.until("win_backs", as_of, key="opened_on")
        if one["client"] in clients
    ]
    begun.sort(key=lambda one: (sort_key(one["client"]), one["opened_on"]))
    for place, one in enumerate(begun):
        client, opened = clients[one["client"]], one["opened_on"]
        following = begun[place + 1] if place + 1 < len(begun) else None
        followed = following is not None and following["client"] == one["client"]
        until = following["opened_on"] if followed else as_of
        later = [day for day in client.days if opened < day <= until]
        earlier = [day for day in client.days if day <= opened]
        first = earlier[-1] if earlier else datetime.date.min
        reason = told_reason(departures(snapshot, one["client"], first, until))
        steps = [step for step in one["steps"] if step["on"] <= as_of]
        yield one, client, steps, reason, until, followed, later[0] if later else None


def win_backs(snapshot):
    rows = []
    for one, client, steps, told, until, followed, returned in attempts(snapshot):
        recovered = complete = None
        if returned is not None:
            end = plus(returned, snapshot.policy["loss"]["recovered_within"])
            recovered = client.value("amount", lambda day: returned <= day < end and day <= until)
            # What follows the next attempt belongs to that.
            complete = followed or end <= snapshot.as_of + DAY
        try:
            state, allowed, reason, question = win_back_of(steps, told)
            wrong = False
        except WrongStep:
            state = reason = question = None
            allowed, wrong = [], True
        if returned is not None:
            state = "returned"
        closing = None
        if not wrong and state != "returned":
            closing = "ask_referral" if reason in ("in_house", "direct_import", "no_longer_needed") \
                else "part_well"
        back = state == "returned"
        rows.append({
            "client": client.id, "opened_on": one["opened_on"].isoformat(), "staff": one["staff"],
            "state": state,
            "closed": None if state is None else back or not allowed,
            "last_step": steps[-1]["step"] if steps else None,
            "last_on": steps[-1]["on"].isoformat() if steps else None,
            "reason": reason,
            "next_step": None if back or not allowed else allowed[0],
            "question": None if back else question,
            "closing": closing,
            "returned_on": returned and returned.isoformat(),
            "recovered": money(recovered, snapshot.scale),
            "recovered_complete": complete,
            "cause": SOME_TEXT if wrong else "",
        })
    return rows


VIEWS = {
    one.__name__: one for one in (
        lost, due, easiest, losses, refusals, withdrawals, warm_leads, win_backs,
    )
}
