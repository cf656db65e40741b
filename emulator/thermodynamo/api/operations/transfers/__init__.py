"""The operations on imports: `import_table`, `describe_import`, `list_imports`. `list_exports` is always empty yet.

transfer_names       ids and ARNs of transfers, made and read
transfer_page        which transfers a listing shows, and the token of its next page
import_description   how an import is described
bulk_description     how a bulk operation is described
"""
