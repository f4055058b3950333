#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <sstream>

#include "catch.hpp"
#include "keyinspect_fixture.hpp"
#include "story.hpp"

namespace {

using nlohmann::json;

/// Object types by name, each with its members' types by name, as the manual lists them.
using Schema = std::map<std::string, std::map<std::string, std::string>>;

Schema read_schema() {
    std::ifstream manual(std::string(KEYGEN_TEST_DATA) + "/../../man/keyinspect.1");
    Schema schema;
    std::string type;
    bool is_inside = false;
    for (std::string line; std::getline(manual, line);) {
        if (line == ".Ed")
            is_inside = false;
        else if (line == ".Bd -literal")
            is_inside = true;
        else if (is_inside && line.starts_with("# "))
            type = line.substr(2);
        else if (is_inside && line.find(": ") != std::string::npos)
            schema[type][line.substr(0, line.find(": "))] = line.substr(line.find(": ") + 2);
    }
    return schema;
}

/// Collects where a value is not of its type.
class Validator {
  public:
    explicit Validator(const Schema& schema) : schema_(schema) {}

    std::string validate(const json& value, const std::string& type) {
        errors_.clear();
        check(value, type, "");
        return errors_;
    }

  private:
    void check(const json& value, std::string type, const std::string& path) {
        if (type.ends_with("|null")) {
            if (value.is_null())
                return;
            type.erase(type.size() - 5);
        }
        if (type.ends_with("[]")) {
            if (!value.is_array())
                return fail(path, "is no list");
            for (std::size_t i = 0; i < value.size(); ++i)
                check(value[i], type.substr(0, type.size() - 2), fmt::format("{}[{}]", path, i));
            return;
        }
        if (type == "string" && !value.is_string())
            fail(path, "is no string");
        else if (type == "integer" && !value.is_number_integer())
            fail(path, "is no integer");
        else if (type == "boolean" && !value.is_boolean())
            fail(path, "is no boolean");
        else if (type == "object" && !value.is_object())
            fail(path, "is no object");
        else if (schema_.contains(type))
            check_members(value, schema_.at(type), path);
        else if (type != "string" && type != "integer" && type != "boolean" && type != "object")
            fail(path, "has the type " + type + ", which the manual does not explain");
    }

    void check_members(const json& value, const std::map<std::string, std::string>& members,
                       const std::string& path) {
        if (!value.is_object())
            return fail(path, "is no object");
        for (const auto& [name, type] : members) {
            if (value.contains(name))
                check(value.at(name), type, path + "." + name);
            else
                fail(path + "." + name, "is missing");
        }
        for (const auto& [name, member] : value.items()) {
            if (!members.contains(name))
                fail(path + "." + name, "is not in the manual");
        }
    }

    void fail(const std::string& path, const std::string& what) {
        errors_ += fmt::format("{} {}\n", path, what);
    }

    const Schema& schema_;
    std::string errors_;
};

std::vector<std::string> fixture_folders() {
    std::vector<std::string> folders = {"symmetric"};
    for (const auto* parent : {"accepted-by-ntpd", "ntp-4.2.8p15"}) {
        for (const auto& entry :
             std::filesystem::directory_iterator(std::string(KEYGEN_TEST_DATA) + "/fixtures/" + parent))
            folders.push_back(fmt::format("{}/{}", parent, entry.path().filename().string()));
    }
    return folders;
}

}  // namespace

TEST_CASE("keyinspect --json is what the manual says, for every fixture") {
    const Schema schema = read_schema();
    REQUIRE(schema.size() == 13);
    const auto folder = GENERATE(from_range(fixture_folders()));
    CAPTURE(folder);
    Story story;
    story.set("SOURCE_DATE_EPOCH", "1795500000");
    lay_out_fixture(story, folder, "keys");
    story.write("ntp.conf",
                "keysdir keys\ncrypto host server1 pw seekritword\nkeys keys/ntp.keys\ntrustedkey 1\n"
                "server 10.0.0.1 autokey ident grp\nserver 10.0.0.2 key 1\n");
    const std::string password = folder.starts_with("accepted") ? "pw1" : "seekritword";
    Validator validator(schema);
    for (const std::string& options : {std::string(), "-v --prove -p " + password,
                                       std::string("--ntp-conf ntp.conf"), std::string("-p wrong nothing")}) {
        const Outcome outcome = story.run("keyinspect --json " + options + " keys");
        CHECK(outcome.err.empty());
        const json report = json::parse(outcome.out);
        CHECK(validator.validate(report, "top") == "");
        CHECK(outcome.status == (report.at("status") == "critical" ? 1 : 0));
        CHECK(!report.at("files").empty());
    }
}
