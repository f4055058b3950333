#include "common/wipe_on_delete.hpp"

#if __has_include(<malloc_np.h>)
#include <malloc_np.h>  // FreeBSD
#else
#include <malloc.h>
#endif
#include <string.h>

#include <cstdlib>
#include <new>

void common::wipe_and_free(void* pointer) noexcept {
    if (pointer != nullptr)
        explicit_bzero(pointer, malloc_usable_size(pointer));
    std::free(pointer);
}

// new and delete have to be replaced as a pair, for the sanitizers' allocator also those that do not throw.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size) {
    if (void* pointer = ::operator new(size, std::nothrow))
        return pointer;
    throw std::bad_alloc();
}
void* operator new[](std::size_t size) {
    return ::operator new(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return ::operator new(size, std::nothrow);
}
void operator delete(void* pointer) noexcept {
    common::wipe_and_free(pointer);
}
void operator delete[](void* pointer) noexcept {
    common::wipe_and_free(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept {
    common::wipe_and_free(pointer);
}
void operator delete[](void* pointer, std::size_t) noexcept {
    common::wipe_and_free(pointer);
}
