"""Letters of a PDF are found wherever it is read, also in fonts that neither the file nor the machine has."""

import pypdfium2
import pytest

from transforms.readers.fonts import use_one_font
from transforms.readers.letters import Letter, page_content

WORDS = "政府7信0息公开3"
CODES = {letter: code for code, letter in enumerate(WORDS, 10)}
TO_UNICODE = "1 begincodespacerange <0000><FFFF> endcodespacerange {} beginbfchar {} endbfchar".format(
    len(CODES), " ".join(f"<{code:04X}><{ord(letter):04X}>" for letter, code in CODES.items())
)
DESCRIPTOR = "<</Type/FontDescriptor/FontName/{}/Flags {}/FontBBox[0 -141 1000 859]/Ascent 859/Descent -141>>"
CHINESE = (
    "<</Type/Font/Subtype/Type0/BaseFont/{0}/Encoding/{1}/DescendantFonts[6 0 R]{2}>>",
    "<</Type/Font/Subtype/CIDFontType2/BaseFont/{0}/DW 1000/FontDescriptor 7 0 R"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering({3})/Supplement 0>>>>",
)


def pdf(content: str, *font: str) -> bytes:
    """A file of one page, its font the fifth object and those after it."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        *font,
    ]
    numbered = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{numbered}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n%%EOF".encode()


def letters(data: bytes) -> list[Letter]:
    use_one_font()
    return page_content(pypdfium2.PdfDocument(data), 0).letters


def one_by_one(codes: list[str]) -> str:
    """Each letter shown by an operator of its own, twenty points apart, as many programs print tables."""
    return "BT /F 10 Tf 20 50 Td " + "".join(f"<{code}> Tj 20 0 Td " for code in codes) + "ET"


@pytest.mark.parametrize("flags", [4, 32])
def test_letters_that_stand_alone_in_a_font_which_only_the_file_numbers(flags: int) -> None:
    names = "SimSun", "Identity-H", "/ToUnicode 8 0 R", "Identity"
    table = f"<</Length {len(TO_UNICODE)}>>stream\n{TO_UNICODE}\nendstream"
    font = [part.format(*names) for part in CHINESE]
    codes = [f"{CODES[letter]:04X}" for letter in WORDS]
    found = letters(pdf(one_by_one(codes), *font, DESCRIPTOR.format("SimSun", flags), table))
    assert "".join(letter.text for letter in found) == WORDS
    assert [round(letter.left) for letter in found] == [20 * at for at in range(1, len(WORDS) + 1)]


@pytest.mark.parametrize("name", ["STSong-Light", "SimHei,Bold", "FZXBSJW--GB1-0"])
def test_letters_that_stand_alone_in_a_chinese_font_are_as_wide_and_high_as_the_file_says(name: str) -> None:
    font = [part.format(name, "GBK-EUC-H", "", "GB1") for part in CHINESE]
    codes = [letter.encode("gbk").hex() for letter in WORDS]
    found = letters(pdf(one_by_one(codes), *font, DESCRIPTOR.format(name, 4)))
    assert "".join(letter.text for letter in found) == WORDS
    boxes = {
        (letter.right - letter.left, letter.bottom - letter.top) for letter in found if letter.text > "9"
    }
    assert {tuple(round(edge, 2) for edge in box) for box in boxes} == {(10.0, 10.0)}


@pytest.mark.parametrize("name", ["Helvetica", "Times-Roman", "Courier"])
def test_the_fonts_that_every_reader_has_keep_their_widths(name: str) -> None:
    font = f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>"
    found = letters(pdf("BT /F 10 Tf 20 50 Td (10 iW) Tj ET", font))
    widths = {"Helvetica": (5.56, 2.22), "Times-Roman": (5.0, 2.78), "Courier": (6.0, 6.0)}[name]
    assert [letter.text for letter in found] == ["1", "0", "i", "W"]
    assert (found[1].left - found[0].left, found[3].left - found[2].left) == pytest.approx(widths, abs=0.01)
