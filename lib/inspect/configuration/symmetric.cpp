#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "inspect/configuration/keys_log.hpp"
#include "inspect/configuration/startup.hpp"

namespace keygen::inspect_room {

namespace {

using Outcome = ExpectedFile::Outcome;

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

const InspectedFile* load_keys(ConfigurationReport& report, Findings& findings) {
    const auto file =
        std::find_if(report.inspected.files.begin(), report.inspected.files.end(),
                     [&](const InspectedFile& candidate) { return candidate.path == report.keys_path; });
    if (file == report.inspected.files.end()) {
        report.files.push_back({"keys file", report.keys_path, Outcome::missing, "not there"});
        report.log.push_back({missing_file_line(report.daemon, report.keys_path), false});
        findings.add("conf-file-missing", report.path,
                     fmt::format("the keys file {} is not there", quoted(report.keys_path)),
                     fmt::format("keygen -M --dialect {}", name_of(report.daemon)));
        return nullptr;
    }
    const auto& all = report.inspected.findings;
    const auto refused = std::find_if(all.begin(), all.end(), [&](const Finding& finding) {
        return finding.path == report.keys_path &&
               (finding.id == "keys-refused" || finding.id == "keys-none" ||
                finding.id == "unknown-content" || finding.id == "empty");
    });
    const bool is_refused = refused != all.end();
    report.files.push_back({"keys file", report.keys_path, is_refused ? Outcome::refused : Outcome::loaded,
                            is_refused ? refused->cause : fmt::format("{} keys", file->keys.size())});
    if (is_refused) {
        findings.add("conf-file-refused", report.path, fmt::format("the keys file: {}", refused->cause),
                     refused->remedy);
    }
    for (std::string& line : log_of_keys_file(report.keys_path, report.daemon))
        report.log.push_back({std::move(line), false});
    return &*file;
}

class KeyJudge {
  public:
    KeyJudge(ConfigurationReport& report, const InspectedFile* file, Findings& findings)
        : report_(report),
          file_(file),
          findings_(findings),
          trusted_(report.trusted_keys.begin(), report.trusted_keys.end()) {}

    void judge(Association& association) {
        const std::uint32_t id = association.key.value_or(0);
        const InspectedKey* key = find(id);
        association.scheme = key == nullptr ? "" : std::string(format_symmetric_type(key->type));
        if (key == nullptr) {
            fail(association, "conf-key-missing", fmt::format("key {} is not in the keys file", id),
                 report_.daemon == Daemon::ntpsec
                     ? fmt::format("ERR: key {} not found for server {}", id, association.address)
                 : report_.daemon == Daemon::chrony ? fmt::format("Key {} is missing", id)
                                                    : std::string());
        } else if (report_.daemon != Daemon::chrony && !trusted_.contains(id)) {
            fail(association, "conf-key-untrusted", fmt::format("key {} is not in trustedkey", id),
                 report_.daemon == Daemon::ntpsec
                     ? fmt::format("ERR: key {} found but not trusted for server {}", id, association.address)
                     : std::string());
        } else {
            constexpr unsigned CHRONY_SHORT_BITS = 80;
            if (report_.daemon == Daemon::chrony && key->bits < CHRONY_SHORT_BITS)
                report_.log.push_back({fmt::format("Key {} is too short", id), false});
            association.verdict = Association::Verdict::depends;
            association.explanation = fmt::format(
                "{} {}, if the server has the same key under this id", association.scheme,
                key->fingerprint.empty() ? fmt::format("of {} bits", key->bits) : key->fingerprint);
        }
    }

    void check_trusted() {
        if (file_ == nullptr)
            return;
        for (const std::uint32_t id : trusted_) {
            if (find(id) == nullptr) {
                findings_.add("conf-trusted-missing", report_.path,
                              fmt::format("trustedkey {} (and perhaps more) is not in the keys file", id));
                return;
            }
        }
    }

  private:
    [[nodiscard]] const InspectedKey* find(std::uint32_t id) const {
        if (file_ == nullptr)
            return nullptr;
        const auto found = std::find_if(file_->keys.begin(), file_->keys.end(),
                                        [&](const InspectedKey& key) { return key.id == id; });
        return found == file_->keys.end() ? nullptr : &*found;
    }

    void fail(Association& association, std::string_view id, std::string cause, std::string log) {
        association.verdict = Association::Verdict::fails;
        association.explanation =
            cause + (log.empty() ? "; ntpd says nothing about it" : fmt::format(": \"{}\"", log));
        if (!log.empty())
            report_.log.push_back({std::move(log), false});
        const std::uint32_t key = association.key.value_or(0);
        const std::string remedy =
            id == "conf-key-untrusted"
                ? fmt::format("echo 'trustedkey {}' >> {}", key, shell_word(association.path))
            : report_.keys_path.empty()
                ? fmt::format("keygen -M --dialect {} --first-id {}", name_of(report_.daemon), key)
                : fmt::format("keygen --merge {} --dialect {} --first-id {} --key-count 1",
                              shell_word(report_.keys_path), name_of(report_.daemon), key);
        findings_.add(id, Severity::critical, association.path, association.line, std::move(cause), remedy);
    }

    ConfigurationReport& report_;
    const InspectedFile* file_;
    Findings& findings_;
    std::set<std::uint32_t> trusted_;
};

}  // namespace

void start_symmetric(ConfigurationReport& report, const ConfigurationRequest&, Findings& findings) {
    const InspectedFile* file = report.keys_path.empty() ? nullptr : load_keys(report, findings);
    KeyJudge judge(report, file, findings);
    for (Association& association : report.associations) {
        if (association.authentication == Association::Authentication::symmetric)
            judge.judge(association);
        else if (association.authentication == Association::Authentication::nts) {
            association.verdict = Association::Verdict::depends;
            association.explanation =
                "Network Time Security: certificates of TLS, not keys of this directory";
        }
    }
    if (report.daemon != Daemon::chrony)
        judge.check_trusted();
}

}  // namespace keygen::inspect_room
