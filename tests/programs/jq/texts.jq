# argv: -r
ascii_upcase, ascii_downcase, length, utf8bytelength, explode[0], (split(", ") | join("-")), ltrimstr("Gr"), (.[2:5]), test("w.lt"; "i"), (gsub("[aeiou]"; "_")), @base64, @uri, @html, @json, (@base64 | @base64d), ([1, "a b"] | @csv, @tsv, @sh)
