#pragma once

// Marks what libkeygen shows to the outside; everything else is hidden (see CMakeLists.txt).
#define KEYGEN_API __attribute__((visibility("default")))
