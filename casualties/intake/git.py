"""The versions of one file in a git repository, with plain `git` as the only tool."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..model.errors import LedgerError, unknown

#: So git fetches nothing, asks nothing, locks nothing, and takes no path for a pattern.
_QUIET = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}


class Version(NamedTuple):
    """A commit that changed the file."""

    commit: str
    seconds: int  #: commit time, since 1970 in UTC
    path: str
    blob: str  #: "" where the file was removed


def versions(repo: str, path: str | Sequence[str], branch: str) -> list[Version]:
    """Return the first-parent commits of a branch that changed a file, oldest first.

    A single path is followed through renames; several are one file under its names over time.

    Raises
    ------
    LedgerError
        If there is no such repository, branch, commit or file.
    """
    if not os.path.isdir(repo):
        raise LedgerError.of(repo, "no such folder; from_git reads a local clone")
    try:
        asked = ["--verify", "--quiet", "--end-of-options", f"{branch}^{{commit}}"]
        tip = _git(repo, "rev-parse", *asked).decode().strip()
    except LedgerError as error:
        refs = _git(repo, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes")
        if not (names := refs.decode().split()):
            raise LedgerError.of(repo, "a repository without commits has no history") from error
        raise LedgerError(unknown("branch", branch, names)) from error
    paths = [path] if isinstance(path, str) else list(path)
    if not (found := [*_along(repo, tip, paths)]):
        files = _git(repo, "ls-tree", "-r", "--name-only", "-z", tip).decode(errors="replace")
        names = [name for name in files.split("\0") if name]
        what = f"{repo}: no {' or '.join(map(repr, paths))} in the history of {branch!r}; it has"
        raise LedgerError.from_missing_column(what, names, paths[0])
    return found[::-1]


def _along(repo: str, tip: str, names: list[str]) -> Iterator[Version]:
    """Yield the versions of a file under any of its `names`, newest first."""
    follow = ["--follow", "--find-renames"] if len(names) == 1 else ["--no-renames"]
    log = _git(
        repo, "log", "-z", *follow, "--first-parent", "--diff-merges=first-parent", "--raw",
        "--no-abbrev", "--format=%x01%H %ct", tip, "--", *names,
    ).decode("utf-8", "surrogateescape")  # fmt: skip
    for part in log.split("\1")[1:]:
        head, *changes = part.strip("\0\n").split("\0")
        commit, seconds = head.split()
        if len(changes) % 2:
            del changes[1]  # the old name of a file that was renamed
        pairs = zip(changes[1::2], changes[::2], strict=True)
        blobs = {name: change.split()[3] for name, change in pairs}
        in_order = sorted(blobs, key=[*names, *blobs].index)
        present = [name for name in in_order if blobs[name].strip("0")]
        name = (present or in_order)[-1]
        yield Version(commit, int(seconds), name, blobs[name] if present else "")


def _git(repo: str, *words: str) -> bytes:
    """Return what git prints."""
    try:
        done = subprocess.run(
            ["git", "-C", repo, *words], capture_output=True, env=os.environ | _QUIET, check=False
        )
    except FileNotFoundError as error:
        msg = "from_git needs git, which is not installed"
        raise LedgerError(msg) from error
    if done.returncode:
        errors = done.stderr.decode(errors="replace").strip().splitlines()
        why = errors[-1] if errors else done.returncode
        raise LedgerError.of(repo, f"git {words[0]} failed ({why})")
    return done.stdout


def content(repo: str, blob: str) -> bytes:
    """Return the bytes of a blob.

    Raises
    ------
    LedgerError
        If they are not in this clone.
    """
    try:
        return _git(repo, "cat-file", "blob", blob)
    except LedgerError as error:
        msg = "its content is not in this clone (a partial one?); fetch it with git"
        raise LedgerError(msg) from error
