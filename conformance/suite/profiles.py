"""Hypothesis profiles."""


def register() -> None:
    """To be filled."""
