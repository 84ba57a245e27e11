"""A packet as an issue somebody can act on in a minute, and as files beside each other.

Pages and servers are not trusted: whatever they say stays text.  It cannot open a link, a tag, a
heading or a code block, mentions nobody and refers to no other issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import Final

from conformance.drift.packets.packet import AnswerOption, Packet, PagePatch
from conformance.drift.relations import ENCLOSING, FACETS, is_envelope
from conformance.model.finding import Finding
from conformance.report.packet_evidence import basis, changes_in_words, diff_text, marked_lines
from conformance.report.packet_page import page_says
from conformance.report.rule_words import OTHERWISE, WORDS
from conformance.report.templating import render_template

_LONGEST_TITLE: Final = 160
_NAMES: Final = 3
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
    letters = {id(option): letter for letter, option in _lettered(packet)}
    known: dict[tuple[str, str], list[str]] = {}
    for entry in packet.known:
        known.setdefault((entry.reason, str(entry.expires)), []).append(entry.fingerprint)
    first = {finding.fingerprint: finding for finding in reversed(packet.findings)}
    text = render_template(
        "packet.md.j2",
        packet=packet,
        title=title(packet),
        name=file_name(packet),
        names=_names(packet),
        basis=basis(packet),
        known=known,
        accepted_ones={entry.fingerprint for entry in packet.known},
        pages=list(page_says(packet)),
        observed=[f for f in packet.findings if f.observed and "#" in f.observed.where],
        why=list(_why(packet)),
        tracked=[first[fingerprint] for fingerprint in packet.fingerprints],
        letter=lambda option: letters.get(id(option), ""),
        lettered=letters,
        changes_in_words=lambda patches: list(changes_in_words(patches)),
        diff_text=diff_text,
        marked_lines=marked_lines,
    )
    return text.rstrip("\n") + "\n"


def render_patch(packet: Packet) -> bytes | None:
    """The correction as ``git apply`` takes it, from the root of the repository; None without."""
    return _bytes(packet.correction.patches) if packet.correction else None


def file_name(packet: Packet) -> str:
    """Stable as long as its findings are; without a suffix."""
    finding = packet.head
    slug = _SLUG.sub("-", f"{finding.rule} {_short(finding)}".lower()).strip("-")
    return f"{packet.id}-{slug[:60].rstrip('-')}"


def packet_files(packets: Sequence[Packet], name: str = "") -> dict[str, str | bytes]:
    """Every file of a folder of packets, by name: Markdown, patches, and an index README.md.

    Patches of answers to questions carry a letter: ``NAME.a.patch``.
    """
    index = render_template(
        "packets.md.j2", name=name, packets=packets, title=title, file_name=file_name
    )
    files: dict[str, str | bytes] = {"README.md": index.rstrip("\n") + "\n"}
    for packet in packets:
        file = file_name(packet)
        files[f"{file}.md"] = render_packet(packet)
        patch = render_patch(packet)
        if patch is not None:
            files[f"{file}.patch"] = patch
        for letter, option in _lettered(packet):
            files[f"{file}.{letter}.patch"] = _bytes(option.patches)
    return files


def _bytes(patches: Sequence[PagePatch]) -> bytes:
    return b"".join(patch.diff for patch in patches)


def _lettered(packet: Packet) -> list[tuple[str, AnswerOption]]:
    """The answers that have a patch, each with its letter."""
    options = [o for question in packet.questions for o in question.options if o.patches]
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


def _why(packet: Packet) -> Iterator[str]:
    """Of each respect in which something is disputed, the gravest rule's reason."""
    reasons: dict[str, str] = {}
    for finding in packet.findings:
        facet = FACETS.get(finding.rule, finding.rule)
        reasons.setdefault(facet, WORDS.get(finding.rule, OTHERWISE).why)
    head = next(iter(reasons))
    yield from [reasons[head]] if head in ENCLOSING else reasons.values()
