"""Signatures by botocore's own signer pass; changed, late, foreign and malformed ones get the service's errors."""

import pytest

from tests.access import signing
from tests.access.signing import BODY, HOST, NOW, Headers, by_header, by_query, request_of
from thermodynamo.access import access_file
from thermodynamo.access.signatures import authentication
from thermodynamo.api.errors import ApiError

FILE = access_file.parse(
    """\
regions = ["us-east-1", "eu-west-1"]

[callers.alice]
arn = "arn:aws:iam::111122223333:user/alice"
keys = [
  { access_key_id = "AKIDALICE", secret_access_key = "s3cret" },
  { access_key_id = "ASIAALICE", secret_access_key = "s3cret", session_token = "t0ken/+=", expires = "2026-03-02" },
]
""",
    "access.toml",
    is_json=False,
)


def ask(
    headers: Headers, body: bytes = BODY, query: bytes = b"", service: str = "dynamodb", now: float = NOW
) -> tuple[str, str]:
    identity, region = authentication.authenticate(FILE, b"POST", headers, query, body, service, "us-east-1", now, now)
    return identity.name, region


def refused(
    headers: Headers, body: bytes = BODY, query: bytes = b"", service: str = "dynamodb", now: float = NOW
) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        ask(headers, body, query, service, now)
    message = caught.value.message or ""
    assert "s3cret" not in message and "t0ken" not in message
    return caught.value.name, message


def changed(headers: Headers, name: bytes, old: bytes, new: bytes) -> Headers:
    found = [(each, value.replace(old, new) if each == name else value) for each, value in headers]
    assert found != headers
    return found


def test_a_signature_of_botocore_names_the_caller_and_the_region() -> None:
    assert ask(by_header()) == ("alice", "us-east-1")
    assert ask(by_header(region="eu-west-1")) == ("alice", "eu-west-1")
    assert ask(by_header("ASIAALICE", token="t0ken/+=")) == ("alice", "us-east-1")


@pytest.mark.parametrize(
    "more",
    [{"User-Agent": "a  b   c "}, {"X-Amz-Meta": "  x  "}, {"X-Thing": "é"}, {"Accept-Encoding": "identity"}],
    ids=str,
)
def test_blanks_and_other_headers_are_signed_as_the_guide_says(more: dict[str, str]) -> None:
    assert ask(by_header(request=request_of(more=more))) == ("alice", "us-east-1")


@pytest.mark.parametrize("query", ["?b=2&a=1&a=0", "?a=%2F%20~&%C3%A9=x", "?flag="])
def test_a_query_string_is_signed_too(query: str) -> None:
    request = request_of(query=query)
    headers = by_header(request=request)
    assert ask(headers, query=query[1:].encode()) == ("alice", "us-east-1")
    assert refused(headers, query=query[1:].encode() + b"&c=3")[0] == "InvalidSignatureException"


def test_a_presigned_query_string() -> None:
    headers, query = by_query()
    assert ask(headers, b"", query) == ("alice", "us-east-1")
    headers, query = by_query("ASIAALICE", token="t0ken/+=")
    assert ask(headers, b"", query) == ("alice", "us-east-1")
    assert refused(headers, b"", query.replace(b"t0ken", b"token"))[0] == "UnrecognizedClientException"


def test_a_presigned_query_string_lasts_as_long_as_it_says() -> None:
    headers, query = by_query(expires=600)
    assert ask(headers, b"", query, now=NOW + 600) == ("alice", "us-east-1")
    name, message = refused(headers, b"", query, now=NOW + 601)
    assert name == "InvalidSignatureException"
    assert message == (
        "Signature expired: 20260301T120000Z is now earlier than 20260301T120001Z (20260301T121001Z - 10 min.)"
    )


def test_what_is_signed_is_shown_where_the_signature_is_another() -> None:
    name, message = refused(by_header(), BODY + b" ")
    assert name == "InvalidSignatureException"
    start, canonical, to_sign = message.split("\n\nThe ")
    assert start.endswith("Consult the service documentation for details.")
    assert canonical.startswith("Canonical String for this request should have been\n'POST\n/\n\ncontent-type:")
    assert "\ncontent-type;host;x-amz-date;x-amz-target\n" in canonical
    assert to_sign.startswith(
        "String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260301T120000Z\n"
        "20260301/us-east-1/dynamodb/aws4_request\n"
    )
    assert to_sign.endswith("'\n")


def test_a_session_token_is_left_out_of_what_is_shown() -> None:
    headers = by_header("ASIAALICE", token="t0ken/+=")
    assert "x-amz-security-token:(left out)" in refused(headers, b"{}")[1]
    headers, query = by_query("ASIAALICE", token="t0ken/+=")
    assert "X-Amz-Security-Token=(left out)" in refused(headers, b"{}", query)[1]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (b"x-amz-target", b"GetItem", b"Scan"),
        (b"host", HOST.encode(), b"example.com"),
        (b"content-type", b"1.0", b"1.1"),
        (b"authorization", b"Signature=", b"Signature=0"),
        (b"authorization", b";x-amz-date", b""),
    ],
)
def test_a_changed_request_is_refused(name: bytes, old: bytes, new: bytes) -> None:
    assert refused(changed(by_header(), name, old, new))[0] == "InvalidSignatureException"


@pytest.mark.parametrize("signature", [b"", b"0" * 64, b"\xff", b"x" * 10_000])
def test_other_signatures_are_refused(signature: bytes) -> None:
    headers = by_header()
    given = dict(headers)[b"authorization"]
    cut = given.rpartition(b"=")[0] + b"=" + signature
    expected = "InvalidSignatureException" if signature else "IncompleteSignatureException"
    assert refused(changed(headers, b"authorization", given, cut))[0] == expected


def test_a_wrong_secret_and_an_unknown_key() -> None:
    assert refused(by_header(secret="guess"))[0] == "InvalidSignatureException"
    assert refused(by_header("AKIDEVE")) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


@pytest.mark.parametrize(
    ("key", "token"), [("ASIAALICE", None), ("ASIAALICE", "other"), ("AKIDALICE", "t0ken/+="), ("AKIDALICE", "")]
)
def test_a_session_token_goes_with_its_key_alone(key: str, token: str | None) -> None:
    if token == "":
        assert ask(by_header(key, token=token)) == ("alice", "us-east-1")
    else:
        assert refused(by_header(key, token=token))[0] == "UnrecognizedClientException"


def test_a_key_expires() -> None:
    later = NOW + 86_400
    assert refused(by_header("ASIAALICE", token="t0ken/+=", at=later), now=later) == (
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )


@pytest.mark.parametrize("skew", [-300, 0, 300])
def test_a_clock_may_be_five_minutes_off(skew: int) -> None:
    assert ask(by_header(at=NOW + skew)) == ("alice", "us-east-1")


def test_a_clock_that_is_further_off() -> None:
    assert refused(by_header(at=NOW - 301)) == (
        "InvalidSignatureException",
        "Signature expired: 20260301T115459Z is now earlier than 20260301T115500Z (20260301T120000Z - 5 min.)",
    )
    assert refused(by_header(at=NOW + 301)) == (
        "InvalidSignatureException",
        "Signature not yet current: 20260301T120501Z is still later than 20260301T120500Z (20260301T120000Z + 5 min.)",
    )


@pytest.mark.parametrize(
    ("region", "service", "message"),
    [
        ("eu-east-2", "dynamodb", "Credential should be scoped to a valid region, not 'eu-east-2'. "),
        ("us-east-1", "s3", "Credential should be scoped to correct service: 'dynamodb'. "),
        (
            "eu-east-2",
            "s3",
            "Credential should be scoped to a valid region, not 'eu-east-2'. "
            "Credential should be scoped to correct service: 'dynamodb'. ",
        ),
    ],
)
def test_a_scope_of_another_place(region: str, service: str, message: str) -> None:
    assert refused(by_header(region=region, service=service)) == ("InvalidSignatureException", message)


@pytest.mark.parametrize(
    ("old", "new", "name", "message"),
    [
        (b"aws4_request", b"aws4", "InvalidSignatureException", "valid terminator: 'aws4_request', not 'aws4'"),
        (
            b"/20260301/",
            b"/20260302/",
            "InvalidSignatureException",
            "'20260302' != '20260301', from '20260301T120000Z'",
        ),
        (b"/dynamodb/", b"/", "IncompleteSignatureException", "exactly 5 slash-delimited elements"),
        (b"AKIDALICE", b"AKID/ALICE", "IncompleteSignatureException", "got 'AKID/ALICE/20260301/us-east-1/dynamodb"),
        (b"host;", b"", "InvalidSignatureException", "'Host' or ':authority' must be a 'SignedHeader'"),
        (b";x-amz-target", b"", "InvalidSignatureException", "'X-Amz-Target' must be a 'SignedHeader'"),
        (b"AWS4-HMAC-SHA256", b"AWS4-HMAC-MD5", "MissingAuthenticationTokenException", "missing Authentication Token"),
        (b", Signature=", b", Sig=", "IncompleteSignatureException", "requires 'Signature' parameter"),
    ],
)
def test_malformed_ones(old: bytes, new: bytes, name: str, message: str) -> None:
    found, text = refused(changed(by_header(), b"authorization", old, new))
    assert found == name and message in text


@pytest.mark.parametrize("date", [b"2026-03-01", b"20260301T120000", b"", b"99999999T999999Z", b"\xff" * 16])
def test_a_date_that_is_none(date: bytes) -> None:
    headers = changed(by_header(), b"x-amz-date", b"20260301T120000Z", date)
    assert refused(headers)[0] in ("IncompleteSignatureException", "InvalidSignatureException")


def test_the_order_of_parameters_does_not_matter() -> None:
    headers = by_header()
    given = dict(headers)[b"authorization"]
    algorithm, _, rest = given.partition(b" ")
    turned = algorithm + b" " + b",".join(reversed(rest.split(b", ")))
    assert ask(changed(headers, b"authorization", given, turned)) == ("alice", "us-east-1")


def test_a_signature_in_two_places_and_none_at_all() -> None:
    _, query = by_query()
    assert refused([*by_header()], query=query)[0] == "InvalidSignatureException"
    assert refused([(b"host", b"x")])[0] == "MissingAuthenticationTokenException"


def test_another_service_has_its_own_scope() -> None:
    assert ask(by_header(service="sts"), service="sts") == ("alice", "us-east-1")
    assert refused(by_header(), service="sts")[1].startswith("Credential should be scoped to correct service: 'sts'.")


def test_the_day_of_a_signing_key_is_the_scopes() -> None:
    """Keys are kept for a day: the next day's signatures are of another key."""
    assert ask(by_header())
    assert ask(by_header(at=NOW + 86_400), now=NOW + 86_400)
    assert signing.NOW == NOW
