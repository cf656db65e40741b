"""The operations on items by their keys, and what writes share. A ground floor of the operations.

Operations: `get_item`, `put_item`, `update_item`, `delete_item`, `batch_get_item`, `batch_write_item`.

request_expressions   the expressions of a request, compiled and checked
item_keys, key_paths  from key attributes to key bytes, and the rules for paths into them
item_update           what an update makes of an item
draft                 the plan of one write, worked out ahead
drafting              writes of large items, worked out in slices before they happen
selections            what reads of single items show of them, in slices
single_write          one guarded write: plan, admit, commit, reply
collection_metrics    ItemCollectionMetrics
"""
