import sys
from dataclasses import dataclass, field


@dataclass
class Diagnosis:
    file: str
    issues: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        # Called when the interpreter shows the exit value.
        print("asked for text of", self.file)
        return f"{self.file}: {len(self.issues)} issue(s)"

    def __index__(self) -> int:
        print("asked for a number")
        return len(self.issues)

    def __bool__(self) -> bool:
        return bool(self.issues)


def check(name: str, text: str) -> Diagnosis:
    d = Diagnosis(name)
    for n, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip():
            d.issues.append(f"{n}: trailing space")
        if "\t" in line:
            d.issues.append(f"{n}: tab")
        if len(line) > 30:
            d.issues.append(f"{n}: too long")
    return d


result = check("notes.txt", "short\nwith space \n\tindented\n" + "x" * 31)
for issue in result.issues:
    print(issue)
if result:
    sys.exit(result)
