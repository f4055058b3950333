// keylink's command line, one argument a line.
#include <keygen/error.hpp>

#include "argument_lines.hpp"
#include "options.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ArgumentLines arguments("keylink", {reinterpret_cast<const char*>(data), size});
    Options options;
    common::CommandLine command_line(arguments.count(), arguments.values());
    try {
        (void)parse_options(command_line, "keylink", options);
    } catch (const keygen::Error&) {
        // Anything else that is thrown would be called an internal error.
    }
    return 0;
}
