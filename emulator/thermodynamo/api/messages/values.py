"""What is wrong with an attribute value, a key or an item."""

VALUE_EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
VALUE_WITH_MANY_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
)
NOT_A_NUMBER = "The parameter cannot be converted to a numeric value: {}"
EMPTY_NUMBER_EARLIER = "The parameter cannot be converted to a numeric value"
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
NUMBER_SET_DUPLICATES = PARAMETERS_INVALID + "Input collection contains duplicates."
NUMBER_SET_DUPLICATES_EARLIER = "Input collection contains duplicates"
STRING_SET_DUPLICATES = PARAMETERS_INVALID + "Input collection [{}] contains duplicates."
# The missing space is the service's.
BINARY_SET_DUPLICATES = PARAMETERS_INVALID + "Input collection [{}]of type BS contains duplicates."
ITEM_TOO_LARGE = "Item size has exceeded the maximum allowed size"
UPDATED_ITEM_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
ATTRIBUTE_NAME_EMPTY = "Empty attribute name"
ATTRIBUTE_NAME_TOO_LARGE = "Attribute name is too large, must be less than 65536 bytes"
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

# What has no envelope around it in any operation.
PLAIN_ALWAYS = (
    ONE_ERROR,
    VALUE_EMPTY,
    VALUE_WITH_MANY_TYPES,
    NESTING_TOO_DEEP,
    ITEM_TOO_LARGE,
    KEY_MISMATCH,
)
