#include "front/entrance.hpp"
#include "options.hpp"
#include "run.hpp"

int main(int argc, char** argv) {
    return front::enter("keylink", [&](front::Voice& voice) {
        Options options;
        front::CommandLine command_line(argc, argv);
        if (const auto status = parse_options(command_line, options))
            return *status;
        return run(options, voice);
    });
}
