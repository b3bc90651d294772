"""Answers that say what is wrong, in the form `{"error": "…"}`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from pipeline_runtime.errors import CannotDo, NoSuchVersion, RuntimeFailure

#: Failures that pass by themselves.
_RETRY_SECONDS = {"learning": "5", "spool-full": "30", "overloaded": "1"}


class HttpError(Exception):
    """An answer with a status of 400 or more."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


def install_error_handlers(app: FastAPI) -> None:
    """Turn every failure into `{"error": "…"}`."""

    @app.exception_handler(HttpError)
    async def known(request: Request, error: HttpError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, error.status, error.headers)

    @app.exception_handler(RuntimeFailure)
    async def failure(request: Request, error: RuntimeFailure) -> JSONResponse:
        if isinstance(error, CannotDo):
            status = 404 if isinstance(error, NoSuchVersion) else 409
            return JSONResponse({"error": str(error)}, status)
        wait = _RETRY_SECONDS.get(error.code)
        if wait is None:
            return JSONResponse({"error": str(error)}, 500)
        return JSONResponse({"error": str(error)}, 503, {"retry-after": wait})

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": f"{where}: {first['msg']}."}, 400)

    @app.exception_handler(StarletteHTTPException)
    async def http(request: Request, error: StarletteHTTPException) -> JSONResponse:
        message = error.detail
        if error.status_code == 404:
            message = f"There is nothing at {request.url.path}. See /openapi.json."
        return JSONResponse({"error": message}, error.status_code, error.headers)


async def read_body(request: Request, limit: int, hint: str) -> bytes:
    """The body of a request; 413 as soon as it is larger than `limit` bytes."""
    declared = request.headers.get("content-length", "")
    too_large = HttpError(413, f"The request is larger than {limit // 1_048_576} MiB. {hint}")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    parts: list[bytes] = []
    size = 0
    stream: AsyncIterator[bytes] = request.stream()
    async for part in stream:
        size += len(part)
        if size > limit:
            raise too_large
        parts.append(part)
    return b"".join(parts)
