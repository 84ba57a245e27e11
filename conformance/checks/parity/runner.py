"""The same pages in several languages compared: the one way in.

Examples and recorded responses say which side they agree with; they decide nothing by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final, TypeAlias, cast

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.match import Unmatched, matcher
from conformance.checks.parity.operations import compare_presence, compare_twins
from conformance.checks.parity.prose import compare_paragraphs
from conformance.checks.parity.rules import RULE_OF, find_opposed
from conformance.checks.rule import Verdict, make_difference_finding
from conformance.compare.difference import Area, Difference, SideStatement
from conformance.compare.matching import Side, match_twins
from conformance.compare.operations import OperationSide
from conformance.compare.wording import as_text, format_value
from conformance.evidence.body import JsonError, load_json
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Json, Kind
from conformance.reading.facets.units import as_moment
from conformance.schema.kinds import fits, kind_of, member

_MOST: Final = 2000
"""Values of one body that are looked at."""


class Support(Struct, frozen=True, kw_only=True):
    """Another source's word on a difference: a printed example, a recorded response."""

    source: str
    where: str
    text: str
    keys: frozenset[str] = frozenset()
    """Keys of the statements it agrees with; empty when it agrees with none, or decides nothing."""


class SourceBody(Struct, frozen=True):
    """A body and where it comes from."""

    source: str
    where: str
    root: str
    """Subject of the body: ``responses.200``, ``requestBody``."""
    value: Json


IndexedBodies: TypeAlias = Sequence[tuple[SourceBody, dict[str, list[Json]]]]
"""The bodies of one operation, each with its values by their dotted names."""


def find_supports(found: Difference, bodies: IndexedBodies) -> Iterator[Support]:
    """What each body says about a difference, as far as it decides anything."""
    if found.area in ("member", "name"):  # whether a body has it, and under which of the names
        parent = found.subject.rpartition(".")[0]
        names = dict.fromkeys(s.key for s in found.statements if not s.silent)
        for body, index in bodies:
            own = [n for n in names if _find_body_values(member(parent, n), body, index)]
            if own:
                keys = frozenset(own)
                yield Support(source=body.source, where=body.where, text=f"`{own[0]}`", keys=keys)
    elif judge := _JUDGED.get(found.area):
        stated = {s.key for s in found.statements}
        for body, index in bodies:
            if values := _find_body_values(found.subject, body, index):
                agreed = {s.key for s in found.statements if judge(found, s, values)}
                yield Support(
                    source=body.source,
                    where=body.where,
                    text=f"{kind_of(values[0])} {format_value(values[0])}",
                    keys=frozenset(agreed if len(agreed) < len(stated) else ()),
                )


def stands_alone(found: Difference, supports: Sequence[Support]) -> str:
    """The side that no other source agrees with, when all others agree; else empty."""
    votes = Counter(s.key for s in found.statements)
    votes.update(key for w in supports if len(w.keys) == 1 for key in w.keys)
    lone = [key for key, count in votes.items() if count == 1]
    others = sum(count for key, count in votes.items() if key not in lone)
    if len(votes) != 2 or len(lone) != 1 or others < 2:
        return ""
    return next((s.label for s in found.statements if s.key == lone[0]), "")


def _agrees_on_values(found: Difference, statement: SideStatement, values: Sequence[Json]) -> bool:
    printed = {as_text(v) for v in values if not isinstance(v, list | dict)}
    disputed = {value for s in found.statements for value in s.key.split(",")}
    return bool(printed & disputed) and printed & disputed <= set(statement.key.split(","))


def _is_within(found: Difference, statement: SideStatement, values: Sequence[Json]) -> bool:
    """A value beyond one of two bounds speaks for the other; a value within both for neither."""
    try:
        bound = float(statement.key)
    except ValueError:
        return True
    measured = (v for v in values if not (isinstance(v, bool) or v is None))
    sizes = [float(v if isinstance(v, int | float) else len(v)) for v in measured]
    if found.area == "upper limit":
        return all(size <= bound for size in sizes)
    return all(size >= bound for size in sizes)


_JUDGED: Final[dict[Area, Callable[[Difference, SideStatement, Sequence[Json]], bool]]] = {
    "type": lambda _, statement, values: (
        bool(kind := statement.key.partition(" of ")[0])
        and all(fits(cast("Kind", kind), v) for v in values if v is not None)
    ),
    "unit": lambda _, statement, values: any(as_moment(v) == statement.key for v in values),
    "values": _agrees_on_values,
    "constant": _agrees_on_values,
    "lower limit": _is_within,
    "upper limit": _is_within,
}
"""Areas that a value can decide, and whether it agrees with one side's statement."""


def _find_body_values(subject: str, body: SourceBody, index: dict[str, list[Json]]) -> list[Json]:
    """The values at a subject, also where the documented record is inside an envelope."""
    if not subject.startswith(body.root):
        return []
    tail = subject[len(body.root) :].lstrip(".")
    if tail in index:
        return index[tail]
    inside = [values for path, values in index.items() if path.endswith(f".{tail}")]
    return inside[0] if len(inside) == 1 else []


def _index(body: SourceBody) -> dict[str, list[Json]]:
    """Values by dotted name."""
    found: dict[str, list[Json]] = {}
    waiting: list[tuple[str, Json]] = [("", body.value)]
    for name, value in waiting:  # grows while it is walked
        if name:
            found.setdefault(name, []).append(value)
        if len(waiting) > _MOST:
            break
        if isinstance(value, dict):
            waiting += [(member(name, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{name}[]", inner) for inner in value]
    return found


class ParityResult(Struct, frozen=True, kw_only=True):
    """What came of a run."""

    findings: tuple[Finding, ...]
    """One for each rule, operation and subject."""
    operations: int
    compared: int
    """Operations that at least two sides have; 0 means that nothing was compared."""


def compare_sides(sides: Sequence[Side], evidence: Sequence[Interaction] = ()) -> ParityResult:
    """Compare every operation of each side with its twins.  ``evidence`` only says which side it
    agrees with: it decides nothing by itself. Never raises for what stands on a page."""
    matches = match_twins(sides)
    pages: set[tuple[str, ...]] = set()
    found: list[Finding] = []
    compared = 0
    for matched in matches:
        having = [
            OperationSide(side.label, placed.operation, placed.page.text)
            for side, placed in zip(sides, matched, strict=True)
            if placed
        ]
        differences = [*compare_presence(sides, matched), *compare_twins(having)]
        on = tuple(side.operation.page for side in having)
        if on not in pages:  # paragraphs go with the first operation of their pages
            pages.add(on)
            differences += compare_paragraphs(having)
        bodies = [(b, _index(b)) for b in _list_bodies(having, evidence)] if differences else []
        found += _make_findings(having[0].operation.key, differences, bodies)
        compared += len(having) > 1
    return ParityResult(findings=tuple(found), operations=len(matches), compared=compared)


def _list_bodies(
    sides: Sequence[OperationSide], evidence: Sequence[Interaction]
) -> Iterator[SourceBody]:
    """Printed examples of every side, then recorded responses."""
    for side in sides:
        body, source = side.operation.body, f"the example in {side.label}"
        printed = [(f"responses.{r.status}", r.examples) for r in side.operation.responses]
        for root, examples in (*printed, ("requestBody", body.examples if body else ())):
            parsed = (e for e in examples if e.parsed)
            yield from (SourceBody(source, str(e.span), root, e.value) for e in parsed)
    known = matcher(side.operation for side in sides)
    for one in evidence:
        if one.origin is Origin.DOCUMENTED or one.request is None:
            continue
        if isinstance(known.match(one), Unmatched):
            continue
        with suppress(JsonError):
            value, root = load_json(one.reply.body), f"responses.{one.reply.status}"
            yield SourceBody(f"a {one.origin.value} response", one.where, root, value)


_Judged: TypeAlias = tuple[Difference, Verdict, tuple[Support, ...]]
"""A difference, its verdict, and what examples and recordings say of it."""


def _make_findings(
    operation: str, differences: Sequence[Difference], bodies: IndexedBodies
) -> Iterator[Finding]:
    """One finding for each rule and subject: the gravest difference, the others beside it."""
    groups: dict[tuple[str, str], list[_Judged]] = {}
    for found in differences:
        rule = RULE_OF[found.area]
        judged = found, rule.judge(found), tuple(find_supports(found, bodies))
        groups.setdefault((rule.id, found.subject), []).append(judged)
    for (rule_id, _), same in groups.items():
        first, *others = sorted(same, key=lambda judged: -judged[1].severity)
        yield _make_finding(rule_id, operation, first, others)


def _make_finding(rule: str, operation: str, judged: _Judged, others: Sequence[_Judged]) -> Finding:
    found, verdict, supports = judged
    alone = stands_alone(found, supports)
    related = [*found.consequences]
    if len(found.statements) > 2 or supports:
        related += (f"{s.label} says {s.text or 'nothing'} ({s.span})" for s in found.statements)
        related += (f"{s.source} has {s.text} ({s.where})" for s in supports)
    for other, besides, _ in others:
        places = ", ".join(str(s.span) for s in other.statements)
        related.append(f"besides, {besides.message} ({places})")
    facing = find_opposed(found)[1]
    finding = make_difference_finding(rule, verdict, operation, found, facing)
    if facing.span.page == facing.label:  # a side without such a page
        finding = replace(finding, observed=None)
    message = verdict.message + (f"; {alone} stands alone" if alone else "")
    return replace(finding, message=message, related=tuple(related))
