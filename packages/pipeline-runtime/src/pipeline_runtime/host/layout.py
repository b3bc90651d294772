"""Where everything lies below the root folder of the agent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.host.errors import HostError

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# No "--", so that the last "--" of a program's name parts pipeline and release.
_RELEASE = re.compile(r"(?=.{1,63}\Z)[a-z0-9]+(?:[.-][a-z0-9]+)*")
# supervisord reads these as syntax of its configuration, or as a glob.
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f*?\[\]%;#\"'\\]")
# The kernel's limit for the path of a Unix socket is 107 bytes; supervisord appends ".<pid>".
_MAX_ROOT_BYTES = 107 - len("/supervisord.sock.4194304")


@dataclass(frozen=True)
class ReleaseLayout:
    """The files of one release of a pipeline."""

    pipeline: PipelineLayout
    name: str

    @property
    def dir(self) -> Path:
        return self.pipeline.dir / "releases" / self.name

    @property
    def program(self) -> str:
        """Name of the program and of its group in supervisord."""
        return f"{self.pipeline.name}--{self.name}"

    @property
    def conf(self) -> Path:
        return self.pipeline.host.conf_dir / f"{self.program}.conf"

    @property
    def document(self) -> Path:
        """What was asked for, without the spec: port, mode, secrets version, …"""
        return self.dir / "release.json"

    @property
    def asked_at_ns(self) -> int:
        """When the release was last asked for; 0 when that never came to an end."""
        try:
            return self.document.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    @property
    def spec(self) -> Path:
        return self.dir / "spec.json"

    @property
    def log(self) -> Path:
        return self.dir / "runtime.log"

    @property
    def outcome(self) -> Path:
        return self.dir / "outcome.json"

    @property
    def process(self) -> Path:
        """Record of the running process and of how often it was started."""
        return self.dir / "process.json"

    @property
    def control_socket(self) -> Path:
        return self.pipeline.run_dir / f"{self.name}.control.sock"


@dataclass(frozen=True)
class RunLayout:
    """The files of one run of a pipeline."""

    pipeline: PipelineLayout
    name: str

    @property
    def dir(self) -> Path:
        return self.pipeline.dir / "runs" / self.name

    @property
    def document(self) -> Path:
        """What was asked for, without the spec; a folder without it was never completed."""
        return self.dir / "run.json"

    @property
    def spec(self) -> Path:
        return self.dir / "spec.json"

    @property
    def input_dir(self) -> Path:
        return self.dir / "input"

    @property
    def lock(self) -> Path:
        """Held by the run's keeper for as long as it lives."""
        return self.dir / "lock"

    @property
    def process(self) -> Path:
        """Record of the keeper; its presence says that the run was started once."""
        return self.dir / "process.json"

    @property
    def cancelled(self) -> Path:
        """Somebody wants the run to end."""
        return self.dir / "cancelled"

    @property
    def outcome(self) -> Path:
        return self.dir / "outcome.json"

    @property
    def log(self) -> Path:
        return self.dir / "runtime.log"

    @property
    def work(self) -> Path:
        """Belongs to the user that the run runs as."""
        return self.dir / "work"

    @property
    def output(self) -> Path:
        return self.work / "output"

    @property
    def progress(self) -> Path:
        return self.work / "progress.json"

    @property
    def result(self) -> Path:
        return self.work / "result.json"


@dataclass(frozen=True)
class PipelineLayout:
    """The files of one pipeline."""

    host: HostLayout
    name: str

    @property
    def dir(self) -> Path:
        return self.host.root / "pipelines" / self.name

    @property
    def active(self) -> Path:
        """Holds the name of the release that has the traffic; the truth for every agent."""
        return self.dir / "active"

    @property
    def endpoint(self) -> Path:
        return self.dir / "endpoint.json"

    @property
    def api_keys(self) -> Path:
        return self.dir / "api-keys.json"

    @property
    def secrets_dir(self) -> Path:
        return self.dir / "secrets"

    @property
    def data(self) -> Path:
        return self.dir / "data"

    @property
    def run_dir(self) -> Path:
        """Sockets of the runtimes; apart from what the agent writes, as another user owns it."""
        return self.dir / "run"

    @property
    def lock(self) -> Path:
        # Outside the pipeline's folder: removing a pipeline must not remove a lock that is held.
        return self.host.root / "locks" / f"{self.name}.lock"

    def listener_socket(self, port: int) -> Path:
        """Where the running release hands over its listener; one per port, as ports may change."""
        return self.run_dir / f"listener-{port}.sock"

    def secrets(self, version: str) -> Path:
        return self.secrets_dir / f"{_checked(_RELEASE, version, 'secrets version')}.json"

    def release(self, name: str) -> ReleaseLayout:
        return ReleaseLayout(self, _checked(_RELEASE, name, "release"))

    def releases(self) -> list[ReleaseLayout]:
        """Every release with a folder, the one that was asked for last at the end."""
        folder = self.dir / "releases"
        if not folder.is_dir():
            return []
        names = [entry.name for entry in folder.iterdir() if _RELEASE.fullmatch(entry.name)]
        return sorted((ReleaseLayout(self, name) for name in names), key=lambda x: x.asked_at_ns)

    def run(self, name: str) -> RunLayout:
        return RunLayout(self, _checked(_RELEASE, name, "run"))

    def runs(self) -> list[RunLayout]:
        """Every run with a folder."""
        folder = self.dir / "runs"
        if not folder.is_dir():
            return []
        names = sorted(entry.name for entry in folder.iterdir())
        return [RunLayout(self, name) for name in names if _RELEASE.fullmatch(name)]


@dataclass(frozen=True)
class HostLayout:
    """The root folder of the agent.

    Raises:
        HostError: `root-unusable` when supervisord could not work with such a path.
    """

    root: Path

    def __post_init__(self) -> None:
        text = str(self.root)
        if not self.root.is_absolute() or _UNUSABLE.search(text):
            raise HostError(
                "root-unusable",
                f"The folder {text!r} cannot hold pipelines.",
                "Use an absolute path without quotes, backslashes or any of * ? [ ] % ; #.",
            )
        if len(text.encode()) > _MAX_ROOT_BYTES:
            raise HostError(
                "root-unusable",
                f"The path {text!r} is longer than the {_MAX_ROOT_BYTES} bytes "
                "that leave room for a Unix socket.",
                "Choose a shorter data folder.",
            )

    @property
    def conf(self) -> Path:
        return self.root / "supervisord.conf"

    @property
    def conf_dir(self) -> Path:
        return self.root / "conf.d"

    @property
    def socket(self) -> Path:
        return self.root / "supervisord.sock"

    @property
    def pid(self) -> Path:
        return self.root / "supervisord.pid"

    @property
    def log(self) -> Path:
        return self.root / "supervisord.log"

    def lock(self, name: str) -> Path:
        return self.root / "locks" / f".{name}.lock"

    def pipeline(self, name: str) -> PipelineLayout:
        return PipelineLayout(self, _checked(_NAME, name, "pipeline"))

    def pipelines(self) -> list[PipelineLayout]:
        folder = self.root / "pipelines"
        if not folder.is_dir():
            return []
        names = sorted(entry.name for entry in folder.iterdir())
        return [PipelineLayout(self, name) for name in names if _NAME.fullmatch(name)]


def release_layout_of(directory: Path) -> ReleaseLayout:
    """The layout that belongs to the folder of a release, as `launch` gets it."""
    pipeline = directory.parent.parent
    return HostLayout(pipeline.parent.parent).pipeline(pipeline.name).release(directory.name)


def run_layout_of(directory: Path) -> RunLayout:
    """The layout that belongs to the folder of a run, as its keeper gets it."""
    pipeline = directory.parent.parent
    return HostLayout(pipeline.parent.parent).pipeline(pipeline.name).run(directory.name)


def _checked(pattern: re.Pattern[str], value: str, what: str) -> str:
    if pattern.fullmatch(value):
        return value
    raise HostError(
        "invalid-name",
        f"{value!r} is not a usable name for a {what}.",
        "Use lower-case letters, digits and single dashes, 63 characters at most.",
    )
