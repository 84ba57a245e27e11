"""Which rules are kept, and what their findings are worth."""

from __future__ import annotations

import pytest

from conformance.checks.registry import RULES, check_overrides, override_severities, selection
from conformance.errors import UsageError
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span

LINT = {rule.id for rule in RULES if "lint" in rule.families}


def finding(rule: str, page: str | None = "a.md") -> Finding:
    span = None if page is None else Span(page, 1, 1)
    return Finding(
        rule=rule,
        severity=Severity.WARNING,
        operation="GET /a",
        subject="id",
        message="",
        documented=span,
    )


def test_nothing_said_keeps_everything() -> None:
    assert all(selection([], [], ["lint"]).keeps(rule) for rule in LINT)


def test_words_may_be_lists_ids_or_families() -> None:
    chosen = selection(["type-missing, row-unread", "near-miss-name"], ["row-unread"], ["lint"])
    kept = {rule for rule in LINT if chosen.keeps(rule)}
    assert kept == {"type-missing", "near-miss-name"}
    family = selection(["lint"], ["type-missing"], ["lint"])
    assert {rule for rule in LINT if family.keeps(rule)} == LINT - {"type-missing"}


@pytest.mark.parametrize("word", ["type-mising", "lints"])
def test_unknown_words(word: str) -> None:
    with pytest.raises(UsageError, match=word):
        selection([word], [], ["lint"])


@pytest.mark.parametrize("word", ["parity", "missing-field", "change"])
def test_what_is_checked_elsewhere_is_refused(word: str) -> None:
    """A family that has a rule in common with this one is not half run."""
    for select, ignore in (([word], []), ([], [word]), ([f"lint,{word}"], [])):
        with pytest.raises(UsageError, match=rf"^{word} is not run .*runs lint: .*row-unread"):
            selection(select, ignore, ["lint"])


def test_a_selection_that_is_ignored_selects_nothing() -> None:
    with pytest.raises(UsageError, match="no rule is left"):
        selection(["type-missing"], ["type-missing"], ["lint"])


def test_weights_count_for_the_pages_of_their_exchange() -> None:
    found = [finding("type-missing"), finding("type-missing", "b.md"), finding("row-unread")]
    weighed = list(
        override_severities(
            [*found, finding("type-missing", None)], {"a.md": {"type-missing": Severity.ERROR}}
        )
    )
    assert [f.severity.label for f in weighed] == ["error", "warning", "warning", "warning"]
    assert [f.fingerprint for f in weighed[:3]] == [f.fingerprint for f in found]


def test_weights_of_no_rule_are_refused() -> None:
    check_overrides({"type-missing": Severity.INFO}, "exchange.toml")
    with pytest.raises(UsageError, match=r"exchange\.toml: no rule 'type-mising'.*type-missing"):
        check_overrides({"type-mising": Severity.INFO}, "exchange.toml")
