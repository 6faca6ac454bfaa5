"""The pages of the portal: reports of invented bodies, lists, and what else stands on portals."""

from pathlib import Path

from tests.portal.server import Answer

FILES = Path(__file__).resolve().parents[1] / "files"
REPORT = (FILES / "form2021.html").read_text("utf-8")


def title(year: int) -> str:
    return f"云溪县人民政府{year}年政府信息公开工作年度报告"


def report(year: int, remark: str = "") -> str:
    """A report of 云溪县人民政府, an invented body: all six sections and three tables."""
    page = REPORT.replace("2023年", f"{year + 1}年").replace("2022年", f"{year}年")
    return page.replace("</body>", f"<p>{remark}</p></body>") if remark else page


def html(text: str, encoding: str = "utf-8", **more: object) -> Answer:
    return Answer(text.encode(encoding), **more)  # type: ignore[arg-type]


def listing(items: list[tuple[str, str]], more: str = "") -> str:
    """A list of (address, text) as portals have it, with menus around."""
    rows = "\n".join(f'<li><a href="{url}">{text}</a><span>2024-01-20</span></li>' for url, text in items)
    return f"""<html><head><title>政府信息公开年报</title></head><body>
    <div><a href="/">首页</a> <a href="/zwgk/">政务公开</a> <a href="/zwgk/ys.html">2023年部门预算</a></div>
    <ul>{rows}</ul>{more}</body></html>"""
