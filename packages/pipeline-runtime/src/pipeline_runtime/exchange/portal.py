"""The exchange of one pipeline at the portal: requests with the workload token, tried again.

Raises, all with what to do: `TryAgain` when the portal stays away, `CannotStart` when it refuses.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from pipeline_runtime.errors import CannotStart, RuntimeFailure, TryAgain
from pipeline_runtime.exchange.patience import Patience
from pipeline_runtime.json_log import JsonLog

#: Seconds for which a portal that is away is waited for.
PATIENCE = 600.0
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_TRANSIENT = frozenset({408, 425, 429})
_REFUSED_TOKEN = frozenset({401, 403})
_MOST_OF_AN_ERROR = 2000

T = TypeVar("T")


class Transient(Exception):
    """A request failed in a way that another try may mend."""

    def __init__(self, what: str, *, after: float = 0.0, token: bool = False) -> None:
        super().__init__(what)
        self.after = after
        self.token = token


class Portal:
    """Safe for use by several threads."""

    def __init__(
        self, url: str, token_file: Path, log: JsonLog, *, patience: float = PATIENCE
    ) -> None:
        self._url = url.rstrip("/")
        self._token_file = token_file
        self._log = log
        self._patience = patience
        parsed = httpx.URL(self._url) if self._url.isprintable() else None
        if parsed is None or parsed.scheme not in ("http", "https") or not parsed.host:
            raise CannotStart(
                "exchange-url",
                f"The address of the exchange, {url!r}, is no HTTP address.",
                "Give the base URL of the pipeline's exchange with --exchange.",
            )
        # The certificates of the machine, to which a cluster can add its own (SSL_CERT_FILE).
        context = ssl.create_default_context()
        self._client = httpx.Client(verify=context, timeout=_TIMEOUT)

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    @contextmanager
    def once(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | Callable[[], Iterator[bytes]] | None = None,
        timeout: float | None = None,
    ) -> Iterator[httpx.Response]:
        """One request whose answer is read by the caller; its status is one of success.

        Raises:
            Transient: another try may succeed.
            CannotStart: the portal refuses it.
        """
        given = {"authorization": f"Bearer {self._token()}", **(headers or {})}
        body = content() if callable(content) else content
        limit = _TIMEOUT if timeout is None else httpx.Timeout(timeout)
        try:
            with self._client.stream(
                method, f"{self._url}/{path}", headers=given, content=body, timeout=limit
            ) as answer:
                if not answer.is_success:
                    raise _refusal(method, path, answer)
                yield answer
        except httpx.TransportError as error:
            raise Transient(f"{type(error).__name__}: {error}".rstrip(": ")) from error

    def patiently(self, what: str, attempt: Callable[[Patience], T]) -> T:
        """Do it until it succeeds; `what` is a clause such as `fetch the input`."""
        patience = Patience(self._patience)
        while True:
            try:
                return attempt(patience)
            except Transient as error:
                self._log.warning(f"Cannot {what}: {error}. Trying again.")
                if not patience.pause(at_least=error.after, token=error.token):
                    raise self._given_up(what, error) from error

    def _given_up(self, what: str, error: Transient) -> RuntimeFailure:
        if error.token:
            return CannotStart(
                "token-refused",
                f"The portal refuses the workload token: {error}.",
                "Deploy the pipeline again, so that the token is handed over anew.",
            )
        return TryAgain(
            "portal-unreachable",
            f"Cannot {what}, tried for {self._patience:.0f} s: {error}.",
            f"Make {self._url} reachable from where this runs "
            "(portalUrl of the target, network policies, proxies, certificates).",
        )

    def _token(self) -> str:
        """Read anew each time, as it changes while this runs."""
        try:
            return self._token_file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CannotStart(
                "token-unreadable",
                f"The workload token {self._token_file} cannot be read ({type(error).__name__}).",
                "Mount the secret with the token there, readable for the user of the process.",
            ) from error


def _refusal(method: str, path: str, answer: httpx.Response) -> Exception:
    status = answer.status_code
    answer.read()
    said = _message_of(answer)
    what = f"{method} {path} gives {status}{f' ({said})' if said else ''}"
    if status in _REFUSED_TOKEN:
        return Transient(what, token=True)
    if status in _TRANSIENT or status >= 500:
        return Transient(what, after=_seconds(answer.headers.get("retry-after", "")))
    if status == 409:
        return CannotStart(
            "run-ended",
            f"The portal takes nothing more from this run: {said or 'it has ended'}.",
            "Nothing is to be done when it was cancelled; otherwise repeat the run.",
        )
    if status == 404:
        return CannotStart(
            "exchange-missing", f"The portal does not have it: {what}.", "Repeat the run."
        )
    if status == 413:
        return CannotStart(
            "file-too-large",
            f"The portal refuses a file as too large: {what}.",
            "Raise the limit of uploads in the portal's configuration, or give less input.",
        )
    return CannotStart(
        "exchange-refused", f"The portal refuses: {what}.", "Look at the log of the portal."
    )


def _message_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])[:_MOST_OF_AN_ERROR]
    except (ValueError, KeyError, TypeError):
        return ""


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else 0.0
