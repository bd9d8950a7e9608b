import email
import email.header
import email.policy
import sys

raw = sys.stdin.read()
m = email.message_from_string(raw)
for name, value in m.items():
    decoded = str(email.header.make_header(email.header.decode_header(value)))
    print(f"{name}: {' '.join(decoded.split())}")
print(m.get_all("received"), m.get("X-NONE"), "subject" in m, len(m))
print(m.get_content_type(), m.get_params(), m.get_content_charset(), m.get_boundary())
for i, part in enumerate(m.get_payload()):
    body = part.get_payload(decode=True)
    print(i, part.get_content_type(), part.get("content-transfer-encoding"), part.get_content_charset(), body)
    print("   text:", body.decode(part.get_content_charset("ascii")).splitlines())
print("preamble:", repr(m.preamble), "epilogue:", repr(m.epilogue))

modern = email.message_from_string(raw, policy=email.policy.default)
print([(g.display_name, [str(a) for a in g.addresses]) for g in modern["to"].groups])
print(modern["date"].datetime.utcoffset(), type(modern["subject"]).__bases__[0].__name__)

broken = email.message_from_string("Subject: x\nnot a header line\n\nbody", policy=email.policy.default)
print([type(d).__name__ for d in broken.defects], repr(broken.get_payload()))
broken = email.message_from_string('Content-Type: multipart/mixed; boundary="b"\n\n--b\n\npart without end', policy=email.policy.default)
print([type(d).__name__ for d in broken.defects])
print(email.header.Header("Grüße aus Köln", "utf-8").encode(), email.header.decode_header("=?iso-8859-1?q?p=F6stal?= plain"))
