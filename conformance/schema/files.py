"""A contract as files: ``openapi.json``, and one JSON Schema for each request and response.

Files are a pure function of the contract, the same to the byte from run to run, so that they
can be kept under version control and compared; so are other folders of generated files.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from conformance.errors import InputError
from conformance.model.contract import Contract
from conformance.model.operation import Value
from conformance.pages.files import remove_temporaries, write_atomic
from conformance.patterns import regex
from conformance.schema.json_schema import Schema, build_either, to_request_schema
from conformance.schema.openapi import Address, merge_addresses, to_openapi

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_OURS: Final = regex(r"openapi\.json|.+\.(request|response\.[^.]+)\.json")
DifferenceKind: TypeAlias = Literal["missing", "extra", "changed"]


class FileDifference(Struct, frozen=True):
    """One file that is not as it should be."""

    path: str
    """Relative to the folder, with forward slashes."""
    kind: DifferenceKind
    diff: str
    """Unified diff from the file as it is to the file as it should be."""


def render_files(contract: Contract, title: str = "Documented operations") -> dict[str, str]:
    """All files of ``contract``, by relative path, each ending in one newline."""
    files = {"openapi.json": _render_text(to_openapi(contract, title))}
    for address in merge_addresses(contract.operations):
        for name, schema in _build_schemas(address):
            files[name] = _render_text(schema)
    return files


def find_stale(
    root: Path, files: Mapping[str, str], ours: re.Pattern[str] = _OURS
) -> list[FileDifference]:
    """How the folder ``root`` differs from ``files``; empty when it is fresh.  Only files that are
    ``ours`` by their names count as extra.  Raises InputError: a file cannot be read."""
    paths = (path for path in root.rglob("*") if ours.fullmatch(path.name))
    there = {path.relative_to(root).as_posix(): path for path in paths if path.is_file()}
    found: list[FileDifference] = []
    for name in sorted(there.keys() | files.keys()):
        kind: DifferenceKind = "missing" if name not in there else "changed"
        old, new = _read_file(there[name]) if name in there else "", files.get(name, "")
        if name not in files:
            kind = "extra"
        if kind != "changed" or old != new:
            found.append(FileDifference(name, kind, _diff(name, old, new)))
    return found


def write_files(
    root: Path, files: Mapping[str, str], *, prune: bool = False, ours: re.Pattern[str] = _OURS
) -> tuple[str, ...]:
    """Make the folder ``root`` hold ``files``; returns the paths written or removed.  Each file is
    written whole or not at all, and only if it differs.  With ``prune`` files that are ``ours`` by
    their names and no longer wanted are removed.  What a run that was killed has left goes as well,
    so nobody else may write there now.  Raises InputError: the folder or a file cannot be
    written."""
    remove_temporaries(root, ours)
    touched: list[str] = []
    for difference in find_stale(root, files, ours):
        path = root / difference.path
        if difference.kind != "extra":
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(
                    f"{path.parent}: cannot be created: {error.strerror or error}"
                ) from error
            write_atomic(path, files[difference.path].encode())
        elif prune:
            path.unlink(missing_ok=True)
        else:
            continue
        touched.append(difference.path)
    return tuple(touched)


def _build_schemas(address: Address) -> Iterator[tuple[str, Schema]]:
    """File names and schemas of one operation."""
    operation = address.operation
    request = to_request_schema(operation)
    found = [] if request is None else [("request", "request", request)]
    by_status: dict[str, list[Value]] = {}
    for response in operation.responses:
        if response.value is not None:
            by_status.setdefault(response.status, []).append(response.value)
    for status, values in by_status.items():
        safe = re.sub(r"[^A-Za-z0-9]+", "-", status) or "unknown"
        found.append((f"response.{safe}", f"response {status}", build_either(values)))
    for part, what, schema in found:
        name = f"{address.id}.{part}.json"
        yield name, {"$schema": DIALECT, "$id": name, "title": f"{operation.key}: {what}", **schema}


def _render_text(document: Schema) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _read_file(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        fromfile=f"{name} (as it is)",
        tofile=f"{name} (as documented)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
