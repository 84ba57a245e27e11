"""OpenAPI and Swagger documents as operations: what is merged, what is cut, what is bounded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from conformance.model.operation import Operation, Stated, Value, members
from conformance.parse import parse_page
from conformance.reading import read_document


def operations(text: str, name: str = "api.json") -> tuple[Operation, ...]:
    return read_document(parse_page(text.encode(), name)).operations


def spec(schema: Mapping[str, Any], **more: Any) -> str:
    """A document whose one answer has ``schema``."""
    content = {"application/json": {"schema": schema}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/x": {"get": {"responses": {"200": {"content": content}}}}},
            **more,
        }
    )


def body_of(text: str) -> Value:
    (operation,) = operations(text)
    (response,) = operation.responses
    assert response.value is not None
    return response.value


@pytest.mark.parametrize(
    ("schema", "nullable"),
    [
        ({"type": ["string", "null"]}, Stated.YES),
        ({"type": "string", "nullable": True}, Stated.YES),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, Stated.YES),
        ({"type": "string", "enum": ["a", None]}, Stated.YES),
        ({"type": "string"}, Stated.NO),
        ({}, Stated.NOT_STATED),
    ],
)
def test_null_is_admitted_in_every_spelling(schema: dict[str, Any], nullable: Stated) -> None:
    assert body_of(spec(schema)).nullable is nullable


@pytest.mark.parametrize(
    ("bounds", "limits"),
    [
        ({"minimum": 1, "exclusiveMinimum": True}, (None, 1)),
        ({"exclusiveMinimum": 1}, (None, 1)),
        ({"minimum": 1, "exclusiveMinimum": False}, (1, None)),
    ],
)
def test_exclusive_bounds_of_both_versions(
    bounds: dict[str, Any], limits: tuple[int | None, int | None]
) -> None:
    found = body_of(spec({"type": "integer", **bounds})).limits
    assert (found.minimum, found.exclusive_minimum) == limits


def test_a_part_of_a_part_adds_its_members() -> None:
    part = {
        "allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "string"}}}]
    }
    a = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    body = body_of(spec(part, components={"schemas": {"A": a}}))
    assert [(f.name, f.required) for f in body.fields] == [
        ("a", Stated.YES),
        ("b", Stated.NOT_STATED),
    ]


def test_what_only_one_alternative_has_may_be_absent() -> None:
    one = {"type": "object", "required": ["a", "b"], "properties": {"a": {}, "b": {}}}
    other = {"type": "object", "required": ["a"], "properties": {"a": {}}}
    body = body_of(spec({"oneOf": [one, other]}))
    assert [(f.name, f.required) for f in body.fields] == [
        ("a", Stated.YES),
        ("b", Stated.NOT_STATED),
    ]


def test_an_object_in_itself_ends() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/N"}}}
    text = spec({"$ref": "#/components/schemas/N"}, components={"schemas": {"N": node}})
    (operation,) = operations(text)
    names = [name for name, _ in members(operation)]
    assert names == ["responses.200.next"]


def test_objects_that_multiply_are_cut() -> None:
    """Each of thirty objects has the next one ten times: written out there would be 10**30."""
    schemas = {
        f"S{n}": {
            "type": "object",
            "properties": {f"p{i}": {"$ref": f"#/components/schemas/S{n + 1}"} for i in range(10)},
        }
        for n in range(30)
    }
    text = spec({"$ref": "#/components/schemas/S0"}, components={"schemas": schemas})
    (operation,) = operations(text)
    assert 100 < sum(1 for _ in members(operation)) < len(text)


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.0.0\npaths: &p\n  /x: *p\n",
        "openapi: 3.0.0\npaths:\n  /x: {get: {responses: {200: {$ref: '#/paths'}}}}\n",
        "openapi: 3.0.0\npaths:\n  /x: {get: {parameters: [{$ref: '#/a'}]}}\na: {$ref: '#/a'}\n",
        "openapi: 3.0.0\npaths:\n  /x:\n    get: " + "[" * 5_000 + "\n",
        "openapi: 3.0.0\npaths:\n  /x: {get: {responses: [}\n",
        "openapi: 3.0.0\npaths: [1, 2]\n",
        'openapi: 3.0.0\npaths:\n  /x: {get: !!python/object/apply:os.system ["true"]}\n',
    ],
    ids=["alias", "loop", "self", "deep", "broken", "list", "tag"],
)
def test_what_makes_no_sense_makes_no_harm(text: str) -> None:
    assert len(operations(text, "api.yaml")) <= 1


def test_words_of_yaml_1_1_stay_words() -> None:
    text = (
        "swagger: '2.0'\npaths:\n  /x:\n    get:\n      parameters:\n"
        "      - {name: q, in: query, type: string, enum: [on, off, no, 1.5, ~]}\n"
        "      responses: {}\n"
    )
    (operation,) = operations(text, "api.yaml")
    (parameter,) = operation.parameters
    assert parameter.value.enum == ("on", "off", "no", 1.5)


def test_a_document_of_fields_that_are_named_openapi_is_no_specification() -> None:
    page = "# Settings\n\n```yaml\nserver:\n  openapi: enabled\n  paths: many\n```\n"
    assert operations(page, "page.md") == ()


def test_a_specification_is_no_sample_of_an_answer() -> None:
    page = (
        "# Orders\n\n`GET /orders`\n\n## Response\n\n```json\n"
        '{"openapi": "3.0.0", "info": {}, "components": {"schemas": {}}}\n```\n'
    )
    (operation,) = operations(page, "page.md")
    assert operation.responses == ()


def test_what_stands_behind_others_on_its_line_is_quoted_alone() -> None:
    schema = {
        "properties": {"id": {"type": "string"}, "n": {"enum": ["},", 'a"'], "type": "array"}}
    }
    text = spec(schema, servers=[{"url": "https://example.test//x"}])
    (operation,) = operations(text)
    assert "\n" not in text
    assert operation.span.quote.startswith('"get": {"responses": {"200"')
    assert [field.value.span.quote for field in body_of(text).fields] == [
        '"id": {"type": "string"}',
        '"n": {"enum": ["},", "a\\""], "type": "array"}',
    ]
    spread = json.dumps(json.loads(text), indent=1)
    assert [field.value.span.quote for field in body_of(spread).fields] == ['"id": {', '"n": {']
