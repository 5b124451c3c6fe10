"""Made-up persons as partners write them down: each shows rules of canonicalisation v1. The first gives every kind of token."""

from typing import Any

PEOPLE: list[dict[str, Any]] = [
    {"bsn": "245216571", "givenNames": "Anna Maria", "prefix": "van der", "surname": "Berg", "birthDate": "1980-05-17", "sex": "v",
     "clientNumber": "C-5512", "postcode": "1315AB", "houseNumber": 12, "houseNumberSuffix": "b", "street": "Kerkstraat", "city": "Almere"},
    {"bsn": "2452.16.571", "givenNames": "ANNA-MARIA (Anneke)", "surname": "v.d. Berg", "birthDate": "1980-05-17",
     "clientNumber": " C-5512 ", "postcode": "1315 ab", "houseNumber": 12, "houseNumberSuffix": " B."},
    {"givenNames": "Anna Maria", "surname": "Berg, van der", "birthDate": "1980-05-17"},
    {"bsn": "41668881", "surname": "IJsselstein", "birthDate": "1975-01-01", "postcode": "8223 XA", "houseNumber": 1, "houseNumberSuffix": "2"},
    {"surname": "Ĳsselstein", "birthDate": "1975-01-01", "postcode": "8223XA", "houseNumber": 12},
    {"givenNames": "Zoë Aïsha", "surname": "Müller-Łukaszewicz", "birthDate": "1999-12-31"},
    {"givenNames": "Jan", "prefix": "in 't", "surname": "Veld", "birthDate": "1962-02-28"},
    {"givenNames": "Sean", "surname": "O’Brien", "birthDate": "1962-02-28"},
    {"givenNames": "Femke", "surname": "'s-Gravesande", "birthDate": "1962-02-28"},
    {"givenNames": "Şükrü", "surname": "İnönü", "birthDate": "1962-02-28"},
    {"givenNames": "Groß Æbel Øyvind", "surname": "Þórsson", "birthDate": "1962-02-28"},
    {"givenNames": "Иван", "surname": "van den", "birthDate": "1962-02-28"},
    {"givenNames": "J.P.", "surname": "de Man", "birthDate": "1900-01-01"},
    {"givenNames": "NN", "surname": "NN man", "birthDate": "9999-12-31"},
    {"givenNames": "onbekend", "surname": "N.N.", "birthDate": "17-05-1980"},
    {"givenNames": "Dirk", "prefix": "van", "surname": "Geen", "birthDate": "2001-02-29"},
    {"bsn": "245216572", "clientNumber": "a|b\\c", "postcode": "0000AA", "houseNumber": 0},
    {"bsn": "000000000", "clientNumber": "00000", "postcode": "1111AA", "houseNumber": 100000},
    {"bsn": "12345", "clientNumber": "onbekend", "postcode": "B-9000", "houseNumber": 7, "houseNumberSuffix": "-"},
    {},
]  # fmt: skip

DUTCH: list[dict[str, Any]] = [
    {"givenNames": "Mohammed", "prefix": "el", "surname": "Amrani", "birthDate": "1990-01-01", "postcode": "2512 GB", "houseNumber": 7, "street": "Prof. Lorentzlaan", "city": "'s-Gravenhage"},
    {"givenNames": "Muhammad", "surname": "el-Amrani", "birthDate": "01-01-1990", "postcode": "NL-2512GB", "houseNumber": 7, "street": "Professor Lorentzlaan", "city": "Den Haag"},
    {"givenNames": "J.P.", "surname": "Jansen-de Vries", "birthDate": "1970-13-04", "street": "Burg. van den Bergstr.", "houseNumber": 3, "houseNumberSuffix": "hs", "city": "Alphen a/d Rijn"},
    {"givenNames": "Johanna (Joke)", "surname": "Jansen e/v de Vries", "birthDate": "1970-04-13"},
    {"givenNames": "Thijs", "surname": "Dijkstra", "birthDate": "1981-02-29", "postcode": "8911 DL"},
    {"givenNames": "Tijs", "surname": "Deykstra", "birthDate": "1981-02-00", "postcode": "8911DL"},
]  # fmt: skip
"""Of scheme v2: spelling, married names, exchanged days and months, dates that stand for "unknown", streets and cities."""
