"""Signs programs for Windows where there is a certificate, and says so where there is none."""

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from steps.errors import CannotBuildError

# The names of the secrets, which the release workflow hands over as they are called there.
CERTIFICATE, PASSWORD = "WINDOWS_CERTIFICATE", "WINDOWS_CERTIFICATE_PASSWORD"
_TIME_SERVER = "http://timestamp.digicert.com"
_KITS = Path(r"C:\Program Files (x86)\Windows Kits\10\bin")


def sign(files: Sequence[Path]) -> bool:
    """Sign files with the certificate of the environment, and return whether there was one.

    Args:
        files: Programs and installers for Windows.

    Raises:
        CannotBuildError: There is a certificate, and signing fails; or there is nothing to sign.
    """
    if not files:
        raise CannotBuildError("There is nothing to sign.")
    names = ", ".join(path.name for path in files)
    certificate = os.environ.get(CERTIFICATE, "")
    if not certificate:
        _summarise(f"- {names}: **not signed**, there is no certificate; SmartScreen will say so.")
        return False
    with tempfile.TemporaryDirectory(prefix="vislumbre-signing-") as folder:
        key = Path(folder) / "signing.pfx"
        key.touch(mode=0o600)
        key.write_bytes(base64.b64decode(certificate))
        how = ["/f", str(key), "/p", os.environ.get(PASSWORD, ""), "/fd", "SHA256"]
        when = ["/tr", _TIME_SERVER, "/td", "SHA256"]
        _signtool(["sign", *how, *when, *map(str, files)])
    _signtool(["verify", "/pa", *map(str, files)])
    _summarise(f"- {names}: signed")
    return True


def _signtool(arguments: Sequence[str]) -> None:
    ran = subprocess.run([_tool(), *arguments], check=False)
    if ran.returncode != 0:
        raise CannotBuildError(f"signtool {arguments[0]} ended with exit code {ran.returncode}.")


def _tool() -> str:
    found = shutil.which("signtool") or next(
        map(str, sorted(_KITS.glob("*/x64/signtool.exe"), reverse=True)), None
    )
    if found is None:
        raise CannotBuildError("signtool is missing; it comes with the Windows SDK.")
    return found


def _summarise(line: str) -> None:
    """Tell the person who reads the run's page, where there is one, and who reads the log."""
    print(line, flush=True)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8") as page:
            page.write(line + "\n")
