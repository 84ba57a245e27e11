"""Two states of the same pages: what changed for a client between them.

matched operations -> differences with their actions -> causes -> evidence -> rules -> findings
"""
