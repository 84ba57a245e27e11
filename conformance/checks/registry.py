"""Every rule, in the order in which reports show them."""

from __future__ import annotations

from typing import Final

from conformance.checks.change import rules as change
from conformance.checks.facts import Fact
from conformance.checks.parity import rules as parity
from conformance.checks.rule import Family, Rule
from conformance.checks.rules import (
    capture_artefact,
    constant_without_value,
    endpoint_missing,
    example_invariant_broken,
    example_is_placeholder,
    example_limit_exceeded,
    example_missing_field,
    example_not_json,
    example_type_mismatch,
    example_undocumented_field,
    example_unit_mismatch,
    example_unknown_enum_value,
    exclusive_yet_required,
    format_mismatch,
    header_language,
    header_unknown,
    invalid_request_accepted,
    invariant_broken,
    limit_conflict,
    limit_exceeded,
    link_target_missing,
    location_conflict,
    media_type_unknown,
    method_conflict,
    missing_field,
    near_miss_name,
    not_json,
    operation_conflict,
    page_unreadable,
    page_without_operation,
    path_conflict,
    placeholder_undocumented,
    required_conflict,
    response_missing,
    row_unread,
    server_error,
    status_code_unregistered,
    success_documented_as_error,
    table_garbled,
    type_conflict,
    type_mismatch,
    type_missing,
    type_unknown,
    undocumented_envelope,
    undocumented_field,
    undocumented_null,
    undocumented_operation,
    undocumented_parameter,
    undocumented_status,
    unit_mismatch,
    unknown_enum_value,
    valid_request_rejected,
)
from conformance.errors import UsageError

RULES: Final[tuple[Rule, ...]] = (
    not_json.RULE,
    undocumented_status.RULE,
    undocumented_envelope.RULE,
    missing_field.RULE,
    near_miss_name.RULE,
    undocumented_field.RULE,
    type_mismatch.RULE,
    undocumented_null.RULE,
    unknown_enum_value.RULE,
    format_mismatch.RULE,
    unit_mismatch.RULE,
    limit_exceeded.RULE,
    invariant_broken.RULE,
    example_undocumented_field.RULE,
    example_missing_field.RULE,
    example_type_mismatch.RULE,
    example_unknown_enum_value.RULE,
    example_unit_mismatch.RULE,
    example_limit_exceeded.RULE,
    example_invariant_broken.RULE,
    example_not_json.RULE,
    example_is_placeholder.RULE,
    type_conflict.RULE,
    required_conflict.RULE,
    exclusive_yet_required.RULE,
    limit_conflict.RULE,
    constant_without_value.RULE,
    method_conflict.RULE,
    path_conflict.RULE,
    location_conflict.RULE,
    media_type_unknown.RULE,
    status_code_unregistered.RULE,
    success_documented_as_error.RULE,
    header_language.RULE,
    capture_artefact.RULE,
    link_target_missing.RULE,
    page_unreadable.RULE,
    page_without_operation.RULE,
    endpoint_missing.RULE,
    operation_conflict.RULE,
    table_garbled.RULE,
    row_unread.RULE,
    header_unknown.RULE,
    type_missing.RULE,
    type_unknown.RULE,
    placeholder_undocumented.RULE,
    response_missing.RULE,
    *parity.RULES,
    *change.RULES,
    undocumented_operation.RULE,
    undocumented_parameter.RULE,
    invalid_request_accepted.RULE,
    valid_request_rejected.RULE,
    server_error.RULE,
)


def rule(name: str) -> Rule:
    """The rule with id ``name``.

    Raises:
        UsageError: there is none; the message lists those there are.
    """
    for known in RULES:
        if known.id == name:
            return known
    raise UsageError(f"no rule {name!r}", hint="there are " + ", ".join(r.id for r in RULES))


def judges(family: Family) -> dict[type[Fact], Rule]:
    """The one rule of ``family`` for each kind of fact it judges."""
    return {kind: r for r in RULES if family in r.families for kind in r.facts}
