"""OpenAPI and Swagger documents, alone in a file or carried by a page: the strongest evidence."""

from conformance.reading.specification.operations import read_specification

__all__ = ["read_specification"]
