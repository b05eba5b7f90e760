"""The charts (design, section 10): they draw what other methods return, and compute nothing else.

Each draws on the axes given or on those of a new figure, returns them, and leaves a sentence that
describes the chart in the attribute ``alt_text`` of the axes.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from ..display import number, plural
from ..model.schema import SERIES
from . import drawing
from .bars import Bars


class Plot(Bars):
    """The charts of a ledger; see the README for a picture of each."""

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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ax = ledger.as_of("2020-09-28 16:00").plot.totals()
        >>> [int(y) for y in ax.lines[0].get_ydata()]
        [31, 58, 58]
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
            f"Running totals of {drawing.lower(words)} by day covered, {self._known()}: "
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ax = ledger.as_of("2020-09-28 16:00").plot.history(title="The ministry's number")
        >>> ax.get_title(loc="left")
        "The ministry's number"
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
            f"The reported number of {drawing.lower(words)} by the moment it was reported, "
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

        Examples
        --------
        >>> import casualties as cas
        >>> ledger = cas.load_dataset("karabakh_2020").where(
        ...     source="Karabakh defence ministry", side="Armenian side", outcome="killed"
        ... )
        >>> ax = ledger.as_of("2020-09-30").plot.vintages(most=5)
        >>> ax.alt_text.split(" as it")[0]
        'Running total of killed · Armenian side · military'
        """
        import matplotlib as mpl

        totals = self._need(self._ledger.totals())
        names = self._ledger.series()
        self._one(names, "vintages", list(SERIES))
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
            f"Running total of {drawing.lower(words)} as it was known at "
            f"{plural(matrix.shape[1], 'instant')}; "
            f"the last curve ends at {number(last.iloc[-1])}."
        )
        return ax
