"""The pictures of the nightly report as SVG, drawn by Vega without a browser or a network."""

from typing import Any

import altair
import vl_convert

from schemas.dataset import tables

Row = dict[str, Any]

FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
INK, PALE, BLUE, RED = "#334e68", "#e4e7eb", "#2680c2", "#c52707"
MEASURES = {
    "fill_rate": ("印有数字的单元格 cells with a number", BLUE),
    "consistent_share": ("勾稽关系全部成立的报告 reports without a contradiction", INK),
    "conflict_share": ("相互矛盾的单元格 contradicting cells", RED),
}


def coverage(rows: list[Row]) -> str:
    """Reports found by province and year, darker where more of the known bodies are covered."""
    values = [
        {
            "province": row["province"],
            "year": str(row["year"]),
            "share": min(row["found"] / row["expected"], 1) if row["found"] else None,
            "found": f"{row['found']:,}" if row["found"] else "",
        }
        for row in rows
    ]
    order = list(dict.fromkeys(value["province"] for value in values))
    place = altair.Chart(altair.InlineData(values=values)).encode(
        x=altair.X("year:O", title=None, axis=altair.Axis(orient="top", labelAngle=0)),
        y=altair.Y("province:N", title=None, sort=order),
    )
    squares = place.mark_rect(stroke="white", strokeWidth=2, invalid="show").encode(
        color=altair.condition(
            "datum.share === null",
            altair.value(PALE),
            altair.Color(
                "share:Q",
                scale=altair.Scale(domain=[0, 1], range=["#b6e0fe", "#035388"]),
                legend=altair.Legend(
                    title="已收录 found ÷ 已知机关 known bodies",
                    format="%",
                    orient="bottom",
                    titleLimit=400,
                    gradientLength=300,
                ),
            ),
        )
    )
    numbers = place.mark_text(fontSize=11).encode(
        text="found:N", color=altair.condition("datum.share > 0.6", altair.value("white"), altair.value(INK))
    )
    return _svg((squares + numbers).properties(width=880, height={"step": 19}))


def identities(rows: list[Row]) -> str:
    """How many of the equations that can be decided are broken, by kind."""
    labels = next(field.labels for field in tables()["identities"].fields if field.name == "identity") or {}
    values = [
        {
            "kind": f"{labels.get(row['identity'], '')} {row['identity']}",
            "share": row["broken"] / row["decided"] if row["decided"] else 0.0,
            "said": f"{row['broken']:,} / {row['decided']:,}",
        }
        for row in rows
    ]
    most = max((row["broken"] / row["decided"] for row in rows if row["decided"]), default=0.0)
    bars = altair.Chart(altair.InlineData(values=values)).encode(
        x=altair.X(
            "share:Q",
            title="不成立 broken ÷ 可判断 decidable",
            axis=altair.Axis(format=".1%", tickCount=5),
            scale=altair.Scale(domain=[0, max(most * 1.25, 0.01)]),
        ),
        y=altair.Y("kind:N", title=None, sort=None),
    )
    drawn = bars.mark_bar(color=RED, height=16) + bars.mark_text(align="left", dx=6, color=INK).encode(
        text="said:N"
    )
    return _svg(drawn.properties(width=420, height={"step": 30}))


def quality(rows: list[Row], by: str, title: str) -> str:
    """The shares that tell quality, by release or by year."""
    values = [
        {"by": str(row[by]), "measure": said, "share": row[name]}
        for row in rows
        for name, (said, _) in MEASURES.items()
        if row[name] is not None
    ]
    said, colours = zip(*MEASURES.values(), strict=True)
    lines = (
        altair.Chart(altair.InlineData(values=values))
        .mark_line(point=altair.OverlayMarkDef(size=50, filled=True), strokeWidth=2)
        .encode(
            x=altair.X("by:O", title=title, axis=altair.Axis(labelAngle=-30 if by == "version" else 0)),
            y=altair.Y(
                "share:Q", title=None, axis=altair.Axis(format="%"), scale=altair.Scale(domain=[0, 1])
            ),
            color=altair.Color(
                "measure:N",
                scale=altair.Scale(domain=list(said), range=list(colours)),
                legend=altair.Legend(title=None, orient="bottom", columns=1, labelLimit=400),
            ),
        )
    )
    return _svg(lines.properties(width=420, height=200))


def _svg(chart: altair.LayerChart | altair.Chart) -> str:
    looks = {
        "font": FONT,
        "view": {"stroke": None},
        "background": None,
        "axis": {
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": PALE,
            "domainColor": PALE,
            "ticks": False,
        },
        "legend": {"labelColor": INK, "titleColor": INK},
    }
    svg: str = vl_convert.vegalite_to_svg({**chart.to_dict(), "config": looks})
    return svg
