"""The tables of a history, from one version to the next."""
