import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_classifier import HybridIntentClassifier
from bot.nlu.intent_model import IntentModel
from bot.nlu.scope import MEASURED
from bot.nlu.sentence_embedding import SentenceEmbedding


@pytest.fixture
def embedding(create):
    return create(SentenceEmbedding)


@pytest.fixture
def classify(embedding):
    def run(classifier, text):
        message = Message({"text": text})
        classifier.process(embedding.process([message]))
        return message

    return run


@pytest.fixture
def classifier(create, load, embedding, training_data):
    create(HybridIntentClassifier).train(embedding.process_training_data(training_data))
    return load(HybridIntentClassifier)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what is the price of a room", "ask_price"),
        ("c'est combien une chambre", "ask_price"),
        ("the courses of semester 8", "find_courses"),
        ("quels sont les cours", "find_courses"),
        ("good morning to you", "greet"),
        ("bonjour à toi", "greet"),
    ],
)
def test_intent_of_a_message(classify, classifier, text, intent):
    message = classify(classifier, text)
    assert message.get("intent")["name"] == intent
    ranking = message.get("intent_ranking")
    assert ranking[0] == message.get("intent")
    assert len(ranking) == 4
    assert ranking == sorted(ranking, key=lambda entry: -entry["confidence"])
    assert message.as_dict(only_output_properties=True)["intent_ranking"] == ranking


def test_a_foreign_message_gives_our_intents_less_confidence_than_any_of_the_domain(classify, classifier):
    def own_confidence(text):
        ranking = classify(classifier, text).get("intent_ranking")
        return max(entry["confidence"] for entry in ranking if entry["name"] != "out_of_scope")

    domain = ["how much does the room cost", "which courses can I take", "good morning", "combien coûte la chambre"]
    foreign = ["the stock exchange fell again", "my tractor needs a new gearbox", "quantum chromodynamics lattice"]
    assert min(map(own_confidence, domain)) > max(map(own_confidence, foreign))


def test_confidence_is_how_likely_the_message_is_ours_and_foreign_intents_get_the_rest(encoder, examples):
    model = IntentModel.fit(
        [e.text for e in examples],
        [e.text for e in examples],
        encoder.encode([e.text for e in examples]),
        [e.intent for e in examples],
        ["out_of_scope"],
    )
    for text in ("how much is the room", "order me a pizza", "who sings that song"):
        vectors = encoder.encode([text])
        confidence = {ranked.intent: ranked.confidence for ranked in model.rank([text], [text], vectors)[0]}
        scope = float(MEASURED.scope(model.clues([text], [text], vectors))[0])
        assert max(confidence[intent] for intent in ("ask_price", "find_courses", "greet")) == pytest.approx(scope)
        assert confidence["out_of_scope"] == pytest.approx(1 - scope)


def test_without_foreign_examples_every_message_is_ours(encoder, examples):
    own = [example for example in examples if example.intent != "out_of_scope"]
    texts = [example.text for example in own]
    model = IntentModel.fit(texts, texts, encoder.encode(texts), [example.intent for example in own], ["out_of_scope"])
    foreign = ["order me a pizza"]
    assert model.rank(foreign, foreign, encoder.encode(foreign))[0][0].confidence > 0.9


def test_the_ranking_is_as_long_as_asked(create, embedding, training_data, classify):
    classifier = create(HybridIntentClassifier, ranking_length=2)
    classifier.train(embedding.process_training_data(training_data))
    assert len(classify(classifier, "hello").get("intent_ranking")) == 2


def test_the_stored_model_ranks_the_same_and_holds_nothing_executable(tmp_path, encoder, examples):
    texts = [example.text for example in examples]
    model = IntentModel.fit(texts, texts, encoder.encode(texts), [example.intent for example in examples])
    model.save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".npz"}
    assert all(np.load(path, allow_pickle=False).files for path in tmp_path.glob("*.npz"))
    question = ["what does the room cost"]
    vectors = encoder.encode(question)
    rankings = (each.rank(question, question, vectors)[0] for each in (model, IntentModel.load(tmp_path)))
    for (intent, confidence), loaded in zip(*rankings, strict=True):
        assert loaded.intent == intent
        assert loaded.confidence == pytest.approx(confidence, abs=1e-4)


def test_two_intents_are_enough(encoder):
    texts, intents = ["hello", "hi there", "the price", "how much"], ["greet", "greet", "price", "price"]
    model = IntentModel.fit(texts, texts, encoder.encode(texts), intents)
    found = [model.rank([text], [text], encoder.encode([text]))[0][0].intent for text in ("hi", "much")]
    assert found == ["greet", "price"]


def test_without_intents_to_learn_no_message_is_understood(create, load, embedding, classify, caplog):
    data = embedding.process_training_data(TrainingData([Message.build(text="hello", intent="greet")]))
    create(HybridIntentClassifier).train(data)
    assert "fewer than two intents" in caplog.text
    assert classify(load(HybridIntentClassifier), "hello").get("intent") == {"name": None, "confidence": 0.0}


def test_without_the_embedding_the_error_says_what_to_do(create, training_data):
    with pytest.raises(ValueError, match=r"put SentenceEmbedding before it in config\.yml"):
        create(HybridIntentClassifier).train(training_data)
