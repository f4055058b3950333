#include <fmt/format.h>

#include "inspect/configuration/key_ring.hpp"
#include "inspect/configuration/startup.hpp"

namespace keygen::inspection {

namespace {

using Verdict = Association::Verdict;

class KeyEvaluator {
  public:
    KeyEvaluator(Startup& startup, const KeyRing& ring)
        : startup_(startup), ring_(ring), daemon_(startup.report.daemon) {}

    void evaluate(Association& association) {
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
            is_there ? "conf-key-untrusted" : "conf-key-missing", Severity::warning,
            control.directory_scan.path, control.directory_scan.line,
            fmt::format("{} {} is not in {}: nobody can use it", control.statement, control.id,
                        is_there ? "trustedkey" : "the keys file"),
            is_there ? trust_command(control.id, control.directory_scan.path) : key_command(control.id));
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
        const auto& directory_scan = startup_.settings.trusted_at;
        return directory_scan
                   ? fmt::format("sed -i --follow-symlinks '{}s/trustedkey/trustedkey {}/' {}",
                                 directory_scan->line, id, shell_word(directory_scan->path))
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
    KeyEvaluator evaluate(startup, ring);
    for (Association& association : startup.report.associations) {
        if (association.authentication == Association::Authentication::symmetric) {
            evaluate.evaluate(association);
        } else if (association.authentication == Association::Authentication::nts) {
            association.verdict = Verdict::depends;
            association.explanation =
                "Network Time Security: certificates of TLS, not keys of this directory";
        }
    }
    for (const ControlKey& control : startup.settings.control_keys)
        evaluate.check(control);
    if (startup.report.daemon != Daemon::chrony)
        evaluate.check_trusted();
}

}  // namespace keygen::inspection
