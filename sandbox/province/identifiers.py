"""Unified social credit codes (GB 32100-2015) around organisation codes (GB 11714-1997), and permit numbers."""

import numpy as np

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)], dtype=np.int64)
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_USCC_VALUE = np.full(128, -1, dtype=np.int64)
_USCC_VALUE[[ord(c) for c in USCC_ALPHABET]] = np.arange(31)
_ORG_VALUE = np.full(128, -1, dtype=np.int64)
_ORG_VALUE[[ord(c) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = np.arange(36)
_ORG_CHECKS = np.frombuffer(b"0123456789X0", dtype=np.uint8)
_USCC_CHECKS = np.frombuffer((USCC_ALPHABET + "0").encode(), dtype=np.uint8)
_PERMIT_LETTERS = "PQRSUVWXYZ"
# Strides prime to their fields, so that distinct serial numbers stay distinct when they are scattered.
_DIGIT_STRIDE, _DIGIT_FIELD = 48_271_339, 79_999_987
_MA_STRIDE, _MA_FIELD = 1_234_577, 4 * 31**4


def _characters(texts: list[str], width: int) -> np.ndarray:
    return np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8).reshape(len(texts), width)


def _texts(characters: np.ndarray) -> list[str]:
    width = characters.shape[1]
    whole = characters.astype(np.uint8).tobytes().decode("ascii")
    return [whole[i : i + width] for i in range(0, len(whole), width)]


def organisation_codes(bodies: list[str]) -> list[str]:
    """9-character organisation codes from 8-character bodies (digits and capitals)."""
    body = _characters(bodies, 8)
    check = 11 - (_ORG_VALUE[body] @ _ORG_WEIGHTS) % 11
    return _texts(np.column_stack([body, _ORG_CHECKS[check]]))


def credit_codes(authorities: list[str], organisations: list[str], kind: str = "91") -> list[str]:
    """18-character credit codes from registering authorities (6 digits) and organisation codes."""
    body = _characters([kind + a + o for a, o in zip(authorities, organisations, strict=True)], 17)
    check = 31 - (_USCC_VALUE[body] @ _USCC_WEIGHTS) % 31
    return _texts(np.column_stack([body, _USCC_CHECKS[check]]))


def organisation_bodies(serials: np.ndarray, since_2015: np.ndarray, offset: int) -> list[str]:
    """Distinct bodies for distinct serials: 8 digits before the 2015 reform, `MA` and 6 characters after it."""
    serial = serials.astype(np.int64)
    digits = (serial * _DIGIT_STRIDE + offset) % _DIGIT_FIELD
    modern = (serial * _MA_STRIDE + offset) % _MA_FIELD
    return [
        _ma_body(new) if is_new else f"{10_000_000 + old}"
        for old, new, is_new in zip(digits.tolist(), modern.tolist(), since_2015.tolist(), strict=True)
    ]


def _ma_body(value: int) -> str:
    rest, tail = value, ""
    for _ in range(4):
        rest, digit = divmod(rest, 31)
        tail = USCC_ALPHABET[digit] + tail
    return f"MA3{'5678'[rest]}{tail}"


def permit_numbers(credit: list[str]) -> list[str]:
    """Discharge permit numbers: the credit code, a three-digit serial and a letter."""
    return [f"{code}001{_PERMIT_LETTERS[USCC_ALPHABET.index(code[17]) % 10]}" for code in credit]


def is_valid_credit_code(code: str) -> bool:
    """Whether both check characters (GB 32100 and GB 11714) hold."""
    if len(code) != 18 or any(c not in USCC_ALPHABET for c in code):
        return False
    return credit_codes([code[2:8]], organisation_codes([code[8:16]]), code[:2]) == [code]


def wrong_check(code: str) -> str:
    """The same code with its last character replaced by the next one of the alphabet."""
    return code[:17] + USCC_ALPHABET[(USCC_ALPHABET.index(code[17]) + 1) % 31]
