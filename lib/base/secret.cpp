#include <keygen/secret.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <new>
#include <utility>

#include "base/process.hpp"

namespace keygen {

namespace {

std::uint8_t* allocate(std::size_t size) {
    if (size == 0)
        return nullptr;
    void* data = nullptr;
    // The locked heap is small: unlocked but wiped is still better than failing.
    const bool has_room = CRYPTO_secure_malloc_initialized() == 1 &&
                          size <= LOCKED_HEAP_SHARE_OF_SECRET_BYTES &&
                          CRYPTO_secure_used() <= LOCKED_HEAP_SHARE_OF_SECRET_BYTES - size;
    if (has_room)
        data = OPENSSL_secure_zalloc(size);
    if (data == nullptr)
        data = OPENSSL_zalloc(size);
    if (data == nullptr)
        throw std::bad_alloc();
    return static_cast<std::uint8_t*>(data);
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : data_(allocate(size)), size_(size), capacity_(size) {}

SecretBytes::SecretBytes(std::string_view text) : SecretBytes(text.size()) {
    std::copy(text.begin(), text.end(), data_);
}

SecretBytes::SecretBytes(std::span<const std::uint8_t> bytes) : SecretBytes(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), data_);
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        wipe();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    wipe();
}

SecretBytes SecretBytes::clone() const {
    return SecretBytes(bytes());
}

void SecretBytes::truncate(std::size_t size) noexcept {
    if (size < size_) {
        OPENSSL_cleanse(data_ + size, size_ - size);
        size_ = size;
    }
}

bool SecretBytes::equals(const SecretBytes& other) const noexcept {
    return equals(other.text());
}

bool SecretBytes::equals(std::string_view other) const noexcept {
    return size_ == other.size() && (size_ == 0 || CRYPTO_memcmp(data_, other.data(), size_) == 0);
}

void SecretBytes::wipe() noexcept {
    if (CRYPTO_secure_allocated(data_) != 0)
        OPENSSL_secure_clear_free(data_, capacity_);
    else
        OPENSSL_clear_free(data_, capacity_);
    data_ = nullptr;
    size_ = capacity_ = 0;
}

}  // namespace keygen
