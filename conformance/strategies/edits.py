"""Edits of a valid response and of the JSON in it; all that is not on the way is shared."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from conformance.model.interaction import Interaction
from conformance.model.operation import Json

Steps: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
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
    """The body that results, when it still is JSON."""
    content: bytes | None = field(default=None, repr=False)
    """The body's bytes, where they matter."""
    status: int | None = None
    """The status that results, where it is another."""

    def done_to(self, interaction: Interaction) -> Interaction:
        """``interaction`` with this edit's response."""
        reply = interaction.reply
        content = self.content
        if content is None:
            content = json.dumps(self.body, ensure_ascii=False).encode()
        status = reply.status if self.status is None else self.status
        return replace(interaction, reply=replace(reply, body=content, status=status))


def replaced(body: Json, steps: Steps, value: Json) -> Json:
    """``body`` with ``value`` at ``steps``; a member that is not there yet is added."""
    return edited(body, steps, lambda _: value)


def removed(body: Json, steps: Steps) -> Json:
    """``body`` without the member at ``steps``."""
    name = steps[-1]
    return edited(body, steps[:-1], lambda held: {k: v for k, v in _members(held) if k != name})


def renamed(body: Json, steps: Steps, name: str) -> Json:
    """``body`` with the member at ``steps`` under another name, in its old place."""
    old = steps[-1]
    return edited(
        body, steps[:-1], lambda held: {(name if k == old else k): v for k, v in _members(held)}
    )


def edited(body: Json, steps: Steps, edit: Callable[[Json], Json]) -> Json:
    """``body`` with whatever is at ``steps`` edited."""
    if not steps:
        return edit(body)
    step, rest = steps[0], steps[1:]
    if isinstance(body, list) and isinstance(step, int):
        return [edited(item, rest, edit) if n == step else item for n, item in enumerate(body)]
    if isinstance(body, dict) and isinstance(step, str):
        return {**body, step: edited(body.get(step), rest, edit)}
    return body


def _members(held: Json) -> list[tuple[str, Json]]:
    return list(held.items()) if isinstance(held, dict) else []
