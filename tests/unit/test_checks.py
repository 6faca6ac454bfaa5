"""A row that breaks a rule of the declarations is rejected with the reason; its neighbours are not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from schemas.checks import check, check_columns

CELL = {
    "report_id": "632224-office-2022",
    "year": 2022,
    "table": "requests",
    "row": "new_received",
    "column": "total",
    "form": 2021,
    "value_raw": "5",
    "value": 5,
    "value_status": "reported",
    "value_reconciled": 5,
    "reconciliation": "as_reported",
    "document_id": "0" * 64,
    "reader": "text",
}


def reasons(table: str, *rows: dict[str, Any]) -> list[tuple[str, ...]]:
    kept, rejected = check(table, rows)
    assert kept.num_rows + len(rejected) == len(rows)
    return [row.reasons for row in rejected]


def test_a_good_row_is_kept_with_its_exact_number() -> None:
    kept, rejected = check(
        "cells", [CELL | {"value": Decimal("829.9459"), "value_reconciled": Decimal("829.9459")}]
    )
    assert rejected == []
    assert kept["value"].to_pylist() == [Decimal("829.94590000")]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"value": None}, "There is a value exactly where the status is reported"),
        ({"value_status": "blank"}, "There is a value exactly where the status is reported"),
        ({"value_raw": None}, "A reported, inapplicable or unreadable cell has printed characters"),
        (
            {"value": None, "value_status": "missing", "reconciliation": "proved"},
            "A missing cell has no printed characters",
        ),
        (
            {"value_reconciled": 6},
            "Where reconciliation is as_reported, the reconciled value is the printed one",
        ),
        ({"reconciliation": "proved"}, "A proved cell has no printed value and a reconciled one"),
        ({"reconciliation": "repaired"}, "A repaired cell has a reconciled value other than the printed one"),
        ({"reconciliation": "conflict"}, "A conflicting or undetermined cell has no reconciled value"),
        ({"column": "amount"}, "The official form has this cell"),
        ({"form": 2019, "row": "other_fee_not_paid"}, "The official form has this cell"),
        ({"value_status": "guessed"}, "value_status: 'guessed' breaks isin"),
        ({"document_id": "abc"}, "document_id: 'abc' breaks str_matches"),
        ({"report_id": None}, "report_id is null"),
        ({"value": "five"}, "value: "),
        ({"value": 10**17, "value_reconciled": 10**17}, "value: "),
    ],
)
def test_each_rule_rejects_what_breaks_it(wrong: dict[str, Any], reason: str) -> None:
    (found,) = reasons("cells", CELL | wrong, CELL | {"row": "carried_in"})
    assert any(why.startswith(reason) for why in found), found


def test_columns_that_have_dictionaries_are_checked_alike() -> None:
    rows = ["new_received", "carried_in", "carried_out", "carried_in"]
    given = {name: [value] * 4 for name, value in CELL.items()} | {"row": rows, "value": [5, 5, 10**17, 5]}
    for name in ("row", "value_status", "document_id"):
        given[name] = pa.array(given[name]).dictionary_encode()
    kept, rejected = check_columns("cells", given)
    assert kept["row"].to_pylist() == ["new_received", "carried_in"]
    wrong_type, second = rejected
    assert wrong_type.row["row"] == "carried_out"
    assert wrong_type.reasons[0].startswith("value: ")
    assert second.reasons == ("another row has the same report_id, table, row, column",)


def test_the_second_row_with_a_key_is_rejected() -> None:
    assert reasons("cells", CELL, CELL) == [("another row has the same report_id, table, row, column",)]


def test_sides_of_identities_must_agree_with_the_verdict() -> None:
    identity = {"report_id": "r", "identity": "flow", "table": "requests", "document_id": "0" * 64}
    assert reasons("identities", identity | {"left": 3, "right": 3, "holds": True}) == []
    assert reasons("identities", identity | {"left": 3, "right": 4, "holds": False}) == []
    assert reasons("identities", identity | {"left": 3, "right": 4, "holds": True}) != []
    assert reasons("identities", identity | {"left": 3, "right": 3, "holds": False}) != []


def test_a_period_does_not_end_before_it_starts() -> None:
    report = {
        "report_id": "r",
        "document_id": "0" * 64,
        "documents": 1,
        "scope": "unknown",
        **dict.fromkeys(
            ("cells_reported", "cells_blank", "cells_missing", "cells_conflicting", "identities_broken"), 0
        ),
    }
    start, end = date(2022, 1, 1), date(2022, 12, 31)
    assert reasons("reports", report | {"period_start": start, "period_end": end}) == []
    assert reasons("reports", report | {"period_start": end, "period_end": start}) != []
