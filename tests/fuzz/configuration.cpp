// ntp.conf, chrony.conf and ntp.toml, in the reading of each daemon.
#include <keygen/error.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "daemon/settings.hpp"

using namespace keygen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = ::memfd_create("ntp.conf", MFD_CLOEXEC);
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size))
        std::abort();
    ConfigurationRequest request;
    request.path = "/proc/self/fd/" + std::to_string(file);
    for (const auto daemon : {Daemon::ntpd, Daemon::ntpsec, Daemon::chrony, Daemon::ntpd_rs}) {
        request.daemon = daemon;
        (void)daemon::read_settings(request);
    }
    return 0;
}
