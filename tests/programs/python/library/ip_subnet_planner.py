# argv: 10.20.0.0/22 office:200 lab:60 printers:12 link:2 "guests:400"
# differs: the version is 3.14.0, with mistakes that later ones mended
"""Lay out subnets in a network, the largest first."""
import ipaddress
import sys


def prefix_for(hosts: int) -> int:
    size = 1
    while size < hosts + 2:
        size *= 2
    return 32 - (size.bit_length() - 1)


def plan(net, wishes):
    free = [net]
    for name, hosts in sorted(wishes, key=lambda w: -w[1]):
        want = prefix_for(hosts)
        fitting = [n for n in free if n.prefixlen <= want]
        if not fitting:
            yield name, hosts, None
            continue
        best = max(fitting, key=lambda n: (n.prefixlen, -int(n.network_address)))
        free.remove(best)
        chosen = next(best.subnets(new_prefix=want))
        if chosen != best:
            free.extend(best.address_exclude(chosen))
        yield name, hosts, chosen
    yield "free", 0, list(ipaddress.collapse_addresses(sorted(free)))


net = ipaddress.ip_network(sys.argv[1])
wishes = [(n, int(h)) for n, _, h in (a.partition(":") for a in sys.argv[2:])]
failed = 0
for name, hosts, got in plan(net, wishes):
    if got is None:
        print(f"{name}: no room for {hosts}")
        failed += 1
    elif isinstance(got, list):
        print("free:", *got)
    else:
        usable = list(got.hosts())
        print(f"{name}: {got} {usable[0]}-{usable[-1]} mask {got.netmask} of {len(usable)}, asked {hosts}")

for text in ("127.0.0.1", "192.168.1.300", "::1", "fe80::1%eth0", "2001:DB8::0:1", "::ffff:1.2.3.4", "224.0.0.5", "010.1.1.1", "169.254.9.9", "8.8.8.8"):
    try:
        a = ipaddress.ip_address(text)
    except ValueError as e:
        print("bad:", e)
        continue
    kinds = [k for k in ("loopback", "private", "global", "multicast", "link_local", "reserved", "unspecified") if getattr(a, "is_" + k)]
    print(a, a.version, a.exploded, a.reverse_pointer, kinds)
i = ipaddress.ip_interface("192.0.2.17/26")
print(i.network, i.with_netmask, i.with_hostmask, i.ip + 40, i.ip in i.network, ipaddress.ip_address("192.0.2.70") in i.network)
print([str(n) for n in ipaddress.summarize_address_range(ipaddress.ip_address("192.0.2.0"), ipaddress.ip_address("192.0.2.130"))])
print(ipaddress.ip_network("192.0.2.9/28", strict=False), ipaddress.ip_network("2001:db8::/126").num_addresses, int(ipaddress.ip_address("1.2.3.4")))
print(ipaddress.v4_int_to_packed(3232235777), f"{ipaddress.ip_address('10.0.0.1'):#b}", ipaddress.ip_network("10.0.0.0/8").supernet_of(net))
sys.exit(failed)
