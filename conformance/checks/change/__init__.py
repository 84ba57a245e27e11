"""Two states of the same pages: what changed for a client between them.

pages -> pairs -> paired members -> facts -> evidence -> findings, one module each.
"""
