#include "inspect/daemon_keys.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "daemon/file_probe.hpp"

namespace keygen::inspection {

namespace {

using Outcome = ExpectedFile::Outcome;
using Verdict = Association::Verdict;

// A keys file that nothing asks for a key may be empty or absent, as in stock installations.
Severity severity(const ExaminedDaemon& examined, bool is_damaged) {
    if (needs_symmetric_keys(examined.settings, examined.report.associations))
        return Severity::critical;
    return is_damaged ? Severity::warning : Severity::note;
}

std::string first_key_command(const ExaminedDaemon& examined) {
    const std::string path = shell_word(examined.report.keys_path);
    std::uint32_t first = 1;
    for (const Association& association : examined.report.associations)
        first = first == 1 ? association.key.value_or(1) : first;
    const std::string directory = examined.report.keys_path.substr(0, examined.report.keys_path.rfind('/'));
    struct stat status {};
    const bool lacks_directory = examined.report.keys_path.find('/') != std::string::npos &&
                                 !directory.empty() && ::stat(directory.c_str(), &status) != 0;
    return fmt::format(
        "{}install -m 600 /dev/null {} && keygen --merge {} --dialect {} --key-type AES128CMAC "
        "--first-id {} --key-count 1",
        lacks_directory ? fmt::format("mkdir -p {} && ", shell_word(directory)) : "", path, path,
        name_of(examined.report.daemon), first <= daemon::MAX_NTP_KEY_ID ? first : 1);
}

void read_keys(ExaminedDaemon& examined, std::string_view text) {
    ConfigurationReport& report = examined.report;
    examined.are_keys_read = true;
    examined.keys = parse_keys_file(text, dialect_of(report.daemon));
    for (std::size_t place = 0; place < examined.keys.keys.size(); ++place)
        examined.key_places.emplace(examined.keys.keys[place].id, place);
    const bool is_refused = examined.keys.is_refused || examined.keys.keys.empty();
    std::string cause = fmt::format("{} finds no key in it", name_of(report.daemon));
    for (const KeysFinding& finding : examined.keys.findings) {
        if (finding.id == "file-refused")
            cause = finding.text;
    }
    report.files.push_back({"keys file", report.keys_path, is_refused ? Outcome::refused : Outcome::loaded,
                            is_refused ? cause : fmt::format("{} keys", examined.keys.keys.size())});
    if (is_refused)
        examined.findings.add(
            "conf-file-refused", severity(examined, examined.keys.is_refused), report.path,
            examined.settings.keys_at.line, fmt::format("the keys file: {}", cause),
            fmt::format("keyinspect --dialect {} {}", name_of(report.daemon), shell_word(report.keys_path)));
}

// chronyd reads its keyfile again when it is told to, and is not root any more then.
void check_reader(ExaminedDaemon& examined) {
    const std::string& path = examined.report.keys_path;
    const std::string closed = find_closed_to_user(examined, path);
    if (closed.empty() || examined.report.daemon != Daemon::chrony || examined.keys.keys.empty())
        return;
    examined.findings.add(
        "conf-user-unreadable", Severity::warning, examined.settings.keys_at.path,
        examined.settings.keys_at.line,
        fmt::format("user {} cannot read {}: chronyd loses all keys at the next \"chronyc rekey\"",
                    examined.user->name, escaped(closed)),
        fmt::format("chgrp {0} {1} && chmod 640 {1}", shell_word(examined.user->group), shell_word(path)));
}

/// What is said about one association's key.
class KeyJudge {
  public:
    KeyJudge(ExaminedDaemon& examined, Association& association)
        : examined_(examined), association_(association), id_(association.key.value_or(0)) {}

    void judge(const ExaminedDaemon* server) {
        const SymmetricKey* key = find_key(examined_, id_);
        const daemon::Settings& settings = examined_.settings;
        const bool has_path = !examined_.report.keys_path.empty();
        const bool is_trusted_here = is_trusted(examined_, id_);
        association_.scheme = key == nullptr ? "" : std::string(format_symmetric_type(key->type));
        if (!examined_.are_keys_known || (!has_path && settings.is_incomplete) ||
            (key != nullptr && !is_trusted_here && settings.is_incomplete))
            decide(association_, Verdict::unknown, "this user cannot read all that decides it");
        else if (key == nullptr ||
                 (examined_.report.daemon == Daemon::ntpsec && id_ == daemon::MAX_NTP_KEY_ID))
            fail("conf-key-missing", missing_cause(), missing_remedy());
        else if (!is_trusted_here)
            fail("conf-key-untrusted", fmt::format("key {} is not in trustedkey", id_),
                 trust_command(association_.path));
        else if (server == nullptr || !server->are_keys_known)
            decide(association_, Verdict::depends,
                   fmt::format("{} {}, if the server has the same key under this id", association_.scheme,
                               fingerprint(*key).value_or(fmt::format("of {} bits", key->value.size() * 8))));
        else
            compare(*key, *server);
    }

    // A second trustedkey statement would make ntpd forget the first.
    [[nodiscard]] std::string trust_command(const std::string& path) const {
        const auto& place = examined_.settings.trusted_at;
        return place ? fmt::format("sed -i --follow-symlinks '{}s/trustedkey/trustedkey {}/' {}", place->line,
                                   id_, shell_word(place->path))
                     : fmt::format("sed -i --follow-symlinks '$a trustedkey {}' {}", id_, shell_word(path));
    }

  private:
    void fail(std::string_view id, std::string cause, std::string remedy) {
        inspection::fail(examined_, association_, id, std::move(cause), std::move(remedy));
    }

    [[nodiscard]] std::string missing_cause() const {
        const bool is_chrony = examined_.report.daemon == Daemon::chrony;
        if (!association_.key)
            return "the line names no key";
        // NTPsec refuses its own last id on a server line.
        const std::uint32_t last =
            daemon::MAX_NTP_KEY_ID - (examined_.report.daemon == Daemon::ntpsec ? 1 : 0);
        if (!is_chrony && id_ > last)
            return fmt::format("no association can have key {}: ids go up to {}", id_, last);
        if (examined_.report.keys_path.empty())
            return fmt::format("key {} has no file to be in: there is no {} line", id_,
                               is_chrony ? "keyfile" : "keys");
        if (!examined_.are_keys_read)
            return fmt::format("key {} is not known, since the keys file is not there", id_);
        if (examined_.keys.is_refused)
            return fmt::format("key {} is not known, since the daemon refuses the keys file", id_);
        return fmt::format("key {} is not in the keys file", id_);
    }

    // The key is the server's: a new one made here alone would not be the same.
    [[nodiscard]] std::string missing_remedy() const {
        if (!examined_.are_keys_read || examined_.keys.is_refused || !association_.key)
            return "";
        return fmt::format("on {}: copy the line of key {} of its keys file into {} here",
                           escaped(association_.address), id_, escaped(examined_.report.keys_path));
    }

    void compare(const SymmetricKey& own, const ExaminedDaemon& server) {
        const SymmetricKey* other = find_key(server, id_);
        const std::string where = escaped(server.report.path);
        if (other == nullptr)
            fail("conf-key-mismatch", fmt::format("the server of {} has no key {}", where, id_), "");
        else if (!is_trusted(server, id_))
            fail("conf-key-mismatch", fmt::format("the server of {} does not trust its key {}", where, id_),
                 "");
        else if (own.type != other->type || !own.value.equals(other->value))
            fail("conf-key-mismatch",
                 fmt::format("the server of {} has another key {}: {} there, {} here", where, id_,
                             format_symmetric_type(other->type), format_symmetric_type(own.type)),
                 "");
        else
            decide(association_, Verdict::verifies,
                   fmt::format("{} {} on both sides", association_.scheme, fingerprint(own).value_or("key")));
    }

    ExaminedDaemon& examined_;
    Association& association_;
    std::uint32_t id_;
};

void check_control(ExaminedDaemon& examined, const daemon::ControlKey& control) {
    const bool is_there = find_key(examined, control.id) != nullptr;
    if (!examined.are_keys_known || examined.settings.is_incomplete ||
        (is_there && is_trusted(examined, control.id)))
        return;
    Association place;
    place.key = control.id;
    examined.findings.add(
        is_there ? "conf-key-untrusted" : "conf-key-missing", Severity::warning, control.place.path,
        control.place.line,
        fmt::format("{} {} is not in {}: nobody can use it", control.statement, control.id,
                    is_there ? "trustedkey" : "the keys file"),
        is_there ? KeyJudge(examined, place).trust_command(control.place.path) : std::string());
}

}  // namespace

Dialect dialect_of(Daemon daemon) {
    return daemon == Daemon::chrony   ? Dialect::chrony
           : daemon == Daemon::ntpsec ? Dialect::ntpsec
                                      : Dialect::ntpd;
}

bool needs_symmetric_keys(const daemon::Settings& settings, const std::vector<Association>& associations) {
    return !settings.control_keys.empty() ||
           std::any_of(associations.begin(), associations.end(), [](const Association& association) {
               return association.authentication == Association::Authentication::symmetric;
           });
}

void load_keys(ExaminedDaemon& examined) {
    const std::string& path = examined.report.keys_path;
    if (path.empty())
        return;
    const daemon::FileProbe probed = daemon::probe(path);
    switch (probed.state) {
        case daemon::FileProbe::State::present:
            read_keys(examined, probed.content.text());
            check_reader(examined);
            return;
        case daemon::FileProbe::State::absent:
            examined.report.files.push_back({"keys file", path, Outcome::missing, "not there"});
            examined.findings.add("conf-file-missing", severity(examined, false), examined.report.path,
                                  examined.settings.keys_at.line,
                                  fmt::format("the keys file {} is not there", escaped(path)),
                                  first_key_command(examined));
            return;
        case daemon::FileProbe::State::unknown:
            examined.are_keys_known = false;
            leave_open(examined, "keys file", path, probed.cause);
            return;
    }
}

const SymmetricKey* find_key(const ExaminedDaemon& examined, std::uint32_t id) {
    const auto found = examined.key_places.find(id);
    return found == examined.key_places.end() ? nullptr : &examined.keys.keys[found->second];
}

bool is_trusted(const ExaminedDaemon& examined, std::uint32_t id) {
    return examined.report.daemon == Daemon::chrony ||
           (id <= daemon::MAX_NTP_KEY_ID && examined.settings.trusted_keys.test(id));
}

void judge_key(ExaminedDaemon& examined, Association& association, const ExaminedDaemon* server) {
    KeyJudge(examined, association).judge(server);
}

void check_other_keys(ExaminedDaemon& examined) {
    for (const daemon::ControlKey& control : examined.settings.control_keys)
        check_control(examined, control);
    if (!examined.are_keys_read || examined.report.daemon == Daemon::chrony)
        return;
    for (const std::uint32_t id : examined.report.trusted_keys) {
        if (find_key(examined, id) == nullptr) {
            examined.findings.add(
                "conf-trusted-missing", examined.report.path,
                fmt::format("trustedkey {} (and perhaps more) is not in the keys file", id));
            return;
        }
    }
}

}  // namespace keygen::inspection
