"""Rules on personal data and secrets: by checksum, range and shape, never by entropy.

Knows the numbers that documentation uses on purpose. What follows the word for an order or a
tracking number is none of these, whatever its digits say.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from .rule import Limit, Sample, Spot, rule

_NUMBERED = re.compile(
    r"(?:订单|单号|编号|流水|运单|快递|票号|序列|条码|货号|型号|order|tracking|serial|ticket|sku|isbn|"
    r"ref(?:erence)?|invoice|barcode|imei|case|id)\W{0,3}(?:号码?|no\.?|number|id|#)?\W{0,4}$",
    re.IGNORECASE,
)


_LONG = re.compile(r"\d[\d -]{8}")


def _spots(
    sample: Sample,
    pattern: re.Pattern[str],
    is_one: Callable[[str], bool],
    name: str,
    *,
    numeric: bool = True,
) -> Iterator[Spot]:
    for where, text in sample.said("system", "user", "assistant"):
        if numeric and not _has_long_number(text):
            continue
        for match in pattern.finditer(text):
            if is_one(match[0]) and not _NUMBERED.search(
                text[max(0, match.start() - 16) : match.start()]
            ):
                yield Spot(f"{name}: {_masked(match[0])}", where, match.span())
                break


@lru_cache(maxsize=64)
def _has_long_number(text: str) -> bool:
    return _LONG.search(text) is not None


def _masked(text: str) -> str:
    """The finding must not carry on what it found."""
    keep = min(4, len(text) // 4)
    return f"{text[:keep]}…{text[len(text) - min(2, keep) :]}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


_ID = re.compile(
    r"(?<![\dA-Za-z])[1-9]\d{5}(?:18|19|20)\d\d[01]\d[0-3]\d\d{3}[\dXx](?![\dA-Za-z])", re.ASCII
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = frozenset(
    str.split(
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 "
        "64 65 "
        "71 81 82 83"
    )
)


def is_id_card(text: str) -> bool:
    """A Chinese identity number by province, date and check digit, not the textbook one."""
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    if text[:2] not in _PROVINCES or text.startswith(("11010119900307", "110101199001011")):
        return False
    total = sum(int(digit) * factor for digit, factor in zip(text, _WEIGHTS, strict=False))
    return born.year >= 1900 and text[-1].upper() == "10X98765432"[total % 11]


@rule("id_card")
def id_card(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No Chinese identity number that passes its checksum."""
    yield from _spots(sample, _ID, is_id_card, "identity number")


_MOBILE = re.compile(
    r"(?<![\d.,A-Za-z_\-/=])(?:\+?86[- ]?)?1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])"
    r"(?:\d{8}|-\d{4}-\d{4}| \d{4} \d{4})(?![\d\-A-Za-z_]|[.,]\d)",
    re.ASCII,
)


def is_mobile(text: str) -> bool:
    """A Chinese mobile number that is not one of those that stand for any number."""
    eight = _digits(text)[-8:]
    row = "0123456789012345678909876543210"
    return not (
        len(set(eight)) <= 2
        or eight in row
        or eight in ("00138000", "00138138")
        or any(part in row and eight[4:] in row for part in (eight[:4],))
    )


@rule("phone")
def phone(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No Chinese mobile number, but for those such as 13800000000 that stand for any."""
    yield from _spots(sample, _MOBILE, is_mobile, "mobile number")


_CARD = re.compile(
    r"(?<![\d.,\-A-Za-z_/=])[2-6]\d{3}(?:[ -]?\d{2,7}){2,4}(?![\d\-A-Za-z_]|[.,]\d)", re.ASCII
)
_TEST_CARDS = frozenset(
    str.split(
        "4111111111111111 4242424242424242 4012888888881881 4000056655665556 5555555555554444 "
        "5105105105105100 2223003122003222 378282246310005 371449635398431 6011111111111117 "
        "3530111333300000 4222222222222 4000000000000002 5200828282828210 6222020200112233445 "
        "6011000990139424 4000000000009995 6200000000000005"
    )
)


def is_card(text: str) -> bool:
    """A card number by its issuer's range, its length and Luhn's check, not a test number."""
    digits = _digits(text)
    if not _issuer(digits) or digits in _TEST_CARDS or len(set(digits)) <= 3:
        return False
    total = 0
    for at, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if at % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _issuer(digits: str) -> bool:
    size, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if size == 15:
        return two in (34, 37)
    if digits[0] == "4":
        return size in (13, 16, 19)
    if size == 16 and (51 <= two <= 55 or 2221 <= four <= 2720 or two in (35, 65) or four == 6011):
        return True
    return two == 62 and 16 <= size <= 19


@rule("bank_card")
def bank_card(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No card number that passes Luhn's check, but for the networks' test numbers."""
    yield from _spots(sample, _CARD, is_card, "card number")


_IBAN = re.compile(
    r"(?<![\dA-Za-z])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\dA-Za-z])"
)
_MAY_IBAN = re.compile(r"[A-Z]{2}\d\d ?[A-Z0-9]{4}")
_IBAN_SIZES = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "GR": 27, "HU": 28, "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SE": 24, "SA": 24, "AE": 23, "TR": 26, "SK": 24, "SI": 19, "HR": 21,
}  # fmt: skip
_TEST_IBANS = frozenset(
    str.split(
        "GB82WEST12345698765432 GB29NWBK60161331926819 DE89370400440532013000 "
        "FR1420041010050500013M02606 NL91ABNA0417164300 ES9121000418450200051332 "
        "IT60X0542811101000000123456 CH9300762011623852957 BE68539007547034 "
        "AT611904300234573201 DE75512108001245126199 FR7630006000011234567890189"
    )
)


def is_iban(text: str) -> bool:
    """A bank account number by its length and check digits, no textbook one."""
    joined = text.replace(" ", "")
    if _IBAN_SIZES.get(joined[:2]) != len(joined) or joined in _TEST_IBANS:
        return False
    return int("".join(str(int(char, 36)) for char in joined[4:] + joined[:4])) % 97 == 1


@rule("iban")
def iban(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No international bank account number with the right check digits, but for textbook ones."""
    if any(_MAY_IBAN.search(message["content"]) for message in sample.messages):
        yield from _spots(sample, _IBAN, is_iban, "account number", numeric=False)


_SSN = re.compile(
    r"(?<![\d\-A-Za-z/.])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d\-A-Za-z]|\.\d)",
    re.ASCII,
)
_TEST_SSNS = frozenset({"123-45-6789", "078-05-1120", "219-09-9999", "111-11-1111", "123-12-1234"})


@rule("ssn")
def ssn(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No US social security number in a range that is given out."""
    yield from _spots(
        sample, _SSN, lambda text: text not in _TEST_SSNS and len(set(text)) > 3, "security number"
    )


_EMAIL = re.compile(
    r"(?<![\w.+%:/@-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![\w@])",
    re.ASCII,
)
_NOBODY = re.compile(
    r"@(?:[\w-]+\.)*(?:example|test|invalid|localhost|local|internal)(?:\.\w+)*$"
    r"|@[\w-]*(?:example|yourdomain|yourcompany|mydomain|mycompany)[\w-]*\."
    r"|@(?:your-?\w*|acme|contoso|fabrikam|northwind|foo|bar|domain|company|email|mail|xx+|abc|test)\.",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^[\w.-]*(?:users?|team|lists?|dev|devel|announce|help|support|service|info|bot)@|^(?:support|help|helpdesk|info|sales|service|services|contact|contactus|hello|hi|team|office|admin|"
    r"billing|accounts?|orders?|returns?|press|media|jobs|careers|hr|kefu|cs|care|customer\w*|"
    r"no-?reply|donotreply|webmaster|postmaster|abuse|security|privacy|legal|feedback|marketing|"
    r"newsletter|noreply|git|user|username|name|you|your\w*|me|someone|somebody|foo|test\w*|"
    r"first\.?last|example|events|booking\w*|reservations?|warranty|refunds?|shop|store|it|ops)[\w.+-]{0,12}@",
    re.IGNORECASE,
)


@rule("email")
def email(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No mail address of a person; those of offices and of example domains are free to stand."""
    if any("@" in message["content"] for message in sample.messages):
        yield from _spots(
            sample,
            _EMAIL,
            lambda text: not (_NOBODY.search(text) or _OFFICE.match(text)),
            "mail address",
            numeric=False,
        )


_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]|\.\d)", re.ASCII)


def _is_public(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False


@rule("ip_address", on=False)
def ip_address(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No public network address. Off: lessons on networks are full of them."""
    yield from _spots(sample, _IP, _is_public, "public address", numeric=False)


_SECRET = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?:AKIA|ASIA)[0-9A-Z]{16}
    | gh[pousr]_[A-Za-z0-9]{36,} | github_pat_[A-Za-z0-9_]{50,} | glpat-[A-Za-z0-9_-]{20,}
    | sk-(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{32,} | hf_[A-Za-z0-9]{30,} | npm_[A-Za-z0-9]{36}
    | xox[abeoprs]-[A-Za-z0-9-]{20,} | AIza[0-9A-Za-z_-]{35} | ya29\.[0-9A-Za-z_-]{30,}
    | [srp]k_live_[0-9A-Za-z]{20,} | whsec_[0-9A-Za-z]{30,} | LTAI[0-9A-Za-z]{16,24} |
        AKID[0-9A-Za-z]{32}
    | SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}
    | eyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}
    )(?![A-Za-z0-9])
    | -----BEGIN\ (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|
        PGP)\ )?PRIVATE\ KEY(?:\ BLOCK)?-----\s+[A-Za-z0-9+/=:\s-]{0,200}?[A-Za-z0-9+/=]{40}
    """,
    re.VERBOSE,
)
_MAY_SECRET = re.compile(
    r"AKI[AD]|ASIA|gh[pousr]_|github_pat|glpat-|sk-|hf_|npm_|xox|AIza|ya29|k_live_|whsec_|LTAI"
    r"|SG\.|eyJ|PRIVATE KEY"
)
_MADE_UP = re.compile(
    r"example|xxxx|1234567|abcdef|your|fake|dummy|sample|placeholder|0000|test", re.IGNORECASE
)
_KNOWN_TOKENS = ("eyJzdWIiOiIxMjM0NTY3ODkw",)


def is_secret(text: str) -> bool:
    """A key by its shape that is not plainly made up."""
    if any(known in text for known in _KNOWN_TOKENS):
        return False
    made_up = not text.startswith(("eyJ", "-----")) and _MADE_UP.search(text)
    return not made_up and len(set(text)) >= 12


@rule("secret")
def secret(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No access key, token or private key, but for those that are plainly made up."""
    if any(_MAY_SECRET.search(message["content"]) for message in sample.messages):
        yield from _spots(sample, _SECRET, is_secret, "secret", numeric=False)
