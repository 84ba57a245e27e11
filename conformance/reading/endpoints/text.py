"""Method and path in a line of text: announced, glued to a title, or mentioned in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from conformance.model.document import Text
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import (
    ANY_METHOD,
    METHOD,
    METHODS,
    EndpointCandidate,
    Standing,
    make_candidates,
)
from conformance.reading.endpoints.paths import RELATIVE, TARGET
from conformance.reading.topics import topics_of
from conformance.vocabulary import phrases

_NO_METHOD = rf"(?!/(?:{'|'.join(METHODS)})\b)"
_CALL = rf"(?:\s?(?:{phrases('endpoints.call').pattern})(?=[\s`*:：]))?"
SPOKEN = regex(
    rf"(?<![\w/.-]){ANY_METHOD}{_CALL},?[\s`*:：|()\[\]【】\"–—→>-]{{1,12}}{_NO_METHOD}{TARGET}"
    rf"|(?<![A-Z_/.-])(?P<glued>{'|'.join(METHODS)}){_NO_METHOD}(?P<glued_path>/[a-z][^\s`\"'|,;]*)"
)
"""Method and path with something between them (``POST request: /orders``), or a title, a method
and a path run together."""
_FLAT = regex(rf"(?<![A-Z]){METHOD}\s{{0,3}}{_NO_METHOD}{TARGET}")
_FLAT_LOWER = regex(
    r"(?P<method>get|post|put|delete|patch)\s?(?P<server>https?://[\w.\-:]+)(?P<path>/[^\s`\"'"
    r"|,;]*)"
)
_LOWER = regex(
    r"^\W{0,3}(?P<method>get|post|put|delete|patch)\s{0,3}(?P<server>https?://[\w.\-:]+)(?P<path>/"
    r"\S*)"
)
_ANY_CASE = "|".join(word for m in METHODS for word in (m, m.lower(), m.capitalize()))
ALONE = regex(
    rf"^\W{{0,3}}(?P<method>{_ANY_CASE})(?:\s{{1,3}}[`\"]?|(?=https?://|/[a-z{{][^\s/]*/)){TARGET}[`\"]?\s*$"
)
"""A method in any case of letters and a path, and nothing else."""
UNROOTED = regex(rf"^\W{{0,3}}{ANY_METHOD}[\s`*:：]{{1,6}}(?:/\s{{1,2}})?{RELATIVE}[\s`*]*$")
"""A path without the slash it begins with, or with a blank after it."""
_BEHIND = regex(
    rf"^\W{{0,3}}?{TARGET}[\s`*|:–—-]{{1,6}}"
    rf"(?:[\[(]{METHOD}[\])]|(?P<bare>{'|'.join(METHODS)}))"
    r"(?:\s{1,3}[a-z]{4,11}/[\w.+-]{1,60})?\W{0,3}$"
)
"""The method behind the path, with the media type of the body: ``/orders [GET]``."""
_PATH_ALONE = regex(TARGET)
_WORD_OF_CODE = regex(r"[A-Za-z_]\w{0,63}")
_SENT = regex(rf"(?<![\w/-]){METHOD}\b[^./\n]{{0,80}}[\s:：`]{TARGET}\W{{0,2}}$")
"""A sentence with a method that ends with an address."""
_LETTER = regex(r"[^\W\d_]")
_LABEL_END = regex(rf"[:：)\]>|·–—-]$|(?:{phrases('endpoints.path').pattern})$", re.IGNORECASE)
_SENTENCE = regex(r"(?<=[a-z0-9})])(?=[A-Z][a-z]*$)")
_GOES_ON = regex(r"[\s`*\"')\]）]*(?:HTTP/\d(?:\.\d)?)?[\s`*]*(?P<word>(?![A-Z])[^\W\d_])?")
_REACH = 400
"""Characters before an endpoint that may announce it."""
_MARKED = frozenset(("strong", "code"))
_MOST_LINES = 400
"""Of a paragraph whose lines are looked at, each for itself."""
_ANNOUNCED = 40
"""An endpoint further into a paragraph is mentioned in passing."""


def in_heading(plain: str, span: Span, index: int) -> Iterator[EndpointCandidate]:
    """Every endpoint that a heading names; one of examples shows a call."""
    for hit in SPOKEN.finditer(plain):
        shown = "example" in topics_of(plain[max(0, hit.start() - _REACH) : hit.start()])
        yield from _read_spoken(hit, span, index, "sample" if shown else "place", plain)
    yield from _read_alone(plain, span, index)


def in_line(
    text: Text, span: Span, index: int, source: tuple[str, ...] = ()
) -> Iterator[EndpointCandidate]:
    """The endpoints of a paragraph or list item that says them rather than mentions them.

    ``source`` are its lines as the page has them: an endpoint at the end of one is announced,
    whatever sentence follows below.
    """
    text = _with_placeholders(text)
    plain = text.plain
    hit = SPOKEN.search(plain)
    if not hit or hit.start() > _ANNOUNCED:
        first = next((m for m in text.marks if m.kind == "code" and not m.start), None)
        request = plain[: first.end] if first else ""
        alone = [*_read_alone(request if UNROOTED.match(request) else plain, span, index)]
        yield from alone or ([] if hit else _read_marked(text, span, index))
        return
    source = source if len(source) <= _MOST_LINES else ()
    marked = max((m.end for m in text.marks if m.kind in _MARKED and m.start == 0), default=0)
    for spoken in SPOKEN.finditer(plain):
        standing = _judge_standing(spoken, plain, source, marked)
        yield from _read_spoken(spoken, span, index, standing, plain)


def _read_marked(text: Text, span: Span, index: int) -> Iterator[EndpointCandidate]:
    """Each method with the path next to it, both alone in code: ``a `GET` to `/orders` returns``"""
    method = ""
    for mark in sorted((m for m in text.marks if m.kind == "code"), key=lambda m: m.start):
        code = text.plain[mark.start : mark.end].strip()
        path = _PATH_ALONE.fullmatch(code) if method else None
        if path:
            yield from make_candidates(
                method, path["server"], path["path"], span, index, "sentence"
            )
        method = code if code in METHODS else ""


def _with_placeholders(text: Text) -> Text:
    """The text with braces around each part of a path that is a word in code: ``/orders/`id`/x``.

    Marks keep their places: only those before the first such part are asked for.  Asterisks that
    mark nothing are left out: ``https://host**/orders**``.
    """
    if "**/" in text.plain:
        return replace(text, plain=text.plain.replace("**", ""))
    found, end = [], 0
    for mark in sorted((m for m in text.marks if m.kind == "code"), key=lambda m: m.start):
        apart = text.plain[end : mark.start].endswith("/")
        if apart and _WORD_OF_CODE.fullmatch(text.plain, mark.start, mark.end):
            found.append(mark)
        end = max(end, mark.end)
    plain, end = "", 0
    for mark in found:
        plain += f"{text.plain[end : mark.start]}{{{text.plain[mark.start : mark.end]}}}"
        end = mark.end
    return replace(text, plain=plain + text.plain[end:]) if found else text


def in_flat_text(plain: str, span: Span, index: int) -> Iterator[EndpointCandidate]:
    """In flattened text: ``/orders/allThis request``, where a sentence begins at its capital."""
    for hit in (*_FLAT.finditer(plain), *_FLAT_LOWER.finditer(plain)):
        path, sentence = hit["path"], plain[hit.end() : hit.end() + 1] == " "
        cut = _SENTENCE.search(path) if sentence else None
        path = path[: cut.start()] if cut else path
        for found in make_candidates(hit["method"], hit["server"], path, span, index):
            yield replace(found, confidence="medium") if cut else found


def _read_spoken(
    hit: re.Match[str], span: Span, index: int, standing: Standing, plain: str
) -> Iterator[EndpointCandidate]:
    if hit["path"] == "/" and _LETTER.search(plain, hit.end()):
        return  # a breadcrumb: "GET / Announcements"
    before = plain[max(0, hit.start() - _REACH) : hit.start()] if hit["glued"] else ""
    title = before.strip(" `*:：|-–·#")
    yield from make_candidates(
        hit["method"] or hit["glued"],
        hit["server"],
        hit["path"] or hit["glued_path"],
        span,
        index,
        standing,
        title,
    )


def _judge_standing(
    hit: re.Match[str], plain: str, source: tuple[str, ...], marked: int
) -> Standing:
    """Whether the endpoint is announced, or a sentence goes on around it."""
    if not hit["glued"] and not _is_label(hit.start(), plain, marked):
        return "sentence"
    if not goes_on(plain, hit.end()):
        return "place"
    path = hit["path"] or hit["glued_path"]
    ends = (not goes_on(line, line.rindex(path) + len(path)) for line in source if path in line)
    return "place" if any(ends) else "sentence"


def _is_label(end: int, plain: str, marked: int) -> bool:
    """Whether what stands before the endpoint announces it: a label, a title, a marked word.

    ``marked`` is where the mark ends that the text begins with.
    """
    before = plain[max(0, end - _REACH) : end].rstrip(" `*([（【")
    at = min(end, _REACH) - len(before)
    if not _LETTER.search(before):
        return True
    if "example" in topics_of(before):
        return False
    if topics_of(before.split()[-1]):
        return True
    is_marked = marked >= max(end - at, 1)
    return is_marked or bool(_LABEL_END.search(before)) or "\n" in plain[end - at : end]


def goes_on(plain: str, at: int) -> bool:
    """Whether a sentence goes on there; one that begins with a capital is another one."""
    after = _GOES_ON.match(plain, at)
    return bool(after and after["word"])


def _read_alone(plain: str, span: Span, index: int) -> Iterator[EndpointCandidate]:
    """``get https://...``, ``Get /x`` and ``POST private/balance``, when there is nothing else, and
    a sentence that ends with the address: ``Send a POST to: https://...``."""
    if hit := _LOWER.match(plain) or ALONE.match(plain) or _BEHIND.match(plain):
        method = hit["method"] or hit.groupdict()["bare"]
        yield from make_candidates(method, hit["server"], hit["path"], span, index)
    elif (hit := _SENT.search(plain)) and hit["server"]:
        yield from make_candidates(
            hit["method"], hit["server"], hit["path"], span, index, "sentence"
        )
    elif (hit := UNROOTED.match(plain)) and not any(map(topics_of, hit["path"].split("/"))):
        yield from make_candidates(hit["method"], "", hit["path"], span, index)
