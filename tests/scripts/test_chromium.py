"""``scripts/chromium`` on machines of all kinds, with programs that only say they were called."""

import os
import shutil
import subprocess

import pytest


@pytest.fixture
def machine(repository, tmp_path):
    """Give a function that runs the script where only some programs are there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    calls = tmp_path / "calls"

    def run(*, user=0, apt_get=None, browser=None):
        programs = {"id": f"echo {user}"}
        if apt_get is not None:
            programs["apt-get"] = f'echo "$*" >>{calls}\n{apt_get}'
        if browser is not None:
            programs[browser] = "exit 1"
        for name, text in programs.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (folder / name).chmod(0o755)
        done = subprocess.run(
            [shutil.which("sh"), repository / "scripts" / "chromium"],
            env={"PATH": str(folder), "FOLDER": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        asked = calls.read_text("utf-8").splitlines() if calls.exists() else []
        return done, [line for line in asked if line]

    return run


def test_one_that_is_there_is_taken(machine):
    done, calls = machine(browser="chromium-browser", apt_get="exit 1")
    assert (done.returncode, calls) == (0, [])
    assert done.stdout.startswith("browser: /")
    assert done.stdout.endswith("/chromium-browser\n")


def test_debians_is_installed(machine):
    make = 'case "$*" in *install*) printf "" >"$FOLDER/chromium"; CHMOD;; esac'
    make = make.replace("CHMOD", f"{shutil.which('chmod')} +x $FOLDER/chromium")
    done, calls = machine(apt_get=make)
    assert done.returncode == 0
    assert [("update" in call, "chromium" in call) for call in calls] == [
        (True, False),
        (False, True),
    ]
    assert done.stdout.splitlines()[-1].endswith("/bin/chromium")


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({}, "there is no apt-get"),
        ({"user": 1000, "apt_get": "exit 0"}, "only root can install one"),
        ({"apt_get": "exit 100"}, "apt-get update fails"),
        ({"apt_get": 'case "$*" in *install*) exit 100;; esac'}, "install chromium fails"),
        ({"apt_get": "exit 0"}, "no program of that name"),
    ],
)
def test_one_line_says_why_there_is_none(machine, where, reason):
    done, _ = machine(**where)
    assert done.returncode == 0
    last = done.stdout.splitlines()[-1]
    assert reason in last
    assert "will be skipped" in last


@pytest.mark.skipif(not os.access("/bin/sh", os.X_OK), reason="no /bin/sh")
def test_ci_looks_for_it_before_the_tests(repository):
    lines = (repository / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines.index('step "browser" scripts/chromium') < lines.index('step "tests" scripts/test')
