"""The command line, as a script sees it."""

import datetime as dt
import io
import json
import os
import pickle
import subprocess
import sys

import pandas as pd
import pytest
from commits import Repo
from ledgers import article, series

import casualties as cas
from casualties.__main__ import main
from casualties.plots import Plot
from casualties.shell.asking import CHARTS, COMMANDS
from casualties.shell.printing import annotations


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ledger.csv"
    article().to_csv(path)
    return str(path)


def test_frames_are_printed_as_exact_csv_and_json(file, capsys):
    assert main(["totals", file, "--tz", "Asia/Yerevan", "--format", "csv"]) == 0
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    # 28 by 14:00 and 59 by 14:30 do not say how many they were on the 27th.
    assert frame[["date", "total"]].values.tolist() == [["2020-09-28", 84]]
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


def test_reconcile_takes_two_files_or_two_clocks_and_lists_the_edits(file, tmp_path, capsys):
    other = tmp_path / "before.json"
    article().as_of("2020-09-28 15:00").to_json(other)
    tz = ["--tz", "Asia/Yerevan"]
    assert main(["reconcile", str(other), file, *tz, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    bridge = told["bridge"][0]
    assert [bridge[c] for c in ("opening", "corrected", "updated", "new", "closing")] == [
        59, -1, 26, 0, 84,
    ]  # fmt: skip
    assert [row["report_id"] for row in told["edits"]] == ["p27", "t58", "m26"]
    assert {row["edit"] for row in told["edits"]} == {"added"}
    clocks = [*tz, "--from", "2020-09-28 15:00", "--to", "2020-09-28 16:00"]
    assert main(["reconcile", file, *clocks]) == 0
    out = capsys.readouterr().out
    assert out.startswith("bridge\n")
    assert "\n\nedits\n" in out
    assert "nan" not in out.lower()
    assert main(["reconcile", file]) == 2


def test_what_only_one_of_two_files_has_can_be_chosen(tmp_path, capsys):
    rows = [
        {"report_id": "a", "source": "M", "value": 5},
        {"report_id": "b", "source": "K", "value": 9, "desk": 1},
    ]
    for name, some in (("old", rows[:1]), ("new", rows)):
        cas.Ledger(some, kind="total", reported_at="2024-05-06").to_csv(tmp_path / f"{name}.csv")
    old, new = (str(tmp_path / f"{name}.csv") for name in ("old", "new"))
    for where in (["source=K"], ["desk=1", "source=K"]):
        words = [word for text in where for word in ("--where", text)]
        for files, column in (([old, new], "new"), ([new, old], "withdrawn")):
            assert main(["reconcile", *files, *words, "--format", "json"]) == 0
            (row,) = json.loads(capsys.readouterr().out)["bridge"]
            assert (row["source"], abs(row[column])) == ("K", 9)
    assert main(["edits", new, new, "--where", "desk="]) == 0
    for odd in ("source=Q", "desk=2"):
        assert main(["reconcile", old, new, "--where", odd]) == 2
        assert "unknown " in capsys.readouterr().err


def test_clocks_the_wrong_way_round_are_refused(file, capsys):
    for command in ("reconcile", "edits"):
        assert main([command, file, "--from", "2020-09-29", "--to", "2020-09-28"]) == 2
        assert "give the earlier one first" in capsys.readouterr().err


def test_cells_of_ones_own_of_any_kind_are_printed_as_json(tmp_path, capsys):
    row = {"value": 5, "reported_at": "2024-05-06", "on": "2024-05-06", "list": [1]}
    (tmp_path / "x.json").write_text(json.dumps([row | {"source": "M", "kind": "total"}]))
    path = str(tmp_path / "x.parquet")
    cas.Ledger([row | {"on": dt.date(2024, 5, 6)}], source="M", kind="total").to_parquet(path)
    assert main(["explain", path, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["on"] == "2024-05-06"
    assert main(["edits", str(tmp_path / "x.json"), path, "--format", "json"]) == 0
    assert main(["totals", path, "--where", "list=1"]) == 2
    assert "list holds lists" in capsys.readouterr().err


def test_an_edit_of_the_record_exits_with_one_when_asked(file, tmp_path, capsys):
    table = article().reports
    table.loc[0, ["value", "low", "high"]] = 29
    other = tmp_path / "edited.csv"
    cas.Ledger(table, tz="Asia/Yerevan").to_csv(other)
    assert main(["reconcile", file, str(other)]) == 0
    assert main(["reconcile", file, str(other), "--exit-code"]) == 1
    assert main(["reconcile", file, file, "--exit-code"]) == 0
    assert "edited" in capsys.readouterr().out


def test_how_bad_a_finding_may_be_is_chosen(tmp_path, capsys):
    pytest.importorskip("openpyxl")
    path = tmp_path / "silent.xlsx"
    cas.Ledger([{"value": None, "source": "A", "kind": "total", "reported_at": "2024-03-05"}]
               ).to_excel(path)  # fmt: skip
    assert main(["check", str(path)]) == 0
    assert main(["check", str(path), "--fail-on", "note"]) == 1
    falls = tmp_path / "falls.csv"
    series([("total", "2024-03-05", 35), ("total", "2024-03-06", 32)]).to_csv(falls)
    assert main(["check", str(falls), "--fail-on", "contradiction"]) == 1


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        ("totals --freq D", {"date", "total"}),
        ("history --date 2020-09-28", {"reported_at", "cause"}),
        ("increments --freq W", {"start", "value"}),
        ("changes --freq MS", {"start", "new"}),
        ("compare --max-age 3", {"lowest", "oldest"}),
        ("tally --prefer AFP --max-age 30", {"total", "missing"}),
        ("tally --prefer Azerbaijan=AFP --by event --by outcome --by side --parts civilian "
         "--exhaustive", {"total", "side"}),
    ],
)  # fmt: skip
def test_every_answer_is_a_command_with_its_options(words, columns, capsys):
    command, *options = words.split()
    where = ["--where", "event=Nagorno-Karabakh 2020", "--where", "outcome=killed",
             "--where", "source=AFP"]  # fmt: skip
    assert main([command, "karabakh_2020", *options, *where, "--format", "csv"]) == 0
    assert columns <= set(pd.read_csv(io.StringIO(capsys.readouterr().out)).columns)
    assert main([command, "karabakh_2020", *options, *where]) == 0
    assert "nan" not in capsys.readouterr().out.lower().replace("Azerbaijan", "")


def test_a_ledger_is_made_of_a_repository(tmp_path, capsys):
    repo = Repo(tmp_path / "clone")
    repo.commit("Day,Dead,Hurt\n5/5/2024,10,-\n")
    repo.commit("<<<<<<< a\n=======\n>>>>>>> b\n")
    repo.commit("Day,Dead,Hurt\n5/5/2024,9,3\n")
    out = tmp_path / "ledger.json"
    ask = ["from-git", str(repo.path), "toll.csv", "-o", str(out), "--date", "Day", "--value",
           "Dead=killed", "--value", "Hurt=wounded", "--source", "MoH", "--kind",
           "total", "--dates", "dmy", "--na", "-", "--side", "North"]  # fmt: skip
    assert main(ask) == 2
    assert "it has <<<<<<< a" in capsys.readouterr().err
    assert not out.exists()
    assert main([*ask, "--on-bad", "skip"]) == 0
    told = capsys.readouterr()
    assert "left out 2024-05-06T01:00:00+00:00" in told.err
    assert told.out.startswith(f"{out}: 3 reports of 3 commits (2 new, 1 changed, 0 vanished; 1 ")
    ledger = cas.read_json(out)
    assert ledger.series()["outcome"].tolist() == ["killed", "wounded"]
    assert set(ledger.reports["side"]) == {"North"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--value", "dead"], "no column 'dead' in the table"),
        (["--value", "Dead", "--value", "Hurt"], "to say what each counts"),
        (["-o", "x.txt"], "must end in .csv"),
        (["--dates", "day first"], "use 'dmy'"),
        (["--column", "Day"], "write it as column=value"),
        (["--branch", "mian"], "Did you mean 'main'"),
        ([], "--dates dmy, mdy or ymd"),
    ],
)
def test_a_repository_that_cannot_be_read_is_one_line_in_the_words_of_a_shell(
    tmp_path, capsys, change, said
):
    repo = Repo(tmp_path / "clone")
    repo.commit("Day,Dead,Hurt\n5/6/2024,10,-\n")
    ask = ["from-git", str(repo.path), "toll.csv", "-o", str(tmp_path / "x.csv")]
    change = change if "--value" in change else ["--value", "Dead", *change]
    ask += ["--date", "Day", "--source", "MoH", "--kind", "total", *change]
    assert main(ask) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert "={" not in err


def test_a_claim_of_no_age_is_carried_to_no_other_day(tmp_path, capsys):
    path = tmp_path / "two.csv"
    rows = [{"value": 10, "source": "A", "reported_at": "2024-05-06"},
            {"value": 12, "source": "B", "reported_at": "2024-05-07"}]  # fmt: skip
    cas.Ledger(rows, kind="total").to_csv(path)
    for age, rows in (("0", 0), ("1", 1)):
        assert main(["compare", str(path), "--max-age", age, "--format", "json"]) == 0
        assert len(json.loads(capsys.readouterr().out)) == rows


def test_every_chart_can_be_drawn():
    assert [name for name in vars(Plot) if not name.startswith("_")] == [*CHARTS]


def test_explain_tells_and_lists(capsys):
    where = ["--where", "source=AFP", "--where", "category=all", "--as-of", "2020-09-28"]
    event = ["--where", "event=Nagorno-Karabakh 2020"]
    assert main(["explain", "karabakh_2020", *where, *event]) == 0
    assert " killed · Nagorno-Karabakh 2020" in capsys.readouterr().out
    assert main(["explain", "karabakh_2020", *where, *event, "--format", "json"]) == 0
    roles = {row["report_id"]: row["role"] for row in json.loads(capsys.readouterr().out)}
    assert roles == {"afp-2020-09-28-total-67": "replaced", "afp-2020-09-28-total-69": "total"}


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
        (["totals", "karabakh_2020", "--where", "self=AFP"], "unknown column 'self'"),
        (["totals", "karabakh_2020", "--as-of", "now"], "cannot read 'now'"),
        (["totals", "karabakh_2020", "--as-of", ""], "cannot read ''"),
        (["reconcile", "karabakh_2020", "--from", "", "--to", "2020-10-01"], "cannot read ''"),
        (["plot", "totals", "karabakh_2020", "-o", "x.gif"], "must end in .png"),
        (["plot", "reconcile", "karabakh_2020", "-o", "x.png"], "needs --from"),
        (
            ["plot", "totals", "karabakh_2020", "-o", "x.png", "--to", "2020-10-01"],
            "no other chart",
        ),
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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("source,kind,reported_at,Value\nM,total,2024-01-01,5\n", "--column Value=value, or"),
        ("source,kind,reported_at,deaths\nM,total,2024-01-01,5\n", "--value=deaths=killed"),
        (
            "kind,reported_at,value\ntotal,2024-01-01,5\n",
            "add it, or give it once for all rows by --source",
        ),
        ("source,kind,reported_at,value\nM,total,2024-01-01,dozens\n", "--word dozens=24"),
        (
            "source,kind,reported_at,value\nM,total,1/2/2024,5\n",
            "--dates dmy, mdy or ymd, or write it as 2020-09-28",
        ),
        (
            "source,kind,reported_at,value\n\xc9,total,2024-01-01,5\n",
            "save it as UTF-8, or say which it is, as in --encoding cp1252",
        ),
        (
            "source,kind,reported_at,value,side\nM,total,2024-01-01,5,Both sides\n",
            "--whole 'Both sides' reads it as 'all'",
        ),
    ],
)
def test_remedies_are_the_options_of_the_command_that_takes_them(tmp_path, capsys, content, said):
    path = tmp_path / "bad.csv"
    path.write_bytes(content.encode("latin-1"))
    for words, where in (
        (["totals", str(path)], True),
        (["read", str(path), "-o", str(tmp_path / "ledger.csv")], False),
    ):
        assert main(words) == 2
        err = capsys.readouterr().err
        assert said in err
        assert ("(options of `casualties read`, which makes a ledger of it)" in err) == where
        for python in ("columns=", "words=", "dates=", "encoding=", "keyword", "whole="):
            assert python not in err
        assert err.isprintable() or err.strip().isprintable()


def test_no_command_writes_over_what_it_reads(tmp_path, capsys, monkeypatch):
    repo = Repo(tmp_path / "clone")
    repo.toll(10)
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "log.csv"
    table.write_text("Day,Dead\n2024-05-06,5\n")
    series([("total", "2024-03-05", 35)]).to_csv("ledger.csv")
    series([("total", "2024-03-05", 36)]).to_csv("later.csv")
    said = ["--value", "killed", "--source", "M", "--kind", "total"]
    for words, kept in (
        (["read", "log.csv", "--column", "Day=reported_at", "--value", "Dead", *said[2:]], table),
        (["reconcile", "ledger.csv", "later.csv"], tmp_path / "later.csv"),
        (["edits", "ledger.csv", "later.csv"], tmp_path / "ledger.csv"),
        (["page", "ledger.csv"], tmp_path / "ledger.csv"),
        (["from-git", "clone", "toll.csv", "--date", "day", *said], repo.path / "toll.csv"),
    ):
        before = kept.read_bytes()
        assert main([*words, "-o", str(kept)]) == 2
        assert f"{kept}: is what is read; write to another file" in capsys.readouterr().err
        assert kept.read_bytes() == before


def test_an_error_carries_its_remedy_in_both_forms_also_in_another_process():
    with pytest.raises(cas.LedgerError) as caught:
        cas.Ledger({"Value": [5], "reported_at": "2024-05-06"}, source="M", kind="total")
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert "say columns={'Value': 'value'}, or" in str(error)
        assert "say --column Value=value, or" in error.in_shell
        assert error.problems["problem"].str.contains("say columns={'Value': 'value'}, or").all()


def test_questions_that_need_a_choice_name_the_option(capsys):
    for words, said in (
        (["tally", "karabakh_2020", "--where", "event=Nagorno-Karabakh 2020"], "with --prefer '"),
        (["explain", "karabakh_2020"], "with --where "),
        (["compare", "karabakh_2020", "--max-age", "-1"], "--max-age is a number of days"),
        (["plot", "sources", "karabakh_2020", "-o", "x.png"], "--where"),
        (["totals", "karabakh_2020", "--freq", "W"], "unknown freq of totals 'W'; use one of D"),
        (["tally", "karabakh_2020", "--by", "side"], "--by event --by outcome --by side"),
        (["tally", "karabakh_2020", "--prefer", "Q"], "unknown source in --prefer 'Q'"),
    ):
        assert main(words) == 2
        err = capsys.readouterr().err
        assert said in err
        assert "where(" not in err
        assert "Prefer(" not in err


def test_the_options_that_tell_definitions_apart_are_all_named(tmp_path, capsys):
    row = {"value": 5, "source": "M", "kind": "total", "reported_at": "2024-05-06"}
    path = str(tmp_path / "log.csv")
    cas.Ledger([row | {"definition": word} for word in ("identified", "estimated")]).to_csv(path)
    asked = ["tally", path, "--prefer", "M"]
    assert main(asked) == 2
    options = capsys.readouterr().err.strip().rpartition(" or say ")[2]
    assert main([*asked, *options.split()]) == 0


def test_the_bridge_and_the_edits_are_written_as_one_table_each(file, tmp_path, capsys):
    clocks = ["--tz", "Asia/Yerevan", "--from", "2020-09-28 15:00", "--to", "2020-09-28 16:00"]
    for command, rows, column in (("reconcile", 1, "opening"), ("edits", 2, "changed")):
        out = tmp_path / f"{command}.csv"
        assert main([command, file, *clocks, "-o", str(out)]) == 0
        table = pd.read_csv(out)
        assert (len(table), column in table) == (rows, True)
        assert main([command, file, *clocks, "-o", str(out.with_suffix(".json"))]) == 0
        assert len(json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))) == rows
    assert not capsys.readouterr().out
    assert main(["edits", file, *clocks, "-o", str(tmp_path / "x.txt")]) == 2
    assert "must end in .csv, .json" in capsys.readouterr().err
    assert main(["edits", file, *clocks, "--format", "csv"]) == 0
    assert capsys.readouterr().out == (tmp_path / "edits.csv").read_text(encoding="utf-8")


FALL = (
    "report_id,source,kind,reported_at,value,url,note\n"
    'a,"A: 100%, B",total,2024-03-05,35,https://x.org,"two\nlines"\n'
    'b,"A: 100%, B",total,2024-03-06,32,,\n'
)


def test_findings_are_shown_by_github_beside_their_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a,b.csv").write_text(FALL, encoding="utf-8")
    ask = ["check", "a,b.csv", "--format", "github"]
    assert main(ask) == 1
    told = capsys.readouterr()
    (falls,) = told.out.splitlines()
    # The header is line 1, the first report lines 2 and 3, the second line 4.
    assert falls.startswith("::error file=a%2Cb.csv,line=4,title=falls::")
    assert falls.endswith(" (a; b)")
    assert not told.err
    # A clock that leaves out the first rows moves no line; a ledger without lines has none.
    assert main([*ask, "--as-of", "2024-03-05"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["check", "karabakh_2020", "--format", "github", "--fail-on", "note"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == {"::error", "::warning", "::notice"}
    assert not any("line=" in line for line in lines)


def test_an_annotation_is_one_line_and_its_signs_are_not_githubs():
    found = pd.DataFrame({"severity": ["note"], "code": ["silent"], "report_ids": ["a"],
                          "message": ["100%\r\n::error::all: of, it"]})  # fmt: skip
    assert annotations(found, "C:\\x,%.csv", {"a": 7}) == (
        "::notice file=C%3A\\x%2C%25.csv,line=7,title=silent"
        "::100%25%0D%0A::error::all: of, it (a)\n"
    )


def test_a_list_of_incidents_is_read_from_a_repository(tmp_path):
    repo = Repo(tmp_path / "clone")
    repo.commit("id,day,dead\n1,2024-05-05,3\n2,2024-05-05,3\n")
    out = tmp_path / "ledger.csv"
    ask = ["from-git", str(repo.path), "toll.csv", "-o", str(out), "--date", "day", "--value",
           "dead", "--source", "MoH", "--kind", "incident"]  # fmt: skip
    assert main(ask) == 2
    assert main([*ask, "--id", "id"]) == 0
    assert cas.read_csv(out).totals()["total"].tolist() == [6]


def test_rows_left_out_of_a_repository_are_told_with_the_shells_remedy(tmp_path, capsys):
    repo = Repo(tmp_path / "clone")
    repo.commit("day,dead\n2024-05-05,3\n2024-05-06,n.k.\n")
    out = tmp_path / "ledger.csv"
    ask = ["from-git", str(repo.path), "toll.csv", "-o", str(out), "--date", "day", "--value",
           "dead", "--source", "MoH", "--kind", "total", "--on-bad", "skip_rows"]  # fmt: skip
    assert main(ask) == 0
    said = capsys.readouterr()
    assert "1 row left out: value 'n.k.' is not a count in row 1, column 'dead'" in said.err
    assert "--na WORD" in said.err
    assert "na=" not in said.err
    assert "0 left out" in said.out
    assert len(cas.read_csv(out)) == 1


def test_help_and_version_need_no_pandas():
    code = (
        "import sys\n"
        "from casualties.__main__ import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    assert not {'pandas', 'numpy', 'matplotlib'} & sys.modules.keys()\n"
    )
    for words in (["--help"], ["check", "--help"], ["--version"], ["totals"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
        )
        assert (done.returncode == 2) == (words == ["totals"])
        assert "Traceback" not in done.stderr


def test_an_own_column_of_numbers_is_chosen_by_its_text(tmp_path, capsys):
    path = tmp_path / "own.csv"
    rows = [{"value": n, "n": n, "side": str(n), "reported_at": "2024-05-06"} for n in (1, 2)]
    cas.Ledger(rows, source="M", kind="total").to_csv(path)
    assert main(["totals", str(path), "--where", "n=2", "--format", "json"]) == 0
    assert [row["total"] for row in json.loads(capsys.readouterr().out)] == [2]
    assert main(["totals", str(path), "--where", "n=3"]) == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"usage: casualties {command}" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--encoding latin-1", "--sheet Log"])
def test_an_option_of_another_form_of_file_is_refused_by_its_name(option, capsys, tmp_path):
    table = str(tmp_path / "log.json")
    assert main(["read", table, "-o", str(tmp_path / "x.csv"), *option.split()]) == 2
    assert f"{option.split()[0]} is of ." in capsys.readouterr().err


def test_a_bridge_needs_two_clocks_to_be_drawn(file, tmp_path, capsys):
    out = str(tmp_path / "x.png")
    assert main(["plot", "reconcile", file, "-o", out]) == 2
    assert "needs --from WHEN and --to WHEN" in capsys.readouterr().err
    clocks = ["--tz", "Asia/Yerevan", "--from", "2020-09-28 15:00", "--to", "2020-09-28 16:00"]
    assert main(["plot", "reconcile", file, *clocks, "-o", out]) == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["totals", "karabakh_2020"], 0),
        (["schema"], 0),
        (["check", "karabakh_2020"], 1),
        (["check", "karabakh_2020", "--format", "github"], 1),
        (["explain", "nowhere.csv"], 2),
    ],
)
def test_a_reader_that_has_gone_is_no_error_and_hides_no_finding(words, code):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "casualties", *words], stdout=write, stderr=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    os.close(write)
    assert done.returncode == code
    assert done.stderr.count("\n") == (code == 2)


def test_what_is_printed_is_utf_8_as_files_are():
    ask = [sys.executable, "-m", "casualties", "check", "karabakh_2020"]
    found = subprocess.run(
        ask, stdout=subprocess.PIPE, env=os.environ | {"PYTHONIOENCODING": "ascii"}, check=False
    )
    assert "5,001–7,000" in found.stdout.decode("utf-8")


def test_a_page_is_written(file, tmp_path):
    out = tmp_path / "toll.html"
    assert main(["page", file, "-o", str(out), "--title", "A <toll>", "--tz", "Asia/Yerevan"]) == 0
    assert '<h1 dir="auto">A &lt;toll&gt;</h1>' in out.read_text(encoding="utf-8")


def test_a_page_is_written_as_known_at_a_clock_of_some_series(file, tmp_path, capsys):
    out = tmp_path / "toll.html"
    clock = ["--as-of", "2020-09-28 15:00", "--tz", "Asia/Yerevan"]
    assert main(["page", file, *clock, "--where", "outcome=killed", "-o", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "As known <b data-clock>28 September 2020, 15:00</b>" in text
    assert "15:36" not in text
    assert main(["page", file, "-o", str(tmp_path / "no" / "toll.html")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "No such file or directory" in said


def test_a_tree_that_is_not_installed_has_an_unknown_version():
    code = (
        "import runpy, sys\n"
        "from importlib import metadata\n"
        "def version(name):\n"
        "    raise metadata.PackageNotFoundError(name)\n"
        "metadata.version, sys.argv[1:] = version, ['--version']\n"
        "runpy.run_module('casualties', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout == "casualties unknown\n"


def test_a_column_named_twice_is_both(tmp_path, capsys):
    table, out = tmp_path / "p.csv", tmp_path / "ledger.csv"
    table.write_text("Date,Killed\n2025-02-03,4\n")
    said = [
        "--column",
        "Date=reported_at",
        "--column",
        "Date=period_end",
        "--value",
        "Killed=killed",
    ]
    assert (
        main(["read", str(table), "-o", str(out), *said, "--source", "P", "--kind", "period"]) == 0
    )
    assert cas.read_csv(out).reports["period_end"].astype(str).tolist() == ["2025-02-03"]
