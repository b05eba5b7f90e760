"""The command line: the frames and charts of a ledger's file, for scripts."""

import io
import sys
from collections.abc import Sequence

from . import __version__
from .shell.asking import parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 (findings) or 2 (cannot)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # what is printed is what would be in a file
    options = parser(__version__).parse_args(arguments)
    from .shell.commands import run  # help needs no pandas

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
