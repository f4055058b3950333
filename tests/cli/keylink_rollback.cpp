#include <algorithm>

#include "catch.hpp"
#include "story.hpp"

namespace {

struct Run {
    std::string name;
    std::string command;
};

// All that changes a directory, as an admin gives it later than what is there.
const std::vector<Run>& runs() {
    static const std::string options = " -s h -p x1seekrit -m 512 --quiet --jobs 1";
    static const std::vector<Run> all = {
        {"renewal", "keygen" + options},
        {"host-key", "keygen -H" + options},
        {"rsa-sign-key", "keygen -S RSA" + options},
        {"both-keys", "keygen -H -S RSA" + options},
        {"iff", "keygen -I --new-identity -b 256" + options},
        {"gq", "keygen -G -b 256" + options},
        {"mv", "keygen -V 2 --new-identity -b 256" + options},
        {"other-group", "keygen -i other" + options},
        {"symmetric", "keygen -M --key-count 1 -s h --quiet"},
        {"merge", "keygen --merge ntp.keys --key-count 1 --quiet"},
        {"revoke", "keygen --mv-revoke 1 -i g -s h -p x1seekrit --quiet"},
        {"prune", "keylink --prune --quiet"},
    };
    return all;
}

void run_ok(Story& story, const std::string& command) {
    INFO("$ " << command);
    const Outcome outcome = story.run(command);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
}

std::map<std::string, std::string> state(const Story& story) {
    auto state = story.snapshot();
    state.erase(".ntpkey-history");
    return state;
}

}  // namespace

TEST_CASE("rollback is the inverse of a run or refuses, for 12 runs behind each of 12") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.make_directory("base");
    story.enter("base");
    run_ok(story, "keygen -T -V 2 -b 256 -s h@g -p x1seekrit -m 512 --quiet");
    run_ok(story, "keygen -I -b 256 -s h -p x1seekrit --quiet");
    run_ok(story, "keygen -M -s h --key-count 1 --quiet");
    std::size_t undone = 0;
    std::size_t refused = 0;
    for (const Run& first : runs()) {
        story.enter("");
        run_ok(story, "cp -a base " + first.name);
        story.enter(first.name);
        story.set("SOURCE_DATE_EPOCH", "1795401000");
        run_ok(story, first.command);
        const auto before = state(story);
        for (const Run& second : runs()) {
            INFO(second.name << " behind " << first.name);
            story.enter("");
            run_ok(story, "cp -a " + first.name + " now");
            story.enter("now");
            story.set("SOURCE_DATE_EPOCH", "1795402000");
            run_ok(story, second.command);
            const auto after = story.snapshot();
            const Outcome back = story.run("keylink --rollback");
            if (back.status == 0) {
                ++undone;
                auto now = state(story);
                std::erase_if(now, [&](const auto& entry) {  // files of the run that was undone
                    return !before.contains(entry.first) && !entry.second.starts_with("-> ");
                });
                CHECK(now == before);
                CHECK(story.run("keylink --check --quiet").status == 0);
            } else {
                ++refused;
                CHECK(back.status == 1);
                CHECK(back.out.empty());
                CHECK(story.snapshot() == after);
            }
            story.enter("");
            run_ok(story, "rm -r now");
        }
    }
    CHECK(undone == 108);  // all but those that rewrite or remove files
    CHECK(refused == 36);
}

TEST_CASE("a rollback takes back what the run added, and says what that means for clients") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    run_ok(story, "keygen -T -I -b 256 -s h@g -p x1seekrit -m 512 --quiet");
    story.set("SOURCE_DATE_EPOCH", "1795401000");
    run_ok(story, "keygen -S RSA -s h -p x1seekrit -m 512 --quiet");
    const Outcome sign = story.run("keylink --rollback");
    CHECK(sign.status == 0);
    CHECK(sign.err.empty());
    CHECK(sign.out ==
          "linked ntpkey_cert_h -> ntpkey_RSA-SHA256cert_h.4004388800, before: "
          "ntpkey_RSA-SHA256cert_h.4004389800\nremoved ntpkey_sign_h\n");
    run_ok(story, "keygen -I --new-identity -b 256 -s h -p x1seekrit -m 512 --quiet");
    const Outcome identity = story.run("keylink --rollback");
    CHECK(identity.status == 0);
    CHECK(
        identity.err ==
        "keylink: warning: this undoes ntpkey_IFFkey_g.4004389801; clients that have the parameters of that "
        "generation need those of ntpkey_IFFkey_g.4004388800 again\n");
}

TEST_CASE("a rollback refuses what is not as the run left it") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    run_ok(story, "keygen -s h -p x1seekrit -m 512 --quiet");
    run_ok(story, "keygen -H -s h -p x1seekrit -m 512 --quiet");
    const std::string hint =
        "keylink: hint: keylink --force FILE links an older file by hand; keyinspect says whether the set "
        "fits\n";
    const auto refuses = [&](const std::string& change, const std::string& why) {
        run_ok(story, "cp -a . ../saved");
        REQUIRE(story.shell(change).status == 0);
        story.refuses("keylink --rollback", 1, "keylink: error: " + why + "\n" + hint);
        REQUIRE(story.shell("rm -rf * .ntpkey-*; cp -a ../saved/. .; rm -r ../saved").status == 0);
    };
    const std::string old = "ntpkey_RSAhost_h.4004388800";
    const std::string gone =
        ".: " + old + ", which ntpkey_host_h led to before the last run, is not there as it was";
    story.make_directory("keys");
    REQUIRE(story.shell("mv ntpkey_* .ntpkey-* keys").status == 0);
    story.enter("keys");
    refuses("rm " + old, gone);
    refuses("echo >> " + old, gone);
    refuses("ln -sfn " + old + " ntpkey_host_h",
            "ntpkey_host_h: the link was changed after the last run, by hand or by another program");
    refuses("ln -s " + old + " ntpkey_sign_h",
            "ntpkey_sign_h: the link was made after the last run, by hand or by another program");
    refuses("rm ntpkey_cert_h",
            "ntpkey_cert_h: the link was changed after the last run, by hand or by another program");
    refuses("chmod 666 .ntpkey-history",
            ".: no run is on record that could be undone: the last one rewrote or "
            "removed files, or none was here");
    CHECK(story.run("keylink --rollback --quiet").status == 0);
}
