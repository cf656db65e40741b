"""Durability: where commits go before they are applied, and the file that keeps them.

journal         the sink that each commit and definition is handed to first
records         commits as plain values
plain           definitions and other plain values as bytes
record_codec    records as bytes
log_damage      whether the file's write-ahead log ends at damage
watermark       which record the file is known to have, so that it is missed where it is lost
file            the SQLite file in its folder, with its lock and its format
sqlite_journal  the sink that writes to the file, for each turn of the server at once
parts           runs of items and stream records as bytes
table_image     a table as plain values, and the table that they make
copying_ahead   copies of many tables, made a few at a time
image           all that a database holds, written to the file step by step
checkpoints     when an image takes the place of the journal, and what that makes useless
loading         makes an empty catalog what a file says
"""
