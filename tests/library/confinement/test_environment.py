"""Child processes are told what they need, and nothing that somebody else should not know."""

import os
import subprocess
import sys

import pytest

from desktop_app.library.confinement.environment import environment_of_a_child


def test_secrets_and_the_session_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "VISLUMBRE_STORE_TOKEN",
        "HF_TOKEN",
        "HF_ENDPOINT",
        "AWS_SESSION_TOKEN",
        "GITHUB_TOKEN",
        "http_proxy",
        "SSH_AUTH_SOCK",
        "DBUS_SESSION_BUS_ADDRESS",
        "XAUTHORITY",
        "XDG_RUNTIME_DIR",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "PYTHONSTARTUP",
        "PYTHONINSPECT",
        "LD_AUDIT",
        "GLIBC_TUNABLES",
    ):
        monkeypatch.setenv(name, "a-secret")
    assert "a-secret" not in environment_of_a_child({}).values()


def test_what_libraries_calculate_and_speak_with_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"LC_ALL": "C.UTF-8", "OPENBLAS_CORETYPE": "Haswell", "PYTHONHOME": "/python", "TZ": "UTC"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GRPC_TRACE", "all")
    child = environment_of_a_child({"TZ": "Europe/Berlin", "MORE": "1"})
    assert told.items() - child.items() == {("TZ", "UTC")}
    assert (child["TZ"], child["MORE"]) == ("Europe/Berlin", "1")
    assert "GRPC_TRACE" not in child
    assert environment_of_a_child({}, ("GRPC_",))["GRPC_TRACE"] == "all"


def test_python_finds_its_packages_with_it() -> None:
    asked = [sys.executable, "-P", "-c", "import PIL, numpy, sys; print(sys.prefix)"]
    done = subprocess.run(
        asked, env=environment_of_a_child({}), capture_output=True, text=True, check=True, cwd=os.sep
    )
    assert done.stdout.strip() == sys.prefix
