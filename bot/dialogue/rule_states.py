"""Replaces three steps of `RulePolicy`: Rasa describes each step of the conversation, rules look at the last few.

A rule is as long as its steps; what lies further back never changes whether it applies. So only as many of the latest
states are made as the longest rule has, and slots that no state shows are not set on the way to them. Rasa looks for a
rule twice, first by the student's words: that search is left out when no rule holds words, since it can find none. And
it compares every rule with the latest state, most of which ask for another intent: only those that ask for this intent,
or for none, are compared.
"""

import json
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple
from weakref import WeakKeyDictionary

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, SHOULD_NOT_BE_SET, RulePolicy
from rasa.shared.core.constants import USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT

_find_action = RulePolicy._find_action_from_rules
_compare = RulePolicy._get_possible_keys
Found = Tuple[Optional[str], Optional[str], bool]


class Extent(NamedTuple):
    """What the rules of a model look at."""

    steps: int
    hold_words: bool


_extents: "WeakKeyDictionary[RulePolicy, Extent]" = WeakKeyDictionary()
_sorted: "WeakKeyDictionary[RulePolicy, Dict[int, Dict[Optional[str], List[str]]]]" = WeakKeyDictionary()


class LatestSteps:
    """A conversation of which only the last steps are described."""

    def __init__(self, tracker: DialogueStateTracker, steps: int) -> None:
        """Look at the last `steps` states of `tracker`."""
        self._tracker = tracker
        self._steps = steps

    def past_states(self, domain: Domain, **options: Any) -> List[State]:
        """Return the states as the tracker itself would."""
        return domain.states_for_tracker_history(self, **options)

    def generate_all_prior_trackers(self) -> Iterator[Tuple[DialogueStateTracker, bool]]:
        """Return what the tracker itself would, without the first ones and without slots that no state shows."""
        events = [event for event in self._tracker.applied_events() if not self._is_unseen(event)]
        states = 1 + sum(isinstance(event, ActionExecuted) for event in events)
        past = self._tracker.init_copy()
        for event in events:
            if isinstance(event, ActionExecuted):
                states -= 1
                if states < self._steps:
                    yield past, event.hide_rule_turn
            past.update(event)
        yield past, False

    def _is_unseen(self, event: Event) -> bool:
        """Tell whether the event sets a slot that does not influence the conversation: most of all events do."""
        slot = self._tracker.slots.get(event.key) if type(event) is SlotSet else None
        return slot is not None and not slot.influence_conversation


def prediction_states(
    policy: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool = False,
    rule_only_data: Optional[Dict[str, Any]] = None,
) -> List[State]:
    """Return the last states, as many as the longest rule can be compared with."""
    latest: Any = LatestSteps(tracker, _extent(policy).steps)
    return policy.featurizer.prediction_states(
        [latest], domain, use_text_for_last_user_input=use_text_for_last_user_input, rule_only_data=rule_only_data
    )[0]


def find_action_from_rules(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Found:
    """Return the action that Rasa finds; by words only where a rule has words, or a form could be returned to."""
    if use_text_for_last_user_input and not tracker.active_loop_name and not _extent(policy).hold_words:
        return None, None, False
    return _find_action(policy, tracker, domain, use_text_for_last_user_input)


def possible_keys(policy: RulePolicy, lookup: Mapping[str, str], states: List[State]) -> Set[str]:
    """Return the rules that fit the latest states, as Rasa does."""
    if not states:
        return _compare(policy, lookup, states)
    by_intent = _by_intent(policy, lookup)
    intent = states[-1].get(USER, {}).get(INTENT)
    candidates = [*by_intent.get(None, ()), *(by_intent.get(intent, ()) if intent else ())]
    return _compare(policy, dict.fromkeys(candidates, ""), states)


def _by_intent(policy: RulePolicy, lookup: Mapping[str, str]) -> Dict[Optional[str], List[str]]:
    """Return the rules by the intent that their latest state asks for; None: any or none."""
    sorted_lookups = _sorted.setdefault(policy, {})
    if id(lookup) not in sorted_lookups:  # the policy keeps its few lookups as long as it lives
        by_intent: Dict[Optional[str], List[str]] = {}
        for key in lookup:
            intent = json.loads(key)[-1].get(USER, {}).get(INTENT)
            by_intent.setdefault(intent if intent != SHOULD_NOT_BE_SET else None, []).append(key)
        sorted_lookups[id(lookup)] = by_intent
    return sorted_lookups[id(lookup)]


def _extent(policy: RulePolicy) -> Extent:
    if policy not in _extents:
        keys = [*policy.lookup.get(RULES, {}), *policy.lookup.get(RULES_FOR_LOOP_UNHAPPY_PATH, {})]
        rules = [json.loads(key) for key in keys]
        _extents[policy] = Extent(
            steps=max(map(len, rules), default=1),
            hold_words=any(TEXT in state.get(USER, {}) for rule in rules for state in rule),
        )
    return _extents[policy]


def install() -> None:
    """Make Rasa use it."""
    RulePolicy._prediction_states = prediction_states
    RulePolicy._find_action_from_rules = find_action_from_rules
    RulePolicy._get_possible_keys = possible_keys
