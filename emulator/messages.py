"""Every message text of the service, grouped by exception; `{}` fields are filled by the caller.

The wording is us-east-1's. Nothing outside this module spells an AWS message.
"""

# --- SerializationException: the body is not JSON or a member has the wrong type -------------------------------------
CANNOT_CONVERT = "{}_VALUE cannot be converted to {}"
STRUCTURE_NOT_EXPECTED = "Start of structure or map found where not expected"
UNRECOGNIZED_COLLECTION = "Unrecognized collection type {}"
UNEXPECTED_FIELD = "Unexpected field type"
UNEXPECTED_ELEMENT = "Unexpected value type in payload"
UNEXPECTED_TOKEN = "Unexpected token received from parser"
ELEMENT_NOT_A_CLASS = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
    "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base "
    "of loader 'bootstrap')"
)
BLOB_NOT_STRING = "only base-64-encoded strings are convertible to bytes"
BASE64_LENGTH = "Base64 encoded length is expected a multiple of 4 bytes but found: {}"
BASE64_LAST_CHARACTER = "Invalid last non-pad Base64 character dectected"

# --- ValidationException: constraints of the model (`N validation errors detected: ...`) ------------------------------
ONE_CONSTRAINT = "1 validation error detected: {}"
CONSTRAINTS = "{} validation errors detected: {}"
CONSTRAINT = "Value {} at '{}' failed to satisfy constraint: {}"
NOT_NULL = "Member must not be null"
LENGTH_MAX = "Member must have length less than or equal to {}"
LENGTH_MIN = "Member must have length greater than or equal to {}"
VALUE_MAX = "Member must have value less than or equal to {}"
VALUE_MIN = "Member must have value greater than or equal to {}"
PATTERN = "Member must satisfy regular expression pattern: {}"
ENUM = "Member must satisfy enum value set: [{}]"
ELEMENTS = "Member must satisfy constraint: [{}]"
MAP_KEYS = "Map keys must satisfy constraint: [{}]"
MAP_VALUES = "Map value must satisfy constraint: [{}]"
TABLE_NAME_REQUIRED = "The parameter 'TableName' is required but was not present in the request"

# --- ValidationException: attribute values, keys and items ------------------------------------------------------------
VALUE_EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
VALUE_WITH_MANY_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
)
NOT_A_NUMBER = "The parameter cannot be converted to a numeric value"
NUMBER_OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
NUMBER_UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
NUMBER_TOO_PRECISE = "Attempting to store more than 38 significant digits in a Number"
NESTING_TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
)
ONE_ERROR = "1 validation error detected: "
PARAMETERS_INVALID = "One or more parameter values were invalid: "
NULL_NOT_TRUE = PARAMETERS_INVALID + "Null attribute value types must have the value of true"
STRING_SET_EMPTY = PARAMETERS_INVALID + "An string set  may not be empty"
STRING_SET_NULL = PARAMETERS_INVALID + "An string set may not have a null string as a member"
BINARY_SET_NULL = "The supplied Item contains a null AttributeValue"
NUMBER_SET_EMPTY = PARAMETERS_INVALID + "An number set  may not be empty"
BINARY_SET_EMPTY = PARAMETERS_INVALID + "Binary sets should not be empty"
NUMBER_SET_DUPLICATES = "Input collection contains duplicates"
ITEM_TOO_LARGE = "Item size has exceeded the maximum allowed size"
UPDATED_ITEM_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
ATTRIBUTE_NAME_EMPTY = "Empty attribute name"
KEY_MISMATCH = "The provided key element does not match the schema"
PARTITION_KEY_TOO_LARGE = PARAMETERS_INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
SORT_KEY_TOO_LARGE = PARAMETERS_INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
KEY_ATTRIBUTE_EMPTY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
    "empty {} value. Key: {}"
)
KEY_MISSING_IN_ITEM = PARAMETERS_INVALID + "Missing the key {} in the item"
KEY_TYPE_IN_ITEM = PARAMETERS_INVALID + "Type mismatch for key {} expected: {} actual: {}"
INDEX_KEY_TYPE = PARAMETERS_INVALID + "Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {}"
INDEX_KEY_TOO_LARGE = (
    PARAMETERS_INVALID + "Size limit exceeded for Index Key {} Actual Size: {} bytes Max Size: {} bytes IndexName: {}"
)
INDEX_KEY_EMPTY = (
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
    "The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: {}, IndexKey: {}"
)
INDEX_KEY_UPDATED_EMPTY = (
    "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a "
    "value that is not supported. The AttributeValue for a key attribute cannot contain an empty {} value."
)

PLAIN_ALWAYS = (
    ONE_ERROR,
    VALUE_EMPTY,
    VALUE_WITH_MANY_TYPES,
    NUMBER_OVERFLOW,
    NUMBER_UNDERFLOW,
    NUMBER_TOO_PRECISE,
    NOT_A_NUMBER,
    NESTING_TOO_DEEP,
    ITEM_TOO_LARGE,
    KEY_MISMATCH,
)


def not_a_number(text: str) -> str:
    """An empty text is not repeated."""
    return f"{NOT_A_NUMBER}: {text}" if text else NOT_A_NUMBER


def string_set_duplicates(elements: list[str]) -> str:
    return f"{PARAMETERS_INVALID}Input collection [{', '.join(elements)}] contains duplicates."


def binary_set_duplicates(elements: list[str]) -> str:
    """The missing space is the service's."""
    return f"{PARAMETERS_INVALID}Input collection [{', '.join(elements)}]of type BS contains duplicates."


# --- ValidationException: expressions and legacy conditions -----------------------------------------------------------
INVALID_EXPRESSION = "Invalid {kind}: {detail}"
EXPRESSION_EMPTY = "The expression can not be empty;"
EXPRESSION_TOO_LONG = "Expression size has exceeded the maximum allowed size; expression size: {size}"
EXPRESSION_SYNTAX = 'Syntax error; token: "{token}", near: "{near}"'
EXPRESSION_PARENTHESES = "The expression has redundant parentheses;"
EXPRESSION_OPERATORS = "The expression contains too many operators; operator count: {count}"
EXPRESSION_IN_OPERANDS = "The IN operator is provided with too many operands; number of operands: {count}"
EXPRESSION_SECTION = 'The "{section}" section can only be used once in an update expression;'
EXPRESSION_RESERVED = "Attribute name is a reserved keyword; reserved keyword: {name}"
EXPRESSION_NAME_UNDEFINED = (
    "An expression attribute name used in the document path is not defined; attribute name: {name}"
)
EXPRESSION_VALUE_UNDEFINED = "An expression attribute value used in expression is not defined; attribute value: {name}"
EXPRESSION_NESTING = "The document path has too many nesting levels; nesting levels: {levels}"
EXPRESSION_LIST_INDEX = "List index is not within the allowable range; index: [{index}]"
EXPRESSION_PATHS_OVERLAP = (
    "Two document paths overlap with each other; must remove or rewrite one of these paths;"
    " path one: {one}, path two: {two}"
)
EXPRESSION_PATHS_CONFLICT = (
    "Two document paths conflict with each other; must remove or rewrite one of these paths;"
    " path one: {one}, path two: {two}"
)
FUNCTION_UNKNOWN = "Invalid function name; function: {name}"
FUNCTION_NOT_IN_CONDITION = "The function is not allowed in a condition expression; function: {name}"
FUNCTION_NOT_IN_UPDATE = "The function is not allowed in an update expression; function: {name}"
FUNCTION_MISPLACED = "The function is not allowed to be used this way in an expression; function: {name}"
OPERAND_COUNT = (
    "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {count}"
)
OPERAND_TYPE = "Incorrect operand type for operator or function; operator or function: {name}, operand type: {type}"
OPERAND_TYPE_OF_ACTION = (
    "Incorrect operand type for operator or function; operator: {name}, operand type: {type}, "
    "typeSet: ALLOWED_FOR_{name}_OPERAND"
)
OPERAND_NOT_PATH = "Operator or function requires a document path; operator or function: {name}"
OPERANDS_NOT_DISTINCT = (
    "The first operand must be distinct from the remaining operands for this operator or function;"
    " operator: {name}, first operand: {operand}"
)
ATTRIBUTE_TYPE_UNKNOWN = "Invalid attribute type name found; type: {type}, valid types: {valid}"
BETWEEN_ORDER = (
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound;"
    " lower bound operand: {low}, upper bound operand: {high}"
)
BETWEEN_TYPES = (
    "The BETWEEN operator requires same data type for lower and upper bounds;"
    " lower bound operand: {low}, upper bound operand: {high}"
)
UPDATE_OPERAND_TYPE = "An operand in the update expression has an incorrect data type"
UPDATE_ATTRIBUTE_MISSING = "The provided expression refers to an attribute that does not exist in the item"
UPDATE_PATH_INVALID = "The document path provided in the update expression is invalid for update"
KEY_CONDITION_OPERATOR = "Invalid operator used in KeyConditionExpression: {name}"
KEY_CONDITION_ONE_PER_KEY = "KeyConditionExpressions must only contain one condition per key"
KEY_CONDITION_NESTED = "KeyConditionExpressions cannot contain nested operations"
KEY_CONDITION_FIRST_OPERAND = (
    "Invalid condition in KeyConditionExpression: {name} operator must have the key attribute as its first operand"
)
KEY_CONDITION_NO_KEY = "Invalid condition in KeyConditionExpression: No key attribute specified"
KEY_CONDITION_TWO_NAMES = "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
KEY_CONDITION_NESTED_PATH = "KeyConditionExpressions cannot have conditions on nested attributes"
KEY_CONDITION_COUNT = "Conditions can be of length 1 or 2 only"
KEY_CONDITION_MISSED = "Query condition missed key schema element: {name}"
KEY_CONDITION_UNSUPPORTED = "Query key condition not supported"
KEY_CONDITION_NOT_INDEXABLE = "Attempted conditional constraint is not an indexable operation"
KEY_CONDITION_TYPE = "One or more parameter values were invalid: Condition parameter type does not match schema type"
LEGACY_ARGUMENT_COUNT = PARAMETERS_INVALID + "Invalid number of argument(s) for the {operator} ComparisonOperator"
LEGACY_ARGUMENT_TYPE = PARAMETERS_INVALID + "ComparisonOperator {operator} is not valid for {type} AttributeValue type"
LEGACY_ARGUMENTS_DIFFER = PARAMETERS_INVALID + "AttributeValues inside AttributeValueList must be of same type"
LEGACY_BETWEEN_ORDER = (
    "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
)
EXPECTED_VALUE_TWICE = PARAMETERS_INVALID + "Value and AttributeValueList cannot be used together for Attribute: {name}"
EXPECTED_LIST_WITHOUT_OPERATOR = (
    PARAMETERS_INVALID + "AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}"
)
EXPECTED_EXISTS_WITH_OPERATOR = (
    PARAMETERS_INVALID + "Exists and ComparisonOperator cannot be used together for Attribute: {name}"
)
EXPECTED_OPERATOR_WITHOUT_VALUE = (
    PARAMETERS_INVALID
    + "Value or AttributeValueList must be used with ComparisonOperator: {operator} for Attribute: {name}"
)
EXPECTED_VALUE_MISSING = PARAMETERS_INVALID + "Value must be provided when Exists is {exists} for Attribute: {name}"
EXPECTED_VALUE_SURPLUS = PARAMETERS_INVALID + "Value cannot be used when Exists is false for Attribute: {name}"
CONDITIONAL_OPERATOR_ALONE = "ConditionalOperator cannot be used without Filter or Expected"
CONDITIONAL_OPERATOR_SINGLE = "ConditionalOperator can only be used when Filter or Expected has two or more elements"
UPDATES_VALUE_MISSING = PARAMETERS_INVALID + "Only DELETE action is allowed when no attribute value is specified"
UPDATES_DELETE_TYPE = PARAMETERS_INVALID + "DELETE action with value is not supported for the type {type}"
UPDATES_ADD_TYPE = PARAMETERS_INVALID + "ADD action is not supported for the type {type}"
UPDATES_TYPE_MISMATCH = "Type mismatch for attribute to update"
ATTRIBUTES_TO_GET_TWICE = PARAMETERS_INVALID + "Duplicate value in attribute name: {name}"
EXPRESSIONS_MIXED = (
    "Can not use both expression and non-expression parameters in the same request:"
    " Non-expression parameters: {{{legacy}}} Expression parameters: {{{expressions}}}"
)
NAMES_WITHOUT_EXPRESSION = "ExpressionAttributeNames can only be specified when using expressions"
VALUES_WITHOUT_EXPRESSION = (
    "ExpressionAttributeValues can only be specified when using expressions: {expressions} {verb} null"
)
PLACEHOLDERS_EMPTY = "{parameter} must not be empty"
PLACEHOLDER_INVALID = "{parameter} contains invalid key: {detail}"
PLACEHOLDER_SYNTAX = 'Syntax error; key: "{key}"'
PLACEHOLDER_EMPTY = "The expression attribute map contains an empty key;"
PLACEHOLDER_TOO_LONG = "The expression attribute map contains a key that is too long; size of key: {size}"
VALUE_PLACEHOLDER_TOO_LONG = "The expression attribute map contains a key that is too long;"
PLACEHOLDER_CONTENT_INVALID = "{parameter} contains invalid value: {detail} for key {key}"
PLACEHOLDER_NAME_TOO_LONG = "Attribute name is too large, must be less than 65536 bytes"
PLACEHOLDERS_UNUSED = "Value provided in {parameter} unused in expressions: keys: {{{keys}}}"

# --- ValidationException: tables and indexes --------------------------------------------------------------------------
FIRST_KEY_NOT_HASH = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
SECOND_KEY_NOT_RANGE = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
KEY_WITHOUT_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
KEYS_NOT_DEFINED = (
    PARAMETERS_INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], "
    "AttributeDefinitions: [{}]"
)
KEYS_HAVE_SAME_NAME = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
KEYS_OUT_OF_ORDER = "Invalid KeySchema: All HASH KeySchemaElements must come before the RANGE KeySchemaElements"
KEYS_TOO_MANY = "Invalid KeySchema: At most {} {} KeySchemaElements are allowed for index: {}"
DEFINITIONS_COUNT = (
    PARAMETERS_INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
    "AttributeDefinitions"
)
DEFINITIONS_NOT_USED = (
    PARAMETERS_INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]"
)
DEFINITIONS_DUPLICATE = "Cannot have two attributes with the same name"
DEFINITION_CHANGED = PARAMETERS_INVALID + "Attribute {} is already defined with type {}"
INDEXES_EMPTY = PARAMETERS_INVALID + "List of {} is empty"
INDEX_NAME_DUPLICATE = PARAMETERS_INVALID + "Duplicate index name: {}"
INDEX_EXISTS = PARAMETERS_INVALID + "Index already exists: {}"
LOCAL_INDEXES_TOO_MANY = PARAMETERS_INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of {}"
GLOBAL_INDEXES_TOO_MANY = PARAMETERS_INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of {}"
TABLE_WITHOUT_SORT_KEY = (
    PARAMETERS_INVALID + "Table KeySchema does not have a range key, which is required when specifying a "
    "LocalSecondaryIndex"
)
INDEX_WITHOUT_SORT_KEY = PARAMETERS_INVALID + "Index KeySchema does not have a range key for index: {}"
INDEX_WITH_OTHER_PARTITION_KEY = (
    PARAMETERS_INVALID + "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. "
    "index hash key: {}, table hash key: {}"
)
PROJECTION_UNKNOWN = PARAMETERS_INVALID + "Unknown ProjectionType: null"
PROJECTION_WITH_NAMES = PARAMETERS_INVALID + "ProjectionType is {}, but NonKeyAttributes is specified"
PROJECTION_WITHOUT_NAMES = PARAMETERS_INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
PROJECTION_DUPLICATE = PARAMETERS_INVALID + "Duplicate attribute in NonKeyAttributes: {} for index: {}"
PROJECTIONS_TOO_MANY = (
    PARAMETERS_INVALID + "Total number of NonKeyAttributes projected into all secondary indexes exceeds the limit of {}"
)
UNITS_REQUIRED = (
    PARAMETERS_INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
    "PROVISIONED"
)
UNITS_NOT_ALLOWED = (
    PARAMETERS_INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
    "PAY_PER_REQUEST"
)
UNITS_OUT_OF_BOUNDS = "Given value {} for {} is out of bounds"
UNITS_OUT_OF_BOUNDS_FOR_INDEX = UNITS_OUT_OF_BOUNDS + " for index {}"
THROUGHPUT_REQUIRED = PARAMETERS_INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
THROUGHPUT_REQUIRED_FOR_INDEX = PARAMETERS_INVALID + "ProvisionedThroughput is not specified for index: {}"
THROUGHPUT_REQUIRED_FOR_INDEXES = PARAMETERS_INVALID + "ProvisionedThroughput must be specified for index: {}"
THROUGHPUT_NOT_ALLOWED_FOR_INDEX = (
    PARAMETERS_INVALID + "ProvisionedThroughput should not be specified for index: {} when BillingMode is "
    "PAY_PER_REQUEST"
)
THROUGHPUT_UNCHANGED = (
    "The provisioned throughput for the table will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the table: {0}. Requested ReadCapacityUnits: {0}. "
    "Current WriteCapacityUnits provisioned for the table: {1}. Requested WriteCapacityUnits: {1}. "
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
)
THROUGHPUT_UNCHANGED_FOR_INDEX = (
    "The provisioned throughput for the index {2} will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the index: {0}. Requested ReadCapacityUnits: {0}. "
    "Current WriteCapacityUnits provisioned for the index: {1}. Requested WriteCapacityUnits: {1}. "
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
)
MAXIMUM_OUT_OF_RANGE = PARAMETERS_INVALID + "Requested {} for OnDemandThroughput for {} is outside of valid range"
MAXIMUM_WHEN_PROVISIONED = (
    PARAMETERS_INVALID + "{} for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."
)
WARM_OUT_OF_RANGE = PARAMETERS_INVALID + "Requested {} for WarmThroughput for {} is outside of valid range"
WARM_DECREASES = (
    PARAMETERS_INVALID + "Requested {} for WarmThroughput for {} is lower than current WarmThroughput, decreasing "
    "WarmThroughput is not supported"
)
ENCRYPTION_TYPE = PARAMETERS_INVALID + "SSEType {} is not supported"
ENCRYPTION_NOT_ENABLED = PARAMETERS_INVALID + "{} can only be specified when SSESpecification.Enabled is true"
STREAM_DISABLED_WITH_VIEW = (
    PARAMETERS_INVALID + "Table is being created with a stream disabled, UpdateViewType should not be specified"
)
STREAM_ENABLED_WITHOUT_VIEW = (
    PARAMETERS_INVALID + "Table is being created with a stream enabled, UpdateViewType should be specified"
)
STREAM_ALREADY_DISABLED = "Table already has a disabled stream: TableName: {}"
NOT_BUILT = "{} is not built yet in this server; leave it out of the request"
UPDATE_EMPTY = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
    "SSESpecification or ReplicaUpdates is required"
)
INDEX_UPDATE_EMPTY = (
    PARAMETERS_INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
    "GlobalSecondaryIndexUpdate.Delete must not be null"
)
INDEX_UPDATE_NOT_ONE = (
    PARAMETERS_INVALID + "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
    "GlobalSecondaryIndexUpdate.Delete may be specified"
)
INDEX_UPDATED_TWICE = (
    PARAMETERS_INVALID + "Only one global secondary index update per index is allowed simultaneously. Index: {}"
)
INDEX_UPDATE_BLOCKED = (
    "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: "
    "Action Blocked: IndexUpdate"
)
TABLE_ARN_INVALID = "Invalid TableArn"
RESOURCE_ARN_INVALID = TABLE_ARN_INVALID + ": Invalid ResourceArn provided as input {}"
TAGS_REQUIRED = "Atleast one Tag needs to be provided as Input."
TAG_KEYS_REQUIRED = "Atleast one Tag Key needs to be provided as Input."
TAG_KEY_RESERVED = PARAMETERS_INVALID + "Tag keys starting with aws: are reserved for system use: {}"
TAG_CHARACTERS = PARAMETERS_INVALID + "Tag {} has invalid characters: {}"
TAG_DUPLICATE = PARAMETERS_INVALID + "Duplicate tag key: {}"
TAGS_TOO_MANY = PARAMETERS_INVALID + "Too many tags: tag limit is {}"
TAGS_TOKEN_INVALID = "Invalid NextToken"
DELETION_PROTECTED = (
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
)

# --- ValidationException: reads, writes and batches -------------------------------------------------------------------
RETURN_VALUES_ALL_OLD_OR_NONE = "ReturnValues can only be ALL_OLD or NONE"
CANNOT_UPDATE_KEY = PARAMETERS_INVALID + "Cannot update attribute {}. This attribute is part of the key"
KEY_CONDITION_REQUIRED = (
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
)
QUERY_FILTER_ON_KEY = "QueryFilter can only contain non-primary key attributes: Primary key attribute: {}"
FILTER_ON_KEY = "Filter Expression can only contain non-primary key attributes: Primary key attribute: {}"
START_KEY_INVALID = "The provided starting key is invalid"
START_KEY_MISMATCH = START_KEY_INVALID + ": " + KEY_MISMATCH
START_KEY_OUTSIDE_QUERY = "The provided starting key is outside query boundaries based on provided conditions"
START_KEY_AGAINST_PREDICATE = "The provided starting key does not match the range key predicate"
START_KEY_OUTSIDE_SEGMENT = (
    "The provided Exclusive start key is not within the segment: please provide a key that maps to Segment: {} "
    "and TotalSegments: {}"
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

# --- ResourceNotFoundException, ResourceInUseException, LimitExceededException ----------------------------------------
RESOURCE_NOT_FOUND = "Requested resource not found"
TABLE_NOT_FOUND = "Requested resource not found: Table: {} not found"
INDEX_TO_DELETE_NOT_FOUND = "Requested resource not found: Index: {} not found"
CONTINUOUS_BACKUPS_NOT_FOUND = "Table not found: {}"
TAGGED_RESOURCE_NOT_FOUND = "Requested resource not found: ResourcArn: {} not found"
TABLE_EXISTS = "Table already exists: {}"
TABLE_BEING_CREATED = "Attempt to change a resource which is still in use: Table is being created: {}"
TABLE_BEING_UPDATED = "Attempt to change a resource which is still in use: Table is being updated: {}"
TABLE_BEING_DELETED = "Attempt to change a resource which is still in use: Table is being deleted: {}"
DEVELOPER_GUIDE = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
UNITS_ABOVE_TABLE_MAXIMUM = (
    "The requested {}, {}, is above the per table maximum for the account in {}. Per table maximum: {}. "
    + DEVELOPER_GUIDE
)
UNITS_ABOVE_ACCOUNT_MAXIMUM = (
    "This request would have caused the {} limit to be exceeded for the account in {}. "
    "Current {} reserved by the account: {}. Limit: {}. Requested: {}. " + DEVELOPER_GUIDE
)
DECREASES_EXHAUSTED = (
    "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first "
    "{} decreases, each subsequent decrease in the same UTC day can be performed at most once every {} seconds. "
    "Number of decreases today: {}. Last decrease at {}. Next decrease can be made at {}"
)
ON_DEMAND_SWITCHES_EXHAUSTED = (
    "Subscriber limit exceeded: Update to PayPerRequest mode are limited to {} times in 1 day(s). Last update at {}. "
    "Next update can be made at {}."
)
ONE_INDEX_CHANGE = (
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
)
TAGS_NOT_AUTHORIZED = "User: arn:aws:iam::{}:root is not authorized to perform: dynamodb:{} on resource: {}"

# --- ConditionalCheckFailedException ----------------------------------------------------------------------------------
CONDITION_FAILED = "The conditional request failed"

# --- authentication and routing ---------------------------------------------------------------------------------------
AUTHENTICATION_MISSING = "Request is missing Authentication Token"
AUTHENTICATION_TWICE = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
HEADER_REQUIRES_PARAMETER = "Authorization header requires '{}' parameter."
HEADER_REQUIRES_DATE = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
QUERY_MUST_INCLUDE = "AWS query-string parameters must include '{}'."
QUERY_RE_EXAMINE = "Re-examine the query-string parameters."
UNKNOWN_OPERATION_XML = b"<UnknownOperationException/>\n"
HEALTHY = "healthy: dynamodb.{}.amazonaws.com "
INTERNAL_FAILURE = "The request processing has failed because of an unknown error, exception or failure."
