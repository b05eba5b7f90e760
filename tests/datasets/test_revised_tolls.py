"""The bundled `revised_tolls`, read as a fact checker would read it.

Expected numbers are worked out by hand from the pages that the rows name, never from the library.
"""

import csv
import itertools
import re
from importlib import resources

import pandas as pd
import pytest

import casualties as cas

FOLDER = resources.files("casualties.datasets")
MADE = "2026-11-23"


@pytest.fixture(scope="module")
def ledger():
    return cas.load_dataset("revised_tolls")


@pytest.fixture(scope="module")
def rows():
    text = (FOLDER / "revised_tolls.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    named = {row["report_id"]: row for row in rows}
    for row in rows:
        first = row
        while first["refers_to"]:
            first = named[first["refers_to"]]
        row["of"] = first["event"]
    return rows


@pytest.fixture(scope="module")
def table():
    """Return the card's table of events: name → (kind, figures, first, latest, direction)."""
    text = (FOLDER / "revised_tolls.md").read_text(encoding="utf-8")
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if " → " in line]
    return {
        event: (kind, int(figures), *path.split(" → "), direction)
        for event, kind, figures, _, path, direction in lines[1:]
    }


def numbers(rows, event):
    """Return the figures of an event, in the order of the file."""
    return [
        f"{int(row['value']):,}" if row["value"] else f"{int(row['low']):,}–{int(row['high']):,}"
        for row in rows
        if row["of"] == event and (row["value"] or row["low"] or row["high"])
    ]


# ------------------------------------------------------------------------- row by row


def test_every_row_names_its_page_and_publisher(rows):
    for row in rows:
        assert row["via"], row["report_id"]
        assert re.fullmatch(r"https?://[^/\s]+/\S{3,}", row["url"]), row["report_id"]
        # An address that ends at a day's folder opens a list of that day, not the page.
        assert not re.search(r"/\d{4}([/-]\d{1,2}){1,2}/?$", row["url"]), row["report_id"]


def test_every_report_names_who_said_it_and_every_linked_row_what_it_is_about(rows):
    for row in rows:
        assert bool(row["refers_to"]) == (row["action"] != "report"), row["report_id"]
        if row["action"] in ("report", "deny"):
            assert row["source"], row["report_id"]


def test_every_time_is_honest(rows):
    for row in rows:
        when = row["reported_at"]
        if re.fullmatch(r"\d{4}-\d\d-\d\d", when):
            assert row["date_precision"] != "minute", row["report_id"]
        else:
            assert re.fullmatch(r"[\d-]{10}T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)", when)
            assert row["date_precision"] != "day", row["report_id"]
        assert when[:10] < MADE


def test_a_figure_covers_days_that_had_begun_when_it_was_said(rows):
    for row in rows:
        if row["period_end"]:
            # The day of the report is given in its own offset, so the two are local days.
            assert row["period_end"] <= row["reported_at"][:10], row["report_id"]


def test_ids_say_event_and_number(rows):
    prefixes = {}
    for row in rows:
        prefix = row["report_id"].split("-")[0]
        assert prefixes.setdefault(prefix, row["of"]) == row["of"], row["report_id"]
        assert row["value"] in row["report_id"], row["report_id"]
    assert len(set(prefixes.values())) == len(prefixes)
    assert len({row["report_id"] for row in rows}) == len(rows)


def test_words_are_few(rows):
    for row in rows:
        assert len(row["reason"]) <= 120, row["report_id"]
        assert not re.search('["“”«»]', row["reason"] + row["note"]), row["report_id"]


def test_the_rows_of_karabakh_2020_are_not_repeated(rows):
    assert not [row["report_id"] for row in rows if "Karabakh" in row["of"]]


# ------------------------------------------------------------------------ revisions


def test_every_revise_has_a_reason_and_a_later_instant(ledger):
    reports = ledger.reports.set_index("report_id")
    linked = reports[reports["refers_to"] != ""]
    bare = linked[(linked["action"] != "deny") & (linked["reason"] == "")]
    assert bare["note"].str.contains("did not say why").all()
    about = reports["reported_at"].reindex(linked["refers_to"].to_numpy())
    assert (linked["reported_at"].to_numpy() > about.to_numpy()).all()


def test_no_number_is_replaced_at_its_own_instant(ledger):
    at = ledger.reports.set_index("report_id")["reported_at"]
    steps = ledger.revisions()
    steps = steps[steps["new_id"].isin(at.index) & steps["old_id"].isin(at.index)]
    old, new = at.loc[steps["old_id"]].to_numpy(), at.loc[steps["new_id"]].to_numpy()
    assert (new > old).all(), steps[new <= old][["old_id", "new_id"]]


@pytest.mark.parametrize(
    ("event", "definitions"),
    [
        (
            "COVID-19 in the United Kingdom 2020",
            {"any time after a positive test", "within 28 days of a positive test"},
        ),
        ("COVID-19 in Peru 2021", {"positive test only", "wider criteria"}),
        ("COVID-19 in Kyrgyzstan 2020", {"confirmed by test", "with pneumonia"}),
        ("Surfside building collapse 2021", {"", "identified"}),
        ("Grenfell Tower 2017", {"", "dead and presumed dead"}),
        ("Gaza 2023-2024", {"", "identified"}),
        ("Hurricane Maria 2017", {"counted", "direct", "indirect", "excess"}),
    ],
)
def test_a_changed_scope_is_another_series(ledger, event, definitions):
    assert set(ledger.where(event=event).series()["definition"]) == definitions


# --------------------------------------------------------------------------- events


def test_every_event_has_three_figures_on_two_days_and_a_reason(rows):
    events = {row["of"] for row in rows}
    assert len(events) >= 40
    for event in events:
        own = [row for row in rows if row["of"] == event]
        figures = [row for row in own if row["value"] or row["low"] or row["high"]]
        assert len(figures) >= 3, event
        assert len({row["reported_at"][:10] for row in figures}) >= 2, event
        assert any(row["reason"] for row in own), event


def test_most_events_have_a_figure_that_its_own_source_corrected(rows):
    corrected = {row["of"] for row in rows if row["action"] in ("revise", "retract")}
    assert len(corrected) >= 38


def test_the_card_tells_each_event_as_its_rows_do(rows, table):
    assert set(table) == {row["of"] for row in rows}
    for event, (_, figures, first, latest, direction) in table.items():
        own = numbers(rows, event)
        assert len(own) == figures, event
        assert first in own, event
        assert latest in own, event
        start, end = (int(x.split("–")[0].replace(",", "")) for x in (first, latest))
        if direction == "up":
            assert end > start, event
        elif direction == "down":
            assert end < start, event
        else:
            assert direction == "up and down", event
            path = [int(x.split("–")[0].replace(",", "")) for x in own]
            steps = [b - a for a, b in itertools.pairwise(path)]
            assert min(steps) < 0 < max(steps), event


def test_the_card_counts_what_it_describes(rows, table):
    text = (FOLDER / "revised_tolls.md").read_text(encoding="utf-8")
    figures = sum(bool(row["value"] or row["low"] or row["high"]) for row in rows)
    assert f"{len(rows)} rows" in text
    assert f"{figures} figures" in text
    assert f"{len(table)} events" in text
    revised = {row["of"] for row in rows if row["action"] == "revise"}
    assert f"{len(revised)} events have one" in text


def test_conflict_attack_disaster_accident_and_epidemic_up_and_down(table):
    for kind in ("conflict", "attack", "disaster", "accident", "epidemic"):
        found = {direction for k, _, _, _, direction in table.values() if k == kind}
        assert "up" in found, kind
        assert found & {"down", "up and down"}, kind


# ------------------------------------------------- worked out by hand from the pages

#: Which series, its headlines in the order they were known, its largest fall, and what was known
#: at the end of a day.
BY_HAND = [
    (
        {"event": "Oklahoma City bombing 1995", "source": "Oklahoma medical examiner"},
        [169, 168],
        -1,
        ("1996-04-04", 169),
    ),
    (
        {"event": "World Trade Center 2001", "source": "New York City medical examiner"},
        [2819, 2801, 2797, 2792, 2752, 2749, 2750, 2753],
        -40,
        ("2003-01-01", 2792),
    ),
    (
        {
            "event": "World Trade Center 2001",
            "source": "New York City",
            "definition": "dead or missing",
        },
        [6333, 6729, 3899],
        -2830,
        ("2001-10-31", 6729),
    ),
    (
        {"event": "Bam earthquake 2003", "source": "Iranian authorities"},
        [41000, 43000, 26271, 30948],
        -16729,
        ("2004-03-28", 43000),
    ),
    (
        {"event": "Madrid train bombings 2004", "source": "Spanish interior ministry"},
        [198, 190],
        -8,
        ("2004-03-22", 198),
    ),
    (
        {"event": "Mumbai attacks 2008", "source": "Indian authorities"},
        [195, 174, 172, 171],
        -21,
        ("2008-12-02", 172),
    ),
    (
        {"event": "Norway attacks 2011", "source": "Norwegian police"},
        [91, 93, 76, 77],
        -17,
        ("2011-07-24", 93),
    ),
    (
        {"event": "Lac-Mégantic derailment 2013", "definition": "dead and missing"},
        [60, 50, 47],
        -10,
        ("2013-07-18", 50),
    ),
    (
        {"event": "Sewol ferry 2014", "outcome": "rescued"},
        [164, 174, 172],
        -2,
        ("2014-05-06", 174),
    ),
    (
        {"event": "Ebola in Liberia 2014", "source": "World Health Organization"},
        [3016, 4181, 3145],
        -1036,
        ("2014-11-30", 4181),
    ),
    (
        {"event": "Kunduz hospital 2015", "category": "all"},
        [22, 30, 42],
        None,
        ("2015-12-11", 30),
    ),
    (
        {"event": "Brussels attacks 2016", "source": "Belgian authorities"},
        [31, 28, 31, 35, 32],
        -3,
        ("2016-03-28", 35),
    ),
    (
        {"event": "Orlando nightclub 2016", "source": "Orlando authorities"},
        [20, 50, 49],
        -1,
        ("2016-06-12", 50),
    ),
    (
        {"event": "Hurricane Maria 2017", "definition": "counted"},
        [10, 16, 34, 36, 45, 48, 64],
        None,
        ("2017-10-02", 16),
    ),
    (
        {
            "event": "Grenfell Tower 2017",
            "source": "Metropolitan Police",
            "definition": "dead and presumed dead",
        },
        [58, 79, 80, 71],
        -9,
        ("2017-11-15", 80),
    ),
    (
        {"event": "Camp Fire 2018", "source": "Butte County Sheriff"},
        [81, 83, 88, 85, 86, 85],
        -3,
        ("2019-09-24", 86),
    ),
    (
        {"event": "Christchurch mosques 2019", "source": "New Zealand Police"},
        [49, 50, 51],
        None,
        ("2019-05-02", 50),
    ),
    (
        {"event": "Sri Lanka Easter attacks 2019", "source": "Sri Lankan authorities"},
        [290, 321, 359, 253],
        -106,
        ("2019-04-24", 359),
    ),
    (
        {"event": "Iran protests 2019", "source": "Amnesty International"},
        [208, 304],
        None,
        ("2019-12-15", 208),
    ),
    (
        {"event": "COVID-19 in Spain 2020", "source": "Spain health ministry"},
        [28678, 28752, 26834, 28313],
        -1918,
        ("2020-05-24", 28752),
    ),
    (
        {"event": "COVID-19 in Belgium 2020", "source": "Sciensano"},
        [9992, 9996, 9878],
        -118,
        ("2020-08-25", 9996),
    ),
    (
        {"event": "COVID-19 in Bihar 2021", "source": "Bihar health department"},
        [5424, 5458, 9429],
        None,
        ("2021-06-08", 5458),
    ),
    (
        {
            "event": "COVID-19 in New York nursing homes 2021",
            "source": "New York health department",
            "definition": "residents",
        },
        [12743, 13297],
        None,
        ("2021-02-09", 12743),
    ),
    (
        {"event": "Ahr valley flood 2021", "source": "Koblenz police"},
        [117, 141, 133],
        -8,
        ("2021-08-11", 141),
    ),
    (
        {"event": "Kanjuruhan stadium 2022", "source": "Indonesian police"},
        [129, 125, 131],
        -4,
        ("2022-10-04", 125),
    ),
    (
        {"event": "Peshawar mosque 2023", "source": "Peshawar authorities"},
        [100, 101, 84],
        -17,
        ("2023-02-01", 101),
    ),
    (
        {"event": "Odisha train collision 2023", "source": "Odisha government"},
        [288, 275, 288],
        -13,
        ("2023-06-05", 275),
    ),
    (
        {"event": "Israel 7 October 2023", "source": "Israeli authorities"},
        [600, 700, 1300, 1400, 1200],
        -200,
        ("2023-11-09", 1400),
    ),
    (
        {"event": "Kerman bombings 2024", "source": "Iranian authorities"},
        [103, 95, 84, 89, 91],
        -11,
        ("2024-01-04", 84),
    ),
    (
        {"event": "Los Angeles fires 2025", "source": "Los Angeles County medical examiner"},
        [24, 25, 24, 25, 30, 31],
        -1,
        ("2025-01-20", 25),
    ),
    (
        {"event": "Kerr County floods 2025", "outcome": "missing"},
        [161, 97, 3],
        -94,
        ("2025-07-18", 97),
    ),
]


@pytest.mark.parametrize(
    ("which", "headlines", "fall", "then"), BY_HAND, ids=[w["event"] for w, *_ in BY_HAND]
)
def test_first_latest_largest_fall_and_what_was_known(ledger, which, headlines, fall, then):
    count = ledger.where(**which)
    found = count.history()["total"]
    assert found.tolist() == headlines
    falls = found.diff()[found.diff() < 0]
    assert (falls.min() if len(falls) else None) == fall
    day, known = then
    assert count.as_of(day).totals()["total"].tolist()[-1] == known


def test_an_event_worked_by_hand_is_not_an_exception():
    assert len({which["event"] for which, *_ in BY_HAND}) >= 20


def test_ocha_withdrew_its_number_for_derna_and_gave_one_for_libya(ledger):
    ocha = ledger.where(event="Derna floods 2023", source="OCHA", outcome="killed")
    derna = ocha.where(side="Derna")
    assert derna.as_of("2023-09-16").totals()[["total", "low"]].values.tolist() == [[11300, 11300]]
    assert derna.totals().empty
    assert ocha.where(side="all").totals()["total"].tolist() == [3958]
    mayor = ledger.where(event="Derna floods 2023", source="Derna mayor")
    assert mayor.totals()[["low", "high"]].values.tolist() == [[18000, 20000]]


def test_las_vegas_fell_from_59_to_58_before_it_rose_to_60(ledger):
    vegas = ledger.where(event="Las Vegas shooting 2017")
    assert vegas.history()["total"].tolist() == [58, 59, 58, 60]


def test_maui_was_lowered_from_115_to_97_and_rose_to_100(ledger):
    dead = ledger.where(event="Maui wildfires 2023", outcome="killed")
    assert dead.as_of("2023-09-14").totals()["total"].tolist()[-1] == 115
    assert dead.as_of("2023-09-17").totals()["total"].tolist()[-1] == 97
    assert dead.as_of("2023-10-21").totals()["total"].tolist()[-1] == 99
    assert dead.totals()["total"].tolist()[-1] == 100
    # 114 on the evening of 18 August, 115 on that of the 21st, which is the 22nd in UTC.
    assert dead.as_of("2023-08-18").totals()["total"].tolist()[-1] == 111
    assert dead.as_of("2023-08-21").totals()["total"].tolist()[-1] == 114


def test_chile_withdrew_802_and_counted_the_identified(ledger):
    whole = ledger.where(event="Chile earthquake 2010", side="all", definition="")
    assert whole.as_of("2010-03-04").totals()["total"].tolist() == [802]
    assert whole.as_of("2010-03-06").totals().empty
    assert whole.totals().empty
    identified = ledger.where(event="Chile earthquake 2010", definition="identified")
    assert identified.history()["total"].tolist() == [279, 452, 497, 432, 486, 521]


def test_the_164_of_kazakhstan_were_withdrawn_on_their_own_day(ledger):
    government = ledger.where(event="Kazakhstan unrest 2022", source="Kazakhstan government")
    assert government.as_of("2022-01-09").totals().empty
    prosecutor = ledger.where(
        event="Kazakhstan unrest 2022", source="Kazakhstan prosecutor general"
    )
    assert prosecutor.history()["total"].tolist() == [225, 230, 238]


def test_wuhan_new_york_and_puerto_rico_show_their_revisions_in_time(ledger):
    wuhan = ledger.where(event="COVID-19 in Wuhan 2020").reports
    assert wuhan["value"].tolist() == [2469, 2563, 3869]
    assert wuhan["reported_at"].is_monotonic_increasing
    steps = ledger.revisions().set_index("new_id")
    lag = steps["reported_at"] - ledger.reports.set_index("report_id")["reported_at"].reindex(
        steps["old_id"]
    ).set_axis(steps.index)
    assert lag["maria-34"] > pd.Timedelta("7D")
    assert lag["nyhomes-2021-02-10-residents-revise-13297"] > pd.Timedelta("12D")


def test_denials_stand_at_their_own_time(ledger):
    reports = ledger.reports.set_index("report_id")
    denials = reports[reports["action"] == "deny"]
    assert denials["source"].tolist() == [
        "International Coal Group",
        "Indonesian police",
        "Indonesian disaster agency",
        "Libyan Red Crescent",
        "Libyan Red Crescent",
    ]
    assert denials.loc["derna-rc-denies-11300", "reported_at"] == pd.Timestamp("2023-09-17T12:00Z")
    assert reports.loc["derna-ocha-retracts-11300", "reported_at"] > pd.Timestamp(
        "2023-09-17T12:00Z"
    )


def test_the_figures_of_gaza_did_not_fall_as_a_whole(ledger):
    whole = ledger.where(event="Gaza 2023-2024", category="all", definition="")
    assert whole.history()["total"].tolist() == [34735, 34789, 34904]


# ------------------------------------------------------ findings that are the record's own

#: Each finding of `check()` that remains, by code and event, with the reason why it is in the
#: record and not in the selection.
REMAIN = {
    ("falls", "Gujarat earthquake 2001"): "20,085, which was lowered, has no page of its own",
    ("falls", "Madrid train bombings 2004"): "202, which was lowered, has no page of its own",
    ("disagree", "Cianjur earthquake 2022"): "province, Red Cross, district and agency differ",
    ("disagree", "Kanjuruhan stadium 2022"): "the police added those who died outside hospitals",
    ("disagree", "Madrid train bombings 2004"): "a newspaper counted the 199th, the ministry not",
    ("denied", "Sago mine 2006"): "the company says that twelve were not alive",
    ("disagree", "Mumbai attacks 2008"): "the state against the ministry of the union",
    ("denied", "Cianjur earthquake 2022"): "the agency denies the 162 of the province",
    ("denied", "Kanjuruhan stadium 2022"): "the police deny the supporters' more than 125",
    ("disagree", "Kerman bombings 2024"): "91 by the emergency services, 92 by local media",
    ("relays", "Wayanad landslides 2024"): "280 and 218 missing of one minister on one day",
    ("falls", "Derna floods 2023"): "a health minister's registered dead, below the 5,300",
    ("falls", "Las Vegas shooting 2017"): "59 on the day after, 58 again by 2020",
    ("denied", "Derna floods 2023"): "the Red Crescent denies its own 11,300",
}
#: As above, but whether it is one depends on how a headline of the same day is read.
MAY_REMAIN = {
    ("flips", "Brussels attacks 2016"): "31 with the attackers, 28 without, 31 without",
}


def test_the_findings_that_remain_are_in_the_record(ledger):
    findings = ledger.check()
    found = set(zip(findings["code"], findings["event"], strict=True))
    assert found - set(MAY_REMAIN) == set(REMAIN)
    falls = findings[findings["code"] == "falls"].set_index("event")
    unexplained = falls.index[falls["severity"] == "contradiction"].tolist()
    assert unexplained == ["Derna floods 2023", "Las Vegas shooting 2017"]
    card = str(cas.describe_dataset("revised_tolls")).replace("\n", " ")
    for event, number in falls["found"].drop(unexplained).items():  # each gives its reason
        assert f"{event.split()[0]}'s {number:,}" in card, event
