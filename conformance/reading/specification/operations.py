"""An OpenAPI or Swagger document -> the operations it describes, every fact with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast, get_args

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import SpecificationBlock
from conformance.model.operation import (
    Auth,
    AuthScheme,
    Body,
    Example,
    Field,
    Location,
    Operation,
    Parameter,
    Response,
    Stated,
    Value,
)
from conformance.reading.invariants import find_invariants
from conformance.reading.json_text import SampleNode
from conformance.reading.specification.nodes import read_nodes, value_of, write_node
from conformance.reading.specification.schemas import (
    SpecificationText,
    is_true,
    read_schema,
    text_of,
)

_METHODS: Final = ("get", "post", "put", "delete", "patch", "head", "options")
_LOCATIONS: Final = frozenset(("path", "query", "header", "cookie"))
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_SUMMARY: Final = 200
_SEARCHED: Final = 200
"""Objects in which the document is looked for where a page wraps it in others."""
_NOTHING: Final = SampleNode("unknown", 0)


def read_specification(block: SpecificationBlock) -> tuple[Operation, ...]:
    """Every operation of the document; none when the text is no such document."""
    root = read_nodes(block.text, block.language)
    found = _find_document(root) if root is not None else None
    if found is None:
        return ()
    source = SpecificationText(found, block.span, block.text.split("\n"))
    return tuple(_Specification(source).operations())


def _find_document(root: SampleNode) -> SampleNode | None:
    """The object with paths: the root itself, or one that the state of a page holds."""
    waiting = [root]
    for node in waiting:
        paths = node.members.get("paths")
        if paths is not None and any(name.startswith("/") for name in paths.members):
            return node
        waiting += [c for c in node.members.values() if c.kind == "object"]
        if len(waiting) > _SEARCHED:
            del waiting[_SEARCHED:]
    return None


class _Specification(Struct, frozen=True):
    source: SpecificationText

    @property
    def root(self) -> SampleNode:
        return self.source.root

    def operations(self) -> Iterator[Operation]:
        for path, given in self.root.members["paths"].members.items():
            item, _ = self.source.resolve(given)
            for method in _METHODS:
                node = item.members.get(method)
                if path.startswith("/") and node is not None and node.kind == "object":
                    yield self._read_operation(method, path, node, item)

    def _read_operation(
        self, method: str, path: str, node: SampleNode, item: SampleNode
    ) -> Operation:
        inputs = self._read_inputs(node, item)
        parameters = tuple(self._read_parameters(inputs))
        responses = tuple(self._read_responses(node))
        return Operation(
            method=method.upper(),
            path=path,
            page=self.source.span.page,
            span=self.source.at(node),
            servers=self._read_servers(node, item),
            summary=(text_of(node, "summary") or text_of(node, "operationId"))[:_LONGEST_SUMMARY],
            parameters=parameters,
            body=self._read_body(node) or self._read_old_body(node, inputs),
            responses=responses,
            invariants=tuple(
                invariant
                for r in responses
                if r.value and r.status.startswith("2")
                for invariant in find_invariants(r.value, parameters)
            ),
            auth=tuple(self._auth(node)),
        )

    def _read_inputs(self, node: SampleNode, item: SampleNode) -> list[SampleNode]:
        """Parameters of the operation and of its path; the operation's own go first."""
        found: dict[tuple[str, str], SampleNode] = {}
        for holder in (node, item):
            listed = holder.members.get("parameters")
            for given in listed.items if listed is not None else ():
                target, _ = self.source.resolve(given)
                found.setdefault((text_of(target, "name"), text_of(target, "in")), target)
        return list(found.values())

    def _read_parameters(self, inputs: list[SampleNode]) -> Iterator[Parameter]:
        for node in inputs:
            name, place = text_of(node, "name"), text_of(node, "in")
            if not name or place not in _LOCATIONS:
                continue
            value = read_schema(self.source, _read_schema(node), name)
            yield Parameter(
                name=name,
                location=cast("Location", place),
                value=replace(
                    value,
                    span=self.source.at(node),
                    description=text_of(node, "description") or value.description,
                ),
                required=_read_required(node, place),
            )

    def _read_body(self, node: SampleNode) -> Body | None:
        """The request body of OpenAPI 3."""
        given = node.members.get("requestBody")
        if given is None:
            return None
        body, _ = self.source.resolve(given)
        media, content = _read_content(body)
        schema = content.members.get("schema")
        value = (
            read_schema(replace(self.source, hidden="readOnly"), schema)
            if schema is not None
            else Value(span=self.source.at(given))
        )
        return Body(
            media_type=media,
            value=value,
            required=Stated.YES if is_true(body, "required") else Stated.NO,
            examples=tuple(self._read_examples(content)),
        )

    def _read_old_body(self, node: SampleNode, inputs: list[SampleNode]) -> Body | None:
        """The body of Swagger 2.0: one parameter in the body, or the fields of a form."""
        whole = next((p for p in inputs if text_of(p, "in") == "body"), None)
        form = [p for p in inputs if text_of(p, "in") == "formData"]
        if whole is not None:
            source = replace(self.source, hidden="readOnly")
            schema = read_schema(source, whole.members.get("schema", _NOTHING))
            stated = Stated.YES if is_true(whole, "required") else Stated.NO
            return Body(media_type=self._read_consumes(node, _JSON), value=schema, required=stated)
        if not form:
            return None
        fields = tuple(
            Field(
                name=text_of(p, "name"),
                value=read_schema(self.source, p, text_of(p, "name")),
                required=_read_required(p, "form"),
            )
            for p in form
        )
        value = Value(span=self.source.at(form[0]), kind="object", fields=fields)
        needed = any(f.required is Stated.YES for f in fields)
        return Body(
            media_type=self._read_consumes(node, _FORM),
            value=value,
            required=Stated.YES if needed else Stated.NO,
        )

    def _read_consumes(self, node: SampleNode, otherwise: str) -> str:
        listed = node.members.get("consumes") or self.root.members.get("consumes")
        words = [str(i.value) for i in listed.items] if listed is not None else []
        return otherwise if otherwise in words or not words else words[0]

    def _read_responses(self, node: SampleNode) -> Iterator[Response]:
        listed = node.members.get("responses", _NOTHING)
        for status in sorted(listed.members):
            if status.startswith("x-"):
                continue
            given = listed.members[status]
            response, _ = self.source.resolve(given)
            media, content = _read_content(response)
            schema = content.members.get("schema") or response.members.get("schema")
            source = replace(self.source, hidden="writeOnly")
            yield Response(
                status=status.upper() if status != "default" else status,
                stated=True,
                media_type=media,
                span=self.source.at(given),
                value=read_schema(source, schema) if schema is not None else None,
                description=text_of(response, "description"),
                examples=(
                    *self._read_examples(content),
                    *(self._read_example(e) for e in _read_old_examples(response)),
                ),
            )

    def _read_examples(self, content: SampleNode) -> Iterator[Example]:
        """The examples of a media type."""
        example = content.members.get("example")
        if example is not None:
            yield self._read_example(example)
        named = content.members.get("examples", _NOTHING)
        for title, given in named.members.items():
            target, _ = self.source.resolve(given)
            value = target.members.get("value")
            if value is not None:
                yield self._read_example(value, title)

    def _read_example(self, node: SampleNode, title: str = "") -> Example:
        return Example(
            text=write_node(node),
            span=self.source.at(node),
            parsed=True,
            value=value_of(node),
            title=title,
        )

    def _read_servers(self, node: SampleNode, item: SampleNode) -> tuple[str, ...]:
        listed = next((s for n in (node, item, self.root) if (s := n.members.get("servers"))), None)
        if listed is not None:
            urls = [_expand_server(s) for s in listed.items]
            return tuple(dict.fromkeys(u.rstrip("/") for u in urls if u.rstrip("/")))
        host, base = text_of(self.root, "host"), text_of(self.root, "basePath").rstrip("/")
        if not host:
            return (base,) if base else ()
        schemes = [str(i.value) for i in self.root.members.get("schemes", _NOTHING).items]
        known = [s for s in schemes if s.startswith("http")] or ["https"]
        return tuple(f"{scheme}://{host}{base}" for scheme in known)

    def _auth(self, node: SampleNode) -> Iterator[Auth]:
        listed = node.members.get("security") or self.root.members.get("security")
        if listed is None:
            return
        if not listed.items:
            yield Auth(scheme="none", span=self.source.at(listed))
        schemes = self._read_schemes()
        found: set[AuthScheme] = set()
        for item in listed.items:
            for name in item.members:
                defined = schemes.get(name, _NOTHING)
                scheme = _read_scheme(defined)
                sent = text_of(defined, "name") if text_of(defined, "in") == "header" else ""
                header = sent if scheme == "api-key" != sent else ""  # else it stands in for one
                if scheme not in found:
                    found.add(scheme)
                    span = self.source.at(item.members[name])
                    yield Auth(scheme=scheme, span=span, header=header)

    def _read_schemes(self) -> Mapping[str, SampleNode]:
        components = self.root.members.get("components", _NOTHING)
        defined = components.members.get("securitySchemes")
        defined = defined or self.root.members.get("securityDefinitions")
        return defined.members if defined is not None else {}


def _read_schema(parameter: SampleNode) -> SampleNode:
    """The schema of a parameter; in Swagger 2.0 the parameter itself."""
    schema = parameter.members.get("schema")
    if schema is None and "content" in parameter.members:
        _, content = _read_content(parameter)
        schema = content.members.get("schema")
    return parameter if schema is None else schema


def _read_required(node: SampleNode, place: str) -> Stated:
    """``required`` is false where it is left out (OpenAPI 3.1, "Parameter Object")."""
    return Stated.YES if place == "path" or is_true(node, "required") else Stated.NO


def _read_content(node: SampleNode) -> tuple[str, SampleNode]:
    """The media type that is JSON, else the first, and what it holds."""
    content = node.members.get("content", _NOTHING).members
    best = next((m for m in content if m.partition(";")[0].endswith("json")), "")
    best = best or next(iter(content), "")
    return best or _JSON, content.get(best, _NOTHING)


def _read_old_examples(response: SampleNode) -> list[SampleNode]:
    """The examples of Swagger 2.0, by media type."""
    examples = response.members.get("examples", _NOTHING).members
    return [node for media, node in examples.items() if "/" in media and node.kind != "scalar"]


def _expand_server(node: SampleNode) -> str:
    """The URL of a server, its variables with their defaults."""
    url = text_of(node, "url")
    for name, variable in node.members.get("variables", _NOTHING).members.items():
        url = url.replace("{" + name + "}", text_of(variable, "default") or "{" + name + "}")
    return url


_OWN: Final[Mapping[str, AuthScheme]] = {scheme: scheme for scheme in get_args(AuthScheme)}


def _read_scheme(node: SampleNode) -> AuthScheme:
    """What a security scheme is; in a document written here as it says beside OpenAPI's word."""
    if own := _OWN.get(text_of(node, "x-scheme")):
        return own
    kind = text_of(node, "type").lower()
    if kind == "apikey":
        return "api-key"
    if kind == "http" and text_of(node, "scheme").lower() == "bearer":
        return "jwt" if text_of(node, "bearerFormat").lower() == "jwt" else "bearer"
    return "bearer" if kind in ("oauth2", "openidconnect") else "unspecified"
