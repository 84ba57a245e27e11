"""Every lint rule's pages: what the rule finds on them is exactly what stands behind them.

``lint/<rule>.txt`` holds a page that violates it, one that looks wrong but is not, and one that
conforms, each behind its name; behind a page stands what its rule finds on it: severity, line, the
other line, operation, subject, pointer, and below that message, expected and actual.
``lint/interplay.txt`` lists all findings of all rules on one page, without their words.  After a
deliberate change of a rule, write what is found anew with
``python tests/checks/test_lint_fixtures.py`` and read the difference.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, get_args

import pytest

from conformance.checks import rules
from conformance.checks.registry import RULES, map_judges
from conformance.checks.rule import Rule
from conformance.model.contract import GapKind
from conformance.model.finding import Finding
from conformance.pipeline.comparison import lint_paths

FIXTURES = Path(__file__).parent / "lint"
KINDS = ("violates", "looks-wrong-but-is-not", "conforms")
FAMILY = [known for known in RULES if "lint" in known.families]
INTERPLAY = "interplay"
_SECTION = re.compile(rb"^%%%% (\S+)\n", re.MULTILINE)


class Case(NamedTuple):
    """A page of a fixture, and what is found on it."""

    rule: str
    name: str
    page: bytes
    found: str

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]


def cases(file: Path) -> list[Case]:
    """The pages of ``file``, each with what stands behind it."""
    _, *parts = _SECTION.split(file.read_bytes())
    sections = [(parts[at].decode(), parts[at + 1]) for at in range(0, len(parts), 2)]
    behind = [*sections[1:], ("", b"")]
    return [
        Case(file.stem, name, page, found.decode() if mark == "found" else "")
        for (name, page), (mark, found) in zip(sections, behind, strict=True)
        if name != "found"
    ]


CASES = [case for file in sorted(FIXTURES.glob("*.txt")) for case in cases(file)]


def found(case: Case) -> str:
    """What the rule of the case finds on its page, one line each; all rules for their interplay."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / case.name
        page.write_bytes(case.page)
        findings = lint_paths([page]).findings
    every = case.rule == INTERPLAY
    return "".join(sorted(_line(f, every) for f in findings if every or f.rule == case.rule))


def _line(finding: Finding, named: bool) -> str:
    line = finding.documented.line if finding.documented else 0
    other = int(finding.observed.where.rpartition(":")[2]) if finding.observed else 0
    pointer = finding.observed.pointer if finding.observed else ""
    facts = [finding.severity.label, line, other, finding.operation, finding.subject, pointer]
    if named:
        return " | ".join(map(str, [finding.rule, *facts])) + "\n"
    words = f"    {finding.message} | {finding.expected} | {finding.actual}\n"
    return " | ".join(map(str, facts)) + "\n" + words


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.kind}")
def test_page(case: Case) -> None:
    assert found(case) == case.found
    assert bool(case.found) is (case.kind == "violates")


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_has_a_page_of_each_kind(known: Rule) -> None:
    kinds = dict.fromkeys(case.kind for case in CASES if case.rule == known.id)
    assert tuple(kinds) == KINDS


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_is_documented(known: Rule) -> None:
    first, *_ = known.doc.splitlines()
    assert first.endswith(".")
    assert len(first) <= 100
    assert "\nBad:" in known.doc
    assert "\nGood:" in known.doc
    assert known.module.startswith(rules.__name__)


def test_no_pages_of_no_rule() -> None:
    assert {case.rule for case in CASES} == {INTERPLAY, *(known.id for known in FAMILY)}


def test_every_gap_has_a_rule_of_the_family() -> None:
    assert set(get_args(GapKind)) <= {rule.id for rule in FAMILY}


def test_every_fact_is_judged_by_one_rule() -> None:
    kinds = [kind for known in FAMILY for kind in known.facts]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == set(map_judges("lint"))


def write(file: Path) -> None:
    """The fixture with what is found on each of its pages."""
    parts = []
    for case in cases(file):
        parts += [f"%%%% {case.name}\n".encode(), case.page]
        if lines := found(case):
            parts += [b"%%%% found\n", lines.encode()]
    file.write_bytes(b"".join(parts))


if __name__ == "__main__":
    for fixture in map(Path, sys.argv[1:]) if sys.argv[1:] else FIXTURES.glob("*.txt"):
        write(fixture)
