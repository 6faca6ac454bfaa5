"""Which official form each article of a proactive table follows: real reports mix the two."""

from functools import cache, lru_cache
from typing import Final

from schemas import forms
from transforms.document import Issue
from transforms.instances import Instance, first_of, requests_form
from transforms.labels import FIRST, columns_like, form_evidence
from transforms.match import Match
from transforms.normalise import squash
from transforms.values import UNREADABLE

_HEADING: Final = "第二十条"


def article_forms(
    instance: Instance | None, requests: list[Instance], by_year: int
) -> tuple[dict[int, int], list[Issue]]:
    """The form of each article of the proactive table, for the articles in use.

    Where no header says it, it is taken from the rest, with an issue unless the number of values agrees.
    """
    articles = _articles()
    found_rows: dict[str, Match] = instance.matches if instance else {}
    headed: dict[int, int] = {}  # by the words of its header
    counted: dict[int, int] = {}  # by its number of values alone
    present: set[int] = set()
    for article, codes in articles.items():
        matches = [found_rows[code] for code in codes if code in found_rows]
        if not matches:
            continue
        present.add(article)
        old, new = _header_scores(article, matches)
        if old != new:
            headed[article] = 2019 if old > new else 2021
            continue
        less, more = _count_scores(matches)
        if less != more:
            counted[article] = 2019 if less > more else 2021
    votes = list((headed or counted).values())
    old_forms, new_forms = votes.count(2019), votes.count(2021)
    if old_forms != new_forms:
        usual = 2019 if old_forms > new_forms else 2021
    else:
        usual = (requests_form(requests[0]) if requests and not votes else None) or by_year
    result = {}
    issues: list[Issue] = []
    forms_of = _forms_of()
    for article, codes in articles.items():
        form = headed.get(article, usual)
        if form not in forms_of[article]:
            if article not in present:
                continue  # an article that only the other form has
            form = 2019
        result[article] = form
        if article in present and article not in headed and counted.get(article) != form:
            for row in codes:
                if row in found_rows:
                    issues.append(_by_context(row, form, found_rows[row]))
    return result, issues


@cache
def _articles() -> dict[int, tuple[str, ...]]:
    """The rows of each article."""
    return {entry["article"]: tuple(entry["rows"]) for entry in forms.labels()["articles"]}


@cache
def _forms_of() -> dict[int, list[int]]:
    """The forms that have each article."""
    rows = {form: forms.rows(form, "proactive") for form in forms.FORMS}
    return {
        article: [form for form in forms.FORMS if any(row in rows[form] for row in codes)]
        for article, codes in _articles().items()
    }


def _below_its_heading(words: tuple[str, ...]) -> tuple[str, ...]:
    """The texts over a row from its article's heading on: those over rows left blank reach further up."""
    for at in range(len(words) - 1, 0, -1):
        if words[at].startswith(_HEADING):
            return words[at:]
    return words


def _by_context(row: str, form: int, found: Match) -> Issue:
    return Issue(
        "form_by_context",
        f"no header says what the figures of this row are; they are read as the {form} form's",
        "proactive",
        row,
        raw=" ".join(slot.cell.text for slot in found.row.filled),
        place=found.row.slots[0].cell.place if found.row.slots else None,
    )


def _header_scores(article: int, matches: list[Match]) -> tuple[float, float]:
    """How much the texts over an article's rows speak for the 2019 and for the 2021 form.

    A header with labels of one form alone, to the letter, says it whatever stands around it: the header of
    rows left blank above, a heading that names another column.
    """
    for_old, for_new = _header_line_scores(article, first_of(matches))
    if (for_old > 0) != (for_new > 0):
        return for_old, for_new
    words = [word for found in matches for word in _below_its_heading(found.row.words)]
    return _word_scores(article, matches[0].key[1], tuple(words))


def _header_line_scores(article: int, found: Match) -> tuple[int, int]:
    """What `_to_the_letter` finds in the nearest line over a row that is a header's.

    That is one of several words, of which one is known.
    """
    for line in reversed(found.header):
        if line[0].startswith(_HEADING):
            break  # what stands above belongs to the rows above
        if len(line) > 1:
            old, new = _to_the_letter(article, line)
            if old or new or line[0] == FIRST:
                return old, new
    return 0, 0


@lru_cache(maxsize=4096)
def _word_scores(article: int, row: str, words: tuple[str, ...]) -> tuple[float, float]:
    """How much all words over an article's rows, `row` the first, speak for each form.

    Labels to the letter outweigh all that only resemble one (上年数). Where no label is whole, they say
    something only if each column has one (本年 and 上年 name no columns of the 2019 form).
    """
    evidence = [form_evidence(article, word) for word in words]
    to_the_letter = _to_the_letter(article, words)
    if (to_the_letter[0] > 0) != (to_the_letter[1] > 0):
        return to_the_letter
    old = sum(max(0.0, for_old - for_new) for for_old, for_new in evidence)
    new = sum(max(0.0, for_new - for_old) for for_old, for_new in evidence)
    if any(to_the_letter):
        return old, new
    likelier = 2019 if old > new else 2021
    columns = {squash(c.column_label) for c in forms.cells(likelier, "proactive") if c.row == row}
    named = {label for word in words for label in columns_like(article, likelier, word)}
    glued = [word for word in words if word.startswith("信息内容")]
    told = columns <= named or any(label in word for label in columns for word in glued)
    return (old, new) if told else (0.0, 0.0)


@lru_cache(maxsize=4096)
def _to_the_letter(article: int, words: tuple[str, ...]) -> tuple[int, int]:
    """How many of the words are, to the letter, a column's label in the 2019 and in the 2021 form."""
    evidence = [form_evidence(article, word) for word in words]
    return sum(old == 1.0 for old, _ in evidence), sum(new == 1.0 for _, new in evidence)


def _count_scores(matches: list[Match]) -> tuple[int, int]:
    """How many rows have as many values as only the 2019, or only the 2021 form has, or are in one alone.

    A row with something that is no number (5.2%) may have columns of its own.
    """
    old = new = 0
    for found in matches:
        if any(slot.value.status == UNREADABLE for slot in found.row.filled):
            continue
        in_old, in_new = _counts(found.key[1])
        count = len(found.row.filled)
        fits_old, fits_new = (count == in_old, count == in_new) if in_old and in_new else (in_old, in_new)
        old, new = old + (fits_old > fits_new), new + (fits_new > fits_old)
    return old, new


@cache
def _counts(row: str) -> tuple[int, int]:
    """How many columns a row of the proactive table has in the 2019 and in the 2021 form."""
    old, new = (len(forms.columns(form, "proactive", row)) for form in forms.FORMS)
    return old, new
