import csv
import io

samples = {
    "semicolon": "name;age;city\nAnna;31;Graz\nBo;27;Oslo\n\"Li; jr\";44;Bern\n",
    "tab": "id\tscore\n1\t2.5\n2\t3.75\n3\t9.125\n",
    "pipe": "a|b|c\n1|2|3\n4|5|6\n",
}
for name, text in samples.items():
    dialect = csv.Sniffer().sniff(text, delimiters=";\t|,")
    rows = list(csv.reader(io.StringIO(text), dialect))
    print(name, repr(dialect.delimiter), csv.Sniffer().has_header(text), rows)


class Unix(csv.Dialect):
    delimiter = ":"
    escapechar = "\\"
    quotechar = None
    quoting = csv.QUOTE_NONE
    lineterminator = "\n"


csv.register_dialect("passwd", Unix)
buf = io.StringIO()
w = csv.writer(buf, "passwd")
w.writerow(["root", "x", 0, "the: boss", r"C:\root"])
print(buf.getvalue(), list(csv.reader([buf.getvalue()], "passwd")))

data = [["plain", 'has "quotes"', "comma, inside", "", None, 1.5, -3, "line\nbreak", " spaced "]]
for mode in ("QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_STRINGS", "QUOTE_NOTNULL"):
    buf = io.StringIO(newline="")
    csv.writer(buf, quoting=getattr(csv, mode)).writerows(data)
    print(mode, repr(buf.getvalue()))
print(next(csv.reader(['1,2.50,"x"'], quoting=csv.QUOTE_NONNUMERIC)))
print(next(csv.reader(["a,  b,   'c d'"], skipinitialspace=True, quotechar="'")))

try:
    list(csv.reader(['"open quote'], strict=True))
except csv.Error as e:
    print("error:", e)
try:
    csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow(["a,b"])
except csv.Error as e:
    print("error:", e)

out = io.StringIO()
dw = csv.DictWriter(out, ["b", "a"], extrasaction="ignore", restval="?", lineterminator="\n")
dw.writeheader()
dw.writerows([{"a": 1, "b": 2, "z": 3}, {"a": 5}])
print(out.getvalue().splitlines(), csv.field_size_limit(), sorted(csv.list_dialects()))
