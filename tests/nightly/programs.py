"""Programs that come first in the path: a ``gh`` of our own, a ``pip`` that does nothing, and
``pytest`` and ``conformance`` that need no start.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fork_programs import fork_programs
from tests.nightly.project import ROOT, surroundings


@contextmanager
def programs(folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which they are found; issues are kept in ``folder/issues.json``."""
    folder.mkdir()
    ours = shlex.join([sys.executable, str(ROOT / "tests/nightly/gh.py")])
    for name, does in (("gh", f'exec {ours} "$@"'), ("pip", "exit 0")):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    told = surroundings()
    path = f"{folder}{os.pathsep}{told['PATH']}"
    with fork_programs(folder):
        yield told | {"PATH": path, "GH_STORE": str(folder / "issues.json")}


def kept(environment: dict[str, str]) -> Any:
    """What ``gh`` was asked, and the issues there are."""
    store = Path(environment["GH_STORE"])
    return json.loads(store.read_text("utf-8")) if store.exists() else {"calls": [], "issues": []}
