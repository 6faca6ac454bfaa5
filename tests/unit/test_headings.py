"""What tells at once that a line is no heading holds for every line that it dismisses."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from transforms.headings import (
    _has_letters_of_titles,
    _hinted_readings,
    _may_go_on,
    _may_open_with_heading,
    _prose,
    _read_heading,
    _usual,
)
from transforms.normalise import squash
from transforms.titles import title_at_start, titles

TITLES = sorted(titles())
# What running text is made of, with what stands in titles and before them.
PIECES = [*"政府情况存其、，。； ", "2023年", "本机关", "办理", "2.", "（一）", "第三章", *TITLES[::3]]


@settings(deadline=None)
@given(
    st.sampled_from(["2023年", "办理"]),
    st.lists(st.sampled_from(PIECES), min_size=12).map("".join),
    st.sampled_from(["", "。"]),
)
def test_what_is_taken_for_prose_at_once_could_be_no_heading(start: str, rest: str, end: str) -> None:
    text = start + rest + end
    assume(_prose().match(text))
    assert not _hinted_readings(text, *_usual(text), False)
    assert not _may_go_on(*_usual(text[:60]))


@settings(deadline=None)
@given(
    st.sampled_from(["", "（一）", "四、", "**"]),
    st.sampled_from(TITLES).flatmap(lambda title: st.integers(0, len(title)).map(lambda end: title[:end])),
    st.lists(st.sampled_from([*PIECES, *TITLES]), max_size=4).map("".join),
    st.lists(st.sampled_from([*PIECES, *TITLES])).map("".join),
)
def test_a_first_sentence_tells_what_cannot_open_with_a_heading(
    number: str, title: str, first: str, rest: str
) -> None:
    text = f"{number}{title}{first}。{rest}。"
    assert _may_open_with_heading(text) or _read_heading(text) == ((), False)


@settings(deadline=None)
@given(
    st.sampled_from(TITLES), st.text(st.sampled_from("的公开情况12")), st.sampled_from([75, 87]), st.data()
)
def test_words_with_few_letters_of_titles_are_like_none(
    title: str, inserted: str, least: int, data: st.DataObject
) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(title))] * 2)))
    words = title[:start] + inserted + title[end:]
    likest = max(fuzz.ratio(words, other) for other in TITLES)
    assert likest < least or _has_letters_of_titles(words, least)


@settings(deadline=None)
@given(st.sampled_from(TITLES), st.sampled_from(["", " ", "、", "_（"]), st.lists(st.sampled_from(PIECES)))
def test_a_title_at_the_start_is_found_across_marks(title: str, mark: str, after: list[str]) -> None:
    for text in (mark + mark.join(title) + "".join(after), mark + title[:-1] + "".join(after)):
        assert bool(title_at_start().match(text)) == squash(text).startswith(tuple(TITLES))
