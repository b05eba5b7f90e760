"""The rooms of the package import in one direction."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import casualties

HOUSE = Path(casualties.__file__).parent
#: From left to right: each imports only those to its left. Charts know a ledger by its answers.
WINGS = [
    "model", "words", "intake", "core", "formats", "answers", "plots", "page", "ledger",
    "readers", "archives", "repositories", "together", "datasets", "public", "__init__", "shell",
    "__main__",
]  # fmt: skip


def arrows(path):
    """Yield the modules of the package that a file imports when it runs, as (package, name)."""
    package = path.relative_to(HOUSE.parent).with_suffix("").parts[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = [
        n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test)
    ]
    hidden = {id(n) for block in typing for n in ast.walk(block)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level and id(node) not in hidden:
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            for alias in node.names:
                whole = [part for part in [*base, alias.name] if part]
                places = [HOUSE.parent.joinpath(*whole[:n]) for n in range(len(whole), 1, -1)]
                found = [p for p in places if p.with_suffix(".py").is_file() or p.is_dir()]
                yield found[0].relative_to(HOUSE).parts if found else ("__init__",)


def test_rooms_import_only_what_stands_to_their_left():
    seen = set()
    for path in HOUSE.rglob("*.py"):
        here = path.relative_to(HOUSE).with_suffix("").parts
        for there in arrows(path):
            seen.add((here[0], there[0]))
            assert WINGS.index(there[0]) <= WINGS.index(here[0]), f"{here} imports {there}"
    assert ("ledger", "answers") in seen


def test_no_two_rooms_of_a_wing_import_each_other_in_a_circle():
    after = {}
    for path in HOUSE.rglob("*.py"):
        here = path.relative_to(HOUSE).with_suffix("").parts
        after[here] = {there for there in arrows(path) if there != here and len(there) == len(here)}
    while after:
        free = [room for room, needs in after.items() if not needs & after.keys()]
        assert free, f"a circle among {sorted(after)}"
        for room in free:
            del after[room]


@pytest.mark.parametrize(
    "code",
    [
        "from casualties import *; Ledger; read_csv; reconcile; concat",
        "import casualties; assert {*casualties.__all__, '__version__'} == {*dir(casualties)}",
        "import casualties; assert casualties.Ledger.__module__ == 'casualties'",
        "import casualties, pydoc; assert 'class Led' in pydoc.plain(pydoc.render_doc(casualties))",
        "import pickle; assert pickle.loads(b'ccasualties\\nPrefer\\n.').__name__ == 'Prefer'",
        "import casualties, pickle; pickle.loads(pickle.dumps(casualties.LedgerError('x')))",
        "import casualties as c, casualties.ledger; assert c.ledger.Ledger is c.Ledger",
        "import casualties; assert not hasattr(casualties, 'nothing')",
    ],
)
def test_a_fresh_python_finds_what_is_public(code):
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_charts_know_nothing_of_how_answers_are_worked_out():
    rooms = list((HOUSE / "plots").glob("*.py"))
    assert len(rooms) > 5
    for path in rooms:
        for there in arrows(path):
            assert there[0] in ("plots", "model", "words"), f"{path.name} imports {there}"


def test_a_page_reads_answers_and_nothing_beneath_them():
    rooms = list((HOUSE / "page").glob("*.py"))
    assert len(rooms) > 5
    for path in rooms:
        assert not [there for there in arrows(path) if there[0] == "core"], path.name


def test_no_two_files_have_one_name():
    """The slow reading apart, which reads anew what files of those names work out."""
    paths = [*HOUSE.rglob("*.py"), *Path(__file__).parent.rglob("*.py")]
    names = [path.name for path in paths if path.parent.name != "oracle"]
    assert sorted({name for name in names if names.count(name) > 1}) == ["__init__.py"]
