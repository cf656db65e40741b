"""Whether a request was signed with the secret of its access key.

signed_request   what a signature states, in headers or in a query string
signature        Signature Version 4: what is wrong with one, or nothing
authentication   the caller of the access file whose signature verifies, or the error of the service
body_digest      the digest of a body, which a signature is of
session          a client that was verified before, with what it repeats
"""
