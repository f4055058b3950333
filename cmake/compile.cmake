# How everything here is compiled: warnings, hardening, and the sanitizers of the test presets.
add_library(keygen_compile INTERFACE)
target_compile_options(keygen_compile INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    $<$<BOOL:${KEYGEN_WERROR}>:-Werror>
    -fstack-protector-strong -fno-omit-frame-pointer)
target_compile_definitions(keygen_compile INTERFACE OPENSSL_API_COMPAT=30000 OPENSSL_NO_DEPRECATED
    $<$<AND:$<CONFIG:Release,RelWithDebInfo>,$<NOT:$<BOOL:${KEYGEN_SANITIZE}>>>:_FORTIFY_SOURCE=2>)
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
    # A certificate's or a file's date may be after 2038. The second is gcc's note on an ABI of before it was built here.
    target_compile_definitions(keygen_compile INTERFACE _FILE_OFFSET_BITS=64 _TIME_BITS=64)
    target_compile_options(keygen_compile INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>)
endif()
include(CheckLinkerFlag)
check_linker_flag(CXX -Wl,-z,relro,-z,now,-z,noexecstack KEYGEN_LINKER_HARDENS)
if(KEYGEN_LINKER_HARDENS)
    target_link_options(keygen_compile INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()

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
