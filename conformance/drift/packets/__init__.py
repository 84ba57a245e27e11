"""Findings brought together by their cause, each with a correction or a question."""
