"""`mlpipe serve` and `mlpipe stream`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from pipeline_runtime.commands.exchange_arguments import add_exchange_arguments, portal_of
from pipeline_runtime.engine.given_model import GivenModel
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.exchange.transfer import check_digest
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, capture_library_logs
from pipeline_runtime.server.process import PipelineProcess, ProcessOptions
from pipeline_runtime.spec import PipelineSpec, read_spec

#: Requests are answered while the stream computes: threads take turns more often than usual.
_SWITCH_SECONDS = 0.001


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of both commands."""
    parser.add_argument("--spec", type=Path, required=True, help="pipeline spec, JSON or YAML")
    parser.add_argument("--data-dir", type=Path, required=True, help="model, state and offsets")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on; 0: any free one")
    parser.add_argument("--control-socket", type=Path, help="Unix socket for the host")
    parser.add_argument("--listener-socket", type=Path, help="Unix socket that gives the listener")
    parser.add_argument("--standby", action="store_true", help="load, then wait for activation")
    parser.add_argument("--release", help="id of the release, for /status")
    parser.add_argument("--revision", type=int, help="revision of the spec, for /status")
    parser.add_argument("--secrets-fd", type=int, help="descriptor to read secrets from, once")
    parser.add_argument("--api-keys", type=Path, help='file with {"sha256": ["hex"]}')
    parser.add_argument(
        "--drain-seconds",
        type=float,
        default=0.0,
        help="answer for so long after SIGTERM, while load balancers look elsewhere",
    )
    parser.add_argument("--model", help="digest of a model to use from the start, sha256:…")
    add_exchange_arguments(parser, required=False)


def run(arguments: argparse.Namespace) -> int:
    """Run until the end of the process; the exit code."""
    spec = read_spec(arguments.spec)
    apply_environment(spec, arguments.secrets_fd)
    graph = Graph.build(spec)
    if graph.mode != arguments.command:
        raise CannotStart(
            "wrong-mode",
            f"The pipeline deploys with {graph.deploy.type_id}, which needs `{graph.mode}`.",
            f"Start it with `mlpipe {graph.mode}`.",
            graph.deploy.id,
        )
    # Lines of logs are nobody else's business.
    os.umask(0o077)
    log = JsonLog()
    capture_library_logs(log)
    sys.setswitchinterval(_SWITCH_SECONDS)
    options = ProcessOptions(
        data_dir=arguments.data_dir,
        host=arguments.host,
        port=arguments.port,
        control_socket=arguments.control_socket,
        listener_socket=arguments.listener_socket,
        standby=arguments.standby,
        release=arguments.release,
        revision=arguments.revision,
        api_keys=arguments.api_keys,
        drain_seconds=arguments.drain_seconds,
        model=_given_model(arguments, log),
    )

    async def start() -> None:
        await PipelineProcess(graph, options, log).run()

    asyncio.run(start())
    return 0


def _given_model(arguments: argparse.Namespace, log: JsonLog) -> GivenModel | None:
    if arguments.model is None:
        return None
    if arguments.exchange is None or arguments.token_file is None:
        raise CannotStart(
            "usage", "--model needs --exchange and --token-file.", "Give all of them, or none."
        )
    digest = check_digest(arguments.model, "--model")
    return GivenModel(portal_of(arguments, log), digest, log)


def apply_environment(spec: PipelineSpec, secrets_fd: int | None) -> None:
    """Set the variables of the pipeline, and its secrets."""
    os.environ.update(spec.environment)
    if secrets_fd is not None:
        os.environ.update(read_secrets(secrets_fd))


def read_secrets(descriptor: int) -> dict[str, str]:
    """Variables from `{"env": {"NAME": "value"}}`; the descriptor is closed."""
    try:
        with os.fdopen(descriptor, "rb") as file:
            secrets = json.loads(file.read())["env"]
        return {str(name): str(value) for name, value in secrets.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        # The content must not appear anywhere, so the cause is not chained.
        raise CannotStart(
            "secrets-unreadable",
            f"The secrets cannot be read ({type(error).__name__}).",
            'Pass {"env": {"NAME": "value"}} on the descriptor of --secrets-fd.',
        ) from None
