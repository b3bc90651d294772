"""Why the process ended, for whoever started its container (`terminationMessagePath`)."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from pipeline_runtime.errors import RuntimeFailure, SpecInvalid

#: Kubelets keep so much of it; JSON that was cut would say nothing.
_MOST_BYTES = 4096
_SHORTENED = 1000


def tell_end(failure: RuntimeFailure) -> None:
    """Write `{"error": …}` where a container runtime looks for it; nothing anywhere else."""
    path = Path(os.environ.get("MLPIPE_TERMINATION_LOG", "/dev/termination-log"))
    # Only containers have that file, and making one would leave something behind elsewhere.
    if not path.is_file():
        return
    with contextlib.suppress(OSError):
        path.write_bytes(_encoded(failure))


def failure_of(error: SpecInvalid) -> RuntimeFailure:
    """A wrong spec as one failure: the first problem, and how many there are."""
    problems = [problem for problem in error.problems if problem.severity == "error"]
    first = problems[0]
    more = f" There are {len(problems)} problems in all." if len(problems) > 1 else ""
    return RuntimeFailure("spec-invalid", first.message + more, first.hint, first.node)


def _encoded(failure: RuntimeFailure) -> bytes:
    document: dict[str, Any] = failure.as_json()
    text = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    if len(text) <= _MOST_BYTES:
        return text
    error = document["error"]
    for name in ("message", "hint"):
        error[name] = str(error[name])[:_SHORTENED]
    # Escaped, a character has six bytes at most; this never has more than 4096 in all.
    text = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    if len(text) <= _MOST_BYTES:
        return text
    error["message"], error["hint"] = error["message"][:300], error["hint"][:300]
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
