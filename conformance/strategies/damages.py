"""Single damages to a valid response, each with the one finding it has to give.

Only what the documentation speaks against is a damage: that a member is gone whose presence is
not stated, or that a value without a type has another one, is none.  Left out is also what
breaks two promises at once, such as another value for a number that is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import partial
from itertools import chain, count, islice
from typing import Final

from conformance.model.interaction import Interaction
from conformance.model.operation import Json, Kind, Operation, Response, Stated
from conformance.reading.facets.units import unit_of_moment
from conformance.schema import kinds
from conformance.schema.json_schema import index_by_name
from conformance.strategies.edits import BodyEdit, Case, EditSite, remove_at, rename_at, replace_at
from conformance.strategies.invariants import list_breaches, recount, value_at
from conformance.strategies.values import SECOND, is_moment
from conformance.vocabulary.similar_names import fold

_LONGEST: Final = 60
_SHORTEST: Final = 5
"""Folded names shorter than this have neighbours by chance."""
_WRONG_TYPE: Final[dict[Kind, tuple[Json, ...]]] = {
    "string": (7, []),
    "integer": ("seven", 0.5, []),
    "number": ("seven", []),
    "boolean": ("true", 1),
    "object": ("seven", []),
    "array": ("seven", {}),
}
_MISWRITTEN: Final[dict[str, Json]] = {
    "uuid": "6a0e1d7c-52b9-4f7e-9d1c",
    "date-time": "yesterday at noon",
    "date": "2020-13-45",
    "decimal": "1.2.3",
    "int32": 2**31,
    "int64": 2**63,
}
_MOST: Final = 10_000
"""Bounds beyond this are not exceeded: the body would be as large."""
_COARSER: Final = {"ms": 1000, "us": 1000, "ns": 10**6}
"""What a moment is divided by to be one in a coarser unit; seconds become finer."""
_OTHER_STATUSES: Final = (409, 418, 503, 202)
_ENVELOPE: Final = ("code", "message", "data", "status", "reason", "result")
_HTML: Final = b"<!doctype html>\n<html><body><h1>502 Bad Gateway</h1></body></html>\n"


def misspell_name(name: str, others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Slips in ``name`` with the names they give, so far as these are near none of ``others``."""
    if len(name) > _LONGEST or not name.isascii():
        return
    slips = [("rename-case", name.swapcase())]
    middle, long = len(name) // 2, len(fold(name)) >= _SHORTEST
    if long and name[-1].isalpha():
        slips.append(("rename-letter-added", f"{name}{'s' if name[-1] != 's' else 'e'}"))
    if long and name[middle - 1 : middle + 2].isalpha() and name[middle] != name[middle + 1]:
        slips.append(("rename-letter-dropped", name[:middle] + name[middle + 1 :]))
    for kind, slip in slips:
        if slip != name and not any(is_similar(slip, o) for o in others if o != name):
            yield kind, slip


def invent_name(names: Iterable[str]) -> str:
    """A name that nobody takes for one of ``names``."""
    lengths = {len(fold(name)) + more for name in names for more in (-1, 0, 1)}
    name = "undocumented"
    while len(name) in lengths:
        name += "x"
    return name


def is_similar(name: str, other: str) -> bool:
    """Whether two names may be confused: one letter apart, or of the same letters."""
    both = first, second = fold(name), fold(other)
    if sorted(first) == sorted(second):
        return True
    shorter = [{text, *(text[:at] + text[at + 1 :] for at in range(len(text)))} for text in both]
    return abs(len(first) - len(second)) < 2 and not shorter[0].isdisjoint(shorter[1])


def list_damages(
    operation: Operation, response: Response, interaction: Interaction
) -> tuple[BodyEdit, ...]:
    """Every single damage to the valid ``interaction`` that got ``response``, in a fixed order."""
    case = Case(operation, response, interaction)
    found = [edit for site in case.sites() for kind in _AT_PLACES for edit in kind(case, site)]
    return (*found, *_damage_whole(case), *list_breaches(case))


def _drop(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    if site.field is not None and site.field.required is Stated.YES:
        body = remove_at(case.body, site.steps)
        yield case.body_edit("drop-required", "missing-field", site.steps[:-1], site.path, body)


def _retype(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    if site.value.kind is None or site.observed is None:
        return
    for other in _WRONG_TYPE[site.value.kind]:
        free = site.path not in case.bound or isinstance(other, list | dict)
        if free and not kinds.fits(kinds.find_sure_kind(site.value), other):
            named = "fraction" if isinstance(other, float) else kinds.kind_of(other)
            kind = f"type-{site.value.kind}-to-{named}"
            yield case.edit(kind, "type-mismatch", site, other)


def _nullify(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    if site.observed is not None and not kinds.admits_null(site.value):
        yield case.edit("null", "undocumented-null", site, None)


def _unlist(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    listed = kinds.list_allowed(site.value)
    if not listed or site.observed is None or site.path in case.bound:
        return
    for other in ("NONE_OF_THESE", 987_654_321, True, False):
        if kinds.fits(site.value.kind, other) and not any(other == m for m in listed):
            yield case.edit("unlisted-value", "unknown-enum-value", site, other)
            return


def _damage_writing(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    form = site.value.format
    if form not in _MISWRITTEN or not _is_free(case, site):
        return
    other = _MISWRITTEN[form]
    if isinstance(other, str) == isinstance(site.observed, str) and kinds.fits(
        site.value.kind, other
    ):
        yield case.edit(f"not-a-{form}", "format-mismatch", site, other)


def _is_free(case: Case, site: EditSite) -> bool:
    """Whether another scalar here breaks no promise but that of its own value."""
    scalar = isinstance(site.observed, str | int | float) and not isinstance(site.observed, bool)
    return scalar and site.path not in case.bound and not kinds.list_allowed(site.value)


def _change_unit(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    value, unit = site.value, unit_of_moment(site.value)
    if not is_moment(value) or unit is None or not _is_free(case, site):
        return
    number = int(float(site.observed)) if isinstance(site.observed, float) else int(site.observed)  # type: ignore[arg-type]
    if not 10**9 <= number // SECOND[unit] < 10**10:
        return
    other = number // _COARSER[unit] if unit in _COARSER else number * 1000
    low, high = kinds.RANGES.get(value.format or "", (other, other))
    if low <= other <= high:
        written: Json = str(other) if isinstance(site.observed, str) else other
        yield case.edit(f"unit-not-{unit}", "unit-mismatch", site, written)


def _damage_bounds(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    if isinstance(site.observed, list):
        yield from _resize(case, site, site.observed)
    elif _is_free(case, site) and not is_moment(site.value):
        if isinstance(site.observed, str) and site.value.format is None:
            limits = site.value.limits
            if limits.max_length is not None and limits.max_length < _MOST:
                yield case.edit("too-long", "limit-exceeded", site, "x" * (limits.max_length + 1))
            if limits.min_length:
                yield case.edit("too-short", "limit-exceeded", site, "x" * (limits.min_length - 1))
        elif not isinstance(site.observed, str) or site.value.format == "decimal":
            yield from _exceed_range(case, site)


def _resize(case: Case, site: EditSite, observed: list[Json]) -> Iterator[BodyEdit]:
    limits = site.value.limits
    if limits.max_items is not None and observed and limits.max_items < _MOST:
        more = observed + [
            deepcopy(observed[-1]) for _ in range(len(observed), limits.max_items + 1)
        ]
        yield _build_recount(case, case.edit("too-many-items", "limit-exceeded", site, more))
    if limits.min_items:
        fewer = observed[: limits.min_items - 1]
        yield _build_recount(case, case.edit("too-few-items", "limit-exceeded", site, fewer))


def _build_recount(case: Case, edit: BodyEdit) -> BodyEdit:
    """``edit`` with every count put right, so that it breaks one promise and not two."""
    body = deepcopy(edit.body)
    if case.response.value is not None:
        recount(body, case.response.value, case.operation.invariants)
    return replace(edit, body=body)


def _exceed_range(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    limits = site.value.limits
    beyond = (
        ("too-great", limits.maximum, 1),
        ("too-great", limits.exclusive_maximum, 0),
        ("too-small", limits.minimum, -1),
        ("too-small", limits.exclusive_minimum, 0),
    )
    low, high = kinds.RANGES.get(site.value.format or "", (None, None))
    for kind, bound, step in beyond:
        other = None if bound is None else bound + step
        if other is None or (
            not kinds.fits(site.value.kind, other) and not isinstance(site.observed, str)
        ):
            continue
        if low is None or high is None or low <= other <= high:
            written: Json = f"{other}" if isinstance(site.observed, str) else other
            yield case.edit(kind, "limit-exceeded", site, written)


def _add(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    if not site.names_members:
        return
    name = invent_name(index_by_name(site.value.fields))
    steps, path = (*site.steps, name), (*site.path, name)
    body = replace_at(case.body, steps, "surprise")
    yield case.body_edit("add-undocumented", "undocumented-field", steps, path, body)


def _misname(case: Case, site: EditSite) -> Iterator[BodyEdit]:
    """A name is a slip only when nothing else that is documented beside it is as near."""
    value = case.response.value
    holder = None if value is None else value_at(site.path[:-1], value)
    beside = index_by_name(holder.fields) if holder is not None else {}
    if site.field is None or site.observed is None:
        return
    if len(site.steps) == 1 and isinstance(site.observed, list | dict):
        kept = len(case.body) - 1 if isinstance(case.body, dict) else 0
        if 2 * kept <= len(beside):
            return  # the body could as well be the record wrapped
    for kind, name in misspell_name(str(site.steps[-1]), beside):
        body = rename_at(case.body, site.steps, name)
        way = (*site.steps[:-1], name)
        yield case.body_edit(kind, "near-miss-name", way, site.path, body)


_AT_PLACES: Final[tuple[Callable[[Case, EditSite], Iterator[BodyEdit]], ...]] = (
    _drop, _retype, _nullify, _unlist, _damage_writing,
    _change_unit, _damage_bounds, _add, _misname,
)  # fmt: skip


def _damage_whole(case: Case) -> Iterator[BodyEdit]:
    """What is done to a response as a whole."""
    at_top = partial(BodyEdit, pointer="", subject=case.root)
    content = case.interaction.reply.body
    if case.is_json:
        bare = content.strip()
        if bare[:1] in (b"{", b"["):
            yield at_top(kind="cut-short", rule="not-json", content=bare[: len(bare) // 2])
        yield at_top(kind="html", rule="not-json", content=_HTML)
        yield at_top(kind="empty", rule="not-json", content=b"")
        if _is_recognisable(case):  # one member of three, as exchanges wrap their answers
            known = index_by_name(case.response.value.fields) if case.response.value else {}
            names = (name for name in chain(_ENVELOPE, map(str, count())) if name not in known)
            code, note, data = islice(names, 3)
            wrapped: Json = {code: 0, note: "", data: case.body}
            yield case.body_edit("wrap", "undocumented-envelope", (data,), (), wrapped)
    for status in list_undocumented_statuses(case.operation):
        yield BodyEdit(
            kind=f"status-{status}",
            rule="undocumented-status",
            pointer="",
            subject=f"responses.{status}",
            content=content,
            status=status,
        )


def _is_recognisable(case: Case) -> bool:
    """Whether so much of the record is there that it can be recognised by its names alone."""
    value = case.response.value
    record, observed = value, [case.body]
    if value is not None and value.kind == "array" and isinstance(case.body, list):
        record, observed = kinds.item_of(value), case.body
    known = index_by_name(record.fields) if record else {}
    found = {n for item in observed[:20] if isinstance(item, dict) for n in known if n in item}
    return len(found) >= min(2, len(known)) and 2 * len(found) >= len(known) > 0


def list_undocumented_statuses(operation: Operation) -> tuple[int, ...]:
    """Some statuses that the page does not have, in a fixed order."""
    known = {r.status.upper() for r in operation.responses}
    stated = all(r.stated for r in operation.responses)
    return tuple(
        status
        for status in _OTHER_STATUSES
        if not {str(status), f"{status // 100}XX", "DEFAULT"} & known and (status >= 300 or stated)
    )
