"""The report as one HTML file that asks for nothing: no script, no picture, no font, no other file.

page     the whole page
tables   what is told in tables: scenarios side by side, keys, costs
charts   curves of units and refusals
heat     heat maps
style    the style sheet, whose hash is in the policy of the page
markup   elements, with what is escaped

What comes from a trace or a scenario is escaped in `markup`, and nowhere else.
"""
