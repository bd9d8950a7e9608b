.[] | if . > 2 then error("too large: \(.)") else . * 10 end
