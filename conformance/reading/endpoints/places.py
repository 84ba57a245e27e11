"""Which of the endpoints that a page names are documented there, and where.

A heading, a request line or a badge is the place of an operation.  A row of an index leads to
one.  A sample calls what is documented beside it, and a sentence or a change log only mentions
an operation: these make none where the page has a place for any.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import PurePosixPath

from msgspec.structs import replace

from conformance.model.document import CodeBlock, Heading, ListBlock, Paragraph, Table
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.announcements import list_openings
from conformance.reading.endpoints.candidate import METHODS, EndpointCandidate
from conformance.reading.endpoints.labelled import PATH_ALONE
from conformance.reading.endpoints.paths import KnownPaths, read_paths
from conformance.reading.topics import titles_query, topics_of
from conformance.vocabulary import normalize_text, phrases

_LEAST_SECTIONS = 2
_MOST_OF_BASE = 6
"""Segments of a base path."""
_MOST_ROWS = 60
"""Rows of an index that samples or words distinguish."""
_SHARED = 4
"""Operations that one section may document together; a block that names more is an index."""
_NEWS = phrases("headings.news")
"""In a heading: what is below tells what became of operations, not what they are."""
_DATED = regex(r"(?<!\d)(?:19|20)\d\d ?(?:[^\w\s]|[^\x00-\x7f]) ?(?:0?[1-9]|1[0-2])(?!\d)")
"""In a heading: what is below is news of that day."""
_HEADING = 300
"""Characters of a heading that names a section."""
_HOLE = regex(r"\{[^{}]*\}")
_MESSAGE = regex(r"\A[^\n]+\n(?:[\w-]{1,60}:[^\n]*\n)+\s*[\[{]")
"""A request line, headers and a JSON body."""
_NO_WORD = regex(r"[^\w]+")


def choose_places(
    found: Iterable[EndpointCandidate], pieces: Sequence[LocatedBlock], page: str
) -> tuple[EndpointCandidate, ...]:
    """The candidates that stand where their operation is documented, in page order.

    What remains with the standing ``index``, ``sentence`` or ``sample`` is documented nowhere
    better on this page.
    """
    current = _with_known_methods([c for c in found if not _is_news(c, pieces)])
    current = _without_base(current)
    sections = _Sections(pieces, page)
    indexed = _with_base(current)
    places = [c for c in current if c.standing == "place" and not c.target]
    places = _without_calls(_without_ends(places, pieces), pieces)
    places += _place_documented(indexed, places, sections)
    places += _place_called(indexed, places, current, pieces)
    places += _place_by_words(indexed, places, pieces)
    keys = {c.key for c in places}
    listed = [c for c in _place_unresolved(indexed, places) if c.key not in keys]
    places += [c for c in listed if c.standing == "place"]
    opening = _without_known(list_openings(current, pieces), places)
    samples = _place_lone_samples(current, [*places, *listed, *opening], pieces)
    chosen = [*places, *(c for c in listed if c.standing == "index"), *samples]
    sampled = places or any(c.standing == "sample" for c in current)
    chosen += opening if sampled else []
    if chosen:
        return tuple(chosen)
    return (*opening, *_without_known((c for c in current if c.standing == "sentence"), opening))


def _without_known(
    found: Iterable[EndpointCandidate], places: Sequence[EndpointCandidate]
) -> list[EndpointCandidate]:
    """Those that call none of the operations that have a place."""
    known = {m: KnownPaths(c.path for c in places if c.method == m) for m in METHODS}
    return [c for c in found if not known[c.method].match(c.path)]


def _with_known_methods(found: Sequence[EndpointCandidate]) -> list[EndpointCandidate]:
    """Without words of a column of methods that are none: neither HTTP's nor in any sample."""
    called = {c.method for c in found if c.standing == "sample"}
    return [c for c in found if c.method in METHODS or c.method in called]


def _without_base(found: Sequence[EndpointCandidate]) -> list[EndpointCandidate]:
    """Samples without the base path that the page's own paths leave out, where there is but one:
    beside ``/orders`` and a call of ``host/v2/orders`` one of ``host/v2/fills`` is of ``/fills``.
    """
    paths = {c.path for c in found if c.standing != "sample"}
    known = KnownPaths(paths)
    bases: set[str] = set()
    called = dict.fromkeys(c.path for c in found if c.standing == "sample" and c.server)
    for path in islice(called, _MOST_ROWS):
        bases |= {_cut_before(path, template) for template in known.find(path)}
    base = bases.pop() if len(bases) == 1 else ""
    if not base or any(f"{path}/".startswith(f"{base}/") for path in paths):
        return list(found)
    return [
        replace(c, path=c.path.removeprefix(base), server=f"{c.server}{base}")
        if c.standing == "sample" and c.server and c.path.startswith(f"{base}/")
        else c
        for c in found
    ]


def _cut_before(path: str, template: str) -> str:
    """What ``path`` has before its end that is an instance of ``template``."""
    given = path.strip("/").split("/")
    kept = given[: len(given) - len(template.strip("/").split("/"))]
    return "".join(f"/{segment}" for segment in kept)


def _with_base(found: Sequence[EndpointCandidate]) -> list[EndpointCandidate]:
    """Rows of indexes, with the base path that the places of them have where there is but one."""
    indexed = [c for c in found if c.standing == "index" or c.target]
    placed = dict.fromkeys(c.path for c in found if c.standing == "place" and not c.target)
    ends = {c.path for c in indexed}
    bases: set[str] = set()
    for path in islice(placed, _MOST_ROWS):
        segments = path.split("/", _MOST_OF_BASE + 1)
        cuts = ("/".join(segments[:n]) for n in range(1, len(segments)))
        bases |= {base for base in cuts if path.removeprefix(base) in ends}
    base = bases.pop() if len(bases) == 1 else ""
    if not base or "{" in base:
        return indexed
    return [c if c.path.startswith(base) else replace(c, path=f"{base}{c.path}") for c in indexed]


def _is_news(candidate: EndpointCandidate, pieces: Sequence[LocatedBlock]) -> bool:
    """Whether the place tells what became of the operation: a change log, a dated note."""
    piece = pieces[candidate.index]
    headings = piece.place.headings
    if any(_is_news_heading(h.text.plain) for h in headings):
        return True
    loose = isinstance(piece.block, ListBlock | Paragraph)
    return loose and any(_DATED.search(h.text.plain) for h in headings[-2:])


@lru_cache(maxsize=1024)
def _is_news_heading(plain: str) -> bool:
    return len(plain) <= _HEADING and _NEWS.found_in(plain)


def _without_ends(
    places: Sequence[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> list[EndpointCandidate]:
    """Without items of lists that name what code or a heading above has by the end of its path:
    ``GET /orders`` below ``GET /api/v1/orders``."""
    ends: set[str] = set()
    kept = []
    for candidate in places:
        block = pieces[candidate.index].block
        if isinstance(block, ListBlock) and candidate.key in ends:
            continue
        kept.append(candidate)
        if isinstance(block, CodeBlock | Heading):
            segments = candidate.path.strip("/").split("/", _MOST_OF_BASE)
            cuts = ("/".join(segments[n:]) for n in range(1, len(segments)))
            ends |= {f"{candidate.method} /{cut}" for cut in cuts}
    return kept


def _without_calls(
    places: Sequence[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> list[EndpointCandidate]:
    """Without whole requests that call what stands above with other words for its placeholders,
    addresses below a heading that are instances of its path, and such code in a tab or a fold."""
    known: dict[str, EndpointCandidate] = {}
    titles = {id(b): c for c in places if isinstance(b := pieces[c.index].block, Heading)}
    calls: set[str] = set()
    outer = {c.key: c for c in places if not pieces[c.index].place.labels}
    outside = KnownPaths(f"/{c.method}{c.path}" for c in outer.values())
    for candidate in places:
        above = known.setdefault(_HOLE.sub("{}", candidate.key), candidate)
        block = pieces[candidate.index].block
        is_message = isinstance(block, CodeBlock) and _MESSAGE.match(block.text)
        if is_message and above.key != candidate.key:
            calls.add(candidate.key)
        around = reversed(pieces[candidate.index].place.headings)
        title = next((titles[id(h)] for h in around if id(h) in titles), None)
        own = f"/{candidate.method}{candidate.path}"
        if isinstance(block, CodeBlock) and candidate.key not in outer and outside.match(own):
            calls.add(candidate.key)
        alike = title and title.method == candidate.method and title.path != candidate.path
        if title and alike and KnownPaths([title.path]).match(candidate.path):
            calls.add(candidate.key)
    return [c for c in places if c.key not in calls]


class _Sections:
    """The headings of a page, by anchor, by words, by the path they are."""

    def __init__(self, pieces: Sequence[LocatedBlock], page: str) -> None:
        self.page = PurePosixPath(page).stem.lower()
        self.by_anchor: dict[str, int] = {}
        self.by_words: dict[str, int] = {}
        self.by_path: dict[str, int] = {}
        named: Counter[str] = Counter()
        for piece in pieces:
            if isinstance(piece.block, Heading):
                plain = piece.block.text.plain
                self.by_anchor.setdefault(fold_anchor(piece.block.anchor), piece.place.index)
                self.by_words[normalize_text(plain)] = piece.place.index
                named[normalize_text(plain)] += 1
                if hit := PATH_ALONE.match(plain[:300]):
                    for path in read_paths(hit["path"]):
                        self.by_path.setdefault(path, piece.place.index)
        for words, times in named.items():
            if times > 1 or topics_of(words):
                del self.by_words[words]

    def section_of(self, candidate: EndpointCandidate) -> int | None:
        """The heading that an index leads to by its link, its words or its path."""
        path, _, anchor = candidate.target.partition("#")
        here = not path or PurePosixPath(path).stem.lower() == self.page
        if anchor and here and fold_anchor(anchor) in self.by_anchor:
            return self.by_anchor[fold_anchor(anchor)]
        words = (normalize_text(text) for text in (candidate.title, *candidate.names) if text)
        titled = next((self.by_words[text] for text in words if text in self.by_words), None)
        return titled if titled is not None else self.by_path.get(candidate.path)


def fold_anchor(anchor: str) -> str:
    """A fragment as links of any spelling are compared."""
    return _NO_WORD.sub("", anchor).lower()


def _place_documented(
    indexed: Sequence[EndpointCandidate],
    places: Sequence[EndpointCandidate],
    sections: _Sections,
) -> list[EndpointCandidate]:
    """Rows of an index that lead to a section which says no method and path itself."""
    keys = {c.key for c in places}
    found = []
    for candidate in indexed:
        at = sections.section_of(candidate)
        if candidate.key not in keys and at is not None and at > candidate.index:
            found.append(replace(candidate, index=at, standing="place", target=""))
    return found


def _place_called(
    indexed: Sequence[EndpointCandidate],
    places: Sequence[EndpointCandidate],
    found: Sequence[EndpointCandidate],
    pieces: Sequence[LocatedBlock],
) -> list[EndpointCandidate]:
    """Rows of an index that samples further down call, each in a section of its own.

    Not every row has to be called where another one has its section: most are documented there.
    """
    keys = {c.key for c in places}
    rows = [c for c in indexed if c.key not in keys]
    samples = [c for c in found if c.standing == "sample"]
    if len(rows) > _MOST_ROWS or len({c.index for c in rows}) != 1:
        return []
    placed = []
    for row in rows:
        known = KnownPaths([row.path])
        below = (s for s in samples if s.index > row.index and s.method == row.method)
        if (sample := next((s for s in below if known.match(s.path)), None)) is not None:
            server = row.server or _find_base(sample, row.path)
            place = replace(row, index=sample.index, server=server, standing="place", target="")
            placed.append(place)
    own = {id(_own_heading(pieces[c.index])) for c in placed}
    settled = [c for c in indexed if c.key in keys and c.index == rows[0].index]
    taken = {id(_own_heading(pieces[c.index])) for c in [*rows, *places]}
    most = bool(settled) and 2 * (len(placed) + len(settled)) >= len(rows) + len(settled)
    apart = len(own) == len(placed) and not own & taken
    return placed if apart and (most or len(placed) == len(rows)) else []


def _own_heading(piece: LocatedBlock) -> Heading | None:
    """The nearest heading that is no part of an operation."""
    return next((h for h in reversed(piece.place.headings) if _is_own(h)), None)


def _is_own(heading: Heading) -> bool:
    return not topics_of(heading.text.plain) or titles_query(heading.text.plain)


def _find_base(sample: EndpointCandidate, path: str) -> str:
    """The server that a sample calls, with the base path that ``path`` leaves out."""
    base = sample.path.removesuffix(path)
    return f"{sample.server}{base}" if sample.server and base != sample.path else ""


def _place_by_words(
    indexed: Sequence[EndpointCandidate],
    places: Sequence[EndpointCandidate],
    pieces: Sequence[LocatedBlock],
) -> list[EndpointCandidate]:
    """Rows of one index for as many sections below it, distinguished by the words of the paths.

    ``/orders/cancel`` is the section ``Cancel an order``; where one row and one section have no
    word in common with any other, they belong together.
    """
    keys = {c.key for c in places}
    rows = [c for c in indexed if c.key not in keys and not c.target]
    if not _LEAST_SECTIONS <= len(rows) <= _MOST_ROWS or len({c.index for c in rows}) > 1:
        return []
    heads = _find_sections_below(rows[0].index, pieces)
    if len(heads) != len(rows):
        return []
    words = [_compact(h.block.text.plain) for h in heads if isinstance(h.block, Heading)]
    pairs: dict[int, int] = {}
    for number, row in enumerate(rows):
        last = _compact(row.path.rstrip("/").rpartition("/")[2])
        hits = [at for at, wording in enumerate(words) if last and last in wording]
        if len(hits) == 1 and hits[0] not in pairs.values():
            pairs[number] = hits[0]
    left = [n for n in range(len(rows)) if n not in pairs]
    if len(left) == 1:
        pairs[left[0]] = next(n for n in range(len(heads)) if n not in pairs.values())
    if len(pairs) < len(rows):
        return []
    return [
        replace(row, index=heads[pairs[number]].place.index, standing="place")
        for number, row in enumerate(rows)
    ]


def _find_sections_below(index: int, pieces: Sequence[LocatedBlock]) -> list[LocatedBlock]:
    """The sections after an index that stand as high as the first of them and hold a table or
    code."""
    heads = [p for p in pieces[index + 1 :] if isinstance(p.block, Heading)]
    if not heads:
        return []
    levels = [p.block.level for p in heads if isinstance(p.block, Heading)]
    found = [p for p, level in zip(heads, levels, strict=True) if level == levels[0]]
    ends = [p.place.index for p in found[1:]] + [len(pieces)]
    return [
        head
        for head, end in zip(found, ends, strict=True)
        if any(isinstance(p.block, Table | CodeBlock) for p in pieces[head.place.index : end])
    ]


def _compact(words: str) -> str:
    return _NO_WORD.sub("", words).replace("_", "").lower()


def _place_unresolved(
    indexed: Sequence[EndpointCandidate], places: Sequence[EndpointCandidate]
) -> list[EndpointCandidate]:
    """Rows of an index without a section of their own; a few of one block share that block's."""
    keys = {c.key for c in places}
    blocks: dict[int, list[EndpointCandidate]] = defaultdict(list)
    for candidate in indexed:
        blocks[candidate.index].append(candidate)
    found = []
    for rows in blocks.values():
        alone = not any(c.key in keys for c in rows)
        away = len(rows) > 1 and all(c.target for c in rows)
        few = len({c.path for c in rows}) <= _SHARED and not away
        found += [replace(c, standing="place" if alone and few else "index") for c in rows]
    return found


def _place_lone_samples(
    found: Sequence[EndpointCandidate],
    places: Sequence[EndpointCandidate],
    pieces: Sequence[LocatedBlock],
) -> list[EndpointCandidate]:
    """Samples that call what the page documents nowhere else."""
    covered = {id(h) for c in places for h in pieces[c.index].place.headings}
    known = KnownPaths(c.path for c in places)
    return [
        c
        for c in found
        if c.standing == "sample"
        and not _is_documented_beside(c, covered, pieces)
        and not known.match(c.path)
    ]


def _is_documented_beside(
    sample: EndpointCandidate, covered: set[int], pieces: Sequence[LocatedBlock]
) -> bool:
    """Whether the section a sample stands in names its endpoint outside of samples."""
    own = [h for h in pieces[sample.index].place.headings if _is_own(h)]
    return id(own[-1]) in covered if own else bool(covered)
