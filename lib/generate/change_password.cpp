#include <keygen/error.hpp>
#include <keygen/generate.hpp>

#include <algorithm>
#include <array>

#include "crypto/algorithm.hpp"
#include "crypto/pem.hpp"
#include "crypto/pkcs8.hpp"
#include "identity/identity.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/settled_directory.hpp"
#include "keysdir/staging.hpp"

namespace keygen {

namespace {

using keysdir::StagedFile;

constexpr std::array<std::string_view, 6> ENCRYPTED_KINDS = {"host",  "sign",  "iffkey",
                                                             "gqkey", "mvkey", "mvta"};

bool holds_private_key(const keysdir::FileName& name) {
    const auto kind = keysdir::link_key_of(name.type);
    return kind && std::find(ENCRYPTED_KINDS.begin(), ENCRYPTED_KINDS.end(), *kind) != ENCRYPTED_KINDS.end();
}

// The MV server key is the one whose public value does not follow from the others (formats: ntpkey(5)).
bool needs_traditional_pem(const keysdir::FileName& name) {
    return name.type == file_type_of(IdentityScheme::mv, IdentityRole::server);
}

SecretBytes encode_plain(const crypto::KeyNumbers& numbers, bool is_traditional) {
    return is_traditional ? crypto::encode(std::get<crypto::DsaNumbers>(numbers))
                          : crypto::encode_pkcs8(numbers);
}

class Reencryption {
  public:
    Reencryption(const ChangePasswordRequest& request, std::string cipher)
        : request_(request), cipher_(std::move(cipher)) {}

    /// `text` with each of its keys under the new password, and what stands in front of them kept.
    [[nodiscard]] SecretBytes reencrypt(std::string_view text, const keysdir::FileName& name) const {
        std::vector<SecretBytes> parts;
        parts.emplace_back(text.substr(0, text.find("-----BEGIN")));
        for (const crypto::PemBlock& block : crypto::parse_pem(text))
            parts.push_back(reencrypt(block, name));
        std::size_t size = 0;
        for (const SecretBytes& part : parts)
            size += part.size();
        SecretBytes result(size);
        auto end = result.bytes().begin();
        for (const SecretBytes& part : parts)
            end = std::copy(part.bytes().begin(), part.bytes().end(), end);
        return result;
    }

  private:
    [[nodiscard]] SecretBytes reencrypt(const crypto::PemBlock& block, const keysdir::FileName& name) const {
        const bool is_traditional = needs_traditional_pem(name);
        const crypto::KeyNumbers numbers = crypto::decode_key(block, &request_.password);
        if (is_traditional && !std::holds_alternative<crypto::DsaNumbers>(numbers))
            throw Error(ErrorCode::bad_file, "no MV server key, although the name says so");
        const bool is_authority = name.type == file_type_of(IdentityScheme::mv, IdentityRole::authority);
        SecretBytes encrypted = is_traditional
                                    ? crypto::format_traditional(std::get<crypto::DsaNumbers>(numbers),
                                                                 &request_.new_password, cipher_)
                                    : crypto::format_pkcs8(numbers, &request_.new_password, cipher_,
                                                           is_authority ? AUTHORITY_KEY_DERIVATION_ROUNDS
                                                                        : DEFAULT_KEY_DERIVATION_ROUNDS);
        const crypto::KeyNumbers written =
            crypto::decode_key(crypto::parse_pem(encrypted.text()).front(), &request_.new_password);
        if (!encode_plain(written, is_traditional).equals(encode_plain(numbers, is_traditional)))
            throw Error(ErrorCode::not_proven, "the key that was encrypted anew reads back as another one");
        return encrypted;
    }

    const ChangePasswordRequest& request_;
    std::string cipher_;
};

}  // namespace

ChangePasswordReport change_password(const ChangePasswordRequest& request, const Resources& resources) {
    crypto::require_usable_password(request.new_password);
    const Reencryption reencryption(request,
                                    find_cipher(request.cipher.value_or(std::string(DEFAULT_CIPHER))));
    ChangePasswordReport report;
    auto directory = keysdir::open_for_changes(request.keysdir, &resources.progress, report.changes);
    directory.require_writable();

    std::vector<StagedFile> files;
    for (const std::string& entry : directory.list()) {
        auto name = keysdir::FileName::parse(entry);
        if (!name || !holds_private_key(*name) || directory.kind_of(entry) != keysdir::EntryKind::regular)
            continue;
        if (resources.progress.is_cancelled())
            throw Error(ErrorCode::cancelled, "cancelled");
        try {
            const SecretBytes text = directory.read(entry);
            files.push_back(
                {*name, reencryption.reencrypt(text.text(), *name), true, "new password", {}, true});
        } catch (Error& error) {
            error.in(directory.path_of(entry));
            throw;
        }
    }
    if (files.empty())
        throw Error(ErrorCode::not_found, "no private key here").in(directory.path());
    keysdir::Staging(std::move(files), {}, directory, request.keysdir, report.changes).commit();
    return report;
}

}  // namespace keygen
