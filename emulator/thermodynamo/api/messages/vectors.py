"""Vector indexes: their definitions, the writes that they refuse, and searches.

Texts with a source are those of the developer guide (VectorSearchWorkingWith, VectorSearchTroubleshooting), of
aws/agent-toolkit-for-aws (amazon-dynamodb, references/vector-search.md, which quotes them verbatim), or of users who
met them. For the others no text of the service is at hand.
"""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

# Guide and skill: of these the texts are quoted.
SEARCH_SCHEMA_NOT_DEFINED = PARAMETERS_INVALID + "One element in SearchSchema is not defined in attribute definitions"
VECTOR_INDEXES_TOO_MANY = PARAMETERS_INVALID + "VectorIndex count exceeds the per-table limit of {}"
VECTOR_SIZE = PARAMETERS_INVALID + "Invalid size for parameter {}, Expected: {}, Actual: {}. IndexName: {}"
TOP_COUNT_OUT_OF_RANGE = "Provided TopK value '{}' is out of valid range. The value must be between 1 and {} inclusive"
SEARCH_DIMENSIONS = "Input search vector dimension {} does not match vector index dimension {}"
SEARCH_WITHOUT_PARTITION = "SearchConditionExpression must be provided when SearchSchema has a HASH key"
SEARCH_COMPARATOR = "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression"
VECTOR_INDEX_BACKFILLING = "Cannot search backfilling vector index: {}"
INDEX_TYPE_NOT_SUPPORTED = "{} operation not supported on this index type."
# Users met these in September 2026: ishiharatma/aws-cdk-reference-architectures, docs/knowledge; a report on
# SearchConditionExpression with BETWEEN and IN, us-west-2, 21 August 2026.
SEARCH_VECTOR_INVALID = (
    "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point number "
    "attribute"
)
SEARCH_OPERATOR = "Invalid SearchConditionExpression: Invalid operator used in SearchConditionExpression"
# The guide quotes how this begins, and says that it tells the place of the element.
VECTOR_TYPE = PARAMETERS_INVALID + "Invalid type for parameter {}, Expected: {}, Actual: {}. IndexName: {}"

# No text of the service is at hand for these.
VECTOR_VALUE = (
    PARAMETERS_INVALID + "Invalid value for parameter {}, {} is no 32-bit floating-point number. IndexName: {}"
)
VECTOR_INDEX_ON_PROVISIONED = (
    PARAMETERS_INVALID + "Vector indexes are supported only when BillingMode is PAY_PER_REQUEST"
)
DIMENSIONS_OUT_OF_RANGE = PARAMETERS_INVALID + "Dimensions must be between 1 and {} for index: {}"
DIMENSIONS_DIFFER = PARAMETERS_INVALID + "Vector indexes on the attribute {} must all have the same Dimensions"
VECTOR_ATTRIBUTE_IS_KEY = (
    PARAMETERS_INVALID + "The vector attribute {} is a key attribute of the table, of an index or of a SearchSchema"
)
SEARCH_SCHEMA_REPEATS = PARAMETERS_INVALID + "Duplicate element in SearchSchema: {}"
SEARCH_SCHEMA_HASH_KEYS = PARAMETERS_INVALID + "SearchSchema may have one HASH element for index: {}"
SEARCH_SCHEMA_FILTERS = PARAMETERS_INVALID + "SearchSchema may have up to {} INLINE_FILTER elements for index: {}"
VECTOR_PROJECTION_TOO_LARGE = (
    PARAMETERS_INVALID + "The vector attribute, INLINE_FILTER elements and NonKeyAttributes exceed the limit of {} for "
    "index: {}"
)
VECTOR_UPDATE_NOT_ONE = "Only one of Create or Delete may be specified in each element of VectorIndexUpdates"
SEARCH_ATTRIBUTE_UNKNOWN = (
    "Invalid SearchConditionExpression: The attribute {} is no element of the SearchSchema of the index"
)
SEARCH_OPERANDS = (
    "Invalid SearchConditionExpression: Each condition compares a top-level attribute of the SearchSchema with a value"
)
SEARCH_REPEATS = "Invalid SearchConditionExpression: There are several conditions on the attribute {}"
SEARCH_VALUE_TYPE = PARAMETERS_INVALID + "Condition parameter type does not match schema type"
SEARCH_RESULT_TOO_LARGE = (
    "The response exceeds the limit of 16 MB. Use a lower TopK, or a ProjectionExpression with fewer attributes"
)
VECTORS_UNAVAILABLE = "Vector indexes need numpy, which is not installed here: pip install 'thermodynamo[vectors]'"
