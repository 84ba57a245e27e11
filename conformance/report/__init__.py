"""Findings as people and programs read them: pure functions from a report to text."""
