"""Base URLs: servers that a page names apart from any operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from conformance.model.document import Block, CodeBlock, Heading, ListBlock, Paragraph, Table
from conformance.model.operation import Auth, AuthScheme, RateLimit, Stated
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.rows.lines import split_lines
from conformance.reading.topics import nearest_topics, topics_of
from conformance.vocabulary import PhraseFilter, columns, normalize_text, phrases, seconds_of

_URL = r"https?://[\w.\-:]+(?:/[\w./-]*)?"
_LABEL = phrases("endpoints.server").pattern
_LABELLED = regex(rf"(?<![\w-])(?:{_LABEL})s?(?![a-z])[^\n]{{0,60}}?(?P<url>{_URL})", re.I)
_ANNOUNCED = regex(rf"(?:^|[^\w-])(?:{_LABEL})s?\W*$", re.IGNORECASE)
_FIRST = regex(rf"^\W{{0,4}}(?:[A-Za-z][\w ()-]{{1,30}}[:：]\s{{1,4}})?(?P<url>{_URL})")
"""An address at the head of a line, or right behind a label: ``Production: https://...``."""
_NAMED = regex(rf"[A-Za-z][\w ()-]{{1,30}}[:：]\s{{1,4}}{_URL}\s*")
_HOST = regex(r"^[^\S\n]*Host:\s{1,4}(?P<host>[\w-]+(?:\.[\w-]+)+(?::\d+)?)\s*$", re.MULTILINE)
_LINE = 2_000
"""Characters of a line that are looked at."""
_MOST_OF_A_PAGE = 8
_MOST = 4
"""Servers that pages without one of their own may take over from others."""


def base_urls(pieces: Iterable[LocatedBlock]) -> tuple[str, ...]:
    """Servers the page names apart from any operation ("Base URL: https://...")."""
    labelled: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for piece in pieces:
        for line in _list_lines(piece):
            labelled.update(dict.fromkeys(_in_line(line[:_LINE], piece)))
        hosts.update((f"https://{hit['host']}", None) for hit in _HOST.finditer(_cut_head(piece)))
    return tuple(labelled or hosts)[:_MOST_OF_A_PAGE]


def without_path(servers: Iterable[str], path: str) -> tuple[str, ...]:
    """The servers of an operation: one that names its whole address is its begin."""
    whole = path.rstrip("/")
    cut = (s.removesuffix(whole) if whole and s.endswith(whole) else s for s in servers)
    return tuple(dict.fromkeys(s for s in cut if s))


def without_operations(servers: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    """Servers without the path of those that are the address of an operation of the page, or that
    all its paths begin with."""
    known = {path.rstrip("/") for path in paths} - {""}
    found: dict[str, None] = {}
    for server in servers:
        base = urlsplit(server).path.rstrip("/")
        whole = base in known or (known and all(path.startswith(f"{base}/") for path in known))
        found[server.removesuffix(base) if base and whole else server] = None
    return tuple(found)


def servers_near(page: str, named: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What the pages of the nearest folder that names any servers call one site's servers.

    Servers of several sites are none: nothing says which of them ``page`` is about.
    """
    for folder in PurePosixPath(page).parents:
        below = named.get(str(folder), ())
        if below:
            sites = {".".join(urlsplit(s).netloc.partition(":")[0].split(".")[-2:]) for s in below}
            return tuple(below) if len(sites) == 1 and len(below) <= _MOST else ()
    return ()


def hosts_of(servers: Iterable[str]) -> frozenset[str]:
    """The hosts of base URLs, in lower case, with the port where one is named."""
    return frozenset(host for s in servers if (host := urlsplit(s).netloc.lower()))


def group_by_folder(pages: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """The servers that the pages below each folder name."""
    found: dict[str, dict[str, None]] = {}
    for page, servers in pages:
        for folder in PurePosixPath(page).parents if servers else ():
            found.setdefault(str(folder), {}).update(dict.fromkeys(servers))
    return {folder: tuple(servers) for folder, servers in found.items()}


def _in_line(line: str, piece: LocatedBlock) -> Iterator[str]:
    if "://" not in line:
        return
    hits = [hit["url"] for hit in _LABELLED.finditer(line)]
    if not hits and (first := _FIRST.match(line)):
        nearest = [
            *reversed(piece.place.captions),
            *(h.text.plain for h in piece.place.headings[-1:]),
        ]
        if any(_ANNOUNCED.search(words[-_LINE:]) for words in nearest if words != line):
            hits = [first["url"]]
    yield from (hit.rstrip("/.") for hit in hits)


def _list_lines(piece: LocatedBlock) -> Iterator[str]:
    block = piece.block
    if isinstance(block, Paragraph | Heading):
        yield block.text.plain
    elif isinstance(block, ListBlock):
        yield from (f"{piece.place.caption} {item.text.plain}" for item in block.items)
        yield from (item.text.plain for item in block.items)
    elif isinstance(block, Table):
        for cells in (block.header, *(row.cells for row in block.rows)):
            yield " ".join(cell.plain for cell in cells)
    elif isinstance(block, CodeBlock):
        lines = block.text[:_LINE].strip().split("\n")
        yield from lines if all(map(_NAMED.fullmatch, lines)) else lines[:1]


def _cut_head(piece: LocatedBlock) -> str:
    """The text of a block with the head of a request, as code or as lines below its first one."""
    block = piece.block
    if isinstance(block, CodeBlock) and "Host:" in block.text:
        return block.text[:_LINE]
    if isinstance(block, Paragraph) and "Host:" in block.text.plain and "HTTP/" in block.text.plain:
        return "\n".join(line.plain for line in split_lines(block))
    return ""


_SCHEMES: tuple[AuthScheme, ...] = ("jwt", "hmac", "bearer", "api-key")
"""The most specific first."""
_UNSPECIFIED: AuthScheme = "unspecified"
_HEADER = regex(
    r"(?<![\w./-])(?:X-[A-Za-z0-9-]*[A-Za-z0-9]|[A-Z0-9]+(?:-[A-Z0-9]+){2,})(?![\w/-])", re.ASCII
)
"""``X-Venue-Key``, or three parts in capitals."""


def find_auth(pieces: tuple[LocatedBlock, ...]) -> tuple[Auth, ...]:
    """The scheme the page names; the most specific word wins, "none" when it says so."""
    texts = list(_list_texts(pieces))
    everything = "\n".join(wording for wording, _, _ in texts)
    if not _load_cues().may_stand_in(everything):
        return ()
    texts = [entry for entry in texts if _load_cues().may_stand_in(entry[0])]
    marks = [
        (wording, span) for wording, words, span in texts if words and "auth" in topics_of(words)
    ]
    plain = [(wording, span) for wording, _, span in texts]
    if span := _find_first(marks, "not-marked") or _find_stated(plain, everything, "none"):
        return (Auth(scheme="none", span=span),)
    for scheme in (*_SCHEMES, _UNSPECIFIED):
        if span := _find_stated(plain, everything, scheme):
            return (Auth(scheme=scheme, span=span, header=_find_header(plain, scheme, span)),)
    if span := _find_first(marks, "marked"):
        return (Auth(scheme=_UNSPECIFIED, span=span),)
    return ()


def _find_header(texts: Sequence[tuple[str, Span]], scheme: AuthScheme, stated: Span) -> str:
    """The only name of a header in the words that ask for a key, else the only one of a key."""
    if scheme not in ("api-key", "hmac"):
        return ""
    named = [(name, span) for wording, span in texts for name in _HEADER.findall(wording)]
    asked = {name for name, span in named if span == stated and scheme == "api-key"}
    found = asked if len(asked) == 1 else {n for n, _ in named if n.lower().endswith("key")}
    return found.pop() if len(found) == 1 else ""


def specify_auth(own: tuple[Auth, ...], general: tuple[Auth, ...]) -> tuple[Auth, ...]:
    """The general scheme, where an operation states that it needs one and not which."""
    named = general and general[0].scheme in _SCHEMES
    return general if named and own and own[0].scheme == _UNSPECIFIED else own


@cache
def _load_cues() -> PhraseFilter:
    """Whatever speaks of authentication, a scheme or none."""
    cues = ("not-marked", "none", *_SCHEMES, _UNSPECIFIED, "marked")
    return PhraseFilter(phrases(f"access.{cue}") for cue in cues)


def _find_stated(texts: Iterable[tuple[str, Span]], everything: str, cue: str) -> Span | None:
    """Where one of ``texts``, which ``everything`` holds, has the cue."""
    return _find_first(texts, cue) if phrases(f"access.{cue}").may_stand_in(everything) else None


def _find_first(texts: Iterable[tuple[str, Span]], cue: str) -> Span | None:
    matcher = phrases(f"access.{cue}")
    return next((span for wording, span in texts if matcher.found_in(wording)), None)


def find_public(piece: LocatedBlock, title: str) -> Stated:
    """What the nearest heading, tab or page title says that speaks of public or private.

    One that speaks of both ("Public and private endpoints") says nothing.
    """
    own = [piece.block.text.plain] if isinstance(piece.block, Heading) else []
    headings = [heading.text.plain for heading in reversed(piece.place.headings)]
    for words in (*own, *reversed(piece.place.labels), *headings, title):
        if phrases("access.not-public").found_in(words):
            return Stated.NO
        private = phrases("access.private").found_in(words)
        if private != phrases("access.public").found_in(words):
            return Stated.NO if private else Stated.YES
    return Stated.NOT_STATED


def _list_texts(pieces: tuple[LocatedBlock, ...]) -> Iterator[tuple[str, str, Span]]:
    """Prose and cells with the heading they stand under; what is about errors is left out: a
    signature that is wrong says little of how requests are signed."""
    for piece in pieces:
        if _is_about_errors(piece):
            continue
        words = next(piece.place.words(), "")
        for wording, span in _list_statements(piece.block):
            yield wording, words, span


def _is_about_errors(piece: LocatedBlock) -> bool:
    """Whether it stands under errors and nothing else, or is a table of their codes."""
    near = nearest_topics(piece.place.words())
    if "error" in near and "auth" not in near:
        return True
    if not isinstance(piece.block, Table):
        return False
    meant = {columns().get(normalize_text(cell.plain)) for cell in piece.block.header}
    first = next((cell.plain for cell in piece.block.header), "")
    return ("code" in meant and "name" not in meant) or "error" in topics_of(first)


def _list_statements(block: Block) -> Iterator[tuple[str, Span]]:
    if isinstance(block, Heading | Paragraph):
        yield block.text.plain, block.span
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row.cells:
                yield cell.plain, cell.span
    elif isinstance(block, CodeBlock) and block.language in {"http", ""} and not _is_body(block):
        yield block.text[:2000], block.span


def _is_body(block: CodeBlock) -> bool:
    """A body may speak of keys and signatures; how to ask for it, it does not say."""
    return block.text.lstrip()[:1] in ("{", "[")


def find_rate_limits(pieces: tuple[LocatedBlock, ...]) -> tuple[RateLimit, ...]:
    """Every "n requests per time" the prose states, with the scope named beside it."""
    found: dict[tuple[int, float, str], RateLimit] = {}
    for piece in pieces:
        if not isinstance(piece.block, Heading | Paragraph):
            continue
        wording = piece.block.text.plain
        if not _is_about_rates(wording) and not any(map(_is_about_rates, piece.place.words())):
            continue
        for limit in _find_limits_in(wording, piece.block.span):
            found.setdefault((limit.count, limit.seconds, limit.scope), limit)
    return tuple(found.values())


@lru_cache(maxsize=1024)
def _is_about_rates(words: str) -> bool:
    return phrases("rates.cue").found_in(words)


def _find_limits_in(wording: str, span: Span) -> Iterator[RateLimit]:
    read: list[range] = []
    for rule in ("rule", "window", "per-second"):
        for hit in phrases(f"rates.{rule}").finditer(wording):
            count, every = _read_number(hit["n"]), _read_number(hit.slots.get("n2", "1"))
            if rule == "window":  # the time and its unit stand before the number
                count, every = _read_number(hit.slots["n3"]), count
            unit = hit.slots.get("unit", "")
            overlaps = any(hit.start < one.stop and one.start < hit.end for one in read)
            if every and count and not overlaps:
                read.append(range(hit.start, hit.end))
                yield RateLimit(
                    count=int(count),
                    seconds=every * (seconds_of(unit) if unit else 1.0),
                    scope=_find_scope(wording, hit.start),
                    span=span,
                )


def _read_number(digits: str) -> float:
    plain = digits.replace(",", "").strip()
    return float(plain) if plain.replace(".", "", 1).isdigit() else 0.0


def _find_scope(wording: str, at: int) -> str:
    """The scope named nearest before the numbers, else anywhere in the sentence."""
    scopes = list(phrases("rates.scope").finditer(wording))
    before = [hit.text for hit in scopes if hit.end <= at]
    after = [hit.text for hit in scopes if hit.end > at]
    return before[-1] if before else (after[0] if after else "")
