"""Single edits of real pages: one cell, one row, one word, and what has to be told of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conformance.checks.change.runner import ChangeResult, compare_states
from conformance.compare.matching import Side, SidePage, build_side_page
from conformance.model.interaction import Interaction
from conformance.model.operation import subjects
from conformance.parse import parse_page
from conformance.reading import read_document

SNAPSHOT = Path(__file__).parents[3] / "docs_snapshot"
PAGES = sorted(path for path in SNAPSHOT.glob("*/*/*") if path.is_file())
TABLES = [path for path in PAGES if path.suffix == ".md"]
FLAT = [path for path in PAGES if path.suffix == ".txt"]

NAME, TYPE, MARK, WORDS = "name", "type", "mark", "words"
HEADERS = {
    **dict.fromkeys(("Name", "Parameter Name", "필드"), NAME),
    **dict.fromkeys(("Type", "타입"), TYPE),
    **dict.fromkeys(("Required", "Included"), MARK),
    **dict.fromkeys(("Description", "설명"), WORDS),
}
OTHER_TYPES = {
    "string": ("Integer", "Boolean", "Object"),
    "integer": ("String", "Boolean"),
    "number": ("String", "Boolean"),
    "array": ("String", "Integer"),
    "object": ("String", "Boolean"),
}
SAME_TYPES = {"string": ("STRING", "Str"), "int64": ("Int64", "bigint"), "long": ("LONG", "int64")}
KINDS = {"long": "integer", "int64": "integer", "float64": "number"}
WORDINGS = (
    ("FILLED, ", "", "enum-changed"),
    ("BUY/", "BUY/HOLD/", "enum-changed"),
    ("/TRIGGER_MARKET", "", "enum-changed"),
    ("CANCELED", "CANCELLED", "enum-changed"),
    ('"UTC"', '"KST"', "enum-changed"),
    ("“UTC”", "“KST”", "enum-changed"),
    ("milliseconds", "seconds", "type-changed"),
    ("밀리초", "초", "type-changed"),
    ("Unit: milliseconds", "", "type-changed"),
)
FLIPPED = {"O": "", "": "O", "no": "yes", "yes": "no"}


@dataclass(frozen=True)
class Edit:
    """One edit of one page."""

    page: str
    what: str
    old: str
    new: str
    rules: frozenset[str]
    """Any of these has to tell it, once; empty when nothing changed."""
    subject: str
    old_line: int
    new_line: int
    gone: bool = False
    """Whether the old line is the one to be told."""


@lru_cache(maxsize=32)
def reading(text: str, page: str) -> SidePage:
    """Remembered: the unedited page is one side of every edit."""
    document = parse_page(text.encode(), page)
    return build_side_page("page", document, read_document(document))


def compare_texts(
    old: str, new: str, suffix: str = ".md", evidence: tuple[Interaction, ...] = ()
) -> ChangeResult:
    before, after = (
        Side(label=label, pages=(reading(text, f"{label}/page{suffix}"),))
        for label, text in (("old", old), ("new", new))
    )
    return compare_states(before, after, evidence)


def edits_of(path: Path) -> Iterator[Edit]:
    """Every single edit of the tables of a page."""
    text = path.read_text("utf-8")
    known = _subjects(text)
    columns: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        cells = _cells(line)
        named = [HEADERS.get(cell.strip(), "") for cell in cells]
        if NAME in named:
            columns = named
        elif not cells:
            columns = []
        elif columns and number in known:
            inside = (f"{known[number]}.", f"{known[number]}[")
            parent = any(other.startswith(inside) for other in known.values())
            page = f"{path.parts[-3]}-{path.parts[-2]}"
            yield from _Row(page, lines, number, columns, known[number], parent).edits()


def _subjects(text: str) -> dict[int, str]:
    """Subject by line."""
    return {
        span.line: name
        for operation in reading(text, "page.md").reading.operations
        for span, name in subjects(operation)
    }


def _cells(line: str) -> list[str]:
    if not line.lstrip().startswith("|"):
        return []
    return re.split(r"(?<!\\)\|", line.strip().strip("|"))


@dataclass(frozen=True)
class _Row:
    """One row of a table of fields, and what can be done to it."""

    page: str
    lines: list[str]
    number: int
    columns: list[str]
    subject: str
    parent: bool
    """Whether other rows tell what is inside of it."""

    def said(self, column: str) -> str:
        at = self.columns.index(column) if column in self.columns else -1
        return _cells(self.lines[self.number - 1])[at].strip() if at >= 0 else ""

    def edits(self) -> Iterator[Edit]:
        yield from self._whole()
        yield from self._types()
        if MARK in self.columns and not self.subject.startswith("parameters.coin"):
            yield self._put(MARK, FLIPPED[self.said(MARK)], "required-changed")
        if WORDS in self.columns:
            yield from self._limits()
            yield from self._words()

    def _edit(self, what: str, rules: str, after: list[str], at: int, *, gone: bool) -> Edit:
        old, new = "\n".join(self.lines), "\n".join(after)
        return Edit(
            page=self.page,
            what=what,
            old=old,
            new=new,
            rules=frozenset(rules.split()),
            subject=self.subject,
            old_line=self.number,
            new_line=at,
            gone=gone,
        )

    def _row(self, cells: dict[str, str]) -> str:
        own = _cells(self.lines[self.number - 1])
        told = (cells.get(column, own[n]) for n, column in enumerate(self.columns))
        return "|" + "|".join(f" {cell.strip()} " for cell in told) + "|"

    def _put(self, column: str, text: str, rules: str) -> Edit:
        after = list(self.lines)
        after[self.number - 1] = self._row({column: text})
        what = f"{column}: {self.said(column)[-20:]} -> {text[-30:]}"
        return self._edit(what, rules, after, self.number, gone=False)

    def _whole(self) -> Iterator[Edit]:
        """The row gone, one more, its name another; a parent of dotted names is told by those."""
        before, after = self.lines[: self.number - 1], self.lines[self.number :]
        if not self.parent or "](#" in self.said(TYPE):
            yield self._edit("removed", "field-removed", [*before, *after], self.number, gone=True)
        if self.parent:
            return
        name = self.said(NAME)
        bare = name.strip("`").rstrip("\\*").removesuffix("[]")
        last = bare.rpartition(".")[2]
        if not name.endswith("*"):
            fresh = {NAME: name.replace(last, "novel"), WORDS: "Something else entirely"}
            more = [*self.lines[: self.number], self._row(fresh), *after]
            yield self._edit("added", "field-added", more, self.number + 1, gone=False)
        case = last.lower() if last.isupper() else last.upper()
        for other in (f"{last}s", case, f"x{last.title()}Quux"):
            yield self._put(NAME, name.replace(last, other), "field-removed")

    def _types(self) -> Iterator[Edit]:
        said = self.said(TYPE)
        low = said.lower()
        kind = KINDS.get(low) or next((k for k in OTHER_TYPES if low.startswith(k)), "")
        for other in OTHER_TYPES.get(kind, ()):
            yield self._put(TYPE, other, "type-changed")
        if kind and not self.parent:
            yield self._put(TYPE, "", "type-changed")
        if kind == "array" and "[" in said:
            yield self._put(TYPE, "Array[Integer]", "type-changed")
        for same in SAME_TYPES.get(low, ()):
            yield self._put(TYPE, same, "")

    def _limits(self) -> Iterator[Edit]:
        words, kind = self.said(WORDS), self.said(TYPE).lower()
        if "(Max. 20)" in words:
            for other in ("(Max. 5)", "(Max. 50)", ""):
                yield self._put(WORDS, words.replace("(Max. 20)", other, 1), "limit-changed")
        elif not self.parent and self.subject != "parameters.coinPair":
            limit = {"string": "Maximum length is 7."}.get(kind, "(Max. 7)")
            if kind in ("string", "array", *KINDS, "integer", "number"):
                yield self._put(WORDS, f"{words} {limit}", "limit-changed")
        if kind in ("int64", "integer", "number"):
            yield self._put(WORDS, f"{words} Default: 7.", "limit-changed")

    def _words(self) -> Iterator[Edit]:
        words = self.said(WORDS)
        if self.said(TYPE).lower() == "string" and not re.search(r"[A-Z]{3}[,/.]|UTC", words):
            yield self._put(WORDS, f"{words} One of: `AAA`, `BBB`.", "enum-changed")
        shown = any("1525080718" in line for line in self.lines)
        for value, other, rule in WORDINGS:
            if value in words:
                rule = "docs-corrected" if shown and other in ("seconds", "초") else rule
                yield self._put(WORDS, words.replace(value, other), rule)
        yield self._put(WORDS, f"{words} Please note this.", "")
        yield self._put(WORDS, f"  {words}", "")


FLAT_EDITS: tuple[tuple[str, str, str, str], ...] = (
    (
        "exchange_id string requiredI",
        "exchange_id integer requiredI",
        "type-changed",
        "requestBody.exchange_id",
    ),
    (
        "exchange_id string requiredI",
        "exchange_id stringI",
        "required-changed",
        "requestBody.exchange_id",
    ),
    (
        "exchange_id string requiredI",
        "exchange_ids string requiredI",
        "field-removed",
        "requestBody.exchange_id",
    ),
    ("cancel/allThis", "cancel/everyThis", "operation-removed", "endpoint"),
    ("POST /v1/orders", "DELETE /v1/orders", "operation-removed", "endpoint"),
    ("POST /v1/orders", "POST /v2/orders", "operation-removed", "endpoint"),
    ("appliction/json", "application/json", "type-changed", "responses.490.mediaType"),
    ("title string", "title number", "type-changed", "responses.400.title"),
    ("title string", "", "field-removed", "responses.400.title"),
    ("title string", "titles string", "field-removed", "responses.400.title"),
    ("status numbertraceId", "status stringtraceId", "type-changed", "responses.400.status"),
    ("traceId stringerrors", "traceID stringerrors", "field-removed", "responses.400.traceId"),
    ("errors string{", "errors string[]{", "type-changed", "responses.400.errors"),
)
TOLD_TWICE = tuple(
    (old, new, rule, f"responses.{status}.{name}")
    for status in ("200", "490")
    for old, new, rule, name in (
        ("JSON_ERROR]", "JSON_ERROR, TIMEOUT]", "enum-changed", "reject_reason"),
        ("INVALID_TYPE, METHOD", "METHOD", "enum-changed", "reject_reason"),
        (
            "ORDER_ID_NOT_FOUND, INVALID",
            "ORDER_NOT_FOUND, INVALID",
            "enum-changed",
            "reject_reason",
        ),
        ("exchange_id stringIf", "exchange_id integerIf", "type-changed", "exchange_id"),
        ("exchange_id stringIf", "exchangeId stringIf", "field-removed", "exchange_id"),
        ("message stringMessage text", "message integerMessage text", "type-changed", "message"),
        (
            "rejected_message stringValue",
            "rejected_message booleanValue",
            "type-changed",
            "rejected_message",
        ),
        ("type stringMessage type", "type integerMessage type", "type-changed", "type"),
        ("Message text.", "What happened.", "", "message"),
        ("Cause of rejection.", "Why it was rejected.", "", "reject_reason"),
    )
)


def flat_edits(path: Path) -> Iterator[Edit]:
    """Edits of the page without tables: all of it stands on one line."""
    text = path.read_text("utf-8")
    line = next(n for n, told in enumerate(text.split("\n"), 1) if "/v1/orders" in told)
    for old, new, rule, subject in (*FLAT_EDITS, *TOLD_TWICE):
        at = text.index(old)
        if subject.startswith("responses.490.") and old != "appliction/json":
            at = text.index(old, at + 1)
        edited = text[:at] + new + text[at + len(old) :]
        rules = frozenset(rule.split())
        what = f"{old} -> {new}"
        yield Edit(path.parts[-3], what, text, edited, rules, subject, line, line, gone=not new)
