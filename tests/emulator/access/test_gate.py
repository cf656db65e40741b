"""The gate remembers a client between requests, and is as strict with what it remembers as with what is new."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.access.signing import BODY, NOW, Headers, by_header, request_of
from tests.access.world import ACCOUNT, EVERYTHING, policy, user
from thermodynamo.access.gate import Gate
from thermodynamo.access.watched_file import LOOKED_AT_EVERY_SECONDS, WatchedFile
from thermodynamo.api.errors import ApiError
from thermodynamo.settings.config import Config

SECRET, TOKEN = "secret-of-alice", "token-of-alice"
OTHER_BODY = BODY.replace(b'"1"', b'"2"')


class World:
    """A gate with one caller, and time that stands until it is moved."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.path = folder / "access.json"
        self.write()
        self.gate = Gate(Config(access="enforce", access_file=str(self.path), **settings))
        self.at = NOW
        """The server's clock."""
        self.now = NOW
        self.monotonic = 0.0
        self.gate.signing_clock = lambda: self.now
        self.gate.watched = WatchedFile(self.path, lambda: self.monotonic)

    def write(self, **more: Any) -> None:
        alice = user("alice", "all")
        session = {"access_key_id": "ASIAALICE", "secret_access_key": SECRET, "session_token": TOKEN}
        alice["keys"].append({**session, "expires": "2026-03-01T12:00:30Z"})
        callers = {"alice": alice, **more}
        self.path.write_text(json.dumps({"callers": callers, "policies": {"all": policy(EVERYTHING)}}))

    def admits(self, headers: Headers, body: bytes = BODY, query: bytes = b"") -> bool:
        try:
            return self.gate.admit(headers, query, body, self.at).account == ACCOUNT
        except ApiError:
            return False


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def plain(body: bytes = BODY, target: str = "DynamoDB_20120810.GetItem", at: float = NOW) -> Headers:
    return by_header("AKIDALICE", SECRET, at=at, request=request_of(body, target))


def test_a_client_is_remembered_by_what_it_repeats(world: World) -> None:
    assert world.admits(plain()) and world.admits(plain(OTHER_BODY), OTHER_BODY)
    first = world.gate.admit(plain(), b"", BODY, NOW)
    assert world.gate.admit(plain(OTHER_BODY), b"", OTHER_BODY, NOW) is first
    assert len(world.gate.sessions) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"x-amz-target", b"DynamoDB_20120810.Scan"),
        (b"host", b"example.com"),
        (b"content-type", b"text/plain"),
        (b"x-amz-date", b"20260301T120001Z"),
        (b"x-amz-security-token", TOKEN.encode()),
    ],
)
def test_what_was_right_once_is_looked_at_again(world: World, name: bytes, value: bytes) -> None:
    headers = plain()
    assert world.admits(headers)
    changed = [(each, old) for each, old in headers if each != name]
    assert not world.admits([*changed, (name, value)])
    assert not world.admits([*headers, (name, value)])
    assert world.admits(headers)


def test_no_other_body_and_no_query_passes(world: World) -> None:
    assert world.admits(plain())
    assert not world.admits(plain(), OTHER_BODY)
    assert not world.admits(plain(), BODY, b"a=b")
    wrong = [(name, value[:-1] + b"x" if name == b"authorization" else value) for name, value in plain()]
    assert not world.admits(wrong)


def test_an_unsigned_target_is_never_taken(world: World) -> None:
    request = request_of()
    del request.headers["X-Amz-Target"]
    headers = by_header("AKIDALICE", SECRET, request=request)
    assert world.admits(headers)
    assert not world.admits([*headers, (b"x-amz-target", b"DynamoDB_20120810.Scan")])


def test_a_signature_grows_old(world: World) -> None:
    headers = plain()
    for seconds, expected in ((0, True), (299, True), (300, True), (301, False), (302, False)):
        world.now = NOW + seconds
        assert world.admits(headers) is expected


def test_a_key_with_a_token_expires_between_two_requests(world: World) -> None:
    headers = by_header("ASIAALICE", SECRET, TOKEN)
    assert world.admits(headers) and world.admits(headers)
    assert not world.admits([(name, value + b"x" if b"token" in name else value) for name, value in headers])
    assert not world.admits([pair for pair in headers if b"token" not in pair[0]])
    world.at = NOW + 30
    assert not world.admits(headers)


def test_a_removed_key_is_soon_forgotten(world: World) -> None:
    bob = by_header("AKIDBOB", "secret-of-bob")
    assert world.admits(plain()) and not world.admits(bob)
    changed = {"callers": {"bob": user("bob", "all")}, "policies": {"all": policy(EVERYTHING)}}
    world.path.write_text(json.dumps(changed))
    world.monotonic += LOOKED_AT_EVERY_SECONDS
    world.now += 1.1
    assert world.admits(bob)
    assert not world.admits(plain())


def test_the_addresses_of_requests_are_not_mixed_up(world: World) -> None:
    for address in ("10.0.0.1", "10.0.0.2"):
        caller = world.gate.admit(plain(), b"", BODY, NOW, (address, False, None))
        assert caller.permission is not None
        assert caller.permission.transport.source_ip == address  # type: ignore[attr-defined]


def test_other_regions_are_other_sessions(world: World) -> None:
    regions = ("us-east-1", "eu-west-1")
    found = [
        world.gate.admit(by_header("AKIDALICE", SECRET, region=region), b"", BODY, NOW).region for region in regions
    ]
    assert found == list(regions) and len(world.gate.sessions) == 2
