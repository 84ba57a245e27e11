"""What was observed, and how much it weighs: never more than it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.drift.packets import Packet
from conformance.model.finding import Excerpt, Finding
from conformance.report.markdown import code, inline
from conformance.report.packet_parts import fenced, visible
from conformance.report.words import weighed

_MEMBERS: Final = 30
_COUNT: Final = re.compile(r" \(in [\d,]{1,15} of [\d,]{1,15} [^()]{1,200}\)\Z")
"""What a message says of how often: a packet says it better."""
_WEIGHTY: Final = frozenset(("live", "recorded"))
_OF_TEXT: Final = frozenset(
    """capture-artefact header-language link-target-missing header-unknown row-unread
    page-unreadable endpoint-missing table-garbled type-missing type-unknown
    placeholder-undocumented example-is-placeholder example-not-json constant-without-value
    media-type-unknown status-code-unregistered operation-conflict""".split()  # noqa: SIM905
)
"""Rules that find a flaw of the page as it stands, beside nothing that contradicts it."""


def stands(packet: Packet) -> str:
    """On what the packet stands, in one or two sentences."""
    origins = {tally.origin for f in packet.findings for tally in f.evidence}
    message = _COUNT.sub("", packet.head.message)
    if origins & _WEIGHTY:
        return f"Found: {message}. Responses of the API show it: {_weight(packet)}."
    if packet.head.rule.startswith("parity-"):
        return f"Found: {message}. The pages in different languages do not say the same."
    if packet.head.rule in _OF_TEXT:
        return f"Found: {message}."
    return f"Found: {message}. The page contradicts itself; what the API does is not known from it."


def observed(packet: Packet) -> Iterator[str]:
    """The section on interactions; nothing for a page against itself."""
    seen = [f for f in packet.findings if f.observed and "#" in f.observed.where]
    if not seen:
        return
    yield "## What was observed"
    if len({f.subject for f in seen}) > 1:
        yield "\n".join(_table(seen))
    finding = seen[0]
    if finding.observed:
        pointer = finding.observed.pointer
        at = f" at {code(pointer)}" if pointer else ""
        yield f"{inline(_often(finding))}. Shown: {code(finding.observed.where)}{at}."
        if finding.observed.excerpt:
            yield _marked(finding.observed.excerpt)


def _often(finding: Finding) -> str:
    often = weighed(finding)
    return often[:1].upper() + often[1:]


def _weight(packet: Packet) -> str:
    finding = next(f for f in packet.findings if _WEIGHTY & {t.origin for t in f.evidence})
    return weighed(finding)


def _table(seen: Sequence[Finding]) -> Iterator[str]:
    alike = len({_often(finding) for finding in seen}) == 1
    yield "| member | documented | observed |" + ("" if alike else " evidence |")
    yield "|---|---|---|" + ("" if alike else "---|")
    for finding in seen[:_MEMBERS]:
        cells = [finding.subject, finding.expected, finding.actual]
        cells += [] if alike else [_often(finding)]
        yield f"| {' | '.join(map(inline, cells))} |"
    if len(seen) > _MEMBERS:
        yield f"| and {len(seen) - _MEMBERS} more | | |"


def _marked(excerpt: Excerpt) -> str:
    lines = excerpt.text.split("\n")
    shown = (
        f"{'>' if excerpt.first <= number <= excerpt.last else ' '} {visible(line)}"
        for number, line in enumerate(lines)
    )
    return fenced("\n".join(shown))
