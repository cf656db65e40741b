"""The condition keys that are evaluated here: which there are, and which of them have several values.

Those of DynamoDB are the ones of the service authorization reference (list_amazondynamodb), but for the two of AWS FIS;
those of auto scaling are the ones of list_awsapplicationautoscaling.
Of the global ones, those are here that a request to a local server has, or that a caller of the access file can be
given under `context`. Every other key is refused when a policy is read: it would never hold.
"""

import re

SEVERAL = frozenset(
    {
        "dynamodb:attributes",
        "dynamodb:leadingkeys",
        "dynamodb:firstpartitionkeyvalues",
        "dynamodb:secondpartitionkeyvalues",
        "dynamodb:thirdpartitionkeyvalues",
        "dynamodb:fourthpartitionkeyvalues",
        "aws:tagkeys",
        "aws:principalorgpaths",
    }
)
"""Keys with several values, which want ForAllValues or ForAnyValue, and which no policy variable can be."""

OF_REQUESTS = SEVERAL | {
    "dynamodb:enclosingoperation",
    "dynamodb:fulltablescan",
    "dynamodb:returnconsumedcapacity",
    "dynamodb:returnvalues",
    "dynamodb:select",
    "application-autoscaling:scalable-dimension",
    "application-autoscaling:service-namespace",
    "aws:currenttime",
    "aws:epochtime",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principaltype",
    "aws:referer",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:securetransport",
    "aws:sourceip",
    "aws:useragent",
    "aws:userid",
    "aws:username",
    "aws:viaawsservice",
}
"""Keys that a request or its caller gives a value."""

OF_CONTEXT = frozenset(
    {
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:resourceorgid",
        "aws:sourceidentity",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:tokenissuetime",
        "aws:vpcsourceip",
    }
)
"""Keys that only an access file gives values, for one caller each."""

TAGGED = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
"""Keys that end in the name of a tag."""

_OF_PROVIDER = re.compile(r"(?:saml|[a-z0-9-]+(?:\.[a-z0-9-]+)+):[a-z0-9._/-]+").fullmatch
"""A claim of an identity provider, such as `cognito-identity.amazonaws.com:sub`."""


def is_known(key: str) -> bool:
    """Whether a key, in lower case, is evaluated here."""
    return (
        key in OF_REQUESTS
        or key in OF_CONTEXT
        or any(key.startswith(prefix) and len(key) > len(prefix) for prefix in TAGGED)
        or _OF_PROVIDER(key) is not None
    )


def is_of_context(key: str) -> bool:
    """Whether an access file may give a caller this key, in lower case."""
    return key in OF_CONTEXT or _OF_PROVIDER(key) is not None
