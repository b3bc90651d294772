"""The command `mlpipe`.

Exit codes: 0 done, 1 crash, 2 the spec is wrong (problems as JSON on stderr), 3 it cannot start
or go on (`{"error": …}` as the last line of stderr), 75 the machine or the network is to blame, so
that another try may succeed, 143 told to end by SIGTERM. In a container the failure is also the
termination message.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable

from pipeline_runtime import __version__
from pipeline_runtime.cpu_limit import limit_threads
from pipeline_runtime.errors import RuntimeFailure, SpecInvalid, TryAgain
from pipeline_runtime.termination import failure_of, tell_end

#: `EX_TEMPFAIL` of sysexits.h.
_TRY_AGAIN = 75
#: As a shell tells the end by SIGTERM.
_TERMINATED = 143


def main(argv: list[str] | None = None) -> int:
    """Run a subcommand; its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["host"]:
        host = importlib.import_module("pipeline_runtime.host.cli")
        return int(host.main(arguments[1:]))
    if os.getpid() == 1:
        # The kernel gives the first process of a container no default action for a signal.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    limit_threads()
    parsed = _parser().parse_args(arguments)
    try:
        return _command(parsed.command)(parsed)
    except SpecInvalid as error:
        problems = [problem.as_json() for problem in error.problems]
        _stderr({"problems": problems})
        tell_end(failure_of(error))
        return 2
    except TryAgain as failure:
        _failed(failure)
        return _TRY_AGAIN
    except RuntimeFailure as failure:
        _failed(failure)
        return 1 if failure.code == "crash" else 3
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        traceback.print_exc()
        hint = "This is a defect of the runtime: report it with the lines above."
        _failed(RuntimeFailure("crash", f"{type(error).__name__}: {error}", hint))
        return 1


def _parser() -> argparse.ArgumentParser:
    from pipeline_runtime.commands.batch import add_batch_arguments
    from pipeline_runtime.commands.run import add_run_arguments
    from pipeline_runtime.commands.run_files import add_run_file_arguments
    from pipeline_runtime.job.command import add_job_arguments

    parser = argparse.ArgumentParser(prog="mlpipe", description="Runs ML pipeline specs.")
    parser.add_argument("--version", action="version", version=f"mlpipe {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    add_run_arguments(commands.add_parser("serve", help="learn, then answer scoring requests"))
    add_run_arguments(commands.add_parser("stream", help="learn, then score a stream"))
    add_batch_arguments(commands.add_parser("batch", help="score all of a source into a file"))
    add_job_arguments(commands.add_parser("job", help="a run whose files are at the portal"))
    train = commands.add_parser("train", help="train, write an MLflow model")
    test = commands.add_parser("test", help="try a pipeline on a sample, write a report")
    for command in (train, test):
        command.add_argument("--spec", required=True, help="pipeline spec, JSON or YAML")
        command.add_argument(
            "--data", help="file with one event a line; default: the source of the pipeline"
        )
        add_run_file_arguments(command)
    train.add_argument("--output", required=True, help="directory of the model")
    train.add_argument("--archive", help="also as one file, .tar.gz")
    train.add_argument("--data-dir", help="also for the runs of a batch, whose models are there")
    test.add_argument("--limit", type=int, default=100_000, help="events to read at most")
    test.add_argument("--report", help="file for the report; default: stdout")
    commands.add_parser("nodes", help="print the node types")
    validate = commands.add_parser("validate", help="check a spec")
    validate.add_argument("--spec", required=True, help="pipeline spec, JSON or YAML")
    commands.add_parser("host", help="agent of the local target; see `mlpipe host --help`")
    return parser


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """Commands are loaded when they are used, so that the others start fast."""
    module = {"serve": "commands.run", "stream": "commands.run", "job": "job.command"}.get(name)
    loaded = importlib.import_module(f"pipeline_runtime.{module or f'commands.{name}'}")
    command: Callable[[argparse.Namespace], int] = loaded.run
    return command


def _failed(failure: RuntimeFailure) -> None:
    _stderr(failure.as_json())
    tell_end(failure)


def _stderr(document: dict[str, object]) -> None:
    sys.stderr.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stderr.flush()
