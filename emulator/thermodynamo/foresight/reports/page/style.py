"""The style sheet, and the policy under which the page is shown."""

import base64
import hashlib
from pathlib import Path

COLOURS = ("#16182a", "#20203a", "#34205e", "#70287a", "#c84462", "#e6623e", "#f99534", "#fece5c")
"""Of heat, from none to the most of the map; its ground is dark by day, too."""

STYLE = (Path(__file__).parent / "style.css").read_text() + "".join(
    f".c{number} {{ fill: {colour}; }}\n.key .of-c{number} {{ background: {colour}; }}\n"
    for number, colour in enumerate(COLOURS)
)

SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
"""What a policy calls this style sheet."""
POLICY = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {SOURCE}"
"""The policy that the page states itself: this style sheet, and nothing else (https://www.w3.org/TR/CSP3)."""
