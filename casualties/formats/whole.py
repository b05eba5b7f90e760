"""Writing a file whole or not at all: to a temporary file beside it, flushed, then renamed.

What is no file, such as a pipe or ``/dev/null``, is written through.
"""

import contextlib
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ..model.errors import LedgerError

#: Names of files that would hold something else than they say.
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")


def write_whole(
    path: str | os.PathLike[str], write: Callable[[IO[Any]], object], *, binary: bool = False
) -> None:
    """Write a file so that at every moment either the old or the new one is there, whole."""
    if Path(path).suffix.lower() in _PACKED:
        msg = f"{os.fspath(path)}: files are not compressed here; leave {Path(path).suffix} out"
        raise LedgerError(msg)
    mode: dict[str, Any] = {"mode": "wb"}
    if not binary:
        mode = {"mode": "w", "encoding": "utf-8", "newline": ""}
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        whole = io.BytesIO() if binary else io.StringIO(newline="")
        write(whole)
        with open(path, **mode) as file:
            file.write(whole.getvalue())
        return
    path = Path(os.path.realpath(path))  # a link goes on leading there
    with tempfile.NamedTemporaryFile(
        dir=path.parent,
        prefix=f".{path.name}.",
        suffix=".part",
        delete=False,
        **mode,
    ) as file:
        try:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                os.chmod(file.name, path.stat().st_mode & 0o777)
            else:
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(file.name, 0o666 & ~mask)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(file.name)
            raise
