"""What earlier trainings led to, as far as it decides about the next one."""

from __future__ import annotations

from datetime import datetime

from pipeline_runtime.storage.model_store import ModelStore
from pipeline_runtime.storage.run_store import RunStore
from pipeline_runtime.storage.version_store import VersionRecord, VersionStore

#: Records beyond these are deleted, unless their files are kept.
_KEPT_RECORDS = 50
#: Versions whose files are kept, besides champion, challenger and what can be rolled back to.
_KEPT_FILES = 6
#: Earlier champions that can be rolled back to.
_KEPT_EARLIER = 2
#: Champions of other graphs, for a return to an earlier revision.
_KEPT_GRAPHS = 2


class History:
    """Read again after every change; small enough for that."""

    def __init__(
        self, fingerprint: str, versions: VersionStore, store: ModelStore, runs: RunStore
    ) -> None:
        self._fingerprint = fingerprint
        self._versions = versions
        self._store = store
        self._runs = runs
        #: When the latest training ended; seconds since the epoch.
        self.last_training = 0.0
        #: Trainings in a row after which the champion stayed, or came back.
        self.in_vain = 0

    def refresh(self) -> None:
        """Look at the runs and versions again."""
        champion = self._versions.champion(self._fingerprint)
        last = _seconds(champion.trained_at) if champion else 0.0
        in_vain, counting = 0, True
        for run in self._runs.all():
            if run.fingerprint != self._fingerprint or not run.final:
                continue
            last = max(last, _seconds(run.finished_at or run.created_at))
            version = self._versions.get(run.model) if run.model else None
            if version and version.promoted_at is not None and not version.taken_back:
                counting = False
            elif counting:
                in_vain += 1
        self.last_training, self.in_vain = last, in_vain

    def prune(self) -> None:
        """Delete what nobody needs any more."""
        records = self._versions.all()
        kept = {record.version for record in records[:_KEPT_FILES]} | self._in_use(records)
        self._store.prune({record.version for record in records}, kept)
        old = [record.version for record in records[_KEPT_RECORDS:]]
        self._versions.forget([version for version in old if version not in kept])

    def _in_use(self, records: list[VersionRecord]) -> set[str]:
        mine = [r for r in records if r.fingerprint == self._fingerprint]
        used = {r.version for r in mine if r.state in ("champion", "challenger")}
        earlier = self._versions.earlier_champions(self._fingerprint)
        used |= {record.version for record in earlier[:_KEPT_EARLIER]}
        others = [
            r.version
            for r in records
            if r.fingerprint != self._fingerprint and r.state == "champion"
        ]
        return used | set(others[:_KEPT_GRAPHS])


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
