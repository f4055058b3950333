#include <keygen/error.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <string_view>

#include "check.hpp"
#include "common/run_main.hpp"
#include "options.hpp"
#include "run.hpp"

namespace {

// Whatever went wrong, also that nothing can be said any more.
int say_unknown(const std::exception& error) {
    try {
        const bool has_no_memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
        common::write_out(format_unknown(has_no_memory ? "out of memory" : error.what()));
    } catch (const std::exception&) {
        return STATUS_UNKNOWN;
    }
    return STATUS_UNKNOWN;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string command = common::called_name(argc, argv, "keyinspect");
    return common::run_main(command, [&](common::Diagnostics& voice) {
        // Monitoring takes every status but 0 to 3 for a crash, and 2 for critical, so wrong usage has to be
        // 3 there.
        const bool is_check = std::any_of(argv, argv + argc, [](const char* argument) {
            return argument != nullptr && std::string_view(argument) == "--check";
        });
        try {
            Options options;
            common::CommandLine command_line(argc, argv);
            if (const auto status = parse_options(command_line, command, options))
                return *status;
            return run(options, voice);
        } catch (const std::exception& error) {
            if (!is_check)
                throw;
            return say_unknown(error);
        }
    });
}
