#include "catch.hpp"
#include "story.hpp"

namespace {

const std::string PARAMETERS = "ntpkey_IFFpar_grp.4004388800";
const std::string FIRST_LINE =
    "keylink: hint: copy the file as the server made it, with its first line; ntpd takes the filestamp from "
    "there\n";

/// A directory with one IFF client file, and a newer one.
struct Directory : Story {
    Directory() {
        set("SOURCE_DATE_EPOCH", MORNING);
        make_directory("server");
        enter("server");
        REQUIRE(run("keygen -T -I -s server1@grp -p x -m 512 -b 256").status == 0);
        set("SOURCE_DATE_EPOCH", "1795400100");
        REQUIRE(run("keygen -I --new-identity -s server1@grp -p x -m 512 -b 256").status == 0);
        enter(".");
        REQUIRE(shell("cp server/ntpkey_IFFpar_* .").status == 0);
    }
};

}  // namespace

TEST_CASE("keylink refuses what makes no sense") {
    Story story;
    const std::string exclude =
        "keylink: error: files, --list, --check, --prune and --rollback exclude each other\n";
    story.refuses("keylink", 2,
                  "keylink: error: no file to link\nkeylink: hint: keylink FILE..., or one of --list, "
                  "--check, --prune, --rollback\n");
    story.refuses("keylink --list --prune", 2, exclude);
    story.refuses("keylink --list x", 2, exclude);
    for (const std::string option :
         {"--install", "--server s", "--client c", "--layout foo", "--host h", "--force"})
        story.refuses("keylink --list " + option, 2,
                      "keylink: error: " + option.substr(0, option.find(' ')) +
                          " has no effect without files to link\n");
    story.refuses("keylink --check --dry-run", 2,
                  "keylink: error: --dry-run has no effect without files to link, --prune or --rollback\n");
    story.refuses("keylink x --group daemon", 2, "keylink: error: --group has no effect without --install\n");
    story.refuses(
        "keylink x --keysdir ''", 2,
        "keylink: error: --keysdir needs a value\nkeylink: hint: keylink --help lists the options\n");
    story.refuses("keylink x --client c", 2,
                  "keylink: error: --client has no effect with --layout ntpd\n"
                  "keylink: hint: the recipe's links are made with --layout classic\n");
    story.refuses("keylink x --layout clasic", 2,
                  "keylink: error: unknown layout \"clasic\": ntpd, classic or all\n");
    story.refuses("keylink x --host a/b", 2, "keylink: error: host name \"a/b\" holds a slash\n");
    story.refuses("keylink x --layout classic --server 'a b'", 2,
                  "keylink: error: server name \"a b\" holds white space or a control character\n");
    story.refuses("keylink nowhere", 1, "keylink: error: nowhere: cannot read: No such file or directory\n");
    story.refuses("keylink --list --keysdir nowhere", 1,
                  "keylink: error: nowhere: cannot open the key directory: No such file or directory\n");
    story.refuses("keylink --check", 1, "keylink: error: .: no links that ntpd would look at\n");
    story.refuses("keylink --rollback", 1,
                  "keylink: error: .: no run is on record that could be undone: the last one rewrote or "
                  "removed files, or none was here\n"
                  "keylink: hint: keylink --force FILE links an older file by hand; keyinspect says whether "
                  "the set fits\n");
    story.refuses("keylink --insstall x", 2,
                  "keylink: error: unknown option --insstall; did you mean \"--install\"?\n"
                  "keylink: hint: keylink --help lists the options\n");
    CHECK(story.list().empty());
}

TEST_CASE("keylink refuses files that ntpd would refuse") {
    Directory story;
    const std::string good = story.read(PARAMETERS);
    const auto refuses = [&](const std::string& content, const std::string& why,
                             const std::string& hint = "") {
        story.write("received", content);
        story.refuses("keylink --host client1 --install received", 1,
                      "keylink: error: received: " + why + "\n" + hint);
    };
    refuses("", "the file is empty");
    refuses("hello\n", "line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\"", FIRST_LINE);
    refuses("# hello\n", "line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\" but \"# hello\"", FIRST_LINE);
    refuses(good.substr(good.find("-----")), "line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\"",
            FIRST_LINE);
    refuses(
        "# ntpkey_IFFpar_../../grp.4004388800\n" + good.substr(good.find('\n') + 1),
        "line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\" but \"# ntpkey_IFFpar_../../grp.4004388800\"",
        FIRST_LINE);
    refuses(good.substr(0, good.size() - 60), "truncated or damaged PEM");
    refuses("# " + PARAMETERS + "\n", "no PEM block (\"-----BEGIN ...\")");
    refuses("# " + PARAMETERS + "\n" + story.run("openssl genpkey -algorithm ed25519").out,
            "a private key that is neither RSA nor DSA");
    refuses("# ntpkey_Mystery_grp.4004388800\n" + good.substr(good.find('\n') + 1),
            "ntpd has no link for files of type Mystery");
    refuses("# ntpkey_RSA-SHA256cert_grp.4004388800\n" + good.substr(good.find('\n') + 1),
            "the content is not a certificate (PEM \"CERTIFICATE\")");
    story.make_directory("folder");
    story.refuses("keylink --host client1 folder", 1, "keylink: error: folder: not a regular file\n");
    story.refuses("keylink --host client1 server/" + PARAMETERS + " --keysdir .", 2,
                  "keylink: error: server/" + PARAMETERS +
                      ": the file is not in the key directory, .\n"
                      "keylink: hint: copy it there under its proper name with --install\n");
    story.refuses("keylink --host client1 " + PARAMETERS + " ntpkey_IFFpar_grp.4004388900", 2,
                  "keylink: error: " + PARAMETERS +
                      " and ntpkey_IFFpar_grp.4004388900 both want the link ntpkey_iffpar_grp\n"
                      "keylink: hint: name the one file that is this machine's\n");
}

TEST_CASE("client files that ntp-keygen spoilt are refused with the cause") {
    Story story;
    story.copy_from_data("fixtures/ntp-4.2.8p15/iff");
    story.refuses("keylink --host client1 --install exported-iffpar", 1,
                  "keylink: error: exported-iffpar: IFF: identity not verified: the client file carries no "
                  "usable public value "
                  "(PKCS#8, as ntp-keygen writes it, loses it)\n"
                  "keylink: hint: make a good one on the server: keygen -e > iffpar\n");
    Story mv;
    mv.copy_from_data("fixtures/ntp-4.2.8p15/mv");
    mv.refuses("keylink --host client1 --install exported-mvpar", 1,
               "keylink: error: exported-mvpar: MV: identity not verified: the client file carries no usable "
               "public value "
               "(PKCS#8, as ntp-keygen writes it, loses it)\n"
               "keylink: hint: it cannot be saved; make new keys: keygen -T -V <clients> -p <password>\n");
}

TEST_CASE("what is in the way of a link stays without --force") {
    Directory story;
    const std::string line = "keylink --quiet --host client1 " + PARAMETERS;
    const std::string replaces = "keylink: hint: --force replaces the link\n";
    REQUIRE(story.run("keylink --quiet --host client1 ntpkey_IFFpar_grp.4004388900").status == 0);
    story.refuses(line, 1,
                  "keylink: error: " + PARAMETERS +
                      ": filestamp 4004388800 is older than that of "
                      "ntpkey_IFFpar_grp.4004388900, which ntpkey_iffpar_grp leads to\n");
    REQUIRE(story.run(line + " --force").status == 0);
    CHECK(story.link_target("ntpkey_iffpar_grp") == PARAMETERS);

    const std::string loud = "keylink --host client1 " + PARAMETERS;
    story.run("ln -sfn nowhere ntpkey_iffpar_grp");
    story.refuses(
        loud, 1,
        "keylink: error: ntpkey_iffpar_grp: the link leads to nowhere, which does not exist\n" + replaces);
    story.run("ln -sfn /etc/passwd ntpkey_iffpar_grp");
    story.refuses(loud, 1,
                  "keylink: error: ntpkey_iffpar_grp: the link leads out of the directory, to /etc/passwd\n" +
                      replaces);
    REQUIRE(story.run(line + " --force").status == 0);
    CHECK(story.link_target("ntpkey_iffpar_grp") == PARAMETERS);

    story.run("rm ntpkey_iffpar_grp");
    story.write("ntpkey_iffpar_grp", "mine\n");
    story.refuses(loud, 1,
                  "keylink: error: ntpkey_iffpar_grp: a file, not a link, is in the way of the link\n"
                  "keylink: hint: move it away, or replace it with --force\n");
    REQUIRE(story.run(line + " --force").status == 0);
    story.run("rm ntpkey_iffpar_grp");
    story.make_directory("ntpkey_iffpar_grp");
    story.refuses(loud + " --force", 1,
                  "keylink: error: ntpkey_iffpar_grp: a directory is in the way of the link\n");
}

TEST_CASE("option --list, --check, --prune and --rollback") {
    Directory story;
    const std::string newer = "ntpkey_IFFpar_grp.4004388900";
    REQUIRE(story.run("keylink --quiet --host client1 " + PARAMETERS).status == 0);
    REQUIRE(story.run("keylink --quiet --host client1 " + newer).status == 0);
    CHECK(story.run("keylink --list").out == "ntpkey_iffpar_grp -> " + newer + "\n");
    CHECK(story.run("keylink --check").status == 0);

    auto before = story.snapshot();
    CHECK(story.run("keylink --rollback --dry-run").out ==
          "would have linked ntpkey_iffpar_grp -> " + PARAMETERS + ", before: " + newer + "\n");
    CHECK(story.run("keylink --prune --dry-run").out == "would have removed " + PARAMETERS + "\n");
    CHECK(story.snapshot() == before);
    CHECK(story.run("keylink --rollback").out ==
          "linked ntpkey_iffpar_grp -> " + PARAMETERS + ", before: " + newer + "\n");
    CHECK(story.link_target("ntpkey_iffpar_grp") == PARAMETERS);
    REQUIRE(story.run("keylink --quiet --host client1 " + newer).status == 0);
    CHECK(story.run("keylink --prune").out == "removed " + PARAMETERS + "\n");
    CHECK_FALSE(story.exists(PARAMETERS));
    CHECK(story.run("keylink --prune").out == "nothing to remove\n");

    story.run("ln -s nowhere ntpkey_host_client1");
    const Outcome wrong = story.run("keylink --check");
    CHECK(wrong.status == 1);
    CHECK(wrong.out ==
          "ntpkey_host_client1 -> nowhere (the link leads to nowhere, which does not "
          "exist)\nntpkey_iffpar_grp -> " +
              newer + "\n");
    CHECK(wrong.err == "keylink: error: a link is wrong; see the list\n");
    story.run("ln -sfn " + newer + " ntpkey_host_client1");
    CHECK(story.run("keylink --check")
              .out.starts_with("ntpkey_host_client1 -> " + newer + " (leads to a file of type IFFpar)\n"));
}
