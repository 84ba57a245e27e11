"""What earlier runs found: kept in SQLite, or in PostgreSQL for teams.

Nouns are in :mod:`~conformance.drift.history.record`, judgements in
:mod:`~conformance.drift.history.store`, and the way in and out is
:func:`conformance.drift.history.store.open_history`, which alone needs a database's driver.
"""
