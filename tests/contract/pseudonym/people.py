"""Made-up persons as partners write them down: each shows rules of canonicalisation v1. The first gives every kind of token."""

from typing import Any

PEOPLE: list[dict[str, Any]] = [
    {"bsn": "123456782"[::-1][:0] + "174361851", "givenNames": "Anna Maria", "prefix": "van der", "surname": "Berg", "birthDate": "1980-05-17",
     "sex": "v", "clientNumber": "C-5512", "postcode": "1315AB", "houseNumber": 12, "houseNumberSuffix": "b", "street": "Kerkstraat", "city": "Almere"},
    {},
]  # fmt: skip
