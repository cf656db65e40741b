"""`thermodynamo java`: a command line of java that starts DynamoDB Local starts this server.

In the image it is called `java`, so that what starts DynamoDB Local by its command line works as it is.
"""

import sys
from collections.abc import Sequence
from pathlib import PurePath

from thermodynamo.commands import dynamodb_local
from thermodynamo.commands.command_line import USAGE_STATUS
from thermodynamo.settings.config import VERSION

JAR = "DynamoDBLocal.jar"
JAR_FLAG = "-jar"
WITH_VALUE = ("-cp", "-classpath", "--class-path")
VERSION_FLAGS = ("-version", "--version", "-fullversion")


def main(arguments: Sequence[str]) -> int:
    """Runs the server until SIGTERM or Ctrl-C; returns the exit status."""
    if arguments[:1] and arguments[0] in VERSION_FLAGS:
        print(f"thermodynamo {VERSION}, which stands in for java where that starts {JAR}", file=sys.stderr)
        return 0
    local = local_flags(arguments)
    if local is None:
        given = " ".join(["java", *arguments])
        print(f"thermodynamo: {given!r} cannot be run: only java -jar {JAR} [flags] can", file=sys.stderr)
        return USAGE_STATUS
    return dynamodb_local.main(local)


def local_flags(arguments: Sequence[str]) -> Sequence[str] | None:
    """The flags for DynamoDB Local in a command line of java; None for one that starts another program.

    Options of the virtual machine before `-jar` have no meaning here.
    """
    position = 0
    while position < len(arguments) and arguments[position] != JAR_FLAG:
        if not arguments[position].startswith("-"):
            return None
        position += 2 if arguments[position] in WITH_VALUE else 1
    jar = arguments[position + 1 : position + 2]
    if not jar or PurePath(jar[0]).name != JAR:
        return None
    return arguments[position + 2 :]
