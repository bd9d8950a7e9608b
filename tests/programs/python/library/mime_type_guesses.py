# differs: the version is 3.14.0, with mistakes that later ones mended
"""Content types by file name, from the module's own table only."""
import mimetypes

mimetypes.init(files=[])  # nothing from the machine's tables
table = mimetypes.MimeTypes()

names = ["report.pdf", "photo.JPG", "archive.tar.gz", "page.html", "script.js", "data.json", "notes.txt", "song.mp3", "clip.mp4", "noext",
         "weird.zzz", "backup.tgz", "style.css", "table.csv", "image.svgz", "http://example.org/pic.png?size=1", ".bashrc", "program.py",
         "data:text/html;base64,xx", "font.woff2", "dir.d/file", "x.tar.bz2"]
for name in names:
    kind, encoding = table.guess_type(name)
    print(f"{name:<35} {kind or '-':<28} {encoding or '-'}")

print(table.guess_file_type("folder/pic.png"), table.guess_file_type("pic.png?x"))
for kind in ("text/html", "image/jpeg", "application/octet-stream", "audio/mpeg", "nothing/here", "text/plain"):
    print(kind, table.guess_extension(kind), sorted(table.guess_all_extensions(kind))[:4])

table.add_type("text/x-recipe", ".recipe")
table.add_type("text/x-recipe", ".rcp")
print(table.guess_type("soup.RECIPE"), table.guess_all_extensions("text/x-recipe"))
print(mimetypes.guess_type("soup.recipe"), mimetypes.guess_type("picture.pct"), mimetypes.guess_type("picture.pct", strict=False))
print(mimetypes.encodings_map[".gz"], mimetypes.suffix_map[".tgz"], ".xyz" in mimetypes.types_map)

import io
reader = mimetypes.MimeTypes()
reader.readfp(io.StringIO("# a comment\napplication/x-one  one uno  # trailing\nmalformed\ntext/x-two two\n"))
print(reader.guess_type("a.uno"), reader.guess_type("b.two"), reader.guess_extension("application/x-one"))
