"""Text as HTML, everything escaped, and pages written whole or not at all."""

import html
import os

from ..words import visible
from .whole import write_whole


def plain(text: object) -> str:
    """Return text escaped; what cannot be printed becomes a sign for it.

    >>> plain('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(visible(text), quote=True)


def web(address: str) -> bool:
    """Whether an address is one of the web, which a link may lead to.

    >>> web("https://example.org"), web("javascript:alert()")
    (True, False)
    """
    return address.casefold().startswith(("https://", "http://"))


def write(text: str, path: str | os.PathLike[str]) -> None:
    """Write a page, whole or not at all."""
    write_whole(path, lambda file: file.write(text))
