"""What the files around the code say of the code is true."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from conformance.evidence.loading import read_evidence
from conformance.model.interaction import Origin

ROOT = Path(__file__).parents[2]
OURS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "docs_snapshot/*.md", "cassettes/*.md")
    for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("name", OURS)
def test_links_between_our_own_files_lead_somewhere(name: str) -> None:
    page = ROOT / name
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_the_architecture_page_names_every_room() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = {room.strip().rpartition(".")[2] for layer in layers for room in layer.split("|")}
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    unnamed = {room for room in rooms if not re.search(rf"`{room}(/|\.py)`", page)}
    assert not unnamed


def test_the_readme_installs_in_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## Install\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block.splitlines() == [
        "python3 -m venv .venv",
        '.venv/bin/pip install -e ".[test]"',
    ]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone: no attributes to ask for")
def test_git_leaves_evidence_alone() -> None:
    pages = [str(path) for path in ROOT.glob("docs_snapshot/*/*/*") if path.is_file()]
    command = ["git", "-C", str(ROOT), "check-attr", "text", "--", *pages]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    lines = answer.splitlines()
    assert len(lines) == len(pages) > 0
    assert all(line.endswith("text: unset") for line in lines)


def test_the_evidence_that_is_shown_is_read_whole(tmp_path: Path) -> None:
    page = (ROOT / "docs/evidence.md").read_text("utf-8")
    shown = page.partition("<!-- ndjson:begin -->\n```json\n")[2].partition("```\n")[0]
    (tmp_path / "lines.ndjson").write_text(shown, "utf-8")
    found = read_evidence(tmp_path)
    assert found.problems == ()
    for told in found.interactions:
        assert told.request is not None
        assert all((told.request.url, told.request.headers, told.reply.headers, told.reply.body))
        assert (told.reply.status, told.origin, told.date) == (200, Origin.RECORDED, "2026-01-31")
        assert told.note
    assert len(found.interactions) == len(shown.splitlines()) > 0
