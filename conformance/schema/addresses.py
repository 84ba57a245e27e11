"""Operations as OpenAPI counts them: one for each method and path, under a readable name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from conformance.model.operation import Operation

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._~]+")
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
_ODD: Final = re.compile(r"[^\w.~$@*+-]")
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Address:
    """A method at a path, and everything documented about it."""

    id: str
    """``delete-v1-orders-id``: safe in file names, unlike any other whatever
    the case, the same from run to run."""
    operation: Operation
    """The first that is documented, its path parameters named as the path names them."""
    others: tuple[Operation, ...] = ()
    """The same method and path told again; placeholders may have other names."""


def addresses(operations: Iterable[Operation]) -> tuple[Address, ...]:
    """The addresses of ``operations``, in the order in which they are first told.

    Paths that differ only in the names of placeholders are one address, whose template is the
    first of them, also for other methods.
    """
    templates: dict[str, str] = {}
    told: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations:
        path = _template(operation.path)
        template = templates.setdefault(shape(path), path)
        told.setdefault((operation.method, template), []).append(operation)
    taken: set[str] = set()
    return tuple(
        Address(
            id=_free(_readable(method, template), taken),
            operation=_named_as(template, first),
            others=tuple(others),
        )
        for (method, template), (first, *others) in told.items()
    )


def shape(path: str) -> str:
    """A path with its placeholders' names taken out: two paths of one shape are one address."""
    return _PLACEHOLDER.sub("{}", path).rstrip("/") or "/"


def placeholders(path: str) -> list[str]:
    """The names in a path template, in order."""
    return [found[1:-1] for found in _PLACEHOLDER.findall(path)]


def _template(path: str) -> str:
    """A path as OpenAPI takes it: each placeholder with a plain name of its own, no stray brace."""
    taken: set[str] = set()
    pieces = ["/" + _PLACEHOLDER.split(path)[0].lstrip("/"), *_PLACEHOLDER.split(path)[1:]]
    plain = [piece.replace("{", "%7B").replace("}", "%7D") for piece in pieces]
    named = [_free(_ODD.sub("_", name) or "value", taken) for name in placeholders(path)]
    return plain[0] + "".join(
        f"{{{name}}}{after}" for name, after in zip(named, plain[1:], strict=True)
    )


def _named_as(template: str, operation: Operation) -> Operation:
    """The operation at ``template``, its path parameters renamed to the template's names."""
    names = dict(zip(placeholders(operation.path), placeholders(template), strict=True))
    renamed = tuple(
        replace(parameter, name=names.get(parameter.name, parameter.name))
        if parameter.location == "path"
        else parameter
        for parameter in operation.parameters
    )
    return replace(operation, path=template, parameters=renamed)


def _readable(method: str, path: str) -> str:
    words = _UNSAFE.sub("-", path).strip("-.")[:_LONGEST].strip("-.")
    return "-".join(filter(None, (_UNSAFE.sub("-", method).lower(), words)))


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name.casefold())
    return name
