"""Settings of all tests: how long an example takes depends on the machine, and is no verdict."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import settings

# What Hypothesis learns of all source files, it learns once, and not in every process of a test.
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).resolve().parents[1] / ".hypothesis")
)
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
