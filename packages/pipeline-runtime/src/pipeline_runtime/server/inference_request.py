"""Requests and answers of the Open Inference Protocol v2."""

from __future__ import annotations

import json
from typing import Any

from pipeline_runtime.engine.batcher import Answer
from pipeline_runtime.server.http_error import HttpError
from pipeline_runtime.server.json_body import parse_json

#: Lines of one request.
_MOST_LINES = 10_000


def parse_lines(body: bytes) -> tuple[str | None, list[str], set[str] | None]:
    """Id, lines and wanted outputs of a request."""
    parsed = parse_json(body.decode("utf-8", "replace"))
    request: dict[str, Any] = parsed if isinstance(parsed, dict) else {}
    inputs = request.get("inputs")
    if not isinstance(inputs, list):
        raise HttpError(400, 'The body needs "inputs": a list with the input "lines".')
    lines_input = next(
        (i for i in inputs if isinstance(i, dict) and i.get("name") == "lines"), None
    )
    if lines_input is None:
        raise HttpError(400, 'The input "lines" is missing.')
    if lines_input.get("datatype") != "BYTES":
        raise HttpError(400, 'The input "lines" must have the datatype "BYTES".')
    data = lines_input.get("data")
    if not isinstance(data, list) or not all(isinstance(line, str) for line in data):
        raise HttpError(400, 'The data of "lines" must be a list of strings, one per log line.')
    if not data:
        raise HttpError(400, 'The data of "lines" is empty. Send at least one log line.')
    if len(data) > _MOST_LINES:
        raise HttpError(
            413, f"{len(data)} lines are too many. Send at most {_MOST_LINES} in one request."
        )
    shape = lines_input.get("shape")
    if shape is not None and shape not in ([len(data)], [len(data), 1]):
        raise HttpError(400, f'The shape of "lines" is {shape}, but there are {len(data)} lines.')
    wanted = request.get("outputs")
    names = (
        {str(o.get("name")) for o in wanted if isinstance(o, dict)}
        if isinstance(wanted, list) and wanted
        else None
    )
    identity = request.get("id")
    return (identity if isinstance(identity, str) else None), data, names


def inference_answer(
    name: str,
    version: str,
    identity: str | None,
    lines: list[str],
    answer: Answer,
    wanted: set[str] | None,
) -> dict[str, Any]:
    """The body of an answer."""
    count = len(lines)
    outputs: list[dict[str, Any]] = []
    if wanted is None or "score" in wanted:
        outputs.append(
            {"name": "score", "shape": [count], "datatype": "FP64", "data": answer.scores}
        )
    if wanted is None or "anomaly" in wanted:
        outputs.append(
            {"name": "anomaly", "shape": [count], "datatype": "BOOL", "data": answer.anomalies}
        )
    if wanted is None or "explanation" in wanted:
        texts = [
            json.dumps(
                {
                    "line": line,
                    "source": "request",
                    "features": [contribution.as_json() for contribution in contributions],
                },
                ensure_ascii=False,
            )
            for line, contributions in zip(lines, answer.explanations, strict=True)
        ]
        outputs.append(
            {"name": "explanation", "shape": [count], "datatype": "BYTES", "data": texts}
        )
    body: dict[str, Any] = {"model_name": name, "model_version": version, "outputs": outputs}
    return body | ({"id": identity} if identity else {})
