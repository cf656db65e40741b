"""The operations on exports and imports, three of each: one begins, one describes, one lists.

transfer_names       ids and ARNs of transfers, made and read
transfer_page        which transfers a listing shows, and the token of its next page
import_description   how an import is described
export_description   how an export is described
export_times         which past an export is of
export_filter        which items it has, and what of each
bulk_description     how a bulk operation is described
"""
