"""What the identities of a table say about its figures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import forms
from transforms.reconcile import CellKey, Values, reconcile
from transforms.records import Number

APPLICANTS = (
    "natural_person",
    "business",
    "research",
    "nonprofit",
    "legal_service",
    "other_organisation",
)
OUTCOMES = forms.outcome_rows(forms.rows(2021, "requests"))


def requests(**figures: int) -> Values:
    """A consistent table of natural persons only: `figures` are outcomes by row code, all others 0."""
    values: Values = {(c.row, c.column): 0 for c in forms.cells(2021, "requests")}
    for row, number in figures.items():
        for column in ("natural_person", "total"):
            values[row, column] = number
    for column in ("natural_person", "total"):
        values["total_processed", column] = sum(figures.values())
        values["new_received", column] = sum(figures.values())
    return values


def states(values: Values) -> dict[CellKey, tuple[Number | None, str]]:
    return reconcile(2021, "requests", values).decided


def test_a_consistent_table_is_as_reported() -> None:
    assert states(requests(granted=4, unavailable_not_held=3)) == {}


def test_blanks_that_the_sums_force_are_proved() -> None:
    values = requests(granted=4)
    values["granted", "total"] = None
    values["refused_state_secret", "business"] = None
    values["total_processed", "natural_person"] = None
    assert states(values) == {
        ("granted", "total"): (4, "proved"),
        ("refused_state_secret", "business"): (0, "proved"),
        ("total_processed", "natural_person"): (4, "proved"),
    }


def test_a_total_equal_to_its_first_column_leaves_nothing_for_the_rest() -> None:
    values = requests(granted=4)
    for column in APPLICANTS[1:]:
        for row in forms.rows(2021, "requests"):
            values[row, column] = None
    found = states(values)
    assert set(found.values()) == {(0, "proved")}
    assert len(found) == 25 * 5


def test_a_blank_that_nothing_decides_stays_undetermined() -> None:
    values = requests(granted=4)
    for key in values:
        values[key] = None
    assert states(values) == {}


def test_one_misread_digit_is_repaired_and_nothing_else_is_touched() -> None:
    values = requests(granted=4, partly_granted=2)
    values["granted", "natural_person"] = 9
    assert states(values) == {("granted", "natural_person"): (4, "repaired")}


def test_two_errors_are_a_conflict_in_every_cell_of_the_broken_identities() -> None:
    values = requests(granted=4, partly_granted=2)
    values["granted", "natural_person"] = 9
    values["rejected_repeat", "total"] = 7
    found = states(values)
    assert set(found.values()) == {(None, "conflict")}
    concerned = {(row, column) for column in ("natural_person", "total") for row in OUTCOMES}
    concerned |= {("total_processed", "natural_person"), ("total_processed", "total")}
    concerned |= {(row, column) for row in ("granted", "rejected_repeat") for column in APPLICANTS}
    assert set(found) == concerned


def test_an_ambiguous_repair_is_not_made() -> None:
    values: Values = {(c.row, c.column): 0 for c in forms.cells(2021, "disputes")}
    values["reconsideration", "upheld"] = 3  # the total says 0: either may be the wrong one
    results = ("upheld", "corrected", "other", "pending", "total")
    decided = reconcile(2021, "disputes", values).decided
    assert decided == {("reconsideration", result): (None, "conflict") for result in results}


def test_parts_above_their_total_contradict_it_even_beside_blanks() -> None:
    values: Values = {(c.row, c.column): 0 for c in forms.cells(2021, "disputes")}
    values |= {("reconsideration", "upheld"): 3, ("reconsideration", "pending"): None}
    values["reconsideration", "total"] = 2
    assert reconcile(2021, "disputes", values).decided["reconsideration", "pending"] == (None, "conflict")


def test_a_negative_count_conflicts_with_the_form_itself() -> None:
    values = requests(granted=4)
    values["carried_in", "business"] = -1
    assert states(values)["carried_in", "business"] == (None, "conflict")


def test_a_doubtful_figure_proves_nothing() -> None:
    values = requests(granted=4, partly_granted=2)
    values["granted", "natural_person"] = 9
    values["rejected_repeat", "total"] = 7
    values["granted", "business"] = None
    assert states(values)["granted", "business"] == (None, "conflict")


small = st.integers(0, 12)


@st.composite
def consistent(draw: st.DrawFn) -> Values:
    """Any table that satisfies every identity."""
    values: Values = {}
    for column in APPLICANTS:
        outcomes = {row: draw(small) for row in OUTCOMES}
        values |= {(row, column): number for row, number in outcomes.items()}
        done = sum(outcomes.values())
        out = draw(small)
        carried = draw(st.integers(0, done + out))
        values["total_processed", column] = done
        values["carried_out", column] = out
        values["carried_in", column] = carried
        values["new_received", column] = done + out - carried
    for row in forms.rows(2021, "requests"):
        values[row, "total"] = sum(values[row, column] or 0 for column in APPLICANTS)
    return values


@settings(max_examples=60, deadline=None)
@given(consistent(), st.data())
def test_whatever_is_blanked_nothing_is_proved_but_the_truth(true: Values, data: st.DataObject) -> None:
    lost = data.draw(st.sets(st.sampled_from(sorted(true)), max_size=60))
    decided = reconcile(2021, "requests", true | dict.fromkeys(lost)).decided
    assert decided.keys() <= lost
    assert all(cell == (true[key], "proved") for key, cell in decided.items())


@settings(max_examples=60, deadline=None)
@given(consistent(), st.data())
def test_any_single_wrong_figure_is_repaired_to_the_truth_or_flagged(
    true: Values, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(true)))
    wrong = data.draw(st.integers(0, 300).filter(lambda number: number != true[key]))
    number, state = reconcile(2021, "requests", true | {key: wrong}).decided[key]
    assert (number, state) in ((true[key], "repaired"), (None, "conflict"))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(forms.cells(2021, "requests")), st.integers(0, 5), max_size=100))
def test_any_figures_at_all_are_reconciled_without_an_error(printed: dict[forms.FormCell, int]) -> None:
    values: Values = {(c.row, c.column): printed.get(c) for c in forms.cells(2021, "requests")}
    assert reconcile(2021, "requests", values).numbers.keys() == values.keys()
