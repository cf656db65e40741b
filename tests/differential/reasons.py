"""Differences that remain, each with the reason why this server's answer is the right one.

`ours` and `theirs` are regular expressions over the blurred answers of the report; README.md is the same list in prose.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    peers: tuple[str, ...]
    ours: str
    theirs: str
    why: str
    operation: str = ".*"

    def fits(self, peer: str, operation: str, ours: str, theirs: str) -> bool:
        return (
            (not self.peers or peer in self.peers)
            and re.fullmatch(self.operation, operation) is not None
            and re.search(self.ours, ours) is not None
            and re.search(self.theirs, theirs) is not None
        )


REASONS: tuple[Reason, ...] = ()
