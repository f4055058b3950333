#include <string>

#include "catch.hpp"
#include "story.hpp"

TEST_CASE("each command is there under a second name, and speaks under the name it was called by") {
    for (const std::string name : {"keygen", "keyinspect", "keylink"}) {
        for (const std::string& command : {name, "ntp-" + name}) {
            Story story;
            INFO(command);
            CHECK(story.run(command + " --version").out.starts_with(command + " 1."));
            CHECK(story.run(command + " --help").out.find("Usage: " + command + " [OPTIONS]") !=
                  std::string::npos);
            CHECK(story.run(command + " --completion bash")
                      .out.find("complete -o filenames -F _" + command + " " + command) != std::string::npos);
            const Outcome wrong = story.run(command + " --frobnicate");
            CHECK(wrong.status == 2);
            CHECK(wrong.err.starts_with(command + ": error: unknown option --frobnicate\n"));
        }
    }
}
