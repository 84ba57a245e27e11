"""Documents -> operations, every fact from the words of the page and with its line."""

from conformance.reading.combining import combine
from conformance.reading.pages import PageReading, read_document, read_documents
from conformance.reading.preparation import build_index
from conformance.reading.references import FolderIndex

__all__ = [
    "FolderIndex",
    "PageReading",
    "build_index",
    "combine",
    "read_document",
    "read_documents",
]
