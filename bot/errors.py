"""The exceptions of the project.

BotError                      something a person can repair; the message names what is wrong and what to do
├── SettingsError             a setting is missing, malformed or unsafe
├── DataFileError             a file under data/ cannot be read at all
├── DatabaseUnavailableError  the mobility or review database does not answer
├── CorrectionError           a fact cannot be corrected as asked
├── ArticleError              an article cannot be saved or found as asked
├── ModelError                the language model cannot be built, found or loaded
└── ProcessError              a process of the assistant cannot start or has died

`python -m bot` turns every BotError into one sentence on standard error and exit status 2.
"""


class BotError(Exception):
    """Something a person can repair; `str()` of it is a sentence for that person."""


class SettingsError(BotError):
    """A setting is missing, malformed or unsafe."""


class DataFileError(BotError):
    """A file under data/ cannot be read at all."""


class DatabaseUnavailableError(BotError):
    """The mobility or review database does not answer."""


class CorrectionError(BotError):
    """A fact cannot be corrected as asked."""


class ArticleError(BotError):
    """An article cannot be saved or found as asked."""


class ModelError(BotError):
    """The language model cannot be built, found or loaded."""


class ProcessError(BotError):
    """A process of the assistant cannot start or has died."""
