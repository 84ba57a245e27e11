"""Commands of HTTPie as the curl commands that send the same: ``http POST :8000/x name=Ada n:=1``.

A line stays a line, so that everything keeps its place.
"""

from __future__ import annotations

import json
import re

from conformance.patterns import regex

_COMMAND = regex(
    r"\s*(?:\$ +)?https? +(?:--?[\w-]+(?:=\S+)? +)*(?:(?P<method>GET|POST|PUT|PATCH|DELETE) +)?"
    r"(?P<url>(?:https?://)?(?:[\w.-]+)?(?::\d{2,5})?/[^\s'\"]*)(?P<rest>(?:\s.*)?)"
)
_ITEM = regex(
    r"(?P<name>[\w.\[\]-]{1,80})(?P<sign>:=|==|=|:)"
    r"(?:'(?P<quoted>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<bare>\{[^{}]*\}|\S*))"
)
_PLACEHOLDER = regex(r"[<{]\s*(?P<words>[^<>{}]{1,60}?)\s*[>}]")
_EITHER = regex(r"\s+or\s+|\s*\|\s*")


def spell_out_httpie(text: str) -> str:
    """The text, its commands of HTTPie spelt as those of curl."""
    lines = text.split("\n")
    if not any(line.lstrip(" $").startswith(("http ", "https ")) for line in lines):
        return text
    at = 0
    while at < len(lines):
        end = at
        while lines[end].endswith("\\") and end + 1 < len(lines):
            end += 1
        command = " ".join(line.removesuffix("\\") for line in lines[at : end + 1])
        if hit := _COMMAND.fullmatch(command):
            lines[at : end + 1] = [_as_curl(hit), *[""] * (end - at)]
        at = end + 1
    return "\n".join(lines)


def _as_curl(hit: re.Match[str]) -> str:
    url = hit["url"] if "://" in hit["url"] else f"http://{hit['url']}"
    url = url.replace("://:", "://localhost:").replace(":///", "://localhost/")
    body: list[str] = []
    query: list[str] = []
    for item in _ITEM.finditer(hit["rest"]):
        value = next((v for v in (item["quoted"], item["double"], item["bare"]) if v), "")
        if item["sign"] == "==":
            query.append(f"{item['name']}={value}")
        elif item["sign"] in ("=", ":="):
            shown = value if item["sign"] == ":=" else _print_shown(value)
            body.append(f"{json.dumps(item['name'])}: {shown}")
    method = hit["method"] or ("POST" if body else "GET")
    url += ("?" + "&".join(query)) if query else ""
    quoted = ("{" + ", ".join(body) + "}").replace("'", "'\\''")
    return f'curl -X {method} "{url}"' + (f" -d '{quoted}'" if body else "")


def _print_shown(value: str) -> str:
    """A value as JSON; of a placeholder that names choices (``{35 or 50}``) those alone."""
    hit = _PLACEHOLDER.fullmatch(value)
    words = hit["words"] if hit else ""
    return json.dumps("|".join(_EITHER.split(words)) if _EITHER.search(words) else value)
