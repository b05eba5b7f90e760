"""The page in a real browser: quiet, alone, its clock true, its tables and colours accessible."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest
from browsing import BROWSER, DESKTOP, PHONE, Browser
from ledgers import article
from pages import Page

import casualties as cas

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium here")]

#: What each pool of rows says, read from the document as a reader sees it.
READ = """
(() => {
  const flat = (node) => [...node.childNodes].map((one) => one.nodeType === 3 ? one.data
    : (["SMALL", "DETAILS"].includes(one.tagName) ? "|" : "") + flat(one)).join("");
  const told = {};
  for (const home of document.querySelectorAll("[data-pool]")) {
    const rest = document.querySelector(`[data-rest="${home.dataset.pool}"]`);
    told[home.dataset.pool] = [...home.children, ...(rest?.children ?? [])].map((row) => {
      if (row.tagName === "TR") return [...row.children].map((cell) => flat(cell).trim());
      const large = row.querySelector("strong");
      const whole = flat(row);
      return large ? [large.textContent, whole.slice(large.textContent.length + 1)] : [whole];
    });
  }
  return told;
})()
"""
AXE = "4.14.1"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="module")
def karabakh(tmp_path_factory):
    path = tmp_path_factory.mktemp("karabakh") / "toll.html"
    cas.load_dataset("karabakh_2020").to_html(path)
    return path


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    path = tmp_path_factory.mktemp("day") / "toll.html"
    ledger = cas.load_dataset("karabakh_2020").where(event="Nagorno-Karabakh 2020")
    ledger.as_of("2020-09-28").to_html(path)
    return path


def rows(told):
    return [tuple(row) for row in told]


def check_clock(tab, page, place):
    """All that is seen at a clock is what the file holds for it."""
    told = tab.run(READ)
    for name in told:
        assert rows(told[name]) == page.at(name, place), (name, place)
    assert tab.run("document.querySelector('[data-clock]').textContent") == page.times[place]


def test_at_its_own_clock_the_script_changes_nothing(browser, karabakh):
    with_it, without = browser.open(karabakh), browser.open(karabakh, scripts=False)
    assert with_it.run("document.body.innerText.length") > 10_000
    without.call("Emulation.setScriptExecutionDisabled", value=False)
    assert with_it.run(READ) == without.run(READ)
    assert without.run("document.getElementById('clock').hidden")
    for tab in (with_it, without):
        assert tab.complaints == []
        assert tab.requests == []
        tab.close()


def test_the_slider_shows_what_the_ledger_says_at_that_instant(browser, karabakh):
    tab, page = browser.open(karabakh), Page(karabakh.read_text(encoding="utf-8"))
    ledger = cas.load_dataset("karabakh_2020")
    instants = sorted(ledger.reports["reported_at"].unique())
    assert len(page.times) == len(instants)
    for place in [*range(0, len(instants), 9), 3, len(instants) - 1]:
        tab.run(f"(() => {{ const s = document.getElementById('slide'); s.value = {place}; "
                "s.dispatchEvent(new Event('input')); })()")  # fmt: skip
        check_clock(tab, page, place)
        then = ledger.as_of(instants[place])
        seen = tab.run(READ)
        count = tab.run("document.querySelector('[data-count=reports]').textContent")
        assert count == f"{len(then):,}"
        stated = then.series()
        exact = stated[stated["low"].eq(stated["high"]).fillna(False)]
        headlines = [row for name in seen if name.startswith("headlines") for row in seen[name]]
        numbers = {(row[0].split("|")[1], row[1].split("|")[0]) for row in headlines}
        for row in exact.to_dict("records"):
            assert (row["source"], f"{row['latest']:,}") in numbers
        assert len(headlines) == len(stated)
        assert len(seen["findings"]) + len(seen["apart"]) == len(then.check())
    assert tab.complaints == []
    assert tab.requests == []
    tab.close()


def test_an_address_with_a_clock_opens_the_page_at_it(browser, day):
    page = Page(day.read_text(encoding="utf-8"))
    at = "28 September 2020, 15:36"
    tab = browser.open(day, mark="#at=28%20September%202020,%2015:36")
    check_clock(tab, page, page.times.index(at))
    assert "59 → 58" in tab.run("document.querySelector('[data-recent]').firstChild.textContent")
    assert at in tab.run("document.getElementById('moved').textContent")
    tab.close()


def move(tab, place):
    """Set the clock with the slider."""
    tab.run(f"(() => {{ const s = document.getElementById('slide'); s.value = {place}; "
            "s.dispatchEvent(new Event('input')); })()")  # fmt: skip


def test_links_lead_to_reports_whatever_clocks_were_seen_before(browser, karabakh):
    tab = browser.open(karabakh)
    for place in (0, 59):
        move(tab, place)
    rows = "[data-pool^=headlines] tr, [data-rest^=headlines] tr"
    plain = tab.run(f"[...document.querySelectorAll('{rows}')].filter((row) => "
                    "row.lastChild.firstChild?.nodeType === 3).length")  # fmt: skip
    assert plain == 0
    tab.close()


SEEN = """
[...document.querySelectorAll("figure")].filter((one) => !one.hidden).map((figure) => {
  const shown = (node) => !node.closest("[hidden]"), svg = figure.querySelector(".plate svg");
  const room = svg.getBoundingClientRect(), inner = svg.querySelector("svg");
  const marks = [...svg.querySelectorAll(".marks > *")];
  const box = (node) => node.getBoundingClientRect();
  return {
    late: marks.filter((one) => shown(one) && Number(one.dataset.p.split(",")[2]) > now).length,
    view: inner.getAttribute("viewBox").split(" ").map(Number),
    marks: marks.filter(shown).length,
    down: marks.filter(shown).filter((one) => one.getAttribute("href") === "#down").length,
    outside: marks.filter(shown).filter((one) => {
      const b = box(one);
      return b.left < 0 || b.right > innerWidth || b.bottom < room.top - 24 || b.top > room.bottom;
    }).length,
    across: [...svg.querySelectorAll(".grid .x")].filter((one) => {
      const b = box(one);
      return b.left < 0 || b.right > innerWidth;
    }).length,
    over: [...svg.querySelectorAll(".grid .x")].filter((one, place, every) =>
      place && box(every[place - 1]).right > box(one).left).length,
    zeros: [...svg.querySelectorAll(".grid .y")].filter((one) => one.textContent === "0").length,
    tall: room.height, names: [...figure.querySelectorAll(".names li")].filter(shown)
      .map((one) => one.textContent),
    words: svg.getAttribute("aria-label"),
  };
})
"""


def test_a_picture_set_back_names_what_was_known_and_no_more(browser, day):
    tab, page = browser.open(day), Page(day.read_text(encoding="utf-8"))
    seen = {}
    for place in range(page.last):
        move(tab, place)
        for one in tab.run(SEEN.replace("now", str(place))):
            assert one["late"] == 0
            assert f"as known {page.times[place]}" in one["words"]
            assert all(name in one["words"] for name in one["names"])
            seen.setdefault(place, one)
    fell = page.times.index("28 September 2020, 15:36")
    assert seen[fell]["down"] == seen[fell - 1]["down"] + 1
    assert not any("AFP" in name for name in seen[min(seen)]["names"])
    assert "Karabakh defence ministry: 58 (28 September 2020)" in seen[fell]["names"]
    tab.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pictures_are_drawn_for_the_clock_and_the_screen(browser, karabakh, size, dark):
    tab, page = browser.open(karabakh, size, dark=dark), Page(karabakh.read_text(encoding="utf-8"))
    right = []
    for place in (3, 12, 40, 90, page.last):  # 3: the end of the first day
        move(tab, place)
        told = tab.run(SEEN.replace("now", str(place)))
        assert len(told) >= 2 or place < 12, "in the war's first weeks too"
        for one in told:
            assert one["late"] == one["outside"] == one["across"] == one["over"] == 0
            assert one["zeros"] == 1
            assert one["tall"] > 150
            assert one["names"]
        right.append(told[0]["view"][2])
    assert right == sorted(right)
    assert right[1] < right[-1] / 10, "an early clock has a scale of its own"
    # What stands at the paper's own colour is dark where the page is.
    paper, line = tab.run("[getComputedStyle(document.body).backgroundColor, "
                          "getComputedStyle(document.querySelector('.c0')).color]")  # fmt: skip
    assert (sum(map(int, re.findall(r"\d+", paper))) < 200) == dark
    assert (sum(map(int, re.findall(r"\d+", line))) > 380) == dark
    assert tab.complaints == []
    tab.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_all_sides_stand_on_the_first_screen(browser, day, size):
    tab = browser.open(day, size)
    seen = tab.run("""[...document.querySelectorAll('.lead p, .sides h3')].filter((one) =>
        one.checkVisibility() && one.getBoundingClientRect().bottom < innerHeight)
        .map((one) => one.textContent)""")
    for side in ("All sides", "Armenian side", "Azerbaijan"):
        assert any(side in text for text in seen)
    tab.close()


def test_links_are_large_enough_for_a_thumb(browser, day):
    tab = browser.open(day, PHONE)
    small = tab.run("""[...document.querySelectorAll('a, summary, button')].filter((one) => {
        const box = one.getBoundingClientRect();
        return one.checkVisibility() && box.height && box.height < 24 && !one.closest('.skip, p');
      }).map((one) => one.textContent)""")
    assert small == []
    tab.close()


def test_what_is_told_of_the_whole_is_not_told_at_an_earlier_clock(browser, karabakh, tmp_path):
    tab = browser.open(karabakh)
    said = "document.querySelector('main').innerText.includes('Pictures not drawn')"
    assert tab.run(said)
    move(tab, 3)
    assert not tab.run(said)
    tab.close()
    rows = [{"event": event, "value": value, "reported_at": f"2024-03-0{day}"}
            for event, value, day in (("E1", 3, 1), ("E2", 11, 2), ("E2", 12, 3))]  # fmt: skip
    cas.Ledger(rows, source="MoH", kind="total").to_html(tmp_path / "two.html")
    tab = browser.open(tmp_path / "two.html")
    assert "Where no event is named it is E2." in tab.run("document.body.innerText")
    move(tab, 0)
    assert "E2" not in tab.run("document.querySelector('main').innerText")
    tab.close()


@pytest.mark.parametrize("mark", ["#at=%", "#100%", "#at=", "#at=2999", "#nothing"])
def test_an_address_that_says_nothing_breaks_nothing(browser, day, tmp_path, mark):
    tab = browser.open(day, mark=mark)
    assert tab.complaints == []
    gone = ("(() => { const event = new Event('click', {cancelable: true}); "
            "document.getElementById('csv').dispatchEvent(event); "
            "return event.defaultPrevented; })()")  # fmt: skip
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    assert tab.run(gone), "the file is handed over"
    tab.close()


def test_the_script_makes_of_a_row_what_the_page_has(browser, tmp_path):
    rows = [{"source": "وزارة الصحة", "value": n, "reported_at": f"2024-03-0{n}"} for n in (2, 3)]
    rows.append(rows[1] | {"value": 4, "kind": "more", "reported_at": "2024-03-04"})
    ledger = cas.Ledger(rows, kind="total", event="سوريا")
    ledger.to_html(tmp_path / "whole.html")
    ledger.as_of("2024-03-03").to_html(tmp_path / "before.html")
    read = ("[...document.querySelectorAll('[data-pool=headlines-0] tr, [data-recent] tr')]"
            ".map((row) => row.innerHTML.replace(/ data-\\w+=\"\\d+\"|\\n/g, ''))")  # fmt: skip
    whole, before = browser.open(tmp_path / "whole.html"), browser.open(tmp_path / "before.html")
    move(whole, 1)
    assert whole.run(read) == before.run(read)
    assert any("<bdi>وزارة الصحة</bdi>" in row for row in before.run(read))
    whole.close()
    before.close()


def test_the_clock_moves_by_keys_and_buttons_alone(browser, day):
    tab, page = browser.open(day), Page(day.read_text(encoding="utf-8"))

    def key(name, code):
        for kind in ("keyDown", "keyUp"):
            tab.call("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                     windowsVirtualKeyCode=code)  # fmt: skip

    key("Tab", 9)
    assert tab.run("document.activeElement.className") == "skip"
    for _ in range(8):
        key("Tab", 9)
        if tab.run("document.activeElement.id") == "slide":
            break
    assert tab.run("document.activeElement.id") == "slide"
    key("ArrowLeft", 37)
    check_clock(tab, page, page.last - 1)
    assert tab.run("document.activeElement.getAttribute('aria-valuetext')") == page.times[-2]
    key("Home", 36)
    check_clock(tab, page, 0)
    tab.run("document.getElementById('on').click()")
    check_clock(tab, page, 1)
    assert tab.run("location.hash").startswith("#at=")
    tab.run("document.getElementById('when').value = '2';"
            "document.getElementById('when').dispatchEvent(new Event('change'))")  # fmt: skip
    check_clock(tab, page, 2)
    assert tab.complaints == []
    tab.close()


def wait(until):
    """Wait until something is so, on a busy machine too."""
    for _ in range(1000):
        if until():
            return
        time.sleep(0.1)
    pytest.fail("it never was so")


def test_a_link_to_a_report_opens_what_it_is_folded_in(browser, day):
    tab = browser.open(day)
    tab.run("document.querySelector('[data-pool=headlines-0] a').click()")
    wait(lambda: tab.run("document.querySelector('details.all').open"))
    assert tab.run("document.querySelector(':target').getBoundingClientRect().top < innerHeight")
    tab.close()


def test_the_csv_is_downloaded_as_it_is(browser, day, tmp_path):
    tab = browser.open(day)
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    tab.run("document.getElementById('csv').click()")
    wait(lambda: [p for p in tmp_path.iterdir() if p.suffix == ".csv"])
    (file,) = tmp_path.iterdir()
    ledger = cas.load_dataset("karabakh_2020").where(event="Nagorno-Karabakh 2020")
    assert cas.read_csv(file, tz=ledger.tz) == ledger.as_of("2020-09-28")
    assert tab.complaints == []
    tab.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_is_wider_than_the_window(browser, karabakh, size):
    tab = browser.open(karabakh, size)
    tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert tab.run("document.documentElement.scrollWidth") <= size[0]
    # A line of a cell that holds one word: where it is broken it takes two lines.
    broken = tab.run("[...document.querySelectorAll('[data-pool=findings] td:nth-child(2)')]"
                     ".filter((one) => { const r = document.createRange(); "
                     "r.selectNodeContents(one.firstChild); "
                     "return r.getClientRects().length > 1; }).length")  # fmt: skip
    assert broken == 0
    wide = tab.run("[...document.querySelectorAll('td,th,p,figcaption,summary')].filter((one) => "
                   "one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1 && "
                   "getComputedStyle(one).display !== 'inline')"
                   ".map((one) => one.textContent.slice(0, 60))")  # fmt: skip
    assert wide == []
    tab.close()


def test_it_prints_to_a4(browser, day, tmp_path):
    tab = browser.open(day)
    tab.print(tmp_path / "toll.pdf")
    pdf = (tmp_path / "toll.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 20
    tab.close()


def test_hundreds_of_reports_are_printed_whole_and_close(browser, karabakh, tmp_path):
    tab = browser.open(karabakh)
    tab.print(tmp_path / "toll.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "toll.pdf").read_bytes())) < 20
    tab.call("Emulation.setEmulatedMedia", media="print")
    seen = (
        "[...document.querySelectorAll('.reports [id]')].filter((r) => r.getClientRects().length)"
    )
    assert tab.run(f"{seen}.length") == len(cas.load_dataset("karabakh_2020"))
    tab.close()


def test_ten_thousand_reports_open_at_once(browser, tmp_path):
    steps = pd.Series(range(10_000))
    rows = pd.DataFrame(
        {"source": "S" + (steps % 50).astype(str), "value": steps // 50 * 7,
         "period_end": pd.Timestamp("2023-01-01") + pd.to_timedelta(steps // 50, unit="D"),
         "reported_at": pd.Timestamp("2023-01-01 18:00") + pd.to_timedelta(steps // 50 * 1440
                                                                           + steps % 50, unit="m")}
    )  # fmt: skip
    path = tmp_path / "toll.html"
    cas.Ledger(rows, kind="total").to_html(path)
    tab = browser.open(path)
    ready = tab.run("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert ready < 3000  # some 300 ms on a quiet machine
    assert "1,500 of them are listed here" in tab.run("document.body.textContent")
    assert tab.complaints == []
    tab.close()


def contrast_rules():
    """Rules of our own, where axe is not at hand: text against what it stands on."""
    return """
    (() => {
      const light = (css) => {
        const [r, g, b] = css.match(/[\\d.]+/g).map((n) => n / 255)
          .map((n) => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (node) => {
        for (let one = node; one; one = one.parentElement) {
          const css = getComputedStyle(one).backgroundColor;
          if (!/, 0\\)$|transparent/.test(css)) return css;
        }
        return "rgb(255, 255, 255)";
      };
      const bad = [];
      for (const node of document.querySelectorAll(
          "p,td,th,small,a,summary,caption,h1,h2,h3,dt,dd,label")) {
        if (!node.textContent.trim() || !node.getClientRects().length) continue;
        const pair = [getComputedStyle(node).color, behind(node)].map(light).sort((a, b) => b - a);
        if ((pair[0] + 0.05) / (pair[1] + 0.05) < 4.5) bad.push(node.textContent.slice(0, 40));
      }
      return bad;
    })()
    """


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(browser, day, dark):
    tab = browser.open(day, dark=dark)
    assert tab.run(contrast_rules()) == []
    tab.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    """The rules of axe-core, which finds what is wrong for those who cannot see or point."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here to install axe-core with")
    folder = tmp_path_factory.mktemp("axe")
    call = [npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix",
            str(folder), f"axe-core@{AXE}"]  # fmt: skip
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    file = Path(folder) / "node_modules" / "axe-core" / "axe.min.js"
    if done.returncode or not file.exists():
        pytest.skip("axe-core cannot be installed here")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser, day, axe, size, dark):
    tab = browser.open(day, size, dark=dark)
    tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for mark in ("", "#at=28%20September%202020,%2015:36"):
        tab.run(f"location.hash = {json.dumps(mark)}")
        tab.run(axe + "; 0")
        found = tab.run("axe.run(document).then((found) => JSON.stringify(found.violations.map("
                        "(one) => [one.id, one.nodes.length, one.nodes[0].html])))")  # fmt: skip
        assert json.loads(found) == []
    tab.close()


def test_a_page_within_a_page_holds_too(browser, tmp_path):
    from html import escape

    page = tmp_path / "toll.html"
    article().to_html(page)
    inside = escape(page.read_text(encoding="utf-8"), quote=True)
    outer = tmp_path / "outer.html"
    outer.write_text(f'<!DOCTYPE html><title>x</title><iframe srcdoc="{inside}"></iframe>')
    tab = browser.open(outer)
    # The outer page is there before the inner one has run.
    tab.run("new Promise((done) => { const look = () => frames[0].document.readyState === "
            "'complete' && frames[0].document.getElementById('back') ? done(0) : "
            "setTimeout(look, 20); look(); })")  # fmt: skip
    tab.run("frames[0].document.getElementById('back').click()")
    assert tab.run("frames[0].document.querySelector('[data-clock]').textContent") == (
        "28 September 2020, 15:36"
    )
    assert tab.complaints == []
    tab.close()
