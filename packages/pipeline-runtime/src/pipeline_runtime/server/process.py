"""One release of a pipeline as a process: standby, active, deactivated, ended.

At the hand-over the old release is deactivated first: it stops consuming, goes on answering, and
closes each connection after its next answer. The successor then receives the listener, accepts
beside the old one, and consumes from the last committed offset. When the old release is told to
end, it stops accepting and waits until its last connections are gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime.engine.batcher import Batcher
from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.engine.given_model import GivenModel
from pipeline_runtime.errors import CannotStart, RuntimeFailure
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog
from pipeline_runtime.server.api_keys import ApiKeys
from pipeline_runtime.server.app import create_app
from pipeline_runtime.server.control_routes import control_routes
from pipeline_runtime.server.gate import Traffic
from pipeline_runtime.server.http_server import HttpServer
from pipeline_runtime.server.listener import ListenerServer, bind_listener, receive_listener
from pipeline_runtime.server.rate_limit import RateLimit

#: Seconds that connections of a handed-over listener have to come to their end by themselves.
_DRAIN_HANDED_OVER = 3.0
_DRAIN = 0.5
#: Seconds without a request after which load balancers are taken to have looked elsewhere.
_QUIET = 1.0


@dataclass(frozen=True)
class ProcessOptions:
    """What the command line says."""

    data_dir: Path
    host: str = "127.0.0.1"
    #: `None`: the port of the spec, else a free one.
    port: int | None = None
    control_socket: Path | None = None
    listener_socket: Path | None = None
    standby: bool = False
    release: str | None = None
    revision: int | None = None
    api_keys: Path | None = None
    #: Seconds for which requests are still answered once the process is told to end.
    drain_seconds: float = 0.0
    #: Trained elsewhere, and used from the start.
    model: GivenModel | None = None


class PipelineProcess:
    """Runs until SIGTERM, SIGINT or a crash of the stream."""

    def __init__(self, graph: Graph, options: ProcessOptions, log: JsonLog) -> None:
        self._options = options
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        #: Told to end once more: it waits for nobody.
        self._hurried = asyncio.Event()
        self._stream_crashed = False
        self._handed_over = False
        self._transition = asyncio.Lock()
        self._listener: socket.socket | None = None
        self._listener_server: ListenerServer | None = None
        self._public: HttpServer | None = None
        self._traffic = Traffic()
        try:
            self.engine = Engine(
                graph,
                options.data_dir,
                log,
                release=options.release,
                revision=options.revision,
                on_crash=self._crashed,
                given=options.model,
            )
        except OSError as error:
            raise CannotStart(
                "data-dir",
                f"The data directory {options.data_dir} cannot be used: {error}.",
                "Give the process write access to it, or name another one with --data-dir.",
            ) from error
        deploy = graph.deploy.parameters
        self._batcher = Batcher(
            self.engine.sample,
            self.engine.counted,
            ThreadPoolExecutor(1, "score"),
            max_lines=int(getattr(deploy, "max_batch_size", 256)),
            max_wait=float(getattr(deploy, "max_batch_wait_ms", 5)) / 1000,
        )

    async def run(self) -> None:
        """Serve until the end; raises `RuntimeFailure` when the stream crashed."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._told_to_end)
        control = await self._start_control()
        try:
            if await self._loaded():
                if self._options.standby:
                    self._log.info("Standing by")
                else:
                    await self._activate()
                await self._ending.wait()
        finally:
            await self._end()
            if control is not None:
                await control.stop()
                if self._options.control_socket is not None:
                    self._options.control_socket.unlink(missing_ok=True)
        self._log.info("Stopped")
        if self._stream_crashed:
            last = self.engine.state.last_error or {}
            raise RuntimeFailure(
                "crash",
                f"The stream stopped: {last.get('message')}",
                "Look at the log lines before this one.",
                last.get("node"),
            )

    async def _loaded(self) -> bool:
        """Load; false when the process is told to end before.

        In a thread that does not hold up the end of the process, as training may take a while.
        """
        done: asyncio.Future[None] = self._loop.create_future()

        def settle(error: Exception | None) -> None:
            if not done.done():
                done.set_exception(error) if error else done.set_result(None)

        def load() -> None:
            error: Exception | None = None
            try:
                self.engine.load()
            except Exception as raised:
                error = raised
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(settle, error)

        threading.Thread(target=load, name="load", daemon=True).start()
        ending = asyncio.create_task(self._ending.wait())
        either: list[asyncio.Future[Any]] = [done, ending]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if done.done():
            done.result()
        return done.done()

    async def _start_control(self) -> HttpServer | None:
        path = self._options.control_socket
        if path is None:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(path))
        except OSError as error:
            raise CannotStart(
                "control-socket",
                f"The control socket {path} cannot be made: {error}.",
                "Choose a shorter path (107 bytes at most) in a directory that can be written.",
            ) from error
        path.chmod(0o600)
        listener.listen(64)
        routes = control_routes(self.engine, self._activate, self._deactivate)
        app = create_app(
            self.engine, self._batcher, self._traffic, keys=None, limit=None, control=[routes]
        )
        server = HttpServer(app, listener)
        await server.start()
        return server

    async def _activate(self) -> dict[str, Any]:
        """Take the listener, then consume."""
        async with self._transition:
            if self.engine.state.phase == "starting" and not self.engine.active:
                raise CannotStart(
                    "not-ready",
                    "The release is still loading.",
                    "Wait until /readyz of the control socket answers with 200.",
                )
            if self._listener is None:
                await self._start_public()
            elif self._handed_over:
                self._serve_listener()
            self._handed_over = False
            self._traffic.closing = False
            await asyncio.to_thread(self.engine.activate)
            host, port = self._address()
            self._log.info("Active", host=host, port=port)
            return {"status": "active", "host": host, "port": port}

    async def _deactivate(self) -> dict[str, Any]:
        """Stop consuming, but go on answering."""
        async with self._transition:
            await asyncio.to_thread(self.engine.deactivate)
            self._handed_over = True
            self._traffic.closing = True
            self._log.info("Deactivated")
            return {"status": "standby"}

    async def _start_public(self) -> None:
        self._listener = await asyncio.to_thread(self._acquire_listener)
        parameters = self.engine.graph.deploy.parameters
        keys = ApiKeys(self._options.api_keys)
        app = create_app(
            self.engine,
            self._batcher,
            self._traffic,
            keys=keys if parameters.authentication == "api-key" else None,
            limit=RateLimit(parameters.rate_limit_per_minute),
            management=keys,
        )
        self._public = HttpServer(app, self._listener)
        await self._public.start()
        self._serve_listener()

    def _acquire_listener(self) -> socket.socket:
        """From the running release when it listens where this one should; else a new one."""
        host, wanted = self._options.host, self._options.port
        if wanted is None:
            wanted = self.engine.graph.deploy.parameters.port
        path = self._options.listener_socket
        listener = receive_listener(path) if path else None
        if listener is not None:
            name = listener.getsockname()
            if name[0] == host and wanted in (None, 0, name[1]):
                return listener
            listener.close()
        return bind_listener(host, wanted or 0)

    def _serve_listener(self) -> None:
        path = self._options.listener_socket
        if path is not None and self._listener is not None:
            if self._listener_server is not None:
                self._listener_server.close()
            self._listener_server = ListenerServer(path, self._listener)

    def _address(self) -> tuple[str, int]:
        if self._listener is None:
            raise RuntimeError("there is no listener")
        name = self._listener.getsockname()
        return str(name[0]), int(name[1])

    def _told_to_end(self) -> None:
        if self._ending.is_set():
            self._hurried.set()
        self._ending.set()

    async def _drain(self) -> None:
        """Answer on while load balancers learn that this process ends; consume nothing more."""
        wanted = self._options.drain_seconds
        if wanted <= 0 or self._public is None or self._stream_crashed:
            return
        self._traffic.closing = self._traffic.draining = True
        deactivated = asyncio.create_task(asyncio.to_thread(self.engine.deactivate, wanted))
        self._log.info("Draining", seconds=wanted)
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < wanted:
            if passed >= wanted / 3 and self._traffic.quiet_for(_QUIET):
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), 0.05)
                break
        # What did not stop in time is given another try at the very end.
        with contextlib.suppress(RuntimeFailure):
            await deactivated

    async def _end(self) -> None:
        """Stop accepting, finish what is in flight, make everything durable."""
        await self._drain()
        engine_closed = asyncio.create_task(asyncio.to_thread(self.engine.close))
        if self._public is not None:
            self._traffic.closing = True
            await self._public.stop_accepting()
            limit = _DRAIN_HANDED_OVER if self._handed_over else _DRAIN
            deadline = time.monotonic() + limit
            while self._public.connections and time.monotonic() < deadline:
                await asyncio.sleep(0.02)
            await self._public.stop()
        if self._listener_server is not None:
            self._listener_server.close()
        try:
            await engine_closed
        except (TimeoutError, RuntimeFailure) as error:
            # What is on disk is consistent, and the next start goes on from there.
            self._log.warning(f"The end was forced: {error}")

    def _crashed(self) -> None:
        """Called from the stream's thread: the process ends, and is started again."""
        self._stream_crashed = True
        self._loop.call_soon_threadsafe(self._ending.set)
