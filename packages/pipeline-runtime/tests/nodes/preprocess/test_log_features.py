"""Features of real kinds of lines."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pipelines import events
from sshd_log import sshd_log

from pipeline_runtime.logs.columns import ALL_COLUMNS, GROUPS
from pipeline_runtime.nodes.preprocess.log_features import LogFeatures
from pipeline_runtime.ports import Features, LogEvents

LINES = [line for line, _ in sshd_log(3000, seed=3, year=True)]
FAILED = "2024-05-03T10:00:{:02d}+00:00 bastion sshd[77]: Failed password for root from 9.9.9.9"


def trained(**parameters: object) -> LogFeatures:
    node = LogFeatures("features", parameters)
    node.learn({"events": events(LINES[:1000])})
    return node


def features(node: LogFeatures, lines: list[str], *, sample: bool = False) -> Features:
    method = node.sample if sample else node.process
    result = method({"events": events(lines)})["features"]
    assert isinstance(result, Features)
    return result


def column(result: Features, name: str) -> list[float]:
    place = [c.name for c in result.columns].index(name)
    return [result.columns[place].display(value) for value in result.values[:, place]]


def test_the_batches_do_not_matter() -> None:
    whole = features(trained(), LINES[1000:])
    node = trained()
    parts = [features(node, LINES[i : i + 7]).values for i in range(1000, 3000, 7)]
    np.testing.assert_array_equal(np.concatenate(parts), whole.values)
    assert np.isfinite(whole.values).all()


def test_the_state_survives_a_restart_to_the_last_bit() -> None:
    node = trained()
    features(node, LINES[1000:1500])
    live = json.loads(json.dumps(node.save_live()))
    saved = node.save()
    other = LogFeatures("features", {})
    other.load(type(saved)(json.loads(json.dumps(saved.values)), saved.arrays))
    other.load_live(live)
    np.testing.assert_array_equal(
        features(other, LINES[1500:]).values, features(node, LINES[1500:]).values
    )


def test_failures_of_one_address_add_up() -> None:
    result = features(trained(), [FAILED.format(second) for second in range(30)])
    assert column(result, "source_failures")[0] == pytest.approx(1)
    assert column(result, "source_failures")[-1] == pytest.approx(30)
    assert column(result, "source_failure_ratio")[-1] > 0.9
    assert column(result, "source_gap_seconds")[-1] == pytest.approx(1)


def test_a_session_is_known_by_its_process_id() -> None:
    lines = [
        FAILED.format(1),
        "2024-05-03T10:00:02+00:00 bastion sshd[77]: error: maximum exceeded",
    ]
    assert column(features(trained(), lines), "source_failures")[-1] == pytest.approx(2)


def test_what_was_never_seen_is_rare_and_becomes_usual() -> None:
    line = "2024-05-03T10:00:{:02d}+00:00 bastion kernel: zorp flux capacitor overheated"
    result = features(trained(), [line.format(second) for second in range(40)])
    assert column(result, "new_words")[:2] == [4, 0]
    rarity = column(result, "message_rarity")
    assert rarity[0] > 10
    assert rarity[0] > rarity[1] > rarity[-1]


def test_training_lines_are_compared_with_the_others() -> None:
    node = LogFeatures("features", {})
    lone = "2024-05-01T09:00:00+00:00 bastion oddity: never said again"
    result = node.learn({"events": events([*LINES[:500], lone, *LINES[500:999]])})["features"]
    assert isinstance(result, Features)
    assert column(result, "message_rarity")[500] == max(column(result, "message_rarity"))
    assert column(result, "new_words")[500] >= 3


def test_samples_change_nothing_and_stand_for_themselves() -> None:
    node = trained()
    before = json.dumps(node.save_live())
    lines = [FAILED.format(second) for second in range(10)]
    first = features(node, lines, sample=True)
    assert json.dumps(node.save_live()) == before
    np.testing.assert_array_equal(features(node, lines, sample=True).values, first.values)
    assert column(first, "source_failures")[-1] == pytest.approx(10)


def test_groups_of_one_batch_do_not_mix() -> None:
    node = trained()
    lines = [FAILED.format(second) for second in range(6)]
    grouped = events(lines)
    grouped.groups = (4, 2)
    result = node.sample({"events": grouped})["features"]
    assert isinstance(result, Features)
    assert column(result, "source_failures") == pytest.approx([1, 2, 3, 4, 1, 2])


def test_hours_count_only_when_a_day_was_seen() -> None:
    assert set(column(features(trained(), LINES[1000:1010]), "hour_rarity")) == {0.0}
    node = LogFeatures("features", {})
    hours = [
        f"2024-05-{day:02d}T{hour:02d}:{minute:02d}:00+00:00 h app: tick"
        for day in (1, 2, 3)
        for hour in range(8, 18)
        for minute in range(0, 60, 10)
    ]
    node.learn({"events": events(hours)})
    day, night = "2024-05-04T10:00:00+00:00 h app: tick", "2024-05-05T03:00:00+00:00 h app: tick"
    rarity = column(features(node, [day, night]), "hour_rarity")
    assert rarity[1] > rarity[0] + 3


def test_only_the_chosen_groups_are_there() -> None:
    node = trained(groups=["rate", "time"])
    result = features(node, LINES[1000:1002])
    assert result.columns == GROUPS["rate"] + GROUPS["time"]
    assert result.values.shape == (2, len(result.columns))
    assert len(ALL_COLUMNS) == sum(len(group) for group in GROUPS.values())


def test_long_lines_are_cut() -> None:
    result = features(trained(maxLineLength=256), ["y" * 100_000])
    assert column(result, "length")[0] == pytest.approx(256)


@pytest.mark.parametrize(
    "make",
    [
        lambda i: (
            f"10.0.0.{i % 9} - - [01/May/2024:10:{i // 60:02d}:{i % 60:02d} +0000] "
            f'"GET /p/{i} HTTP/1.1" {200 if i < 290 else 500} 12 "-" "curl"'
        ),
        lambda i: json.dumps(
            {"time": f"2024-05-01T10:{i // 60:02d}:{i % 60:02d}Z", "level": "info", "msg": "hello"}
            if i < 290
            else {"time": "2024-05-01T10:05:00Z", "level": "error", "msg": "broken pipe"}
        ),
        lambda i: (
            f"<{30 if i < 290 else 27}>1 2024-05-01T10:{i // 60:02d}:{i % 60:02d}Z h a - - - m"
        ),
    ],
    ids=["access log", "JSON lines", "RFC 5424"],
)
def test_failures_are_seen_in_every_format(make: object) -> None:
    assert callable(make)
    node = LogFeatures("features", {})
    node.learn({"events": events([make(i) for i in range(200)])})
    result = features(node, [make(i) for i in range(200, 300)])
    severity = column(result, "severity")
    assert set(severity[:90]) == {0.0}
    assert set(severity[90:]) == {2.0}
    assert column(result, "message_rarity")[90] > max(column(result, "message_rarity")[:90])
    assert column(result, "all_failures")[-1] == pytest.approx(10, abs=1)


def test_lines_without_a_time_are_counted_when_they_arrived() -> None:
    lines = ["worker says hello"] * 200

    def rate(arrivals: list[float]) -> float:
        node = LogFeatures("features")
        together = LogEvents(lines, ["a"] * 200, arrivals[-1], arrivals=arrivals)
        result = node.learn({"events": together})["features"]
        assert isinstance(result, Features)
        return column(result, "host_events")[-1]

    assert rate([1000.0] * 200) == pytest.approx(200)
    assert rate([1000.0 + 30 * n for n in range(200)]) < 4
