"""The tables of the rules as rows, for the library and for the slow reading alike."""

from datetime import date

TZ = "Asia/Yerevan"
JAN = "2024-01-{:02d}".format


def day(text):
    return date.fromisoformat(text)


def numbered(*rows, **fixed):
    """Rows with the ids x1, x2, … and, but for what is inherited, one source."""
    fixed = {"source": "Ministry"} | fixed
    out = []
    for i, row in enumerate(rows):
        base = {} if row.get("action", "report") in ("revise", "retract") else fixed
        out.append({"report_id": f"x{i + 1}"} | base | row)
    return out


def total(value, end, at, start=None, **more):
    row = {"kind": "total", "value": value, "period_end": end, "reported_at": at}
    return row | ({"period_start": start} if start else {}) | more


def period(value, start, end, at, **more):
    row = {"kind": "period", "value": value, "period_start": start, "period_end": end}
    return row | {"reported_at": at} | more


def added(value, end, at, **more):
    return {"kind": "more", "value": value, "period_end": end, "reported_at": at} | more


#: The article of 28 September 2020: 28 and 59, then 27 and 58, then 26 more.
ARTICLE = [
    period(28, "2020-09-28", "2020-09-28", "2020-09-28 14:00"),
    total(59, "2020-09-28", "2020-09-28 14:00", start="2020-09-27"),
    {"action": "revise", "refers_to": "x1", "value": 27, "reported_at": "2020-09-28 15:36"},
    {"action": "revise", "refers_to": "x2", "value": 58, "reported_at": "2020-09-28 15:36"},
    added(26, "2020-09-28", "2020-09-29 00:09"),
]


#: Reports, and the rows of the running total that they must give.
CASES = {
    "16, a mistaken 160, its retraction": (
        [
            total(16, JAN(10), JAN(10) + " 10:00"),
            total(160, JAN(10), JAN(10) + " 12:00"),
            {"action": "retract", "refers_to": "x2", "reported_at": JAN(10) + " 12:05"},
        ],
        [(JAN(10), 16, 16, 16, "stated")],
    ),
    "16, then declined to say": (
        [
            total(16, JAN(10), JAN(10) + " 10:00"),
            total(None, JAN(10), JAN(10) + " 18:00"),
        ],
        [(JAN(10), 16, 16, 16, "stated")],
    ),
    "100, then at least 80": (
        [total(100, JAN(1), JAN(1)), total(80, JAN(2), JAN(2), qualifier="at_least")],
        [(JAN(1), 100, 80, 100, "stated"), (JAN(2), 80, 80, None, "stated")],
    ),
    "80, then about 100": (
        [total(80, JAN(1), JAN(1)), total(100, JAN(2), JAN(2), qualifier="about")],
        [(JAN(1), 80, 80, 80, "stated"), (JAN(2), 100, 80, None, "stated")],
    ),
    "100 through 10 January, 500 within January": (
        [total(100, JAN(10), JAN(10)), period(500, JAN(1), JAN(31), "2024-02-01")],
        [(JAN(10), 100, 100, 100, "stated"), (JAN(31), 500, 500, 600, "floor")],
    ),
    "10 within 31 December to 5 January, 50 within January": (
        [
            period(10, "2023-12-31", JAN(5), JAN(6)),
            period(50, JAN(1), JAN(31), "2024-02-01"),
        ],
        [(JAN(5), 10, 10, None, "floor"), (JAN(31), 50, 50, None, "floor")],
    ),
    "5 within the 1st to 3rd, 9 within the 1st to 5th": (
        [period(5, JAN(1), JAN(3), JAN(4)), period(9, JAN(1), JAN(5), JAN(6))],
        [(JAN(3), 5, 5, None, "floor"), (JAN(5), 9, 9, None, "floor")],
    ),
    "48,000, then 12 and 30 since 20 January": (
        [
            total(48000, JAN(19), JAN(19)),
            total(12, JAN(25), JAN(25), start=JAN(20)),
            total(30, JAN(26), JAN(26), start=JAN(20)),
        ],
        [
            (JAN(19), 48000, 48000, 48000, "stated"),
            (JAN(25), 48012, 48012, 48012, "derived"),
            (JAN(26), 48030, 48030, 48030, "derived"),
        ],
    ),
    "5, then 12 since 11 January": (
        [total(5, JAN(10), JAN(10)), total(12, JAN(15), JAN(15), start=JAN(11))],
        [(JAN(10), 5, 5, 5, "stated"), (JAN(15), 12, 12, None, "stated")],
    ),
    "31, 26 more at 20:00, next morning 27 within the day": (
        [
            total(31, JAN(27), JAN(27)),
            added(26, JAN(28), JAN(28) + " 20:00"),
            period(27, JAN(28), JAN(28), JAN(29) + " 08:00"),
        ],
        [(JAN(27), 31, 31, 31, "stated"), (JAN(28), 58, 58, 58, "derived")],
    ),
    "31, 28 killed on the 28th, said at 14:00": (
        [total(31, JAN(27), JAN(27)), period(28, JAN(28), JAN(28), JAN(28) + " 14:00")],
        [(JAN(27), 31, 31, 31, "stated"), (JAN(28), 59, 59, 59, "derived")],
    ),
    "31, 26 more, 5 more, on the 30th 27 within the 28th": (
        [
            total(31, JAN(27), JAN(27)),
            added(26, JAN(28), JAN(28)),
            added(5, JAN(29), JAN(29)),
            period(27, JAN(28), JAN(28), JAN(30)),
        ],
        [
            (JAN(27), 31, 31, 31, "stated"),
            (JAN(28), 58, 58, 58, "derived"),
            (JAN(29), 62, 62, 63, "derived"),
        ],
    ),
    "31, 26 more, next morning 31 through the 27th again": (
        [
            total(31, JAN(27), JAN(27)),
            added(26, JAN(28), JAN(28)),
            total(31, JAN(27), JAN(29) + " 08:00"),
        ],
        [(JAN(27), 31, 31, 31, "stated"), (JAN(28), 57, 57, 57, "derived")],
    ),
    "31 in a total at 08:00 on the 28th, 5 within the 29th": (
        [
            total(31, JAN(28), JAN(28) + " 08:00"),
            period(5, JAN(29), JAN(29), JAN(30) + " 08:00"),
        ],
        [(JAN(28), 31, 31, 31, "stated"), (JAN(29), 36, 36, None, "floor")],
    ),
    "31 in a total at 08:00, 28 killed today at 20:00": (
        [
            total(31, JAN(28), JAN(28) + " 08:00"),
            period(28, JAN(28), JAN(28), JAN(28) + " 20:00"),
        ],
        [(JAN(28), 31, 31, 59, "floor")],
    ),
    "100 on 1 January, 4 more on 1 June": (
        [total(100, JAN(1), JAN(1)), added(4, "2024-06-01", "2024-06-01")],
        [(JAN(1), 100, 100, 100, "stated"), ("2024-06-01", 104, 104, None, "floor")],
    ),
    "fewer than 100, revised to 57": (
        [
            total(100, JAN(1), JAN(1), qualifier="less_than"),
            {"action": "revise", "refers_to": "x1", "value": 57, "reported_at": JAN(2)},
        ],
        [(JAN(1), 57, 57, 57, "stated")],
    ),
    "500 through 10 January 2024, then 100 through 2204": (
        [total(500, JAN(10), JAN(10)), total(100, "2204-01-10", JAN(11))],
        [(JAN(10), 500, 500, 500, "stated")],
    ),
}
