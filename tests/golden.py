"""Messages that are pinned, word for word, in one file a wing: ``messages.txt`` beside its tests.

The file is written and read by hand: a line ``== `` with the name of a case, and below it the
message as its user reads it. Where it has words of another library, ``⟨…⟩`` stands for them.
"""

import difflib
import re
from pathlib import Path

import pytest

_ANYTHING = "⟨…⟩"


class Golden:
    """The messages of a wing; `made` makes each anew: returns its text, or raises the error."""

    def __init__(self, test, made):
        self.path, self.made = Path(test).with_name("messages.txt"), made
        _, *parts = re.split("^== ", self.path.read_text("utf-8"), flags=re.MULTILINE)
        pairs = [part.split("\n", 1) for part in parts]
        self.texts = {name: text.strip() for name, text in pairs}
        assert len(self.texts) == len(pairs), f"a name twice in {self.path}"

    @property
    def names(self):
        """What is made, in its order, then what only the file has."""
        return list(dict.fromkeys([*self.made, *self.texts]))

    def compare(self, name):
        """Fail, and say how to look, if a message is not the one in the file."""
        assert name in self.made, f"{self.path} has {name!r}, which no case makes: delete it there"
        told, golden = _told(self.made[name]), self.texts.get(name, "")
        parts = map(re.escape, golden.split(_ANYTHING))
        if not re.fullmatch(".*".join(parts), told):
            lines = difflib.ndiff(golden.splitlines(), told.splitlines())
            apart = "\n".join(line for line in lines if line[:2] in ("- ", "+ "))
            how = "Read both as whoever gets the message (- in the file, + now): mend the sentence "
            how += "in the library, or, if it is better now, write it into the file by hand."
            pytest.fail(f"{self.path}\n== {name}\n{apart}\n{how}", pytrace=False)


def _told(make):
    """Return the text of a case, or its error, also in the words of the shell if these differ."""
    try:
        return "\n".join(map(str.rstrip, make().strip().splitlines()))
    except (ValueError, OSError, ImportError, AttributeError) as error:
        python, shell = str(error), getattr(error, "in_shell", str(error))
        return python if shell == python else f"{python}\n\nin a shell: {shell}"
