"""The commands of `mlpipe host`."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline_runtime.host.converge import converge_all
from pipeline_runtime.host.document import ReleaseDocument
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.launch import launch
from pipeline_runtime.host.layout import HostLayout
from pipeline_runtime.host.ports import DEFAULT_HOST, DEFAULT_RANGE, reserve
from pipeline_runtime.host.processes import end_leftover
from pipeline_runtime.host.program import STOP_WAIT_SECONDS
from pipeline_runtime.host.release import release_pipeline
from pipeline_runtime.host.remove import remove_pipeline
from pipeline_runtime.host.run_document import RunDocument
from pipeline_runtime.host.run_keeper import keep_run
from pipeline_runtime.host.runs import cancel_run, end_run, remove_run, run_status, start_run
from pipeline_runtime.host.secret_files import remove_secrets, write_secrets
from pipeline_runtime.host.shield import shielded
from pipeline_runtime.host.status import host_status
from pipeline_runtime.host.supervisor import Supervisor


def main(argv: list[str]) -> int:
    """Run one command; prints one JSON document, or the error as the last line of stderr."""
    options = _parser().parse_args(argv)
    try:
        if options.command == "launch":
            launch(options.directory)
        if options.command == "keep-run":
            return keep_run(options.directory)
        _stop_on_signals()
        if options.command == "release" and (code := shielded()) is not None:
            return code
        run: Callable[[argparse.Namespace, HostLayout], dict[str, Any]] = options.run
        result = run(options, HostLayout(options.root.absolute()))
    except HostError as error:
        for line in error.log:
            # What the runtime ended with is what is said last.
            if not line.startswith('{"error"'):
                sys.stderr.write(line + "\n")
        sys.stderr.write(json.dumps({"error": error.to_dict()}, ensure_ascii=False) + "\n")
        # As the runtime does when it cannot start (see `launch`).
        return 3 if options.command == "launch" else 1
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 0


def _stop_on_signals() -> None:
    """Let an interrupted command roll back before it ends."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        # Once: a second signal must not break the roll-back.
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, signal.SIG_IGN)
        raise HostError("interrupted", f"The agent was ended by {signal.Signals(number).name}.")

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)


def _up(_: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    supervisor = Supervisor(layout)
    layout.root.mkdir(mode=0o711, parents=True, exist_ok=True)
    started = supervisor.ensure_running()
    pipelines = converge_all(supervisor, layout.pipelines())
    return {"supervisor": {"pid": supervisor.pid(), "started": started}, "pipelines": pipelines}


def _down(_: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    Supervisor(layout).shut_down()
    for pipeline in layout.pipelines():
        for run in pipeline.runs():
            end_run(run)
        for release in pipeline.releases():
            end_leftover(release, STOP_WAIT_SECONDS)
    return {"supervisor": {"pid": None}}


def _status(options: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    return host_status(layout, options.pipeline)


def _reserve(options: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    return reserve(layout, options.pipeline, options.host, options.port, options.port_range)


def _release(options: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    document = ReleaseDocument.from_environment()
    return release_pipeline(layout, options.pipeline, document, options.lock_timeout)


def _remove(options: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    return remove_pipeline(layout, options.pipeline, options.keep_data, options.lock_timeout)


def _secrets(options: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    if options.remove:
        return remove_secrets(layout, options.pipeline, options.version)
    if options.version is None:
        raise HostError("invalid-secrets", "The version of the secrets is missing (--version).")
    return write_secrets(layout, options.pipeline, options.version, sys.stdin)


def _run(options: argparse.Namespace, layout: HostLayout) -> dict[str, Any]:
    run = layout.pipeline(options.pipeline).run(options.run_id)
    if options.action == "start":
        return start_run(run, RunDocument.read(sys.stdin))
    if options.action == "cancel":
        cancel_run(run)
    elif options.action == "remove":
        return {"run": run.name, "removed": remove_run(run)}
    return run_status(run)


def _port_range(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no range of ports such as 18000-18999")
    return int(found[1]), int(found[2])


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "mlpipe host", description="Run releases of pipelines on this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    def argument(added: argparse.ArgumentParser, flag: str, variable: str, **more: Any) -> None:
        # From the environment, because Terraform's provisioners pass arguments to nothing else.
        default = os.environ.get(variable)
        added.add_argument(flag, default=default, required=default is None, **more)

    def command(
        name: str, run: Callable[..., dict[str, Any]], text: str, pipeline: bool = True
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        argument(added, "--root", "MLPIPE_ROOT", type=Path, help="folder that holds everything")
        if pipeline:
            argument(added, "--pipeline", "MLPIPE_PIPELINE", help="name of the pipeline")
        added.set_defaults(run=run)
        return added

    command("up", _up, "Start supervisord and the active releases.", pipeline=False)
    command("down", _down, "Stop everything; `up` brings it back.", pipeline=False)
    status = command("status", _status, "Show what is active and what runs.", pipeline=False)
    status.add_argument("--pipeline", help="show this pipeline only")
    ports = command("reserve", _reserve, "Choose or keep the port of a pipeline.")
    ports.add_argument("--host", default=DEFAULT_HOST, help="address to listen on")
    ports.add_argument("--port", type=_port, help="the port; default: any free one")
    ports.add_argument("--port-range", type=_port_range, default=DEFAULT_RANGE, metavar="A-B")
    release = command("release", _release, "Run the release described in MLPIPE_RELEASE.")
    remove = command("remove", _remove, "Stop a pipeline and delete its files.")
    remove.add_argument(
        "--keep-data",
        action="store_true",
        # A destroy provisioner knows nothing of the plan that runs it, only its environment.
        default=os.environ.get("MLPIPE_KEEP_DATA") == "1",
        help="keep its model and results",
    )
    for added in (release, remove):
        added.add_argument("--lock-timeout", type=float, default=120.0, metavar="SECONDS")
    secrets = command("secrets", _secrets, "Store secrets, read from stdin as JSON.")
    secrets.add_argument("--version", help="needed unless all are removed")
    secrets.add_argument("--remove", action="store_true", help="delete this version, or all")
    run = command("run", _run, "Start, look at, stop or delete one run of a pipeline.")
    run.add_argument("action", choices=("start", "status", "cancel", "remove"))
    run.add_argument("--run", dest="run_id", required=True, help="id of the run")
    keeper = commands.add_parser("keep-run", help="(for `run start`) look after a run")
    keeper.add_argument("directory", type=Path)
    internal = commands.add_parser("launch", help="(for supervisord) become a runtime")
    internal.add_argument("directory", type=Path)
    return parser
