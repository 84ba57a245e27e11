"""Relations that names and prose promise: counts, disjoint outcomes, nothing unasked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Literal, TypeAlias

from msgspec.structs import replace

from conformance.model.operation import Field, Group, Invariant, Parameter, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.vocabulary import phrases, word_set

GroupKind: TypeAlias = Literal["exactly-one", "at-most-one", "at-least-one"]

_BINDINGS = ("either", "one-of", "must")
_SENTENCES = regex(r"(?<=[.!?。！？])\s+|\n")


def find_groups(texts: Iterable[tuple[str, Span]], names: Sequence[str]) -> tuple[Group, ...]:
    """Groups over the inputs ``names`` stated in ``texts``; one group for the same inputs."""
    by_bare = {name.removesuffix("[]").lower(): name for name in names}
    found: dict[tuple[str, ...], Group] = {}
    for text, span in texts:
        for group in _in_text(text, span, by_bare):
            order = tuple(n for n in names if n in group.names)
            known = found.get(order)
            if known is None or known.kind != "exactly-one":
                found[order] = Group(kind=group.kind, names=order, span=group.span)
    return tuple(found.values())


def _in_text(text: str, span: Span, by_bare: dict[str, str]) -> Iterator[Group]:
    bindings = [b for b in _BINDINGS if phrases(f"groups.{b}").may_stand_in(text)]
    for sentence in _SENTENCES.split(text) if bindings else ():
        for binding in bindings:
            for hit in phrases(f"groups.{binding}").finditer(sentence):
                wording = [name.removesuffix("[]").lower() for name in hit.slots.values()]
                names = tuple(by_bare[s] for s in wording if s in by_bare)
                if len(set(names)) >= 2 and len(names) == len(wording):
                    here = replace(span, quote=sentence.strip()[:160])
                    yield Group(kind=_choose_kind(sentence, text), names=names, span=here)


def _choose_kind(sentence: str, text: str) -> GroupKind:
    exclusive = any(map(phrases("groups.not-both").found_in, (sentence, text)))
    if exclusive:
        return "exactly-one" if phrases("groups.needed").found_in(sentence) else "at-most-one"
    return "at-least-one"


_PARTS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MAX_PAIRS = 64
_IDENTITIES = ("uuid", "id", "guid")


def find_invariants(body: Value, inputs: Sequence[Parameter | Field]) -> tuple[Invariant, ...]:
    """Invariants of one response body; ``inputs`` are all that a request may have."""
    is_paged = any(_split_words(given.name) & word_set("paging.inputs") for given in inputs)
    found = [*_find_counts(body, "", is_paged=is_paged), *_find_disjoint(body)]
    paths = [path for inv in found if inv.kind == "disjoint" for path in inv.paths]
    lists = tuple(given.name for given in inputs if given.value.kind == "array")
    return (*found, *_find_within(body, tuple(dict.fromkeys(paths)), lists))


def _split_words(name: str) -> set[str]:
    return {word.lower() for word in _PARTS.findall(name)}


def _find_counts(value: Value, prefix: str, *, is_paged: bool) -> Iterator[Invariant]:
    """An integer beside an array, both stated to be about the same things.

    Beside a page of a list, a total is that of all pages.
    """
    target = value.fields
    arrays = [f for f in target if f.value.kind == "array"]
    for field in target:
        if is_paged and _split_words(field.name) & word_set("paging.whole"):
            continue
        if field.value.kind in ("integer", "number") and _is_count(field.name):
            counted = _find_counted_array(field, arrays)
            if counted:
                paths = (f"{prefix}{field.name}", f"{prefix}{counted.name}")
                yield Invariant(kind="count", paths=paths, span=field.span)
    for field in target:
        if field.value.kind == "object":
            yield from _find_counts(field.value, f"{prefix}{field.name}.", is_paged=is_paged)


def _is_count(name: str) -> bool:
    """Whether a name ends like that of a number of things: ``total``, ``orderCount``."""
    words = _PARTS.findall(name)
    return bool(words) and words[-1].lower() in word_set("names.count")


def _find_counted_array(field: Field, arrays: list[Field]) -> Field | None:
    """The sibling array whose name the count's own words say."""
    hit = phrases("counts.of").search(field.value.description)
    if not hit:
        return None
    what = next(iter(hit.slots.values())).lower().rstrip("s")
    named = [a for a in arrays if what and what in a.name.lower()]
    return named[0] if len(named) == 1 else None


def _find_disjoint(value: Value) -> Iterator[Invariant]:
    """Two members named as opposite outcomes, each with items that carry the same identity."""
    done = [f for f in value.fields if f.name.lower().startswith(tuple(word_set("names.done")))]
    undone = [f for f in value.fields if f.name.lower().startswith(tuple(word_set("names.undone")))]
    for first, second in islice(product(done, undone), _MAX_PAIRS):
        left, right = _find_identities(first), _find_identities(second)
        shared = next(((a, b) for a in left for b in right if _cut_leaf(a) == _cut_leaf(b)), None)
        if shared:
            yield Invariant(kind="disjoint", paths=shared, span=first.span)


def _cut_leaf(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _find_identities(field: Field) -> list[str]:
    """Paths of the identity members of the items under ``field``."""
    return [p for p in _list_paths(field, "") if "[]" in p and _is_identity(_cut_leaf(p))]


def _is_identity(name: str) -> bool:
    low = name.lower()
    return low in _IDENTITIES or low.endswith(("_id", "uuid")) or name.endswith(("Id", "ID"))


def _list_paths(field: Field, prefix: str) -> Iterator[str]:
    here = f"{prefix}{field.name}"
    value, suffix = field.value, ""
    while value.kind == "array" and value.items is not None:
        value, suffix = value.items, suffix + "[]"
    if not value.fields:
        yield here + suffix
    for child in value.fields:
        yield from _list_paths(child, f"{here}{suffix}.")


def _find_within(
    body: Value, paths: tuple[str, ...], request_names: tuple[str, ...]
) -> Iterator[Invariant]:
    """Outcomes listed by identity can only be of what the request listed by that identity."""
    for name in request_names:
        bare = name.removesuffix("[]")
        for suffix in ("s", "List", "_list", "es"):
            if bare.endswith(suffix) and (item := bare.removesuffix(suffix)):
                hits = tuple(p for p in paths if _cut_leaf(p).lower() == item.lower())
                if hits:
                    yield Invariant(
                        kind="within-request", paths=hits, span=body.span, request_name=name
                    )
                break
