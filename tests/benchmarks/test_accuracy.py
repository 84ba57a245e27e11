"""The accuracy benchmark counts what its README says: documents small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy.__main__ import main, measure
from benchmarks.accuracy.score import Figures, Share, score
from benchmarks.accuracy.spec import Described, Member, operations, read_spec
from conformance.errors import InputError

HERE = Path(__file__).parent / "accuracy"
PAGE, SPEC = HERE / "orders.md", HERE / "spec.yaml"


def test_figures_of_a_page_and_a_document_beside_it() -> None:
    scores = measure([PAGE], [SPEC])
    assert (scores.truth, scores.extracted, scores.both) == (2, 2, 1)
    assert scores.not_found == (("GET", "/v1/time"),)
    assert scores.not_in_truth == (("DELETE", "/v1/orders/{}"),)
    assert scores.request == Figures(
        matched=3,  # venue, side, amount
        missed=1,  # price
        extra=1,  # note
        type=Share(2, 3),  # amount is a number there
        required=Share(2, 3),  # amount is optional there
        enum=Share(0, 1),  # SHORT
        operations=1,
    )
    assert scores.response == Figures(matched=3, missed=1, type=Share(3, 3), operations=1)
    told = {f"{miss}" for miss in scores.misses}
    assert told == {
        "missed request price",
        "extra request note",
        "type request amount: string, should be number",
        "required request amount: yes, should be no",
        "enum request side: BUY SELL, should be BUY SELL SHORT",
        "missed response at",
    }


def test_precision_recall_and_f1() -> None:
    figures = Figures(matched=6, missed=2, extra=4)
    assert (figures.precision, figures.recall) == (0.6, 0.75)
    assert figures.f1 == pytest.approx(2 * 0.6 * 0.75 / (0.6 + 0.75))
    assert Figures().f1 is None


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(PAGE), "--truth", str(SPEC)]) == 0
    assert (
        capsys.readouterr().out
        == """\
operations: 1 of 2 found (0.500); 1 more are documented and not in the truth

|          | operations | names | precision | recall |    F1 |  type | required |  enum |
| -------- | ---------: | ----: | --------: | -----: | ----: | ----: | -------: | ----: |
| request  |          1 |     4 |     0.750 |  0.750 | 0.750 | 0.667 |    0.667 | 0.000 |
| response |          1 |     4 |     1.000 |  0.750 | 0.857 | 1.000 |        - |     - |

POST /v1/orders/{}: 2 missed, 1 extra, 1 type, 1 required, 1 enum
    missed request price
    extra request note
    type request amount: string, should be number
    required request amount: yes, should be no
    enum request side: BUY SELL, should be BUY SELL SHORT
    missed response at

not found:
    GET /v1/time
"""
    )


def test_requests_alone_without_some_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--requests-only", "--ignore", "price,amount", "--ignore", "note", "--json"]
    assert main([str(PAGE), "--truth", str(SPEC), *options]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["request"] == {
        "operations": 1,
        "names": 2,
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "type": 1.0,
        "required": 1.0,
        "enum": 0.0,
        "enum_names": 1,
    }
    assert figures["response"]["operations"] == 0
    assert figures["operations"]["recall"] == 0.5


def test_nothing_in_common_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "spec.json").write_text('{"paths": {}}')
    assert main([str(PAGE), "--truth", str(tmp_path / "spec.json")]) == 2
    assert "nothing was measured" in capsys.readouterr().err


def of(schema: Any, **schemas: Any) -> dict[str, Member]:
    """The members of an answer with ``schema``."""
    responses = {"200": {"content": {"application/json": {"schema": schema}}}}
    document = {"paths": {"/x": {"get": {"responses": responses}}}, "schemas": schemas}
    return operations(document)["GET", "/x"].response


TEXT = {"type": "string"}
SCHEMAS = {
    "items of items": (
        {"type": "array", "items": {"items": {"properties": {"a": TEXT}}}},
        {"[][].a": Member("string")},
    ),
    "alternatives": (
        {"oneOf": [{"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}, {"type": "null"}]},
        {"a": Member("string"), "b": Member("string")},
    ),
    "what stands beside a branch wins": (
        {"properties": {"a": TEXT}, "allOf": [{"properties": {"a": {"type": "integer"}}}]},
        {"a": Member("string")},
    ),
    "required in a part": (
        {"properties": {"a": TEXT}, "allOf": [{"required": ["a"]}]},
        {"a": Member("string", required=True)},
    ),
    "several types": (
        {"properties": {"a": {"type": ["string", "integer"]}}},
        {"a": Member()},
    ),
    "values of items": (
        {"properties": {"a": {"type": "array", "items": {"enum": [1, None, "x"]}}}},
        {"a": Member("array", enum=frozenset({"1", "x"}))},
    ),
    "a constant": ({"properties": {"a": {"const": 1}}}, {"a": Member(enum=frozenset({"1"}))}),
    "a dead end": ({"$ref": "#/schemas/none"}, {}),
    "another file": ({"$ref": "other.yaml#/x"}, {}),
    "a reference to itself": ({"$ref": "#/schemas/loop"}, {}),
    "a tree": ({"$ref": "#/schemas/tree"}, {"child": Member("object"), "a": Member("string")}),
    "branches of itself": ({"$ref": "#/schemas/branches"}, {"a": Member("string")}),
    "nonsense": ([1], {}),
    "nonsense inside": ({"properties": [1], "required": 1, "allOf": {}, "enum": "x"}, {}),
}


@pytest.mark.parametrize(("schema", "members"), SCHEMAS.values(), ids=SCHEMAS)
def test_schemas_are_flattened(schema: Any, members: dict[str, Member]) -> None:
    tree = {"properties": {"child": {"$ref": "#/schemas/tree"}, "a": TEXT}}
    branches = {"oneOf": [{"$ref": "#/schemas/branches"}] * 3, "properties": {"a": TEXT}}
    loop = {"$ref": "#/schemas/loop"}
    assert of(schema, loop=loop, tree=tree, branches=branches) == members


def test_swagger_2() -> None:
    document = {
        "swagger": "2.0",
        "basePath": "/v1/",
        "paths": {
            "/x/": {
                "post": {
                    "parameters": [
                        {"name": "ids[]", "in": "query", "type": "array", "items": TEXT},
                        {"name": "n", "in": "formData", "type": "integer", "required": True},
                        {"name": "body", "in": "body", "schema": {"properties": {"a": TEXT}}},
                    ],
                    "responses": {"default": {"schema": {"properties": {"b": TEXT}}}},
                }
            }
        },
    }
    assert operations(document) == {
        ("POST", "/v1/x"): Described(
            request={
                "ids": Member("array"),
                "n": Member("integer", required=True),
                "a": Member("string"),
            },
            response={"b": Member("string")},
        )
    }


@pytest.mark.parametrize("text", ["", "[", "{", "- a", "a: b", "paths: []", "\0", "{" * 100_000])
def test_what_is_no_document(tmp_path: Path, text: str) -> None:
    (tmp_path / "spec").write_text(text)
    with pytest.raises(InputError):
        read_spec(tmp_path / "spec")


def test_a_document_agrees_with_itself() -> None:
    described = operations(read_spec(SPEC))
    scores = score(described, described)
    assert not scores.misses
    assert scores.request.f1 == scores.response.f1 == 1
