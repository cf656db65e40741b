"""Every message text of the service; `{}` fields are filled by the caller.

The wording is us-east-1's. Nothing outside this package spells an AWS message. Texts are grouped by what they are
about, one module a subject, and all are reached as `messages.NAME`.
"""

from emulator.messages.autoscaling import *
from emulator.messages.constraints import *
from emulator.messages.expressions import *
from emulator.messages.items import *
from emulator.messages.statements import *
from emulator.messages.streams import *
from emulator.messages.tables import *
from emulator.messages.throttling import *
from emulator.messages.transactions import *
from emulator.messages.values import *
from emulator.messages.wire import *
