"""`/control/…`, on the control socket only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.errors import RuntimeFailure

Transition = Callable[[], Awaitable[dict[str, Any]]]


def control_routes(engine: Engine, activate: Transition, deactivate: Transition) -> APIRouter:
    """Routes by which the host hands a pipeline from one release to the next."""
    router = APIRouter(prefix="/control", tags=["control"])

    async def attempt(transition: Transition) -> JSONResponse:
        try:
            return JSONResponse(await transition())
        except RuntimeFailure as failure:
            engine.log.error(failure.message, node=failure.node, code=failure.code)
            return JSONResponse(failure.as_json(), 409)

    @router.post("/activate")
    async def activate_route() -> JSONResponse:
        """Take over the public listener, and consume from the last committed offset."""
        return await attempt(activate)

    @router.post("/deactivate")
    async def deactivate_route() -> JSONResponse:
        """Stop consuming, make everything durable, go on answering requests."""
        return await attempt(deactivate)

    return router
