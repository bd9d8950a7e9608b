# argv: -r
(. | fromdate), (1425599621 | todate), (1425599621 | gmtime | mktime), ("2015-03-05T23:51:47Z" | strptime("%Y-%m-%dT%H:%M:%SZ") | mktime), (0 | strftime("%A, %B %d, %Y"))
