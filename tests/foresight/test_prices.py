"""Prices out of a bulk price list, what a replay costs by them, and the advice that follows. The sums are by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_scenarios import ON_DEMAND, hot_writes, trace_of, write
from thermodynamo.foresight.prices import conversion, price_file
from thermodynamo.foresight.traces.trace_error import TraceError

pytest.importorskip("duckdb")

LISTED = {
    "EU-ReadRequestUnits": [("0", "0.00000014")],
    "EU-WriteRequestUnits": [("0", "0.0000007")],
    "EU-ReadCapacityUnit-Hrs": [("0", "0"), ("18000", "0.00015")],
    "EU-WriteCapacityUnit-Hrs": [("0", "0"), ("18000", "0.0007")],
    "EU-TimedStorage-ByteHrs": [("0", "0"), ("25", "0.28")],
    "EU-IA-ReadRequestUnits": [("0", "0.00000018")],
    "EU-IA-WriteRequestUnits": [("0", "0.0000009")],
    "EU-IA-ReadCapacityUnit-Hrs": [("0", "0.00019")],
    "EU-IA-WriteCapacityUnit-Hrs": [("0", "0.0009")],
    "EU-IA-TimedStorage-ByteHrs": [("0", "0.11")],
    "EU-DataTransfer-Out-Bytes": [("0", "9")],
}


def price_list(listed: dict[str, list[tuple[str, str]]], region: str = "eu-west-1") -> dict[str, Any]:
    """A list in the form of AWS's, with the members that are read."""
    products = {
        f"SKU{number}": {"sku": f"SKU{number}", "attributes": {"usagetype": name, "regionCode": region}}
        for number, name in enumerate(listed)
    }
    terms = {
        f"SKU{number}": {
            f"SKU{number}.T": {
                "priceDimensions": {
                    f"{begin}": {"beginRange": begin, "pricePerUnit": {"USD": price}} for begin, price in steps
                }
            }
        }
        for number, steps in enumerate(listed.values())
    }
    return {
        "offerCode": "AmazonDynamoDB",
        "version": "20261001000000",
        "publicationDate": "2026-10-01T00:00:00Z",
        "products": products,
        "terms": {"OnDemand": terms},
    }


def test_a_price_list_becomes_a_file_of_prices(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(json.dumps(price_list(LISTED)))
    made = conversion.convert(tmp_path / "index.json")
    assert (made.region, made.date) == ("eu-west-1", "2026-10-01")
    assert made.of["write_request"] == 7e-07 and made.of["ia_write_request"] == 9e-07
    assert made.of["read_unit_hour"] == 0.00015, "the first steps are free, the next unit is not"
    assert "DataTransfer" not in str(made.of) and len(made.of) == 10
    price_file.write(made, tmp_path / "eu.json")
    assert price_file.read(tmp_path / "eu.json") == made


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no json", "is no bulk price list of AWS"),
        (json.dumps({"products": {}}), "is no bulk price list of AWS: KeyError"),
        (json.dumps(price_list({})), "has no price of read_request"),
    ],
)
def test_what_is_no_price_list_is_said(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(TraceError, match=message):
        conversion.convert(tmp_path / "index.json")
    with pytest.raises(TraceError, match="is no file of prices"):
        price_file.read(tmp_path / "index.json")


def test_every_file_that_is_shipped_can_be_read_and_says_where_it_is_from() -> None:
    paths = sorted(price_file.FOLDER.glob("*.json"))
    assert [path.stem for path in paths] == ["us-east-1"]
    for path in paths:
        made = price_file.read(path)
        assert made.region == path.stem and made.date.startswith("20") and made.source
    assert price_file.shipped("mars-north-1") is None


def scenarios(tmp_path: Path, **planned: Any) -> str:
    path = tmp_path / "scenarios.toml"
    members = "".join(f"{name} = {json.dumps(value)}\n" for name, value in {**ON_DEMAND, **planned}.items())
    path.write_text(f'[[scenario]]\nname = "s"\n[[scenario.tables]]\n{members}')
    return str(path)


def test_a_month_is_730_hours_of_the_trace(tmp_path: Path) -> None:
    """1,000 items of 1 KB in ten seconds: 262,800 times as many in a month, at $0.625 a million."""
    events = [write(number / 100, number + 1, f"{number}", size=1_000) for number in range(1_000)]
    trace = trace_of(tmp_path, events)
    report = of_json(str(trace.path), "--scenarios", scenarios(tmp_path))
    (scenario,) = report["scenarios"]
    (table,) = scenario["tables"]
    assert scenario["seconds"] == 10
    assert table["cost"]["throughput"] == table["cost"]["on_demand"] == round(1_000 * 262_800 * 0.625e-6, 2)
    assert table["cost"]["storage"] == round(1_000 * 1_100 / 2**30 * 0.25, 4)
    assert table["cost"]["provisioned_for_peak"] == round(730 * (100 * 0.00065 + 1 * 0.00013), 2)
    assert [each["about"] for each in scenario["advice"]] == ["mode"]
    assert report["prices"]["region"] == "us-east-1"


def test_provisioned_units_cost_whether_they_are_used_or_not(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, [write(number, number + 1, f"{number}") for number in range(10)])
    given = scenarios(tmp_path, mode="provisioned", read_units=10, write_units=100)
    (scenario,) = of_json(str(trace.path), "--scenarios", given)["scenarios"]
    (table,) = scenario["tables"]
    assert table["cost"]["throughput"] == round(730 * (100 * 0.00065 + 10 * 0.00013), 2)
    (advice,) = scenario["advice"]
    assert advice["about"] == "mode" and "on demand its requests would cost $1.64" in advice["text"]


def test_prices_of_another_file_are_taken(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(json.dumps(price_list(LISTED)))
    prices = str(tmp_path / "eu.json")
    command = [str(tmp_path / "index.json"), prices]
    from thermodynamo.commands.foresight import prices as command_of_prices

    assert command_of_prices.main(command) == 0
    trace = trace_of(tmp_path, [write(0, 1, "a")])
    report = of_json(str(trace.path), "--scenarios", scenarios(tmp_path), "--prices", prices)
    assert report["prices"] == {
        "region": "eu-west-1", "date": "2026-10-01",
        "source": "AWS price list of AmazonDynamoDB, version 20261001000000",
    }  # fmt: skip


def test_advice_names_the_key_and_the_figures(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(4_000))
    (scenario,) = of_json(str(trace.path), "--scenarios", scenarios(tmp_path))["scenarios"]
    hot = next(each for each in scenario["advice"] if each["about"] == "hot key")
    figures = {"key": "pk=hot", "read_units_peak": 0.0, "write_units_peak": 4_000.0, "shards": 4}
    assert hot["evidence"] == {**figures, "throttled": 2_000}
    assert hot["requests"] == ["PutItem: 4,000 requests"]
    assert "Spread it over 4 partition keys" in foresee(
        str(trace.path), "--scenarios", scenarios(tmp_path)
    ).stdout  # fmt: skip
