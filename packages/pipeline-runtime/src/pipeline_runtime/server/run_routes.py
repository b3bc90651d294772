"""`/runs`: logs and artefacts of trainings. For the portal alone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.server.http_error import HttpError


def run_routes(engine: Engine) -> APIRouter:
    """Routes that read what a training left."""
    router = APIRouter(prefix="/runs", tags=["models"])
    runs = engine.runs

    @router.get("/{run}/log")
    def log(
        run: str,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=5000)] = 500,
    ) -> dict[str, Any]:
        """Lines of the log behind a sequence number."""
        if runs.get(run) is None:
            raise HttpError(404, f'There is no run "{run}". The latest 20 are kept.')
        items = runs.log(run, after, limit)
        return {"items": items, "next": items[-1]["sequence"] if items else after}

    @router.get("/{run}/artifacts/{name}")
    def artifact(run: str, name: str) -> FileResponse:
        """A file that a training left: `model.tar.gz`, an MLflow model."""
        path = runs.artifact(run, name)
        if path is None:
            raise HttpError(404, f'The run "{run}" left no file "{name}".')
        return FileResponse(path, media_type="application/gzip", filename=name)

    return router
