// DER of keys: what is decoded encodes to the same numbers again.
#include <keygen/error.hpp>

#include <algorithm>
#include <cstdlib>

#include "crypto/container.hpp"
#include "crypto/pkcs8.hpp"

using namespace keygen;

template <typename Decode, typename Encode>
void round_trip(std::span<const std::uint8_t> der, Decode decode, Encode encode) {
    try {
        const SecretBytes once = encode(decode(der));
        if (!encode(decode(once.bytes())).equals(once))
            std::abort();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_file)
            std::abort();
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto encode = [](const auto& numbers) { return crypto::encode(numbers); };
    round_trip({data, size}, crypto::decode_rsa, encode);
    round_trip({data, size}, crypto::decode_dsa, encode);
    round_trip({data, size}, crypto::decode_mv_authority, encode);
    round_trip({data, size}, crypto::decode_pkcs8, crypto::encode_pkcs8);
    return 0;
}
