"""The disputes table in its shapes, whole and damaged."""

from tests.printed import (
    DISPUTES,
    FIGURES,
    PROACTIVE,
    RESULTS,
    codes,
    disputes,
    read,
    requests_text,
    run_of_fifteen,
)

KINDS = ("行政复议", "未经复议直接起诉", "复议后起诉")
PARTS = [FIGURES[at : at + 5] for at in (0, 5, 10)]


def by_kind(results: tuple[str, ...], figures: list[list[object]], between: str = "\n") -> str:
    rows = ["\t".join((kind, *map(str, row))) for kind, row in zip(KINDS, figures, strict=True)]
    return "\t".join(("类别", *results)) + "\n" + between.join(rows) + "\n"


def by_result(kinds: tuple[str, ...], figures: list[tuple[int, ...]]) -> str:
    rows = zip(RESULTS, *figures, strict=True)
    return "\t".join(("结果", *kinds)) + "\n" + "\n".join("\t".join(map(str, row)) for row in rows)


def test_disputes_in_every_shape() -> None:
    expected = [str(figure) for figure in FIGURES]
    header = "行政复议\t\t\t\t\t行政诉讼\n" + "\t".join(RESULTS) + "\t未经复议直接起诉\t\t\t\t\t复议后起诉\n"
    row = header + "\t\t\t\t\t" + "\t".join(RESULTS * 2) + "\n" + "\t".join(expected)
    assert disputes(row) == expected
    kinds = ("行政复议", "未经复议直接起诉", "复议后起诉")
    by_kind = "\t" + "\t".join(RESULTS) + "\n"
    by_kind += "\n".join("\t".join((kind, *expected[5 * i : 5 * i + 5])) for i, kind in enumerate(kinds))
    assert disputes(by_kind) == expected
    transposed = "结果\t" + "\t".join(kinds) + "\n"
    transposed += "\n".join("\t".join((r, *expected[i::5])) for i, r in enumerate(RESULTS))
    assert disputes(transposed) == expected
    vertical = "\n".join(
        f"{kind if not i else ''}\t{result}\t{expected[5 * k + i]}"
        for k, kind in enumerate(kinds)
        for i, result in enumerate(RESULTS)
    )
    assert disputes(vertical) == expected
    lines = "\n".join([*kinds[:1], *RESULTS, *kinds[1:], *RESULTS, *RESULTS, *expected])
    assert disputes(lines) == expected


def test_a_figure_lost_from_the_row_of_fifteen_is_placed_by_its_sums_alone() -> None:
    header = "\t".join(RESULTS * 3) + "\n"
    short = [str(figure) for figure in FIGURES]
    del short[4]
    found = read(PROACTIVE + DISPUTES + header + "\t".join(short))
    by_name = {f"{c.row}.{c.column}": c for c in found.cells if c.table == "disputes"}
    total = by_name["reconsideration.total"]
    assert total.value is None or total.reconciliation in ("conflict", "undetermined")
    assert by_name["litigation_after_reconsideration.total"].value in (3, None)


def test_disputes_in_another_order_are_read_by_their_header() -> None:
    header = "行政诉讼\t\t\t\t\t\t\t\t\t\t行政复议\n未经复议直接起诉\t\t\t\t\t复议后起诉\n"
    row = header + "\t".join(RESULTS * 3) + "\n" + "\t".join(str(figure) for figure in FIGURES)
    assert disputes(row) == [str(figure) for figure in FIGURES[10:] + FIGURES[:10]]
    sums_first = [*RESULTS[4:], *RESULTS[:4]]
    figures = [[*FIGURES[at : at + 5]][4:] + [*FIGURES[at : at + 5]][:4] for at in (0, 5, 10)]
    lines = [["类型", *sums_first]]
    names = ("行政复议", "未经复议直接起诉", "复议后起诉")
    lines += [[name, *map(str, part)] for name, part in zip(names, figures, strict=True)]
    lines[1:] = lines[:0:-1]
    assert disputes("\n".join(map("\t".join, lines))) == [str(figure) for figure in FIGURES]


def test_disputes_in_another_order_whose_lines_do_not_say_it_are_left_open() -> None:
    header = "行政诉讼\n行政复议\n未经复议直接起诉\n复议后起诉\n"
    row = header + "\t".join(RESULTS * 3) + "\n" + "\t".join(str(figure) for figure in FIGURES)
    assert set(disputes(row)) == {"None"}
    assert "column_order" in codes(PROACTIVE + DISPUTES + row)


def test_disputes_in_another_order_under_near_words_are_read_by_their_header() -> None:
    expected = [str(figure) for figure in FIGURES]
    for pending, other in (("尚未办结", "其他结果"), ("尚未审结", "其它结果")):
        swapped = [[a, b, d, c, e] for a, b, c, d, e in PARTS]
        assert disputes(by_kind(("结果维持", "结果纠正", pending, other, "合计"), swapped)) == expected
    order = [PARTS[1], PARTS[0], PARTS[2]]
    assert disputes(by_result(("直接起诉", "行政复议", "复议后起诉"), order)) == expected


def test_a_header_of_disputes_broken_over_lines_in_the_order_of_the_form_is_in_order() -> None:
    header = "| 结果 | 行政复议 | 未经复议直接起诉\n| 复议后起诉\n"
    rows = [
        " | ".join(("", name, *map(str, row)))
        for name, row in zip(RESULTS, zip(*PARTS, strict=True), strict=True)
    ]
    assert disputes(header + "\n".join(rows) + "\n") == [str(figure) for figure in FIGURES]


def test_disputes_in_another_order_under_unknown_words_are_left_open() -> None:
    first = [[row[4], *row[:4]] for row in PARTS]
    text = by_kind(("件数", *RESULTS[:4]), first)
    assert set(disputes(text)) == {"None"}
    assert "column_order" in codes(PROACTIVE + DISPUTES + text)


def test_headings_between_the_results_do_not_change_the_order_that_the_header_names() -> None:
    lines = [" ".join(("结果", *KINDS))]
    for heading, *row in zip((*KINDS[1:], "", KINDS[0], ""), RESULTS, *PARTS, strict=True):
        lines += [f"##### {heading}" if heading else "", "| " + " | ".join(map(str, row)) + " |\n|---|"]
    assert disputes("\n\n".join(lines)) == [str(figure) for figure in FIGURES]


def test_blanks_that_pad_the_header_and_the_figures_of_the_disputes_alike_are_no_cells() -> None:
    names = [*RESULTS, KINDS[1], *[""] * 4, KINDS[2], *[""] * 4]
    header = [["行政复议", *[""] * 4, "行政诉讼", *[""] * 9], names, [*[""] * 5, *RESULTS * 2]]
    figures = [*[""] * 5, "32", "2", "7", "17", "58", *[""] * 5]
    padded = "\n".join("| " + " | ".join([*line, "", ""]) + " |" for line in (*header, figures))
    read_figures = [
        cell.value for cell in read(PROACTIVE + DISPUTES + padded).cells if cell.table == "disputes"
    ]
    assert read_figures == [*[None] * 5, 32, 2, 7, 17, 58, *[None] * 5]
    short = padded.removesuffix("|  |") + "|"
    assert set(disputes(short)) == {"None"}
    assert "alignment_doubtful" in codes(PROACTIVE + DISPUTES + short)


def test_a_row_of_disputes_broken_between_its_cells_keeps_its_blanks() -> None:
    header = "".join(f"| {name} " for name in (*RESULTS, *KINDS[1:], *RESULTS * 2)) + "\n"
    broken = "| 1\n|  |  |  | 1 |  |  |  | 2\n| 2\n|  |  | 0 |  |  "
    cells = [
        cell.value for cell in read(PROACTIVE + DISPUTES + header + broken).cells if cell.table == "disputes"
    ]
    assert cells == [1, None, None, None, 1, None, None, None, 2, 2, None, None, 0, None, None]
    page_number = header + "3\n" + broken.removeprefix("| 1\n")
    assert set(disputes(page_number)) == {"None"}


def test_one_figure_to_a_line_is_of_the_kind_that_stands_over_it() -> None:
    for order in ((0, 1, 2), (1, 2, 0), (0, 2, 1)):
        lines = []
        for kind in order:
            figures = zip(RESULTS, PARTS[kind], strict=True)
            lines += [KINDS[kind], *(f"{result}\t{figure}" for result, figure in figures)]
        assert disputes("\n".join(lines)) == [str(figure) for figure in FIGURES]


def test_other_columns_beside_blank_zeros_take_no_place_among_the_disputes() -> None:
    beside = by_kind(("受理", *RESULTS), [[9, *(figure or "" for figure in row)] for row in PARTS])
    grid = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>"
        for line in beside.splitlines()
    )
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in (PROACTIVE + DISPUTES).splitlines())
    for text in (PROACTIVE + DISPUTES + beside, page + f"<table>{grid}</table></body></html>"):
        cells = [cell for cell in read(text).cells if cell.table == "disputes"]
        assert [cell.value for cell in cells] == [figure or None for figure in FIGURES]
    trimmed = "\n".join(line.rstrip() for line in beside.replace("4\n", "\n", 1).splitlines())
    assert set(disputes(trimmed)) == {"None"}


def test_a_column_beside_the_whole_header_takes_no_place_of_a_blank_among_the_disputes() -> None:
    def row(*cells: object, tall: tuple[object, ...] = ()) -> str:
        high = "".join(f"<td rowspan=3>{cell}</td>" for cell in tall)
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + high + "</tr>"

    over = row(*KINDS[:1], *[""] * 4, *KINDS[1:2], *[""] * 4, *KINDS[2:], *[""] * 4, tall=("上年", "同比"))
    figures = row(0, 0, 0, 0, 0, 3, 0, 0, "", "", 0, 0, 0, 0, 0, 46, "45%")
    table = f"<table>{over}{row(*[''] * 15)}{row(*RESULTS * 3)}{figures}</table>"
    text = "".join(f"<p>{line}</p>" for line in (PROACTIVE + DISPUTES).splitlines())
    cells = [
        cell for cell in read(f"<html><body>{text}{table}</body></html>").cells if cell.table == "disputes"
    ]
    assert [cell.value for cell in cells] == [*[0] * 5, 3, 0, 0, None, None, *[0] * 5]


def test_a_heading_before_the_header_of_the_disputes_takes_no_figure() -> None:
    def row(*cells: object, tall: str = "") -> str:
        return f"<tr>{tall}" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    one_row_too_few = "<td rowspan=3>类别</td>"
    over = row("行政复议", *[""] * 4, "行政诉讼", *[""] * 9, tall=one_row_too_few)
    table = f"<table>{over}{row(*[''] * 15)}{row(*RESULTS * 3)}{row(*FIGURES)}</table>"
    text = "".join(f"<p>{line}</p>" for line in (PROACTIVE + DISPUTES).splitlines())
    assert disputes(f"<html><body>{text}{table}</body></html>") == [str(figure) for figure in FIGURES]


def test_page_numbers_between_the_kinds_of_dispute_part_no_table() -> None:
    assert disputes(by_kind(RESULTS, [[*row] for row in PARTS], "\n5\n")) == [str(f) for f in FIGURES]


def test_a_page_number_between_the_results_parts_no_table() -> None:
    lines = [f"{kind}\n{name} {n}" for kind, row in zip(KINDS, PARTS, strict=True)
             for name, n in zip(RESULTS, row, strict=True)]  # fmt: skip
    printed = "\n".join(line if line.split()[1] == RESULTS[0] else line.split("\n")[1] for line in lines)
    paged = printed.replace("起诉\n结果维持 0\n", "起诉\n结果维持 0\n8\n", 1)
    assert paged != printed
    spaced = (PROACTIVE + requests_text()).replace("\t", " ")
    for text in (printed, paged):
        cells = [cell for cell in read(spaced + DISPUTES + text).cells if cell.table == "disputes"]
        assert [cell.value for cell in cells] == [*FIGURES]


def test_a_kind_of_dispute_on_the_line_above_its_figures_or_without_any_keeps_its_row() -> None:
    rows = [" | ".join(map(str, row)) for row in PARTS]
    header = "| 类别 | " + " | ".join(RESULTS) + "\n"
    above = f"| {KINDS[0]}\n| {rows[0]}\n| {KINDS[1]} | {rows[1]}\n| {KINDS[2]}\n| {rows[2]}\n"
    assert disputes(header + above) == [str(figure) for figure in FIGURES]
    blank = (
        header + f"| {KINDS[0]} |  |  |  |  |  |\n| {KINDS[1]} |  |  |  |  |  |\n| {KINDS[2]} | {rows[2]}\n"
    )
    assert disputes(blank) == ["None"] * 10 + [str(figure) for figure in PARTS[2]]


def test_disputes_printed_as_a_table_for_each_kind_are_one_table() -> None:
    def part(title: str, kinds: tuple[int, ...]) -> str:
        heads = "\t".join(KINDS[at] for at in kinds) + "\n" if len(kinds) > 1 else ""
        figures = [figure for at in kinds for figure in PARTS[at]]
        return (
            f"{title}\n{heads}" + "\t".join(RESULTS * len(kinds)) + "\n" + "\t".join(map(str, figures)) + "\n"
        )

    expected = [str(figure) for figure in FIGURES]
    assert disputes(part("（一）行政复议情况", (0,)) + part("（二）行政诉讼情况", (1, 2))) == expected
    for order in ((0, 1, 2), (2, 0, 1)):
        assert disputes("".join(part(KINDS[at], (at,)) for at in order)) == expected
    unnamed = part("之一", (0,)) + part("之二", (1, 2))
    assert all(figure == "None" for figure in disputes(unnamed))


def test_a_row_that_numbers_the_columns_has_no_figures() -> None:
    header, figures, _ = run_of_fifteen().split("\n")
    for numbers in ("\t".join(map(str, range(1, 16))), "\t".join("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮")):
        for lines in ((header, numbers, figures), (header, f"栏次\t{numbers}", f"数量\t{figures}")):
            assert disputes("\n".join(lines)) == [str(figure) for figure in FIGURES]


def test_lawsuits_that_are_not_parted_into_their_kinds_are_left_open_and_told() -> None:
    text = by_kind(RESULTS, [[*PARTS[0]], [2, 0, 0, 1, 3], [0] * 5]).replace(KINDS[1], "行政诉讼")
    text = "\n".join(text.splitlines()[:3]) + "\n"
    assert disputes(text) == [*map(str, PARTS[0]), *["None"] * 10]
    assert "figure_left_out" in codes(PROACTIVE + DISPUTES + text)


def test_two_disputes_tables_are_not_told_apart_by_how_full_they_are() -> None:
    def run(figures: list[object]) -> str:
        return "\t".join(RESULTS * 3) + "\n" + "\t".join(map(str, figures)) + "\n"

    figures = (*FIGURES[:5], 2, 1, 0, 0, 3, *FIGURES[10:])
    own = run([figure or "" for figure in figures])
    other = run([8, *figures[1:4], 9, *figures[5:]])
    second = "行政复议、行政诉讼情况\n"
    differing = [cell if at not in (0, 4) else "None" for at, cell in enumerate(map(str, figures))]
    for both in (own + second + other, other + second + own):
        assert disputes(both) == differing
        assert "second_table" in codes(PROACTIVE + DISPUTES + both)
    same = own + second + run([*figures])
    assert disputes(same) == [str(figure) for figure in figures]
    assert "second_table" not in codes(PROACTIVE + DISPUTES + same)


def test_figures_among_the_disputes_that_reach_no_cell_are_told() -> None:
    def left_out(text: str) -> list[str | None]:
        issues = read(PROACTIVE + DISPUTES + text).issues
        return [issue.raw for issue in issues if issue.code == "figure_left_out"]

    assert left_out(by_kind(("受理", *RESULTS), [[9, *row] for row in PARTS])) == ["9 9 9"]
    summed = [PARTS[0], [a + b for a, b in zip(*PARTS[1:], strict=True)], *PARTS[1:]]
    kinds = (KINDS[0], "行政诉讼", *KINDS[1:])
    rows = ["\t".join((kind, *map(str, row))) for kind, row in zip(kinds, summed, strict=True)]
    text = "\t".join(("类别", *RESULTS)) + "\n" + "\n".join(rows) + "\n"
    assert left_out(text) == left_out(run_of_fifteen()) == []
    assert left_out(text.replace("行政诉讼\t2", "行政诉讼\t7")) == ["7 0 0 1 3"]


def test_disputes_below_a_requests_table_that_is_cut_off_are_not_its_sum() -> None:
    cut = "\n".join(requests_text().splitlines()[:15]) + "\n"
    cells = [
        cell for cell in read(PROACTIVE + cut + DISPUTES + run_of_fifteen()).cells if cell.table == "disputes"
    ]
    assert [cell.value for cell in cells] == [*FIGURES]


def test_results_whose_figure_is_blank_on_the_line_below_keep_their_place() -> None:
    lines = []
    for kind, row in zip(KINDS, PARTS, strict=True):
        lines += [
            f"| {kind} ",
            *(f"| {name} | {figure}\n" for name, figure in zip(RESULTS, row, strict=True)),
        ]
    text = (
        "".join(lines)
        .replace("尚未审结 | 0\n", "尚未审结\n| \n", 1)
        .replace("其他结果 | 1\n", "其他结果\n| 1\n\n")
    )
    assert disputes(text) == [*map(str, FIGURES[:3]), "None", *map(str, FIGURES[4:])]


def test_two_figures_in_the_first_cell_of_a_row_without_a_label_are_none_of_them() -> None:
    text = run_of_fifteen().replace("\n3\t", "\n3 上年5\t")
    assert disputes(text) == ["None", *map(str, FIGURES[1:])]


def test_what_is_left_of_a_merged_cell_is_no_blank_figure_of_the_disputes() -> None:
    header = "| | |" + "|".join(RESULTS * 3) + "|\n"
    lacking = header + "| |" + "|".join("0000000000" + "2002") + "|\n"
    found = disputes(lacking)
    assert found[10:12] == ["None", "None"]
    assert "alignment_doubtful" in codes(PROACTIVE + DISPUTES + lacking)


def test_two_figures_that_may_have_run_together_are_not_one_beside_a_blank() -> None:
    figures = "\t567\t38\t50\t208 863\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0"
    found = disputes("\t".join(RESULTS * 3) + "\n" + figures)
    assert found[:5] == ["None"] * 5


def test_a_blank_at_the_end_of_a_row_short_of_a_figure_is_not_its_total() -> None:
    figures = "\t".join("00000" + "00000" + "1001") + "\t"
    found = disputes("\t".join(RESULTS * 3) + "\n" + figures)
    assert found[10:] == ["None", "None", "0", "None", "None"]


def test_disputes_that_moved_beside_padding_are_left_open() -> None:
    header = "| " + " | ".join(RESULTS * 3) + " | |\n"
    figures = (3, "", "", 1, 4, "", "", "", "", "", 2, "", "", 1, 3, "")
    as_printed = header + "| " + " | ".join(map(str, figures)) + " |\n"
    assert disputes(as_printed)[:5] == ["3", "None", "None", "1", "4"]
    moved = (*figures[:1], *figures[2:], "")
    found = disputes(header + "| " + " | ".join(map(str, moved)) + " |\n")
    assert found[2:5] == ["None"] * 3
    assert found[13:] == ["None"] * 2
