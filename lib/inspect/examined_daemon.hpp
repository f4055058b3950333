#pragma once

#include <keygen/configuration.hpp>

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crypto/tls_certificate.hpp"
#include "daemon/autokey.hpp"
#include "daemon/settings.hpp"
#include "daemon/user.hpp"
#include "inspect/findings.hpp"

namespace keygen::inspection {

/// An identity key that an ntpd shows its clients.
struct ServerKey {
    IdentityScheme scheme;
    std::string path;
    InspectedFile file;
};

/// Authorities of Network Time Security that a configuration names.
struct NtsAuthorities {
    std::optional<std::size_t> association;  ///< as in daemon::NtsFile
    std::vector<crypto::TlsCertificate> certificates;
    std::string defect;  ///< id of the finding that says why there are none
};

/// A daemon with its configuration, as far as its start was followed.
struct ExaminedDaemon {
    /// Throws what read_settings throws.
    explicit ExaminedDaemon(const ConfigurationRequest& conf)
        : request(conf), settings(daemon::read_settings(conf)) {}

    const ConfigurationRequest& request;
    daemon::Settings settings;
    ConfigurationReport report;
    Findings findings;
    std::optional<daemon::User> user;
    daemon::AutokeyParty autokey;
    std::vector<ServerKey> server_keys;
    std::vector<crypto::TlsCertificate> nts_chain;  ///< that it shows; empty where it serves no NTS
    std::vector<NtsAuthorities> nts_authorities;
    std::string nts_defect;  ///< id of the finding that says why it serves no NTS
    bool are_nts_files_known = true;
    KeysFile keys;
    std::unordered_map<std::uint32_t, std::size_t> key_places;  ///< by id, in keys.keys
    /// False where a file could not be read that decides whether the daemon goes on.
    bool is_certain = true;
    bool are_keys_known = true;  ///< false for a keys file that this user cannot read
    bool are_keys_read = false;

    SecretBytes default_password;  ///< ntpd's where none is configured: the host's name

    [[nodiscard]] const SecretBytes* password() const {
        return settings.password ? &*settings.password : &default_password;
    }
};

/// Adds the file to the report, with the finding that says why nothing follows from it.
void leave_open(ExaminedDaemon& examined, const std::string& purpose, const std::string& path,
                const std::string& cause);
/// For a file that the daemon opens after it has given up root: what is closed to it then; empty for nothing.
std::string find_closed_to_user(const ExaminedDaemon& examined, const std::string& path);

/// The command that lets the daemon's user read it.
std::string opening(const ExaminedDaemon& examined, const std::string& closed);

bool is_asking(const Association& association);
/// True for a host that asks others with Autokey and has no identity key of its own to show.
bool is_pure_client(const ExaminedDaemon& examined);

/// Adds a critical finding about the association's line, which is why it fails.
void fail(ExaminedDaemon& examined, Association& association, std::string_view id, std::string cause,
          std::string remedy = {});
/// Gives the association its verdict.
void decide(Association& association, Association::Verdict verdict, std::string explanation,
            std::string_view cause = {});

}  // namespace keygen::inspection
