# Wants a gigabyte.
days = bytearray(1 << 30)
print(len(days))
