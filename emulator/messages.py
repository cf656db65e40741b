"""Every message text of the service, grouped by exception; `{}` fields are filled by the caller.

The wording is us-east-1's. Nothing outside this module spells an AWS message.
"""

# --- SerializationException: the body is not JSON or a member has the wrong type -------------------------------------

# --- ValidationException: constraints of the model (`N validation errors detected: ...`) ------------------------------

# --- ValidationException: attribute values, keys and items ------------------------------------------------------------

# --- ValidationException: expressions and legacy conditions -----------------------------------------------------------

# --- ValidationException: tables and indexes --------------------------------------------------------------------------

# --- ValidationException: reads, writes and batches -------------------------------------------------------------------

# --- ResourceNotFoundException, ResourceInUseException, LimitExceededException ----------------------------------------

# --- ConditionalCheckFailedException ----------------------------------------------------------------------------------
CONDITION_FAILED = "The conditional request failed"

# --- authentication and routing ---------------------------------------------------------------------------------------
