"""The language of expressions, and the legacy parameters that mean the same.

lexer, parser, nodes          text to tokens, tokens to trees, and the trees, which become closures over attributes
cache                         keeps what was compiled
reserved, wellformed, used    what the text alone decides
placeholders, binding         names and values that stand for others, checked in the service's order
paths                         document paths: resolved, read, and changed without touching what is stored
condition, key_condition      which items, and which range of keys
shaped                        conditions of which only one shape is allowed
projection, update            which parts of an item, and what becomes of it
update_weight                 what an update counts against the largest size of one
legacy                        Expected, AttributeUpdates, QueryFilter and their kin, as the same trees
"""
