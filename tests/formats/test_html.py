"""A page to publish: whole, self-contained, everything escaped, every number with its reports."""

import os
import re
from html.parser import HTMLParser

import pytest
from ledgers import article

import casualties as cas


class Page(HTMLParser):
    """Reads a page: its tags, its marks and links, and that every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.marks, self.links, self.text, self._open = [], set(), [], [], []
        self.feed(text)
        assert not self._open, "an element is not closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        found = dict(attrs)
        if "id" in found:
            assert found["id"] not in self.marks, "a mark twice"
            self.marks.add(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        assert not any(name.startswith("on") for name in found)
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def page(ledger, tmp_path, **options):
    path = tmp_path / "toll.html"
    ledger.to_html(path, **options)
    assert list(tmp_path.iterdir()) == [path]
    text = path.read_text(encoding="utf-8")
    return text, Page(text)


def test_the_article_is_told_number_by_number(tmp_path):
    text, read = page(article(), tmp_path, title="The toll")
    words = " ".join(" ".join(read.text).split())
    assert "<h1>The toll</h1>" in text
    assert "<title>The toll</title>" in text
    for said in ("84", "2020-09-28 15:36 +04", "backed_out", "27 instead of 28", "revise of"):
        assert said in words, said
    rows = re.findall(r"<tr>(.*?)</tr>", text)
    headline = next(row for row in rows if "summed" in row and "killed" in row)
    assert all(f">{name}</a>" in headline for name in ("t58", "m26"))


@pytest.mark.parametrize("name", ["karabakh_2020", "revised_tolls"])
def test_every_link_within_the_page_leads_somewhere(tmp_path, name):
    ledger = cas.load_dataset(name)
    ledger = ledger.where(source=ledger.series()["source"].iloc[:12].astype("str").tolist())
    text, read = page(ledger, tmp_path)
    inside = {link[1:] for link in read.links if link.startswith("#")}
    assert inside <= read.marks
    assert all(link.startswith(("#", "https://", "http://")) for link in read.links)
    assert text.count('id="report-') == len(ledger)
    assert "nan" not in re.findall(r">nan<", text.lower())


def test_nothing_is_loaded_or_run(tmp_path):
    text, read = page(cas.load_dataset("karabakh_2020").where(source="AFP"), tmp_path)
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(read.tags)
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "@import" not in text


NASTY = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eevil", "a & b",
         "</style></table>", "'onclick='x"]  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_hostile_texts_are_inert(tmp_path, name):
    row = {column: name for column in ("event", "side", "source", "via", "reason", "note")}
    rows = [
        row | {"report_id": name, "value": 5, "reported_at": "2024-03-05", "url": "javascript:x()"},
        row | {"value": 4, "reported_at": "2024-03-06", "url": f"https://example.org/{name}"},
    ]
    text, read = page(cas.Ledger(rows, kind="total"), tmp_path, title=name)
    assert {"script", "img"}.isdisjoint(read.tags)
    assert "\u202e" not in text
    assert not any(link.startswith("javascript") for link in read.links)
    if "\u202e" not in name:
        assert name in "".join(read.text)


def test_a_clock_leaves_no_trace_of_what_came_later(tmp_path):
    text, _ = page(article().as_of("2020-09-28 15:00"), tmp_path)
    assert "59" in text
    for later in ("t58", "m26", "27 instead of 28"):
        assert later not in text


def test_a_long_sum_says_that_there_are_more_reports(tmp_path):
    rows = [{"value": 1, "reported_at": f"2024-03-{day:02d}"} for day in range(1, 29)]
    text, _ = page(cas.Ledger(rows, kind="more", source="M"), tmp_path)
    assert "more of this series" in text


def test_ledgers_without_numbers_have_a_page_too(tmp_path):
    assert "No number is known." in page(cas.Ledger([]), tmp_path)[0]
    silent = cas.Ledger(
        [{"source": "A", "value": None, "kind": "total", "reported_at": "2024-03-05"}]
    )
    assert "no number" in page(silent, tmp_path)[0]
    gone = cas.Ledger(
        [{"report_id": "a", "source": "A", "value": 5, "kind": "total",
          "reported_at": "2024-03-05"}]
    ).retract("a", reported_at="2024-03-06")  # fmt: skip
    assert "retract of" in page(gone, tmp_path)[0]


def test_a_write_that_fails_leaves_the_old_page_whole(tmp_path, monkeypatch):
    path = tmp_path / "toll.html"
    article().to_html(path)
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        cas.Ledger([]).to_html(path)
    assert path.read_bytes() == before
