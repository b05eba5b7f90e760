"""Small git repositories made for a test."""

import os
import shutil
import subprocess

import pytest


class Repo:
    """A repository made for a test, a commit an hour from 2024-05-06 00:00 UTC on."""

    def __init__(self, path):
        if shutil.which("git") is None:
            pytest.skip("no git here")
        self.path, self.hour = path, 0
        path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *words, **env):
        seconds = 1714953600 + 3600 * self.hour
        who = {f"GIT_{role}_{part}": "x" for role in ("AUTHOR", "COMMITTER")
               for part in ("NAME", "EMAIL")}  # fmt: skip
        when = {f"GIT_{role}_DATE": f"{seconds} +0000" for role in ("AUTHOR", "COMMITTER")}
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", "-C", str(self.path), *words], env=os.environ | who | when | alone | env,
            capture_output=True, check=True,
        )  # fmt: skip
        return done.stdout.decode().strip()

    def commit(self, content, name="toll.csv", **env):
        file = self.path / name
        file.parent.mkdir(exist_ok=True)
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x", **env)
        self.hour += 1
        return self.git("rev-parse", "HEAD")

    def toll(self, *values, name="toll.csv", **env):
        days = [f"2024-05-{5 + place:02d}" for place in range(len(values))]
        rows = "".join(f"{day},{value}\n" for day, value in zip(days, values, strict=True))
        return self.commit("day,killed\n" + rows, name, **env)
