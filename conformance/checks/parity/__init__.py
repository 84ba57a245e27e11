"""The same page in two or more languages: where the twins disagree.

sides -> twins -> aligned members -> facts -> findings, one module each.
"""
