"""Credits, calendar, exams, languages, double degrees, partners, internships."""

from typing import Mapping

from actions.holdings.holding import Holding
from actions.holdings.sources import Campus, Procedure, Programme, PublicHolidays, School

_TOPIC = "timetable_exams_grades"

STUDIES: Mapping[str, Holding] = {
    "ask_ects": Holding("ects_learning_agreement", (Programme("exchange", ("credits",)),), answers=False),
    "ask_learning_agreement": Holding(
        "ects_learning_agreement",
        (
            Procedure(
                "insa_application", ("step",),
                ("insa_application_step_learning_agreement", "insa_application_step_prerequisites"),
            ),
            Programme("exchange", ("content", "credits", "contact")),
        ),
    ),
    "ask_transcript": Holding(_TOPIC),
    "ask_timetable": Holding(_TOPIC, (Campus("timetable"),), answers=False),
    "ask_academic_calendar": Holding(_TOPIC, (School("calendar"), PublicHolidays()), answers=False),
    "ask_public_holidays": Holding(_TOPIC, (PublicHolidays(),)),
    "ask_exams": Holding(_TOPIC),
    "ask_resits": Holding(_TOPIC),
    "ask_grading": Holding(_TOPIC),
    "ask_attendance": Holding(_TOPIC),
    "ask_french_classes": Holding("french_classes", (Programme("french_courses", ("overview", "content")),)),
    "ask_language_level": Holding(
        "french_classes",
        (Procedure("language_proof", ("rule", "step", "document")), Programme("exchange", ("language",))),
        answers=False,
    ),
    "ask_double_degree": Holding(
        "double_degree", (Programme("double_degree", ("overview", "registration", "content", "partners")),)
    ),
    "ask_internship": Holding("internship", (School("internship"), Campus("studies"))),
}
