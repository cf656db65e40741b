"""The operations that read page by page: `query` and `scan`.

page_source   the table or index that is read
key_ranges    from a key condition to one range of key bytes
select        which of Select and the projections go together
evaluation    filter and projection of what a page found, in slices
paging        the walk over one page, its costs and its reply
"""
