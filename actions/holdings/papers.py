"""Visa, residence permit, registration, health insurance."""

from typing import Mapping

from actions.holdings.holding import Holding
from actions.holdings.sources import Campus, Deadlines, Desk, Procedure

_NO_VISA = Procedure("visa_types", ("rule",), only_for=("eu",))
"""Who needs no visa."""
_INSURED_BY = ("social_security_eu", "social_security_non_eu")

PAPERS: Mapping[str, Holding] = {
    "ask_visa": Holding("visa", (Procedure("visa_types", ("rule", "note")),)),
    "ask_visa_application": Holding("visa", (Procedure("visa_application", ("step", "document", "note")), _NO_VISA)),
    "ask_visa_cost": Holding("visa", (Procedure("visa_application", ("cost",)), _NO_VISA)),
    "ask_visa_documents": Holding("visa", (Procedure("visa_application", ("document", "note")), _NO_VISA)),
    "ask_residence_permit": Holding(
        "residence_permit",
        (
            Procedure("vls_ts_validation", ("step",), most=1, titled=True),
            Procedure("algerian_students", ("step", "rule"), titled=True),
            Procedure("residence_permit_renewal", ("step", "rule"), titled=True),
        ),
    ),
    "ask_visa_validation": Holding(
        "residence_permit",
        (
            Procedure("vls_ts_validation", ("step",)), Procedure("algerian_students", ("step", "rule")),
            Procedure("vls_ts_validation", ("rule", "note")),
        ),
    ),
    "ask_visa_validation_cost": Holding("residence_permit", (Procedure("vls_ts_validation", ("cost",)),)),
    "ask_residence_permit_renewal": Holding(
        "residence_permit", (Procedure("residence_permit_renewal", ("step", "document", "rule", "cost")),)
    ),
    "ask_registration": Holding(
        "documents", (Procedure("registration", ("step", "document", "rule")), Desk("registrar"))
    ),
    "ask_documents": Holding(
        "documents",
        tuple(
            Procedure(code, ("document",), titled=True)
            for code in (
                "visa_application", "registration", "social_security_non_eu", "bank", "social_security_eu", "caf",
                "visale",
            )
        ),
        factsheet="document",
        explained_by=("registration",),
    ),
    "ask_health_insurance": Holding(
        "insurance_health",
        (
            Procedure("social_security_eu", ("rule", "step")), Deadlines("health_insurance"),
            Procedure("social_security_non_eu", ("cost", "step", "rule")), Procedure("health_other", ("rule",)),
        ),
        explained_by=_INSURED_BY,
    ),
    "ask_social_security": Holding(
        "insurance_health",
        (
            Procedure("social_security_eu", ("rule",)),
            Procedure("social_security_non_eu", ("step", "document", "cost", "note", "rule")), Desk("ameli"),
        ),
        explained_by=("social_security_non_eu",),
    ),
    "ask_european_health_card": Holding(
        "insurance_health",
        (
            Procedure("social_security_eu", ("step", "rule", "cost", "document")),
            Procedure("health_other", ("rule",), only_for=("exchange",)),
        ),
        explained_by=("social_security_eu",),
    ),
    "ask_complementary_insurance": Holding("insurance_health", (Procedure("complementary_health", ("rule", "step")),)),
    "ask_doctor": Holding("insurance_health", (Campus("health"), Desk("ameli"), Desk("samu")), answers=False),
    "ask_liability_insurance": Holding("insurance_health"),
}
