"""Which texts are an OpenAPI or Swagger document, by what they begin with and never by name."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

SpecificationLanguage: TypeAlias = Literal["json", "yaml"]

_VERSION: Final = r"""["']?(?:openapi|swagger)["']?[ \t]*:[ \t]*["']?[123](?:\.\d|["'\s,]|$)"""
_VERSION_LINE: Final = re.compile(rf"^{_VERSION}", re.M)
_VERSION_MEMBER: Final = re.compile(rf"[{{,]\s*{_VERSION}")
_PARTS_LINE: Final = re.compile(r"""^["']?(?:paths|components|webhooks|definitions)["']?:""", re.M)
_PARTS_MEMBER: Final = re.compile(
    r"""[{,]\s*["']?(?:paths|components|webhooks|definitions)["']?:"""
)
_FIRST_LINE: Final = re.compile(
    r"""(?:[ \t]*+(?:\#[^\n]*+)?\n|---[^\n]*+\n|%[^\n]*+\n)*+["']?[\w$-]+["']?:"""
)


def specification_language(text: str) -> SpecificationLanguage | None:
    """How ``text`` is written if all of it is an OpenAPI or Swagger document; else None."""
    if text.lstrip("\ufeff \t\r\n")[:1] == "{":
        if not text.rstrip().endswith("}") or not _VERSION_MEMBER.search(text):
            return None
        return "json" if _PARTS_MEMBER.search(text) else None
    if not _FIRST_LINE.match(text) or not _VERSION_LINE.search(text):
        return None
    return "yaml" if _PARTS_LINE.search(text) else None
