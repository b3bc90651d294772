"""The Open Inference Protocol v2: `/v2/…`."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from pipeline_runtime import __version__
from pipeline_runtime.engine.batcher import Batcher
from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.server.http_error import HttpError, read_body
from pipeline_runtime.server.inference_request import inference_answer, parse_lines

_LARGEST_BODY = 16 * 1_048_576
_INFER_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "example": {
                    "inputs": [
                        {
                            "name": "lines",
                            "shape": [1],
                            "datatype": "BYTES",
                            "data": ["May  1 10:00:00 host sshd[1]: Failed password for root"],
                        }
                    ]
                }
            }
        },
    }
}


def inference_routes(engine: Engine, batcher: Batcher) -> APIRouter:
    """Routes of the protocol; the model has the name of the pipeline."""
    router = APIRouter(prefix="/v2", tags=["inference"])
    model = engine.graph.spec.name

    def known(name: str, version: str | None = None) -> None:
        if name != model or version not in (None, engine.model_version):
            shown = name if version is None else f"{name}, version {version}"
            raise HttpError(404, f'There is no model "{shown}". The model here is "{model}".')

    @router.get("")
    async def server() -> dict[str, Any]:
        """Name and version of the server."""
        return {"name": "mlpipe", "version": __version__, "extensions": []}

    @router.get("/health/live")
    async def live() -> dict[str, bool]:
        """The process answers."""
        return {"live": True}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        """The model can be asked."""
        is_ready = engine.learning_failure() is None
        return JSONResponse({"ready": is_ready}, 200 if is_ready else 503)

    @router.get("/models/{name}")
    @router.get("/models/{name}/versions/{version}")
    async def metadata(name: str, version: str | None = None) -> dict[str, Any]:
        """Inputs and outputs of the model."""
        known(name, version)
        return {
            "name": model,
            "versions": [engine.model_version] if engine.model_version else [],
            "platform": "mlpipe",
            "inputs": [{"name": "lines", "datatype": "BYTES", "shape": [-1]}],
            "outputs": [
                {"name": "score", "datatype": "FP64", "shape": [-1]},
                {"name": "anomaly", "datatype": "BOOL", "shape": [-1]},
                {"name": "explanation", "datatype": "BYTES", "shape": [-1]},
            ],
        }

    @router.get("/models/{name}/ready")
    @router.get("/models/{name}/versions/{version}/ready")
    async def model_ready(name: str, version: str | None = None) -> JSONResponse:
        """The model can be asked."""
        known(name, version)
        failure = engine.learning_failure()
        body: dict[str, Any] = {"name": model, "ready": failure is None}
        return JSONResponse(body, 200 if failure is None else 503)

    @router.post("/models/{name}/infer", openapi_extra=_INFER_BODY)
    @router.post("/models/{name}/versions/{version}/infer", openapi_extra=_INFER_BODY)
    async def infer(request: Request, name: str, version: str | None = None) -> JSONResponse:
        """Score log lines on their own: neither the stream nor the model changes by it."""
        known(name, version)
        start = time.perf_counter()
        batcher.arriving += 1
        try:
            body = await read_body(request, _LARGEST_BODY, "Send fewer lines at once.")
            identity, lines, wanted = parse_lines(body)
        finally:
            batcher.arriving -= 1
        preprocess = time.perf_counter() - start
        failure = engine.learning_failure()
        if failure:
            raise failure
        answer = await batcher.score(lines, ["request"] * len(lines))
        scored = time.perf_counter()
        used = engine.model_version or ""
        content = inference_answer(model, used, identity, lines, answer, wanted)
        response = JSONResponse(content)
        engine.metrics.inference(preprocess, answer.seconds, time.perf_counter() - scored)
        return response

    return router
