"""Small, dense, seeded random tables of reports, as a user would give them.

``random_rows(random.Random(7), **PRESETS["restarts"])`` is a list of dicts. Ids are explicit,
a revise stands below what it revises, and every row is valid. The keywords of `random_rows`
say how often a feature turns up; each preset makes one feature dense.
"""

from datetime import date, datetime, timedelta

FIRST = date(2024, 3, 1)
VAGUE = ("about", "at_least", "more_than", "at_most", "less_than", "range", "likely", "odd")
WORDS = {  # how a vague number may be written
    "about": ("~", "about ", "c. ", "some "),
    "at_least": (">=", "at least "),
    "more_than": (">", "over "),
    "at_most": ("<=", "up to "),
    "less_than": ("<",),
    "range": ("1-", "between 1 and "),
}
HOURS = ("", "06:00", "10:00", "14:00", "20:00", "23:59")  # "" is a bare date
ZONES = ("UTC", "Asia/Yerevan", "America/New_York")
STOCKS = ("missing", "captured", "detained")

#: What each preset changes of the defaults of :func:`random_rows`.
PRESETS = {
    "mixed": {},
    "plain": {"vague": 0, "links": 0.1, "silent": 0, "starts": 0.1, "early": 0},
    "restarts": {
        "starts": 0.7, "kinds": {"total": 7, "period": 2, "more": 1}, "fresh": 0.7,
        "shared_start": 0.6,
    },
    "steps": {"kinds": {"total": 2, "period": 7, "more": 1}, "shared_start": 0.7, "vague": 0.2},
    "morning": {"own_day": 0.9, "hours": ("06:00", "10:00", "20:00"), "days": 5, "starts": 0.1},
    "silence": {"silent": 0.4, "links": 0.4, "days": 5},
    "restored": {"links": 0.6, "actions": {"revise": 3, "retract": 5, "deny": 0}, "days": 6},
    "denied": {"links": 0.6, "actions": {"revise": 3, "retract": 3, "deny": 6}, "days": 6},
    "vague": {"vague": 0.8},
    "likely": {
        "vague": 1, "shapes": ("likely", "likely", "about"), "kinds": {"total": 5, "more": 1},
    },
    "floors": {"kinds": {"total": 3, "period": 7, "more": 1}, "widest": 9, "starts": 0.05},
    "mores": {"kinds": {"total": 3, "period": 3, "more": 5}, "days": 6, "widest": 3},
    "repeats": {"kinds": {"total": 6, "more": 4}, "days": 4, "values": 3, "starts": 0.05},
    "vague_steps": {
        "kinds": {"total": 2, "period": 7, "more": 1}, "shared_start": 0.6, "vague": 0.7, "days": 8,
    },
    "echoes": {
        "kinds": {"more": 6, "total": 3}, "days": 3, "values": 3, "relays": 0.6, "vague": 0,
        "actions": {"revise": 1}, "starts": 0, "moves": 0,
    },
    "flips": {"kinds": {"total": 1}, "days": 2, "values": 3, "vague": 0.1, "starts": 0},
    "stocks": {"outcomes": STOCKS[:1], "vague": 0.4},
    "early": {"early": 0.4},
    "ties": {"instants": 3, "days": 4, "links": 0.1},
    "moves": {"links": 0.6, "actions": {"revise": 1, "retract": 0, "deny": 0}, "moves": 0.7},
    "days": {"kinds": {"period": 5, "total": 2, "more": 2}, "widest": 1},
    "sources": {"sources": ("Ministry", "Monitor", "AFP"), "most": 14, "days": 8},
    "definitions": {
        "sources": ("Ministry", "Monitor"), "definitions": ("", "identified"), "days": 5,
    },
    "tally": {
        "sides": ("all", "A", "B"),
        "categories": ("all", "civilian", "military", "children"),
        "kinds": {"total": 1}, "days": 6, "most": 14, "links": 0.1, "starts": 0,
    },
    "tally_sources": {
        "sides": ("all", "A", "B"), "categories": ("all", "civilian", "military", "children"),
        "sources": ("Ministry", "Monitor"), "kinds": {"total": 4, "period": 1}, "days": 5,
        "most": 14, "links": 0.1, "starts": 0,
    },
    "tally_definitions": {
        "sides": ("A", "B"), "categories": ("civilian", "military"), "kinds": {"total": 1},
        "definitions": ("", "identified"), "days": 4, "most": 8, "links": 0.1, "starts": 0,
    },
    "fewer": {
        "kinds": {"total": 3, "period": 2, "more": 4}, "fewer": 0.5, "days": 6, "links": 0.15,
        "starts": 0.1,
    },
    "incidents": {
        "kinds": {"incident": 1}, "sources": ("Ministry", "Monitor"), "links": 0.4, "most": 14,
    },
    "many": {
        "events": ("", "flood"), "outcomes": ("killed", "missing"), "most": 16,
        "sources": ("Ministry", "Monitor"),
    },
}  # fmt: skip


def random_rows(
    rng,
    *,
    least=2,
    most=12,
    days=12,
    kinds=None,
    sources=("Ministry",),
    sides=("all",),
    categories=("all",),
    definitions=("",),
    outcomes=("killed",),
    events=("",),
    vague=0.35,
    shapes=VAGUE,
    silent=0.06,
    starts=0.25,
    fresh=0.3,
    shared_start=0.2,
    own_day=0.4,
    links=0.3,
    actions=None,
    moves=0.2,
    early=0.04,
    instants=None,
    hours=HOURS,
    widest=6,
    values=60,
    relays=0.1,
    fewer=0.05,
    reasons=0.1,
):
    """Return a random table; `rng` is a `random.Random` or one that behaves so.

    `kinds` and `actions` are weights; `vague` (one of `shapes`), `silent`, `starts` (totals that
    say since when), `fresh` (such totals whose count began anew: small), `shared_start` (periods
    that start where another does), `own_day` (reported on their own last day), `links` (revises,
    retractions, denials), `moves` (revises that move dates or kind), `early`, `fewer` (a `more`
    below zero) and `reasons` are chances; `instants` limits the different moments of publication,
    `widest` the days a period covers.
    """
    kinds = kinds or {"total": 4, "period": 4, "more": 2}
    actions = actions or {"revise": 5, "retract": 3, "deny": 2}

    def chance(p):
        return rng.random() < p

    def moment(day):
        hour = rng.choice(hours)
        return f"{day.isoformat()} {hour}".strip()

    every = [moment(FIRST + timedelta(rng.randrange(days + 2))) for _ in range(instants or 0)]
    rows, begun = [], []
    for place in range(rng.randint(least, most)):
        if rows and chance(links):
            row = _linked(rng, rows, one(rng, actions), days, every, moment, moves, vague, values)
            if row:
                if chance(reasons):
                    row["reason"] = "recounted"
                rows.append({"report_id": f"x{place}"} | row)
                continue
        kind = one(rng, kinds)
        last = rng.randrange(days)
        end = FIRST + timedelta(last)
        row = {"report_id": f"x{place}", "kind": kind, "source": rng.choice(sources)}
        for column, names in (
            ("event", events),
            ("side", sides),
            ("category", categories),
            ("outcome", outcomes),
            ("definition", definitions),
        ):
            if names != ("",) and names != ("all",):
                row[column] = rng.choice(names)
        row["period_end"] = end.isoformat()
        number = _number(rng, vague, silent, values, shapes=shapes)
        if kind == "period":
            start = end - timedelta(rng.randrange(widest))
            if begun and chance(shared_start):
                start = min(rng.choice(begun), end)
            begun.append(start)
            row["period_start"] = start.isoformat()
        if kind == "total" and chance(starts):
            start = end - timedelta(rng.randrange(6))
            if begun and chance(shared_start):
                start = min(rng.choice(begun), end)
            begun.append(start)
            row["period_start"] = start.isoformat()
            if chance(fresh):
                number = {"value": rng.randrange(8)}
        if kind == "more" and chance(fewer):
            number = _fewer(rng, values)
        if chance(reasons):
            row["reason"] = "recounted"
        if every:
            row["reported_at"] = rng.choice(every)
        elif chance(early):
            row["reported_at"] = moment(end - timedelta(rng.randint(1, 3)))
        elif chance(own_day):
            row["reported_at"] = moment(end)
        else:
            row["reported_at"] = moment(end + timedelta(rng.randint(1, 4)))
        if chance(relays):
            row["via"] = rng.choice(("AFP", "TASS"))
        rows.append(row | number)
    rows[0].setdefault(
        "value", None
    )  # a table says where its numbers stand, even if all are silent
    return [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]


def _number(rng, vague, silent, values, least=0, shapes=VAGUE):
    """A count as columns: exact, vague, a range, with odd bounds, or declined."""
    value = rng.randint(least, values)
    if rng.random() < silent:
        return {}
    if rng.random() >= vague:
        return {"value": value if rng.random() < 0.9 else f"{value:,}"}
    shape = rng.choice(shapes)
    if rng.random() < 0.2 and shape in WORDS:
        return {"value": f"{rng.choice(WORDS[shape])}{value + 1}"}
    if shape == "range":
        high = value + rng.randrange(20) if rng.random() < 0.8 else None
        return {"low": value, "qualifier": "range"} | ({} if high is None else {"high": high})
    if shape == "likely":  # a range that says which of its numbers it most likely is
        low, high = rng.randint(0, value), value + rng.randrange(values)
        return {"value": value, "low": low, "high": high, "qualifier": "range"}
    if shape == "odd":  # bounds that need not hold the value
        return {"value": value, "low": rng.randint(0, values), "high": rng.randint(0, values)}
    return {"value": value + 1, "qualifier": shape}


def _fewer(rng, values):
    """How many fewer: exact or vague."""
    value = rng.randint(1, max(values // 4, 1))
    shape = rng.choice(("exact", "exact", "at_least", "about", "range"))
    if shape == "range":
        bounds = {"low": -value - rng.randrange(4), "high": -value, "qualifier": "range"}
        return bounds | ({"value": -value} if rng.random() < 0.3 else {})
    return {"value": -value, "qualifier": shape}


def when(row):
    """The moment of a row, as good as needed to tell which came first."""
    text = row["reported_at"]
    return datetime.fromisoformat(text if len(text) > 10 else text + " 23:59:59")


def _linked(rng, rows, action, days, every, moment, moves, vague, values):
    """A report about another one; None where that makes no sense."""
    target = rng.choice(rows)
    kind = target.get("action", "report")
    of_denial = target.get("_denial", kind == "deny")
    if of_denial:
        if kind == "retract":
            return None
        action = "retract"
    elif action == "deny" and kind == "retract":
        action = "revise"
    if action == "retract" and kind == "retract":
        action = "revise"
    if every:
        at = rng.choice(every)
    else:
        at = moment(when(target).date() + timedelta(rng.randrange(4)))
    row = {"action": action, "refers_to": target["report_id"], "reported_at": at}
    if when(row) < when(target):
        row["reported_at"] = target["reported_at"]
    if of_denial:
        row["_denial"] = True
    if action == "deny":
        row |= {"source": rng.choice(("Rival", "Other")), "_denial": True}
    if action == "revise":
        if rng.random() < 0.85:
            row |= _number(rng, vague, 0.03, values, least=1)
        elif isinstance(target.get("value"), int) and "low" not in target and rng.random() < 0.5:
            row |= {"value": target["value"], "qualifier": rng.choice(("about", "at_least"))}
        if rng.random() < moves:
            last = rng.randrange(days)
            row["period_end"] = (FIRST + timedelta(last)).isoformat()
            if _kind(target, rows) != "incident" and rng.random() < 0.3:
                row["kind"] = rng.choice(("total", "period"))
            if row.get("kind", _kind(target, rows)) != "more":  # a start that is not after the end
                row["period_start"] = (FIRST + timedelta(rng.randint(0, last))).isoformat()
    return row


def _kind(row, rows):
    """The kind of a row, its own or that of what it refers to."""
    while "kind" not in row:
        row = next(other for other in rows if other["report_id"] == row["refers_to"])
    return row["kind"]


def table(rng, preset="mixed", **shape):
    """A random table of a preset, ready for a ledger."""
    return random_rows(rng, **(PRESETS[preset] | shape))


def shuffled(rows, rng):
    """The same rows in another order."""
    return rng.sample(rows, len(rows))


# -- true reports ------------------------------------------------------------------------------


def true_rows(rng, *, days=8, most=9, kinds=None, vague=0.4, hours=(6, 10, 15, 20, 24), zero=0.3):
    """Return rows that are all true of one course of events, and that course.

    The course is a dict of day -> how many by the end of that day. Every report says what was so
    when it was published: a running one counts up to its own moment, a `more` what came since
    the source last spoke of its present, a total "since" a later day (a count begun anew)
    only what came from that day on. The rules take some statements at their word: there is no
    `more` after a count of days that no total or `more` had reached, no recount of earlier days
    after a `more`, no count begun anew through a day that is not over; and the high of a total
    is that of its moment, not of its day. The zone is UTC; hour 24 is the bare date, the end
    of a day.
    """
    kinds = kinds or {"total": 4, "period": 4, "more": 2}
    toll = {  # (day, hour) -> deaths
        (day, hour): 0 if rng.random() < zero else rng.randint(0, 9)
        for day in range(days)
        for hour in range(0, 24, 2)
        if rng.random() < 0.3
    }

    def count(start, stop):
        """Deaths from one moment to another, hours since the first day began."""
        return sum(n for (day, hour), n in toll.items() if start <= 24 * day + hour < stop)

    moments = sorted({24 * rng.randrange(days) + rng.choice(hours) for _ in range(most)})
    rows, spoken, reached, totals = [], 0, 0, []
    for place, now in enumerate(moments):
        today = (now - 1) // 24
        kind = one(rng, kinds)
        if kind == "more" and reached > spoken:
            kind = "total"
        onward = kind == "more" or any(row["kind"] == "more" for row in rows)
        last = today if onward or rng.random() < 0.5 else rng.randint(0, today)
        upto = min(now, 24 * (last + 1))
        row = {"report_id": f"x{place}", "source": "Ministry", "kind": kind}
        row["period_end"] = (FIRST + timedelta(last)).isoformat()
        if kind == "more":
            value = count(spoken, now)
        elif kind == "period":
            first = rng.randint(0, last)
            row["period_start"] = (FIRST + timedelta(first)).isoformat()
            value = count(24 * first, upto)
        else:
            first = 0
            dawn = min([day for (day, _), n in toll.items() if n] or [0])
            if rng.random() < 0.2 and dawn <= last:
                row["period_start"] = (FIRST + timedelta(rng.randint(0, dawn))).isoformat()
            elif rng.random() < 0.3 and upto == 24 * (last + 1):
                first = rng.randint(0, last)
                if any(day < first and low > 0 for day, low in totals):
                    row["period_start"] = (FIRST + timedelta(first)).isoformat()
                else:
                    first = 0
            value = count(24 * first, upto)
        number = _true_number(rng, value, vague)
        if kind == "total" and first == 0:
            totals.append((last, value if number.get("qualifier", "exact") == "exact" else 0))
        reached = max(reached, upto)
        spoken = max(spoken, upto) if kind != "period" else spoken
        day, hour = FIRST + timedelta(today), now - 24 * today
        row["reported_at"] = day.isoformat() + ("" if hour == 24 else f" {hour:02d}:00")
        rows.append(row | number)
    course = {FIRST + timedelta(day): count(0, 24 * (day + 1)) for day in range(days)}
    return rows, course


def true_parts(rng, *, days=5, most=12, vague=0.4):
    """Return true totals of the places of a grid, and the course of the whole.

    Two sides, civilians and soldiers, and children among the civilians; each place is counted
    by one source and named at least once, if only by "declined to say". Every day is over when
    it is reported.
    """
    sides = ("A", "B")
    toll = {
        (side, category, day): rng.randint(0, 6) if rng.random() < 0.6 else 0
        for side in sides
        for category in ("civilian", "military")
        for day in range(days)
    }
    for side in sides:
        for day in range(days):
            toll[side, "children", day] = rng.randint(0, toll[side, "civilian", day])

    def count(side, category, upto):
        return sum(
            n
            for (s, c, day), n in toll.items()
            if day <= upto
            and side in ("all", s)
            and (c == category or (category == "all" and c != "children"))
        )

    grid = [(s, c) for s in ("all", *sides) for c in ("all", "civilian", "military", "children")]
    places = rng.sample(grid, rng.randint(1, 6))
    source = {place: rng.choice(("Ministry", "Monitor")) for place in places}
    rows = []
    for place in range(max(most, len(places))):
        side, category = places[place] if place < len(places) else rng.choice(places)
        upto = rng.randrange(days)
        row = {"report_id": f"x{place}", "kind": "total", "source": source[side, category]}
        row |= {"side": side, "category": category}
        row["period_end"] = (FIRST + timedelta(upto)).isoformat()
        row["reported_at"] = (FIRST + timedelta(upto + rng.randint(0, 2))).isoformat()
        declined = rng.random() < 0.15
        number = {} if declined else _true_number(rng, count(side, category, upto), vague)
        rows.append(row | number)
    course = {FIRST + timedelta(day): count("all", "all", day) for day in range(days)}
    return rows, course


def _true_number(rng, value, vague):
    if rng.random() >= vague:
        return {"value": value}
    shape = rng.choice(("about", "at_least", "more_than", "at_most", "less_than", "range"))
    off = rng.randint(0, 5)
    if shape == "about":
        return {"value": max(0, value + rng.randint(-5, 5)), "qualifier": shape}
    if shape == "range":
        return {"low": max(0, value - off), "high": value + rng.randint(0, 5), "qualifier": shape}
    if shape == "more_than":
        return {"value": value - 1 - off, "qualifier": shape} if value > off else {"value": value}
    if shape == "at_least":
        return {"value": max(0, value - off), "qualifier": shape}
    return {"value": value + off + (shape == "less_than"), "qualifier": shape}


def one(rng, weights):
    """A name drawn by weight."""
    return rng.choice([name for name, weight in weights.items() for _ in range(weight)])
