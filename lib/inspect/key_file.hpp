#pragma once

#include <keygen/configuration.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen::inspection {

/// A key or certificate file as ntpd loads it, by the name of its link (crypto_key and crypto_cert in
/// ntpd/ntp_crypto.c).
struct KeyFile {
    ExpectedFile::Outcome outcome = ExpectedFile::Outcome::absent;
    std::string detail;
    bool ends = false;  ///< a key that cannot be decoded ends ntpd at once
    std::optional<InspectedFile> file;
    std::vector<Finding> findings;  ///< about its content
};

/// `password` is nullptr for files that ntpd reads without one.
KeyFile load_key(const std::string& path, const SecretBytes* password, const ConfigurationRequest& request);
KeyFile load_certificate(const std::string& path, const ConfigurationRequest& request);

/// "ntpkey_RSAhost_server1.4004387960, RSA 2048 bits"
std::string describe(const InspectedFile& file);
/// nullptr where there is none of that id.
const Finding* find_finding(const KeyFile& key, std::string_view id);

}  // namespace keygen::inspection
