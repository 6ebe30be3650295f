"""Visa, insurance, money, studies, daily life: the facts of the database, told for the student who asks."""

from dataclasses import replace
from typing import Dict, Iterable, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from actions.base import FoldingAction, Turn
from actions.explanations import aspect_of_last_answer
from actions.facts import as_extra_paragraph, as_list
from actions.factsheets import further_replies, named_replies
from actions.formatting import format_texts
from actions.holdings import HOLDINGS
from actions.holdings.budget import MonthlyBudget
from actions.holdings.holding import Holding
from actions.holdings.sources import Before, DeadlinesOfProcedure, Fact, MonthlyPrices, Procedure, Reader, Source
from actions.offices import not_known, office_variables
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.responding import respond_to_intent
from actions.short_messages import credits_of
from actions.wording import phrase
from bot.mobility.database import Session

MOST_LINES = 6
"""Facts told at once; "more" tells the rest."""
MOST_SITES = 2
"""Official services named below the facts."""
AUDIENCES: Mapping[str, Tuple[str, ...]] = {"nationality": ("eu", "algeria", "non_eu"), "stay": ("exchange", "degree")}
"""What a student may be, by entity; offered as choices in this order."""
_ASKING: Mapping[str, str] = {"nationality": "utter_nationality_missing", "stay": "utter_stay_missing"}
"""Response keys that ask the student for it."""
_CONTRASTS: Mapping[str, Tuple[Tuple[str, ...], Tuple[str, ...]]] = {
    "nationality": (("eu",), ("non_eu", "other_non_eu", "algeria")),
    "stay": (("exchange",), ("degree",)),
}
"""Audiences of statements, in two camps."""
_STAY_OF_PROGRAMME: Mapping[str, str] = {
    "exchange": "exchange", "erasmus_icm": "exchange",
    "double_degree": "degree", "masters": "degree", "sib": "degree", "insa_euromed": "degree",
}  # fmt: skip
"""Kind of stay of those who name a programme as theirs."""
_EXPLAINING_ASPECTS: Mapping[str, Tuple[str, ...]] = {
    "reason": ("rule", "note"), "method": ("step", "document"), "cost": ("cost",),
    "deadline": ("deadline",), "documents": ("document",),
}  # fmt: skip
"""What is told of a procedure in answer to "why?", "how?", "how much?", "deadline?" and "which documents?"."""
_PRICES = (MonthlyPrices, MonthlyBudget)
"""Sources that tell prices besides."""


class ActionShowEverydayTopic(FoldingAction):
    """Tells what is held on the subject of the intent, for the student's nationality and kind of stay."""

    action_name = "action_show_everyday_topic"
    criteria = ("nationality", "stay", "explanation")
    context = ("nationality", "stay")

    def read(self, session: Session, question: Question) -> Question:
        """Take the programme that students name as theirs for their kind of stay."""
        programmes = question.entities.get("programme", ())
        stays = {_STAY_OF_PROGRAMME[programme]: None for programme in programmes if programme in _STAY_OF_PROGRAMME}
        return question if question.named("stay") else question.with_entities({"stay": stays})

    def respond(self, session: Session, question: Question) -> Turn:
        """Take "which documents?" for those of the procedure talked about, "how many ECTS?" for those of the plan."""
        about = credits_of(question)
        if about:
            return respond_to_intent(session, replace(question, intent=about)) or super().respond(session, question)
        aspect = aspect_of_last_answer(session, question, "documents") if question.intent == "ask_documents" else None
        return aspect or super().respond(session, question)

    def has_page(self, session: Session, question: Question) -> bool:
        """Tell whether facts are left for `question.page`."""
        facts, _ = _find_facts(session, _sources(question), _reader(question))
        return bool(_on_page(_lines(facts), question.page))

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Tell the facts of the database, and what factsheets say; of an institution that is named only the latter."""
        subject = HOLDINGS[question.intent].factsheet
        if not subject or question.page or question.named("explanation"):
            return self._answer_for_the_school(session, question)
        named = named_replies(session, question, subject)
        # What is asked back comes last, beside its choices.
        return named or (
            *further_replies(session, question, subject), *self._answer_for_the_school(session, question)
        )

    def _answer_for_the_school(self, session: Session, question: Question) -> Tuple[Reply, ...]:
        """Tell the facts as the answer where they are one, else as what is known besides."""
        holding, reader = HOLDINGS[question.intent], _reader(question)
        facts, is_narrowed = _find_facts(session, _sources(question), reader)
        if not facts:
            return (_say_unknown(session, question, holding),)
        unknown = _audience_that_matters(facts, reader) if question.page == 0 else None
        if unknown:
            return (_ask_who(question, holding, unknown),)
        return (_tell(session, question, holding, facts, _audience(reader) if is_narrowed else ""),)


def _tell(session: Session, question: Question, holding: Holding, facts: Tuple[Fact, ...], audience: str) -> Reply:
    language, lines = question.language, _lines(facts)
    if _is_asked_again(question, holding):
        return not_known(
            session, question, holding.topic,
            response="utter_everyday_topic_nothing_more",
            variables={"subject": _subject(question)}, code=holding.office,
        )
    told = _on_page(lines, question.page)
    told_facts = [fact for fact in facts if fact.line in told]
    office, office_provenance = office_variables(session, language, holding.office)
    is_answer = holding.answers or question.named("explanation") is not None
    return Reply(
        "utter_everyday_topic_found" if is_answer else holding.partly_known,
        topic=holding.topic,
        outcome=Outcome.ANSWERED if is_answer else Outcome.NOT_KNOWN,
        variables={
            "subject": _subject(question),
            "audience": audience,
            "facts": as_list(told),
            "sites": as_extra_paragraph(_sites(told_facts, language)),
            **office,
        },
        provenance=tuple(fact.provenance for fact in told_facts),
        desk_provenance=office_provenance,
        buttons=_offer_rest(language) if _on_page(lines, question.page + 1) else (),
    )


def _is_asked_again(question: Question, holding: Holding) -> bool:
    """Tell whether all that is known was just told without answering: the same once more would not answer either."""
    if holding.answers or not question.text or question.page:
        return False
    named = {name: question.entities.get(name, ()) for name in ActionShowEverydayTopic.criteria}
    if named.keys() & question.spans.keys():
        return False  # The student has just said who they are.
    return (
        question.slots.get("topic_intent") == question.intent
        and question.last_outcome == Outcome.NOT_KNOWN.value
        and question.last_language == question.language
        and named == {name: question.remembered(name) for name in named}
    )


def _say_unknown(session: Session, question: Question, holding: Holding) -> Reply:
    return not_known(
        session, question, holding.topic,
        response="utter_explanation_not_known" if question.named("explanation") else "utter_everyday_topic_not_known",
        variables={"subject": _subject(question)}, code=holding.office,
    )


def _ask_who(question: Question, holding: Holding, audience: str) -> Reply:
    known = {name: values[0] for name in ActionShowEverydayTopic.criteria if (values := question.entities.get(name))}
    buttons = (
        Button(phrase(f"audience_{value}", question.language), question.intent, {**known, audience: value})
        for value in AUDIENCES[audience]
    )
    return Reply(
        _ASKING[audience], topic=holding.topic, outcome=Outcome.CLARIFY,
        variables={"subject": _subject(question)}, buttons=tuple(buttons),
    )


def _sources(question: Question) -> Tuple[Source, ...]:
    holding = HOLDINGS.get(question.intent)
    if holding is None:
        return ()
    aspects = _EXPLAINING_ASPECTS.get(question.named("explanation") or "")
    if aspects is None:
        return holding.facts
    several = len(holding.explained) > 1
    told: Tuple[Source, ...] = tuple(Procedure(code, aspects, titled=several) for code in holding.explained)
    if "step" in aspects:
        return (*told, *(Before(code) for code in holding.explained))
    if "deadline" in aspects:
        return (*(DeadlinesOfProcedure(code) for code in holding.explained), *told)
    return (*told, *(source for source in holding.facts if isinstance(source, _PRICES))) if "cost" in aspects else told


def _reader(question: Question) -> Reader:
    # "Is it the same for EU and other students?" names two: the answer then is for all.
    named = {name: question.named_alone(name) for name in AUDIENCES}
    return Reader(question.language, **{name: value for name, value in named.items() if value in AUDIENCES[name]})


def _find_facts(session: Session, sources: Iterable[Source], reader: Reader) -> Tuple[Tuple[Fact, ...], bool]:
    """Return the facts for `reader`, and whether others hold for others; all of them where none is for the reader."""
    found = tuple(fact for source in sources for fact in source.find(session, reader))
    anybody = Reader(reader.language)
    if reader == anybody:
        return found, False
    everything = tuple(fact for source in sources for fact in source.find(session, anybody))
    return (found, len(found) < len(everything)) if found else (everything, False)


def _audience_that_matters(facts: Tuple[Fact, ...], reader: Reader) -> Optional[str]:
    """Return what to ask the student: where others have facts of their own that no longer stand on the first page."""
    first_lines = _on_page(_lines(facts), 0)
    for audience, camps in _CONTRASTS.items():
        held = {getattr(fact, audience) for fact in facts}
        told = {getattr(fact, audience) for fact in facts if fact.line in first_lines}
        matters = all(held.intersection(camp) for camp in camps) and not all(told.intersection(camp) for camp in camps)
        if matters and getattr(reader, audience) is None:
            return audience
    return None


def _lines(facts: Iterable[Fact]) -> Tuple[str, ...]:
    return tuple(dict.fromkeys(fact.line for fact in facts))


def _on_page(lines: Tuple[str, ...], page: int) -> Tuple[str, ...]:
    return lines[page * MOST_LINES : (page + 1) * MOST_LINES]


def _subject(question: Question) -> str:
    subject = phrase(f"intent_{question.intent}", question.language)
    explanation = question.named("explanation")
    return phrase(f"explained_{explanation}", question.language, subject=subject) if explanation else subject


def _audience(reader: Reader) -> str:
    named = [value for value in (reader.nationality, reader.stay) if value]
    audience = ", ".join(phrase(f"audience_{value}", reader.language) for value in named)
    return phrase("for_audience", reader.language, audience=audience)


def _sites(facts: Iterable[Fact], language: str) -> str:
    # Procedures that one service deals with may lead to different pages of it: its first page will do.
    of_host: Dict[Optional[str], str] = {}
    for url in filter(None, (fact.url for fact in facts)):
        of_host.setdefault(urlsplit(url).hostname, url)
    urls = list(of_host.values())[:MOST_SITES]
    return phrase("official_sites", language, urls=format_texts(urls, language)) if urls else ""


def _offer_rest(language: str) -> Tuple[Button, ...]:
    return (Button(phrase("button_rest", language), "find_more"),)
