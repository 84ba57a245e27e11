"""Which rule has which correction; what none is certain of is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from conformance.drift.packets.corrections import members, page_text, twins, types
from conformance.drift.packets.corrections.questions import question
from conformance.drift.packets.packet import Advice, Docs
from conformance.model.finding import Finding

Corrector: TypeAlias = Callable[[Finding, Docs], Advice | None]

CORRECTIONS: Final[Mapping[str, Corrector]] = {
    "capture-artefact": page_text.remove_artefact,
    "constant-without-value": types.state_constant,
    "endpoint-missing": page_text.state_endpoint,
    "example-missing-field": members.show_member,
    "example-not-json": page_text.mend_commas,
    "example-type-mismatch": types.correct_type,
    "example-undocumented-field": members.add_member,
    "example-unit-mismatch": types.correct_unit,
    "example-unknown-enum-value": types.list_value,
    "exclusive-yet-required": members.remove_marks,
    "header-language": page_text.translate_header,
    "link-target-missing": page_text.mend_link,
    "location-conflict": members.correct_place,
    "media-type-unknown": page_text.name_media_type,
    "missing-field": members.show_member,
    "near-miss-name": members.correct_name,
    "parity-default": twins.correct,
    "parity-enum": twins.correct,
    "parity-example": twins.correct,
    "parity-field": twins.correct,
    "parity-limit": twins.correct,
    "parity-prose": twins.correct,
    "parity-required": twins.correct,
    "parity-type": twins.correct,
    "table-garbled": page_text.remove_table,
    "type-conflict": types.settle_types,
    "type-mismatch": types.correct_type,
    "type-missing": types.state_type,
    "undocumented-field": members.add_member,
    "unit-mismatch": types.correct_unit,
    "unknown-enum-value": types.list_value,
}
"""Rule -> what may put right what it finds; rules that are not here are asked about."""


def propose(finding: Finding, docs: Docs) -> Advice:
    """A correction where it is certain, else a question with what may be answered."""
    corrector = CORRECTIONS.get(finding.rule)
    advice = corrector(finding, docs) if corrector else None
    return advice or question(finding)
