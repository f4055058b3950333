// keygen's command line, one argument a line. Options that run or write something are left out.
#include <keygen/error.hpp>

#include <vector>

#include "argument_lines.hpp"
#include "options.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ArgumentLines arguments("keygen", {reinterpret_cast<const char*>(data), size});
    if (arguments.mention({"-!", "more-help", "save-opts", "load-opts"}))
        return 0;
    Options options;
    common::CommandLine command_line(arguments.count(), arguments.values());
    try {
        (void)parse_options(command_line, "keygen", options);
    } catch (const keygen::Error&) {
        // Anything else that is thrown would be called an internal error.
    }
    return 0;
}
