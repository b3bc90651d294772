"""The HTTP application, once for the public and once for the control socket."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from pipeline_runtime import __version__
from pipeline_runtime.engine.batcher import Batcher
from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.server.api_keys import ApiKeys
from pipeline_runtime.server.event_routes import event_routes
from pipeline_runtime.server.gate import Gate, Traffic
from pipeline_runtime.server.health_routes import health_routes
from pipeline_runtime.server.http_error import install_error_handlers
from pipeline_runtime.server.inference_routes import inference_routes
from pipeline_runtime.server.model_routes import model_routes
from pipeline_runtime.server.rate_limit import RateLimit
from pipeline_runtime.server.run_routes import run_routes


def create_app(
    engine: Engine,
    batcher: Batcher,
    traffic: Traffic,
    *,
    keys: ApiKeys | None,
    limit: RateLimit | None,
    management: ApiKeys | None = None,
    control: Sequence[APIRouter] = (),
) -> ASGIApp:
    """The application behind its gate; `keys` `None`: no key is needed.

    `management`: keys for models and runs; without, only the control socket may see them.
    `control`: more routes, for the control socket. Its requests are those of the host, and stay
    out of the metrics.
    """
    app = FastAPI(
        title=engine.graph.spec.title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
    )
    install_error_handlers(app)
    for router in (
        health_routes(engine, traffic),
        inference_routes(engine, batcher),
        event_routes(engine),
        model_routes(engine),
        run_routes(engine),
        *control,
    ):
        app.include_router(router)
    metrics = None if control else engine.metrics
    if management is None and not control:
        management = ApiKeys(None)
    return Gate(
        app, metrics=metrics, traffic=traffic, keys=keys, limit=limit, management=management
    )
