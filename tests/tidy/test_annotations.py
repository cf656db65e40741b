"""Every public function says what it takes and returns."""

from tests.tidy.source import EVERYTHING, Function, report, sources


def unannotated(function: Function) -> list[str]:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    missing = [each.arg for each in named if each.annotation is None and each.arg not in ("self", "cls")]
    return missing if function.returns is not None else [*missing, "return"]


def test_public_functions_are_annotated() -> None:
    wrong = [
        f"{file.name}:{function.lineno} {function.name}: {', '.join(missing)}"
        for file in sources(*EVERYTHING)
        for function in file.functions()
        if not function.name.startswith("_")
        if (missing := unannotated(function))
    ]
    assert not wrong, report(wrong)
