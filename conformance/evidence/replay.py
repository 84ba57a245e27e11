"""Cassettes played back through requests and vcrpy, as a client would meet them.

Nothing reaches the network: the cassette is the only thing that answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import requests
import vcr  # type: ignore[import-untyped]
from msgspec.structs import replace
from vcr.errors import CannotOverwriteExistingCassetteException, UnhandledHTTPRequestError  # type: ignore[import-untyped]
from vcr.serialize import deserialize  # type: ignore[import-untyped]

from conformance.errors import InputError
from conformance.evidence.loading import read_evidence, read_octets
from conformance.evidence.parts import headers, parse, reply
from conformance.evidence.urls import query_pairs
from conformance.evidence.yaml_source import vet_text
from conformance.model.interaction import Interaction

_FAILURES = (
    *(CannotOverwriteExistingCassetteException, UnhandledHTTPRequestError),
    requests.RequestException,
    # what vcrpy raises on entries it cannot use
    *(AttributeError, LookupError, RecursionError, TypeError, ValueError),
)


class _Vetted:
    """Hands vcrpy a text that was vetted, so that it opens no file and runs no tag in one."""

    def __init__(self, text: str) -> None:
        self.text = text

    def load_cassette(self, cassette_path: str, serializer: Any) -> Any:
        return deserialize(self.text, serializer)

    def save_cassette(self, *_: object) -> None:
        """A replay changes nothing."""


def replay(path: Path, *, root: Path | None = None) -> Iterator[Interaction]:
    """The interactions of a vcrpy cassette, each reply fetched by sending its request; equal to
    what :func:`read_evidence` gives.  vcrpy patches HTTP clients of the whole process, so all is
    played before the first result.  Raises InputError: something is no evidence, or is not played.
    """
    evidence = read_evidence(path, root=root)
    for problem in evidence.problems:
        raise InputError(str(problem))
    # vcrpy over one file that is vetted for it, with nothing to record and nowhere to
    source = parse(read_octets(path))
    yaml = source.syntax == "yaml"
    text = vet_text(source.data) if yaml else source.data.decode("utf-8-sig")
    player = vcr.VCR(record_mode=vcr.mode.NONE, match_on=("target",))
    player.serializer = "yaml" if yaml else "json"
    player.register_matcher("target", lambda one, other: _make_target(one) == _make_target(other))
    player.register_persister(_Vetted(text))
    try:
        with player.use_cassette(str(path)), requests.Session() as session:
            session.trust_env = False
            return iter([_play_recorded(session, recorded) for recorded in evidence.interactions])
    except _FAILURES as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"{path} cannot be played: {reason}") from None


def _play_recorded(session: requests.Session, recorded: Interaction) -> Interaction:
    if recorded.request is None:
        raise ValueError(f"{recorded.where} has no request")
    # The request with its URL as recorded: requests would spell some characters otherwise
    request = recorded.request
    fields = dict(request.headers)
    prepared = requests.Request(request.method, request.url, fields, data=request.body).prepare()
    prepared.url = request.url
    answer = session.send(prepared, allow_redirects=False, stream=True)
    pairs = [[name, v.encode("latin-1").decode()] for name, v in answer.raw.headers.items()]
    body = answer.raw.read(decode_content=False)
    return replace(recorded, reply=reply(answer.status_code, headers(pairs, "headers"), body))


def _make_target(request: Any) -> tuple[object, ...]:
    """What one of vcrpy's requests asks, however its URL is percent-encoded."""
    address = (request.scheme, request.host, request.port, unquote(request.path) or "/")
    return (request.method.upper(), *address, query_pairs(request.uri))
