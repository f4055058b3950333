#include "inspect/keys_file.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "inspect/keys_dialect.hpp"
#include "inspect/keys_remedy.hpp"

namespace keygen::inspection {

namespace {

std::string daemon_name(Dialect dialect) {
    return dialect == Dialect::ntpsec ? "NTPsec" : std::string(format_dialect(dialect));
}

std::string id_of(const KeysFinding& finding) {
    return finding.id == "file-refused" ? "keys-refused" : fmt::format("keys-{}", finding.id);
}

// Lines without a key are skipped, but by ntpd, which then refuses the whole file.
Severity severity_of(const KeysFinding& finding, Dialect dialect) {
    if (finding.id == "bad-id" && dialect != Dialect::ntpd)
        return Severity::warning;
    switch (finding.severity) {
        case KeysFinding::Severity::note:
            return Severity::note;
        case KeysFinding::Severity::warning:
            return Severity::warning;
        case KeysFinding::Severity::error:
            return Severity::critical;
    }
    return Severity::note;
}

// One finding for all lines with the same fault: a file of ntp-keygen has it on each.
struct Group {
    const KeysFinding* first = nullptr;
    std::size_t count = 0;
};

std::map<std::string_view, Group> group_by_id(const KeysFile& file) {
    std::map<std::string_view, Group> groups;
    for (const KeysFinding& finding : file.findings) {
        Group& group = groups[finding.id];
        if (group.count++ == 0 || finding.severity > group.first->severity)
            group.first = &finding;
    }
    return groups;
}

std::string text_of(const Group& group) {
    return group.count == 1 ? group.first->text
                            : fmt::format("{} (and {} more lines)", group.first->text, group.count - 1);
}

void report_own(const KeysFile& file, const std::string& path, KeysRemedies& remedies,
                const Context& context) {
    const auto groups = group_by_id(file);
    std::string any_remedy;
    bool is_misread = false;
    for (const auto& [id, group] : groups) {
        if (any_remedy.empty() && group.first->is_misread)
            any_remedy = remedies.in_place(*group.first, file.dialect);
        is_misread |= group.first->is_misread;
    }
    for (const auto& [id, group] : groups) {
        std::string remedy;
        if (group.first->id == "file-refused")
            remedy = any_remedy;
        else if (group.first->severity != KeysFinding::Severity::note)
            remedy = remedies.in_place(*group.first, file.dialect);
        context.findings.add(id_of(*group.first), severity_of(*group.first, file.dialect), path,
                             group.first->line, text_of(group), std::move(remedy));
    }
    if (file.keys.empty() && !file.is_refused)
        context.findings.add("keys-none", path,
                             fmt::format("{} finds no key in this file", daemon_name(file.dialect)),
                             is_misread ? any_remedy : remedies.merge(file.dialect));
}

bool is_quoted(std::string_view text) {
    constexpr std::size_t TWO_QUOTES = 2;
    return text.size() > TWO_QUOTES && text.front() == text.back() &&
           (text.front() == '"' || text.front() == '\'');
}

// What people write round digits, and the daemon takes for the key.
void report_decorations(const KeysFile& file, const std::string& path, const Context& context) {
    for (const SymmetricKey& key : file.keys) {
        const std::string_view text = key.value.text();
        if (is_quoted(text))
            context.findings.add(
                "keys-quoted", Severity::warning, path, key.line,
                fmt::format("{} takes the quotes for a part of key {}", daemon_name(file.dialect), key.id));
        if (file.dialect == Dialect::chrony && (text.starts_with("0x") || text.starts_with("hex:")))
            context.findings.add("keys-hex-without-prefix", Severity::warning, path, key.line,
                                 fmt::format("chrony takes key {} for text: its prefix is HEX:", key.id));
    }
}

void report_other(const KeysFile& file, std::optional<Dialect> own, const std::string& path,
                  KeysRemedies& remedies, const Context& context) {
    for (const auto& [id, group] : group_by_id(file)) {
        if (group.first->severity != KeysFinding::Severity::note)
            context.findings.add(id_of(*group.first), Severity::note, path, group.first->line,
                                 fmt::format("in {}: {}", daemon_name(file.dialect), text_of(group)),
                                 own ? remedies.beside(*own, file.dialect) : "");
    }
}

// NTPsec's ntpkeygen stamps its files with Unix time, which NTP seconds of today are far from.
UnixTime moment_of(Filestamp stamp, UnixTime now) {
    constexpr UnixTime YEAR_2000 = 946684800;
    const UnixTime moment = stamp.to_unix(now);
    const auto as_unix = static_cast<UnixTime>(stamp.value());
    const UnixTime latest = now + SECONDS_PER_DAY;
    return moment > latest && as_unix >= YEAR_2000 && as_unix <= latest ? as_unix : moment;
}

void describe_keys(InspectedFile& file, const KeysFile& keys) {
    constexpr unsigned BITS_PER_BYTE = 8;
    for (const SymmetricKey& key : keys.keys)
        file.keys.push_back({key.id, key.type, static_cast<unsigned>(key.value.size()) * BITS_PER_BYTE,
                             fingerprint(key).value_or(""), key.line});
}

// Other files, such as leap-seconds.list, have numbers in front too.
bool is_symmetric_type(std::string_view word) {
    try {
        (void)parse_symmetric_type(word);
        return true;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

bool is_keys_file_name(std::string_view name) {
    return name == "ntp.keys" || name.ends_with(".keys") || name == "keys" ||
           name.starts_with("ntpkey_MD5key_") || name.starts_with("ntpkey_AES_");
}

bool looks_like_keys_file(std::string_view text) {
    constexpr std::size_t MAX_LINES = 50;
    constexpr std::string_view SPACE = " \t\r";
    for (std::size_t count = 0; count < MAX_LINES && !text.empty(); ++count) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(SPACE), line.size()));
        if (line.empty() || std::string_view("#!;%").find(line.front()) != std::string_view::npos)
            continue;
        const auto id_end = std::min(line.find_first_not_of("0123456789"), line.size());
        std::string_view type = line.substr(id_end);
        if (id_end == 0 || type.find_first_of(SPACE) != 0)
            return false;
        type.remove_prefix(std::min(type.find_first_not_of(SPACE), type.size()));
        return is_symmetric_type(type.substr(0, type.find_first_of(SPACE)));
    }
    return false;
}

void inspect_keys_file(ExaminedFile& subject, std::string_view text, const Context& context) {
    InspectedFile& file = subject.file;
    file.kind = FileKind::symmetric_keys;
    file.assurance = VerificationState::unconfirmed;
    if (file.filestamp)
        file.generated_at = moment_of(*file.filestamp, context.request.now);
    subject.is_secret = true;
    const Readings readings(text);
    KeysRemedies remedies(text, file.path, readings);
    file.dialect = dialect_of(subject, text, readings, context);
    if (file.dialect == Dialect::common) {
        const KeysFile keys = parse_keys_file(text, Dialect::common);
        describe_keys(file, keys);
        report_own(keys, file.path, remedies, context);
        return;
    }
    const Dialect own = file.dialect.value_or(Dialect::ntpd);
    describe_keys(file, readings.of(own));
    if (file.dialect) {
        report_own(readings.of(own), file.path, remedies, context);
        report_decorations(readings.of(own), file.path, context);
    }
    for (const Dialect daemon : symmetric::DAEMON_DIALECTS) {
        if (!file.dialect || daemon != own)
            report_other(readings.of(daemon), file.dialect, file.path, remedies, context);
    }
}

}  // namespace keygen::inspection
