"""What is wrong with a resource policy, and with the resource that it is for.

The wording is that of live probes (ack-api-quirks, DDB-TABLE-205 to 212, 348, 352, 356 and 457, October 2026).
"""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

POLICY_ARN_REQUIRED = PARAMETERS_INVALID + "ARNs must start with 'arn:': {}"
POLICY_ARN_UNKNOWN = PARAMETERS_INVALID + "Provided Arn is not a DynamoDB resource arn: {}"
POLICY_ARN_OF_OTHERS = (
    PARAMETERS_INVALID + "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {}"
)
POLICY_ARN_ELSEWHERE = PARAMETERS_INVALID + "Invalid resource Arn: {}"
POLICY_OWNER_ONLY = "This action is only supported by accounts that match the resource owner\u2019s account."
POLICY_STREAM_NOT_FOUND = "Requested resource not found: Stream: {} not found for Table: {}"
POLICY_NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: {}"
_REVISION_WANTED = POLICY_NOT_FOUND.format("Requested update for policy with revision id {}, but ")
# Recorded up to `associated`; the last word is that of the notes (DDB-TABLE-205, 209 and 246).
POLICY_REVISION_OF_NONE = _REVISION_WANTED + "{} {} has no associated policy."
# Recorded up to the kind of the target; of the end the notes (DDB-TABLE-209) have `revision id` and `did not match`.
POLICY_REVISION_MISMATCH = _REVISION_WANTED + "the policy associated to target {} {} and revision id {} did not match."
POLICY_TOO_LONG = PARAMETERS_INVALID + "Maximum policy size of 20480 bytes exceeded"
POLICY_INVALID = PARAMETERS_INVALID + "Invalid policy document: {}"
POLICY_JSON_INVALID = "This policy contains invalid Json"
POLICY_NULL = "This text appears not to be a policy"
POLICY_STATEMENT_EMPTY = "Could not parse the policy: Statement is empty!"
POLICY_ELEMENT_MISSING = "Missing required field {}"
POLICY_SYNTAX = "Syntax error at position ({},{})"
POLICY_SIDS_NOT_UNIQUE = "The Statement Ids in the policy are not unique"
POLICY_ACTIONS_INVALID = "The following action names are invalid: {}"
POLICY_RELATIVE_ID_INVALID = 'The relative-id "{}" is invalid for ARN "{}"'
POLICY_PRINCIPAL_INVALID = PARAMETERS_INVALID + "Invalid principal in policy document."
POLICY_UNBOUNDED = (
    "Resource-based policy grants unbounded access in one or more elements. "
    "Please revise the policy to ensure least-privilege form of access"
)
POLICY_LOCKS_OUT = "The new resource policy will not allow you to update the resource policy in the future."
POLICY_PENDING = (
    "Attempt to change a resource which is still in use: {} is pending previous resource-based policy update: {}"
)
POLICY_COOLS_DOWN = (
    "Resource-based policy for {} {} modified within the previous 15000 milliseconds. Please try again after {}."
)
POLICY_BLOCKS_DELETION = (
    "Attempt to change a resource which is still in use: Table: {} has a pending resource-based policy update."
)
