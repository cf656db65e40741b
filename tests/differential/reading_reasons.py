"""As reasons.py, for Query and Scan."""

from tests.differential.reasons import DYNALITE, DYNOXIDE, LOCAL, MINISTACK, Reason

READING_REASONS = (
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
        LOCAL,
        r"^200 ConsumedCapacity\S+: \d",
        r"^200 ConsumedCapacity\S+: 0\.0;",
        "an empty page costs half a unit: dynalite, dynoxide, developer guide",
        "Query",
    ),
    Reason(
        DYNALITE,
        "Expression: Syntax error",
        "Either the KeyConditions",
        "an empty expression is one: DynamoDB Local",
        "Query",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "cannot contain an empty string value. Key",
        "starting key|cannot be restarted|^200|when choosing|can be used only|Cannot specify",
        "an empty key value in the key condition is refused with the condition; since 2020",
        "Query",
    ),
    Reason(
        MINISTACK,
        "not an indexable operation|missed key schema|nested attributes|nested operations",
        "^200|missed key schema",
        "ministack takes every operator in KeyConditions; dynalite has the sentence, dynoxide another",
        "Query",
    ),
    Reason(
        DYNOXIDE,
        "^200|KeyConditionExpressions c|BETWEEN operator must",
        "Query condition missed key schema element|Expected value reference|with a value on the left",
        "dynoxide reads key conditions without parentheses, and with a value last; the others read all",
        "Query",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "Consistent reads|does not match the schema|BETWEEN operator",
        "when choosing to get|^200",
        "Select comes last, as in dynalite and DynamoDB Local; dynoxide does not compare bounds",
        "Query|Scan",
    ),
    Reason(
        (*DYNOXIDE, *DYNALITE),
        "cannot contain an empty string value. Key",
        "^ValidationException: One or more parameter values were invalid: Select type",
        "an empty key value in the key condition is refused with the condition: ministack",
        "Query",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK),
        "missed key schema element: p|^ResourceNotFound|BETWEEN operator",
        "missed key schema element$|when choosing to get|can be used only",
        "Select comes last: DynamoDB Local and dynalite; DynamoDB Local does not name the key attribute",
        "Query",
    ),
    Reason(
        DYNALITE,
        "^ResourceNotFound",
        "at tableName failed",
        "names of one character: item operations take ARNs since 2024",
        "Query|Scan",
    ),
    Reason(
        DYNALITE,
        "starting key is outside query boundaries",
        "cannot be restarted",
        "a sentence of dynalite's for a start key with the same sort key; DynamoDB Local and ministack have none",
        "Query",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE),
        "can only be specified when using expressions",
        "Consistent read",
        "what is wrong with the request alone is said before the index is looked at: dynalite",
        "Query|Scan",
    ),
)
