"""HTTPS: with a certificate made at the start, with one's own, and with plain HTTP beside it."""

import re
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
import trustme
from botocore.exceptions import SSLError

from thermodynamo.commands import certificate, health
from thermodynamo.commands.certificate import CertificateError
from thermodynamo.settings.config import Config, ConfigError, default_endpoint

ADDRESSES = re.compile(r"https?://127\.0\.0\.1:[0-9]+").findall
TRUSTED = re.compile(r"AWS_CA_BUNDLE=(.*)").search
TIMEOUT = ["--timeout", "60"]


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[list[str], str]]:
    """(addresses, what was printed up to `Ready.`) of a server on a free port."""
    command = [sys.executable, "-m", "thermodynamo", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            printed = ""
            for line in process.stdout:
                printed += line
                if line == "Ready.\n":
                    break
            yield ADDRESSES(printed.partition("\n")[0]), printed
        finally:
            process.terminate()
            assert process.wait(60) == 0


def client(address: str, verify: str | bool) -> Any:
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    return boto3.client("dynamodb", endpoint_url=address, region_name="us-east-1", verify=verify, **keys)


@pytest.fixture(scope="module")
def encrypted() -> Iterator[tuple[list[str], str]]:
    with serving("--tls", "--plain-port", "0") as (addresses, printed):
        found = TRUSTED(printed)
        assert found is not None, printed
        yield addresses, found[1]
    assert not Path(found[1]).exists()


def test_a_client_that_trusts_the_printed_file_is_served(encrypted: tuple[list[str], str]) -> None:
    (address, _), trusted = encrypted
    assert address.startswith("https://")
    for name in ("127.0.0.1", "localhost"):
        with closing(client(address.replace("127.0.0.1", name), trusted)) as local:
            assert local.list_tables()["TableNames"] == []


def test_a_client_that_does_not_trust_it_is_not_served(encrypted: tuple[list[str], str]) -> None:
    (address, _), _ = encrypted
    with closing(client(address, True)) as local, pytest.raises(SSLError):
        local.list_tables()


def test_large_bodies_go_both_ways(encrypted: tuple[list[str], str]) -> None:
    (address, _), trusted = encrypted
    with closing(client(address, trusted)) as local:
        local.create_table(
            TableName="Large",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        items = [{"id": {"S": str(number)}, "text": {"S": "x" * 390_000}} for number in range(25)]
        unprocessed = local.batch_write_item(RequestItems={"Large": [{"PutRequest": {"Item": item}} for item in items]})
        left = unprocessed["UnprocessedItems"].get("Large", [])
        written = [item for item in items if {"PutRequest": {"Item": item}} not in left]
        keys = [{"id": item["id"]} for item in written]
        found = local.batch_get_item(RequestItems={"Large": {"Keys": keys}})["Responses"]["Large"]
    assert len(found) * 390_000 > 1024**2 and all(item in items for item in found)


def test_plain_http_is_served_beside_it(encrypted: tuple[list[str], str]) -> None:
    (address, plain), trusted = encrypted
    assert plain.startswith("http://")
    for each in (address, plain):
        with urllib.request.urlopen(each, context=ssl.create_default_context(cafile=trusted), timeout=60) as reply:
            assert reply.read().startswith(b"healthy")


def test_health_needs_no_trust(encrypted: tuple[list[str], str]) -> None:
    assert all(health.main(["--endpoint", address, *TIMEOUT]) == 0 for address in encrypted[0])


def test_a_certificate_of_ones_own(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    own = ["--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem")]
    with serving(*own) as (addresses, printed):
        assert len(addresses) == 1 and "AWS_CA_BUNDLE" not in printed
        with closing(client(addresses[0], str(tmp_path / "ca.pem"))) as local:
            assert local.list_tables()["TableNames"] == []


def test_files_that_are_no_pair_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("text")
    text, absent = str(tmp_path / "text.pem"), str(tmp_path / "absent.pem")
    with (
        pytest.raises(CertificateError, match="are no pair of PEM files"),
        certificate.of_config(Config(tls_cert=text, tls_key=text)),
    ):
        pass
    with (
        pytest.raises(CertificateError, match=r"cannot read .*absent.pem: No such file"),
        certificate.of_config(Config(tls_cert=absent, tls_key=text)),
    ):
        pass


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with (
        pytest.raises(CertificateError, match=r"pip install 'thermodynamo\[tls\]'"),
        certificate.of_config(Config(tls="on")),
    ):
        pass


def test_settings_that_belong_together() -> None:
    for given, words in (
        ({"tls_cert": "a"}, "--tls-cert is given without --tls-key"),
        ({"tls_key": "a"}, "--tls-key is given without --tls-cert"),
        ({"plain_port": "8001"}, "--plain-port is given without HTTPS"),
    ):
        with pytest.raises(ConfigError, match=words):
            Config(**given)  # type: ignore[arg-type]
    assert default_endpoint({"THERMODYNAMO_TLS": "on"}) == "https://127.0.0.1:8000"
