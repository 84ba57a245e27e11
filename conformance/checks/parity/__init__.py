"""The same page in two or more languages: where the twins disagree.

matched operations -> differences, translation excused -> rules -> findings
"""
