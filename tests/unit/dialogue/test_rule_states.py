"""Rules lead to the same actions as with Rasa's own look at the whole conversation."""

import pytest

from bot.dialogue import rule_states

RULES = """
version: "3.1"
rules:
- rule: a greeting at the very start
  conversation_start: true
  steps: [{intent: greet}, {action: utter_greet}, {action: action_ask_more}]
- rule: price
  steps: [{intent: ask_price}, {action: action_ask_price}]
- rule: more, after the price
  steps: [{intent: ask_price}, {action: action_ask_price}, {intent: ask_more}, {action: action_ask_price}]
- rule: more, where a residence is known
  condition: [{slot_was_set: [{residence: true}]}]
  steps: [{intent: ask_more}, {action: action_ask_more}]
- rule: start of the form
  steps: [{intent: nlu_fallback}, {action: visit_form}, {active_loop: visit_form}]
- rule: price within the form
  condition: [{active_loop: visit_form}]
  steps: [{intent: ask_price}, {action: action_ask_price}, {action: visit_form}]
"""
WORDS = """
- rule: by words
  steps: [{user: "the keyword"}, {action: action_ask_more}]
"""


@pytest.fixture(scope="session")
def train(domain, tmp_path_factory):
    """Return a function that trains a policy on rules."""
    from rasa.core.policies.rule_policy import RulePolicy
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.core.generator import TrainingDataGenerator
    from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
    from rasa.shared.core.training_data.structures import StoryGraph

    def run(rules):
        storage = LocalModelStorage(tmp_path_factory.mktemp("policy"))
        config = {**RulePolicy.get_default_config(), "enable_fallback_prediction": False, "restrict_rules": False}
        policy = RulePolicy.create(config, storage, Resource("rules"), ExecutionContext(GraphSchema({})))
        graph = StoryGraph(YAMLStoryReader().read_from_string(rules))
        policy.train(TrainingDataGenerator(graph, domain).generate(), domain)
        return policy

    return run


def walk(intents, domain):
    """Yield a tracker before each action of a conversation."""
    from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = DialogueStateTracker("student", domain.slots)
    for event in (ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")):
        tracker.update(event)
    for number, intent in enumerate(intents):
        text = "the keyword" if intent is None else f"message {number}"
        tracker.update(UserUttered(text, {"name": intent, "confidence": 1.0}, []))
        if number == 5:
            tracker.update(SlotSet("residence", "bougainville"))
        yield tracker
        action = "visit_form" if intent == "nlu_fallback" else "action_ask_price"
        tracker.update(ActionExecuted(action))
        if action == "visit_form":
            tracker.update(ActiveLoop("visit_form"))
        yield tracker
        if number in (14, 23):
            tracker.update(ActiveLoop(None))
        tracker.update(ActionExecuted("action_listen"))


INTENTS = "greet ask_more ask_price ask_more ask_more ask_price greet ask_more ask_more ask_price ask_more".split()
INTENTS += "nlu_fallback ask_price ask_more greet greet ask_price ask_more".split()


@pytest.mark.parametrize("rules", [RULES, RULES + WORDS], ids=["intents", "words"])
def test_the_same_actions_are_predicted(train, domain, monkeypatch, rules):
    from rasa.core.policies.rule_policy import RulePolicy

    policy = train(rules)
    intents = INTENTS if rules is RULES else [*INTENTS[:11], None, *INTENTS[2:]]

    def predict():
        return [
            (prediction.probabilities, prediction.events, prediction.is_end_to_end_prediction)
            for tracker in walk(intents, domain)
            for prediction in [policy.predict_action_probabilities(tracker, domain)]
        ]

    rasas = predict()
    monkeypatch.setattr(RulePolicy, "_prediction_states", rule_states.prediction_states)
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", rule_states.find_action_from_rules)
    monkeypatch.setattr(RulePolicy, "_get_possible_keys", rule_states.possible_keys)
    ours = predict()
    assert ours == rasas
    actions = {domain.action_names_or_texts[max(range(len(p)), key=p.__getitem__)] for p, *_ in ours if max(p) > 0}
    assert actions >= {"utter_greet", "action_ask_price", "action_ask_more", "action_listen", "visit_form"}


def test_rules_that_ask_for_another_intent_are_not_compared(train, domain, monkeypatch):
    from rasa.core.policies.rule_policy import RULES as KIND
    from rasa.core.policies.rule_policy import RulePolicy

    policy = train(RULES)
    compared = set()
    is_applicable = RulePolicy._is_rule_applicable
    monkeypatch.setattr(
        RulePolicy, "_is_rule_applicable", lambda self, key, *more: compared.add(key) or is_applicable(self, key, *more)
    )
    for tracker in walk(["ask_price"], domain):
        states = policy._prediction_states(tracker, domain)
        assert rule_states.possible_keys(policy, policy.lookup[KIND], states)
    assert compared
    assert not [key for key in compared if "greet" in key or "nlu_fallback" in key]


def test_no_more_states_are_made_than_the_longest_rule_has(train, domain, monkeypatch):
    policy = train(RULES)
    longest = rule_states._extent(policy).steps
    *_, tracker = walk(INTENTS, domain)
    states = rule_states.prediction_states(policy, tracker, domain)
    assert len(states) == longest
    assert states == policy.featurizer.prediction_states([tracker], domain)[0][-longest:]


def test_the_store_keeps_more_turns_than_the_longest_rule_has():
    from project_files import load_yaml, turns

    longest = max(sum("intent" in step for step in steps) for *_, steps in turns())
    assert load_yaml("endpoints.yml")["tracker_store"]["recent_turns"] > longest
