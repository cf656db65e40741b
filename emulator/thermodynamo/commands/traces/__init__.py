"""`thermodynamo trace`: traces for `thermodynamo foresee`, of what others have written down.

trace      the command line, which picks one of the others
convert    traces of other sources
model      traces of what is known in sums
anonymise  traces without their keys and values
"""
