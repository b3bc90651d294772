"""What every request passes: metrics, API key, rate limit, the end of a release."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline_runtime.metrics import Metrics
from pipeline_runtime.server.api_keys import ApiKeys
from pipeline_runtime.server.rate_limit import RateLimit

#: Open to probes and scrapers.
_OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})
#: Only with a management key, whatever the deployment says about other keys.
_MANAGED = ("/models", "/runs")
#: Others are counted as `_OTHER` (OpenTelemetry, `http.request.method`): callers must not decide
#: how many series there are.
_METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)


@dataclass
class Traffic:
    """Shared by the public server and the control socket."""

    #: Connections are to be closed after each answer, so that clients come back to a successor.
    closing: bool = False
    #: The process was told to end: whoever balances the load should look elsewhere.
    draining: bool = False
    #: Requests that are answered right now, those of probes and scrapers left out.
    in_flight: int = 0
    #: When one of them began or ended last, on the monotonic clock.
    last: float = 0.0

    def quiet_for(self, seconds: float) -> bool:
        """Whether nobody has asked for anything for so long."""
        return not self.in_flight and time.monotonic() - self.last >= seconds

    @contextmanager
    def watched(self, path: str) -> Iterator[None]:
        """While one request is answered."""
        if path in _OPEN:
            yield
            return
        self.in_flight += 1
        self.last = time.monotonic()
        try:
            yield
        finally:
            self.in_flight -= 1
            self.last = time.monotonic()


class Gate:
    """ASGI middleware. `keys` is `None` where no key is needed, `metrics` where nobody counts.

    `management` holds the keys for models and runs; `None`: whoever gets here may look after them.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics | None,
        traffic: Traffic,
        keys: ApiKeys | None,
        limit: RateLimit | None,
        management: ApiKeys | None = None,
    ) -> None:
        self._app = app
        self._management = management
        self._metrics = metrics
        self._traffic = traffic
        self._keys = keys
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if self._traffic.closing:
                    message["headers"] = [*message.get("headers", []), (b"connection", b"close")]
            await send(message)

        try:
            with self._traffic.watched(scope["path"]):
                refusal = self._refusal(scope)
                if refusal:
                    await _refuse(answer, *refusal)
                else:
                    await self._app(scope, receive, answer)
        finally:
            if self._metrics is not None:
                route = getattr(scope.get("route"), "path", None)
                known = route if isinstance(route, str) else "*"
                method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
                self._metrics.http(known, method, status, time.perf_counter() - start)

    def _refusal(self, scope: Scope) -> tuple[int, str, dict[str, str]] | None:
        if scope["path"] in _OPEN:
            return None
        if self._management is not None and _is_managed(scope["path"]):
            return self._refusal_of_management(self._management, _key(scope))
        if self._keys is not None and not self._keys.accepts(_key(scope)):
            message = (
                "A valid API key is needed. "
                "Send it as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'."
            )
            return 401, message, {"www-authenticate": "Bearer"}
        wait = self._limit.take() if self._limit else 0
        if wait:
            message = f"Too many requests. Try again in {wait} s, or raise the rate limit."
            return 429, message, {"retry-after": str(wait)}
        return None

    def _refusal_of_management(
        self, keys: ApiKeys, key: str
    ) -> tuple[int, str, dict[str, str]] | None:
        if keys.manages(key):
            return None
        if keys.accepts(key):
            return 403, "Models and runs need the management key, which the portal holds.", {}
        message = (
            "Models and runs need the management key, which the portal holds. "
            "Send it as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'."
        )
        return 401, message, {"www-authenticate": "Bearer"}


def _is_managed(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _MANAGED)


def _key(scope: Scope) -> str:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    kind, _, token = headers.get(b"authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return str(token.strip())
    return str(headers.get(b"x-api-key", ""))


async def _refuse(send: Send, status: int, message: str, headers: dict[str, str]) -> None:
    body = json.dumps({"error": message}).encode()
    fields = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    encoded = [(name.encode(), value.encode()) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
