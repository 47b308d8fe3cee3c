"""The rate of every kind of dirt, and the three levels that `--dirt` names."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Dirt:
    """One rate per kind of dirt, as a share of the rows or values (packets, device-hours) it can strike; 0 is off."""

    # Values in another spelling, row for row where they stand.
    not_published: float = 0.0
    missing_kind: float = 0.0
    html_in_value: float = 0.0
    thousands_separator: float = 0.0
    lower_case_code: float = 0.0
    full_width_code: float = 0.0
    capital_text: float = 0.0
    sentinel_date: float = 0.0
    date_spelling: float = 0.0
    half_width_brackets: float = 0.0
    odd_spaces: float = 0.0
    standard_spelling: float = 0.0
    stale_region_code: float = 0.0
    pseudo_region_code: float = 0.0
    region_name_mismatch: float = 0.0
    duplicate_row: float = 0.0
    # Failed rows; the good one follows within the half hour.
    wrong_check_digit: float = 0.0
    missing_required: float = 0.0
    text_in_number: float = 0.0
    wrong_unit: float = 0.0
    month_instead_of_ytd: float = 0.0
    yearless_time: float = 0.0
    truncated_name: float = 0.0
    mojibake: float = 0.0
    column_shift: float = 0.0
    # Packets of HJ 212.
    wrong_crc: float = 0.0
    wrong_length: float = 0.0
    lower_case_crc: float = 0.0
    trailing_semicolon: float = 0.0
    double_star: float = 0.0
    glued_packets: float = 0.0
    split_packet: float = 0.0
    packet_2005: float = 0.0
    duplicate_key: float = 0.0
    epoch_qn: float = 0.0
    single_ampersand: float = 0.0
    missing_separator: float = 0.0
    oversize: float = 0.0
    key_typo: float = 0.0
    wrong_st: float = 0.0
    flag_missing: float = 0.0
    negative_value: float = 0.0
    stuck_value: float = 0.0
    zero_value: float = 0.0
    sampletime_differs: float = 0.0
    short_mn: float = 0.0
    empty_mn: float = 0.0
    bad_factor_code: float = 0.0
    heartbeat: float = 0.0
    duplicate_packet: float = 0.0
    # What devices do (no defect of the transmission): flagged episodes per device and day, hours that never come.
    flag_episode: float = 0.0
    missing_hour: float = 0.0

    def __post_init__(self) -> None:
        wrong = [one.name for one in fields(self) if not 0.0 <= getattr(self, one.name) <= 1.0]
        if wrong:
            raise ValueError(f"the rate of {', '.join(wrong)} must lie between 0 and 1")


NONE = Dirt()
USUAL = Dirt(
    not_published=0.005,
    missing_kind=0.001,
    html_in_value=0.0003,
    thousands_separator=0.001,
    lower_case_code=0.002,
    full_width_code=0.001,
    capital_text=0.02,
    sentinel_date=0.30,
    date_spelling=0.01,
    half_width_brackets=0.40,
    odd_spaces=0.002,
    standard_spelling=0.05,
    stale_region_code=0.001,
    pseudo_region_code=0.001,
    region_name_mismatch=0.0003,
    duplicate_row=0.002,
    wrong_check_digit=0.0005,
    missing_required=0.0004,
    text_in_number=0.0004,
    wrong_unit=0.0003,
    month_instead_of_ytd=0.0003,
    yearless_time=0.0002,
    truncated_name=0.0003,
    mojibake=0.0002,
    column_shift=0.0006,
    wrong_crc=0.0005,
    wrong_length=0.0001,
    lower_case_crc=0.01,
    trailing_semicolon=0.002,
    double_star=0.001,
    glued_packets=0.001,
    split_packet=0.001,
    packet_2005=0.001,
    duplicate_key=0.001,
    epoch_qn=0.001,
    single_ampersand=0.0005,
    missing_separator=0.0005,
    oversize=0.0005,
    key_typo=0.0005,
    wrong_st=0.0005,
    flag_missing=0.001,
    negative_value=0.0005,
    stuck_value=0.0005,
    zero_value=0.001,
    sampletime_differs=0.001,
    short_mn=0.0005,
    empty_mn=0.0001,
    bad_factor_code=0.0001,
    heartbeat=0.0005,
    duplicate_packet=0.002,
    # Episodes per device and day; they last 1 to 13 hours, which makes about 1.5 % of the hours.
    flag_episode=0.052,
    missing_hour=0.003,
)
# Hard enough that every kind occurs within 60 days of the small province, and still no night that a gate must stop: less
# than 5 % of a batch are rows that cannot be used.
HEAVY = Dirt(
    not_published=0.02,
    missing_kind=0.01,
    html_in_value=0.01,
    thousands_separator=0.01,
    lower_case_code=0.01,
    full_width_code=0.01,
    capital_text=0.15,
    sentinel_date=0.40,
    date_spelling=0.03,
    half_width_brackets=0.60,
    odd_spaces=0.01,
    standard_spelling=0.15,
    stale_region_code=0.02,
    pseudo_region_code=0.02,
    region_name_mismatch=0.15,
    duplicate_row=0.01,
    wrong_check_digit=0.004,
    missing_required=0.004,
    text_in_number=0.004,
    wrong_unit=0.006,
    month_instead_of_ytd=0.004,
    yearless_time=0.003,
    truncated_name=0.003,
    mojibake=0.003,
    column_shift=0.01,
    wrong_crc=0.004,
    wrong_length=0.003,
    lower_case_crc=0.05,
    trailing_semicolon=0.01,
    double_star=0.01,
    glued_packets=0.01,
    split_packet=0.01,
    packet_2005=0.01,
    duplicate_key=0.005,
    epoch_qn=0.01,
    single_ampersand=0.005,
    missing_separator=0.005,
    oversize=0.005,
    key_typo=0.005,
    wrong_st=0.005,
    flag_missing=0.01,
    negative_value=0.005,
    stuck_value=0.005,
    zero_value=0.005,
    sampletime_differs=0.01,
    short_mn=0.005,
    empty_mn=0.002,
    bad_factor_code=0.002,
    heartbeat=0.005,
    duplicate_packet=0.01,
    flag_episode=0.08,
    missing_hour=0.01,
)
LEVELS = {"none": NONE, "usual": USUAL, "heavy": HEAVY}
