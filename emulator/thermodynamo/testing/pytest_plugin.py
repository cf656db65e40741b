"""The pytest plugin: fixtures and a marker for tests with DynamoDB, and what a failed test's report shows of it.

It imports nothing until a test asks for a fixture: pytest loads it in every project of its environment.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from thermodynamo.testing.in_process import LocalDynamoDB
    from thermodynamo.testing.local_clock import LocalClock
    from thermodynamo.testing.local_faults import LocalFaults
    from thermodynamo.testing.server_clock import ServerClock
    from thermodynamo.testing.server_faults import ServerFaults
    from thermodynamo.testing.server_namespace import ServerNamespace
    from thermodynamo.testing.server_process import Servers

MARKER = "dynamodb"
MARKER_MEANING = (
    "dynamodb(tables=None, **settings): what the test's DynamoDB is like: tables (definitions, or paths of files "
    "with them or with items), and settings of the server by name, such as capacity='off', profile='realistic', seed=7"
)
TITLE = "DynamoDB"
RECORD = "--dynamodb-record"
RECORD_MEANING = (
    "keep what each test asks of its DynamoDB in FOLDER, a file for each test, which thermodynamo foresee replays"
)
ADVICE = "--dynamodb-advice"
ADVICE_MEANING = "say at the end what the requests of all tests could do better, and which requests those are"
ADVICE_KEPT = "thermodynamo advice"
"""The name of a test's property that has its advice: such properties come from the processes of pytest-xdist, too."""

_reporting = pytest.StashKey[list[Any]]()
_servers: "pytest.StashKey[Servers]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup(MARKER)
    group.addoption(RECORD, metavar="FOLDER", help=RECORD_MEANING)
    group.addoption(ADVICE, action="store_true", help=ADVICE_MEANING)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER_MEANING)


def pytest_unconfigure(config: pytest.Config) -> None:
    servers = config.stash.get(_servers, None)
    if servers is not None:
        servers.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says the advice of all tests, where it is asked for."""
    if not config.getoption(ADVICE):
        return
    from thermodynamo.testing.advice import summary

    reports = [report for several in terminalreporter.stats.values() for report in several]
    kept = [
        (report.nodeid, finding)
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, findings in report.user_properties
        if name == ADVICE_KEPT
        for finding in findings
    ]
    terminalreporter.section(f"{TITLE} advice")
    lines = list(summary(kept))
    for line in lines or ["nothing to advise"]:
        terminalreporter.write_line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and report.when in ("setup", "call"):
        for each in item.stash.get(_reporting, ()):
            try:
                text = each.report()
            except Exception as error:
                text = f"there is no report: {error!r}"
            report.sections.append((TITLE, text))
    return report


@pytest.fixture
def dynamodb(request: pytest.FixtureRequest) -> "Iterator[LocalDynamoDB]":
    """An empty DynamoDB in this process for this test alone: every client of boto3 and aiobotocore comes here.

    `client()` and `resource()` make clients; `assert_no_scans()`, `assert_consumed(at_most=...)` and
    `assert_no_hot_key()` look at what was asked. The marker `dynamodb` says what it is like. Where that sets `access`,
    `as_caller(name)` is a caller of the access file, and `assert_denied(name, operation, request)` asks its policies.
    """
    from thermodynamo.testing.in_process import local_dynamodb

    with _explained():
        made = local_dynamodb(**_marked(request))
    with made:
        _report_of(request, made)
        yield made
        _keep_advice(request, made)


@pytest.fixture
def dynamodb_server(request: pytest.FixtureRequest) -> "Iterator[ServerNamespace]":
    """An account of this test's own on a server that all tests of the process share: for clients in other processes.

    With pytest-xdist each worker has a server of its own. Tests whose marker has other settings have another one.
    """
    from thermodynamo.testing.in_process import configured
    from thermodynamo.testing.server_namespace import ServerNamespace
    from thermodynamo.testing.server_process import Servers as Started

    settings = _marked(request)
    tables = settings.pop("tables", None)
    servers = request.config.stash.setdefault(_servers, Started())
    with _explained():
        region = configured(settings).region
        access = servers.access_of(settings)
        if access is not None:
            settings["access_file"] = str(access.path)
        made = ServerNamespace(servers.with_settings(settings).endpoint, region, access)
        if tables is not None:
            made.load(tables)
    _report_of(request, made)
    yield made
    _keep_advice(request, made)
    made.discard()


@pytest.fixture
def dynamodb_clock(request: pytest.FixtureRequest) -> "Iterator[LocalClock | ServerClock]":
    """The clock of `dynamodb`, or of `dynamodb_server` for a test that has that one. It stands still until turned."""
    if _has_server(request):
        from thermodynamo.testing.server_clock import turned_clock

        with turned_clock(request.getfixturevalue("dynamodb_server").endpoint) as clock:
            yield clock
    else:
        local: LocalClock = request.getfixturevalue("dynamodb").clock
        local.freeze()
        yield local


@pytest.fixture
def dynamodb_faults(request: pytest.FixtureRequest) -> "LocalFaults | ServerFaults":
    """Errors, delays and lost replies for `dynamodb`, or for `dynamodb_server` where a test has that one."""
    name = "dynamodb_server" if _has_server(request) else "dynamodb"
    faults: LocalFaults | ServerFaults = request.getfixturevalue(name).faults
    return faults


def _has_server(request: pytest.FixtureRequest) -> bool:
    return "dynamodb_server" in request.fixturenames and "dynamodb" not in request.fixturenames


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the markers of the test, its class and its module say; the nearest wins."""
    settings: dict[str, Any] = {}
    for marker in request.node.iter_markers(MARKER):
        if marker.args:
            raise pytest.UsageError(f"the marker {MARKER} takes names: {MARKER_MEANING}")
        settings = {**marker.kwargs, **settings}
    folder = request.config.getoption(RECORD)
    if folder and "dynamodb" in request.fixturenames and "record" not in settings:
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", request.node.nodeid).strip("-")
        Path(folder).mkdir(parents=True, exist_ok=True)
        settings["record"] = str(Path(folder, f"{name}.parquet"))
    return settings


@contextmanager
def _explained() -> Iterator[None]:
    """Settings and tables that cannot be fail the test with their message alone."""
    try:
        yield
    except (ValueError, RuntimeError) as error:
        pytest.fail(f"DynamoDB for this test: {error}", pytrace=False)


def _keep_advice(request: pytest.FixtureRequest, made: Any) -> None:
    """Keeps what the requests of a test could do better, for the end of the run."""
    if request.config.getoption(ADVICE):
        found = made.advice()
        if found:
            request.node.user_properties.append((ADVICE_KEPT, found))


def _report_of(request: pytest.FixtureRequest, made: Any) -> None:
    request.node.stash.setdefault(_reporting, []).append(made)
