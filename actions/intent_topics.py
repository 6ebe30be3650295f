"""Which topic an intent is about and which action answers it, for "did you mean" and for "yes" to a choice."""

from typing import Mapping, NamedTuple

from actions.holdings import HOLDINGS


class IntentTopic(NamedTuple):
    """What an intent leads to."""

    topic: str
    """One of the topics of bot/topics.py; of those of a programme, the one of the Welcome Programme."""
    action: str
    """The action or response key that the rules run for it."""


INTENT_TOPICS: Mapping[str, IntentTopic] = {
    # conversation
    "ask_help": IntentTopic("greeting_smalltalk", "action_show_assistant"),
    "ask_identity": IntentTopic("greeting_smalltalk", "action_show_assistant"),
    "ask_privacy": IntentTopic("greeting_smalltalk", "action_show_privacy"),
    "ask_person": IntentTopic("contact", "action_show_person"),
    "report_email_address": IntentTopic("contact", "utter_email_address_noted"),
    "report_wrong_answer": IntentTopic("contact", "action_show_correction_contact"),
    "ask_languages": IntentTopic("greeting_smalltalk", "action_show_languages"),
    "start_over": IntentTopic("greeting_smalltalk", "action_start_over"),
    "ask_small_talk": IntentTopic("greeting_smalltalk", "utter_small_talk"),
    "ask_other_school": IntentTopic("out_of_scope", "action_show_other_school"),
    # programmes
    "ask_programme": IntentTopic("welcome", "action_show_programme"),
    "ask_programme_dates": IntentTopic("welcome", "action_show_programme_dates"),
    "ask_programme_activities": IntentTopic("welcome", "action_show_programme_activities"),
    "ask_programme_registration": IntentTopic("welcome", "action_show_programme_registration"),
    "ask_programme_price": IntentTopic("welcome", "action_show_programme_price"),
    "ask_programme_eligibility": IntentTopic("welcome", "action_show_programme_eligibility"),
    "ask_programme_contact": IntentTopic("welcome", "action_show_programme_contact"),
    # housing
    "find_residences": IntentTopic("housing_search", "action_find_residences"),
    "ask_residence_details": IntentTopic("housing_search", "action_show_residence"),
    "ask_residence_price": IntentTopic("housing_price", "action_show_residence_price"),
    "ask_residence_inclusions": IntentTopic("housing_price", "action_show_residence_inclusions"),
    "ask_residence_contract": IntentTopic("housing_search", "action_show_residence_contract"),
    "ask_residence_eligibility": IntentTopic("housing_search", "action_show_residence_eligibility"),
    "ask_residence_application": IntentTopic("housing_search", "action_show_residence_application"),
    "ask_residence_deposit": IntentTopic("housing_guarantor_deposit", "action_show_residence_deposit"),
    "ask_residence_comparison": IntentTopic("housing_search", "action_compare_residences"),
    # courses
    "find_courses": IntentTopic("course_search", "action_find_courses"),
    "find_teaching_units": IntentTopic("course_search", "action_find_teaching_units"),
    "ask_course_details": IntentTopic("course_details", "action_show_course"),
    "ask_course_credits": IntentTopic("ects_learning_agreement", "action_show_course_credits"),
    "find_departments": IntentTopic("course_search", "action_find_departments"),
    "report_course_choice": IntentTopic("ects_learning_agreement", "action_add_course"),
    "cancel_course_choice": IntentTopic("ects_learning_agreement", "action_remove_course"),
    "ask_course_plan": IntentTopic("ects_learning_agreement", "action_show_course_plan"),
    # plans
    "start_plan": IntentTopic("arrival", "action_show_plan"),
    "ask_next_step": IntentTopic("arrival", "action_show_next_step"),
    "report_step_done": IntentTopic("arrival", "action_record_step"),
    "cancel_step_done": IntentTopic("arrival", "action_record_step"),
    "start_reminders": IntentTopic("arrival", "action_start_reminders"),
    "cancel_reminders": IntentTopic("arrival", "action_cancel_reminders"),
    # institution
    "ask_figure": IntentTopic("institution", "action_show_figure"),
    "ask_office_role": IntentTopic("institution", "action_show_office_role"),
    "ask_school_networks": IntentTopic("institution", "action_show_school_networks"),
    "ask_school_identity": IntentTopic("institution", "action_show_school_identity"),
    "ask_school_location": IntentTopic("institution", "action_show_school_location"),
    "ask_school_codes": IntentTopic("institution", "action_show_school_codes"),
    "ask_school_label": IntentTopic("institution", "action_show_school_label"),
    "ask_school_strategy": IntentTopic("institution", "action_show_school_strategy"),
    # applications
    "ask_application_deadline": IntentTopic("application_deadline", "action_show_application_deadline"),
    "ask_application_procedure": IntentTopic("application_deadline", "action_show_application_procedure"),
    "ask_nomination": IntentTopic("nomination", "action_show_nomination"),
    # contacts
    "ask_contact": IntentTopic("contact", "action_show_contact"),
    "ask_opening_hours": IntentTopic("contact", "action_show_opening_hours"),
    "report_emergency": IntentTopic("emergency", "action_show_emergency_numbers"),
    "report_distress": IntentTopic("emergency", "action_show_emergency_numbers"),
    "report_homelessness": IntentTopic("emergency", "action_show_emergency_numbers"),
    # papers, money, studies, living
    **{intent: IntentTopic(holding.topic, "action_show_everyday_topic") for intent, holding in HOLDINGS.items()},
    "check_partner": IntentTopic("nomination", "action_check_partner"),
    "ask_double_degree": IntentTopic("double_degree", "action_show_double_degree"),
}
"""The intents that a student may have meant; bare social acts and follow-ups are not offered as a choice."""


def topic_of(intent: str) -> str:
    """Return the topic of an intent, "out_of_scope" where it has none."""
    found = INTENT_TOPICS.get(intent)
    return found.topic if found else "out_of_scope"
