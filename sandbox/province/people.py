"""Made-up people: names, mobile numbers and addresses for mail of contacts. Pipelines must never let them leave landing."""

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰英华玉萍红鹏辉"
_PREFIXES = ("130", "135", "136", "138", "139", "150", "158", "159", "177", "186")


def person_name(draw: int) -> str:
    """A name of two or three characters."""
    given = _GIVEN[draw // 20 % 30] + ("" if draw % 3 else _GIVEN[draw // 600 % 30])
    return _SURNAMES[draw % 20] + given


def mobile_number(draw: int) -> str:
    """A mobile number of eleven digits."""
    return f"{_PREFIXES[draw % 10]}{draw * 7_919 % 100_000_000:08d}"


def mail_address(draw: int) -> str:
    """An address for mail that cannot exist (RFC 2606)."""
    return f"contact{draw % 1_000_000:06d}@example.com"
