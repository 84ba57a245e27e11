"""The packets of the stored pages: which findings have one cause, and what is proposed."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from conformance.drift.packets.packet import Packet
from conformance.model.finding import Finding
from conformance.pages.exchange import Exchange
from conformance.pages.sources import sides_of_exchange
from conformance.pipeline.comparison import compare_all, lint_exchange, lint_paths, read_sides
from conformance.pipeline.evidence import check_all, read_all_evidence
from conformance.pipeline.packets import packets_of_exchange
from conformance.pipeline.project import load_exchanges
from conformance.pipeline.weights import load_known_drift
from conformance.report.packet import render_packet_files

ROOT = Path(__file__).parents[2]

EXPECTED = {
    "upbit": [
        ("table-garbled location-conflict", "question"),
        ("type-conflict", "correction"),
        ("exclusive-yet-required", "correction"),
        ("header-language", "correction"),
        ("capture-artefact", "correction"),
        ("type-missing", "correction"),
        ("endpoint-missing", "correction"),
    ],
    "bitfront": [
        ("example-unit-mismatch", "question"),
        ("parity-prose", "question"),
    ],
    "bingx": [],
    "coinapi": [
        ("success-documented-as-error constant-without-value", "question"),
        ("constant-without-value", "correction"),
        ("media-type-unknown", "correction"),
        ("status-code-unregistered", "question"),
        ("capture-artefact", "correction"),
        ("example-is-placeholder", "question"),
    ],
}


def exchange_of(name: str) -> Exchange:
    return load_exchanges(ROOT, [name])[0]


def findings_of(exchange: Exchange) -> list[Finding]:
    linted = lint_exchange(exchange)
    evidence = read_all_evidence([ROOT / "cassettes" / exchange.name], ROOT).interactions
    findings = list(linted.findings)
    sides = read_sides(sides_of_exchange(exchange)).sides
    if len(sides) > 1:
        findings += compare_all(sides, evidence).findings
    return [*findings, *check_all(linted.pages.contract.operations, evidence).findings]


def linted(folder: Path) -> set[str]:
    """Fingerprints of what the pages of a folder say against themselves."""
    return {finding.fingerprint for finding in lint_paths([folder]).findings}


@cache
def packets_of(name: str) -> tuple[Packet, ...]:
    exchange = exchange_of(name)
    known = load_known_drift(exchange).entries
    return packets_of_exchange(exchange, findings_of(exchange), known, root=ROOT)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_causes_and_what_is_proposed(name: str) -> None:
    told = [
        (
            " ".join(dict.fromkeys(f.rule for f in packet.findings)),
            "correction" if packet.correction else "question",
        )
        for packet in packets_of(name)
    ]
    assert told == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_finding_is_in_a_packet_and_known_ones_say_why(name: str) -> None:
    exchange = exchange_of(name)
    packets = packets_of(name)
    told = {f for packet in packets for f in packet.fingerprints}
    assert told == {f.fingerprint for f in findings_of(exchange) if f.made_of is None}
    known = [entry for entry in load_known_drift(exchange).entries if entry.fingerprint in told]
    assert {entry for packet in packets for entry in packet.known} == set(known)
    text = "".join(str(content) for content in render_packet_files(packets).values())
    assert all(entry.fingerprint in text for entry in known)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_was_made_up_has_no_packet(name: str) -> None:
    text = str(render_packet_files(packets_of(name)))
    assert "Responses of the API show it" not in text  # no stored evidence is a recording
    assert "constructed" not in text


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_that_changes_an_account_is_left_without_a_word(name: str) -> None:
    """All of these operations cancel orders: each line is a probe's, or a comment."""
    for packet in packets_of(name):
        shown = packet.reproduction
        assert shown is None or shown.note.startswith("Harmless: ")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("name", EXPECTED)
def test_git_applies_every_patch_and_the_finding_is_gone(name: str, tmp_path: Path) -> None:
    pages = {p: p.read_bytes() for p in (ROOT / "docs_snapshot").rglob("*") if p.is_file()}
    files = render_packet_files(packets_of(name), name)
    for file, content in files.items():
        if not isinstance(content, bytes):
            continue
        folder = tmp_path / file
        shutil.copytree(ROOT / "docs_snapshot", folder / "docs_snapshot")
        (folder / "change.patch").write_bytes(content)
        subprocess.run(
            ["git", "apply", "change.patch"],  # noqa: S607
            cwd=folder,
            check=True,
            capture_output=True,
            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)},
        )
        before, after = (linted(root / "docs_snapshot" / name) for root in (ROOT, folder))
        packet = next(p for p in packets_of(name) if file.startswith(p.id))
        meant = packet.correction if file.count(".") == 1 else None
        assert not (set(meant.fingerprints) if meant else set()) & after
        assert after <= before
    assert pages == {p: p.read_bytes() for p in pages}
