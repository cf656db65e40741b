"""The access file of a server for tests: a user's, with a root of its account that sets tests up."""

import dataclasses
import json
import secrets
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from thermodynamo.access import access_file
from thermodynamo.access.access_file import AccessFile
from thermodynamo.settings.config import ConfigError

ROOT_NAME = "root-for-tests"


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """What a client signs with."""

    id: str
    secret: str
    token: str | None = None

    def settings(self) -> dict[str, str]:
        """The arguments of a client of boto3 or aiobotocore."""
        token = {"aws_session_token": self.token} if self.token is not None else {}
        return {"aws_access_key_id": self.id, "aws_secret_access_key": self.secret, **token}


class ServerAccess:
    """A copy of an access file with a root of the first caller's account. It is kept as long as this is."""

    def __init__(self, path: str) -> None:
        """Raises AccessFileError, and ConfigError for a file without callers."""
        self.given = path
        self.file: AccessFile = access_file.load(Path(path))
        if not self.file.callers:
            raise ConfigError(f"{path} has no callers")
        self.account = next(iter(self.file.callers.values())).account
        self.root = Key(f"ROOT{secrets.token_hex(8)}", secrets.token_hex(16))
        text = Path(path).read_text(encoding="utf-8")
        tree: dict[str, Any] = json.loads(text) if path.lower().endswith(".json") else tomllib.loads(text)
        tree["callers"][ROOT_NAME] = {
            "arn": f"arn:aws:iam::{self.account}:root",
            "keys": [{"access_key_id": self.root.id, "secret_access_key": self.root.secret}],
        }
        self.folder = tempfile.TemporaryDirectory(prefix="thermodynamo-")
        self.path = Path(self.folder.name) / "access.json"
        self.path.write_text(json.dumps(tree, default=_instant), encoding="utf-8")

    def key_of(self, name: str) -> Key:
        """The first key of a caller, by its name or ARN. Raises ConfigError where there is none."""
        identity = self.file.find(name)
        if identity is None:
            raise ConfigError(f"{self.given} has no caller {name}: it has {', '.join(self.file.callers)}")
        for key, owner in self.file.keys.values():
            if owner is identity:
                return Key(key.id, key.secret, key.session_token)
        raise ConfigError(f"caller {name} of {self.given} has no key, so its requests cannot be signed")


def _instant(value: Any) -> str:
    """A time of TOML as JSON has it; without a zone it is UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    raise TypeError(f"{value!r} is no value of an access file")
