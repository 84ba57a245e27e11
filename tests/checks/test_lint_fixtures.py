"""Every lint rule's pages: what is found on them is exactly what stands beside them.

``lint/<rule>/<kind>.<suffix>`` is the page, ``<kind>.toml`` lists all findings on it, whatever
rule they are of.  After a deliberate change of a rule, write them anew with
``python tests/checks/test_lint_fixtures.py`` and read the difference.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from conformance.checks import rules
from conformance.checks.registry import RULES, judges
from conformance.checks.rule import Rule
from conformance.model.contract import GapKind
from conformance.model.finding import Finding
from conformance.pipeline.comparison import lint_paths

FIXTURES = Path(__file__).parent / "lint"
KINDS = ("conforms", "violates", "looks-wrong-but-is-not")
FAMILY = [known for known in RULES if "lint" in known.families]
OF_WHOLE_PAGES = {"response-missing", "page-without-operation"}
"""Rules that find what the short pages of other rules leave out on purpose."""
PAGES = sorted(path for path in FIXTURES.glob("*/*") if path.suffix != ".toml")


def told(finding: Finding) -> dict[str, object]:
    """What a fixture says of a finding."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "operation": finding.operation,
        "subject": finding.subject,
        "line": finding.documented.line if finding.documented else 0,
        "seen": int(finding.observed.where.rpartition(":")[2]) if finding.observed else 0,
        "pointer": finding.observed.pointer if finding.observed else "",
    }


def found(page: Path) -> list[dict[str, object]]:
    ignored = OF_WHOLE_PAGES - {page.parent.name}
    findings = (f for f in lint_paths([page]).findings if f.rule not in ignored)
    return sorted(map(told, findings), key=json.dumps)


def expected(page: Path) -> list[dict[str, object]]:
    with page.with_suffix(".toml").open("rb") as file:
        return list(tomllib.load(file).get("finding", []))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_page(page: Path) -> None:
    wanted = expected(page)
    assert found(page) == sorted(wanted, key=json.dumps)
    about = [finding for finding in wanted if finding["rule"] == page.parent.name]
    assert bool(about) is (page.stem == "violates")


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_has_a_page_of_each_kind(known: Rule) -> None:
    pages = sorted(path.stem for path in PAGES if path.parent.name == known.id)
    assert pages == sorted(KINDS)


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_is_documented(known: Rule) -> None:
    first, *_ = known.doc.splitlines()
    assert first.endswith(".")
    assert len(first) <= 100
    assert "\nBad:" in known.doc
    assert "\nGood:" in known.doc
    assert known.module.startswith(rules.__name__)


def test_no_pages_of_no_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == {known.id for known in FAMILY}


def test_every_gap_has_a_rule_of_the_family() -> None:
    assert set(get_args(GapKind)) <= {rule.id for rule in FAMILY}


def test_every_fact_is_judged_by_one_rule() -> None:
    kinds = [kind for known in FAMILY for kind in known.facts]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == set(judges("lint"))


def write(page: Path) -> None:
    """The findings of a page as the text beside it."""
    tables = ["[[finding]]\n" + "".join(_lines(finding)) for finding in found(page)]
    page.with_suffix(".toml").write_text("\n".join(tables), "utf-8")


def _lines(finding: dict[str, object]) -> list[str]:
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in finding.items()]


if __name__ == "__main__":
    for case in PAGES:
        write(case)
