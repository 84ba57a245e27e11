"""A packet as an issue somebody can act on in a minute, and as files beside each other.

Pages and servers are not trusted: whatever they say stays text.  It cannot open a link, a tag, a
heading or a code block, mentions nobody and refers to no other issue.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import partial
from string import ascii_lowercase
from typing import Final

from conformance.drift.packets.packet import Answer, Packet, PagePatch
from conformance.drift.relations import ENCLOSING, FACETS, is_envelope
from conformance.model.finding import Finding
from conformance.patterns import regex
from conformance.report.github import mark_lines
from conformance.report.packet_page import quote_pages
from conformance.report.plain import code, make_visible
from conformance.report.templating import render_template
from conformance.report.words import OTHERWISE, WORDS, describe_evidence

_COUNT: Final = regex(r" \(in [\d,]{1,15} of [\d,]{1,15} [^()]{1,200}\)\Z")
"""What a message says of how often: a packet says it better."""
_WEIGHTY: Final = frozenset(("live", "recorded"))
_OF_TEXT: Final = frozenset(
    """capture-artefact header-language link-target-missing header-unknown row-unread
    page-unreadable endpoint-missing table-garbled type-missing type-unknown
    placeholder-undocumented example-is-placeholder example-not-json constant-without-value
    page-without-operation response-missing media-type-unknown status-code-unregistered
    operation-conflict specification-invalid""".split()  # noqa: SIM905
)
"""Rules that find a flaw of the page as it stands, beside nothing that contradicts it."""


def explain_basis(packet: Packet) -> str:
    """On what the packet stands, in one or two sentences."""
    origins = {tally.origin for f in packet.findings for tally in f.evidence}
    message = _COUNT.sub("", packet.head.message)
    if origins & _WEIGHTY:
        shown = next(f for f in packet.findings if _WEIGHTY & {t.origin for t in f.evidence})
        return f"Found: {message}. Responses of the API show it: {describe_evidence(shown)}."
    if packet.head.rule.startswith("parity-"):
        return f"Found: {message}. The pages in different languages do not say the same."
    if packet.head.rule in _OF_TEXT:
        return f"Found: {message}."
    return f"Found: {message}. The page contradicts itself; what the API does is not known from it."


_LONGEST_DIFF: Final = 24_000
"""Characters of a diff that are shown: an issue on GitHub holds 65,536."""
_LONG_LINE: Final = 300
"""Characters of a changed line, from which on the change is shown in words as well."""
_LONGEST_LINE: Final = 20_000
_AROUND: Final = 40
"""Characters shown before and after a change."""
_PIECE: Final = regex(r"\w+|\W")


def render_diff(patches: Sequence[PagePatch]) -> tuple[str, str]:
    """The patches as text, and in what it differs from them; empty when it does not."""
    parts, differs = [], []
    for patch in patches:
        text = patch.diff.decode(patch.charset, "replace").rstrip("\n")
        bare = "\n".join(line.removesuffix("\r") for line in text.split("\n"))
        parts.append(make_visible(bare))
        differs += ["lines end in CR LF"] if bare != text else []
        differs += ["some characters are shown as escapes"] if parts[-1] != bare else []
    whole = "\n".join(parts)
    if len(whole) > _LONGEST_DIFF:
        whole = whole[:_LONGEST_DIFF].rpartition("\n")[0] + "\n…"
        differs.append("only its beginning is shown")
    return whole, "; ".join(dict.fromkeys(differs))


def describe_changes(patches: Sequence[PagePatch]) -> Iterator[str]:
    """What changes within lines too long to compare by eye."""
    for patch in patches:
        text = patch.diff.decode(patch.charset, "replace")
        for old, new in _pair_lines(text):
            if _LONG_LINE < len(old) <= _LONGEST_LINE and len(new) <= _LONGEST_LINE:
                first, second = _PIECE.findall(old), _PIECE.findall(new)
                matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
                for tag, i, j, k, m in matcher.get_opcodes():
                    if tag == "equal":
                        continue
                    before = "".join(first[:i])[-_AROUND:]
                    after = "".join(first[j:])[:_AROUND]
                    was, now = "".join(first[i:j]), "".join(second[k:m])
                    change = f"becomes {code(before + now + after)}"
                    yield f"{code(before + was + after)} {change}"


def _pair_lines(diff: str) -> Iterator[tuple[str, str]]:
    taken: list[str] = []
    put: list[str] = []
    for line in [*diff.split("\n"), " "]:
        if line.startswith("-") and not put:
            taken.append(line[1:])
        elif line.startswith("+") and taken:
            put.append(line[1:])
        else:
            if len(taken) == len(put):
                yield from zip(taken, put, strict=True)
            taken, put = ([line[1:]] if line.startswith("-") else []), []


_LONGEST_TITLE: Final = 160
_NAMES: Final = 3
_SLUG: Final = regex(r"[^a-z0-9]+")


def write_title(packet: Packet) -> str:
    """What it is about, as plain text with names between backticks."""
    finding = packet.head
    rule = "undocumented-envelope" if is_envelope(finding) else finding.rule
    words, operations = WORDS.get(rule, OTHERWISE), {f.operation for f in packet.findings}
    operation = finding.operation if len(operations) == 1 else f"{len(operations)} operations"
    named = {
        "{names}": _list_names(packet),
        "{subject}": finding.subject,
        "{expected}": finding.expected or "nothing",
        "{actual}": finding.actual or "nothing",
        "{observed}": finding.actual.rpartition(", ")[2],
        "{operation}": operation or "the page",
    }
    text = re.sub(r"\{[a-z]+\}", lambda hit: named.get(hit[0], hit[0]), words.title)
    page = finding.documented.page if finding.documented else ""
    where = ("" if operation in text else operation) if operation else page
    whole = f"{text} ({where})" if where else text
    return whole if len(whole) <= _LONGEST_TITLE else whole[: _LONGEST_TITLE - 1] + "…"


def render_packet(packet: Packet) -> str:
    """The packet in GitHub Flavored Markdown; ends with a newline."""
    letters = {id(option): letter for letter, option in _letter_answers(packet)}
    known: dict[tuple[str, str], list[str]] = {}
    for entry in packet.known:
        known.setdefault((entry.reason, str(entry.expires)), []).append(entry.fingerprint)
    first = {finding.fingerprint: finding for finding in reversed(packet.findings)}
    text = render_template(
        "packet.md.j2",
        packet=packet,
        title=write_title(packet),
        name=name_file(packet),
        names=_list_names(packet),
        basis=explain_basis(packet),
        known=known,
        accepted_ones={entry.fingerprint for entry in packet.known},
        pages=list(quote_pages(packet)),
        observed=[f for f in packet.findings if f.observed and "#" in f.observed.where],
        why=list(_explain_choice(packet)),
        tracked=[first[fingerprint] for fingerprint in packet.fingerprints],
        letter=lambda option: letters.get(id(option), ""),
        lettered=letters,
        changes_in_words=lambda patches: list(describe_changes(patches)),
        diff_text=render_diff,
        marked_lines=partial(mark_lines, show=make_visible),
    )
    return text.rstrip("\n") + "\n"


def render_patch(packet: Packet) -> bytes | None:
    """The correction as ``git apply`` takes it, from the root of the repository; None without."""
    patches = packet.correction.patches if packet.correction else ()
    return b"".join(patch.diff for patch in patches) if packet.correction else None


def name_file(packet: Packet) -> str:
    """Stable as long as its findings are; without a suffix."""
    finding = packet.head
    slug = _SLUG.sub("-", f"{finding.rule} {_shorten_finding(finding)}".lower()).strip("-")
    return f"{packet.id}-{slug[:60].rstrip('-')}"


def render_packet_files(packets: Sequence[Packet], name: str = "") -> dict[str, str | bytes]:
    """Every file of a folder of packets, by name; patches of answers to questions carry a letter:
    ``NAME.a.patch``."""
    index = render_template(
        "packets.md.j2", name=name, packets=packets, title=write_title, file_name=name_file
    )
    files: dict[str, str | bytes] = {"README.md": index.rstrip("\n") + "\n"}
    for packet in packets:
        file = name_file(packet)
        files[f"{file}.md"] = render_packet(packet)
        patch = render_patch(packet)
        if patch is not None:
            files[f"{file}.patch"] = patch
        for letter, option in _letter_answers(packet):
            files[f"{file}.{letter}.patch"] = b"".join(patch.diff for patch in option.patches)
    return files


def _letter_answers(packet: Packet) -> list[tuple[str, Answer]]:
    options = [o for question in packet.questions for o in question.answers if o.patches]
    return [(_make_letter(number), option) for number, option in enumerate(options)]


def _make_letter(number: int) -> str:
    """``a`` to ``z``, then ``aa``."""
    more, last = divmod(number, len(ascii_lowercase))
    return (_make_letter(more - 1) if more else "") + ascii_lowercase[last]


def _list_names(packet: Packet) -> str:
    alike = [f for f in packet.findings if f.rule == packet.head.rule]
    names = list(dict.fromkeys(f"`{_shorten_finding(finding)}`" for finding in alike))
    if packet.head.rule == "exclusive-yet-required":
        names = re.findall(r"`[^`]+`", packet.head.message) or names
    if len(names) > _NAMES:
        return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _shorten_finding(finding: Finding) -> str:
    parts = finding.subject.split(".")
    start = 2 if parts[0] == "responses" else 1 if parts[0] in ("parameters", "requestBody") else 0
    return ".".join(parts[start:]) or finding.subject


def _explain_choice(packet: Packet) -> Iterator[str]:
    reasons: dict[str, str] = {}
    for finding in packet.findings:
        facet = FACETS.get(finding.rule, finding.rule)
        reasons.setdefault(facet, WORDS.get(finding.rule, OTHERWISE).why)
    head = next(iter(reasons))
    yield from [reasons[head]] if head in ENCLOSING else reasons.values()
