#pragma once

// The version of the libraries, by semantic versioning. They are static, and their ABI is not
// stable: compile a program against the headers of the version that it links.
#define DROPZONE_VERSION_MAJOR 0
#define DROPZONE_VERSION_MINOR 1
#define DROPZONE_VERSION_PATCH 0
#define DROPZONE_VERSION "0.1.0"
