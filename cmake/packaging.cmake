# What is installed beside the commands, and the Debian package: `cpack -G DEB` in a build folder.
install(FILES README.md CHANGELOG.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    install(FILES scripts/systemd/keygen-renew.service scripts/systemd/keygen-renew.timer DESTINATION lib/systemd/system)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ${PROJECT_NAME})
set(CPACK_PACKAGE_VENDOR "The keygen authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "keys for authenticated NTP")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Makes, links and inspects the keys of NTP daemons: host keys, certificates and
 identity parameters for Autokey (IFF, GQ, MV) that stock ntpd accepts, and
 symmetric keys files for ntpd, NTPsec and chrony. It takes the place of
 ntp-keygen, under whose name it can also be called. The library libkeygen and
 its headers are part of this package.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The keygen authors <keygen@keygen.invalid>")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# CPack's own way to make these two files would call ldconfig from a script, which Debian's policy (8.1) no longer wants.
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
file(WRITE ${PROJECT_BINARY_DIR}/debian/shlibs
    "libkeygen ${PROJECT_VERSION_MAJOR} keygen (>= ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/debian/triggers ${PROJECT_BINARY_DIR}/debian/shlibs)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# ntp.org's ntp package brings a program and a page of the same name, ntp-keygen.
set(CPACK_DEBIAN_PACKAGE_CONFLICTS "ntp (<< 1:4.2.8p15+dfsg-2~)")
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian-documents.cmake)
include(CPack)
