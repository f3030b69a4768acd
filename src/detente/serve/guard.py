"""Who may ask, how much, and what a browser may do with the answer."""

from __future__ import annotations

import json
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from detente.serve.limits import Limits

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
COOKIE = "detente-token"
READERS = 4096
"""Readers whose pace is remembered at once."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Pace:
    """So many requests a second of each reader, and so many at once (a bucket that refills)."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._rate, self._burst = per_second, burst
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, reader: str, now: float) -> bool:
        """Whether a reader may ask again; counts the request if so."""
        with self._lock:
            left, then = self._held.pop(reader, (float(self._burst), now))
            left = min(float(self._burst), left + (now - then) * self._rate)
            fine = left >= 1
            self._held[reader] = (left - fine, now)
            while len(self._held) > READERS:
                self._held.popitem(last=False)
            return fine


class Guard:
    """Refuse requests before anything is read of them; give every answer its headers.

    A server on loopback answers only to names of loopback, so that no page of another site can
    reach it under a name of its own (DNS rebinding). One with a token answers who knows that.
    """

    def __init__(self, app: ASGIApp, limits: Limits, token: str | None = None) -> None:
        self._app, self._limits, self._token = app, limits, token
        self._pace = Pace(limits.per_second, limits.burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = {k.lower() for k, _ in message["headers"]}
                more = [(k.encode(), v.encode()) for k, v in HEADERS.items()
                        if k.encode() not in sent]  # fmt: skip
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        if found := self._refusal(scope, held):
            await _refuse(with_headers, *found)
            return
        if self._token and (to := _without_token(scope, self._token)):
            await _remember(with_headers, to, self._token)
            return
        if self._token and not _knows(held, self._token):
            allowed = "the address with ?token=… that the server printed, or a Bearer token"
            await _refuse(with_headers, 401, "a token is needed", "token", allowed)
            return
        await self._app(scope, _bounded(receive, self._limits.body_at(scope["path"])), with_headers)

    def _refusal(self, scope: Scope, held: Mapping[str, str]) -> tuple[int, str, str, str] | None:
        """Return why a request is refused: status, message, key, what is allowed."""
        limits, host = self._limits, held.get("host", "")
        if not self._token and _name(host) not in LOOPBACK:
            return 403, "this server answers on this machine alone", "Host", "127.0.0.1, localhost"
        if len(scope["query_string"]) > limits.query or len(scope["path"]) > 1024:
            return 414, "the address is too long", "query", f"{limits.query} characters"
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and (key := _elsewhere(held, host)):
            return 403, "asked from a page of another site", key, host
        length, most = held.get("content-length", "0"), limits.body_at(scope["path"])
        if not length.isdecimal() or int(length[:18]) > most:
            return 413, "the request is too large", "body", f"{most} bytes"
        reader = (scope.get("client") or ("?", 0))[0]
        free = scope["path"].startswith("/static/")
        if not free and not self._pace.allows(reader, time.monotonic()):
            pace = f"{limits.per_second:g} a second"
            return 429, "too many requests; wait a second", "pace", pace
        return None


def _elsewhere(held: Mapping[str, str], host: str) -> str:
    """Return the header by which a page of another site asks; empty where none does."""
    origin = held.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return "Origin"
    if held.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "Sec-Fetch-Site"
    return ""


def _name(host: str) -> str:
    """Return the name of a host without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _bounded(receive: Receive, most: int) -> Receive:
    """Stop reading a body that is longer than it said."""
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if read > most else message

    return limited


def _knows(held: Mapping[str, str], token: str) -> bool:
    scheme, _, given = held.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        try:
            cookie = SimpleCookie(held.get("cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        given = cookie.value if cookie else ""
    return secrets.compare_digest(given.encode(), token.encode())


def _without_token(scope: Scope, token: str) -> str:
    """Return the address without a right token in it; nothing where it has none."""
    if scope["method"] != "GET":
        return ""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    given = next((v for k, v in pairs if k == "token"), "")
    if not secrets.compare_digest(given.encode(), token.encode()):
        return ""
    rest = urlencode([(k, v) for k, v in pairs if k != "token"])
    # one slash: two would lead to another server
    return "/" + quote(scope["path"].lstrip("/\\")) + (f"?{rest}" if rest else "")


async def _remember(send: Send, to: str, token: str) -> None:
    """Keep a token in a cookie, and out of the address."""
    cookie = f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"
    headers = [(b"location", to.encode()), (b"set-cookie", cookie.encode())]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Send, status: int, message: str, key: str, allowed: str) -> None:
    body = json.dumps({"problems": [problem(message, key, None, allowed)]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if status in (429, 503):
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def problem(
    message: str, key: str | None = None, value: Any = None, allowed: str | None = None
) -> dict[str, Any]:
    """Return one thing that is wrong, as answers give it."""
    plain = value if isinstance(value, str | int | float | bool | None) else str(value)
    if isinstance(plain, float) and not math.isfinite(plain):  # JSON has none
        plain = str(plain)
    return {"message": message, "key": key, "value": plain, "allowed": allowed}
