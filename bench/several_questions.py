"""How well several questions in one message are told from one: python -m bench.several_questions

Every example of data/nlu is judged by a model that has not seen it, once by itself and once joined to another
example of its language that is about another topic. Ends with one JSON line.
"""

import argparse
import json
import random
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from sklearn.model_selection import KFold

from actions.intent_topics import INTENT_TOPICS
from bot.nlu.embedding.encoder import SentenceEncoder
from bot.nlu.embedding.weights import general_words
from bot.nlu.evaluation import OUT_OF_SCOPE
from bot.nlu.examples import Example, load_yaml, read_examples
from bot.nlu.glossary import translate
from bot.nlu.intent_model import IntentModel
from bot.nlu.language_model import LanguageModel
from bot.nlu.message_parts import message_cutter
from bot.nlu.part_choice import PartChoice, UnderstoodPart
from bot.nlu.phrase_patterns import phrase_patterns
from bot.nlu.typo_repair import TypoRepairer, known_words
from bot.settings import PROJECT_ROOT, Settings

JOINTS = {
    "en": ("? ", ". ", "\n", ", ", " and ", " and also ", "? also ", ". And "),
    "fr": (" ? ", ". ", "\n", ", ", " et ", " et aussi ", " ? et ", ". Et "),
}
SHOWN = 15


class Message(NamedTuple):
    """A text and what is asked in it."""

    text: str
    intents: Tuple[str, ...]
    parts: Tuple[UnderstoodPart, ...] = ()


def main() -> None:
    """Measure, print, and show some messages that were cut wrongly or not at all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=5, help="models trained, each on all parts but one (default: 5)")
    parser.add_argument("--seed", type=int, default=0, help="which examples are joined (default: 0)")
    arguments = parser.parse_args()
    options = options_of_config()
    choice = PartChoice(
        options["threshold"], options["lead_joined"], options["lead_after_topic"],
        frozenset((*options["social_intents"], *options["dependent_intents"])),
    )  # fmt: skip
    single: List[Message] = []
    joined: List[Message] = []
    for number, (one, two) in enumerate(judge(options, arguments.folds, random.Random(arguments.seed)), 1):
        single += one
        joined += two
        print(f"part {number} of {arguments.folds} judged", flush=True)
    cut = [message for message in single if len(choice.questions(message.parts)) > 1]
    missed = [message for message in joined if len(choice.questions(message.parts)) < 2]
    for title, messages in (("one question cut", cut), ("several questions missed", missed)):
        print(f"\n{title}:")
        for message in random.Random(1).sample(messages, min(SHOWN, len(messages))):
            found = [(part.intent, round(part.confidence, 2)) for part in message.parts]
            print(f"  {message.text!r} {found}")
    figures = {
        "single": len(single),
        "single_cut": round(len(cut) / len(single), 4),
        "single_cut_without_its_answer": round(
            sum(not set(m.intents) & set(_asked(m, choice)) for m in cut) / len(single), 4
        ),
        "joined": len(joined),
        "joined_recognised": round(1 - len(missed) / len(joined), 4),
        "joined_both_right": round(
            sum(_asked(message, choice) == message.intents for message in joined) / len(joined), 4
        ),
    }
    print()
    print(json.dumps(figures))


def options_of_config() -> Dict[str, Any]:
    """Return the options of SeveralQuestions."""
    steps = load_yaml(PROJECT_ROOT / "config.yml")["pipeline"]
    return next(step for step in steps if step["name"].endswith(".SeveralQuestions"))


def judge(
    options: Mapping[str, Any], folds: int, chance: random.Random
) -> Iterator[Tuple[Sequence[Message], Sequence[Message]]]:
    """Yield per fold the examples, each once by itself and once joined to another one."""
    examples = read_examples(PROJECT_ROOT / "data" / "nlu")
    encoder = SentenceEncoder.load(Settings.from_environment().var / "cache")
    translations = [translate(example.text, example.language) for example in examples]
    vectors = encoder.encode(translations)
    general = general_words()
    alone = {*options["social_intents"], *options["dependent_intents"], *options["urgent_intents"]}
    for learnt_rows, held_rows in KFold(folds, shuffle=True, random_state=0).split(examples):
        learnt, held = [examples[row] for row in learnt_rows], [examples[row] for row in held_rows]
        texts, intents = [example.text for example in learnt], [example.intent for example in learnt]
        in_english = [translations[row] for row in learnt_rows]
        model = IntentModel.fit(texts, in_english, vectors[learnt_rows], intents, (OUT_OF_SCOPE,))
        repairer = TypoRepairer(known_words(texts), general)
        understand = _understanding(model, LanguageModel.fit(learnt), repairer, encoder)
        single = [Message(example.text, (example.intent,)) for example in held]
        joined = _join([example for example in held if example.intent not in alone], chance)
        yield tuple(
            [message._replace(parts=understand(message.text)) for message in group] for group in (single, joined)
        )


def _understanding(
    model: IntentModel, languages: LanguageModel, repairer: TypoRepairer, encoder: SentenceEncoder
) -> Callable[[str], Tuple[UnderstoodPart, ...]]:
    """Return what the pipeline does with the parts of a message, by this model."""
    known: Dict[str, Tuple[str, float, float]] = {}

    def understand(text: str) -> Tuple[UnderstoodPart, ...]:
        parts = message_cutter().cut(text)
        if len(parts) < 2:
            return ()
        for part in parts:
            if part.text not in known:
                repaired = repairer.repair(part.text)
                translated = translate(repaired, languages.guess(text).language)
                ranking = model.rank([repaired], [translated], encoder.encode([translated]))[0]
                first, second = [ranked for ranked in ranking if ranked.intent != OUT_OF_SCOPE][:2]
                lead = (first.confidence - second.confidence) / first.confidence
                known[part.text] = first.intent, first.confidence, lead
        return tuple(
            UnderstoodPart(
                part, *known[part.text], frozenset(found.value for found in phrase_patterns().find(part.text))
            )
            for part in parts
        )

    return understand


def _join(examples: Sequence[Example], chance: random.Random) -> List[Message]:
    """Return each example joined to another one of its language that is about another topic."""
    joined = []
    for example in examples:
        others = [
            other for other in examples
            if other.language == example.language and _topic(other.intent) != _topic(example.intent)
        ]  # fmt: skip
        if others:
            other = chance.choice(others)
            joint = chance.choice(JOINTS[example.language])
            text = f"{example.text.rstrip(' ?.!')}{joint}{other.text}"
            joined.append(Message(text, (example.intent, other.intent)))
    return joined


def _topic(intent: str) -> str:
    known = INTENT_TOPICS.get(intent)
    return known.topic if known else intent


def _asked(message: Message, choice: PartChoice) -> Tuple[str, ...]:
    return tuple(message.parts[place].intent for place in choice.questions(message.parts))


if __name__ == "__main__":
    main()
