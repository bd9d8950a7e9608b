# verdict: memory_exceeded
class Buffer:
    def __init__(self):
        self.data = bytearray()

    def feed(self, chunk: bytes) -> int:
        self.data += chunk
        return len(self.data)

    def drain(self) -> bytes:
        data, self.data = bytes(self.data), bytearray()
        return data


buffers = [Buffer() for _ in range(8)]
chunk = bytes(range(256)) * 256
turn = 0
print("feeding", len(chunk), flush=True)
while buffers[turn].feed(chunk):
    turn = (turn + 1) % len(buffers)
