"""Request tokens of a namespace: known for ten minutes after the request, and the oldest make room."""

import pytest

from thermodynamo_storage.changes import request_tokens
from thermodynamo_storage.changes.request_tokens import LIFETIME_SECONDS, RequestToken, RequestTokens

NOW = 1_800_000_000.0


def token(name: str, in_progress_until: float = NOW) -> RequestToken:
    return RequestToken("000000000000", "us-east-1", name, b"fingerprint", b"[2]", in_progress_until)


def test_a_token_is_known_for_ten_minutes_after_the_request_was_carried_out() -> None:
    tokens = RequestTokens()
    tokens.remember(token("t", NOW + 5), NOW)
    over_at = NOW + 5 + LIFETIME_SECONDS
    assert tokens.find("t", over_at - 0.001) == (b"fingerprint", over_at, NOW + 5, b"[2]")
    assert tokens.find("t", over_at) is None and not tokens.carried_out
    assert tokens.find("other", NOW) is None


def test_the_oldest_tokens_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_tokens, "TOKENS_MAX", 2)
    tokens = RequestTokens()
    for name in "abc":
        tokens.remember(token(name), NOW)
    assert list(tokens.carried_out) == ["b", "c"]
