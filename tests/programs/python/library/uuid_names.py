import uuid

for ns in ("DNS", "URL", "OID", "X500"):
    space = getattr(uuid, f"NAMESPACE_{ns}")
    print(ns, space, uuid.uuid3(space, "example.org"), uuid.uuid5(space, "example.org"))

u = uuid.UUID("12345678-9abc-4def-8123-456789abcdef")
print(u.hex, u.int, u.urn, u.version, u.variant == uuid.RFC_4122)
print(u.fields, u.node, u.clock_seq, u.time_low)
print(u.bytes.hex(), u.bytes_le.hex(), uuid.UUID(bytes_le=u.bytes_le) == u)
for text in ("{12345678-9abc-4def-8123-456789abcdef}", "urn:uuid:12345678-9ABC-4DEF-8123-456789ABCDEF", "123456789abc4def8123456789abcdef"):
    print(uuid.UUID(text) == u, end=" ")
print()
for bad in ("1234", "zz345678-9abc-4def-8123-456789abcdef"):
    try:
        uuid.UUID(bad)
    except ValueError as e:
        print(bad, "->", e)

made = [uuid.uuid4() for _ in range(50)]
print({(len(x.hex), x.version, x.variant) for x in made} == {(32, 4, uuid.RFC_4122)}, len(set(made)))
one = uuid.uuid1(node=0x0123456789AB, clock_seq=99)
print(one.version, hex(one.node), one.clock_seq, uuid.UUID(int=0), uuid.NIL, uuid.MAX)
ordered = [uuid.uuid7() for _ in range(20)]
print(ordered == sorted(ordered), ordered[0].version)
print(uuid.uuid8(0x112233445566, 0xABC, 0x123456789ABCDEF))
rows = {uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.org/{i}"): i for i in range(8)}
for key in sorted(rows):
    print(key, rows[key])
print(uuid.UUID(int=5) < uuid.UUID(int=6), repr(uuid.UUID(int=255)), uuid.UUID(fields=(1, 2, 3, 4, 5, 6)))
