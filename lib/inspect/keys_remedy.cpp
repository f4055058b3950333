#include "inspect/keys_remedy.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include "symmetric/convert.hpp"

namespace keygen::inspection {

std::string KeysRemedies::in_place(const KeysFinding& finding, Dialect own) {
    if (finding.id == "carriage-return")
        return "sed -i --follow-symlinks 's/\\r$//' " + shell_word(path_);
    if (finding.id == "byte-order-mark")
        return "sed -i --follow-symlinks '1s/^\\xef\\xbb\\xbf//' " + shell_word(path_);
    const auto from = source_for(own);
    if (!from)
        return "";
    const std::string output = shell_word(path_ + ".new");
    return fmt::format("{} && cp {} {} && rm {}", convert(*from, own, output), output, shell_word(path_),
                       output);
}

std::string KeysRemedies::beside(Dialect own, Dialect daemon) {
    return can_convert(own, daemon)
               ? convert(own, daemon, shell_word(fmt::format("{}.{}", path_, format_dialect(daemon))))
               : "";
}

std::string KeysRemedies::merge(Dialect own) const {
    return fmt::format("keygen --merge {} --dialect {}", shell_word(path_), format_dialect(own));
}

// Nobody else may read what a redirection creates.
std::string KeysRemedies::convert(Dialect from, Dialect to, const std::string& output) const {
    return fmt::format("(umask 077; keygen --convert {} --from {} --dialect {} >{})", shell_word(path_),
                       format_dialect(from), format_dialect(to), output);
}

std::optional<Dialect> KeysRemedies::source_for(Dialect own) {
    for (const Dialect daemon : symmetric::DAEMON_DIALECTS) {
        if (daemon != own && readings_.faulty_lines(daemon) == 0 && can_convert(daemon, own))
            return daemon;
    }
    return std::nullopt;
}

bool KeysRemedies::can_convert(Dialect from, Dialect to) {
    const auto [known, is_new] = tried_.try_emplace({from, to}, false);
    if (is_new) {
        try {
            (void)symmetric::convert_keys_file(text_, path_, from, to);
            known->second = true;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::crypto)
                throw;
        }
    }
    return known->second;
}

}  // namespace keygen::inspection
