"""Contracts in the words of JSON Schema 2020-12 and OpenAPI 3.1, every node with its line."""
