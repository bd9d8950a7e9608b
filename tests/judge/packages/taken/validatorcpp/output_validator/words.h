#include <iostream>
#include <string>
#include <vector>

inline std::vector<std::string> words(std::istream &stream) {
    std::vector<std::string> all;
    for (std::string word; stream >> word;)
        all.push_back(word);
    return all;
}
