#include "common/run_main.hpp"
#include "options.hpp"
#include "run.hpp"

int main(int argc, char** argv) {
    // The same program under ntp-keygen's name speaks under that name.
    const std::string path = argc > 0 ? argv[0] : "keygen";
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string command = name == "ntp-keygen" ? name : "keygen";
    return common::run_main(command, [&](common::Diagnostics& voice) {
        Options options;
        common::CommandLine command_line(argc, argv);
        if (const auto status = parse_options(command_line, command, options))
            return *status;
        return run(options, voice);
    });
}
