"""Bundled datasets: small CSV files with a card each; every report names a page that carries it."""

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..ledger import Ledger

#: Name of each dataset, its time zone and what it holds.
_DATASETS = {
    "karabakh_2020": (
        "Asia/Yerevan",
        "Casualties of the 2020 Nagorno-Karabakh war as both sides and others reported them",
    ),
    "revised_tolls": (
        "UTC",
        "Counts of attacks, conflicts, disasters, accidents and epidemics that were corrected, "
        "withdrawn, denied or counted anew",
    ),
}


class _Card(str):
    """The text of a card, shown without quotes, and in notebooks as Markdown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    _repr_markdown_ = __repr__


def list_datasets() -> dict[str, str]:
    """Return the names of the bundled datasets with what each one holds.

    Examples
    --------
    >>> import casualties as cas
    >>> sorted(cas.list_datasets())
    ['karabakh_2020', 'revised_tolls']
    """
    return {name: about for name, (_, about) in _DATASETS.items()}


def describe_dataset(name: str) -> str:
    """Return the card of a bundled dataset: what it holds, how it was chosen, what it leaves out.

    Parameters
    ----------
    name : str
        One of :func:`list_datasets`.

    Returns
    -------
    str
        The card in Markdown. It also names who speaks and what is disputed, what
        `check()` finds, the rights, and how to correct the data. `CODEBOOK.md`, beside it in the
        package, says what a row and each column mean and by which rule a page is graded;
        `CHANGES.csv` what changed.

    Raises
    ------
    LedgerError
        If there is no such dataset.

    Examples
    --------
    >>> import casualties as cas
    >>> print(cas.describe_dataset("karabakh_2020").splitlines()[0])
    # karabakh_2020: reported casualties of the 2020 Nagorno-Karabakh war
    """
    _known(name)
    return _Card((resources.files(__name__) / f"{name}.md").read_text(encoding="utf-8"))


def load_dataset(name: str) -> "Ledger":
    """Return a bundled dataset as a ledger.

    Parameters
    ----------
    name : str
        One of :func:`list_datasets`.

    Returns
    -------
    Ledger
        Every report carries in `url` a page that states it, in `via` who published that page, in
        `quote` its words where they could be read, and in `note` what was inferred. Columns of its
        own: `also_at` (further pages), `date_precision`, `page_grade` and `retrieved`.

    Raises
    ------
    LedgerError
        If there is no such dataset.

    See Also
    --------
    describe_dataset : how the data were chosen and what they leave out.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020").where(source="AFP", side="all", category="all")
    >>> ledger.as_of("2020-09-28 20:00").totals()["total"].tolist()
    [30000, 39, 67]
    """
    from ..readers import read_csv  # the datasets are named without pandas

    tz = _known(name)
    with resources.as_file(resources.files(__name__) / f"{name}.csv") as path:
        return read_csv(path, tz=tz)


def _known(name: str) -> str:
    """Return the time zone of a dataset, if there is one of that name."""
    from ..model.errors import refuse_unknown

    refuse_unknown([name], [*_DATASETS], "dataset")
    return _DATASETS[name][0]
