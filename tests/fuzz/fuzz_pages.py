"""Coverage-guided fuzzing of the whole reading side: bytes -> document -> operations -> OpenAPI.

Nothing may raise, whatever the bytes.  Needs ``pip install atheris``; run by hand::

    python tests/fuzz/fuzz_pages.py -max_total_time=300 CORPUS_FOLDER

A crash leaves its input as ``crash-*``; turn it into a case of ``tests/reading/pages``.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["conformance"]):
    from conformance.parse import parse_page
    from conformance.reading import build_index, combine, read_document
    from conformance.schema.openapi import to_openapi


def one_input(data: bytes) -> None:
    """Read one page twice, as a folder of itself, and render its contract."""
    document = parse_page(data, "page")
    reading = read_document(document)
    again = read_document(document, build_index([reading]))
    to_openapi(combine([reading, again]))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
