"""Endpoints that only curl commands and sample code show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from conformance.model.document import CodeBlock, Document
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import EndpointCandidate, make_candidates

_CURL = regex(r"\bcurl\b", re.IGNORECASE)
_CURL_METHOD = regex(r"(?:-X|--request)[\s=]{0,4}['\"]?([A-Z]{3,12})\b", re.IGNORECASE)
_CURL_BODY = regex(r"\s(?:-d|--data(?:-raw|-binary)?)\b")
_URL = regex(
    r"(?P<server>https?://[\w.\-:]+)(?P<path>/(?:[^\s`\"'|,;<>\\)]|<[A-Za-z][\w-]{0,60}>)*+)"
)
_SAMPLE_METHOD = regex(
    r"\bmethod['\"]?\s{0,4}[:=(]\s{0,4}['\"`](GET|POST|PUT|DELETE|PATCH)['\"`]"
    r"|\b(?:requests?|axios|session|client|http|Net::HTTP(?:::)?)[.:]{1,2}(get|post|put|delete"
    r"|patch)\b"
    r"|\.request\(\s{0,4}['\"](GET|POST|PUT|DELETE|PATCH)['\"]",
    re.IGNORECASE,
)
_BROKEN_CURL = regex(
    rf"{_SAMPLE_METHOD.pattern}"
    r"|\bcurl\b[^\n]{0,80}?(?:-X|--request)[\s=]{0,4}['\"]?(GET|POST|PUT|DELETE|PATCH)\b",
    re.IGNORECASE,
)
"""Where a command's lines are lines of the page, each on its own."""
_VERBS = ("get", "post", "put", "delete", "patch")
_CUES = ("method", ".request(", "curl", *(f"{sign}{verb}" for sign in ".:" for verb in _VERBS))
"""What both have in small letters wherever they match; found in a fraction of the time."""
_RAW = regex(r"^\s{0,8}(GET|POST|PUT|DELETE|PATCH) (/\S{1,300})(?: HTTP/[\d.]+)?\s*$")
_QUERY = regex(
    r"https?://[\w.\-:]+(?P<path>/(?:[^\s`\"'|;<>\\)?]|<[A-Za-z][\w-]{0,60}>)*+)\?(?P<query>[^\s`\"'|<>\\)#]+)"
)
_RAW_QUERY = regex(
    r"^\s{0,8}(?P<method>GET|POST|PUT|DELETE|PATCH) (?:https?://[\w.\-:]+)?(?P<path>/[^\s?]{1,300})"
    r"\?(?P<query>[^\s#]{1,2000})(?: HTTP/[\d.]+)?\s*$"
)
_SAMPLE_PATH = regex(
    r"(?:['\"`](?:https?://[^/\s'\"`]{1,200}|\$?\{[^}\s]{1,80}\})?"
    r"|--url\s{1,4}https?://[^/\s'\"`]{1,200})(?P<path>/(?:[\w\-./{}:]|<[A-Za-z][\w-]{0,60}>){2,300})"
)
_OPTION = regex(r"\s+--?[A-Za-z]")
_LINES_OF_COMMAND = 60
_MOST_URLS = 8
"""Addresses of a command that are looked at."""
_SAMPLE_REACH = 24
"""Lines around the method in which its path may stand."""


def is_curl(line: str) -> bool:
    return "curl" in line.lower() and bool(_CURL.search(line))


def in_curl(command: str, span: Span, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """The endpoint of one curl command; a body without a method is a POST (curl(1))."""
    urls = list(islice(_URL.finditer(command), _MOST_URLS))
    if not urls:
        return
    url = next((hit for hit in urls if not _is_sent(command, hit.start())), urls[0])
    method = _CURL_METHOD.search(command)
    implied = "POST" if _CURL_BODY.search(command) else "GET"
    verb = method[1] if method else implied
    for found in make_candidates(
        verb, url["server"], url["path"], span, piece.place.index, "sample"
    ):
        yield replace(found, confidence="medium")


def _is_sent(command: str, at: int) -> bool:
    """Whether an address is a part of what the command sends: inside of quotes that do not begin
    with it."""
    before = command[:at]
    within = before.count("'") % 2 == 1 and not before.endswith("'")
    return within or before.endswith('\\"')


def curl_calls(block: CodeBlock, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """The endpoints of all curl commands of a block."""
    lines = block.text.split("\n") if "curl" in block.text.lower() else []
    for offset, line in enumerate(lines):
        if is_curl(line):
            span = block.span.at_line(offset, line)
            yield from in_curl(read_command_at(lines, offset), span, piece)


def find_sampled_queries(block: CodeBlock) -> Iterator[tuple[str, str, str, Span]]:
    """Method, path and query of the requests with a query that a block of code shows."""
    lines = block.text.split("\n")
    for offset, line in enumerate(lines):
        command = read_command_at(lines, offset) if is_curl(line) else ""
        hit = _QUERY.search(command) if command else _RAW_QUERY.match(line)
        if hit is None:
            continue
        method = _CURL_METHOD.search(command) if command else None
        implied = "POST" if _CURL_BODY.search(command) else "GET"
        verb = hit["method"] if not command else method[1].upper() if method else implied
        number = offset + command.count("\n", 0, hit.start())
        yield verb, hit["path"], hit["query"], block.span.at_line(number, lines[number])


def in_samples(document: Document) -> Iterator[EndpointCandidate]:
    """Method and path of requests built in code, however the capture broke the code up."""
    lines = [line.replace("\\", "") for line in document.lines]
    yield from _in_lines(lines, document.lines, Span(document.page, 1, 1), 0, _BROKEN_CURL)


def in_code_sample(block: CodeBlock, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """Requests that one code block makes with a method it names itself, in any language."""
    lines = block.text.split("\n")
    yield from _in_lines(lines, lines, block.span, piece.place.index)
    for offset, line in enumerate(lines):
        curl = is_curl(line) and _CURL_METHOD.search(read_command_at(lines, offset))
        hit = None if curl else _RAW.match(line)
        if not curl and not hit:
            continue
        span = block.span.at_line(offset, line)
        if curl:
            yield from in_curl(read_command_at(lines, offset), span, piece)
        elif hit:
            yield from make_candidates(hit[1], None, hit[2], span, piece.place.index, "sample")


def read_command_at(lines: Sequence[str], start: int, least: int = 1) -> str:
    """A shell command with the lines it goes on with: behind a backslash, within quotes, or at an
    option; ``least`` lines of it at any rate."""
    end, is_quoted = start, lines[start].count("'") % 2 == 1
    while end + 1 < len(lines) and end < start + _LINES_OF_COMMAND:
        goes_on = is_quoted or lines[end].rstrip().endswith("\\")
        if not goes_on and not _OPTION.match(lines[end + 1]) and end + 1 >= start + least:
            break
        end += 1
        is_quoted ^= lines[end].count("'") % 2 == 1
    return "\n".join(lines[start : end + 1])


def _in_lines(
    lines: Sequence[str],
    quoted: Sequence[str],
    first: Span,
    index: int,
    methods: re.Pattern[str] = _SAMPLE_METHOD,
) -> Iterator[EndpointCandidate]:
    for number, line in _with_cues(lines):
        method = methods.search(line)
        found = _find_path_near(lines, number) if method else None
        if method and found:
            at, path = found
            place = first.line + at
            span = Span(first.page, place, place, quoted[at].strip()[:160])
            verb = next(group for group in method.groups() if group)
            for sampled in make_candidates(verb, None, path, span, index, "sample"):
                yield replace(sampled, confidence="medium")


def _with_cues(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that may make a request, with their numbers."""
    whole = "\n".join(lines).lower()
    if cues := [cue for cue in _CUES if cue in whole]:
        for number, line in enumerate(lines):
            low = line.lower()
            if any(cue in low for cue in cues):
                yield number, line


def _find_path_near(lines: Sequence[str], number: int) -> tuple[int, str] | None:
    """The nearest line with a quoted path, the method's own line first."""
    for reach in range(_SAMPLE_REACH):
        for at in dict.fromkeys((number + reach, number - reach)):
            hit = _SAMPLE_PATH.search(lines[at]) if 0 <= at < len(lines) else None
            if hit:
                return at, hit["path"]
    return None
