import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_classifier import HybridIntentClassifier
from bot.nlu.intent_model import IntentModel
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
        ("salut", "greet"),
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


def test_a_foreign_message_gets_less_confidence_than_any_of_the_domain(classify, classifier):
    domain = ["how much does the room cost", "which courses can I take", "good morning", "combien coûte la chambre"]
    foreign = ["the stock exchange fell again", "my tractor needs a new gearbox", "quantum chromodynamics lattice"]
    confidence = {text: classify(classifier, text).get("intent")["confidence"] for text in domain + foreign}
    assert min(confidence[text] for text in domain) > max(confidence[text] for text in foreign)


def test_foreign_examples_do_not_make_a_message_familiar(encoder, examples):
    texts, intents = [e.text for e in examples], [e.intent for e in examples]
    vectors = encoder.encode(texts)
    message = encoder.encode(["order me a pizza"])
    with_them = IntentModel.fit(texts, vectors, intents).rank(["order me a pizza"], message)[0][0]
    without = IntentModel.fit(texts, vectors, intents, ["out_of_scope"]).rank(["order me a pizza"], message)[0][0]
    assert with_them.intent == without.intent == "out_of_scope"
    assert without.confidence < with_them.confidence - 0.1


def test_the_ranking_is_as_long_as_asked(create, embedding, training_data, classify):
    classifier = create(HybridIntentClassifier, ranking_length=2)
    classifier.train(embedding.process_training_data(training_data))
    assert len(classify(classifier, "hello").get("intent_ranking")) == 2


def test_the_stored_model_ranks_the_same_and_holds_nothing_executable(tmp_path, encoder, examples):
    texts = [example.text for example in examples]
    model = IntentModel.fit(texts, encoder.encode(texts), [example.intent for example in examples])
    model.save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".npz"}
    assert all(np.load(path, allow_pickle=False).files for path in tmp_path.glob("*.npz"))
    question = ["what does the room cost"]
    vectors = encoder.encode(question)
    for (intent, confidence), loaded in zip(
        model.rank(question, vectors)[0], IntentModel.load(tmp_path).rank(question, vectors)[0], strict=True
    ):
        assert loaded.intent == intent
        assert loaded.confidence == pytest.approx(confidence, abs=1e-4)


def test_two_intents_are_enough(encoder):
    texts, intents = ["hello", "hi there", "the price", "how much"], ["greet", "greet", "price", "price"]
    model = IntentModel.fit(texts, encoder.encode(texts), intents)
    assert [model.rank([text], encoder.encode([text]))[0][0].intent for text in ("hi", "much")] == ["greet", "price"]


def test_without_intents_to_learn_no_message_is_understood(create, load, embedding, classify, caplog):
    data = embedding.process_training_data(TrainingData([Message.build(text="hello", intent="greet")]))
    create(HybridIntentClassifier).train(data)
    assert "fewer than two intents" in caplog.text
    assert classify(load(HybridIntentClassifier), "hello").get("intent") == {"name": None, "confidence": 0.0}


def test_without_the_embedding_the_error_says_what_to_do(create, training_data):
    with pytest.raises(ValueError, match=r"put SentenceEmbedding before it in config\.yml"):
        create(HybridIntentClassifier).train(training_data)
