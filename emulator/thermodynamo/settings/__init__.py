"""What a server is started with. Imports nothing else of the emulator.

config    every setting, with its default, its bounds and its words for `--help`
bounds    what a value given from outside may be
clock     the time: the machine's, or a virtual clock's that can be turned
delays    times that something takes: fixed, or drawn from a range by a seed
"""
