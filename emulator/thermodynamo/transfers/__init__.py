"""Transfers: tables on their way to files and back.

s3               what the setting says where S3 is
buckets          what a bucket does, and how it says no
folder_buckets   the default: a folder with a folder for each bucket
fsspec_buckets   any file system that fsspec reaches by a URL, such as a server with the API of S3
extras           the packages that not every installation has
job              what the jobs of exports and imports share
import_job       the job of an import
export_job       the job of an export
export_files     where its files are, and what the manifests say
bulk_job         the job of a bulk operation
bulk_progress    how far one is, as it is kept
bulk_report      what it tells of items that were not written
putting          the items that a job puts into a table, drafted where that takes long
transfers        which job goes on next
formats          items as lines of files: DynamoDB JSON, Ion, CSV; plain or compressed
"""
