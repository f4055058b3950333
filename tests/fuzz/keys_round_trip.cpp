// A keys file read and written again holds the same keys in the same dialect.
#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <algorithm>
#include <cstdlib>

using namespace keygen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const auto dialect : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common}) {
        try {
            const KeysFile file = parse_keys_file({reinterpret_cast<const char*>(data), size}, dialect);
            const SecretBytes text = format_keys_file(file.keys, dialect);
            const KeysFile again = parse_keys_file(text.text(), dialect);
            const auto same = [](const SymmetricKey& a, const SymmetricKey& b) {
                return a.id == b.id && a.type == b.type && a.value.equals(b.value) && a.access == b.access;
            };
            if (again.is_refused ||
                !std::equal(file.keys.begin(), file.keys.end(), again.keys.begin(), again.keys.end(), same))
                std::abort();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::unsupported)
                std::abort();
        }
    }
    return 0;
}
