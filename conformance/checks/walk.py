"""A body beside its documentation, once through, giving facts in the order of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from conformance.checks import facts
from conformance.checks.plan import Plan, find_least, prefilter_of
from conformance.model.operation import Confidence, Field, Json, Stated
from conformance.schema import kinds
from conformance.schema.kinds import ITEMS, child, member
from conformance.vocabulary.similar_names import Similarity, fold, pair

MANY: Final = 30
"""More undocumented members than this in one object are one fact."""
_MUCH: Final = 3
"""Members missing at once that have one cause rather than several."""
_MANY_ITEMS: Final = 8
"""Items from which on it pays to compile what accepts those that nothing is wrong with."""
_LONG: Final = 6
"""Letters of a name that hardly becomes another by chance."""


class BodyNode(NamedTuple):
    """A value in a body beside what the page says of it.  A tuple because there is one for each
    value of a body: it is made in a third of the time."""

    plan: Plan
    observed: Json
    pointer: str
    subject: str
    confidence: Confidence = "high"
    required: Stated = Stated.YES
    """What the page says of its presence; an item of a list is there."""

    @property
    def place(self) -> dict[str, Any]:
        """What every fact about this node begins with."""
        return {
            "subject": self.subject,
            "pointer": self.pointer,
            "span": self.plan.value.span,
            "observed": self.observed,
            "confidence": self.confidence,
            "required": self.required,
        }

    def member(self, name: str, field: Field, plan: Plan) -> BodyNode:
        """The documented ``field``, found under ``name``."""
        return BodyNode(
            plan,
            self.observed[name] if isinstance(self.observed, dict) else None,
            child(self.pointer, name),
            member(self.subject, field.name),
            find_least(self.confidence, plan.judge_sureness(field)),
            field.required,
        )


def walk(root: BodyNode) -> Iterator[facts.Fact]:
    """All facts about ``root`` and what it holds, lazily.  Only what is documented is entered,
    without recursion: time is linear in the body, and a deep or endless body costs no more than the
    part of it the page speaks of."""
    stack: list[Iterator[facts.Fact | BodyNode]] = [iter((root,))]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
        elif isinstance(step, BodyNode):
            stack.append(_look(step))
        else:
            yield step


def _look(node: BodyNode) -> Iterator[facts.Fact | BodyNode]:
    """Facts about one value, then the values in it.  Of two things wrong, the first is reported."""
    plan, observed = node.plan, node.observed
    if (
        isinstance(observed, list)
        and len(observed) >= _MANY_ITEMS
        and prefilter_of(plan).accepts(observed)
    ):
        return
    if observed is None:
        if not plan.null:
            yield facts.Null(**node.place, value=plan.value)
        return
    if not kinds.fits(kinds.find_sure_kind(plan.value), observed):
        stated = plan.value.stated_kind
        if stated is not None and kinds.fits(stated, observed):
            yield from _as_stated(node, observed) if isinstance(observed, dict | list) else ()
        else:
            sure = find_least(node.confidence, plan.surest)
            if observed == "" and node.required is Stated.NOT_STATED:
                sure = find_least(sure, "medium")  # may stand for a value that is absent
            yield facts.WrongType(**node._replace(confidence=sure).place, value=plan.value)
        return
    if not plan.plain:
        yield from _walk_value(node)
    if isinstance(observed, dict) and plan.names_members:
        yield from _walk_members(node, observed)
    elif isinstance(observed, list):
        yield from _walk_items(node, observed)


def _as_stated(node: BodyNode, observed: dict[str, Json] | list[Json]) -> Iterator[BodyNode]:
    """An object or array as the words have it, where an example shows the other: the page
    contradicts itself, and either is documented."""
    if isinstance(observed, list):
        for index, value in enumerate(observed):
            pointer = f"{node.pointer}/{index}"
            yield BodyNode(node.plan, value, pointer, node.subject, node.confidence)
        return
    inner: Plan | None = node.plan
    while inner is not None and inner.value.kind == "array":
        inner = inner.item
    if inner is not None:
        yield BodyNode(inner, observed, node.pointer, node.subject + ITEMS, node.confidence)


def _walk_value(node: BodyNode) -> Iterator[facts.Fact]:
    plan, value = node.plan, node.plan.value
    if not plan.lists(node.observed):
        yield facts.NotListed(**node.place, value=value)
        return
    if plan.formatted and not kinds.is_written_as_documented(value, node.observed):
        yield facts.BadFormat(**node.place, value=value)
        return
    unit = kinds.find_other_unit(value, node.observed)
    if unit is not None:
        sure = node.confidence if value.epoch else find_least(node.confidence, "medium")
        yield facts.WrongUnit(**node._replace(confidence=sure).place, value=value, unit=unit)
        return
    for limit, bound, size in kinds.find_exceeded(value, node.observed):
        yield facts.OverLimit(**node.place, limit=limit, bound=bound, size=str(size))


def _walk_items(node: BodyNode, observed: list[Json]) -> Iterator[BodyNode]:
    item, positions = node.plan.item, node.plan.positions
    if item is not None and item.positions and observed and _is_record(item, observed):
        subject = node.subject + ITEMS
        yield BodyNode(item, observed, node.pointer, subject, node.confidence)
        return
    many = item is not None and item.members and len(observed) >= _MANY_ITEMS
    prefilter = prefilter_of(item) if item is not None and many else None
    for index, value in enumerate(observed):
        pointer = f"{node.pointer}/{index}"
        if index in positions:
            field, plan = positions[index]
            sure = find_least(node.confidence, field.confidence)
            yield BodyNode(plan, value, pointer, member(node.subject, field.name), sure)
        elif item is not None:
            if prefilter is None or not prefilter.accepts(value):
                yield BodyNode(item, value, pointer, node.subject + ITEMS, node.confidence)
        elif not positions:
            return


def _is_record(item: Plan, observed: list[Json]) -> bool:
    """Whether ``observed`` is one of the records that are documented by position: such a table does
    not say whether one or several come back."""
    first = observed[0]
    if not isinstance(first, list):
        return not isinstance(first, dict) or _suits_positions(item, observed)
    return _suits_positions(item, observed) and not _suits_positions(item, first)


def _suits_positions(record: Plan, observed: list[Json]) -> bool:
    """Whether all that is documented by position has its type."""
    known = (
        (plan.value, observed[at])
        for at, (_, plan) in record.positions.items()
        if at < len(observed)
    )
    return all(v is None or kinds.fits(kinds.find_sure_kind(value), v) for value, v in known)


def _walk_members(node: BodyNode, observed: dict[str, Json]) -> Iterator[facts.Fact | BodyNode]:
    members = node.plan.members
    if not observed and node.plan.hopes_for_some:
        yield facts.Empty(**node.place, names=tuple(members))
        return
    any_member = node.plan.member
    if any_member is not None:
        for name in (name for name in observed if name not in members):
            at, subject = child(node.pointer, name), member(node.subject, "*")
            yield BodyNode(any_member, observed[name], at, subject, node.confidence)
    is_open = any_member is not None or node.plan.value.closed is Stated.NO
    extra = [] if is_open else [name for name in observed if name not in members]
    lacking = len(observed) - len(extra) < len(members)
    renamed = _find_renamed(node, observed, extra) if extra and lacking else {}
    if _is_another(node, observed, renamed):
        node = node._replace(confidence=find_least(node.confidence, "medium"))
    for name, (field, plan) in members.items():
        if name in observed:
            yield node.member(name, field, plan)
        elif name in renamed:
            yield from _judge_misspelt(node, field, plan, *renamed[name])
        elif field.required is Stated.YES:
            sure = find_least(node.confidence, field.confidence)
            absence = facts.describe_absent(member(node.subject, field.name), field.span, sure)
            yield facts.Missing(**absence, pointer=node.pointer, field=field)
    used = {name for name, _ in renamed.values()}
    yield from _judge_extra(node, observed, [name for name in extra if name not in used])


def _is_another(node: BodyNode, observed: dict[str, Json], renamed: Collection[str]) -> bool:
    """Whether so much is missing that the object may be another than the documented one.  One
    cause, a wrong place of the documentation or of its reading, would be many findings."""
    needed = [name for name, (f, _) in node.plan.members.items() if f.required is Stated.YES]
    absent = sum(name not in observed and name not in renamed for name in needed)
    return absent >= _MUCH and 2 * absent > len(needed)


def _judge_extra(
    node: BodyNode, observed: dict[str, Json], names: list[str]
) -> Iterator[facts.Fact]:
    closed = node.plan.value.closed is Stated.YES
    if len(names) > MANY:
        sample = tuple(islice(names, 5))
        yield facts.ManyExtra(**node.place, names=sample, count=len(names), closed=closed)
        return
    for name in names:
        yield facts.Extra(
            subject=member(node.subject, name),
            pointer=child(node.pointer, name),
            span=node.plan.value.span,
            observed=observed[name],
            confidence=node.confidence,
            owner=node.subject,
            name=name,
            closed=closed,
            absent=tuple(  # those that only an example shows and that could have the value
                other
                for other, (field, plan) in node.plan.members.items()
                if field.shown
                and other not in observed
                and kinds.fits(plan.value.kind, observed[name])
            ),
        )


def _find_renamed(
    node: BodyNode, observed: dict[str, Json], extra: list[str]
) -> dict[str, tuple[str, Similarity]]:
    """Absent members and the undocumented ones that are them under nearly their name.  A similarity
    by a letter or by the order of words is chance as often as not: it counts only when the value is
    what the absent member's would be."""
    absent = tuple(name for name in node.plan.members if name not in observed)
    return {
        name: (other, similarity)
        for name, (other, similarity) in pair(absent, tuple(extra)).items()
        if similarity in ("case", "separators")
        or _suits(name, node.plan.members[name][1], observed[other])
    }


def _suits(name: str, plan: Plan, observed: Json) -> bool:
    """Whether ``observed`` may be of ``plan``: its type and listed values, no finer points."""
    if observed is None:
        return plan.null or not _is_short(name)
    return kinds.fits(plan.value.kind, observed) and plan.lists(observed)


def _is_short(name: str) -> bool:
    """Whether a name is so short that it has neighbours by chance (``side``, ``size``)."""
    return len(fold(name)) < _LONG


def _judge_misspelt(
    node: BodyNode, field: Field, plan: Plan, name: str, similarity: Similarity
) -> Iterator[facts.Fact | BodyNode]:
    found = node.member(name, field, plan)
    likely: Confidence = "medium" if similarity == "word-order" else "high"
    if similarity == "letter" and _is_short(field.name):
        likely = "low"
    unsure = found._replace(confidence=find_least(found.confidence, likely))
    yield facts.Renamed(**unsure.place, field=field, name=name, similarity=similarity)
    yield found
