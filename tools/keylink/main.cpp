#include "common/run_main.hpp"
#include "options.hpp"
#include "run.hpp"

int main(int argc, char** argv) {
    const std::string command = common::called_name(argc, argv, "keylink");
    return common::run_main(command, [&](common::Diagnostics& voice) {
        Options options;
        common::CommandLine command_line(argc, argv);
        if (const auto status = parse_options(command_line, command, options))
            return *status;
        return run(options, voice);
    });
}
