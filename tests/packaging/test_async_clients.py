"""aiobotocore and aioboto3 in the process, each in an environment of its own: they pin other versions of botocore."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, environment

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]


@pytest.mark.parametrize("client", ["aiobotocore==3.10.0", "aioboto3==15.5.0"])
def test_an_async_client_is_answered_in_the_process(client: str, wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path)], check=True, timeout=600)
    python = str(tmp_path / "bin" / "python")
    constraints = tmp_path / "constraints.txt"
    pinned = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    others = ("boto3", "botocore", "s3transfer", "urllib3")
    constraints.write_text("\n".join(line for line in pinned if line.split("==")[0] not in others))
    surroundings = {**environment(), "PIP_CONSTRAINT": str(constraints)}
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel), client], check=True, env=surroundings)
    nothing = {name: value for name, value in surroundings.items() if not name.startswith("AWS_")}
    nothing |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    ran = subprocess.run(
        [python, str(ROOT / "tests" / "packaging" / "async_session.py")],
        cwd=tmp_path,
        env=nothing,
        capture_output=True,
        text=True,
        timeout=300,
    )
    name, version = client.split("==")
    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(r"aiobotocore \S+, botocore \S+, (no )?aioboto3\n", ran.stdout)
    assert f"{name} {version}" in ran.stdout or ran.stdout.endswith(f", {name}\n")
