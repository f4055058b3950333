#pragma once

#include <keygen/filestamp.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

/// Throws Error(bad_request) naming `what` ("host name", "group name") unless `owner` can stand in file
/// names, certificates and ntp.conf: not empty, no slash, white space, control character or '@', no leading
/// dot.
void require_usable_owner(std::string_view owner, std::string_view what);

}  // namespace keygen

namespace keygen::keysdir {

/// "ntpkey_<type>_<owner>.<filestamp>", the name of a key file and the first line of its header.
struct FileName {
    std::string type;   ///< "RSAhost", "RSA-SHA256cert", "IFFkey", "MVpar3", ...
    std::string owner;  ///< host or group
    Filestamp filestamp;

    [[nodiscard]] std::string text() const;
    /// Nothing unless all three parts are there. The owner may hold dots and underscores; the type cannot.
    static std::optional<FileName> parse(std::string_view text);
};

/// "ntpkey_<key>_<owner>", what ntpd opens. The key is lower case: "host", "cert", "iffkey", "iffpar", ...
struct LinkName {
    std::string key;
    std::string owner;

    [[nodiscard]] std::string text() const;
    static std::optional<LinkName> parse(std::string_view text);
};

/// The keys of the links that ntpd and the classic layout know.
const std::vector<std::string_view>& link_kinds();
/// The link key that files of `type` are linked under ("RSA-SHA256cert" gives "cert"); nothing for the
/// others.
std::optional<std::string> link_key_of(std::string_view type);

/// What the files under a link key go through the generations with: "iff", "gq" and "mv" for a scheme's
/// server key, client parameters and authority; the key itself for the others.
std::string family_of(std::string_view link_key);

/// What follows the last slash of `path`; all of it without one.
std::string_view last_component(std::string_view path);

/// False for what may be read by everybody: certificates and the clients' parameters of IFF and GQ.
bool is_private_type(std::string_view type);

}  // namespace keygen::keysdir
