"""A wheel beside a user's own packages: what is installed collides with none that is named `storage` or `emulator`."""

import json
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import boto3
import pytest

from tests.packaging.conftest import environment

PIPX = "pipx==1.18.4"
OWN_PACKAGE = "WHOSE = 'the user'\n"
HANDLER = """\
import emulator, storage

def note(event, context):
    with open("seen", "a") as file:
        for record in event["Records"]:
            file.write(f"{record['eventName']} {emulator.WHOSE} {storage.WHOSE}\\n")
"""
TESTS = """\
import boto3, emulator, storage

def test_in_process(dynamodb):
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []

def test_over_http(dynamodb_server):
    assert dynamodb_server.client().list_tables()["TableNames"] == []
"""

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that was empty, with the wheel in it; its folder of programs."""
    target = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", str(target)], check=True, timeout=600)
    programs = target / "bin"
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(command, check=True, timeout=600, env=environment())
    return programs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's folder with packages of their own, and a handler that imports them."""
    for name in ("storage", "emulator"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(OWN_PACKAGE)
    (tmp_path / "handlers.py").write_text(HANDLER)
    return tmp_path


@contextmanager
def serving(command: list[str], project: Path, **variables: str) -> Iterator[str]:
    """The address of a server that is started in the user's folder."""
    with subprocess.Popen(
        [*command, "--port", "0"], cwd=project, env=environment() | variables, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            yield next((word for word in line.split() if word.startswith("http://")), line)
        finally:
            process.terminate()


def test_a_wheel_has_two_top_level_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"thermodynamo", "thermodynamo_storage"}


@pytest.mark.parametrize("start", [["thermodynamo"], ["python", "-m", "thermodynamo"]], ids=["command", "module"])
def test_the_server_starts_beside_a_users_own_packages(installed: Path, project: Path, start: list[str]) -> None:
    with serving([str(installed / start[0]), *start[1:]], project) as address:
        client = boto3.client(
            "dynamodb", endpoint_url=address, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        with closing(client):
            assert client.list_tables()["TableNames"] == []


def test_pipx_runs_it_from_the_wheel(wheel: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("pipx")
    subprocess.run([sys.executable, "-m", "venv", str(home / "environment")], check=True, timeout=600)
    python, folders = str(home / "environment" / "bin" / "python"), {"PIPX_HOME": str(home), "HOME": str(home)}
    install = [python, "-m", "pip", "install", "--quiet", PIPX]
    subprocess.run(install, check=True, timeout=600, env=environment())
    command = [python, "-m", "pipx", "run", "--spec", str(wheel), "thermodynamo"]
    with (
        serving(command, project, **folders) as address,
        urllib.request.urlopen(f"{address}/_admin/health", timeout=60) as reply,
    ):
        assert json.load(reply)["status"] == "ok"


def test_a_triggers_worker_starts_beside_a_users_own_packages(installed: Path, project: Path) -> None:
    with serving([str(installed / "thermodynamo")], project) as address:
        client = boto3.client(
            "dynamodb", endpoint_url=address, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        with closing(client):
            client.create_table(
                TableName="orders",
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            )
            client.put_item(TableName="orders", Item={"id": {"S": "1"}})
        command = [str(installed / "thermodynamo"), "trigger", "--endpoint", address, "--table", "orders"]
        command += ["--handler", "handlers:note", "--checkpoint", "done.json"]
        with subprocess.Popen(command, cwd=project, env=environment(), stderr=subprocess.PIPE, text=True) as trigger:
            assert trigger.stderr is not None
            seen = project / "seen"
            while not seen.exists() or not seen.read_text().endswith("\n"):
                assert trigger.poll() is None, trigger.stderr.read()
            trigger.terminate()
    assert (project / "seen").read_text() == "INSERT the user the user\n"


def test_pytest_finds_the_fixtures_by_itself(installed: Path, wheel: Path, project: Path) -> None:
    command = [str(installed / "python"), "-m", "pip", "install", "--quiet", f"{wheel}[testing]"]
    subprocess.run(command, check=True, timeout=600, env=environment())
    (project / "test_tables.py").write_text(TESTS)
    command = [str(installed / "python"), "-m", "pytest", "-q", "--strict-markers"]
    ran = subprocess.run(command, cwd=project, env=environment(), capture_output=True, text=True, timeout=600)
    assert "\n2 passed in " in ran.stdout, ran.stdout
