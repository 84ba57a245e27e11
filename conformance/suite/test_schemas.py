"""The schemas: fresh, valid, the same in every language, and true of the printed examples."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from conformance.checks.registry import RULES
from conformance.model.contract import same_contract
from conformance.schema.files import stale
from conformance.suite.session import ExchangeRun, OperationCase
from conformance.suite.verdict import Judge

_OF_EXAMPLES = {"near-miss-name"} | {r.id for r in RULES if r.id.startswith("example-")}


def test_schemas_are_fresh(run: ExchangeRun) -> None:
    """The files under schemas/ are what the pages give now."""
    differences = stale(run.schema_folder, run.schema_files)
    if differences:
        shown = "".join(difference.diff for difference in differences)
        pytest.fail(f"stale: run conformance extract --write\n{shown}", pytrace=False)


def test_schemas_are_valid(run: ExchangeRun) -> None:
    """Every JSON Schema file is valid by the meta-schema it names."""
    schemas = {n: json.loads(c) for n, c in run.schema_files.items() if "openapi" not in n}
    assert schemas, "no schema was generated"
    for name, schema in schemas.items():
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", name
        jsonschema_rs.meta.validate(schema)


def test_twins_agree(run: ExchangeRun) -> None:
    """Pages in several languages give one contract, but for what parity found and judges."""
    first, *others = run.contracts.items()
    for language, contract in others:
        differences = same_contract(first[1], contract)
        told = f"{first[0]} and {language}: {'; '.join(differences)}"
        assert run.twins.findings or not differences, told


def test_documented_examples(operation_case: OperationCase, judge: Judge) -> None:
    """Every example the page prints conforms to the page's own tables, or is known not to."""
    run, operation = operation_case.run, operation_case.operation
    own = (f for f in run.linted.findings if f.operation == operation.key)
    judge(run, run.weighed(tuple(f for f in own if f.rule in _OF_EXAMPLES)))
