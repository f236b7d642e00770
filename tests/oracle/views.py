"""Tables over a whole snapshot: ladder, matrix, transitions, ranking, overlap."""

from fractions import Fraction

from axes import tiers
from basis import half_even, money
from intake import inside_window
from policy import CELLS, segment_boxes
from portraits import sort_key
from segments import STAGES, band_names, scale_of

LADDER_COLUMNS = ("stage", "clients", "amount", "amount_per_client", "inverted")
KEYS_COLUMNS = ("client", "sign", "of", "scope", "name", "value", "total", "share")
MATCHES_COLUMNS = (
    "name", "clients", "amount", "mean_purchase", "purchases_per_month", "profit_percent", "months",
)
MATRIX_COLUMNS = (
    "row", "column", "clients", "known_potential", "amount", "actual", "potential", "headroom",
)
TRANSITIONS_COLUMNS = ("from", "to", "clients", "amount")
RANKING_COLUMNS = ("rank", "client", "value", "share", "cumulative_share")

NAMES = {
    "stage": STAGES,
    "highest_stage": STAGES,
    "relation": ("one_off", "price_driven", "regular", "partner"),
    "tier": ("vip", "good", "standard"),
    "abc_class": tuple("ABC"),
    "xyz_class": tuple("XYZ"),
    "abc_xyz": CELLS,
    "activity": ("active", "due", "lost"),
    "activity_by_period": ("active", "due", "lost"),
    "activity_by_rhythm": ("active", "due", "lost"),
    "care": ("ordinary", "high_maintenance"),
    "target_match": ("good", "so_so", "other"),
}


def names_of(snapshot, axis):
    if axis in NAMES:
        return list(NAMES[axis])
    if axis == "rfm_segment":
        return list(dict.fromkeys(box[0] for box in segment_boxes(snapshot.policy)))
    if axis == "potential_band":
        return band_names(snapshot.policy["potential"]["bands"])
    if axis == "kind":
        return list(snapshot.portraits.catalogue.kinds) if snapshot.portraits else []
    return ["no", "yes"]


def verdict(value):
    """A verdict as text, as explanations and movements give it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if value is None else str(value)


def ladder_rows(snapshot):
    rows, before = [], None
    for stage in STAGES:
        members = [
            client for client, row in zip(snapshot.clients, snapshot.rows) if row["stage"] == stage
        ]
        clients = len(members)
        if stage == "prospect" and snapshot.portraits is not None:
            known = {client.id for client in snapshot.clients}
            clients += sum(client not in known for client in snapshot.portraits.by_client)
        amount = sum(client.amount for client in members)
        each = Fraction(amount, clients) if clients else None
        inverted = None
        if stage != "prospect" and clients:
            inverted = before is not None and each < before
            before = each
        rows.append({
            "stage": stage,
            "clients": clients,
            "amount": money(amount, snapshot.scale),
            "amount_per_client": None if each is None else money(half_even(each), snapshot.scale),
            "inverted": inverted,
        })
    return rows


def matrix_rows(snapshot, across, down):
    pairs = list(zip(snapshot.clients, snapshot.rows))
    rows = []
    for left in [*names_of(snapshot, across), ""]:
        for right in [*names_of(snapshot, down), ""]:
            members = [
                client for client, row in pairs
                if (verdict(row[across]) or "") == left and (verdict(row[down]) or "") == right
            ]
            if not members and "" in (left, right):
                continue
            known = [client for client in members if snapshot.needs[client.id] is not None]
            inside = inside_window(snapshot.policy["potential"]["window"], snapshot.as_of)
            actual = sum(client.value("amount", inside) for client in known)
            need = sum(snapshot.needs[client.id] for client in known)
            amount = sum(client.amount for client in members)
            rows.append({
                "row": left, "column": right, "clients": len(members),
                "known_potential": len(known),
                **{
                    name: money(value, snapshot.scale) for name, value in (
                        ("amount", amount), ("actual", actual), ("potential", need),
                        ("headroom", need - actual),
                    )
                },
            })
    return rows


def transitions_rows(now, earlier, axis):
    def by_client(snapshot):
        return {row["client"]: verdict(row[axis]) or "" for row in snapshot.rows}

    before, after = by_client(earlier), by_client(now)
    amounts = {client.id: client.amount for client in now.clients}
    names = [*names_of(now, axis), "absent", ""]
    everyone = [
        (before.get(client, "absent"), after.get(client, "absent"), amounts.get(client, 0))
        for client in before.keys() | after.keys()
    ]
    rows = []
    for left in names:
        for right in names:
            moved = [amount for a, b, amount in everyone if (a, b) == (left, right)]
            if moved or not {"absent", ""} & {left, right}:
                rows.append({
                    "from": left, "to": right, "clients": len(moved),
                    "amount": money(sum(moved), now.scale),
                })
    return rows


def ranking_rows(snapshot, criterion):
    inside = inside_window(snapshot.policy["abc"]["window"], snapshot.as_of)
    values = {client.id: client.value(criterion, inside) for client in snapshot.clients}
    total = sum(value for value in values.values() if value > 0)
    scale = scale_of(criterion, snapshot.options)
    rows = []
    in_order = sorted(values.items(), key=lambda pair: (-pair[1], sort_key(pair[0])))
    for client, value in in_order:
        down_to_here = sum(other for other in values.values() if other >= value)
        rows.append({
            "rank": 1 + sum(other > value for other in values.values()),
            "client": client,
            "value": money(value, scale),
            "share": value / total if value > 0 else None,
            "cumulative_share": down_to_here / total if value > 0 else None,
        })
    return rows


def overlap(snapshot, left, right):
    name = "vip_by_month"
    if snapshot.policy["tier"]["method"] == "period_total":
        name = "vip_by_total"

    def vips(criterion):
        found = tiers(snapshot.clients, snapshot.policy, snapshot.as_of, criterion)
        return {client for client, row in found.items() if row[name]}

    a, b = vips(left), vips(right)
    return {
        "left": left,
        "right": right,
        "left_clients": len(a),
        "right_clients": len(b),
        "both": len(a & b),
        "overlap": 2 * len(a & b) / (len(a) + len(b)) if a or b else None,
        "only_left": sorted(a - b, key=sort_key),
        "only_right": sorted(b - a, key=sort_key),
    }
