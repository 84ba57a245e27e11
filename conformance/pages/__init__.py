"""``docs_snapshot/`` on disk: which pages there are, whose they are, that they are unchanged."""

from conformance.pages.exchange import (
    KNOWN_DRIFT,
    MANIFEST,
    ConfiguredRateLimit,
    Exchange,
    Page,
    load_exchange,
    read_page,
)
from conformance.pages.files import write_atomic
from conformance.pages.probes import Probe
from conformance.pages.roots import SNAPSHOT, exchange_folder, find_root, known_exchanges
from conformance.pages.sources import (
    Skipped,
    SourcePage,
    Sources,
    UnreadableSource,
    exchange_pages,
    find_sources,
)

__all__ = [
    "KNOWN_DRIFT",
    "MANIFEST",
    "SNAPSHOT",
    "ConfiguredRateLimit",
    "Exchange",
    "Page",
    "Probe",
    "Skipped",
    "SourcePage",
    "Sources",
    "UnreadableSource",
    "exchange_folder",
    "exchange_pages",
    "find_root",
    "find_sources",
    "known_exchanges",
    "load_exchange",
    "read_page",
    "write_atomic",
]
