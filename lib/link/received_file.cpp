#include "link/received_file.hpp"

#include <keygen/error.hpp>
#include <keygen/gq.hpp>
#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <fmt/format.h>

#include <array>
#include <optional>
#include <variant>

#include "crypto/certificate.hpp"
#include "crypto/encryption.hpp"
#include "crypto/pem.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/header.hpp"

namespace keygen::linking {

namespace {

struct ClientKey {
    std::string_view link_key;
    IdentityScheme scheme;
};
constexpr std::array CLIENT_KEYS = {ClientKey{"iffpar", IdentityScheme::iff},
                                    ClientKey{"gqpar", IdentityScheme::gq},
                                    ClientKey{"mvpar", IdentityScheme::mv}};

bool has_rsa_key(std::string_view type, std::string_view link_key) {
    return link_key == "host" || link_key.starts_with("gq") ||
           (link_key == "sign" && !type.starts_with("DSA"));
}

// RSA or DSA, where that can be seen without the password.
std::optional<bool> holds_rsa_key(const crypto::PemBlock& block) {
    if (block.label == "RSA PRIVATE KEY")
        return true;
    if (block.label == "DSA PRIVATE KEY")
        return false;
    if (crypto::describe_encryption(block))
        return std::nullopt;
    return std::holds_alternative<crypto::RsaNumbers>(crypto::decode_key(block, nullptr));
}

// The content has to be what line 1 says, as far as can be seen without a password.
void look_into(ReceivedFile& file, bool force) {
    if (file.link_key == "cert") {
        const auto certificate = crypto::parse_certificate(file.text.text());
        file.is_private_certificate = certificate.fields.kind == CertificateKind::private_;
        return;
    }
    const auto blocks = crypto::parse_pem(file.text.text());
    if (!crypto::is_private_key(blocks.front()))
        throw Error(ErrorCode::bad_file, fmt::format("line 1 says {}, but the content is a PEM block \"{}\"",
                                                     escaped(file.name.type), escaped(blocks.front().label)));
    const auto is_rsa = holds_rsa_key(blocks.front());
    if (is_rsa && *is_rsa != has_rsa_key(file.name.type, file.link_key))
        throw Error(ErrorCode::bad_file, fmt::format("line 1 says {}, but the content is {} key",
                                                     escaped(file.name.type), *is_rsa ? "an RSA" : "a DSA"));
    for (const ClientKey& client : CLIENT_KEYS) {
        if (file.link_key != client.link_key)
            continue;
        if (crypto::describe_encryption(blocks.front()))
            throw Error(ErrorCode::bad_file,
                        "client parameters that are encrypted; ntpd reads them without a password")
                .hint("export them on the server with -e, not with -q");
        const auto key =
            IdentityKey::from_pem(file.text.text(), client.scheme, IdentityRole::client, nullptr);
        if (!force)
            require_usable_client(key);
        file.is_for_published_reading =
            client.scheme == IdentityScheme::gq && !gq_client_matches(key, GqLayout::stock);
    }
}

}  // namespace

ReceivedFile examine_received_file(const std::string& path, SecretBytes text, bool force) {
    ReceivedFile file{path, {}, "", std::move(text)};
    try {
        file.name = keysdir::require_header(file.text.text());
        require_usable_owner(file.name.owner, "the owner in line 1,");
        const auto key = keysdir::link_key_of(file.name.type);
        if (!key)
            throw Error(ErrorCode::bad_file,
                        fmt::format("ntpd has no link for files of type {}", escaped(file.name.type)));
        file.link_key = *key;
        look_into(file, force);
    } catch (Error& error) {
        error.in(path);
        throw;
    }
    return file;
}

}  // namespace keygen::linking
