"""matplotlib's SVG made part of a page: no style attributes, no metadata, no names that collide."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+")
#: Lines on end to where the pen is already.
_STILL = re.compile(r"L([-\d.]+ [-\d.]+)(?:L\1(?=[LMz]|$))+")
#: Letters that XML does not have, which a name of the ledger may.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What every path has unless it says otherwise (matplotlib says so in a style sheet).
_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
#: What needs no saying: the default of SVG, or of the page.
_DEFAULTS = {
    "stroke-dashoffset": "0", "font-family": None, "opacity": "1", "stroke-width": "1",
    "text-anchor": "start",
}  # fmt: skip
#: What is of one element alone, unlike its looks.
_OWN = ("d", "x", "y", "href", "id", "class", "transform", "data-from")
#: A place in a drawing is known to so many of its units.
_SLACK = 1e-4


def inline(
    text: str, prefix: str, box: tuple[float, float, float, float], places: np.ndarray
) -> tuple[str, str]:
    """Return the drawing of an SVG file as an element of a page, and what stands above its cover.

    Above it are the marks and the labels of points, each with ``data-from``, the first clock that
    knows it.

    Parameters
    ----------
    text : str
        The file, as matplotlib writes it with text as text.
    prefix : str
        Begins every name within it.
    box : (left, top, right, bottom)
        The axes, in the units of the file. The key above them and the texts beside them are of
        the class ``late``: they tell of the last clock.
    places : ndarray of float
        Where each clock stands, from the left, ascending.
    """
    root = ET.fromstring(_UNWRITABLE.sub("\ufffd", text))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("metadata", "style", "title"):
                parent.remove(child)
    names = {name: f"{prefix}{place}" for place, name in enumerate(_used(root))}
    _late(root, box)
    _marks(root, box, places)
    for element in root.iter():
        _clean(element, names)
    _flatten(root)
    _define(root)
    above = ET.Element("g", _ROOT)
    for child in list(root):
        if any("data-from" in one.attrib for one in child.iter()):
            root.remove(child)
            above.append(child)
    _group(root)
    _group(above)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib.update(_ROOT)
    return _written(root), _written(above)


def _used(root: Any) -> list[str]:
    """Return the names that something in the drawing refers to."""
    found: dict[str, None] = {}
    for element in root.iter():
        if _HREF in element.attrib:
            found[element.attrib[_HREF].removeprefix("#")] = None
        for value in element.attrib.values():
            for name in re.findall(r"url\(#([^)]+)\)", value):
                found[name] = None
    return list(found)


def _clean(element: Any, names: dict[str, str]) -> None:
    """Write styles as attributes, names with the prefix, numbers as short as the eye needs."""
    given = element.attrib
    for part in given.pop("style", "").split(";"):
        name, colon, value = part.partition(":")
        if colon:
            given |= _written_out(name.strip(), value.strip())
    for name, default in _DEFAULTS.items():
        if name in given and (default is None or given[name] == default):
            del given[name]
    if "id" in given:
        if given["id"] in names:
            given["id"] = names[given["id"]]
        else:
            del given["id"]
    if _HREF in given:
        given["href"] = "#" + names[given.pop(_HREF).removeprefix("#")]
    for name, value in list(given.items()):
        if "url(#" in value:
            value = re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{names[m[1]]})", value)
        if name == "transform" and value.startswith("rotate(-0"):
            del given[name]
            continue
        if name == "d":
            value = " ".join(value.split()).replace(" L ", "L").replace("M ", "M")
            value = value.replace(" C ", "C").replace(" Q ", "Q").replace(" z", "z")
        if not value.startswith(("#", "url")):
            value = _NUMBER.sub(lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), value)
        given[name] = _STILL.sub(r"L\1", value) if name == "d" else value
    if element.tag.endswith("}text"):
        given["font-size"] = given.get("font-size", "10px").removesuffix("px")


def _written_out(name: str, value: str) -> dict[str, str]:
    """Return what a style says as attributes; a font as its parts, its family apart."""
    if name != "font":
        return {name: value}
    before, _, _ = value.partition("px")
    *words, size = before.split()
    weight = [word for word in words if word == "bold" or word.isdecimal()]
    return {"font-size": size} | ({"font-weight": weight[0]} if weight else {})


def _late(root: Any, box: tuple[float, float, float, float]) -> None:
    """Mark the key and the texts beside the axes; say of the labels of points from when on."""
    left, top, _, bottom = box
    for parent in root.iter(f"{_SVG}g"):
        label = re.fullmatch(r"(note|leader)-(\d+)", parent.get("id", ""))
        if label:
            parent.set("class", label[1])
            parent.set("data-from", label[2])
            continue
        for child in parent:
            if child.tag in (f"{_SVG}path", f"{_SVG}use", f"{_SVG}text"):
                heights = _heights(child)
                if heights and max(heights) < top - 4:
                    child.set("class", "late")
        for text in parent.findall(f"{_SVG}text"):
            x, y = text.get("x"), text.get("y")
            moved = re.match(r"translate\(([-\d.]+)[ ,]([-\d.]+)", text.get("transform", ""))
            if moved:
                x, y = moved[1], moved[2]
            if x is None or y is None:
                continue
            if float(x) >= left - 1 and top - 2 <= float(y) <= bottom + 2:
                parent.set("class", "late")


def _heights(element: Any) -> list[float]:
    """Return how far down the corners of an element are."""
    if "d" in element.attrib:
        numbers = re.findall(r"-?\d+(?:\.\d+)?", element.attrib["d"])
        return [float(y) for y in numbers[1::2]]
    moved = re.match(r"translate\([-\d.]+[ ,]([-\d.]+)", element.get("transform", ""))
    y = moved[1] if moved else element.get("y")
    return [] if y is None else [float(y)]


def _marks(root: Any, box: tuple[float, float, float, float], places: np.ndarray) -> None:
    """Say of each mark of the data from which clock on it is known."""
    left, top, right, bottom = box
    for group in root.iter(f"{_SVG}g"):
        if "clip-path" not in group.attrib or any(c.tag != f"{_SVG}use" for c in group):
            continue
        for use in group:
            x, y = float(use.get("x", "nan")), float(use.get("y", "nan"))
            if left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1:
                place = int(np.searchsorted(places, x - _SLACK))
                use.set("data-from", str(min(place, len(places) - 1)))


def _flatten(root: Any) -> None:
    """Take groups away that say nothing."""
    for parent in root.iter():
        children: list[Any] = []
        for child in parent:
            children.extend(_unwrapped(child))
        parent[:] = children


def _unwrapped(element: Any) -> list[Any]:
    if element.tag != f"{_SVG}g" or element.attrib:
        return [element]
    return [inner for child in element for inner in _unwrapped(child)]


def _define(root: Any) -> None:
    """Put what is referred to in one place, once."""
    place = ET.Element(f"{_SVG}defs")
    same: dict[str, str] = {}
    names: dict[str, str] = {}
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag == f"{_SVG}defs"]:
            parent.remove(child)
            for one in child:
                name = one.attrib.pop("id", "")
                text = ET.tostring(one, encoding="unicode")
                names[name] = same.setdefault(text, name)
                if names[name] == name:
                    one.set("id", name)
                    place.append(one)
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "href":
                element.set(key, "#" + names.get(value[1:], value[1:]))
            elif value.startswith("url(#"):
                element.set(key, f"url(#{names.get(value[5:-1], value[5:-1])})")
    if len(place):
        root.insert(0, place)


def _group(parent: Any) -> None:
    """Say once what elements on end have in common."""
    out: list[Any] = []
    for child in parent:
        _group(child)
        look = {k: v for k, v in child.attrib.items() if k not in _OWN}
        plain = child.tag in (f"{_SVG}path", f"{_SVG}use") and "transform" not in child.attrib
        if out and plain and look and out[-1][0] == look:
            out[-1][1].append(child)
        else:
            out.append((look if plain else None, [child]))
    parent[:] = [one for look, members in out for one in _together(look, members)]


def _together(look: dict[str, str] | None, members: list[Any]) -> list[Any]:
    if len(members) < 2 or not look:
        return members
    group = ET.Element(f"{_SVG}g", look)
    for member in members:
        for name in look:
            del member.attrib[name]
        group.append(member)
    return [group]


def _written(root: Any) -> str:
    """Write elements without names of name spaces."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        if element.text and not element.text.strip():
            element.text = None
        element.tail = None
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace(" />", "/>")
