/* All of the standard library that a module can have, for programs that include it so: `#include <bits/stdc++.h>`.
 * `polymer build` puts it where it is found, behind what the compiler has itself. What has no place in a module is left out: threads,
 * setjmp, and files by <filesystem> where the library has none. */
#ifndef POLYMER_BITS_STDCPP_H
#define POLYMER_BITS_STDCPP_H

#include <version>

#include <cassert>
#include <cctype>
#include <cerrno>
#include <cfenv>
#include <cfloat>
#include <cinttypes>
#include <climits>
#include <clocale>
#include <cmath>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <cwchar>
#include <cwctype>
#if defined(_WASI_EMULATED_SIGNAL) || !defined(__wasi__)
#include <csignal>
#endif
#if __has_include(<cuchar>)
#include <cuchar>
#endif

#include <algorithm>
#include <any>
#include <array>
#include <atomic>
#include <bitset>
#include <charconv>
#include <chrono>
#include <complex>
#include <condition_variable>
#include <deque>
#include <exception>
#include <execution>
#include <forward_list>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iomanip>
#include <ios>
#include <iosfwd>
#include <iostream>
#include <istream>
#include <iterator>
#include <limits>
#include <list>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <optional>
#include <ostream>
#include <queue>
#include <random>
#include <ratio>
#include <regex>
#include <scoped_allocator>
#include <set>
#include <sstream>
#include <stack>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <valarray>
#include <variant>
#include <vector>
#if __has_include(<memory_resource>)
#include <memory_resource>
#endif
#if !defined(_LIBCPP_HAS_NO_FILESYSTEM_LIBRARY) && !defined(_LIBCPP_HAS_NO_FILESYSTEM)
#include <filesystem>
#endif

#if __cplusplus >= 202002L
#include <bit>
#include <compare>
#include <concepts>
#include <coroutine>
#include <numbers>
#include <ranges>
#include <span>
#if __has_include(<format>)
#include <format>
#endif
#if __has_include(<source_location>)
#include <source_location>
#endif
#endif

#if __cplusplus > 202002L
#if __has_include(<expected>)
#include <expected>
#endif
#if __has_include(<flat_map>)
#include <flat_map>
#endif
#if __has_include(<flat_set>)
#include <flat_set>
#endif
#if __has_include(<generator>)
#include <generator>
#endif
#if __has_include(<mdspan>)
#include <mdspan>
#endif
#if __has_include(<print>)
#include <print>
#endif
#if __has_include(<spanstream>)
#include <spanstream>
#endif
#endif

/* Of a library without threads some of these are errors, others hold what needs none. */
#if !defined(_LIBCPP_HAS_NO_THREADS)
#include <future>
#include <shared_mutex>
#include <thread>
#if __cplusplus >= 202002L && __has_include(<barrier>)
#include <barrier>
#include <latch>
#include <semaphore>
#endif
#if __cplusplus >= 202002L && __has_include(<stop_token>)
#include <stop_token>
#endif
#endif

/* A name of the inside of another library, by which many programs that include this header call it. */
#define __gcd gcd

#endif
