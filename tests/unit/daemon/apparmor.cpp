#include "daemon/apparmor.hpp"

#include <filesystem>

#include "catch.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::daemon;
using namespace keygen::test;

namespace {

struct Folder : Workplace {
    explicit Folder(const std::string& rules) {
        for (const char* name : {"local", "disable", "abstractions"})
            std::filesystem::create_directory(path_of(name));
        write("usr.sbin.ntpd", "#include <tunables/global>\n/usr/sbin/ntpd flags=(attach_disconnected) {\n" +
                                   rules + "\n  #include <local/usr.sbin.ntpd>\n}\n");
    }
    [[nodiscard]] bool lets_read(const std::string& path) const {
        return AppArmorProfile::read(Daemon::ntpsec, this->path()).value().may_read(path);
    }
};

}  // namespace

TEST_CASE("what a profile of AppArmor lets a daemon read") {
    struct Case {
        const char* rule;
        const char* allowed;
        const char* refused;
    };
    const auto c = GENERATE(values<Case>({
        {"/etc/ntpsec/ntp.keys r,", "/etc/ntpsec/ntp.keys", "/etc/ntpsec/ntp.keys2"},
        {"/etc/ntpsec/*.keys r,", "/etc/ntpsec/a.keys", "/etc/ntpsec/d/a.keys"},
        {"/etc/ntpsec/{,**} r,", "/etc/ntpsec/d/a.keys", "/etc/ntp.keys"},
        {"/etc/ntp/{keys,crypto/*} r,", "/etc/ntp/crypto/x", "/etc/ntp/crypto"},
        {"/etc/ntp.k?ys rw,", "/etc/ntp.keys", "/etc/ntpxkeys"},
        {"owner /etc/ntp.keys rk,", "/etc/ntp.keys", "/etc/ntp"},
        {"r /etc/ntp.keys,", "/etc/ntp.keys", "/etc/ntp.keys,"},
        {"@{etc_rw}/ntp.keys r,", "/usr/local/etc/ntp.keys", "/etc/ntp.key"},
        {"/dev/pps[0-9]* rw,", "/dev/pps0", "/dev/ppsx"},
        {"@{A}/ntp.keys r,", "/srv/a/ntp.keys", "/etc/ntp.keys"},
        {"@{A}/ntp.keys r,", "/srv/b/ntp.keys", "/srv/c/ntp.keys"},
        {"@{ONE} rw,", "/dev/null", "/etc/ntp.keys"},
        {"include <abstractions/keys>", "/etc/included.keys", "/etc/other.keys"},
    }));
    CAPTURE(c.rule);
    const Folder folder(std::string("  ") + c.rule);
    std::filesystem::create_directory(folder.path_of("tunables"));
    folder.write("tunables/global", "@{A}=/srv/a/\n@{A} += /srv/b\n@{ONE}=\"/dev/null\"\n");
    folder.write("abstractions/keys", "  /etc/included.keys r,\n");
    CHECK(folder.lets_read(c.allowed));
    CHECK_FALSE(folder.lets_read(c.refused));
}

TEST_CASE("rules of AppArmor that let nothing be read") {
    for (const char* rule :
         {"deny /etc/ntp.keys r,", "audit deny /etc/ntp.keys r,", "/etc/ntp.keys w,", "# /etc/ntp.keys r,",
          "capability net_admin,", "network dgram,", "dbus send path=/etc/ntp.keys,",
          "/bin/true Px -> other,", "signal (receive, send) set=(\"exists\"),", "audit dbus send bus=system,",
          "dbus send\n  bus=system\n  path=\"/etc/ntp.keys\"\n  peer=(name=\"r\"),"}) {
        CAPTURE(rule);
        CHECK_FALSE(Folder(rule).lets_read("/etc/ntp.keys"));
    }
}

TEST_CASE("rules of AppArmor that let all be read, or that are not understood") {
    for (const char* rule :
         {"file,", "file, # all", "/etc/ntp.keys r, # ours", "/etc/ntp.keys r", "\"/etc/ntp.keys\" r,",
          "/a r, /etc/ntp.keys r,", "/etc/ntp.keys\n  r,", "include if exists \"/etc/rules\""}) {
        CAPTURE(rule);
        CHECK(Folder(rule).lets_read("/etc/ntp.keys"));
    }
    const Folder folder("");
    folder.write("local/usr.sbin.ntpd", "/srv/keys/** r,\n");
    CHECK(folder.lets_read("/srv/keys/a"));
    CHECK_FALSE(folder.lets_read("/srv/a"));
}

TEST_CASE("a daemon without a profile, or with one that is disabled") {
    const Folder folder("/etc/ntp.keys r,");
    CHECK_FALSE(AppArmorProfile::read(Daemon::chrony, folder.path()));
    CHECK_FALSE(AppArmorProfile::read(Daemon::ntpd_rs, folder.path()));
    CHECK(AppArmorProfile::read(Daemon::ntpd, folder.path())->program() == "/usr/sbin/ntpd");
    folder.write("disable/usr.sbin.ntpd", "");
    CHECK_FALSE(AppArmorProfile::read(Daemon::ntpd, folder.path()));
    folder.remove("disable/usr.sbin.ntpd");
    std::filesystem::create_directory(folder.path_of("force-complain"));
    folder.write("force-complain/usr.sbin.ntpd", "");
    CHECK_FALSE(AppArmorProfile::read(Daemon::ntpd, folder.path()));
    folder.remove("force-complain/usr.sbin.ntpd");
    folder.write("usr.sbin.ntpd", "/usr/sbin/ntpd flags=(attach_disconnected,complain) {\n}\n");
    CHECK_FALSE(AppArmorProfile::read(Daemon::ntpd, folder.path()));
}
