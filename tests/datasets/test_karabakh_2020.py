"""What a fact checker would ask of `karabakh_2020`: of each row, of the answers, of what remains.

Expected numbers were worked by hand from the pages that the rows name.
"""

import csv
import json
import re
from collections import defaultdict
from importlib import resources
from urllib.parse import urlsplit

import pandas as pd
import pytest

import casualties as cas

FILES = resources.files("casualties.datasets")
ROWS = list(csv.DictReader((FILES / "karabakh_2020.csv").read_text("utf-8").splitlines()))
BY_ID = {row["report_id"]: row for row in ROWS}
CARD = (FILES / "karabakh_2020.md").read_text("utf-8")
CHANGED = defaultdict(set)  # the columns of each row that the change log tells
for line in csv.DictReader((FILES / "CHANGES.csv").read_text("utf-8").splitlines()):
    CHANGED[line["report_id"]].add(line["column"])
PACKAGE = json.loads((FILES / "datapackage.json").read_text("utf-8"))

WAR = {"event": "Nagorno-Karabakh 2020"}
OURS = {"side": "Armenian side", "category": "military", "outcome": "killed"}
MINISTRY = {"source": "Karabakh defence ministry", **OURS}
OFFICE = {"source": "Azerbaijan Prosecutor General", "side": "Azerbaijan", "definition": ""}


@pytest.fixture(scope="module")
def war():
    return cas.load_dataset("karabakh_2020")


def bare(row):
    """Whether only the day of a report is known."""
    return len(row["reported_at"]) == 10


def instant(row):
    """When a report became public; a bare date is the end of its day."""
    return pd.Timestamp(row["reported_at"] + "T23:59:59+04:00" if bare(row) else row["reported_at"])


def origin(row):
    """The report whose series a row belongs to."""
    while row["action"] == "revise":
        row = BY_ID[row["refers_to"]]
    return row


def headline(ledger, clock=None):
    """The last total of the only series, as known at a clock."""
    return int((ledger if clock is None else ledger.as_of(clock)).totals()["total"].iloc[-1])


# -- each row ------------------------------------------------------------------------------------


def test_every_row_has_a_speaker_a_publisher_and_a_page_that_can_be_opened():
    for row in ROWS:
        assert row["source"] or row["action"] == "revise", row
        assert row["via"], row
        for url in [row["url"], *row["also_at"].split(" ")] if row["also_at"] else [row["url"]]:
            place = urlsplit(url)
            assert place.scheme in ("http", "https"), row
            assert "." in place.netloc, row
            assert len(place.path + place.query) > 5, f"no page, only a site: {url}"
            assert not re.search(r"\s|…|\.\.\.|fbclid|utm_|[{}]", url), f"cut or tracked: {url}"
        assert row["url"] not in row["also_at"].split(" "), row


def test_every_time_is_honest():
    for row in ROWS:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:00\+04:00)?", row["reported_at"]), row
        assert row["date_precision"] != ("minute" if bare(row) else "day"), row
        assert pd.Timestamp("2020-09-27", tz="Asia/Yerevan") < instant(row), row
        assert instant(row) < pd.Timestamp("2026-11-24", tz="Asia/Yerevan"), row


def test_nothing_counts_a_day_that_had_not_come():
    for row in ROWS:
        day, start, end = row["reported_at"][:10], row["period_start"], row["period_end"]
        assert end <= day, row
        assert not start or start <= (end or day), row
        assert not (row["kind"] == "period" and not start), row


def test_ids_say_what_the_rows_were_when_they_were_entered():
    """A name never changes; where its row was corrected since, the change log tells the cell."""
    assert len(BY_ID) == len(ROWS)
    for name, row in BY_ID.items():
        assert re.fullmatch(r"[A-Za-z0-9-]+", name), name
        if name == "afp-1990s-war-30000":
            continue
        assert row["reported_at"][:10] in name or "reported_at" in CHANGED[name], row
        if row["action"] == "deny":
            assert "-denies-" in name, row
        else:
            number = row["value"] or "-".join(filter(None, [row["low"], row["high"]])) or "declined"
            assert re.search(rf"-{number}(-|$)", name) or "low" in CHANGED[name], row
        for kind in ("total", "more", "period"):
            if f"-{kind}-" in name and row["action"] == "report":
                assert row["kind"] == kind or "kind" in CHANGED[name], row
    assert sum("declined" in name for name in BY_ID) == 2


def test_every_revision_has_a_reason_and_comes_later():
    revisions = [row for row in ROWS if row["action"] == "revise"]
    assert len(revisions) == 4
    for row in revisions:
        assert row["reason"], row
        assert instant(row) > instant(BY_ID[row["refers_to"]]), row


def test_every_denial_is_by_another_and_not_before_the_claim():
    denials = [row for row in ROWS if row["action"] == "deny"]
    assert {(row["source"], origin(BY_ID[row["refers_to"]])["source"]) for row in denials} == {
        ("Armenia defence ministry", "Azerbaijan defence ministry"),
        ("Azerbaijan defence ministry", "Armenia defence ministry"),
        ("Azerbaijan presidency", "Armenia ambassador to Russia"),
        ("Turkey president", "Syrian Observatory for Human Rights"),
        ("Azerbaijan president", "Syrian Observatory for Human Rights"),
        ("Armenian Information Verification Centre", "Azerbaijan president"),
        ("Armenia health ministry", "Mikael Minasyan (Armenian opposition)"),
        ("Armenia defence ministry", "Azerbaijan Prosecutor General"),
        ("Armenia defence ministry", "Azerbaijan authorities"),
    }
    for row in denials:
        assert instant(row) >= instant(BY_ID[row["refers_to"]]), row


def test_no_number_of_a_series_is_changed_at_the_instant_it_was_given():
    seen = {}
    names = ["event", "side", "category", "outcome", "definition", "source", "kind"]
    for row in ROWS:
        if row["action"] == "report" and not bare(row) and row["value"]:
            days = (row["period_start"], row["period_end"] or row["reported_at"][:10])
            key = (*(row[name] for name in names), days, row["reported_at"])
            assert seen.setdefault(key, row["value"]) == row["value"], row


def test_qualifiers_and_bounds_are_of_one_kind():
    for row in ROWS:
        stated = [row[name] for name in ("value", "low", "high")]
        assert all(not number or number.isdecimal() for number in stated), row
        assert (row["qualifier"] == "range") == bool(row["low"] or row["high"]), row


def test_no_victim_is_named_and_no_sentence_copied():
    known = {"Mikael Minasyan", *(row["via"].partition(" (")[0] for row in ROWS)}
    for row in ROWS:
        words = f"{row['note']}. {row['reason']}. {row['definition']}"
        words = re.sub(r"https?://\S+", "", words)
        assert len(words) < 260, row
        assert not re.search(r"[\"“”«»]", words), row
        named = re.findall(r"[A-Z][a-z]+ [A-Z][a-z]+", words)
        assert set(named) <= known, row
        assert not re.search(r"\b(aged|named after|colonel|lieutenant|mother|child of)\b", words), (
            row
        )


def test_each_speaker_has_one_name():
    sources = {row["source"] for row in ROWS if row["source"]}
    assert not [name for name in sources if re.search("MoD|NKR|Artsakh|Defen[cs]e Army|SOHR", name)]
    spoken = {name.casefold().replace(" ", "") for name in sources}
    assert len(spoken) == len(sources)
    assert {row["side"] for row in ROWS} - {""} == {
        "Armenian side",
        "Azerbaijan",
        "Syrian fighters",
        "all",
    }


def test_a_president_is_not_a_ministry():
    claims = {row["report_id"]: row["source"] for row in ROWS if row["value"] == "5000"}
    assert claims == {
        "russia-president-2020-10-22-total-5000-all": "Russia president",
        "azp-2020-10-28-total-5000-armenian": "Azerbaijan president",
    }
    assert BY_ID["russia-president-2020-10-22-total-5000-all"]["qualifier"] == "about"
    assert BY_ID["azp-2020-10-28-total-5000-armenian"]["qualifier"] == "more_than"


def test_every_number_of_the_article_is_here_with_its_own_page():
    article = (
        "https://www.themoscowtimes.com/2020/09/29/"
        "death-toll-rises-in-armenia-azerbaijan-fight-despite-calls-for-pause-a71566"
    )
    numbers = {
        "kdm-2020-09-28-period-28": "28",
        "kdm-2020-09-28-period-27": "27",
        "kdm-2020-09-28-total-58": "58",
        "azm-2020-09-28-total-550-killed": "550",
        "sohr-2020-09-28-total-300-deployed": "300",
        "afp-2020-09-28-total-67": "67",
        "afp-2020-09-28-civilians-9-again": "9",
        "afp-2020-09-28-azerbaijan-civilians-7-again": "7",
        "afp-2020-09-28-armenian-civilians-2-again": "2",
        "afp-1990s-war-30000": "30000",
        "afp-2020-09-28-azerbaijani-military-declined": "",
    }
    for name, number in numbers.items():
        row = BY_ID[name]
        assert row["value"] == number
        assert article in f"{row['url']} {row['also_at']}", name
    assert BY_ID["sohr-2020-09-28-total-300-deployed"]["qualifier"] == "at_least"


# -- the answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "days"),
    [
        ("2020-09-28 00:00", {"09-27": 16}),
        ("2020-09-28 09:02", {"09-27": 16}),
        ("2020-09-28 09:03", {"09-27": 31}),
        ("2020-09-28 15:00", {"09-27": 31, "09-28": 59}),
        ("2020-09-28 15:35", {"09-27": 31, "09-28": 59}),
        ("2020-09-28 15:36", {"09-27": 31, "09-28": 58}),
        ("2020-09-28 16:00", {"09-27": 31, "09-28": 58}),
        ("2020-09-29 00:08", {"09-27": 31, "09-28": 58}),
        ("2020-09-29 00:09", {"09-27": 31, "09-28": 84}),
        ("2020-09-30 23:59", {"09-27": 31, "09-28": 84}),
        ("2020-09-30", {"09-27": 31, "09-28": 84, "09-30": 104}),
    ],
)
def test_the_ministry_count_as_known_at(war, clock, days):
    frame = war.where(**MINISTRY).as_of(clock).totals()
    assert dict(zip(frame["date"].dt.strftime("%m-%d"), frame["total"], strict=True)) == days


def test_the_ministry_count_fell_twice_by_its_own_word(war):
    moves = war.where(**MINISTRY).revisions()
    explicit = moves[moves["explicit"]]
    steps = explicit[["old", "new", "delta"]].values.tolist()
    assert sorted(steps) == [[28, 27, -1], [59, 58, -1], [158, 151, -7]]
    assert (explicit["reason"] != "").all()


def test_the_ministry_count_on_the_days_of_its_lists(war):
    told = war.where(**MINISTRY).totals().set_index("date")["total"]
    by_hand = {
        "2020-10-15": 604,
        "2020-10-16": 633,  # 604 and 29
        "2020-10-18": 710,  # 633, then 40 and 37
        "2020-10-19": 729,
        "2020-10-20": 772,
        "2020-10-21": 834,
        "2020-10-22": 874,
        "2020-10-23": 927,
        "2020-10-24": 963,
        "2020-10-25": 974,
        "2020-10-27": 1009,  # 974 and 35: a sum, never published as a number
        "2020-10-28": 1068,
        "2020-10-29": 1166,  # the second list of the day, after 1,119
        "2020-11-02": 1177,
        "2020-11-09": 1221,
        "2020-11-13": 1383,
        "2020-11-15": 1434,
        "2020-12-12": 1815,
    }
    assert {day: int(told[day]) for day in by_hand} == by_hand
    assert "1009" not in {row["value"] for row in ROWS}


def test_from_59_to_104(war):
    """The bridge of the article: opening 59, corrected -1, updated +26, new +20, closing 104."""
    bridge = war.where(**MINISTRY).reconcile("2020-09-28 15:00", "2020-09-30").iloc[0]
    assert (bridge["opening"], bridge["closing"]) == (59, 104)
    assert (bridge["corrected"], bridge["updated"], bridge["new"]) == (-1, 26, 20)
    assert (bridge["unexplained"], bridge["withdrawn"]) == (0, 0)


@pytest.mark.parametrize(
    ("clock", "number"),
    [
        ("2020-09-28 13:00", 39),
        ("2020-09-28 15:00", 68),
        ("2020-09-28 16:00", 67),
        ("2020-09-28 23:59", 67),
        ("2020-09-28", 69),
        ("2020-10-03", 242),
    ],
)
def test_the_overall_toll_of_the_agency_as_known_at(war, clock, number):
    assert headline(war.where(source="AFP", side="all", category="all", **WAR), clock) == number


def test_the_overall_toll_is_the_sum_of_its_parts(war):
    evening = war.as_of("2020-09-28 20:00").where(outcome="killed", **WAR)
    toll = evening.tally(choose=cas.Prefer("Karabakh defence ministry", "AFP")).iloc[-1]
    assert (toll["total"], toll["low"]) == (67, 67)
    assert toll["missing"] == "Azerbaijan · military"


@pytest.mark.parametrize(
    ("clock", "known", "denied"),
    [
        ("2020-09-28 06:59", False, False),
        ("2020-09-28 07:00", True, False),
        ("2020-09-28 09:02", True, False),
        ("2020-09-28 09:03", True, True),
        ("2020-09-28 14:30", True, True),
    ],
)
def test_the_claim_of_550_stood_two_hours_undenied(war, clock, known, denied):
    claims = war.as_of(clock).current()
    claims = claims[claims["value"] == 550]
    assert set(claims["outcome"]) == ({"killed", "killed and wounded"} if known else set())
    assert set(claims["denied_by"]) == (
        {"Armenia defence ministry" if denied else ""} if known else set()
    )


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("adm-2020-09-27-total-200-azerbaijan", "2020-09-28 06:59", "2020-09-28 07:00"),
        ("envoy-2020-09-28-total-4000-deployed", "2020-09-28 20:00", "2020-09-28"),
        ("adm-2020-10-05-more-200-azerbaijan-southern-front", "2020-10-05 22:00", "2020-10-05"),
        ("sohr-2020-10-04-total-1200-deployed", "2020-10-13", "2020-10-14"),
        ("azp-2020-10-28-total-5000-armenian", None, "2020-10-28 19:18"),
        ("minasyan-2020-11-14-total-4750", None, "2020-11-14"),
        ("pg-2020-10-28-barda-on-28-total-21", "2020-10-28 20:00", "2020-10-28"),
        ("az-2020-10-28-barda-on-27-total-4", None, "2020-10-27"),
    ],
)
def test_denials_on_every_side_stand_at_their_own_time(war, name, before, after):
    def denied(clock):
        claims = war.as_of(clock).current().set_index("report_id")
        return claims.loc[name, "denied_by"] != ""

    assert before is None or not denied(before)
    assert denied(after)


def test_the_late_relay_does_not_touch_the_office(war):
    office = war.where(**OFFICE, outcome="killed", **WAR)
    assert headline(office, "2020-10-17") == 60
    assert headline(office, "2020-10-19 16:17") == 61
    assert headline(office, "2020-10-19") == 61
    assert headline(war.where(source="AP", outcome="killed", side="Azerbaijan")) == 60
    assert "stale" in BY_ID["ap-2020-10-19-total-60"]["note"]


def test_the_office_count_of_civilians_killed(war):
    told = war.where(**OFFICE, outcome="killed", **WAR).totals().set_index("date")["total"]
    by_hand = {
        "2020-09-27": 5,
        "2020-09-30": 14,
        "2020-10-01": 19,
        "2020-10-04": 24,
        "2020-10-06": 27,
        "2020-10-08": 31,
        "2020-10-11": 41,
        "2020-10-12": 42,
        "2020-10-16": 60,
        "2020-10-19": 61,
        "2020-10-20": 63,
        "2020-10-24": 65,
        "2020-10-28": 69,  # before the strike on Barda
        "2020-10-29": 90,
        "2020-10-31": 91,
        "2020-11-30": 93,
    }
    assert {day: int(told[day]) for day in by_hand} == by_hand


def test_the_ombudsman_count_of_civilians_in_karabakh(war):
    ombudsman = war.where(
        source="Karabakh human rights ombudsman",
        definition="in Karabakh only",
        outcome="killed",
        **WAR,
    )
    totals = ombudsman.totals()["total"].tolist()
    assert totals == [2, 7, 11, 19, 20, 25, 31, 45, 46, 60, 72, 80]


def test_the_count_of_one_strike_rose_within_the_afternoon(war):
    strike = war.where(event="Barda strike, 28 October 2020", outcome="killed")
    history = strike.history()
    assert history["total"].tolist() == [14, 19, 21]
    assert history["cause"].tolist() == ["first", "updated", "updated"]
    assert (war.where(**OFFICE, outcome="killed", **WAR).totals()["total"] != 21).all()


def test_azerbaijan_gave_its_military_losses_only_in_december(war):
    own = war.where(source="Azerbaijan defence ministry", side="Azerbaijan", category="military")
    killed = own.where(outcome="killed", definition="")
    assert killed.as_of("2020-12-03 14:40").totals().empty
    assert headline(killed, "2020-12-03 14:41") == 2783
    assert killed.totals()["total"].tolist() == [2783, 2855, 2900, 2906]
    buried = own.where(outcome="killed", definition="buried")
    assert buried.totals()["total"].tolist() == [2723, 2756, 2802, 2823, 2881]


def test_the_later_counts_of_the_armenian_side(war):
    minister = war.where(
        source="Armenia prime minister", outcome="killed", category="all", definition=""
    )
    assert minister.totals()["total"].tolist() == [3250, 3621, 3700, 3773, 3777, 3812, 3825]
    committee = war.where(source="Armenia Investigative Committee", outcome="killed")
    assert committee.where(category="all").totals()["total"].tolist() == [3781, 3788, 3809, 3822]
    examined = war.where(source="Armenia health ministry", definition="bodies examined")
    soldiers = examined.where(category="military").totals()["total"].tolist()
    assert soldiers == [2317, 2425, 2996, 3248, 3450]


def test_the_monitor_count_of_syrian_fighters(war):
    monitor = war.where(source="Syrian Observatory for Human Rights", definition="")
    killed = monitor.where(outcome="killed")
    assert headline(killed, "2020-09-30") == 1
    assert headline(killed, "2020-10-01") == 28
    assert headline(killed, "2020-10-19 15:00") == 143
    assert headline(killed.as_of("2020-11-30")) == 293
    assert headline(killed) == 541


# -- what remains --------------------------------------------------------------------------------

#: Each kind of finding with whom and what it is about, and why it is in the record.
FINDINGS = {
    ("arithmetic", "Karabakh defence ministry", *OURS.values(), ""): (
        "104 after 84 and 23; 151 after 104 and 54 (the ministry lowered 158 and not the 54); 280 "
        "after at least 231 with 21 and 40; 532 after 525 and 16: the ministry's own bulletins"
    ),
    ("falls", "Armenia defence ministry", "Armenian side", "military", "wounded", ""): (
        "200 on 28 September, 120 on 1 October; most of the 200 had gone back to service"
    ),
    ("falls", "Karabakh defence ministry", "Armenian side", "military", "wounded", ""): (
        "more than 100 on the 27th, at least 100 through the 28th: vaguer words, not fewer people"
    ),
    ("parts", "AFP", "all", "all", "killed", ""): (
        "the agency adds up what each side admits; the Armenian ministry claimed more than 370 "
        "killed on the other side the same day"
    ),
    ("disagree", "", *OURS.values(), ""): (
        "own losses and enemy claims, the ministries' lists, mistaken relays"
    ),
    ("disagree", "", "Armenian side", "civilian", "killed", ""): "33 and 32 on 16 October",
    ("disagree", "", "Azerbaijan", "military", "killed", ""): (
        "about 400 by Armenian authorities and 790 by the ministry on 29 September"
    ),
    ("disagree", "", "Azerbaijan", "civilian", "killed", ""): (
        "9 and 10 on 29 September, 30 and 31 on 8 October, the president's 43 and the office's 60, "
        "4 and 5 at Barda on 27 October"
    ),
    ("disagree", "", "Azerbaijan", "civilian", "wounded", ""): "30, 32 and 33 on 29 September",
    ("disagree", "", "Syrian fighters", "foreign fighters", "deployed", ""): (
        "4,000 by the ambassador and at least 300 by the Observatory on 28 September"
    ),
    ("denied", "Azerbaijan defence ministry", *OURS.values(), ""): "550, denied by Armenia",
    (
        "denied",
        "Azerbaijan defence ministry",
        "Armenian side",
        "military",
        "killed and wounded",
        "",
    ): "more than 550, the first wording, denied by Armenia",
    ("denied", "Azerbaijan Prosecutor General", "Azerbaijan", "civilian", "killed", ""): (
        "21 at Barda on 28 October: Armenia denied the strike"
    ),
    ("denied", "Azerbaijan authorities", "Azerbaijan", "civilian", "killed", ""): (
        "4 at Barda on 27 October: Armenia denied the strike"
    ),
    ("denied", "Azerbaijan president", *OURS.values(), ""): "more than 5,000, denied by Armenia",
    ("denied", "Mikael Minasyan (Armenian opposition)", *OURS.values(), ""): (
        "4,750, denied by the Armenian health ministry"
    ),
    ("denied", "Armenia defence ministry", "Azerbaijan", "military", "killed", ""): (
        "about 200, denied by Azerbaijan"
    ),
    (
        "denied",
        "Armenia defence ministry",
        "Azerbaijan",
        "military",
        "killed",
        "southern front",
    ): "more than 200, denied by Azerbaijan",
    (
        "denied",
        "Armenia ambassador to Russia",
        "Syrian fighters",
        "foreign fighters",
        "deployed",
        "",
    ): "about 4,000 sent, denied by Azerbaijan",
    (
        "denied",
        "Syrian Observatory for Human Rights",
        "Syrian fighters",
        "foreign fighters",
        "deployed",
        "",
    ): "at least 300 and about 1,200 sent, denied by Turkey and by Azerbaijan",
    ("silent", "AFP", "Azerbaijan", "military", "killed", ""): (
        "the agency tells on 28 September that no military losses had been reported"
    ),
    ("silent", "Azerbaijan president", "Azerbaijan", "military", "killed", ""): (
        "on 15 October they were to be told after the war"
    ),
}


def test_the_findings_that_remain_are_features_of_the_record(war):
    found = set()
    for row in war.check().to_dict("records"):
        who = "" if row["code"] == "disagree" else row["source"]
        what = [row[name] for name in ("side", "category", "outcome", "definition")]
        found.add((row["code"], who, *what))
    assert found == set(FINDINGS)
    assert all(FINDINGS.values())


def test_the_ministry_contradicts_itself_on_four_days(war):
    findings = war.where(**MINISTRY).check()
    days = findings[findings["code"] == "arithmetic"]["date"].dt.strftime("%m-%d").tolist()
    # 54 more by 1 October make 158, of which 151 were left on the 2nd.
    # 525 and 16 more make 541, of which 532 were told.
    assert sorted(days) == ["09-30", "10-01", "10-07", "10-13"]


# -- the card and the package --------------------------------------------------------------------


def test_the_card_is_shown_and_says_what_it_must():
    told = cas.describe_dataset("karabakh_2020")
    assert told == CARD
    assert str(told) == repr(told) == CARD
    for heading in (
        "What it holds",
        "How it was chosen",
        "How to read it",
        "Who speaks",
        "What is disputed",
        "What it leaves out",
        "Rights",
        "How to correct it",
    ):
        assert f"## {heading}" in told
    assert "23 November 2026" in told
    assert "CC0" in told
    with pytest.raises(cas.LedgerError, match="Did you mean 'karabakh_2020'"):
        cas.describe_dataset("karabakh")


def test_the_numbers_of_the_card_are_those_of_the_data(war):
    actions = pd.Series([row["action"] for row in ROWS]).value_counts()
    sources = {row["source"] for row in ROWS} - {""}
    assert f"{len(ROWS)} reports by {len(sources)} speakers, in {len(war.series())} series" in CARD
    assert f"{actions['report']} figures, {actions['revise']} corrections" in CARD
    assert f"{actions['deny']} denials" in CARD
    rules = re.findall(r"^- (\d+) (?:repeat|give|garble|are)|, and (\d+) from", CARD, flags=re.M)
    left_out = sum(int(one or other) for one, other in rules)
    assert "443 of them were seen on the page named. 352 of these are reports here" in CARD
    assert f"other {left_out} are left out" in CARD
    assert left_out == 443 - 352


def speaker(row):
    """Who speaks; a revision takes its speaker from what it revises."""
    while not row["source"]:
        row = BY_ID[row["refers_to"]]
    return row["source"]


def test_the_card_names_every_speaker_and_no_other():
    spoken = pd.Series([speaker(row) for row in ROWS]).value_counts().to_dict()
    table = dict(re.findall(r"^\| (.+?) \|.*\| (\d+) \|$", CARD, flags=re.M))
    rest = CARD.split("Counting for themselves, or mistaken: ")[1].split("\n\n")[0]
    rest = rest.replace("\n", " ")
    many, once = rest.split(", and once each ")
    counts = {name: int(number) for name, number in table.items()}
    counts |= {name: int(number) for name, number in re.findall(r"([^,]+?) \((\d+)\)", many)}
    counts |= dict.fromkeys(re.split(", ", once.rstrip(".")), 1)
    assert {name.strip(): number for name, number in counts.items()} == spoken


def test_the_package_describes_the_files_as_they_are():
    assert PACKAGE["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert {entry["name"] for entry in PACKAGE["resources"]} == set(cas.list_datasets())
    assert {entry["name"] for entry in PACKAGE["licenses"]} == {"CC0-1.0"}
    for resource in PACKAGE["resources"]:
        text = (FILES / resource["path"]).read_text("utf-8")
        rows = list(csv.DictReader(text.splitlines()))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(rows[0])
        for field in fields:
            rules = field.get("constraints", {})
            cells = [row[field["name"]] for row in rows]
            assert not rules.get("required") or all(cells), field["name"]
            assert not rules.get("unique") or len(set(cells)) == len(cells), field["name"]
            stated = [cell for cell in cells if cell]
            if "enum" in rules:
                assert set(stated) <= set(rules["enum"]), field["name"]
            if "pattern" in rules:
                assert all(re.fullmatch(rules["pattern"], cell) for cell in stated), field["name"]
            if field["type"] == "integer":
                assert all(cell.isdecimal() for cell in stated), field["name"]
            if field["type"] == "date":
                assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", cell) for cell in stated), field["name"]
        names = {row["report_id"] for row in rows}
        assert {row["refers_to"] for row in rows} - {""} <= names
