"""Every rule of the check family is registered once, documented, and has its three fixtures."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from conformance.checks import facts, rules
from conformance.checks.facts import Fact, ValueFact
from conformance.checks.registry import RULES, map_judges, rule
from conformance.checks.rule import Rule
from conformance.errors import UsageError

FIXTURES = Path(__file__).parent / "fixtures"
FAMILY = [known for known in RULES if "check" in known.families]
KINDS = ("conforms", "violates", "looks-wrong-but-is-not")


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_has_fixtures_of_each_kind(known: Rule) -> None:
    for kind in KINDS:
        assert json.loads((FIXTURES / known.id / f"{kind}.json").read_text("utf-8"))


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_is_documented(known: Rule) -> None:
    first, *_ = known.doc.splitlines()
    assert first.endswith(".")
    assert len(first) <= 100
    assert re.search(r"^Bad:", known.doc, re.MULTILINE)
    assert re.search(r"^Good:", known.doc, re.MULTILINE)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", known.id)
    assert not known.summary.endswith(".")


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_is_a_function_of_its_name(known: Rule) -> None:
    name = known.id.replace("-", "_")
    module = import_module(known.module)
    assert module.__name__.startswith(f"{rules.__name__}.")
    assert getattr(module, name) is known


def test_ids_are_unique() -> None:
    ids = [known.id for known in RULES]
    assert len(ids) == len(set(ids))


def test_every_kind_of_fact_is_judged_by_one_rule_of_the_family() -> None:
    kinds = {
        kind
        for kind in vars(facts).values()
        if isinstance(kind, type) and issubclass(kind, Fact) and kind not in (Fact, ValueFact)
    }
    judged = [kind for known in FAMILY for kind in known.facts]
    assert len(judged) == len(set(judged))
    assert kinds <= {*map_judges("check"), *map_judges("request"), *map_judges("lint")}


def test_no_fixtures_of_no_rule() -> None:
    known = {known.id for known in RULES}
    assert {path.name for path in FIXTURES.iterdir()} <= known


def test_an_unknown_rule_is_a_usage_error_that_lists_the_known() -> None:
    assert rule("missing-field").id == "missing-field"
    with pytest.raises(UsageError, match="missing-field"):
        rule("mising-field")
