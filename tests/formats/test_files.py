"""Files: round trips are equal, writing is whole or not at all, broken files are refused."""

import json
import os
import pickle
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from ledgers import article
from strategies import ledgers, many

import casualties as cas

ODD = [
    {"value": "about 3,000", "source": "Հայաստան $x_1^2\\", "note": 'a,"b"\r\nc', "page": 3.0},
    {"value": None, "source": "Ελλάδα", "note": "=1+1", "page": None},
    {"value": "50-60", "source": "  Москва ", "note": "-", "page": 4.5},
    {"value": ">7", "source": "بغداد", "reported_at": "2024-03-06T10:00:00.123456+02:00"},
]


def odd():
    rows = [{"reported_at": "2024-03-05 10:00"} | row for row in ODD]
    return cas.Ledger(rows, tz="Asia/Kathmandu", kind="total")


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
@pytest.mark.parametrize("make", [article, odd, lambda: cas.Ledger([])])
def test_a_round_trip_gives_an_equal_ledger(tmp_path, form, make):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    ledger = make()
    path = tmp_path / f"x.{form}"
    getattr(ledger, f"to_{form}")(path)
    again = getattr(cas, f"read_{form}")(path, tz=ledger.tz)
    assert again == ledger
    assert list(tmp_path.iterdir()) == [path]


@many(60)
@given(ledgers())
def test_random_ledgers_survive_csv_and_json(tmp_path_factory, ledger):
    path = tmp_path_factory.mktemp("t") / "x"
    ledger.to_csv(path)
    assert cas.read_csv(path, tz=ledger.tz) == ledger
    ledger.to_json(path)
    assert cas.read_json(path, tz=ledger.tz) == ledger


@pytest.mark.parametrize("name", ["karabakh_2020", "revised_tolls"])
def test_the_bundled_datasets_survive(tmp_path, name):
    ledger = cas.load_dataset(name)
    ledger.to_csv(tmp_path / "x.csv")
    assert cas.read_csv(tmp_path / "x.csv", tz=ledger.tz) == ledger


def test_columns_can_be_renamed_and_fixed(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('Day,Deaths\n2024-05-06,"2,300"\n', encoding="utf-8-sig")
    ledger = cas.read_csv(
        path, columns={"Deaths": "value", "Day": "reported_at"}, source="M", kind="total"
    )
    assert ledger.reports["value"].tolist() == [2300]
    with pytest.raises(cas.LedgerError, match="no column 'Death'.*Did you mean 'Deaths'"):
        cas.read_csv(path, columns={"Death": "value"}, source="M", kind="total")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"source,source\na,b\n", "occurs more than once"),
        (b"source,kind\na\n", "fewer fields"),
        (b"source,kind,reported_at\nM,total,2024-01-01,extra\n", "as many fields"),
        (b"source,kind\n<<<<<<< HEAD\na,total\n=======\nb,total\n>>>>>>> x\n", "merge conflict"),
        (b"source,kind\na,total\n=======\nb,total\n>>>>>>>\n", "merge conflict"),
        ("source\nÉ\n".encode("utf-16"), "save it as UTF-8"),
        (b"source,kind,reported_at\n\xc9,total,2024-01-01\n", "save it as UTF-8"),
    ],
)
def test_broken_files_are_refused_with_their_name(tmp_path, content, said):
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(cas.LedgerError, match=said) as error:
        cas.read_csv(path)
    assert "broken.csv" in str(error.value)


def test_a_header_alone_is_an_empty_ledger(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("source,kind,reported_at\n")
    assert len(cas.read_csv(path)) == 0


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1, 2]"])
def test_what_is_not_a_list_of_reports_is_refused(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(cas.LedgerError, match="not JSON|a ledger is a list of objects"):
        cas.read_json(path)


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    article().to_csv(path)
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        odd().to_csv(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "said"), [("folder", "a folder"), ("folder/", "a folder"), ("new/", "a folder")]
)
def test_a_folder_is_no_file_to_write_to(tmp_path, name, said):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError, match=said) as error:
        article().to_csv(f"{tmp_path}/{name}")
    assert error.value.filename == f"{tmp_path}/{name}"
    with pytest.raises(IsADirectoryError, match="the name of the file is empty: ''"):
        article().to_csv("")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"], "nothing is tried beside it"


def test_formulas_are_made_inert_when_asked(tmp_path):
    odd().to_csv(tmp_path / "x.csv", spreadsheet_safe=True)
    assert "'=1+1" in (tmp_path / "x.csv").read_text(encoding="utf-8")
    rows = [{"value": 1, "note": f"{sign}1"} for sign in "=+-@\t\r\n＝＋－＠ '"]
    cas.Ledger(rows, source="M", kind="total", reported_at="2024-03-05").to_csv(
        tmp_path / "y.csv", spreadsheet_safe=True
    )
    notes = cas.read_csv(tmp_path / "y.csv").reports["note"]
    assert [note[0] == "'" for note in notes] == [True] * 11 + [False, True]
    odd().to_csv(tmp_path / "x.csv")
    assert "'=1+1" not in (tmp_path / "x.csv").read_text(encoding="utf-8")


def test_headers_are_made_inert_as_well(tmp_path):
    rows = [{"source": "A", "value": 1, "reported_at": "2024-05-06", "=HYPERLINK(1)": "x"}]
    cas.Ledger(rows, kind="total").to_csv(tmp_path / "x.csv", spreadsheet_safe=True)
    head = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head.endswith(",'=HYPERLINK(1)")


def test_pickling_and_copying_keep_the_clock():
    import copy

    ledger = article().as_of("2020-09-28 15:00")
    for again in (pickle.loads(pickle.dumps(ledger)), copy.copy(ledger), copy.deepcopy(ledger)):
        assert again == ledger
        assert again.known_at == ledger.known_at


def test_the_article_is_in_the_bundled_dataset():
    ledger = cas.load_dataset("karabakh_2020")
    ministry = ledger.where(
        source="Karabakh defence ministry",
        side="Armenian side",
        category="military",
        outcome="killed",
    )

    def through(clock):
        frame = ministry.as_of(clock).totals()
        return dict(zip(frame["date"].dt.strftime("%m-%d"), frame["total"], strict=True))

    assert through("2020-09-28 15:00") == {"09-27": 31, "09-28": 59}
    assert through("2020-09-28 16:00") == {"09-27": 31, "09-28": 58}
    told = ministry.history()
    assert told["total"].tolist()[:5] == [16, 31, 59, 58, 84]
    assert told["cause"].tolist()[:5] == ["first", "updated", "new", "revised", "updated"]
    changes = ledger.revisions()
    explicit = changes[changes["explicit"]]
    steps = set(zip(explicit["old"], explicit["new"], explicit["delta"], strict=True))
    assert {(28, 27, -1), (59, 58, -1), (68, 67, -1)} <= steps
    assert (ledger.reports["via"] != "").all()
    assert (ledger.reports["url"] != "").all()
    declined = ledger.current().query("source == 'AFP' and value.isna()")
    assert declined["side"].tolist() == ["Azerbaijan"]
    claim = ledger.as_of("2020-09-28").current().query("outcome == 'killed' and value == 550")
    assert claim["denied_by"].tolist() == ["Armenia defence ministry"]


def test_datasets_are_listed_and_misnamed_ones_suggested():
    assert set(cas.list_datasets()) == {"karabakh_2020", "revised_tolls"}
    with pytest.raises(cas.LedgerError, match="Did you mean 'karabakh_2020'"):
        cas.load_dataset("karabakh")


def test_the_tolls_of_brussels_went_up_and_down():
    history = cas.load_dataset("revised_tolls").where(event="Brussels attacks 2016").history()
    assert history["total"].tolist() == [31, 28, 31, 35, 32]
    assert history["cause"].tolist() == ["first", "revised", "new", "new", "revised"]


def test_reading_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pip install 'casualties\[parquet\]'"):
        cas.read_parquet(tmp_path / "x.parquet")


def test_frames_read_by_pandas_make_the_same_ledger(tmp_path):
    article().to_csv(tmp_path / "x.csv")
    frame = pd.read_csv(tmp_path / "x.csv")
    assert cas.Ledger(frame, tz="Asia/Yerevan") == article()


def test_extra_columns_of_any_kind_are_written_as_json(tmp_path):
    extra = {"odd": [np.int64(3)], "seen": [pd.Timestamp("2024-03-05")], "list": [[1, 2]]}
    table = pd.DataFrame({"source": ["M"], "reported_at": ["2024-03-05"], "value": 1}).assign(
        **{name: pd.Series(cells, dtype=object) for name, cells in extra.items()}
    )
    cas.Ledger(table, kind="total").to_json(tmp_path / "x.json")
    row = json.loads((tmp_path / "x.json").read_text())[0]
    assert (row["odd"], row["seen"], row["list"]) == (3, "2024-03-05 00:00:00", [1, 2])


@pytest.mark.parametrize("own", [[12, "12a"], ["a", 1], [3 + 4j, 2], [2**70, 1], [{}, {}]])
def test_a_column_that_parquet_cannot_hold_is_named(tmp_path, own):
    pytest.importorskip("pyarrow")
    ledger = cas.Ledger(
        {"value": [5, 6], "own": own}, source="M", kind="total", reported_at="2024-05-06"
    )
    with pytest.raises(cas.LedgerError, match="column 'own'"):
        ledger.to_parquet(tmp_path / "x.parquet")
    ledger.to_json(tmp_path / "x.json")
    assert cas.read_json(tmp_path / "x.json") == ledger


@pytest.mark.parametrize("cell", ["99999999999999999999", "5e6789012", "nan"])
def test_a_number_of_ones_own_that_no_file_keeps_stays_text(tmp_path, cell):
    (tmp_path / "x.csv").write_text(f"source,value,reported_at,own\nM,5,2024-05-06,{cell}\n")
    ledger = cas.read_csv(tmp_path / "x.csv", kind="total")
    assert ledger.reports["own"].tolist() == [cell]


def test_a_file_in_another_encoding_is_read_when_it_is_named(tmp_path):
    path = tmp_path / "x.csv"
    text = "source,kind,value,reported_at\nÉtat,total,5,2024-03-05\n"
    for encoding in ("utf-16", "utf-16-le", "cp1252"):
        path.write_bytes(text.encode(encoding))
        ledger = cas.read_csv(path, encoding=encoding)
        assert ledger.reports["source"].tolist() == ["État"]


def test_text_in_utf_8_is_read_as_such_whatever_encoding_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("source,kind,value,reported_at\nÁrea,total,5,2024-03-05\n", encoding="utf-8")
    for encoding in ("cp1252", "cp1251", "ascii", "utf-8"):
        ledger = cas.read_csv(path, encoding=encoding)
        assert ledger.reports["source"].tolist() == ["Área"]
    with pytest.raises(cas.LedgerError, match="unknown encoding 'utf-88'"):
        cas.read_csv(path, encoding="utf-88")


def test_blank_columns_are_named_in_json_so_that_no_extra_one_is_taken_for_them(tmp_path):
    table = pd.DataFrame(
        {"source": ["M"], "value": None, "reported_at": ["2024-03-05"], "Url": "x"}
    )
    ledger = cas.Ledger(table, kind="total", columns={"Url": None})
    ledger.to_json(tmp_path / "x.json")
    assert cas.read_json(tmp_path / "x.json") == ledger
