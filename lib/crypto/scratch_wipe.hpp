#pragma once

namespace keygen::crypto {

/// When this goes, it wipes what calculations with secrets left in this thread's scratch numbers. A thread
/// that ends does so by itself.
class ScratchWipe {
  public:
    ScratchWipe() = default;
    ScratchWipe(const ScratchWipe&) = delete;
    ScratchWipe& operator=(const ScratchWipe&) = delete;
    ~ScratchWipe();
};

}  // namespace keygen::crypto
