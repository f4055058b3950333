#include "base/process.hpp"

#include <keygen/secret.hpp>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/resource.h>

#if defined(KEYGEN_HAS_PRCTL)
#include <sys/prctl.h>
#elif defined(KEYGEN_HAS_PROCCTL)
#include <sys/procctl.h>
#include <unistd.h>
#endif

#include <cerrno>
#include <cstring>

namespace keygen {

namespace {

constexpr std::size_t LOCKED_HEAP_MINIMUM_BLOCK = 16;
// Keeps other processes of this user from reading this one's memory; false with errno.
bool forbid_tracing() {
#if defined(KEYGEN_HAS_PRCTL)
    return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
#elif defined(KEYGEN_HAS_PROCCTL)
    int disable = PROC_TRACE_CTL_DISABLE;
    return ::procctl(P_PID, ::getpid(), PROC_TRACE_CTL, &disable) == 0;
#else
    errno = ENOSYS;
    return false;
#endif
}

}  // namespace

std::vector<std::string> protect_process() {
    std::vector<std::string> missing;
    const rlimit no_core{0, 0};
    if (setrlimit(RLIMIT_CORE, &no_core) != 0)
        missing.push_back(fmt::format("core dumps stay enabled: {}", std::strerror(errno)));
    if (!forbid_tracing())
        missing.push_back(fmt::format("the process stays traceable: {}", std::strerror(errno)));
    if (CRYPTO_secure_malloc_initialized() == 0) {
        const int result = CRYPTO_secure_malloc_init(LOCKED_HEAP_BYTES, LOCKED_HEAP_MINIMUM_BLOCK);
        if (result == 0)
            missing.emplace_back("no heap for locked memory");
        else if (result == 2)
            missing.emplace_back("secrets' memory could not be locked; it may reach swap");
    }
    return missing;
}

}  // namespace keygen
