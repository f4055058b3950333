#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "inspect/configuration/syntax.hpp"
#include "keysdir/directory.hpp"

namespace keygen::inspect_room {

namespace {

using Words = std::span<const Word>;

// ntp_config.c: MAXINCLUDELEVEL.
constexpr int MAX_INCLUDE_LEVEL = 5;
constexpr std::uint32_t MAX_KEY_ID = 65535;

// The statements of ntpd 4.2.8 and NTPsec 1.2; those about authentication are read below.
constexpr std::array<std::string_view, 62> STATEMENTS = {"auth",
                                                         "authenticate",
                                                         "automax",
                                                         "broadcast",
                                                         "broadcastclient",
                                                         "broadcastdelay",
                                                         "calldelay",
                                                         "clockstats",
                                                         "controlkey",
                                                         "crypto",
                                                         "device",
                                                         "disable",
                                                         "discard",
                                                         "driftfile",
                                                         "dscp",
                                                         "enable",
                                                         "end",
                                                         "filegen",
                                                         "freq",
                                                         "fudge",
                                                         "ident",
                                                         "includefile",
                                                         "interface",
                                                         "keys",
                                                         "keysdir",
                                                         "leapfile",
                                                         "leapsmearinterval",
                                                         "listen",
                                                         "logconfig",
                                                         "logfile",
                                                         "manycastclient",
                                                         "manycastserver",
                                                         "mdnstries",
                                                         "monitor",
                                                         "mru",
                                                         "multicastclient",
                                                         "nic",
                                                         "nts",
                                                         "ntpsigndsocket",
                                                         "peer",
                                                         "phone",
                                                         "pidfile",
                                                         "pollskewlist",
                                                         "pool",
                                                         "refclock",
                                                         "requestkey",
                                                         "reset",
                                                         "restrict",
                                                         "revoke",
                                                         "rlimit",
                                                         "saveconfigdir",
                                                         "server",
                                                         "setvar",
                                                         "simulate",
                                                         "statistics",
                                                         "statsdir",
                                                         "tick",
                                                         "tinker",
                                                         "tos",
                                                         "trap",
                                                         "trustedkey",
                                                         "ttl"};

bool is_association(std::string_view word) {
    static constexpr std::array<std::string_view, 6> KINDS = {"server",    "peer",           "pool",
                                                              "broadcast", "manycastclient", "refclock"};
    return std::find(KINDS.begin(), KINDS.end() - 1, word) != KINDS.end() - 1;
}

// The options of ntpd's association lines that take a value, and those that do not (ntp_parser.y: option).
bool takes_value(std::string_view option) {
    static constexpr std::array<std::string_view, 8> OPTIONS = {"bias",    "ident", "key", "maxpoll",
                                                                "minpoll", "mode",  "ttl", "version"};
    return std::find(OPTIONS.begin(), OPTIONS.end(), option) != OPTIONS.end();
}
bool is_flag(std::string_view option) {
    static constexpr std::array<std::string_view, 9> OPTIONS = {
        "autokey", "burst", "iburst", "noselect", "preempt", "prefer", "true", "xleave", "xmtnonce"};
    return std::find(OPTIONS.begin(), OPTIONS.end(), option) != OPTIONS.end();
}

std::optional<std::uint32_t> to_number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return result;
}

/// Reads configurations line by line into Settings.
class Reader {
  public:
    Reader(Settings& settings, Findings& findings) : settings_(settings), findings_(findings) {}

    void read(const std::string& path, int level) {
        const SecretBytes content = keysdir::read_file(path);
        std::string_view text = content.text();
        for (std::size_t number = 1; !text.empty(); ++number) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            path_ = &path;
            line_ = number;
            if (settings_.daemon == Daemon::chrony)
                read_chrony(split_chrony_line(line), level);
            else
                read_ntp(split_ntp_line(line), level);
        }
    }

  private:
    void read_ntp(const std::vector<Word>& words, int level) {
        if (words.empty())
            return;
        const std::string_view statement = words[0].text;
        const Words rest = Words(words).subspan(1);
        if (std::find(STATEMENTS.begin(), STATEMENTS.end(), statement) == STATEMENTS.end())
            syntax_error(words[0]);
        else if (is_association(statement))
            read_association(statement, rest);
        else if (statement == "includefile")
            include(rest, level);
        else if (statement == "keysdir" || statement == "keys")
            read_path(statement, rest);
        else if (statement == "trustedkey")
            read_trusted(rest);
        else if (statement == "crypto")
            read_crypto(rest);
    }

    void read_path(std::string_view statement, Words words) {
        if (words.empty()) {
            missing_word();
            return;
        }
        if (statement == "keysdir")
            settings_.keysdir = words[0].text;
        else
            settings_.keys_path = words[0].text;
    }

    void read_trusted(Words words) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            const bool is_range = words[i].text == "(" && i + 4 < words.size() && words[i + 2].text == "...";
            const auto first = to_number(is_range ? words[i + 1].text : words[i].text);
            const auto last = is_range ? to_number(words[i + 3].text) : first;
            if (!first || !last) {
                syntax_error(words[i]);
                return;
            }
            for (std::uint32_t id = std::max(*first, 1U); id <= std::min(*last, MAX_KEY_ID); ++id)
                settings_.trusted_keys.push_back(id);
            i += is_range ? 4 : 0;
        }
    }

    void read_crypto(Words words) {
        settings_.has_crypto = true;
        for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
            const std::string_view name = words[i].text;
            const std::string_view value = words[i + 1].text;
            if (name == "host")
                settings_.host = value;
            else if (name == "ident")
                settings_.ident = value;
            else if (name == "pw")
                settings_.password.emplace(value);
            else if (name == "digest")
                check_digest(value);
            else if (name != "randfile" && name != "revoke" && name != "sign" && name != "cert" &&
                     name != "gq" && name != "iffpar" && name != "gqpar" && name != "mvpar" &&
                     name != "leap") {
                syntax_error(words[i]);
                return;
            }
        }
        if (words.size() % 2 == 1)
            missing_word();
    }

    void check_digest(std::string_view name) {
        static constexpr std::array<std::string_view, 12> KNOWN = {
            "MD2",    "MD4",    "MD5",    "SHA",       "SHA1", "SHA224",
            "SHA256", "SHA384", "SHA512", "RIPEMD160", "MDC2", "DSA-SHA"};
        if (std::find(KNOWN.begin(), KNOWN.end(), name) != KNOWN.end())
            return;
        settings_.bad_digests.emplace_back(name);
        findings_.add("conf-syntax", Severity::warning, *path_, line_,
                      fmt::format("ntpd knows no digest {}", quoted(name)), "");
    }

    void read_association(std::string_view kind, Words words) {
        std::size_t next = 0;
        while (next < words.size() && (words[next].text == "-4" || words[next].text == "-6"))
            ++next;
        if (next == words.size()) {
            missing_word();
            return;
        }
        Association association;
        association.path = *path_;
        association.line = line_;
        association.kind = kind;
        association.address = words[next++].text;
        using enum Association::Authentication;
        for (; next < words.size(); ++next) {
            const std::string option =
                settings_.daemon == Daemon::chrony ? lower(words[next].text) : std::string(words[next].text);
            const bool has_value = next + 1 < words.size();
            if (option == "autokey" && settings_.daemon == Daemon::ntpd) {
                association.authentication = autokey;
            } else if (option == "nts" && settings_.daemon != Daemon::ntpd) {
                association.authentication = nts;
            } else if (option == "key" && has_value) {
                association.key = to_number(words[++next].text);
                if (!association.key) {
                    syntax_error(words[next]);
                    return;
                }
                association.authentication = symmetric;
            } else if (settings_.daemon == Daemon::ntpd && takes_value(option) && has_value) {
                if (option == "ident")
                    association.ident = words[next + 1].text;
                ++next;
            } else if (settings_.daemon == Daemon::ntpd && !is_flag(option)) {
                syntax_error(words[next]);
                return;
            }
        }
        settings_.associations.push_back(std::move(association));
    }

    void include(Words words, int level) {
        if (words.empty()) {
            missing_word();
            return;
        }
        const std::string file(words[0].text);
        if (level >= MAX_INCLUDE_LEVEL) {
            findings_.add("conf-include", *path_, "more levels of included files than ntpd follows");
            return;
        }
        if (settings_.daemon == Daemon::ntpsec)
            read_included(file, level,
                          {fmt::format("CONFIG: failed to open '{}': No such file or directory", file),
                           fmt::format("CONFIG: Couldn't open <{}>", file)});
        else
            read_included(file, level, {fmt::format("getconfig: Couldn't open <{}>", file)});
    }

    void read_included(const std::string& file, int level, const std::vector<std::string>& log) {
        const std::string* const outer = path_;
        const std::size_t outer_line = line_;
        try {
            read(file, level + 1);
        } catch (const Error& error) {
            findings_.add("conf-include", Severity::critical, *outer, outer_line, error.what(), "");
            settings_.ends = settings_.daemon == Daemon::chrony;
            for (const std::string& text : log)
                settings_.log.push_back({text, settings_.ends});
        }
        path_ = outer;
        line_ = outer_line;
    }

    void read_chrony(const std::vector<Word>& words, int level) {
        if (words.empty())
            return;
        const std::string directive = lower(words[0].text);
        const Words rest = Words(words).subspan(1);
        if (directive == "server" || directive == "peer" || directive == "pool") {
            read_association(directive, rest);
        } else if (directive == "keyfile" && !rest.empty()) {
            settings_.keys_path = rest[0].text;
        } else if (directive == "include" && !rest.empty() && level < MAX_INCLUDE_LEVEL) {
            read_included(
                std::string(rest[0].text), level,
                {fmt::format("Fatal error : Could not open {} : No such file or directory", rest[0].text)});
        } else if (directive == "confdir" || directive == "sourcedir") {
            findings_.add("conf-include", Severity::note, *path_, line_,
                          fmt::format("{} is not followed: give its files on their own", directive), "");
        }
    }

    // "line 1 column 0 syntax error, unexpected T_String" and what ntpd says after it.
    void syntax_error(const Word& word) {
        const bool is_ntpsec = settings_.daemon == Daemon::ntpsec;
        const std::string prefix = is_ntpsec ? "CONFIG: " : "";
        const char* detail = is_ntpsec          ? ""
                             : word.column == 0 ? ", unexpected T_String"
                                                : ", unexpected T_String, expecting T_EOC";
        settings_.log.push_back(
            {fmt::format("{}line {} column {} syntax error{}", prefix, line_, word.column, detail), false});
        settings_.log.push_back(
            {fmt::format("{}syntax error in {} line {}, column {}", prefix, *path_, line_, word.column),
             false});
        findings_.add("conf-syntax", Severity::critical, *path_, line_,
                      fmt::format("{} does not understand {} and ignores the line", name_of(settings_.daemon),
                                  quoted(word.text).substr(0, 40)),
                      "");
    }

    void missing_word() {
        findings_.add(
            "conf-syntax", Severity::critical, *path_, line_,
            fmt::format("{} misses a word at the end of the line and ignores it", name_of(settings_.daemon)),
            "");
    }

    Settings& settings_;
    Findings& findings_;
    const std::string* path_ = nullptr;
    std::size_t line_ = 0;
};

// chrony's own directives are in every chrony.conf; NTPsec's refclock and nts lines in no other.
Daemon guess_daemon(const std::string& path) {
    if (path.find("chrony") != std::string::npos)
        return Daemon::chrony;
    if (path.find("ntpsec") != std::string::npos)
        return Daemon::ntpsec;
    const SecretBytes content = keysdir::read_file(path);
    std::string_view text = content.text();
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto words = split_ntp_line(line);
        const std::string first = words.empty() ? std::string() : lower(words[0].text);
        if (first == "keyfile" || first == "makestep" || first == "rtcsync" || first == "confdir" ||
            first == "sourcedir")
            return Daemon::chrony;
        if (first == "nts" || first == "refclock")
            return Daemon::ntpsec;
    }
    return Daemon::ntpd;
}

}  // namespace

Settings read_configuration(const ConfigurationRequest& request, Findings& findings) {
    Settings settings;
    settings.daemon = request.daemon ? *request.daemon : guess_daemon(request.path);
    Reader(settings, findings).read(request.path, 0);
    return settings;
}

}  // namespace keygen::inspect_room
