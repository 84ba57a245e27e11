"""Templates that escape what they are given: HTML as Jinja2 does, Markdown by rules of its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance.report import html_text, plain, words


def render_template(name: str, /, **values: object) -> str:
    """The template ``name``, whose ending says what is escaped: ``.html.j2`` or ``.md.j2``."""
    return environment(name).get_template(name).render(values)


def macros(name: str) -> Any:
    """The macros of a template, as attributes."""
    return environment(name).get_template(name).module


def environment(name: str) -> Environment:
    """The one that template ``name`` belongs to."""
    return _environment(name.endswith(".html.j2"))


def _hash(text: str) -> Markup:
    """The source expression that allows ``text`` and nothing else (CSP 3, section 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(f"'sha256-{digest}'")  # noqa: S704


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _printable(value: object) -> object:
    return plain.printable(value) if type(value) is str else value


def _markdown(value: object) -> Markup:
    return value if isinstance(value, Markup) else _trusted(plain.inline)(str(value))


def _trusted(write: Callable[..., str]) -> Callable[..., Markup]:
    """What ``write`` gives is markup, and is not escaped again."""
    return lambda text, *more: Markup(write(text, *more))  # noqa: S704


_WORDS: Final = ("accepted", "checked", "compared", "day", "folded", "moment", "more_of", "outcome",
                 "plural", "remembered", "weighed")  # fmt: skip


@cache
def _environment(is_html: bool) -> Environment:
    result = Environment(
        loader=PackageLoader("conformance.report"),
        autoescape=True,
        finalize=_printable if is_html else _markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    result.globals |= {name: getattr(words, name) for name in _WORDS}
    if is_html:
        result.globals |= html_text.FUNCTIONS
    result.filters |= {"address": plain.address, "hash": _hash, "first_upper": _first_upper}
    result.filters |= {"lines": html_text.escape_lines, "visible": plain.visible}
    result.filters |= {"weight": lambda finding: _first_upper(words.weighed(finding))}
    result.filters |= {
        name: _trusted(getattr(plain, name)) for name in ("code", "block", "fenced", "prose")
    }
    return result
