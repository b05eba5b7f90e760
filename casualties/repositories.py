"""Ledgers from the history of a file in a git repository."""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from .archives import laid_out, ledger_of
from .formats import csv, json
from .intake.git import content, versions
from .intake.releases import Copies
from .intake.table import Wide
from .ledger import Ledger
from .model.errors import LedgerError
from .words import instant


def from_git(
    repo: str | os.PathLike[str],
    path: str | Sequence[str],
    *,
    date: str | None = None,
    value: str | Wide | None = None,
    source: str | None = None,
    kind: str | None = None,
    tz: str = "UTC",
    branch: str = "HEAD",
    read: Callable[[bytes], Any] | None = None,
    encoding: str = "utf-8-sig",
    id: str = "",
    on_bad: Literal["raise", "skip", "skip_rows"] = "raise",
    **said: Any,
) -> Ledger:
    r"""Make a ledger of the history of one file in a git repository.

    Each first-parent commit of the branch that changed the file is a copy, as in
    :func:`from_snapshots`. **A commit is not a publication**: `reported_at` is when the file was
    committed, which may be hours after the source published, or years, where an archive was
    filled in later. Where the file has a column of its own that says when, name it:
    ``reported_at="published"``.

    Parameters
    ----------
    repo : path
        A local clone. It is only read, and nothing is fetched.
    path : str or list of str
        The file within the repository; renames are followed. A list is one file under its names
        over time, where that fails.
    date, value, source, kind, **said
        As for :func:`from_snapshots`.
    branch : str, default "HEAD"
        A branch, tag or commit, whose first parents are followed.
    read : callable, optional
        Makes a table of the file's bytes. Without it the file is CSV or, by its name, JSON: a list
        of objects. Of other JSON, ``lambda data: pd.json_normalize(json.loads(data)["days"])``
        makes one.
    encoding : str, default "utf-8-sig"
        Of CSV that is not in UTF-8, as for :func:`read_csv`.
    id, on_bad, tz
        As for :func:`from_snapshots`. A bad copy is also one whose content is not in the clone,
        one with a merge conflict, a pointer of Git LFS, and what is no CSV or JSON.

    Returns
    -------
    Ledger
        The commit that each report came with is in `note`. :attr:`Ledger.intake` has a row a
        commit. A commit dated before the one it follows stands at the instant of that one. Where
        the file was removed, nothing is withdrawn.

    Raises
    ------
    LedgerError
        If the repository, the branch or the file is not there, or a copy is bad.

    Examples
    --------
    >>> import casualties as cas, pathlib, subprocess, tempfile
    >>> repo = pathlib.Path(tempfile.mkdtemp())
    >>> me = ["-c", "user.name=x", "-c", "user.email=x", "-c", "commit.gpgsign=false"]
    >>> def git(*words):
    ...     _ = subprocess.run(["git", "-C", repo, *me, *words], check=True, capture_output=True)
    >>> git("init")
    >>> for toll in (14, 13):
    ...     _ = (repo / "toll.csv").write_text(f"day,killed\n2024-05-05,{toll}\n")
    ...     git("add", ".")
    ...     git("commit", "-m", "today")
    >>> ledger = cas.from_git(repo, "toll.csv", date="day", value="killed", source="MoH",
    ...                       kind="total")
    >>> ledger.reports["value"].tolist()
    [14, 13]
    """
    named, said = {"date": date, "value": value}, {"source": source, "kind": kind} | said
    archive = laid_out(named, said, tz, id, on_bad, "skip")
    copies = Copies(archive)
    place = os.fspath(repo)
    last = np.datetime64(0, "us")

    # The last few are kept, so that a change that is undone need not be read again.
    @lru_cache(maxsize=4)
    def table(blob: str, name: str) -> Any:
        return _table(content(place, blob), name, read, encoding)

    for version in versions(place, path, branch):
        last = max(last, np.datetime64(version.seconds, "s").astype("M8[us]"))
        label = f"commit {version.commit[:10]} of {instant(last, tz)}"
        with copies.another(label, f"commit {version.commit}") as copy:
            copy.at = last
            if version.blob:
                copies.read(table(version.blob, version.path), copy)
            else:
                copy.skipped, copy.why = True, f"{label}: the file was removed"
    return ledger_of(copies, archive)


def _table(data: bytes, name: str, read: Callable[[bytes], Any] | None, encoding: str) -> Any:
    """Return a version of the file as a table."""
    if data.startswith(b"version https://git-lfs"):
        raise LedgerError.of(name, "a pointer of Git LFS, not the file")
    if read is not None:
        try:
            return read(data)
        except Exception as error:
            what = f"read() failed ({type(error).__name__}: {error})"
            raise LedgerError.of(name, what) from error
    if name.lower().endswith(".json"):
        return json.parse(data, name)
    return csv.parse(data, name, encoding)
