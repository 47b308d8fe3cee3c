"""Innovation on the smart-zone platform as it spells it: high-tech certificates and technology contracts."""

from functools import partial

import numpy as np

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, stated
from sandbox.interfaces.tables.projects import chosen, event_dates, zone_ids
from sandbox.province import certificates, technology
from sandbox.province.lives import NEVER, day_texts, known_day, versions_of_lives
from sandbox.province.model import Province


def tables(province: Province) -> list[TableSpec]:
    """Certificates and contracts with the fields that dirt can strike."""
    return [
        TableSpec(
            "high_tech_certificate", "/api/v1/high_tech_certificates", [partial(high_tech, province)],
            Roles(
                key=("certificate_no",), required=("certificate_no", "credit_code", "park_id", "issued_date", "valid_to"),
                codes=("credit_code",), dates=("issued_date", "valid_to"), open_dates=("revoked_date",),
                names=("company_name",), times=("updated_at",),
            ),
        ),
        TableSpec(
            "technology_contract", "/api/v1/technology_contracts", [partial(contracts, province)],
            Roles(
                key=("contract_no",), required=("contract_no", "contract_type", "park_id", "contract_amount", "signed_date"),
                codes=("seller_code",), numbers=("contract_amount", "technology_amount"), vital=("technology_amount",),
                amounts=("contract_amount",), dates=("signed_date", "registered_date"), open_dates=("cancelled_date",),
                names=("contract_name", "seller_name", "buyer_name"), regions=("buyer_region",), times=("updated_at",),
            ),
        ),
    ]  # fmt: skip


def high_tech(province: Province) -> Records:
    """Every version of every certificate; its term is on it, so that nothing is recorded when it runs out."""
    own, firms = province.certificates, province.enterprises
    versions = versions_of_lives(own.seed, "high_tech_certificate", own.number, own.days)
    member = versions.member
    firm = own.firm[member]
    revoked = known_day(own.days, versions, certificates.REVOKED) < NEVER
    columns: Columns = {
        "certificate_no": chosen(own.certificate_no, member),
        "credit_code": chosen(firms.credit_code, firm),
        "company_name": chosen(firms.name, firm),
        "park_id": zone_ids(province, firms.zone[firm]),
        "issued_date": event_dates(own.days, versions, certificates.ISSUED),
        "valid_to": day_texts(own.until[member]),
        "renewed_no": chosen(own.renews, member),
        "certificate_state": np.where(revoked, "已撤销", "有效").tolist(),
        "revoked_date": event_dates(own.days, versions, certificates.REVOKED),
        "revoked_reason": chosen(own.reason, np.where(revoked, member, -1)),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)


def contracts(province: Province) -> Records:
    """Every version of every technology contract since its registration; amounts in 万元."""
    own, firms = province.contracts, province.enterprises
    recorded = own.days.copy()
    # The office knows a contract from its registration on.
    recorded[:, technology.SIGNED] = NEVER
    versions = versions_of_lives(own.seed, "technology_contract", own.number, recorded)
    member = versions.member
    amended, cancelled = (
        known_day(own.days, versions, event) < NEVER for event in (technology.AMENDED, technology.CANCELLED)
    )
    amount = np.round(own.amount[member] * np.where(amended, own.factor[member], 1.0), 2)
    seller = own.seller[member]
    columns: Columns = {
        "contract_no": chosen(own.contract_no, member),
        "contract_name": chosen(own.name, member),
        "contract_type": [technology.KINDS[kind] for kind in own.kind[member].tolist()],
        "park_id": zone_ids(province, own.zone[member]),
        "seller_code": chosen(firms.credit_code, seller),
        "seller_name": chosen(firms.name, seller),
        "buyer_name": chosen(own.buyer, member),
        "buyer_region": chosen(own.buyer_region, member),
        "contract_amount": amount.tolist(),
        "technology_amount": np.round(amount * own.technology_share[member], 2).tolist(),
        "is_online": np.where(own.is_online, "1", "0")[member].tolist(),
        "signed_date": event_dates(own.days, versions, technology.SIGNED),
        "registered_date": event_dates(own.days, versions, technology.REGISTERED),
        "cancelled_date": event_dates(own.days, versions, technology.CANCELLED),
        "contract_state": np.select([cancelled, amended], ["已撤销", "已变更"], "已登记").tolist(),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)
