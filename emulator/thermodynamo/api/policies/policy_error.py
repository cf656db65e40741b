"""What is wrong with a policy, and where in it."""

Place = tuple[str | int, ...]
"""The way to a part of a policy: member names and list indexes."""


REASON_CHARACTERS_MAX = 400
"""A reason repeats what is wrong; of what is very long, the beginning and the end."""


class PolicyError(ValueError):
    """A part of a policy that means nothing, or nothing that is evaluated here."""

    def __init__(self, place: Place, reason: str) -> None:
        if len(reason) > REASON_CHARACTERS_MAX:
            reason = f"{reason[: REASON_CHARACTERS_MAX // 2]} ... {reason[-REASON_CHARACTERS_MAX // 2 :]}"
        super().__init__(f"{spelled(place)}: {reason}" if place else reason)
        self.place = place
        self.reason = reason

    def within(self, outer: Place) -> "PolicyError":
        """The error as part of something larger that holds the policy at `outer`."""
        return PolicyError((*outer, *self.place), self.reason)


def spelled(place: Place) -> str:
    """`Statement[0].Condition.StringEquals`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
