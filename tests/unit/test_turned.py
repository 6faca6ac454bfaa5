"""Tables that lie on their side are turned."""

from tests.printed import codes, requests, requests_text
from transforms.parse import parse
from transforms.readers.text import read_text
from transforms.rows import rows
from transforms.turned import upright


def test_a_requests_table_on_its_side_is_turned() -> None:
    title, *lines = requests_text().strip().split("\n")
    turned = zip(*(line.split("\t") for line in lines), strict=True)
    assert requests("\n".join([title, *map("\t".join, turned)])) == requests(requests_text())


def test_nothing_follows_the_rows_of_a_turned_table() -> None:
    _, *lines = requests_text().strip().split("\n")
    turned = "\n".join(map("\t".join, zip(*(line.split("\t") for line in lines), strict=True)))
    printed = rows(read_text(turned + "\n规章\t0\t0\t1"))
    assert printed[-1].follows
    assert not any(row.follows for row in upright(printed))


def test_a_table_on_its_side_is_turned_by_its_columns_not_by_the_order_of_its_labels() -> None:
    title, *lines = requests_text().strip().split("\n")
    turned = [list(line) for line in zip(*(line.split("\t") for line in lines), strict=True)]
    header = turned[0]
    upper = [f"<td rowspan=2>{text}</td>" for text in (*header[:3], header[-1])]
    upper.insert(3, f"<td colspan={len(header) - 4}>三、本年度办理结果</td>")
    rows = ["".join(upper), "".join(f"<td>{text}</td>" for text in header[3:-1])]
    rows += ["".join(f"<td>{text}</td>" for text in line) for line in turned[1:]]
    page = f"<h1>{title}</h1><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    html = f"<html><body><p>某某县人民政府2022年政府信息公开工作年度报告</p>{page}</body></html>"
    cells = {(c.row, c.column): c.value for c in parse(html.encode()).cells if c.table == "requests"}
    assert cells == requests(requests_text())
    swapped = "\n".join([title, *("\t".join([line[0], line[2], line[1], *line[3:]]) for line in turned)])
    assert requests(swapped) != requests(requests_text()) or codes(swapped)
