"""A file of prices made of AWS's bulk price list: `offers/v1.0/aws/AmazonDynamoDB/current/REGION/index.json`.

What a product is follows from its usage type, which begins with a short name of the region outside of us-east-1. Of
prices with steps, such as those of storage with a free part, the last step counts: what one more unit costs.

Reserved capacity stands there as terms of its own. What is said of a block of 100 units is told from what is said of
one unit by the price: no reserved unit costs more than one that is not. Database Savings Plans are a list of their own,
which `savingsPlan/v1.0/aws/AWSDatabaseSavingsPlans/current/region_index.json` names for each region.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from thermodynamo.foresight.prices.commitments import BLOCK_UNITS, YEAR_HOURS
from thermodynamo.foresight.prices.price_file import NAMES, Prices, why_none
from thermodynamo.foresight.traces.trace_error import TraceError

USAGE_TYPES = {
    "ReadRequestUnits": "read_request",
    "WriteRequestUnits": "write_request",
    "ReadCapacityUnit-Hrs": "read_unit_hour",
    "WriteCapacityUnit-Hrs": "write_unit_hour",
    "TimedStorage-ByteHrs": "storage_gb_month",
    "IA-ReadRequestUnits": "ia_read_request",
    "IA-WriteRequestUnits": "ia_write_request",
    "IA-ReadCapacityUnit-Hrs": "ia_read_unit_hour",
    "IA-WriteCapacityUnit-Hrs": "ia_write_unit_hour",
    "IA-TimedStorage-ByteHrs": "ia_storage_gb_month",
    "ReplWriteRequestUnits": "replicated_write_request",
    "IA-ReplWriteRequestUnits": "ia_replicated_write_request",
    "IA-ReplWriteCapacityUnit-Hrs": "ia_replicated_write_unit_hour",
    "ReplWriteCapacityUnit-Hrs": "replicated_write_unit_hour",
    "Streams-Requests": "stream_read",
    "TimedPITRStorage-ByteHrs": "recovery_gb_month",
    "TimedBackupStorage-ByteHrs": "backup_gb_month",
    "RestoreDataSize-Bytes": "restore_gb",
    "ExportDataSize-Bytes": "export_gb",
    "ImportDataSize-Bytes": "import_gb",
    "ChangeDataCaptureUnits-Kinesis": "kinesis_unit",
}

SERVICE = "AmazonDynamoDB"
RESERVED = {
    "ReadCapacityUnit-Hrs": "read",
    "WriteCapacityUnit-Hrs": "write",
    "HeavyUsage:dynamodb.read": "read",
    "HeavyUsage:dynamodb.write": "write",
}
"""The usage types under which reserved capacity stands (developer guide, CostOptimization_UnderstandingBilling)."""
OTHERS = ("IA-", "Repl", "IA-Repl")
"""What no reserved capacity is for."""
UPFRONT = "Quantity"


def convert(path: Path) -> Prices:
    """The prices of one region in a bulk price list. Raises TraceError."""
    try:
        return _converted(orjson.loads(path.read_bytes()), path)
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error.strerror}") from None
    except TraceError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TraceError(f"{path} is no bulk price list of AWS: {why_none(error)}") from None


def _converted(given: dict[str, Any], path: Path) -> Prices:
    """The prices of a bulk price list. Raises TraceError, and what its form raises where it is none."""
    products, terms, date = given["products"], given["terms"]["OnDemand"], given["publicationDate"]
    found: dict[str, float] = {}
    regions: set[str] = set()
    for sku, product in products.items():
        attributes = product.get("attributes", {})
        name = _named(attributes.get("usagetype", ""))
        price = _price(terms.get(sku, {}))
        if name is not None and price is not None:
            found[name] = price
            regions.add(attributes.get("regionCode", ""))
    missing = [name for name in NAMES if name not in found]
    if missing:
        raise TraceError(f"{path} has no price of {missing[0]}: it must be the list of AmazonDynamoDB of one region")
    if len(regions) != 1:
        raise TraceError(f"{path} has prices of {len(regions)} regions: take the list of one")
    found |= _reserved(products, given["terms"].get("Reserved", {}), found)
    version = given.get("version", "")
    return Prices(regions.pop(), date[:10], f"AWS price list of AmazonDynamoDB, version {version}", found)


def with_savings_plans(prices: Prices, path: Path) -> Prices:
    """The prices with the rates of a list of Database Savings Plans of the same region. Raises TraceError."""
    try:
        given = orjson.loads(path.read_bytes())
        terms, version = given["terms"]["savingsPlan"], given.get("version", "")
        rates = [rate for term in terms if _is_of_a_year(term) for rate in term["rates"]]
        named = {
            f"savings_{name}": float(rate["discountedRate"]["price"])
            for rate in rates
            if rate.get("discountedServiceCode") == SERVICE
            and rate.get("discountedRegionCode", prices.region) == prices.region
            and (name := _named(rate["discountedUsageType"])) is not None
        }
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error.strerror}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TraceError(f"{path} is no list of savings plans of AWS: {why_none(error)}") from None
    if not named:
        raise TraceError(f"{path} has no rates of {SERVICE} in {prices.region} for a year")
    source = f"{prices.source}; Database Savings Plans, version {version}"
    return replace(prices, source=source, of={**prices.of, **named})


def _is_of_a_year(term: dict[str, Any]) -> bool:
    return bool(term["leaseContractLength"] == {"duration": 1, "unit": "year"})


def _reserved(products: dict[str, Any], terms: dict[str, Any], found: dict[str, float]) -> dict[str, float]:
    """The prices of one reserved unit: what is paid at once, and what is paid for each hour."""
    reserved: dict[str, float] = {}
    for sku, offers in terms.items():
        usage_type = products.get(sku, {}).get("attributes", {}).get("usagetype", "")
        kind = next((kind for ending, kind in RESERVED.items() if _ends(usage_type, ending)), None)
        if kind is None or any(_ends(usage_type, f"{prefix}{ending}") for prefix in OTHERS for ending in RESERVED):
            continue
        for offer in offers.values():
            years = offer.get("termAttributes", {}).get("LeaseContractLength", "").removesuffix("yr")
            if not years.isdigit():
                continue
            for step in offer.get("priceDimensions", {}).values():
                price = float(step["pricePerUnit"]["USD"])
                is_upfront = step.get("unit") == UPFRONT
                hourly = price / (YEAR_HOURS * int(years)) if is_upfront else price
                if hourly > found[f"{kind}_unit_hour"]:
                    price /= BLOCK_UNITS
                reserved[f"reserved_{kind}_{years}y_{'upfront' if is_upfront else 'hour'}"] = price
    return reserved


def _named(usage_type: str) -> str | None:
    """What a usage type stands for, such as EU-IA-ReadRequestUnits."""
    longest = max((known for known in USAGE_TYPES if _ends(usage_type, known)), key=len, default=None)
    return USAGE_TYPES[longest] if longest is not None else None


def _ends(usage_type: str, known: str) -> bool:
    return usage_type == known or usage_type.endswith("-" + known)


def _price(offers: dict[str, Any]) -> float | None:
    """The price of one more unit, of the steps of the only offer."""
    steps = [step for offer in offers.values() for step in offer.get("priceDimensions", {}).values()]
    if not steps:
        return None
    last = max(steps, key=lambda step: float(step.get("beginRange", 0)))
    return float(last["pricePerUnit"]["USD"])
