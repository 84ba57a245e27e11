"""Edits of a valid response and of the JSON in it; all that is not on the way is shared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from conformance.evidence.body import load_json
from conformance.model.interaction import Interaction
from conformance.model.operation import Field, Json, Operation, Response, Stated, Value
from conformance.schema import kinds
from conformance.schema.json_schema import MAX_DEPTH, index_by_name
from conformance.schema.kinds import steps

Steps: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEdit:
    """One edit of one response: a damage, or a change that makes no difference."""

    kind: str
    """What is done, in kebab-case (``drop-required``)."""
    rule: str
    """Id of the rule that has to find it; empty when nothing may be found."""
    pointer: str
    """JSON Pointer (RFC 6901) it is to be found at; of the object, for what is gone from it."""
    subject: str
    """Dotted name of what the finding is about (``responses.200.orders[].uuid``)."""
    body: Json = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    status: int | None = None

    def apply_to(self, interaction: Interaction) -> Interaction:
        reply = interaction.reply
        content = self.content
        if content is None:
            content = json.dumps(self.body, ensure_ascii=False).encode()
        status = reply.status if self.status is None else self.status
        return replace(interaction, reply=replace(reply, body=content, status=status))


def replace_at(body: Json, steps: Steps, value: Json) -> Json:
    """``body`` with ``value`` at ``steps``; a member that is not there yet is added."""
    return edit_at(body, steps, lambda _: value)


def remove_at(body: Json, steps: Steps) -> Json:
    """``body`` without the member at ``steps``."""
    return _with_names(body, steps, lambda name: [] if name == steps[-1] else [name])


def rename_at(body: Json, steps: Steps, name: str) -> Json:
    """``body`` with the member at ``steps`` under another name, in its old place."""
    return _with_names(body, steps, lambda old: [name if old == steps[-1] else old])


def _with_names(body: Json, steps: Steps, names: Callable[[str], list[str]]) -> Json:
    def edit(item: Json) -> Json:
        members = item.items() if isinstance(item, dict) else ()
        return {name: value for old, value in members for name in names(old)}

    return edit_at(body, steps[:-1], edit)


def edit_at(body: Json, steps: Steps, edit: Callable[[Json], Json]) -> Json:
    """``body`` with whatever is at ``steps`` edited."""
    if not steps:
        return edit(body)
    step, rest = steps[0], steps[1:]
    if isinstance(body, list) and isinstance(step, int):
        return [edit_at(item, rest, edit) if n == step else item for n, item in enumerate(body)]
    if isinstance(body, dict) and isinstance(step, str):
        return {**body, step: edit_at(body.get(step), rest, edit)}
    return body


class EditSite(Struct, frozen=True):
    """One value in the body."""

    value: Value
    observed: Json
    steps: Steps = ()
    path: tuple[str, ...] = ()
    """The steps as the page has them, ``[]`` for any item."""
    field: Field | None = None
    """The member it is, unless it is an item or the whole body."""

    @property
    def names_members(self) -> bool:
        """Whether the page says which members the object has."""
        is_typed = bool(self.value.fields) or self.value.closed is Stated.YES
        return is_typed and isinstance(self.observed, dict)


def pointer_to(way: Steps) -> str:
    """The JSON Pointer of the value that ``way`` leads to."""
    return reduce(kinds.child, way, "")


@dataclass(frozen=True, slots=True)
class Case:
    """A valid response to one operation, ready to be edited."""

    operation: Operation
    response: Response
    interaction: Interaction
    body: Json = field(init=False)
    bound: frozenset[tuple[str, ...]] = field(init=False)
    """Paths of the scalars that invariants compare: other values there break more than one rule."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", load_json(self.interaction.reply.body))
        bound = (
            steps(path)
            for invariant in self.operation.invariants
            for path in invariant.paths[: 1 if invariant.kind == "count" else None]
        )
        object.__setattr__(self, "bound", frozenset(bound))

    @property
    def root(self) -> str:
        return f"responses.{self.response.status}"

    @property
    def is_json(self) -> bool:
        """Whether the page documents a JSON body."""
        value = self.response.value
        if value is None:
            return False
        shaped = value.kind in ("object", "array") or bool(value.fields)
        return shaped or "json" in self.response.media_type.lower()

    def subject(self, path: tuple[str, ...]) -> str:
        return reduce(
            lambda s, step: s + kinds.ITEMS if step == kinds.ITEMS else kinds.member(s, step),
            path,
            self.root,
        )

    def sites(self) -> Iterator[EditSite]:
        """Every documented value of the body, holders before what they hold."""
        if self.response.value is not None and self.is_json:
            yield from _walk_sites(EditSite(self.response.value, self.body))

    def edit(self, kind: str, rule: str, site: EditSite, value: Json) -> BodyEdit:
        """The edit that puts ``value`` at ``site``."""
        body = replace_at(self.body, site.steps, value)
        return self.body_edit(kind, rule, site.steps, site.path, body)

    def body_edit(
        self, kind: str, rule: str, way: Steps, path: tuple[str, ...], body: Json
    ) -> BodyEdit:
        """The edit that makes ``body`` of it, to be found at ``way`` about ``path``."""
        subject = self.subject(path)
        return BodyEdit(kind=kind, rule=rule, pointer=pointer_to(way), subject=subject, body=body)


def _walk_sites(site: EditSite, depth: int = 0) -> Iterator[EditSite]:
    yield site
    if depth >= MAX_DEPTH:
        return
    observed, item = site.observed, kinds.item_of(site.value)
    if isinstance(observed, dict):
        for name, found in index_by_name(site.value.fields).items():
            if name in observed:
                way, path = (*site.steps, name), (*site.path, name)
                inner = EditSite(found.value, observed[name], way, path, found)
                yield from _walk_sites(inner, depth + 1)
    elif isinstance(observed, list) and item is not None:
        for index, element in enumerate(observed):
            way, path = (*site.steps, index), (*site.path, kinds.ITEMS)
            yield from _walk_sites(EditSite(item, element, way, path), depth + 1)


def list_harmless_edits(
    operation: Operation, response: Response, interaction: Interaction
) -> tuple[BodyEdit, ...]:
    """Every single edit of the valid ``interaction`` that no rule may find, in a fixed order."""
    case = Case(operation, response, interaction)
    found = [edit for site in case.sites() for kind in _AT_PLACES for edit in kind(case, site)]
    escaped, spaced = json.dumps(case.body), f"\n{json.dumps(case.body, indent=4)}\n\t "
    at_top = partial(BodyEdit, rule="", pointer="", subject=case.root)
    blanks = at_top(kind="blanks", content=spaced.encode())
    return (*found, blanks, at_top(kind="escapes", content=escaped.encode()))


def _drop(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    """Not stated as always there: it may be absent, if it is not all there is of the object."""
    if site.field is None or site.field.required is Stated.YES:
        return
    holder = kinds.resolve(pointer_to(site.steps[:-1]), case.body)
    if isinstance(holder, dict) and len(holder) > 1:
        body = remove_at(case.body, site.steps)
        yield case.body_edit("drop-optional", "", site.steps, site.path, body)


def _edit_null(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    if site.observed is not None and kinds.admits_null(site.value):
        yield case.edit("null-where-allowed", "", site, None)


def _reorder(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    if isinstance(site.observed, dict) and len(site.observed) > 1:
        yield case.edit("reorder", "", site, dict(reversed(site.observed.items())))


def _change_whole_number(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    """An integer is a number."""
    if (
        site.value.kind != "number"
        or not isinstance(site.observed, float)
        or kinds.list_allowed(site.value)
    ):
        return
    near = int(site.observed)
    if site.path not in case.bound and not any(kinds.find_exceeded(site.value, near)):
        yield case.edit("integer-for-number", "", site, near)


_AT_PLACES: Final[tuple[Callable[[Case, EditSite], Iterator[BodyEdit]], ...]] = (
    _drop,
    _edit_null,
    _reorder,
    _change_whole_number,
)
