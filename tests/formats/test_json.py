"""A file that pyarrow can read is read by it, and says what it says when read as any JSON is."""

import pytest
from ledgers import article

import casualties as cas
from casualties.formats import json

pytest.importorskip("pyarrow")
ROW = '{{"report_id": "r{}", "value": {}, "reported_at": "2020-01-0{}", "kind": "total"{}}}'


def file(
    value="6", rest=', "source": "M"', *, first="", mark=",\n", end="", around=("[\n", "\n]\n")
):
    """A file of two reports, the second of which is odd, and what else is wrong with it."""
    rest = rest if "sourc" in rest.lower() else ', "source": "M"' + rest
    one, other = ROW.format(1, 5, 1, ', "source": "M"' + first), ROW.format(2, value, 2, rest)
    return around[0] + one + mark + other + end + around[1]


#: Files that lines of objects with the columns of reports are, and files that they are not.
QUICK = {
    "plain": file(),
    "byte order mark": "\ufeff" + file(),
    "no value": file("null"),
    "negative": file("-6"),
    "minus nothing": file("-0"),
    "as large as can be": file("9223372036854775807"),
    "letters": file(rest=', "source": "Źródło \\ud83d\\ude00 \\/ \x7f"'),
    "a nought": file(rest=', "source": "a\\u0000b"'),
    "blank": file(rest=', "source": " "'),
    "a mark in a text": file(rest=', "source": "a},\\n{b"'),
    "a bracket in a text": file(rest=', "source": "a]"'),
    "a name that is escaped": file(rest=', "sourc\\u0065": "M"'),
    "a name that the first does not fill": file(first=', "note": null', rest=', "note": "x"'),
    "blank lines": file(end="\n\n"),
    "names left out": file(end=',\n{"report_id": "r3", "value": 1}'),
    "nothing said": file(end=",\n{}"),
}
OTHER = {
    "a fraction": file("6.5"),
    "a whole fraction": file("6.0"),
    "an exponent": file("1e3"),
    "a number in a text": file('"6"'),
    "yes": file("true"),
    "too large": file("9223372036854775808"),
    "much too large": file("99999999999999999999"),
    "a nought before": file("06"),
    "a plus": file("+6"),
    "a minus": file("-"),
    "not a number": file("NaN"),
    "without end": file("Infinity"),
    "a number for a text": file(rest=', "source": 7'),
    "a list": file(rest=', "source": ["a"]'),
    "an object": file(rest=', "source": {"a": 1}'),
    "nested for ever": file(rest=', "source": ' + "[" * 2000 + "]" * 2000),
    "a tab": file(rest=', "source": "a\tb"'),
    "a line's end": file(rest=', "source": "a\nb"'),
    "a mark": file(rest=', "source": "a},\n{b"'),
    "a control": file(rest=', "source": "a\x01b"'),
    "half a letter": file(rest=', "source": "\\ud800"'),
    "no such escape": file(rest=', "source": "a\\x"'),
    "single quotes": file(rest=", \"source\": 'a'"),
    "said twice": file(rest=', "value": 6'),
    "said twice at first": file(first=', "value": 5'),
    "another column": file(first=', "extra": "x"', rest=', "extra": null'),
    "another column later": file(rest=', "extra": "x"'),
    "another column of numbers": file(first=', "extra": 6'),
    "a zero in a name": file(first=', "note\\u0000": "x"', rest=', "note\\u0000": "x"'),
    "a byte order mark within": file(around=("[\ufeff\n", "\n]")),
    "a byte order mark at the end": file(around=("[\n", "\n]\ufeff")),
    "two byte order marks": "\ufeff\ufeff" + file(),
    "a name first said later": file(rest=', "note": "x"'),
    "a capital": file(rest=', "Source": "M"'),
    "no comma": file(mark="\n"),
    "two commas": file(mark=",,\n"),
    "one line": file(mark=", "),
    "other line ends": file(mark=",\r\n"),
    "a comma at the end": file(end=","),
    "a comma and a line at the end": file(end=",\n"),
    "a comment": file(end=" // x"),
    "half a line": file(end=',\n{"report_id": "r3"'),
    "two in a line": file(end=',\n{"report_id": "r3"} {"report_id": "r4"}'),
    "a number among them": file(end=",\n5"),
    "nothing among them": file(end=",\nnull"),
    "something after": file(around=("[\n", "\n] x")),
    "something before": file(around=("x [\n", "\n]")),
    "not closed": file(around=("[\n", "")),
    "closed in a text": file(rest=', "source": "a]', around=("[\n", "")),
    "two lists": file(around=("[\n", "\n]\n[]")),
    "a list in a list": file(around=("[[\n", "\n]]")),
}


def told(path):
    """What a file says, or what is wrong with it."""
    try:
        reports = cas.read_json(path).reports
    except cas.LedgerError as error:
        problems = error.problems
        return str(error), None if problems is None else problems.to_csv()
    return reports.to_csv(), str(reports.dtypes)


@pytest.mark.parametrize("name", [*QUICK, *OTHER])
def test_pyarrow_reads_what_json_says_or_leaves_it(name, tmp_path, monkeypatch):
    path = tmp_path / "ledger.json"
    path.write_bytes((QUICK | OTHER)[name].encode("utf-8"))
    assert (json._by_arrow(path.read_bytes()) is not None) == (name in QUICK)
    quick = told(path)
    monkeypatch.setattr(json, "_by_arrow", lambda data: None)
    assert quick == told(path)


def test_what_is_not_utf_8_is_left_to_be_told(tmp_path):
    path = tmp_path / "ledger.json"
    path.write_bytes(file(rest=', "source": "ü"').encode("latin-1"))
    assert json._by_arrow(path.read_bytes()) is None
    with pytest.raises(cas.LedgerError, match="not JSON in UTF-8"):
        cas.read_json(path)


def test_what_a_ledger_writes_is_read_by_pyarrow(tmp_path):
    path = tmp_path / "ledger.json"
    ledger = article()
    ledger.to_json(path)
    assert json._by_arrow(path.read_bytes()) is not None
    assert cas.read_json(path, tz=ledger.tz) == ledger
