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
    Reason(
        LOCAL,
        "^SerializationException: [A-Z]+_VALUE cannot be converted",
        "",
        "DynamoDB Local takes one scalar for another, as 5 for a string; dynalite and dynoxide refuse in these words",
    ),
    Reason(
        LOCAL,
        "^SerializationException: (Unexpected|Unrecognized|Start of|Expected|Base64|Invalid|only base64)",
        "",
        "DynamoDB Local reads collections, base64 and Booleans by its own rules; dynalite has these texts",
    ),
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
        "(Batch)?ExecuteStatement|ExecuteTransaction",
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
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "ReturnValues can only be",
        "",
        "DeleteItem refuses in these words (boto/boto3 issue 4339), before any expression as DynamoDB Local does; "
        "dynalite never looks, dynoxide looks last",
        "DeleteItem",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "ReturnValues can only be",
        "^ValidationException",
        "ReturnValues comes before the expressions, as in DynamoDB Local; dynalite wants names of three characters",
        "PutItem",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "^200",
        "^200",
        "DeletionProtectionEnabled stands in every description since 2023; BillingModeSummary in those of tables that "
        "were on demand once (API reference, TableDescription)",
        "CreateTable",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "when BillingMode is",
        "^ResourceInUse",
        "the throughput is checked before existing tables are, as by DynamoDB Local and dynalite",
        "CreateTable",
    ),
    Reason(
        LOCAL,
        "reserved keyword: ~$",
        "",
        "DynamoDB Local lets SIZE be a name; it stands in the developer guide's list of reserved words",
    ),
    Reason(
        LOCAL,
        "^200",
        "^200",
        "a Scan's order is that of a hash which only the service knows",
        "Scan",
    ),
    Reason(
        DYNOXIDE,
        "^200",
        "^200",
        "a Scan's order is that of a hash which only the service knows",
        "Scan",
    ),
    Reason(
        DYNALITE,
        "",
        "Value ~ at ~ failed to satisfy constraint: Member must have length greater than or equal to 0$",
        "item operations take ARNs since 2024, and with them names of one character (recorded replies of 2026)",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "starting key",
        "^200|starting key|provided key element",
        "DynamoDB Local refuses the same start keys, dynalite all of them; the texts are those of one or two peers",
        "Query|Scan",
    ),
    Reason(
        DYNOXIDE,
        "not an indexable operation",
        "Unsupported KeyConditions",
        "DynamoDB Local and dynalite have the sentence",
        "Query",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "Two document paths",
        "",
        "paths are compared before placeholders are resolved or operands checked, in DynamoDB Local's order",
    ),
    Reason(
        LOCAL,
        "Two document paths|(document path|data type|does not exist in the item)",
        "Two document paths|(document path|data type|does not exist in the item)",
        "of two actions that are both wrong DynamoDB Local names the one that its hash table gives first",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK),
        "is part of the key|may not be empty|has an incorrect",
        "^ConditionalCheckFailed",
        "what is wrong with the request is found before the item is read, as by dynalite",
        "UpdateItem",
    ),
    Reason(
        DYNOXIDE,
        "ExpressionAttributeValues contains invalid|ExpressionAttributeNames contains invalid",
        "",
        "DynamoDB Local and dynalite name the placeholder, and look at all before the expressions and the key schema",
    ),
    Reason(
        (*DYNOXIDE, *DYNALITE),
        "BETWEEN operator requires",
        "BETWEEN operator requires|Segment",
        "values are told in canonical form, binary values as Java's ByteBuffer (users' reports); Segment comes after "
        "the filter, as in DynamoDB Local",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "(may not be empty|contains duplicates|must contain exactly one|converted to a numeric)",
        "",
        "values are checked in the order they were sent, as by DynamoDB Local and dynalite, before all else",
        "PutItem|UpdateItem|BatchWriteItem",
    ),
    Reason(
        LOCAL,
        "may not be empty|contains duplicates|Only DELETE action|indexable|AttributeValues inside|ComparisonOperator",
        "ComparisonOperator|indexable|AttributeValues inside|BETWEEN condition|QueryFilter|must be provided",
        "AttributeUpdates before Expected and QueryFilter before KeyConditions, as in dynalite and dynoxide",
        "UpdateItem|Query",
    ),
    Reason(
        (*LOCAL, *DYNALITE, *DYNOXIDE),
        "^ValidationException: (Invalid (Key|Filter|Proj|operator)|KeyConditionExpressions|Expression|Value provided)",
        "does not have the specified index|Invalid (Key|Filter|Projection)|Invalid operator used",
        "DynamoDB Local compiles filter, projection, then key condition; all before the index, as in dynalite",
        "Query|Scan",
    ),
    Reason(
        (*DYNOXIDE, *DYNALITE),
        "Filter can only contain|Filter Expression can only",
        "starting key",
        "the filter is looked at after the start key has been placed",
        "Query",
    ),
    Reason(
        DYNOXIDE,
        "BETWEEN operator|key schema element|does not match schema type",
        "starting key",
        "the key condition is compiled before the start key is looked at, as by DynamoDB Local and dynalite",
        "Query",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE, *LOCAL),
        "starting key is invalid",
        "^ValidationException: (Must specify|Cannot specify|ALL_PROJ|Unsupported|Attempted|Conditions|.*(schema type|"
        "ComparisonOperator EQ))",
        "the start key's form before the key condition's fit with the schema, as in dynalite and dynoxide, and before "
        "Select, as in dynalite and DynamoDB Local",
        "Query|Scan",
    ),
    Reason(
        DYNALITE,
        "not an indexable operation",
        "ComparisonOperator EQ is not valid",
        "EQ takes every type (API reference, Condition)",
        "Query",
    ),
    Reason(
        DYNALITE,
        "reserved keyword",
        "Syntax error",
        "dynalite cannot parse NOT NOT, which DynamoDB Local can",
    ),
    Reason(
        DYNOXIDE,
        "Only DELETE action",
        "action is not supported",
        "AttributeUpdates is checked one attribute after the other, as by DynamoDB Local and dynalite",
        "UpdateItem",
    ),
    Reason(
        MINISTACK,
        "requestItems parameter is required|must both be specified|cannot contain an empty string|Binary sets should|"
        "may not be empty|is part of the key|does not match the schema",
        "",
        "ministack lacks the sentence or looks in another order; dynalite and dynoxide, or DynamoDB Local, have ours",
    ),
    Reason(
        DYNOXIDE,
        "must both be specified",
        "^200",
        "a table without BillingMode is provisioned (API reference, CreateTable); DynamoDB Local and dynalite refuse",
        "CreateTable",
    ),
    Reason(
        (*DYNALITE, *DYNOXIDE),
        "ExpressionAttributeNames contains invalid value|cannot contain an empty string value",
        "unused in expressions|^200",
        "an empty attribute name and an empty key value are never valid; since 2020 the latter has this sentence",
    ),
    Reason(
        DYNOXIDE,
        "^200",
        "^ConditionalCheckFailed",
        "an attribute that does not exist differs from every value, as in conditions of DynamoDB Local",
        "ExecuteStatement",
    ),
    Reason(
        DYNOXIDE,
        "Syntax error|BETWEEN operator|Binary sets should|is part of the key",
        "^ResourceNotFound|Must specify|contains duplicates|Type mismatch",
        "expressions and values before the table, Select last; the key is compared before the item is changed",
    ),
    Reason(
        LOCAL,
        "^200",
        "^200",
        "an empty page costs half a unit, as dynalite, dynoxide and the developer guide say; UPDATED_NEW shows touched "
        "paths, which DynamoDB Local forgets beside an action without effect",
        "Query|UpdateItem",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "^400 ValidationException: Key attributes must be scalars",
        "",
        "DynamoDB Local refuses every path into a key; dynalite does so in updates, projections and filters",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *DYNALITE),
        "Expression size has exceeded",
        "Expression size has exceeded|^200",
        "the size is shown by a Scan's filter alone (replies of 2023 and 2026, tests/golden/expressions/condition)",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        r"^200 \{\}?$",
        "^200",
        "an update that only takes away creates no item: developer guide, AttributeUpdates; scylladb issue 5862",
        "UpdateItem",
    ),
    Reason(MINISTACK, "Expression: |ExpressionAttribute", "", "ministack checks few rules of expressions"),
    Reason(DYNALITE, "Syntax error", "Syntax error", "dynalite's parser words syntax errors in its own way"),
)
