"""A row is laid onto the columns of the form."""

import pytest

from schemas import forms
from tests.printed import requests_text
from transforms.align import Aligned, choose, readings
from transforms.columns import lay_out
from transforms.instances import find_instances
from transforms.readers.text import read_text
from transforms.rows import rows


def test_a_whole_table_is_laid_out_as_its_rows_are_read_one_by_one() -> None:
    instance = find_instances(rows(read_text(requests_text())))["requests"][0]
    columns = {row: forms.columns(2021, "requests", row) for row in forms.rows(2021, "requests")}
    aligned, issues = lay_out("requests", 2021, [instance], columns)
    options = {
        row: readings(found.row.slots, len(columns[row]), None, found.row.exact)
        for row, found in instance.matches.items()
    }
    assert aligned.rows == choose(2021, "requests", columns, options).rows
    assert not issues
    assert not aligned.doubtful | aligned.rows_in_doubt | aligned.rows_by_sums


def test_a_row_is_laid_onto_all_its_columns_or_none() -> None:
    whole = forms.columns(2021, "proactive", "regulations")
    assert set(Aligned({"regulations": (None,) * len(whole)}).numbers(2021, "proactive")) == {None}
    with pytest.raises(ValueError, match="row regulations"):
        Aligned({"regulations": (None,)}).numbers(2021, "proactive")
