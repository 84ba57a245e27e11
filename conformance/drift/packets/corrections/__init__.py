"""What may be corrected, and the table that says which rule has which correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from conformance.drift.packets.corrections import (
    constants,
    debris,
    fields,
    json_text,
    marks,
    names,
    places,
    twins,
    types,
    units,
    values,
    wordings,
)
from conformance.drift.packets.corrections.asked import question
from conformance.drift.packets.packet import Advice, Docs
from conformance.model.finding import Finding

Corrector: TypeAlias = Callable[[Finding, Docs], Advice | None]

CORRECTIONS: Final[Mapping[str, Corrector]] = {
    "capture-artefact": debris.correct,
    "constant-without-value": constants.correct,
    "endpoint-missing": places.correct_endpoint,
    "example-missing-field": fields.absent,
    "example-not-json": json_text.correct,
    "example-type-mismatch": types.correct,
    "example-undocumented-field": fields.extra,
    "example-unit-mismatch": units.correct,
    "example-unknown-enum-value": values.correct,
    "exclusive-yet-required": marks.correct,
    "header-language": wordings.correct_headers,
    "link-target-missing": wordings.correct_link,
    "location-conflict": places.correct,
    "media-type-unknown": wordings.correct_media_type,
    "missing-field": fields.absent,
    "near-miss-name": names.correct,
    "parity-default": twins.correct,
    "parity-enum": twins.correct,
    "parity-example": twins.correct,
    "parity-field": twins.correct,
    "parity-limit": twins.correct,
    "parity-prose": twins.correct,
    "parity-required": twins.correct,
    "parity-type": twins.correct,
    "type-conflict": types.apart,
    "type-mismatch": types.correct,
    "type-missing": types.fill,
    "undocumented-field": fields.extra,
    "unit-mismatch": units.correct,
    "unknown-enum-value": values.correct,
}
"""Rule -> what may put right what it finds; rules that are not here are asked about."""


def propose(finding: Finding, docs: Docs) -> Advice:
    """A correction where it is certain, else a question with what may be answered."""
    corrector = CORRECTIONS.get(finding.rule)
    advice = corrector(finding, docs) if corrector else None
    return advice or question(finding)
