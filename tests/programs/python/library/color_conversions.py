import colorsys
import re

named = {"red": "#ff0000", "olive": "#808000", "sky": "#87ceeb", "grey": "#7f7f7f", "black": "#000", "white": "#FFF", "plum": "dda0dd"}


def parse(text):
    m = re.fullmatch(r"#?((?:[0-9a-f]{3}){1,2})", text, re.I)
    if not m:
        raise ValueError(f"not a colour: {text!r}")
    digits = m[1] if len(m[1]) == 6 else "".join(c * 2 for c in m[1])
    return tuple(int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4))


def to_hex(rgb):
    return "#" + "".join(f"{round(min(max(c, 0), 1) * 255):02x}" for c in rgb)


def lighter(rgb, amount):
    h, l, s = colorsys.rgb_to_hls(*rgb)
    return colorsys.hls_to_rgb(h, min(1, l + amount), s)


for name, text in named.items():
    rgb = parse(text)
    h, l, s = colorsys.rgb_to_hls(*rgb)
    hsv = colorsys.rgb_to_hsv(*rgb)
    yiq = colorsys.rgb_to_yiq(*rgb)
    print(f"{name:6} {to_hex(rgb)} hls=({h * 360:6.1f}, {l:.3f}, {s:.3f}) hsv=({hsv[0] * 360:6.1f}, {hsv[1]:.3f}, {hsv[2]:.3f}) yiq=({yiq[0]:.3f}, {yiq[1]:+.3f}, {yiq[2]:+.3f})")
    print("      ", to_hex(lighter(rgb, 0.15)), to_hex(colorsys.hsv_to_rgb((hsv[0] + 0.5) % 1, *hsv[1:])), to_hex(colorsys.yiq_to_rgb(*yiq)) == to_hex(rgb))

print("wheel:", *(to_hex(colorsys.hsv_to_rgb(i / 12, 0.8, 0.9)) for i in range(12)))
steps = 6
a, b = parse(named["sky"]), parse(named["red"])
print("blend:", *(to_hex(tuple(x + (y - x) * i / (steps - 1) for x, y in zip(a, b))) for i in range(steps)))


def contrast(c1, c2):
    def lum(rgb):
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    hi, lo = sorted((lum(c1), lum(c2)), reverse=True)
    return (hi + 0.05) / (lo + 0.05)


for n in ("red", "grey", "white"):
    print(n, f"{contrast(parse(named[n]), parse('#000')):.2f}")
for bad in ("#12", "blue", "#12345g"):
    try:
        parse(bad)
    except ValueError as e:
        print(e)
