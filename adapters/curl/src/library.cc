#include "library.h"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

#include <curl/curl.h>

namespace dropzone::curl {
namespace {

// Its interface has had this number since version 7.16.
constexpr const char* kFile = "libcurl.so.4";

Symbol find(void* library, const char* name) {
  void* const address = ::dlsym(library, name);
  if (!address) throw std::runtime_error(std::string(kFile) + " has no " + name);
  return Symbol(address);
}

void* open() {
  void* const library = ::dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  if (!library) throw std::runtime_error("libcurl cannot be loaded: " + std::string(::dlerror()));
  const decltype(&curl_global_init) initialize = find(library, "curl_global_init");
  if (initialize(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw std::runtime_error("libcurl cannot be initialized");
  }
  return library;
}

}  // namespace

Result<void> load() {
  try {
    static_cast<void>(symbol("curl_global_init"));
    return {};
  } catch (const std::runtime_error& error) {
    return Error{ErrorCode::invalid_configuration,
                 std::string(error.what()) + ". Install libcurl 7.85 or newer (Debian: libcurl4)."};
  }
}

Symbol symbol(const char* name) {
  static void* const library = open();
  return find(library, name);
}

}  // namespace dropzone::curl
