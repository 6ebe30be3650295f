"""What "why?", "how?" and "how much?" mean after an answer: an intent of its own, or other aspects of the procedure."""

from dataclasses import replace
from typing import Optional

from actions.base import Turn, find_action
from actions.holdings import HOLDINGS, intent_about
from actions.intent_topics import INTENT_TOPICS, topic_of
from actions.offices import office_variables, tell_ways
from actions.questions import MANNER_ENTITIES, Question
from actions.replies import Outcome, Reply
from actions.responding import respond_to_intent
from actions.short_messages import is_short
from bot.mobility.database import Session

_EXPLANATIONS = {"ask_reason": "reason", "ask_method": "method", "ask_programme_price": "cost"}
"""What "why?", "how?" and "how much?" ask of an action with the criterion `explanation`."""

INTENT_OF_METHOD = {
    "ask_visa": "ask_visa_application",
    "ask_visa_cost": "ask_visa_application",
    "ask_residence_permit": "ask_visa_validation",
    "ask_visa_validation_cost": "ask_visa_validation",
    "ask_health_insurance": "ask_social_security",
    "ask_cvec": "ask_cvec_payment",
    "ask_cvec_amount": "ask_cvec_payment",
    "ask_cvec_exemption": "ask_cvec_payment",
    "ask_housing_aid": "ask_housing_aid_application",
    "ask_housing_aid_amount": "ask_housing_aid_application",
    "find_residences": "ask_residence_application",
    "ask_residence_details": "ask_residence_application",
    "ask_residence_price": "ask_residence_application",
    "ask_residence_eligibility": "ask_residence_application",
    "ask_application_deadline": "ask_application_procedure",
    "ask_nomination": "ask_application_procedure",
    "ask_programme": "ask_programme_registration",
    "ask_programme_dates": "ask_programme_registration",
    "ask_programme_activities": "ask_programme_registration",
    "ask_programme_price": "ask_programme_registration",
    "ask_programme_eligibility": "ask_programme_registration",
    "ask_course_plan": "ask_course_plan",
}
"""The intent that answers "how?" after another one, where there is one. A course plan is told with its files."""

INTENT_OF_COST = {
    "ask_visa": "ask_visa_cost",
    "ask_visa_application": "ask_visa_cost",
    "ask_visa_documents": "ask_visa_cost",
    "ask_visa_validation": "ask_visa_validation_cost",
    "ask_residence_permit": "ask_visa_validation_cost",
    "ask_cvec": "ask_cvec_amount",
    "ask_cvec_exemption": "ask_cvec_amount",
    "ask_cvec_payment": "ask_cvec_amount",
    "ask_housing_aid": "ask_housing_aid_amount",
    "ask_housing_aid_application": "ask_housing_aid_amount",
    "find_residences": "ask_residence_price",
    "ask_residence_details": "ask_residence_price",
    "ask_residence_contract": "ask_residence_price",
    "ask_residence_application": "ask_residence_price",
    "ask_residence_eligibility": "ask_residence_price",
}
"""The intent that answers "how much is it?" after another one, where the same one does not."""


INTENT_OF_DOCUMENTS = {name: "ask_visa_documents" for name in ("ask_visa", "ask_visa_application", "ask_visa_cost")}
"""The intent that answers "which documents?" after another one, where there is one."""


def explain(session: Session, question: Question) -> Turn:
    """Answer "why?" or "how?" about the procedure named, else about the last answer; ask back where there is no way."""
    other = intent_of_other_procedure(question)
    about = other or question.slots.get("topic_intent") or ""
    method = INTENT_OF_METHOD.get(about) if question.intent == "ask_method" else None
    if method is None and about not in HOLDINGS:
        method = other
    turn = respond_to_intent(session, replace(question, intent=method)) if method else None
    return turn or _explain_procedure(session, question, about) or _ask_back(session, question, about)


def cost_of_last_answer(session: Session, question: Question) -> Optional[Turn]:
    """Answer a bare "how much is it?" about what was answered last, where that was no programme."""
    about = question.slots.get("topic_intent") or ""
    if about in INTENT_OF_COST:
        return respond_to_intent(session, replace(question, intent=INTENT_OF_COST[about]))
    return _explain(session, question, about) if about in HOLDINGS else None


def aspect_of_last_answer(session: Session, question: Question, aspect: str) -> Optional[Turn]:
    """Answer a bare "deadline?" or "which documents?" by what is stated so of the procedure talked about, if it is."""
    about = question.slots.get("topic_intent") or ""
    if aspect == "documents" and about in INTENT_OF_DOCUMENTS and is_short(question):
        return respond_to_intent(session, replace(question, intent=INTENT_OF_DOCUMENTS[about]))
    if about == question.intent or about not in HOLDINGS or not HOLDINGS[about].explained or not is_short(question):
        return None
    action = find_action(INTENT_TOPICS[about].action)
    if action is None or question.entities.keys() - {*action.criteria, *MANNER_ENTITIES}:
        return None
    asked = replace(question.with_entities({"explanation": (aspect,)}), intent=about, text="", spans={})
    turn = action.respond(session, asked)
    return turn if all(reply.outcome is Outcome.ANSWERED for reply in turn.replies) else None


def way_of_last_answer(session: Session, question: Question) -> Optional[Turn]:
    """Answer a bare "how long does it take?" or "where do I register?" by the steps of what was answered last."""
    if question.slots.get("topic_intent") not in HOLDINGS:
        return None
    return explain(session, replace(question, intent="ask_method"))


def intent_of_other_procedure(question: Question) -> Optional[str]:
    """Return the intent about a procedure that is named and that the last answer was not about."""
    named = question.entities.get("procedure", ())
    last = HOLDINGS.get(question.slots.get("topic_intent") or "")
    if not named or (last and set(named) & {*last.procedures, *last.explained}):
        return None
    return next(filter(None, map(intent_about, named)), None)


def _explain_procedure(session: Session, question: Question, about: str) -> Optional[Turn]:
    return _explain(session, question, about) if about in HOLDINGS and HOLDINGS[about].explained else None


def _explain(session: Session, question: Question, about: str) -> Optional[Turn]:
    explained = question.with_entities({"explanation": (_EXPLANATIONS[question.intent],)})
    return respond_to_intent(session, replace(explained, intent=about))


def _ask_back(session: Session, question: Question, about: str) -> Turn:
    office, provenance = office_variables(session, question.language)
    reply = Reply(
        "utter_explanation_unclear", topic=topic_of(about), outcome=Outcome.CLARIFY,
        variables={"office_name": office["office_name"], "reach": tell_ways(office, question.language)},
        desk_provenance=provenance,
    )
    return Turn((reply,), {})
