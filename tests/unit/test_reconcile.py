"""What the identities of a table say about its figures."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import forms
from transforms.reconcile import CellKey, Numbers, cells_of, holds, reconcile, spans
from transforms.records import Number

Values = dict[CellKey, Number | None]

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


def listed(values: Values, table: str = "requests") -> Numbers:
    return [values[key] for key in cells_of(2021, table)]


def states(values: Values, table: str = "requests") -> dict[CellKey, tuple[Number | None, str]]:
    decided = reconcile(2021, table, listed(values, table)).decided
    return {cells_of(2021, table)[place]: state for place, state in decided.items()}


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
    conflict = {("reconsideration", result): (None, "conflict") for result in results}
    assert states(values, "disputes") == conflict


def test_parts_above_their_total_contradict_it_even_beside_blanks() -> None:
    values: Values = {(c.row, c.column): 0 for c in forms.cells(2021, "disputes")}
    values |= {("reconsideration", "upheld"): 3, ("reconsideration", "pending"): None}
    values["reconsideration", "total"] = 2
    assert states(values, "disputes")["reconsideration", "pending"] == (None, "conflict")


def test_a_negative_count_conflicts_with_the_form_itself() -> None:
    values = requests(granted=4)
    values["carried_in", "business"] = -1
    assert states(values)["carried_in", "business"] == (None, "conflict")


def test_a_fraction_conflicts_with_the_form_and_proves_nothing_beside_it() -> None:
    values: Values = {(c.row, c.column): 0 for c in forms.cells(2021, "disputes")}
    values |= {("reconsideration", "upheld"): Decimal("2.5"), ("reconsideration", "pending"): None}
    values |= {("litigation_direct", "upheld"): Decimal("3.0"), ("litigation_direct", "pending"): None}
    values |= {("reconsideration", "total"): 3, ("litigation_direct", "total"): 5}
    assert states(values, "disputes") == {
        ("reconsideration", "upheld"): (None, "conflict"),
        ("litigation_direct", "pending"): (2, "proved"),
    }


def test_fractions_are_summed_where_nothing_is_blank() -> None:
    values: Values = {(c.row, c.column): 0 for c in forms.cells(2021, "disputes")}
    values |= {("reconsideration", "upheld"): Decimal("2.5"), ("reconsideration", "total"): 3}
    assert not holds(2021, "disputes", listed(values, "disputes"))
    values["reconsideration", "corrected"] = Decimal("0.5")
    assert holds(2021, "disputes", listed(values, "disputes"))
    assert states(values, "disputes") == {
        ("reconsideration", "upheld"): (None, "conflict"),
        ("reconsideration", "corrected"): (None, "conflict"),
    }


def test_fractions_contradict_their_total_beside_blanks() -> None:
    values: Values = {(c.row, c.column): 0 for c in forms.cells(2021, "disputes")}
    values |= {("reconsideration", "upheld"): Decimal("2.5"), ("reconsideration", "pending"): None}
    values["reconsideration", "total"] = 3
    assert holds(2021, "disputes", listed(values, "disputes"))
    values["reconsideration", "corrected"] = Decimal("0.6")
    assert not holds(2021, "disputes", listed(values, "disputes"))


def test_the_cells_of_a_row_stand_side_by_side_in_the_form() -> None:
    for form in forms.FORMS:
        for table in forms.TABLES:
            cells = cells_of(form, table)
            for row, (first, count) in spans(form, table).items():
                printed = forms.columns(form, table, row)
                assert cells[first : first + count] == tuple((row, column) for column in printed)


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
    decided = states(true | dict.fromkeys(lost))
    assert decided.keys() <= lost
    assert all(cell == (true[key], "proved") for key, cell in decided.items())


@settings(max_examples=60, deadline=None)
@given(consistent(), st.data())
def test_any_single_wrong_figure_is_repaired_to_the_truth_or_flagged(
    true: Values, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(true)))
    wrong = data.draw(st.integers(0, 300).filter(lambda number: number != true[key]))
    number, state = states(true | {key: wrong})[key]
    assert (number, state) in ((true[key], "repaired"), (None, "conflict"))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(forms.cells(2021, "requests")), st.integers(0, 5), max_size=100))
def test_any_figures_at_all_are_reconciled_without_an_error(printed: dict[forms.FormCell, int]) -> None:
    values: Values = {(c.row, c.column): printed.get(c) for c in forms.cells(2021, "requests")}
    assert len(reconcile(2021, "requests", listed(values)).numbers) == len(values)
