"""The one exception by which the console refuses a request."""

from typing import Optional


class PageError(Exception):
    """Becomes a page that says what is wrong and what to do: wording `error_<code>` in locale/."""

    def __init__(self, status: int, code: str, *, retry_after: Optional[int] = None):
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
