"""Charts that set counts side by side: first and latest, source by source, before and after."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes

from ..display import number, plural, shorten
from ..model import clocks
from ..model.errors import LedgerError
from ..model.schema import SERIES
from . import drawing
from .drawing import Drawing


class Bars(Drawing):
    """Charts with a row or a column a count."""

    def revisions(
        self, ax: Axes | None = None, *, most: int = 12, title: str | None = None
    ) -> Axes:
        """Draw the first and the latest figure of each revised count, largest change on top.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; default a new figure.
        most : int, default 12
            How many counts to draw at the most.
        title : str, optional
            Default: what is counted, in words.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ax = ledger.plot.revisions(most=3)
        >>> len(ax.get_yticks())
        3
        """
        summary = self._ledger.revision_summary()
        moved = summary[summary["n_revisions"] > 0]
        if moved.empty:
            msg = f"no count {self._known()} was revised, so there is nothing to draw"
            raise LedgerError(msg)
        size = (moved["latest"] - moved["first"]).abs()
        moved = moved.loc[size.sort_values(ascending=False, kind="stable").index]
        words, differs = drawing.common(moved)
        ax = drawing.axes(ax)
        # Two lines of small type for each count.
        room = ax.get_window_extent().height / drawing.figure_of(ax).dpi * 72
        shown = moved.head(max(1, min(most, int(room / (3 * drawing.small_size())))))
        names = drawing.labels_of(shown, ["source"], 34)
        rest = [c for c in differs if c != "source"]
        details = drawing.labels_of(shown, rest, 26) if rest else [""] * len(shown)
        names = [
            f"{name}\n{detail + ', ' if detail else ''}through {row.period_end:%Y-%m-%d}"
            for name, detail, row in zip(names, details, shown.itertuples(), strict=True)
        ]
        room = drawing.widen_left(ax, names, "x-small")
        names = ["\n".join(shorten(part, room) for part in name.split("\n")) for name in names]
        y = np.arange(len(shown))[::-1]
        first, latest = (shown[c].to_numpy(np.float64) for c in ("first", "latest"))
        colour = drawing.style(0)["color"]
        ax.hlines(y, first, latest, color=colour, linewidth=2, alpha=0.6)
        face = rcParams["axes.facecolor"]
        ax.plot(first, y, "o", color=colour, markerfacecolor=face, markersize=6, label="first")
        ax.plot(latest, y, "o", color=colour, markersize=6, label="latest")
        ax.set_yticks(y, names, fontsize="x-small")
        for text in ax.get_yticklabels():
            drawing.literal(text)
        ax.set_ylim(-0.8, len(shown) - 0.2)
        top = float(np.max(np.r_[first, latest]))
        ax.set_xlim(0, max(top * 1.1, 1))
        for place, (a, b) in enumerate(zip(first, latest, strict=True)):
            right = max(a, b) < 0.7 * top
            ax.annotate(
                f"{number(a)}→{number(b)}", (max(a, b) if right else min(a, b), y[place]),
                (8 if right else -8, 0), ha="left" if right else "right",
                textcoords="offset points", va="center", fontsize="x-small",
            )  # fmt: skip
        drawing.count_axis(ax.xaxis, top)
        left_out = len(moved) - len(shown)
        more = f" · {left_out} smaller ones left out" if left_out else ""
        count = plural(len(self._ledger), "report")
        small = f"hollow: first, filled: latest{more} · {self._known()} · {count}"
        drawing.head(ax, title or f"{words}, revised", small)
        top_row = shown.iloc[0]
        ax.alt_text = (
            f"First and latest figure of {plural(len(shown), 'revised count')}, {self._known()}; "
            f"the largest change is {number(top_row['first'])} to {number(top_row['latest'])}."
        )
        return ax

    def sources(self, ax: Axes | None = None, *, title: str | None = None) -> Axes:
        """Draw each source's latest claim of one thing as a dot with its range.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; default a new figure.
        title : str, optional
            Default: what is counted, in words.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020")
        >>> ledger = ledger.where(side="Armenian side", category="military", outcome="killed")
        >>> ax = ledger.as_of("2020-09-28 20:00").plot.sources()
        >>> sorted(label.get_text() for label in ax.get_yticklabels())
        ['Azerbaijan defence ministry', 'Karabakh defence ministry']
        """
        totals = self._need(self._ledger.totals())
        latest = totals.groupby(list(SERIES), observed=True, sort=False).tail(1)
        self._one(latest, "sources", [c for c in list(SERIES) if c not in ("source", "definition")])
        latest = latest.sort_values("total", ascending=False, kind="stable")
        words, differs = drawing.common(latest)
        current = self._ledger.current()
        current = current[(current["denied_by"] != "") & current["value"].notna()]
        ax = drawing.axes(ax)
        tall = ax.get_window_extent().height / drawing.figure_of(ax).dpi * 72
        left_out = max(len(latest) - max(2, int(tall / (3.8 * drawing.small_size()))), 0)
        latest = latest.iloc[: len(latest) - left_out]
        y = np.arange(len(latest))[::-1]
        x = latest["total"].to_numpy(np.float64)
        colour = drawing.style(0)["color"]
        low = latest["low"].to_numpy(np.float64)
        high = latest["high"].to_numpy(np.float64, na_value=np.nan)
        span = np.nan_to_num(high, nan=0.0)
        ax.hlines(y, low, np.where(span > 0, span, x), color=colour, linewidth=2, alpha=0.5)
        ax.plot(x, y, "o", color=colour, markersize=7)
        top = max(float(np.nanmax(np.r_[x, high])), 1.0)
        unbounded = np.isnan(high)
        if unbounded.any():
            ax.errorbar(
                x[unbounded], y[unbounded], xerr=0.06 * top, xlolims=True, fmt="none",
                ecolor=colour, elinewidth=1.2,
            )  # fmt: skip
        notes = []
        for place, row in enumerate(latest.to_dict("records")):
            text = f"{number(row['total'])} through {row['date']:%Y-%m-%d}"
            mine = current
            for column in list(SERIES):
                mine = mine[mine[column] == row[column]]
            mine = mine[mine["period_end"] == row["date"]]
            if len(mine):
                ax.plot(x[place], y[place], "x", color=rcParams["text.color"], markersize=13,
                        markeredgewidth=2)  # fmt: skip
                text += f", denied by {shorten(mine['denied_by'].iloc[0], 30)}"
            notes.append((place, text))
        names = drawing.labels_of(latest, [c for c in differs if c in ("source", "definition")], 34)
        room = drawing.widen_left(ax, names, "small")
        ax.set_yticks(y, [shorten(name, room) for name in names], fontsize="small")
        for text_ in ax.get_yticklabels():
            drawing.literal(text_)
        ax.set_ylim(-0.6, len(latest) - 0.2)
        ax.set_xlim(0, top * 1.2)
        drawing.count_axis(ax.xaxis, top * 1.2)
        for place, text in notes:
            drawing.beside(ax, text, x[place], y[place])
        more = f", {left_out} lower ones left out" if left_out else ""
        count = plural(len(self._ledger), "report")
        small = f"latest claims{more}, crosses are denied · {self._known()} · {count}"
        drawing.head(ax, title or words, small)
        ax.alt_text = (
            f"Latest claims of {drawing.lower(words)} by {plural(len(latest), 'source')}, "
            f"{self._known()}: from "
            f"{number(x.min())} to {number(x.max())}, {len(current)} denied."
        )
        return ax

    def reconcile(
        self, start: Any, end: Any, ax: Axes | None = None, *, title: str | None = None
    ) -> Axes:
        """Draw a waterfall from the opening to the closing number: revised, new, unexplained.

        Parameters
        ----------
        start, end : str, date, datetime or Timestamp
            The two clocks.
        ax : Axes, optional
            Where to draw; default a new figure.
        title : str, optional
            Default: what is counted, in words.

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ax = ledger.plot.reconcile("2020-09-28 15:00", "2020-09-28 16:00")
        >>> ax.alt_text.split(": ")[-1]
        'revised -1, new +0, unexplained +0.'
        """
        bridge = self._ledger.reconcile(start, end)
        if bridge.empty:
            msg = f"no report as known {end} has a number, so there is nothing to reconcile"
            raise LedgerError(msg)
        self._one(bridge, "reconcile", list(SERIES))
        words, _ = drawing.common(bridge)
        row = bridge.iloc[0]
        ax = drawing.axes(ax)
        names = ["opening", "revised", "new", "unexplained", "closing"]
        values = [int(row[name]) for name in names]
        levels = np.cumsum(values[:4])
        bottoms = [0, *(min(a, b) for a, b in pairwise(levels)), 0]
        heights = [values[0], *(abs(v) for v in values[1:4]), values[4]]
        hatches = ["", "//", "..", "xx", ""]
        for place, (bottom, height) in enumerate(zip(bottoms, heights, strict=True)):
            look = drawing.style(0 if place in (0, 4) else place)
            ax.bar(
                place, height, bottom=bottom, width=0.6, color=look["color"], alpha=0.85,
                hatch=hatches[place], edgecolor=rcParams["axes.facecolor"],
            )  # fmt: skip
        for place in range(4):
            level = levels[place]
            ax.plot([place + 0.3, place + 0.7], [level, level], color="0.5", linewidth=1)
        for place, value in enumerate(values):
            sign = "" if place in (0, 4) else ("+" if value > 0 else "−" if value < 0 else "")
            ax.annotate(
                f"{sign}{number(abs(value))}", (place, bottoms[place] + heights[place]), (0, 3),
                textcoords="offset points", ha="center", fontsize="small",
            )  # fmt: skip
        ax.set_xticks(range(5), names, fontsize="small")
        ax.set_ylim(0, max(*levels, *values, 1) * 1.15)
        drawing.count_axis(ax.yaxis)
        first, last = (
            clocks.show(clocks.query_instant(w, self._ledger.tz), self._ledger.tz)
            for w in (start, end)
        )
        count = plural(len(self._ledger.as_of(end)), "report")
        small = f"from {first} to {last} · {shorten(str(row['source']), 40)} · {count}"
        drawing.head(ax, title or words, small)
        ax.alt_text = (
            f"Why the number of {drawing.lower(words)} went from {number(values[0])} "
            f"to {number(values[4])} between "
            f"{first} and {last}: revised {values[1]:+,}, new {values[2]:+,}, "
            f"unexplained {values[3]:+,}."
        )
        return ax
