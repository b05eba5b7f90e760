"""Remedies in the words of a shell: what is a keyword in Python is an option here, or a file."""

import re

#: What an error says, and what it says in a shell. The first that fits a place is taken.
_FOR_ALL: tuple[tuple[str, str], ...] = (
    (r"tally\(parts=\((.*?),?\)\)", r"--parts \1"),
    (r"tally\(choose=Prefer\(\{…, ('[^']*'): \[('[^']*').*?\]\}\)\)", r"--prefer \1=\2"),
    (r"as in tally\(choose=Prefer\(('[^']*').*?\)\), or 'latest', 'lowest' or 'highest'",
     r"with --prefer \1"),
    (r"put 'definition' in by=", "add --by definition"),
    (r"as in explain\((\w+)=('[^']*').*?\)", r"with --where \1=\2"),
    (r"(?:choose )?(?:series )?with where\((\w+)=('[^']*')\)", r"with --where \1=\2"),
    (r"with where\((\w+)=…\)", r"with --where \1=…"),
    (r"with where\(\)", "with --where COLUMN=VALUE"),
    (r" or draw one panel each with by='\w+'", ""),
    (r"explain\(\) tells of one", "one is told of at a time"),
    (r"plot\.(\w+)\(\)", r"plot \1"),
    (r"\bmax_age\b", "--max-age"),
    (r"\bfreq=", "--freq "),
    (r"increments\(\) takes freq or between", "increments takes --freq or --between"),
    (r"\bbetween (is a pair of days|ends before)", r"--between \1"),
    (r"as_of\(\)", "--as-of"),
)  # fmt: skip
_FOR_FILES: tuple[tuple[str, str], ...] = (
    (r"say columns=\{'([^']*)': '([^']*)'\}, or columns=\{'[^']*': None\} to keep it as an extra "
     r"column", r"call it '\2' in the file"),
    (r"say what the columns of numbers count: value=\{.*\}",
     "call the one that holds the number 'value'"),
    (r"say which one holds the number: columns=\{…: 'value'\}",
     "call the one that holds the number so"),
    (r"add it, or give it once for all rows as a keyword", "add it to the file"),
    (r"if it stands for a blank, say na=…, if it is a vague word, say how to code it: "
     r"words=\{.*?\}",
     "leave it blank if nobody said a number, else write bounds, low and high"),
    (r"say which comes first, dates='dmy', 'mdy' or 'ymd', or write it", "write it"),
    (r", or say (?:which it is: )?encoding=.*$", ""),
    (r"; if the column is meant, say columns=.*$", ""),
)  # fmt: skip
_FOR_ARCHIVES: tuple[tuple[str, str], ...] = (
    (r"value=\{'([^']*)': \{'outcome': '(\w+)'\}.*\}", r"--value '\1=\2'"),
    (r"whole=", "--whole "),
    (r"columns=\{'([^']*)': '([^']*)'\}", r"--columns '\1=\2'"),
    (r"columns=\{'([^']*)': None\}", r"--columns '\1='"),
    (r"columns=\{…: '(\w+)'\}", r"--columns …=\1"),
    (r"say which column it is: (\w+)=…, or --columns …=\w+", r"say which column it is: --\1"),
    (r"add it, or give it once for all rows as a keyword", "name its column, or say it once"),
    (r"say na=…, if it is a vague word, say how to code it: words=\{.*?\}",
     "say --na WORD, else mend the file"),
    (r"dates='dmy', 'mdy' or 'ymd'", "--dates dmy, mdy or ymd"),
    (r"encoding='([^']*)'", r"--encoding \1"),
    (r"records='([^']*)'", r"--records \1"),
    (r"\bvalue=", "--value "), (r"\bdate=", "--date "), (r"\bkind=", "--kind "),
    (r"\bsource=", "--source "),
)  # fmt: skip


def in_shell(text: str, *, archive: bool = False) -> str:
    """Return an error's text on one line, its remedies in the words of a shell.

    >>> in_shell("put 'definition' in by=")
    'add --by definition'
    """
    text = "; ".join(line.strip() for line in text.split("\n"))
    for pattern, words in (*(_FOR_ARCHIVES if archive else _FOR_FILES), *_FOR_ALL):
        text = re.sub(pattern, words, text)
    return text
