#include "words.h"
#include <fstream>

// As many words as the answer has, each of them its own mirror image.
int main(int count, char **args) {
    if (count < 4)
        return 1;
    std::ifstream answer(args[2]);
    std::ofstream message(std::string(args[3]) + "judgemessage.txt");
    auto given = words(std::cin), expected = words(answer);
    if (given.size() != expected.size()) {
        message << given.size() << " words, not " << expected.size() << "\n";
        return 43;
    }
    for (auto &word : given)
        if (word != std::string(word.rbegin(), word.rend())) {
            message << word << " is no palindrome\n";
            return 43;
        }
    return 42;
}
