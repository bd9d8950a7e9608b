import functools


def checked(*types):
    """Check the types of positional arguments."""
    def decorate(func):
        if not callable(func):
            raise TypeError(f"{func!r} is not callable")

        @functools.wraps(func)
        def wrapper(*args):
            for n, (arg, kind) in enumerate(zip(args, types)):
                if not isinstance(arg, kind):
                    raise TypeError(f"{func.__name__}: argument {n} is {type(arg).__name__}, not {kind.__name__}")
            return func(*args)
        return wrapper
    return decorate


def logged(func):
    @functools.wraps(func)
    def wrapper(*args):
        print(f"{func.__name__}{args}", end=" -> ")
        result = func(*args)
        print(result)
        return result
    return wrapper


@logged
@checked(int, int)
def add(a, b):
    return a + b


@checked(str)
@logged
def shout(text):
    return text.upper() + "!"


add(1, 2)
shout("hey")
print(add.__name__, shout.__wrapped__.__name__)
try:
    add(1, "2")
except TypeError as e:
    print("TypeError:", e)
checked(int)("no function")
