"""PartiQL statements: ValidationException, and DuplicateItemException."""

STATEMENT_MALFORMED = "Statement wasn't well formed, can't be processed: {}"
STATEMENT_NUMBER = "{} under root"
STATEMENT_NOT_DATA = "Expected data manipulation"
STATEMENT_KEYWORD = "Unexpected keyword"
STATEMENT_TERM = "Unexpected term"
STATEMENT_LEFT_OVER = "Unexpected token after expression"
STATEMENT_DEPTH = "Nested too deep at {}"
STATEMENT_ALIAS = "Aliasing is not supported"
STATEMENT_RETURNING = "Invalid returning clause: {} is not supported"
# "Expected RIGHT_PAREN" was met by a client of August 2026. The other names are those of PartiQL's own parser
# (partiql-lang-kotlin, TokenType), whose words the service's are: "Expected data manipulation", "Unexpected term".
STATEMENT_EXPECTED = "Expected {}"
STATEMENT_TOKENS = {
    "(": "LEFT_PAREN",
    ")": "RIGHT_PAREN",
    "]": "RIGHT_BRACKET",
    "}": "RIGHT_CURLY",
    ">>": "RIGHT_DOUBLE_ANGLE_BRACKET",
    ":": "COLON",
    "AND": "AND keyword",
}
STATEMENT_FUNCTION = "Unrecognized function: {} at {}"
STATEMENT_SET_EMPTY = "Empty bags are not supported"
STATEMENT_SET = "Members of a set must all be strings, all numbers or all binaries"
STATEMENT_PATH_COMPONENT = "Unexpected path component at {}"
STATEMENT_PATH_DOT = "Invalid path dot component"
STATEMENT_UNSUPPORTED = "Unsupported data type: {} under key root at {}"
STATEMENT_SOURCE_PATH = "A path may contain at most 2 components in the FROM clause"
STATEMENT_SOURCE_EMPTY = "Path component cannot be an empty string"
STATEMENT_OF_SEVERAL_KEYS = (
    "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys."
)
STATEMENT_NAMED_TWICE = "Duplicate identifiers in select clause: {}"
STATEMENT_FROM = "Unexpected from source"
STATEMENT_PARAMETERS = "Number of parameters in request and statement don't match."
STATEMENT_KEYS = "Where clause does not contain a mandatory equality on all key attributes"
INSERT_OF_INDEX = "FROM clause may only contain a single table name in data manipulation statements at {}"
STATEMENT_INDEX_NOT_FOUND = "The table does not have the specified index"
STATEMENT_CONSISTENT_READ_OF_INDEX = "Strongly consistent read is not supported on Global Secondary Indexes"
STATEMENT_OF_INDEX = "This operation is not supported on an index"
SET_FUNCTION_ARGUMENTS = "{} must have exactly two arguments at {}"
SET_FUNCTION_PATH = "The first argument to {} must equal the assignment value at {}"
SET_FUNCTION_TYPE = "The second argument to {} must be a value with type SET at {}"
DELETE_RETURNING = "Invalid returning clause: {}. Only RETURNING ALL OLD * is allowed in DELETE statements."
EXISTS_OUTSIDE_TRANSACTION = "Unsupported PartiQL operation: EXISTS"
EXISTS_CONDITION = "EXISTS() must contain a single item read with additional condition"
ORDER_WITHOUT_WHERE = "Must have WHERE clause in the statement when using ORDER BY clause."
ORDER_WITHOUT_KEY = "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
ORDER_NOT_KEY = "Variable reference {} in ORDER BY clause must be part of the primary key"
ORDER_PARTITION_FIRST = "ORDER BY must begin with the hash key {} where it has several values"
NEXT_TOKEN_MISMATCH = "NextToken does not match request"
NEXT_TOKEN_NOT_SELECT = "NextToken is only valid on a SELECT statement"
DUPLICATE_ITEM = "Duplicate primary key exists in table"
STATEMENT_ITEM = "Expected a map as the item"
STATEMENT_BATCH_MIXED = "Read and write requests together in the same batch is not supported."
STATEMENT_BATCH_SELECT = (
    "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
)
TRANSACTION_MIXED = "ExecuteTransaction API does not support both read and write operations in the same request."
TRANSACTION_STATEMENT = "Validation failed in TransactStatements[{}]: {}"
TRANSACTION_OF_INDEX = "Reads on indices are not supported within transactions."
TRANSACTION_RETURNING = "RETURNING clause is not supported in ExecuteTransaction."
TRANSACTION_SELECT = "Select statements within ExecuteTransaction must specify the primary key in the where clause."
