#include "inspect/keys_dialect.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "symmetric/parse.hpp"

namespace keygen::inspection {

namespace {

std::size_t place_of(Dialect daemon) {
    return static_cast<std::size_t>(
        std::find(symmetric::DAEMON_DIALECTS.begin(), symmetric::DAEMON_DIALECTS.end(), daemon) -
        symmetric::DAEMON_DIALECTS.begin());
}

std::size_t count_faulty_lines(const KeysFile& file) {
    std::set<std::size_t> lines;
    for (const KeysFinding& finding : file.findings) {
        if (finding.severity != KeysFinding::Severity::note && finding.id != "file-refused")
            lines.insert(finding.line);
    }
    return lines.size();
}

// Whose file it is by its name and first line. keygen and ntp-keygen write the same ones in every dialect.
std::optional<Dialect> dialect_named(const ExaminedFile& subject) {
    if (subject.header && subject.header->name)
        return subject.header->name->type.ends_with("key") ? Dialect::ntpd : Dialect::ntpsec;
    return subject.file.name == "ntp.keys" ? std::optional(Dialect::ntpd) : std::nullopt;
}

}  // namespace

Readings::Readings(std::string_view text) {
    for (std::size_t i = 0; i < symmetric::DAEMON_DIALECTS.size(); ++i) {
        files_[i] = parse_keys_file(text, symmetric::DAEMON_DIALECTS[i]);
        faulty_lines_[i] = count_faulty_lines(files_[i]);
    }
}

const KeysFile& Readings::of(Dialect daemon) const {
    return files_.at(place_of(daemon));
}

std::size_t Readings::faulty_lines(Dialect daemon) const {
    return faulty_lines_.at(place_of(daemon));
}

std::vector<Dialect> Readings::best() const {
    const std::size_t least = *std::min_element(faulty_lines_.begin(), faulty_lines_.end());
    std::vector<Dialect> result;
    for (const Dialect daemon : symmetric::DAEMON_DIALECTS) {
        if (faulty_lines(daemon) == least)
            result.push_back(daemon);
    }
    return result;
}

bool Readings::are_alike(const std::vector<Dialect>& daemons) const {
    return std::all_of(daemons.begin(), daemons.end(), [&](Dialect daemon) {
        return symmetric::are_same(of(daemon).keys, of(daemons.front()).keys);
    });
}

std::optional<Dialect> dialect_of(const ExaminedFile& subject, std::string_view text,
                                  const Readings& readings, const Context& context) {
    if (context.request.dialect)
        return context.request.dialect;
    if (subject.file.name.find("chrony") != std::string::npos)
        return Dialect::chrony;
    const std::vector<Dialect> best = readings.best();
    if (best.size() == 1)
        return best.front();
    const bool is_read_well = readings.faulty_lines(best.front()) == 0;
    const bool is_common =
        best.size() == symmetric::DAEMON_DIALECTS.size() && is_read_well && readings.are_alike(best);
    if (is_common)
        return Dialect::common;
    const auto named = dialect_named(subject);
    if (named && std::find(best.begin(), best.end(), *named) != best.end())
        return named;
    try {
        return guess_dialect(text, subject.file.path);
    } catch (const Error& error) {
        context.findings.add("keys-dialect-unclear", subject.file.path, error.message(),
                             fmt::format("keyinspect --dialect ntpd {}", shell_word(subject.file.path)));
        return std::nullopt;
    }
}

}  // namespace keygen::inspection
