"""Small reports as text, one table each, and what is read of them."""

from schemas import forms
from transforms.parse import parse
from transforms.records import CellRecord, Report

PROACTIVE = """二、主动公开政府信息情况
第二十条第（一）项
信息内容\t本年制发件数\t本年废止件数\t现行有效件数
规章\t0\t0\t1
行政规范性文件\t3\t6\t17
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t2,818
第二十条第（六）项
信息内容\t本年处理决定数量
行政处罚\t116
行政强制\t0
第二十条第（八）项
信息内容\t本年收费金额（单位：万元）
行政事业性收费\t829.9459
"""
DISPUTES = "四、政府信息公开行政复议、行政诉讼情况\n"
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
FIGURES = (3, 0, 1, 0, 4, 0, 0, 0, 0, 0, 2, 0, 0, 1, 3)
APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
FLOWS = {"new_received": (7, 2), "granted": (4, 2), "rejected_repeat": (3, 0), "total_processed": (7, 2)}


def read(text: str) -> Report:
    return parse(("某某县人民政府2022年政府信息公开工作年度报告\n" + text).encode())


def codes(text: str) -> set[str]:
    return {issue.code for issue in read(text).issues}


def proactive(text: str) -> dict[str, CellRecord]:
    return {f"{c.row}.{c.column}": c for c in read(text).cells if c.table == "proactive"}


def printed(text: str) -> dict[str, str]:
    return {name: str(cell.value) for name, cell in proactive(text).items() if cell.value is not None}


def requests(text: str) -> dict[tuple[str, str], int | None]:
    return {(c.row, c.column): c.value for c in read(text).cells if c.table == "requests"}  # type: ignore[misc]


def requests_text(columns: str = "0123456", sums: bool = False) -> str:
    """A requests table whose columns stand in the order given; with the sums of its groups if wanted."""
    lines = [[APPLICANTS[int(at)] for at in columns]]
    for cell in forms.cells(2021, "requests"):
        if cell.column == "total":
            persons, businesses = FLOWS.get(cell.row, (0, 0))
            figures = [persons, businesses, 0, 0, 0, 0, persons + businesses]
            group = {"rejected_petition": "（五）不予处理", "refused_state_secret": "（三）不予公开"}.get(
                cell.row
            )
            if sums and group:
                sum_of_group = [3, 0, 0, 0, 0, 0, 3] if cell.row == "rejected_petition" else [0] * 7
                lines.append([group, *(str(sum_of_group[int(at)]) for at in columns)])
            lines.append([cell.row_label, *(str(figures[int(at)]) for at in columns)])
    return "三、收到和处理政府信息公开申请情况\n项目\t" + "\n".join(map("\t".join, lines)) + "\n"


def requests_page(figures: dict[str, tuple[int, int]]) -> str:
    """An HTML page with a requests table of the 2021 form; zeros are left blank.

    `figures` gives natural persons and businesses by row code.
    """
    rows = ["<tr><td></td>" + "".join(f"<td>{name}</td>" for name in APPLICANTS) + "</tr>"]
    for cell in forms.cells(2021, "requests"):
        if cell.column == "total":
            person, business = figures.get(cell.row, (0, 0))
            printed = [person, business, 0, 0, 0, 0, person + business]
            rows.append(
                f"<tr><td>{cell.row_label}</td>" + "".join(f"<td>{n or ''}</td>" for n in printed) + "</tr>"
            )
    return (
        "<html><body><h1>某某县人民政府2022年政府信息公开工作年度报告</h1><table>"
        + "".join(rows)
        + "</table></body></html>"
    )


def requests_lines(header: str, rows: dict[str, str]) -> str:
    """A requests table with these lines of figures, blank elsewhere."""
    lines = [
        f"{cell.row_label}\t{rows.get(cell.row, rows.get('', ''))}"
        for cell in forms.cells(2021, "requests")
        if cell.column == "total"
    ]
    return "三、收到和处理政府信息公开申请情况\n" + header + "\n" + "\n".join(lines) + "\n"


def without_nonprofit(heads: str, end: str = "") -> str:
    """A requests table that lost the figures of 社会公益组织, under `heads`."""
    title, _, *lines = requests_text("012456").strip().split("\n")
    return "\n".join([title, f"项目\t{heads}", *(line + end for line in lines)])


def page(*rows: tuple[object, ...], title: str = "二、主动公开政府信息情况") -> str:
    lines = ("".join(f"<td>{'' if cell is None else cell}</td>" for cell in row) for row in rows)
    return f"<p>{title}</p><table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def disputes(text: str) -> list[str]:
    cells = [cell for cell in read(PROACTIVE + DISPUTES + text).cells if cell.table == "disputes"]
    return [str(cell.value) for cell in cells]


def run_of_fifteen(figures: tuple[int, ...] = FIGURES, title: str = "") -> str:
    return title + "\t".join(RESULTS * 3) + "\n" + "\t".join(map(str, figures)) + "\n"
