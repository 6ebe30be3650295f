"""CVEC, housing aid, guarantor, bank, budget, fees, grants, work."""

from typing import Mapping

from actions.holdings.budget import MonthlyBudget
from actions.holdings.holding import Holding
from actions.holdings.sources import Before, Campus, Deadlines, MonthlyPrices, Procedure, Programme, Residences

_NO_CVEC = Procedure("cvec", ("rule",), only_for=("exchange",))
"""Who pays no CVEC, before any amount."""
_WHO_PAYS_CVEC = (Procedure("cvec", ("rule",), most=2), Procedure("cvec", ("cost",), most=2))
"""Who pays, and how much by the newest sources; a student who has to pay wants to know both."""
_AIDED = Procedure("caf", ("rule",), only_for=("eu", "non_eu"))
"""Who gets housing aid and who no longer does."""

MONEY: Mapping[str, Holding] = {
    "ask_cvec": Holding("cvec", (*_WHO_PAYS_CVEC, Procedure("cvec", ("rule", "step", "cost")))),
    "ask_cvec_exemption": Holding("cvec", (*_WHO_PAYS_CVEC, Procedure("cvec", ("rule",)))),
    "ask_cvec_amount": Holding("cvec", (_NO_CVEC, Procedure("cvec", ("cost",)))),
    "ask_cvec_payment": Holding("cvec", (_NO_CVEC, Procedure("cvec", ("step", "deadline")))),
    "ask_cvec_refund": Holding("cvec", (Deadlines("cvec", ("cvec_refund",)), _NO_CVEC)),
    "ask_housing_aid": Holding("housing_aid", (_AIDED, Procedure("caf", ("step", "rule")), Residences("aid"))),
    "ask_housing_aid_application": Holding("housing_aid", (Procedure("caf", ("step", "document")), Before("caf"))),
    "ask_housing_aid_amount": Holding("housing_aid", (Procedure("caf", ("cost",)), _AIDED, Residences("aid"))),
    "ask_guarantor": Holding(
        "housing_guarantor_deposit",
        (
            Procedure("visale", ("rule",), most=1), Procedure("visale", ("step", "document", "rule", "cost")),
            Residences("guarantor"), Procedure("visale", ("deadline", "note")),
        ),
    ),
    "ask_home_insurance": Holding(
        "housing_guarantor_deposit", (Procedure("home_insurance", ("step", "document", "rule", "cost")),)
    ),
    "ask_inspection": Holding(
        "housing_guarantor_deposit",
        (Procedure("insa_residence", ("step",), ("insa_residence_step_contract",)), Residences("contract")),
    ),
    "ask_bank": Holding("bank", (Procedure("bank", ("step", "document", "cost", "rule", "note")),)),
    "ask_living_costs": Holding(
        "cost_of_living",
        (
            MonthlyBudget(), Procedure("budget", ("rule", "note")), MonthlyPrices("rent"), MonthlyPrices("internet"),
            Procedure("meals", ("cost",)),
        ),
        explained_by=("budget",),
    ),
    "ask_tuition_fees": Holding("cost_of_living", (Procedure("tuition", ("rule", "cost", "note")),), answers=False),
    "ask_scholarship": Holding(
        "scholarship",
        (Programme("sib", ("scholarship",)), Programme("erasmus_icm", ("overview",)), Campus("solidarity")),
        answers=False,
    ),
    "ask_student_job": Holding("cost_of_living", (Procedure("work"),)),
}
