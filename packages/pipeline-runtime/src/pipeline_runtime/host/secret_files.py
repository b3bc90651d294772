"""`mlpipe host secrets`: what a pipeline may know, on disk for its runtime alone."""

from __future__ import annotations

import contextlib
import json
import re
from typing import IO, Any

from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import write_json
from pipeline_runtime.host.folders import prepare_folders, write_shared
from pipeline_runtime.host.layout import HostLayout, PipelineLayout

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def write_secrets(layout: HostLayout, name: str, version: str, stream: IO[str]) -> dict[str, Any]:
    """Store secret values and hashes of keys, read as JSON; never echoes a value.

    Raises:
        HostError: `invalid-secrets`.
    """
    pipeline = layout.pipeline(name)
    path = pipeline.secrets(version)
    env, keys, management = _read(stream)
    prepare_folders(pipeline, None)
    pipeline.secrets_dir.mkdir(mode=0o700, exist_ok=True)
    write_json(path, {"env": env})
    write_shared(pipeline, pipeline.api_keys, {"sha256": keys, "management": management})
    return {"pipeline": name, "version": version, "names": sorted(env), "apiKeys": len(keys)}


def remove_secrets(layout: HostLayout, name: str, version: str | None) -> dict[str, Any]:
    """Delete one version of a pipeline's secrets, or all of them together with the API keys.

    No effect on what is gone already.
    """
    pipeline = layout.pipeline(name)
    if version is not None:
        paths = [pipeline.secrets(version)]
    else:
        paths = [*pipeline.secrets_dir.glob("*.json"), pipeline.api_keys]
    existed = any(path.exists() for path in paths)
    for path in paths:
        path.unlink(missing_ok=True)
    if version is None and not pipeline.active.exists() and not pipeline.releases():
        _forget_reservation(pipeline)
    return {"pipeline": name, "version": version, "removed": existed}


def _forget_reservation(pipeline: PipelineLayout) -> None:
    """Free the port of a pipeline that never ran, and delete its folders but for kept data."""
    pipeline.endpoint.unlink(missing_ok=True)
    for folder in (pipeline.run_dir, pipeline.secrets_dir, pipeline.data, pipeline.dir):
        with contextlib.suppress(OSError):
            folder.rmdir()


def prune_secrets(pipeline: PipelineLayout, version: str | None) -> None:
    """Delete the versions that are older than the one in use; none may be needed again."""
    if version is None:
        return
    used = pipeline.secrets(version).stat().st_mtime_ns
    for path in pipeline.secrets_dir.glob("*.json"):
        if path.stat().st_mtime_ns < used:
            path.unlink(missing_ok=True)


def _read(stream: IO[str]) -> tuple[dict[str, str], list[str], list[str]]:
    try:
        value = json.load(stream)
    except ValueError:
        # Without the cause: it could quote a secret.
        raise HostError("invalid-secrets", "The secrets on stdin are no JSON.") from None
    env = value.get("env", {}) if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(env, dict):
        raise _wrong_form()
    for key, secret in env.items():
        if not _ENV_NAME.fullmatch(key) or not isinstance(secret, str) or "\0" in secret:
            raise HostError("invalid-secrets", f"The secret {key!r} has a wrong name or type.")
    keys = _digests(value.get("apiKeysSha256", []))
    return env, keys, _digests(value.get("managementSha256", []))


def _digests(keys: object) -> list[str]:
    if not isinstance(keys, list):
        raise _wrong_form()
    if not all(isinstance(key, str) and _SHA256.fullmatch(key) for key in keys):
        raise HostError("invalid-secrets", "An API key's hash is no SHA-256 in lower-case hex.")
    return keys


def _wrong_form() -> HostError:
    return HostError(
        "invalid-secrets",
        "The secrets on stdin are not of the form "
        '{"env": {NAME: value}, "apiKeysSha256": [hash], "managementSha256": [hash]}.',
    )
