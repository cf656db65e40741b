"""Command lines that say in one line what is wrong with them, and what the right form is."""

import argparse
import functools
import math
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn
from urllib.parse import urlsplit

from thermodynamo.api.caller import ACCOUNT_DIGITS
from thermodynamo.settings.config import TOKEN, default_endpoint, is_unicode

# gettext finds no translation, and imports the names of all languages for it: 0.15 MB of a start.
argparse._ = str  # type: ignore[attr-defined]

USAGE_STATUS = 2
WIDTH_UNKNOWN, WIDTH_OF_MARGIN = 80, 2
"""What argparse takes where the output is no terminal, and what it leaves free."""


class CommandLine(argparse.ArgumentParser):
    """A parser whose errors name what was given and what could be.

    `words` are what may stand in place of a flag, and `dashes` are how flags begin.
    """

    def __init__(self, *arguments: Any, words: Sequence[str] = (), dashes: str = "--", **more: Any) -> None:
        more["formatter_class"] = functools.partial(argparse.HelpFormatter, width=help_width())
        super().__init__(*arguments, **more)
        self.dashes = dashes
        self.words = words

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The options; ends the process where one is unknown or wrong."""
        for word in sys.argv[1:] if args is None else args:
            if not is_unicode(word):
                self.error(f"{word} is not UTF-8")
        options, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(self.unknown(unknown[0].partition("=")[0]))
        return options

    def unknown(self, word: str) -> str:
        """What is said of a word that means nothing here."""
        if word.startswith("-"):
            flags = [flag for action in self._actions for flag in action.option_strings if flag.startswith(self.dashes)]
            return f"{word} is no flag{closest(word, flags)}"
        if not self.words:
            return f"{word} means nothing here: flags begin with {self.dashes}"
        return f"{word} is no command{closest(word, self.words)}; there are {', '.join(self.words)}"

    def error(self, message: str) -> NoReturn:
        """Ends the process with one line, whatever was given."""
        message = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in message)
        print(f"{self.prog}: {message} ({self.prog} {self.dashes}help lists what there is)", file=sys.stderr)
        sys.exit(USAGE_STATUS)


def closest(word: str, choices: Iterable[str]) -> str:
    """A question after what was probably meant; nothing where nothing is near."""
    import difflib  # A plain start has nothing to correct.

    near = difflib.get_close_matches(word, list(choices), 1)
    return f": did you mean {near[0]}?" if near else ""


def help_width() -> int:
    """How long a line of --help is at most. argparse asks at each flag, and imports shutil for it."""
    try:
        width = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size().columns
    except (OSError, ValueError):
        width = WIDTH_UNKNOWN
    return width - WIDTH_OF_MARGIN


def whole_number(text: str) -> int:
    """The number that a flag gives. Raises what makes the parser name the flag."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None


def positive(text: str) -> int:
    """A whole number from 1 on. Raises what makes the parser name the flag."""
    found = whole_number(text)
    if found < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 on")
    return found


def number(text: str) -> float:
    """As `whole_number`, with a fraction. What Python calls infinite, such as 1e400, is none."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number")
    return found


def token(text: str) -> str:
    """What a flag says that a server's --admin-token is; the message does not repeat it."""
    if not TOKEN.allows(text):
        raise argparse.ArgumentTypeError(f"no server has such a token: it has {TOKEN.wanted}")
    return text


def account(text: str) -> str:
    """The account that a flag names: with any other text a server takes a request for one of the default account."""
    if len(text) != ACCOUNT_DIGITS or not text.isdecimal() or not text.isascii():
        raise argparse.ArgumentTypeError(f"'{text}' is no account: it has {ACCOUNT_DIGITS} digits")
    return text


def region(text: str) -> str:
    """The region that a flag names, which stands between slashes in a signature."""
    if not text or "/" in text or not text.isascii() or not text.isprintable():
        raise argparse.ArgumentTypeError(f"'{text}' is no region, as us-east-1 is one")
    return text


def server_address(text: str) -> str:
    """The address of the server that a flag names; `http://` goes before one without a scheme.

    Raises what makes the parser name the flag where no server can have the address.
    """
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        # Reading the port raises where it is not a number or too large.
        is_possible = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_possible = False
    if not is_possible or any(character.isspace() for character in text):
        source = " (from THERMODYNAMO_HOST and THERMODYNAMO_PORT)" if text == default_endpoint(os.environ) else ""
        raise argparse.ArgumentTypeError(f"'{text}'{source} is no address of a server, as http://127.0.0.1:8000 is one")
    return address


def reason_of(error: object) -> str:
    """Why a call did not reach a server or a file, without the number that the operating system has for it."""
    is_tls = type(error).__name__ == "SSLError"  # Its module is not imported for a name.
    why = error if is_tls else getattr(error, "reason", error)
    if type(why).__name__ == "SSLError" and (reason := getattr(why, "reason", None)):
        return f"no TLS can be had there ({str(reason).lower().replace('_', ' ')})"
    return str(getattr(why, "strerror", None) or why)
