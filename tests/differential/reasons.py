"""Differences that remain, each with the reason why this server's answer is the right one.

`ours` and `theirs` are regular expressions over the blurred answers of the report; README.md is the same list in prose.
"""

import re
from dataclasses import dataclass

from tests.differential.local_texts import LOCAL_TEXTS

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


SYNTAX = (
    "Unexpected end|"
    "Expected .*, got|Expected (operand|attribute|comparison)|Unexpected (token|operator)|Syntax error; token: ~$|"
    "at line 0|partition key must use"
)
OPERAND_RULES = (
    "must be distinct from the remaining operands|Incorrect operand type|Incorrect number of operands|"
    "requires a document path|not allowed to be used this way|Invalid attribute type name|Invalid function name|"
    "The function is not allowed"
)

# Members that a reference does not check; dots and numbers as templates have them.
NESTED = (
    r"attributeUpdates\.\S+\.action|streamSpecification\.\S+|tags\.\S+|tagKeys|\S+\.keySchema\S*|\S+\.indexName|"
    "returnValuesOnConditionCheckFailure|totalSegments|tableName|tableClass|attributeDefinitions|shardId"
)
UNCHECKED = (
    (DYNALITE, rf"{NESTED}|attributeDefinitions\.\S+"),
    (
        DYNOXIDE,
        rf"{NESTED}|(requestItems\.\S+\.)?attributesToGet|conditionalOperator|indexName|limit|select|returnValues|"
        r"\S+\.projection\S*|"
        r"returnItemCollectionMetrics|sequenceNumber|shardId|shardIterator(Type)?|streamArn|timeToLiveSpecification\.\S+",
    ),
    (
        MINISTACK,
        rf"{NESTED}|(requestItems\.\S+\.)?attributesToGet|attributeDefinitions\.\S+|billingMode|conditionalOperator|"
        r"returnConsumedCapacity|exclusiveStartTableName|\S+\.projection\S*|indexName|limit|select|provisionedThroughput\.\S+|statement|"
        r"timeToLiveSpecification\S*|transactItems\.\S+",
    ),
)

REASONS: tuple[Reason, ...] = (
    *(
        Reason(LOCAL, ours, theirs, "DynamoDB Local has wording and order of checks of its own outside the expressions")
        for theirs, ours in LOCAL_TEXTS
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
        "^(200|Validation|ConditionalCheck|ResourceNotFound)",
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
        "^(ResourceNotFound|Validation|ConditionalCheck)",
        "rules between request members, which DynamoDB Local checks after expressions and legacy conditions",
    ),
    Reason(
        LOCAL,
        r"^200 ConsumedCapacity: absent;( ItemCollectionMetrics: \{\.\.\.\};)?$",
        r"^200 ConsumedCapacity: \{",
        "DynamoDB Local sends ConsumedCapacity unasked when nothing is deleted",
        "DeleteItem",
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
        "errors? detected: Value",
        "the peer stops at the first constraint, lacks one of them, or renders the value or the bound otherwise",
    ),
    *(
        Reason(
            peers,
            f"errors? detected: Value \\S+ at ({members}) failed",
            "",
            "the peer lacks this constraint of the service model",
        )
        for peers, members in UNCHECKED
    ),
    Reason(
        DYNOXIDE,
        "^SerializationException",
        "^200|^Serialization|^Validation.*(Supplied|One or more|The parameter|ReturnValues|unknown variant|at total|"
        "invalid base)",
        "dynoxide words type checks in its own way; dynalite has ours",
    ),
    Reason(
        MINISTACK,
        "^SerializationException",
        "^(200|Validation|ConditionalCheck|ResourceNotFound)",
        "ministack checks no JSON types; dynalite has ours",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "(ComparisonOperator|ConditionalOperator|AttributeValueList|Exists|is not supported for the type)",
        "",
        "the peer lacks a rule of the legacy conditions; DynamoDB Local has it",
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
        DYNALITE,
        "",
        "Value ~ at ~ failed to satisfy constraint: Member must have length greater than or equal to 0$",
        "item operations take ARNs since 2024, and with them names of one character (recorded replies of 2026)",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "Two document paths",
        "",
        "paths are compared before placeholders are resolved or operands checked, in DynamoDB Local's order",
    ),
    Reason(
        DYNOXIDE,
        "ExpressionAttributeValues contains invalid|ExpressionAttributeNames contains invalid",
        "",
        "DynamoDB Local and dynalite name the placeholder, and look at all before the expressions and the key schema",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "BETWEEN operator requires",
        "BETWEEN operator requires",
        "values are told in canonical form, binary values as Java's ByteBuffer (users' reports)",
    ),
    Reason(
        (*DYNOXIDE, *DYNALITE),
        "BETWEEN operator requires",
        "Segment",
        "Segment comes after the filter, as in DynamoDB Local",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "(may not be empty|contains duplicates|must contain exactly one|converted to a numeric|Null attribute)",
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
        DYNALITE,
        "reserved keyword|outside query boundaries",
        "Syntax error",
        "dynalite cannot parse NOT NOT, which DynamoDB Local can",
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
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "Empty attribute name",
        "unused in expressions",
        "names are looked at before it is told which are unused: DynamoDB Local",
    ),
    Reason(
        (*DYNALITE, *DYNOXIDE),
        "ExpressionAttributeNames contains invalid value|cannot contain an empty string value",
        "unused in expressions|^200",
        "an empty attribute name and an empty key value are never valid; since 2020 the latter has this sentence",
    ),
    Reason(
        DYNOXIDE,
        "Syntax error|BETWEEN operator|Binary sets should|is part of the key|is not defined",
        "^ResourceNotFound|Must specify|contains duplicates|Type mismatch|unused in expressions",
        "expressions and values before the table, Select last; the key is compared before the item is changed",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "^400 ValidationException: Key attributes must be scalars",
        "",
        "DynamoDB Local refuses every path into a key; dynalite does so in updates, projections and filters",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "Expression size has exceeded",
        "Expression size has exceeded|^200|^ConditionalCheck",
        "the size is shown by a Scan's filter alone (replies of 2023 and 2026, tests/golden/expressions/condition)",
    ),
    Reason(
        LOCAL,
        "too many operands",
        "too many operands",
        'up to 100 values (developer guide, Constraints: "operands for the IN comparator"); DynamoDB Local counts the '
        "left side as well",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "too many operands",
        "^200|^ConditionalCheck",
        "up to 100 values (developer guide, Constraints); DynamoDB Local has the rule",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "Attribute name is too large",
        "^200|Attribute name is too large",
        "measured against the service in September 2026, with these words wherever the name stands: ExtendDB/extenddb "
        "issue 365",
    ),
    Reason(
        (*MINISTACK, *DYNALITE),
        "Nesting Levels",
        "Nesting Levels have exceeded supported limits$|^200|^ConditionalCheck",
        "a value may nest 32 levels deep (developer guide, Constraints): DynamoDB Local and dynoxide",
    ),
    Reason(
        LOCAL,
        "Nesting Levels",
        "Nesting Levels have exceeded supported limits( for key \\S+)?$|^200|^ConditionalCheck",
        "DynamoDB Local has the first half of the sentence, and does not look at legacy values",
    ),
    Reason(
        DYNOXIDE,
        "",
        "Nesting Levels have exceeded",
        "a value outside of any item may nest one level deeper in us-east-1 (tests/golden/validation/values)",
    ),
    Reason(MINISTACK, "Expression: |ExpressionAttribute", "", "ministack checks few rules of expressions"),
    Reason(
        (*DYNALITE, *DYNOXIDE), "Syntax error", "Syntax error", "the peer's parser words syntax errors in its own way"
    ),
    Reason(
        DYNALITE, "^ValidationException", r"at (tableName|requestItems) failed", "names of one character: see above"
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "Binary sets should not|Null attribute value|Duplicate value in",
        "Supplied AttributeValue is empty|^ResourceNotFound",
        "values and lists of names are looked at before the table: DynamoDB Local and dynalite",
    ),
    Reason(MINISTACK, "maximum size limit", "Aggregated size of all", "dynoxide and dynalite have ours"),
    Reason(
        DYNALITE,
        "Start of structure",
        "more than one datatypes",
        "JSON types of all members come first; dynalite looks at an attribute value while it reads it",
    ),
    Reason(
        DYNOXIDE,
        "^SerializationException",
        "contains invalid key",
        "JSON types come before placeholders: dynalite",
    ),
    Reason(
        DYNOXIDE,
        "errors? detected: Value",
        "^ValidationException: (Supplied Attr|Number (over|under)flow|One or more|unknown variant|missing field)",
        "dynoxide reads attribute values and enums before it looks at constraints",
        "BatchWriteItem|CreateTable|UpdateTable|TransactWriteItems",
    ),
    Reason(
        (*DYNOXIDE, *DYNALITE, *MINISTACK),
        "number set  may not be empty|string set  may not be empty|numeric value|contains duplicates",
        "^ConditionalCheck|multiple operations",
        "values in conditions and in members of a transaction are checked with the request: DynamoDB Local",
    ),
    Reason(
        MINISTACK,
        "Input collection|at key failed",
        "Input collection|does not match the schema",
        "ministack words lists as JSON, and a missing key as a wrong one",
    ),
    Reason(
        (*MINISTACK, *DYNALITE),
        "^ConditionalCheckFailed",
        "^200",
        "two operands that do not exist are not equal: DynamoDB Local and dynoxide",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "^200 Item: absent;",
        r"^200 Item: \{",
        "an update that only takes away creates no item: scylladb/scylladb issues 5862 and 28368",
        "GetItem",
    ),
    Reason(
        DYNALITE,
        "_VALUE cannot be converted to String|^SerializationException: (Start of|Unexpected|Unrecognized)",
        "^(200|Validation|ConditionalCheck|ResourceNotFound)",
        "dynalite does not know ReturnValuesOnConditionCheckFailure, which is of 2023; dynoxide has ours",
        "PutItem|UpdateItem|DeleteItem",
    ),
    Reason(
        DYNALITE,
        "^SerializationException",
        "^SerializationException",
        "of two members of a wrong JSON type the first that was sent is named; dynalite goes by a list of its own",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "Number (over|under)flow|converted to a numeric",
        "Number (over|under)flow|converted to a numeric",
        "an exponent of any length is out of range, but for the operations that read numbers as Java does: recorded in "
        "October 2026",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "Failed to satisfy constraint: Member must satisfy enum value set|Value at (TableName|Limit)",
        "",
        "the operations on items stop at these members: recorded in October 2026, in eu-west-2 since June "
        "(nubo-db/dynoxide issue 83)",
        "PutItem|UpdateItem|DeleteItem|GetItem|Query",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "numeric value|magnitude|significant digits|not be empty|contains duplicates|value of true|datatypes|Nesting",
        "ExpressionAttributeValues contains invalid value|contains duplicates|numeric value|Nesting",
        "values in the words of October 2026, without the placeholder",
        "PutItem|UpdateItem|DeleteItem|GetItem|BatchGetItem|Query",
    ),
    Reason(
        MINISTACK,
        "numeric value|magnitude|significant digits|not be empty|contains duplicates|value of true|datatypes|Nesting",
        "^Validation",
        "values are looked at before expressions are: DynamoDB Local, dynoxide, dynalite",
        "PutItem|UpdateItem|DeleteItem|Query",
    ),
    Reason(
        DYNOXIDE,
        "^SerializationException: (Start of|Unexpected|[A-Z]+_VALUE)|at exclusiveStartTableName failed",
        r"at (return\w+|tableName) failed|floating point",
        "type checks come before constraints, and 1.5 is taken for a limit: dynalite",
    ),
    Reason(
        DYNOXIDE,
        "Syntax error; token",
        "is a reserved keyword",
        "an expression is read to its end before its names are looked at, as by DynamoDB Local",
    ),
    Reason(
        LOCAL,
        "Number (over|under)flow",
        "Return values set to invalid value",
        "values are read before ReturnValues is looked at, as by dynoxide and dynalite",
        "PutItem|UpdateItem|DeleteItem",
    ),
)
