#include "daemon/user.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "catch.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::daemon;
using namespace keygen::test;

TEST_CASE("what is closed to the daemon's user") {
    const Workplace place;
    const std::string directory = place.path_of("keys");
    const std::string file = directory + "/ntpkey_iffpar_grp";
    std::filesystem::create_directory(directory);
    place.write("keys/ntpkey_iffpar_grp", "x");
    const gid_t group = ::getegid();
    const User other{"other", 65000, {65000}};
    const User member{"member", 65000, {group}};
    const User owner{"owner", ::geteuid(), {}};
    const auto set = [&](mode_t of_directory, mode_t of_file) {
        ::chmod(place.path().c_str(), 0755);
        ::chmod(directory.c_str(), of_directory);
        ::chmod(file.c_str(), of_file);
    };
    set(0700, 0644);
    CHECK(find_closed_part(other, file) == directory);
    CHECK(find_closed_part(owner, file).empty());
    set(0755, 0600);
    CHECK(find_closed_part(other, file) == file);
    set(0750, 0640);
    CHECK(find_closed_part(member, file).empty());
    CHECK(find_closed_part(other, file) == directory);
    set(0755, 0644);
    CHECK(find_closed_part(other, file).empty());
    std::filesystem::create_directory(place.path_of("hidden"));
    std::filesystem::rename(file, place.path_of("hidden/file"));
    place.link("keys/ntpkey_iffpar_grp", "../hidden/file");
    ::chmod(place.path_of("hidden").c_str(), 0700);
    CHECK(find_closed_part(other, file) == std::filesystem::canonical(place.path_of("hidden")).string());
    CHECK(find_closed_part(other, directory + "/none").empty());
}

TEST_CASE("a configuration that is not this machine's has no user, but for the one that is named") {
    const Workplace place;
    place.write("ntp.conf", "");
    ConfigurationRequest request;
    request.path = place.path_of("ntp.conf");
    const Settings settings;
    CHECK_FALSE(find_user(request, settings));
    request.user = "root";
    CHECK(find_user(request, settings)->id == 0);
    request.user = "no-such-user";
    CHECK(describe_error([&] { (void)find_user(request, settings); }) ==
          "bad_request: there is no user no-such-user");
}
