"""Who asks.

credentials   the caller that a request's signature names; signatures are not verified
"""
