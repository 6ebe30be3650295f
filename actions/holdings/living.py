"""Arrival, getting around, phone, meals, sport, culture, life on the campus."""

from typing import Mapping

from actions.holdings.holding import Holding
from actions.holdings.sources import Campus, Desk, MonthlyPrices, Procedure, Residences

LIVING: Mapping[str, Holding] = {
    "ask_arrival": Holding("arrival", (Procedure("arrival_train"), Campus("getting_there"))),
    "ask_first_days": Holding(
        "arrival",
        (
            Procedure("insa_residence", ("step",), ("insa_residence_step_contract",), titled=True),
            *(
                Procedure(code, ("step",), most=1, titled=True)
                for code in (
                    "registration", "vls_ts_validation", "algerian_students", "bank", "social_security_non_eu", "caf",
                )
            ),
        ),
        explained_by=("registration",),
    ),
    "ask_buddy": Holding("buddy", (Campus("integration"), Desk("bde")), answers=False),
    "ask_transport": Holding(
        "transport", (Campus("getting_there", most=3), Procedure("transport", ("step", "note")), Residences("location"))
    ),
    "ask_transport_pass": Holding("transport", (Procedure("transport", ("cost", "note")), Desk("astuce"))),
    "ask_bicycle": Holding("transport", (Procedure("bicycle", ("step", "rule", "note", "cost")),)),
    "ask_phone": Holding("phone", (Procedure("phone"),)),
    "ask_home_internet": Holding("phone", (MonthlyPrices("internet"),)),
    "ask_meals": Holding("campus_life", (Procedure("meals", ("cost", "step")), Campus("food"))),
    "ask_sport": Holding("campus_life", (Campus("sport"),)),
    "ask_associations": Holding("campus_life", (Campus("associations"),), office="bde"),
    "ask_arts": Holding("campus_life", (Campus("arts"), Desk("culture"))),
    "ask_library": Holding("campus_life", (Campus("library"),), answers=False),
    "ask_digital_services": Holding("campus_life", (Campus("digital"), Campus("timetable"))),
    "ask_shopping": Holding("campus_life", (Campus("shopping"), Residences("equipment")), answers=False),
    "ask_campus_life": Holding(
        "campus_life", (Campus("associations"), Campus("arts", most=2), Campus("sport", most=1), Campus("campus")),
        office="bde",
    ),
    "ask_disability_support": Holding("disability"),
}
