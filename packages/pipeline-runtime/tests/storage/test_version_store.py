"""Versions of models: one champion at any time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline_runtime.storage.version_store import VersionRecord, VersionStore

AT = "2026-01-01T00:00:00.000Z"


def record(version: str, fingerprint: str = "f") -> VersionRecord:
    return VersionRecord(
        version,
        fingerprint,
        "challenger",
        AT,
        100,
        0.5,
        "manual",
        window=(1.0, 2.0),
        run=f"r{version}",
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VersionStore]:
    made = VersionStore(tmp_path / "versions.db")
    yield made
    made.close()


def states(store: VersionStore) -> dict[str, str]:
    return {r.version: r.state for r in store.all()}


def test_a_champion_is_followed_by_its_challenger(store: VersionStore, tmp_path: Path) -> None:
    store.put_champion(record("1"), "replaced")
    store.put_challenger(record("2"), AT)
    store.promote("2", at=AT, by="gate", reason="Version 2 took its place.")
    again = VersionStore(tmp_path / "versions.db")
    champion = again.champion("f")
    assert champion is not None
    assert (champion.version, champion.promoted_by, champion.window) == ("2", "gate", (1.0, 2.0))
    first = again.get("1")
    assert first is not None
    assert (first.state, first.reason, first.retired_at) == (
        "archived",
        "Version 2 took its place.",
        AT,
    )
    assert again.challenger("f") is None
    assert again.trained_by("r2") == champion
    again.close()


def test_a_second_challenger_takes_the_place_of_the_first(store: VersionStore) -> None:
    store.put_champion(record("1"), "")
    store.put_challenger(record("2"), AT)
    store.put_challenger(record("3"), AT)
    assert states(store) == {"3": "challenger", "2": "rejected", "1": "champion"}


def test_a_roll_back_rejects_the_champion_and_the_challenger(store: VersionStore) -> None:
    store.put_champion(record("1"), "")
    for version in ("2", "3"):
        store.put_challenger(record(version), AT)
        if version == "2":
            store.promote(version, at=AT, by="gate", reason="")
    store.change("1", promoted_at=AT)
    assert [r.version for r in store.earlier_champions("f")] == ["1"]
    store.roll_back("1", at=AT, by="user:default/ada", reason="Too many alerts.")
    assert states(store) == {"3": "rejected", "2": "rejected", "1": "champion"}
    second, third = store.get("2"), store.get("3")
    assert second is not None
    assert third is not None
    assert (second.taken_back, second.reason) == (True, "Too many alerts.")
    assert (third.taken_back, third.reason) == (False, "Trained before the roll-back to version 1.")
    assert store.earlier_champions("f") == []


def test_each_graph_has_a_champion_of_its_own(store: VersionStore) -> None:
    store.put_champion(record("1", "f"), "")
    store.put_champion(record("2", "g"), "")
    assert states(store) == {"2": "champion", "1": "champion"}
    assert store.get("nonsense") is None
    store.forget(["1"])
    assert store.champion("f") is None
