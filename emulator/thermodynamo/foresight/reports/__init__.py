"""Reports: what came of replays, for people and for programs.

facts     an outcome as plain values, which all reports are made of
observed  an outcome as advice and prices take it
asked     what the trace asks for, as advice names it
money     what it costs, and advice, added to the facts
text      for the terminal
page      one HTML file
"""
