"""The page at every clock says what the ledger says at that clock, and nothing that came later."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from ledgers import article
from pages import Page
from strategies import ledgers, many

import casualties as cas
from casualties.page import picture, publish
from casualties.page.facts import Facts
from casualties.page.markup import day, through
from casualties.page.standing import groups
from casualties.words import STEPS, thing

SPANS = {"day": 1, "week": 7, "month": 30}
SERIES = ["event", "side", "category", "outcome", "definition", "source"]


@pytest.fixture
def undrawn(monkeypatch):
    """Pages without their pictures, which these tests do not look at."""
    monkeypatch.setattr(picture, "MOST", 0)


def clocks_of(ledger):
    """The instants of a ledger, and its own clock."""
    found = sorted(ledger.reports["reported_at"].unique())
    if ledger.known_at is not None and (not found or found[-1] != ledger.known_at):
        found.append(ledger.known_at)
    return found


def test_a_day_that_ends_with_a_report_ends_once():
    page = Page(publish.page(cas.load_dataset("karabakh_2020").as_of("2020-09-27")))
    assert page.times.count("27 September 2020") == 1
    assert page.times[-1] == "27 September 2020"


def named(row, main):
    """What a series counts and who counts it, as the page writes them in a row of its own."""
    names = {name: str(row[name]) for name in SERIES}
    return f"{thing(names, event=names['event'] != main)}|{names['source']}"


def grouped(page, row):
    """The heading under which the number of a series stands, and how it is named there."""
    facts = page.facts
    series = facts.names.index({name: str(row[name]) for name in SERIES})
    (title,) = (title for title, mine in groups(facts).items() if series in mine)
    unsaid = {name: "" for name in ("event", "side") if facts.names[series][name] == title}
    return title, f"{facts.thing_of(facts.names[series] | unsaid)}|{facts.source(series)}"


def main_event(ledger):
    """The event of more than half of the reports; of denials, that of the report denied."""
    known = ledger._known
    events = (
        known.record.series_table["event"].astype("str").take(known.record.series[known.public])
    )
    counts = events.value_counts()
    half = len(counts) and 2 * counts.iloc[0] > len(events)
    return counts.index[0] if half and "" not in counts.index else None


def fits(text, row):
    """Whether a number as it is printed is no surer than its bounds, and holds the number."""
    total, low, high = (None if pd.isna(row[c]) else int(row[c]) for c in ("total", "low", "high"))
    head, _, bounds = text.removesuffix(")").partition(" (")
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", bounds or head)]
    if bounds:  # beside the number as it was stated: exactly between what it may lie
        assert int(re.search(r"\d[\d,]*", head)[0].replace(",", "")) == total
        word = re.sub(r" ?[\d,–]+$", "", bounds)
        said = {"": [numbers[:1], numbers[-1:]], "at least": [numbers, [None]],
                "up to": [[0], numbers], "with no bounds": [[0], [None]]}  # fmt: skip
        return [[low or 0], [high]] == said[word]
    if re.fullmatch(r"[\d,]+", text):
        return low == high == total == numbers[0]
    if text.startswith("at least "):
        return high is None and numbers[0] <= low
    if text.startswith("more than "):
        return high is None and numbers[0] + 1 <= low
    if text.startswith(("about ", "up to ", "fewer than ")):
        bound = numbers[0] - text.startswith("fewer")
        return high is None if text.startswith("about") else high == bound
    return numbers == [low, high]


def check_numbers(page, ledger, place):
    """The latest numbers at a clock are those of `totals` there."""
    told = {}
    for title, rows in page.groups(place).items():
        for what, number, _ in rows:
            assert (title, what) not in told, "a series twice"
            told[title, what] = number
    frame = ledger.totals()
    last = frame.groupby(SERIES, observed=True, sort=False).tail(1)
    known = {grouped(page, row): row for row in last.to_dict("records")}
    silent = {what for what, number in told.items()
              if re.search(r"^no number(\||$)|\|withdrawn", number)}  # fmt: skip
    assert told.keys() - silent == known.keys()
    every = {grouped(page, row) for row in ledger.series().to_dict("records")}
    assert told.keys() == every
    for what, row in known.items():
        number, _, small = told[what].partition("|")
        assert fits(number, row), (what, number, row)
        assert re.split("[;,] ", small)[0] == through(row["date"], row["at"])


def in_days(text):
    """A text with its days as people write them."""
    text = re.sub(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d(:\d\d)?) (UTC|[+-]\d\d(:\d\d)?)", r"\1, \2", text)
    return re.sub(r"(\d{4}-\d\d-\d\d)( UTC| [+-]\d\d(:\d\d)?)?", lambda found: day(found[1]), text)


def check_findings(page, ledger, place):
    """The findings at a clock are those of `check` there, worst first."""
    found = ledger.check()
    ids = ledger.reports["report_id"].tolist()
    rows = page.at("findings", place)
    assert all(row[1].endswith("|disagree") for row in page.at("apart", place))
    severities = [row[1].partition("|")[0] for row in rows]
    assert severities == sorted(severities, key=["contradiction", "doubt", "note"].index)
    rows += page.at("apart", place)
    said = [(row[0].partition("|")[0], row[1]) for row in rows]
    wanted = []
    for row in found.itertuples():  # of which side and category it is stands below it on a page
        place = " · ".join(name for name in (row.side, row.category) if name not in ("", "all"))
        text = row.message.removeprefix(f"{place}: ")
        wanted.append((in_days(text[:1].upper() + text[1:]), f"{row.severity}|{row.code}"))
    assert sorted(said) == sorted(wanted)
    assert len(ids) == len(ledger)


def check_bridges(page, ledger, whole, place, main):
    """What made the difference over a stretch is what `reconcile` says."""
    at = whole[place]
    for name, days in SPANS.items():
        then = ledger.as_of(at - pd.Timedelta(days=days))
        frame = cas.reconcile(then, ledger)
        frame = frame[frame["opening"].notna() & (frame[list(STEPS)] != 0).any(axis=1)]
        wanted = {
            named(row, main): {step: int(row[step]) for step in STEPS if row[step]}
            for row in frame.to_dict("records")
        }
        before, now = ends(then, main), ends(ledger, main)
        told = {}
        for what, numbers, steps in page.at(f"bridges-{name}", place):
            if steps.startswith(("their bounds", "may be lower")):  # then no difference is given
                assert not re.fullmatch(r"[\d,]+ → [\d,]+", numbers)
                told[what] = wanted[what]
                continue
            if what not in wanted:  # another way to state it, or a 0 that is withdrawn
                assert len({*numbers.split(" → ")}) == 2
                assert steps.startswith("now ") if what in now else steps == "withdrawn"
                assert before[what][0] == now.get(what, (0,))[0]
                before[what] = now.get(what)
                continue
            bound = re.match(r"at least (\+)([\d,]+) |(−)([\d,]+) or lower ", steps)
            if bound:  # the least that the difference can be
                (by,) = wanted[what].values()
                sign, least = filter(None, bound.groups())
                assert (by > 0) == (sign == "+")
                assert int(least.replace(",", "")) <= abs(by)
                told[what] = wanted[what]
                continue
            if re.match("more than .* → at least", numbers):  # "26 more" than "more than 1,000"
                by = wanted[what].get("new", 0)
                steps = steps.replace(f"+{by - 1:,} new", f"+{by:,} new")
            parts = re.findall(r"([+−])([\d,]+) (\w+)", steps)
            told[what] = {word: int(n.replace(",", "")) * (1 if sign == "+" else -1)
                          for sign, n, word in parts}  # fmt: skip
            if "later" in told[what]:
                assert told[what]["later"] < 0
                told[what]["new"] = told[what].pop("later")
        assert told == wanted
        for what in before.keys() - wanted.keys():
            assert exact(before[what]) == exact(now.get(what)), what


def ends(ledger, main):
    """The total, low and high of each series."""
    rows = ledger.series().to_dict("records")
    return {named(row, main): tuple(row[name] for name in ("latest", "low", "high"))
            for row in rows if pd.notna(row["latest"])}  # fmt: skip


def exact(numbers):
    """Whether a number is known exactly; ``None`` if there is none."""
    return numbers and pd.notna(numbers[2]) and numbers[1] == numbers[2]


def check_steps(page, ledger, place, main):
    """The steps of every number are those of `history`."""
    frame = ledger.history()
    count = sum(1 for _, rows in frame.groupby(SERIES, observed=True) if len(rows) > 1)
    pools = [name for node in page.homes if (name := node.attrs["data-pool"]).startswith("steps-")]
    told = [page.at(name, place) for name in pools]
    assert sum(1 for rows in told if len(rows) > 1) == count
    sizes = sorted(len(r) for _, r in frame.groupby(SERIES, observed=True) if len(r) > 1)
    assert sorted(len(rows) for rows in told if len(rows) > 1) == sizes
    assert len(page.at("reports", place)) >= len(ledger)
    reports = [row for row in page.at("reports", place) if len(row) > 1]
    assert len(reports) == len(ledger)
    assert main is None or isinstance(main, str)


def check_every_clock(ledger, *, every=1):
    """All of this at every clock of a ledger's page, or at every so many."""
    page = Page(publish.page(ledger))
    page.facts = Facts(ledger)
    whole, main = clocks_of(ledger), main_event(ledger)
    assert len(page.times) == len(whole)
    for place in sorted({*range(0, len(whole), every), len(whole) - 1} - {-1}):
        then = ledger.as_of(whole[place])
        check_numbers(page, then, place)
        check_findings(page, then, place)
        check_bridges(page, then, whole, place, main)
        check_steps(page, then, place, main)
    return page


@pytest.mark.usefixtures("undrawn")
def test_the_article_at_every_clock_says_what_the_ledger_says():
    page = check_every_clock(article())
    numbers = [row[1] for place in range(4) for row in page.at("headlines", place)]
    assert numbers == [
        "at least 28|by 14:00 on 28 September 2020, as reported then",
        "59|by 14:30 on 28 September 2020, as reported then",
        "58|by 14:30 on 28 September 2020; reported 28 September 2020, 15:36",
        "84|through 28 September 2020; reported 29 September 2020, 00:09",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("name", "every"), [("karabakh_2020", 8), ("revised_tolls", 150)])
def test_bundled_ledgers_at_some_clocks(name, every):
    check_every_clock(cas.load_dataset(name), every=every)


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_an_earlier_page_is_the_later_one_set_back():
    ledger = cas.load_dataset("karabakh_2020").where(event="Nagorno-Karabakh 2020")
    page, whole = Page(publish.page(ledger)), clocks_of(ledger)
    for place in range(0, len(whole), 51):
        then = Page(publish.page(ledger.as_of(whole[place])))
        for name in ("denied", "bridges-day", "bridges-week", "bridges-month"):
            assert sorted(page.at(name, place)) == sorted(then.at(name)), name
        for name in ("findings", "apart"):
            assert plain(page.at(name, place)) == plain(then.at(name)), name
        numbers, mine = (sorted(row[1] for row in p.at("headlines", at)) for p, at in
                         ((page, place), (then, None)))  # fmt: skip
        assert numbers == mine


def plain(rows):
    """Rows without the numbers of reports, which count from those known."""
    return sorted(tuple(re.sub(r"\[\d+\]", "[]", cell) for cell in row) for row in rows)


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_random_ledgers_at_every_clock():
    @many(5)
    @given(ledgers())
    def holds(ledger):
        check_every_clock(ledger)

    holds()


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_random_tables_of_parts_at_every_clock():
    @many(4)
    @given(ledgers("tally"))
    def holds(ledger):
        page = check_every_clock(ledger)
        whole = clocks_of(ledger)
        if not page.root.find(data_pool="tolls"):
            return
        for place, at in enumerate(whole):
            for number, text in page.at("tolls", place):
                outcome = text.partition(",")[0]
                toll = ledger.as_of(at).where(outcome=outcome).tally().iloc[-1]
                assert fits(number, toll)

    holds()


@pytest.mark.usefixtures("undrawn")
def test_a_clock_leaves_no_trace_of_what_came_later():
    text = publish.page(article().as_of("2020-09-28 15:00"))
    assert "59" in text
    for later in ("t58", "m26", "p27", "27 instead of 28", "15:36", "00:09"):
        assert later not in text


@pytest.mark.usefixtures("undrawn")
def test_the_last_changes_are_the_newest_of_all_steps():
    page = Page(publish.page(article()))
    home = page.root.find("tbody", data_recent=...)[0]
    assert [row.rows[2].said for row in home.rows] == ["58 → 84", "59 → 58", "at least 28 → 59"]
    assert page.data["recent"] == [[0, 3], [0, 2], [0, 1]]
    assert "a new report ([5])" in home.rows[0].text


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_very_many_instants_are_some_instants_and_the_page_says_so():
    rows = [{"value": n, "reported_at": pd.Timestamp("2024-01-01 00:30") + pd.Timedelta(hours=n)}
            for n in range(600)]  # fmt: skip
    ledger = cas.Ledger(pd.DataFrame(rows), source="M", kind="total")
    page = Page(publish.page(ledger))
    page.facts = Facts(ledger)
    assert len(page.times) == 200
    assert "200 of 600 instants" in page.root.text
    every = clocks_of(ledger)
    assert page.times[-1] == "25 January 2024, 23:30"
    for place in (0, 57, 120, 199):
        at = every[int(np.linspace(0, 599, 200).astype(int)[place])]
        check_numbers(page, ledger.as_of(at), place)
