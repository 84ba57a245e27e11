"""Hypothesis profiles: ``ci`` is quick and always the same, ``nightly`` looks for more.

Chosen by the environment variable ``HYPOTHESIS_PROFILE``; ``ci`` where it is not set.
"""

from __future__ import annotations

import os
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

VARIABLE: Final = "HYPOTHESIS_PROFILE"
USUAL: Final = "ci"

# Contracts are whatever pages say: a large or a rarely satisfiable one is no fault of the suite.
_ANY_SIZE: Final = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
)
_PROFILES: Final[dict[str, dict[str, Any]]] = {
    "ci": {"max_examples": 25, "derandomize": True},
    "nightly": {"max_examples": 500, "derandomize": False, "print_blob": True},
}


def register() -> None:
    """Make the profiles known to Hypothesis and load the one that is named.  Raises
    pytest.UsageError: the environment asks for one that is not known."""
    for name, own in _PROFILES.items():
        settings.register_profile(name, deadline=None, suppress_health_check=_ANY_SIZE, **own)
    chosen = os.environ.get(VARIABLE) or USUAL
    if chosen not in _PROFILES:
        known = ", ".join(_PROFILES)
        raise pytest.UsageError(f"{VARIABLE}={chosen} is no profile (there are {known})")
    settings.load_profile(chosen)
