"""URLs and the path templates of documentation."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.patterns import regex

PORTS: Final = {"http": 80, "https": 443}
PLAIN_URL: Final = regex(
    r"https?://(?P<host>[A-Za-z0-9][A-Za-z0-9_.-]*(?::[0-9]{1,4})?)"
    r"(?P<path>/[!-\"$->@-~]*)?(?:[?#][!-~]*)?"
)
"""What almost every URL is like; ``urlsplit`` takes ten times as long to say the same of it."""


@lru_cache(maxsize=1024)
def split_plain(url: str) -> tuple[str, str] | None:
    """Host, in lower case, and path of such a URL, None of any other; of one request it is asked
    for several times."""
    plain = PLAIN_URL.fullmatch(url)
    return (plain["host"].lower(), plain["path"] or "/") if plain else None


_PLACEHOLDER: Final = regex(r"\{([^}]*)\}")


def query_pairs(url: str) -> tuple[tuple[str, str], ...]:
    """Names and values of the query, decoded, in order; blank values kept."""
    return tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def path_matches(template: str, path: str) -> dict[str, str] | None:
    """The value of each ``{name}`` when ``path`` is an instance of ``template``, else None.
    Compared by segment, case-sensitively and decoded; a value is not empty and has no slash.  One
    trailing slash is ignored."""
    patterns = template.removesuffix("/").split("/")
    segments = path.removesuffix("/").split("/")
    if len(patterns) != len(segments):
        return None
    values: dict[str, str] = {}
    for pattern, segment in zip(patterns, segments, strict=True):
        found = _match_segment(pattern, unquote(segment))
        if found is None:
            return None
        values |= found
    return values


def _match_segment(pattern: str, segment: str) -> dict[str, str] | None:
    parts = _PLACEHOLDER.split(pattern)  # the texts around the placeholders, and their names
    literals, names = parts[::2], parts[1::2]
    if not names:
        return {} if unquote(pattern) == segment else None
    if not (segment.startswith(literals[0]) and segment.endswith(literals[-1])):
        return None
    values: dict[str, str] = {}
    at, end = len(literals[0]), len(segment) - len(literals[-1])
    for name, (_, literal) in zip(names, pairwise(literals), strict=True):
        last = name == names[-1] and len(values) == len(names) - 1
        stop = end if last else segment.find(literal, at + 1, end)
        if stop <= at:
            return None
        values[name] = segment[at:stop]
        at = stop + len(literal)
    return values
