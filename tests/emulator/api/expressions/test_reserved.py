"""The list of reserved words."""

from thermodynamo.api.expressions.reserved import RESERVED_WORDS


def test_there_are_573_words_in_upper_case() -> None:
    assert len(RESERVED_WORDS) == 573
    assert all(word.isupper() and word.isalpha() for word in RESERVED_WORDS)
