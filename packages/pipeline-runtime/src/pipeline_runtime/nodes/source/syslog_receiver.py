"""Receives syslog messages, and hands its sockets to the next release."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.allowed_sources import AllowedSources
from pipeline_runtime.nodes.source.kernel_drops import kernel_drops
from pipeline_runtime.nodes.source.spool_writer import SpoolWriter
from pipeline_runtime.nodes.source.syslog_frames import FrameError, Frames
from pipeline_runtime.nodes.source.syslog_sockets import Endpoint
from pipeline_runtime.storage.socket_handover import HandoverServer, Passed, receive_sockets
from pipeline_runtime.storage.spool import PushedEvent

_LARGEST_DATAGRAM = 65_536
_READ_BYTES = 65_536
#: Datagrams that are taken before other sockets have their turn.
_DATAGRAMS_IN_A_ROW = 512
_MOST_CONNECTIONS = 1000
_DROPS_SECONDS = 1.0
_END_SECONDS = 5.0
_RETRY_SECONDS = 0.2
_ONE_LINE = str.maketrans("\n\r\t\0", "    ")

NoteBadLine = Callable[[str | bytes, str], None]


@dataclass
class _Connection:
    socket: socket.socket
    peer: str
    frames: Frames


@dataclass(frozen=True)
class ReceiverOptions:
    """What the parameters of the node say."""

    node: str
    endpoints: tuple[Endpoint, ...]
    allowed: tuple[str, ...]
    framing: str
    #: Bytes of a message.
    longest: int


class SyslogReceiver:
    """Listens from `start` to `stop`, or until a successor has taken the sockets."""

    def __init__(
        self, options: ReceiverOptions, writer: SpoolWriter, handover: Path, note: NoteBadLine
    ) -> None:
        self._options = options
        self._writer = writer
        self._handover = handover
        self._note = note
        self._allowed = AllowedSources(options.allowed)
        self._listeners: dict[Endpoint, socket.socket] = {}
        self._connections: dict[int, _Connection] = {}
        #: Drops of each UDP socket that were counted already.
        self._drops: dict[Endpoint, int] = {}
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._pausing = threading.Event()
        self._ending = False
        self._thread: threading.Thread | None = None
        self._server: HandoverServer | None = None
        self._lock = threading.Lock()
        self._looked = 0.0
        #: What keeps messages from being received.
        self.problem: str | None = None

    @property
    def listening(self) -> tuple[str, ...]:
        """Where messages are taken now."""
        return tuple(map(str, self._listeners)) if self._thread else ()

    def start(self) -> None:
        """Take the sockets of the running release, or bind; no-op when it receives already.

        Raises `CannotStart` for a port that is taken.
        """
        with self._lock:
            if self._thread is not None:
                return
            offer = receive_sockets(self._handover)
            opened: list[socket.socket] = []
            try:
                wanted = set(self._options.endpoints) - set(self._listeners)
                if offer is not None:
                    wanted -= {
                        _endpoint(document)
                        for document, _ in offer.passed
                        if document["kind"] != "connection"
                    }
                for endpoint in wanted:
                    listener = endpoint.bind(self._options.node)
                    opened.append(listener)
                    self._listeners[endpoint] = listener
                    self._drops[endpoint] = 0
                if offer is not None and not offer.confirm():
                    raise CannotStart(
                        "hand-over",
                        "The running release did not hand its syslog sockets over in time.",
                        "Deploy again; look at how busy the machine is.",
                        self._options.node,
                    )
            except BaseException:
                self._listeners = {e: s for e, s in self._listeners.items() if s not in opened}
                for listener in opened:
                    listener.close()
                if offer is not None:
                    offer.give_up()
                raise
            if offer is not None:
                self._adopt(offer.passed)
            self._listen()
            self._server = HandoverServer(self._handover, self._pause, self._released)

    def stop(self) -> None:
        """Take what waits in the sockets, write it down, and close them."""
        with self._lock:
            if self._server is not None:
                self._server.close()
                self._server = None
            if self._thread is not None:
                self._ending = True
                self._halt()
            for connection in list(self._connections.values()):
                self._close(connection)
            for listener in self._listeners.values():
                listener.close()
            self._listeners.clear()
            self._selector.close()
            self._wake.close()
            self._woken.close()
            self._writer.end(_END_SECONDS)

    # The successor's side

    def _adopt(self, passed: list[Passed]) -> None:
        for document, one in passed:
            one.setblocking(False)
            if document["kind"] == "connection":
                frames = Frames(self._options.framing, self._options.longest)
                frames.resume(b64decode(document["rest"]), int(document["skipping"]))
                self._connections[one.fileno()] = _Connection(one, document["peer"], frames)
                continue
            endpoint = _endpoint(document)
            if endpoint in self._options.endpoints:
                kept = self._listeners.pop(endpoint, None)
                if kept is not None:
                    kept.close()
                self._listeners[endpoint] = one
                self._drops[endpoint] = int(document["drops"])
            else:
                # This release listens elsewhere; what came before that still counts.
                if endpoint.protocol == "udp":
                    self._drain(one)
                one.close()

    def _listen(self) -> None:
        for endpoint, listener in self._listeners.items():
            self._selector.register(listener, selectors.EVENT_READ, endpoint)
        for connection in self._connections.values():
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        self._pausing.clear()
        self._thread = threading.Thread(target=self._receive, name="syslog", daemon=True)
        self._thread.start()

    # The giver's side

    def _pause(self) -> list[Passed]:
        with self._lock:
            self._halt()
            passed: list[Passed] = [
                (
                    {
                        "kind": "listener",
                        "protocol": endpoint.protocol,
                        "host": endpoint.host,
                        "port": endpoint.port,
                        "drops": self._drops.get(endpoint, 0),
                    },
                    listener,
                )
                for endpoint, listener in self._listeners.items()
            ]
            for connection in self._connections.values():
                rest, skipping = connection.frames.state
                document = {
                    "kind": "connection",
                    "peer": connection.peer,
                    "rest": b64encode(rest).decode(),
                    "skipping": skipping,
                }
                passed.append((document, connection.socket))
            return passed

    def _released(self, gone: bool) -> None:
        """The successor has the sockets; or it failed, and this release goes on."""
        with self._lock:
            if not gone:
                if not self._ending and self._thread is None and self._listeners:
                    self._listen()
                return
            for connection in list(self._connections.values()):
                connection.socket.close()
            self._connections.clear()
            # The listeners stay open, unread, in case that this release has to go on after all.

    def _halt(self) -> None:
        thread = self._thread
        if thread is None:
            return
        self._pausing.set()
        self._wake.send(b"x")
        thread.join()
        self._thread = None
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(64)
        for key in list(self._selector.get_map().values()):
            if key.fileobj is not self._woken:
                self._selector.unregister(key.fileobj)

    # The thread that receives

    def _receive(self) -> None:
        while not self._pausing.is_set():
            if self._writer.full:
                # Senders over TCP wait then, and the kernel counts datagrams that it drops.
                self._writer.wait_for_room(0.1)
                continue
            try:
                self._turn()
                self.problem = None
            except Exception as error:
                # Whatever one sender does, others are still received.
                self.problem = f"Messages cannot be received: {error!r}."
                self._pausing.wait(_RETRY_SECONDS)
        if self._ending:
            self._last_look()

    def _turn(self) -> None:
        """Take what is there, or wait for it."""
        events: list[PushedEvent] = []
        counts: Counter[str] = Counter()
        try:
            for key, _ in self._selector.select(_DROPS_SECONDS):
                self._take(key, events, counts)
            if time.monotonic() - self._looked >= _DROPS_SECONDS:
                self._looked = time.monotonic()
                self._count_drops(counts)
        finally:
            if events or counts:
                self._writer.put(events, counts)

    def _last_look(self) -> None:
        """What waits in the sockets still counts, although nobody listens any more."""
        events: list[PushedEvent] = []
        counts: Counter[str] = Counter()
        deadline = time.monotonic() + _END_SECONDS
        while time.monotonic() < deadline:
            ready = [key for key, _ in self._selector.select(0) if key.data is not None]
            if not ready:
                break
            for key in ready:
                self._take(key, events, counts)
        for connection in list(self._connections.values()):
            self._keep(connection.frames.end(), connection.peer, events, counts)
        self._count_drops(counts)
        self._writer.put(events, counts)

    def _take(
        self, key: selectors.SelectorKey, events: list[PushedEvent], counts: Counter[str]
    ) -> None:
        if isinstance(key.data, _Connection):
            self._take_bytes(key.data, events, counts)
        elif isinstance(key.data, Endpoint):
            listener = self._listeners[key.data]
            if key.data.protocol == "udp":
                self._take_datagrams(listener, events, counts)
            else:
                self._accept(listener, counts)

    def _take_datagrams(
        self, listener: socket.socket, events: list[PushedEvent], counts: Counter[str]
    ) -> bool:
        """Some datagrams; false when no more are there."""
        longest = self._options.longest
        for _ in range(_DATAGRAMS_IN_A_ROW):
            try:
                data, address = listener.recvfrom(_LARGEST_DATAGRAM)
            except (BlockingIOError, InterruptedError):
                return False
            except OSError:
                continue
            peer = str(address[0])
            if not self._allowed.allows(peer):
                counts["refused"] += 1
                continue
            self._keep([(data[:longest], len(data) > longest)], peer, events, counts)
        return True

    def _drain(self, listener: socket.socket) -> None:
        events: list[PushedEvent] = []
        counts: Counter[str] = Counter()
        while self._take_datagrams(listener, events, counts):
            pass
        self._writer.put(events, counts)

    def _accept(self, listener: socket.socket, counts: Counter[str]) -> None:
        try:
            accepted, address = listener.accept()
        except OSError:
            return
        peer = str(address[0])
        if not self._allowed.allows(peer) or len(self._connections) >= _MOST_CONNECTIONS:
            counts["refused"] += 1
            accepted.close()
            return
        accepted.setblocking(False)
        with contextlib.suppress(OSError):
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        frames = Frames(self._options.framing, self._options.longest)
        connection = _Connection(accepted, peer, frames)
        self._connections[accepted.fileno()] = connection
        self._selector.register(accepted, selectors.EVENT_READ, connection)

    def _take_bytes(
        self, connection: _Connection, events: list[PushedEvent], counts: Counter[str]
    ) -> None:
        try:
            data = connection.socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        try:
            found = connection.frames.feed(data) if data else connection.frames.end()
        except FrameError as error:
            self._note(f"{connection.peer}: {error}", "The connection was closed.")
            counts["lost"] += 1
            self._close(connection)
            return
        self._keep(found, connection.peer, events, counts)
        if not data:
            self._close(connection)

    def _keep(
        self,
        found: list[tuple[bytes, bool]],
        peer: str,
        events: list[PushedEvent],
        counts: Counter[str],
    ) -> None:
        for message, cut in found:
            if cut:
                counts["oversized"] += 1
                self._note(
                    message, f"It is longer than {self._options.longest} bytes, and was cut."
                )
            line = message.decode("utf-8", "replace").rstrip("\r\n\0").translate(_ONE_LINE)
            events.append(PushedEvent(line, peer))

    def _close(self, connection: _Connection) -> None:
        self._connections.pop(connection.socket.fileno(), None)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(connection.socket)
        connection.socket.close()

    def _count_drops(self, counts: Counter[str]) -> None:
        for endpoint, listener in self._listeners.items():
            if endpoint.protocol == "udp":
                more = kernel_drops(listener) - self._drops[endpoint]
                if more > 0:
                    counts["lost"] += more
                    self._drops[endpoint] += more


def _endpoint(document: dict[str, Any]) -> Endpoint:
    return Endpoint(document["protocol"], document["host"], int(document["port"]))
