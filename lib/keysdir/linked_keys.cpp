#include "keysdir/linked_keys.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "crypto/pem.hpp"
#include "identity/identity.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"
#include "keysdir/links.hpp"

namespace keygen::keysdir {

namespace {

// Runs `read` and lets its errors name the file.
template <typename Read>
auto naming(const Directory& directory, const std::string& file, Read read) {
    try {
        return read();
    } catch (Error& error) {
        error.in(directory.path_of(file));
        throw;
    }
}

// The certificate may be from anywhere, and its group becomes part of file names.
std::string usable_group_of(const LinkedCertificate& certificate) {
    std::string group = split_common_name(certificate.certificate.fields.subject).group;
    try {
        if (!group.empty())
            require_usable_owner(group, "the certificate's group");
    } catch (const Error& error) {
        throw Error(ErrorCode::bad_file, error.message())
            .in(certificate.source.path)
            .hint("name the group with -i");
    }
    return group;
}

}  // namespace

std::optional<LinkedFile> find_linked_file(const Directory& directory, const LinkName& link) {
    const std::string name = link.text();
    const auto file = resolve(directory, name);
    if (!file)
        return std::nullopt;
    SecretBytes text = directory.read(*file);
    FileName header = naming(directory, *file, [&] { return require_header(text.text()); });
    return LinkedFile{name, *file, std::move(header), std::move(text), directory.path_of(*file)};
}

std::optional<LinkedKeyPair> find_key_pair(const Directory& directory, const LinkName& link,
                                           const SecretBytes& password) {
    auto source = find_linked_file(directory, link);
    if (!source)
        return std::nullopt;
    crypto::KeyPair key = naming(directory, source->file, [&] {
        const auto blocks = crypto::parse_pem(source->text.text());
        return crypto::KeyPair::from_numbers(crypto::decode_key(blocks.front(), &password));
    });
    return LinkedKeyPair{std::move(*source), std::move(key)};
}

std::optional<LinkedCertificate> find_certificate(const Directory& directory, const std::string& host) {
    auto source = find_linked_file(directory, {"cert", host});
    if (!source)
        return std::nullopt;
    auto certificate =
        naming(directory, source->file, [&] { return crypto::parse_certificate(source->text.text()); });
    return LinkedCertificate{std::move(*source), std::move(certificate)};
}

std::string group_in_use(const std::optional<std::string>& asked_for,
                         const std::optional<LinkedCertificate>& certificate) {
    if (asked_for)
        return *asked_for;
    if (certificate)
        return usable_group_of(*certificate);
    return "";
}

std::optional<LinkedFile> find_identity_file(const Directory& directory, IdentityScheme scheme,
                                             IdentityRole role, const std::string& host,
                                             const std::string& group) {
    const std::string key = link_key_of(scheme, role);
    if (!group.empty()) {
        if (auto found = find_linked_file(directory, {key, group}))
            return found;
    }
    auto found = find_linked_file(directory, {key, host});
    if (found && !group.empty() && group != host && found->header.owner != group)
        return std::nullopt;
    return found;
}

std::optional<LinkedIdentity> find_identity(const Directory& directory, IdentityScheme scheme,
                                            IdentityRole role, const std::string& host,
                                            const std::string& group, const SecretBytes& password) {
    auto source = find_identity_file(directory, scheme, role, host, group);
    if (!source)
        return std::nullopt;
    IdentityKey key = naming(directory, source->file, [&] {
        return IdentityKey::from_pem(source->text.text(), scheme, role, &password);
    });
    return LinkedIdentity{std::move(*source), std::move(key)};
}

std::string link_key_of(IdentityScheme scheme, IdentityRole role) {
    std::string key = file_type_of(scheme, role);
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::tolower(c); });
    return key;
}

}  // namespace keygen::keysdir
