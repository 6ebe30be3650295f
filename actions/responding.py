"""How an intent is answered by whichever action the rules name for it, and which intents a message may have."""

from typing import Optional, Sequence

from actions.base import Turn, find_action
from actions.intent_topics import INTENT_TOPICS, topic_of
from actions.questions import Question
from actions.replies import Outcome, Reply
from bot.mobility.database import Session

ASK_BACK_FROM = 0.3
"""Least confidence of the best intent to ask back about it; from the threshold of config.yml on it is answered. It may
be lower than one half: a choice that is not meant costs the student less than an answer that is not given."""
ASK_BACK_WITHIN = 0.2
"""By which share of the best confidence another intent may be behind to be offered too. The best confidence says how
likely the message is for this assistant; only the distances tell which intents are likely."""
OFFER_FROM = 0.1
"""Least confidence of an intent to be offered where the message is more likely no matter of this assistant. Of the
left-out examples between this and ASK_BACK_FROM two of three had an answer, mostly this one."""
_UNDECIDED = ("nlu_fallback", "out_of_scope")


def respond_to_intent(session: Session, question: Question) -> Optional[Turn]:
    """Return what the rules would answer to `question.intent`, or None for an intent without an answer of its own."""
    known = INTENT_TOPICS.get(question.intent)
    name = known.action if known else "action_follow_up"
    if name.startswith("utter_"):
        return Turn((Reply(name, topic=topic_of(question.intent), outcome=Outcome.SMALL_TALK),), {})
    action = find_action(name)
    return action.respond(session, question) if action else None


def likely_intents(question: Question, from_confidence: float = ASK_BACK_FROM) -> Sequence[str]:
    """Return the intents that a message which is not sure may have, the likeliest first."""
    ranking = [pair for pair in question.ranking if pair[0] not in _UNDECIDED]
    best = max((confidence for _, confidence in ranking), default=0.0)
    least = max(from_confidence, best * (1 - ASK_BACK_WITHIN))
    return [intent for intent, confidence in ranking if confidence >= least]
