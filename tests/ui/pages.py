"""What makes a page unclean: looked for in every page and component of these tests."""

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# In drawings a closed shape needs no end tag of its own.
DRAWN = {"path", "circle", "rect", "line"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.faults, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if "style" in names:
            self.faults.append(f"inline style on <{tag}>")
        self.faults += [f"inline handler {name}" for name in names if name.startswith("on")]
        if tag == "script" and "src" not in names and names.get("type") != "application/json":
            self.faults.append("inline script")
        if tag == "style":
            self.faults.append("style element")
        if names.get("id"):
            self.ids.append(names["id"])
        if tag not in VOID | DRAWN:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID | DRAWN:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")


def faults_in(html: str) -> list[str]:
    """Inline code, tags that do not nest, an id used twice, traces of a template that failed."""
    reader = _Reader()
    reader.feed(html)
    faults = [*reader.faults, *[f"<{tag}> is never closed" for tag in reader.open]]
    faults += [f"id {name} twice" for name in {one for one in reader.ids if reader.ids.count(one) > 1}]
    return faults + re.findall(r"\{[%{#].*?[#}%]\}", html)
