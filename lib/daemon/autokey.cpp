#include "daemon/autokey.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include "daemon/words.hpp"

namespace keygen::daemon {

namespace {

// Signature, certificate or public key have to fit into one packet; run with ntpd 4.2.8p15.
constexpr unsigned MAX_HOST_KEY_BITS = 4096;

std::string group_text(const CertificateFields& certificate) {
    const std::string group = split_common_name(certificate.subject).group;
    return group.empty() ? "no group" : fmt::format("group {}", escaped(group));
}

bool is_plain_rsa(const CertificateFields& fields) {
    return fields.key_type == "RSA" && to_lower(fields.digest_scheme).find("pss") == std::string::npos;
}

// A client takes the server's group where it is its own or the line's ident, in any case of letters; a server
// asks only that its clients have a group where it has one.
bool is_known_group(std::string_view server, std::string_view own, std::string_view ident) {
    if (server.empty() || own.empty())
        return server == own;
    return to_lower(server) == to_lower(own) || to_lower(server) == to_lower(ident);
}

bool is_private(const AutokeyParty& party) {
    return party.certificate.kind == CertificateKind::private_;
}

}  // namespace

std::optional<Obstacle> find_server_obstacle(const AutokeyParty& server, UnixTime now) {
    const CertificateFields& fields = server.certificate;
    if (!is_plain_rsa(fields))
        return Obstacle{
            "conf-server-certificate",
            fmt::format("the server signs with {}, and ntpd's clients take RSA signatures of PKCS #1 "
                        "version 1.5 only",
                        escaped(fields.digest_scheme))};
    if (fields.modulus_bits > MAX_HOST_KEY_BITS)
        return Obstacle{
            "host-key-size",
            fmt::format("the server's host key has {} bits: no more than {} fit into ntpd's packets",
                        fields.modulus_bits, MAX_HOST_KEY_BITS)};
    if (now > fields.not_after)
        return Obstacle{"conf-server-certificate",
                        fmt::format("the server's certificate ended {}", format_utc(fields.not_after))};
    if (fields.kind == CertificateKind::plain && !server.asks_others)
        return Obstacle{
            "conf-server-untrusted",
            "the server's certificate is not trusted, and no other server signs it: extendedKeyUsage "
            "has to be trustRoot alone"};
    return std::nullopt;
}

std::optional<Obstacle> find_client_obstacle(const AutokeyParty& client) {
    const CertificateFields& fields = client.certificate;
    if (!is_plain_rsa(fields))
        return Obstacle{
            "certificate-algorithm",
            fmt::format("the own certificate is signed with {}: today's ntpd crashes with it once it "
                        "asks a server",
                        escaped(fields.digest_scheme))};
    if (fields.modulus_bits > MAX_HOST_KEY_BITS)
        return Obstacle{
            "host-key-size",
            fmt::format("the own host key has {} bits: with more than {} ntpd never gets its cookie",
                        fields.modulus_bits, MAX_HOST_KEY_BITS)};
    return std::nullopt;
}

std::optional<Obstacle> find_pair_obstacle(const AutokeyParty& client, const AutokeyParty& server,
                                           std::string_view ident) {
    if (is_private(client) != is_private(server))
        return Obstacle{"conf-private-mismatch",
                        fmt::format("only the {} has a private certificate, which all of its group share",
                                    is_private(client) ? "client" : "server")};
    if (is_private(client) && client.key != server.key)
        return Obstacle{"conf-private-mismatch",
                        "client and server have private certificates of different keys"};
    const std::string own = split_common_name(client.certificate.subject).group;
    const std::string other = split_common_name(server.certificate.subject).group;
    if (!is_private(client) && !is_known_group(other, own, ident))
        return Obstacle{
            "conf-group-mismatch",
            fmt::format("the client's certificate has {}, the server's {}: ntpd drops its packets, "
                        "and logs nothing",
                        group_text(client.certificate), group_text(server.certificate))};
    if (client.digest != server.digest)
        return Obstacle{
            "conf-digest-mismatch",
            fmt::format("the client has crypto digest {}, the server {}: their messages never match",
                        escaped(client.digest), escaped(server.digest))};
    return std::nullopt;
}

}  // namespace keygen::daemon
