"""Draw the pictures of workbooks, with made-up codings, from LibreOffice's print of them.

Run with ``python docs/draw_workbook.py``; it needs LibreOffice, pdftoppm and the extra ``test``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook  # type: ignore[import-untyped]
from PIL import Image, ImageChops

sys.path.insert(0, str(Path(__file__).parent))

import pages

from policyindex import coding, datasets

HERE = Path(__file__).parent

IMAGES = HERE / "images"

HIDDEN = ("Evidence of", "Dimension", "Remark", "Coder", "Reply")
"""The beginnings of the headers of columns that the pictures of the page on 2015 leave out."""

HEIGHT = 520
"""Their height in pixels."""

RESOLUTION = 190
"""Dots per inch of a print."""

ENTRIES = (
    ("not punished", "coded", "TIP report 2010", "251", "Made-up: no victim was fined or jailed."),
    ("by the authorities", "doubtful", "TIP report 2010", "252", "Made-up: police asked in bars."),
    ("no", "not mentioned"),
    ("yes", "coded", "TIP report 2010", "252-253", "Made-up: eight shelters were open."),
    ("yes", "not applicable"),
)


def main() -> None:
    """Draw the workbook of one coder, and those of the page on 2015, into ``docs/images``."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / "ama.xlsx"
        demo = datasets.load_demo()
        countries = ["Nigeria", "Ghana"]
        coding.template(path, countries=countries, years=2010, coder="Ama", previous=demo)
        book = load_workbook(path)
        for row, entry in enumerate(ENTRIES, 3):
            for column, value in enumerate(entry, 8):
                book["Protection"].cell(row, column).value = value
        book.save(path)
        draw(path, 3).save(IMAGES / "workbook.png", optimize=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pages.run(HERE / "code-2015.md", folder=folder)
        for stem, number in (("ama", 3), ("decisions", 1)):
            path = folder / f"{stem}.xlsx"
            hide(path)
            page = draw(path, number)
            top = page.crop((0, 0, page.width, min(HEIGHT, page.height)))
            top.save(IMAGES / f"code-2015-{stem}.png", optimize=True)


def hide(path: Path) -> None:
    """Hide the columns of a workbook without which its print is legible."""
    book = load_workbook(path)
    for sheet in book:
        for cell in sheet[2]:
            if str(cell.value).startswith(HIDDEN):
                sheet.column_dimensions[cell.column_letter].hidden = True
    book.save(path)


def draw(path: Path, number: int) -> Image.Image:
    """Return a page of the print of a workbook, counted from 1."""
    folder = str(path.parent)
    run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(path))
    ends = ("-f", str(number), "-l", str(number))
    pdf = str(path.with_suffix(".pdf"))
    run("pdftoppm", "-r", str(RESOLUTION), *ends, "-singlefile", "-png", pdf, path.stem)
    return crop(Image.open(path.with_suffix(".png")))


def run(*command: str) -> None:
    """Run a program in the folder of its last argument but one, and refuse a failure."""
    folder = next(Path(word).parent for word in command if Path(word).is_file())
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


def crop(page: Image.Image) -> Image.Image:
    """Return a page without its white margins."""
    white = Image.new(page.mode, page.size, "white")
    box = ImageChops.difference(page, white).getbbox()
    return page.crop(box).convert("P", palette=Image.Palette.ADAPTIVE, colors=64)


if __name__ == "__main__":
    main()
