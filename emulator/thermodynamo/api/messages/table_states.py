"""What a table, or one of its indexes, is still busy with, so that a change of it has to wait.

The words are those of live probes in us-east-1 and us-west-2 (ack-api-quirks, the catalogue DDB-TABLE-444 and the
findings it cites, October 2026).
"""

IN_USE = "Attempt to change a resource which is still in use: "
TABLE_BEING_CREATED = IN_USE + "Table is being created: {}"
TABLE_BEING_CREATED_FOR_EXPIRY = IN_USE + "Table {} is being created"
TABLE_BEING_DELETED = IN_USE + "Table is being deleted: {}"
TABLE_BEING_UPDATED = IN_USE + "Table: {} is in the process of being updated."
