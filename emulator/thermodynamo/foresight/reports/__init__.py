"""Reports: what came of replays, for people and for programs.

facts   an outcome as plain values, which all reports are made of
text    for the terminal
"""
