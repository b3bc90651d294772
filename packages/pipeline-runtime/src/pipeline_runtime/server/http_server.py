"""uvicorn on a socket that is open already, without signal handlers of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Generator

import uvicorn
from starlette.types import ASGIApp

#: Seconds for requests in flight at the end.
_GRACE = 5
#: Idle connections stay open this long; longer than the usual pools of clients.
_KEEP_ALIVE = 75
#: Turns of the event loop until an accepted connection is known to the HTTP server.
_ACCEPT_TURNS = 10


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """The process handles signals for all its servers together."""
        yield


class HttpServer:
    """Serves an application on one listening socket."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
        self._server = _Server(config)
        self._listener = listener
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once connections are accepted."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise RuntimeError("the HTTP server ended at once")
            await asyncio.sleep(0.005)

    @property
    def connections(self) -> int:
        """Open connections."""
        return len(self._server.server_state.connections)

    async def stop_accepting(self) -> None:
        """Leave new connections to whoever shares the listener."""
        loop = asyncio.get_running_loop()
        for server in self._server.servers:
            for listener in server.sockets:
                loop.remove_reader(listener.fileno())
        # asyncio drops a connection that it accepted in the turn in which the server is closed
        # (`Server._attach` refuses it); it takes a few turns until one is counted.
        for _ in range(_ACCEPT_TURNS):
            await asyncio.sleep(0)
        for server in self._server.servers:
            server.close()

    async def stop(self) -> None:
        """Finish requests in flight, then close."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
