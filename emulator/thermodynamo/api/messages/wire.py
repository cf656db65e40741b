"""What is wrong with a request before it is looked into: its route, its signature, its JSON."""

AUTHENTICATION_MISSING = "Request is missing Authentication Token"
AUTHENTICATION_TWICE = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
HEADER_PAIR_INVALID = "'{}' not a valid key=value pair (missing equal-sign) in Authorization header: '{}'."
HEADER_REQUIRES_PARAMETER = "Authorization header requires '{}' parameter."
HEADER_REQUIRES_DATE = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
QUERY_MUST_INCLUDE = "AWS query-string parameters must include '{}'."
QUERY_RE_EXAMINE = "Re-examine the query-string parameters."
SCOPE_MALFORMED = (
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'"
)
SCOPE_REGION = "Credential should be scoped to a valid region, not '{}'. "
SCOPE_SERVICE = "Credential should be scoped to correct service: '{}'. "
SCOPE_TERMINATOR = "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. "
SCOPE_DATE = (
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', "
    "from '{}'. "
)
SIGNED_DATE_MALFORMED = "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601"
SIGNED_HOST_MISSING = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
SIGNED_HEADER_MISSING = "'{}' must be a 'SignedHeader' in the AWS Authorization."
SIGNATURE_EXPIRED = "Signature expired: {} is now earlier than {} ({} - {} min.)"
SIGNATURE_EARLY = "Signature not yet current: {} is still later than {} ({} + {} min.)"
SIGNATURE_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.\n\n"
    "The Canonical String for this request should have been\n'{}'\n\nThe String-to-Sign should have been\n'{}'\n"
)
ACTION_NOT_FOUND = "Could not find operation {} for version {}"
NOT_AUTHORIZED = "User: {} is not authorized to perform: {} on resource: {} {}"
MALFORMED_HTTP = b"Invalid HTTP request received."
HEAD_TOO_LONG = b"The request line and the headers are longer than 16384 bytes."
NO_ROOM_TO_ARRIVE = (
    "Requests that have not arrived whole take all the memory that they may (--arriving-bytes-max). Try again."
)
REQUEST_TOO_SLOW = b"The request did not arrive in time (--request-timeout-seconds)."
UNKNOWN_OPERATION_XML = b"<UnknownOperationException/>\n"
LOCAL_AUTHENTICATION_MISSING = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken",'
    b'"message":"Request must contain either a valid (registered) AWS access key ID or X.509 certificate."}'
)
HEALTHY = "healthy: dynamodb.{}.amazonaws.com "
JOURNAL_STALLED = (
    "Internal server error: the journal {} cannot be written ({}). Nothing was changed. Reads go on, and writes are "
    "taken again as soon as the journal can be written."
)
COMMIT_FAILED = (
    "Internal server error: the journal cannot be written. Whether this request was carried out is not known: it is "
    "not in the journal yet. Reads go on."
)
INTERNAL_FAILURE = "The request processing has failed because of an unknown error, exception or failure."

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

# What an injected fault says: the developer guide's list of errors (Programming.Errors), but where a logged
# reply of the service has another.
INTERNAL_SERVER_ERROR = "Internal server error"
SERVICE_UNAVAILABLE = "DynamoDB is currently unavailable. (This should be a temporary state.)"
RATE_EXCEEDED = "Rate of requests exceeds the allowed throughput."
TOO_MANY_OPERATIONS = "Too many operations for a given subscriber."
RESOURCE_IN_USE = "The resource which you are attempting to change is in use."
CLIENT_UNRECOGNIZED = "The security token included in the request is invalid."
CREDENTIALS_EXPIRED = "The security token included in the request is expired"
ACCESS_DENIED = "Access denied."
COLLECTION_TOO_LARGE = "Collection size exceeded."
REPLICATED_WRITE_CONFLICT = "One or more items in this request are being modified by a request in another Region."
INJECTED_VALIDATION = "The provided request is invalid"
