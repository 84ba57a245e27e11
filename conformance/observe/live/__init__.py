"""A live API as evidence: the only room besides ``snapshot/`` that opens sockets.

credentials -> signing -> safety -> throttle -> transport -> redaction -> interaction
"""
