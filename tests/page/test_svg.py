"""Drawings within a page: no style, no metadata, no names twice, later labels marked."""

import re

import numpy as np
from ledgers import article

from casualties.page.known import Facts
from casualties.page.pictures import pictures
from casualties.page.svg import inline

FILE = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="10pt" height="10pt" viewBox="0 0 10 10"><metadata>when</metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <g id="axes_1"><defs><path id="m1" d="M 0 1 L 2 3" style="stroke: #000"/></defs>
 <use xlink:href="#m1" x="1.234" y="2" style="fill: none; stroke: #f00"/>
 <use xlink:href="#m1" x="3" y="4" style="fill: none; stroke: #f00"/>
 <g clip-path="url(#c1)"><path d="M 0 0" style="opacity: 0.5"/></g>
 <g id="text_1"><path d="M 1 1 z"/><text x="5" y="5" style="font-size: 8px">later</text></g>
 <g id="text_2"><text x="5" y="12">axis</text></g>
 <g id="leader-1"><path d="M 5 5 L 6 6"/></g>
 <g clip-path="url(#c1)"><use xlink:href="#m1" x="4.000000" y="5"/></g></g>
 <defs><clipPath id="c1"><rect x="0" y="0" width="9" height="9"/></clipPath></defs></svg>"""


def test_styles_become_attributes_and_names_take_the_prefix():
    made, above = inline(FILE, "p3-", (1, 1, 8, 8), np.array([2.0, 4.00000004, 6.0]))
    assert made == (
        '<svg viewBox="0 0 10 10" stroke-linejoin="round" stroke-linecap="butt">'
        '<defs><path d="M0 1L2 3" stroke="#000" id="p3-0"/>'
        '<clipPath id="p3-1"><rect x="0" y="0" width="9" height="9"/></clipPath></defs>'
        '<g fill="none" stroke="#f00"><use x="1.2" y="2" href="#p3-0"/>'
        '<use x="3" y="4" href="#p3-0"/></g>'
        '<g clip-path="url(#p3-1)"><path d="M0 0" opacity="0.5"/></g>'
        '<g class="late"><path d="M1 1z"/><text x="5" y="5" font-size="8">later</text></g>'
        '<text x="5" y="12" font-size="10">axis</text></svg>'
    )
    assert above == (
        '<g stroke-linejoin="round" stroke-linecap="butt">'
        '<g class="leader" data-from="1"><path d="M5 5L6 6"/></g>'
        '<g clip-path="url(#p3-1)"><use x="4" y="5" data-from="1" href="#p3-0"/></g></g>'
    )


def test_the_key_above_the_axes_is_of_the_last_clock():
    made, _ = inline(FILE, "p", (1, 7, 8, 8), np.array([2.0]))
    assert '<g fill="none" stroke="#f00"><use x="1.2" y="2" class="late"' in made


def test_the_font_of_an_older_matplotlib_is_read():
    font = FILE.replace("font-size: 8px", "font: italic 700 9.5px 'DejaVu Sans', sans-serif")
    assert (
        '<text x="5" y="5" font-size="9.5" font-weight="700">'
        in inline(font, "p", (1, 1, 8, 8), np.array([2.0]))[0]
    )


def test_charts_keep_their_texts_and_have_no_name_twice():
    drawn, others = pictures(Facts(article()))
    assert others == []
    (one,) = drawn
    assert "59→58" in one.above
    assert "59→58" not in one.svg
    assert "style" not in one.svg
    assert "metadata" not in one.svg
    whole = one.svg + one.above
    names = re.findall(r' id="([^"]+)"', whole)
    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', whole)) == set(names)
    labels = re.findall(r'<g class="late">.*?<text[^>]*>([^<]*)', one.svg)
    assert "84" in " ".join(labels)
    assert [line.name for line in one.lines] == ["Ministry"]
    assert one.places == sorted(one.places)
    left, _, right, _ = one.box
    assert left < one.places[0] < one.places[-1] <= right
