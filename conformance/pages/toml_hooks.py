"""How cattrs makes dataclasses of tables of TOML: strictly, with keys for where it could not."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from cattrs import AttributeValidationNote, ClassValidationError, Converter, IterableValidationError
from cattrs.gen import make_dict_structure_fn, override

from conformance.model.finding import Severity
from conformance.pages.strict_toml import Form, RefusedValueError, exactly, refuse_type

ERRORS: Final = (ClassValidationError, IterableValidationError)


@cache
def converter() -> Converter:
    """What cattrs does by itself is dispatch, renaming and the way to what is wrong."""
    converter = Converter()
    converter.register_structure_hook(str, lambda value, _: Form().read(value))
    for kind in (bool, dt.date):
        converter.register_structure_hook(kind, exactly(kind))
    converter.register_structure_hook(Severity, _choose)
    converter.register_structure_hook_func(_is(Literal), _choose)
    for is_so, hook in (
        (is_dataclass, _make_table_hook),
        (_is(tuple), _make_array_hook),
        (_is(Annotated), _make_form_hook),
    ):
        converter.register_structure_hook_factory(is_so, hook)
    return converter


def find_first_reason(error: BaseException) -> tuple[RefusedValueError, list[str | int]]:
    """The first thing that was refused, and the keys and places in arrays that lead to it."""
    keys: list[str | int] = []
    while isinstance(error, ERRORS):
        kind, (error, note) = error.cl, error.group_exceptions()[0][0]
        if isinstance(note, AttributeValidationNote):
            keys.append(next(_name_key(field) for field in fields(kind) if field.name == note.name))
        else:
            keys.append(note.index)
    if not isinstance(error, RefusedValueError):
        raise error
    return error, keys


def _make_table_hook(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    hints = get_type_hints(kind, include_extras=True)  # with the forms, which cattrs would drop
    overrides = {
        f.name: override(
            rename=_name_key(f),
            omit=not _name_key(f),
            struct_hook=converter.get_structure_hook(hints[f.name]) if _name_key(f) else None,
        )
        for f in fields(kind)
    }
    inner = make_dict_structure_fn(kind, converter, **overrides)  # type: ignore[arg-type]
    in_file = [field for field in fields(kind) if _name_key(field)]
    known = [_name_key(field) for field in in_file]
    needed = [_name_key(f) for f in in_file if f.default is f.default_factory is MISSING]

    def read(value: Any, _: Any) -> Any:
        if type(value) is not dict:
            raise refuse_type(value, dict)
        for key in value:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
                raise RefusedValueError(f"unknown key {key!r}", hint, of_table=True)
        for key in needed:
            if key not in value:
                raise RefusedValueError(f"{key!r} is missing", "add it", of_table=True)
        noun = inner(value, kind)
        for what, hint in getattr(noun, "refusals", tuple)():
            raise RefusedValueError(what, hint, of_table=True)
        return noun

    return read


def _make_array_hook(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """An array; for a tuple of pairs a table with arbitrary keys."""
    item = get_args(kind)[0]
    pair = get_args(item) if get_origin(item) is tuple else ()
    written: Any = dict if pair and pair[-1] is not ... else list
    inner = converter.get_structure_hook(written[pair if written is dict else item])

    def read(value: Any, _: Any) -> Any:
        if type(value) is not written:
            raise refuse_type(value, written)
        return tuple(inner(value, None) if written is list else inner(value, None).items())

    return read


def _make_form_hook(kind: Any, _: Converter) -> Callable[[Any, Any], Any]:
    return lambda value, _: get_args(kind)[1].read(value)


def _choose(value: object, kind: Any) -> Any:
    """One of the words of a ``Literal``, or the member that an enum has under its label."""
    known = get_args(kind) or [member.label for member in kind]
    if type(value) is not str:
        raise refuse_type(value, str)
    if value not in known:
        raise RefusedValueError(repr(value), f"write {', '.join(known[:-1])} or {known[-1]}")
    return value if get_args(kind) else kind[value.upper()]


def _is(form: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is form


def _name_key(field: Field[Any]) -> str:
    return str(field.metadata.get("key", field.name))
