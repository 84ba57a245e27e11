"""Interactions as other tools write them: cassettes of vcrpy, HAR 1.2, a line for a shell."""

from __future__ import annotations

import base64
import datetime as dt
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson
import yaml
from msgspec import Struct

from conformance import __version__
from conformance.errors import InputError
from conformance.evidence.loading import read_octets
from conformance.evidence.manifest import (
    MANIFEST,
    is_leftover,
    read_manifest,
    recording_name,
    sha256,
)
from conformance.evidence.yaml_source import load_yaml
from conformance.live.redact import Redactor
from conformance.live.signing import variable_of
from conformance.model.interaction import Interaction, Origin, Reply, Request, header_value
from conformance.pages.exchange import Exchange
from conformance.pages.files import write_atomic
from conformance.pages.staging import exclusive
from conformance.patterns import regex

_NOTE: Final = (
    "Credentials, signatures, cookies, tokens and account ids are replaced by placeholders of the "
    "same type and length, one for each value."
)
_ONE_LINE: Final = 2**31 - 1
"""No text is broken over lines, where a secret in it would not be found."""
_UNFINISHED: Final = regex(r"\.(manifest\.toml|[\w-]{1,80}\.[0-9a-f]{8}\.yaml)\.\w+\Z")
"""What :func:`write_atomic` leaves when it is killed; hidden, and read by nobody."""
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Recording(Struct, frozen=True, kw_only=True):
    case: str
    interactions: Sequence[Interaction]
    """Without secrets; not empty."""
    note: str
    """What was requested, in a sentence."""


class RecordingSource(Struct, frozen=True, kw_only=True):
    """Where recordings come from."""

    title: str
    """Of the operation, for the manifest's first line."""
    origin: Origin
    date: str
    """ISO 8601."""
    docs: str
    """sha256 of the page the operation is documented on; empty when unknown."""


def write_recordings(
    folder: Path, recordings: Sequence[Recording], source: RecordingSource, redactor: Redactor
) -> tuple[Path, ...]:
    """Make ``folder`` hold exactly these recordings; gives their files.  Raises
    SecretInAnswerError: an answer holds a secret learned later, nothing is written; InputError: a
    secret was written (and removed again), or the folder cannot be; old recordings stay."""
    files = {  # once more: what was learned to be secret may stand in answers that came before
        recording.case: cassette(map(redactor.interaction, recording.interactions))
        for recording in recordings
    }
    names = {case: recording_name(case, data) for case, data in files.items()}
    lines = [f"# {source.title}. Written by conformance record.", ""]
    for recording in recordings:
        lines += [
            "[[cassette]]",
            f"file = {_quote(names[recording.case])}",
            f"case = {_quote(recording.case)}",
            f"origin = {_quote(source.origin.value)}",
            f"date = {source.date}",
            *([f"docs = {_quote(source.docs)}"] if source.docs else []),
            f"note = {_quote(f'{recording.note} {_NOTE}')}",
            "",
        ]
    lines.append("[sha256]")
    lines += [f"{_quote(names[case])} = {_quote(sha256(data))}" for case, data in files.items()]
    text = ("\n".join(lines) + "\n").encode()
    if redactor.leaks(text):
        raise InputError(f"{folder / MANIFEST}: a secret would have been in it: not written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    with exclusive(folder.parent, wait=True):
        _write({folder / names[case]: data for case, data in files.items()}, redactor)
        write_atomic(folder / MANIFEST, text)
        listed = {cassette.file for cassette in read_manifest(folder).cassettes}
        others = [path for path in folder.iterdir() if path.name not in listed]
        _remove(path for path in others if is_leftover(path) or _UNFINISHED.match(path.name))
    return tuple(folder / name for name in names.values())


def _write(files: Mapping[Path, bytes], redactor: Redactor) -> None:
    fresh = [path for path in files if not path.exists()]
    try:
        for path, data in files.items():
            write_atomic(path, data)
            written = read_octets(path)
            texts = _walk_strings(load_yaml(written))
            if redactor.leaks(written) or any(map(redactor.leaks, texts)):
                path.unlink(missing_ok=True)
                hint = "nothing is kept; name what was overlooked: [redact] names in the manifest"
                raise InputError(f"{path}: a secret was in it: removed", hint=hint)
    except InputError:
        _remove(fresh)
        raise


def cassette(interactions: Iterable[Interaction]) -> bytes:
    """A cassette as vcrpy reads and writes it."""
    tree = {"version": 1, "interactions": list(map(_encode_entry, interactions))}
    text = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_ONE_LINE)
    return str(text).encode()


def _encode_entry(interaction: Interaction) -> dict[str, object]:
    asked = interaction.request or Request(method="GET", url="http://nowhere.invalid/")
    reply = interaction.reply
    return {
        "request": {
            "method": asked.method,
            "uri": asked.url,
            "headers": _encode_fields(asked.headers),
            "body": _encode_body(asked.body) if asked.body else None,
        },
        "response": {
            "status": {"code": reply.status, "message": ""},
            "headers": _encode_fields(reply.headers),
            "body": {"string": _encode_body(reply.body)},
        },
    }


def _encode_fields(headers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found


def _encode_body(body: bytes) -> str | bytes:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    return text if all(c.isprintable() or c in "\n\t" for c in text) else body


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _walk_strings(tree: object) -> Iterable[bytes]:
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            pending += [*node.keys(), *node.values()]
        elif isinstance(node, list):
            pending += node
        elif isinstance(node, str | bytes):
            yield node.encode() if isinstance(node, str) else node


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


_CREATOR = {"name": "docs-conformance", "version": __version__}
_UNKNOWN = {"headersSize": -1, "bodySize": -1, "cookies": [], "httpVersion": "HTTP/1.1"}


def write_archive(entries: Iterable[tuple[dt.datetime, Interaction]]) -> bytes:
    """Interactions and the moments they began; those without a request are left out."""
    asked = ((began, made, made.request) for began, made in entries)
    listed = [_encode_har_entry(began, made, request) for began, made, request in asked if request]
    log = {"version": "1.2", "creator": _CREATOR, "entries": listed}
    return orjson.dumps({"log": log}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _encode_har_entry(began: dt.datetime, made: Interaction, asked: Request) -> dict[str, object]:
    pairs = parse_qsl(urlsplit(asked.url).query, keep_blank_values=True)
    request = {
        "method": asked.method,
        "url": asked.url,
        "headers": _list_fields(asked.headers),
        "queryString": _list_fields(pairs),
        **_UNKNOWN,
    }
    if asked.body:
        request["postData"] = _encode_content(asked)
    reply = made.reply
    response = {
        "status": reply.status,
        "statusText": "",
        "headers": _list_fields(reply.headers),
        "content": {"size": len(reply.body), **_encode_content(reply)},
        "redirectURL": "",
        **_UNKNOWN,
    }
    return {
        "startedDateTime": began.isoformat(),
        "time": 0,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_origin": made.origin.value,
    }


def _list_fields(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _encode_content(message: Request | Reply) -> dict[str, str]:
    media_type, body = header_value(message.headers, "content-type"), message.body
    try:
        return {"mimeType": media_type, "text": body.decode()}
    except UnicodeDecodeError:
        encoded = base64.b64encode(body).decode()
        return {"mimeType": media_type, "text": encoded, "encoding": "base64"}


_SPECIAL: Final = regex(r'(["$`\\])')


def curl_line(
    exchange: Exchange, request: Request, *, signed: bool = True, server: str = ""
) -> str:
    """The shell command that sends the still unsigned ``request`` to ``server``, or to what a
    variable names.  Lines that begin with ``#`` say how to work out what one command cannot."""
    scheme = (exchange.auth or "none") if signed else "none"
    address = urlsplit(request.url)
    query = f"?{address.query}" if address.query else ""
    how = list(_describe_signing(exchange, scheme))
    variable = f"${{{variable_of(exchange.environment, 'server_url')}}}"
    target = (_quote_for_shell(server.rstrip("/")) or variable) + _quote_for_shell(
        address.path + query
    )
    if scheme == "hmac":
        target += ("&" if query else "?") + "${signature}"
    parts = ["curl", "-X", shlex.quote(request.method), f'"{target}"']
    for name, value in request.headers:
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    for header in _encode_headers(exchange, scheme):
        parts += ["-H", f'"{header}"']
    if request.body:
        parts += ["--data-binary", shlex.quote(request.body.decode(errors="replace"))]
    return "\n".join([*how, " ".join(parts)])


def _encode_headers(exchange: Exchange, scheme: str) -> Iterator[str]:
    key = variable_of(exchange.environment, "access_key")
    header = exchange.auth_details.key_header
    if scheme in ("api-key", "hmac") and header:
        yield f"{_quote_for_shell(header)}: ${{{key}}}"
    elif scheme == "bearer":
        yield f"Authorization: Bearer ${{{key}}}"
    elif scheme == "jwt":
        yield "Authorization: Bearer ${token}"


def _describe_signing(exchange: Exchange, scheme: str) -> Iterator[str]:
    key = variable_of(exchange.environment, "access_key")
    secret = variable_of(exchange.environment, "secret_key")
    details = exchange.auth_details
    if scheme in ("api-key", "hmac") and not details.key_header:
        yield f"# ${{{key}}} goes into a header that the pages do not name"
    if scheme == "jwt":
        yield f"# token: a JWT, HS256 with ${{{secret}}}: access_key = ${{{key}}}, nonce = a UUID,"
        yield f"# query_hash = the SHA512 of the query {details.query}, query_hash_alg = SHA512"
    elif scheme == "hmac":
        names = details.timestamp_parameter, details.signature_parameter
        yield f"# signature: {names[0]}=MILLISECONDS&{names[1]}=HEX"
        yield f"# HEX: HMAC-SHA256 with ${{{secret}}} over query, the timestamp in it, and body"


def _quote_for_shell(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
