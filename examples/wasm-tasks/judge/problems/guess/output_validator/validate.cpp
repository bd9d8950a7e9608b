// Thinks of a number and answers guesses. Called as the problem package format says:
// validate INPUT ANSWER FEEDBACK_DIR, with the program on the standard streams.
// Exit code 42: the number was found; 43: it was not.
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>

static const int WRONG = 43, RIGHT = 42, GUESSES = 10;

// The number that a word is, or 0: the word may be anything that a program prints.
static int number(const std::string &word) {
    if (word.empty() || word.find_first_not_of("0123456789") != std::string::npos)
        return 0;
    return std::atoi(word.c_str());
}

int main(int count, char **args) {
    if (count < 4)
        return 1;
    std::ifstream input(args[1]);
    std::ofstream message(std::string(args[3]) + "judgemessage.txt");
    int highest, secret;
    if (!(input >> highest >> secret))
        return 1;
    std::cout << highest << std::endl;
    for (int guesses = 1; guesses <= GUESSES; guesses++) {
        std::string word;
        if (!(std::cin >> std::setw(10) >> word)) {
            message << "no guess after " << guesses - 1 << " of them\n";
            return WRONG;
        }
        int guess = number(word);
        if (guess == 0) {
            message << "guess " << guesses << " is no number above 0\n";
            return WRONG;
        }
        if (guess == secret) {
            message << "found with " << guesses << " guesses\n";
            std::cout << "right" << std::endl;
            return RIGHT;
        }
        std::cout << (guess < secret ? "higher" : "lower") << std::endl;
    }
    message << "not found with " << GUESSES << " guesses\n";
    return WRONG;
}
