"""What a table is set to and busy with, as values: parts of a table and of its definitions.

jobs          the changes of a table that take time
change_times  when settings were changed, as far as that limits the next change
holds         the items that a transaction holds
insights      Contributor Insights of a table or an index
backup_label  what a backup is called and when it was made
origin        what a table is being restored from
recovery      point-in-time recovery of a table
scaling       auto scaling of an account and region
transfer      an export or an import of a table
"""
