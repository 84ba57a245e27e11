"""The other end for tests: a server on this machine that keeps to what the pages say.

Everything it does follows from a contract; what it does wrong was requested as a fault.
"""

from conformance.sandbox.server import running_sandbox

__all__ = ["running_sandbox"]
