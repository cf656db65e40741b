"""Who asks, and whether they may.

credentials      the caller that a request's signature names, verified or not
signatures       whether the signature is right
identity         a caller of the access file, its keys and its policies
access_file      the callers and policies of a file
file_lines       the line of a file that an error stands in
watched_file     the file as it is in force
data_paths       operation by path to data: the one table of keys and attributes that each operation reaches
reach            the keys and attributes that a request names by those paths
requirement      one thing that a request needs: an action on a resource, with its condition keys
requirements     all that a request needs
scaling          what a request to Application Auto Scaling needs
owners           whose tables a request names
decisions        what the policies say of one requirement
permission       what is asked for each request of an identity
observations     what was denied, and how often
explanation      which statement decides, and why
caller_identity  sts:GetCallerIdentity
gate             all of it, before every request
"""
