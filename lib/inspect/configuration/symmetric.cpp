#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "inspect/configuration/glance.hpp"
#include "inspect/configuration/keys_log.hpp"
#include "inspect/configuration/startup.hpp"

namespace keygen::inspect_room {

namespace {

using Outcome = ExpectedFile::Outcome;
using Verdict = Association::Verdict;

// Where the daemons' sentences differ.
std::string missing_file_line(Daemon daemon, const std::string& path) {
    switch (daemon) {
        case Daemon::ntpd:
            return fmt::format("authreadkeys: file '{}': No such file or directory", path);
        case Daemon::ntpsec:
            return fmt::format("AUTH: authreadkeys: file {}: No such file or directory", path);
        case Daemon::chrony:
            return fmt::format("Could not open keyfile {}", path);
    }
    return {};
}

/// The keys that the daemon holds once it has read its file.
class KeyRing {
  public:
    explicit KeyRing(Startup& startup) : startup_(startup) {
        if (startup.report.keys_path.empty())
            return;
        const std::string& path = startup.report.keys_path;
        const Glance glance = glance_at(path);
        switch (glance.state) {
            case Glance::State::there:
                read(glance.content.text());
                break;
            case Glance::State::absent:
                report_missing(path);
                break;
            case Glance::State::unknown:
                is_known_ = false;
                startup.leave_open("keys file", path, glance.cause);
                break;
        }
    }

    [[nodiscard]] bool is_known() const { return is_known_; }
    [[nodiscard]] bool is_read() const { return is_read_; }
    [[nodiscard]] const SymmetricKey* find(std::uint32_t id) const {
        const auto found = std::find_if(file_.keys.begin(), file_.keys.end(),
                                        [&](const SymmetricKey& key) { return key.id == id; });
        return found == file_.keys.end() ? nullptr : &*found;
    }
    /// `wanted`, or the first id that is free where the daemon takes no such id.
    [[nodiscard]] std::uint32_t free_id(std::uint32_t wanted) const {
        const bool is_possible =
            wanted > 0 && (startup_.report.daemon == Daemon::chrony || wanted <= MAX_NTP_KEY_ID);
        std::uint32_t id = is_possible ? wanted : 1;
        while (!is_possible && find(id) != nullptr)
            ++id;
        return id;
    }

  private:
    void read(std::string_view text) {
        ConfigurationReport& report = startup_.report;
        is_read_ = true;
        file_ = parse_keys_file(text, dialect_of(report.daemon));
        const bool is_refused = file_.is_refused || file_.keys.empty();
        const std::string cause = refusal();
        report.files.push_back({"keys file", report.keys_path,
                                is_refused ? Outcome::refused : Outcome::loaded,
                                is_refused ? cause : fmt::format("{} keys", file_.keys.size())});
        if (is_refused)
            startup_.findings.add("conf-file-refused", report.path, fmt::format("the keys file: {}", cause),
                                  fmt::format("keyinspect --dialect {} {}", name_of(report.daemon),
                                              shell_word(report.keys_path)));
        for (std::string& line : log_of_keys_file(file_, text, report.daemon, report.keys_path))
            startup_.log(std::move(line));
    }

    [[nodiscard]] std::string refusal() const {
        const auto found =
            std::find_if(file_.findings.begin(), file_.findings.end(),
                         [](const KeysFinding& finding) { return finding.id == "file-refused"; });
        return found != file_.findings.end()
                   ? found->text
                   : fmt::format("{} finds no key in it", name_of(startup_.report.daemon));
    }

    void report_missing(const std::string& path) {
        ConfigurationReport& report = startup_.report;
        report.files.push_back({"keys file", path, Outcome::missing, "not there"});
        startup_.log(missing_file_line(report.daemon, path));
        std::uint32_t first = 0;
        for (const Association& association : report.associations)
            first = first == 0 ? association.key.value_or(0) : first;
        startup_.findings.add(
            "conf-file-missing", report.path, fmt::format("the keys file {} is not there", quoted(path)),
            fmt::format(
                "install -m 600 /dev/null {0} && keygen --merge {0} --dialect {1} --key-type AES128CMAC "
                "--first-id {2} --key-count 1",
                shell_word(path), name_of(report.daemon), free_id(first)));
    }

    Startup& startup_;
    KeysFile file_;
    bool is_known_ = true;
    bool is_read_ = false;
};

class KeyJudge {
  public:
    KeyJudge(Startup& startup, const KeyRing& ring)
        : startup_(startup), ring_(ring), daemon_(startup.report.daemon) {}

    void judge(Association& association) {
        const std::uint32_t id = association.key.value_or(0);
        const SymmetricKey* key = ring_.find(id);
        const bool is_trusted = daemon_ == Daemon::chrony || startup_.settings.trusted_keys.contains(id);
        const bool is_keys_path_open = startup_.report.keys_path.empty() && startup_.settings.is_incomplete;
        association.scheme = key == nullptr ? "" : std::string(format_symmetric_type(key->type));
        if (!ring_.is_known() || is_keys_path_open ||
            (key != nullptr && !is_trusted && startup_.settings.is_incomplete)) {
            association.verdict = Verdict::unknown;
            association.explanation = "this user cannot read all that decides it";
        } else if (key == nullptr) {
            fail_missing(association, id);
        } else if (!is_trusted) {
            fail_untrusted(association, id);
        } else {
            accept(association, *key);
        }
    }

    void check(const ControlKey& control) {
        const bool is_there = ring_.find(control.id) != nullptr;
        if (!ring_.is_known() || startup_.settings.is_incomplete ||
            (is_there && startup_.settings.trusted_keys.contains(control.id)))
            return;
        startup_.findings.add(
            is_there ? "conf-key-untrusted" : "conf-key-missing", Severity::warning, control.place.path,
            control.place.line,
            fmt::format("{} {} is not in {}: nobody can use it", control.statement, control.id,
                        is_there ? "trustedkey" : "the keys file"),
            is_there ? trust_command(control.id, control.place.path) : key_command(control.id));
    }

    void check_trusted() {
        if (!ring_.is_read())
            return;
        for (const std::uint32_t id : startup_.settings.trusted_keys) {
            if (ring_.find(id) == nullptr) {
                startup_.findings.add(
                    "conf-trusted-missing", startup_.report.path,
                    fmt::format("trustedkey {} (and perhaps more) is not in the keys file", id));
                return;
            }
        }
    }

  private:
    void accept(Association& association, const SymmetricKey& key) {
        constexpr std::size_t CHRONY_SHORT_BYTES = 10;
        if (daemon_ == Daemon::chrony && key.value.size() < CHRONY_SHORT_BYTES)
            startup_.log(fmt::format("Key {} is too short", key.id));
        association.verdict = Verdict::depends;
        association.explanation =
            fmt::format("{} {}, if the server has the same key under this id", association.scheme,
                        fingerprint(key).value_or(fmt::format("of {} bits", key.value.size() * 8)));
    }

    void fail_missing(Association& association, std::uint32_t id) {
        const bool is_possible = daemon_ == Daemon::chrony || id <= MAX_NTP_KEY_ID;
        const std::string cause =
            is_possible
                ? fmt::format("key {} is not in the keys file", id)
                : fmt::format("key {} cannot be in the keys file, where ids go up to {}", id, MAX_NTP_KEY_ID);
        fail(association, cause,
             daemon_ == Daemon::ntpsec
                 ? fmt::format("ERR: key {} not found for server {}", id, association.address)
             : daemon_ == Daemon::chrony ? fmt::format("Key {} is missing", id)
                                         : std::string());
        startup_.findings.add("conf-key-missing", Severity::critical, association.path, association.line,
                              cause, key_command(id));
    }

    void fail_untrusted(Association& association, std::uint32_t id) {
        const std::string cause = fmt::format("key {} is not in trustedkey", id);
        fail(association, cause,
             daemon_ == Daemon::ntpsec
                 ? fmt::format("ERR: key {} found but not trusted for server {}", id, association.address)
                 : std::string());
        startup_.findings.add("conf-key-untrusted", Severity::critical, association.path, association.line,
                              cause, trust_command(id, association.path));
    }

    void fail(Association& association, const std::string& cause, std::string log) {
        association.verdict = Verdict::fails;
        association.explanation =
            cause + (log.empty() ? "; ntpd says nothing about it" : fmt::format(": \"{}\"", log));
        if (!log.empty())
            startup_.log(std::move(log));
    }

    // A second trustedkey statement would make ntpd forget the first.
    [[nodiscard]] std::string trust_command(std::uint32_t id, const std::string& path) const {
        const auto& place = startup_.settings.trusted_at;
        return place ? fmt::format("sed -i --follow-symlinks '{}s/trustedkey/trustedkey {}/' {}", place->line,
                                   id, shell_word(place->path))
                     : fmt::format("sed -i --follow-symlinks '$a trustedkey {}' {}", id, shell_word(path));
    }

    [[nodiscard]] std::string key_command(std::uint32_t id) const {
        const std::string& path = startup_.report.keys_path;
        const std::string options =
            fmt::format("--dialect {} --key-type AES128CMAC --first-id {} --key-count 1", name_of(daemon_),
                        ring_.free_id(id));
        return path.empty()      ? fmt::format("keygen -M {}", options)
               : ring_.is_read() ? fmt::format("keygen --merge {} {}", shell_word(path), options)
                                 : std::string();  // the missing file's own remedy makes one
    }

    Startup& startup_;
    const KeyRing& ring_;
    Daemon daemon_;
};

}  // namespace

void start_symmetric(Startup& startup) {
    const KeyRing ring(startup);
    for (const std::string& line : startup.settings.bad_trusted)
        startup.log(line);
    KeyJudge judge(startup, ring);
    for (Association& association : startup.report.associations) {
        if (association.authentication == Association::Authentication::symmetric) {
            judge.judge(association);
        } else if (association.authentication == Association::Authentication::nts) {
            association.verdict = Verdict::depends;
            association.explanation =
                "Network Time Security: certificates of TLS, not keys of this directory";
        }
    }
    for (const ControlKey& control : startup.settings.control_keys)
        judge.check(control);
    if (startup.report.daemon != Daemon::chrony)
        judge.check_trusted();
}

}  // namespace keygen::inspect_room
