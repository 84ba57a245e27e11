"""Interactions in: cassettes, HAR, NDJSON and bare bodies on disk become one noun."""
