#include "symmetric/parse.hpp"

#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>

#include "symmetric/dialect.hpp"
#include "symmetric/reading.hpp"

namespace keygen {

namespace symmetric {

bool are_same(const SymmetricKey& a, const SymmetricKey& b) {
    return a.id == b.id && a.type == b.type && a.access == b.access && a.value.equals(b.value);
}

bool are_same(std::span<const SymmetricKey> a, std::span<const SymmetricKey> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return are_same(x, y); });
}

namespace {

const KeysFinding* find_misread(const KeysFile& file) {
    const auto found = std::find_if(file.findings.begin(), file.findings.end(),
                                    [](const auto& finding) { return finding.is_misread; });
    return found == file.findings.end() ? nullptr : &*found;
}

/// Walks over a daemon's keys line by line.
class KeyCursor {
  public:
    explicit KeyCursor(KeysFile& file) : next_(file.keys.begin()), end_(file.keys.end()) {}

    [[nodiscard]] std::size_t line() const { return next_ == end_ ? SIZE_MAX : next_->line; }
    /// The daemon's only key on this line.
    SymmetricKey* take(std::size_t line) {
        SymmetricKey* key = nullptr;
        for (; this->line() == line; ++next_)
            key = &*next_;
        return key;
    }

  private:
    std::vector<SymmetricKey>::iterator next_;
    std::vector<SymmetricKey>::iterator end_;
};

/// By line, the worst first, what several daemons say alike once, and the refusal of the file last.
void sort_findings(std::vector<KeysFinding>& findings) {
    const auto rank = [](const KeysFinding& finding) {
        return std::tuple(finding.id == "file-refused", finding.line, -static_cast<int>(finding.severity),
                          finding.id, std::string_view(finding.text));
    };
    std::sort(findings.begin(), findings.end(),
              [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    const auto repeated = std::unique(findings.begin(), findings.end(),
                                      [&](const auto& a, const auto& b) { return rank(a) == rank(b); });
    findings.erase(repeated, findings.end());
}

KeysFile read_common_file(std::string_view text) {
    auto ntpd = read_file(text, Dialect::ntpd);
    auto ntpsec = read_file(text, Dialect::ntpsec);
    auto chrony = read_file(text, Dialect::chrony);
    KeysFile common;
    common.dialect = Dialect::common;
    common.is_refused = ntpd.is_refused;
    for (auto* file : {&ntpd, &ntpsec, &chrony})
        std::move(file->findings.begin(), file->findings.end(), std::back_inserter(common.findings));
    sort_findings(common.findings);

    std::vector<std::size_t> known;
    for (const auto& finding : common.findings)
        if (finding.is_misread)
            known.push_back(finding.line);
    std::sort(known.begin(), known.end());
    KeyCursor of_ntpd(ntpd), of_ntpsec(ntpsec), of_chrony(chrony);
    for (;;) {
        const auto line = std::min({of_ntpd.line(), of_ntpsec.line(), of_chrony.line()});
        if (line == SIZE_MAX)
            break;
        auto* const a = of_ntpd.take(line);
        auto* const b = of_ntpsec.take(line);
        auto* const c = of_chrony.take(line);
        if (a != nullptr && b != nullptr && c != nullptr && are_same(*a, *b) && are_same(*a, *c))
            common.keys.push_back(std::move(*a));
        else if (!std::binary_search(known.begin(), known.end(), line))
            LineReport(common.findings, line)
                .misread("not-common", "the daemons do not read the same key on this line");
    }
    sort_findings(common.findings);
    return common;
}

}  // namespace

}  // namespace symmetric

using namespace symmetric;

KeysFile parse_keys_file(std::string_view text, Dialect dialect) {
    auto file = dialect == Dialect::common ? read_common_file(text) : read_file(text, dialect);
    if (file.is_refused)
        file.keys.clear();
    return file;
}

KeysFile check_keys_file(std::string_view text, std::string_view path, Dialect dialect) {
    auto file = parse_keys_file(text, dialect);
    if (const auto* finding = find_misread(file))
        throw Error(ErrorCode::bad_file, finding->text).in(path, finding->line);
    return file;
}

Dialect guess_dialect(std::string_view text, std::string_view path) {
    std::vector<KeysFile> clean;
    std::string troubles;
    for (const auto daemon : DAEMON_DIALECTS) {
        auto file = read_file(text, daemon);
        const auto trouble =
            std::find_if(file.findings.begin(), file.findings.end(),
                         [](const auto& finding) { return finding.severity != KeysFinding::Severity::note; });
        if (trouble == file.findings.end())
            clean.push_back(std::move(file));
        else
            troubles += fmt::format("{}{} at line {}", troubles.empty() ? "" : ", ", rules_of(daemon).daemon,
                                    trouble->line);
    }
    constexpr auto HINT = "say whose file it is (--from, with --merge --dialect): ntpd, ntpsec or chrony";
    if (clean.empty())
        throw Error(ErrorCode::bad_file,
                    fmt::format("no daemon reads this keys file as it stands ({})", troubles))
            .in(path)
            .hint(HINT);
    for (const auto& file : clean)
        if (!are_same(file.keys, clean.front().keys))
            throw Error(ErrorCode::bad_file,
                        fmt::format("{} and {} read different keys in this file",
                                    rules_of(clean.front().dialect).daemon, rules_of(file.dialect).daemon))
                .in(path)
                .hint(HINT);
    return clean.size() == DAEMON_DIALECTS.size() ? Dialect::common : clean.front().dialect;
}

}  // namespace keygen
