"""`POST /events` and `GET /anomalies`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.nodes.source.http_push import HttpPush
from pipeline_runtime.server.event_request import parse_events
from pipeline_runtime.server.http_error import HttpError, read_body

_EVENTS_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/json": {
                "example": [{"id": "1", "line": "May  1 10:00:00 host app: started", "source": "a"}]
            },
        },
    }
}


def event_routes(engine: Engine) -> APIRouter:
    """Routes for what goes in and what was found."""
    router = APIRouter(tags=["events"])
    source = engine.graph.source

    @router.get("/anomalies")
    def anomalies(
        after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> dict[str, Any]:
        """Anomalies behind a sequence number, oldest first."""
        items = engine.store.anomalies(after, limit)
        return {"items": items, "next": items[-1]["sequence"] if items else after}

    if isinstance(source, HttpPush):

        @router.post("/events", status_code=202, openapi_extra=_EVENTS_BODY)
        async def events(request: Request) -> JSONResponse:
            """Accept events; the answer comes when they are safely on disk."""
            most = source.parameters.max_events_per_request
            hint = "Split it into several requests, or raise the limit of the source node."
            body = await read_body(request, source.parameters.max_body_mi_b * 1_048_576, hint)
            parsed = parse_events(body, request.headers.get("content-type", ""))
            if len(parsed) > most:
                raise HttpError(
                    413, f"{len(parsed)} events are more than {most} in one request. {hint}"
                )
            accepted, duplicates = await asyncio.to_thread(source.push, parsed)
            engine.metrics.events(source.id, "duplicate", duplicates)
            return JSONResponse({"accepted": accepted, "duplicates": duplicates}, 202)

    return router
