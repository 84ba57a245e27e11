"""What a page says of an operation in prose and in samples, apart from its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from conformance.model.contract import Statement
from conformance.model.document import CodeBlock, Heading, ListBlock, Paragraph, Table
from conformance.model.operation import Parameter, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, find_lone_text
from conformance.reading.endpoints import EndpointCandidate
from conformance.reading.endpoints.samples import curl_calls, find_sampled_queries, in_code_sample
from conformance.reading.scopes import Scope
from conformance.reading.topics import topics_of
from conformance.vocabulary import names_side, normalize_text, phrases, words

_INPUT = regex(r"[A-Za-z_][\w.-]{0,63}")
_BESIDE = 60
"""Characters before a name that may say what it is."""
_PLAIN_STEP = regex(r"[\w.-]{1,60}")
_SENTENCE = regex(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n")


def find_statements(
    scope: Scope, pieces: Sequence[LocatedBlock], *, only_sampled: bool
) -> Iterator[Statement]:
    """Statements about the operation of ``scope``, in page order within each kind."""
    own = pieces[scope.start : scope.end]
    key = scope.mention.key
    for word, span in find_stated_locations(own):
        yield Statement(kind="location", operation=key, word=word, span=span)
    for sampled in _find_samples(own):
        if is_same_path(scope.mention.path, sampled.path):
            yield Statement(kind="method", operation=key, word=sampled.method, span=sampled.span)
        elif sampled.method == scope.mention.method:
            yield Statement(kind="path", operation=key, word=sampled.path, span=sampled.span)
    for method, path, query, span in _find_queries(own):
        if method == scope.mention.method and is_same_path(scope.mention.path, path):
            yield Statement(kind="query", operation=key, word=query, span=span)
    if only_sampled:
        yield Statement(kind="only-sampled", operation=key, word="", span=scope.mention.span)


def find_stated_locations(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, Span]]:
    """Where prose says that the inputs go: ``query`` or ``body``."""
    for text, span in _list_prose(pieces):
        if not phrases("statements.sends").may_stand_in(text):
            continue
        for sentence in _SENTENCE.split(text):
            place = _read_place(sentence)
            if place:
                yield place, span


def _read_place(sentence: str) -> str:
    if phrases("statements.others").found_in(sentence):
        return ""
    if not phrases("statements.inputs").found_in(sentence):
        return ""
    hits = [
        hit
        for hit in phrases("statements.sends").finditer(sentence)
        if not phrases("statements.not-sent").found_in(hit.text)
        and not phrases("statements.alternative").begins(sentence[hit.end :])
    ]
    stated = {words("places")[normalize_text(hit["place"])] for hit in hits}
    return stated.pop() if len(stated) == 1 else ""


def _list_prose(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, Span]]:
    for piece in pieces:
        if isinstance(piece.block, Paragraph):
            yield piece.block.text.plain, piece.block.span
        elif isinstance(piece.block, ListBlock):
            yield from ((item.text.plain, item.span) for item in piece.block.items)


def _find_samples(pieces: Iterable[LocatedBlock]) -> Iterator[EndpointCandidate]:
    """The requests that code of the scope makes."""
    for piece in pieces:
        if isinstance(piece.block, CodeBlock):
            yield from in_code_sample(piece.block, piece)


def list_shown_inputs(
    mention: EndpointCandidate, pieces: Iterable[LocatedBlock]
) -> Iterator[Parameter]:
    """The inputs that the address of an operation shows, else those of calls in ``pieces`` and
    those that sentences name."""
    found = {name: (truth, mention.span) for name, truth in mention.query}
    for method, path, query, span in () if found else list(_find_queries(pieces)):
        if method == mention.method and is_same_path(mention.path, path):
            names = (pair.partition("=")[0] for pair in query.split("&"))
            found.update((name, ("", span)) for name in names if _INPUT.fullmatch(name))
    for name, span in () if mention.query else _find_named_inputs(pieces):
        found.setdefault(name, ("", span))
    for name, (truth, span) in found.items():
        value = Value(span=span, kind="string", enum=(truth,)) if truth else Value(span=span)
        yield Parameter(name=name, location="query", value=value, confidence="medium")


def _find_named_inputs(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, Span]]:
    """Names in code right behind words for an input of the query: ``query parameter `deep` ``."""
    for piece in pieces:
        text = find_lone_text(piece.block)
        if text is None:
            continue
        for mark in text.marks:
            before = text.plain[max(0, mark.start - _BESIDE) : mark.start].split()[-2:]
            name = text.plain[mark.start : mark.end].partition("=")[0]
            words_for = " ".join(before)
            is_named = mark.kind == "code" and _INPUT.fullmatch(name) and names_side(words_for)
            if is_named and "query" in topics_of(words_for):
                yield name, text.span


def _find_queries(pieces: Iterable[LocatedBlock]) -> Iterator[tuple[str, str, str, Span]]:
    for piece in pieces:
        if isinstance(piece.block, CodeBlock) and "?" in piece.block.text:
            yield from find_sampled_queries(piece.block)


def find_called_base(method: str, path: str, pieces: Iterable[LocatedBlock]) -> tuple[str, ...]:
    """The server at which a command calls ``path``, with the base path that the page leaves out."""
    depth = len(path.strip("/").split("/"))
    for piece in pieces:
        if isinstance(piece.block, CodeBlock):
            for call in curl_calls(piece.block, piece):
                before = call.path.strip("/").split("/")[:-depth]
                alike = call.method == method and is_same_path(path, call.path)
                if alike and before and call.server and all(map(_PLAIN_STEP.fullmatch, before)):
                    return ("/".join((call.server, *before)),)
    return ()


def is_same_path(template: str, path: str) -> bool:
    """Whether a sample's ``path`` is an instance of ``template``, a base path before it or not."""
    wanted = template.strip("/").split("/")
    given = path.strip("/").split("/")[-len(wanted) :]
    if len(given) < len(wanted):
        return False
    pairs = list(zip(wanted, given, strict=True))
    literal = [w == g for w, g in pairs if not w.startswith("{")]
    return bool(literal) and all(literal)


def resolve_methods(
    mentions: tuple[EndpointCandidate, ...], pieces: Sequence[LocatedBlock]
) -> tuple[tuple[EndpointCandidate, ...], tuple[Statement, ...]]:
    """A heading and the line below it that call one path with two methods tell one operation.

    The heading's is kept, the other is a statement about it.
    """
    below = _find_methods_below(mentions, pieces)
    kept: list[EndpointCandidate] = []
    wording: list[Statement] = []
    for mention in mentions:
        before = kept[-1] if kept else None
        if before is not None and _is_contradicted(before, mention, below, pieces):
            statement = Statement(
                kind="method", operation=before.key, word=mention.method, span=mention.span
            )
            wording.append(statement)
        else:
            kept.append(mention)
    return tuple(kept), tuple(wording)


def _find_methods_below(
    mentions: Iterable[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> Mapping[tuple[int, str], set[str]]:
    """The methods of a path that stand directly below a heading, by its identity."""
    found: dict[tuple[int, str], set[str]] = {}
    for mention in mentions:
        for heading in pieces[mention.index].place.headings[-1:]:
            found.setdefault((id(heading), mention.path), set()).add(mention.method)
    return found


def _is_contradicted(
    heading: EndpointCandidate,
    below: EndpointCandidate,
    methods: Mapping[tuple[int, str], set[str]],
    pieces: Sequence[LocatedBlock],
) -> bool:
    if heading.path != below.path or heading.method == below.method:
        return False
    block = pieces[heading.index].block
    if not isinstance(block, Heading) or below.index == heading.index:
        return False
    inside = pieces[below.index].place.headings[-1:] == (block,)
    alone = len(methods.get((id(block), heading.path), ())) == 2
    between = pieces[heading.index + 1 : below.index]
    return inside and alone and not any(isinstance(p.block, Table | CodeBlock) for p in between)
