"""Another evaluator, written from the IAM user guide alone: slow, without compiling, one rule a line.

It takes policies as JSON and the request as a dict, and knows the operators that the generator makes.
"""

import re
from typing import Any

Json = dict[str, Any]
Request = dict[str, Any]
"""`action`, `resource`, `keys` (condition key to list of values), `arn`, `role` (or None), `account`, `owner`."""


def wild(pattern: str, text: str, variables: Json, as_pattern: bool = True) -> bool:
    expression = ""
    for piece in re.findall(r"\$\{[^}]*\}|[^$]|\$", pattern):
        if piece.startswith("${"):
            name = piece[2:-1]
            values = variables.get(name)
            if not values:
                return False
            expression += re.escape(values[0])
        elif piece == "*" and as_pattern:
            expression += "[\\s\\S]*"
        elif piece == "?" and as_pattern:
            expression += "[\\s\\S]"
        else:
            expression += re.escape(piece)
    return re.fullmatch(expression, text) is not None


def many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def arn_matches(pattern: str, arn: str, variables: Json) -> bool:
    if pattern == "*":
        return True
    ours = pattern.replace("${aws:", "${aws%").split(":", 5)
    theirs = arn.split(":", 5)
    ours += ["*"] * (6 - len(ours))
    return all(wild(a.replace("${aws%", "${aws:"), b, variables) for a, b in zip(ours, theirs, strict=True))


def one(operator: str, text: str, value: str, variables: Json) -> bool:
    if operator in ("StringEquals", "StringNotEquals"):
        return wild(text, value, variables, as_pattern=False)
    if operator in ("StringLike", "StringNotLike"):
        return wild(text, value, variables)
    if operator in ("ArnLike", "ArnNotLike"):
        return arn_matches(text, value, variables)
    if operator == "Bool":
        return text.lower() == value.lower()
    if operator.startswith("Numeric"):
        try:
            left, right = float(value), float(text)
        except ValueError:
            return False
        return {
            "NumericEquals": left == right,
            "NumericNotEquals": left == right,
            "NumericLessThan": left < right,
            "NumericGreaterThanEquals": left >= right,
        }[operator]
    raise AssertionError(operator)


def condition_holds(written: str, key: str, texts: Any, keys: Json) -> bool:
    values = keys.get(key) or []
    if written == "Null":
        return any((text == "true") == (not values) for text in many(texts))
    quantifier, _, operator = written.rpartition(":")
    if operator.endswith("IfExists"):
        if not values:
            return True
        operator = operator.removesuffix("IfExists")
    is_negated = "Not" in operator
    hits = [any(one(operator, text, value, keys) for text in many(texts)) != is_negated for value in values]
    if quantifier == "ForAllValues":
        return all(hits)
    if quantifier == "ForAnyValue":
        return any(hits)
    if not values:
        return is_negated
    return all(hits) if is_negated else any(hits)


def statement_applies(statement: Json, request: Request) -> bool:
    actions = many(statement.get("Action", statement.get("NotAction")))
    is_named = any(wild(action.lower(), request["action"].lower(), {}) for action in actions)
    if is_named == ("NotAction" in statement):
        return False
    resources = many(statement.get("Resource", statement.get("NotResource")))
    is_covered = any(arn_matches(resource, request["resource"], request["keys"]) for resource in resources)
    if is_covered == ("NotResource" in statement):
        return False
    return all(
        condition_holds(operator, key, texts, request["keys"])
        for operator, tests in statement.get("Condition", {}).items()
        for key, texts in tests.items()
    )


def named_as(statement: Json, request: Request) -> str | None:
    principal = statement["Principal"]
    listed = ["*"] if principal == "*" else many(principal["AWS"])
    if request["arn"] in listed:
        return "itself"
    if request["role"] in listed:
        return "role"
    if request["account"] in listed:
        return "account"
    return "everyone" if "*" in listed else None


def has(policies: list[Json], effect: str, request: Request) -> bool:
    return any(
        statement["Effect"] == effect and statement_applies(statement, request)
        for policy in policies
        for statement in policy["Statement"]
    )


def is_allowed(
    identity: list[Json], boundary: list[Json], session: list[Json], resource: Json | None, request: Request
) -> bool:
    for policies in (identity, boundary, session):
        if has(policies, "Deny", request):
            return False
    granted = set()
    for statement in resource["Statement"] if resource else []:
        name = named_as(statement, request)
        if name is not None and statement_applies(statement, request):
            if statement["Effect"] == "Deny":
                return False
            granted.add(name)
    is_own = request["owner"] == request["account"]
    if is_own and "itself" in granted:
        return True
    allowed = has(identity, "Allow", request)
    if is_own and ("role" in granted or ("everyone" in granted and not granted & {"account"})):
        allowed = True
    for limit in (boundary, session):
        allowed = allowed and (not limit or has(limit, "Allow", request))
    return allowed and (is_own or bool(granted))
