"""Writing files: reports as text and whole numbers, to a file that is whole at every moment.

The new file is written beside the old one, flushed, then renamed. A pipe or a device, such as
``/dev/stdout``, is written to directly.
"""

import contextlib
import errno
import glob
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from ..model import clocks
from ..model.errors import LedgerError
from ..model.schema import CATEGORICAL, DAYS

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed: no lock is needed
    fcntl = None  # type: ignore[assignment]

#: Endings that promise a compressed file, which is never written.
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file so that at every moment either the old or the new one is there, whole."""
    if (ending := Path(path).suffix).lower() in _PACKED:
        raise LedgerError.of(path, f"files are not compressed here; leave {ending} out")
    data = content.encode() if isinstance(content, str) else content
    if not os.path.basename(path) or os.path.isdir(path):
        what = "this is a folder; name a file in it" if path else "the name of the file is empty"
        raise IsADirectoryError(errno.EISDIR, what, os.fspath(path))
    device = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    if os.path.exists(path) and (device or not os.path.isfile(path)):
        if sys.stdout is not None:
            sys.stdout.flush()  # what was printed stands before it
        own = {"/dev/stdout": 1, "/dev/stderr": 2}.get(os.path.abspath(path))
        with open(path if own is None else os.dup(own), "wb") as through:
            through.write(data)
        return
    path = Path(os.path.realpath(path))  # a link stays a link
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path.parent))
    if path.is_file() and not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise PermissionError(errno.EACCES, "the file is read-only", os.fspath(path))
    with _part(path) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, file.name)
            if fcntl is None:
                file.close()
            os.replace(file.name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(file.name)
            raise


def _part(path: Path) -> IO[bytes]:
    """Open a locked file beside another, and remove files that killed writers left there."""
    for name in glob.glob(f".{glob.escape(path.name)}.*.part", root_dir=path.parent):
        with contextlib.suppress(OSError), open(path.parent / name, "rb") as left:
            if fcntl is not None:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while it is written
            os.unlink(path.parent / name)
    while True:
        part = open(path.with_name(f".{path.name}.{secrets.token_hex(4)}.part"), "xb")
        if fcntl is not None:
            fcntl.flock(part, fcntl.LOCK_EX)
        if os.path.exists(part.name):  # else another writer removed it before it was locked
            return part
        part.close()


def writable(reports: pd.DataFrame, tz: str) -> pd.DataFrame:
    """Return reports as text and whole numbers: ISO days, instants local to `tz` with offset."""
    out = reports.astype(dict.fromkeys(CATEGORICAL, "str"))
    for column in DAYS:
        days = np.asarray(out[column].values, "M8[D]")
        out[column] = pd.Series(np.where(np.isnat(days), "", days.astype(str)), dtype="str")
    utc = clocks.utc_values(pd.DatetimeIndex(out["reported_at"]))
    minutes = (clocks.local_times(utc, tz) - utc) / np.timedelta64(1, "m")
    odd = minutes != np.round(minutes)  # local mean time: written in UTC
    minutes = np.where(odd, 0, minutes).astype(np.int64)
    fine = bool((utc.view(np.int64) % 1_000_000 != 0).any())
    text = np.datetime_as_string(utc + minutes.astype("m8[m]"), "us" if fine else "s")
    offsets, which = np.unique(minutes, return_inverse=True)
    ends = [f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in offsets]
    out["reported_at"] = text.astype(object) + np.array(ends, object)[which]
    return out
