"""`mlpipe host reserve`: the address of a pipeline, kept for as long as it exists."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_json, write_json
from pipeline_runtime.host.folders import prepare_folders
from pipeline_runtime.host.layout import HostLayout, PipelineLayout
from pipeline_runtime.host.locks import exclusive
from pipeline_runtime.host.processes import listens_on

DEFAULT_HOST = "127.0.0.1"
DEFAULT_RANGE = (18000, 18999)


def reserve(
    layout: HostLayout, name: str, host: str, port: int | None, port_range: tuple[int, int]
) -> dict[str, Any]:
    """Choose, or keep, the port of a pipeline.

    Args:
        layout: The root folder.
        name: The pipeline.
        host: Address that the port must be free on.
        port: The port the user wants; None = any of the range.
        port_range: First and last port to choose from.

    Raises:
        HostError: `port-taken` for a wanted port, `no-free-port` when the range is used up.
    """
    pipeline = layout.pipeline(name)
    prepare_folders(pipeline, None)
    with exclusive(layout.lock("ports"), 30):
        kept = read_json(pipeline.endpoint) or {}
        others = _ports_of_others(layout, pipeline)
        if port is not None:
            chosen = port
            _require(pipeline, host, port, others)
        elif _reusable(pipeline, host, kept, others):
            chosen = int(kept["port"])
        else:
            chosen = _first_free(host, port_range, others)
        found = {"host": host, "port": chosen, "endpoint": endpoint_url(host, chosen)}
        if kept != {**found, "fixed": port is not None}:
            write_json(pipeline.endpoint, {**found, "fixed": port is not None}, 0o644)
    return found


def endpoint_url(host: str, port: int) -> str:
    """URL under which this machine reaches an address that a runtime listens on."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def is_free(host: str, port: int) -> bool:
    """Whether nothing listens on an address now."""
    with contextlib.suppress(OSError):
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the runtime does: closed connections in TIME_WAIT do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return True
    return False


def _require(pipeline: PipelineLayout, host: str, port: int, others: dict[int, str]) -> None:
    if port in others:
        raise HostError(
            "port-taken",
            f"Port {port} belongs to the pipeline {others[port]!r}.",
            "Choose another port, or leave it empty to get a free one.",
        )
    if not is_free(host, port) and not _own(pipeline, port):
        raise HostError(
            "port-taken",
            f"Another program uses port {port} on {host}, or the address is not of this machine.",
            "Choose another port, or leave it empty to get a free one.",
        )


def _reusable(
    pipeline: PipelineLayout, host: str, kept: dict[str, Any], others: dict[int, str]
) -> bool:
    port = kept.get("port")
    if not isinstance(port, int) or kept.get("host") != host or port in others:
        return False
    return is_free(host, port) or _own(pipeline, port)


def _own(pipeline: PipelineLayout, port: int) -> bool:
    return any(listens_on(release, port) for release in pipeline.releases())


def _first_free(host: str, port_range: tuple[int, int], others: dict[int, str]) -> int:
    first, last = port_range
    for port in range(first, last + 1):
        if port not in others and is_free(host, port):
            return port
    raise HostError(
        "no-free-port",
        f"No port from {first} to {last} is free on {host}.",
        "Widen `portRange` of the local target, or delete pipelines.",
    )


def _ports_of_others(layout: HostLayout, pipeline: PipelineLayout) -> dict[int, str]:
    found = {}
    for other in layout.pipelines():
        port = (read_json(other.endpoint) or {}).get("port")
        if other != pipeline and isinstance(port, int):
            found[port] = other.name
    return found
