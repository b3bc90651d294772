"""Options of every command that exchanges files with the portal."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline_runtime.exchange.portal import PATIENCE, Portal
from pipeline_runtime.json_log import JsonLog


def add_exchange_arguments(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Where the exchange is, and what opens it."""
    parser.add_argument("--exchange", required=required, help="base URL of the pipeline's exchange")
    parser.add_argument("--token-file", type=Path, required=required, help="the workload token")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        help="seconds for which a portal that is away is waited for",
    )


def portal_of(arguments: argparse.Namespace, log: JsonLog) -> Portal:
    """As the command line says."""
    return Portal(arguments.exchange, arguments.token_file, log, patience=arguments.patience)
