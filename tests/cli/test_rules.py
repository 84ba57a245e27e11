"""``conformance rules``, and the pages it writes."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from conformance.checks.registry import RULES
from conformance.checks.rule import Family
from conformance.cli import main
from conformance.report.words import read_doc

ROOT = Path(__file__).parents[2]


def test_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [rule.id for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_explains_a_rule(rule: object, capsys: pytest.CaptureFixture[str]) -> None:
    name = rule.id  # type: ignore[attr-defined]
    assert main(["rules", name]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{name}: ")
    assert "\nBad" in out
    assert "\nGood" in out


@pytest.mark.parametrize("family", get_args(Family))
def test_lists_the_rules_of_a_family(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", family]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [rule.id for rule in RULES if family in rule.families]


def test_an_unknown_rule_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "no-such-rule"]) == 2
    assert "conformance rules lists them" in capsys.readouterr().err


def test_written_pages_are_fresh_until_something_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "docs" / "rules"
    assert main(["rules", "--check", str(folder)]) == 1
    assert main(["rules", "--write", str(folder)]) == 0
    assert {path.stem for path in folder.iterdir()} == {rule.id for rule in RULES} | {"README"}
    assert main(["rules", "--check", str(folder)]) == 0
    (folder / "not-json.md").write_text("changed")
    (folder / "gone-rule.md").write_text("left over")
    (folder / "parity-enum.md").unlink()
    capsys.readouterr()
    assert main(["rules", "--check", str(folder)]) == 1
    said = capsys.readouterr().err
    for name, fault in (
        ("not-json", "stale"), ("gone-rule", "of no rule"), ("parity-enum", "missing")
    ):  # fmt: skip
        assert f"{name}.md: {fault}" in said
    assert main(["rules", "--write", str(folder)]) == 0
    assert not (folder / "gone-rule.md").exists()
    assert main(["rules", "not-json", "--write", str(folder)]) == 2


def test_the_pages_in_the_repository_are_fresh() -> None:
    assert main(["rules", "--check", str(ROOT / "docs" / "rules")]) == 0


def test_a_docstring_is_taken_apart() -> None:
    doc = read_doc(
        "What it is.\n\nMore of ``it``.\n\nBad: so\n\n    a\n      b\n\nGood:\n\n    c\n"
    )
    assert doc.summary == "What it is."
    assert doc.text == "What it is.\n\nMore of ``it``."
    assert [(s.kind, s.words, s.text) for s in doc.samples] == [
        ("Bad", "so", "a\n  b"), ("Good", "", "c")
    ]  # fmt: skip
    assert "More of `it`." in doc.markdown
    assert "**Bad**: so\n\n```text\na\n  b\n```" in doc.markdown
