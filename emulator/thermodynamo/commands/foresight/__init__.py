"""The commands that foretell.

foresee  what recorded traffic would meet on tables that are planned
advise   what a running server's tables could do better
prices   files of prices
"""
