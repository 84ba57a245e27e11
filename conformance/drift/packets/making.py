"""Groups of findings made packets: what is certain becomes a patch that was tried, the rest is
asked.

Nothing is proposed on trust: a patch is applied to a copy of the pages, the copy is read again,
and only when the findings it is for are gone, and no new one is there, is it handed out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from conformance.drift.known import KnownEntry
from conformance.drift.packets.corrections import propose
from conformance.drift.packets.corrections.asked import question
from conformance.drift.packets.grouping import ENCLOSING, group
from conformance.drift.packets.lines import changes, charset_of
from conformance.drift.packets.packet import (
    Advice,
    Answer,
    Asked,
    Correction,
    Docs,
    Edit,
    Option,
    Packet,
    PagePatch,
    PageSource,
    Proposal,
    Question,
    unique,
)
from conformance.drift.packets.patch import PatchError, apply, unified
from conformance.drift.packets.weaving import woven
from conformance.model.finding import Finding

Holds: TypeAlias = Callable[[Mapping[str, bytes], frozenset[str]], bool]
"""Whether, with these pages in place of those of the same name, findings with these fingerprints
are gone and no other one is new."""


def packets(
    findings: Sequence[Finding], docs: Docs, known: Iterable[KnownEntry] = ()
) -> tuple[Packet, ...]:
    """One packet for each cause, without corrections; pure."""
    entries = {entry.fingerprint: entry for entry in known}
    return tuple(
        _packet(members, reasons, docs, entries) for members, reasons in group(findings, docs)
    )


def advised(packet: Packet, docs: Docs, holds: Holds) -> Packet:
    """The packet with its correction, if one is certain and does what it is for, and questions."""
    advice = [(finding, propose(finding, docs)) for finding in packet.findings]
    certain = [(f, a) for f, a in advice if isinstance(a, Proposal)]
    correction = _correction(certain, docs, holds)
    settled = set(correction.fingerprints) if correction else set()
    open_ = [(f, _asked_instead(f, a)) for f, a in advice if f.fingerprint not in settled]
    questions = _questions(_causes(packet, open_), docs, holds)
    return replace(packet, correction=correction, questions=questions)


def _packet(
    members: tuple[Finding, ...],
    reasons: tuple[str, ...],
    docs: Docs,
    entries: Mapping[str, KnownEntry],
) -> Packet:
    fingerprints = unique(finding.fingerprint for finding in members)
    return Packet(
        findings=members,
        bonds=reasons,
        known=tuple(entries[f] for f in fingerprints if f in entries),
        sources=_sources(members, docs),
    )


def _sources(members: Sequence[Finding], docs: Docs) -> tuple[PageSource, ...]:
    """The pages that say it, twins included."""
    pages: dict[str, PageSource] = {}
    for finding in members:
        named = [finding.documented.page] if finding.documented else []
        named += [finding.observed.where.rpartition(":")[0]] if finding.observed else []
        told = (span.page for span in docs.told(finding.operation, finding.subject))
        for page in (*named, *told):
            if page in docs.by_page:
                pages.setdefault(page, docs.by_page[page])
    return tuple(pages.values())


def _correction(
    certain: Sequence[tuple[Finding, Proposal]], docs: Docs, holds: Holds
) -> Correction | None:
    """All proposals at once; where that does not do, those that do by themselves."""
    together = _tried(certain, docs, holds)
    if together or len(certain) < 2:
        return together
    alone = [one for one in _by_fingerprint(certain) if _tried(one, docs, holds)]
    return _tried([pair for one in alone for pair in one], docs, holds)


def _causes(
    packet: Packet, open_: Sequence[tuple[Finding, Question]]
) -> Sequence[tuple[Finding, Question]]:
    """Of a table that makes no sense nothing is asked but what it is."""
    if packet.head.rule not in ENCLOSING:
        return open_
    return [pair for pair in open_ if pair[0].rule == packet.head.rule]


def _by_fingerprint(
    certain: Sequence[tuple[Finding, Proposal]],
) -> list[list[tuple[Finding, Proposal]]]:
    groups: dict[str, list[tuple[Finding, Proposal]]] = defaultdict(list)
    for finding, proposal in certain:
        groups[finding.fingerprint].append((finding, proposal))
    return list(groups.values())


def _tried(
    certain: Sequence[tuple[Finding, Proposal]], docs: Docs, holds: Holds
) -> Correction | None:
    fingerprints = unique(finding.fingerprint for finding, _ in certain)
    edits = [edit for _, proposal in certain for edit in proposal.edits]
    patches = _patches(edits, docs, frozenset(fingerprints), holds)
    if not patches:
        return None
    says = unique(proposal.says for _, proposal in certain)
    notes = unique(proposal.note for _, proposal in certain if proposal.note)
    return Correction(says=says, patches=patches, fingerprints=fingerprints, notes=notes)


def _patches(
    edits: Iterable[Edit], docs: Docs, gone: frozenset[str], holds: Holds
) -> tuple[PagePatch, ...]:
    """The patches that make the edits, if they apply and do what they are for."""
    by_page: dict[str, list[Edit]] = defaultdict(list)
    for edit in woven(edits, docs):
        by_page[edit.page].append(edit)
    patches, pages = [], {}
    for page, own in by_page.items():
        source = docs.by_page.get(page)
        patch = _patch(source, own) if source else None
        if source is None or patch is None:
            return ()
        patches.append(patch)
        try:
            pages[page] = apply(patch.diff, source.data)
        except PatchError:
            return ()
    return tuple(patches) if patches and holds(pages, gone) else ()


def _patch(source: PageSource, edits: Sequence[Edit]) -> PagePatch | None:
    charset = charset_of(source.data, source.document)
    made = changes(source.data, charset, edits) if charset else ()
    diff = unified(source.path, source.data, made)
    return PagePatch(source.page, source.path, diff, charset) if diff else None


def _asked_instead(finding: Finding, advice: Advice) -> Question:
    """A proposal that did not do becomes a question, without the words it was proposed with."""
    return advice if isinstance(advice, Question) else question(finding)


def _questions(
    open_: Sequence[tuple[Finding, Question]], docs: Docs, holds: Holds
) -> tuple[Asked, ...]:
    """Questions in the same words are one, and so are their answers."""
    grouped: dict[str, list[tuple[Finding, Question]]] = defaultdict(list)
    for finding, asked in open_:
        grouped[asked.asks].append((finding, asked))
    return tuple(_asked(asks, pairs, docs, holds) for asks, pairs in grouped.items())


def _asked(asks: str, pairs: Sequence[tuple[Finding, Question]], docs: Docs, holds: Holds) -> Asked:
    gone = frozenset(finding.fingerprint for finding, _ in pairs)
    answers: dict[str, list[Answer]] = defaultdict(list)
    for _, asked in pairs:
        for answer in asked.answers:
            answers[answer.says].append(answer)
    options = []
    for says, alike in answers.items():
        edits = [edit for answer in alike for edit in answer.edits]
        options.append(Option(says=says, patches=_patches(edits, docs, gone, holds)))
    return Asked(asks=asks, options=tuple(options))
