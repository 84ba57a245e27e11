"""One module for each version, by its number."""
