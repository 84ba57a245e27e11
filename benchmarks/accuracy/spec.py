"""OpenAPI 3 and Swagger 2 documents, flattened to what two of them can be compared by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

import yaml

from conformance.errors import InputError

Key: TypeAlias = tuple[str, str]
"""Upper-case method, and the path with every placeholder as ``{}``."""

_METHODS: Final = ("get", "put", "post", "delete", "patch")
_INPUTS: Final = ("path", "query", "formData")
"""Where parameters stand that are compared; headers and cookies are left out."""
_DEEPEST: Final = 8
"""Levels of nesting that are compared; what is deeper is mostly recursion."""
_LONGEST_CHAIN: Final = 20
"""References to references that are followed."""
_BRANCHES: Final = ("allOf", "oneOf", "anyOf")
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Member:
    """What is compared of one name."""

    type: str = ""
    """JSON type; empty when none, or several, are given."""
    required: bool = False
    enum: frozenset[str] = frozenset()
    """Its values, or those of its items, as text; empty when it may have any."""


Members: TypeAlias = dict[str, Member]
"""By dotted name, ``[]`` for the items of an array: ``data.orders[].id``."""


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: its inputs, and the members of its first successful answer."""

    request: Members
    response: Members


def read_spec(path: Path) -> Mapping[str, Any]:
    """A JSON or YAML document.

    Raises:
        InputError: unreadable, neither of the two, or not an object.
    """
    try:
        text = path.read_text("utf-8-sig")
        parse = json.loads if text.lstrip()[:1] == "{" else _yaml
        found = parse(text)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read as JSON or YAML: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("paths"), dict):
        raise InputError(f"{path}: has no paths", hint="give an OpenAPI or Swagger document")
    return found


def operations(document: Mapping[str, Any]) -> dict[Key, Described]:
    """Every operation of a document."""
    schemas = _Schemas(document)
    base = _text(document.get("basePath")).rstrip("/") if "swagger" in document else ""
    found: dict[Key, Described] = {}
    for path, item in _mapping(document.get("paths")).items():
        shared = schemas.resolved(item)
        for method in _METHODS:
            if operation := _mapping(shared.get(method)):
                key = method.upper(), _PLACEHOLDER.sub("{}", f"{base}{path}").rstrip("/")
                told = [
                    *_sequence(shared.get("parameters")),
                    *_sequence(operation.get("parameters")),
                ]
                found[key] = Described(
                    request=_request(schemas, told, operation.get("requestBody")),
                    response=_response(schemas, _mapping(operation.get("responses"))),
                )
    return found


def _request(schemas: _Schemas, parameters: Iterable[Any], body: Any) -> Members:
    members: Members = {}
    for parameter in map(schemas.resolved, parameters):
        schema = parameter.get("schema") or parameter
        if parameter.get("in") in _INPUTS:
            name = _text(parameter.get("name")).removesuffix("[]")
            members[name] = schemas.member(schema, required=parameter.get("required") is True)
        elif parameter.get("in") == "body":
            members |= schemas.members(parameter.get("schema"))
    content = schemas.resolved(body).get("content")
    return members | schemas.members(_first_schema(schemas, content))


def _response(schemas: _Schemas, responses: Mapping[Any, Any]) -> Members:
    """The members of the first successful answer that has any."""
    for status, response in sorted(responses.items(), key=lambda entry: str(entry[0])):
        if str(status).startswith("2") or status == "default":
            told = schemas.resolved(response)
            schema = _first_schema(schemas, told.get("content")) or told.get("schema")
            if members := schemas.members(schema):
                return members
    return {}


def _first_schema(schemas: _Schemas, content: Any) -> Any:
    """The schema of the first media type that is JSON, a form, or anything."""
    for media, entry in _mapping(content).items():
        if any(kind in str(media) for kind in ("json", "form", "*/*")):
            return schemas.resolved(entry).get("schema")
    return None


class _Schemas:
    """The schemas of one document, with references and combinations taken out of the way."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def resolved(self, node: Any) -> Mapping[str, Any]:
        """What ``node`` is or refers to within the document; nothing for a dead end."""
        for _ in range(_LONGEST_CHAIN):
            reference = _mapping(node).get("$ref")
            if not isinstance(reference, str):
                return _mapping(node)
            node = self._at(reference)
        return {}

    def member(self, schema: Any, *, required: bool) -> Member:
        """What is compared of a schema itself."""
        view = self._folded(schema)
        kind = _json_type(view)
        values = self._folded(view.get("items")) if kind == "array" else view
        return Member(kind, required, _values(values))

    def members(self, schema: Any) -> Members:
        """Everything an object, or the items of an array of objects, may hold."""
        return dict(self._members(schema, "", 0, frozenset()))

    def _members(
        self, schema: Any, prefix: str, depth: int, within: frozenset[str]
    ) -> Iterator[tuple[str, Member]]:
        reference = _text(_mapping(schema).get("$ref"))
        if depth > _DEEPEST or reference in within:
            return
        within = within | {reference} if reference else within
        view = self._folded(schema)
        if _json_type(view) == "array":
            yield from self._members(view.get("items"), f"{prefix}[]", depth + 1, within)
            return
        required = _sequence(view.get("required"))
        for name, member in _mapping(view.get("properties")).items():
            path = f"{prefix}.{name}" if prefix else str(name)
            yield path, self.member(member, required=name in required)
            yield from self._members(member, path, depth + 1, within)

    def _folded(self, schema: Any, within: frozenset[str] = frozenset()) -> dict[str, Any]:
        """One schema with all members its branches allow.

        What stands beside the branches wins over them, and an earlier branch over a later
        one.  A member is required when the schema itself or a part of ``allOf`` says so, or
        the first alternative where nothing else says anything.
        """
        reference = _text(_mapping(schema).get("$ref"))
        if reference in within:
            return {}
        within = within | {reference} if reference else within
        own = dict(self.resolved(schema))
        for kind in _BRANCHES:
            for branch in _sequence(own.get(kind)):
                own = _joined(own, self._folded(branch, within), kind)
        return own

    def _at(self, reference: str) -> Any:
        """The node a ``#/...`` reference points to (RFC 6901)."""
        node: Any = self._document if reference.startswith("#") else None
        for part in unquote(reference.lstrip("#/")).split("/"):
            node = _mapping(node).get(part.replace("~1", "/").replace("~0", "~"))
        return node


def _joined(own: dict[str, Any], branch: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if branch.get("type") == "null":
        return own
    joined = {**branch, **own}
    if properties := {**_mapping(branch.get("properties")), **_mapping(own.get("properties"))}:
        joined["properties"] = properties
    if kind == "allOf":
        required = [*_sequence(own.get("required")), *_sequence(branch.get("required"))]
        joined |= {"required": required} if required else {}
    return joined


def _json_type(view: Mapping[str, Any]) -> str:
    kind = view.get("type")
    if isinstance(kind, list):
        kinds = [k for k in kind if k != "null"]
        kind = kinds[0] if len(kinds) == 1 else None
    if kind is None:
        kind = "object" if "properties" in view else "array" if "items" in view else ""
    return _text(kind)


def _values(view: Mapping[str, Any]) -> frozenset[str]:
    values = _sequence(view.get("enum")) or ([view["const"]] if "const" in view else [])
    return frozenset(str(value) for value in values if value is not None)


def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}


def _sequence(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []


def _text(node: Any) -> str:
    return node if isinstance(node, str) else ""
