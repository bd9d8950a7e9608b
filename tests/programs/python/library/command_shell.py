"""A line-oriented shell for a small bank, on cmd and shlex."""
import cmd
import shlex
import sys


class Bank(cmd.Cmd):
    intro = "Welcome. Type help."
    prompt = "(bank) "
    use_rawinput = False
    doc_header = "Commands"

    def __init__(self):
        super().__init__(stdin=sys.stdin, stdout=sys.stdout, completekey=None)
        self.accounts = {}
        self.count = 0

    def precmd(self, line):
        print(f"<{line}>")
        return line.strip()

    def postcmd(self, stop, line):
        self.count += 1
        return stop

    def emptyline(self):
        print("nothing to do")

    def default(self, line):
        print("unknown command:", line.split()[0])

    def onecmd(self, line):
        try:
            return super().onecmd(line)
        except (ValueError, KeyError) as e:
            print(f"{type(e).__name__}: {e}")

    def do_open(self, arg):
        """open NAME [BALANCE]: opens an account"""
        name, *rest = shlex.split(arg)
        self.accounts[name] = int(rest[0]) if rest else 0

    def do_move(self, arg):
        "move FROM TO AMOUNT"
        a, b, n = shlex.split(arg, comments=True)
        if self.accounts[a] < int(n):
            raise ValueError(f"{a} has only {self.accounts[a]}")
        self.accounts[a] -= int(n)
        self.accounts[b] += int(n)

    def do_show(self, arg):
        for name in sorted(self.accounts):
            print(f"  {shlex.quote(name):<14} {self.accounts[name]:>6}")

    def complete_open(self, text, line, begin, end):
        return [n for n in sorted(self.accounts) if n.startswith(text)]

    def help_topics(self):
        print("there is one topic")

    def do_EOF(self, arg):
        print("end of input")
        return True

    def postloop(self):
        print("commands:", self.count)


shell = Bank()
shell.cmdloop()
print(shell.completenames("s"), shell.complete_open("an", "open an", 5, 7), shell.parseline("!ls x"), shell.parseline("?open"))
lexer = shlex.shlex("a=1; b = 'two words' # gone\nc|d>>e", posix=True, punctuation_chars=True)
print(list(lexer), shlex.join(["a b", "c'd", "plain", ""]), shlex.split(r"x\ y 'q r'"'"s"'))
