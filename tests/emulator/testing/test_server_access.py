"""The access file of a server for tests: what it adds to a user's, and what it lacks."""

from pathlib import Path

import pytest

from thermodynamo.access import access_file
from thermodynamo.settings.config import ConfigError
from thermodynamo.testing.server_access import ServerAccess

TOML = """
[callers.acme]
arn = "arn:aws:iam::111122223333:user/acme"
policies = ["own"]

[[callers.acme.keys]]
access_key_id = "AKIDACME"
secret_access_key = "secret"
session_token = "token"
expires = 2026-12-01 00:00:00

[callers.keyless]
arn = "arn:aws:iam::111122223333:root"

[policies.own]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "dynamodb:*", Resource = "*" }]
"""


def test_the_copy_has_a_root_besides_and_all_that_the_file_has(tmp_path: Path) -> None:
    given = tmp_path / "access.toml"
    given.write_text(TOML)
    access = ServerAccess(str(given))
    wanted, found = access_file.load(given), access_file.load(access.path)
    assert set(found.callers) - set(wanted.callers) == {"root-for-tests"}
    assert found.keys["AKIDACME"][0] == wanted.keys["AKIDACME"][0]
    key, root = found.keys[access.root.id]
    assert (key.secret, root.arn) == (access.root.secret, "arn:aws:iam::111122223333:root")
    assert access.key_of("acme").settings() == {
        "aws_access_key_id": "AKIDACME",
        "aws_secret_access_key": "secret",
        "aws_session_token": "token",
    }
    assert access.key_of("arn:aws:iam::111122223333:user/acme") == access.key_of("acme")


def test_what_it_lacks_is_named(tmp_path: Path) -> None:
    given = tmp_path / "access.toml"
    given.write_text(TOML)
    access = ServerAccess(str(given))
    with pytest.raises(ConfigError, match="has no caller other: it has acme, keyless"):
        access.key_of("other")
    with pytest.raises(ConfigError, match=r"caller keyless of .* has no key"):
        access.key_of("keyless")
    given.write_text("")
    with pytest.raises(ConfigError, match="has no callers"):
        ServerAccess(str(given))
