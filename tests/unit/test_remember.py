"""What was found once of a text is not sought again, until too much is known."""

import pytest

from transforms.remember import remembered


def test_each_is_asked_but_once_until_all_are_forgotten() -> None:
    asked = []

    @remembered(2)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [length(text) for text in ("省", "省", "自治区", "自治区", "省")] == [1, 1, 3, 3, 1]
    assert asked == ["省", "自治区"]
    assert [length("直辖市"), length("直辖市"), length("省")] == [3, 3, 1]
    assert asked == ["省", "自治区", "直辖市", "省"]


def test_what_could_not_be_found_is_asked_again() -> None:
    @remembered(2)
    def number(text: str) -> int:
        return int(text)

    for _ in range(2):
        with pytest.raises(ValueError, match="一"):
            number("一")
    assert number("1") == 1
