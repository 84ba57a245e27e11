"""How a client that is not ours signs: loaded by Schemathesis, in its own environment.

Written from the scheme alone (RFC 7515, RFC 7519) with the standard library: nothing of ours is
imported, so that the sandbox is not asked by the code it was tested with.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import uuid
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import schemathesis

SCHEME = os.environ.get("OUTSIDER_SCHEME", "")
ACCESS_KEY = os.environ.get("OUTSIDER_ACCESS_KEY", "")
SECRET_KEY = os.environ.get("OUTSIDER_SECRET_KEY", "")


class Signed(requests.auth.AuthBase):
    """The scheme's header, over the query as it will be sent."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if SCHEME == "jwt":
            request.headers["Authorization"] = f"Bearer {_token(urlsplit(request.url or '').query)}"
        else:
            request.headers["api-key"] = ACCESS_KEY
        return request


def _token(query: str) -> str:
    claims: dict[str, Any] = {"access_key": ACCESS_KEY, "nonce": str(uuid.uuid4())}
    if query:
        text = unquote(query).encode("utf-8", "surrogateescape")
        claims |= {"query_hash": hashlib.sha512(text).hexdigest(), "query_hash_alg": "SHA512"}
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    signed = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    digest = hmac.new(SECRET_KEY.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(digest)}"


def _base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


if SCHEME in ("jwt", "api-key"):
    schemathesis.auth.set_from_requests(Signed())
