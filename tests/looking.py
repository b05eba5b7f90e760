"""Looking at figures: which texts are drawn, where, and what lies over what."""

from contextlib import contextmanager
from functools import cache

import numpy as np
from matplotlib.text import Text

import casualties as cas


@contextmanager
def reading():
    """Collect every text that is drawn, with its box in pixels."""
    found, draw = [], Text.draw

    def record(self, renderer, *args, **keywords):
        if self.get_visible() and self.get_text().strip():
            found.append((self, Text.get_window_extent(self, renderer).frozen()))
        return draw(self, renderer, *args, **keywords)

    Text.draw = record
    try:
        yield found
    finally:
        Text.draw = draw


def texts_of(figure):
    """Draw a figure; return its texts with their boxes."""
    with reading() as found:
        figure.canvas.draw()
    return found


def assert_clear(figure, slack=1.0):
    """No text leaves the figure, and none lies over another."""
    found = texts_of(figure)
    whole = figure.bbox
    for text, box in found:
        assert box.x0 >= -slack, ("left", text.get_text())
        assert box.x1 <= whole.x1 + slack, ("right", text.get_text())
        assert box.y0 >= -slack, ("below", text.get_text())
        assert box.y1 <= whole.y1 + slack, ("above", text.get_text())
    boxes = np.array([box.extents for _, box in found])
    for place, (text, _) in enumerate(found):
        x0, y0, x1, y1 = boxes[place]
        rest = boxes[place + 1 :]
        over = np.minimum(x1, rest[:, 2]) - np.maximum(x0, rest[:, 0]) > slack
        over &= np.minimum(y1, rest[:, 3]) - np.maximum(y0, rest[:, 1]) > 2 * slack
        for other in np.flatnonzero(over):
            raise AssertionError((text.get_text(), found[place + 1 + other][0].get_text()))
    return found


def assert_inside(ax):
    """Every number drawn lies within the limits, no dot half outside."""
    box = ax.get_window_extent().padded(0.5)
    for line in ax.get_lines():
        if line.get_transform() != ax.transData or line.axes is not ax:
            continue
        at = ax.transData.transform(np.column_stack(line.get_data()).astype(float))
        at = at[np.isfinite(at).all(axis=1)]
        if line.get_marker() not in ("", "None", None) and len(at):
            assert (at[:, 1] > box.y0 + 1.5).all(), line
            assert (at[:, 0] > box.x0 + 1.5).all(), line
        assert box.count_contains(at) == len(at), (line, ax.get_xlim(), ax.get_ylim())


class Given:
    """A ledger that answers some questions with the frames of a test."""

    def __init__(self, ledger, **frames):
        self._ledger, self._frames = ledger, frames

    def __len__(self):
        return len(self._ledger)

    def __getattr__(self, name):
        if name in self._frames:
            return lambda *_, **__: self._frames[name].copy()
        return getattr(self._ledger, name)


@cache
def ministry():
    """The Karabakh ministry's count of its soldiers killed."""
    return cas.load_dataset("karabakh_2020").where(
        source="Karabakh defence ministry", side="Armenian side", outcome="killed"
    )


@cache
def soldiers():
    """What all sources say of the soldiers killed on the Armenian side."""
    return cas.load_dataset("karabakh_2020").where(
        event="Nagorno-Karabakh 2020",
        side="Armenian side",
        category="military",
        outcome="killed",
        definition="",
    )


def claims(*values, at="2024-03-05", **columns):
    """A ledger of several sources of one thing."""
    rows = [{"source": f"Source {place}", "value": value} for place, value in enumerate(values)]
    return cas.Ledger(rows, kind="total", reported_at=at, **columns)


@cache
def of_parts():
    """Sides, civilians and soldiers, one of them not given, and a stated whole."""
    rows = [
        {"side": "Armenian side", "category": "military", "value": 58},
        {"side": "Armenian side", "category": "civilian", "value": 2},
        {"side": "Azerbaijan", "category": "civilian", "value": 7},
        {"side": "Azerbaijan", "category": "military", "value": None},
        {"value": 67},
    ]
    later = [row | {"value": row["value"] and row["value"] + 9} for row in rows]
    first = [row | {"reported_at": "2020-09-28 16:00"} for row in rows]
    return cas.Ledger(
        [*first, *(row | {"reported_at": "2020-09-30 16:00"} for row in later)],
        source="AFP", kind="total",
    )  # fmt: skip


@cache
def tolls():
    """Many tolls that were revised."""
    return cas.load_dataset("revised_tolls")


#: Every chart, as it is called, with a ledger that has much to show in it.
CHARTS = {
    "totals": lambda **k: soldiers().plot.totals(**k),
    "history": lambda **k: ministry().as_of("2020-10-08").plot.history(**k),
    "claims": lambda **k: soldiers().as_of("2020-10-08").plot.claims(**k),
    "increments": lambda **k: ministry().as_of("2020-10-20").plot.increments(**k),
    "parts": lambda **k: of_parts().plot.parts(**k),
    "vintages": lambda **k: ministry().as_of("2020-10-08").plot.vintages(**k),
    "revisions": lambda **k: tolls().plot.revisions(**k),
    "sources": lambda **k: soldiers().as_of("2020-10-08").plot.sources(**k),
    "reconcile": lambda **k: ministry().plot.reconcile("2020-09-28 15:00", "2020-09-30", **k),
}
