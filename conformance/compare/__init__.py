"""Contracts compared: one alignment and one structural difference, for twins and for states.

pages -> sides -> operations matched -> members aligned -> differences.  What a difference is worth
is for the rules in ``checks/`` to say.
"""
