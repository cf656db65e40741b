"""Reports: what came of replays, for people and for programs.

facts   an outcome as plain values, which all reports are made of
money   what it costs, and advice, added to the facts
advice  what can be done better, with the evidence
text    for the terminal
"""
