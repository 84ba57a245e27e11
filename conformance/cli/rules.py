"""``conformance rules``."""

from __future__ import annotations

import argparse
from pathlib import Path

from conformance.checks.registry import RULES, rule
from conformance.cli.console import deliver, say
from conformance.cli.main import DONE, FOUND
from conformance.errors import InputError, UsageError
from conformance.pages.files import write_atomic
from conformance.report.ruledoc import explained, index, listing, page


def run(args: argparse.Namespace) -> int:
    """List the rules, explain one, or write or compare the pages about them."""
    folder: Path | None = args.write or args.check
    if folder is None:
        deliver(explained(rule(args.id)) if args.id else listing(RULES), args.output)
        return DONE
    if args.id:
        raise UsageError("--write and --check are about all rules", hint="leave ID out")
    pages = {"README.md": index(RULES), **{f"{r.id}.md": page(r) for r in RULES}}
    return _write(folder, pages) if args.write else _check(folder, pages)


def _write(folder: Path, pages: dict[str, str]) -> int:
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
    say(f"{folder}: {len(pages)} pages written")
    return DONE


def _check(folder: Path, pages: dict[str, str]) -> int:
    present = _present(folder)
    stale = [name for name in pages if present.get(name) != pages[name].encode()]
    stale += [name for name in present if name not in pages]
    for name in stale:
        say(f"{folder / name}: {_fault(name, pages, present)}")
    if stale:
        say(f"run conformance rules --write {folder}")
    return FOUND if stale else DONE


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
