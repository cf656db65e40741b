"""How deep the brackets of Ion text are open, which says where a value ends that has several lines.

Brackets in strings, quoted symbols, comments and lobs do not count (Amazon Ion specification, text encoding). Strings
of several lines are not known here.
"""

import re

TOKENS = re.compile(
    rb'"(?:\\.|[^"\\])*"'
    rb"|'(?:\\.|[^'\\])*'"
    rb"|\{\{[A-Za-z0-9+/=\s]*\}\}"
    rb"|//[^\n]*|/\*.*?\*/"
    rb"|[\[({\])}]",
    re.DOTALL,
)


def depths(text: bytes) -> tuple[int, int]:
    """How many brackets are open in the end, and how many at most; the first is less than 0 where too many close."""
    depth = deepest = 0
    for token in TOKENS.finditer(text):
        first = token[0][:1]
        if len(token[0]) == 1:
            depth += 1 if first in b"[({" else -1
            deepest = max(deepest, depth)
    return depth, deepest
