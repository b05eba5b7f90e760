"""Both datasets by their codebook: quotations, grades, days, the change log, the cards' numbers."""

import csv
import re
from importlib import resources
from urllib.parse import urlsplit

import pytest

import casualties as cas
from casualties.model.counts import numbers_in

FILES = resources.files("casualties.datasets")
NAMES = tuple(cas.list_datasets())
CODEBOOK = (FILES / "CODEBOOK.md").read_text("utf-8")
CHANGES = list(csv.DictReader((FILES / "CHANGES.csv").read_text("utf-8").splitlines()))


def read(name):
    return list(csv.DictReader((FILES / f"{name}.csv").read_text("utf-8").splitlines()))


ROWS = {name: read(name) for name in NAMES}


def everywhere():
    return [row for rows in ROWS.values() for row in rows]


# -- quotations ----------------------------------------------------------------------------------


def test_quotations_are_short_and_carry_their_number():
    for row in everywhere():
        assert len(row["quote"].split()) <= 25, row["report_id"]
        assert bool(row["quote"]) == bool(row["retrieved"]), row["report_id"]
        if row["quote"] and row["action"] != "deny":
            stated = [row["value"]] if row["value"] else [row["low"], row["high"]]
            assert {int(n) for n in stated if n} <= numbers_in(row["quote"]), row["report_id"]


def test_check_finds_no_quotation_without_its_number():
    for name in NAMES:
        assert "quote" not in set(cas.load_dataset(name).check()["code"])


def test_a_kept_copy_is_one():
    for row in everywhere():
        assert not row["archived"] or "web.archive.org/web/" in row["archived"], row["report_id"]
        assert ("web.archive.org" in row["url"]) <= bool(row["archived"]), row["report_id"]


# -- grades --------------------------------------------------------------------------------------


def listed(title):
    """The names of one of the codebook's lists."""
    text = re.search(rf"^{title}: (.+?)\.?\n\n", CODEBOOK, flags=re.M | re.S)[1]
    return set(text.replace("\n", " ").split("; "))


def graded(row):
    """The grade of a page by the codebook's rule."""
    lists = {"Official": "official", "Copies": "copy", "Agencies": "agency"}
    for title, grade in lists.items():
        if row["via"] in listed(title):
            return grade
    if re.search(r"\ba copy of (it|the)\b", row["note"]):
        return "copy"
    whose = re.search(r"\((.+)\)$", row["via"])
    texts = set(whose[1].split(", ")) if whose else set()
    return "agency" if texts & listed("Texts of") else "newspaper"


def test_every_page_has_the_grade_of_the_rule():
    for row in everywhere():
        assert row["page_grade"] == graded(row), row["report_id"]


def test_a_site_has_one_publisher_under_one_name():
    """The site is that of the page, of a kept copy that of the page which it keeps."""
    names = {}
    for row in everywhere():
        url = re.sub(r"^https?://web\.archive\.org/web/\w+/", "", row["url"])
        site = re.sub(r"^(www|amp|m|in\.news|news|ca\.sports)\.", "", urlsplit(url).netloc)
        names.setdefault(site, set()).add(row["via"].partition(" (")[0])
    assert {site: who for site, who in names.items() if len(who) > 1} == {}


def test_the_lists_name_publishers_of_the_data_and_each_once():
    publishers = {row["via"] for row in everywhere()}
    lists = [listed(title) for title in ("Official", "Copies", "Agencies")]
    assert set.union(*lists) <= publishers
    assert sum(map(len, lists)) == len(set.union(*lists))


# -- days ----------------------------------------------------------------------------------------

#: How a note tells the words or the address of a page from which a day or a time follows.
WORDS = re.compile(r"\bfrom the (words?|address)\b")


def names_what_it_follows_from(row):
    """Whether the note names an address, a site among those of the row, a row, or words."""
    note = row["note"]
    sites = {re.sub(r"^www\.|^fun\.", "", u.split("/")[2]) for u in row["also_at"].split()}
    rows = {other["report_id"] for other in everywhere()}
    return bool(
        "https://" in note
        or "http://" in note
        or any(site in note for site in sites)
        or any(word in rows for word in re.findall(r"[\w-]+", note))
        or WORDS.search(note)
    )


def test_a_bare_date_is_no_minute_and_an_instant_no_day():
    for row in everywhere():
        instant = "T" in row["reported_at"]
        known = row["date_precision"]
        assert known in (("minute", "inferred") if instant else ("day", "inferred")), row


def test_an_inferred_day_names_from_what_it_follows():
    for row in everywhere():
        if row["date_precision"] == "inferred":
            assert names_what_it_follows_from(row), (row["report_id"], row["note"])


#: A day chosen as the one after another.
AFTER = re.compile(r"(?<!than )the (?:next day|day after|month after) is[^;]*|: that after[^;]*")


def test_an_inferred_day_is_the_latest_possible_or_said_to_be_the_earliest():
    """Of a day after another the note says which of the possible days it is."""
    for row in everywhere():
        if row["date_precision"] == "inferred":
            for said in AFTER.findall(row["note"]):
                assert "earliest" in said, (row["report_id"], said)


def test_a_known_day_infers_nothing_and_needs_no_other_word():
    for row in everywhere():
        assert "time of day" not in row["note"], row["report_id"]
        if row["date_precision"] != "inferred":
            said = re.search(r"\b(day|time|month|year|evening)\b[^;:,]* inferred", row["note"])
            assert not said or "day covered" in row["note"], (row["report_id"], row["note"])
            assert "latest time possible" not in row["note"], row["report_id"]
            assert "placed a minute" not in row["note"], row["report_id"]


def test_an_inferred_row_does_not_say_that_a_page_gives_the_time():
    for row in everywhere():
        if row["date_precision"] == "inferred":
            assert not re.search(r"(^|; )(time|day) (of|in|as) (the|an?)\b", row["note"]) or (
                re.search(r"inferred|is used", row["note"])
            ), (row["report_id"], row["note"])


def test_an_id_in_a_note_is_a_row_of_the_data():
    rows = {row["report_id"] for row in everywhere()}
    for row in everywhere():
        for said in re.findall(r"\(([a-z0-9]+-[\w-]+)\)", row["note"]):
            assert said in rows, (row["report_id"], said)


#: A date in an address or a note: 2020/10/22, 20201022, 111199, 11/14/13, nov-10, 22 October.
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATED = re.compile(
    rf"\b(19|20)\d\d[/_-]?(0?[1-9]|1[0-2]|[a-z]{{3}})[/_-]?[0-3]?\d(?!\d)|/\d{{6}}/|/\d\d/\d\d/\d\d/|"
    rf"-[a-z]{{3}}-\d\d?\b|\b\d\d? ({MONTHS})|\bthe \d\d?th\b"
)
WEEKDAY = re.compile(r"\b(said|told|announced|released)\b[^;]*\b\w+day\b")


def test_a_weekday_gives_a_day_only_beside_a_date():
    for row in everywhere():
        if row["date_precision"] == "day" and WEEKDAY.search(row["note"]):
            seen = " ".join((row["url"], row["also_at"], row["note"]))
            assert DATED.search(seen), (row["report_id"], row["note"])


# -- what is left blank --------------------------------------------------------------------------


def test_a_row_about_another_leaves_blank_what_the_codebook_says():
    series = ("event", "side", "category", "outcome", "definition", "kind")
    numbers = ("value", "qualifier", "low", "high")
    for row in everywhere():
        if row["action"] != "report":
            assert not any(row[column] for column in series), row["report_id"]
            assert bool(row["source"]) == (row["action"] == "deny"), row["report_id"]
        if row["action"] in ("retract", "deny"):
            assert not any(row[column] for column in numbers), row["report_id"]


def test_a_period_has_both_days_and_more_has_no_first():
    for row in everywhere():
        if row["kind"] == "period":
            assert "" not in (row["period_start"], row["period_end"]), row["report_id"]
        assert not (row["kind"] == "more" and row["period_start"]), row["report_id"]


def test_a_total_of_the_war_begins_on_its_first_day_or_a_later_one_that_a_page_tells():
    for row in ROWS["karabakh_2020"]:
        if row["event"] == "Nagorno-Karabakh 2020" and row["kind"] == "total":
            bare = row["outcome"] == "deployed"
            days = {""} if bare else {"2020-09-27", "2020-11-10", "2020-11-13"}
            assert row["period_start"] in days, row["report_id"]


# -- the codebook's own numbers ------------------------------------------------------------------


@pytest.mark.parametrize("column", ["date_precision", "page_grade"])
def test_the_codebook_counts_what_it_tells(column):
    told = re.findall(r"^\| `(\w+)` \| .+ \| (\d+) \| (\d+) \|$", CODEBOOK, flags=re.M)
    values = {row[column] for row in everywhere()}
    counts = {value: (int(one), int(two)) for value, one, two in told if value in values}
    for value in values:
        found = tuple(sum(row[column] == value for row in ROWS[name]) for name in NAMES)
        assert counts[value] == found, value


def test_the_codebook_counts_the_last_days_that_repeat_the_day_of_the_statement():
    filled = [[row for row in ROWS[name] if row["period_end"]] for name in NAMES]
    assert all(r["period_end"] <= r["reported_at"][:10] for rows in filled for r in rows)
    same = [sum(r["period_end"] == r["reported_at"][:10] for r in rows) for rows in filled]
    one, two = ((n, len(rows)) for n, rows in zip(same, filled, strict=True))
    told = re.search(r"; (\d+) of the (\d+) cells filled in .+? and (\d+) of (\d+) in", CODEBOOK)
    assert tuple(map(int, told.groups())) == one + two


def test_a_revision_says_about_or_exact_as_a_report_does():
    for row in everywhere():
        stated = row["value"] or row["low"] or row["high"]
        assert not (stated and row["action"] in ("report", "revise")) or row["qualifier"], row


def test_the_codebook_counts_quotations_and_copies_and_names_every_column():
    for column in ("quote", "archived"):
        one, two = (sum(bool(row[column]) for row in ROWS[name]) for name in NAMES)
        line = next(line for line in CODEBOOK.splitlines() if line.startswith(f"| `{column}` |"))
        assert f"({one} and {two} rows)" in line
    names = re.findall(r"`(\w+)`", CODEBOOK.split("## The columns")[1].split("## Versions")[0])
    for name in NAMES:
        assert set(ROWS[name][0]) <= set(names)
    assert list(ROWS[NAMES[0]][0]) == list(ROWS[NAMES[1]][0])


# -- the change log ------------------------------------------------------------------------------


def test_the_change_log_ends_with_the_data_as_they_are():
    versions = re.findall(r"^\| (\d\.\d\.\d) \| ([\d-]{10}) \|", CODEBOOK, flags=re.M)
    named = {name: {row["report_id"]: row for row in ROWS[name]} for name in NAMES}
    last = {}
    for line in CHANGES:
        assert (line["version"], line["date"]) in versions
        assert line["why"]
        key = line["dataset"], line["report_id"]
        if line["change"] == "changed":
            last[(*key, line["column"])] = line
        else:
            last = {k: v for k, v in last.items() if k[:2] != key or key[1] == "*"}
            last[(*key, line["column"])] = line
    for (name, report, column), line in last.items():
        if report == "*":
            continue
        assert (report in named[name]) == (line["change"] != "removed"), line
        if line["change"] == "changed":
            now = named[name][report][column]
            # The prose that date_precision replaced went from every note at once.
            said = [part for part in line["after"].split("; ") if "time of" not in part]
            assert now == line["after"] or now == "; ".join(said), line


def test_the_cards_and_the_package_say_the_newest_version():
    newest = re.findall(r"^\| (\d\.\d\.\d) \|", CODEBOOK, flags=re.M)[-1]
    assert f"Version {newest}" in CODEBOOK
    assert f'"version": "{newest}"' in (FILES / "datapackage.json").read_text("utf-8")
    for name in NAMES:
        assert f"Version {newest}" in cas.describe_dataset(name)
        assert "CODEBOOK.md" in cas.describe_dataset(name)


# -- the cards -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_card_names_every_finding_of_check_with_its_story(name):
    findings = cas.load_dataset(name).check()
    told = cas.describe_dataset(name).split("## What `check()` finds")[1].split("\n## ")[0]
    contradictions, rest = told.split("Doubts:")
    lines = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", contradictions, flags=re.M)
    found = findings[findings["severity"] == "contradiction"]
    assert sorted(code for code, _, _ in lines) == sorted(found["code"])
    for code, number in found[["code", "found"]].itertuples(index=False):
        whole = [numbers_in(what + story) for said, what, story in lines if said == code]
        assert any(int(number) in numbers for numbers in whole), (code, number)
    doubts = findings[findings["severity"] == "doubt"]["code"].value_counts()
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", rest, flags=re.M))
    assert {code: int(n) for code, n in told.items()} == doubts[doubts > 0].to_dict()
    notes = findings[findings["severity"] == "note"]["code"].value_counts()
    for code, count in notes[notes > 0].items():
        assert re.search(rf"\b{count} [^.]*`{code}`", rest), code


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_card_stands_in_the_data_or_is_counted(name):
    """Numbers above 100 in the prose, but for those of the table from which the rows were taken."""
    rows = ROWS[name]
    ledger = cas.load_dataset(name)
    known = {int(row[c]) for row in rows for c in ("value", "low", "high") if row[c]}
    known |= set().union(*(numbers_in(row["note"] + " " + row["reason"]) for row in rows))
    known |= {len(rows), len(ledger.series()), 449, 443, 352}  # the last three: the table
    for action in ("report", "revise", "deny", "retract"):
        known.add(sum(row["action"] == action for row in rows))
    known.add(sum(bool(row["value"] or row["low"] or row["high"]) for row in rows))
    for before, after in MADE_OF[name].items():
        assert sum(before) == after
        known.add(after)
    prose = re.sub(r"https?://\S+|\d{4}-\d\d-\d\d|CC0 1.0", " ", cas.describe_dataset(name))
    prose = re.sub(r"\b(19|20)\d\ds?\b|COVID-19|\w+_20\d\d", " ", prose)
    told = {number for line in prose.splitlines() for number in numbers_in(line) if number > 100}
    assert told - known - LEFT_OUT[name] == set()


#: Sums that a card makes, with what they are made of.
MADE_OF = {
    "karabakh_2020": {
        (84, 23): 107,
        (231, 21, 40): 292,
        (219, 21, 40): 280,
        (974, 35): 1009,
        (525, 16): 541,
    },
    "revised_tolls": {(0,): 0},
}
#: Numbers that a card says are left out.
LEFT_OUT = {"karabakh_2020": set(), "revised_tolls": {257, 102, 2823, 1464, 1833}}
