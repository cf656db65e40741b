"""What is wrong with the definition of a table or an index, or with its state."""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

FIRST_KEY_NOT_HASH = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
SECOND_KEY_NOT_RANGE = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
KEY_WITHOUT_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
KEYS_NOT_DEFINED = (
    PARAMETERS_INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], "
    "AttributeDefinitions: [{}]"
)
KEYS_HAVE_SAME_NAME = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
# The words of the next three are those of live probes (ack-api-quirks, DDB-TABLE-123 and 442, October 2026).
KEYS_REPEAT_NAME = "The KeySchema contains multiple key attributes with the same name"
KEYS_OUT_OF_ORDER = PARAMETERS_INVALID + "All HASH key attributes must precede RANGE key attributes in the KeySchema"
KEYS_TOO_MANY = PARAMETERS_INVALID + "The KeySchema exceeds the maximum allowed number of {} key attributes"
DEFINITIONS_COUNT = (
    PARAMETERS_INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
    "AttributeDefinitions"
)
DEFINITIONS_NOT_USED = (
    PARAMETERS_INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]"
)
DEFINITIONS_DUPLICATE = "Attribute Name is duplicated: {}"
DEFINITIONS_REQUIRED_FOR_INDEX = PARAMETERS_INVALID + "AttributeDefinitions is not specified for index: {}"
INDEXES_EMPTY = PARAMETERS_INVALID + "List of {} is empty"
INDEX_NAME_DUPLICATE = PARAMETERS_INVALID + "Duplicate index name: {}"
INDEX_EXISTS = "Attempting to create an index which already exists"
INDEX_NOT_GLOBAL = "Cannot {} an index that is not a GlobalSecondaryIndex: {}"
LOCAL_INDEXES_TOO_MANY = PARAMETERS_INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of {}"
GLOBAL_INDEXES_TOO_MANY = PARAMETERS_INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of {}"
GLOBAL_INDEX_TOO_MANY = "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of {}"
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
PROJECTION_DUPLICATE = PARAMETERS_INVALID + "Duplicate element in NonKeyAttributes: {}"
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
UNITS_WITH_SWITCH_TO_ON_DEMAND = (
    PARAMETERS_INVALID + "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"
)
THROUGHPUT_REQUIRED = PARAMETERS_INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
THROUGHPUT_REQUIRED_FOR_INDEX = PARAMETERS_INVALID + "ProvisionedThroughput is not specified for index: {}"
THROUGHPUT_REQUIRED_FOR_INDEXES = PARAMETERS_INVALID + "ProvisionedThroughput must be specified for index: {}"
THROUGHPUT_NOT_ALLOWED_FOR_INDEX = (
    PARAMETERS_INVALID + "ProvisionedThroughput should not be specified for index: {} when BillingMode is "
    "PAY_PER_REQUEST"
)
UNITS_REQUIRED_FOR_INDEX = (
    PARAMETERS_INVALID + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {}"
)
INDEX_ON_DEMAND_UPDATES = (
    PARAMETERS_INVALID + "The only Updates for index: {} when TableThroughputMode is PAY_PER_REQUEST can be to "
    "OnDemandThroughput, WarmThroughput"
)
UNITS_NOT_ALLOWED_FOR_INDEX = (
    PARAMETERS_INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {} when "
    "BillingMode is PAY_PER_REQUEST"
)
THROUGHPUT_UNCHANGED = (
    "The provisioned throughput for the table will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the table: {0}. Requested ReadCapacityUnits: {0}. "
    "Current WriteCapacityUnits provisioned for the table: {1}. Requested WriteCapacityUnits: {1}. "
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
)
THROUGHPUT_UNCHANGED_FOR_INDEX = (
    "The provisioned throughput for the index {2} will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for index {2}: {0}. Requested ReadCapacityUnits: {0}. "
    "Current WriteCapacityUnits provisioned for index {2}: {1}. Requested WriteCapacityUnits: {1}. "
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
)
NOT_BUILT = "{} is not built in this server: {}; leave it out of the request"
INDEX_UPDATES_EMPTY = PARAMETERS_INVALID + "List of GlobalSecondaryIndexUpdates is empty"
INDEX_UPDATE_EMPTY = (
    PARAMETERS_INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
    "GlobalSecondaryIndexUpdate.Delete must not be null"
)
INDEX_UPDATE_NOT_ONE = (
    PARAMETERS_INVALID + "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
)
INDEX_UPDATED_TWICE = (
    PARAMETERS_INVALID + "Only one global secondary index update per index is allowed simultaneously. Index: {}"
)
TABLE_ARN_INVALID = "Invalid TableArn"
NEXT_TOKEN_INVALID = "Invalid NextToken"
DELETION_PROTECTED = (
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
)


RESOURCE_NOT_FOUND = "Requested resource not found"
TABLE_NOT_FOUND = "Requested resource not found: Table: {} not found"
INDEX_OF_TABLE_NOT_FOUND = "Requested resource not found: Index {} for table {}"
INDEX_RESOURCE_NOT_FOUND = "Requested resource not found: Index: {} not found for table: {}"
CONTINUOUS_BACKUPS_NOT_FOUND = "Table not found: {}"
TABLE_EXISTS = "Table already exists: {}"
DEVELOPER_GUIDE = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
UNITS_ABOVE_TABLE_MAXIMUM = (
    "The requested {}, {}, is above the per table maximum for the account in {}. Per table maximum: {}. "
    + DEVELOPER_GUIDE
)
UNITS_ABOVE_INDEX_MAXIMUM = (
    "The requested {} for index {}, {}, is above the per index maximum for the account in {}. Per table maximum: {}. "
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
ONE_INDEX_CHANGE = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
