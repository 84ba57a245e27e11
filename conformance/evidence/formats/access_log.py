"""Lines of access logs in JSON, as Kong writes them and as nginx and Apache are told to.

Of nginx and Apache the names are the configuration's: the usual ones are known.  A log that keeps
no bodies shows which operations were asked for, how, and with what status they were answered.
"""

from __future__ import annotations

import re
from typing import Final

from conformance.evidence.coding import DecodingBudget
from conformance.evidence.parts import headers, iso_date, mapping, octets, reply, word
from conformance.evidence.parts import request as make_request
from conformance.evidence.source import Entry, Provenance
from conformance.model.interaction import Reply

_REQUEST_LINE: Final = re.compile(r"([A-Z]{3,10}) (\S+) HTTP/[0-9.]+")
_METHOD: Final = ("request_method", "method", "verb")
_PATH: Final = ("request_uri", "uri", "url", "path")
_QUERY: Final = ("args", "query_string", "query")
_HOST: Final = ("http_host", "host", "server_name", "vhost", "virtual_host")
_STATUS: Final = ("status", "status_code", "response_code")
_DATE: Final = ("time_iso8601", "@timestamp", "timestamp", "time", "date")
_SENT: Final = ("response_body", "resp_body")


def is_entry(value: object) -> bool:
    """Whether a mapping is such a line: a status and a request line, or what makes one up."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("latencies"), dict):  # Kong
        return isinstance(value.get("request"), dict) and isinstance(value.get("response"), dict)
    if "response" in value or not _status(value):
        return False
    return bool(_asked(value)) and bool(_first(value, _HOST))


def entry(raw: object, budget: DecodingBudget) -> Entry:
    """The request, the status, and the body where the log keeps it."""
    line = mapping(raw, "the line")
    if "latencies" in line:
        return _of_kong(line, budget)
    method, path = _asked(line) or ("", "")
    query = _first(line, _QUERY).removeprefix("?")
    if query and "?" not in path:
        path = f"{path}?{query}"
    scheme = "http" if line.get("scheme") == "http" else "https"
    url = path if "://" in path else f"{scheme}://{_first(line, _HOST)}{path}"
    return Entry(
        request=make_request(method, url, (), octets(line.get("request_body"), "request_body")),
        reply=_reply(
            _status(line), (), next((line[n] for n in _SENT if line.get(n)), None), budget
        ),
        provenance=Provenance(date=iso_date(_first(line, _DATE))),
    )


def _of_kong(line: dict[str, object], budget: DecodingBudget) -> Entry:
    asked = mapping(line["request"], "request")
    answer = mapping(line["response"], "response")
    fields = headers(answer.get("headers"), "response.headers")
    sent = octets(asked.get("body"), "request.body")
    return Entry(
        request=make_request(
            asked.get("method"), asked.get("url"), headers(asked.get("headers"), "request"), sent
        ),
        reply=_reply(answer.get("status"), fields, answer.get("body"), budget),
    )


def _reply(
    status: object, fields: tuple[tuple[str, str], ...], body: object, budget: DecodingBudget
) -> Reply:
    if body is not None:
        return reply(status, fields, octets(body, "the body"), budget)
    made = reply(status, fields, b"")
    return Reply(status=made.status, headers=made.headers, is_kept=False)


def _asked(line: dict[str, object]) -> tuple[str, str] | tuple[()]:
    if found := _REQUEST_LINE.fullmatch(word(line.get("request"))):
        return found[1], found[2]
    method, path = _first(line, _METHOD), _first(line, _PATH)
    return (method, path) if method.isupper() and path.startswith(("/", "http")) else ()


def _status(line: dict[str, object]) -> int:
    found = next((line[name] for name in _STATUS if name in line), None)
    text = str(found) if isinstance(found, int | str) and not isinstance(found, bool) else ""
    return int(text) if re.fullmatch("[1-9][0-9]{2}", text) else 0


def _first(line: dict[str, object], names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := word(line.get(name)))), "")
