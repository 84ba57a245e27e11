"""Properties of this software itself: where one fails, it is at fault and not the pages.

Run for the exchanges that are kept beside the code, and with ``--self-test``.  Responses and
requests are made from the contract: valid ones have to pass, each damage to one has to be found
once, by its rule and at its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from conformance.checks.reply import without_examples
from conformance.checks.request import find_request_problems
from conformance.checks.runner import check
from conformance.evidence.manifest import read_manifest
from conformance.evidence.replay import replay
from conformance.model.contract import compare_contracts
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Request
from conformance.model.operation import Operation
from conformance.pipeline.evidence import read_all_evidence
from conformance.strategies.damages import list_damages
from conformance.strategies.edits import BodyEdit, list_harmless_edits
from conformance.strategies.requests import (
    InvalidRequest,
    draw_interactions,
    draw_invalid_requests,
    draw_requests,
    list_faults,
)
from conformance.suite.session import ExchangeRun, OperationCase, PageCase, ResponseCase

Drawn = TypeVar("Drawn")


def test_generated_passes(response_case: ResponseCase) -> None:
    """Nothing is found in a response that is as documented."""

    def claim(interaction: Interaction) -> None:
        found = _find_findings(response_case.operation, interaction)
        assert not found, _describe("nothing", found, interaction)

    _check_for_all(_draw_answers(response_case), claim)


def test_damage_is_found(response_case: ResponseCase) -> None:
    """One damage of each kind gives one finding, with its rule, at its place, on its subject.  The
    page's own examples are set aside: they may show the very same damage."""
    operation, response = without_examples(response_case.operation), response_case.response

    def claim(drawn: tuple[Interaction, int]) -> None:
        interaction, choice = drawn
        every = list_damages(operation, response, interaction)
        assert every, "there is nothing in this response that could be damaged"
        for edit in _draw_one_of_each(every, choice):
            damaged = edit.apply_to(interaction)
            found = _find_findings(operation, damaged)
            assert [_make_place(f) for f in found] == [(edit.rule, edit.pointer, edit.subject)], (
                _describe(
                    f"{edit.rule} at {edit.pointer!r} about {edit.subject}, for {edit.kind}",
                    found,
                    damaged,
                )
            )

    _check_for_all(st.tuples(_draw_answers(response_case), st.integers(0, 9_999)), claim)


def test_harmless_edit_is_not_found(response_case: ResponseCase) -> None:
    """What the documentation leaves open gives no finding."""
    operation, response = response_case.operation, response_case.response

    def claim(drawn: tuple[Interaction, int]) -> None:
        interaction, choice = drawn
        for edit in _draw_one_of_each(
            list_harmless_edits(operation, response, interaction), choice
        ):
            changed = edit.apply_to(interaction)
            found = _find_findings(operation, changed)
            assert not found, _describe(
                f"nothing, for {edit.kind} at {edit.pointer!r}", found, changed
            )

    _check_for_all(st.tuples(_draw_answers(response_case), st.integers(0, 9_999)), claim)


def test_valid_request_is_valid(operation_case: OperationCase) -> None:
    """A request that keeps to the documentation and its groups has no problem."""
    operation = operation_case.operation

    def claim(request: Request) -> None:
        problems = find_request_problems(operation, request)
        assert not problems, f"{_render(request)}\n{_join_lines(problems)}"

    _check_for_all(draw_requests(operation), claim)


def test_invalid_request_is_invalid(operation_case: OperationCase) -> None:
    """A request with one fault has that problem and no other."""
    operation = operation_case.operation
    assert list_faults(operation), "there is no way to ask for this wrongly"

    def claim(invalid: InvalidRequest) -> None:
        problems = find_request_problems(operation, invalid.request)
        assert [(p.kind, p.subject) for p in problems] == [(invalid.kind, invalid.subject)], (
            f"expected: {invalid.kind} about {invalid.subject}\n"
            f"{_render(invalid.request)}\n{_join_lines(problems)}"
        )

    _check_for_all(draw_invalid_requests(operation), claim)


def test_rows_are_read_or_reported(page_case: PageCase) -> None:
    """No row of a table is lost silently."""
    reading = page_case.page.reading
    reported = sum(gap.span.end_line - gap.span.line + 1 for gap in reading.gaps)
    assert reported >= reading.coverage.rows_unread


def test_schemas_are_valid(run: ExchangeRun) -> None:
    """Every JSON Schema file is valid by the meta-schema it names."""
    schemas = {n: json.loads(c) for n, c in run.schema_files.items() if "openapi" not in n}
    assert schemas, "no schema was generated"
    for name, schema in schemas.items():
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", name
        jsonschema_rs.meta.validate(schema)


def test_differing_twins_have_findings(run: ExchangeRun) -> None:
    """Where the contracts of two languages differ, parity says so."""
    first, *others = run.contracts.items()
    for language, contract in others:
        differences = compare_contracts(first[1], contract)
        about = f"{first[0]} and {language}: {'; '.join(differences)}"
        assert run.twins.findings or not differences, about


def test_cassettes_are_replayed_as_read(run: ExchangeRun) -> None:
    """A client that plays a cassette back gets what is read from its file."""
    for manifest in run.cassette_folder.glob("*/manifest.toml"):
        for cassette in read_manifest(manifest.parent).cassettes:
            path = manifest.parent / cassette.file
            read = read_all_evidence([path], run.root).interactions
            assert tuple(replay(path, root=run.root)) == read


def _draw_answers(case: ResponseCase) -> SearchStrategy[Interaction]:
    """Responses with whatever is optional, and responses with all of it."""
    return st.one_of(
        draw_interactions(case.operation, case.response),
        draw_interactions(case.operation, case.response, full=True),
    )


def _check_for_all(strategy: SearchStrategy[Drawn], claim: Callable[[Drawn], None]) -> None:
    """Hypothesis's verdict on ``claim``; of a page that contradicts itself nothing is claimed."""
    try:
        given(strategy)(claim)()
    except Unsatisfiable:
        pytest.skip("the page contradicts itself: nothing conforms to it")


def _draw_one_of_each(edits: Sequence[BodyEdit], choice: int) -> Iterable[BodyEdit]:
    kinds: dict[str, list[BodyEdit]] = {}
    for edit in edits:
        kinds.setdefault(edit.kind, []).append(edit)
    return [alike[choice % len(alike)] for alike in kinds.values()]


def _find_findings(operation: Operation, interaction: Interaction) -> tuple[Finding, ...]:
    result = check((operation,), (interaction,))
    assert result.checked_interactions == 1, result.unmatched
    return result.findings


def _make_place(finding: Finding) -> tuple[str, str, str]:
    pointer = finding.observed.pointer if finding.observed else ""
    return finding.rule, pointer, finding.subject


def _describe(expected: str, found: Iterable[Finding], interaction: Interaction) -> str:
    sent = f"{_render(interaction.request)}\n" if interaction.request else ""
    lines = [f"{f.rule} at {_make_place(f)[1]!r} about {f.subject}: {f.message}" for f in found]
    return (
        f"expected: {expected}\nfound: {_join_lines(lines) or 'nothing'}\n{sent}"
        f"status: {interaction.reply.status}\nbody: {_format_body(interaction.reply.body)}"
    )


def _render(request: Request) -> str:
    body = f"\n{_format_body(request.body)}" if request.body else ""
    return f"request: {request.method} {request.url}{body}"


def _format_body(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return repr(body)


def _join_lines(things: Iterable[object]) -> str:
    return "\n  ".join(map(str, things))
