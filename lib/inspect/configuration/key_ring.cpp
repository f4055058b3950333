#include "inspect/configuration/key_ring.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "inspect/configuration/file_probe.hpp"
#include "inspect/configuration/keys_log.hpp"

namespace keygen::inspection {

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

}  // namespace

KeyRing::KeyRing(Startup& startup) : startup_(startup) {
    if (startup.report.keys_path.empty())
        return;
    const std::string& path = startup.report.keys_path;
    const FileProbe probed = probe(path);
    switch (probed.state) {
        case FileProbe::State::present:
            read(probed.content.text());
            break;
        case FileProbe::State::absent:
            report_missing(path);
            break;
        case FileProbe::State::unknown:
            is_known_ = false;
            startup.leave_open("keys file", path, probed.cause);
            break;
    }
}

const SymmetricKey* KeyRing::find(std::uint32_t id) const {
    const auto found = places_.find(id);
    return found == places_.end() ? nullptr : &file_.keys[found->second];
}

std::uint32_t KeyRing::free_id(std::uint32_t wanted) const {
    const bool is_possible =
        wanted > 0 && (startup_.report.daemon == Daemon::chrony || wanted <= MAX_NTP_KEY_ID);
    std::uint32_t id = is_possible ? wanted : 1;
    while (!is_possible && find(id) != nullptr)
        ++id;
    return id;
}

void KeyRing::read(std::string_view text) {
    ConfigurationReport& report = startup_.report;
    is_read_ = true;
    file_ = parse_keys_file(text, dialect_of(report.daemon));
    for (std::size_t place = 0; place < file_.keys.size(); ++place)
        places_.emplace(file_.keys[place].id, place);
    const bool is_refused = file_.is_refused || file_.keys.empty();
    const std::string cause = refusal();
    report.files.push_back({"keys file", report.keys_path, is_refused ? Outcome::refused : Outcome::loaded,
                            is_refused ? cause : fmt::format("{} keys", file_.keys.size())});
    if (is_refused)
        startup_.findings.add(
            "conf-file-refused", report.path, fmt::format("the keys file: {}", cause),
            fmt::format("keyinspect --dialect {} {}", name_of(report.daemon), shell_word(report.keys_path)));
    for (std::string& line : log_of_keys_file(file_, text, report.daemon, report.keys_path))
        startup_.log(std::move(line));
}

std::string KeyRing::refusal() const {
    const auto found = std::find_if(file_.findings.begin(), file_.findings.end(),
                                    [](const KeysFinding& finding) { return finding.id == "file-refused"; });
    return found != file_.findings.end()
               ? found->text
               : fmt::format("{} finds no key in it", name_of(startup_.report.daemon));
}

void KeyRing::report_missing(const std::string& path) {
    ConfigurationReport& report = startup_.report;
    report.files.push_back({"keys file", path, Outcome::missing, "not there"});
    startup_.log(missing_file_line(report.daemon, path));
    std::uint32_t first = 0;
    for (const Association& association : report.associations)
        first = first == 0 ? association.key.value_or(0) : first;
    startup_.findings.add(
        "conf-file-missing", report.path, fmt::format("the keys file {} is not there", escaped(path)),
        fmt::format("install -m 600 /dev/null {0} && keygen --merge {0} --dialect {1} --key-type AES128CMAC "
                    "--first-id {2} --key-count 1",
                    shell_word(path), name_of(report.daemon), free_id(first)));
}

}  // namespace keygen::inspection
