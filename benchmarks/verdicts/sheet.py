"""A sheet of findings to judge by hand: drawn at random, written as TOML, scored when filled in."""

from __future__ import annotations

import json
import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conformance.drift.causes import group_findings_by_cause
from conformance.errors import InputError
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.pipeline.evidence import check_all, read_all_evidence
from conformance.pipeline.pages import read_paths

VERDICTS: Final = ("true", "false", "")
"""What a judge may write; empty is not judged yet."""
_CONTEXT: Final = 6
"""Lines of the page shown before and after those the finding points at."""
_MOST_LINES: Final = 60
_WIDEST: Final = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding with all that is needed to judge it."""

    folder: str
    finding: Finding
    cause: str
    """What the findings of one cause of the folder share."""
    page: str
    """Lines of the page around the documented ones, each with its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Judged findings of one kind."""

    true: int = 0
    false: int = 0
    whys: tuple[str, ...] = ()
    """Reasons of the false ones, the most frequent first, with their number."""

    @property
    def share(self) -> float:
        """Of the judged ones those that are true; 0 where none is judged."""
        return self.true / max(1, self.true + self.false)


def check_folder(folder: Path) -> Iterator[Item]:
    """The findings of one exchange: pages in ``folder/docs``, evidence in the files beside it.

    Raises:
        InputError: there are no pages, or no evidence.
    """
    docs = folder / "docs"
    evidence = sorted(path for path in folder.iterdir() if path.suffix in (".ndjson", ".har"))
    if not docs.is_dir() or not evidence:
        raise InputError(f"{folder}: needs pages in docs/ and .ndjson or .har files beside it")
    pages = read_paths([docs])
    files = dict(pages.files)
    interactions = read_all_evidence(evidence, folder).interactions
    result = check_all(pages.contract.operations, interactions)
    for cause in group_findings_by_cause(result.findings):
        for finding in cause.findings:
            page = _page_lines(files, finding.documented)
            yield Item(folder=folder.name, finding=finding, cause=cause.id, page=page)


def draw(items: Iterable[Item], seed: int, size: int) -> list[Item]:
    """``size`` of the findings at warning and above: folders take turns, and causes in a folder.

    One cause with sixty findings, or one folder with most of all, would else be the whole sheet.
    """
    known = [item for item in items if item.finding.severity >= Severity.WARNING]
    random.Random(seed).shuffle(known)  # noqa: S311
    turn: Counter[tuple[str, ...]] = Counter()
    ranked: list[tuple[int, int, Item]] = []
    for number, item in enumerate(known):
        turn[item.folder, item.cause] += 1
        ranked.append((turn[item.folder, item.cause], number, item))
    drawn: list[tuple[int, int, Item]] = []
    for _, number, item in sorted(ranked, key=lambda entry: entry[:2]):
        turn[item.folder,] += 1
        drawn.append((turn[item.folder,], number, item))
    return [item for *_, item in sorted(drawn, key=lambda entry: entry[:2])[:size]]


def write_sheet(items: Sequence[Item]) -> str:
    """The sheet: a table for each finding, with ``verdict`` and ``why`` left blank."""
    return "\n".join(_entry(number, item) for number, item in enumerate(items, 1))


def read_sheet(path: Path) -> list[dict[str, Any]]:
    """The findings of a sheet that was filled in.

    Raises:
        InputError: it is no sheet, or has another verdict than ``true`` and ``false``.
    """
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["finding"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path}: no sheet of findings: {error}") from error
    for entry in entries:
        if entry["verdict"] not in VERDICTS:
            raise InputError(f"{path}: finding {entry['number']}: the verdict is true or false")
    return entries


def score(entries: Iterable[dict[str, Any]], by: str) -> dict[str, Count]:
    """Judged findings counted by ``rule``, ``confidence``, ``severity`` or ``folder``."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        if entry["verdict"]:
            groups[entry[by]].append(entry)
    return {name: _count(groups[name]) for name in sorted(groups)}


def as_table(entries: Sequence[dict[str, Any]]) -> str:
    """A Markdown table: rules, then confidences, severities and folders, then the sum."""
    rows = ["| | drawn | true | false | share | why false |", "|---|---:|---:|---:|---:|---|"]
    for by in ("rule", "confidence", "severity", "folder"):
        rows += [_row(f"{by} {name}", count) for name, count in score(entries, by).items()]
    judged = [entry for entry in entries if entry["verdict"]]
    rows.append(_row("all", _count(judged)))
    left = len(entries) - len(judged)
    return "\n".join([*rows, *([f"\n{left} not judged"] if left else [])]) + "\n"


def _count(judged: Sequence[dict[str, Any]]) -> Count:
    false = [entry for entry in judged if entry["verdict"] == "false"]
    whys = Counter(entry["why"] for entry in false).most_common()
    return Count(
        true=len(judged) - len(false),
        false=len(false),
        whys=tuple(f"{why} ({number})" for why, number in whys),
    )


def _row(name: str, count: Count) -> str:
    drawn = count.true + count.false
    whys = "; ".join(count.whys)
    return f"| {name} | {drawn} | {count.true} | {count.false} | {count.share:.2f} | {whys} |"


def _entry(number: int, item: Item) -> str:
    finding, observed = item.finding, item.finding.observed
    values: dict[str, object] = {
        "number": number,
        "folder": item.folder,
        "cause": item.cause,
        "rule": finding.rule,
        "severity": finding.severity.label,
        "confidence": finding.confidence,
        "operation": finding.operation,
        "subject": finding.subject,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "documented": str(finding.documented or ""),
        "page": item.page,
        "observed": f"{observed.where} {observed.pointer}".strip() if observed else "",
        "body": observed.excerpt.text if observed and observed.excerpt else "",
        "verdict": "",
        "why": "",
    }
    return "[[finding]]\n" + "".join(f"{name} = {_toml(v)}\n" for name, v in values.items())


def _toml(value: object) -> str:
    """A TOML value; several lines as they are, for a person to read."""
    if isinstance(value, str) and "\n" in value:
        inner = value.replace("\\", "\\\\").replace('"""', '""\\"').replace("\r", "\\r")
        return f'"""\n{_printable(inner)}\n"""'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return str(value)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)


def _page_lines(files: dict[str, Path], span: Span | None) -> str:
    if span is None or span.page not in files:
        return ""
    lines = files[span.page].read_text("utf-8", "replace").split("\n")
    first, last = max(1, span.line - _CONTEXT), min(len(lines), span.end_line + _CONTEXT)
    shown = range(first, min(last, first + _MOST_LINES) + 1)
    mark = {True: ">", False: " "}
    return "\n".join(
        f"{mark[span.line <= n <= span.end_line]}{n:5} {lines[n - 1][:_WIDEST].rstrip()}"
        for n in shown
    )
