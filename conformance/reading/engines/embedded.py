"""OpenAPI and Swagger documents and JSON Schemas that a page carries: in code, or in a script.

Pages made from such a document often print it (a fenced block below an operation) or hold it as
the state of the viewer that shows it: ``SwaggerUIBundle({spec: {...}})``, ``const __redoc_state =
{...}``, ``<script type="application/json">``.  Wherever it is, it says more than what is made
of it.  A JSON Schema in a code block is no sample: its properties are fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    FieldBlock,
    FieldItem,
    Mark,
    SpecificationBlock,
    rewrite_blocks,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.types import is_type_word
from conformance.reading.json_text import SampleNode
from conformance.reading.specification.nodes import read_nodes, value_of, write_node

_LANGUAGES: Final = frozenset(("", "json", "yaml", "yml", "openapi", "swagger", "text", "json5"))
_PATHS: Final = regex(r"""(?:^|[{,\s])["']?paths["']?:\s*\{?\s*(?:["']?/|\}|$)""", re.M)
_VERSION: Final = regex(r"""["']?\b(?:openapi|swagger)["']?\s*:\s*["']?[123](?!\d)""")
_HEAD: Final = 400
"""Characters in which a document without operations says what it is."""
_SCRIPT: Final = regex(r"<script\b[^>]{0,400}>", re.IGNORECASE)
_OWN_OBJECT: Final = regex(r"""\{\s*["']?(?:openapi|swagger)["']?\s*:\s*["']?[123](?!\d)""")
_ANY_OBJECT: Final = regex(r"""(?:^|[=:(])\s*(?=\{\s*["'])""")
_MOST_SCRIPTS: Final = 8
_QUOTED: Final = 160


def find_specifications(document: Document) -> Document:
    """The page with every such document as a :class:`SpecificationBlock`, schemas as fields."""
    document = rewrite_blocks(document, _read_code)
    if document.markup == "html":
        found = tuple(_in_scripts(document))
        document = replace(document, blocks=(*document.blocks, *found)) if found else document
    return document


def _is_specification(block: CodeBlock) -> bool:
    if block.language.split(" ")[0] not in _LANGUAGES:
        return False
    if block.text.lstrip()[:1] == "{" or ":" in block.text[:_HEAD].split("\n", 1)[0]:
        versioned = bool(_VERSION.search(block.text[:_HEAD]))
        return versioned or ("paths" in block.text and bool(_PATHS.search(block.text)))
    return False


def _read_code(block: Block) -> Iterator[Block]:
    if isinstance(block, CodeBlock) and _is_specification(block):
        is_json = block.text.lstrip()[:1] == "{"
        yield SpecificationBlock(
            text=block.text, language="json" if is_json else "yaml", span=block.span
        )
    else:
        yield (read_schema_block(block) or block) if isinstance(block, CodeBlock) else block


def _in_scripts(document: Document) -> Iterator[SpecificationBlock]:
    """Documents in the scripts of a page; of scripts that hold none nothing is read."""
    if not any("paths" in line for line in document.lines):
        return
    text = "\n".join(document.lines)
    lowered = text.lower()
    scripts = 0
    for tag in _SCRIPT.finditer(text):
        end = lowered.find("</script", tag.end())
        script = text[tag.end() : end if end >= 0 else len(text)]
        if "paths" not in script or not _VERSION.search(script):
            continue
        start = _OWN_OBJECT.search(script) or _ANY_OBJECT.search(script)
        if start is None:
            continue
        at = tag.end() + script.index("{", start.start())
        yield _make_block(document, text, at, tag.end() + len(script))
        scripts += 1
        if scripts == _MOST_SCRIPTS:
            return


def _make_block(document: Document, text: str, start: int, end: int) -> SpecificationBlock:
    first = text.count("\n", 0, start) + 1
    body = text[start:end]
    last = first + body.count("\n")
    span = Span(document.page, first, last, " ".join(body[:_QUOTED].split()))
    return SpecificationBlock(text=body, language="json", span=span)


_SIGN: Final = regex(r""""(?:properties|items)"\s*:\s*\{|\A\{\s*"\$ref"\s*:""")
_DECLARED: Final = regex(r""""\$schema"\s*:\s*"https?://json-schema\.org/""")
_COMBINED: Final = ("allOf", "oneOf", "anyOf")
_MAX_DEPTH: Final = 16
_MOST_FIELDS: Final = 2_000


def read_schema_block(block: CodeBlock) -> FieldBlock | None:
    """The properties of a schema; None for code that is none.

    It is one where its type is that of an object or an array and its properties are schemas: a
    body may have members ``type`` and ``properties``, too.
    """
    text = block.text.strip()
    if text[:1] == "{" and _DECLARED.search(text) and not _SIGN.search(text):
        return FieldBlock(items=(), span=block.span, caption=block.title)  # states a type alone
    if text[:1] != "{" or not _SIGN.search(text) or not _is_schema(text):
        return None
    node = read_nodes(block.text, "json")
    if node is None:
        return None
    items = tuple(_SchemaReader(block, node).fields())
    return FieldBlock(items=items, span=block.span, caption=block.title) if items else None


def _is_schema(text: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    while isinstance(value, dict) and value.get("type") == "array":
        value = value.get("items")
    if not isinstance(value, dict) or value.get("type", "object") != "object":
        return False
    if value.keys() == {"$ref"}:
        return str(value["$ref"]).startswith("#/")
    for keyword in _COMBINED:
        parts = value.get(keyword)
        if isinstance(parts, list) and any(isinstance(p, dict) and _has_members(p) for p in parts):
            return True
    return ("type" in value or "$schema" in value) and _has_members(value)


def _has_members(schema: dict[str, object]) -> bool:
    members = schema.get("properties")
    return isinstance(members, dict) and all(isinstance(m, dict) for m in members.values())


class _SchemaReader(Struct):
    block: CodeBlock
    root: SampleNode
    left: int = _MOST_FIELDS

    def fields(self) -> Iterator[FieldItem]:
        """The members; below an item without a name where the whole is an array."""
        whole = self._resolve_node(self.root)
        members = list(self._read_members(whole, 0))
        is_reference = not members and self._name_type(whole)
        if is_reference or (members and _find_word(whole, "type") == "array"):
            yield self._read_item("", whole, "", 0)
            members = [replace(member, depth=member.depth + 1) for member in members]
        yield from members

    def _read_members(self, node: SampleNode, depth: int) -> Iterator[FieldItem]:
        node = self._resolve_node(node)
        while _find_word(node, "type") == "array" and "items" in node.members:
            node = self._resolve_node(node.members["items"])
        if depth > _MAX_DEPTH:
            return
        for keyword in _COMBINED:
            listed = node.members.get(keyword)
            for part in listed.items if listed else ():
                yield from self._read_members(part, depth)
        properties = node.members.get("properties")
        if properties is None:
            return
        listed = node.members.get("required")
        required = {str(item.value) for item in listed.items} if listed else None
        for name, member in properties.members.items():
            self.left -= 1
            if self.left < 0:
                return
            mark = "" if required is None else "required" if name in required else "optional"
            yield self._read_item(name, member, mark, depth)
            yield from self._read_members(member, depth + 1)

    def _read_item(self, name: str, node: SampleNode, mark: str, depth: int) -> FieldItem:
        number = min(self.block.span.line + node.line, self.block.span.end_line)
        quote = f'"{name}"' if name else ""
        span = Span(self.block.span.page, number, number, quote)
        node = self._resolve_node(node)
        enum = node.members.get("enum")
        default = node.members.get("default")
        words = {
            "name": name,
            "type": self._name_type(node),
            "required": mark,
            "enum": ", ".join(map(write_node, enum.items)) if enum else "",
            "default": json.dumps(value_of(default)) if default else "",
            "description": _find_word(node, "description"),
        }
        item = FieldItem.of(words, span, depth=depth)
        return _link_type(item, self._name_reference(node))

    def _name_reference(self, node: SampleNode) -> str:
        """What a reference that leads out of the block names; of an array, that of its items."""
        node = self._resolve_node(node)
        if not (reference := _find_word(node, "$ref")) and "items" in node.members:
            return self._name_reference(node.members["items"])
        return reference.rpartition("/")[2]

    def _name_type(self, node: SampleNode) -> str:
        given = node.members.get("type")
        kinds = [str(i.value) for i in given.items if i.value] if given and given.items else []
        kind = " or ".join(kinds) or _find_word(node, "type")
        named = _find_word(node, "$ref").rpartition("/")[2]
        kind = kind or ("object" if is_type_word(named) else named)
        if kind == "array" and "items" in node.members:
            item = self._name_type(self._resolve_node(node.members["items"]))
            return f"array of {item}" if item else kind
        form = _find_word(node, "format")
        if not kind and "properties" in node.members:
            kind = "object"
        return f"{kind}({form})" if kind and form else kind

    def _resolve_node(self, node: SampleNode) -> SampleNode:
        """The node that a reference within the block leads to; itself where there is none."""
        for _ in range(_MAX_DEPTH):
            reference = _find_word(node, "$ref")
            if not reference.startswith("#/"):
                break
            target: SampleNode | None = self.root
            for step in reference[2:].split("/"):
                target = target.members.get(step) if target else None
            if target is None:
                break
            node = target
        return node


def _link_type(item: FieldItem, name: str) -> FieldItem:
    """The item with its type as a link to the section of that name, if there is one."""
    if not name:
        return item
    linked = (
        (column, replace(text, marks=(Mark("link", 0, len(text.plain), f"#{name}"),)))
        if column == "type"
        else (column, text)
        for column, text in item.cells
    )
    return replace(item, cells=tuple(linked))


def _find_word(node: SampleNode, name: str) -> str:
    child = node.members.get(name)
    return child.value if child is not None and isinstance(child.value, str) else ""
