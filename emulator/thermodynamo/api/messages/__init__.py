"""Every message text of the service, in the words of us-east-1; `{}` fields are filled by the caller.

Nothing outside this package spells an AWS message. All are reached as `messages.NAME`.

wire, constraints             a request before it is looked into; the parts of the message for the service model
values, items                 attribute values and keys; reads, writes, batches, conditions and transactions
expressions, statements       expressions, legacy conditions and placeholders; PartiQL
tables, table_states          definitions and states of tables; what a table is still busy with
table_settings                one setting: maxima, warm throughput, encryption, class, stream, tags, insights
vectors                       vector indexes and searches
streams                       streams, Kinesis destinations, time to live
backups, transfers            backups, restores, recovery to points in time; exports and imports
replicas                      global tables of both versions
policies                      resource policies
throttling                    what is refused for its rate
autoscaling                   Application Auto Scaling
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
