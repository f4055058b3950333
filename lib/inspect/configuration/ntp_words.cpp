#include "inspect/configuration/ntp_words.hpp"

#include <cctype>
#include <map>
#include <set>

namespace keygen::inspection {

namespace {

using Keywords = std::map<std::string_view, Follow>;

/// The words that a daemon gives a meaning, separated by blanks; so that a table stays readable.
struct Vocabulary {
    std::string_view statements;
    std::string_view before_string;   ///< whatever stands behind them is one string
    std::string_view before_strings;  ///< all words up to the end of the line are strings
    std::string_view others;
};

constexpr Vocabulary NTPD = {
    "automax broadcast broadcastclient broadcastdelay controlkey crypto delrestrict device disable discard "
    "driftfile dscp enable end filegen fudge ident includefile interface keys keysdir leapfile "
    "leapsmearinterval logconfig logfile manycastclient manycastserver mdnstries mru multicastclient nic "
    "nonvolatile ntpsigndsocket peer phone pidfile pollskewlist pool requestkey reset restrict revoke rlimit "
    "saveconfigdir server setvar simulate statistics statsdir tick tinker tos trap trustedkey ttl unconfig "
    "unpeer",
    "abbrev broadcast device digest driftfile file fudge host ident includefile keys keysdir leapfile "
    "logfile "
    "manycastclient ntpsigndsocket peer pidfile pool ppsdata pw randfile refid saveconfigdir server setvar "
    "statsdir timedata trap unconfig unpeer",
    "logconfig manycastserver multicastclient phone",
    "-4 -6 ... age all allan allpeers auth autokey average basedate bclient bcpollbstep beacon burst "
    "calibrate ceiling checkhash clockstats cohort cryptostats ctl day default dispersion drop epeer filenum "
    "flag1 flag2 flag3 flag4 flake floor freq fuzz huffpuff iburst ignore ignorehash incalloc incmem "
    "initalloc initmem io ippeerlimit ipv4 ipv6 kernel key kod limited link listen loopstats lowpriotrap "
    "mask "
    "maxage maxclock maxdepth maxdist maxmem maxpoll mem memlock minclock mindepth mindist minimum minjitter "
    "minpoll minsane mode mode7 monitor month mssntp noepeer nolink nomodify nomrulist none nopeer noquery "
    "noselect noserve notrap notrust ntp ntpport orphan orphanwait panic peer_clear_digest_early peerstats "
    "pid poll port preempt prefer protostats rawstats serverresponse source stacksize stats step stepback "
    "stepfwd stepout stratum sys sysstats time1 time2 timer timingstats true type unpeer_crypto_early "
    "unpeer_crypto_nak_early unpeer_digest_early version week wildcard xleave xmtnonce year"};

constexpr Vocabulary NTPSEC = {
    "controlkey disable driftfile dscp enable end filegen fudge includefile interface keys leapfile "
    "leapsmearinterval limit logconfig logfile mdnstries mru nic nonvolatile nts ntpsigndsocket peer phone "
    "pidfile pool refclock requestkey reset restrict rlimit server setvar statistics statsdir tick tinker "
    "tos "
    "trustedkey unconfig unpeer unrestrict",
    "aead clock driftfile file fudge includefile keys leapfile logfile ntpsigndsocket path peer pidfile pool "
    "ppspath refclock refid server setvar statsdir tlsciphersuites unconfig unpeer",
    "logconfig phone",
    "-4 -6 ... age all allan allpeers auth average baud bias burst ca calibrate ceiling cert clockstats "
    "cookie ctl day default dispersion drop filenum flag1 flag2 flag3 flag4 flake floor freq holdover "
    "huffpuff iburst ignore incalloc incmem initalloc initmem io ipv4 ipv6 kernel key kod limited link "
    "listen "
    "loopstats mask maxage maxclock maxdepth maxdisp maxdist maxmem maxpoll maxtls mem memlock minage "
    "minclock mindepth mindist minpoll minsane mintls mode monitor month mssntp nolink nomodify nomrulist "
    "none nopeer noquery noselect noserve notrap notrust noval ntp ntpport orphan orphanwait panic peerstats "
    "pid prefer protostats rawstats source stacksize stats step stepback stepfwd stepout stratum subtype sys "
    "sysstats time1 time2 timer true type unit usestats version week wildcard year"};

template <typename Take>
void for_each_word(std::string_view words, Take take) {
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        take(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
}

struct Lexicon {
    explicit Lexicon(const Vocabulary& vocabulary) {
        for_each_word(vocabulary.others, [&](auto word) { keywords[word] = Follow::token; });
        for_each_word(vocabulary.statements, [&](auto word) {
            keywords[word] = Follow::token;
            statements.insert(word);
        });
        for_each_word(vocabulary.before_string, [&](auto word) { keywords[word] = Follow::string; });
        for_each_word(vocabulary.before_strings, [&](auto word) { keywords[word] = Follow::strings_to_end; });
    }

    Keywords keywords;
    std::set<std::string_view> statements;
};

const Lexicon& lexicon_of(Daemon daemon) {
    static const Lexicon ntpd(NTPD);
    static const Lexicon ntpsec(NTPSEC);
    return daemon == Daemon::ntpsec ? ntpsec : ntpd;
}

}  // namespace

const Follow* find_ntp_keyword(std::string_view word, Daemon daemon) {
    const Keywords& keywords = lexicon_of(daemon).keywords;
    const auto found = keywords.find(word);
    return found == keywords.end() ? nullptr : &found->second;
}

bool is_ntp_statement(std::string_view word, Daemon daemon) {
    return lexicon_of(daemon).statements.contains(word);
}

std::string token_name_of(std::string_view keyword) {
    static const std::map<std::string_view, std::string_view> odd = {
        {"-4", "T_Ipv4_flag"},
        {"-6", "T_Ipv6_flag"},
        {"...", "T_Ellipsis"},
        {"controlkey", "T_ControlKey"},
        {"ntpsigndsocket", "T_NtpSignDsocket"},
        {"peer_clear_digest_early", "T_PCEdigest"},
        {"pollskewlist", "T_PollSkewList"},
        {"ppsdata", "T_PpsData"},
        {"timedata", "T_TimeData"},
        {"unpeer_crypto_early", "T_UEcrypto"},
        {"unpeer_crypto_nak_early", "T_UEcryptonak"},
        {"unpeer_digest_early", "T_UEdigest"}};
    if (const auto found = odd.find(keyword); found != odd.end())
        return std::string(found->second);
    std::string name = "T_" + std::string(keyword);
    name[2] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[2])));
    return name;
}

}  // namespace keygen::inspection
