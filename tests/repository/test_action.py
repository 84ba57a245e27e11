"""``action.yml`` and ``.pre-commit-hooks.yaml``: their shell is run on two pages."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.nightly.project import ROOT, surroundings
from tests.nightly.workflow import Result, Runner

ACTION: Final = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PAGE: Final = """\
# {title}

`GET /v1/{title}`

## Response

| Name | Type |
| --- | --- |
| {title} | string |

    {{"{title}": {value}}}
"""
PYTHON: Final = """\
#!/bin/sh
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "$@"\\n' > "$3/bin/pip"
ln -s {conformance} "$3/bin/conformance"
chmod +x "$3/bin/pip"
"""


@dataclass(frozen=True, slots=True)
class Clone:
    """A repository with two pages, each of which contradicts itself; the second is new."""

    folder: Path
    base: str

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        command = ["git", "-C", str(self.folder), *who, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout.strip()

    def lint(self, **inputs: str) -> Result:
        """What comes of the action with these inputs, GitHub's context being that of a push."""
        given = {name: each["default"] for name, each in ACTION["inputs"].items()}
        expressions = {
            "github.action_path": str(ROOT),
            "runner.temp": str(self.folder.parent / "temp"),
            **{f"inputs.{name}": value for name, value in (given | inputs).items()},
        }
        programs = self.folder.parent / "programs"
        own = surroundings()
        own["PATH"] = f"{programs}:{own['PATH']}"
        return Runner(self.folder, programs, own, expressions).run(ACTION["runs"])


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    python = tmp_path / "programs/python"
    python.parent.mkdir()
    program = shlex.quote(str(Path(sys.executable).parent / "conformance"))
    python.write_text(PYTHON.format(conformance=program))
    python.chmod(0o755)
    folder = tmp_path / "work"
    (folder / "my docs").mkdir(parents=True)
    made = Clone(folder, "HEAD")
    made.git("init", "-q")
    for title in ("old", "new"):
        (folder / f"my docs/{title}.md").write_text(PAGE.format(title=title, value=7))
        made.git("add", "-A")
        made.git("commit", "-qm", title)
    return Clone(folder, made.git("rev-parse", "HEAD~1"))


def annotated(result: Result) -> list[str]:
    """The files of the annotations."""
    return re.findall(r"(?m)^::error file=([^,]+),line=9", result.log["Lint"])


@pytest.mark.parametrize(
    ("base", "files"),
    [
        ("HEAD~1", ["my docs/new.md"]),
        ("HEAD", []),
        ("all", ["my docs/new.md", "my docs/old.md"]),
        ("", ["my docs/new.md", "my docs/old.md"]),
        ("0" * 40, ["my docs/new.md", "my docs/old.md"]),
    ],
)
def test_findings_on_changed_pages_are_annotated(clone: Clone, base: str, files: list[str]) -> None:
    result = clone.lint(paths="\n  my docs  \n", base=base)
    assert annotated(result) == files
    assert result.failed == (["Lint"] if files else [])


def test_it_installs_what_is_pinned_and_reads_what_is_asked(clone: Clone) -> None:
    result = clone.lint(paths="my docs/old.md\nmy docs/new.md", base=clone.base, args="-j 1")
    assert (
        result.log["Install"] == f"install --quiet --constraint {ROOT}/.ci/constraints.txt {ROOT}\n"
    )
    assert annotated(result) == ["my docs/new.md"]
    assert clone.lint(paths="my docs", base="all", **{"fail-on": "never"}).failed == []


def test_the_base_is_what_a_pull_request_or_a_push_is_about() -> None:
    assert ACTION["inputs"]["base"]["default"] == (
        "${{ github.event.pull_request.base.sha || github.event.before }}"
    )


def test_the_hook_looks_at_what_is_about_to_be_committed(clone: Clone) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    recipe = (ROOT / "docs/recipes.md").read_text("utf-8")
    (shown,) = re.findall(r'(?s)title=".pre-commit-config.yaml"\n(.*?)```', recipe)
    (told,) = yaml.safe_load(shown)["repos"][0]["hooks"]
    assert told == {"id": hook["id"], "args": ["docs"]}
    assert re.search(hook["files"], "docs/a.md")
    assert not re.search(hook["files"], "docs/a.py")

    def commit() -> Any:
        command = [*shlex.split(hook["entry"]), "my docs"]
        return subprocess.run(  # noqa: S603
            command,
            cwd=clone.folder,
            env=surroundings(),
            capture_output=True,
            text=True,
            check=False,
        )

    assert commit().returncode == 0
    page = clone.folder / "my docs/old.md"
    page.write_text(PAGE.format(title="old", value=8))
    done = commit()
    assert (done.returncode, done.stdout.count("error[")) == (1, 1)
    assert done.stdout.startswith("old.md:9: error[example-type-mismatch]")
    assert "1 of 2 pages changed since HEAD\n" in done.stderr
