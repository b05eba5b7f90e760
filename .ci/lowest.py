"""Print what pip is to install for the lowest versions that pyproject.toml declares."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
for need in [*project["dependencies"], *extras["parquet"], *extras["excel"]]:
    if ";" not in need:
        print(re.sub(r">=([0-9.]+)", r"==\1.*", need))
print("pyparsing<3.2", *(need for need in extras["test"] if re.match("pytest|hypothesis", need)))
