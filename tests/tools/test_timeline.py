# SPDX-License-Identifier: BSD-2-Clause
"""The chart of xk-df2 --timeline with hostile texts: well-formed, complete, and no label over another or outside."""
import pathlib
import subprocess
import sys
import tempfile
from xml.dom import minidom

PROGRAM = sys.argv[1]
GLYPH, LINE = 6.0, 11.0  # of the chart's font, about


def draw(path, more=0):
    done = subprocess.run([PROGRAM, str(path), str(more)], stdout=subprocess.PIPE, check=False, timeout=60)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def content(element):
    return "".join(node.data for node in element.childNodes)


def boxes(svg):
    """Where each text stands, about: left, right, top, bottom."""
    for text in svg.getElementsByTagName("text"):
        x, y, width = float(text.getAttribute("x")), float(text.getAttribute("y")), GLYPH * len(content(text))
        kind = text.getAttribute("class")
        left = x - (width if kind == "time" else width / 2 if kind in ("lane", "pause-text") else 0)
        if width > 0:
            yield (left, left + width, y - LINE + 2, y + 2), content(text)


def main():
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name, "chart.svg")
        status, said = draw(path)
        svg = minidom.parse(str(path)).documentElement
        arrows = [group for group in svg.getElementsByTagName("g") if group.getAttribute("class") == "arrow"]
        assert status == 0 and len(arrows) == said.count("EVENT ") == 31
        titles = [content(arrow.getElementsByTagName("title")[0]) for arrow in arrows]
        assert titles[:2] == ["a < b && \"c\" > 'd' ]]>", "<!-- ??[31m ??? -->"] and titles[-1].endswith("not there")
        labels = ["".join(content(text) for text in arrow.getElementsByTagName("text")
                          if text.getAttribute("class") == "label") for arrow in arrows]
        assert [label.replace(" ", "") for label in labels] == [title.replace(" ", "") for title in titles]
        placed, width = list(boxes(svg)), float(svg.getAttribute("width"))
        for i, (one, text) in enumerate(placed):
            assert 0 <= one[0] and one[1] <= width and one[3] <= float(svg.getAttribute("height")), (one, text)
            for other, other_text in placed[:i]:
                apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
                assert apart, (text, other_text)
        assert draw(path, 5000)[0] == 0
        svg = minidom.parse(str(path)).documentElement
        assert len(svg.getElementsByTagName("g")) == 4096
        assert f"{31 + 5000 - 4096} more" in " ".join(content(text) for text in svg.getElementsByTagName("text"))
        assert draw(pathlib.Path(name, "no/such/folder"))[0] == 1
    print(f"{len(placed)} texts, none over another")


main()
