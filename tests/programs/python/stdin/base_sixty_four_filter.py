# argv: decode
import base64, binascii, sys

mode = sys.argv[1] if len(sys.argv) > 1 else 'encode'
src, dst = sys.stdin.buffer, sys.stdout.buffer
if mode == 'encode':
    base64.encode(src, dst)
else:
    text = src.read()
    try:
        raw = base64.b64decode(text, validate=False)
    except binascii.Error as e:
        print('bad input:', e)
        sys.exit(1)
    dst.write(raw)
    dst.write(b'\n')
    dst.write(b'%d bytes, crc %08x\n' % (len(raw), binascii.crc32(raw)))
    dst.write(base64.b32encode(raw[:20]) + b'\n')
    dst.write(base64.b85encode(raw[:20]) + b'\n')
    dst.write(binascii.hexlify(raw[:20], ' ', 4) + b'\n')
    dst.write(binascii.b2a_uu(raw[:30]))
    dst.flush()
