"""Groups of findings made packets: what is certain becomes a patch that was tried, the rest is
asked.

Nothing is proposed on trust: a patch is applied to a copy of the pages, the copy is read again,
and only when the findings it is for are gone, and no new one is there, is it handed out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec.structs import replace

from conformance.drift.causes import group_findings_by_cause
from conformance.drift.known import KnownEntry
from conformance.drift.packets import member_corrections, text_corrections, type_corrections
from conformance.drift.packets.packet import (
    Advice,
    Answer,
    Correction,
    Docs,
    Edit,
    Packet,
    PagePatch,
    PageSource,
    Proposal,
    Question,
    question,
    unique,
)
from conformance.drift.packets.patch import (
    apply_changes,
    charset_of,
    merge_edits,
    plan_changes,
    render_diff,
)
from conformance.drift.relations import ENCLOSING
from conformance.model.finding import Finding

Trial: TypeAlias = Callable[[Mapping[str, bytes], frozenset[str]], frozenset[str]]
"""With these pages in place of those of the same name: all fingerprints that are gone; none when
one of those that should be is not, or when another one is new."""

Corrector: TypeAlias = Callable[[Finding, Docs], Advice | None]
CORRECTIONS: Final[Mapping[str, Corrector]] = {
    "capture-artefact": text_corrections.remove_artefact,
    "constant-without-value": type_corrections.state_constant,
    "endpoint-missing": member_corrections.correct_endpoint,
    "example-missing-field": member_corrections.show_member,
    "example-not-json": text_corrections.mend_commas,
    "example-type-mismatch": type_corrections.correct_type,
    "example-undocumented-field": member_corrections.add_member,
    "example-unit-mismatch": type_corrections.correct_unit,
    "example-unknown-enum-value": type_corrections.list_value,
    "exclusive-yet-required": member_corrections.remove_marks,
    "header-language": text_corrections.correct_headers,
    "link-target-missing": text_corrections.correct_link,
    "location-conflict": member_corrections.correct_location,
    "media-type-unknown": text_corrections.correct_media_type,
    "missing-field": member_corrections.show_member,
    "near-miss-name": member_corrections.correct_name,
    "parity-default": member_corrections.correct_twin,
    "parity-enum": member_corrections.correct_twin,
    "parity-example": member_corrections.correct_twin,
    "parity-field": member_corrections.correct_twin,
    "parity-limit": member_corrections.correct_twin,
    "parity-prose": member_corrections.correct_twin,
    "parity-required": member_corrections.correct_twin,
    "parity-type": member_corrections.correct_twin,
    "type-conflict": type_corrections.settle_types,
    "type-mismatch": type_corrections.correct_type,
    "type-missing": type_corrections.state_type,
    "undocumented-field": member_corrections.add_member,
    "unit-mismatch": type_corrections.correct_unit,
    "unknown-enum-value": type_corrections.list_value,
}
"""Rule -> what may put right what it finds; for other rules the keepers are asked."""


def group_packets(
    findings: Sequence[Finding], docs: Docs, known: Iterable[KnownEntry] = ()
) -> tuple[Packet, ...]:
    """One packet for each cause, without corrections; pure."""
    entries = {entry.fingerprint: entry for entry in known}
    return tuple(
        Packet(
            findings=cause.findings,
            reasons=cause.reasons,
            known=tuple(entries[f] for f in cause.fingerprints if f in entries),
            sources=_find_sources(cause.findings, docs),
        )
        for cause in group_findings_by_cause(findings)
    )


def add_corrections(packet: Packet, docs: Docs, trial: Trial) -> Packet:
    """The packet with its correction, if one is certain and does what it is for, and questions."""
    advice = [(finding, propose(finding, docs)) for finding in packet.findings]
    certain = [(f, a) for f, a in advice if isinstance(a, Proposal)]
    correction = _make_correction(packet, certain, docs, trial)
    settled = set(correction.fingerprints) if correction else set()
    # A proposal that did not do becomes a question, without the words it was proposed with; of a
    # table that makes no sense nothing is asked but what it is.
    open_ = [
        (f, a if isinstance(a, Question) else question(f))
        for f, a in advice
        if f.fingerprint not in settled
        and (packet.head.rule not in ENCLOSING or f.rule == packet.head.rule)
    ]
    questions = tuple(_merge_questions(open_, docs, trial))
    return replace(packet, correction=correction, questions=questions)


def propose(finding: Finding, docs: Docs) -> Advice:
    """A correction where it is certain, else a question with what may be answered."""
    corrector = CORRECTIONS.get(finding.rule)
    advice = corrector(finding, docs) if corrector else None
    return advice or question(finding)


def _find_sources(members: Sequence[Finding], docs: Docs) -> tuple[PageSource, ...]:
    """The pages that say it, twins included."""
    pages: dict[str, PageSource] = {}
    for finding in members:
        named = [finding.documented.page] if finding.documented else []
        named += [finding.observed.where.rpartition(":")[0]] if finding.observed else []
        lines = (span.page for span in docs.lines_of(finding.operation, finding.subject))
        for page in (*named, *lines):
            if page in docs.by_page:
                pages.setdefault(page, docs.by_page[page])
    return tuple(pages.values())


def _make_correction(
    packet: Packet, certain: Sequence[tuple[Finding, Proposal]], docs: Docs, trial: Trial
) -> Correction | None:
    """All proposals at once; where that does not do, those that do by themselves."""
    together = _try_correction(packet, certain, docs, trial)
    if together or len(certain) < 2:
        return together
    groups: dict[str, list[tuple[Finding, Proposal]]] = defaultdict(list)
    for finding, proposal in certain:
        groups[finding.fingerprint].append((finding, proposal))
    alone = [one for one in groups.values() if _try_correction(packet, one, docs, trial)]
    return _try_correction(packet, [pair for one in alone for pair in one], docs, trial)


def _try_correction(
    packet: Packet, certain: Sequence[tuple[Finding, Proposal]], docs: Docs, trial: Trial
) -> Correction | None:
    meant = frozenset(finding.fingerprint for finding, _ in certain)
    edits = [edit for _, proposal in certain for edit in proposal.edits]
    patches, gone = _make_patches(edits, docs, meant, trial)
    if not patches:
        return None
    return Correction(
        texts=unique(proposal.text for _, proposal in certain),
        patches=patches,
        fingerprints=tuple(f for f in packet.fingerprints if f in gone | meant),
        notes=unique(proposal.note for _, proposal in certain if proposal.note),
    )


def _make_patches(
    edits: Iterable[Edit], docs: Docs, meant: frozenset[str], trial: Trial
) -> tuple[tuple[PagePatch, ...], frozenset[str]]:
    """The patches that make the edits, and what is gone with them; nothing unless they apply and
    do what they are for."""
    by_page: dict[str, list[Edit]] = defaultdict(list)
    for edit in merge_edits(edits, docs):
        by_page[edit.page].append(edit)
    patches, pages = [], {}
    for page, own in by_page.items():
        source = docs.by_page.get(page)
        charset = charset_of(source.data, source.document) if source else ""
        result = plan_changes(source.data, charset, own) if source and charset else ()
        if source is None or not result:
            return (), frozenset()
        diff = render_diff(source.path, source.data, result)
        patches.append(PagePatch(page, source.path, diff, charset))
        pages[page] = apply_changes(source.data, result)
    gone = trial(pages, meant) if patches else frozenset()
    return (tuple(patches), gone) if gone else ((), frozenset())


def _merge_questions(
    open_: Sequence[tuple[Finding, Question]], docs: Docs, trial: Trial
) -> Iterator[Question]:
    """Questions in the same words are one, and so are their answers; edits are tried."""
    grouped: dict[str, list[tuple[Finding, Question]]] = defaultdict(list)
    for finding, one in open_:
        grouped[one.text].append((finding, one))
    for text, pairs in grouped.items():
        gone = frozenset(finding.fingerprint for finding, _ in pairs)
        alike: dict[str, list[Answer]] = defaultdict(list)
        for answer in (answer for _, one in pairs for answer in one.answers):
            alike[answer.text].append(answer)
        answers = []
        for own, same in alike.items():
            edits = tuple(edit for answer in same for edit in answer.edits)
            reasons = unique(reason for answer in same for reason in answer.reasons)
            patches, _ = _make_patches(edits, docs, gone, trial)
            answers.append(Answer(text=own, edits=edits, reasons=reasons, patches=patches))
        yield Question(text=text, answers=tuple(answers))
