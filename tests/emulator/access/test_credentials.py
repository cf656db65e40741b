"""The namespace that a signature names, and what is missing from an incomplete one."""

import pytest

from thermodynamo.access.credentials import authenticate, parse_scope
from thermodynamo.api import errors
from thermodynamo.api.caller import Caller

SCOPE = "AKID/20261121/eu-west-1/dynamodb/aws4_request"
HEADER = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=abc"
DATE = (b"x-amz-date", b"20261121T000000Z")
SIGNED = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=abc&X-Amz-Date=20261121T000000Z"
CREDENTIAL = "&X-Amz-Credential=123456789012%2F20261121%2Fap-south-1%2Fdynamodb%2Faws4_request"


def ask(header: str | None = None, *more: tuple[bytes, bytes], query: str = "") -> Caller:
    given = [(b"authorization", header.encode("latin-1"))] if header is not None else []
    return authenticate([(b"host", b"x"), *given, *more], query.encode(), "us-east-1")


def refusal(header: str | None = None, *more: tuple[bytes, bytes], query: str = "") -> tuple[str, str | None]:
    with pytest.raises(errors.ApiError) as caught:
        ask(header, *more, query=query)
    return caught.value.name, caught.value.message


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (SCOPE, ("000000000000", "eu-west-1")),
        ("123456789012/20261121/us-west-2/dynamodb/aws4_request", ("123456789012", "us-west-2")),
        ("12345678901/20261121/us-west-2/dynamodb/aws4_request", ("000000000000", "us-west-2")),
        (
            "1234567890123/20261121/us-west-2/dynamodb/aws4_request",
            ("000000000000", "us-west-2"),
        ),
        ("12345678901x/20261121/us-west-2/dynamodb/aws4_request", ("000000000000", "us-west-2")),
        ("١٢٣٤٥٦٧٨٩٠١٢/20261121/us-west-2/dynamodb/aws4_request", ("000000000000", "us-west-2")),
        ("AKID", ("000000000000", "us-east-1")),
        ("AKID/20261121", ("000000000000", "us-east-1")),
        ("AKID/20261121//dynamodb/aws4_request", ("000000000000", "us-east-1")),
    ],
)
def test_twelve_digits_are_an_account_and_the_scope_names_the_region(scope: str, expected: tuple[str, str]) -> None:
    assert parse_scope(scope, "us-east-1") == Caller(*expected, access_key_id=scope.partition("/")[0])


@pytest.mark.parametrize("date", [DATE, (b"date", b"Sat, 21 Nov 2026 00:00:00 GMT")])
def test_a_header_with_either_date_is_complete(date: tuple[bytes, bytes]) -> None:
    assert ask(HEADER, date) == Caller("000000000000", "eu-west-1", "AKID")


def test_the_parameters_come_in_any_order_with_or_without_spaces() -> None:
    assert ask(f"AWS4-HMAC-SHA256 Signature=abc,SignedHeaders=host,Credential={SCOPE}", DATE).region == "eu-west-1"


@pytest.mark.parametrize("header", [None, "", "Basic dXNlcjpwYXNz", "Bearer abc"])
def test_no_signature_at_all_is_a_missing_token(header: str | None) -> None:
    assert refusal(header, DATE) == ("MissingAuthenticationTokenException", "Request is missing Authentication Token")


@pytest.mark.parametrize(
    ("header", "more", "complaints"),
    [
        (HEADER, [], "requires existence of either a 'X-Amz-Date' or a 'Date' header."),
        (HEADER.replace(f"Credential={SCOPE}, ", ""), [DATE], "requires 'Credential' parameter."),
        (HEADER.replace(", Signature=abc", ""), [DATE], "requires 'Signature' parameter."),
        (HEADER.replace("=abc", "="), [DATE], "requires 'Signature' parameter."),
        (HEADER.replace(" SignedHeaders=host,", ""), [DATE], "requires 'SignedHeaders' parameter."),
    ],
)
def test_an_incomplete_header_says_what_it_lacks_and_repeats_itself(
    header: str, more: list[tuple[bytes, bytes]], complaints: str
) -> None:
    name, message = refusal(header, *more)
    assert name == "IncompleteSignatureException"
    assert message == f"Authorization header {complaints} Authorization={header}"


def test_an_access_key_with_a_blank_at_its_end_breaks_the_header() -> None:
    """As a key does that was pasted with its line end; the reply is that of the service, see `_PAIR`."""
    header = HEADER.replace("AKID", "AKID ")
    assert refusal(header, DATE) == (
        "IncompleteSignatureException",
        f"'/20261121/eu-west-1/dynamodb/aws4_request' not a valid key=value pair (missing equal-sign) "
        f"in Authorization header: '{header}'.",
    )
    assert "'Signature' not a valid" in str(refusal(HEADER.replace("Signature=abc", "Signature"))[1])


def test_everything_that_a_header_lacks_is_listed() -> None:
    _, message = refusal("AWS4-HMAC-SHA256 ")
    assert message is not None and message.count("Authorization header requires") == 4


def test_a_presigned_query_names_the_namespace() -> None:
    assert ask(query=SIGNED + CREDENTIAL) == Caller("123456789012", "ap-south-1", "123456789012")


@pytest.mark.parametrize("lacking", ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"])
def test_an_incomplete_query_says_what_it_lacks(lacking: str) -> None:
    query = (SIGNED + CREDENTIAL).replace(lacking, "X-Other")
    name, message = refusal(query=query)
    assert name == "IncompleteSignatureException"
    assert message == f"AWS query-string parameters must include '{lacking}'. Re-examine the query-string parameters."


def test_a_signature_in_both_places_is_invalid() -> None:
    assert refusal(HEADER, DATE, query=SIGNED + CREDENTIAL)[0] == "InvalidSignatureException"
