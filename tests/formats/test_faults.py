"""Nothing is lost: writes that fail, are killed or collide leave one whole file."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from ledgers import article

import casualties as cas
from casualties.formats import csv

FORMS = ["csv", "json", "parquet"]


def write(ledger, path):
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow")
    getattr(ledger, f"to_{path.suffix[1:]}")(path)


def child(code, **kwargs):
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, **kwargs
    )


@pytest.mark.parametrize(("form", "room"), [*zip(FORMS, [0, 100, 5000], strict=True)])
def test_a_disk_without_room_leaves_the_old_file_whole(tmp_path, form, room):
    pytest.importorskip("resource")  # the system's limit on the size of a file
    path = tmp_path / f"x.{form}"
    write(article(), path)
    before = path.read_bytes()
    code = (
        "import casualties as cas, resource, signal, sys\n"
        "ledger = cas.load_dataset('karabakh_2020')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "try:\n"
        f"    ledger.to_{form}({str(path)!r})\n"
        "except OSError as error:\n"
        "    sys.exit(error.errno)\n"
    )
    done = child(code)
    done.communicate()
    assert done.returncode == 27, "the write should have been refused: file too large"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path], "nothing half-written is left"


@pytest.mark.parametrize(
    ("form", "moment"),
    [*((form, "write") for form in FORMS), ("csv", "fsync"), ("csv", "replace")],
)
def test_a_writer_killed_at_any_moment_leaves_the_old_file_whole(tmp_path, form, moment):
    path = tmp_path / f"x.{form}"
    write(article(), path)
    before = path.read_bytes()
    stop = "lambda *a, **k: (print('here', flush=True), time.sleep(60))"
    patch = {
        # in the middle of writing, with half of the bytes on the disk
        "write": f"os.fsync = lambda n: (os.truncate(n, os.fstat(n).st_size // 2), ({stop})())",
        "fsync": f"os.fsync = {stop}",
        "replace": f"os.replace = {stop}",
    }[moment]
    code = (
        "import casualties as cas, os, time\n"
        f"ledger = cas.load_dataset('karabakh_2020')\n{patch}\n"
        f"ledger.to_{form}({str(path)!r})\n"
    )
    writer = child(code)
    try:
        assert writer.stdout.readline() == "here\n"
    finally:
        writer.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        writer.communicate()
    assert path.read_bytes() == before
    write(cas.load_dataset("karabakh_2020"), path)  # what was left behind is in nobody's way
    assert len(getattr(cas, f"read_{form}")(path)) == len(cas.load_dataset("karabakh_2020"))
    assert list(tmp_path.iterdir()) == [path], "the next writer clears it"


@pytest.mark.parametrize("form", ["excel", "html"])
def test_a_workbook_or_a_page_whose_writer_was_killed_stays_whole(tmp_path, form):
    pytest.importorskip({"excel": "openpyxl"}.get(form, "pandas"))
    path = tmp_path / "file"
    getattr(article(), f"to_{form}")(path)
    before = path.read_bytes()
    code = (
        "import casualties as cas, os, time\n"
        "os.fsync = lambda *a: (print('here', flush=True), time.sleep(60))\n"
        f"cas.load_dataset('karabakh_2020').as_of('2020-09-29').to_{form}({str(path)!r})\n"
    )
    writer = child(code)
    try:
        assert writer.stdout.readline() == "here\n"
    finally:
        writer.kill()
        writer.communicate()
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2
    getattr(article(), f"to_{form}")(path)
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_writer_at_work_has_written_is_not_cleared_by_another(tmp_path):
    path = tmp_path / "x.csv"
    code = (
        "import casualties as cas, os, time\n"
        "whole = os.fsync\n"
        "os.fsync = lambda *a: (print('here', flush=True), input(), whole(*a))\n"
        f"cas.load_dataset('karabakh_2020').to_csv({str(path)!r})\n"
    )
    slow = child(code, stdin=subprocess.PIPE)
    assert slow.stdout.readline() == "here\n"
    article().to_csv(path)
    slow.communicate("\n")
    assert slow.returncode == 0
    assert len(cas.read_csv(path)) == len(cas.load_dataset("karabakh_2020"))
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_cut_off_while_it_is_read_is_read_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("source,kind,value,reported_at\n" + "M,total,x,2024-05-05\n" * 3)
    parse = csv.parse

    def cut(data, *said):
        path.write_text("")
        return parse(data, *said)

    monkeypatch.setattr(csv, "parse", cut)
    with pytest.raises(cas.LedgerError) as error:
        cas.read_csv(path)
    assert error.value.problems["line"].tolist() == [2, 3, 4]


@pytest.mark.parametrize("form", [*FORMS, "excel"])
def test_a_file_that_another_writes_in_place_is_read_or_refused(tmp_path, form):
    pytest.importorskip({"parquet": "pyarrow", "excel": "openpyxl"}.get(form, "pandas"))
    path = tmp_path / "x"
    getattr(cas.load_dataset("karabakh_2020"), f"to_{form}")(path)
    whole = path.read_bytes()
    for length in range(0, len(whole) - 100, len(whole) // 23):
        if form == "csv":  # that a last cell of text is cut short, nobody could tell
            length = whole.rfind(b"\n", 0, length) + 4
        path.write_bytes(whole[:length])
        with contextlib.suppress(cas.LedgerError):
            assert len(getattr(cas, f"read_{form}")(path)) < 200


@pytest.mark.parametrize("form", FORMS)
def test_a_read_only_file_is_left_alone(tmp_path, form):
    path = tmp_path / f"x.{form}"
    write(article(), path)
    before = path.read_bytes()
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        write(cas.load_dataset("karabakh_2020"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no /dev/stdout here")
@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_own_output_is_written_through_after_what_was_printed(tmp_path, form):
    code = (
        "import casualties as cas\n"
        "print('before')\n"
        f"cas.load_dataset('karabakh_2020').to_{form}('/dev/stdout')\n"
    )
    write(cas.load_dataset("karabakh_2020"), tmp_path / f"x.{form}")
    whole = (tmp_path / f"x.{form}").read_text(encoding="utf-8")
    told = tmp_path / "told"
    with told.open("wb") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert told.read_text(encoding="utf-8") == f"before\n{whole}"
    through = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    assert through.stdout == f"before\n{whole}"


@pytest.mark.parametrize("form", FORMS)
def test_of_two_writers_the_last_whole_one_wins(tmp_path, form):
    path = tmp_path / f"x.{form}"
    one, other = article(), cas.load_dataset("karabakh_2020")
    write(one, path)
    code = (
        "import casualties as cas, sys\n"
        "sys.path.insert(0, {tests!r})\n"
        "from ledgers import article\n"
        "ledger = article() if {first} else cas.load_dataset('karabakh_2020')\n"
        "for _ in range(10):\n"
        "    ledger.to_{form}({path!r})\n"
    )
    tests = str(Path(__file__).parent.parent)
    writers = [
        child(code.format(tests=tests, first=first, form=form, path=str(path)))
        for first in (True, False)
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        seen.add(len(getattr(cas, f"read_{form}")(path)))
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert seen <= {len(one), len(other)}
    again = getattr(cas, f"read_{form}")(path, tz=one.tz)
    assert again in (one, other)
    assert list(tmp_path.iterdir()) == [path]


WRITTEN = [*FORMS, "excel", "html"]


@pytest.mark.parametrize("form", WRITTEN)
def test_a_link_goes_on_leading_to_the_file(tmp_path, form):
    pytest.importorskip({"parquet": "pyarrow", "excel": "openpyxl"}.get(form, "pandas"))
    (tmp_path / "there").mkdir()
    path, link = tmp_path / "there" / "file", tmp_path / "link"
    link.symlink_to("there/file")
    for _ in range(2):  # the file is not there yet, then it is
        getattr(article(), f"to_{form}")(link)
        assert link.is_symlink()
        assert path.stat().st_size > 500
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("form", WRITTEN)
def test_a_pipe_is_written_through(tmp_path, form):
    pytest.importorskip({"parquet": "pyarrow", "excel": "openpyxl"}.get(form, "pandas"))
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    path, pipe = tmp_path / "file", tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    try:
        getattr(article(), f"to_{form}")(pipe)
        told, _ = reader.communicate()
    finally:
        reader.kill()
    assert pipe.is_fifo()
    if form == "excel":  # it holds the time
        path.write_bytes(told)
        assert cas.read_excel(path, tz="Asia/Yerevan") == article()
    else:
        getattr(article(), f"to_{form}")(path)
        assert told == path.read_bytes()


def test_the_null_device_is_written_through(monkeypatch):
    monkeypatch.setattr(os, "replace", None)  # nothing must take its place
    article().to_csv(os.devnull)


def test_what_a_ledger_hands_out_cannot_change_it():
    ledger = cas.Ledger(article().reports, tz="Asia/Yerevan")
    before, totals = ledger.reports, ledger.totals()
    for frame in (ledger.reports, ledger.current(), ledger.totals(), ledger.series()):
        for column in frame.columns:
            frame[column] = None
    numbers = ledger.reports
    numbers.loc[:, "value"] = 0
    numbers.loc[:, "note"] = "changed"
    assert ledger.reports.equals(before)
    assert ledger.totals().equals(totals)
    with pytest.raises(AttributeError, match="never changed"):
        ledger.tz = "UTC"


def test_the_table_that_was_given_can_change_without_the_ledger():
    table = article().reports.assign(page=1.5)
    ledger = cas.Ledger(table, tz="Asia/Yerevan")
    before = ledger.reports
    for column, cell in (("value", 0), ("note", "x"), ("page", 2.5), ("report_id", "y")):
        table.loc[:, column] = cell
    assert ledger.reports.equals(before)
