#pragma once

namespace common {

/// What the operator delete of a program is that wipe_on_delete.cpp is linked into: the memory is wiped
/// before it goes back to the system. Command line parsing copies arguments, a password among them, through
/// any number of strings.
void wipe_and_free(void* pointer) noexcept;

}  // namespace common
