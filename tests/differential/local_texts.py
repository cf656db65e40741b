"""What DynamoDB Local says in words or an order of its own, outside the expressions, and what of ours it stands for."""

VALUE_RULES = "Binary sets|contains duplicates|may not be empty|numeric value|Null attribute|exactly one"
EXPRESSIONS = "Expression: |ExpressionAttribute|KeyConditionExpressions"
LOCAL_TEXTS = (
    (
        "Cannot do operations on a non-existent table",
        "^ResourceNotFound|when Billing|At least one of|of same type",
    ),
    ("Cannot do operations on a non-existent table", f"{EXPRESSIONS}|UpdateViewType|Select type|Too many tags"),
    (
        "Either the KeyConditions|does not project one or more|Consistent read",
        "Conditional|indexable|unused in|of same type",
    ),
    ("Type mismatch for Index Key$", "Type mismatch for Index Key"),
    ("Cannot create preexisting table", "Table already exists"),
    (
        "Invalid table/index name",
        f"{EXPRESSIONS}|{VALUE_RULES}|ComparisonOperator|Duplicate value|^ResourceNotFound|Only DELETE|of same type",
    ),
    ("Return values set to invalid value", f"ReturnValues|{VALUE_RULES}"),
    ("cannot be converted into a number|^200", "cannot be converted to a numeric value"),
    ("Sets cannot be empty|set may not be empty", "set +may not be empty|sets should not be empty"),
    ("number of conditions on the keys is invalid|Type mismatch for attribute to update", "ConditionalOperator c"),
    ("number of conditions on the keys is invalid", f"does not match the schema|{EXPRESSIONS}|Size of"),
    (
        "required keys was not given a value",
        f"does not match the schema|Missing the key|Only DELETE|{EXPRESSIONS}|{VALUE_RULES}",
    ),
    ("Type mismatch for attribute to update", "does not match the schema|Type mismatch for (Index )?[Kk]ey"),
    ("Updates on index keys must be of the same data type", "Type mismatch for Index Key"),
    (
        "Invalid attribute value type",
        f"does not match the schema|Type mismatch for (Index )?[Kk]ey|Only DELETE|{EXPRESSIONS}|{VALUE_RULES}",
    ),
    (
        "Type mismatch for attribute to update|Only scalar types can be used",
        f"Cannot update|starting key is|{EXPRESSIONS}|{VALUE_RULES}|must be of same type",
    ),
    ("Only scalar types can be used as Range Key", "indexable|ConditionalOperator cannot|does not match the schema"),
    ("Cannot have two attributes with the same name", "Duplicate (attribute|value) in|same name"),
    ("cannot have a null or no requests set", "requestItems parameter is required"),
    ("Hash primary key values must be under|Size limit exceeded$", "Size limit exceeded for Index Key"),
    ("Hash primary key values must be under", f"has exceeded the maximum size|{EXPRESSIONS}|{VALUE_RULES}"),
    ("Update global secondary index action is null", "must not be null"),
    ("requested throughput value equals", "requested value equals"),
    ("Only one global secondary index update per index", "Only one global secondary index update per index"),
    (
        "Only scalar types can be used as Range Key|Type mismatch for attribute to update",
        "ConditionalOperator can only",
    ),
    ("This attribute is part of the key", f"Cannot update attribute|{VALUE_RULES}"),
    ("DynamoDB only supports precision|Attempting to store more than", "significant digits|magnitude"),
    ("Input collection .*contains duplicates", "contains duplicates"),
    ("Exclusive start key must lie within the segment", "correct Segment|^200"),
    ("Exclusive Start Key must have same size|range key predicate", "must be of same type|is not valid for"),
    ("Exclusive Start Key must have same size", "starting key is invalid|ConditionalOperator cannot"),
    ("starting key does not match the range key predicate", "starting key is outside query boundaries"),
    ("No provisioned throughput", "must both be specified"),
    ("total segment must also be specified|^ValidationException: (Segment|Total)", "Segment"),
    ("ConditionalOperator cannot be used without", "action with|action is not|Only DELETE|ComparisonOperator"),
    ("is not supported for the type: ~", "is not supported for the type"),
    ("No Hash Key specified|Hash Key not specified|number of attributes in key schema", "KeySchema"),
    ("Comparison type does not exist", "ComparisonOperator"),
)
