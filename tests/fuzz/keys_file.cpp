// Keys files in all dialects: guessed, converted each to each, added to.
#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <algorithm>
#include <cstdlib>

#include "symmetric/convert.hpp"
#include "symmetric/generate.hpp"

using namespace keygen;
using namespace keygen::symmetric;

template <typename Action>
void allow(std::initializer_list<ErrorCode> codes, Action action) {
    try {
        action();
    } catch (const Error& error) {
        if (std::find(codes.begin(), codes.end(), error.code()) == codes.end())
            std::abort();
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const SymmetricRequest one{Dialect::ntpd, {SymmetricType::md5}, 1, 1, ""};
    allow({ErrorCode::bad_file}, [&] { (void)guess_dialect(text, "k"); });
    allow({ErrorCode::bad_file, ErrorCode::bad_request},
          [&] { (void)merge_keys(text, "k", one, private_random()); });
    for (const auto from : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common}) {
        (void)parse_keys_file(text, from);
        for (const auto to : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common})
            allow({ErrorCode::bad_file}, [&] { (void)convert_keys_file(text, "k", from, to); });
    }
    return 0;
}
