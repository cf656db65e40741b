"""Pieces of HTML: elements whose text and attributes are escaped, once."""

from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """HTML that is safe as it stands."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Text as HTML; what is HTML already stays."""
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def element(name: str, *content: object, **attributes: object) -> Markup:
    """An element. Attributes are given without their last underscore, with hyphens for the others."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>{joined(content)}</{name}>")


def joined(content: Iterable[object]) -> Markup:
    return Markup("".join(text(each) for each in content))


def table(caption: str, head: Sequence[str], lines: Iterable[Sequence[object]], is_hidden: bool = False) -> Markup:
    """A table; the first entry of each line names it. Entries that are numbers stand to the right."""
    first, *others = (
        element("th", name, scope="col", class_="n" if number else None) for number, name in enumerate(head)
    )
    made = [
        element(
            "tr",
            element("th", line[0], scope="row"),
            *(element("td", entry, class_="n") for entry in line[1:]),
        )
        for line in lines
    ]
    return element(
        "div",
        element(
            "table",
            element("caption", caption, class_="unseen" if is_hidden else None),
            element("thead", element("tr", first, *others)),
            element("tbody", *made),
        ),
        class_="wide",
        tabindex="0",
        role="group",
        aria_label=caption,
    )
