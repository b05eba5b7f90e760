"""A JSON file is read strictly, and says what its objects say when they are given as rows."""

import json

import pytest
from ledgers import article

import casualties as cas

ROW = '{{"report_id": "r{}", "value": {}, "reported_at": "2020-01-0{}", "kind": "total"{}}}'


def file(
    value="6", rest=', "source": "M"', *, first="", mark=",\n", end="", around=("[\n", "\n]\n")
):
    """A file of two reports, the second of which is odd, and what else is wrong with it."""
    rest = rest if "sourc" in rest.lower() else ', "source": "M"' + rest
    one, other = ROW.format(1, 5, 1, ', "source": "M"' + first), ROW.format(2, value, 2, rest)
    return around[0] + one + mark + other + end + around[1]


#: Files that are lists of objects, and files that are nearly so.
FILES = {
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
    "another column of numbers": file(first=', "extra": 6', rest=', "extra": 7'),
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


def refuse_twice(pairs):
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def outcome(make):
    """The reports, or all that is wrong with them but where they stand."""
    try:
        return make().reports.astype(str).to_dict("list")
    except cas.LedgerError as error:
        return error.problems[["row", "column", "problem"]].astype(str).values.tolist()


@pytest.mark.parametrize("name", FILES)
def test_json_is_read_as_its_objects_are_or_refused(name, tmp_path):
    path = tmp_path / "ledger.json"
    path.write_bytes(FILES[name].encode("utf-8"))
    try:
        rows = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=refuse_twice)
        assert isinstance(rows, list)
        assert all(isinstance(row, dict) for row in rows)
    except (ValueError, RecursionError, AssertionError):
        with pytest.raises(cas.LedgerError, match="not JSON in UTF-8|not a list of objects"):
            cas.read_json(path)
    else:
        assert outcome(lambda: cas.read_json(path)) == outcome(lambda: cas.Ledger(rows))


def test_what_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "ledger.json"
    path.write_bytes(file(rest=', "source": "ü"').encode("latin-1"))
    with pytest.raises(cas.LedgerError, match="not JSON in UTF-8"):
        cas.read_json(path)


def test_large_numbers_and_own_columns_stay_as_they_are(tmp_path):
    rows = [
        {"value": 10**12, "n": 2**60 + 1, "code": "007", "mixed": 5, "reported_at": "2024-05-06"},
        {"value": None, "n": 2, "code": "", "mixed": "x", "reported_at": "2024-05-07"},
    ]
    ledger = cas.Ledger(rows, source="M", kind="total")
    ledger.to_json(tmp_path / "x.json")
    again = cas.read_json(tmp_path / "x.json")
    assert again == ledger
    assert again.reports["n"].tolist()[0] == 2**60 + 1
    (tmp_path / "x.json").write_text(f'[{{"value": {2**70}, "reported_at": "2024-05-06"}}]')
    with pytest.raises(cas.LedgerError, match="is more than 1,000,000,000,000"):
        cas.read_json(tmp_path / "x.json", source="M", kind="total")


def test_what_a_ledger_writes_is_an_object_a_line(tmp_path):
    path = tmp_path / "ledger.json"
    article().to_json(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(article()) + 2
    assert cas.read_json(path, tz="Asia/Yerevan") == article()
