#pragma once

#include <keygen/error.hpp>

#include <string_view>

namespace keygen::crypto {

/// Throws Error(crypto) saying `what` failed, with the reasons that wait in OpenSSL's queue, and empties the
/// queue.
[[noreturn]] void fail(std::string_view what);

/// For OpenSSL calls that return 1 on success.
inline void check(int result, std::string_view what) {
    if (result != 1)
        fail(what);
}

/// For OpenSSL calls that return null on failure.
template <typename T>
T* check(T* pointer, std::string_view what) {
    if (pointer == nullptr)
        fail(what);
    return pointer;
}

/// Forgets failures that were expected, such as those of a wrong password. Throws std::bad_alloc when one of
/// them was that memory ran out: nothing that OpenSSL said then is about the file.
void clear_errors();
/// The same for what OpenSSL had against a file's content. Where it says nothing at all it has failed for
/// another reason, out of memory mostly: then throws as fail() does.
void clear_decode_errors(std::string_view what);

}  // namespace keygen::crypto
