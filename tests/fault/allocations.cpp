// Memory that runs out: operator new, and OpenSSL's allocations once fail_openssl_allocations() was called.
#include "allocations.hpp"

#include <openssl/crypto.h>

#include <cstdlib>
#include <new>

#include "faults.hpp"

namespace {

void* allocate_or_null(std::size_t size) noexcept {
    return faults::is_to_fail(faults::Kind::allocation, "operator new") ? nullptr
                                                                        : std::malloc(size == 0 ? 1 : size);
}

void* allocate(std::size_t size) {
    if (void* memory = allocate_or_null(size))
        return memory;
    throw std::bad_alloc();
}

void* openssl_malloc(std::size_t size, const char*, int) {
    return faults::is_to_fail(faults::Kind::openssl_allocation, "malloc of OpenSSL") ? nullptr
                                                                                     : std::malloc(size);
}

// OpenSSL's own goes that way too for memory that is not there yet, which since 3.2 reports a failure.
void* openssl_realloc(void* memory, std::size_t size, const char* file, int line) {
    if (memory == nullptr)
        return CRYPTO_malloc(size, file, line);
    return faults::is_to_fail(faults::Kind::openssl_allocation, "realloc of OpenSSL")
               ? nullptr
               : std::realloc(memory, size);
}

void openssl_free(void* memory, const char*, int) {
    std::free(memory);
}

}  // namespace

bool fail_openssl_allocations() {
    return CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1;
}

void* operator new(std::size_t size) {
    return allocate(size);
}
void* operator new[](std::size_t size) {
    return allocate(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return allocate_or_null(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return allocate_or_null(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
