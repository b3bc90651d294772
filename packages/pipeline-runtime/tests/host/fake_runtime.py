"""A runtime that only speaks: control socket, public listener, hand-over. Standard library only.

What it does wrong is read from `fake` of its spec and, as JSON, from the variable `FAKE`:
`crashAtStart` (text of an exception), `refuse` (an error document, exit code 3), `neverReady`,
`crashOnActivate`, `slowActivate` (seconds), `deafToDeactivate`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path


def log(message: str, level: str = "info") -> None:
    sys.stdout.write(json.dumps({"level": level, "node": None, "message": message}) + "\n")
    sys.stdout.flush()


class Runtime:
    def __init__(self, options: argparse.Namespace, fake: dict[str, object]) -> None:
        self.options = options
        self.fake = fake
        self.consuming = threading.Event()
        self.stopping = threading.Event()
        self.public: Server | None = None
        self.listener: socket.socket | None = None
        self.journal = Path(options.data_dir) / "journal"

    def note(self, event: str) -> None:
        with self.journal.open("a") as stream:
            stream.write(f"{time.time():.6f} {self.options.release} {event}\n")

    def activate(self) -> None:
        if self.fake.get("crashOnActivate"):
            log("cannot take over", "error")
            os._exit(1)
        if self.listener is None:
            self.note("activating")
            time.sleep(float(str(self.fake.get("slowActivate", 0))))
            self.listener = receive_listener(self.options.listener_socket) or bind(
                self.options.host, int(self.options.port)
            )
            self.listener.setblocking(False)
            self.public = Server(self.listener, self)
            threading.Thread(target=self.public.serve_forever, args=(0.05,), daemon=True).start()
        # Also when it is active already: a successor that has gone may have taken the path.
        self.offer_listener()
        if not self.consuming.is_set():
            self.note("consume")
            self.consuming.set()

    def deactivate(self) -> None:
        if self.fake.get("deafToDeactivate"):
            self.note("pausing")
            time.sleep(3600)
        if self.consuming.is_set():
            self.consuming.clear()
            self.note("pause")

    def offer_listener(self) -> None:
        path = Path(self.options.listener_socket)
        # Renamed into place, so that a successor never finds a path without a server.
        temporary = path.with_name(f".{os.getpid()}")
        temporary.unlink(missing_ok=True)
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(temporary))
        server.listen()
        temporary.rename(path)
        threading.Thread(target=self.hand_over, args=(server,), daemon=True).start()

    def hand_over(self, server: socket.socket) -> None:
        while True:
            peer, _ = server.accept()
            with peer:
                assert self.listener is not None
                socket.send_fds(peer, [b"listener"], [self.listener.fileno()])

    def stop(self) -> None:
        if self.public is not None:
            self.public.shutdown()
            self.public.server_close()
        if self.consuming.is_set():
            self.note("pause")
        self.note("end")
        os._exit(0)


class Server(socketserver.ThreadingMixIn, socketserver.BaseServer):
    """Serves HTTP on a socket that already listens."""

    daemon_threads = False

    def __init__(self, listener: socket.socket, runtime: Runtime) -> None:
        super().__init__("", Handler)
        self.socket = listener
        self.runtime = runtime

    def fileno(self) -> int:
        return self.socket.fileno()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = self.socket.accept()
        connection.setblocking(True)
        return connection, address

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_WR)
        request.close()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def address_string(self) -> str:
        return "peer"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def answer(self, status: int, body: object) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def do_GET(self) -> None:
        runtime = self.server.runtime
        if self.path == "/readyz":
            if runtime.fake.get("neverReady"):
                self.answer(503, {"reason": "still loading"})
            else:
                self.answer(200, {"status": "ready"})
        elif self.path == "/status":
            phase = "running" if runtime.consuming.is_set() else "standby"
            self.answer(200, {"release": runtime.options.release, "phase": phase})
        elif self.path == "/environment":
            self.answer(200, dict(os.environ))
        else:
            time.sleep(0.01)
            self.answer(200, {"release": runtime.options.release, "pid": os.getpid()})

    def do_POST(self) -> None:
        if self.path == "/control/activate":
            try:
                self.server.runtime.activate()
            except OSError as error:
                body = {"code": "port-taken", "message": str(error), "hint": "another port"}
                self.answer(409, {"error": body})
                return
        else:
            self.server.runtime.deactivate()
        self.answer(200, {})


def bind(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    return listener


def receive_listener(path: str) -> socket.socket | None:
    peer = socket.socket(socket.AF_UNIX)
    try:
        peer.connect(path)
        _, handles, _, _ = socket.recv_fds(peer, 64, 1)
    except OSError:
        return None
    finally:
        peer.close()
    return socket.socket(fileno=handles[0])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode")
    for name in ("spec", "data-dir", "host", "port", "control-socket", "listener-socket"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("release", "revision", "api-keys", "secrets-fd"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--standby", action="store_true")
    options = parser.parse_args()
    fake = json.loads(Path(options.spec).read_text()).get("fake", {})
    fake = {**fake, **json.loads(os.environ.get("FAKE", "{}"))}
    if options.secrets_fd:
        with os.fdopen(int(options.secrets_fd)) as stream:
            os.environ.update(json.load(stream)["env"])
    runtime = Runtime(options, fake)
    runtime.note(f"start {os.getpid()} {'standby' if options.standby else 'active'}")
    log(f"release {options.release} starts")
    if fake.get("refuse"):
        sys.stderr.write(json.dumps({"error": fake["refuse"]}) + "\n")
        sys.exit(3)
    if fake.get("crashAtStart"):
        raise RuntimeError(fake["crashAtStart"])
    signal.signal(signal.SIGTERM, lambda *_: runtime.stopping.set())
    Path(options.control_socket).unlink(missing_ok=True)
    control = socket.socket(socket.AF_UNIX)
    control.bind(options.control_socket)
    control.listen(16)
    threading.Thread(target=Server(control, runtime).serve_forever, daemon=True).start()
    if not options.standby:
        runtime.activate()
    # A signal that another thread gets does not wake this one.
    while not runtime.stopping.wait(0.05):
        pass
    runtime.stop()


if __name__ == "__main__":
    main()
