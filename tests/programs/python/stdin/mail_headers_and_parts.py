import email
import email.policy
import sys

msg = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
for name in ("From", "To", "Subject", "Date", "X-Missing"):
    print(f"{name}: {msg[name]}")
print([a.addr_spec for a in msg["To"].addresses])
print(msg["Date"].datetime.isoformat())
print(msg.get_content_type(), msg.is_multipart())
for part in msg.walk():
    kind = part.get_content_type()
    print("*", kind, part.get_filename())
    if kind.startswith("text/"):
        for line in part.get_content().splitlines():
            print("   >", line)
    elif not part.is_multipart():
        payload = part.get_payload(decode=True)
        print("   ", len(payload), payload[:12])
