#include "link/received_file.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "crypto/certificate.hpp"
#include "crypto/encryption.hpp"
#include "crypto/pem.hpp"
#include "identity/gq.hpp"
#include "identity/identity.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"

namespace keygen::linking {

namespace {

struct LinkedIdentityType {
    std::string_view link_key;
    IdentityScheme scheme;
    IdentityRole role;
};
constexpr std::array IDENTITY_TYPES = {
    LinkedIdentityType{"iffpar", IdentityScheme::iff, IdentityRole::client},
    LinkedIdentityType{"gqpar", IdentityScheme::gq, IdentityRole::client},
    LinkedIdentityType{"mvpar", IdentityScheme::mv, IdentityRole::client},
    LinkedIdentityType{"iffkey", IdentityScheme::iff, IdentityRole::server},
    LinkedIdentityType{"gqkey", IdentityScheme::gq, IdentityRole::server},
    LinkedIdentityType{"mvkey", IdentityScheme::mv, IdentityRole::server},
};

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

keysdir::FileName require_first_line(std::string_view text) {
    try {
        return keysdir::require_header(text);
    } catch (Error& error) {
        if (!text.empty())
            error.hint(
                "copy the file as the server made it, with its first line; ntpd takes the filestamp from "
                "there");
        throw;
    }
}

void look_into_identity(ReceivedFile& file, const LinkedIdentityType& type, bool is_encrypted, bool force) {
    const bool is_client = type.role == IdentityRole::client;
    if (is_encrypted && is_client)
        throw Error(ErrorCode::bad_file,
                    "client parameters that are encrypted; ntpd reads them without a password")
            .hint("export them on the server with -e, not with -q");
    if (is_encrypted) {
        file.is_encrypted_server_key = true;
        return;
    }
    const auto key = IdentityKey::from_pem(file.text.text(), type.scheme, type.role, nullptr);
    if (!is_client && holds_client_parameters(key))
        throw Error(ErrorCode::bad_file, fmt::format("line 1 says {}, but the content is client parameters",
                                                     escaped(file.name.type)))
            .hint("copy the file anew; line 1 of client parameters says IFFpar, GQpar or MVpar");
    if (is_client && !force)
        require_usable_client(key);
    file.is_for_published_reading =
        is_client && type.scheme == IdentityScheme::gq && !gq_client_matches(key, GqLayout::stock);
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
    const auto identity = std::find_if(IDENTITY_TYPES.begin(), IDENTITY_TYPES.end(),
                                       [&](const auto& type) { return file.link_key == type.link_key; });
    if (identity != IDENTITY_TYPES.end())
        look_into_identity(file, *identity, crypto::describe_encryption(blocks.front()).has_value(), force);
}

}  // namespace

ReceivedFile examine_received_file(const std::string& path, SecretBytes text, bool force) {
    ReceivedFile file{path, {}, "", std::move(text), std::nullopt};
    try {
        file.name = require_first_line(file.text.text());
        require_usable_owner(file.name.owner, "the owner in line 1,");
        const auto key = keysdir::link_key_of(file.name.type);
        if (!key)
            throw Error(ErrorCode::bad_file,
                        fmt::format("ntpd has no link for files of type {}", escaped(file.name.type)));
        file.link_key = *key;
        file.owner_kind = keysdir::parse_header(file.text.text())->owner_kind;
        look_into(file, force);
    } catch (Error& error) {
        error.in(path);
        throw;
    }
    return file;
}

std::vector<SecretBytes> split_key_files(std::string_view text) {
    constexpr std::string_view NEXT = "\n# ntpkey_";
    std::vector<SecretBytes> files;
    for (bool is_last = false; !is_last;) {
        const auto next = text.find(NEXT);
        is_last = next == std::string_view::npos;
        const auto size = is_last ? text.size() : next + 1;
        files.emplace_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return files;
}

}  // namespace keygen::linking
