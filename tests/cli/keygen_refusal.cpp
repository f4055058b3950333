#include "catch.hpp"
#include "story.hpp"

namespace {

struct Refusal {
    const char* command;
    int status;
    std::string err;
};

std::string usage(const std::string& text) {
    return "keygen: error: " + text + "\nkeygen: hint: keygen --help lists the options\n";
}

std::string once_for_each(const std::string& text) {
    return "keygen: error: " + text + "\nkeygen: hint: run the command once for each\n";
}

std::string plain(const std::string& text) {
    return "keygen: error: " + text + "\n";
}

}  // namespace

TEST_CASE("requests that cannot be are refused before anything is written") {
    const std::string exclude = plain("-I, -G and -V exclude each other: a group has one identity scheme");
    const std::string kinds =
        plain("-T, -P and --plain-cert exclude each other: a certificate is of one kind");
    const Refusal refusal = GENERATE_COPY(values<Refusal>({
        {"keygen -s a/b -p x", 2, plain("host name \"a/b\" holds a slash")},
        {"keygen -s 'a\nb' -p x", 2, plain("host name \"a\\x0ab\" holds white space or a control character")},
        {"keygen -s 'a b' -p x", 2, plain("host name \"a b\" holds white space or a control character")},
        {"keygen -s .hidden -p x", 2, plain("host name \".hidden\" starts with a dot")},
        {"keygen -s h@g/h -p x", 2, plain("group name \"g/h\" holds a slash")},
        {"keygen -s h@g@h -p x", 2, plain("group name \"g@h\" holds an @")},
        {"keygen -s h@ -p x", 2, plain("-s ends in @ without a group")},
        {"keygen -s '' -p x", 2, plain("-s takes a host name, host@group or @group")},
        {"keygen -s h@g1 -i g2 -p x", 2, plain("-s and -i name two different groups")},
        {"keygen -s h -p x -m 511", 2, plain("a modulus of 511 bits; host and sign keys take 512 to 4096")},
        {"keygen -s h -p x -m 4097", 2, plain("a modulus of 4097 bits; host and sign keys take 512 to 4096")},
        {"keygen -s h -p x -m -512", 2,
         usage("--modulus takes a whole number within its range, not \"-512\"")},
        {"keygen -s h -p x -m 1e3", 2, usage("--modulus takes a whole number within its range, not \"1e3\"")},
        {"keygen -s h -p x -m 512 -m 1024", 2, usage("--modulus is given more than once")},
        {"keygen -s h -p x -m", 2, usage("--modulus needs a value")},
        {"keygen -s h -p", 2, usage("--password needs a value")},
        {"keygen -s h -p ''", 2, plain("an empty password protects nothing")},
        {"keygen -s h -p x -I -b 255", 2, plain("an identity modulus of 255 bits; it takes 256 to 4096")},
        {"keygen -s h -p x -G -b 4097", 2, plain("an identity modulus of 4097 bits; it takes 256 to 4096")},
        {"keygen -s h -p x -b 512", 2, plain("-b has no effect without -I, -G or -V")},
        {"keygen -s h -p x -V 0", 2, plain("0 MV clients; a modulus of 2048 bits has room for 1 to 215")},
        {"keygen -s h -p x -V 216", 2, plain("216 MV clients; a modulus of 2048 bits has room for 1 to 215")},
        {"keygen -s h -p x -V 32 -b 256", 2,
         plain("32 MV clients; a modulus of 256 bits has room for 1 to 31")},
        {"keygen -s h -p x -V -1", 2, usage("--mv-params takes a whole number within its range, not \"-1\"")},
        {"keygen -s h -p x -I -G", 2, exclude},
        {"keygen -s h -p x -I -V 2", 2, exclude},
        {"keygen -s h -p x -I -G -V 2", 2, exclude},
        {"keygen -s h -p x -T -P", 2, kinds},
        {"keygen -s h -p x --new-identity", 2,
         plain("--new-identity needs the scheme: -I, -G or -V <clients>")},
        {"keygen -s h -p x -l 0", 2, plain("a lifetime of 0 days; a certificate lives at least 1")},
        {"keygen -s h -p x -l -3", 2, plain("a lifetime of -3 days; a certificate lives at least 1")},
        {"keygen -s h -p x -l 2912117", 2,
         plain("a lifetime of 2912117 days ends after the year 9999, where certificates end; the most is "
               "2912116")},
        {"keygen -s h -p x -l 99999999999", 2,
         usage("--lifetime takes a whole number within its range, not \"99999999999\"")},
        {"keygen -s h -p x --renew-before -1", 2, plain("renewal a negative number of days before the end")},
        {"keygen -s h -p x -S ECDSA", 2, plain("-S: unknown type of sign key \"ECDSA\": RSA or DSA")},
        {"keygen -s h -p x --mv-client 2", 2, plain("--mv-client has no effect without -e or -q")},
        {"keygen -s h -p x --gq-reading published", 2, plain("--gq-reading needs -G or -e")},
        {"keygen -s h -p x -G --gq-reading publshed", 2,
         plain("unknown GQ reading \"publshed\": stock or published")},
        {"keygen -s h -p x -e --repair", 2, once_for_each("-e or -q and --repair exclude each other")},
        {"keygen -s h -p x -e -T", 2, once_for_each("-T has no effect with -e or -q")},
        {"keygen -s h -p x -e -q y", 2,
         plain("-e prints the clients' parameters, -q the server's key: use one of them")},
        {"keygen -s h -p x --repair -V 3", 2, once_for_each("-V has no effect with --repair")},
        {"keygen -s h -p x --repair -I", 2, once_for_each("-I has no effect with --repair")},
        {"keygen -s h -p x --mv-revoke 2 -I", 2, once_for_each("-I has no effect with --mv-revoke or -v")},
        {"keygen -s h -p x --mv-revoke 1 --filestamp 7", 2,
         once_for_each("--filestamp has no effect with --mv-revoke or -v")},
        {"keygen -s h -M --repair", 2, once_for_each("--repair and -M exclude each other")},
        {"keygen -s h -M -v 3", 2, once_for_each("--mv-revoke or -v and -M exclude each other")},
        {"keygen -s h -M -m 512", 2, once_for_each("-m has no effect with -M")},
        {"keygen --merge f --keysdir k", 2, once_for_each("--keysdir has no effect with --merge")},
        {"keygen --convert f --dialect ntpd --force", 2,
         once_for_each("--force has no effect with --convert")},
        {"keygen -s h -p x -v 0", 2,
         plain("-v takes the number of clients whose files are written again, 1 or more")},
        {"keygen -s h -p x --mv-revoke 1,", 2,
         plain("--mv-revoke takes clients' numbers separated by commas, not \"1,\"")},
        {"keygen -s h -p x -V ''", 2, usage("--mv-params needs a value")},
        {"keygen -s h -p x -l ''", 2, usage("--lifetime needs a value")},
        {"keygen -s h --password-file ''", 2, usage("--password-file needs a value")},
        {"keygen -s h --password-env ''", 2, usage("--password-env needs a value")},
        {"keygen -s h -p x --keysdir ''", 2, usage("--keysdir needs a value")},
        {"keygen -s h\xff\xfe -p x", 2, plain("host name \"h\\xff\\xfe\" is not UTF-8")},
        {"keygen -s h -p x --mv-revoke two", 2,
         plain("--mv-revoke takes clients' numbers separated by commas, not \"two\"")},
        {"keygen -s h -p x --dialect ntpd", 2, plain("--dialect has no effect without -M")},
        {"keygen -s h -p x --group nosuchgroup", 2,
         plain("--group: there is no group of users \"nosuchgroup\"")},
        {"keygen -s h -p x --lock-timeout -1", 2, plain("--lock-timeout takes 0 to 86400 seconds")},
        {"keygen -s h -p x --jobs 0", 2, plain("--jobs takes 1 to 256 threads")},
        {"keygen -s h -p x --filestamp 4294967296", 2,
         plain("--filestamp takes NTP seconds below 4294967296")},
        {"keygen -s h -p x --keysdir nowhere", 1,
         plain("nowhere: cannot open the key directory: No such file or directory")},
        {"keygen -s h -p x surplus", 2, usage("an argument too many")},
        {"keygen -s h -p x --trusted-cart", 2,
         usage("unknown option --trusted-cart; did you mean \"--trusted-cert\"?")},
        {"keygen -s h -p x --password=", 2, usage("--password needs a value")},
        {"keygen -s h -e -p x", 1,
         plain(".: no IFF, GQ or MV key of h") +
             "keygen: hint: make one: keygen -T -I -s h -p <password> (or -G, or -V <clients>)\n"},
        {"keygen -s h@grp -e -G -p x", 1,
         plain(".: no GQ key of grp") + "keygen: hint: make one: keygen -T -G -s h@grp -p <password>\n"},
        {"keygen -s h -q y -V 1 -p x", 1,
         plain(".: no MV key of h") + "keygen: hint: make one: keygen -T -V <clients> -s h -p <password>\n"},
        {"keygen -s h --mv-revoke 2 -p x", 1,
         plain(".: no MV trusted authority of h: nothing can be revoked without it") +
             "keygen: hint: put back its file and link (ntpkey_mvta_...), or make new keys: keygen -T -V "
             "<clients> "
             "--new-identity -s h -p <password>\n"},
    }));
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.refuses(refusal.command, refusal.status, refusal.err);
    CHECK(story.list().empty());
}

TEST_CASE("a host name too long for a file is refused") {
    Story story;
    story.refuses("keygen -p x -s " + std::string(300, 'a'), 2,
                  "keygen: error: host name of 300 bytes; file names leave room for 215\n");
    story.refuses("keygen -p x -s " + std::string(216, 'a'), 2,
                  "keygen: error: host name of 216 bytes; file names leave room for 215\n");
    const std::string longest(215, 'a');
    REQUIRE(story.run("keygen -m 512 -p x --quiet -s " + longest).status == 0);
    CHECK(story.exists("ntpkey_host_" + longest));
}

TEST_CASE("unknown schemes and ciphers are answered with the nearest one and the list") {
    Story story;
    const Outcome scheme = story.run("keygen -s h -p x -c RSA-SHA265");
    CHECK(scheme.status == 2);
    CHECK(scheme.out.empty());
    CHECK(scheme.err.starts_with(
        "keygen: error: unknown digest scheme \"RSA-SHA265\"; did you mean \"RSA-SHA256\"?\n"
        "keygen: hint: this build signs with RSA-MD5, RSA-SHA1, RSA-SHA224, RSA-SHA256, "));
    const Outcome cipher = story.run("keygen -s h -p x -C AES-265-CBC");
    CHECK(cipher.status == 2);
    CHECK(cipher.out.empty());
    CHECK(cipher.err.starts_with(
        "keygen: error: unknown cipher \"AES-265-CBC\"; did you mean \"AES-256-CBC\"?\n"
        "keygen: hint: this build encrypts PEM with AES-128-CBC, "));
    CHECK(story.list().empty());
}

TEST_CASE("a digest scheme has to fit the sign key") {
    Story story;
    const Outcome dsa = story.run("keygen -s h -p x -S DSA -c RSA-SHA256");
    CHECK(dsa.status == 2);
    CHECK(dsa.out.empty());
    CHECK(dsa.err.starts_with(
        "keygen: error: digest scheme RSA-SHA256 does not fit a sign key of type DSA\n"
        "keygen: hint: with this key use -c and one of DSA-SHA1, DSA-SHA224, DSA-SHA256"));
    story.refuses("keygen -s h -p x -m 512 -c RSA-SHA512", 2,
                  "keygen: error: digest scheme RSA-SHA512 needs a sign key of at least 752 bits, not 512\n");
    const Outcome rsa = story.run("keygen -s h -p x -S RSA -c DSA-SHA256");
    CHECK(rsa.status == 2);
    CHECK(
        rsa.err.starts_with("keygen: error: digest scheme DSA-SHA256 does not fit a sign key of type RSA\n"
                            "keygen: hint: with this key use -c and one of RSA-MD5, RSA-SHA1, "));
    CHECK(story.list().empty());
}
