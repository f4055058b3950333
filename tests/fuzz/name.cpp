// Names of files and links, header lines and filestamps: what is taken for a name says the same when it is
// written again.
#include <keygen/error.hpp>

#include <cstdlib>

#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"

using namespace keygen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto name = keysdir::FileName::parse(text);
    if (name && (name->text().find('/') != std::string::npos ||
                 keysdir::FileName::parse(name->text())->text() != name->text()))
        std::abort();
    const auto link = keysdir::LinkName::parse(text);
    if (link && link->text() != text)
        std::abort();
    const auto filestamp = Filestamp::parse(text);
    if (filestamp && Filestamp::parse(filestamp->text()) != filestamp)
        std::abort();
    const auto header = keysdir::parse_header(text);
    if (header && header->name) {
        const auto again = keysdir::parse_header(keysdir::format_header(*header->name, 0));
        if (header->name->text().size() < 250 && again->name->text() != header->name->text())
            std::abort();
    }
    return 0;
}
