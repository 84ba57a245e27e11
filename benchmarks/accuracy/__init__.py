"""How much of a documentation a reading gets right, measured against an official specification.

::

    python -m benchmarks.accuracy docs/ --truth openapi.yaml
"""
