"""The stages in order, and for every command one function that gives its whole outcome.

sources -> read -> contract -> check -> report

Each is imported from its own module, so that a command loads what it needs and nothing else.
"""
