"""What the shell says where it cannot do what was asked, word for word (``messages.txt``)."""

import contextlib
import io
from functools import partial
from pathlib import Path

import pytest
from commits import Repo
from golden import Golden

from casualties.__main__ import main

HEAD = "source,kind,reported_at,value"
BAD = f"{HEAD}\nM,totl,2024-03-05,5\nM,total,2024-03-05,-5\n"
LEDGER = f"{HEAD}\nM,total,2024-03-05,35\nM,total,2024-03-06,32\n"
NORTH = ["--where", "event=Nagorno-Karabakh 2020"]


def said(*words, table=LEDGER, stream="stderr"):
    """What is printed, and the exit code where it is not 0, with a table as log.csv."""

    def make():
        Path("log.csv").write_text(table, "utf-8")
        out = {"stdout": io.StringIO(), "stderr": io.StringIO()}
        with contextlib.redirect_stdout(out["stdout"]), contextlib.redirect_stderr(out["stderr"]):
            code = main(words)
        return f"{out[stream].getvalue().strip()}\nexit {code}"

    return make


def from_git(*tolls):
    def make():
        repo = Repo(Path("repo"))
        for toll in tolls:
            repo.toll(toll)
        asked = "--date day --value killed --source MoH --kind total --on-bad skip -o out.csv"
        return said("from-git", "repo", "toll.csv", *asked.split())()

    return make


KARABAKH = partial(said, table="")
GOLDEN = Golden(__file__, {
    "a file with problems": said("totals", "log.csv", table=BAD),
    "a table that is no ledger": said("totals", "log.csv", table="Date,Deaths\n2024-03-05,5\n"),
    "a table that cannot be read": said("read", "log.csv", "-o", "out.csv", table=BAD),
    "no such file": said("totals", "nowhere.csv"), "no such dataset": said("totals", "karabakh"),
    "no column and value": said("totals", "log.csv", "--where", "source"),
    "no such column": said("totals", "log.csv", "--where", "sauce=M"),
    "no such source": said("totals", "log.csv", "--where", "source=N"),
    "no such zone": said("totals", "log.csv", "--tz", "Yerevan"),
    "no such clock": said("totals", "log.csv", "--as-of", "noon"),
    "no such freq": said("totals", "log.csv", "--freq", "W"),
    "no such code": said("check", "log.csv", "--ignore", "fals"),
    "one file and no clocks": said("reconcile", "log.csv"),
    "a word without its least": said("read", "log.csv", "-o", "out.csv", "--word", "dozens"),
    "several columns of numbers": said("read", "log.csv", "-o", "out.csv", "--value", "Killed",
                                       "--value", "Hurt"),
    "a sheet of a CSV file": said("read", "log.csv", "-o", "out.csv", "--sheet", "Log"),
    "no form of a ledger": said("read", "log.csv", "-o", "out.txt"),
    "no form of a table": said("edits", "log.csv", "log.csv", "-o", "out.txt"),
    "no form of a chart": said("plot", "totals", "log.csv", "-o", "out.gif"),
    "a bridge without clocks": said("plot", "reconcile", "log.csv", "-o", "out.png"),
    "nothing to draw": said("plot", "parts", "log.csv", "-o", "out.png"),
    "which to take": KARABAKH("tally", "karabakh_2020", *NORTH),
    "which to explain": KARABAKH("explain", "karabakh_2020"),
    "which to draw": KARABAKH("plot", "sources", "karabakh_2020", "-o", "out.png"),
    "who is preferred": KARABAKH("tally", "karabakh_2020", "--prefer", "Q"),
    "how old": KARABAKH("compare", "karabakh_2020", "--max-age", "-1"),
    "a repository's copies": from_git(5, "many", 6),
    "findings": said("check", "log.csv", stream="stdout"),
    "findings for GitHub": said("check", "log.csv", "--format", "github", stream="stdout"),
    "nothing found": said("check", "log.csv", "--ignore", "falls", stream="stdout"),
    "a ledger is written": said("read", "log.csv", "-o", "out.csv", stream="stdout"),
})  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN.names)
def test_what_the_shell_says_is_what_the_file_of_messages_has(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    GOLDEN.compare(name)
