"""``conformance extract``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from conformance import pipeline
from conformance.cli.console import Progress, deliver, refuse_overwriting, say
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.errors import InputError, UsageError
from conformance.model.contract import Contract
from conformance.pages.roots import SNAPSHOT, find_root
from conformance.pages.staging import exclusive
from conformance.report.contract_text import render_contract
from conformance.schema.files import render_files, stale, write_files
from conformance.schema.openapi import to_openapi


def run(args: argparse.Namespace) -> int:
    """Print the contract of the pages, or compare it with the schemas on disk."""
    if args.check or args.write:
        return _schemas(args)
    pages = _read(args)
    contract = pages.contract
    _summarise(pages, contract)
    if not pages.readings:
        raise InputError("no page could be read", hint="give a folder or file of documentation")
    refuse_overwriting(args.output, args.paths)
    deliver(_rendered(contract, args.format), args.output)
    unreadable = any(gap.kind == "page-unreadable" for gap in contract.gaps)
    return DONE if contract.operations and not unreadable else FAILED


def _read(args: argparse.Namespace) -> pipeline.Pages:
    paths: list[Path] = args.paths
    if paths and args.exchange:
        raise UsageError("give either PATH or --exchange, not both")
    if not paths:
        root = find_root(args.docs_root)
        exchanges = pipeline.load_exchanges(root, args.exchange)
        paths = [exchange.root for exchange in exchanges]
    return pipeline.read_paths(paths, Progress("reading"), max(1, args.jobs))


def _summarise(pages: pipeline.Pages, contract: Contract) -> None:
    """What was read and what was not, for the person; the result itself goes elsewhere."""
    told = contract.coverage
    for line in pages.skipped:
        say(f"skipped {line}")
    for gap in contract.gaps:
        say(f"{gap.span}: {gap.kind}: {gap.subject}: {gap.detail}".replace(": : ", ": "))
    say(
        f"{_count(told.pages, 'page')}, {_count(len(contract.operations), 'operation')}, "
        f"{_count(told.rows, 'table row')} ({told.rows_unread} unread), "
        f"{_count(told.blocks, 'other block')} ({told.blocks_unread} unread), "
        f"{_count(len(contract.gaps), 'gap')}"
    )
    if pages.readings and not contract.operations:
        say("no operation was found: a page has to say a method and a path (GET /orders)")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _rendered(contract: Contract, form: str) -> str:
    if form == "text":
        return render_contract(contract)
    if form == "openapi":
        return json.dumps(to_openapi(contract), ensure_ascii=False, indent=2) + "\n"
    files = render_files(contract, title="Documented operations")
    schemas = {name: json.loads(text) for name, text in files.items() if name != "openapi.json"}
    return json.dumps(schemas, ensure_ascii=False, indent=2) + "\n"


def _schemas(args: argparse.Namespace) -> int:
    """``--check`` and ``--write``: the generated files of every chosen exchange."""
    if args.paths:
        raise UsageError(f"--check and --write work on {SNAPSHOT}/ only", hint="leave PATH out")
    root = find_root(args.docs_root)
    found = DONE
    for exchange in pipeline.load_exchanges(root, args.exchange):
        folder = root / pipeline.SCHEMAS / exchange.name
        files = pipeline.schema_files(exchange)
        differences = stale(folder, files)
        if args.write:
            with exclusive(folder):
                write_files(folder, files)
            say(f"{exchange.name}: {_count(len(differences), 'file')} changed")
        elif differences:
            found = FOUND
            deliver("".join(d.diff for d in differences), args.output)
            say(f"{exchange.name}: {_count(len(differences), 'file')} stale; run with --write")
        else:
            say(f"{exchange.name}: fresh")
    return found
