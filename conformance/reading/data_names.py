"""Which names of an object in a sample are data: currencies, ids, dates, paths.

``{"BTC": {...}, "ETH": {...}}`` is a map: another answer has other names, and each holds the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from conformance.patterns import regex
from conformance.reading.json_text import SampleNode
from conformance.vocabulary import words

_IDENTIFIER = regex(r"[^\W\d][\w$.:@ -]*|[$@][\w$.:@-]+")
"""What a name of a member can be."""
_CODE = regex(r"[A-Z][A-Z0-9]{1,9}(?:[_:-][A-Z0-9]{1,10}){0,3}")
"""A code or several joined, in capitals."""
_LETTER = regex(r"[^\W\d_]")
_JOINT = regex(r"[_:-]")
_MOST_CODES = 3
_CONTAINERS = frozenset({"object", "array"})
_ALIKE = 0.5
"""Of the names in two objects, those that both have where they are of one kind."""


def data_names(members: Mapping[str, Sequence[SampleNode]], elided: bool = False) -> frozenset[str]:
    """Those of the names that are data: all or none of what could be a name of a member.

    Where the object is ``elided``, the others are left out.
    """
    odd = frozenset(name for name in members if not _IDENTIFIER.fullmatch(name))
    names = [name for name in members if name not in odd]
    if names:  # ``24h_high`` beside names is one, too
        odd = frozenset(name for name in odd if "/" in name or not _LETTER.search(name))
    return odd | frozenset(names) if _are_codes(names, members, elided) else odd


def repeated_names(names: Collection[str]) -> frozenset[str]:
    """The names that tell the same of each of several currencies: ``btc_free``, ``btc_locked``,
    ``usd_free``, ``usd_locked``.  Another answer has them for others."""
    stated: dict[str, set[str]] = {}
    for name in names:
        currency, joint, rest = name.partition("_")
        if currency.lower() in _load_currencies():
            stated.setdefault(currency, set()).add(joint + rest)
    alike = len(stated) > 1 and len(set(map(frozenset, stated.values()))) == 1
    rests = next(iter(stated.values())) if alike else set()
    return frozenset(c + rest for c in stated for rest in rests) if len(rests) > 1 else frozenset()


def _are_codes(
    names: Sequence[str], members: Mapping[str, Sequence[SampleNode]], elided: bool
) -> bool:
    kinds = {n.kind for name in names for n in members[name]} - {"null", "unknown"}
    if not names or len(kinds) > 1:
        return False
    in_capitals = all(map(_CODE.fullmatch, names))
    if any(map(_is_currencies, names)) and (in_capitals or all(map(_has_currency, names))):
        return True
    if kinds <= _CONTAINERS and all(_is_quoted(name, elided) for name in names):
        return True
    objects = [node for name in names for node in members[name] if node.members]
    return in_capitals and len(objects) > 1 and all(_is_like(objects[0], o) for o in objects[1:])


def _is_like(one: SampleNode, other: SampleNode) -> bool:
    """Whether two objects have most names in common, or one has those of the other and more."""
    one_names, other_names = one.members.keys(), other.members.keys()
    both, either = one_names & other_names, one_names | other_names
    return len(both) > _ALIKE * len(either) or both in (one_names, other_names)


def _is_currencies(name: str) -> bool:
    """Whether a name is a currency or a pair of them and nothing else."""
    parts = _JOINT.split(name.lower())
    known = _load_currencies()
    glued = len(parts) == 1 and any(
        name[:at].lower() in known and name[at:].lower() in known for at in (3, 4)
    )
    return glued or (len(parts) <= _MOST_CODES and known.issuperset(parts))


def _has_currency(name: str) -> bool:
    """Whether one part of a pair is a currency."""
    parts = _JOINT.split(name.lower())
    known = _load_currencies()
    if len(parts) == 1:
        return parts[0] in known or parts[0][-3:] in known or parts[0][-4:] in known
    return len(parts) <= _MOST_CODES and not known.isdisjoint(parts)


def _is_quoted(name: str, elided: bool) -> bool:
    """Whether a name is of something unknown in a known currency: ``new-usd``; ``new_usd`` may be a
    name as others are, unless what stands beside it is left out."""
    _, joint, quote = name.lower().rpartition("-")
    if not joint and elided:
        _, joint, quote = name.lower().rpartition("_")
    return bool(joint) and quote in _load_currencies()


@cache
def _load_currencies() -> frozenset[str]:
    return frozenset(words("currencies"))
