"""PDFs made by hand: lines of text at given heights, a page each."""


def pdf(pages, encrypt=b""):
    """Return a PDF whose pages are lists of ``(height, line)``."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    for lines in pages:
        drawn = b""
        for height, line in lines:
            text = line.encode("cp1252").replace(b"\\", b"\\\\")
            text = text.replace(b"(", b"\\(").replace(b")", b"\\)")
            drawn += b"BT /F1 10 Tf 72 %d Td (%s) Tj ET\n" % (height, text)
        objects.append(b"<</Length %d>>stream\n%sendstream" % (len(drawn), drawn))
        held = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R"
        objects.append(held % len(objects) + b"/Resources<</Font<</F1 %s>>>>>>" % font)
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%sendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\n"
    return made + tail % (size, rows, size, encrypt) + b"startxref\n%d\n%%%%EOF" % len(made)


def set_in_lines(paragraphs, per_page=12, width=60, head="The Daily", step=12):
    """Return pages of paragraphs, wrapped, with a head and a page number on each."""
    lines = []
    for text in paragraphs:
        line = ""
        for word in text.split():
            if len(line) + len(word) > width:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines += [line, ""]
    pages = []
    for at in range(0, len(lines), per_page):
        held = [(700 - step * k, line) for k, line in enumerate(lines[at : at + per_page]) if line]
        number = at // per_page + 1
        pages.append([(760, head), *held, (40, str(number))])
    return pages
