"""The formulas on plain values, from the requirements, with exact fractions."""

import math
import re
from fractions import Fraction

from basis import Refused, half_even, read_day
from policy import fill_policy
from portraits import sort_key

LEVELS = ("attention", "warning", "serious", "critical")
WIN_BACK_STEPS = (
    "neutral_lunch", "office_visit", "ask_reason", "what_if", "part_well", "ask_referral",
)
REASONS = (
    "better_terms", "service", "in_house", "direct_import", "no_longer_needed", "inattention",
    "ownership_or_manager_change", "unknown",
)
NEED_ENDED = ("in_house", "direct_import", "no_longer_needed")


class Sentence:
    """A text whose words are not foretold, only that there is one."""


SOME_TEXT = Sentence()


# --------------------------------------------------------------------------- figures


def decimal_text(number):
    """A fraction that is a decimal, as text without needless zeros."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    digits = str(abs((number * 10**places).numerator)).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def figure(value, unit, bound="exact"):
    return {"value": decimal_text(value), "unit": unit, "bound": bound}


def undefined(unit):
    return {"value": None, "unit": unit, "bound": "exact", "cause": SOME_TEXT}


def six_places(number):
    return half_even(number * 10**6) / Fraction(10**6)


def quotient(part, whole, unit, bound="exact"):
    if whole == 0:
        return undefined(unit)
    factor = 100 if unit == "percent" else 1
    return figure(six_places(Fraction(part) * factor / whole), unit, bound)


# --------------------------------------------------------------------------- arguments


def bad(argument):
    return Refused("bad_argument", argument=argument)


def unreadable(path):
    return Refused("bad_document", document="arguments", path=path)


def decimal_of(value, path):
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise unreadable(path)
    if isinstance(value, str) and not re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
        raise unreadable(path)
    return Fraction(value)


def count_of(value, path):
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise unreadable(path)
    return value


def flag_of(value, path):
    if not isinstance(value, bool):
        raise unreadable(path)
    return value


class Arguments:
    """Named arguments; what is never asked for is unknown, and so an error."""

    def __init__(self, given):
        self.given, self.known = given, set()

    def of(self, kind, name, *default):
        self.known.add(name)
        if name not in self.given:
            if default:
                return default[0]
            raise unreadable(".")
        value = self.given[name]
        if value is None and default == (None,):
            return None
        return kind(value, name)

    def decimal(self, name, *default):
        return self.of(decimal_of, name, *default)

    def count(self, name, *default):
        return self.of(count_of, name, *default)

    def flag(self, name, *default):
        return self.of(flag_of, name, *default)

    def raw(self, name, *default):
        return self.of(lambda value, _: value, name, *default)

    def all_used(self):
        for name in self.given:
            if name not in self.known:
                raise unreadable(name)


def not_below_zero(**numbers):
    for name, number in numbers.items():
        if number < 0:
            raise bad(name)


# --------------------------------------------------------------------------- figures of the base


def factors(a):
    return (
        a.decimal("mean_purchase"), a.decimal("purchases_per_month"), a.decimal("profit_percent"),
        a.decimal("months"),
    )


def lifetime_value(s, c, p, t):
    not_below_zero(mean_purchase=s, purchases_per_month=c, months=t)
    return s * c * p / 100 * t


def ltv(a, _):
    s, c, p, t = factors(a)
    still_active = a.flag("still_active", False)
    value = lifetime_value(s, c, p, t)
    # Of a client that costs more than it brings, more months make less.
    bound = "lower" if still_active else "exact"
    return {
        "ltv": figure(value, "money", bound),
        "revenue": figure(s * c * t, "money", bound),
        "losing": p < 0,
    }


def ltv_what_if(a, _):
    given = factors(a)
    changes = a.raw("change_percent")
    names = ("mean_purchase", "purchases_per_month", "profit_percent", "months")
    changed = []
    for name, factor in zip(names, given):
        change = decimal_of(changes.get(name) or 0, f"change_percent.{name}")
        if change <= -100:
            raise bad("change_percent")
        changed.append(factor * (100 + change) / 100)
    before, after = lifetime_value(*given), lifetime_value(*changed)
    return {
        "before": figure(before, "money"),
        "after": figure(six_places(after), "money"),
        "difference": figure(six_places(after - before), "money"),
        "difference_percent": quotient(after - before, before, "percent"),
    }


def crr(a, _):
    start, end, new = a.count("at_start"), a.count("at_end"), a.count("new")
    reactivated = a.count("reactivated", 0)
    if new > end:
        raise bad("new")
    if reactivated > end - new:
        raise bad("reactivated")
    retention = quotient(end - new, start, "percent")
    loss = undefined("percent")
    if start:
        loss = figure(100 - Fraction(retention["value"]), "percent")
    return {
        "retention": retention,
        "retention_without_reactivated": quotient(end - new - reactivated, start, "percent"),
        "loss": loss,
    }


def churn(a, policy):
    start, lost, new = a.count("at_start"), a.count("lost"), a.count("new", 0)
    if lost > start:
        raise bad("lost")
    whole = start + (new if policy["metric"]["churn"] == "stripe" else 0)
    return {"churn": quotient(lost, whole, "percent")}


def penetration(a, _):
    ours, rivals = a.decimal("ours"), a.decimal("competitors")
    not_below_zero(ours=ours, competitors=rivals)
    return {"penetration": quotient(ours, ours + rivals, "percent")}


def exclusive_share(a, _):
    r, s, v = a.count("regulars"), a.count("supporters"), a.count("advocates")
    return {"exclusive_share": quotient(s + v, r + s + v, "percent")}


def conversion(a, _):
    new, became = a.count("new"), a.count("became_regular")
    if became > new:
        raise bad("became_regular")
    return {"conversion": quotient(became, new, "percent")}


def revenue_retention(a, policy):
    start = a.decimal("at_start")
    parts = [a.decimal(n, Fraction(0)) for n in ("expansion", "contraction", "lost", "reactivation")]
    not_below_zero(at_start=start, **dict(
        zip(("expansion", "contraction", "lost", "reactivation"), parts)
    ))
    expansion, contraction, lost, reactivation = parts
    kept = start + expansion - lost
    convention = policy["metric"]["revenue_retention"]
    if convention != "baremetrics":
        kept -= contraction
    if convention == "chartmogul":
        kept += reactivation
    net = quotient(kept, start, "percent")
    net_churn = undefined("percent")
    if start:
        net_churn = figure(100 - Fraction(net["value"]), "percent")
    return {
        "net": net,
        "gross": quotient(start - contraction - lost, start, "percent"),
        "net_churn": net_churn,
    }


def quick_ratio(a, policy):
    names = ("new", "expansion", "contraction", "lost")
    new, expansion, contraction, lost = (a.decimal(name) for name in names)
    reactivation = a.decimal("reactivation", Fraction(0))
    not_below_zero(new=new, expansion=expansion, contraction=contraction, lost=lost,
                   reactivation=reactivation)
    grown = new + expansion
    if policy["metric"]["quick_ratio_with_reactivation"]:
        grown += reactivation
    return {"quick_ratio": quotient(grown, contraction + lost, "ratio")}


def ltv_by_churn(a, policy):
    revenue, rate = a.decimal("revenue_per_client"), a.decimal("churn_percent")
    profit = a.decimal("profit_percent", Fraction(100))
    not_below_zero(revenue_per_client=revenue, churn_percent=rate)
    if rate > 100:
        raise bad("churn_percent")
    convention = policy["metric"]["zero_churn"]
    if rate == 0 and convention == "undefined":
        return {"ltv": undefined("money")}
    if rate == 0 and convention == "chartmogul":
        return {"ltv": figure(Fraction(0), "money")}
    rate = rate or Fraction("1.67")
    return {"ltv": quotient(revenue * profit / 100, rate / 100, "money")}


def shares_of(amounts, tops):
    """Shares of the largest, Herfindahl, Gini, clients for 80 per cent; of amounts above zero."""
    ordered = sorted((amount for amount in amounts if amount > 0), reverse=True)
    n, total = len(ordered), sum(ordered)
    shares = [(top, Fraction(sum(ordered[:top]), total) * 100 if n else None) for top in tops]
    if not n:
        return n, total, shares, None, None, None
    hhi = sum((Fraction(amount) * 100 / total) ** 2 for amount in ordered)
    rising = ordered[::-1]
    gini = Fraction(sum((2 * i - n - 1) * x for i, x in enumerate(rising, 1)), 1) / (n * total)
    enough = next(k for k in range(1, n + 1) if sum(ordered[:k]) * 100 >= 80 * total)
    return n, total, shares, hhi, gini, enough


def concentration(a, policy):
    amounts = [decimal_of(v, f"amounts[{i}]") for i, v in enumerate(a.raw("amounts"))]
    tops = a.raw("tops", None) or policy["metric"]["top_clients"]
    n, total, shares, hhi, gini, enough = shares_of(amounts, tops)
    return {
        "clients": n,
        "total": decimal_text(Fraction(total)),
        "set_aside": len(amounts) - n,
        "shares": [
            {"top": top, "share": undefined("percent") if share is None
             else figure(six_places(share), "percent")}
            for top, share in shares
        ],
        "hhi": undefined("count") if hhi is None else figure(six_places(hhi), "count"),
        "gini": undefined("ratio") if gini is None else figure(six_places(gini), "ratio"),
        "clients_for_80_percent": enough,
    }


def balance_of(activities):
    """Winning held against keeping; money as fractions, None is unknown."""
    sides = {}
    for goal in ("acquisition", "retention"):
        ours = [one for one in activities if one["goal"] == goal]
        sides[goal] = {
            "count": len(ours),
            "money": sum((one["money"] for one in ours if one["money"] is not None), Fraction(0)),
            "minutes": sum(one["minutes"] for one in ours if one["minutes"] is not None),
            "unknown_money": sum(one["money"] is None for one in ours),
            "unknown_minutes": sum(one["minutes"] is None for one in ours),
        }
    won, kept = sides["acquisition"], sides["retention"]
    shares = {}
    for what in ("count", "money", "minutes"):
        unknown = won.get(f"unknown_{what}", 0) + kept.get(f"unknown_{what}", 0)
        whole = won[what] + kept[what]
        shares[what] = None if unknown or whole == 0 else Fraction(kept[what]) * 100 / whole
    return won, kept, shares


def balance(a, _):
    activities = [
        {
            "goal": one["goal"],
            "money": None if one.get("money") is None
            else decimal_of(one["money"], f"activities[{i}].money"),
            "minutes": one.get("minutes"),
        }
        for i, one in enumerate(a.raw("activities"))
    ]
    won, kept, shares = balance_of(activities)

    def side(one):
        return {**one, "money": decimal_text(one["money"])}

    return {
        "acquisition": side(won),
        "retention": side(kept),
        **{
            f"retention_share_by_{what}": undefined("percent") if share is None
            else figure(six_places(share), "percent")
            for what, share in shares.items()
        },
        "warning": SOME_TEXT if won["count"] and not kept["count"] else None,
    }


def cac(a, _):
    cost, new = a.decimal("cost"), a.count("new_clients")
    not_below_zero(cost=cost)
    return {"cac": quotient(cost, new, "money")}


def ltv_to_cac(a, _):
    value, cost = a.decimal("ltv"), a.decimal("cac")
    not_below_zero(cac=cost)
    return {"ltv_to_cac": quotient(value, cost, "ratio")}


def payback_months(a, _):
    cost, profit = a.decimal("cac"), a.decimal("profit_per_month")
    not_below_zero(cac=cost)
    if profit <= 0:
        return {"payback_months": undefined("months")}
    return {"payback_months": quotient(cost, profit, "months")}


def response(a, _):
    channels, everyone, willing = [], set(), set()
    for i, one in enumerate(a.raw("channels")):
        reached, responded = set(one["reached"]), set(one["responded"])
        if not responded <= reached:
            raise bad("channels")
        everyone |= reached
        willing |= responded
        channels.append({
            "channel": one["channel"], "reached": len(reached), "responded": len(responded),
            "response": quotient(len(responded), len(reached), "percent"),
        })
    return {
        "channels": channels,
        "combined": {
            "reached": len(everyone), "responded": len(willing),
            "response": quotient(len(willing), len(everyone), "percent"),
        },
    }


def direction(before, after, words):
    return words[0] if after > before else words[2] if after < before else words[1]


def relation_change(a, _):
    scores = a.raw("score_before"), a.raw("score_after")
    amounts = a.decimal("amount_before"), a.decimal("amount_after")
    return {
        "relation": direction(*scores, ("better", "same", "worse")),
        "amount": direction(*amounts, ("up", "same", "down")),
    }


# --------------------------------------------------------------------------- risks


def band_of(amount, total, policy, only_one):
    """The band of a share, every limit strictly passed (R32)."""
    if only_one:
        return "mono"
    band = "none"
    for level in LEVELS:
        if amount * 100 > Fraction(policy["risk"][f"{level}_percent"]) * total:
            band = level
    return band


def needed_of_others(client, total, target):
    """(others now, others needed, growth in per cent or None where there are none)."""
    others = total - client
    needed = client * 100 / Fraction(target) - client
    return others, needed, (needed - others) * 100 / others if others else None


def dependence(a, policy):
    client, total = a.decimal("client"), a.decimal("total")
    active = a.count("active_clients", None)
    not_below_zero(client=client, total=total)
    if client > total:
        raise bad("client")
    others, needed, growth = needed_of_others(client, total, policy["risk"]["target_percent"])
    return {
        "share": quotient(client, total, "percent"),
        "band": band_of(client, total, policy, active == 1) if total else None,
        "others_now": figure(others, "money"),
        "others_needed": figure(six_places(needed), "money"),
        "growth_needed": undefined("percent") if growth is None
        else figure(six_places(max(growth, Fraction(0))), "percent"),
    }


def others_needed(a, _):
    client, total = a.decimal("client"), a.decimal("total")
    target = a.decimal("target_percent")
    not_below_zero(client=client, total=total)
    if client > total:
        raise bad("client")
    if not 0 < target <= 100:
        raise bad("target_percent")
    others, needed, growth = needed_of_others(client, total, target)
    return {
        "others_now": figure(others, "money"),
        "others_needed": figure(six_places(needed), "money"),
        "growth_needed": undefined("percent") if growth is None
        else figure(six_places(max(growth, Fraction(0))), "percent"),
    }


def client_exit(a, _):
    revenue, profit = a.decimal("revenue"), a.decimal("profit")
    his_revenue, his_profit = a.decimal("client_revenue"), a.decimal("client_profit")
    fixed = a.decimal("fixed_costs", Fraction(0))
    not_below_zero(fixed_costs=fixed)
    now = profit - fixed
    without = now - his_profit
    return {
        "revenue_without": figure(revenue - his_revenue, "money"),
        "profit_now": figure(now, "money"),
        "profit_without": figure(without, "money"),
        "makes_loss": without < 0 and without < now,
    }


def discount_at(volume, tiers):
    """The discount of the highest tier that the volume reaches, 0 below the first."""
    reached = [Fraction(tier["discount_percent"]) for tier in tiers if volume >= Fraction(tier["from"])]
    return reached[-1] if reached else Fraction(0)


def supplier_tier(a, _):
    volume, his = a.decimal("volume"), a.decimal("client_volume")
    tiers, purchases = a.raw("tiers"), a.decimal("purchases", None)
    froms = [Fraction(tier["from"]) for tier in tiers]
    if froms != sorted(set(froms)):
        raise bad("tiers")
    now, without = discount_at(volume, tiers), discount_at(volume - his, tiers)
    return {
        "discount_now": figure(now, "percent"),
        "discount_without": figure(without, "percent"),
        "drops": without < now,
        "repricing_cost": undefined("money") if purchases is None and without < now
        else figure(six_places((purchases or 0) * (now - without) / 100), "money"),
    }


def continuity(a, policy):
    staff = a.count("staff_in_contact")
    return {"standing": continuity_of(staff, policy)}


def continuity_of(staff, policy):
    if staff == 0:
        return "orphan"
    return "covered" if staff >= policy["risk"]["staff_in_contact"] else "at_risk"


def erosion_of(periods, policy):
    """(verdict, margins, falls in a row at the end) of (amount, profit) by period.

    A period without sales above zero has no margin and is passed over; without any margin
    there is no verdict.
    """
    margins = [Fraction(profit) / amount if amount > 0 else None for amount, profit in periods]
    known = [margin for margin in margins if margin is not None]
    if not known:
        return None, margins, None
    falls = 0
    while falls + 1 < len(known) and known[-falls - 1] < known[-falls - 2]:
        falls += 1
    limit = policy["risk"]["margin_percent"]
    verdict = "none_seen"
    if falls >= policy["risk"]["erosion_periods"]:
        verdict = "eroding"
    if limit is not None and known[-1] * 100 < Fraction(limit):
        verdict = "eroding"
    if known[-1] <= 0:
        verdict = "critical"
    return verdict, margins, falls


def erosion(a, policy):
    periods = [
        (decimal_of(one["amount"], f"periods[{i}].amount"),
         decimal_of(one["profit"], f"periods[{i}].profit"))
        for i, one in enumerate(a.raw("periods"))
    ]
    verdict, margins, falls = erosion_of(periods, policy)
    return {
        "verdict": verdict,
        "margins": [
            undefined("percent") if margin is None else figure(six_places(margin * 100), "percent")
            for margin in margins
        ],
        "falls_in_a_row": falls,
    }


def promise_of(due_on, done_on, as_of, consent, force_majeure, reported):
    """The verdict on a promise as of a day; a day later than that has not come (R38, S2.38e)."""
    if done_on is not None and done_on > as_of:
        done_on = None
    if done_on is not None and done_on == due_on:
        return "kept"
    if done_on is not None and done_on < due_on:
        return "early" if consent else "early_without_consent"
    if done_on is None and as_of <= due_on:
        return "open"
    return "excused" if force_majeure or reported else "violation"


def promise(a, _):
    days = [a.raw("due_on"), a.raw("done_on", None), a.raw("as_of")]
    flags = [a.flag(name, False) for name in ("consent", "force_majeure", "reported")]
    due, done, as_of = (day and read_day(day) for day in days)
    verdict = promise_of(due, done, as_of, *flags)
    done = done if done and done <= as_of else as_of
    return {"verdict": verdict, "days_late": None if verdict == "open" else max((done - due).days, 0)}


def extra_of(courtesy, announced):
    return "fine" if announced else "courtesy" if courtesy else "surprise"


def extra(a, _):
    return {"verdict": extra_of(a.flag("courtesy", False), a.flag("announced", False))}


# --------------------------------------------------------------------------- losing and winning back


def return_rank_of(lost, responsive):
    return 3 if lost else 1 if responsive else 2


def return_rank(a, _):
    lost, responsive = a.flag("lost"), a.raw("responsive", None)
    return {"rank": return_rank_of(lost, responsive in (True, "yes"))}


class WrongStep(Exception):
    """A step that may not be taken."""


def win_back_of(steps, reason=None):
    """What became of an attempt: state, what may be done next, and with which question.

    Lunch on neutral ground is best, else the office with a gift; there the reason is asked,
    then what if; the client returns, or is lost in the end and we part well, or ask for an
    introduction where the need has ended (R42, S2.53 to S2.55).
    """
    state, allowed, question = "open", ["neutral_lunch"], None
    for taken in steps:
        step, outcome = taken["step"], taken["outcome"]
        told = taken.get("reason")
        if told and (told != "unknown" or reason is None):
            reason = told
        ended = reason in NEED_ENDED
        closing = ["ask_referral", "part_well"] if ended else ["part_well"]
        if "part_well" in allowed:
            allowed = closing
        if step not in allowed:
            raise WrongStep
        if outcome == "returned":
            state, allowed = "returned", []
        elif step in ("part_well", "ask_referral"):
            state, allowed = "lost_final", []
        elif outcome == "lost_final" or (step, outcome) == ("what_if", "declined"):
            state, allowed = "lost_final", closing
        elif step == "neutral_lunch":
            allowed = ["office_visit"] if outcome == "declined" else ["ask_reason"]
        else:
            allowed = {
                "office_visit": ["ask_reason"], "ask_reason": ["what_if"], "what_if": closing,
            }[step]
    if allowed and "part_well" not in allowed:
        question = QUESTIONS.get(reason)
    return state, allowed, reason, question


# What to ask, by the reason; too little attention is ours to correct as service is.
QUESTIONS = {"service": "correct", "inattention": "correct", "better_terms": "terms"}


def win_back(a, _):
    steps, reason = a.raw("steps", []), a.raw("reason", None)
    days = [one["on"] for one in steps if one.get("on")]
    if days != sorted(days):
        raise bad("steps")
    try:
        state, allowed, reason, question = win_back_of(steps, reason)
    except WrongStep:
        raise bad("steps") from None
    closing = None
    if state != "returned":
        closing = "ask_referral" if reason in NEED_ENDED else "part_well"
    return {
        "state": state, "allowed": allowed, "reason": reason, "question": question,
        "closing": closing,
    }


# --------------------------------------------------------------------------- what to do next


def managers_needed(a, policy):
    return {"managers": figure(managers_for(a.count("keys"), policy), "count")}


def managers_for(keys, policy):
    return Fraction(math.ceil(Fraction(keys, policy["outreach"]["keys_per_manager"])))


def shared_out(managers, held, limit):
    """{client: its manager to be} of pairs of a client and its manager, by id (R44)."""
    kept, to, nobodys, too_many = dict.fromkeys(managers, 0), {}, [], []
    for client, manager in held:
        if manager not in kept:
            nobodys.append((client, manager))
        elif kept[manager] < limit:
            kept[manager] += 1
            to[client] = manager
        else:
            too_many.append((client, manager))
    for client, manager in nobodys + too_many:
        free = [name for name in kept if kept[name] < limit]
        if free:
            to[client] = min(free, key=lambda name: (kept[name], name.encode()))
            kept[to[client]] += 1
        else:
            to[client] = manager if manager in kept else None
    return to


def assign(a, policy):
    managers, keys = a.raw("managers"), a.raw("keys")
    limit = policy["outreach"]["keys_per_manager"]
    if len({one["client"] for one in keys}) < len(keys):
        raise bad("keys")
    held = sorted(
        ((one["client"], one.get("manager")) for one in keys), key=lambda pair: sort_key(pair[0])
    )
    to = shared_out(managers, held, limit)
    holders = {manager for _, manager in held if manager is not None}
    over = {name: sum(manager == name for _, manager in held) - limit for name in holders}
    needed = managers_for(len(keys), policy)
    return {
        "suggestions": [
            {
                "client": client, "from": manager, "to": to[client],
                "moved": manager is not None and to[client] is not None and to[client] != manager,
            }
            for client, manager in held
        ],
        "over_limit": [
            {"manager": name, "keys": over[name] + limit, "over": over[name]}
            for name in sorted(holders, key=str.encode) if over[name] > 0
        ],
        "managers_needed": int(needed),
        "managers_missing": max(int(needed) - len(set(managers)), 0),
    }


FORMULAS = {
    one.__name__: one for one in (
        ltv, ltv_what_if, crr, churn, penetration, exclusive_share, conversion, revenue_retention,
        quick_ratio, ltv_by_churn, concentration, balance, cac, ltv_to_cac, payback_months,
        response, relation_change, dependence, others_needed, client_exit, supplier_tier,
        continuity, erosion, promise, extra, return_rank, win_back, managers_needed, assign,
    )
}


def answer(name, given, policy=None):
    """The answer of a formula by name."""
    policy = fill_policy(policy or {})
    if name not in FORMULAS:
        raise bad("formula")
    arguments = Arguments(given)
    found = FORMULAS[name](arguments, policy)
    arguments.all_used()
    return found
