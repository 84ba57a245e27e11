"""Documents -> operations: vocabulary, endpoints, parameters, fields, types, prose rules, examples."""

from conformance.extract.pages import PageReading, combine, read_document

__all__ = ["PageReading", "combine", "read_document"]
