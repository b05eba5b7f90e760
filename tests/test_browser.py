"""Hostile text in a real browser: what a notebook shows runs no script, ours or theirs."""

import io
import re
import subprocess

import matplotlib.pyplot as plt
import pytest
from browsing import BROWSER, QUIET

import casualties as cas

MARK = "document.title='run'"
HOSTILE = [
    f"<script>{MARK}</script>",
    f'"><img src=x onerror="{MARK}">',
    f"'><svg onload={MARK}>",
    f"--><script>{MARK}</script><!--",
    f"</td></table></text></svg><script>{MARK}</script>",
    f'<a href="javascript:{MARK}" autofocus onfocus={MARK}>x</a>',
    f"]]><iframe srcdoc='<script>parent.{MARK}</script>'></iframe>",
    f"&lt;script&gt;{MARK}&lt;/script&gt;",
    "\u202e\u2066<b>right to left</b>",
    "=cmd|' /C calc'!A0",
]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium here")]


def rendered(page, folder):
    """The document that a browser makes of a page, after its scripts had time to run."""
    path = folder / "page.html"
    text = f"<!DOCTYPE html><html><head><title>quiet</title></head><body>{page}</body></html>"
    path.write_text(text, encoding="utf-8")
    call = [BROWSER, "--headless", *QUIET, f"--user-data-dir={folder / 'user'}",
            "--virtual-time-budget=3000", "--dump-dom", path.as_uri()]  # fmt: skip
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return done.stdout


def ledger(*, alike=False):
    """Reports full of hostile text; `alike`: all of one thing, by many sources."""
    rows = [
        {"report_id": f"{text} {place}", "source": text, "event": text, "side": text, "note": text,
         "value": 5 + place, "reason": text, "reported_at": f"2024-03-{place + 5:02d}"}
        for place, text in enumerate(HOSTILE)
    ]  # fmt: skip
    if alike:
        rows = [row | {"event": HOSTILE[3], "side": HOSTILE[4]} for row in rows]
    made = cas.Ledger(rows, kind="total")
    first = rows[0]
    return made.deny(
        first["report_id"], source=HOSTILE[1], reported_at="2024-04-01", note=HOSTILE[2]
    )


def test_a_script_would_be_noticed(tmp_path):
    assert "<title>run</title>" in rendered(f"<script>{MARK}</script>", tmp_path)
    assert "<title>run</title>" in rendered(f'<img src=x onerror="{MARK}">', tmp_path)


def test_what_a_notebook_shows_runs_no_script(tmp_path):
    made = ledger()
    explained = [made.explain(source=text) for text in HOSTILE]
    shown = "".join([made._repr_html_(), *(one._repr_html_() for one in explained)])
    dom = rendered(shown, tmp_path)
    assert "<title>quiet</title>" in dom
    assert not re.search(r"<(script|img|svg|iframe|a|b)\b", dom.split("<body>")[1])
    assert "&lt;script&gt;" in dom, "the text itself is there, as text"


@pytest.mark.parametrize("fonts", ["path", "none"])
@pytest.mark.parametrize("chart", ["totals", "history", "sources", "vintages"])
def test_charts_as_svg_run_no_script(tmp_path, chart, fonts):
    made = ledger(alike=chart == "sources")
    some = made if chart != "vintages" else made.where(source=HOSTILE[3])
    file = io.StringIO()
    with plt.rc_context({"svg.fonttype": fonts}):
        getattr(some.plot, chart)().figure.savefig(file, format="svg")
    plt.close("all")
    svg = file.getvalue()[file.getvalue().index("<svg") :]
    dom = rendered(svg, tmp_path)
    assert "<title>quiet</title>" in dom
    assert not re.search(r"<(script|img|iframe|foreignobject)\b", dom.split("<body>")[1].lower())
