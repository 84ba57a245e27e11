"""The HTTP library's log: it has whole addresses in it, and with them signatures and tokens.

Nothing of it is for anybody while a request of ours is under way; what others send with the same
library in the same process is logged as ever.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LOGGERS: Final = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
)
_here: Final = threading.local()


@contextmanager
def quiet() -> Iterator[None]:
    """Within it, nothing that this thread sends is logged by the library."""
    _here.quiet = True
    for name in _LOGGERS:  # a second time does nothing
        logging.getLogger(name).addFilter(_is_for_others)
    try:
        yield
    finally:
        _here.quiet = False


def _is_for_others(_: logging.LogRecord) -> bool:
    return not getattr(_here, "quiet", False)
