#include "common/run_main.hpp"
#include "options.hpp"
#include "run.hpp"

int main(int argc, char** argv) {
    return common::run_main("keylink", [&](common::Diagnostics& voice) {
        Options options;
        common::CommandLine command_line(argc, argv);
        if (const auto status = parse_options(command_line, options))
            return *status;
        return run(options, voice);
    });
}
