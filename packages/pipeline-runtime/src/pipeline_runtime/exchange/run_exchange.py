"""What one run exchanges with the portal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime.errors import TryAgain
from pipeline_runtime.exchange.patience import Patience
from pipeline_runtime.exchange.portal import Portal
from pipeline_runtime.exchange.transfer import OnBytes, fetch, send

_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".gz": "application/gzip",
}


@dataclass(frozen=True)
class SentFile:
    """A file that the portal has."""

    name: str
    size: int
    #: `sha256:…`
    digest: str


class RunExchange:
    """The files of one run at the portal."""

    def __init__(self, portal: Portal, run: str) -> None:
        self._portal = portal
        self._path = f"runs/{run}"

    def files(self) -> dict[str, SentFile]:
        """What has arrived, by name."""

        def attempt(_: Patience) -> Any:
            with self._portal.once("GET", f"{self._path}/files") as answer:
                answer.read()
                return answer.json()

        try:
            items = self._portal.patiently("list the files of the run", attempt)["items"]
            found = [SentFile(item["name"], int(item["size"]), item["digest"]) for item in items]
        except (ValueError, KeyError, TypeError) as error:
            raise TryAgain(
                "exchange-answer",
                f"The portal's list of files cannot be read ({type(error).__name__}).",
                "Look for a proxy between here and the portal.",
            ) from error
        return {file.name: file for file in found}

    def send(self, path: Path, name: str | None = None) -> None:
        """Upload a file."""
        name = name or path.name
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        send(self._portal, f"{self._path}/files/{name}", path, kind)

    def fetch(self, file: SentFile, target: Path) -> None:
        """Fetch a file that another worker sent."""
        fetch(self._portal, f"{self._path}/files/{file.name}", file.digest, target, file.name)

    def fetch_artifact(
        self, digest: str, target: Path, what: str, on_bytes: OnBytes | None = None
    ) -> None:
        """Fetch an input or a model."""
        fetch(self._portal, f"artifacts/{digest}", digest, target, what, on_bytes)

    def tell_progress(self, worker: int, value: dict[str, Any], seconds: float) -> None:
        """One try within so many seconds; raises `Transient` or `CannotStart`."""
        with self._portal.once(
            "PUT",
            f"{self._path}/progress?worker={worker}",
            headers={"content-type": "application/json"},
            content=json.dumps(value).encode("utf-8"),
            timeout=seconds,
        ) as answer:
            answer.read()
