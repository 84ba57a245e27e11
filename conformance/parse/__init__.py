"""Bytes of a page to a document of blocks; nothing here knows about APIs."""

from conformance.parse.reader import parse_page

__all__ = ["parse_page"]
