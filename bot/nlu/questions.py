"""Held-out questions: a file per language with the intent that each question should reach; nothing learns from them."""

from pathlib import Path
from typing import List

from bot.errors import DataFileError
from bot.languages import OTHER_LANGUAGES, SUPPORTED_LANGUAGES
from bot.nlu.examples import Example, load_yaml

_LANGUAGES = (*SUPPORTED_LANGUAGES, *OTHER_LANGUAGES)


def read_questions(path: Path) -> List[Example]:
    """Return the questions of a file: `language: en`, then `questions:` with a list of texts under each intent.

    In a language that is only recognised, the intent is what a question should be understood as.
    """
    if not path.is_file():
        raise DataFileError(f"{path} is missing: give the path of a file of questions.")
    content = load_yaml(path)
    if not isinstance(content, dict) or content.get("language") not in _LANGUAGES:
        raise DataFileError(f"{path}: say `language: {' or '.join(_LANGUAGES)}` at the top.")
    groups = content.get("questions")
    if not isinstance(groups, dict) or not groups:
        raise DataFileError(f"{path}: `questions:` must hold intents, each with a list of texts.")
    questions = []
    for intent, texts in groups.items():
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise DataFileError(
                f"{path}: the questions of {intent} must be a list of texts (quote yes, no and numbers)."
            )
        questions += [Example(text.strip(), intent, content["language"]) for text in texts]
    return questions
