"""A live API as evidence: the only room besides ``pages/`` that opens sockets.

credentials -> signing -> safety -> throttle -> transport -> redaction -> interaction
"""
