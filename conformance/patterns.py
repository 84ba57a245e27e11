"""Regular expressions that are compiled when they are first used.

There are some seven hundred, one page needs a few dozen of them, and compiling all takes longer
than reading it.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Final, cast

_METHODS: Final = ("match", "search", "fullmatch", "finditer", "findall", "sub", "split")


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, as far as attributes go."""
    return cast("re.Pattern[AnyStr]", _Uncompiled(pattern, flags))


class _Uncompiled:
    """A pattern; the first attribute asked for compiles it."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:  # found without this function from now on
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
