"""Packets of whole folders of pages, to the letter, and what their patches do.

Every folder of ``packet_cases`` is a case: in ``pages`` a folder for each language, perhaps an
``evidence.ndjson`` beside it, and in ``expected`` every file that comes of it.  After a change
that is meant: ``UPDATE_GOLDEN=1 pytest tests/pipeline/test_packets.py`` writes those anew; read
the difference before committing it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from conformance.drift.packets.packet import Packet
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.pages.sources import sides_of_paths
from conformance.pipeline.comparison import compare_all, lint_paths, read_sides
from conformance.pipeline.evidence import check_all, read_all_evidence
from conformance.pipeline.pages import read_paths
from conformance.report.packet import render_packet_files
from tests.pipeline.packets import packets_of_files

CASES = Path(__file__).parent / "packet_cases"
NAMES = sorted(path.name for path in CASES.iterdir())


def languages(case: Path) -> list[Path]:
    return sorted((case / "pages").iterdir())


def evidence_of(case: Path) -> tuple[Interaction, ...]:
    file = case / "evidence.ndjson"
    return read_all_evidence([file], case).interactions if file.is_file() else ()


def findings_of(sides: Sequence[Path], interactions: Sequence[Interaction]) -> list[Finding]:
    """Of all families; pages are named by the folder of their language first."""
    linted = lint_paths([sides[0].parent])
    findings = list(linted.findings)
    if len(sides) > 1:
        findings += compare_all(read_sides(sides_of_paths(sides)).sides, interactions).findings
    return [*findings, *check_all(linted.pages.contract.operations, interactions).findings]


@cache
def packets_of(name: str) -> tuple[Packet, ...]:
    case = CASES / name
    interactions, sides = evidence_of(case), languages(case)
    findings = findings_of(sides, interactions)
    files = read_paths([case / "pages"]).files
    return packets_of_files(files, findings, root=CASES, interactions=interactions)


@cache
def files_of(name: str) -> dict[str, bytes]:
    files = render_packet_files(packets_of(name), name)
    return {n: c if isinstance(c, bytes) else c.encode() for n, c in files.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_as_expected(name: str) -> None:
    folder = CASES / name / "expected"
    if os.environ.get("UPDATE_GOLDEN"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for file, content in files_of(name).items():
            (folder / file).write_bytes(content)
    assert files_of(name) == {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def patches() -> list[tuple[str, str]]:
    """Expected ones: nothing is read before a test needs it."""
    return [(n, p.name) for n in NAMES for p in sorted((CASES / n / "expected").glob("*.patch"))]


def git(folder: Path, *arguments: str) -> None:
    """The program itself, blind to whatever the machine is set up with."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, **quiet},
    )


@pytest.mark.parametrize(("name", "file"), patches())
def test_git_applies_the_patch_and_the_finding_is_gone(
    name: str, file: str, tmp_path: Path
) -> None:
    """By the real program in a real repository, and read again from there."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    shutil.copytree(CASES / name / "pages", tmp_path / name / "pages")
    git(tmp_path, "init", "-q")
    (tmp_path / "change.patch").write_bytes(files_of(name)[file])
    git(tmp_path, "apply", "change.patch")
    interactions = evidence_of(CASES / name)
    before = {f.fingerprint for f in findings_of(languages(CASES / name), interactions)}
    after = {f.fingerprint for f in findings_of(languages(tmp_path / name), interactions)}
    packet = next(p for p in packets_of(name) if file.startswith(p.id))
    meant = packet.correction if file.count(".") == 1 else None
    gone = set(meant.fingerprints) if meant else set(packet.fingerprints)
    assert gone <= before
    assert not gone & after
    assert after <= before


def test_the_pages_are_never_written(tmp_path: Path) -> None:
    """Not even where they could be."""
    copy = tmp_path / "recorded"
    shutil.copytree(CASES / "recorded", copy)
    stamps = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in copy.rglob("*") if p.is_file()}
    sides = languages(copy)
    files = read_paths([copy / "pages"]).files
    packets_of_files(files, findings_of(sides, ()), root=tmp_path)
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in stamps} == stamps
    assert {p for p in copy.rglob("*") if p.is_file()} == set(stamps)
