"""The charts (design, section 10): they draw what other methods return, and compute nothing else.

Each draws on the axes given or on those of a new figure, returns them, and leaves a sentence that
describes the chart in the attribute ``alt_text`` of the axes.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from . import clocks, drawing
from .display import number, plural, shorten
from .drawing import Drawing
from .schema import SERIES, LedgerError

_KEYS = list(SERIES)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


class Plot(Drawing):
    """The charts of a ledger; see the README for a picture of each."""

    # -- the charts --------------------------------------------------------------------------

    def totals(self, ax: Axes | None = None, *, title: str | None = None) -> Axes:
        """Draw running totals by day covered.

        Dots are stated numbers; lighter stretches are derived; the band is low to high, an arrow
        where there is no upper bound; a cross marks a number that somebody denies.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; default a new figure.
        title : str, optional
            Default: what is counted, in words.
        """
        frame = self._need(self._ledger.totals())
        words, groups, muted = self._groups(frame)
        ax = drawing.axes(ax)
        top = int(np.nanmax(frame[["total", "high"]].to_numpy(np.float64, na_value=np.nan)))
        ends = []
        for place, (label, group) in enumerate(groups):
            look = drawing.style(place)
            grey = place >= drawing.MOST_LINES
            x = date2num(group["date"].to_numpy())
            y = group["total"].to_numpy(np.float64)
            # A count holds through the end of its last day.
            xs, ys = np.r_[x, x[-1] + 0.5], np.r_[y, y[-1]]
            line = {"color": "0.6" if grey else look["color"], "drawstyle": "steps-post"}
            faint = 0.4 if grey else 0.75
            ax.plot(xs, ys, **line, linestyle=look["linestyle"], alpha=faint, linewidth=1)
            if grey:
                continue
            stated = (group["basis"] == "stated").to_numpy()
            firm = np.r_[stated, stated[-1]]
            held = np.repeat(ys, 2)[:-1]
            at = np.repeat(xs, 2)[1:]
            held[~np.repeat(firm, 2)[:-1]] = np.nan
            ax.plot(at, held, color=look["color"], linestyle=look["linestyle"], linewidth=1.8)
            ax.plot(
                x[stated], y[stated], color=look["color"], marker=look["marker"],
                linestyle="none", markersize=5 if len(x) < 40 else 3, label=label,
            )  # fmt: skip
            low = group["low"].to_numpy(np.float64)
            high = group["high"].to_numpy(np.float64, na_value=np.nan)
            wide = np.nan_to_num(high, nan=0) > low
            if wide.any():
                ends_high = np.r_[np.where(np.isnan(high), y, high), 0]
                ends_high[-1] = ends_high[-2]
                ax.fill_between(
                    xs, np.r_[low, low[-1]], ends_high, step="post",
                    color=look["color"], alpha=0.15, linewidth=0,
                )  # fmt: skip
            unbounded = np.isnan(high)
            if unbounded.any():
                ax.errorbar(
                    x[unbounded], y[unbounded], yerr=0.05 * max(top, 1), lolims=True, fmt="none",
                    ecolor=look["color"], elinewidth=1, alpha=0.7,
                )  # fmt: skip
            ends.append((float(y[-1]), label, look))
        self._cross_denied(ax)
        ax.set_ylim(0, max(top * 1.15, 1))
        drawing.widen_left(ax, [number(top)])
        drawing.count_axis(ax.yaxis)
        drawing.date_axis(ax, date2num(frame["date"].to_numpy()), 1)
        drawing.head(ax, title or words, self._small(frame, len(self._ledger)))
        drawing.label_lines(ax, ends, muted)
        last = groups[0][1].iloc[-1]
        ax.alt_text = (
            f"Running totals of {_lower(words)} by day covered, {self._known()}: "
            f"{plural(len(groups), 'line')}, "
            f"the highest at {number(last['total'])} through {last['date']:%Y-%m-%d}."
        )
        return ax

    def _cross_denied(self, ax: Axes) -> None:
        current = self._ledger.current()
        denied = current[(current["denied_by"] != "") & (current["kind"] == "total")]
        denied = denied[denied["value"].notna()]
        if len(denied):
            ax.plot(
                date2num(denied["period_end"].to_numpy()), denied["value"].to_numpy(np.float64),
                linestyle="none", marker="x", markersize=11, markeredgewidth=2,
                color=rcParams["text.color"], zorder=5, label="denied",
            )  # fmt: skip

    def history(
        self, ax: Axes | None = None, *, date: Any = None, title: str | None = None
    ) -> Axes:
        """Draw the reported number by the moment it was reported.

        Steps hold until the next report; each downward revision is marked, the largest labelled.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; default a new figure.
        date : str or date, optional
            Follow the total through this day instead of the last one.
        title : str, optional
            Default: what is counted, in words.
        """
        frame = self._need(self._ledger.history(date))
        words, groups, muted = self._groups(frame)
        ax = drawing.axes(ax)
        ends, falls = [], []
        until = self._local(frame["reported_at"]).max()
        for place, (label, group) in enumerate(groups):
            look = drawing.style(place)
            grey = place >= drawing.MOST_LINES
            colour = "0.6" if grey else look["color"]
            at = self._local(group["reported_at"])
            y = group["total"].to_numpy(np.float64)
            ax.plot(
                date2num(np.r_[at, until]), np.r_[y, y[-1]], drawstyle="steps-post", color=colour,
                linestyle=look["linestyle"], linewidth=1 if grey else 1.8, alpha=0.5 if grey else 1,
            )  # fmt: skip
            if grey:
                continue
            size = 4 if len(y) < 40 else 2
            ax.plot(date2num(at), y, look["marker"], color=colour, markersize=size, label=label)
            down = np.flatnonzero(np.diff(y) < 0) + 1
            ax.plot(
                date2num(at[down]), y[down], "v", color=colour, markersize=9,
                markeredgecolor=rcParams["axes.facecolor"], zorder=4,
            )  # fmt: skip
            for i in down:
                text = f"{number(y[i - 1])}→{number(y[i])}"
                falls.append((y[i - 1] - y[i], date2num(at[i]), y[i], text, colour))
            ends.append((float(y[-1]), label, look))
        ax.set_ylim(0, max(float(frame["total"].max()) * 1.15, 1))
        drawing.widen_left(ax, [number(frame["total"].max())])
        drawing.count_axis(ax.yaxis)
        drawing.date_axis(ax, date2num(self._local(frame["reported_at"])))
        ax.set_xlabel("reported", loc="left")
        if date is not None:
            words += f" through {pd.Timestamp(date):%Y-%m-%d}"
        drawing.head(ax, title or words, self._small(frame, len(self._ledger)))
        drawing.label_lines(ax, ends, muted)
        falls.sort(key=lambda fall: -fall[0])
        drawing.place_labels(ax, [fall[1:] for fall in falls[:5]])
        ax.alt_text = (
            f"The reported number of {_lower(words)} by the moment it was reported, "
            f"{self._known()}: "
            f"{plural(len(frame), 'change')}, {plural(len(falls), 'downward revision')}."
        )
        return ax

    def vintages(self, ax: Axes | None = None, *, most: int = 60, title: str | None = None) -> Axes:
        """Draw today's running total over the earlier ones, coloured by when they were known.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; default a new figure.
        most : int, default 60
            How many earlier curves to draw at the most, evenly chosen.
        title : str, optional
            Default: what is counted, in words.
        """
        import matplotlib as mpl

        totals = self._need(self._ledger.totals())
        names = self._ledger.series()
        self._one(names, "vintages", _KEYS)
        words, _ = drawing.common(names)
        matrix = self._ledger.vintages()
        matrix = matrix.loc[:, matrix.notna().any()]
        chosen = np.unique(
            np.linspace(0, matrix.shape[1] - 1, min(most, matrix.shape[1])).astype(int)
        )
        ax = drawing.axes(ax)
        when = date2num(self._local(matrix.columns.to_series()))
        colours = mpl.colormaps["viridis_r"]
        scale = mpl.colors.Normalize(when[0], max(when[-1], when[0] + 1e-6))
        for place in chosen[:-1]:
            curve = matrix.iloc[:, place].dropna()
            ax.plot(
                date2num(curve.index.to_numpy()), curve.to_numpy(np.float64),
                drawstyle="steps-post", color=colours(0.15 + 0.7 * scale(when[place])),
                linewidth=1, marker="." if len(curve) < 3 else "", markersize=5,
            )  # fmt: skip
        last = matrix.iloc[:, -1].dropna()
        ink = rcParams["text.color"]
        ax.plot(
            date2num(last.index.to_numpy()), last.to_numpy(np.float64), drawstyle="steps-post",
            color=ink, linewidth=2.2, marker="o" if len(last) < 40 else "", markersize=4,
        )  # fmt: skip
        ax.set_ylim(0, max(float(matrix.max().max()) * 1.15, 1))
        drawing.widen_left(ax, [number(matrix.max().max())])
        drawing.count_axis(ax.yaxis)
        drawing.date_axis(ax, date2num(matrix.index.to_numpy()), 1)
        drawing.head(ax, title or words, self._small(totals, len(self._ledger)))
        if len(chosen) > 1:
            wide = ax.get_window_extent().width / drawing.figure_of(ax).dpi * 72
            share = min(max(13 * 1.3 * drawing.small_size() / wide, 0.34), 0.8)
            # Away from the curve: above a rising one, below a falling one.
            height = 0.9 if last.iloc[0] <= matrix.max().max() / 2 else 0.16
            bar = ax.inset_axes((0.06, height, share, 0.025))
            shades = np.linspace(0.15, 0.85, 64)[None, :]
            bar.pcolormesh(np.arange(65), [0, 1], shades, cmap=colours, vmin=0, vmax=1)
            bar.set_yticks([])
            bar.set_xticks([0, 64], [f"{pd.Timestamp(c):%Y-%m-%d}" for c in
                                     (matrix.columns[0], matrix.columns[-1])])  # fmt: skip
            bar.tick_params(labelsize="x-small", length=0)
            for tick, side in zip(bar.get_xticklabels(), ("left", "right"), strict=True):
                tick.set_horizontalalignment(side)
            bar.set_title("known on", fontsize="x-small", loc="left", pad=2)
        ax.alt_text = (
            f"Running total of {_lower(words)} as it was known at "
            f"{plural(matrix.shape[1], 'instant')}; "
            f"the last curve ends at {number(last.iloc[-1])}."
        )
        return ax

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
        """
        totals = self._need(self._ledger.totals())
        latest = totals.groupby(_KEYS, observed=True, sort=False).tail(1)
        self._one(latest, "sources", [c for c in _KEYS if c not in ("source", "definition")])
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
            for column in _KEYS:
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
            f"Latest claims of {_lower(words)} by {plural(len(latest), 'source')}, "
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
        """
        bridge = self._ledger.reconcile(start, end)
        if bridge.empty:
            msg = f"no report as known {end} has a number, so there is nothing to reconcile"
            raise LedgerError(msg)
        self._one(bridge, "reconcile", _KEYS)
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
            f"Why the number of {_lower(words)} went from {number(values[0])} "
            f"to {number(values[4])} between "
            f"{first} and {last}: revised {values[1]:+,}, new {values[2]:+,}, "
            f"unexplained {values[3]:+,}."
        )
        return ax
