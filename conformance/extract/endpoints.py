"""Method and path: said in a heading, a code block, a component, or only in a sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.extract.layout.outline import Piece, topics_of
from conformance.model.document import CodeBlock, Component, Document, Heading, Paragraph
from conformance.model.operation import Confidence
from conformance.model.span import Span

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_METHOD = rf"(?P<method>{'|'.join(METHODS)})"
_TARGET = (
    r"(?P<server>(?:https?|wss?)://[\w.\-:{}$]+|\{\{?\w+\}?\}|\$\{?\w+\}?)?(?P<path>/[^\s`\"'"
    r"|,;，。（(\[\]*]*)"
)
_SPOKEN = re.compile(rf"(?<![\w/]){_METHOD}[\s`*:：|()\[\]]{{1,12}}{_TARGET}")
_GLUED = re.compile(rf"(?<![A-Z]){_METHOD}\s{{1,3}}{_TARGET}")
_CODE_LINE = re.compile(rf"^\s*(?:HTTP )?{_METHOD}\s{{1,12}}{_TARGET}")
_CURL = re.compile(r"\bcurl\b", re.IGNORECASE)
_CURL_METHOD = re.compile(
    r"(?:-X|--request)[\s=]{0,4}['\"]?(GET|POST|PUT|DELETE|PATCH)\b", re.IGNORECASE
)
_URL = re.compile(r"(?P<server>https?://[\w.\-:]+)(?P<path>/[^\s`\"'|,;<>\\)]*)")
_SAMPLE_METHOD = re.compile(
    r"\bmethod['\"]?\s{0,4}[:=(]\s{0,4}['\"`](GET|POST|PUT|DELETE|PATCH)['\"`]"
    r"|\b(?:requests?|axios|session|client|http|Net::HTTP(?:::)?)[.:]{1,2}(get|post|put|delete"
    r"|patch)\b",
    re.IGNORECASE,
)
_SAMPLE_PATH = re.compile(
    r"['\"`](?:https?://[^/\s'\"`]{1,200}|\$?\{[^}\s]{1,80}\})?(?P<path>/[\w\-./{}:]{2,300})"
)
_SAMPLE_REACH = 8
_PLACEHOLDER = re.compile(
    r"(?<=/):([A-Za-z_]\w*)|<([A-Za-z_][\w-]*)>|\{\{?\s*([A-Za-z_][\w-]*)\s*\}?\}"
)
_SENTENCE = re.compile(r"(?<=[a-z0-9})])(?=[A-Z][a-z]*$)")
_ABSOLUTE = re.compile(r"https?://[\w.\-:]+")
_URL_KEYS = ("url", "path", "endpoint", "route", "uri", "href")
_BASE_URL = re.compile(
    r"(?:base (?:url|endpoint|uri)|(?:rest )?(?:api )?(?:host|server|endpoint)s?(?: url)?"
    r"|基础 ?url|请求域名|기본 ?url)"
    r"[^\n]{0,60}?(https?://[\w.\-:]+(?:/[\w./-]*)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place where the page says method and path."""

    method: str
    path: str
    server: str
    span: Span
    index: int
    """Of the piece it stands in."""
    confidence: Confidence = "high"
    in_example: bool = False

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


def find_endpoints(document: Document, pieces: tuple[Piece, ...]) -> tuple[Mention, ...]:
    """Where the page turns to an operation, in reading order.

    Mentions of one operation in a row are one; told again further down, it is there twice.
    Samples count only when nothing else speaks.
    """
    told = tuple(_told(document, pieces))
    plain = [m for m in told if not m.in_example]
    lone = [m for m in told if m.in_example and not _is_told_beside(m, plain, pieces)]
    found = _in_a_row(sorted([*plain, *lone], key=lambda m: m.index))
    return found or _in_a_row(sorted(_sampled(document), key=lambda m: m.key))


def _is_told_beside(mention: Mention, plain: list[Mention], pieces: tuple[Piece, ...]) -> bool:
    """Whether the section an example stands in says its endpoint outside of examples."""
    own = [h for h in pieces[mention.index].place.headings if not topics_of(h.text.plain)]
    if not own:
        return bool(plain)
    inside = (own[-1] in pieces[m.index].place.headings for m in plain)
    return any(inside) or any(pieces[m.index].block is own[-1] for m in plain)


def base_urls(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """Servers the page names apart from any operation ("Base URL: https://...")."""
    texts = [p.block.text.plain for p in pieces if isinstance(p.block, Paragraph | Heading)]
    hits = [hit for text in texts for hit in _BASE_URL.findall(text)]
    return tuple(dict.fromkeys(h.rstrip("/.") for h in hits))


def _in_a_row(mentions: list[Mention]) -> tuple[Mention, ...]:
    """Each stretch of mentions of one operation as its first, with any server they name."""
    found: list[Mention] = []
    for mention in mentions:
        if not found or found[-1].key != mention.key:
            found.append(mention)
        elif mention.server and not found[-1].server:
            found[-1] = replace(found[-1], server=mention.server)
    return tuple(found)


def _told(document: Document, pieces: tuple[Piece, ...]) -> Iterator[Mention]:
    pattern = _GLUED if document.markup == "flat" else _SPOKEN
    for piece in pieces:
        block = piece.block
        example = any("example" in topics_of(w) for w in list(piece.place.words())[:1])
        if isinstance(block, Heading):
            yield from _in_text(block.text.plain, block.span, piece, pattern, example=False)
        elif isinstance(block, Paragraph):
            if document.markup == "flat" or _is_announcement(block.text.plain):
                yield from _in_text(block.text.plain, block.span, piece, pattern, example)
        elif isinstance(block, Component):
            yield from _in_component(block, piece)
        elif isinstance(block, CodeBlock):
            yield from _in_code(block, piece, example)


def _is_announcement(plain: str) -> bool:
    """Whether a paragraph says an endpoint rather than mentioning one in a sentence."""
    hit = _SPOKEN.search(plain)
    return bool(hit) and (hit.start() <= 40 if hit else False)


def _in_text(
    plain: str, span: Span, piece: Piece, pattern: re.Pattern[str], example: bool
) -> Iterator[Mention]:
    for hit in pattern.finditer(plain):
        path, sure = (
            _unglued(hit["path"], plain[hit.end() :]) if pattern is _GLUED else (hit["path"], True)
        )
        if mention := _mention(
            hit["method"], hit["server"], path, span, piece.place.index, example
        ):
            yield mention if sure else replace(mention, confidence="medium")


def _unglued(path: str, after: str) -> tuple[str, bool]:
    """``/orders/allThis`` + ``" request"`` -> ``/orders/all``: a sentence begins at a capital."""
    if after[:1] == " " and (cut := _SENTENCE.search(path)):
        return path[: cut.start()], False
    return path, True


def _in_component(block: Component, piece: Piece) -> Iterator[Mention]:
    attributes = {key.lower(): value for key, value in block.attributes}
    method = attributes.get("method", "").upper()
    target = next((attributes[k] for k in _URL_KEYS if attributes.get(k)), "")
    hit = re.fullmatch(_TARGET, target.strip())
    if method and hit and re.fullmatch(_METHOD, method):
        mention = _mention(method, hit["server"], hit["path"], block.span, piece.place.index, False)
        if mention:
            yield mention


def _in_code(block: CodeBlock, piece: Piece, example: bool) -> Iterator[Mention]:
    lines = block.text.split("\n")
    for offset, line in enumerate(lines):
        at = block.span.line + offset
        span = Span(block.span.page, at, at, line.strip()[:160])
        if hit := _CODE_LINE.match(line):
            mention = _mention(
                hit["method"], hit["server"], hit["path"], span, piece.place.index, example
            )
            if mention:
                yield mention
        elif _CURL.search(line):
            yield from _in_curl("\n".join(lines[offset : offset + 12]), span, piece)


def _in_curl(command: str, span: Span, piece: Piece) -> Iterator[Mention]:
    url = _URL.search(command)
    method = _CURL_METHOD.search(command)
    implied = "POST" if re.search(r"\s(?:-d|--data(?:-raw|-binary)?)\b", command) else "GET"
    if url:
        verb = method[1].upper() if method else implied
        mention = _mention(verb, url["server"], url["path"], span, piece.place.index, True)
        if mention:
            yield replace(mention, confidence="medium")


def _sampled(document: Document) -> Iterator[Mention]:
    """Method and path of a request built in sample code, however the capture broke the code up."""
    lines = [line.replace("\\", "") for line in document.lines]
    for number, line in enumerate(lines):
        hit = _SAMPLE_METHOD.search(line)
        if not hit:
            continue
        for reach in range(_SAMPLE_REACH):
            for at in sorted({number + reach, number - reach}):
                path = _SAMPLE_PATH.search(lines[at]) if 0 <= at < len(lines) else None
                if path:
                    span = Span(document.page, at + 1, at + 1, document.lines[at].strip()[:160])
                    mention = _mention(
                        (hit[1] or hit[2]).upper(), None, path["path"], span, 0, True
                    )
                    if mention:
                        yield replace(mention, confidence="medium")
                    break
            else:
                continue
            break


def _mention(
    method: str, server: str | None, path: str, span: Span, index: int, example: bool
) -> Mention | None:
    clean = normal_path(path)
    if clean is None:
        return None
    host = server if server and _ABSOLUTE.fullmatch(server) else ""
    return Mention(
        method=method.upper(), path=clean, server=host, span=span, index=index, in_example=example
    )


def without_endpoint(said: str) -> str:
    """A heading's words less the method and path in them."""
    return " ".join(_SPOKEN.sub(" ", said.replace("\\", "")).split()).strip(" -–:`()")


def normal_path(path: str) -> str | None:
    """A path with ``{name}`` placeholders, without query; None when it is no path of an API."""
    plain = path.replace("\\", "").split("?")[0].split("#")[0]
    plain = _PLACEHOLDER.sub(lambda m: "{" + next(g for g in m.groups() if g) + "}", plain)
    plain = plain.rstrip(".:)>*_").rstrip("/") if plain != "/" else plain
    if not plain or "//" in plain or plain.count("{") != plain.count("}"):
        return None
    return plain
