"""All facts about one body: the record in place, or under a path that is not documented.

Pages often print the record alone, and responses wrap it: ``{"code": 0, "data": {"orders":
[record]}}``.  The record is where its members' names are; names alone decide, and only under
members the page does not have: a body in which much is missing has no such place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, TypeAlias

from msgspec import Struct

from conformance.checks.facts import Enveloped, Fact, Repeated
from conformance.checks.plan import Plan, find_least, prefilter_of
from conformance.checks.walk import BodyNode, walk
from conformance.evidence.body import Repetitions, Trail, pointer_along, repetitions
from conformance.model.operation import Confidence, Json, Stated
from conformance.model.span import Span
from conformance.schema.kinds import ITEMS, child, fits, member, resolve

ANY: Final = None
"""A step to every item of an array."""
RecordPath: TypeAlias = tuple[str | None, ...]
RecordPaths: TypeAlias = tuple[RecordPath, ...]
_DEEPEST: Final = 8
_PLACES: Final = 500
"""Paths looked at; a body with more is not an envelope around one record."""
_SAMPLE: Final = 20
"""Values looked at for each path: enough to have observed the optional members too."""


class Envelope(Struct, frozen=True):
    """Where the record was found."""

    paths: tuple[RecordPath, ...]
    """The best place first, then others that hold as good a record."""
    found: int
    """Documented members observed at the best place; 0 when there is only an empty one."""
    known: int
    confidence: Confidence

    @property
    def pattern(self) -> str:
        """The places as one JSON Pointer, ``*`` for any item or member; the best if they vary."""
        best = self.paths[0]
        alike = [path for path in self.paths if len(path) == len(best)]
        varied = [len({path[at] for path in alike}) > 1 for at in range(len(best))]
        if len(alike) < len(self.paths) or sum(varied) > 1:
            varied = [False] * len(best)
        return "".join(
            child("", step) if step is not ANY and not any_member else "/*"
            for step, any_member in zip(best, varied, strict=True)
        )


class _RecordPlace(Struct, frozen=True):
    """A path into the body, and some of what stands there."""

    path: RecordPath
    values: tuple[Json, ...]
    found: int
    """Documented members observed in the values."""


def find_envelope(plan: Plan, body: Json) -> Envelope | None:
    """The envelope around the documented record, if ``body`` is one.  The best place has most of
    the documented members, the body itself at most half as many; of equal places the first and
    least deep.  When nothing of the record is there and the envelope has an empty place for
    it, that is it, with low confidence."""
    known = _record(plan)
    count, at_root = len(known), _count_hits(plan, known, (body,))
    if not known or 2 * at_root > count or plan.value.closed is Stated.NO:
        return None
    places = list(_find_places(plan, known, body))
    whole = [p for p in places if p.found >= 2 * at_root and _is_whole(plan, p, count)]
    if whole:
        best = max(whole, key=lambda place: place.found)
        sure: Confidence = "high" if at_root == 0 and 5 * best.found >= 4 * count else "medium"
        if set(best.path) == {ANY}:  # pages often describe what is listed, and leave the list out
            sure = find_least(sure, "medium")
        if best.found < 2:
            sure = "medium" if _looks_inside(plan, best) else "low"
        size = len(best.path)
        paths = [p.path for p in whole if 4 * p.found >= 3 * best.found]
        apart = (p for p in paths if p[:size] != best.path[: len(p)])  # neither leads to the other
        return Envelope((best.path, *apart), best.found, count, sure)
    empty = [p for p in places if not any(p.values)]
    if at_root or not empty or count == 1:
        return None
    room = (ANY,) if empty[0].values[0] == [] and not _is_list(plan) else ()
    return Envelope(((*empty[0].path, *room),), 0, count, "low")


def measure_common_names(plan: Plan, body: Json) -> float:
    """The share of the names of ``body``, or of what it lists, that the documented record has.
    Nothing of a list is common with an object."""
    if isinstance(body, list) is not _is_list(plan):
        return 0.0
    known = _record(plan)
    names = {name.lower() for one in _find_objects(plan, (body,)) for name in one}
    return len(known & names) / len(names) if names else 0.0


def list_records(path: RecordPath, body: Json) -> list[tuple[tuple[str | int, ...], Json]]:
    """Everything in ``body`` that stands at ``path``, with the steps that lead there."""
    found: list[tuple[tuple[str | int, ...], Json]] = [((), body)]
    for step in path:
        if step is ANY:
            found = [
                ((*way, at), item)
                for way, value in found
                if isinstance(value, list)
                for at, item in enumerate(value)
            ]
        else:
            found = [
                ((*way, step), value[step])
                for way, value in found
                if isinstance(value, dict) and step in value
            ]
    return found


def _is_list(plan: Plan) -> bool:
    return plan.value.kind == "array" or (plan.item is not None and not plan.members)


def _record(plan: Plan) -> frozenset[str]:
    """The names by which the documented body, or the items of it, are recognised, in lower case."""
    named = plan.item if _is_list(plan) else plan
    return frozenset(name.lower() for name in named.members) if named else frozenset()


def _find_objects(plan: Plan, values: tuple[Json, ...]) -> list[dict[str, Json]]:
    """What the documented names would stand in, if ``values`` were the documented body."""
    if _is_list(plan):
        values = tuple(i for v in values if isinstance(v, list) for i in islice(v, _SAMPLE))
    return [value for value in values if isinstance(value, dict)]


def _count_hits(plan: Plan, known: frozenset[str], values: tuple[Json, ...]) -> int:
    """How many documented names stand in ``values``, in one of them or another."""
    names = {name.lower() for value in _find_objects(plan, values) for name in value}
    return len(names & known)


def _is_whole(plan: Plan, place: _RecordPlace, known: int) -> bool:
    """Whether so much of the record is there, or so little else, that it is the record."""
    if not place.found:
        return False
    largest = max(len(value) for value in _find_objects(plan, place.values))
    if place.found == largest:
        return True
    if place.found < min(2, known):
        return False
    return 2 * place.found >= known or (place.found > 2 and 4 * place.found >= 3 * largest)


def _looks_inside(plan: Plan, best: _RecordPlace) -> bool:
    """Whether a record of one member is also recognised by the names in that member."""
    record = plan.item if _is_list(plan) and plan.item else plan
    for name, (_, inner) in record.members.items():
        values = tuple(o[name] for o in _find_objects(plan, best.values) if name in o)
        known = _record(inner)
        if known and 2 * _count_hits(inner, known, values) >= len(known):
            return True
    return False


def _find_places(plan: Plan, known: frozenset[str], body: Json) -> Iterator[_RecordPlace]:
    """Every path under undocumented members with some of its values, the least deep first."""
    level = list(_find_first_records(plan, body))
    left = _PLACES
    for _ in range(_DEEPEST):
        for path, values in level[:left]:
            yield _RecordPlace(path, values, _count_hits(plan, known, values))
        left -= len(level)
        if left <= 0:
            return
        below = (step for path, values in level for step in _walk_steps(path, values))
        level = list(islice(below, _PLACES))


def _find_first_records(plan: Plan, body: Json) -> Iterator[tuple[RecordPath, tuple[Json, ...]]]:
    """The steps out of the body that the page does not have."""
    for path, values in _walk_steps((), (body,)):
        name = path[0]
        if name is ANY:
            if not _is_list(plan):
                yield path, values
            continue
        known = plan.members[name][1] if name in plan.members else None
        if known is None or (values[0] is not None and not fits(known.value.kind, values[0])):
            yield path, values  # the page has no such member, or something else in its place


def _walk_steps(
    path: RecordPath, values: tuple[Json, ...]
) -> Iterator[tuple[RecordPath, tuple[Json, ...]]]:
    """One step on from ``path``: to the items of its arrays, to the members of its objects."""
    items = [item for v in values if isinstance(v, list) for item in islice(v, _SAMPLE)]
    inside = tuple(item for item in items if isinstance(item, dict | list))[:_SAMPLE]
    if inside:
        yield (*path, ANY), inside
    members: dict[str, list[Json]] = {}
    for value in values:
        if isinstance(value, dict):
            for name, inner in islice(value.items(), _PLACES):
                if inner is None or isinstance(inner, dict | list):
                    members.setdefault(name, []).append(inner)
    for name, holding in members.items():
        yield (*path, name), tuple(holding)


def find_body_facts(
    plan: Plan, body: Json, subject: str, sure: Confidence = "high", wraps: RecordPaths = ()
) -> Iterator[Fact]:
    """The facts about ``body`` against ``plan``, lazily.  ``subject`` is what the documentation
    calls the whole of it (``responses.200``); ``wraps`` are the places of the record in the page's
    own examples, if not at the top."""
    for node in find_roots(plan, body, subject, sure, wraps):
        if isinstance(node, Fact):
            yield node
        elif node.observed is body or not prefilter_of(node.plan).accepts(node.observed):
            yield from walk(node)


def find_roots(
    plan: Plan, body: Json, subject: str, sure: Confidence = "high", wraps: RecordPaths = ()
) -> Iterator[BodyNode | Enveloped]:
    """Where in ``body`` the documented record begins; an envelope around it comes first.  Where
    nothing of the record is there, it is looked for at the places of ``wraps`` alone. What is
    found in a record is no surer than that it is the record."""
    found = find_envelope(plan, body)
    if wraps and not (found and found.found) and not _count_hits(plan, _record(plan), (body,)):
        yield from _find_records(wraps, plan, body, subject, sure)
    elif found is not None:
        yield _report_envelope(found, plan, body, subject, sure)
        if found.found:
            sure = find_least(sure, found.confidence)
            yield from _find_records(found.paths, plan, body, subject, sure)
    elif inside := _find_bare_member(plan, body):
        field, inner = plan.members[inside]
        known = _record(inner)
        yield Enveloped(
            subject=subject,
            span=field.span,
            observed=body,
            confidence=sure,
            pattern="",
            found=_count_hits(inner, known, (body,)),
            known=len(known),
            outside=(),
            inside=inside,
        )
        yield BodyNode(inner, body, "", member(subject, inside), sure)
    else:
        yield BodyNode(plan, body, "", subject, sure)


def _find_bare_member(plan: Plan, body: Json) -> str:
    """The documented member whose record ``body`` is, where nothing around it is there."""
    if _is_list(plan) or _count_hits(plan, _record(plan), (body,)):
        return ""
    found = []
    for name, (_, inner) in plan.members.items():
        known = _record(inner)
        hits = _count_hits(inner, known, (body,))
        if hits > 1 and 2 * hits >= len(known):
            found.append(name)
    return found[0] if len(found) == 1 else ""


def _find_records(
    paths: RecordPaths, plan: Plan, body: Json, subject: str, confidence: Confidence
) -> Iterator[BodyNode]:
    for path in paths:
        for steps, record in list_records(path, body):
            pointer = "".join(child("", step) for step in steps)
            yield BodyNode(plan, record, pointer, subject, confidence)


def _report_envelope(
    found: Envelope, plan: Plan, body: Json, subject: str, confidence: Confidence
) -> Enveloped:
    promised = any(field.required is Stated.YES for field, _ in plan.members.values())
    place = found.pattern.partition("/*")[0]
    sure: Confidence = "medium" if not found.found and promised else found.confidence
    return Enveloped(
        subject=subject,
        pointer=place,
        span=plan.value.span,
        observed=resolve(place, body),
        confidence=find_least(confidence, sure),
        pattern=found.pattern,
        found=found.found,
        known=found.known,
        outside=tuple(list(body)[:10]) if isinstance(body, dict) else (),
    )


def find_repeated(
    data: bytes, plan: Plan | None, subject: str, span: Span, confidence: Confidence = "high"
) -> Iterator[Repeated]:
    """One fact for each documented member that ``data`` gives twice, at the first such place.  What
    the page does not know is reported of the documented object around it, so that facts are bounded
    by what is documented.  Time is linear in the body.  Raises JsonError: as
    :func:`conformance.evidence.body.load_json`."""
    reported: set[str] = set()
    for trail, where, about, value in _locate_repeated(repetitions(data), plan, subject):
        if about not in reported:
            reported.add(about)
            yield Repeated(
                subject=about,
                pointer=pointer_along(trail),
                span=where or span,
                observed=value,
                confidence=confidence,
                name=trail[1],
            )


def _locate_repeated(
    found: Repetitions, plan: Plan | None, subject: str
) -> Iterator[tuple[tuple[Trail, str], Span | None, str, Json]]:
    """Way, documented line, subject and value of each, in document order."""
    waiting: list[tuple[Trail, Json, Plan | None, str]] = [(None, found.root, plan, subject)]
    while waiting:
        trail, value, known, about = waiting.pop()
        if isinstance(value, dict):
            # What the page does not know is under the subject of what is around it.
            members = known.members if known else {}
            inner: dict[str, tuple[Plan | None, str]] = {
                name: (members[name][1], member(about, name)) if name in members else (None, about)
                for name in value
            }
            for name in found.of(value):
                documented = inner[name][0] or known
                span = documented.value.span if documented else None
                yield (trail, name), span, inner[name][1], value[name]
            waiting += [((trail, n), value[n], *inner[n]) for n in reversed(value)]
        elif isinstance(value, list):
            item = known.item if known else None
            below = about + ITEMS if item else about
            waiting += [
                ((trail, str(n)), value[n], item, below) for n in reversed(range(len(value)))
            ]
