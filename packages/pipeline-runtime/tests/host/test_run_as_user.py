"""Pipelines as another user than the portal, which takes root to set up."""

from __future__ import annotations

import json
import os
import pwd
import shutil

import psutil
import pytest
from host.support import FAKE_RUNTIME, Agent, AgentFailure, get

root_only = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root may start other users' programs"
)


@root_only
def test_runtime_runs_as_the_user_and_cannot_read_secret_files(agent: Agent) -> None:
    # Both have to be readable for that user.
    agent.root.chmod(0o711)
    script = agent.root / "fake_runtime.py"
    shutil.copy(FAKE_RUNTIME, script)
    script.chmod(0o644)
    agent.command = ["/usr/bin/python3", str(script)]
    user = pwd.getpwnam("nobody")
    given = {"env": {"TOKEN": "s3cret"}, "apiKeysSha256": ["0" * 64]}
    agent.run("secrets", "--pipeline", "p", "--version", "v1", stdin=json.dumps(given))

    agent.release("p", "r1", user="nobody", secretsVersion="v1")
    agent.release("p", "r2", user="nobody", secretsVersion="v1")

    port = agent.reserve("p")
    pid = get(port)["pid"]
    assert set(psutil.Process(pid).uids()) == {user.pw_uid}
    assert get(port, "/environment")["TOKEN"] == "s3cret"
    folder = agent.root / "pipelines/p"
    assert (folder / "secrets/v1.json").stat().st_uid == 0
    assert (folder / "secrets/v1.json").stat().st_mode & 0o077 == 0
    keys = (folder / "api-keys.json").stat()
    assert (keys.st_uid, keys.st_gid, keys.st_mode & 0o777) == (0, user.pw_gid, 0o640)
    assert (folder / "data").stat().st_uid == user.pw_uid


@root_only
def test_user_that_cannot_enter_the_folder_is_told_so(agent: Agent) -> None:
    with pytest.raises(AgentFailure) as failure:
        agent.release("p", "r1", user="nobody")
    assert failure.value.code == "user-locked-out"
    assert str(agent.root) in failure.value.error["message"]


def test_unknown_user_is_refused(agent: Agent) -> None:
    with pytest.raises(AgentFailure) as failure:
        agent.release("p", "r1", user="no-such-user")
    assert failure.value.code == "user-unknown"
