"""A file of prices made of AWS's bulk price list: `offers/v1.0/aws/AmazonDynamoDB/current/REGION/index.json`.

What a product is follows from its usage type, which begins with a short name of the region outside of us-east-1. Of
prices with steps, such as those of storage with a free part, the last step counts: what one more unit costs.
"""

from pathlib import Path
from typing import Any

import orjson

from thermodynamo.foresight.prices.price_file import NAMES, Prices
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
    "ReplWriteCapacityUnit-Hrs": "replicated_write_unit_hour",
    "Streams-Requests": "stream_read",
    "TimedPITRStorage-ByteHrs": "recovery_gb_month",
    "TimedBackupStorage-ByteHrs": "backup_gb_month",
    "RestoreDataSize-Bytes": "restore_gb",
    "ExportDataSize-Bytes": "export_gb",
    "ImportDataSize-Bytes": "import_gb",
    "ChangeDataCaptureUnits-Kinesis": "kinesis_unit",
}


def convert(path: Path) -> Prices:
    """The prices of one region in a bulk price list. Raises TraceError."""
    try:
        given = orjson.loads(path.read_bytes())
        products, terms, date = given["products"], given["terms"]["OnDemand"], given["publicationDate"]
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error.strerror}") from None
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise TraceError(f"{path} is no bulk price list of AWS: {error!r}") from None
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
    version = given.get("version", "")
    return Prices(regions.pop(), date[:10], f"AWS price list of AmazonDynamoDB, version {version}", found)


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
