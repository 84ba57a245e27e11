"""Findings as people and programs read them: pure functions from a report to text."""

from conformance.report.formats import FORMATS, render
from conformance.report.report import Report, Style

__all__ = ["FORMATS", "Report", "Style", "render"]
