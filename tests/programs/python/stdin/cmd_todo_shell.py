import cmd
import sys


class Todo(cmd.Cmd):
    prompt = "todo> "
    intro = "A small list. Type help."
    use_rawinput = False

    def __init__(self):
        super().__init__()
        self.items = []

    def do_add(self, arg):
        "add TEXT: put something on the list"
        self.items.append([arg, False])
        print(f"added #{len(self.items)}")

    def do_done(self, arg):
        "done N: tick it off"
        try:
            self.items[int(arg) - 1][1] = True
        except (ValueError, IndexError) as e:
            print("error:", e)

    def do_list(self, arg):
        "list: show all"
        for i, (text, done) in enumerate(self.items, 1):
            print(f"{i:2} [{'x' if done else ' '}] {text}")

    def do_EOF(self, arg):
        print()
        return True

    def emptyline(self):
        pass

    def postloop(self):
        print("open:", sum(not d for _, d in self.items))


Todo(). cmdloop()
sys.exit(0)
