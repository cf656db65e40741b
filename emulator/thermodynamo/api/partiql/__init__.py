"""PartiQL statements: text to what they do to a table with a certain key schema.

lexer, keywords, cursor   tokens, each with its place in the text
parser, statements        SELECT, INSERT, UPDATE, DELETE, EXISTS, and their trees
terms, assignments        conditions and changes, read into the trees of expressions
constants, selection      values that are written out, and the attributes that are returned
where, plan               which keys a WHERE clause means, and how the statement is carried out
compiled                  keeps what was compiled, with the plan for the table it met last
"""
