"""The course plan: the student picks courses over several messages; slot `course_plan` holds their codes."""

from abc import abstractmethod
from dataclasses import replace
from typing import Any, Dict, Iterable, List, Sequence, Tuple

from actions.base import ListAction, MobilityAction, Turn, find_action
from actions.course_plan_wording import (
    offer_exports,
    provenance_of_plan,
    tell_courses,
    tell_credits,
    tell_remarks,
    tell_titles,
)
from actions.course_wording import choice_title
from actions.facts import as_extra_paragraph, offer
from actions.follow_ups import list_as_shown, pick_item
from actions.formatting import format_texts
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.search_words import search_words
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.course_plans import MOST_COURSES, CoursePlan, course_plan
from bot.mobility.courses import courses_by_code, courses_of_unit, find_courses
from bot.mobility.database import Session
from bot.mobility.institution import home_words
from bot.mobility.types import Course, CourseCriteria

TOPIC = "ects_learning_agreement"
MAX_CHOICES = 3
_SHOW = "action_show_course_plan"
_ITEMS = ("course", "teaching_unit")
_ALL = "all"
_CHOOSING_WORDS = frozenset(
    """
    add added again also any away basket cancel changed clear delete discard drop empty include keep list longer mind
    more note pick plan put remove rid save selection throw undo agreement
    abandonner ajoute ajouter ajoutez annule annuler avis change contrat debarrasse efface effacer enleve enlever
    enlevez enregistre finalement garde inclu inclus laisse liste mets mettez mettre note ote panier plan
    rajoute retiens retire retirer retirez selection selectionne selectionner sors supprime supprimer supprimez tomber
    vide vider
    """.split()
)
"""Words of those who choose, which stand in no title that they name."""


class CoursePlanAction(MobilityAction):
    """An action on the course plan. After it "in French please" shows the plan, and "remove it" means what it named."""

    def memory(self, question: Question) -> dict:
        """Let follow-ups find the plan; the list that the student picks from stays the last list."""
        return {"topic_action": _SHOW, "topic_intent": "ask_course_plan"}


class ActionShowCoursePlan(CoursePlanAction):
    """Show the chosen courses with their credits and the files to take away."""

    action_name = "action_show_course_plan"

    def respond(self, session: Session, question: Question) -> Turn:
        """Show the personal plan where "my plan" can only mean that one."""
        if question.slots.get("plan") and not question.remembered("course_plan"):
            personal = find_action("action_show_plan")
            if personal is not None:
                return personal.respond(session, replace(question, intent="start_plan"))
        return super().respond(session, question)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Show the plan, or say how to fill it."""
        plan = course_plan(session, codes=question.remembered("course_plan"))
        yield _shown(plan, question) if plan.courses else _empty(question)


class ChoosingAction(CoursePlanAction):
    """An action that changes the plan by the courses that the message means."""

    @abstractmethod
    def change(self, session: Session, question: Question, meant: Sequence[Course]) -> Reply:
        """Return the reply with the changed plan among its slots."""

    @abstractmethod
    def meant_without_name(self, session: Session, question: Question) -> Tuple[str, ...]:
        """Return the codes meant by a message that names no course: "the second one", "it", "all of them"."""

    @abstractmethod
    def candidates(self, session: Session, question: Question) -> Tuple[Course, ...]:
        """Return what to offer where it is not clear which course is meant."""

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Change the plan; ask which course is meant where that is not clear."""
        unclear, codes = self._named(session, question)
        if unclear:
            yield self._which(session, courses_by_code(session, codes=unclear), question)
            return
        meant = courses_by_code(session, codes=codes or self.meant_without_name(session, question))
        yield self.change(session, question, meant) if meant else self._which(
            session, self.candidates(session, question), question
        )

    def _named(self, session: Session, question: Question) -> Tuple[Tuple[str, ...], Tuple[str, ...]]:
        """Return the courses between which a name leaves the choice, and those that are named clearly."""
        codes = question.entities.get("course", ())
        places = question.spans.get("course", ())
        if len(codes) > 1 and len(set(places)) == 1:
            chosen = tuple(code for code in codes if code in question.remembered("course_plan"))
            if question.intent != "cancel_course_choice" or len(chosen) != 1:
                return codes, ()
            codes = chosen
        of_units = [
            course.code
            for code in (() if codes else question.entities.get("teaching_unit", ()))
            for course in courses_of_unit(session, code=code)
        ]
        return (), (*codes, *of_units)

    def _which(self, session: Session, courses: Sequence[Course], question: Question) -> Reply:
        language, words = question.language, _title_words(session, question)
        if not courses:
            named = format_texts((f"“{word}”" for word in words), language)
            return Reply(
                "utter_course_plan_unknown" if words else "utter_course_plan_nothing_to_choose",
                topic=TOPIC, outcome=Outcome.CLARIFY, variables={"words": named},
                buttons=offer(language, "find_courses"),
            )
        buttons = tuple(
            Button(
                choice_title(localised(course.title, language), course.code), question.intent, {"course": course.code}
            )
            for course in courses[:MAX_CHOICES]
        )
        return Reply("utter_course_plan_which", topic=TOPIC, outcome=Outcome.CLARIFY, buttons=buttons)


class ActionAddCourse(ChoosingAction):
    """Add courses to the plan."""

    action_name = "action_add_course"

    def change(self, session: Session, question: Question, meant: Sequence[Course]) -> Reply:
        """Add what is not in the plan yet."""
        language, before = question.language, question.remembered("course_plan")
        new = [course for course in meant if course.code not in before]
        codes = (*before, *(course.code for course in new))
        plan = course_plan(session, codes=codes)
        slots = {"course_plan": [course.code for course in plan.courses], "course": [meant[-1].code]}
        if len(codes) > MOST_COURSES:
            return Reply(
                "utter_course_plan_full", topic=TOPIC, outcome=Outcome.ANSWERED, variables={"most": str(MOST_COURSES)},
                provenance=provenance_of_plan(plan), slots=slots,
            )
        key = "course_plan_added" if new else "course_plan_there_already"
        noted = phrase(key, language, titles=tell_titles(new or meant, language))
        return _changed(plan, question, noted, slots)

    def meant_without_name(self, session: Session, question: Question) -> Tuple[str, ...]:
        """Take the places of the last list, else the course shown last."""
        items = _listed(session, question)
        if question.named("extent") == _ALL:
            return items
        ordinals = question.entities.get("ordinal", ())
        if ordinals:
            return tuple(code for ordinal in ordinals for code in _place(items, ordinal))
        if _title_words(session, question):
            return ()  # Something is named, if nothing that is known: not simply "it".
        shown = question.remembered("course")
        return shown[:1] if shown else items if len(items) == 1 else ()

    def candidates(self, session: Session, question: Question) -> Tuple[Course, ...]:
        """Offer what the words of the message find, else the last list."""
        words = _title_words(session, question)
        if words:
            return find_courses(session, criteria=CourseCriteria(keywords=words), limit=MAX_CHOICES).courses
        return courses_by_code(session, codes=_listed(session, question))


class ActionRemoveCourse(ChoosingAction):
    """Remove courses from the plan."""

    action_name = "action_remove_course"

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Say so where nothing is chosen; else remove what is meant."""
        if not question.remembered("course_plan"):
            yield _empty(question)
            return
        yield from super().answer(session, question)

    def change(self, session: Session, question: Question, meant: Sequence[Course]) -> Reply:
        """Remove what is in the plan."""
        language, before = question.language, question.remembered("course_plan")
        gone = [course for course in meant if course.code in before]
        codes = {course.code for course in gone}
        plan = course_plan(session, codes=[code for code in before if code not in codes])
        left = [course.code for course in plan.courses]
        slots: Dict[str, Any] = {"course_plan": left or None, "course": [meant[0].code]}
        if not plan.courses:
            return replace(
                _empty(question), response="utter_course_plan_emptied", outcome=Outcome.ANSWERED, slots=slots,
                provenance=tuple(course.provenance for course in gone),
            )
        key = "course_plan_removed" if gone else "course_plan_not_there"
        return _changed(plan, question, phrase(key, language, titles=tell_titles(gone or meant, language)), slots)

    def meant_without_name(self, session: Session, question: Question) -> Tuple[str, ...]:
        """Take the places of the plan, or of the last list where that was shown last; else the course named last."""
        chosen = question.remembered("course_plan")
        if question.named("extent") == _ALL:
            return chosen
        ordinals = question.entities.get("ordinal", ())
        if ordinals:
            is_plan = question.slots.get("topic_action") == _SHOW
            listed = [code for code in (() if is_plan else _listed(session, question)) if code in chosen]
            places = _listed(session, question) if listed else chosen
            return tuple(code for ordinal in ordinals for code in _place(places, ordinal) if code in chosen)
        if _title_words(session, question):
            return ()
        last = tuple(code for code in question.remembered("course") if code in chosen)
        return last[:1] or (chosen if len(chosen) == 1 else ())

    def candidates(self, session: Session, question: Question) -> Tuple[Course, ...]:
        """Offer the courses chosen last."""
        return courses_by_code(session, codes=question.remembered("course_plan")[::-1])


def _title_words(session: Session, question: Question) -> Tuple[str, ...]:
    """Return the words of the message by which it may name a course that was not recognised."""
    spans = [span for places in question.spans.values() for span in places]
    words = search_words(question.text, spans, home_words(session))
    return tuple(word for word in words if word not in _CHOOSING_WORDS)


def _listed(session: Session, question: Question) -> Tuple[str, ...]:
    """Return the courses of the last list, on the page shown; () where that was a list of something else."""
    action = find_action(question.slots.get("list_action"))
    if not isinstance(action, ListAction) or action.item_entity not in _ITEMS:
        return ()
    items = action.items(session, list_as_shown(action, question))
    if action.item_entity == "course":
        return items
    return tuple(course.code for code in items for course in courses_of_unit(session, code=code))


def _place(codes: Sequence[str], ordinal: str) -> List[str]:
    code = pick_item(tuple(codes), ordinal)
    return [code] if code else []


def _shown(plan: CoursePlan, question: Question) -> Reply:
    language = question.language
    variables = {
        "count": str(len(plan.courses)),
        "courses": tell_courses(plan, language),
        "credits": tell_credits(plan, language),
        "remarks": as_extra_paragraph(tell_remarks(plan, language)),
    }
    return Reply(
        "utter_course_plan_shown", topic=TOPIC, outcome=Outcome.ANSWERED, variables=variables,
        provenance=provenance_of_plan(plan), attachments=offer_exports(plan, language),
        slots={"course_plan": [course.code for course in plan.courses]},
    )


def _changed(plan: CoursePlan, question: Question, noted: str, slots: Dict[str, Any]) -> Reply:
    language = question.language
    variables = {
        "noted": noted,
        "count": str(len(plan.courses)),
        "credits": tell_credits(plan, language),
        "remarks": as_extra_paragraph(tell_remarks(plan, language)),
    }
    return Reply(
        "utter_course_plan_changed", topic=TOPIC, outcome=Outcome.ANSWERED, variables=variables,
        provenance=provenance_of_plan(plan), buttons=offer(language, "ask_course_plan"), slots=slots,
    )


def _empty(question: Question) -> Reply:
    return Reply(
        "utter_course_plan_empty", topic=TOPIC, outcome=Outcome.CLARIFY,
        buttons=offer(question.language, "find_courses"),
    )
