#pragma once

#include <keygen/generate.hpp>

namespace keygen::generate_room {

/// Fills in what to write into ntp.conf on the server and on the clients, and what to do on a client.
void add_advice(GenerateReport& report, const GenerateRequest& request, bool has_default_password);

}  // namespace keygen::generate_room
