"""What is made of any contract, held against checks that know nothing of how it was made."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conformance.checks.request import find_request_problems
from conformance.checks.runner import check
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation, Response, Stated
from conformance.strategies.damages import list_damages
from conformance.strategies.edits import BodyEdit, list_harmless_edits
from conformance.strategies.requests import (
    draw_interactions,
    draw_invalid_requests,
    draw_requests,
    list_faults,
)
from tests.contracts import operations, outcome
from tests.examples import many

SLOW = settings(
    max_examples=many(0.5),
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
OPERATIONS = operations()


def found(operation: Operation, interaction: Interaction) -> list[tuple[str, str, str]]:
    """Rule, pointer and subject of every finding."""
    result = check((operation,), (interaction,))
    assert result.checked_interactions == 1
    return [(f.rule, f.observed.pointer if f.observed else "", f.subject) for f in result.findings]


def drawn(data: st.DataObject, operation: Operation, response: Response) -> Interaction:
    made = draw_interactions(operation, response, full=data.draw(st.booleans()))
    assume(not made.is_empty)
    return data.draw(made)


def expected(edit: BodyEdit) -> list[tuple[str, str, str]]:
    return [(edit.rule, edit.pointer, edit.subject)] if edit.rule else []


@SLOW
@given(OPERATIONS, st.data())
def test_whatever_is_made_of_a_contract_conforms_to_it(
    operation: Operation, data: st.DataObject
) -> None:
    for response in operation.responses:
        assert found(operation, drawn(data, operation, response)) == []


@SLOW
@given(OPERATIONS, st.data())
def test_every_edit_gives_what_it_says(operation: Operation, data: st.DataObject) -> None:
    response = data.draw(st.sampled_from(operation.responses))
    interaction = drawn(data, operation, response)
    if response.value is None:
        return
    for edit in (
        *list_damages(operation, response, interaction),
        *list_harmless_edits(operation, response, interaction),
    ):
        changed = edit.apply_to(interaction)
        assert found(operation, changed) == expected(edit), (edit, changed.reply.body)


@pytest.mark.parametrize("required", [Stated.YES, Stated.NOT_STATED])
def test_invariants_hold_and_each_breach_is_found(required: Stated) -> None:
    operation = outcome(required)
    kinds: set[str] = set()

    @settings(SLOW, max_examples=many(0.16))
    @given(draw_interactions(operation), draw_interactions(operation, full=True))
    def claim(some: Interaction, full: Interaction) -> None:
        for interaction in (some, full):
            assert found(operation, interaction) == []
            for edit in list_damages(operation, operation.responses[0], interaction):
                kinds.add(edit.kind)
                assert found(operation, edit.apply_to(interaction)) == expected(edit)

    claim()
    assert {"miscount", "shared", "unasked"} <= kinds


@SLOW
@given(OPERATIONS, st.data())
def test_valid_requests_have_no_problem(operation: Operation, data: st.DataObject) -> None:
    made = draw_requests(operation)
    assume(not made.is_empty)
    request = data.draw(made)
    assert find_request_problems(operation, request) == ()


@SLOW
@given(OPERATIONS, st.data())
def test_faulty_requests_have_their_problem(operation: Operation, data: st.DataObject) -> None:
    made = draw_invalid_requests(operation)
    assume(not made.is_empty)
    invalid = data.draw(made)
    problems: Any = [(p.kind, p.subject) for p in find_request_problems(operation, invalid.request)]
    assert problems == [(invalid.kind, invalid.subject)], invalid


def test_a_contract_has_faults_of_every_kind() -> None:
    assert {fault.kind for fault in list_faults(outcome(Stated.YES))} == {
        "missing",
        "limit",
        "unknown",
    }
