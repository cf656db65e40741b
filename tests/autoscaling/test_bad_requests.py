"""Whatever a request holds, it gets an answer: never an internal error."""

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.autoscaling.world import ScaledWorld
from thermodynamo.api import model
from thermodynamo.api.auto_scaling import OPERATIONS
from thermodynamo.api.model.service import LIST, MAP, STRUCTURE

SERVICE = model.autoscaling()
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(),
    st.just([]),
    st.just({}),
)
TEXTS = st.sampled_from(
    (
        *("dynamodb", "ecs", "table/load", "table/load/index/x", "table/none", "mine", "UTC", "bm9uZQ=="),
        *("dynamodb:table:WriteCapacityUnits", "dynamodb:index:ReadCapacityUnits", "DynamoDBWriteCapacityUtilization"),
        *("rate(1 minute)", "at(2026-01-01T00:01:00)", "cron(* * ? * 2#1 *)", "cron(0 0 31W 2 ? 2030-2031)"),
        "TargetTrackingScaling",
    )
)
NUMBERS = st.sampled_from([-1, 0, 1, 5, 20, 70, 3_600, 2**31 - 1, 1_767_225_660, 10**18])


def value(shape_name: str) -> st.SearchStrategy[object]:
    """What a member may hold: mostly of its type, now and then not."""
    shape = SERVICE.shape(shape_name)
    if shape.kind == STRUCTURE:
        sound = structure(shape_name)
    elif shape.kind == LIST:
        sound = st.lists(st.deferred(lambda: value(shape.element)), max_size=2)
    elif shape.kind == MAP:
        sound = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)
    elif shape.kind == "boolean":
        sound = st.booleans()
    elif shape.kind == "string":
        sound = st.sampled_from(sorted(shape.enum)) | TEXTS if shape.enum else TEXTS | st.text(max_size=5)
    else:
        sound = NUMBERS
    return st.integers(0, 19).flatmap(lambda chance: JUNK if chance == 0 else sound)


def later(shape_name: str) -> st.SearchStrategy[object]:
    """Shapes may hold themselves."""
    return st.deferred(lambda: value(shape_name))


def structure(shape_name: str) -> st.SearchStrategy[object]:
    shape = SERVICE.shape(shape_name)
    members = {name: later(of) for name, of in shape.members.items()}
    required = {name: members.pop(name) for name in shape.required}
    return st.fixed_dictionaries(required, optional=members)


WORLD = ScaledWorld()
WORLD.create((5, 5))


@settings(max_examples=150)
@given(data=st.data())
def test_there_is_always_an_answer(data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(sorted(OPERATIONS)))
    request = data.draw(structure(SERVICE.inputs[OPERATIONS[target].name]))
    if isinstance(request, dict) and data.draw(st.booleans()):
        # So that some requests find what they are for.
        sound = {"ServiceNamespace": "dynamodb", "ResourceId": "table/load", "PolicyName": "mine"}
        sound |= {"ScalableDimension": "dynamodb:table:WriteCapacityUnits", "ScheduledActionName": "mine"}
        request |= {name: text for name, text in sound.items() if name in request}
    status, body = WORLD.service.answer(target, orjson.dumps(request))
    assert status in (200, 400), body
    WORLD.turn(data.draw(st.sampled_from([0, 60, 600])))
