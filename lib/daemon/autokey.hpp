#pragma once

#include <keygen/certificate.hpp>
#include <keygen/filestamp.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace keygen::daemon {

/// What one ntpd shows of itself with Autokey.
struct AutokeyParty {
    bool has_crypto = false;   ///< there is a crypto statement
    bool starts = false;       ///< and ntpd finds all that it needs to start with it
    bool asks_others = false;  ///< so that others may have signed its certificate
    std::string digest;
    CertificateFields certificate;
    std::string key;  ///< fingerprint of the certified public key
};

/// Why an association does not work.
struct Obstacle {
    std::string_view id;  ///< of the finding
    std::string cause;
};

/// What the certificate of a server lacks that every client asks for; nothing for a good one.
std::optional<Obstacle> find_server_obstacle(const AutokeyParty& server, UnixTime now);
/// What keeps an ntpd from asking any server; nothing for a good one.
std::optional<Obstacle> find_client_obstacle(const AutokeyParty& client);
/// What keeps these two from each other, whatever identity scheme they have (crypto_recv in ntp_crypto.c,
/// receive and group_test in ntp_proto.c). `ident` is that of the client's line for this server.
std::optional<Obstacle> find_pair_obstacle(const AutokeyParty& client, const AutokeyParty& server,
                                           std::string_view ident);

}  // namespace keygen::daemon
