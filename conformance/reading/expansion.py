"""Objects that rows point to, spelled out once wherever the outcome has to be the same."""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

from msgspec import Struct, field

from conformance.model.operation import Field
from conformance.reading.rows.row import FieldTable

MAX_REPEATED = 2000
"""Times one object is spelled out: objects that point to each other grow without end."""
DEEP = 2
"""Objects around one that is itself spelled out within itself, once."""
_MAX_DEPTH = 32
"""Objects in objects, each documented elsewhere: a longer chain is no API's."""

_Key: TypeAlias = tuple[int, bool, int, int]
"""Identity of the table, whether it is an input, and how deep it stands and how often a member
around it may be absent, as far as that counts."""


class Around(Struct, frozen=True):
    """What of objects documented elsewhere is around a member that is being spelled out."""

    objects: tuple[str, ...] = ()
    """Their keys, outermost first."""
    is_partial: bool = False
    """Whether one of them has only some of its members, nobody knows which, so that the objects
    in it are not spelled out."""
    absences: int = 0
    """How many of their members on the way are set apart as ones that may be absent."""

    def enter(self, key: str, *, is_partial: bool = False) -> Around:
        """The same with one more object around."""
        return Around((*self.objects, key), is_partial or self.is_partial, self.absences)


class Expansion(Struct):
    """One object while it is spelled out, and what of the objects around it that depends on."""

    table: FieldTable
    is_input: bool
    around: Around
    """The objects it stands in."""
    met: set[str] = field(default_factory=set)
    """Keys of the objects that it leads to, cut off or not."""
    spelled: Counter[str] = field(default_factory=Counter)
    """How often each of them was spelled out within it."""
    fields: tuple[Field, ...] = ()

    @property
    def key(self) -> _Key:
        depth = min(len(self.around.objects), DEEP + 1)
        return id(self.table), self.is_input, depth, self.around.absences


class Expansions:
    """The objects of one page that were spelled out, and how often.

    The fields of an object depend on those around it only where it leads back to one of them.  One
    that was left out for having been spelled out too often is left out ever after.
    """

    def __init__(self) -> None:
        self._repeated: Counter[str] = Counter()
        self._done: dict[_Key, Expansion] = {}
        self._open: list[Expansion] = []

    def admits(self, key: str, around: Around) -> bool:
        """Whether an object is to be spelled out once more within those ``around`` it."""
        if self._open:
            self._open[-1].met.add(key)
        if self._repeated[key] >= MAX_REPEATED or len(around.objects) >= _MAX_DEPTH:
            return False
        return around.objects.count(key) <= (len(around.objects) <= DEEP)

    def find(self, wanted: Expansion) -> tuple[Field, ...] | None:
        """The fields of an object that is spelled out already, counted as another time."""
        found = self._done.get(wanted.key)
        if found is None or not found.met.isdisjoint(wanted.around.objects):
            return None
        repeated = self._repeated
        if any(repeated[key] + times > MAX_REPEATED for key, times in found.spelled.items()):
            return None
        repeated.update(found.spelled)
        self._pass_on(found)
        return found.fields

    def begin(self, expansion: Expansion, key: str) -> None:
        """Count what is met from now on as part of ``expansion``."""
        expansion.met.add(key)
        expansion.spelled[key] += 1
        self._repeated[key] += 1
        self._open.append(expansion)

    def end(self, fields: tuple[Field, ...]) -> tuple[Field, ...]:
        """Keep the fields of the expansion begun last where they hold elsewhere, too."""
        done = self._open[-1]
        done.fields = fields
        if done.met.isdisjoint(done.around.objects):
            self._done[done.key] = done
        return self.discard(fields)

    def discard(self, fields: tuple[Field, ...]) -> tuple[Field, ...]:
        """End the expansion begun last, whose fields hold for one row alone."""
        self._pass_on(self._open.pop())
        return fields

    def _pass_on(self, done: Expansion) -> None:
        if self._open:
            outer = self._open[-1]
            outer.met |= done.met
            outer.spelled.update(done.spelled)
