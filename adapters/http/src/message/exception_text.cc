#include <dropzone/http/message/exception_text.h>

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

namespace dropzone::http {
namespace {

std::string name_of(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return name ? name.get() : type.name();
}

std::string text_of_current() {
  try {
    throw;
  } catch (const std::exception& exception) {
    return name_of(typeid(exception)) + ": " + exception.what();
  } catch (...) {
    const std::type_info* const type = abi::__cxa_current_exception_type();
    return "an exception of type " + (type ? name_of(*type) : std::string("that is not known"));
  }
}

}  // namespace

std::string exception_text() noexcept {
  try {
    return text_of_current();
  } catch (...) {
    return "no memory";  // Short enough to need none.
  }
}

}  // namespace dropzone::http
