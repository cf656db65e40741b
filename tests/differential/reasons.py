"""Differences that remain, each with the reason why this server's answer is the right one.

`ours` and `theirs` are regular expressions over the blurred answers of the report; README.md is the same list in prose.
"""

import re
from dataclasses import dataclass

LOCAL, DYNOXIDE, MINISTACK, DYNALITE = ("local",), ("dynoxide",), ("ministack",), ("dynalite",)


@dataclass(frozen=True, slots=True)
class Reason:
    peers: tuple[str, ...]
    ours: str
    theirs: str
    why: str
    operation: str = ".*"

    def fits(self, peer: str, operation: str, ours: str, theirs: str) -> bool:
        return (
            peer in self.peers
            and re.fullmatch(self.operation, operation) is not None
            and re.search(self.ours, ours) is not None
            and re.search(self.theirs, theirs) is not None
        )


LOCAL_TEXTS = """
Return values set to invalid value
Cannot do operations on a non-existent table
Cannot create preexisting table
A value provided cannot be converted into a number
Invalid table/index name
Sets cannot be empty
The number of conditions on the keys is invalid
One of the required keys was not given a value
Type mismatch for attribute to update
Cannot have null key
Item to put in PutItem cannot be null
Cannot have two attributes with the same name
AttributesToGet cannot be empty
cannot have a null or no requests set
must have some requests set
has empty list
request list for a table cannot be null or empty
Hash primary key values must be under
Comparison type does not exist
Member must satisfy enum value set: ~$
This attribute is part of the key
DynamoDB only supports precision
Limit must be greater
Invalid attribute value type
No Hash Key specified
number of attributes in key schema must match
total segment must also be specified
Hash Key not specified
No provisioned throughput
Input collection ~? ?(of type BS )?contains duplicates
^ValidationException: (Segment|Total)
ConditionalOperator cannot be used without
is not supported for the type: ~
Only scalar types can be used as Range Key
Exclusive Start Key must have same size
starting key does not match the range key predicate
failed to satisfy constraint: Member must have value less than or equal to 0
""".strip()
CLIENT_ERROR = "^(Validation|Serialization|ResourceNotFound|ResourceInUse|ConditionalCheck)"
SYNTAX = (
    "Expected .*, got|Expected (operand|attribute|comparison)|Unexpected (token|operator)|Syntax error; token: ~$|"
    "at line 0|partition key must use"
)
OPERAND_RULES = (
    "must be distinct from the remaining operands|Incorrect operand type|Incorrect number of operands|"
    "requires a document path|not allowed to be used this way|Invalid attribute type name|Invalid function name|"
    "The function is not allowed"
)

REASONS: tuple[Reason, ...] = (
    Reason(
        LOCAL,
        CLIENT_ERROR,
        "|".join(LOCAL_TEXTS.splitlines()),
        "DynamoDB Local has wording and order of checks of its own outside the expression language",
    ),
    Reason(
        LOCAL,
        "",
        "may not contain an empty string|null or empty binary type|empty string as a member",
        "empty strings and binaries are allowed outside keys since May 2020; this DynamoDB Local is older",
    ),
    Reason(LOCAL, "^SerializationException", "", "DynamoDB Local does not check JSON types as the service does"),
    Reason(
        LOCAL,
        "operator: (ADD|DELETE|~).*typeSet",
        "Incorrect operand type for operator or function",
        "the service adds the typeSet (users' reports quote it); DynamoDB Local of 2020 does not",
    ),
    Reason(
        LOCAL,
        "BETWEEN operator requires",
        "BETWEEN operator requires",
        "the service writes AttributeValue: {N:1}, DynamoDB Local {N: 1,}",
    ),
    Reason(LOCAL, "Invalid attribute type name", "Invalid attribute type name", "the order of a Java hash set"),
    Reason(
        LOCAL,
        "errors? detected: Value",
        "",
        "the service checks the model's constraints first; DynamoDB Local has none",
    ),
    Reason(
        LOCAL,
        "The parameter ~ is required",
        "",
        "the service's sentence for control operations; DynamoDB Local has one for all names",
    ),
    Reason(
        LOCAL,
        "is not supported for the type",
        "",
        "dynalite and dynoxide name the type S, DynamoDB Local STRING; it also reads the item first",
    ),
    Reason(
        LOCAL,
        "ReturnValues can only|when choosing to get|can be used only when|only contain non-primary key",
        "",
        "rules between request members, which DynamoDB Local checks after expressions and legacy conditions",
    ),
    Reason(
        LOCAL,
        "^200",
        "^200",
        "DynamoDB Local sends ConsumedCapacity unasked when nothing is deleted, and dates the service does not send",
        "DeleteItem|CreateTable",
    ),
    Reason(
        DYNOXIDE,
        "",
        SYNTAX,
        "dynoxide's parser words syntax errors in its own way; DynamoDB Local, AWS's code, shows token and near text",
    ),
    Reason(
        DYNOXIDE,
        "Expression: An expression attribute|Expression: Attribute name is a reserved",
        "^ValidationException: (An expression attribute|Attribute name is)",
        "dynoxide leaves out which expression; DynamoDB Local and users' reports have it",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "unused in expressions",
        "",
        "unused placeholders are refused before the item is looked at, as by DynamoDB Local",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        OPERAND_RULES,
        "",
        "the peer lacks these checks of the expression language; DynamoDB Local has them word for word",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "errors? detected: Value",
        "",
        "the peer lacks a constraint of the service model, renders its value otherwise or stops at the first",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "^SerializationException",
        "",
        "the peer lacks a type check, or words it in its own way",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "(ComparisonOperator|ConditionalOperator|AttributeValueList|Exists|is not supported for the type)",
        "",
        "the peer lacks a rule of the legacy conditions; DynamoDB Local has it",
    ),
    Reason(
        (*LOCAL, *DYNALITE),
        "",
        "UnknownOperationException",
        "PartiQL came in November 2020, later than this server",
        "ExecuteStatement",
    ),
    Reason(
        DYNOXIDE,
        "",
        "UPDATE requires a WHERE clause",
        "dynoxide reads neither several clauses of an UPDATE nor set_add and set_delete; the developer guide has them",
        "ExecuteStatement",
    ),
    Reason(
        DYNOXIDE,
        "^200$",
        "^200$",
        "a write answers with empty Items, as ministack has it and the API reference says",
        "ExecuteStatement",
    ),
    Reason(
        DYNOXIDE,
        "Statement wasn|Number of parameters",
        "",
        "dynoxide words errors of the parser in its own way and does not count parameters; ministack answers as we do",
        "ExecuteStatement",
    ),
    Reason(
        DYNOXIDE,
        "document path provided in the update|refers to an attribute that does not exist",
        "^200",
        "dynoxide makes what an update lacks; ministack and UpdateItem refuse",
        "ExecuteStatement",
    ),
    Reason(
        MINISTACK,
        "",
        "Unsupported operation|Where clause does not contain",
        "ministack lacks list_append, sets in conditions, and OR beside the key",
        "ExecuteStatement",
    ),
    Reason(
        MINISTACK,
        "^200$",
        "^200$",
        "a list element is named with its index, as dynoxide names it; a sort key that is a number orders as one",
        "ExecuteStatement",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "Two document paths overlap",
        "",
        "an UPDATE may not change one path twice, as UpdateItem may not",
        "ExecuteStatement",
    ),
    Reason(MINISTACK, "Expression: |ExpressionAttribute", "", "ministack checks few rules of expressions"),
    Reason(DYNALITE, "Syntax error", "Syntax error", "dynalite's parser words syntax errors in its own way"),
)
