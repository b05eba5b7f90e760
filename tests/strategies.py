"""Random ledgers of every kind, for property tests."""

from hypothesis import settings
from hypothesis import strategies as st

import casualties as cas


def many(examples):
    """Settings for a property test: so many examples, or the profile's few."""
    return settings(max_examples=min(examples, settings.default.max_examples))


DAYS = [f"2024-03-{day:02d}" for day in range(1, 13)]
INSTANTS = [f"2024-03-{day:02d} {hour:02d}:00" for day in range(1, 15) for hour in (6, 18)]
SOURCES = ["Ministry", "Monitor"]
KINDS = ("total", "period", "period", "more")


@st.composite
def numbers(draw, least=0):
    """A count as columns: exact, qualified, a range, with odd bounds, or declined."""
    value = draw(st.integers(least, 60))
    shape = draw(st.sampled_from(["exact"] * 6 + ["qualified"] * 3 + ["range", "odd", "none"]))
    if shape == "exact":
        return {"value": value}
    if shape == "qualified":
        names = ["about", "at_least", "more_than", "at_most", "less_than"]
        return {"value": value + 1, "qualifier": draw(st.sampled_from(names))}
    if shape == "range":
        high = draw(st.one_of(st.none(), st.integers(value, 80)))
        return {"low": value, "high": high, "qualifier": "range"}
    if shape == "odd":  # bounds that need not hold the value
        return {"value": value, "low": draw(st.integers(0, 60)), "high": draw(st.integers(0, 60))}
    return {"value": None}


@st.composite
def tables(draw, most=12, sources=SOURCES, kinds=KINDS, widest=11):
    """A list of reports with revisions, retractions, denials, gaps, overlaps and ties."""
    rows = []
    for place in range(draw(st.integers(0, most))):
        at = draw(st.sampled_from(INSTANTS))
        id_ = f"x{place}"
        older = [r for r in rows if r["reported_at"] <= at]
        action = draw(st.sampled_from(["report"] * 5 + ["revise", "revise", "retract", "deny"]))
        if action != "report" and older:
            target = draw(st.sampled_from(older))
            denial = target["action"] == "deny" or target.get("of_denial")
            if action == "revise" and denial:
                action = "retract"
            if action == "deny" and (denial or target["action"] == "retract"):
                action = "retract"
            row = {"report_id": id_, "action": action, "refers_to": target["report_id"]}
            row |= {"reported_at": at}
            if action == "revise":
                row |= draw(numbers(least=1))  # below 1 would say less than 0
                if draw(st.integers(0, 5)) == 0:
                    row["period_end"] = DAYS[-1]
            if action == "deny":
                row["source"] = draw(st.sampled_from(["Rival", "Other"]))
            if denial:
                row["of_denial"] = True
            rows.append(row)
            continue
        kind = draw(st.sampled_from(kinds))
        first, last = sorted(draw(st.tuples(st.integers(0, 11), st.integers(0, 11))))
        first = max(first, last - widest)
        if kind == "period" and draw(st.booleans()):
            first = last
        row = {"report_id": id_, "action": "report", "kind": kind, "reported_at": at}
        row |= {"source": draw(st.sampled_from(sources)), "period_end": DAYS[last]}
        if kind == "period" or (kind == "total" and draw(st.integers(0, 3)) == 0):
            row["period_start"] = DAYS[first]
        rows.append(row | draw(numbers()))
    return [{k: v for k, v in row.items() if k != "of_denial"} for row in rows]


@st.composite
def ledgers(draw, **shape):
    """A random ledger with no limit to its clock; `shape` is that of :func:`tables`."""
    rows = draw(tables(**shape))
    return cas.Ledger(rows, tz=draw(st.sampled_from(["UTC", "Asia/Yerevan"])))


clocks = st.sampled_from([*INSTANTS, "2024-02-01", "2025-01-01"])
