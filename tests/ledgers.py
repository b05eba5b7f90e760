"""Small, hand-checked ledgers that several tests use."""

import casualties as cas

MINISTRY = {"source": "Ministry", "kind": "total"}

#: The article of 28 September 2020: 28 and 59, then 27 and 58, then 26 more.
ARTICLE = [
    {"report_id": "p28", "kind": "period", "period_start": "2020-09-28", "value": 28,
     "reported_at": "2020-09-28 14:00"},
    {"report_id": "t59", "kind": "total", "period_start": "2020-09-27", "value": 59,
     "reported_at": "2020-09-28 14:30"},
    {"report_id": "p27", "action": "revise", "refers_to": "p28", "value": 27,
     "reported_at": "2020-09-28 15:36"},
    {"report_id": "t58", "action": "revise", "refers_to": "t59", "value": 58,
     "reported_at": "2020-09-28 15:36", "reason": "27 instead of 28"},
    {"report_id": "m26", "kind": "more", "value": 26, "period_end": "2020-09-28",
     "reported_at": "2020-09-29 00:09"},
]  # fmt: skip


def article() -> cas.Ledger:
    rows = [row if "action" in row else row | {"source": "Ministry"} for row in ARTICLE]
    return cas.Ledger(rows, tz="Asia/Yerevan")


def series(rows, **fixed):
    """A ledger of one source from (kind, days, value) with one report a day, in order."""
    out = []
    for place, (kind, days, value) in enumerate(rows):
        start, _, end = days.partition("/")
        row = {"kind": kind, "value": value, "reported_at": f"2024-04-{place + 1:02d}"}
        row |= {"period_end": end or start}
        if end:
            row["period_start"] = start
        out.append(row)
    return cas.Ledger(out, source=fixed.pop("source", "Ministry"), **fixed)


def says(*rows, **fixed):
    """A ledger of (kind, days, value, reported_at); dicts are taken as they are."""
    out = []
    for row in rows:
        if not isinstance(row, dict):
            kind, days, value, reported_at = row
            start, _, end = days.partition("/")
            row = {"kind": kind, "value": value, "reported_at": reported_at}
            row |= {"period_end": end or start} | ({"period_start": start} if end else {})
        if row.get("action", "report") == "report":
            row = {"source": "Ministry"} | row
        out.append({"report_id": f"x{len(out) + 1}"} | row)
    return cas.Ledger(out, **fixed)


def rows_of(ledger):
    """Day of the month, total, low, high and basis of each running total."""
    frame = ledger.totals()
    highs = [
        None if value is None else value
        for value in frame["high"].astype(object).where(frame["high"].notna(), None)
    ]
    return list(
        zip(frame["date"].dt.day, frame["total"], frame["low"], highs, frame["basis"], strict=True)
    )
