"""Inputs the page binds together: "either A or B, not both", "二选一"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from conformance.model.operation import Group
from conformance.model.span import Span

GroupKind: TypeAlias = Literal["exactly-one", "at-most-one", "at-least-one"]

_NAME = r"[`“\"'*]{0,3}([A-Za-z_][\w.\[\]-]{0,60})[`”\"'*]{0,3}"
_LIST = rf"{_NAME}(?:\s*,\s*{_NAME})?\s*(?:,\s*)?(?:or|and|/|或|와|과|또는)\s*{_NAME}"
_ANY = rf"{_NAME}(?:\s*,\s*{_NAME})?\s*(?:,\s*)?(?:or|/|或|또는)\s*{_NAME}"
_EITHER = re.compile(rf"\beither\s+(?:of\s+|one of\s+)?(?:the\s+)?{_LIST}", re.IGNORECASE)
_ONE_OF = re.compile(
    rf"\b(?:one of|at least one of|exactly one of|only one of)\s+(?:the\s+)?{_LIST}", re.IGNORECASE
)
_MUST = re.compile(
    rf"{_ANY}\s+(?:must|should|has to|is required|are required|必须|중 하나)", re.IGNORECASE
)
_NOT_BOTH = re.compile(
    r"\bcan(?:not|'t| not) (?:use|be|send|pass|provide|specify|set|have)[^.\n]{0,40}\b(?:both"
    r"|simultaneously|together|at the same time)\b"
    r"|\bnot both\b|\bbut not both\b|\bmutually exclusive\b|\bonly one (?:of|can|should|must)\b"
    r"|\bexactly one\b|\bsimultaneously\b"
    r"|동시에 사용|二选一|二選一|不能同时|不能同時|只能传一个|只能傳一個",
    re.IGNORECASE,
)
_NEEDED = re.compile(
    r"\b(?:is|are|be) required\b|\bmust\b|\bmandatory\b|\bat least one\b|\brequired\b"
    r"|\bshould be (?:sent|passed|provided)\b"
    r"|필수|必须|必須|至少|必填|需要",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?。！？])\s+|\n")


def find_groups(texts: Iterable[tuple[str, Span]], names: Sequence[str]) -> tuple[Group, ...]:
    """Groups over the inputs ``names`` stated in ``texts``; one group for the same inputs."""
    by_bare = {name.removesuffix("[]").lower(): name for name in names}
    found: dict[tuple[str, ...], Group] = {}
    for text, span in texts:
        for group in _in_text(text, span, by_bare):
            order = tuple(n for n in names if n in group.names)
            known = found.get(order)
            if known is None or known.kind != "exactly-one":
                found[order] = Group(kind=group.kind, names=order, span=group.span)
    return tuple(found.values())


def _in_text(text: str, span: Span, by_bare: dict[str, str]) -> Iterator[Group]:
    for sentence in _SENTENCES.split(text):
        for pattern in (_EITHER, _ONE_OF, _MUST):
            for hit in pattern.finditer(sentence):
                said = [g.removesuffix("[]").lower() for g in hit.groups() if g]
                names = tuple(by_bare[s] for s in said if s in by_bare)
                if len(set(names)) >= 2 and len(names) == len(said):
                    here = replace(span, quote=sentence.strip()[:160])
                    yield Group(kind=_kind(sentence, text), names=names, span=here)


def _kind(sentence: str, text: str) -> GroupKind:
    exclusive = bool(_NOT_BOTH.search(sentence) or _NOT_BOTH.search(text))
    if exclusive:
        return "exactly-one" if _NEEDED.search(sentence) else "at-most-one"
    return "at-least-one"
