"""The three tables of a report: matched rows to cells of the form, with everything that is doubtful.

For each block (a table; in *proactive* each article) the form is decided, the printed values are laid onto
its columns, and what the identities say is applied.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from rapidfuzz.distance import Indel

from schemas import forms
from transforms.align import EXACT, Aligned, Reading, choose, grid_columns, readings
from transforms.disputes import FIGURES, DisputesBlock, find_disputes
from transforms.document import Cell, Issue
from transforms.labels import form_evidence
from transforms.match import Instance, Match, match, requests_form
from transforms.normalise import plain, squash
from transforms.reconcile import CONFLICT, REPAIRED, UNDETERMINED, CellKey, reconcile
from transforms.records import CellRecord, IdentityRecord
from transforms.rows import Row, Slot
from transforms.values import BLANK, MISSING, REPORTED, UNREADABLE, in_unit

SHARE = 0.6  # of the rows of the best instance of a table that another needs to be one too


@dataclass(slots=True)
class Tables:
    """All cells of the forms in use, the identities, and what a person should look at."""

    found: set[str] = field(default_factory=set)  # the tables that the document has
    forms: dict[str, int | list[int]] = field(default_factory=dict)
    cells: list[CellRecord] = field(default_factory=list)
    identities: list[IdentityRecord] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def read_tables(rows: list[Row], year: int | None) -> Tables:
    """Read the three tables out of a document's rows; `year` decides the form only where nothing else does."""
    tables = Tables()
    found = match(rows)
    by_year = 2019 if year is not None and year < 2021 else 2021
    proactive = found["proactive"]
    requests = found["requests"]
    article_forms = _article_forms(proactive[0] if proactive else None, requests, by_year)
    form_of_requests = (requests_form(requests[0]) if requests else None) or by_year
    _proactive(tables, proactive, article_forms)
    _requests(tables, requests, form_of_requests)
    in_use = set(article_forms.values())
    form_of_disputes = form_of_requests if in_use == {form_of_requests} else by_year
    taken = {m.at for instances in found.values() for i in instances for m in i.matches.values()}
    disputes = find_disputes(rows, taken)
    _disputes(tables, disputes, form_of_disputes)
    tables.found = {table for table, instances in found.items() if instances}
    if disputes:
        tables.found.add("disputes")
    for table in forms.TABLES:
        if table not in tables.found:
            tables.issues.append(Issue("table_missing", "the document does not have this table", table))
    used = sorted(in_use)
    tables.forms = {
        "proactive": used[0] if len(used) == 1 else used,
        "requests": form_of_requests,
        "disputes": form_of_disputes,
    }
    return tables


# --- the proactive table ---------------------------------------------------------------------------------


def _article_forms(instance: Instance | None, requests: list[Instance], by_year: int) -> dict[int, int]:
    """The form of each article of the proactive table, for the articles in use."""
    articles = {entry["article"]: entry["rows"] for entry in forms.labels()["articles"]}
    headed: dict[int, int] = {}  # by the words of its header
    counted: dict[int, int] = {}  # by its number of values alone
    present: set[int] = set()
    for article, codes in articles.items():
        matches = [instance.matches[code] for code in codes if instance and code in instance.matches]
        if not matches:
            continue
        present.add(article)
        for decided, (old, new) in (
            (headed, _header_scores(article, matches)),
            (counted, _count_scores(matches)),
        ):
            if old != new:
                decided[article] = 2019 if old > new else 2021
    votes = list((headed or counted).values())
    usual = max(forms.FORMS, key=votes.count) if votes and votes.count(2019) != votes.count(2021) else None
    if usual is None:
        usual = (requests_form(requests[0]) if requests and not votes else None) or by_year
    result = {}
    for article, codes in articles.items():
        form = headed.get(article, usual)
        if not any(row in forms.rows(form, "proactive") for row in codes):
            if article not in present:
                continue  # an article that only the other form has
            form = 2019
        result[article] = form
    return result


def _header_scores(article: int, matches: list[Match]) -> tuple[float, float]:
    """How much the header texts over an article's rows speak for the 2019 and for the 2021 form."""
    old = new = 0.0
    for found in matches:
        for cell in found.row.before:
            for_old, for_new = form_evidence(article, squash(cell.text))
            old, new = old + max(0.0, for_old - for_new), new + max(0.0, for_new - for_old)
    return old, new


def _count_scores(matches: list[Match]) -> tuple[int, int]:
    """How many rows have as many values as only the 2019, or only the 2021 form has."""
    old = new = 0
    for found in matches:
        fits = [len(found.row.filled) == len(forms.columns(form, *found.key)) for form in forms.FORMS]
        old, new = old + (fits[0] > fits[1]), new + (fits[1] > fits[0])
    return old, new


def _proactive(tables: Tables, instances: list[Instance], article_forms: dict[int, int]) -> None:
    articles = forms.article_of()
    for form in sorted(set(article_forms.values()), reverse=True):
        codes = [row for row in forms.rows(form, "proactive") if article_forms.get(articles[row]) == form]
        columns = {row: forms.columns(form, "proactive", row) for row in codes}
        aligned = _align(tables, "proactive", form, instances, columns)
        _emit(tables, "proactive", form, columns, aligned, instances[0] if instances else None)


# --- the requests table ----------------------------------------------------------------------------------


def _requests(tables: Tables, instances: list[Instance], form: int) -> None:
    columns = {row: forms.columns(form, "requests", row) for row in forms.rows(form, "requests")}
    aligned = _align(tables, "requests", form, instances, columns)
    _emit(tables, "requests", form, columns, aligned, instances[0] if instances else None)
    if not instances:
        return
    for row in instances[0].unmatched:
        tables.issues.append(_unmatched("requests", row))
    for code, found in instances[0].matches.items():
        if code not in columns and found.row.filled:
            tables.issues.append(_unmatched("requests", found.row))


def _unmatched(table: str, row: Row) -> Issue:
    label = " ".join(cell.text for cell in row.before[-2:])
    raw = " ".join(slot.cell.text for slot in row.filled)
    return Issue(
        "unmatched_row",
        f"a row inside the table matches no row of the form: {label!r}; its figures are not in the data",
        table,
        raw=f"{label} {raw}".strip(),
        place=row.slots[0].cell.place,
    )


# --- laying values onto columns --------------------------------------------------------------------------


def _align(
    tables: Tables, table: str, form: int, instances: list[Instance], columns: dict[str, tuple[str, ...]]
) -> Aligned:
    """The slots of all cells, from the best instance; where another differs the cells are doubtful."""
    if not instances:
        return Aligned({})
    every = [(row, column) for row, names in columns.items() for column in names]
    first = instances[0]
    aligned = _align_instance(table, form, first, columns, every)
    for row in sorted(aligned.rows_in_doubt):
        raw = " ".join(slot.cell.text for slot in first.matches[row].row.filled)
        tables.issues.append(
            Issue(
                "alignment_doubtful",
                f"the row has {len(first.matches[row].row.filled)} values for {len(columns[row])} columns, and "
                "more than one way to lay them onto the columns fits equally well",
                table,
                row,
                raw=raw,
                place=first.matches[row].row.slots[0].cell.place,
            )
        )
    for other in instances[1:]:
        if len(other.matches) < SHARE * len(first.matches) or len(other.matches) < 3:
            continue
        second = _align_instance(table, form, other, columns, every)
        differing = {
            key for key in aligned.slots.keys() & second.slots.keys()
            if _number(aligned.slots[key]) != _number(second.slots[key])
        }  # fmt: skip
        if differing:
            aligned.doubtful |= differing
            place = next(iter(other.matches.values())).row.slots[0].cell.place
            tables.issues.append(
                Issue(
                    "second_table",
                    f"the document has this table twice, and {len(differing)} cells differ: neither is taken",
                    table,
                    place=place,
                )
            )
    return aligned


def _number(slot: Slot | None) -> object:
    return slot.value.number if slot else None


def _align_instance(
    table: str,
    form: int,
    instance: Instance,
    columns: dict[str, tuple[str, ...]],
    every: list[CellKey],
) -> Aligned:
    printed = _printed_columns(instance) if table == "requests" else None
    grids: dict[tuple[int, int | None, int], tuple[int, ...] | None] = {}
    options: dict[str, list[Reading]] = {}
    for code, names in columns.items():
        found = instance.matches.get(code)
        if found is None:
            continue
        row = found.row
        grid = None
        if len(row.filled) != len(names) and row.width > 1:
            kind = (len(names), row.table, row.width)
            if kind not in grids:
                grids[kind] = grid_columns(
                    (
                        other.row.slots
                        for other in instance.matches.values()
                        if (other.row.table, other.row.width) == kind[1:]
                    ),
                    len(names),
                )
            grid = grids[kind] or _header_columns(table, form, code, row)
        trust_end = table != "proactive"
        if printed is not None and len(row.filled) < len(names):
            options[code] = _with_gaps(row, names, printed)
        else:
            options[code] = readings(row.slots, len(names), grid, row.exact, trust_end)
    return choose(form, table, columns, options, every)


def _printed_columns(instance: Instance) -> tuple[str, ...] | None:
    """The columns that a requests table has, where nearly all of its rows are short by the same number.

    None where the table has all its columns. Empty where columns are lost and the header does not say which.
    """
    counts = Counter(len(found.row.filled) for found in instance.matches.values() if found.row.filled)
    signs = forms.labels()["column_signs"]
    usual, number = counts.most_common(1)[0] if counts else (len(signs), 0)
    if usual >= len(signs) or usual < 2 or number < 0.6 * counts.total():
        return None
    first = min(instance.matches.values(), key=lambda found: found.at)
    header = "".join(squash(cell.text) for cell in first.row.before).replace("法人或其他组织", "")
    found = tuple(column for column, sign in signs.items() if sign in header)
    if len(found) == len(signs):
        return None  # no column is left out: cells are
    return found if len(found) == usual else ()


def _with_gaps(row: Row, names: tuple[str, ...], printed: tuple[str, ...]) -> list[Reading]:
    """The one reading of a row in a table that lacks columns; none where the row does not fit them."""
    if len(row.filled) != len(printed):
        return []
    at = dict(zip(printed, row.filled, strict=True))
    return [Reading(tuple(at.get(name) for name in names), EXACT)]


def _header_columns(table: str, form: int, code: str, row: Row) -> tuple[int, ...] | None:
    """The grid columns under which the header prints the row's columns, if the header has them all."""
    found = []
    for cell in (cell for cell in forms.cells(form, table) if cell.row == code):
        label = squash(cell.column_label)
        best = max(
            row.before, key=lambda text: Indel.normalized_similarity(squash(text.text), label), default=None
        )
        if best is None or Indel.normalized_similarity(squash(best.text), label) < 0.8:
            return None
        found.append(best.column)
    return tuple(found) if found == sorted(set(found)) else None


# --- the disputes table ----------------------------------------------------------------------------------


def _disputes(tables: Tables, blocks: list[DisputesBlock], form: int) -> None:
    columns = {row: forms.columns(form, "disputes", row) for row in forms.rows(form, "disputes")}
    aligned = Aligned({})
    full = sorted(blocks, key=lambda block: -_filled(block))
    if full:
        aligned = _align_disputes(form, full[0], columns)
        if aligned.rows_in_doubt:
            tables.issues.append(
                Issue(
                    "alignment_doubtful",
                    f"the table has {_filled(full[0])} values for {FIGURES} cells, and more than one way to lay "
                    "them onto the cells fits equally well",
                    "disputes",
                    raw=" ".join(slot.cell.text for slot in _slots(full[0]) if slot.filled),
                    place=_slots(full[0])[0].cell.place,
                )
            )
    for other in full[1:]:
        if _filled(other) < FIGURES - 1:
            continue
        second = _align_disputes(form, other, columns)
        differing = {
            key for key in aligned.slots if _number(aligned.slots[key]) != _number(second.slots.get(key))
        }
        if differing:
            aligned.doubtful |= differing
            tables.issues.append(
                Issue(
                    "second_table",
                    f"the document has this table twice, and {len(differing)} cells differ: neither is taken",
                    "disputes",
                    place=_slots(other)[0].cell.place,
                )
            )
    _emit(tables, "disputes", form, columns, aligned, None)


def _slots(block: DisputesBlock) -> list[Slot]:
    return block.run or [slot for slots in block.by_kind.values() for slot in slots]


def _filled(block: DisputesBlock) -> int:
    return sum(slot.filled for slot in _slots(block))


def _align_disputes(form: int, block: DisputesBlock, columns: dict[str, tuple[str, ...]]) -> Aligned:
    every = [(row, column) for row, names in columns.items() for column in names]
    if block.by_kind:
        options = {
            kind: readings(slots, len(columns[kind]), None, block.exact)
            for kind, slots in block.by_kind.items()
        }
        return choose(form, "disputes", columns, options, every)
    # One run of fifteen is aligned as a single row, then cut into the three kinds.
    found = []
    for reading in readings(block.run, FIGURES, None, block.exact):
        parts, at = {}, 0
        for row, names in columns.items():
            parts[row] = Reading(reading.slots[at : at + len(names)], reading.rank)
            at += len(names)
        found.append(parts)
    return _choose_whole(form, columns, found, every)


def _choose_whole(
    form: int,
    columns: dict[str, tuple[str, ...]],
    found: list[dict[str, Reading]],
    every: list[CellKey],
) -> Aligned:
    outcomes = []
    for parts in found:
        aligned = choose(form, "disputes", columns, {row: [part] for row, part in parts.items()}, every)
        values = {key: _value(aligned.slots.get(key)) for key in every}
        done = reconcile(form, "disputes", values)
        rank = next(iter(parts.values())).rank
        outcomes.append(
            (done.broken, rank, aligned, {key: cell[0] for key, cell in done.cells.items()}, values)
        )
    if not outcomes:
        return Aligned({}, set(every), set(columns))
    fewest = min(broken for broken, *_ in outcomes)
    rank = min(rank for broken, rank, *_ in outcomes if broken == fewest)
    equal = [outcome for outcome in outcomes if outcome[0] == fewest and (rank == 2 or outcome[1] == rank)]
    aligned = equal[0][2]
    for key in every:
        seen = {outcome[3][key] for outcome in equal}
        if len(equal) > 1 and (len(seen) > 1 or (seen == {None} and len({o[4][key] for o in equal}) > 1)):
            aligned.doubtful.add(key)
            aligned.rows_in_doubt.add(key[0])
    return aligned


def _value(slot: Slot | None) -> int | Decimal | None:
    return slot.value.number if slot else None


# --- records ---------------------------------------------------------------------------------------------


def _emit(
    tables: Tables,
    table: str,
    form: int,
    columns: dict[str, tuple[str, ...]],
    aligned: Aligned,
    instance: Instance | None,
) -> None:
    """Turn the slots of one block into cell records and reconcile them."""
    doubtful = set(aligned.doubtful)
    slots: dict[CellKey, Slot | None] = {}
    for row, names in columns.items():
        found = instance.matches.get(row) if instance else None
        if found is not None and (not found.certain or found.extra):
            doubtful |= {(row, name) for name in names}
            tables.issues.append(_doubtful_label(table, row, found))
        for name in names:
            slots[row, name] = _with_unit(tables, table, row, name, aligned.slots.get((row, name)), found)
    values = {key: slot.value.number if slot and key not in doubtful else None for key, slot in slots.items()}
    done = reconcile(form, table, values)
    tables.identities.extend(done.identities)
    for (row, name), slot in slots.items():
        reconciled, state = done.cells[row, name]
        found = instance.matches.get(row) if instance else None
        if (row, name) in doubtful:
            raw = " ".join(s.cell.text for s in found.row.filled) if found else slot.cell.text if slot else ""
            place = slot.cell.place if slot else found.row.slots[0].cell.place if found else None
            status = UNREADABLE if raw else MISSING
            if state not in (CONFLICT, "proved"):
                reconciled, state = None, UNDETERMINED
            tables.cells.append(
                CellRecord(table, row, name, form, raw or None, None, status, reconciled, state, place)
            )
            continue
        if slot is None:
            blanks = bool(found and any(not s.filled for s in found.row.slots))
            status = BLANK if blanks else MISSING
            tables.cells.append(
                CellRecord(table, row, name, form, None, None, status, reconciled, state, None)
            )
            continue
        value = slot.value
        if value.status == UNREADABLE:
            tables.issues.append(
                Issue(
                    "value_unreadable",
                    f"something is printed where a figure belongs, but it is no number: {slot.cell.text!r}",
                    table,
                    row,
                    name,
                    slot.cell.text,
                    slot.cell.place,
                )
            )
        if state == REPAIRED:
            tables.issues.append(
                Issue(
                    "cell_repaired",
                    f"{value.number} is printed; every broken identity of the table holds with {reconciled}",
                    table,
                    row,
                    name,
                    slot.cell.text,
                    slot.cell.place,
                )
            )
        tables.cells.append(
            CellRecord(
                table,
                row,
                name,
                form,
                slot.cell.text or None,
                value.number if value.status == REPORTED else None,
                value.status,
                reconciled,
                state,
                slot.cell.place,
                value.remark,
            )
        )
    if done.broken:
        broken = [record for record in done.identities if record.holds is False]
        which = ", ".join(f"{record.kind} of {record.row or record.column}" for record in broken)
        tables.issues.append(
            Issue("identity_broken", f"the published figures contradict each other: {which}", table)
        )


def _doubtful_label(table: str, row: str, found: Match) -> Issue:
    label = " ".join(cell.text for cell in found.row.before[-2:])
    if found.extra:
        code, why = "row_broken_down", "the row is broken down further than the form does"
    else:
        code, why = "label_doubtful", "the label does not say clearly which row of the form this is"
    raw = f"{label} {' '.join(slot.cell.text for slot in found.row.filled)}"
    place = found.row.slots[0].cell.place if found.row.slots else None
    return Issue(code, f"{why}: {label!r}", table, row, raw=raw, place=place)


def _with_unit(
    tables: Tables, table: str, row: str, column: str, slot: Slot | None, found: Match | None
) -> Slot | None:
    """Money in the form's unit: 万元 for the 2021 form's fees; as printed, with its unit, for procurement."""
    if slot is None or slot.value.number is None or column != "amount" or table != "proactive":
        return slot
    value = slot.value
    header = _header_unit(found.row.before if found else ())
    unit = value.unit or header
    if row == "procurement":
        return slot._replace(
            value=value._replace(remark=" ".join(filter(None, (unit, value.remark))) or None)
        )
    if unit in (None, "万元"):
        return slot
    converted = in_unit(value._replace(unit=unit), "万元")
    tables.issues.append(
        Issue(
            "unit_converted",
            f"{slot.cell.text} is printed in {unit}; the form asks for 万元: {converted.number}",
            table,
            row,
            column,
            slot.cell.text,
            slot.cell.place,
        )
    )
    return slot._replace(value=converted)


def _header_unit(texts: Iterable[Cell]) -> str | None:
    """The unit of money that a header names (`单位：元`, `总金额（万元）`)."""
    for cell in texts:
        text = plain(cell.text)
        if "金额" in text or "单位" in text:
            for unit in ("亿元", "万元", "元"):
                if unit in text:
                    return unit
    return None
