#include "symmetric/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "symmetric/dialect.hpp"
#include "symmetric/read_chrony.hpp"
#include "symmetric/read_ntp.hpp"
#include "symmetric/type.hpp"

namespace keygen::symmetric {

namespace {

constexpr std::string_view BYTE_ORDER_MARK = "\xef\xbb\xbf";

using Severity = KeysFinding::Severity;

std::string_view say_which_duplicate(Dialect daemon) {
    switch (daemon) {
        case Dialect::ntpd:
            return "ntpd keeps that one";
        case Dialect::ntpsec:
            return "NTPsec keeps this one";
        default:
            return "chrony takes either of them";
    }
}

/// Adds keys in the order of a file and settles which of two with the same id the daemon holds.
class KeyRing {
  public:
    explicit KeyRing(KeysFile& file) : file_(file) {}

    void add(SymmetricKey key, LineReport& report) {
        const auto [place, is_new] = places_.try_emplace(key.id, file_.keys.size());
        if (is_new) {
            file_.keys.push_back(std::move(key));
            return;
        }
        auto& older = file_.keys[place->second];
        report.misread("duplicate-id", fmt::format("key id {} is on line {} already; {}", key.id, older.line,
                                                   say_which_duplicate(file_.dialect)));
        if (file_.dialect == Dialect::ntpsec)
            older = std::move(key);
    }

  private:
    KeysFile& file_;
    std::unordered_map<std::uint32_t, std::size_t> places_;
};

std::optional<SymmetricKey> read_piece(const InputLine& piece, Dialect daemon, LineReport& report) {
    const auto name = rules_of(daemon).daemon;
    if (piece.has_zero)
        report.misread("zero-byte", fmt::format("{} reads the line only up to its zero byte", name));
    if (piece.line == 1 && piece.text.starts_with(BYTE_ORDER_MARK)) {
        report.reject("byte-order-mark", fmt::format("{} takes the byte order mark for a key id", name));
        return std::nullopt;
    }
    auto key =
        daemon == Dialect::chrony ? read_chrony_line(piece, report) : read_ntp_line(piece, daemon, report);
    if (key)
        key->line = piece.line;
    return key;
}

}  // namespace

void LineReport::add(Severity severity, std::string_view id, std::string text, bool is_misread) {
    findings_.push_back({severity, line_, id, std::move(text), is_misread});
}

void LineReport::reject(std::string_view id, std::string text) {
    is_rejected_ = true;
    add(Severity::error, id, std::move(text), true);
}

void LineReport::ignore(std::string_view id, std::string text) {
    add(Severity::error, id, std::move(text), true);
}

void LineReport::misread(std::string_view id, std::string text) {
    add(Severity::warning, id, std::move(text), true);
}

void LineReport::warn(std::string_view id, std::string text) {
    add(Severity::warning, id, std::move(text), false);
}

void LineReport::note(std::string_view id, std::string text) {
    add(Severity::note, id, std::move(text), false);
}

void report_weakness(const SymmetricKey& key, LineReport& report) {
    if (properties_of(key.type).cmac_key_bytes == 0 && key.value.size() < MIN_SECURE_KEY_BYTES)
        report.note("short-key", fmt::format("the key has fewer than {} bytes ({} bits)",
                                             MIN_SECURE_KEY_BYTES, 8 * MIN_SECURE_KEY_BYTES));
}

KeysFile read_file(std::string_view text, Dialect daemon) {
    KeysFile file;
    file.dialect = daemon;
    KeyRing ring(file);
    const auto& rules = rules_of(daemon);
    PieceReader reader(text, rules.line_max);
    std::size_t bad_lines = 0;
    std::size_t first_bad_line = 0;
    std::size_t long_line = 0;
    while (const auto piece = reader.next()) {
        LineReport report(file.findings, piece->line);
        if (piece->is_part && long_line != piece->line) {
            long_line = piece->line;
            report.misread("line-too-long",
                           fmt::format("the line has more than {} bytes; {} takes the rest for another line",
                                       rules.line_max, rules.daemon));
        }
        if (auto key = read_piece(*piece, daemon, report))
            ring.add(std::move(*key), report);
        if (report.is_rejected() && bad_lines++ == 0)
            first_bad_line = piece->line;
    }
    if (daemon == Dialect::ntpsec)  // the last of two keys stands in the place of the first
        std::stable_sort(file.keys.begin(), file.keys.end(),
                         [](const auto& a, const auto& b) { return a.line < b.line; });
    if (daemon == Dialect::ntpd && bad_lines > 0) {
        file.is_refused = true;
        LineReport(file.findings, first_bad_line)
            .reject("file-refused",
                    bad_lines == 1 ? "ntpd refuses the whole file for one bad line, without naming the line"
                                   : fmt::format("ntpd refuses the whole file for {} bad lines; it reports "
                                                 "five of them, without line numbers",
                                                 bad_lines));
    }
    return file;
}

}  // namespace keygen::symmetric
