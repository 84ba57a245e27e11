"""What the pages of docs/ and the README show of the command line is what it prints.

A block ``console`` is run, line by line, in a folder of its page's own that holds this project's
pages, schemas and cassettes; a block with a ``title`` is a file in it.  After a change that is
meant: ``UPDATE_GOLDEN=1 pytest tests/docs`` writes the output anew; read that difference.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest import mock

import pytest

from conformance.cli import main
from tests.fork_programs import fork_programs

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("docs_snapshot", "schemas", "cassettes")
FENCE: Final = re.compile(r'(?ms)^```(\w+)(?: title="([^"\n]+)")?\n(.*?)^```$')
PLAIN: Final = re.compile(r"conformance [\w ./:-]+")
"""A command that needs no shell."""
PAGES: Final = [
    page.relative_to(ROOT).as_posix()
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if "```console\n" in page.read_text("utf-8")
]


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the commands of one page are run."""

    root: Path
    programs: Path
    """Where ``conformance`` and ``pytest`` need no start."""

    def put(self, name: str, content: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")

    def run(self, command: str) -> str:
        """What a shell shows for ``command``, with every day the same."""
        folders = (self.programs, Path(sys.executable).parent, os.environ["PATH"])
        environment = {
            "PATH": os.pathsep.join(map(str, folders)),
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.root),
            "COLUMNS": "100",
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
        }
        if PLAIN.fullmatch(command):
            return self._same_every_day(self._call(command.split()[1:], environment))
        done = subprocess.run(  # noqa: S603
            ["bash", "-c", f"exec 2>&1\n{command}"],  # noqa: S607
            cwd=self.root,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=100,
            check=False,
        )
        return self._same_every_day(done.stdout.decode())

    def _call(self, arguments: list[str], environment: dict[str, str]) -> str:
        """The command in this process, which has imported everything already."""
        octets = io.BytesIO()
        shown = io.TextIOWrapper(octets, "utf-8", write_through=True)
        with (
            contextlib.chdir(self.root),
            mock.patch.dict(os.environ, environment, clear=True),
            contextlib.redirect_stdout(shown),
            contextlib.redirect_stderr(shown),
            contextlib.suppress(SystemExit),
        ):
            main(arguments)
        return octets.getvalue().decode()

    def _same_every_day(self, text: str) -> str:
        text = text.replace(f"{self.root}/", "").replace(str(self.root), ".")
        text = re.sub(r"\b\d+\.\d\ds\b( \([\d:]+\))?", "0.50s", text)
        now = dt.datetime.now(dt.UTC)
        for day in (now - dt.timedelta(1), now):
            text = re.sub(rf"{day:%Y-%m-%d}([ T]\d\d:\d\d(:\d\d)?)?", "2026-01-31", text)
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room)
    programs = tmp_path_factory.mktemp("programs")
    with fork_programs(programs):
        yield Folder(tmp_path, programs)


def run_page(text: str, folder: Folder) -> str:
    """The page with the output that its commands have now."""

    def block(found: re.Match[str]) -> str:
        language, title, content = found.groups()
        if title:
            folder.put(title, content)
        if language != "console":
            return found[0]
        commands = re.findall(r"(?m)^\$ (.*(?:\\\n.*)*)\n", content)
        shown = "".join(f"$ {command}\n{folder.run(command)}" for command in commands)
        return f"```console\n{shown}```"

    return FENCE.sub(block, text)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_is_printed(name: str, folder: Folder) -> None:
    page = ROOT / name
    text = page.read_text("utf-8")
    now = run_page(text, folder)
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(now, "utf-8")
    else:
        assert now == text


def test_output_that_is_no_longer_true_is_found(tmp_path: Path) -> None:
    page = '```text title="a/b.txt"\nhello\n```\n\n```console\n$ cat a/b.txt\ngoodbye\n```\n'
    assert run_page(page, Folder(tmp_path, tmp_path)) == page.replace("goodbye", "hello")


def test_every_command_is_shown(tmp_path: Path) -> None:
    shown = FENCE.sub("", (ROOT / "docs/commands.md").read_text("utf-8"))
    commands = Folder(tmp_path, tmp_path).run("conformance --help").partition("ommands:\n")[2]
    names = re.findall(r"(?m)^ {2,4}([a-z]+) {2,}\S", commands)
    assert sorted(names) == sorted(re.findall(r"(?m)^## (\w+)$", shown))


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 150
