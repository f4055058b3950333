#pragma once

#include <keygen/generate.hpp>
#include <keygen/identity.hpp>

#include "crypto/certificate.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

#include <algorithm>

namespace keygen::test {

constexpr UnixTime NOW = 1795399160;
constexpr std::uint32_t STAMP = 4004387960U;
constexpr const char* PASSWORD = "pw1";

/// A key directory of a server, a clock that stands still, and requests of small sizes about it.
class ServerRoom {
  public:
    Workplace place;
    UnixTime now = NOW;

    [[nodiscard]] GenerateRequest request() const {
        GenerateRequest request;
        request.keysdir.directory = place.path();
        request.host = "server1";
        request.now = now;
        request.password = secret(PASSWORD);
        request.modulus_bits = 512;
        request.digest_scheme = "RSA-SHA1";
        return request;
    }
    [[nodiscard]] GenerateRequest trusted(IdentityScheme scheme, unsigned bits = 256,
                                          unsigned clients = 0) const {
        GenerateRequest result = request();
        result.kind = CertificateKind::trusted;
        result.group = "grp";
        result.identity = IdentityRequest{scheme, clients};
        result.identity_bits = bits;
        return result;
    }
    /// A later run that asks for nothing in particular.
    [[nodiscard]] GenerateRequest renewal() const {
        GenerateRequest result = request();
        result.modulus_bits.reset();
        result.digest_scheme.reset();
        return result;
    }
    [[nodiscard]] ExportRequest export_request() const {
        ExportRequest result;
        result.keysdir.directory = place.path();
        result.host = "server1";
        result.now = now;
        result.password = secret(PASSWORD);
        return result;
    }
    [[nodiscard]] RepairRequest repair_request(std::string_view password) const {
        RepairRequest result;
        result.keysdir.directory = place.path();
        result.host = "server1";
        result.now = now;
        result.password = secret(password);
        return result;
    }
    [[nodiscard]] RevokeRequest revoke_request(std::optional<std::vector<std::uint32_t>> clients) const {
        RevokeRequest result;
        result.keysdir.directory = place.path();
        result.host = "server1";
        result.now = now;
        result.password = secret(PASSWORD);
        result.clients = std::move(clients);
        return result;
    }

    [[nodiscard]] IdentityKey key(const std::string& name, IdentityScheme scheme, IdentityRole role,
                                  std::string_view password = PASSWORD) const {
        const auto given = secret(password);
        return IdentityKey::from_pem(place.read(name), scheme, role, &given);
    }
    [[nodiscard]] CertificateFields certificate() const {
        return crypto::parse_certificate(place.read("ntpkey_cert_server1")).fields;
    }
};

/// "name: description" of what was kept, one a line.
inline std::string describe_kept(const KeysdirChanges& changes) {
    std::string text;
    for (const auto& kept : changes.kept)
        text += kept.name + ": " + kept.description + "\n";
    return text;
}

inline std::string describe_files(const KeysdirChanges& changes) {
    std::string text;
    for (const auto& file : changes.files)
        text += fmt::format("{} {:04o}: {}{}\n", file.name, file.mode, file.description,
                            file.replaced ? ", replaced" : "");
    return text;
}

inline std::string describe_links(const KeysdirChanges& changes) {
    std::string text;
    for (const auto& link : changes.links)
        text += fmt::format("{} -> {}{}\n", link.name, link.target,
                            link.previous_target.empty() ? "" : ", before " + link.previous_target);
    return text;
}

inline std::string describe_sentences(const std::vector<std::string>& sentences) {
    std::string text;
    for (const auto& sentence : sentences)
        text += sentence + "\n";
    return text;
}

}  // namespace keygen::test
