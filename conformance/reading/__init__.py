"""Documents -> operations, every fact from the words of the page and with its line."""

from conformance.reading.pages import PageReading, build_index, combine, read_document
from conformance.reading.references import FolderIndex

__all__ = ["FolderIndex", "PageReading", "build_index", "combine", "read_document"]
