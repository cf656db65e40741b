"""What is wrong with a trace, a source of one, or a scenario: said in one line, with what can be done."""


class TraceError(ValueError):
    """It cannot be read, or cannot answer what is asked."""


class MissingExtra(TraceError):
    """A package is not installed that the work needs."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: pip install 'thermodynamo[{extra}]'")
        self.given = package, extra

    def __reduce__(self) -> tuple[type["MissingExtra"], tuple[str, str]]:
        """It goes from one process to another."""
        return MissingExtra, self.given
