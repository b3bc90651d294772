"""`/models`: versions, drift, retraining, promotion, roll-back. For the portal alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.server.management_body import read_model

_SOMEBODY = "somebody with the management key"
Version = Annotated[str, Path(pattern=r"^[0-9]{1,18}$")]
By = Annotated[str | None, Field(max_length=300)]
Reason = Annotated[str | None, Field(max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    by: By = None


class _Retrain(_Body):
    trigger: Annotated[str, Field(pattern="^(manual|schedule|interval|drift|repeat)$")] = "manual"


class _Reject(_Body):
    reason: Reason = None


class _RollBack(_Body):
    version: Annotated[str | None, Field(pattern=r"^[0-9]{1,18}$")] = None
    reason: Reason = None


def model_routes(engine: Engine) -> APIRouter:
    """Routes that answer with the state of all models."""
    router = APIRouter(prefix="/models", tags=["models"])
    requests = engine.requests

    async def done(action: Callable[[], None]) -> dict[str, Any]:
        await asyncio.to_thread(action)
        return await asyncio.to_thread(engine.models)

    @router.get("")
    async def models() -> dict[str, Any]:
        """Versions, drift, what is under way, and what happens next."""
        return await asyncio.to_thread(engine.models)

    @router.post("/retrain")
    async def retrain(request: Request) -> dict[str, Any]:
        """Begin a training on the latest events."""
        body = await read_model(request, _Retrain)
        return await done(lambda: requests.retrain(body.trigger, body.by))

    @router.post("/rollback")
    async def rollback(request: Request) -> dict[str, Any]:
        """Put an earlier champion back."""
        body = await read_model(request, _RollBack)
        return await done(
            lambda: requests.roll_back(body.version, body.by or _SOMEBODY, body.reason)
        )

    @router.post("/{version}/promote")
    async def promote(request: Request, version: Version) -> dict[str, Any]:
        """Make a version the champion, whatever the gate said."""
        body = await read_model(request, _Body)
        return await done(lambda: requests.promote(version, body.by or _SOMEBODY))

    @router.post("/{version}/reject")
    async def reject(request: Request, version: Version) -> dict[str, Any]:
        """Give up on a challenger."""
        body = await read_model(request, _Reject)
        return await done(lambda: requests.reject(version, body.by or _SOMEBODY, body.reason))

    return router
