"""The parts of the aggregated message for the constraints of the service model."""

ONE_CONSTRAINT = "1 validation error detected: {}"
CONSTRAINTS = "{} validation errors detected: {}"
CONSTRAINT = "Value {} at '{}' failed to satisfy constraint: {}"
CONSTRAINT_AS_SENT = "Value at '{}' failed to satisfy constraint: {}"
NOT_NULL = "Member must not be null"
LENGTH_MAX = "Member must have length less than or equal to {}"
LENGTH_MIN = "Member must have length greater than or equal to {}"
VALUE_MAX = "Member must have value less than or equal to {}"
VALUE_MIN = "Member must have value greater than or equal to {}"
PATTERN = "Member must satisfy regular expression pattern: {}"
ENUM = "Member must satisfy enum value set: [{}]"
# Without the member that is wrong.
ENUM_ALONE = "Failed to satisfy constraint: " + ENUM
ELEMENTS = "Member must satisfy constraint: [{}]"
MAP_KEYS = "Map keys must satisfy constraint: [{}]"
MAP_VALUES = "Map value must satisfy constraint: [{}]"
TABLE_NAME_REQUIRED = "The parameter 'TableName' is required but was not present in the request"
