"""`mlpipe job`: a batch, a training or a test whose files come from the portal, and go there."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import sys
from pathlib import Path

from pipeline_runtime.commands.exchange_arguments import add_exchange_arguments, portal_of
from pipeline_runtime.commands.run import apply_environment
from pipeline_runtime.commands.share import Share
from pipeline_runtime.errors import CannotStart, RuntimeFailure, TryAgain
from pipeline_runtime.exchange.run_exchange import RunExchange
from pipeline_runtime.exchange.transfer import check_digest, no_space
from pipeline_runtime.job.job import Job, JobTask
from pipeline_runtime.job.job_files import JobFiles
from pipeline_runtime.json_log import JsonLog, capture_library_logs
from pipeline_runtime.spec import read_spec
from pipeline_runtime.termination import tell_end

KINDS = ("batch", "training", "test")
#: What shells tell of a process that SIGTERM ended.
_CANCELLED = 143
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MOST_WORKERS = 64


class Cancelled(BaseException):
    """The process was told to end; no `Exception`, so that nobody handles it as a failure."""


def add_job_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--spec", type=Path, required=True, help="pipeline spec, JSON or YAML")
    parser.add_argument("--run", dest="run_id", required=True, help="id of the run at the portal")
    add_exchange_arguments(parser, required=True)
    parser.add_argument("--data-dir", type=Path, default=Path("/data"), help="scratch space")
    parser.add_argument("--input", help="digest of a file in the place of the source's, sha256:…")
    parser.add_argument("--input-name", default="input", help="how that file was called")
    parser.add_argument("--model", help="digest of a model to score with, sha256:…")
    parser.add_argument("--limit", type=int, default=100_000, help="events of a test at most")
    parser.add_argument("--of", type=int, default=1, help="workers that share the run")
    parser.add_argument(
        "--shard",
        type=int,
        help="number of this worker, from 0; default: JOB_COMPLETION_INDEX of an indexed Job",
    )
    parser.add_argument(
        "--merge", type=int, metavar="N", help="put together what N workers have left"
    )
    parser.add_argument("--secrets-fd", type=int, help="descriptor to read secrets from, once")


def run(arguments: argparse.Namespace) -> int:
    """Execute the run; the exit code."""
    # Whatever happens: what is half done is taken away, and the portal keeps what it has.
    ended: list[RuntimeFailure] = []

    def told_to_end(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Cancelled

    def run_ended(failure: RuntimeFailure) -> None:
        ended.append(failure)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, told_to_end)
    os.umask(0o077)
    log = JsonLog()
    try:
        try:
            _execute(arguments, log, run_ended)
        except MemoryError as error:
            raise TryAgain(
                "out-of-memory",
                "The run needs more memory than there is.",
                "Give the pipeline more memory, or the run less to do.",
            ) from error
        except OSError as error:
            raise no_space(error, "The run cannot go on") from error
    except Cancelled:
        if ended:
            raise ended[0] from None
        log.warning("Cancelled")
        tell_end(
            RuntimeFailure(
                "cancelled",
                "The run was told to end before it was done.",
                "Repeat the run, unless somebody cancelled it.",
            )
        )
        return _CANCELLED
    except RuntimeFailure as failure:
        log.error(f"{failure.message} {failure.hint}".strip(), node=failure.node, code=failure.code)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _execute(arguments: argparse.Namespace, log: JsonLog, run_ended: JobFiles.OnEnded) -> None:
    task = _task_of(arguments)
    apply_environment(task.spec, arguments.secrets_fd)
    capture_library_logs(log)
    with contextlib.closing(portal_of(arguments, log)) as portal:
        exchange = RunExchange(portal, arguments.run_id)
        with contextlib.closing(JobFiles(exchange, task.share.index, run_ended)) as files:
            Job(task, exchange, files, log).run()


def _task_of(arguments: argparse.Namespace) -> JobTask:
    if not _RUN.fullmatch(arguments.run_id):
        raise _usage(f"--run is {arguments.run_id!r}, which is no id of a run.")
    merge = arguments.merge
    of = arguments.of if merge is None else merge
    if not 1 <= of <= _MOST_WORKERS:
        raise _usage(f"{of} workers are asked for; there can be 1 to {_MOST_WORKERS}.")
    if of > 1 and arguments.kind == "test":
        raise _usage("A test cannot be shared.")
    index = 0
    if merge is None and of > 1:
        index = arguments.shard if arguments.shard is not None else _completion_index()
        if not 0 <= index < of:
            raise _usage(f"There is no worker {index} of {of}; they are numbered from 0.")
    return JobTask(
        kind=arguments.kind,
        spec=read_spec(arguments.spec),
        run=arguments.run_id,
        share=Share(index, of),
        merges=merge is not None,
        input=None if arguments.input is None else check_digest(arguments.input, "--input"),
        input_name=_file_name(arguments.input_name),
        # A CronJob cannot leave an option out: its Jobs are named a model when they begin.
        model=check_digest(arguments.model, "--model") if arguments.model else None,
        limit=arguments.limit,
        data_dir=arguments.data_dir,
    )


def _completion_index() -> int:
    text = os.environ.get("JOB_COMPLETION_INDEX", "")
    if not text.isdigit():
        raise _usage("--of needs --shard outside an indexed Job (JOB_COMPLETION_INDEX).")
    return int(text)


def _file_name(text: str) -> str:
    """A name that stays in its folder; its ending says how the file is compressed."""
    name = Path(text.replace("\\", "/")).name
    printable = "".join(c for c in name if c.isprintable())[-120:]
    return printable if printable.strip(".") else "input"


def _usage(message: str) -> CannotStart:
    return CannotStart("usage", message, f"Look at `{Path(sys.argv[0]).name} job --help`.")
