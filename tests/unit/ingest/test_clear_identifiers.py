"""What looks like a person in clear, and what does not. All numbers are made up; they only pass the check digits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_contract.clear_text import in_reference, in_text, passes_eleven_test

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BSN, NO_BSN = "111222333", "111222334"

TEXTS = {
    BSN: "a BSN",
    "bsn:111222333!": "a BSN",
    "111 222 333": "a BSN",
    "1112.22.333": "a BSN",
    "10000008": "a BSN",  # eight digits: a leading zero was lost
    NO_BSN: None,
    "1112223330": None,
    "000000000": None,
    "NL91ABNA0417164300": "an IBAN",
    "rekening NL91 ABNA 0417 1643 00, graag": "an IBAN",
    "nl91abna0417164300": "an IBAN",
    "NL92ABNA5417164300": None,
    "BE68539007547034": "an IBAN",
    "jan@example.nl": "an e-mail address",
    "0612345678": "a telephone number",
    "06-12345678": "a telephone number",
    "06 12 34 56 78": "a telephone number",
    "+31612345678": "a telephone number",
    "+31 (0)6 1234 5678": "a telephone number",
    "0031612345678": "a telephone number",
    "(036) 123 45 67": "a telephone number",
    "17-05-1980": "a date of birth",
    "1980-05-17": "a date of birth",
    "17/5/1980": "a date of birth",
    "geen-vervolg": None,
    "start": None,
    "GM0034": None,
}
REFERENCES = {
    BSN: "a number of 8 or 9 digits",
    NO_BSN: "a number of 8 or 9 digits",
    "zaak-19800517-b": "a number of 8 or 9 digits",
    "2026-000123": None,
    "2026-03-01-0001": None,
    "1980-05-17": "a date of birth",
    "0612345678": "a telephone number",
    "x+31612345678": "a telephone number",
    "NL91ABNA0417164300": "an IBAN",
    "NL91ABNA0417164300/2": "an IBAN",
    "a@b": "an e-mail address",
    "abcdefghijklmnopabcdefghijklmnop": None,
    "12345678-1234-1234-1234-123456789012": None,
    "1234567": None,
    "1234567890": None,
    "20-1234567": None,
}


@pytest.mark.parametrize("text", TEXTS)
def test_in_a_text(text: str) -> None:
    assert in_text(text) == TEXTS[text]


@pytest.mark.parametrize("text", REFERENCES)
def test_in_a_reference(text: str) -> None:
    assert in_reference(text, NOW) == REFERENCES[text]


@given(st.integers(10_000_000, 999_999_999))
def test_whether_a_reference_with_eight_or_nine_digits_is_refused_is_no_lottery(number: int) -> None:
    assert in_reference(f"a{number}", NOW) and in_reference(f"{number}-x", NOW)


@given(st.integers(1, 999_999_999))
def test_one_in_eleven_numbers_passes_and_one_wrong_digit_never_does(number: int) -> None:
    digits = f"{number:09d}"
    weighted = sum((9 - place) * int(digit) for place, digit in enumerate(digits[:8])) - int(digits[8])
    assert passes_eleven_test(digits) == (weighted % 11 == 0)
    if passes_eleven_test(digits):
        other = digits[:4] + str((int(digits[4]) + 1) % 10) + digits[5:]
        assert not passes_eleven_test(other)
