"""The operations on PartiQL: `execute_statement`, `batch_execute_statement`, `execute_transaction`.

statement          a statement with its values, and the item that it means
planning           the plans of many statements, compiled in slices
fingerprint        what tells the pages of one statement from those of others
select_statement   SELECT: an item, pages of item collections, or a scan
"""
