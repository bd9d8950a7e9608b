from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid, parseaddr, parsedate_to_datetime, getaddresses

msg = EmailMessage()
msg["Subject"] = "Café menu — für Montag"
msg["From"] = Address("Zoë Müller", "zoe", "example.org")
msg["To"] = [Address("Bob", "bob", "example.com"), Address(addr_spec="list@example.net")]
msg["Date"] = formatdate(1_000_000_000)
msg["Message-ID"] = "<fixed.1@example.org>"
msg.set_content("Soup: 4 €\nBread: free\n" + "A long line. " * 12 + "\n", cte="quoted-printable")
msg.add_alternative("<p>Soup: <b>4 €</b></p>\n", subtype="html", cte="base64")
msg.add_attachment(bytes(range(48)), maintype="application", subtype="octet-stream", filename="menü.bin")
msg.add_attachment("a,b\n1,2\n", subtype="csv", filename="t.csv")
msg.set_boundary("=outer=")
msg.get_payload(0).set_boundary("=inner=")

raw = msg.as_bytes()
print(raw.decode("ascii"))

back = message_from_bytes(raw, policy=policy.default)
for part in back.walk():
    print(part.get_content_type(), part.get_content_disposition(), part.get_filename(), part["content-transfer-encoding"])
print(back["subject"], "|", back["from"].addresses[0].display_name, [a.addr_spec for a in back["to"].addresses])
print(repr(back.get_body(("plain",)).get_content()[:22]), back.get_body(("html",)).get_content().strip())
print([a.get_content() for a in back.iter_attachments()][1], back.defects)
print(back["date"].datetime, back.is_multipart(), len(back.get_body().get_content().splitlines()))

print(formataddr(("Doe, John", "jd@x.org")), parseaddr('"Doe, J." <jd@x.org> (comment)'), getaddresses(["a@b, C <c@d>"]))
print(parsedate_to_datetime("Mon, 20 Nov 1995 19:12:08 -0500"), make_msgid(domain="d").endswith("@d>"))
try:
    msg["Subject"] = "again"
except ValueError as e:
    print(e)
