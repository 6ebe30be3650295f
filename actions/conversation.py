"""Actions about the conversation itself: persons to turn to, language, starting over, not understood."""

import json
import re
from dataclasses import replace
from typing import Iterable, Mapping, Optional, Sequence, Tuple

from actions.base import MobilityAction, Turn, find_action
from actions.emergencies import EMERGENCIES
from actions.found_texts import answer_by_article, answer_by_statements
from actions.intent_topics import INTENT_TOPICS, topic_of
from actions.offices import office_variables, tell_ways
from actions.opening_hours import tell_state
from actions.questions import MANNER_ENTITIES, Question
from actions.replies import Button, Outcome, Reply
from actions.responding import OFFER_FROM, likely_intents, respond_to_intent
from actions.short_messages import answer_code, answer_in_context, answer_institution, answer_narrowing
from actions.wording import phrase
from bot.languages import SUPPORTED_LANGUAGES, supported_language
from bot.mobility.database import Session

MAX_CHOICES = 3
_WORDS_OF_BARE_LANGUAGE = 2
_IN: Mapping[str, str] = {"en": "in", "fr": "en"}
"""How "in English" begins, by the language that it is said in."""
FOLLOW_UPS = ("change_criteria", "ask_item", "find_more", "ask_reason", "ask_method")
_PERSON = "ask_person"
_KEPT_SLOTS = ("language", "session_started_metadata")
_PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?$", re.DOTALL)


class ActionShowPerson(MobilityAction):
    """Pass the conversation on to the staff, and name the office that a student can turn to meanwhile.

    The outcome does it: by it the conversation log puts the conversation on the staff's waiting list.
    """

    action_name = "action_show_person"
    follow_up = False
    response = "utter_person"
    outcome = Outcome.HANDED_OVER

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell name, mailbox and phone of the international office."""
        variables, provenance = office_variables(session, question.language)
        state = tell_state(session, question)
        yield Reply(
            self.response,
            topic="contact",
            outcome=self.outcome,
            variables={
                "office_name": variables["office_name"],
                "reach": tell_ways(variables, question.language),
                "state": f" {state}" if state else "",
            },
            provenance=provenance,
        )


class ActionShowCorrectionContact(ActionShowPerson):
    """Apologise for a wrong answer and name the office that can tell what is right."""

    action_name = "action_show_correction_contact"
    response = "utter_correction_contact"
    outcome = Outcome.ANSWERED


class ActionShowAssistant(MobilityAction):
    """Greet, say what the assistant is, and what can be asked: all of it names the school."""

    action_name = "action_show_assistant"
    follow_up = False
    responses: Mapping[str, str] = {"ask_help": "utter_help", "ask_identity": "utter_identity"}

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Say the words for the intent; a greeting where it is none of these."""
        response = self.responses.get(question.intent, "utter_greet")
        yield Reply(response, topic="greeting_smalltalk", outcome=Outcome.SMALL_TALK)


class ActionSetLanguage(MobilityAction):
    """Change the language of the conversation; the rule then has `action_follow_up` answer again in it.

    Two actions, because Rasa words an action's messages by the slots from before it.
    """

    action_name = "action_set_language"
    follow_up = False

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Say nothing: the answer comes in the new language."""
        return ()

    def memory(self, question: Question) -> dict:
        """Set the slot that chooses the language."""
        # The wish has set the slot already: what is asked back is said in the language spoken so far.
        language = question.last_language if may_mean_courses(question) else wanted_language(question)
        return {"language": language} if language else {}


def may_mean_courses(question: Question) -> bool:
    """Tell whether a bare "en anglais", said in French after French courses were listed, may be about the courses."""
    action = find_action(question.slots.get("topic_action"))
    words, spoken = question.text.casefold().split(), question.last_language
    is_about_courses = action is not None and "course_language" in action.criteria
    # Who writes in the language that they ask for wants to be answered in it.
    is_bare = len(words) == _WORDS_OF_BARE_LANGUAGE and words[0] == _IN.get(spoken or "")
    return is_about_courses and is_bare and question.named("requested_language") not in (None, spoken)


def wanted_language(question: Question) -> Optional[str]:
    """Return the language to go on in, or None where several are possible."""
    spoken = question.last_language or question.language
    requested = supported_language(question.named("requested_language"))
    written = supported_language(question.named("language"))
    if requested:
        return requested
    if question.named("course_language"):
        # "only those in English" is about courses.
        return spoken
    if written and written != spoken:
        return written
    others = [language for language in SUPPORTED_LANGUAGES if language != spoken]
    return others[0] if len(others) == 1 else None


class ActionStartOver(MobilityAction):
    """Forget what was said; the language stays."""

    action_name = "action_start_over"
    follow_up = False

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Say that the conversation starts afresh."""
        yield Reply("utter_started_over", topic="greeting_smalltalk", outcome=Outcome.SMALL_TALK)

    def memory(self, question: Question) -> dict:
        """Empty every slot but those of the manner."""
        return {name: None for name, value in question.slots.items() if value is not None and name not in _KEPT_SLOTS}


class ActionShowPendingChoice(MobilityAction):
    """Take "yes" as the first of the choices just offered, and the title of one as that one."""

    action_name = "action_show_pending_choice"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Answer as if the button had been pressed; where nothing was offered, say what can be asked."""
        asked_back = question.last_outcome in (Outcome.CLARIFY.value, Outcome.NOT_KNOWN.value)
        payload = question.choice or (question.offered[0] if asked_back and question.offered else None)
        chosen = _read_payload(payload) if payload else None
        if chosen is None:
            return super().respond(session, question)
        intent, entities = chosen
        pressed = replace(question, intent=intent, entities=entities, spans={}, text="")
        return respond_to_intent(session, pressed) or super().respond(session, question)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Ask what the student wants to know."""
        yield Reply("utter_what_next", topic="greeting_smalltalk", outcome=Outcome.SMALL_TALK)


def _read_payload(payload: str) -> Optional[Tuple[str, Mapping[str, Tuple[str, ...]]]]:
    match = _PAYLOAD.match(payload)
    if match is None:
        return None
    entities = json.loads(match["entities"]) if match["entities"] else {}
    return match["intent"], {name: (str(value),) for name, value in entities.items()}


def as_answer(session: Session, question: Question) -> Optional[Turn]:
    """Take a message that names what the last action asked for as the answer to it; None where it names none."""
    action = find_action(question.slots.get("topic_action"))
    has_asked = question.last_outcome in (Outcome.CLARIFY.value, Outcome.NOT_KNOWN.value)
    if action is None or not has_asked or not action.asks_for:
        return None
    asked_intent = question.slots.get("topic_intent") or ""
    if asked_intent in likely_intents(question)[:1]:
        return respond_to_intent(session, replace(question, intent=asked_intent))
    if not set(action.asks_for) & action.read(session, question).entities.keys():
        return None
    return respond_to_intent(session, replace(question, intent="change_criteria"))


class ActionShowFallback(MobilityAction):
    """Ask "did you mean", or say that the message was not understood."""

    action_name = "action_show_fallback"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Take what may be an emergency as one; what is most like a follow-up as one where something went before."""
        likely = likely_intents(question)
        code = answer_code(session, question)
        if code:
            return code
        if likely and likely[0] in EMERGENCIES:
            # A false alarm costs one polite sentence.
            turn = respond_to_intent(session, replace(question, intent=likely[0]))
            return turn or super().respond(session, question)
        turn = as_answer(session, question) or answer_narrowing(session, question)
        if turn:
            return turn
        follow_ups = [intent for intent in likely if intent in FOLLOW_UPS]
        if question.slots.get("topic_action") and follow_ups and likely[0] in (*FOLLOW_UPS, "change_language"):
            turn = respond_to_intent(session, replace(question, intent=follow_ups[0]))
            return turn or super().respond(session, question)
        turn = answer_in_context(session, question)
        if turn:
            return turn
        found = answer_by_article(session, question)
        if found is None and not any(intent in INTENT_TOPICS for intent in likely):
            found = answer_by_statements(session, question)
        return Turn((found,), {}) if found else super().respond(session, question)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Offer the likely intents; without one say what can be asked; the second time in a row name the office."""
        if question.text and not any(character.isalnum() for character in question.text):
            yield Reply("utter_no_words", topic="out_of_scope", outcome=Outcome.FALLBACK)
            return
        candidates = _offered_intents(question)
        if question.was_unsure or question.last_outcome == Outcome.FALLBACK.value:
            variables, provenance = office_variables(session, question.language)
            choices = [intent for intent in candidates if intent != _PERSON][: MAX_CHOICES - 1]
            yield Reply(
                "utter_fallback_again", topic="out_of_scope", outcome=Outcome.FALLBACK,
                variables=variables, desk_provenance=provenance, buttons=_buttons([*choices, _PERSON], question),
            )
        elif candidates:
            yield ask_back(candidates[:MAX_CHOICES], question)
        else:
            yield Reply("utter_fallback", topic="out_of_scope", outcome=Outcome.FALLBACK)


def _offered_intents(question: Question) -> Sequence[str]:
    return [intent for intent in likely_intents(question, OFFER_FROM) if intent in INTENT_TOPICS]


def ask_back(candidates: Sequence[str], question: Question, response: str = "utter_did_you_mean") -> Reply:
    """Return "did you mean" with a choice for each intent."""
    buttons = _buttons(candidates, question)
    return Reply(response, topic=topic_of(candidates[0]), outcome=Outcome.CLARIFY, buttons=buttons)


def _buttons(intents: Sequence[str], question: Question) -> Tuple[Button, ...]:
    # What was named goes along, so that pressing answers the question and not only its kind.
    named = {name: values[0] for name, values in question.entities.items() if name not in MANNER_ENTITIES}
    return tuple(Button(phrase(f"intent_{intent}", question.language), intent, named) for intent in intents)


class ActionShowOutOfScope(MobilityAction):
    """Say what the assistant is for, unless the staff has written an article on what is asked.

    What may be a matter of the assistant after all is offered.
    """

    action_name = "action_show_out_of_scope"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Answer an Erasmus code, a university or "with Canada?", which look like nothing that was learnt."""
        return (
            answer_code(session, question)
            or answer_narrowing(session, question)
            or answer_institution(session, question)
            or super().respond(session, question)
        )

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the article, else what can be asked."""
        article = answer_by_article(session, question)
        offered = _offered_intents(question)[:MAX_CHOICES]
        if article:
            yield article
        elif offered and question.last_outcome not in (Outcome.CLARIFY.value, Outcome.FALLBACK.value):
            yield ask_back(offered, question, "utter_out_of_scope_perhaps")
        else:
            yield Reply("utter_out_of_scope", topic="out_of_scope", outcome=Outcome.FALLBACK)
