"""A portal's exchange over HTTP for tests, with faults on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TOKEN = "the-workload-token"


@dataclass
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]


#: Answers in the place of the exchange: status and headers, or nothing to let it do so.
Fault = Callable[[Request], tuple[int, dict[str, str]] | None]


@dataclass
class TestPortal:
    """Artefacts, files and progress of runs; serves from `start` to `stop`."""

    __test__ = False

    artifacts: dict[str, bytes] = field(default_factory=dict)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    progress: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    fault: Fault | None = None
    #: Bytes after which an artefact breaks off, once.
    break_off: int | None = None
    #: Progress is not answered.
    silent: bool = False
    port: int = 0

    def add(self, content: bytes) -> str:
        """An artefact; its digest."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.artifacts[digest] = content
        return digest

    def of(self, run: str) -> dict[str, bytes]:
        """Files of a run."""
        return {name: content for (of, name), content in self.files.items() if of == run}

    def json(self, run: str, name: str) -> Any:
        """A JSON file of a run."""
        return json.loads(self.files[(run, name)])

    def arguments(self, folder: Path) -> list[str]:
        """Options that lead here."""
        token = folder / "token"
        token.write_text(f"{TOKEN}\n")
        return ["--exchange", self.url, "--token-file", str(token)]

    @property
    def url(self) -> str:
        """Base of the exchange."""
        return f"http://127.0.0.1:{self.port}/api/ml-pipelines/exchange/ssh-anomalies"

    def start(self) -> None:
        """Listen, where it has listened before."""
        portal = self

        class Handler(_Handler):
            of = portal

        self._server = _Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are killed here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    of: TestPortal

    def do_GET(self) -> None:
        if self._refused():
            return
        if found := re.fullmatch(r"/artifacts/(.+)", self._place):
            self._bytes(self.of.artifacts.get(found[1]), breaks=True)
        elif found := re.fullmatch(r"/runs/([^/]+)/files", self._place):
            items = [
                {
                    "name": name,
                    "contentType": "application/octet-stream",
                    "size": len(content),
                    "digest": f"sha256:{hashlib.sha256(content).hexdigest()}",
                }
                for name, content in sorted(self.of.of(found[1]).items())
            ]
            self._answer(200, {"items": items})
        elif found := re.fullmatch(r"/runs/([^/]+)/files/([^/]+)", self._place):
            self._bytes(self.of.files.get((found[1], found[2])))
        else:
            self._answer(404, {"error": {"name": "NotFoundError", "message": "no such route"}})

    def do_PUT(self) -> None:
        body = self._body()
        if self._refused():
            return
        found = re.match(r"/runs/([^/]+)/", self._place)
        if found and found[1] in self.of.ended:
            self._answer(409, {"error": {"name": "ConflictError", "message": "It was cancelled."}})
        elif found := re.fullmatch(r"/runs/([^/]+)/files/([^/]+)", self._place):
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            if self.headers.get("content-digest") != f"sha-256=:{digest}:":
                self._answer(400, {"error": {"name": "InputError", "message": "other digest"}})
                return
            is_new = (found[1], found[2]) not in self.of.files
            self.of.files[(found[1], found[2])] = body
            self._answer(201 if is_new else 200, {"name": found[2], "size": len(body)})
        elif found := re.fullmatch(r"/runs/([^/]+)/progress\?worker=(\d+)", self._place):
            while self.of.silent:
                time.sleep(0.02)
            self.of.progress.append((found[1], int(found[2]), json.loads(body)))
            self._answer(204, None)
        else:
            self._answer(404, {"error": {"name": "NotFoundError", "message": "no such route"}})

    @property
    def _place(self) -> str:
        return self.path.removeprefix("/api/ml-pipelines/exchange/ssh-anomalies")

    def _refused(self) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self._place, headers)
        self.of.requests.append(request)
        fault = self.of.fault(request) if self.of.fault else None
        if fault is not None:
            self._answer(fault[0], {"error": {"name": "Error", "message": "a fault"}}, fault[1])
            return True
        if headers.get("authorization") != f"Bearer {TOKEN}":
            message = "The token is not one of this pipeline."
            self._answer(401, {"error": {"name": "AuthenticationError", "message": message}})
            return True
        return False

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            raise AssertionError("uploads have a length")
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def _bytes(self, content: bytes | None, *, breaks: bool = False) -> None:
        if content is None:
            self._answer(404, {"error": {"name": "NotFoundError", "message": "no such file"}})
            return
        start = 0
        if found := re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", "")):
            start = int(found[1])
        self.send_response(206 if start else 200)
        self.send_header("content-length", str(len(content) - start))
        self.end_headers()
        limit, self.of.break_off = (self.of.break_off, None) if breaks else (None, None)
        if limit is not None:
            self.wfile.write(content[start : start + limit])
            self.close_connection = True
            return
        self.wfile.write(content[start:])

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""
