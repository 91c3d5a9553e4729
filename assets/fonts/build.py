"""Builds the TrueType files of this folder from the published subsets of IBM Plex; README.md says how to run it."""

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.misc.timeTools import timestampFromString
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
# Hints, layout and kerning are not read by the picture code, and cannot be merged without conflicts.
DROPPED = ["GSUB", "GPOS", "GDEF", "cvt ", "fpgm", "prep", "gasp", "DSIG", "STAT", "kern", "hdmx", "VDMX", "LTSH", "meta", "BASE"]
FACES = [
    ("sans", "Wardroom Sans", "Regular", 400, ["latin", "latin-ext", "greek", "cyrillic", "vietnamese"]),
    ("sans", "Wardroom Sans", "SemiBold", 600, ["latin", "latin-ext", "greek", "cyrillic", "vietnamese"]),
    ("mono", "Wardroom Mono", "Regular", 400, ["latin", "latin-ext", "cyrillic", "vietnamese"]),
]


def reduced(path: Path, seen: set[int], folder: str) -> str | None:
    """Writes the characters of one subset that no earlier subset had; None when there are none."""
    font = TTFont(path)
    font.flavor = None
    for table in DROPPED:
        if table in font:
            del font[table]
    characters = set(font.getBestCmap()) - seen
    seen |= characters
    if not characters:
        return None
    options = Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False, name_IDs=[1, 2])
    options.drop_tables += DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    out = tempfile.mktemp(suffix=".ttf", dir=folder)
    font.save(out)
    return out


def build(packages: Path, kind: str, family: str, style: str, weight: int, subsets: list[str]) -> None:
    """Merges the subsets of one face and names the result: the licence reserves the name Plex for IBM's own files."""
    files = packages / f"ibm-plex-{kind}" / "files"
    paths = [files / f"ibm-plex-{kind}-{subset}-{weight}-normal.woff" for subset in subsets]
    source = TTFont(paths[0])
    with tempfile.TemporaryDirectory() as folder:
        seen: set[int] = set()
        parts = [part for path in [*paths, HERE / "wr-symbols.woff2"] if (part := reduced(path, seen, folder))]
        merged = Merger().merge(parts)
        first = TTFont(parts[0])
        for name in ("ascent", "descent", "lineGap"):
            setattr(merged["hhea"], name, getattr(first["hhea"], name))
        for name in ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "sxHeight", "sCapHeight", "fsSelection"):
            setattr(merged["OS/2"], name, getattr(first["OS/2"], name))
        merged["OS/2"].usWeightClass = weight
        merged["name"].names = []
        texts = {
            0: source["name"].getDebugName(0),
            1: family if style == "Regular" else f"{family} {style}",
            2: "Regular",
            3: f"{family} {style}",
            4: f"{family} {style}",
            5: source["name"].getDebugName(5),
            6: f"{family.replace(' ', '')}-{style}",
            13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
            14: "https://openfontlicense.org",
            16: family,
            17: style,
        }
        for number, text in texts.items():
            merged["name"].setName(text, number, 3, 1, 0x409)
        merged["head"].created = merged["head"].modified = timestampFromString("Thu Jan  1 00:00:00 2026")
        merged.recalcTimestamp = False
        merged.save(HERE / f"{family.replace(' ', '')}-{style}.ttf")


if __name__ == "__main__":
    for face in FACES:
        build(Path(sys.argv[1]), *face)
