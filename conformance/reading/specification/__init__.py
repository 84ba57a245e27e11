"""OpenAPI and Swagger documents, alone in a file or carried by a page: the strongest evidence."""

from conformance.reading.specification.nodes import SyntaxFault, find_syntax_fault
from conformance.reading.specification.operations import read_specification

__all__ = ["SyntaxFault", "find_syntax_fault", "read_specification"]
