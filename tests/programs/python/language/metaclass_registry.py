# Registry metaclass: every concrete command class registers itself under its name.
import re


class CommandMeta(type):
    registry = {}

    def __new__(mcls, name, bases, ns, *, abstract=False, **kw):
        cls = super().__new__(mcls, name, bases, ns)
        if not abstract:
            key = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
            cls.command_name = key
            mcls.registry[key] = cls
        return cls

    def __init__(cls, name, bases, ns, *, abstract=False, **kw):
        super().__init__(name, bases, ns)
        cls.options = kw

    def __call__(cls, *args, **kwargs):
        print(f"  [creating {cls.__name__}]")
        return super().__call__(*args, **kwargs)

    def __iter__(cls):
        return iter(sorted(cls.registry))

    def __len__(cls):
        return len(cls.registry)

    def __contains__(cls, name):
        return name in cls.registry

    def __getitem__(cls, name):
        return cls.registry[name]


class Command(metaclass=CommandMeta, abstract=True):
    def run(self, *args):
        raise NotImplementedError(type(self).__name__)


class ListFiles(Command, needs_root=False):
    def run(self, *args):
        return "listing " + ", ".join(args)


class RemoveAll(Command, needs_root=True):
    def run(self, *args):
        return f"removing {len(args)} things"


class Help(Command):
    pass


print(list(Command), len(Command))
print("help" in Command, "quit" in Command)

for line in ["list-files a b", "remove-all x y z", "help", "quit now"]:
    name, *args = line.split()
    print(">", line)
    try:
        cmd = Command[name]()
        print(" ", cmd.run(*args), cmd.options)
    except KeyError as e:
        print("  unknown command", e)
    except NotImplementedError as e:
        print("  not implemented:", e)

print(type(Command), type(CommandMeta), isinstance(Help, CommandMeta))
