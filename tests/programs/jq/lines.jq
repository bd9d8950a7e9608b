# argv: -Rr
split("\t") | "\(.[1]): \(.[0] | tonumber * 2)"
