# How everything here is compiled: warnings, hardening, and the sanitizers of the test presets.
add_library(keygen_compile INTERFACE)
target_compile_options(keygen_compile INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    $<$<BOOL:${KEYGEN_WERROR}>:-Werror>
    -fstack-protector-strong -fno-omit-frame-pointer)
target_compile_definitions(keygen_compile INTERFACE OPENSSL_API_COMPAT=30000 OPENSSL_NO_DEPRECATED
    $<$<AND:$<CONFIG:Release,RelWithDebInfo>,$<NOT:$<BOOL:${KEYGEN_SANITIZE}>>>:_FORTIFY_SOURCE=2>)
target_link_options(keygen_compile INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)

if(KEYGEN_SANITIZE)
    target_compile_options(keygen_compile INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
    target_link_options(keygen_compile INTERFACE -fsanitize=address,undefined)
endif()
if(KEYGEN_BUILD_FUZZ)
    # libFuzzer sees where it gets to; only the fuzz targets themselves are linked with it.
    target_compile_options(keygen_compile INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(KEYGEN_COVERAGE)
    # Every process adds to the counts of its program here, wherever and in whatever environment it runs.
    set(keygen_count_lines -fprofile-instr-generate=${PROJECT_BINARY_DIR}/profiles/%4m.profraw -fcoverage-mapping)
    target_compile_options(keygen_compile INTERFACE ${keygen_count_lines})
    target_link_options(keygen_compile INTERFACE ${keygen_count_lines})
endif()

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
