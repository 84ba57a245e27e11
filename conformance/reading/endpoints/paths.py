"""How documentation writes a path: its placeholders in any notation, its optional parts.

Whatever the page's own notation, a path ends as ``/orders/{id}`` (RFC 6570, level 1).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from urllib.parse import parse_qsl

from conformance.patterns import regex

_NAME = r"[A-Za-z_]\w*(?:-\w+)*"
SERVER = (
    r"(?:https?|http\(s\)|wss?)://"
    r"(?:\{[^{}\n/]{1,40}\}|\([^()\n/]{1,40}\)|\[[^\[\]\n/]{1,40}\]|[\w.\-:{}$])++"
    r"|\{\{?[\w-][\w -]{0,40}\}?\}|\$(?:\w+|\{[\w:.-]+\})|<[A-Za-z][\w -]{0,40}>(?::\d{2,5}(?=/))?"
    r"|(?:localhost|\d{1,3}(?:\.\d{1,3}){3})(?::\d{2,5})?(?=/)|\.\.\.|…"
)
_BRACES = r"[$#]?\\?\{[^{}\n`]{1,80}\}|\{\{[^{}\n`]{1,80}\}\}"
_PIECES = (
    r"[A-Za-zÀ-ÖØ-öø-ɏ0-9_.~!+:@%/\\$-]++",
    _BRACES,
    r"< ?[^\W\d][^<>\n/]{0,60}>",
    r"\(/[^()\s]{1,60}\)|\[/[^\[\]\s]{1,60}\]",  # an optional part
    r"(?<=/)\([^()\n/]{1,60}\)|(?<=/)\[[\w.-]{1,40}\]",  # a placeholder in brackets
    r"(?<=\w)\('?\{[\w-]{1,60}\}'?\)",  # a key: Users('{id}')
    r"\?(?:[^\s`\"'|)）<{]|<[^<>\n]{0,60}>|\{[^{}\n]{0,80}\})*+",
)
_ROOTED = rf"(?:{'|'.join(_PIECES)})*+(?!\{{)"
PATH = rf"/(?![/*]){_ROOTED}"
TARGET = rf"(?P<server>{SERVER})?(?P<path>{PATH})"
RELATIVE = rf"(?P<server>)(?P<path>[a-z][\w.-]*+/(?!/){_ROOTED})"
"""A path that the page writes without the slash it begins with."""

_VARIABLE = regex(r"^\W?\{(?:[\w-]+|\{[\w-]+\})\}(?=\w[^\s]*/)")
_OPTIONAL = regex(r"\((/[^()\s]+)\)|\[(/[^\[\]\s]+)\]")
_EITHER = regex(r"(?<=/)[(\[]([\w-]+(?:\s?\\?\|\s?[\w-]+)+)[)\]]")
_QUERY_TEMPLATE = regex(r"\{[?&#][^{}]*\}")
_PLACEHOLDER = regex(
    r"[$#]?\{\{?\s*(?P<braced>[^{}]+?)\s*\}?\}"
    rf"|(?<=/):(?P<colon>{_NAME}(?::{_NAME})*)"
    r"|< ?(?P<angle>[^\W\d][^<>/]*)>"
    r"|(?<=/)[(\[](?P<bracket>[A-Za-z_][^()\[\]/]*)[)\]]"
    r"|(?<=/)\$(?P<dollar>\w+)"
)
_ENCODED = regex(r"%7[Bb]([\w.-]{1,60})%7[Dd]")
"""A placeholder as an address bar has it."""
_CHOICES = 8
"""An operation documented with more optional parts than this allows is none of them."""
_FIRST_WORD = regex(r"[^\s#|,*]+")
_CONVERTER = regex(r"^(?:int|str|string|path|uuid|float):(?=\w)")
_CUT = regex(r"[?#]")
_ASSIGNED = regex(r"[?&](?P<name>[A-Za-z_][\w.-]{0,63}(?:\[\])?)=(?P<truth>(?:true|false)\b)?")
_QUERY = regex(r"\?([^\s`'\"<>#)]{1,400})")
_CONSTANT = regex(r"[A-Za-z][\w.-]{0,63}")
_EXPANDED = regex(r"\{[?&](?P<names>[A-Za-z_][\w.,-]{0,300})\}")


def make_rooted(written: str) -> str:
    """A path behind a variable for its server with the slash that should part the two."""
    return _VARIABLE.sub(r"\g<0>/", written)


def read_paths(written: str) -> tuple[str, ...]:
    """Every path the text stands for, ``{name}`` for its placeholders, without the query.

    Empty when it is no path of an API.  ``/hash(/:name)`` is two paths, ``/(a|b)/x``, too.
    """
    found = dict.fromkeys(
        path
        for choice in _expand_choices(_ENCODED.sub(r"{\1}", written.replace("\\", "")))
        if (path := _read_plain_choice(choice))
    )
    return tuple(found) if len(found) <= _CHOICES else ()


def read_query(written: str) -> tuple[tuple[str, str], ...]:
    """The names behind a path, ``?limit={limit}&list=true`` or ``{?limit,list}`` (RFC 6570, 3.2.8),
    each with the truth value that the address gives it, if it does."""
    names = {hit["name"]: hit["truth"] or "" for hit in _ASSIGNED.finditer(written)}
    for hit in _EXPANDED.finditer(written):
        names.update(dict.fromkeys(filter(None, hit["names"].split(",")), ""))
    return tuple(names.items())


def read_constants(written: str) -> dict[str, str]:
    """The words that an address gives its inputs: ``/query?function=DAILY&n=3`` gives one."""
    hit = _QUERY.search(written)
    pairs = parse_qsl(hit[1]) if hit else ()
    return {name: value for name, value in pairs if _CONSTANT.fullmatch(value)}


def _expand_choices(written: str) -> Iterator[str]:
    """The path with each optional part and without it, with each of its alternatives."""
    if "(/" not in written and "[/" not in written and "|" not in written:
        yield written
        return
    fixed: list[tuple[str, ...]] = []
    end = 0
    for hit in re.finditer(f"{_OPTIONAL.pattern}|{_EITHER.pattern}", written):
        optional, squared, either = hit.groups()
        fixed.append((written[end : hit.start()],))
        part = optional or squared
        fixed.append(("", part) if part else tuple(re.split(r"\s?\|\s?", either)))
        end = hit.end()
    fixed.append((written[end:],))
    if len(fixed) > 2 * _CHOICES:
        return
    yield from ("".join(parts) for parts in product(*fixed))


def _read_plain_choice(choice: str) -> str | None:
    path = _PLACEHOLDER.sub(_make_braced, _QUERY_TEMPLATE.sub("", choice))
    path = _CUT.split(path, maxsplit=1)[0].rstrip(".:)>*_-~!+" if "({" not in path else ".:*")
    if not path or "//" in path or path.count("{") != path.count("}"):
        return None
    return path if path.startswith("/") else f"/{path}"


def _make_braced(hit: re.Match[str]) -> str:
    if hit["colon"]:
        return "".join("{" + name + "}" for name in hit["colon"].split(":"))
    written = next(text for text in hit.groups() if text)
    return "{" + (_name(written) or written) + "}"


def _name(written: str) -> str:
    """The name in a placeholder: ``id or name``, ``id#LINK``, ``int:id``, ``id:[0-9]+`` are id."""
    plain = _CONVERTER.sub("", written.strip().lstrip("+/&;.:$"))
    if " or " in plain or "|" in plain or "#" in plain or plain.endswith("*"):
        first = _FIRST_WORD.match(plain)
        return first[0] if first else ""
    return "_".join(plain.partition(":")[0].split())


class KnownPaths:
    """Paths with placeholders, to find those that a sample's path is an instance of."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_word: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for path in dict.fromkeys(paths):
            segments = tuple(path.strip("/").split("/"))
            if word := next((s for s in reversed(segments) if not s.startswith("{")), ""):
                self._by_word[word].append(segments)

    def match(self, path: str) -> bool:
        """Whether ``path``, or its end after a base path, is an instance of a known one."""
        return next(self.find(path), None) is not None

    def find(self, path: str) -> Iterator[str]:
        """The known paths that ``path``, or its end after a base path, is an instance of."""
        given = path.strip("/").split("/")
        for word in dict.fromkeys(given):
            for template in self._by_word.get(word, ()):
                if _is_instance(template, given):
                    yield "/" + "/".join(template)


def _is_instance(template: Sequence[str], given: Sequence[str]) -> bool:
    end = given[-len(template) :]
    return len(end) == len(template) and all(
        t.startswith("{") or t == g for t, g in zip(template, end, strict=True)
    )
