"""The stages in order, one function each, no logic of their own.

sources -> read -> contract -> check -> report

Those of a live run are imported from :mod:`conformance.pipeline.live`: these here need
neither network nor signing.
"""

from conformance.pipeline.evidence import (
    EvidenceChecker,
    Outcome,
    by_origin,
    cassettes_of,
    check_all,
    check_evidence,
    find_all_units,
    read_all_evidence,
)
from conformance.pipeline.pages import (
    Linted,
    Pages,
    lint_exchange,
    lint_paths,
    read_exchange,
    read_paths,
)
from conformance.pipeline.passes import Progress
from conformance.pipeline.project import (
    CASSETTES,
    SCHEMAS,
    known_drift,
    languages,
    load_exchanges,
    schema_files,
    weighed,
)
from conformance.pipeline.twins import Sides, compare_all, read_languages, read_sides

__all__ = [
    "CASSETTES",
    "SCHEMAS",
    "EvidenceChecker",
    "Linted",
    "Outcome",
    "Pages",
    "Progress",
    "Sides",
    "by_origin",
    "cassettes_of",
    "check_all",
    "check_evidence",
    "compare_all",
    "find_all_units",
    "known_drift",
    "languages",
    "lint_exchange",
    "lint_paths",
    "load_exchanges",
    "read_all_evidence",
    "read_exchange",
    "read_languages",
    "read_paths",
    "read_sides",
    "schema_files",
    "weighed",
]
