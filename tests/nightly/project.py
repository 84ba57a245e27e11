"""A project of its own to spend nights on: the stored pages, their contracts, their evidence."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

from conformance.cli import main
from conformance.model.finding import fingerprint
from conformance.pages.exchange import find_known_exchanges
from tests.builders import copy_project
from tests.forks import Done, run_forked, run_pytest

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("docs_snapshot", "cassettes", "schemas")
DAYS: Final = 30
"""For which known drift is accepted in the copy, whatever the day."""

Key = tuple[str, str]
"""Exchange and fingerprint."""


@dataclass(slots=True)
class Project:
    """A folder as somebody would have it who installed the package."""

    root: Path
    history: str
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *command: str | Path) -> Done:
        """A command as a shell starts it, programs being those of this environment."""
        done = subprocess.run(  # noqa: S603 - our own programs
            [str(part) for part in command],
            cwd=self.root,
            env=self._surroundings(),
            capture_output=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def pytest(self, *arguments: str | Path, **more: str) -> Done:
        """A night, in a process of its own."""
        command = partial(run_pytest, "conformance/", "-q", "--tb=no", *arguments)
        return run_forked(command, self.root, self._surroundings() | more)

    def conformance(self, *arguments: str | Path) -> Done:
        """The command in this process: tests of scripts start it as one of their own."""
        out, err = _text(), _text()
        with (
            contextlib.chdir(self.root),
            mock.patch.dict(os.environ, self._surroundings(), clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = main([str(argument) for argument in arguments])
        return Done(status, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())

    def edit(self, file: str, old: str, new: str) -> None:
        """Change a page or a cassette, and the hash that its manifest gives."""
        path = self.root / file
        before = path.read_bytes()
        assert before.count(old.encode()) >= 1, f"{file}: no {old!r}"
        after = before.replace(old.encode(), new.encode(), 1)
        path.write_bytes(after)
        (manifest,) = (
            m
            for folder in path.parents
            for m in (folder / "manifest.toml", folder / "exchange.toml")
            if m.exists() and self.root in m.parents
        )
        told = manifest.read_text("utf-8")
        assert told.count(_sha256(before)) == 1
        manifest.write_text(told.replace(_sha256(before), _sha256(after)), "utf-8")

    def restore(self, *files: str) -> None:
        """Bring folders or files back to what they were in the beginning."""
        for name in files:
            path, source = self.root / name, ROOT / name
            if source.is_dir():
                shutil.rmtree(path)
                shutil.copytree(source, path)
            else:
                shutil.copyfile(source, path)
        self.date_known()

    def known(self, exchange: str) -> list[dict[str, Any]]:
        """What is accepted of an exchange."""
        told = tomllib.loads(self._known_file(exchange).read_text("utf-8"))
        return list(told.get("known", []))

    def forget(self, exchange: str, print_: str) -> None:
        """Take one entry out of the known drift."""
        file = self._known_file(exchange)
        blocks = file.read_text("utf-8").split("\n[[known]]\n")
        kept = [block for block in blocks if f'fingerprint = "{print_}"\n' not in block]
        assert len(kept) == len(blocks) - 1
        file.write_text("\n[[known]]\n".join(kept), "utf-8")

    def expire(self, exchange: str, print_: str) -> None:
        """Let the day of one entry have been yesterday."""
        file = self._known_file(exchange)
        head, tail = file.read_text("utf-8").split(f'fingerprint = "{print_}"\n')
        yesterday = dt.date.today() - dt.timedelta(days=1)
        tail = re.sub(r"expires = [\d-]+", f"expires = {yesterday}", tail, count=1)
        file.write_text(f'{head}fingerprint = "{print_}"\n{tail}', "utf-8")

    def date_known(self) -> None:
        """Accept known drift for :data:`DAYS` from today on."""
        until = dt.date.today() + dt.timedelta(days=DAYS)
        for file in self.root.glob("docs_snapshot/*/known_drift.toml"):
            text = file.read_text("utf-8")
            file.write_text(re.sub(r"(?m)^expires = [\d-]+", f"expires = {until}", text), "utf-8")

    def regenerate(self) -> None:
        done = self.conformance("extract", "--write")
        assert done.status == 0, done.err

    def json(self, *arguments: str | Path) -> Any:
        done = self.conformance(*arguments, "--format", "json")
        assert done.status in (0, 1), done.err
        return json.loads(done.out)

    def _surroundings(self) -> dict[str, str]:
        return surroundings() | {"CONFORMANCE_HISTORY": self.history} | self.environment

    def _known_file(self, exchange: str) -> Path:
        return self.root / "docs_snapshot" / exchange / "known_drift.toml"


def new_project(root: Path, history: str = "history.db", *exchanges: str) -> Project:
    """A copy of what is stored here, of all exchanges or some, as if its answers were recorded."""
    copy_project(root, *(exchanges or find_known_exchanges(ROOT)))
    project = Project(root, history)
    project.date_known()
    return project


_FOREIGN: Final = (
    *("CONFORMANCE_", "GITHUB_", "HYPOTHESIS_", "PYTEST_", "COV_", "GH_"),
    "PYTHONDONTWRITEBYTECODE",  # every process would compile the whole package again
)
QUICK: Final = ("HYPOTHESIS_STORAGE_DIRECTORY", "HYPOTHESIS_NO_PLUGINS")
"""What only saves time."""
_UNUSED: Final = ("cacheprovider", "pytest_cov", "recording")
"""Plugins of pytest that whoever only installed the package would not have."""


def _text() -> io.TextIOWrapper[io.BytesIO]:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)


def surroundings() -> dict[str, str]:
    """The environment, without what this machine or another test says of a run."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in QUICK or not name.startswith(_FOREIGN)
    }
    programs = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return kept | {
        "PATH": programs,
        "PYTHONPATH": str(ROOT),
        "PYTEST_ADDOPTS": " ".join(f"-p no:{name}" for name in _UNUSED),
    }


def key(exchange: str, operation: str, rule: str, subject: str) -> Key:
    return exchange, fingerprint(rule, operation, subject)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
