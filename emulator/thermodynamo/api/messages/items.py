"""What is wrong with a read, a write or a batch, and conditions that fail; what cancels or refuses a transaction."""

from thermodynamo.api.messages.values import KEY_MISMATCH, ONE_ERROR, PARAMETERS_INVALID, VALUE_WITH_MANY_TYPES

RETURN_VALUES_ALL_OLD_OR_NONE = "ReturnValues can only be ALL_OLD or NONE"
CANNOT_UPDATE_KEY = PARAMETERS_INVALID + "Cannot update attribute {}. This attribute is part of the key"
KEY_NOT_SCALAR = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {}: {}"
KEY_CONDITION_REQUIRED = (
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
)
QUERY_FILTER_ON_KEY = "QueryFilter can only contain non-primary key attributes: Primary key attribute: {}"
FILTER_ON_KEY = "Filter Expression can only contain non-primary key attributes: Primary key attribute: {}"
START_KEY_INVALID = "The provided starting key is invalid"
START_KEY_MISMATCH = START_KEY_INVALID + ": " + KEY_MISMATCH
START_KEY_OUTSIDE_QUERY = "The provided starting key is outside query boundaries based on provided conditions"
START_KEY_AGAINST_PREDICATE = "The provided starting key does not match the range key predicate"
QUERY_OF_ONE_ITEM = "The query can return at most one row and cannot be restarted"
START_KEY_OUTSIDE_SEGMENT = (
    START_KEY_INVALID
    + ": Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: {} Segment: {}"
)
SEGMENT_WITHOUT_TOTAL = (
    "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
)
TOTAL_WITHOUT_SEGMENT = (
    "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
)
SEGMENT_TOO_LARGE = (
    "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {} is not less than "
    "TotalSegments: {}"
)
INDEX_NOT_FOUND = "The table does not have the specified index: {}"
INDEX_BACKFILLING = "Cannot read from backfilling global secondary index: {}"
CONSISTENT_READ_OF_INDEX = "Consistent reads are not supported on global secondary indexes"
SELECT_ALL_OF_INDEX = (
    PARAMETERS_INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index {} because its "
    "projection type is not ALL"
)
INDEX_LACKS_ATTRIBUTES = PARAMETERS_INVALID + "Global secondary index {} does not project [{}]"
INDEX_LACKS_FILTER_ATTRIBUTES = (
    PARAMETERS_INVALID + "Secondary index {} does not project one or more filter attributes: [{}]"
)
SELECT_WITHOUT_PROJECTION = (
    "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
)
SELECT_WITHOUT_INDEX = "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
SELECT_WITH_PROJECTION = "Cannot specify the {} when choosing to get {}"
BATCH_DUPLICATES = "Provided list of item keys contains duplicates"
BATCH_GET_EMPTY = (
    ONE_ERROR
    + "Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"
)
BATCH_WRITE_EMPTY = "The requestItems parameter is required for BatchWriteItem"
BATCH_TOO_LARGE = "Too many items requested for the {} call"
WRITE_REQUEST_NOT_ONE = VALUE_WITH_MANY_TYPES


CONDITION_FAILED = "The conditional request failed"
ITEM_COLLECTION_TOO_LARGE = "Collection size exceeded."

TRANSACTION_CANCELED = "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]"
TRANSACTION_ONGOING = "Transaction is ongoing for the item"
# The service's text in a report of 2021 (aws-sdk-java-v2 issue 2518).
TRANSACTION_IN_PROGRESS = "Transaction from previous request is still in progress"
# No reply of the service was found; this is what its published model says of the exception.
TRANSACTION_TOKEN_REUSED = (
    "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent "
    "token that was already used."
)
TRANSACTION_WITHOUT_ACTION = "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
TRANSACTION_NOT_ONE_ACTION = "TransactItems can only contain one of Check, Put, Update or Delete"
TRANSACTION_DUPLICATES = "Transaction request cannot include multiple operations on one item"
TRANSACTION_TOO_LARGE = (
    "Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction "
    "exceeding the 4MB limit"
)
