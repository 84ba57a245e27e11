"""``docs_snapshot/`` on disk: which pages there are, whose they are, that they are unchanged."""
