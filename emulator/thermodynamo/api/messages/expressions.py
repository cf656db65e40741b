"""What is wrong with an expression, a legacy condition or a placeholder."""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

INVALID_EXPRESSION = "Invalid {kind}: {detail}"
EXPRESSION_EMPTY = "The expression can not be empty;"
EXPRESSION_TOO_LONG = "Expression size has exceeded the maximum allowed size;"
SCAN_FILTER_TOO_LONG = "Expression size has exceeded the maximum allowed size; expression size: {size}"
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
# Replies of 2026 begin so (aws-amplify/amplify-category-api pull request 3531, ExtendDB/extenddb pull request 195),
# those until 2024 did not. Of the sentence on nested operations there is none; it is taken to be like the other two.
KEY_CONDITION_INVALID = "Invalid KeyConditionExpression: KeyConditionExpressions "
KEY_CONDITION_ONE_PER_KEY = KEY_CONDITION_INVALID + "must only contain one condition per key"
KEY_CONDITION_NESTED = KEY_CONDITION_INVALID + "cannot contain nested operations"
KEY_CONDITION_FIRST_OPERAND = (
    "Invalid condition in KeyConditionExpression: {name} operator must have the key attribute as its first operand"
)
KEY_CONDITION_NO_KEY = "Invalid condition in KeyConditionExpression: No key attribute specified"
KEY_CONDITION_TWO_NAMES = "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
KEY_CONDITION_NESTED_PATH = KEY_CONDITION_INVALID + "cannot have conditions on nested attributes"
KEY_CONDITION_COUNT = "Conditions can be of length 1 or 2 only"
KEY_CONDITION_SURPLUS = (
    "The number of query conditions ({}) exceeds the number of key attributes defined in the schema ({})"
)
KEY_CONDITION_GAP = (
    "RANGE key attributes {} must have equality conditions specified in the query because a condition is present on "
    "key attribute {}"
)
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
PLACEHOLDERS_TOO_LARGE = "{parameter} exceeds max size"
PLACEHOLDERS_UNUSED = "Value provided in {parameter} unused in expressions: keys: {{{keys}}}"
