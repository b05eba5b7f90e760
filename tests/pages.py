"""Reads a page of a toll as a reader without the library would: its rows at every clock."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote

VOID = {"meta", "input", "br", "rect", "path", "use", "link", "line", "circle"}
#: What ends where one of these begins, as HTML allows.
ENDS = {"td": {"td", "th"}, "th": {"td", "th"}, "tr": {"td", "th", "tr"}, "li": {"li"}}


class Node:
    """An element."""

    def __init__(self, tag, attrs, parent=None):
        self.tag, self.attrs, self.parent, self.children = tag, attrs, parent, []

    def all(self):
        """Yield this element and those within."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.all()

    def find(self, *tags, **attrs):
        """Return the elements of these tags that have these attributes; ``...`` is any value."""
        asked = {name.replace("_", "-"): value for name, value in attrs.items()}
        return [
            node for node in self.all()
            if (not tags or node.tag in tags)
            and all(name in node.attrs and value in (..., node.attrs[name])
                    for name, value in asked.items())
        ]  # fmt: skip

    @property
    def rows(self):
        """The elements right within."""
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self):
        """What it says."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def said(self):
        """What a cell says apart from small print and what is opened on demand."""
        kept = [c for c in self.children if isinstance(c, str) or c.tag not in ("small", "details")]
        return "".join(c if isinstance(c, str) else c.text for c in kept)

    @property
    def small(self):
        """The small print of a cell."""
        return "".join(node.text for node in self.find("small"))


class Tree(HTMLParser):
    """The elements of a page, or of a cell."""

    def __init__(self, text):
        super().__init__()
        self.root = self._at = Node("", {})
        self.marks = []
        self.feed(text)
        assert self._at is self.root, f"{self._at.tag} is not closed"

    def handle_starttag(self, tag, attrs):
        while self._at.tag in ENDS.get(tag, ()):
            self._at = self._at.parent
        node = Node(tag, dict(attrs), self._at)
        assert not any(name.startswith("on") or name == "style" for name in node.attrs), node.attrs
        if "id" in node.attrs:
            assert node.attrs["id"] not in self.marks, "a mark twice"
            self.marks.append(node.attrs["id"])
        self._at.children.append(node)
        if tag not in VOID:
            self._at = node

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        while self._at.tag != tag:
            assert self._at.tag in ("td", "th", "tr", "li"), f"</{tag}> within {self._at.tag}"
            self._at = self._at.parent
        self._at = self._at.parent

    def handle_data(self, data):
        self._at.children.append(data)


class Page(Tree):
    """A page: its elements, and the rows of each pool at every clock."""

    def __init__(self, text):
        super().__init__(text)
        self.data = json.loads(gzip.decompress(
            base64.b64decode(self.root.find("script", id="numbers")[0].text)
        ))  # fmt: skip
        self.times = self.data["times"]
        self.last = max(len(self.times) - 1, 0)
        self.homes = self.root.find(data_pool=...)
        self._pools = {}

    def at(self, name, place=None):
        """Return what the rows of a pool say at a clock, a tuple of texts each.

        Of `headlines`, those of all groups.
        """
        place = self.last if place is None else place
        if name == "headlines":
            return [row for rows in self.groups(place).values() for row in rows]
        if name not in self._pools:
            self._pools[name] = self._pool(name)
        return [
            cells for lives, cells in self._pools[name]
            if any(a <= place < b for a, b in zip(lives[::2], lives[1::2], strict=True))
        ]  # fmt: skip

    def groups(self, place=None):
        """Return the latest numbers that stand together at a clock, by the heading."""
        found = {}
        for name in (name for name in self.data["pools"] if name.startswith("headlines-")):
            home = self.root.find("tbody", data_pool=name)[0].parent
            title = home.find("caption")[0].text.removesuffix(": each source's latest number")
            found[title] = self.at(name, place)
        return found

    def _pool(self, name):
        """Return when each row of a pool is there, and what it says."""
        home = [node for node in self.homes if node.attrs["data-pool"] == name]
        if not home and not self.data["pools"].get(name):
            return []
        assert len(home) == 1, name
        here = home[0].rows + [r for rest in self.root.find(data_rest=name) for r in rest.rows]
        found, born, table = [], 0, home[0].tag == "tbody"
        for entry in self.data["pools"].get(name, [len(here)]):
            if isinstance(entry, int):
                for _ in range(entry):
                    node = here.pop(0)
                    # A report is born with the page that it stands on.
                    born = born if "id" in node.attrs else int(node.attrs.get("data-b", 0))
                    found.append(([born, self.last + 1], _told(node)))
            elif len(entry) == 1:
                found.append((entry[0], _told(here.pop(0))))
            else:
                cells = [self.data["texts"][cell] for cell in entry[1]]
                row = "<tr><td>" + "<td>".join(cells) + "</tr>" if table else f"<p>{cells[0]}</p>"
                found.append((entry[0], _told(Tree(row).root.rows[0])))
        assert not here
        return found

    @property
    def csv(self):
        """The reports as CSV."""
        href = self.root.find("a", id="csv")[0].attrs["href"]
        head, _, body = href.partition(",")
        assert head == "data:text/csv;charset=utf-8"
        assert re.fullmatch(r"[!-~]*", body), "an address holds no blank"
        return unquote(body)


def _told(node):
    if node.tag == "p":
        whole, large = _flat(node), node.find("strong")
        return (large[0].text, whole.removeprefix(large[0].text + " ")) if large else (whole,)
    return tuple(_flat(cell).strip() for cell in node.rows)


def _flat(node):
    """Return what an element says, small print and what is opened on demand after a bar."""
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        else:
            parts.append("|" * (child.tag in ("small", "details")) + _flat(child))
    return "".join(parts)
