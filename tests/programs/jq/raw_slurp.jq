# argv: -Rs
split("\n") | map(select(length > 0)) | length
