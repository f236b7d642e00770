"""Seeded journals and arguments of formulas, and the generated vectors that have them."""

import datetime

import formulas
import oracle
from journal import LISTS

START = datetime.date(1996, 1, 1)
STAFF = ("Anna", "Boris", "Вера", "Dora")
CHANNELS = ("phone", "meeting", "email", "message", "letter", "site", "social")
CONTENTS = (
    "useful", "special_offer", "promotion", "new_prices", "new_product", "company_news",
    "event_invitation", "greeting", "progress", "referral_request", "follow_up", "other",
)
ACTIVITIES = ("advertising", "exhibition", "loyal_promo", "bonus", "gift", "club", "other")
PAINS = ("late_delivery", "dull_saws")
BRANDS = ("brand 0", "brand 1", "brand 2")
CATEGORIES = ("shoes", "hats", "ткани")


def plain(entry):
    """The entry without what is not known."""
    return {key: value for key, value in entry.items() if value is not None}


def journal(dice, ids, days, scale=2):
    """Entries about most clients, and about some that are none, in no order."""
    text = isinstance(ids[0], str)
    everybody = [*ids, "no sale 0" if text else 90_000, "nobody" if text else 91_000]

    def day(late=40):
        return (START + datetime.timedelta(days=days // 2 + dice.below(days // 2 + late))).isoformat()

    def later(first, most):
        day = datetime.date.fromisoformat(first) + datetime.timedelta(days=dice.below(most))
        return day.isoformat()

    def maybe(per_cent, value):
        return value if dice.chance(per_cent) else None

    def money(most):
        return oracle.money(dice.below(most * 10**scale), scale)

    def client():
        return dice.one_of(everybody)

    def assignment():
        since = maybe(70, day())
        until = maybe(30, later(since or day(), 200))
        return plain({
            "client": client(), "staff": dice.one_of(STAFF),
            "role": dice.one_of(["coordinator", "coordinator", "contact"]),
            "since": since, "until": until,
        })

    def touch():
        on = day()
        return plain({
            "client": client(), "on": on, "channel": dice.one_of(CHANNELS),
            "content": dice.one_of(CONTENTS),
            "campaign": maybe(50, dice.one_of(["spring", "autumn"])),
            "trigger": maybe(15, dice.one_of([
                f"pain:{PAINS[0]}:Grinder", "new_product:Mill", "cross_sell:Hat rack",
                "collection:Boots",
            ])),
            "staff": maybe(50, dice.one_of(STAFF)),
            "reached": maybe(30, dice.chance(60)), "responded_on": maybe(35, later(on, 40)),
        })

    def steps(first):
        taken, on = [], first
        for step in ("neutral_lunch", "ask_reason", "what_if", "part_well")[:dice.below(5)]:
            on = later(on, 20)
            outcome = dice.one_of(["done", "done", "done", "declined", "lost_final"])
            reason = maybe(60, dice.one_of(formulas.REASONS)) if step == "ask_reason" else None
            taken.append(plain({"on": on, "step": step, "outcome": outcome, "reason": reason}))
        return taken

    def win_back(one):
        opened = day()
        return plain({
            "client": one, "opened_on": opened, "staff": maybe(50, dice.one_of(STAFF)),
            "steps": steps(opened),
        })

    def promise():
        due = day()
        return plain({
            "client": client(), "what": dice.one_of(["samples", "visit", "предложение"]),
            "due_on": due, "done_on": maybe(60, day()), "consent": dice.chance(40),
            "force_majeure": dice.chance(10), "reported": dice.chance(30),
        })

    def task(name):
        members = sorted({str(one): one for one in (client() for _ in range(8))}.items())
        return plain({
            "id": name, "title": f"task {name}", "steps": ["call", "visit", "offer"],
            "due_on": maybe(70, day()),
            "clients": [
                plain({
                    "client": one, "manager": maybe(30, dice.one_of(STAFF)),
                    "done": [
                        {"step": step, "on": day()} for step in ("call", "visit", "offer")
                        if dice.chance(50)
                    ],
                })
                for _, one in members
            ],
        })

    def refusal():
        return plain({
            "client": client(), "on": day(),
            **{part: maybe(40, dice.one_of(["bad", " ", "плохо"]))
               for part in ("product", "staff", "moment_of_sale")},
        })

    def promo(name):
        first = day()
        return plain({
            "name": name, "brand": maybe(50, dice.one_of(BRANDS)), "from": first,
            "to": later(first, 9),
        })

    def delivery():
        on = day()
        asked = maybe(30, later(on, 30))
        return plain({
            "client": client(), "on": on, "product": maybe(40, "Mill"), "asked_on": asked,
            "outcome": "gave_contacts" if asked and dice.chance(50) else None,
        })

    def some(most, make):
        return [make() for _ in range(most)]

    def distinct(entries):
        """Equal entries once: the order of equal ones has no meaning."""
        return [one for place, one in enumerate(entries) if one not in entries[:place]]

    made = {
        "staff": [
            {"name": "Anna", "role": "client_manager"},
            plain({"name": "Boris", "role": "client_manager", "until": maybe(50, day())}),
            {"name": "Dora", "role": dice.one_of(["head", "customer_service"])},
        ],
        "assignments": some(30, assignment),
        "activities": some(12, lambda: plain({
            "on": day(), "goal": dice.one_of(["acquisition", "retention"]),
            "kind": dice.one_of(ACTIVITIES), "money": maybe(95, money(900)),
            "minutes": maybe(80, dice.below(500)),
        })),
        "touches": some(90, touch),
        "tasks": [task("a"), task("b")],
        "promises": some(20, promise),
        "extras": some(8, lambda: {
            "client": client(), "on": day(), "what": "cake", "courtesy": dice.chance(40),
            "announced": dice.chance(40),
        }),
        "relation_scores": some(25, lambda: {
            "client": client(), "person": dice.one_of(["Olga", "Пётр"]), "on": day(),
            "score": dice.below(10) - 4,
        }),
        "departures": some(10, lambda: {
            "client": client(), "on": day(), "reason": dice.one_of(formulas.REASONS),
        }),
        "refusals": some(8, refusal),
        "win_backs": [win_back(one) for one in dice.shuffled(everybody)[:12]],
        "products": [
            {"name": "Grinder", "solves": [PAINS[0]], "benefit": "fast"},
            plain({"name": "Mill", "launched_on": maybe(70, day(0))}),
            {"name": "Hat rack", "category": "racks", "goes_with": ["hats"]},
            {"name": "Boots", "brand": BRANDS[1], "collection": True, "launched_on": day(0)},
        ],
        "promo_days": [promo(f"promo {n}") for n in range(6)],
        "deal_statuses": [
            {"name": "lead"}, {"name": "offer", "channel": "phone"}, {"name": "won", "is_final": True},
        ],
        "deals": [
            plain({
                "id": f"d{n}", "client": client(), "status": dice.one_of(["lead", "offer", "won"]),
                "on": day(), "manager": maybe(30, dice.one_of(STAFF)),
            })
            for n in range(14)
        ],
        "deliveries": some(14, delivery),
        "suppliers": [
            {
                "name": "All", "measure": "amount", "months": 12, "purchases": money(5000),
                "tiers": [{"from": money(400), "discount_percent": "2.5"},
                          {"from": "4000", "discount_percent": "7"}],
            },
            {
                "name": "Hats", "category": "hats", "measure": "amount", "months": 6,
                "tiers": [{"from": money(900), "discount_percent": "10"}],
            },
        ],
        "fixed_costs": {"per_month": money(300)},
    }
    # A relation is scored once a day.
    scored = {(one["client"], one["person"], one["on"]): one for one in made["relation_scores"]}
    made["relation_scores"] = list(scored.values())
    return {
        name: distinct(entries) if name in LISTS else entries for name, entries in made.items()
    }


def reachable(dice, portraits):
    """Ways to reach clients, birthdays and pains, beside what their portraits have."""
    for number, portrait in enumerate(portraits):
        if dice.chance(50):
            portrait["contacts"] = [
                plain({
                    "kind": dice.one_of(["phone", "email", "address", "messenger"]),
                    "value": f"way {number} {place}",
                    "preferred": dice.chance(25) or None,
                    "do_not_contact": dice.chance(25) or None,
                })
                for place in range(1 + dice.below(3))
            ]
        if dice.chance(25):
            day = START + datetime.timedelta(days=dice.below(900))
            portrait["pains"] = [{"what": dice.one_of(PAINS), "said_on": day.isoformat()}]
    return portraits


# --------------------------------------------------------------------------- views

# The columns of rows that have more than a table shows.
COLUMNS = {
    "lost": (
        "client", "since", "expected_on", "last_purchase", "days_late", "intervals_late", "clock",
        "urgent", "stage", "tier", "at_stake", "return_rank", "manager", "reason",
        "spike_then_gone",
    ),
    "easiest": (
        "client", "rank", "activity", "responsive", "urgent", "at_stake", "last_purchase", "manager",
    ),
    "triggers": (
        "client", "manager", "trigger", "product", "channel", "order", "key", "due_on", "at_stake",
        "mark",
    ),
}
COLUMNS["due"] = COLUMNS["lost"]


def cell(value):
    return {"contains": []} if isinstance(value, formulas.Sentence) else value


def view(snapshot, name, arguments):
    """The oracle's answer as an expectation."""
    made = {"view": name, **({"args": arguments} if arguments else {})}
    try:
        rows = snapshot.view(name, arguments)
    except oracle.Refused as refused:
        return {**made, "error": refused.error}
    columns = COLUMNS.get(name) or (list(rows[0]) if rows else [])
    return {
        **made, "columns": list(columns),
        "rows": [[cell(row[column]) for column in columns] for row in rows],
    }


def asked(quarter):
    """(view, arguments) of all that are derived."""
    plain_ones = (
        "intervals", "repeats", "second_purchase", "concentration", "penetration", "balance",
        "response", "relations", "dependence", "client_exit", "manager_exit",
        "manager_exit_clients", "continuity", "erosion", "promises", "extras", "lost", "due",
        "easiest", "losses", "refusals", "withdrawals", "warm_leads", "win_backs", "managers",
        "assignment", "tasks", "task_steps", "task_clients", "mailing", "unreachable", "cadence",
        "triggers",
    )
    return [
        *((name, {}) for name in plain_ones),
        ("ltv", {}), ("ltv", {"by": "client"}), ("ltv", {"by": "tier"}),
        ("retention", {}), ("retention", {"step": "quarter", "rolling": 2}),
        ("revenue_change", {}), ("revenue_change", {"step": "quarter"}),
        ("revenue_change", {"step": "year", "by": "tier"}),
        ("revenue_change_clients", {"step": "quarter", "begins": quarter}),
        ("conversion", {}), ("conversion", {"step": "quarter"}),
        ("response", {"campaign": "spring"}), ("losses", {"by": "reason"}),
        ("losses", {"by": "refusal_part"}), ("losses", {"by": "tier"}),
        ("withdrawals", {"step": "quarter"}), ("task_clients", {"task": "a"}),
        ("mailing", {"status": "won"}),
    ]


# name, about, day, what is given, policy, the quarter that is taken apart
CASES = [
    ("views", "Every view that is derived, with sales, portraits and a journal; clothing.", "1998-05-20",
     dict(seed=51, clients=45, kinds=True, orders=True, back=12, profit=True, extras=True, brands=5),
     {"activity": {"industry": "clothing"}}, "1998-01-01"),
    ("views_days", "The same by days, with limits of the firm's own; ids as texts.", "1998-06-10",
     dict(seed=52, clients=45, text=True, profit=True, extras=True, unknown=3, brands=0),
     {"stage": {"max_gap": {"days": 120}}, "activity": {"lost_after": {"days": 150}, "due_after": {"days": 60}},
      "metric": {"active_within": {"days": 100}, "window": {"days": 200}, "balance_window": {"days": 300},
                 "conversion_within": {"days": 200}, "response_within": {"days": 10},
                 "revenue_retention": "baremetrics", "quick_ratio_with_reactivation": True,
                 "top_clients": [2, 3, 7]},
      "risk": {"window": {"days": 300}, "attention_percent": "4", "warning_percent": "8",
               "serious_percent": "15", "critical_percent": "25", "target_percent": "3",
               "staff_in_contact": 3, "persons_known": 3, "contact_window": {"days": 120},
               "erosion_step": "month", "erosion_periods": 1, "margin_percent": "40",
               "follow_up_within": {"days": 60}},
      "loss": {"stake": "ltv", "responsive_within": {"days": 90}, "recovered_within": {"days": 60},
               "spike_months": 2},
      "outreach": {"keys_per_manager": 1, "initiatives_per_month": 4, "cadence_window": {"days": 200},
                   "news_within": {"days": 90}, "referral_after": {"days": 10},
                   "referral_within": {"days": 60}, "birthday_ahead": {"months": 2},
                   "contact_within": {"days": 45}, "repeat_after": {"days": 100},
                   "promo_ahead": {"months": 1}}}, "1997-10-01"),
    ("views_history", "No windows; whole units; nobody knows when a client is lost.", "1998-04-30",
     dict(seed=53, clients=40, profit=True, extras=True, scale=0, few_prices=True, brands=2),
     {"metric": {"window": None, "revenue_retention": "chartmogul"},
      "risk": {"window": None, "contact_window": None, "erosion_step": "year"},
      "loss": {"stake_window": {"days": 200}}, "tier": {"top_percent": "30"},
      "outreach": {"contact_within": {"months": 4}}}, "1998-04-01"),
]


# --------------------------------------------------------------------------- formulas


def arguments(dice):
    """(formula, arguments, policy) of one try of each."""
    def amount(most=100_000):
        return oracle.money(dice.below(most), 2)

    def count(most=60):
        return dice.below(most)

    start, end = count(), count()
    new = dice.below(end + 1)
    lost = dice.below(start + 1)
    parts = {name: amount() for name in ("expansion", "contraction", "lost", "reactivation")}
    client = dice.below(50_000)
    total = client + dice.below(100_000)
    tiers, at = [], 0
    for _ in range(dice.below(4)):
        at += 1 + dice.below(30_000)
        tiers.append({"from": oracle.money(at, 2), "discount_percent": oracle.money(dice.below(2000), 2)})
    volume = dice.below(100_000)
    days = [f"2024-05-{1 + dice.below(20):02}" for _ in range(3)]
    names = [f"m{n}" for n in range(dice.below(4))]
    ids = sorted({dice.below(30) for _ in range(9)})
    reached = [sorted({dice.below(12) for _ in range(6)}) for _ in range(3)]
    convention = dice.one_of(["standard", "chartmogul", "baremetrics"])
    factor = {
        "mean_purchase": amount(), "purchases_per_month": oracle.money(dice.below(500), 2),
        "profit_percent": str(dice.below(90)), "months": str(dice.below(60)),
    }
    return [
        ("ltv", {**factor, "still_active": dice.chance(50)}, None),
        ("ltv_what_if", {**factor, "change_percent": {"months": str(dice.below(60) - 30)}}, None),
        ("crr", {"at_start": start, "at_end": end, "new": new,
                 "reactivated": dice.below(end - new + 1)}, None),
        ("churn", {"at_start": start, "lost": lost, "new": count()},
         {"metric": {"churn": dice.one_of(["at_start", "stripe"])}}),
        ("penetration", {"ours": amount(), "competitors": amount()}, None),
        ("exclusive_share", {"regulars": count(9), "supporters": count(9), "advocates": count(9)}, None),
        ("conversion", {"new": end, "became_regular": new}, None),
        ("revenue_retention", {"at_start": amount(), **parts},
         {"metric": {"revenue_retention": convention}}),
        ("quick_ratio", {"new": amount(), **parts},
         {"metric": {"quick_ratio_with_reactivation": dice.chance(50)}}),
        ("ltv_by_churn", {"revenue_per_client": amount(), "churn_percent": str(dice.below(4)),
                          "profit_percent": str(dice.below(100))},
         {"metric": {"zero_churn": dice.one_of(["undefined", "chartmogul", "stripe"])}}),
        ("concentration", {"amounts": [oracle.money(dice.below(9000) - 900, 2)
                                       for _ in range(dice.below(30))], "tops": [1, 4]}, None),
        ("balance", {"activities": [plain({
            "goal": dice.one_of(["acquisition", "retention"]), "kind": dice.one_of(ACTIVITIES),
            "money": amount() if dice.chance(95) else None, "minutes": count() if dice.chance(95) else None,
        }) for _ in range(dice.below(9))]}, None),
        ("cac", {"cost": amount(), "new_clients": count(20)}, None),
        ("ltv_to_cac", {"ltv": amount(), "cac": amount()}, None),
        ("payback_months", {"cac": amount(), "profit_per_month": amount(3000)}, None),
        ("response", {"channels": [
            {"channel": channel, "reached": ids, "responded": [one for one in ids if dice.chance(40)]}
            for channel, ids in zip(CHANNELS, reached)]}, None),
        ("relation_change", {"score_before": count(5), "score_after": count(5),
                             "amount_before": amount(300), "amount_after": amount(300)}, None),
        ("dependence", {"client": oracle.money(client, 2), "total": oracle.money(total, 2)}, None),
        ("others_needed", {"client": oracle.money(client, 2), "total": oracle.money(total, 2),
                           "target_percent": str(1 + dice.below(100))}, None),
        ("client_exit", {"revenue": amount(), "profit": amount(), "client_revenue": amount(),
                         "client_profit": amount(), "fixed_costs": amount(40_000)}, None),
        ("supplier_tier", {"volume": oracle.money(volume, 2),
                           "client_volume": oracle.money(dice.below(volume + 1), 2), "tiers": tiers,
                           **({"purchases": amount()} if dice.chance(70) else {})}, None),
        ("continuity", {"staff_in_contact": count(4)}, {"risk": {"staff_in_contact": 1 + count(4)}}),
        ("erosion", {"periods": [{"amount": amount(), "profit": oracle.money(dice.below(9000) - 500, 2)}
                                 for _ in range(dice.below(6))]}, {"risk": {"margin_percent": "3"}}),
        ("promise", plain({"due_on": days[0], "done_on": days[1] if dice.chance(70) else None,
                           "as_of": days[2], "consent": dice.chance(50), "reported": dice.chance(50),
                           "force_majeure": dice.chance(20)}), None),
        ("extra", {"courtesy": dice.chance(50), "announced": dice.chance(50)}, None),
        ("return_rank", {"lost": dice.chance(30), "responsive": dice.one_of([True, False])}, None),
        ("win_back", {"steps": [
            plain({"step": step, "outcome": dice.one_of(["done", "done", "declined", "lost_final", "returned"]),
                   "reason": dice.one_of([None, *formulas.REASONS])})
            for step in ("neutral_lunch", "office_visit", "ask_reason", "what_if", "part_well")
            if dice.chance(60)]}, None),
        ("managers_needed", {"keys": count()}, {"outreach": {"keys_per_manager": 1 + dice.below(6)}}),
        ("assign", {"managers": names, "keys": [
            plain({"client": one, "manager": dice.one_of([None, "m0", "m1", "gone"])})
            for one in dice.shuffled(ids)]}, {"outreach": {"keys_per_manager": 1 + dice.below(3)}}),
    ]


def told(answer):
    """An answer with its sentences as what a vector may ask of them."""
    if isinstance(answer, dict):
        return {key: told(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [told(value) for value in answer]
    return cell(answer)


def formula_vectors(dice, rounds=8):
    for number in range(rounds):
        for name, given, policy in arguments(dice):
            try:
                expect = told(formulas.answer(name, given, policy))
            except oracle.Refused as refused:
                expect = {"error": refused.error}
            yield {
                "name": f"generated_{name}_{number}",
                "about": "Seeded arguments, expected answer from tests/oracle.",
                "source": "convention",
                "generated": True,
                "formula": name,
                "args": given,
                **({"policy": policy} if policy else {}),
                "expect": expect,
            }
