"""``pytest`` and ``conformance`` for scripts of a shell: forks of this process, as quick as a call.

The programs in the folder hand their arguments, folder, environment and files to a server, which
is a fork of this process; it forks once more for each of them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from conformance.cli import main
from tests.forks import become, fork, run_pytest

_CLIENT: Final = """\
#!{python} -IS
import json, os, socket, sys

told = json.dumps([{name!r}, sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    socket.send_fds(server, [b"%9d" % len(told)], [0, 1, 2])
    server.sendall(told)
    status = int(server.recv(16))
if status < 0:
    os.kill(os.getpid(), -status)
os._exit(status)
"""
_MAINS: Final[Mapping[str, Callable[[list[str]], int]]] = {
    "pytest": lambda arguments: run_pytest(*arguments),
    "conformance": main,
}


@contextmanager
def fork_programs(folder: Path) -> Iterator[None]:
    """Put the programs into ``folder``, for as long as the context is open."""
    short = Path(tempfile.mkdtemp())  # an address has to be short
    address = str(short / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        for name in _MAINS:
            text = _CLIENT.format(python=sys.executable, name=name, address=address)
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        server = fork(partial(_serve, listening, os.getpid()))
    try:
        yield
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)
        shutil.rmtree(short)


def _serve(listening: socket.socket, parent: int) -> NoReturn:
    listening.settimeout(1)
    while os.getppid() == parent:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        with suppress(TimeoutError):
            asking, _ = listening.accept()
            with asking:
                fork(partial(_answer, asking))
    os._exit(0)


def _answer(asking: socket.socket) -> NoReturn:
    asking.setblocking(True)
    size, files, _, _ = socket.recv_fds(asking, 9, 3)
    told = b""
    while len(told) < int(size):
        told += asking.recv(int(size))
    name, arguments, folder, environment = json.loads(told)
    program = partial(_MAINS[name], arguments)
    process = fork(partial(become, program, Path(folder), environment, files))
    _, status = os.waitpid(process, 0)
    asking.sendall(b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)
