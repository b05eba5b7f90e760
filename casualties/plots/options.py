"""The options that all charts take: what each is, and what it cannot be."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from matplotlib.artist import ArtistInspector
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like
from matplotlib.lines import Line2D

from ..model.errors import LedgerError, nearest, shorten, unknown
from . import captions

#: What options are.
_KINDS: dict[str, tuple[Any, str]] = {
    "by": (str, "a column"), "key": (bool, "True or False"),
    **dict.fromkeys(("title", "subtitle", "highlight"), (str, "a text")),
    **dict.fromkeys(("labels", "colors", "texts"), (Mapping, "a mapping of names")),
}  # fmt: skip
#: Short names of keywords of lines.
_ALIASES = {"c", "lw", "ls", "aa", "ms", "mew"}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What all charts take, and return.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; default a new figure. Limits, scales and texts that the axes have are
        honoured; a second call adds to the first. A figure without a layout gets
        matplotlib's constrained one.
    by : str, optional
        A series column, or ``"via"``: small multiples on shared axes, one for each of its
        values.
    title, subtitle : str, optional
        Default: what is counted, at which clock, by whom, in words; ``""`` for none.
    labels : dict, optional
        Names and what to write instead.
    colors : dict, optional
        Colours of sources; by default each has the same one in every chart of a ledger.
    highlight : str, optional
        A source to draw in ink, the others in grey; of charts of several sources.
    since, until : str or date or datetime, optional
        Draw only what lies within; of charts with an axis of time.
    key : bool, default True
        Whether to explain the marks that are present.
    texts : dict, optional
        The chart's own words, for other languages: ``casualties.plots.captions.WORDS``.
    **line
        Keywords for the lines, as in matplotlib.

    Returns
    -------
    Axes
        Those drawn on (with `by`, the first panel's), with `alt_text`, the picture in words,
        and `data`, the frame that was drawn.
    """

    ax: Axes | None = None
    by: str | None = None
    title: str | None = None
    subtitle: str | None = None
    labels: Mapping[str, str] | None = None
    colors: Mapping[str, Any] | None = None
    highlight: str | None = None
    since: Any = None
    until: Any = None
    key: bool | None = True
    texts: Mapping[str, str] | None = None
    line: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Options":
        """Tell options from the keywords of lines."""
        own = {name: value for name, value in given.items() if name in NAMES}
        line = {name: given[name] for name in given if name not in own}
        return cls(**own, line={name: value for name, value in line.items() if value is not None})

    @cached_property
    def say(self) -> dict[str, str]:
        """The charts' words, with those of the caller instead, where given."""
        return captions.words(self.texts)

    def check(self, name: str, refused: tuple[str, ...], ledger: Any) -> None:
        """Refuse what means nothing: in this chart, or in any."""
        for option in refused:
            if getattr(self, option) is not None:
                msg = f"plot.{name}() takes no {option}=: there is nothing in it to choose by that"
                raise LedgerError(msg)
        for option, (kind, what) in _KINDS.items():
            given = getattr(self, option)
            if given is not None and not isinstance(given, kind):
                msg = f"{option} is {what}, and cannot be {shorten(given)}"
                raise LedgerError(msg)
            texts = (given or {}).values() if option in ("labels", "texts") else ()
            if not all(isinstance(text, str) for text in texts):
                msg = f"{option} gives texts, and cannot be {shorten(given)}"
                raise LedgerError(msg)
        if self.highlight is not None and self.highlight not in ledger._sources:
            raise LedgerError(unknown("source to highlight", self.highlight, ledger._sources))
        parts = (ledger.series()[column].astype("str") for column in ("side", "category"))
        known = {*ledger._sources, *itertools.chain(*parts)} if self.colors else set()
        for name, color in (self.colors or {}).items():
            if name not in known and not known.issuperset(str(name).split(" · ")):
                raise LedgerError(unknown("source or part in colors", name, sorted(known)))
            if not is_color_like(color):
                msg = f"colors={{{name!r}: {color!r}}} is no colour; pass a name or '#1f77b4'"
                raise LedgerError(msg)
        for name in self.line:
            if name not in _ALIASES and not hasattr(Line2D, f"set_{name}"):
                hint = nearest(name, [*NAMES, *ArtistInspector(Line2D).get_setters()])
                msg = f"charts take no {name!r}" + (f". {hint}" if hint else "")
                raise LedgerError(msg)


NAMES = [option.name for option in fields(Options) if option.name != "line"]
