"""The command line, as a script sees it."""

import io
import json

import pandas as pd
import pytest
from ledgers import article, series

from casualties.__main__ import main


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ledger.csv"
    article().to_csv(path)
    return str(path)


def test_frames_are_printed_as_exact_csv_and_json(file, capsys):
    assert main(["totals", file, "--tz", "Asia/Yerevan", "--format", "csv"]) == 0
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert frame["total"].tolist() == [31, 84]
    assert frame["date"].tolist() == ["2020-09-27", "2020-09-28"]
    assert main(["revisions", file, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["delta"] for row in rows] == [-1, -1]


def test_tables_say_once_what_is_the_same_in_every_row(file, capsys):
    assert main(["history", file, "--tz", "Asia/Yerevan", "--as-of", "2020-09-28"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("side: all\ncategory: all\noutcome: killed\nsource: Ministry\n")
    assert "2020-09-28 15:36 +04" in out


def test_findings_that_are_more_than_notes_exit_with_one(tmp_path, capsys, file):
    assert main(["check", file]) == 0
    assert capsys.readouterr().out == "nothing\n"
    path = tmp_path / "falls.csv"
    series([("total", "2024-03-05", 35), ("total", "2024-03-06", 32)]).to_csv(path)
    assert main(["check", str(path)]) == 1
    assert main(["check", str(path), "--ignore", "falls"]) == 0
    assert main(["check", str(path), "--ignore", "fals"]) == 2
    assert "Did you mean 'falls'" in capsys.readouterr().err


def test_reconcile_takes_two_files_or_two_clocks(file, tmp_path, capsys):
    other = tmp_path / "before.json"
    article().as_of("2020-09-28 15:00").to_json(other)
    assert main(["reconcile", str(other), file, "--format", "csv"]) == 0
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert frame[["opening", "revised", "new", "closing"]].values.tolist() == [[59, 25, 0, 84]]
    clocks = ["--tz", "Asia/Yerevan", "--from", "2020-09-28 15:00", "--to", "2020-09-28 16:00"]
    assert main(["reconcile", file, *clocks, "--format", "csv"]) == 0
    assert "59,-1,0,0,58" in capsys.readouterr().out
    assert main(["reconcile", file]) == 2


def test_explain_tells_and_lists(capsys):
    where = ["--where", "source=AFP", "--where", "category=all", "--as-of", "2020-09-28"]
    event = ["--where", "event=Nagorno-Karabakh 2020"]
    assert main(["explain", "karabakh_2020", *where, *event]) == 0
    assert capsys.readouterr().out.startswith("67 killed")
    assert main(["explain", "karabakh_2020", *where, *event, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["role"] == "replaced"


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_charts_are_written(file, tmp_path, suffix):
    out = tmp_path / f"chart.{suffix}"
    assert main(["plot", "history", file, "-o", str(out)]) == 0
    assert out.stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["totals", "nowhere.csv"], "nowhere.csv: No such file"),
        (["totals", "nowhere"], "no bundled dataset"),
        (["totals", "karabakh_2020", "--where", "source"], "write it as column=value"),
        (["totals", "karabakh_2020", "--where", "source=AFPP"], "Did you mean 'AFP'"),
        (["totals", "karabakh_2020", "--as-of", "now"], "cannot read 'now'"),
        (["plot", "totals", "karabakh_2020", "-o", "x.gif"], "must end in .png"),
        (["plot", "reconcile", "karabakh_2020", "-o", "x.png"], "needs --from"),
        (
            ["reconcile", "karabakh_2020", "karabakh_2020", "--from", "2020-01-01"],
            "either two files",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_two(arguments, said, capsys):
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_file_with_problems_is_one_line(tmp_path, capsys):
    path = tmp_path / "bad.csv"
    path.write_text("source,kind,reported_at,value\nM,totl,2024-01-01,5\nM,total,2024-01-01,-5\n")
    assert main(["totals", str(path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "unknown kind 'totl'" in err


def test_help_has_an_example(capsys):
    for command in ("totals", "history", "revisions", "explain", "check", "reconcile", "plot"):
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0
        assert "example: casualties" in capsys.readouterr().out


def test_a_bridge_needs_two_clocks_to_be_drawn(file, tmp_path, capsys):
    out = str(tmp_path / "x.png")
    assert main(["plot", "reconcile", file, "-o", out]) == 2
    assert "needs --from WHEN and --to WHEN" in capsys.readouterr().err
    clocks = ["--tz", "Asia/Yerevan", "--from", "2020-09-28 15:00", "--to", "2020-09-28 16:00"]
    assert main(["plot", "reconcile", file, *clocks, "-o", out]) == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_reader_that_has_gone_is_no_error(file, monkeypatch):
    import casualties.__main__ as shell

    def gone(_):
        raise BrokenPipeError

    monkeypatch.setattr(shell, "_run", gone)
    monkeypatch.setattr(shell.os, "dup2", lambda *_: None)
    assert main(["totals", file]) == 0
