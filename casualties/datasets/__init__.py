"""Bundled datasets: small CSV files, each report with the page it was read on."""

from importlib import resources

from ..ledger import Ledger
from ..model.errors import LedgerError
from ..readers import read_csv

#: Name of each dataset, its time zone and what it holds.
_DATASETS = {
    "karabakh_2020": (
        "Asia/Yerevan",
        "Losses reported during and after the 2020 Nagorno-Karabakh war, by all sides",
    ),
    "revised_tolls": (
        "UTC",
        "Death tolls that were revised, up or down, each for a documented reason",
    ),
}


def list_datasets() -> dict[str, str]:
    """Return the names of the bundled datasets with what each one holds.

    Examples
    --------
    >>> import casualties as cas
    >>> sorted(cas.list_datasets())
    ['karabakh_2020', 'revised_tolls']
    """
    return {name: about for name, (_, about) in _DATASETS.items()}


def load_dataset(name: str) -> Ledger:
    """Return a bundled dataset as a ledger.

    Parameters
    ----------
    name : str
        One of :func:`list_datasets`.

    Returns
    -------
    Ledger
        Every report carries the page it was read on in `url`, who relayed it in `via`, and what
        was inferred in `note`.

    Raises
    ------
    LedgerError
        If there is no such dataset.

    Examples
    --------
    >>> import casualties as cas
    >>> ledger = cas.load_dataset("karabakh_2020")
    >>> ledger.where(source="Syrian Observatory for Human Rights").totals()["total"].tolist()
    [1, 28, 143, 170, 250, 293]
    """
    if name not in _DATASETS:
        raise LedgerError.from_unknown(name, list(_DATASETS), "dataset")
    tz, _ = _DATASETS[name]
    with resources.as_file(resources.files(__name__) / f"{name}.csv") as path:
        return read_csv(path, tz=tz)
