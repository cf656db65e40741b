"""The operations on several items at once, all or nothing: `transact_get_items`, `transact_write_items`.

transaction_members    the actions of a request, and what became of each
transaction            planned against one state, carried out in one commit
transaction_capacity   what it costs, and whether limits admit it
cancellation           why its members cannot be carried out
"""
