"""A first manifest for evidence that has none: what each file says of itself, to be corrected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from conformance.evidence.loading import read_evidence
from conformance.evidence.manifest import MANIFEST, is_evidence, refresh_manifest
from conformance.model.interaction import Origin
from conformance.pages.files import write_atomic

_HEAD = """\
# What each file is worth as evidence.  Written once; correct origin, date and note by hand:
# live, recorded, documented, constructed or sandbox (cassettes/README.md).
"""


def start_manifest(folder: Path) -> None:
    """Write ``manifest.toml`` beside the evidence of ``folder``, which has none yet.

    A file whose interactions are of several origins is worth the least of them.

    Raises:
        InputError: the folder cannot be written, or a file cannot be hashed.
    """
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    tables = (_table(folder / name) for name in names if is_evidence(name))
    write_atomic(folder / MANIFEST, "\n".join([_HEAD, *tables]).encode())
    refresh_manifest(folder)


def _table(file: Path) -> str:
    found = read_evidence(file).interactions
    origins = list(Origin)
    worth = max((made.origin for made in found), key=origins.index, default=Origin.RECORDED)
    days = {made.date for made in found}
    lines = [f"file = {json.dumps(file.name, ensure_ascii=False)}", f'origin = "{worth.value}"']
    if len(days) == 1 and (day := days.pop()):
        lines.append(f"date = {day}")
    return "\n".join(["[[cassette]]", *lines, 'note = ""', ""])


def folders_of_evidence(top: Path) -> Iterator[Path]:
    """``top`` and the folders below that hold evidence, hidden ones left out."""
    for folder in (top, *sorted(path for path in top.rglob("*") if path.is_dir())):
        hidden = any(part.startswith(".") for part in folder.relative_to(top).parts)
        if not hidden and any(p.is_file() and is_evidence(p.name) for p in folder.iterdir()):
            yield folder
