"""Which version of the schema a change of it asks for."""

from typing import Any

import pytest

from flows.release.structure import Difference, differences, version_suffices

BASE = {"name": "value_status", "type": "string", "constraints": {"enum": ["reported", "blank"]}}


def package(*fields: dict[str, Any], name: str = "cells", key: str = "report_id") -> dict[str, Any]:
    return {"resources": [{"name": name, "schema": {"fields": list(fields), "primaryKey": [key]}}]}


def field(**changed: Any) -> dict[str, Any]:
    return {**BASE, **changed}


@pytest.mark.parametrize(
    ("new", "said", "enough", "too_little"),
    [
        (
            package(BASE, {"name": "page", "type": "integer"}),
            "cells has the new field page",
            "1.3.0",
            "1.2.4",
        ),
        (package(), "cells has no field value_status any more", "2.0.0", "1.3.0"),
        (package(field(type="integer")), "cells.value_status has another type", "2.0.0", "1.3.0"),
        (
            package(field(constraints={"enum": ["reported", "blank", "lost"]})),
            "allowed values",
            "1.3.0",
            "1.2.4",
        ),
        (package(field(constraints={"enum": ["reported"]})), "allowed values", "2.0.0", "1.3.0"),
        (package(field(constraints={})), "allowed values", "2.0.0", "1.3.0"),
        (package(BASE, key="other"), "cells has another key", "2.0.0", "1.3.0"),
        (package(BASE, name="figures"), "table cells is gone", "2.0.0", "1.3.0"),
    ],
)
def test_what_a_change_asks_for(new: dict[str, Any], said: str, enough: str, too_little: str) -> None:
    found = differences(package(BASE), new)
    assert said in found[0].en
    assert version_suffices("1.2.3", enough, found)
    assert not version_suffices("1.2.3", too_little, found)
    assert not version_suffices("1.2.3", "1.2.3", found)


def test_other_words_are_told_and_ask_for_nothing() -> None:
    found = differences(package(BASE), package(field(description="in other words", title="另一说法")))
    assert [difference.en for difference in found] == ["cells.value_status is described in other words"]
    assert version_suffices("1.2.3", "1.2.3", found)


def test_nothing_differs() -> None:
    nothing: list[Difference] = []
    assert differences(package(BASE), package(BASE)) == nothing
