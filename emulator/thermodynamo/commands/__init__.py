"""The `thermodynamo` command. `__main__.py` sets the signals and runs what is chosen here.

serve                           the server: settings, a listening socket, uvicorn until a signal
dynamodb_local, java            the server with the flags of DynamoDB Local; the java command line that starts it
access                          which policies decide a request
health, heat                    whether a server of this machine answers; its heat map, in the terminal
foresight, traces               what recorded traffic would meet, advice, prices; traces of other sources
trigger                         triggers, until Ctrl-C
seed, dump                      tables and items from files, and into files that seed reads
snapshot                        snapshots, forks and resets of a running server
admin_client                    what commands ask of a running server
certificate                     what the server speaks TLS with
allocator                       memory that goes back when large items are deleted
progress, loading_progress      how far a command is, as a bar; how far the loading of a data folder is
command_line                    flags and variables, and what is said of wrong ones
listening_ports                 which process has a port, and which ports a process has
"""

from collections.abc import Sequence

MODULES = {
    "access": "access",
    "advise": "foresight.advise",
    "dump": "dump",
    "dynamodb-local": "dynamodb_local",
    "foresee": "foresight.foresee",
    "fork": "snapshot",
    "health": "health",
    "heat": "heat",
    "java": "java",
    "prices": "foresight.prices",
    "reset": "snapshot",
    "seed": "seed",
    "snapshot": "snapshot",
    "trace": "traces.trace",
    "trigger": "trigger",
}
"""The module of each command. A command line without one starts the server."""
NAMED_TO_MODULE = ("fork", "reset", "snapshot")
"""Commands that share a module, which reads the name itself."""
JAVA_FLAGS = ("-D", "-X", "-jar")
"""How a command line of java begins. Compose files give one as `command`, to an image whose entry point is java."""


def chosen(arguments: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The module that a command line asks for, and what is left for it to read."""
    first = arguments[0] if arguments else ""
    if first.startswith(JAVA_FLAGS):
        return "java", arguments
    if first in NAMED_TO_MODULE:
        return MODULES[first], arguments
    return (MODULES[first], arguments[1:]) if first in MODULES else ("serve", arguments)
