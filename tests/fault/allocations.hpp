#pragma once

/// Lets OpenSSL allocate through the fault points. False when it has allocated already.
bool fail_openssl_allocations();
