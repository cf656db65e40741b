"""Every message text of the service, grouped by exception; `{}` fields are filled by the caller.

The wording is us-east-1's. Nothing outside this module spells an AWS message.
"""

# --- SerializationException: the body is not JSON or a member has the wrong type -------------------------------------

# --- ValidationException: constraints of the model (`N validation errors detected: ...`) ------------------------------

# --- ValidationException: attribute values, keys and items ------------------------------------------------------------
VALUE_EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
VALUE_WITH_MANY_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
)
NUMBER_OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
NUMBER_UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
NUMBER_TOO_PRECISE = "Attempting to store more than 38 significant digits in a Number"
NESTING_TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
)
ONE_ERROR = "1 validation error detected: "
PARAMETERS_INVALID = "One or more parameter values were invalid: "
NULL_NOT_TRUE = ONE_ERROR + PARAMETERS_INVALID + "Null attribute value types must have the value of true"
STRING_SET_EMPTY = ONE_ERROR + PARAMETERS_INVALID + "An string set  may not be empty"
NUMBER_SET_EMPTY = ONE_ERROR + PARAMETERS_INVALID + "An number set  may not be empty"
BINARY_SET_EMPTY = ONE_ERROR + PARAMETERS_INVALID + "Binary sets should not be empty"
NUMBER_SET_DUPLICATES = ONE_ERROR + "Input collection contains duplicates"
ITEM_TOO_LARGE = "Item size has exceeded the maximum allowed size"
UPDATED_ITEM_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
ATTRIBUTE_NAME_EMPTY = "Empty attribute name"
KEY_MISMATCH = "The provided key element does not match the schema"
PARTITION_KEY_TOO_LARGE = PARAMETERS_INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
SORT_KEY_TOO_LARGE = (
    PARAMETERS_INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
)
KEY_ATTRIBUTE_EMPTY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
    "empty {} value. Key: {}"
)
KEY_MISSING_IN_ITEM = PARAMETERS_INVALID + "Missing the key {} in the item"
KEY_TYPE_IN_ITEM = PARAMETERS_INVALID + "Type mismatch for key {} expected: {} actual: {}"


def not_a_number(text: str) -> str:
    """An empty text is not repeated."""
    message = "The parameter cannot be converted to a numeric value"
    return f"{message}: {text}" if text else message


def string_set_duplicates(elements: list[str]) -> str:
    return f"{ONE_ERROR}{PARAMETERS_INVALID}Input collection [{', '.join(elements)}] contains duplicates."


def binary_set_duplicates(elements: list[str]) -> str:
    """The missing space is the service's."""
    return f"{ONE_ERROR}{PARAMETERS_INVALID}Input collection [{', '.join(elements)}]of type BS contains duplicates."


# --- ValidationException: expressions and legacy conditions -----------------------------------------------------------

# --- ValidationException: tables and indexes --------------------------------------------------------------------------

# --- ValidationException: reads, writes and batches -------------------------------------------------------------------

# --- ResourceNotFoundException, ResourceInUseException, LimitExceededException ----------------------------------------

# --- ConditionalCheckFailedException ----------------------------------------------------------------------------------
CONDITION_FAILED = "The conditional request failed"

# --- authentication and routing ---------------------------------------------------------------------------------------
