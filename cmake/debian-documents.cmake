# Run by CPack on the installed tree before it becomes a Debian package: what Debian's policy wants of documents (chapter
# 12) and what a plain installation has no use for.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})
set(documents ${root}/share/doc/keygen)

file(RENAME ${documents}/LICENSE ${documents}/copyright)
file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)
string(CONCAT changelog
    "keygen (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
    "  * See /usr/share/doc/keygen/changelog.gz.\n\n"
    " -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  Mon, 23 Nov 2026 00:00:00 +0000\n")
file(WRITE ${documents}/changelog.Debian "${changelog}")

file(GLOB_RECURSE pages ${root}/share/man/*)
foreach(page ${pages})
    if(IS_SYMLINK ${page})
        file(READ_SYMLINK ${page} target)
        file(REMOVE ${page})
        file(CREATE_LINK ${target}.gz ${page}.gz SYMBOLIC)
    else()
        list(APPEND texts ${page})
    endif()
endforeach()
execute_process(COMMAND gzip -9 -n -f ${texts} ${documents}/changelog.Debian ${documents}/changelog
    COMMAND_ERROR_IS_FATAL ANY)
