"""A packet as an issue somebody can act on in a minute, and as files beside each other.

Pages and servers are not trusted: whatever they say stays text.  It cannot open a link, a tag, a
heading or a code block, mentions nobody and refers to no other issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import Final

from conformance.drift.packets import Packet
from conformance.drift.packets.packet import Option, PagePatch
from conformance.drift.relations import ENCLOSING, FACETS, is_envelope
from conformance.model.finding import Finding
from conformance.report.markdown_text import code, fenced, inline
from conformance.report.packet_evidence import (
    changes_in_words,
    diff_text,
    observed,
    prose,
    stands,
    visible,
)
from conformance.report.packet_page import page_says
from conformance.report.rule_words import OTHERWISE, WORDS
from conformance.report.words import plural

_LONGEST_TITLE: Final = 160
_NAMES: Final = 3
_TRACKED: Final = 200
_SLUG: Final = re.compile(r"[^a-z0-9]+")


def title(packet: Packet) -> str:
    """What it is about, as plain text with names between backticks."""
    finding = packet.head
    rule = "undocumented-envelope" if is_envelope(finding) else finding.rule
    words, operation = WORDS.get(rule, OTHERWISE), _operation(packet)
    named = {
        "{names}": _names(packet),
        "{subject}": finding.subject,
        "{expected}": finding.expected or "nothing",
        "{actual}": finding.actual or "nothing",
        "{seen}": finding.actual.rpartition(", ")[2],
        "{operation}": operation or "the page",
    }
    text = re.sub(r"\{[a-z]+\}", lambda hit: named.get(hit[0], hit[0]), words.title)
    page = finding.documented.page if finding.documented else ""
    where = ("" if operation in text else operation) if operation else page
    whole = f"{text} ({where})" if where else text
    return whole if len(whole) <= _LONGEST_TITLE else whole[: _LONGEST_TITLE - 1] + "…"


def render_packet(packet: Packet) -> str:
    """The packet in GitHub Flavored Markdown; ends with a newline."""
    blocks = [f"# {prose(title(packet))}", prose(stands(packet))]
    blocks += _known(packet)
    blocks += ["## What the page says", *page_says(packet)]
    blocks += observed(packet)
    blocks += ["## Why it matters", *_why(packet)]
    blocks += _correction(packet)
    blocks += _questions(packet)
    blocks += _reproduction(packet)
    blocks += _tracking(packet)
    return "\n\n".join(block for block in blocks if block) + "\n"


def render_patch(packet: Packet) -> bytes | None:
    """The correction as ``git apply`` takes it, from the root of the repository; None without."""
    return _bytes(packet.correction.patches) if packet.correction else None


def file_name(packet: Packet) -> str:
    """Stable as long as its findings are; without a suffix."""
    finding = packet.head
    slug = _SLUG.sub("-", f"{finding.rule} {_short(finding)}".lower()).strip("-")
    return f"{packet.id}-{slug[:60].rstrip('-')}"


def packet_files(packets: Sequence[Packet], title: str = "") -> dict[str, str | bytes]:
    """Every file of a folder of packets, by name: Markdown, patches, and an index README.md.

    Patches of answers to questions carry a letter: ``NAME.a.patch``.
    """
    files: dict[str, str | bytes] = {"README.md": _index(packets, title)}
    for packet in packets:
        name = file_name(packet)
        files[f"{name}.md"] = render_packet(packet)
        patch = render_patch(packet)
        if patch is not None:
            files[f"{name}.patch"] = patch
        for letter, option in _lettered(packet):
            files[f"{name}.{letter}.patch"] = _bytes(option.patches)
    return files


def _bytes(patches: Sequence[PagePatch]) -> bytes:
    return b"".join(patch.diff for patch in patches)


def _lettered(packet: Packet) -> list[tuple[str, Option]]:
    """The answers that have a patch, each with its letter."""
    options = [o for asked in packet.questions for o in asked.options if o.patches]
    return [(_letter(number), option) for number, option in enumerate(options)]


def _letter(number: int) -> str:
    """``a`` to ``z``, then ``aa``."""
    more, last = divmod(number, len(ascii_lowercase))
    return (_letter(more - 1) if more else "") + ascii_lowercase[last]


def _operation(packet: Packet) -> str:
    """The one it is about, or how many there are."""
    operations = {finding.operation for finding in packet.findings}
    return packet.head.operation if len(operations) == 1 else f"{len(operations)} operations"


def _names(packet: Packet) -> str:
    alike = [f for f in packet.findings if f.rule == packet.head.rule]
    names = list(dict.fromkeys(f"`{_short(finding)}`" for finding in alike))
    if packet.head.rule == "exclusive-yet-required":
        names = re.findall(r"`[^`]+`", packet.head.message) or names
    if len(names) > _NAMES:
        return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _short(finding: Finding) -> str:
    """The member without the answer or the list of inputs it belongs to."""
    parts = finding.subject.split(".")
    start = 2 if parts[0] == "responses" else 1 if parts[0] in ("parameters", "requestBody") else 0
    return ".".join(parts[start:]) or finding.subject


def _known(packet: Packet) -> Iterator[str]:
    """Each reason once."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for entry in packet.known:
        reasons.setdefault((entry.reason, str(entry.expires)), []).append(entry.fingerprint)
    lines = [
        f"> {inline(reason)} (until {day}: {', '.join(map(code, fingerprints))})"
        for (reason, day), fingerprints in reasons.items()
    ]
    if lines:
        yield "\n>\n".join(["> **Known, and accepted for now:**", *lines])


def _why(packet: Packet) -> Iterator[str]:
    """Of each respect in which something is disputed, the gravest rule's reason."""
    reasons: dict[str, str] = {}
    for finding in packet.findings:
        facet = FACETS.get(finding.rule, finding.rule)
        reasons.setdefault(facet, WORDS.get(finding.rule, OTHERWISE).why)
    head = next(iter(reasons))
    yield from [reasons[head]] if head in ENCLOSING else reasons.values()


def _correction(packet: Packet) -> Iterator[str]:
    correction = packet.correction
    if correction is None:
        return
    yield "## Proposed correction"
    yield "\n".join(f"- {prose(says)}" for says in correction.says)
    yield from _diff(correction.patches)
    count = len(correction.fingerprints)
    gone = "the finding is gone" if count == 1 else f"the {count} findings are gone"
    yield (
        f"Apply with {code(f'git apply {file_name(packet)}.patch')} at the root of the repository. "
        f"Tried on a copy of the page: {gone} and no new one appears."
    )
    yield from map(prose, correction.notes)


def _diff(patches: Sequence[PagePatch]) -> Iterator[str]:
    """The diff; of lines too long to read, first what changes in them."""
    words = list(changes_in_words(patches))
    text, differs = diff_text(patches)
    if words:
        yield "\n".join(f"- {one}" for one in words)
        yield "<details><summary>The same as a diff</summary>"
    yield fenced(text, "diff")
    if words:
        yield "</details>"
    if differs:
        yield f"Of the patch itself: {differs}. The patch file has it to the letter."


def _questions(packet: Packet) -> Iterator[str]:
    if not packet.questions:
        return
    yield "## Question" if len(packet.questions) == 1 else "## Questions"
    letters = {id(option): letter for letter, option in _lettered(packet)}
    for asked in packet.questions:
        yield f"**{prose(asked.asks)}**"
        yield "\n".join(_option(option, letters) for option in asked.options)
        for option in asked.options:
            if option.patches:
                letter = letters.get(id(option), "")
                yield f"<details><summary>Patch {letter}</summary>"
                yield from _diff(option.patches)
                yield "</details>"
    if letters:
        yield (
            f"Each patch ({code(f'{file_name(packet)}.LETTER.patch')}) was tried on a copy of the "
            "pages: with it the finding is gone and no new one appears."
        )


def _option(option: Option, letters: dict[int, str]) -> str:
    letter = letters.get(id(option))
    because = prose(f" ({'; '.join(option.because)})") if option.because else ""
    return f"- [ ] {prose(option.says)}{because}" + (f" (patch {letter})" if letter else "")


def _reproduction(packet: Packet) -> Iterator[str]:
    if packet.reproduction:
        yield "## See for yourself"
        yield prose(packet.reproduction.note)
        yield fenced(visible(packet.reproduction.command), "sh")
        if packet.head.subject.startswith("responses.") and "." in packet.head.subject[10:]:
            yield f"What to look at in the answer: {prose(_names(packet))}."


def _tracking(packet: Packet) -> Iterator[str]:
    yield "## Tracking"
    if packet.reasons:
        yield f"In one packet: {inline('; '.join(packet.reasons))}."
    known = {entry.fingerprint for entry in packet.known}
    lines = [
        "| fingerprint | rule | severity | operation | subject | known |",
        "|---|---|---|---|---|---|",
    ]
    first = {f.fingerprint: f for f in reversed(packet.findings)}
    for fingerprint in packet.fingerprints[:_TRACKED]:
        one = first[fingerprint]
        cells = (fingerprint, one.rule, one.severity.label, one.operation, one.subject)
        mark = "yes" if fingerprint in known else ""
        lines.append(f"| {' | '.join(map(inline, cells))} | {mark} |")
    yield "\n".join(lines)
    if len(packet.fingerprints) > _TRACKED:
        yield f"And {len(packet.fingerprints) - _TRACKED} more."


def _index(packets: Sequence[Packet], name: str) -> str:
    heading = f"# {inline(name)}: packets" if name else "# Packets"
    rows = ["| packet | severity | findings | proposed | known |", "|---|---|---|---|---|"]
    for packet in packets:
        proposed = "correction" if packet.correction else "question"
        if packet.correction and packet.questions:
            proposed = "correction and question"
        known = f"{len(packet.known)} of {len(packet.fingerprints)}" if packet.known else ""
        link = f"[{_in_table(title(packet))}]({file_name(packet)}.md)"
        severity = packet.head.severity.label
        rows.append(f"| {link} | {severity} | {len(packet.fingerprints)} | {proposed} | {known} |")
    return "\n\n".join([heading, _counted(packets), "\n".join(rows)]) + "\n"


def _in_table(text: str) -> str:
    """Without code spans: in a table a pipe ends one."""
    return inline(text.replace("`", ""))


def _counted(packets: Sequence[Packet]) -> str:
    findings = sum(len(packet.fingerprints) for packet in packets)
    corrected = sum(1 for packet in packets if packet.correction)
    clash = ", each by itself: where two touch the same lines, apply one and write the packets anew"
    return (
        f"{plural(findings, 'finding')} of {plural(len(packets), 'cause')}; "
        f"{plural(corrected, 'correction')} that can be applied as they are"
        f"{clash if corrected > 1 else ''}."
    )
