#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/examined_file.hpp"

/// Commands that help against a finding. Each can be pasted and run; one that belongs on another machine says
/// so in front. Empty where no command can help.
namespace keygen::inspection {

/// The host, by the name that its ntpd has, whose key this is or whose directory it lies in; empty where
/// neither is known.
std::string host_of(const ExaminedFile& subject, const Context& context);

/// keygen for the file's directory and host, with a question for the password.
std::string keygen_for(const ExaminedFile& subject, std::string_view options, const Context& context);

/// A new certificate in this one's place.
std::string certificate_renewal(const ExaminedFile& subject, std::string_view options,
                                const Context& context);

/// A new key in this one's place; of an identity key every client then needs its new file.
std::string key_renewal(const ExaminedFile& subject, const Context& context);

/// What every client needs after `making`, which makes an identity key of that scheme: `place` are the
/// options for keygen that name its directory and host.
std::string with_handover(std::string_view making, IdentityScheme scheme, std::string_view place);

/// An identity key in the place of one that got lost, or the first, with the certificate's name `subject`;
/// every client then needs its file. Of MV for so many clients, 0 where that is not known.
std::string identity_making(const HostAndGroup& subject, IdentityScheme scheme, unsigned mv_clients,
                            const std::vector<std::string>& lost_links, std::string_view directory);

/// All keys of the directory, encrypted as keygen does it.
std::string reencryption(const ExaminedFile& subject, const Context& context);

/// A password for keys that open with the host's name.
std::string new_password(const ExaminedFile& subject, const Context& context);

/// `changing` makes keygen encrypt keys under a new password, which ntpd learns from the file `conf`.
std::string password_setting(std::string_view changing, std::string_view conf);

/// A clients' file made again from the server's key; `place` is where keylink puts it, in options, and
/// `before` what has to be done there first.
std::string client_reissue(const InspectedFile& client, std::string_view place, std::string_view before = {});
std::string client_reissue(const ExaminedFile& client, const Context& context);

/// The same of a GQ key that ntp-keygen made, and that has to be repaired first.
std::string gq_reissue(const ExaminedFile& client, const Context& context);

/// An MV server key made again from the trusted authority.
std::string mv_rewrite(const ExaminedFile& subject, const Context& context);

/// The ids of findings about a link that leads nowhere or to a file of another type, or is none.
constexpr std::array<std::string_view, 4> BROKEN_LINKS = {"link-dangling", "link-loop", "link-wrong-type",
                                                          "link-as-text"};
bool is_broken_link(const std::string& path, const Context& context);
/// "rm PATH... && ", in front of the command that these are in the way of; empty for none.
std::string removal(const std::vector<std::string>& paths);
/// Whether a finding is one of them.
bool is_about_broken_link(const Finding& finding);
/// The links to files of one host in their directory, also in the place of broken ones.
std::string link_making(const std::vector<const ExaminedFile*>& files, const std::string& host,
                        const Context& context, bool is_forced = false);
std::string link_making(const ExaminedFile& subject, const Context& context, bool is_forced = false);
/// A copy of `path`, with the links to it, in the subject's directory.
std::string installation(const ExaminedFile& subject, std::string_view path, std::string_view options,
                         const Context& context);

}  // namespace keygen::inspection
