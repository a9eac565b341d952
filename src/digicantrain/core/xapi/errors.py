"""What is said of a statement that cannot be taken."""


class StatementError(ValueError):
    """A statement that breaks a rule; the sentence names the place and the rule."""

    def __init__(self, sentence: str, *, path: str = "$") -> None:
        super().__init__(sentence)
        self.path = path
