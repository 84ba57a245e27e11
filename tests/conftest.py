"""Settings of all tests: how long an example takes depends on the machine, and is no verdict."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
