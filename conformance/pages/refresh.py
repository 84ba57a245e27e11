"""Bring the hashes of a manifest up to date with its pages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import tomlkit

from conformance.pages.exchange import MANIFEST, load_exchange, page_path, read_bytes
from conformance.pages.files import write_atomic
from conformance.pages.toml_table import read_toml

VALIDATORS: Final = ("etag", "last_modified")
"""Keys of a page that hold for its bytes and no others."""


def refresh_manifest(folder: Path) -> tuple[str, ...]:
    """Write the sha256 of every listed page into ``folder/exchange.toml``.

    What a server said of the bytes that were there before, ``etag`` and ``last_modified``, goes
    with them.  Everything else in the file, comments and order included, stays as it is; the
    file is replaced whole or not at all, and not touched when every hash is already right.

    Returns:
        The paths of the pages whose hash was absent or different, in manifest order.

    Raises:
        InputError: the manifest or a page cannot be read, or the folder cannot be written to.
    """
    path = folder / MANIFEST
    entries = read_toml(path, follow=False).tables("page")
    hashes = {name: _sha256(folder / name) for name in (page_path(e, folder) for e in entries)}
    document: Any = tomlkit.parse(path.read_bytes().decode())  # line ends stay as they are
    changed = tuple(
        str(entry["path"])
        for entry in document.get("page", ())
        if entry.get("sha256") != hashes[entry["path"]]
    )
    for entry in document.get("page", ()):
        if entry["path"] in changed:
            entry["sha256"] = hashes[entry["path"]]
            for validator in VALIDATORS:
                entry.pop(validator, None)
    if changed:
        write_atomic(path, tomlkit.dumps(document).encode())
    load_exchange(folder)
    return changed


def _sha256(path: Path) -> str:
    return hashlib.sha256(read_bytes(path)).hexdigest()
