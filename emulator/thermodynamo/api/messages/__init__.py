"""Every message text of the service; `{}` fields are filled by the caller.

The wording is us-east-1's. Nothing outside this package spells an AWS message. Texts are grouped by what they are
about, one module a subject, and all are reached as `messages.NAME`.
"""

from thermodynamo.api.messages.autoscaling import *
from thermodynamo.api.messages.backups import *
from thermodynamo.api.messages.constraints import *
from thermodynamo.api.messages.expressions import *
from thermodynamo.api.messages.items import *
from thermodynamo.api.messages.policies import *
from thermodynamo.api.messages.replicas import *
from thermodynamo.api.messages.statements import *
from thermodynamo.api.messages.streams import *
from thermodynamo.api.messages.table_settings import *
from thermodynamo.api.messages.table_states import *
from thermodynamo.api.messages.tables import *
from thermodynamo.api.messages.throttling import *
from thermodynamo.api.messages.transfers import *
from thermodynamo.api.messages.values import *
from thermodynamo.api.messages.vectors import *
from thermodynamo.api.messages.wire import *
