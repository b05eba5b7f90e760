"""A repository's history as a ledger: renames, merges, gaps, and what cannot be read."""

import json
import subprocess
import sys

import pandas as pd
import pytest
from commits import Repo

import casualties as cas

NAMED = {"date": "day", "value": "killed", "source": "MoH", "kind": "total"}
DAY = "2024-05-05"


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "clone")


def values(ledger):
    return ledger.reports["value"].astype(object).where(ledger.reports["value"].notna()).tolist()


def test_each_commit_that_changed_the_file_is_a_copy(repo):
    first = repo.toll(10)
    repo.commit("words", "README.md")
    repo.toll(10, 14)
    repo.toll(9, 14)
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED, tz="Asia/Yerevan")
    reports = ledger.reports
    assert values(ledger) == [10, 14, 9]
    assert reports["note"].tolist()[0] == f"commit {first}"
    assert reports["reported_at"].dt.strftime("%H:%M%z").tolist() == [
        "04:00+0400", "06:00+0400", "07:00+0400",
    ]  # fmt: skip
    assert ledger.intake[["rows", "new", "changed"]].values.tolist() == [
        [1, 1, 0], [2, 1, 0], [2, 0, 1],
    ]  # fmt: skip
    assert ledger.as_of("2024-05-06 06:00").totals()["total"].tolist() == [10, 14]


def test_a_figure_that_vanished_is_withdrawn(repo):
    repo.toll(10, 14)
    repo.toll(10)
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED)
    assert ledger.reports["action"].tolist() == ["report", "report", "retract"]
    assert ledger.reports["note"].str.startswith("commit ").all()


def test_renames_are_followed(repo):
    repo.toll(10, 20, 30)
    repo.git("mv", "toll.csv", "deaths.csv")
    repo.toll(11, 20, 30, name="deaths.csv")  # renamed and changed at once
    (repo.path / "data").mkdir()
    repo.git("mv", "deaths.csv", "data/deaths ü.csv")
    repo.git("commit", "-q", "-m", "x")
    repo.toll(12, 20, 30, name="data/deaths ü.csv")
    ledger = cas.from_git(repo.path, "data/deaths ü.csv", **NAMED)
    assert values(ledger) == [10, 20, 30, 11, 12]


def test_a_list_of_paths_is_one_file_over_time(repo):
    repo.toll(10, name="old.csv")
    repo.commit(None, "old.csv")
    repo.toll(*range(20, 40), name="new.csv")
    ledger = cas.from_git(repo.path, ["old.csv", "new.csv"], **NAMED)
    assert values(ledger)[:2] == [10, 20]
    assert len(cas.from_git(repo.path, "new.csv", **NAMED).intake) == 1


def test_a_file_that_was_removed_withdraws_nothing(repo):
    repo.toll(10)
    repo.commit(None)
    repo.toll(11)
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED)
    assert values(ledger) == [10, 11]
    told = ledger.intake
    assert told["skipped"].tolist() == [False, True, False]
    assert "the file was removed" in told["why"].iloc[1]


def test_only_first_parents_of_the_branch_are_followed(repo):
    repo.toll(10)
    repo.git("checkout", "-q", "-b", "side")
    repo.toll(11)
    repo.toll(12)
    repo.git("checkout", "-q", "main")
    repo.commit("x", "other")
    repo.git("merge", "-q", "--no-ff", "-m", "x", "side")
    merged = repo.git("rev-parse", "HEAD")
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED)
    assert values(ledger) == [10, 12]
    assert ledger.reports["note"].iloc[1] == f"commit {merged}"
    assert values(cas.from_git(repo.path, "toll.csv", **NAMED, branch="side")) == [10, 11, 12]


def test_a_commit_dated_before_the_one_it_follows_stands_with_it(repo):
    repo.toll(10)
    repo.toll(11, GIT_COMMITTER_DATE="1700000000 +0000")
    reports = cas.from_git(repo.path, "toll.csv", **NAMED).reports
    assert reports["reported_at"].nunique() == 1
    assert reports["value"].tolist() == [10, 11]


def test_a_column_may_say_when_it_was_published(repo):
    repo.commit(f"day,killed,out\n{DAY},10,2024-05-05 18:00\n")
    reports = cas.from_git(repo.path, "toll.csv", **NAMED, reported_at="out").reports
    assert reports["reported_at"].dt.hour.tolist() == [18]


def test_identical_contents_are_read_once(repo):
    for toll in (10, 11, 10, 11):
        repo.toll(toll)
    seen = []

    def read(data):
        seen.append(data)
        lines = data.decode().split()[1:]
        return pd.DataFrame([line.split(",") for line in lines], columns=["day", "killed"])

    ledger = cas.from_git(repo.path, "toll.csv", **NAMED, read=read)
    assert len(seen) == 2
    assert values(ledger) == [10, 11, 10, 11]


def test_a_reader_that_is_killed_leaves_the_repository_as_it_was(repo):
    for killed in range(5):
        repo.toll(killed)
    before = {file: file.read_bytes() for file in repo.path.rglob("*") if file.is_file()}
    code = (
        "import casualties as cas, sys, time\n"
        "def read(data):\n"
        "    print('here', flush=True)\n"
        "    time.sleep(60)\n"
        f"cas.from_git(sys.argv[1], 'toll.csv', read=read, **{NAMED!r})\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, repo.path], stdout=subprocess.PIPE, text=True
    )
    try:
        assert reader.stdout.readline() == "here\n"
    finally:
        reader.kill()
        reader.communicate()
    after = {file: file.read_bytes() for file in repo.path.rglob("*") if file.is_file()}
    assert after == before
    assert values(cas.from_git(repo.path, "toll.csv", **NAMED)) == [0, 1, 2, 3, 4]


def test_nested_json_is_made_a_table_by_the_caller(repo):
    rows = [{"day": DAY, "killed": {"cum": 10}, "hurt": 3}, {"day": "2024-05-06", "hurt": None}]
    repo.commit(json.dumps({"data": {"days": rows}}), "toll.json")
    wide = {"killed.cum": {"outcome": "killed"}, "hurt": {"outcome": "wounded"}}
    ask = {"date": "day", "value": wide, "source": "MoH", "kind": "total"}
    read = lambda data: pd.json_normalize(json.loads(data)["data"]["days"])  # noqa: E731
    ledger = cas.from_git(repo.path, "toll.json", read=read, **ask)
    assert ledger.reports[["outcome", "value"]].values.tolist() == [["killed", 10], ["wounded", 3]]
    with pytest.raises(cas.LedgerError, match="not a list of objects.*in it are data"):
        cas.from_git(repo.path, "toll.json", **ask)


BAD = {
    "a conflict": (
        "day,killed\n<<<<<<< HEAD\n2024-05-05,1\n=======\n2024-05-05,2\n>>>>>>> side\n", "conflict",
    ),
    "an empty file": ("", "is empty"),
    "a pointer": ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS"),
    "another encoding": ("day,killed\n2024-05-05,é\n".encode("cp1252"), "cp1252"),
    "half a row": ("day,killed\n2024-05-05\n", "fewer fields"),
    "no column": ("date,killed\n2024-05-05,1\n", "Did you mean 'date'|no column"),
    "no number": (f"day,killed\n{DAY},many\n", "'many' is not a count in row 0, column 'killed'"),
    "a figure twice": (f"day,killed\n{DAY},1\n{DAY},2\n", "two rows for one figure of 2024-05-05"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_commit_is_named_or_left_out_and_listed(repo, name):
    content, said = BAD[name]
    repo.toll(10)
    bad = repo.commit(content)
    repo.toll(11)
    with pytest.raises(cas.LedgerError, match=said) as error:
        cas.from_git(repo.path, "toll.csv", **NAMED)
    assert f"commit {bad[:10]} of 2024-05-06 01:00 UTC" in str(error.value)
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED, on_bad="skip")
    assert values(ledger) == [10, 11]
    assert ledger.intake["skipped"].tolist() == [False, True, False]
    assert ledger.intake["why"].str.contains(said).tolist() == [False, True, False]


def test_a_file_whose_encoding_changed_over_time_is_one_file(repo):
    head = "day,killed,place\n"
    for dead, encoding in ((3, "cp1252"), (4, "utf-8"), (5, "cp1252")):
        repo.commit(f"{head}{DAY},{dead},Málaga\n".encode(encoding))
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED, side="place", encoding="cp1252")
    assert values(ledger) == [3, 4, 5]
    assert ledger.series()["side"].tolist() == ["Málaga"]
    assert ledger.intake["vanished"].sum() == 0


def test_broken_json_and_a_reader_that_fails_are_bad_copies(repo):
    repo.commit('[{"day": "2024-05-05", "killed": 10}]', "toll.json")
    repo.commit('[{"day": "2024-05-05", "ki', "toll.json")
    with pytest.raises(cas.LedgerError, match="not JSON"):
        cas.from_git(repo.path, "toll.json", **NAMED)
    ledger = cas.from_git(repo.path, "toll.json", **NAMED, on_bad="skip")
    assert values(ledger) == [10]
    with pytest.raises(cas.LedgerError, match="no copy could be read .of 2.*ZeroDivisionError"):
        cas.from_git(repo.path, "toll.json", **NAMED, on_bad="skip", read=lambda data: 1 / 0)


def test_contents_that_a_partial_clone_lacks_are_bad_copies(repo, tmp_path):
    repo.toll(10)
    lost = repo.toll(11)
    repo.toll(12)
    blob = repo.git("rev-parse", f"{lost}:toll.csv")
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(cas.LedgerError, match="not in this clone"):
        cas.from_git(repo.path, "toll.csv", **NAMED)
    ledger = cas.from_git(repo.path, "toll.csv", **NAMED, on_bad="skip")
    assert values(ledger) == [10, 12]


def test_nothing_is_fetched_for_a_partial_clone(repo, tmp_path):
    repo.toll(10)
    repo.toll(11)
    repo.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    repo.git(
        "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repo.path}", str(partial)
    )
    with pytest.raises(cas.LedgerError, match="no copy could be read .of 2.*fetch it with git"):
        cas.from_git(partial, "toll.csv", **NAMED, on_bad="skip")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ({"path": "toll.cvs"}, "no 'toll.cvs' in the history.*Did you mean 'toll.csv'"),
        ({"branch": "mian"}, "unknown branch 'mian'.*Did you mean 'main'"),
        ({"branch": "--output=x"}, "unknown branch"),
        ({"path": ":(glob)*"}, "no ':\\(glob\\)\\*' in the history"),
        ({"value": "dead"}, "no column 'dead' in the table"),
        ({"on_bad": "ignore"}, "unknown on_bad"),
        ({"categry": "x"}, "Did you mean 'category'"),
        ({"tz": "Yerevan"}, "unknown time zone"),
    ],
)
def test_questions_that_cannot_be_answered_say_what_there_is(repo, ask, said):
    repo.toll(10)
    with pytest.raises(cas.LedgerError, match=said):
        cas.from_git(repo.path, **({"path": "toll.csv"} | NAMED | ask))


def test_what_is_no_repository_or_has_no_commits_is_refused(repo, tmp_path, monkeypatch):
    with pytest.raises(cas.LedgerError, match="without commits"):
        cas.from_git(repo.path, "toll.csv", **NAMED)
    with pytest.raises(cas.LedgerError, match="no such folder"):
        cas.from_git(tmp_path / "nowhere", "toll.csv", **NAMED)
    (tmp_path / "plain").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(cas.LedgerError, match="not a git repository"):
        cas.from_git(tmp_path / "plain", "toll.csv", **NAMED)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(cas.LedgerError, match="needs git"):
        cas.from_git(repo.path, "toll.csv", **NAMED)
