#pragma once

#include <string>

/// Writes an SVG document to a file as one step. Only a picture is ever replaced: throws keygen::Error
/// (already_exists) when the path is anything else, a link too, and keygen::Error(input_output) when writing
/// fails; nothing has changed then.
void write_picture(const std::string& path, const std::string& svg);
