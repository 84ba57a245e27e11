"""Documents -> operations, every fact from the words of the page and with its line."""

from conformance.extract.elsewhere import Library
from conformance.extract.pages import PageReading, build_library, combine, read_document

__all__ = ["Library", "PageReading", "build_library", "combine", "read_document"]
