"""The generated pages about rules, written or compared."""

from __future__ import annotations

from pathlib import Path

from conformance.checks.registry import RULES
from conformance.errors import InputError
from conformance.pages.files import write_atomic
from conformance.report.ruledoc import index, page


def write_rule_pages(folder: Path) -> int:
    """Make ``folder`` hold a page for each rule and nothing else; returns how many there are.

    Raises:
        InputError: the folder cannot be written.
    """
    pages = _rule_pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in set(_present(folder)) - set(pages):
            (folder / path).unlink()
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be written: {error.strerror}", hint="check the folder and its rights"
        ) from error
    for name, content in pages.items():
        write_atomic(folder / name, content.encode())
    return len(pages)


def stale_rule_pages(folder: Path) -> list[str]:
    """A line on each page of ``folder`` that is not as it would be written now.

    Raises:
        InputError: the folder cannot be read.
    """
    pages, present = _rule_pages(), _present(folder)
    stale = [name for name in pages if present.get(name) != pages[name].encode()]
    stale += [name for name in present if name not in pages]
    return [f"{folder / name}: {_fault(name, pages, present)}" for name in stale]


def _rule_pages() -> dict[str, str]:
    return {"README.md": index(RULES), **{f"{rule.id}.md": page(rule) for rule in RULES}}


def _fault(name: str, pages: dict[str, str], present: dict[str, bytes]) -> str:
    if name not in pages:
        return "of no rule"
    return "stale" if name in present else "missing"


def _present(folder: Path) -> dict[str, bytes]:
    try:
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*.md"))}
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be read: {error.strerror}", hint="check the folder and its rights"
        ) from error
