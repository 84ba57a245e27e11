"""What may be corrected, and the table that says which rule has which correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from conformance.drift.packets.corrections import members, page_text, places, types
from conformance.drift.packets.packet import Advice, Docs, question
from conformance.model.finding import Finding

Corrector: TypeAlias = Callable[[Finding, Docs], Advice | None]
CORRECTIONS: Final[Mapping[str, Corrector]] = {
    "capture-artefact": page_text.remove_artefact,
    "constant-without-value": types.state_constant,
    "endpoint-missing": places.correct_endpoint,
    "example-missing-field": members.show_member,
    "example-not-json": page_text.mend_commas,
    "example-type-mismatch": types.correct_type,
    "example-undocumented-field": members.add_member,
    "example-unit-mismatch": types.correct_unit,
    "example-unknown-enum-value": types.list_value,
    "exclusive-yet-required": members.remove_marks,
    "header-language": page_text.correct_headers,
    "link-target-missing": page_text.correct_link,
    "location-conflict": places.correct_location,
    "media-type-unknown": page_text.correct_media_type,
    "missing-field": members.show_member,
    "near-miss-name": members.correct_name,
    "parity-default": places.correct_twin,
    "parity-enum": places.correct_twin,
    "parity-example": places.correct_twin,
    "parity-field": places.correct_twin,
    "parity-limit": places.correct_twin,
    "parity-prose": places.correct_twin,
    "parity-required": places.correct_twin,
    "parity-type": places.correct_twin,
    "type-conflict": types.settle_types,
    "type-mismatch": types.correct_type,
    "type-missing": types.state_type,
    "undocumented-field": members.add_member,
    "unit-mismatch": types.correct_unit,
    "unknown-enum-value": types.list_value,
}
"""Rule -> what may put right what it finds; for other rules the keepers are asked."""


def propose(finding: Finding, docs: Docs) -> Advice:
    """A correction where it is certain, else a question with what may be answered."""
    corrector = CORRECTIONS.get(finding.rule)
    advice = corrector(finding, docs) if corrector else None
    return advice or question(finding)
