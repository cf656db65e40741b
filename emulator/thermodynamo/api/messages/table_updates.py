"""What UpdateTable refuses to do in one call.

Live probes sent 68 combinations (ack-api-quirks, DDB-TABLE-174, 382 and 433, October 2026); what users met before says
the same (hashicorp/terraform-provider-aws issue 35673).
"""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

ONLY_OPERATION = PARAMETERS_INVALID + "{} must be the only operation in the request"
WARM_WITH_NEW_INDEX = (
    PARAMETERS_INVALID + "Create global secondary index cannot be specified when updating WarmThroughput"
)
MAXIMA_WITH_OTHERS = (
    PARAMETERS_INVALID + "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
)
STREAM_WITH_THROUGHPUT = PARAMETERS_INVALID + "You cannot modify stream status while updating table IOPS"
INDEX_WITH_THROUGHPUT = PARAMETERS_INVALID + "You cannot create or delete index while updating table IOPS"
INDEX_WITH_STREAM = PARAMETERS_INVALID + "You cannot create or delete index while changing stream status"
UPDATE_EMPTY = "At least one of {} or TableClass is required"
"""A member that the request has, and that alone is not enough, is left out of the list (DDB-TABLE-442)."""
