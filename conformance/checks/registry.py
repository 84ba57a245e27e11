"""Every rule, in the order in which reports show them; which of them a run wants, how grave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.change import rules as change
from conformance.checks.facts import Fact
from conformance.checks.parity import rules as parity
from conformance.checks.rule import Family, Rule
from conformance.checks.rules import (
    examples,
    extraction,
    places,
    requests,
    responses,
    statements,
    texts,
    values,
)
from conformance.errors import UsageError
from conformance.model.contract import Gap
from conformance.model.finding import Finding, Severity

SeverityOverrides: TypeAlias = Mapping[str, Severity]
"""Rule id -> what its findings are worth, whatever the rule says."""


def _list_rules() -> Iterator[Rule]:
    """The rules that each module defines, in the order of its lines."""
    before = (responses, values, examples, statements, places, texts, extraction)
    for module in (*before, parity, change, requests):
        own = vars(module)
        for rule in own.get("RULES", own.values()):
            if isinstance(rule, Rule) and rule.module == module.__name__:
                yield rule


RULES: Final[tuple[Rule, ...]] = tuple(_list_rules())
_BY_ID: Final = {rule.id: rule for rule in RULES}


def rule(name: str) -> Rule:
    """The rule with id ``name``.  Raises UsageError: none; the message names the nearest."""
    if name in _BY_ID:
        return _BY_ID[name]
    hint = _suggest(name, _BY_ID, "conformance rules lists them")
    raise UsageError(f"no rule {name!r}", hint=hint)


def map_judges(family: Family) -> dict[type[Fact], Rule]:
    """The one rule of ``family`` for each kind of fact it judges."""
    return {kind: r for r in RULES if family in r.families for kind in r.facts}


def make_gap_findings(gaps: Iterable[Gap]) -> Iterator[Finding]:
    """One finding for each gap, by the rule that has the name of its kind."""
    for gap in gaps:
        verdict, subject = _BY_ID[gap.kind].judge(gap), gap.subject or gap.span.page
        yield verdict.finding(gap.kind, gap.operation, subject, gap.span)


class Selection(Struct, frozen=True):
    """Rules chosen by id or by family; everything is chosen where none is named."""

    select: frozenset[str] = frozenset()
    """Ids; empty for all."""
    ignore: frozenset[str] = frozenset()

    def keeps(self, rule: str) -> bool:
        return rule not in self.ignore and (not self.select or rule in self.select)


def selection(
    select: Sequence[str], ignore: Sequence[str], families: Sequence[Family]
) -> Selection:
    """The selection that ids and families name; each word may list several, with commas.  Raises
    UsageError: a word is no name of a rule or family that is checked, or nothing is left."""
    chosen, dropped = _resolve_ids(select, families), _resolve_ids(ignore, families)
    if select and not chosen - dropped:
        raise UsageError("no rule is left to check", hint="ignore fewer than you select")
    return Selection(chosen, dropped)


def select_usual_words(
    words: Sequence[str], families: Sequence[Family], where: str
) -> tuple[str, ...]:
    """Those of a project's ids and families that ``families`` run; other commands run the others.
    Raises UsageError: a word names no rule and no family."""
    known = {rule.id: set(rule.families) for rule in RULES} | {f: {f} for f in get_args(Family)}
    for word in words:
        if word not in known:
            hint = _suggest(word, known)
            raise UsageError(f"{where}: no rule or family {word!r}", hint=hint)
    return tuple(word for word in words if known[word] & set(families))


def check_overrides(weights: SeverityOverrides, where: str) -> None:
    """Refuse weights of rules there are none of: a misspelt one would be silently ignored.  Raises
    UsageError: with the place and the unknown id."""
    for name in weights:
        if name not in _BY_ID:
            raise UsageError(f"{where}: no rule {name!r}", hint=_suggest(name, _BY_ID))


def override_severities(
    findings: Iterable[Finding], weights: Mapping[str, SeverityOverrides]
) -> Iterator[Finding]:
    """``findings`` with the severities that the exchange of their page gives their rules.
    ``weights`` are by page; a finding without a page in the docs keeps its severity."""
    for finding in findings:
        own = weights.get(finding.documented.page) if finding.documented else None
        severity = own.get(finding.rule) if own else None
        yield finding if severity is None else replace(finding, severity=severity)


def _resolve_ids(words: Sequence[str], families: Sequence[Family]) -> frozenset[str]:
    named = [word.strip() for wording in words for word in wording.split(",") if word.strip()]
    own = [rule.id for rule in RULES if set(rule.families) & set(families)]
    return frozenset(rule for word in named for rule in _find_named_rules(word, families, own))


def _find_named_rules(word: str, families: Sequence[Family], own: list[str]) -> list[str]:
    if word in own:
        return [word]
    if word in families:
        return [rule.id for rule in RULES if word in rule.families]
    if word in get_args(Family) or word in _BY_ID:  # else it seems to find nothing
        hint = f"it runs {', '.join(families)}: {', '.join(own)}"
        raise UsageError(f"{word} is not run by this command", hint=hint)
    raise UsageError(f"no rule or family {word!r}", hint=_suggest(word, own))


def _suggest(name: str, known: Iterable[str], other: str = "see conformance rules") -> str:
    close = get_close_matches(name, known, 1)
    return f"did you mean {close[0]}?" if close else other
