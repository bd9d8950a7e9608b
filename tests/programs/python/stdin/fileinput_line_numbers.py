import fileinput

longest = ""
blank = 0
for line in fileinput.input():
    text = line.rstrip("\n")
    print(f"{fileinput.lineno():>4} {fileinput.filelineno():>4} {fileinput.isfirstline()!s:5} {text}")
    if not text.strip():
        blank += 1
    if len(text) > len(longest):
        longest = text
print("from standard input:", fileinput.isstdin())
print("name:", fileinput.filename())
print("lines:", fileinput.lineno(), "blank:", blank)
print("longest:", longest)
fileinput.close()
