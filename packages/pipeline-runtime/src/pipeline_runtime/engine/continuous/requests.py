"""What people ask of the models; each is carried out between two batches."""

from __future__ import annotations

from pipeline_runtime.engine.continuous.lifecycle import Lifecycle
from pipeline_runtime.engine.models import Models
from pipeline_runtime.errors import CannotDo, NoSuchVersion
from pipeline_runtime.storage.version_store import VersionRecord


class Requests:
    """Called from any thread; raises `CannotDo` where a request does not fit."""

    def __init__(self, lifecycle: Lifecycle, models: Models) -> None:
        self._lifecycle = lifecycle
        self._models = models
        self._call = lifecycle.commands.call

    def retrain(self, trigger: str, by: str | None) -> None:
        """Begin a training."""
        self._call(lambda: self._lifecycle.train(trigger, by))

    def promote(self, version: str, by: str) -> None:
        """Make a version the champion, whatever the gate said."""

        def action() -> None:
            record = self._known(version)
            if record.state == "champion":
                raise CannotDo(
                    "is-champion", f"Version {version} is the champion already.", "Do nothing."
                )
            if record.taken_back:
                raise CannotDo(
                    "taken-back",
                    f"Version {version} was taken back: {record.reason}",
                    "Train again instead.",
                )
            self._lifecycle.promote(version, by)

        self._call(action)

    def reject(self, version: str, by: str, reason: str | None) -> None:
        """Give up on the challenger."""

        def action() -> None:
            record = self._known(version)
            if record.state != "challenger":
                raise CannotDo(
                    "no-challenger",
                    f"Version {version} is no challenger, but {record.state}.",
                    "Only a challenger can be rejected; roll back to replace the champion.",
                )
            self._lifecycle.reject(version, reason or f"Rejected by {by}.")

        self._call(action)

    def roll_back(self, version: str | None, by: str, reason: str | None) -> None:
        """Take the champion back, and put an earlier one in its place."""

        def action() -> None:
            target = self._earlier(version)
            self._lifecycle.roll_back(target.version, by, reason or f"Taken back by {by}.")

        self._call(action)

    def _earlier(self, version: str | None) -> VersionRecord:
        if version is not None:
            record = self._known(version)
            if record.state != "archived":
                raise CannotDo(
                    "not-earlier",
                    f"Version {version} is {record.state}, and no earlier champion.",
                    "Name an archived version, or none for the last one.",
                )
            return record
        for record in self._models.versions.earlier_champions(self._models.fingerprint):
            if self._models.store.has(record.version):
                return record
        raise CannotDo(
            "no-earlier",
            "There is no earlier champion to go back to.",
            "Train again, or deploy an earlier revision.",
            self._models.graph.model.id,
        )

    def _known(self, version: str) -> VersionRecord:
        record = self._models.versions.get(version)
        if record is None or record.fingerprint != self._models.fingerprint:
            raise NoSuchVersion(
                "no-such-version",
                f'There is no version "{version}" of this model.',
                "Look at GET /models for the versions that there are.",
            )
        if not self._models.store.has(version):
            raise CannotDo(
                "files-gone",
                f"The files of version {version} are no longer kept.",
                "Choose a later version, or train again.",
            )
        return record
