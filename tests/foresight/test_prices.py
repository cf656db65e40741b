"""Prices out of a bulk price list, what a replay costs by them, and the advice that follows. The sums are by hand."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_scenarios import ON_DEMAND, hot_writes, trace_of, write
from thermodynamo.commands.foresight import prices as prices_command
from thermodynamo.foresight.prices import conversion, cost, price_file
from thermodynamo.foresight.prices.features import Features
from thermodynamo.foresight.prices.use import Use
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


def reserved(sku: str, *terms: tuple[str, str, str]) -> dict[str, Any]:
    """Terms of reserved capacity: years, what is paid at once, and by the hour."""
    return {
        f"{sku}.{years}": {
            "termAttributes": {"LeaseContractLength": years, "PurchaseOption": "Heavy Utilization"},
            "priceDimensions": {
                "a": {"unit": "Quantity", "pricePerUnit": {"USD": upfront}},
                "b": {"unit": "Hrs", "pricePerUnit": {"USD": hourly}},
            },
        }
        for years, upfront, hourly in terms
    }


def test_reserved_capacity_is_priced_for_one_unit(tmp_path: Path) -> None:
    """A list that speaks of blocks of 100 units and one that speaks of units say the same."""
    listed = price_list(LISTED)
    listed["terms"]["Reserved"] = {
        "SKU3": reserved("SKU3", ("1yr", "160", "0.014"), ("3yr", "1.9", "0.00009")),
        "SKU8": reserved("SKU8", ("1yr", "9", "9")),
    }
    (tmp_path / "index.json").write_text(json.dumps(listed))
    made = conversion.convert(tmp_path / "index.json").of
    assert {name: price for name, price in made.items() if name.startswith("reserved")} == {
        "reserved_write_1y_upfront": 1.6, "reserved_write_1y_hour": pytest.approx(0.00014),
        "reserved_write_3y_upfront": 1.9, "reserved_write_3y_hour": 0.00009,
    }, "of the class Standard alone"  # fmt: skip


def savings_plans(service: str = "AmazonDynamoDB", region: str = "eu-west-1", years: int = 1) -> dict[str, Any]:
    def rate(usage_type: str, price: str) -> dict[str, Any]:
        return {
            "discountedServiceCode": service, "discountedUsageType": usage_type, "discountedRegionCode": region,
            "discountedRate": {"price": price, "currency": "USD"},
        }  # fmt: skip

    rates = [rate("EU-WriteRequestUnits", "0.00000057"), rate("EU-InstanceUsage:db.r7g.large", "0.1")]
    return {"version": "7", "terms": {"savingsPlan": [
        {"leaseContractLength": {"duration": years, "unit": "year"}, "rates": rates},
    ]}}  # fmt: skip


def test_savings_plans_come_from_a_list_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(json.dumps(price_list(LISTED)))
    plans = tmp_path / "plans.json"
    plans.write_text(json.dumps(savings_plans()))
    command = [str(tmp_path / "index.json"), str(tmp_path / "eu.json"), "--savings-plans", str(plans)]
    assert prices_command.main(command) == 0
    made = price_file.read(tmp_path / "eu.json")
    assert made.of["savings_write_request"] == 5.7e-07 and made.source.endswith("Database Savings Plans, version 7")
    assert sum(name.startswith("savings") for name in made.of) == 1
    prices = conversion.convert(tmp_path / "index.json")
    for other in (savings_plans("AmazonRDS"), savings_plans(region="us-west-2"), savings_plans(years=3)):
        plans.write_text(json.dumps(other))
        with pytest.raises(TraceError, match="has no rates of AmazonDynamoDB in eu-west-1 for a year"):
            conversion.with_savings_plans(prices, plans)
    plans.write_text("{}")
    with pytest.raises(TraceError, match="is no list of savings plans of AWS"):
        conversion.with_savings_plans(prices, plans)


def test_what_a_table_has_beside_is_priced() -> None:
    prices = price_file.shipped("us-east-1")
    assert prices is not None
    month = Use(730 * 3600, 0.0, 1e6, items=0, stored_bytes=10 * 2**30)
    plain = cost.of_use(month, prices)
    assert plain.month == pytest.approx(1e6 * 0.625e-6 + 2.5) and not plain.features
    everything = Features(replicas=2, has_recovery=True, backups=3, exports=1, has_kinesis=True, stream_reads=1_000)
    made = cost.of_use(dataclasses.replace(month, features=everything), prices)
    assert made.features == {
        "replicas": pytest.approx(2 * plain.month), "recovery": 2.0, "backups": 3.0, "exports": 1.0,
        "kinesis": pytest.approx(0.1), "stream reads": pytest.approx(0.0002),
    }  # fmt: skip
    assert made.month == pytest.approx(plain.month + sum(made.features.values())) and made.unpriced == ()
    few = dataclasses.replace(prices, of={name: prices.of[name] for name in price_file.NAMES})
    some = dataclasses.replace(month, features=Features(has_recovery=True, vector_indexes=1))
    assert cost.of_use(some, few).unpriced == ("recovery", "vector indexes"), "a price that is not known is no price"


def test_what_a_recorded_table_has_is_found(tmp_path: Path) -> None:
    world = Recorded(tmp_path / "run.parquet")
    world.create("orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    world.pass_seconds(10)
    enabled = {"PointInTimeRecoveryEnabled": True}
    world.call("UpdateContinuousBackups", {"TableName": "orders", "PointInTimeRecoverySpecification": enabled})
    world.call("CreateBackup", {"TableName": "orders", "BackupName": "one"})
    world.call("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}, "body": {"S": "x" * 300_000}}})
    world.pass_seconds(5)
    world.recording.close()
    (table,) = of_json(str(world.path))["scenarios"][0]["tables"]
    stored = table["cost"]["storage"] / 0.1
    assert set(table["cost"]["features"]) == {"recovery", "backups"}
    assert table["cost"]["features"]["recovery"] == pytest.approx(stored * 0.2, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no json", "is no bulk price list of AWS"),
        (json.dumps({"products": {}}), "is no bulk price list of AWS: it has no member terms"),
        (json.dumps(price_list({})), "has no price of read_request"),
    ],
)
def test_what_is_no_price_list_is_said(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(TraceError, match=message):
        conversion.convert(tmp_path / "index.json")
    with pytest.raises(TraceError, match=r"is no file of prices: it (is no JSON|has no member prices)"):
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
    assert prices_command.main(command) == 0
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
