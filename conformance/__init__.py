"""Hold an API against its own documentation, line by line."""

__version__ = "0.1.0"
