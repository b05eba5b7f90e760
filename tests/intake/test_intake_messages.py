"""What is said of a table that cannot be read, word for word (``messages.txt``)."""

import datetime as dt
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from commits import Repo
from golden import Golden

import casualties as cas
from casualties.model.schema import COLUMNS as SCHEMA

GOOD = {"source": "M", "kind": "total", "value": 5, "reported_at": "2024-03-05"}
A = GOOD | {"report_id": "a"}
LATE = {"source": None, "kind": None, "value": None, "reported_at": "2024-03-06"}
LATER = LATE | {"reported_at": "2024-03-07", "report_id": "c"}
WIDE = {"Killed": {"outcome": "killed"}, "Hurt": {"outcome": "wounded"}}
LOG = {"reported_at": "2024-03-05", "Killed": 5, "Hurt": 7}
BARE = {"reported_at": "2024-03-05", "kind": "total", "source": "M"}
LISTED = {"source": "M", "kind": "incident", "reported_at": "2024-03-05"}


def table(*rows, **said):
    return partial(cas.Ledger, list(rows), **said)


def cell(**cells):
    """The second of two rows has other cells."""
    return table(GOOD, GOOD | cells)


def about_a(**cells):
    return table(A, GOOD | LATE | {"report_id": "b", "refers_to": "a"} | cells)


def count(text, **options):
    return partial(cas.parse_count, text, **options)


def instant(when, tz="UTC", **options):
    return table(GOOD, GOOD | {"reported_at": when}, tz=tz, **options)


def extra(*names, without=(), **said):
    """A table as somebody has it, with columns that nobody explained."""
    row = {name: word for name, word in GOOD.items() if name not in without}
    return table(row | dict.fromkeys(names, 7), **said)


def last_line(make):
    with pytest.raises(cas.LedgerError) as error:
        make()
    raise cas.LedgerError(error.value.told.splitlines()[-1].strip())


CELLS = {
    "several problems": table(GOOD | {"kind": "totl", "value": -5, "source": ""}),
    "one problem of many rows": table(*(GOOD | {"value": f"x{row}"} for row in range(5))),
    "more kinds of problems than are shown": partial(last_line, table(
        GOOD | {"kind": "totl", "value": -5} | {f"{name}s": 1 for name in SCHEMA})),
    "no source": cell(source=None), "no kind": cell(kind=" "), "no instant": cell(reported_at=""),
    "a number for a name": cell(source=7.5), "NUL": cell(note="a\0"),
    "half a character": cell(source="\ud800"), "half a character in an extra column":
    cell(place="\ud800"), "a word near a kind": cell(kind="totl"), "no such kind": cell(kind="x"),
    "a whole for a side": cell(side="Total"), "a row of a sum": table(LISTED | {"value": 3},
    LISTED | {"value": 3, "report_id": "Total"}),
    "an incident without a day": table(LISTED | {"value": 3, "period_end": "2024-03-01"},
                                       LISTED | {"value": 4}),
    "a period without days": cell(kind="period"),
    "a period that ends before it begins": cell(period_start="2024-03-06"),
    "incidents among totals": cell(kind="incident"),
    "totals among incidents": table(LISTED | {"value": 3}, GOOD),
    "an id used again": table(A, A),
    "decimals and thousands": partial(cas.Ledger, pd.DataFrame([GOOD | {"value": 2.3}]),
                                      thousands="."),
    "two qualifiers": cell(value="at least 5", qualifier="about"),
    "a bound that is a range": cell(low="3-4"), "a list for a count": cell(value=[5]),
    "too large": cell(value=10**13), "half a person": cell(value=5.5), "below zero": cell(value=-5),
    "a range without low": cell(value=None, high=5),
    "bounds without a value": cell(value=None, high=5, qualifier="exact"),
    "dozens": cell(value="dozens"), "so many more": cell(value="26 more"),
    "a share": cell(value="12%"), "a sign between digits": cell(value="2.300"),
    "a decimal comma": cell(value="2,5"), "other words": cell(value="12 soldiers"),
    "two counts": cell(value="5/6"), "plus and at least": count("at least 300+"),
    "fewer than 0": count("<0"), "a range that may have lost a thousand": count("1-2,300"),
    "a range backwards": count("60-50"), "too many digits": count("1" * 30),
    "a share of a person": count("1.2345678 million"),
    "comma where a point separates": count("2,3", thousands="."),
    "no such separator": count("5", thousands="x"), "words are a list": count("5", words=["x"]),
    "a word without a bound": count("5", words={"dozens": "many"}),
    "a word backwards": count("5", words={"dozens": (40, 20)}),
}  # fmt: skip
DATES = {
    "an order of day and month": instant("05/03/2024"), "no such day": instant("2024-02-30"),
    "no date": instant("soon"), "a day number": instant(45356), "a truth value": instant(True),
    "a year of two digits": instant("05/03/24"), "a month": instant("March 2024"),
    "a day of the week": instant("Tuesday, 5 March 2024"), "half of a day": instant("5/3 9 pm"),
    "a zone by letters": instant("2024-03-05 10:00 EST"), "another calendar": instant("1403-02-17"),
    "a blank day beside a time": table(
        {"Day": "2024-03-05", "Time": "9:00", "value": 5}, {"Day": "", "Time": "11:00", "value": 5},
        source="M", kind="total", columns={"Day": "reported_at", "Time": "reported_at"}),
    "an hour that was skipped": instant("2021-03-28 01:30", "Europe/London"),
    "an hour that was shown twice": instant("2021-10-31 01:30", "Europe/London"),
    "a day with a time": cell(period_end="2024-03-05 10:00"),
    "day and month exchanged": table(*(GOOD | {"reported_at": day} for day in
                                       (dt.date(2020, 4, 3), "25/4/2020"))),
    "no such order": instant("05/03/2024", dates="day first"),
    "no such zone": instant("2024-03-05", "Yerevan"),
    "a moment of a query": partial(cas.Ledger([GOOD]).as_of, "noon"),
    "a blank moment": partial(cas.Ledger([GOOD]).as_of, None),
}  # fmt: skip
LINKS = {
    "revise nothing": about_a(action="revise", refers_to=None, value=4),
    "a report that refers": about_a(source="M", kind="total", value=5),
    "no such report": about_a(action="revise", refers_to="A", value=4),
    "an automatic name": table(GOOD, GOOD | LATE | {"action": "revise", "refers_to": "r1"}),
    "older than what it is about": about_a(action="revise", value=4, reported_at="2024-03-04"),
    "revise a denial": table(A, GOOD | LATE | {"report_id": "b", "action": "deny", "source": "N",
        "refers_to": "a"}, GOOD | LATER | {"action": "revise", "refers_to": "b", "value": 4}),
    "revise a denial that was retracted": table(
        A, GOOD | LATE | {"report_id": "b", "action": "deny", "source": "N", "refers_to": "a"},
        GOOD | LATER | {"action": "retract", "refers_to": "b"},
        GOOD | LATER | {"report_id": "d", "action": "revise", "refers_to": "c", "value": 4}),
    "a deny without a source": about_a(action="deny"),
    "a revise of another side": about_a(action="revise", value=4, side="B"),
    "a retract with days": about_a(action="retract", period_end="2024-03-01"),
    "a retract with a number": about_a(action="retract", value=5),
    "a qualifier of a range": table(A | {"value": "50-60"}, GOOD | LATE | {
        "action": "revise", "refers_to": "a", "qualifier": "about"}),
    "no such report to revise": lambda: cas.Ledger([A]).revise("b", 4, reported_at="2024-03-06"),
    "several reports to revise": lambda: cas.Ledger([A]).revise(["a"], 4, reported_at="2024-03-06"),
    "rename no mapping": lambda: cas.Ledger([A]).rename(source="N"),
    "rename what is not there": lambda: cas.Ledger([A]).rename(source={"N": "M"}),
    "rename a relay to nothing": lambda: cas.Ledger([A | {"via": "AFP"}]).rename(via={"AFP": ""}),
    "set an attribute": lambda: setattr(cas.Ledger([A]), "tz", "UTC"),
}  # fmt: skip
COLUMNS = {
    "a column near another": extra("Side"), "a first day": extra("Start date"),
    "a date": extra("date"), "a date and nothing else": extra("date", without=("reported_at",)),
    "a best estimate": extra("best", "low", without=("value",)), "a bound": extra("deaths_low"),
    "missing columns": table({"value": 5}),
    "numbers by other names": extra("Killed", "Injured", without=("value",)),
    "no number": extra("Dogs", without=("value",)),
    "wounded read as killed": extra("Injured", without=("value",), columns={"Injured": "value"}),
    "a keyword near a column": extra(sorce="M"), "a column twice": partial(
        cas.Ledger, pd.DataFrame([[5, 6]], columns=["value", "value"])),
    "a column that is not there": extra("Deaths", columns={"Death": "value"}),
    "a title above the header": partial(cas.Ledger, pd.DataFrame(
        [["Day", "Dead"]], columns=["Log of March", "Unnamed: 1"]), columns={"Day": "value"}),
    "a column of a report as an extra one": extra("event", columns={"event": None}),
    "a column that is no column": extra("Deaths", columns={"Deaths": "valeu"}),
    "columns are a list": extra(columns=["value"]), "na is no word": extra(na=[None]),
    "a constant that names a column": extra("AFP", source="AFP"),
    "no table": partial(cas.Ledger, {"value": [1, 2], "source": ["M"]}),
    "a wide column that says nothing": table(LOG, value={"Killed": "killed"}, **BARE),
    "two wide columns that say the same": table(LOG, value={"Killed": {}, "Hurt": {}}, **BARE),
    "a wide column and its own": table(LOG | {"outcome": "x"}, value=WIDE, **BARE),
}  # fmt: skip

DAILY = {"day": ["2024-03-04", "2024-03-05"], "killed": [2, 14]}
NAMED = {"date": "day", "value": "killed", "source": "MoH", "kind": "total"}
TOLD = pd.DataFrame(DAILY | {"published": "2024-03-06"})


def copies(*tables, dates=("2024-03-05", "2024-03-06", "2024-03-07"), **said):
    pairs = zip(dates, map(pd.DataFrame, tables), strict=False)
    return partial(cas.from_snapshots, pairs, **NAMED | said)


def versions(frame=TOLD, **said):
    return partial(cas.from_vintages, frame, **{"reported_at": "published"} | NAMED | said)


def why(*tables, **said):
    """What `intake` tells of copies that were read."""
    return lambda: "\n".join(copies(*tables, **said)().intake["why"])


AGAIN = DAILY | {"day": ["2024-03-05"] * 2}
ODD = DAILY | {"killed": ["many", 15]}
ARCHIVES = {
    "two rows for one figure": copies(AGAIN), "two rows for one incident": copies(
        AGAIN | {"event_id": ["x", "x"]}, kind="incident", id="event_id"),
    "an incident without an id": copies(AGAIN | {"event_id": ["x", ""]}, id="event_id"),
    "no column of the day": copies({"date": ["2024-03-05"], "killed": [2]}),
    "no day": copies(DAILY | {"day": ["2024-03-04", None]}),
    "a constant that is a column of numbers": copies(DAILY | {"MoH": [1, 2]}),
    "copies out of order": copies(DAILY, DAILY, dates=["2024-03-06", "2024-03-05"]),
    "copies without instants": partial(cas.from_snapshots, [DAILY], **NAMED),
    "a cell of a copy": copies(DAILY, ODD), "no copy": copies(ODD, on_bad="skip"),
    "a copy left out": why(DAILY, ODD, on_bad="skip"),
    "a row left out": why(DAILY, ODD, on_bad="skip_rows"),
    "a copy without rows": why(DAILY, {}), "a copy without a column": why(
        DAILY | {"hurt": [1, 2], "Place": ["N", "N"]}, DAILY, columns={"Place": "side"},
        value={"killed": {"outcome": "dead"}, "hurt": {"outcome": "wounded"}}),
    "a column that no copy has": copies(DAILY, columns={"Regoin": "side"}),
    "a constant that later copies have": copies(DAILY, DAILY | {"region": ["N", "N"]},
                                                side="region"),
    "a figure that is gone before it came": copies(
        DAILY | {"published": "2024-06-01"}, {"day": ["2024-03-04"], "killed": [2],
        "published": "2024-03-06"}, columns={"published": "reported_at"}),
    "which column holds the day": copies(DAILY, date=None),
    "which column holds the number": copies(DAILY, value=""),
    "a number for a column": copies(DAILY, date=7), "what is counted": copies(DAILY, kind=None),
    "an id that is a report's": copies(DAILY, id="report_id"),
    "no such way": copies(DAILY, on_bad="ignore"),
    "versions with actions": versions(TOLD.assign(action="report")),
    "no row of versions": versions(TOLD.assign(killed="many"), on_bad="skip_rows"),
    "ledgers of two zones": lambda: cas.concat([cas.Ledger([A]), cas.Ledger([A], tz="Asia/Tokyo")]),
    "one ledger's id in another": lambda: cas.concat([cas.Ledger([A])] * 2),
    "no ledgers": lambda: cas.concat([]), "no such dataset": lambda: cas.load_dataset("karabakh"),
}  # fmt: skip


def git(*commits, log=False, before=None, **said):
    """A repository with a commit for each text (``None``: the file was removed)."""

    def make():
        repo = Repo(Path("repo"))
        for text in commits:
            repo.commit(text)
        if before is not None:
            before(repo)
        ledger = cas.from_git("repo", **{"path": "toll.csv"} | NAMED | said)
        return "\n".join(ledger.intake["why"]) if log else ""

    return make


CSV = "day,killed\n2024-03-05,5\n"
GIT = {
    "no such folder": partial(cas.from_git, "nowhere", "toll.csv", **NAMED),
    "no commits": git(), "no such branch": git(CSV, branch="mian"),
    "no such file": git(CSV, path="toll.cvs"), "a pointer of Git LFS": git(
        "version https://git-lfs.github.com/spec/v1\n"),
    "a reader that fails": git(CSV, read=lambda data: 1 / 0),
    "a content that is not there": git(CSV, before=lambda repo: [
        path.unlink() for path in (repo.path / ".git/objects").glob("*/*")
        if repo.git("cat-file", "-t", path.parent.name + path.name) == "blob"]),
    "a file that was removed": git(CSV, None, log=True),
    "a merge conflict": git(CSV, "<<<<<<< ours\n" + CSV),
}  # fmt: skip

GOLDEN = Golden(__file__, CELLS | DATES | LINKS | COLUMNS | ARCHIVES | GIT)


@pytest.mark.parametrize("name", GOLDEN.names)
def test_what_is_said_of_a_table_is_what_the_file_of_messages_has(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    GOLDEN.compare(name)
