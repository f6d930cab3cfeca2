#pragma once

#include <dropzone/result.h>

namespace dropzone::curl {

/// The address of one of libcurl's functions, which becomes the pointer that it is assigned to.
class Symbol {
 public:
  explicit Symbol(void* address) noexcept : address_(address) {}

  template <typename Function>
  operator Function*() const noexcept {  // NOLINT(google-explicit-constructor)
    return reinterpret_cast<Function*>(address_);
  }

 private:
  void* address_;
};

/// Loads and initializes libcurl on first use: it pulls in some twenty other
/// libraries, which a program without outgoing calls does not need. `invalid_configuration` if
/// it is not installed. Thread-safe.
[[nodiscard]] Result<void> load();

/// A function of libcurl's by its name; does what load() does. Throws std::runtime_error if that
/// fails. Thread-safe.
[[nodiscard]] Symbol symbol(const char* name);

}  // namespace dropzone::curl
