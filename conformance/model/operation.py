"""What documentation says an operation takes and gives, every fact with its line."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Literal, TypeAlias

from msgspec import Struct

from conformance.model.span import Span

Scalar: TypeAlias = str | int | float | bool | None
Json: TypeAlias = "Scalar | list[Json] | dict[str, Json]"


class Stated(Enum):
    """A yes/no fact as documentation has it.  Not stated is never turned into no."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not-stated"
    CONDITIONAL = "conditional"
    """Yes under a condition the page gives in words; treated as "may be absent"."""


Kind: TypeAlias = Literal["string", "integer", "number", "boolean", "object", "array"]
Unit: TypeAlias = Literal["s", "ms", "us", "ns", "percent"]
Confidence: TypeAlias = Literal["high", "medium", "low"]
Location: TypeAlias = Literal["path", "query", "header", "cookie"]
AuthScheme: TypeAlias = Literal["api-key", "jwt", "hmac", "bearer", "none", "unspecified"]


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds, inclusive unless the name says otherwise; None where nothing is stated."""

    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None


NO_LIMITS = Limits()


class Value(Struct, frozen=True, kw_only=True):
    """What a page says about one value: of a parameter, a field, an item or a whole body."""

    span: Span
    kind: Kind | None = None
    """JSON type; None when the page gives none."""
    type_text: str = ""
    """The page's own word for the type, verbatim (``Array[String]``, ``Long``)."""
    format: str | None = None
    """int32, int64, float, double, uuid, date-time, date, decimal (a number as a string)."""
    unit: Unit | None = None
    epoch: bool = False
    """True for a moment counted since 1970 in ``unit``; False for a plain quantity or duration."""
    items: Value | None = None
    fields: tuple[Field, ...] = ()
    members: Value | None = None
    """What every member holds of an object whose names are data: currencies, ids, dates."""
    enum: tuple[Scalar, ...] = ()
    constant: tuple[Scalar, ...] = ()
    """One-tuple with the value the page says it always has; empty when there is none."""
    default: tuple[Scalar, ...] = ()
    """One-tuple with the documented default; empty when there is none."""
    limits: Limits = NO_LIMITS
    nullable: Stated = Stated.NOT_STATED
    stated_kind: Kind | None = None
    """What the words say where the example beside them shows an object for an array or an array
    for an object, so that ``kind`` is the example's; a string where members are listed of it."""
    shown_null: bool = False
    """Whether an example of the page shows null in its place."""
    shown_unit: Unit | None = None
    """The unit in which examples show a moment since 1970, of which no words give one."""
    closed: Stated = Stated.NOT_STATED
    """Whether an object has exactly the documented members."""
    description: str = ""
    example: tuple[Json, ...] = ()


class Field(Struct, frozen=True, kw_only=True):
    name: str
    """Verbatim, misspelt or not."""
    value: Value
    required: Stated = Stated.NOT_STATED
    condition: str = ""
    """The page's words for when it is present or required."""
    confidence: Confidence = "high"
    shown: bool = False
    """Whether only examples of the page show it."""

    @property
    def span(self) -> Span:
        return self.value.span


class Parameter(Struct, frozen=True, kw_only=True):
    """An input outside the body."""

    name: str
    location: Location
    value: Value
    required: Stated = Stated.NOT_STATED
    condition: str = ""
    confidence: Confidence = "high"
    documented: bool = True
    """False for a placeholder of the path that nothing on the page describes."""

    @property
    def span(self) -> Span:
        return self.value.span


class Group(Struct, frozen=True, kw_only=True):
    """Inputs the page binds together."""

    kind: Literal["exactly-one", "at-most-one", "at-least-one"]
    names: tuple[str, ...]
    """Names of parameters or body members, verbatim, in page order."""
    span: Span


class Example(Struct, frozen=True, kw_only=True):
    """A body printed on the page."""

    text: str
    """Verbatim."""
    span: Span
    parsed: bool
    """True when ``text`` is JSON as it stands; only then is ``value`` evidence."""
    value: Json = None
    error: str = ""
    """Why it is no JSON, with its line and column, when it is not."""
    title: str = ""
    block: Span | None = None
    """All lines of it, when it is no JSON: ``span`` is then the line where reading stopped."""


class Body(Struct, frozen=True, kw_only=True):
    media_type: str
    value: Value
    required: Stated = Stated.NOT_STATED
    examples: tuple[Example, ...] = ()


class Response(Struct, frozen=True, kw_only=True):
    """One documented answer."""

    status: str
    """Three digits, ``4XX`` or ``default``."""
    stated: bool
    """False when the page shows an answer without naming its status."""
    media_type: str
    """Verbatim, misspelt or not; ``application/json`` when the page is silent."""
    span: Span
    value: Value | None = None
    description: str = ""
    examples: tuple[Example, ...] = ()


class Invariant(Struct, frozen=True, kw_only=True):
    """A relation between values that the page's words or names promise.

    ``count``: the number at ``paths[0]`` is the number of items of the array at ``paths[1]``.
    ``disjoint``: no value occurs at both ``paths[0]`` and ``paths[1]``.
    ``within-request``: every value at ``paths`` was requested by the input ``request_name``.
    Paths are dotted names relative to the body (``success.orders[].uuid``).
    """

    kind: Literal["count", "disjoint", "within-request"]
    paths: tuple[str, ...]
    span: Span
    request_name: str = ""


class RateLimit(Struct, frozen=True, kw_only=True):
    """At most ``count`` requests in ``seconds`` per ``scope`` (``UID``, ``IP``; may be empty)."""

    count: int
    seconds: float
    scope: str
    span: Span


class Auth(Struct, frozen=True, kw_only=True):
    """How a request proves who sends it."""

    scheme: AuthScheme
    """``unspecified``: the page says that authentication is needed and not which."""
    span: Span
    header: str = ""
    """Name of the one that carries the key; empty where none is named, or several."""


class Operation(Struct, frozen=True, kw_only=True):
    """Method and path, with what goes in and what comes out."""

    method: str
    """Upper case."""
    path: str
    """With ``{name}`` placeholders, whatever the page's own notation."""
    page: str
    span: Span
    """Where method and path are stated."""
    servers: tuple[str, ...] = ()
    summary: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    groups: tuple[Group, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    auth: tuple[Auth, ...] = ()
    public: Stated = Stated.NOT_STATED
    """Whether the headings it stands under put it among public or market data operations."""
    rate_limits: tuple[RateLimit, ...] = ()
    confidence: Confidence = "high"

    @property
    def key(self) -> str:
        """``METHOD /path``: how findings and reports name it."""
        return f"{self.method} {self.path}"


def walk_values(*values: Value) -> Iterator[Value]:
    """The values and all below them, in no promised order; not what other members hold."""
    pending = list(values)
    while pending:
        value = pending.pop()
        yield value
        pending += [field.value for field in value.fields]
        pending += [value.items] if value.items is not None else []


_Member: TypeAlias = tuple[str, tuple[Value, Stated]]
"""Dotted name, value and required mark."""


def subjects(operation: Operation, *, shown: bool = True) -> Iterator[tuple[Span, str]]:
    """Span and dotted name of every parameter, body member and response field.

    Without ``shown`` those that only examples show are left out.
    """
    return ((value.span, name) for name, (value, _) in members(operation, shown=shown))


def members(operation: Operation, *, shown: bool = True) -> Iterator[_Member]:
    """Dotted name, value and required mark of everything the operation documents."""
    for parameter in operation.parameters:
        name = f"parameters.{parameter.name.removesuffix('[]')}"
        yield name, (parameter.value, parameter.required)
        yield from _list_members(parameter.value, name, shown, [])
    if operation.body:
        yield from _list_members(operation.body.value, "requestBody", shown, [])
    for response in operation.responses:
        if response.value:
            yield from _list_members(response.value, f"responses.{response.status}", shown, [])


def _list_members(value: Value, name: str, shown: bool, found: list[_Member]) -> list[_Member]:
    """``found`` with everything in ``value`` added to it: one list, however deep it goes."""
    while (inner_value := value.items or value.members) is not None and not value.fields:
        value, name = inner_value, f"{name}.*" if value.members else f"{name}[]"
    for field in value.fields:
        inner = f"{name}.{field.name}"
        if shown or not field.shown:
            found.append((inner, (field.value, field.required)))
        if field.value.fields or field.value.items or field.value.members:
            _list_members(field.value, inner, shown, found)
    return found
