"""A text adventure. Reads commands, one per line, until the game is over."""

ROOMS = {
    "cellar": {"text": "You are in a dark cellar. Stairs lead up.",
               "exits": {"up": "hall"}, "items": ["rope"]},
    "hall": {"text": "You stand in a hall with a stone floor. There are doors to the north and east.",
             "exits": {"down": "cellar", "north": "garden", "east": "library"}, "items": ["lamp"]},
    "library": {"text": "Dusty books reach up to the ceiling.",
                "exits": {"west": "hall"}, "items": ["book", "key"]},
    "garden": {"text": "A garden behind the house. An iron gate closes off the road.",
               "exits": {"south": "hall"}, "items": []},
}
SHORT = {"n": "go north", "s": "go south", "e": "go east", "w": "go west", "u": "go up",
         "d": "go down", "i": "inventory", "l": "look", "x": "examine"}


class Game:
    def __init__(self):
        self.here = "hall"
        self.bag = []
        self.moves = 0
        self.over = False

    def look(self, *_):
        room = ROOMS[self.here]
        print(room["text"])
        for item in room["items"]:
            print(f"There is a {item} here.")

    def go(self, where=None, *_):
        target = ROOMS[self.here]["exits"].get(where)
        if target is None:
            print("You cannot go there.")
        elif target == "cellar" and "lamp" not in self.bag:
            print("It is too dark down there.")
        else:
            self.here = target
            self.look()

    def take(self, item=None, *_):
        items = ROOMS[self.here]["items"]
        for thing in list(items) if item == "all" else [item]:
            if thing in items:
                items.remove(thing)
                self.bag.append(thing)
                print(f"{thing}: taken.")
            else:
                print("I see no such thing.")

    def drop(self, item=None, *_):
        if item in self.bag:
            self.bag.remove(item)
            ROOMS[self.here]["items"].append(item)
            print("Dropped.")
        else:
            print("You do not have that.")

    def inventory(self, *_):
        print("You carry:", ", ".join(self.bag) or "nothing")

    def examine(self, item=None, *_):
        print({"book": "The title is 'Gates and how to open them'.",
               "key": "Rusty, but solid."}.get(item, "Nothing special."))

    def open(self, what=None, *_):
        if what == "gate" and self.here == "garden":
            if "key" in self.bag:
                print("The gate creaks open. You are free!")
                self.over = True
            else:
                print("It is locked.")
        else:
            print("You cannot open that.")

    def quit(self, *_):
        print("Goodbye.")
        self.over = True

    def run(self):
        self.look()
        while not self.over:
            try:
                line = input("> ").strip().lower()
            except EOFError:
                print("\n(the story breaks off)")
                break
            print(line)
            words = line.split()
            if not words:
                continue
            words[:1] = SHORT.get(words[0], words[0]).split()
            action = getattr(self, words[0], None)
            if words[0] in ("run", "here") or not callable(action):
                print(f"I do not know how to {words[0]}.")
                continue
            self.moves += 1
            action(*words[1:])
        print(f"You made {self.moves} moves and carried {len(self.bag)} things.")


Game().run()
