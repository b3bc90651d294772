"""`/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.server.gate import Traffic


def health_routes(engine: Engine, traffic: Traffic) -> APIRouter:
    """Routes for probes and scrapers."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Whether requests should come here, or why not."""
        ready, body = engine.readiness()
        if traffic.draining:
            ready, body = False, {"status": "ending", "reason": "The process was told to end."}
        return JSONResponse(body, 200 if ready else 503)

    @router.get("/metrics")
    def metrics() -> Response:
        """Metrics in Prometheus' text format."""
        engine.observe_source()
        engine.observe_drift()
        return Response(engine.metrics.text(), media_type=engine.metrics.content_type)

    @router.get("/status")
    async def status() -> dict[str, Any]:
        """What the pipeline is doing."""
        return engine.status()

    return router
