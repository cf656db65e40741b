"""The commands that foretell beside `foresee` itself.

advise  what a running server's tables could do better
prices  files of prices
"""
