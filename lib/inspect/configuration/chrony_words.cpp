#include "inspect/configuration/chrony_words.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace keygen::inspection {

namespace {

constexpr std::string_view SPACE = " \t\r\n\f\v";

std::set<std::string_view> split(std::string_view words) {
    std::set<std::string_view> result;
    for (const std::string_view word : split_chrony_line(words))
        result.insert(word);
    return result;
}

// Those of one string or of nothing are checked for their number of words.
const std::set<std::string_view>& one_word_directives() {
    static const auto names = split(
        "bindacqdevice bindcmddevice binddevice driftfile dumpdir hwclockfile keyfile leapsectz leapseclist "
        "logdir ntpsigndsocket ntscachedir ntsdumpdir ntsntpserver pidfile rtcdevice rtcfile user");
    return names;
}
const std::set<std::string_view>& bare_directives() {
    static const auto names = split("lock_all manual noclientlog nosystemcert rtconutc rtcsync");
    return names;
}
const std::set<std::string_view>& other_directives() {
    static const auto names = split(
        "acquisitionport allow authselectmode bindacqaddress bindaddress bindcmdaddress broadcast "
        "clientloglimit clockprecision cmdallow cmddeny cmdport cmdratelimit combinelimit commandkey confdir "
        "corrtimeratio deny dscp dumponexit fallbackdrift generatecommandkey hwtimestamp hwtstimeout include "
        "initstepslew leapsecmode linux_freq_scale linux_hz local log logbanner logchange mailonchange "
        "makestep maxchange maxclockerror maxdistance maxdrift maxjitter maxntsconnections maxsamples "
        "maxslewrate maxtxbuffers maxupdateskew minsamples minsources nocerttimecheck ntsaeads ntsport "
        "ntsprocesses ntsratelimit ntsrefresh ntsrotate ntsservercert ntsserverkey ntstrustedcerts "
        "opencommands peer pool port ptpdomain ptpport ratelimit refclock refresh reselectdist rtcautotrim "
        "sched_priority server smoothtime sourcedir stratumweight tempcomp");
    return names;
}

}  // namespace

std::vector<std::string_view> split_chrony_line(std::string_view line) {
    std::vector<std::string_view> words;
    std::size_t position = std::min(line.find_first_not_of(SPACE), line.size());
    if (position < line.size() && std::string_view("!;#%").find(line[position]) != std::string_view::npos)
        return words;
    while (position < line.size()) {
        const auto end = std::min(line.find_first_of(SPACE, position), line.size());
        words.push_back(line.substr(position, end - position));
        position = std::min(line.find_first_not_of(SPACE, end), line.size());
    }
    return words;
}

bool is_chrony_directive(std::string_view word) {
    const std::string name = to_lower(word);
    return one_word_directives().contains(name) || bare_directives().contains(name) ||
           other_directives().contains(name);
}

bool is_one_word_directive(std::string_view lower) {
    return one_word_directives().contains(lower);
}

bool is_bare_directive(std::string_view lower) {
    return bare_directives().contains(lower);
}

std::string to_lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

}  // namespace keygen::inspection
